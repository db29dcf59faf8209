"""The `clore` command line. Imports nothing, so that a start costs only what its command needs."""

from __future__ import annotations
