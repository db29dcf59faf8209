"""Interactive shells on terminals of their own, asked what TAB would offer."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, Match, Set, Tuple

if TYPE_CHECKING:
    from typing_extensions import Self

COMPLETIONS = Path(__file__).resolve().parent.parent / "completions"
_WIDE = struct.pack("HHHH", 50, 2000, 0, 0)  # rows, columns: no line is folded


def typed(line: str) -> Tuple[str, str]:
    """The beginning of ``line``, and the word at its end."""
    head, space, word = line.rpartition(" ")
    return head + space, word


class Shell:
    """A shell that has loaded its script.

    Each question is a line that is typed without an end, and ends in a marker that the shell
    prints, so that nothing waits for time to pass.
    """

    setup = ""
    argv: Tuple[str, ...] = ()

    def __init__(
        self, env: Mapping[str, str], setup: str = "", scripts: Path = COMPLETIONS
    ) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, _WIDE)
        self.count, self.shown, self.seen = 0, "", ""
        self.process = subprocess.Popen(
            ["setsid", "-c", "-w", *self.argv],
            env={**env, "TERM": "dumb", "HISTFILE": ""}, stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        self.run(self.setup.format(scripts=scripts) + "\n" + setup)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self.master)
        self.process.kill()
        self.process.wait(20)

    def offers(self, line: str) -> Set[str]:
        """What TAB offers, as whole words."""
        raise NotImplementedError

    def line_after(self, line: str, keys: str = "\t") -> str:
        """What the line becomes when it and ``keys`` are typed."""
        raise NotImplementedError

    def shows(self, line: str, pattern: str) -> None:
        """Fail unless TAB shows a list with ``pattern`` in it."""
        raise NotImplementedError

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def until(self, pattern: str, seconds: float = 20) -> Match[str]:
        """The match of ``pattern`` in what is shown, which is forgotten up to its end."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.shown, re.DOTALL)):
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, self.shown
            read = os.read(self.master, 65536).decode(errors="replace")
            self.shown, self.seen = self.shown + read, self.seen + read
        self.shown = self.shown[found.end() :]
        return found

    def run(self, commands: str) -> None:
        """Run lines of the shell's own language."""
        for command in filter(None, (line.strip() for line in commands.splitlines())):
            self.count += 1
            self.type(f"{command}\n{self.said(self.count)}\n")
            self.until(rf"<done:{self.count}>")

    def said(self, count: int) -> str:
        """A command that prints a marker, which its own echo is not."""
        return f"printf '<%s:{count}>\\n' done"


class Bash(Shell):
    argv = ("bash", "--norc", "--noprofile", "-i")
    setup = r"""
PS1='' PS2='' HISTFILE=
set -u
bind 'set bell-style none'; bind 'set enable-bracketed-paste off'
told() {{ printf '\n<<%s|0>>\n' "$READLINE_LINE"; READLINE_LINE= READLINE_POINT=0; }}
bind -x '"\C-x\C-p": told'
source {scripts}/clore
"""

    def line_after(self, line: str, keys: str = "\t") -> str:
        self.type(f"{line}{keys}\x18\x10")
        return self.until(r"<<([^\n]*)\|\d+>>").group(1)

    def offers(self, line: str) -> Set[str]:
        after = self.line_after(line, "\x1b*")
        head, word = typed(line)
        kept = word[: max(word.rfind(":"), word.rfind("=")) + 1]
        if after == line:
            return set()
        return {kept + part.rstrip("/") for part in after[len(head + kept) :].split()}


class Zsh(Shell):
    argv = ("zsh", "-f", "-i")
    setup = r"""
PS1= PS2= RPS1= HISTFILE=; unsetopt prompt_cr prompt_sp zle_bracketed_paste beep; bindkey -e
fpath=({scripts} $fpath); autoload -U compinit; compinit -u -D
typeset -ga caught
hear() {{ local -a hits; builtin compadd -A hits "$@"; caught+=("${{(@)hits/#/$IPREFIX}}") }}
listen() {{ compadd() {{ hear "$@"; builtin compadd "$@" }} }}; listen
told() {{ zle -I; print -r -- "<<${{(j:|:)caught}}@$BUFFER>>"; caught=() BUFFER=; }}
zle -N told; bindkey '^X^P' told
LISTMAX=9999; unsetopt auto_menu
"""

    def _told(self, line: str, keys: str) -> Match[str]:
        self.type(f"{line}{keys}\x18\x10")
        return self.until(r"<<([^\n]*)@([^\n@]*)>>")

    def line_after(self, line: str, keys: str = "\t") -> str:
        return self._told(line, keys).group(2)

    def offers(self, line: str) -> Set[str]:
        return set(filter(None, self._told(line, "\t").group(1).split("|")))

    def shows(self, line: str, pattern: str) -> None:
        self.run("unfunction compadd; TERM=vt100")  # zsh lists nothing through a function
        self.type(f"{line}\t")
        self.until(pattern)
        self._told("", "")
        self.run("listen; TERM=dumb")


class Fish(Shell):
    argv = ("fish", "-N", "--private", "-c", "while read -l l; eval $l; end")
    setup = """
source {scripts}/clore.fish
"""

    def offers(self, line: str) -> Set[str]:
        names = [row.partition("\t")[0] for row in self._listed(line).splitlines()]
        word = line.rpartition(" ")[2].lower()
        # Where none begins so, fish finds words that contain the letters.
        return {name.rstrip("/") for name in names if name.lower().startswith(word)}

    def shows(self, line: str, pattern: str) -> None:
        assert re.search(pattern, self._listed(line))

    def _listed(self, line: str) -> str:
        quoted = line.replace("\\", "\\\\").replace("'", "\\'")
        self.type(f"echo '<'begin'>'; complete -C '{quoted}'; echo '<'end'>'\n")
        return self.until(r"<begin>(.*)<end>").group(1).strip()


SHELLS = {"bash": Bash, "zsh": Zsh, "fish": Fish}
