"""What several tests of the command line ask for."""

from __future__ import annotations

import json
import time

from clore_client.sandbox import RealClock

#: The keys that the fixture `market` knows.
KEY = "k3y-0123456789abcdef"
OTHER = "0th-er-key-56789wxyz"


class Unlimited(RealClock):
    """No rate limit: at such a speed a busy machine could not keep requests apart."""

    limited = False


def data(done):
    """The JSON that a finished command printed."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def cheapest(clore):
    """The cheapest offer there is."""
    return data(clore("search", "--json", "--limit", "1"))[0]


def until(condition, seconds=20.0):
    """Wait for what another process is about to do."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)
