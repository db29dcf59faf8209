"""The reference's program, which has no option or variable for the address, at CLORE_BASE_URL."""

from __future__ import annotations

import os
from importlib import import_module

# The reference has the name that we have, and other modules.
cli, client = import_module("clore_ai.cli"), import_module("clore_ai.client")

client.CloreAI.BASE_URL = os.environ["CLORE_BASE_URL"]
cli.main()
