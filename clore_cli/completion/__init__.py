"""TAB: the scripts that complete in the shell, and the program's answers where they must ask.

`scripts` puts the command tree into the engine of each shell, `install` puts the script where the
shell finds it, and `tab` answers with what the others here find.
"""

from __future__ import annotations
