"""The manual: pages made of what commands tell of themselves, as text for `clore help` and for man.

A page is made in `pages`, from a command (`command_page`), from the program (`overview`) or from a
topic (`topics`), and written by `plaintext` or `roff`.
"""

from __future__ import annotations
