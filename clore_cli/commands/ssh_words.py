"""The words of ssh's own command line and configuration. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Dict, List, Mapping, Sequence

from clore_cli.plugin import CommandError, Status, UsageError

if TYPE_CHECKING:
    from pathlib import PurePath

# From ssh(1) of OpenSSH. One that is not here may take the next word or not, and after a wrong
# guess ssh would read a value as the host: such a one is refused.
_WITH_VALUE = "BbcDEeFIiJLlmOoPpQRSWw"
_FLAGS = "1246AaCfGgKkMNnqsTtVvXxYy"
_OURS = {
    "p": "-p is not for you to give: clore takes the port from the order.",
    "l": "-l is not for you to give: use --user for the name to log in with.",
}
_USER = re.compile(r"[a-z_][a-z0-9_.-]{0,31}")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./%+:=,@~-]+")


def checked_user(name: str) -> str:
    """``name`` if a user can be called so, which keeps it from passing for an option.

    Raises:
        UsageError: nobody can.
    """
    if not _USER.fullmatch(name):
        raise UsageError(f"--user {name!r} is not the name of a user, such as root or ubuntu.")
    return name


def arranged(words: Sequence[str], own: Mapping[str, bool]) -> List[str]:
    """``words`` as click can read them: clore's options, ORDER_ID, ssh's options, --, the command.

    Options with two dashes are clore's, the others ssh's, but for those that clore has, too, and
    that stand before ORDER_ID. The command begins after ``--``, or with the second word that is
    no option. An option of ssh and its value become one word.

    Args:
        words: what was typed.
        own: clore's options, and whether each takes a value.

    Raises:
        UsageError: an option that ssh does not have, or that clore gives itself.
    """
    ours: List[str] = []
    number: List[str] = []
    theirs: List[str] = []
    left = list(words)
    while left and left[0] != "--":
        if left[0].startswith("--") or (not number and _all_in(left[0], own)):
            ours += _taken(left, own)
        elif left[0].startswith("-"):
            theirs.append(_option(left))
        elif not number:
            number = [left.pop(0)]
        else:
            left.insert(0, "--")
    return [*ours, *number, *theirs, *(left or ["--"])] if number else ours


def _all_in(word: str, own: Mapping[str, bool]) -> bool:
    """Whether ``word``, such as ``-qv``, has letters and they are all options of clore's."""
    return word[:1] == "-" and word != "-" and all(f"-{letter}" in own for letter in word[1:])


def _taken(left: List[str], own: Mapping[str, bool]) -> List[str]:
    """Take an option of clore's from ``left``, with its value when that is the next word."""
    count = 2 if own.get(left[0]) else 1
    taken = left[:count]
    del left[:count]
    return taken


def _option(left: List[str]) -> str:
    """Take options of ssh such as ``-Nv`` from ``left``, with the value that the last one needs."""
    word = left.pop(0)
    for end, letter in enumerate(word[1:], 2):
        if letter in _OURS:
            raise UsageError(_OURS[letter])
        if letter in _WITH_VALUE:
            value = word[end:] or "".join(left[:1])
            if not value:
                raise UsageError(f"ssh's option -{letter} needs a value.")
            del left[: not word[end:]]
            return word[:end] + value
        if letter not in _FLAGS:
            raise UsageError(f"clore knows no option -{letter} of ssh; it may have a name for -o.")
    if word == "-":
        raise UsageError("- is no option of ssh.")
    return word


def quoted_path(path: PurePath) -> str:
    """``path`` as a value in ssh's configuration.

    Raises:
        CommandError: there is no way to write it that all versions of ssh read.
    """
    text = path.as_posix()
    if not text.isprintable() or any(odd in text for odd in ('"', "\\", "${")):
        raise CommandError(
            f"ssh's configuration has no way to name {text!r}.",
            hint="Set CLORE_CONFIG_DIR to a directory with a plainer name.",
            status=Status.USAGE,
        )
    return text if _PLAIN_PATH.fullmatch(text) else f'"{text}"'


def settings(order_id: int, known_hosts: PurePath) -> Dict[str, str]:
    """How ssh is to treat the machine of an order, in the terms of ssh_config(5).

    Later orders get the same host and port with another host key, so each order has known hosts
    of its own. The machine is a stranger's: neither the user's agent nor screen is for it.
    """
    return {
        "UserKnownHostsFile": quoted_path(known_hosts).replace("%", "%%"),
        "StrictHostKeyChecking": "accept-new",
        "HostKeyAlias": f"clore-order-{order_id}",
        "ForwardAgent": "no",
        "ForwardX11": "no",
    }
