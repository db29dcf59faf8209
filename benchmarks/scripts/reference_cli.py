"""The reference's program, which has no option or variable for the address, at CLORE_BASE_URL."""

from __future__ import annotations

import os

from clore_ai import cli, client

client.CloreAI.BASE_URL = os.environ["CLORE_BASE_URL"]
cli.main()
