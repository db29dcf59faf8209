"""`clore ssh-config`: what ssh, scp, rsync and editors need to know of the user's orders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional, Sequence

from clore_cli.plugin import (
    API_EXITS,
    App,
    Column,
    IntRange,
    UsageError,
    argument,
    command,
    completing,
    option,
)

from . import connect, own_order, ssh_files, ssh_words

if TYPE_CHECKING:
    from clore_client.models import Order

_HEAD = "# Written by 'clore ssh-config --write', which writes all of it again next time.\n"

COLUMNS = [
    Column("host", kind="string", about="the name for ssh, scp, rsync and editors", whole=True),
    Column("order_id", "ORDER", align="right", kind="integer", about="the number of the order"),
    Column("hostname", kind="string", whole=True, about="a name or an IP address"),
    Column("port", align="right", kind="integer", about="the public port of port 22"),
    Column("user", kind="string", about="who to log in as"),
    Column(
        "known_hosts_file",
        "KNOWN HOSTS",
        kind="string",
        about="the file for the machine's host key",
        whole=True,
        extra=True,
    ),
    Column(
        "host_key_alias",
        "KEY ALIAS",
        kind="string",
        about="the machine's name in known_hosts_file",
        whole=True,
        extra=True,
    ),
]


class Host(NamedTuple):
    """A Host block of ssh's configuration; ``raw`` is the order as the API sent it."""

    order_id: int
    hostname: str
    port: int
    user: str
    known_hosts_file: str
    settings: Dict[str, str]
    raw: Dict[str, Any]

    @property
    def host(self) -> str:
        """The name to type."""
        return f"clore-{self.order_id}"

    @property
    def host_key_alias(self) -> str:
        """The name under which the host key is kept."""
        return self.settings["HostKeyAlias"]

    @property
    def block(self) -> str:
        """The block's lines."""
        names = {"HostName": self.hostname, "Port": self.port, "User": self.user, **self.settings}
        lines = [f"    {name} {value}" for name, value in names.items()]
        return "\n".join([f"Host {self.host}", *lines]) + "\n"


def blocks(hosts: Sequence[Host]) -> str:
    """The Host blocks of ``hosts``."""
    return "\n".join(host.block for host in hosts)


@command(
    "ssh-config",
    columns=COLUMNS,
    text=blocks,
    section="renting",
    empty="None of your orders can be reached by ssh.",
    examples=[
        ("clore ssh-config 1939941", "The block of one order."),
        (
            "clore ssh-config --write",
            "Keep the blocks of all orders in a file; what to put into ~/.ssh/config is told.",
        ),
        ("scp train.py clore-1939941:", "Copy a file to the machine, once the file is included."),
        ("rsync -a data/ clore-1939941:data/", "Bring a directory up to date there."),
        ("clore ssh-config --json | jq -r '.[].hostname'", "The hosts, for a script."),
    ],
    exits={**API_EXITS, 4: "You have no such order, or it has ended."},
    files={
        "~/.clore/ssh_config": "",
        "~/.clore/known_hosts.d/": "",
        "~/.ssh/config": "Your own configuration of ssh; it is read and never changed.",
    },
    see=["ssh", "orders"],
)
@argument("order_id", type=IntRange(min=1), required=False, shell_complete=completing.machines)
@option("--user", metavar="NAME", default="root", show_default=True, help="Who to log in as.")
@option("--write", is_flag=True, help="Keep the blocks in a file that ssh can include.")
def ssh_config(app: App, order_id: Optional[int], user: str, write: bool) -> List[Host]:
    """Print Host blocks, so that scp and editors work.

    With them 'ssh clore-1234', 'scp FILE clore-1234:', rsync and the editors that work over ssh
    reach the machine of order 1234. Without ORDER_ID there is a block for each order that can be
    reached. The format text is the blocks as ssh reads them.

    --write puts them into a file in clore's own directory and says which line includes it in
    yours. Repeat it after orders have come or gone.
    """
    if write and order_id is not None:
        raise UsageError("--write keeps the blocks of all orders; leave ORDER_ID out.")
    user = ssh_words.checked_user(user)
    if order_id is not None:
        order = own_order.live(app, order_id)
        return [_host(order, order_id, user)]
    hosts = _hosts(app, user)
    if write:
        _write(app, hosts)
    return hosts


def _hosts(app: App, user: str) -> List[Host]:
    hosts = []
    for order in app.client.my_orders():
        if order.id is None or order.id < 1 or not own_order.is_live(order):
            continue
        if connect.ssh_address(order) is not None:
            hosts.append(_host(order, order.id, user))
        elif connect.ssh_port(order) is not None:
            app.warn(f"order {order.id} is left out: {order.pub_cluster!r} is no host's name.")
    return hosts


def _host(order: Order, order_id: int, user: str) -> Host:
    hostname, port = connect.reachable(order)
    known_hosts = ssh_files.known_hosts(order_id)
    settings = ssh_words.settings(order_id, known_hosts)
    return Host(order_id, hostname, port, user, str(known_hosts), settings, order.raw)


def _write(app: App, hosts: List[Host]) -> None:
    file = ssh_files.config_file()
    ssh_files.replace(file, _HEAD + "".join(f"\n{host.block}" for host in hosts))
    app.note(f"Written to {file}; hosts: {len(hosts)}.")
    line = f"Include {ssh_words.quoted_path(file)}"
    if not _included(line):
        app.note(f"Put this line at the top of ~/.ssh/config, once: {line}")


def _included(line: str) -> bool:
    """Whether the user's own configuration has the line."""
    try:
        text = Path("~/.ssh/config").expanduser().read_text(encoding="utf-8", errors="replace")
    except (OSError, RuntimeError):  # none, not ours to read, or no home
        return False
    return line in (found.strip() for found in text.splitlines())
