"""Where the blocks of one page run: a home directory, a sandbox, and one bash for its commands."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Dict, Iterator, List, Optional

from clore_client.sandbox import FrozenClock, World, serve

from .pages import ROOT

KEY = "sandbox-key-for-the-tour-0c41e"
#: What a page may use of the checkout, as a copy, so that nothing is built in the checkout itself.
_COPIED = ("docs/first-rental.sh", "plugins")
_SECONDS = 120
_MARK = "\x1e"  # what no command prints

# What differs from run to run and means nothing: it is given a fixed value.
_PORT = re.compile(r"http://127\.0\.0\.1:\d+/v1")
_TOOK = re.compile(r"\bin \d+\.\d\ds\b")
_DIRECTORY = re.compile(r"/\S*/clore-sandbox-\w+")


class Place:
    """A home directory with a sandbox; commands run in one bash, scripts in one each.

    pip installs into this home, offline and without dependencies: everything else is there.
    """

    def __init__(self, home: Path, url: str, world: World) -> None:
        self._home, self._url, self._world = home, url, world
        self._bash: Optional[subprocess.Popen[str]] = None
        for name in _COPIED:
            _copy(ROOT / name, home / name)

    @property
    def environment(self) -> Dict[str, str]:
        """The environment of everything that runs here; nothing of the user's but PATH."""
        installed = self._home / ".local" / "python"
        path = [str(installed / "bin"), sysconfig.get_path("scripts"), os.environ["PATH"]]
        return {
            "PATH": os.pathsep.join(path),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "KEY": KEY,
            "CLORE_BASE_URL": self._url,
            "CLORE_SANDBOX_SPEED": "20",
            "NO_PROXY": "127.0.0.1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONPATH": str(installed),
            "PIP_TARGET": str(installed),
            "PIP_NO_BUILD_ISOLATION": "0",  # which pip reads as "no isolation"
            "PIP_NO_DEPS": "1",
            "PIP_NO_INDEX": "1",
            "PIP_UPGRADE": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def write(self, name: str, text: str) -> None:
        """Put a file into the home directory."""
        (self._home / name).parent.mkdir(parents=True, exist_ok=True)
        (self._home / name).write_text(text, encoding="utf-8")

    def script(self, text: str) -> str:
        """Run a script by ``bash -e``, with an account; what went wrong, "" if nothing did."""
        environment = {**self.environment, "CLORE_API_KEY": KEY}
        return self._done(["bash", "-ec", text], environment)

    def tests(self, text: str) -> str:
        """Run the tests of a block by pytest; what went wrong, "" if nothing did."""
        self.write("test_block.py", text)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_block.py"]
        return self._done(command, self.environment)

    def _done(self, command: List[str], environment: Dict[str, str]) -> str:
        done = subprocess.run(
            command, cwd=self._home, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            timeout=_SECONDS, check=False,
        )  # fmt: skip
        return f"exit status {done.returncode}\n{done.stdout}" if done.returncode else ""

    def run(self, line: str) -> str:
        """What a command line prints on both streams, in the bash of this place."""
        bash = self._bash = self._bash or self._started()
        assert bash.stdin
        assert bash.stdout
        bash.stdin.write(f"{line}\nprintf '{_MARK}\\n'\n")
        bash.stdin.flush()
        printed = []
        for text in bash.stdout:
            if text.endswith(_MARK + "\n"):
                printed.append(text[: -len(_MARK) - 1])
                return self._normal("".join(printed))
            printed.append(text)
        raise RuntimeError(f"bash has ended at: {line}\n{''.join(printed)}")

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", cwd=self._home, env=self.environment,
        )  # fmt: skip

    def _normal(self, text: str) -> str:
        text = text.replace(self._url, "https://sandbox.example/v1")
        text = _PORT.sub("http://127.0.0.1:40123/v1", text)
        text = _TOOK.sub("in 0.50s", text)
        text = _DIRECTORY.sub("/tmp/clore-sandbox-x", text)
        text = text.replace(str(self._home), "~")
        assert self._world.state.ssh
        return re.sub(rf"\b{self._world.state.ssh[1]}\b", "22022", text)

    def close(self) -> None:
        """Let the bash end."""
        if self._bash:
            self._bash.communicate(timeout=_SECONDS)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("build", "*.egg-info"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


@contextlib.contextmanager
def place() -> Iterator[Place]:
    """A new place; its sandbox's clock moves with requests only, so that runs are alike."""
    world = World(clock=FrozenClock(tick=5.0), lag=2.0, deploy=40.0)
    with tempfile.TemporaryDirectory() as home, serve(world) as url:
        made = Place(Path(home), url, world)
        try:
            yield made
        finally:
            made.close()
