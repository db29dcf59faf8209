"""What is refused before anything is sent, and that the refusal names the argument."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from clore_client import validate
from clore_client.errors import InvalidInputError

ORDER: Dict[str, Any] = {
    "server_id": 123,
    "image": "cloreai/pytorch",
    "type": "on-demand",
    "currency": "bitcoin",
}
SPOT: Dict[str, Any] = {**ORDER, "type": "spot", "spot_price": 5e-6}
FULL: Dict[str, Any] = {
    **ORDER,
    "ssh_password": "MySecurePass123",
    "ssh_key": "ssh-ed25519 AAAA me@here",
    "ports": {"22": "tcp", 8888: "http"},
    "env": {"HF_HOME": "/data"},
    "jupyter_token": "token",
    "command": "#!/bin/sh\necho hi",
    "required_price": 2,
    "autossh_entrypoint": "yes",
}


def test_the_smallest_order() -> None:
    assert validate.order(**ORDER) == {
        "currency": "bitcoin",
        "image": "cloreai/pytorch",
        "renting_server": 123,
        "type": "on-demand",
    }


def test_a_spot_order_has_the_wires_name_for_the_bid() -> None:
    assert validate.order(**SPOT)["spotprice"] == 5e-6


def test_a_full_order_in_the_wires_names_and_types() -> None:
    assert validate.order(**FULL) == {
        "currency": "bitcoin",
        "image": "cloreai/pytorch",
        "renting_server": 123,
        "type": "on-demand",
        "required_price": 2,
        "ports": {"22": "tcp", "8888": "http"},
        "env": {"HF_HOME": "/data"},
        "ssh_password": "MySecurePass123",
        "ssh_key": "ssh-ed25519 AAAA me@here",
        "jupyter_token": "token",
        "command": "#!/bin/sh\necho hi",
        "autossh_entrypoint": True,
    }


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("server_id", 0),
        ("server_id", -1),
        ("server_id", True),
        ("server_id", "123"),
        ("server_id", 1.0),
        ("image", ""),
        ("image", "two words"),
        ("image", "a\nb"),
        ("image", None),
        ("type", "on_demand"),
        ("type", ["spot"]),
        ("currency", " "),
        ("currency", 1),
        ("ssh_password", "x" * 33),
        ("ssh_password", "has-hyphen"),
        ("ssh_password", "ünicode"),
        ("ssh_password", "newline\n"),
        ("ssh_password", ""),
        ("ssh_key", "x" * 3073),
        ("ssh_key", "ssh-ed25519 AAAA\nssh-rsa BBBB"),
        ("jupyter_token", "x" * 33),
        ("ports", {"22": "udp"}),
        ("ports", {"0": "tcp"}),
        ("ports", {"65536": "tcp"}),
        ("ports", {"ssh": "tcp"}),
        ("ports", {"²": "tcp"}),
        ("ports", ["22"]),
        ("ports", []),
        ("ports", ""),
        ("ports", {"22": "tcp", 22: "http"}),
        ("ports", {"9" * 5000: "tcp"}),
        ("ports", {True: "tcp"}),
        ("server_id", 10**400),
        ("required_price", 10**400),
        ("env", []),
        ("env", {"A=B": "x"}),
        ("env", {" ": "x"}),
        ("env", {"A": "x\0"}),
        ("env", {"A": "x&y"}),
        ("env", {"A": 1}),
        ("env", {"": "x"}),
        ("env", "A=1"),
        ("command", "  "),
        ("spot_price", 1.0),
        ("required_price", 0),
        ("required_price", float("nan")),
        ("required_price", "2"),
    ],
)
def test_refused_by_name(argument: str, value: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        validate.order(**{**ORDER, argument: value})
    assert caught.value.argument == argument
    assert str(caught.value).startswith(argument)
    assert caught.value.code == 2
    assert caught.value.response is None


@pytest.mark.parametrize("value", [None, 0, -1, float("inf"), float("nan"), "1", True])
def test_a_spot_order_needs_a_bid_that_is_a_price(value: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        validate.order(**{**SPOT, "spot_price": value})
    assert caught.value.argument == "spot_price"


def test_a_spot_order_has_no_required_price() -> None:
    with pytest.raises(InvalidInputError) as caught:
        validate.order(**SPOT, required_price=2)
    assert caught.value.argument == "required_price"


def test_limits_are_inclusive() -> None:
    order: Dict[str, Any] = {
        **FULL,
        "ssh_password": "x" * 32,
        "ssh_key": "k" * 3072,
        "jupyter_token": "t" * 32,
    }
    assert len(validate.order(**order)["ssh_key"]) == 3072


SECRETS = [
    {"ssh_password": "hunter-2"},
    {"jupyter_token": "hunter-2" * 9},
    {"env": {"T": "&hunter-2"}},
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_refusal_never_quotes_a_secret(
    secret: Dict[str, Any],
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        validate.order(**ORDER, **secret)
    assert "hunter" not in str(caught.value)
