"""`clore ssh`: the user's own ssh, led to the machine of an order."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn, Sequence, Tuple

from clore_cli.plugin import (
    API_EXITS,
    UNPROCESSED,
    App,
    CommandError,
    Context,
    Exit,
    IntRange,
    RowsCommand,
    UsageError,
    argument,
    command,
    completing,
    endings,
    option,
)

from . import connect, own_order, ssh_words
from .ssh_files import known_hosts

if TYPE_CHECKING:
    from clore_client.models import Order

_PATIENCE = 3.0  # seconds for a machine that may not have started its sshd


class SshCommand(RowsCommand):
    """A command that leaves the options of ssh to ssh."""

    def parse_args(self, ctx: Context, args: List[str]) -> List[str]:
        """Parse the words in an order that tells clore's options from ssh's."""
        if ctx.resilient_parsing:  # completion has half a command line
            return super().parse_args(ctx, args)
        try:
            args = ssh_words.arranged(args, self._own(ctx))
        except UsageError as error:
            error.ctx = ctx  # which says whose help to read
            raise
        return super().parse_args(ctx, args)

    def _own(self, ctx: Context) -> Dict[str, bool]:
        params: List[Any] = [p for p in self.get_params(ctx) if p.param_type_name == "option"]
        return {name: not (p.is_flag or p.count) for p in params for name in p.opts}


@command(
    cls=SshCommand,
    section="renting",
    context_settings={"allow_interspersed_args": False},
    arguments={
        "SSH_OPTIONS": "Options of ssh(1) with one dash, such as -L, -N or -i FILE.",
        "CMD": "What to run there; without it you get a shell.",
    },
    examples=[
        ("clore ssh 1939941", "Log in."),
        ("clore ssh 1939941 -- nvidia-smi", "Run one command; its exit status is passed on."),
        (
            "clore ssh 1939941 -L 8888:localhost:8888 -N",
            "Bring the machine's port 8888 here, for Jupyter in your browser.",
        ),
        (
            "clore ssh --user ubuntu 1939941 -i ~/.ssh/other_key",
            "Log in as somebody else, with another key.",
        ),
        ("tar c data | clore ssh 1939941 -- tar x -C /root", "Copy a directory to the machine."),
    ],
    exits={
        **API_EXITS,
        0: "CMD, or the shell, ended with 0.",
        1: "The machine cannot be logged in to: it is being made, or has no port for SSH.",
        4: "You have no such order, or it has ended.",
        126: "There is an ssh here, but it cannot be run.",
        127: "There is no ssh on this computer.",
        255: "ssh could not connect. Every other status is that of CMD.",
    },
    files={"~/.clore/known_hosts.d/": ""},
    see=["ssh-config", "wait", "open", "orders"],
)
@argument("order_id", type=IntRange(min=1), shell_complete=completing.machines)
@argument("words", metavar="[SSH_OPTIONS] [-- CMD...]", nargs=-1, type=UNPROCESSED)
@option("--user", metavar="NAME", default="root", show_default=True, help="Who to log in as.")
def ssh(app: App, order_id: int, words: Tuple[str, ...], user: str) -> None:
    """Log in to an order's machine, or run CMD there.

    Runs the ssh of this computer, with the order's host and port, and exits with its status: that
    of CMD, or 255 when it cannot connect.

    SSH_OPTIONS are those of ssh with one dash: 'clore ssh 1234 -L 8888:localhost:8888 -N' brings
    the machine's port 8888 here. Options with two dashes are clore's own, and so are -v and -q
    before ORDER_ID.

    Each order has known hosts of its own, because a later order gets the same host and port with
    another host key. The agent and the screen are not forwarded unless -A or -X says so. What
    SSH_OPTIONS say comes first.
    """
    program = shutil.which("ssh")
    if program is None:
        raise CommandError(
            "there is no ssh on this computer.",
            hint="Install OpenSSH's client: its package is openssh-client or openssh-clients.",
            status=endings.NOT_FOUND,
        )
    user = ssh_words.checked_user(user)
    order = own_order.live(app, order_id)
    host, port = connect.reachable(order)
    _check_ready(order, host, port)
    end = words.index("--")
    argv = ["ssh", *words[:end], *_settings(order_id), "-p", str(port), "-l", user, "--", host]
    app.close()
    _run(program, [*argv, *words[end + 1 :]])  # after the -- nothing is read as an option


def _check_ready(order: Order, host: str, port: int) -> None:
    """Refuse a machine that is being made, unless it greets all the same."""
    if order.status == "deploying" and not connect.greets(host, port, _PATIENCE):
        raise CommandError(
            f"order {order.id} is not running yet: its container is being made.",
            hint=f"'clore wait {order.id} --for ssh' returns when you can log in.",
        )


def _settings(order_id: int) -> List[str]:
    values = ssh_words.settings(order_id, known_hosts(order_id))
    return [word for name, value in values.items() for word in ("-o", f"{name}={value}")]


def _run(program: str, argv: List[str]) -> NoReturn:
    """Become ``program``; where a process cannot, run it and exit with its status."""
    sys.stdout.flush()
    try:
        if os.name == "nt":
            raise Exit(waited_for(program, argv))
        for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and so would what it becomes
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        os.execv(program, argv)  # noqa: S606  no shell, and every word of a stranger's is checked
    except OSError as error:
        raise CommandError(f"{program}: {error.strerror}.", status=endings.NOT_RUN) from None


def waited_for(program: str, argv: Sequence[str]) -> int:
    """The exit status of ``program``, to which a Ctrl-C is left."""
    signal.signal(signal.SIGINT, lambda *_: None)
    return endings.status_of_child(subprocess.call(argv, executable=program))  # noqa: S603  as above
