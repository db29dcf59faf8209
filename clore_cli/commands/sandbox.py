"""`clore sandbox`: the simulated marketplace, for one command or for a while."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, Optional, Tuple

from clore_cli.plugin import (
    App,
    CommandError,
    CommandLine,
    Exit,
    FloatRange,
    IntRange,
    UsageError,
    argument,
    completing,
    endings,
    group,
    option,
    stoppable,
)

if TYPE_CHECKING:
    from clore_client.sandbox import World

Callback = Callable[..., Any]

_KEY = "sandbox-key-of-no-account-at-all"
_LOOPBACK = "127.0.0.1,localhost,::1"
_FORGOTTEN = ("CLORE_API_KEY_FILE", "CLORE_PROFILE")  # the user's own, of no use here
# The frozen clock moves with the requests, so the client need not wait for it.
_FROZEN_SPEED = 1000.0
# What the sandbox itself would tell only who imports it.
_SCENARIOS = ("market", "docs", "empty")
_FAULTS = (
    "lost-answer",
    "reset",
    "refused-after",
    "rate-limit",
    "slow-body",
    "html",
    "truncated",
    "blocked",
    "bad-key",
)
# Nor is anything else to differ between two runs, as a free port for SSH would.
_NO_DOOR = ("ssh.sandbox.invalid", 22)


_ABOUT_FAULTS = """
A fault strikes the next request to ENDPOINT, or the next TIMES of them; without an ENDPOINT, to
any. After lost-answer, refused-after, slow-body and truncated the request was carried out, although
the answer may not say so; SECONDS are how long a slow-body takes. After the others nothing was
done.
"""


@group(
    section="tools",
    more="It keeps the API's rate limit, its errors and its oddities, and has an account with some"
    " money, servers of its own and orders. Each run begins anew.",
    examples=[
        ("clore sandbox run -- clore search 4090", "Run one command in it."),
        ("clore sandbox run -- bash", "A shell in which every clore is in the sandbox."),
        ("clore sandbox start", "Serve it to other terminals."),
    ],
    exits={},
)
def sandbox() -> None:
    """Try everything on a simulated marketplace.

    No account, no network, no money: the same commands against a marketplace on this computer.
    """


def _world_options(func: Callback) -> Callback:
    """The options that say which world it is."""
    for add in (
        option(
            "--fault",
            "faults",
            metavar="SPEC",
            multiple=True,
            shell_complete=completing.values(lambda *_: _FAULTS),
            help="Let requests fail: KIND[:ENDPOINT[:TIMES[:SECONDS]]], such as"
            f" lost-answer:create_order; repeat for more. Kinds: {', '.join(_FAULTS)}.",
        ),
        option(
            "--frozen",
            is_flag=True,
            help="Stop the clock: time moves with requests only, and nothing answers by SSH.",
        ),
        option(
            "--scenario",
            metavar="NAME",
            default="market",
            show_default=True,
            shell_complete=completing.values(lambda *_: _SCENARIOS),
            help="What is on the market: market, docs or empty.",
        ),
        option(
            "--speed",
            metavar="N",
            type=FloatRange(min=0, min_open=True),
            default=1,
            show_default=True,
            help="How many times as fast its clock runs.",
        ),
        option(
            "--seed",
            metavar="N",
            type=int,
            default=2026,
            show_default=True,
            help="The same number makes the same market.",
        ),
    ):
        func = add(func)
    return func


@sandbox.command(
    "run",
    context_settings={"allow_interspersed_args": False},
    more=_ABOUT_FAULTS,
    arguments={"CMD": "The program and its arguments; it finds this clore first on its PATH."},
    examples=[
        ("clore sandbox run -- clore search 4090", "Look around without an account."),
        (
            "clore sandbox run --speed 20 -- clore rent 4090 --wait ssh --yes",
            "Rent, twenty times as fast as in earnest.",
        ),
        (
            "clore sandbox run --fault lost-answer:create_order -- clore rent 4090 --yes",
            "See what happens when the network fails at the worst moment.",
        ),
        ("clore sandbox run -- sh my-script.sh", "Try a script of yours before it costs money."),
    ],
    exits={
        0: "CMD ended with 0.",
        126: "CMD cannot be run.",
        127: "There is no such CMD. Every other status is that of CMD.",
    },
    environment={
        "CLORE_BASE_URL": "Set for CMD: the address of the sandbox.",
        "CLORE_API_KEY": "Set for CMD: a key of nobody's.",
        "CLORE_CONFIG_DIR": "Set for CMD: an empty directory, removed afterwards.",
        "CLORE_SANDBOX": "Set for CMD: tells it that it is in a sandbox.",
    },
    see=["sandbox-start", "rent"],
)
@argument("command", nargs=-1, required=True, type=CommandLine(), metavar="-- CMD...")
@_world_options
def run(app: App, command: Tuple[str, ...], **options: Any) -> None:
    """Run a command against a marketplace of its own.

    CMD finds the sandbox's address and key in its environment and nothing of yours is touched.
    Its exit status is passed on.
    """
    with _environment(app, 0, **options) as environment:
        status = _run(command, {**os.environ, **environment})
    raise Exit(status)


@sandbox.command(
    "start",
    more=_ABOUT_FAULTS,
    examples=[
        ("clore sandbox start --port 8080 | tee sandbox.sh", "In one terminal."),
        (". ./sandbox.sh; clore search 4090", "In another one."),
        (
            "clore sandbox start --scenario empty --frozen",
            "A market without offers, its clock stopped.",
        ),
    ],
    exits={1: "The port is taken.", 143: "It was ended by SIGTERM."},
    see=["sandbox-run"],
)
@option(
    "--port",
    metavar="PORT",
    type=IntRange(0, 65535),
    default=0,
    help="Port to listen on.  [default: a free one]",
)
@_world_options
def start(app: App, port: int, **options: Any) -> None:
    """Serve a marketplace until Ctrl-C.

    Prints what another shell needs, for its eval, on stdout.
    """
    with _environment(app, port, **options) as environment, stoppable():
        names = [name for name in environment if name not in ("PATH", "no_proxy")]
        app.emit("\n".join(f"export {name}={shlex.quote(environment[name])}" for name in names))
        app.note("Press Ctrl-C to stop.")
        threading.Event().wait()


@contextlib.contextmanager
def _environment(app: App, port: int, **options: Any) -> Iterator[Dict[str, str]]:
    """Serve a world and yield the variables that lead `clore` to it and away from the user's."""
    speed = _FROZEN_SPEED if options["frozen"] else options["speed"]
    with (
        _served(_world(**options), port, _NO_DOOR if options["frozen"] else None) as url,
        tempfile.TemporaryDirectory(prefix="clore-sandbox-") as home,
    ):
        app.note(f"A sandbox at {url} simulates the marketplace; no money is spent.")
        yield {
            "CLORE_SANDBOX": url,
            "CLORE_BASE_URL": url,
            "CLORE_API_KEY": _KEY,
            "CLORE_CONFIG_DIR": home,
            "CLORE_SANDBOX_SPEED": f"{speed:g}",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "NO_PROXY": _LOOPBACK,
            "no_proxy": _LOOPBACK,
            "PATH": f"{_own_directory()}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }


@contextlib.contextmanager
def _served(world: World, port: int, ssh: Optional[Tuple[str, int]]) -> Iterator[str]:
    from clore_client.sandbox import serve

    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(serve(world, port=port, ssh=ssh))
        except OSError as error:
            raise CommandError(f"cannot listen on port {port}: {error.strerror}.") from None
        yield url


def _world(seed: int, speed: float, scenario: str, faults: Tuple[str, ...], frozen: bool) -> World:
    from clore_client.sandbox import FrozenClock, RealClock, World
    from clore_client.sandbox.faults import parse

    try:
        world = World(seed, FrozenClock() if frozen else RealClock(speed), scenario)
        for text in faults:
            world.inject(parse(text))
    except ValueError as error:
        raise UsageError(str(error)) from None
    return world


def _own_directory() -> str:
    """Where this `clore` is, so that CMD runs the same one."""
    started = Path(sys.argv[0])
    here = started.absolute().parent if started.name == "clore" else None
    return str(here or sysconfig.get_path("scripts"))


def _run(command: Tuple[str, ...], environment: Dict[str, str]) -> int:
    for name in _FORGOTTEN:
        environment.pop(name, None)
    # A terminal sends Ctrl-C to the child as well, whose business it is; ours is to wait for it.
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        child = subprocess.Popen(command, env=environment)  # noqa: S603  what the user typed
    except OSError as error:
        found = not isinstance(error, FileNotFoundError)
        status = endings.NOT_RUN if found else endings.NOT_FOUND
        raise CommandError(f"{command[0]}: {error.strerror}", status=status) from None
    for number in endings.SIGNALS:
        signal.signal(number, lambda *_: child.terminate())
    return endings.status_of_child(child.wait())
