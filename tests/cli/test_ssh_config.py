"""`clore ssh-config`: blocks that the real ssh reads back as they were meant, in every format."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Dict

import pytest
from cli_helpers import Clore, data
from orders_made import make_order
from ssh_server import READY, ssh_server

from clore_cli.commands.ssh_words import quoted_path
from clore_cli.failures import CommandError

if TYPE_CHECKING:
    from clore_client.sandbox import World

needs_ssh = pytest.mark.skipif(not shutil.which("ssh"), reason="ssh is not installed")
KEYS = ["host", "order_id", "hostname", "port", "user", "known_hosts_file", "host_key_alias"]
#: Names that ssh's configuration would read as two, as a comment, or as something to expand.
ODD = ["plain", "with space", "50%h", "#1", "it's", "a=b", "$HOME", "~"]


@pytest.fixture
def orders(world: World) -> World:
    """Two orders that can be reached, and three that cannot."""
    make_order(world, 5, host="n1.us.clorecloud.net", ports=["80:7", "22:1972"])
    make_order(world, 6, host="::1", deploy_time=1e9)
    make_order(world, 7, ports=["80:7"])
    make_order(world, 8).end(world.clock.time())
    make_order(world, 9, spot=True).started = None
    return world


def read_back(file: Path, name: str) -> Dict[str, str]:
    """What ssh makes of a host's name with a configuration file."""
    done = subprocess.run(
        ["ssh", "-G", "-F", file, name], capture_output=True, text=True, timeout=30, check=True
    )
    return dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)


@needs_ssh
@pytest.mark.parametrize("name", ODD)
def test_ssh_reads_back_what_was_meant(
    clore: Clore, orders: World, tmp_path: Path, name: str
) -> None:
    directory = tmp_path / name
    clore.env["CLORE_CONFIG_DIR"] = str(directory)
    done = clore("ssh-config")
    assert done.returncode == 0, done.stderr
    file = tmp_path / "config"
    file.write_text(f"{done.stdout}\nHost *\n    ForwardAgent yes\n    ForwardX11 yes\n")
    found = read_back(file, "clore-5")
    wanted = {
        "hostname": "n1.us.clorecloud.net", "port": "1972", "user": "root",
        "userknownhostsfile": f"{directory}/known_hosts.d/5", "hostkeyalias": "clore-order-5",
        "stricthostkeychecking": "accept-new", "forwardagent": "no", "forwardx11": "no",
    }  # fmt: skip
    assert {key: found[key] for key in wanted} == wanted
    assert read_back(file, "clore-6")["hostname"] == "::1"
    assert read_back(file, "clore-7")["hostname"] == "clore-7"
    assert (directory / "known_hosts.d").is_dir()


@pytest.mark.skipif(not READY, reason="ssh or sshd is not installed")
def test_ssh_and_scp_log_in_with_it(clore: Clore, world: World, tmp_path: Path) -> None:
    with ssh_server(tmp_path) as server:
        make_order(world, 5, ports=[f"22:{server.port}"])
        file = tmp_path / "config"
        file.write_text(clore("ssh-config", 5, "--user", server.user).stdout)
        done = subprocess.run(
            ["ssh", "-F", str(file), *server.options[2:], "clore-5", "exit 42"],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode == 42, done.stderr
        scp = ["scp", "-F", str(file), *server.options[2:], str(file), f"clore-5:{tmp_path}/copy"]
        subprocess.run(scp, capture_output=True, timeout=30, check=True)
    assert (tmp_path / "copy").read_text() == file.read_text()
    assert (clore.home / ".clore/known_hosts.d/5").read_text().startswith("clore-order-5 ")


def test_the_blocks(clore: Clore, orders: World) -> None:
    assert clore("ssh-config", 5, "--user", "ubuntu").stdout == (
        "Host clore-5\n"
        "    HostName n1.us.clorecloud.net\n"
        "    Port 1972\n"
        "    User ubuntu\n"
        f"    UserKnownHostsFile {clore.home}/.clore/known_hosts.d/5\n"
        "    StrictHostKeyChecking accept-new\n"
        "    HostKeyAlias clore-order-5\n"
        "    ForwardAgent no\n"
        "    ForwardX11 no\n"
    )


def test_the_blocks_of_all_that_can_be_reached(clore: Clore, orders: World) -> None:
    done = clore("ssh-config", "--sort", "order_id")
    assert done.stdout == f"{clore('ssh-config', 5).stdout}\n{clore('ssh-config', 6).stdout}"
    assert done.stderr == ""


def test_rows_instead_of_blocks(clore: Clore, orders: World) -> None:
    rows = data(clore("ssh-config", "--json", "--sort", "order_id"))
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert rows[0] == {
        "host": "clore-5", "order_id": 5, "hostname": "n1.us.clorecloud.net", "port": 1972,
        "user": "root", "known_hosts_file": f"{clore.home}/.clore/known_hosts.d/5",
        "host_key_alias": "clore-order-5",
    }  # fmt: skip
    assert clore("ssh-config", "--columns", "host,port", "--limit", 1, "--sort", "host").stdout == (
        "HOST     PORT\nclore-5  1972\n"
    )
    assert data(clore("ssh-config", 5, "--raw"))[0]["id"] == 5
    assert data(clore("ssh-config", 5, env={"CLORE_OUTPUT": "json"}))[0]["port"] == 1972
    assert clore("ssh-config", 5, "-o", "text", env={"CLORE_OUTPUT": "json"}).stdout[:4] == "Host"


def test_there_is_nothing_to_reach(clore: Clore, world: World) -> None:
    done = clore("ssh-config")
    assert (done.stdout, done.returncode) == ("", 0)
    assert "None of your orders" in done.stderr
    assert clore("ssh-config", "--json").stdout == "[]\n"
    assert clore("ssh-config", 5).returncode == 4


@pytest.mark.parametrize(
    "host", ["a\n    ProxyCommand touch PWNED", "a b", "%h", "-oProxyCommand=x", "`x`", '"', "a\\"]
)
def test_a_host_that_is_none_has_no_block(clore: Clore, orders: World, host: str) -> None:
    make_order(orders, 10, host=host)
    done = clore("ssh-config")
    assert done.returncode == 0
    assert "clore-10" not in done.stdout
    assert "PWNED" not in done.stdout
    assert "order 10 is left out" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    refused = clore("ssh-config", 10)
    assert (refused.stdout, refused.returncode) == ("", 1)
    assert "no usable address" in refused.stderr


def test_what_is_refused_before_anything_is_asked(clore: Clore, world: World) -> None:
    for words in (["--user", "a\nb"], ["--user", "-oA=b"], [5, "--write"], ["--columns", "nope"]):
        assert clore("ssh-config", *words).returncode == 2
    assert not world.log


@needs_ssh
def test_write_keeps_a_file_to_include(clore: Clore, orders: World) -> None:
    file = clore.home / ".clore" / "ssh_config"
    done = clore("ssh-config", "--write")
    assert done.returncode == 0
    assert done.stdout == clore("ssh-config").stdout
    assert done.stdout in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"Include {file}" in done.stderr
    assert not (clore.home / ".ssh").exists()
    own = clore.home / ".ssh" / "config"
    own.parent.mkdir()
    own.write_text(f"Include {file}\n\nHost x\n")
    assert read_back(own, "clore-5")["port"] == "1972"
    orders.state.orders[5].end(orders.clock.time())
    done = clore("ssh-config", "--write")
    assert "Include" not in done.stderr
    assert "clore-5" not in file.read_text()
    assert "clore-6" in file.read_text()
    assert own.read_text() == f"Include {file}\n\nHost x\n"
    assert not list(file.parent.glob(".ssh_config*"))


def test_write_follows_a_link_and_leaves_the_old_file_when_it_cannot(
    clore: Clore, orders: World, tmp_path: Path
) -> None:
    file = clore.home / ".clore" / "ssh_config"
    real = tmp_path / "dotfiles"
    file.parent.mkdir()
    file.symlink_to(real)
    assert clore("ssh-config", "--write").returncode == 0
    assert file.is_symlink()
    assert "Host clore-5" in real.read_text()
    file.unlink()
    file.mkdir()
    done = clore("ssh-config", "--write")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert not list(file.parent.glob(".ssh_config*"))


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "a\u202eb", "${HOME}", "a\tb"])
def test_a_path_that_ssh_cannot_read_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="no way to name"):
        quoted_path(PurePosixPath("/home") / name)


def test_a_path_is_quoted_where_it_must_be() -> None:
    assert quoted_path(Path("/home/a.b/c-1")) == "/home/a.b/c-1"
    assert quoted_path(Path("/home/a b#")) == '"/home/a b#"'
