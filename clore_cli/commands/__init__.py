"""The built-in commands: plugins that ship with us. They import `clore_cli.plugin` only."""

from __future__ import annotations
