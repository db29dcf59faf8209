"""``python -m tests.docs.skipped`` lists the code blocks of the pages that are not run."""

from __future__ import annotations

import sys

from .pages import skipped_lines

if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in skipped_lines())
