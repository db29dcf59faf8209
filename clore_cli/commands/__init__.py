"""The built-in commands: plugins that ship with us.

They import `clore_cli.plugin` only, and the SDK inside functions, as any plugin may.
"""

from __future__ import annotations
