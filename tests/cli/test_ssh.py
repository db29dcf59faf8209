"""`clore ssh`, with the real ssh against a real sshd on loopback; and what never reaches ssh."""

from __future__ import annotations

import contextlib
import signal
import socket
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Optional, Set

import pytest
from cli_helpers import Clore, matched, until
from orders_made import make_order
from ssh_server import READY, SshServer, ssh_server

if TYPE_CHECKING:
    import subprocess

    from clore_client.sandbox import World
    from clore_client.sandbox.order import Order

needs_ssh = pytest.mark.skipif(not READY, reason="ssh or sshd is not installed")


Runs = Callable[..., "subprocess.CompletedProcess[str]"]
Recorded = Callable[[], Optional[List[str]]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("sshd")) as served:
        yield served


@pytest.fixture
def order(world: World, server: SshServer) -> Order:
    """Order 5, whose machine is the sshd."""
    return make_order(world, 5, ports=[f"22:{server.port}"])


@pytest.fixture
def ssh(clore: Clore, server: SshServer) -> Runs:
    """A function that runs `clore ssh` with the key that fits."""

    def run(number: int, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return clore("ssh", "--user", server.user, number, *server.options, *words, **more)

    return run


@pytest.fixture
def recorder(clore: Clore, tmp_path: Path) -> Recorded:
    """A function that returns the words with which ssh was started; None before that."""
    fake = tmp_path / "bin" / "ssh"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\nprintf "%s\\0" "$@" >"$RECORD"\ngrep SigIgn /proc/self/status\nexit 42\n'
    )
    fake.chmod(0o755)
    record = tmp_path / "record"
    clore.env.update(PATH=f"{fake.parent}:{clore.env['PATH']}", RECORD=str(record))
    return lambda: record.read_text().split("\0")[:-1] if record.exists() else None


@needs_ssh
@pytest.mark.parametrize("dashes", [["--"], []])
def test_a_command_runs_there_and_its_status_is_passed_on(
    ssh: Runs, order: Order, dashes: List[str]
) -> None:
    done = ssh(5, *dashes, "cat; echo told >&2; exit 42", stdin="typed\n")
    assert (done.stdout, done.returncode) == ("typed\n", 42), done.stderr
    assert "told" in done.stderr


@needs_ssh
def test_statuses_that_ssh_and_the_shell_there_give(ssh: Runs, order: Order, world: World) -> None:
    assert ssh(5, "true").returncode == 0
    assert ssh(5, "no-such-command").returncode == 127
    with socket.create_server(("127.0.0.1", 0)) as closed:
        make_order(world, 6, ports=[f"22:{closed.getsockname()[1]}"])
    done = ssh(6, "true")
    assert done.returncode == 255
    assert "Connection refused" in done.stderr


@needs_ssh
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], {"forwardagent no", "forwardx11 no", "stricthostkeychecking accept-new", "user root"}),
        (["-AX"], {"forwardagent yes", "forwardx11 yes"}),
        (["-o", "ForwardAgent=yes"], {"forwardagent yes", "forwardx11 no"}),
        (["-o", "StrictHostKeyChecking=yes"], {"stricthostkeychecking true"}),
        (["-o", "Port=1", "--user", "ubuntu"], {"port 1", "user ubuntu"}),
    ],
)
def test_what_the_user_asks_for_comes_first(
    clore: Clore, world: World, words: List[str], wanted: Set[str]
) -> None:
    make_order(world, 5)
    done = clore("ssh", 5, "-F", "none", "-G", *words)
    assert done.returncode == 0
    assert wanted <= set(done.stdout.splitlines())


@needs_ssh
def test_what_begins_with_a_dash_executes_nothing_here(
    ssh: Runs, order: Order, tmp_path: Path
) -> None:
    """As a part of the command; before the -- ssh itself would run it."""
    done = ssh(5, "--", "-oProxyCommand=touch PWNED", cwd=tmp_path)
    assert "bash" in done.stderr or "sh:" in done.stderr  # the shell there has complained
    assert not list(tmp_path.rglob("PWNED"))


@needs_ssh
def test_ctrl_c_is_the_business_of_ssh(
    clore: Clore, order: Order, server: SshServer, tmp_path: Path
) -> None:
    """The process is ssh itself by then, which ends with 255 as it does by itself."""
    mark = tmp_path / "mark"
    there = f"touch {mark}; while test -e {mark}; do sleep 0.05; done"
    running = clore.start("ssh", "--user", server.user, 5, *server.options, "--", there)
    try:
        until(mark.exists)
        assert Path(f"/proc/{running.pid}/comm").read_text() == "ssh\n"
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=20)
    finally:
        mark.unlink(missing_ok=True)
    assert running.returncode == 255
    assert "Traceback" not in err


@needs_ssh
def test_a_port_is_forwarded(clore: Clore, order: Order, server: SshServer, tmp_path: Path) -> None:
    here = tmp_path / "s"
    with socket.create_server(("127.0.0.1", 0)) as inside:

        def answer() -> None:
            connection, _ = inside.accept()
            with connection:
                connection.sendall(b"from inside")

        threading.Thread(target=answer, daemon=True).start()
        there = f"127.0.0.1:{inside.getsockname()[1]}"
        running = clore.start(
            "ssh", 5, *server.options, "-NL", f"{here}:{there}", "--user", server.user
        )
        try:
            until(here.exists)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(here))
                assert client.recv(100, socket.MSG_WAITALL) == b"from inside"
        finally:
            running.terminate()
            running.communicate()


@needs_ssh
def test_each_order_has_known_hosts_of_its_own(
    ssh: Runs, clore: Clore, world: World, server: SshServer
) -> None:
    """The same host and port come back with another order, and with another host key."""
    for number in (5, 6):
        make_order(world, number, ports=[f"22:{server.port}"])
    clore.env["CLORE_CONFIG_DIR"] = str(clore.home / "50% of #1")
    directory = Path(clore.env["CLORE_CONFIG_DIR"], "known_hosts.d")
    assert ssh(5, "true").returncode == 0
    server.change_host_key()
    done = ssh(6, "true")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in directory.iterdir()} == {"5", "6"}
    assert (directory / "6").read_text().startswith("clore-order-6 ")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(directory.parent.stat().st_mode) == 0o700
    changed = ssh(5, "echo logged in")
    assert (changed.stdout, changed.returncode) == ("", 255)
    assert "HOST IDENTIFICATION HAS CHANGED" in changed.stderr


@needs_ssh
def test_the_sandbox_says_that_nobody_can_log_in(clore: Clore, world: World) -> None:
    assert world.state.ssh
    make_order(world, 5, ports=[f"22:{world.state.ssh[1]}"])
    done = clore("ssh", 5, "-F", "none")
    assert done.returncode == 255
    assert "this is the sandbox: its machines have nothing to log in to" in done.stderr


HOSTS = [
    "-oProxyCommand=touch PWNED", "a;touch PWNED", "a\n-oProxyCommand=touch PWNED", "%h", "a b",
    "`touch PWNED`", "$(touch PWNED)", "a|touch PWNED", "root@a", "[::1]", "a\x1b[2J",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_could_be_an_option_or_a_command_never_reaches_ssh(
    clore: Clore, world: World, recorder: Recorded, host: str
) -> None:
    make_order(world, 5, host=host)
    done = clore("ssh", 5, "true")
    assert done.returncode == 1
    assert recorder() is None
    assert "no usable address" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("port", ["-oProxyCommand=touch PWNED", "22 -oA=b", "0", "65536", "x", ""])
def test_a_port_that_is_none_never_reaches_ssh(
    clore: Clore, world: World, recorder: Recorded, port: str
) -> None:
    make_order(world, 5, ports=[f"22:{port}"])
    done = clore("ssh", 5, "true")
    assert done.returncode == 1
    assert recorder() is None
    assert "no public port" in done.stderr
    assert "--port 22:tcp" in done.stderr


@pytest.mark.parametrize(
    "user", ["-oProxyCommand=touch PWNED", "a;b", "%h", "", "A", "a" * 33, "a\n", "a b", "ä"]
)
def test_a_user_that_is_none_never_reaches_ssh(
    clore: Clore, world: World, recorder: Recorded, user: str
) -> None:
    make_order(world, 5)
    done = clore("ssh", 5, "--user", user)
    assert done.returncode == 2
    assert "not the name of a user" in done.stderr
    assert recorder() is None
    assert not world.log


@pytest.mark.parametrize("host", ["n1.us.clorecloud.net", "::1"])
def test_the_command_line_of_ssh(clore: Clore, world: World, recorder: Recorded, host: str) -> None:
    make_order(world, 5, host=host)
    done = clore(
        "ssh", 5, "-vL", "1:a:2", "--user", "ubuntu", "-o", "B=c d", "-A", "--", "ls", "-l"
    )
    assert done.returncode == 42
    assert recorder() == [
        "-vL1:a:2", "-oB=c d", "-A",
        "-o", f"UserKnownHostsFile={clore.home}/.clore/known_hosts.d/5",
        "-o", "StrictHostKeyChecking=accept-new",
        "-o", "HostKeyAlias=clore-order-5",
        "-o", "ForwardAgent=no",
        "-o", "ForwardX11=no",
        "-p", "1972", "-l", "ubuntu", "--", host, "ls", "-l",
    ]  # fmt: skip


def test_without_a_command_there_is_none(clore: Clore, world: World, recorder: Recorded) -> None:
    make_order(world, 5)
    for words in ([], ["--"]):
        clore("ssh", 5, *words)
        assert (recorder() or [])[-4:] == ["-l", "root", "--", "127.0.0.1"]


def test_ssh_does_not_inherit_that_python_ignores_closed_pipes(
    clore: Clore, world: World, recorder: Recorded
) -> None:
    make_order(world, 5)
    ignored = int(matched(r"SigIgn:\s*(\w+)", clore("ssh", 5).stdout)[1], 16)
    assert not ignored >> (signal.SIGPIPE - 1) & 1
    assert not ignored >> (signal.SIGXFSZ - 1) & 1


def test_no_ssh_on_this_computer(clore: Clore, world: World) -> None:
    make_order(world, 5)
    done = clore("ssh", 5, env={"PATH": "/nowhere"})
    assert done.returncode == 127
    assert "openssh-client" in done.stderr
    assert not world.log


def test_an_order_that_is_none(clore: Clore, world: World, recorder: Recorded) -> None:
    done = clore("ssh", 5)
    assert done.returncode == 4
    assert "no order 5" in done.stderr
    make_order(world, 5).end(world.clock.time())
    done = clore("ssh", 5)
    assert done.returncode == 4
    assert "has ended" in done.stderr
    assert recorder() is None


def test_an_order_that_is_not_running_yet(clore: Clore, world: World, recorder: Recorded) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    make_order(world, 5, ports=[f"22:{port}"], deploy_time=1e9)
    done = clore("ssh", 5)
    assert done.returncode == 1
    assert "not running yet" in done.stderr
    assert "clore wait 5 --for ssh" in done.stderr
    assert recorder() is None


def test_an_order_that_greets_before_the_api_calls_it_running(
    clore: Clore, world: World, recorder: Recorded
) -> None:
    """An image without the tools of the marketplace stays in deployment for ever."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        make_order(world, 5, ports=[f"22:{door.getsockname()[1]}"], deploy_time=1e9)

        def greet() -> None:
            with contextlib.closing(door.accept()[0]) as connection:
                connection.sendall(b"SSH-2.0-x\r\n")

        threading.Thread(target=greet, daemon=True).start()
        assert clore("ssh", 5).returncode == 42


def test_a_bid_that_waits(clore: Clore, world: World, recorder: Recorded) -> None:
    order = make_order(world, 5, spot=True)
    order.started = None
    done = clore("ssh", 5)
    assert done.returncode == 1
    assert "waits for its machine" in done.stderr
    assert recorder() is None


def test_a_configuration_directory_that_ssh_cannot_name(
    clore: Clore, world: World, recorder: Recorded
) -> None:
    make_order(world, 5)
    done = clore("ssh", 5, env={"CLORE_CONFIG_DIR": str(clore.home / 'a"b')})
    assert done.returncode == 2
    assert "CLORE_CONFIG_DIR" in done.stderr
    assert recorder() is None


def test_a_configuration_directory_that_cannot_be_made(
    clore: Clore, world: World, recorder: Recorded
) -> None:
    make_order(world, 5)
    (clore.home / "file").write_text("")
    done = clore("ssh", 5, env={"CLORE_CONFIG_DIR": str(clore.home / "file" / "x")})
    assert done.returncode == 1
    assert "Not a directory" in done.stderr
    assert recorder() is None
