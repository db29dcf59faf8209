"""Secrets that a server echoes: in whatever spelling, wherever they stand, and nothing else."""

from __future__ import annotations

import html
import json
from typing import Any, Callable, Dict, List, Set
from urllib.parse import quote

import pytest
from client.shop import KEY, ORDER, SECRETS
from hypothesis import assume, given
from hypothesis import strategies as st

from clore_client.errors import FieldError, NetworkError
from clore_client.redact import (
    _HTML,
    _OWN_WORDS,
    MASK,
    mask_bytes,
    mask_fields,
    mask_text,
    mask_value,
    scrub,
    secrets_in,
)

ODD = "p\u00e4ss/w\"o'r<d>&\\ \u20ac\U0001f511"


def go_json(text: str) -> str:
    """How Go's and PHP's encoders keep a text from being taken for HTML."""
    written = json.dumps(text)[1:-1]
    for char in "<>&'":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written


SPELLINGS: Dict[str, Callable[[str], str]] = {
    "raw": str,
    "JSON": lambda s: json.dumps(s)[1:-1],
    "JSON in UTF-8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "JSON with slashes": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "JSON in UTF-8 with slashes": (
        lambda s: json.dumps(s, ensure_ascii=False)[1:-1].replace("/", "\\/")
    ),
    "JSON for HTML": go_json,
    "JSON with capitals": lambda s: upper(json.dumps(s)[1:-1]),
    "URL": lambda s: quote(s, safe=""),
    "URL with slashes": quote,
    "URL in small letters": lambda s: lower(quote(s, safe="")),
    "form": lambda s: quote(s, safe="").replace("%20", "+"),
    "HTML": html.escape,
    "HTML with numbers": lambda s: "".join(c if c.isalnum() else f"&#{ord(c)};" for c in s),
    "HTML with hexadecimal numbers": (
        lambda s: "".join(c if c.isalnum() else f"&#x{ord(c):X};" for c in s)
    ),
    "HTML with names": lambda s: html.escape(s).replace("&#x27;", "&apos;"),
    "HTML without quotes": lambda s: html.escape(s, quote=False),
}


def upper(text: str) -> str:
    """``\\u00e4`` as ``\\u00E4``."""
    return "".join(
        part if not position else "\\u" + part[:4].upper() + part[4:]
        for position, part in enumerate(text.split("\\u"))
    )


def lower(text: str) -> str:
    """``%2F`` as ``%2f``."""
    return "".join(
        part if not position else "%" + part[:2].lower() + part[2:]
        for position, part in enumerate(text.split("%"))
    )


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("secret", [ODD, "it's", "a/b/c", "<&>!", "plain", "100%", "a b c"])
def test_every_spelling_is_masked(spelling: str, secret: str) -> None:
    written = SPELLINGS[spelling](secret).encode()
    assert mask_bytes(b"<" + written + b">", [secret]) == b"<" + MASK.encode() + b">"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=12),
    st.sampled_from(sorted(SPELLINGS)),
)
def test_any_secret_in_any_spelling(secret: str, spelling: str) -> None:
    assume(secret not in _OWN_WORDS)
    written = SPELLINGS[spelling](secret).encode()
    assert mask_bytes(b"\n\n" + written + b"\n\n", [secret]) == b"\n\n" + MASK.encode() + b"\n\n"


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert mask_bytes(b"abc", ["ab\ud800cd"]) == b"abc"


def test_the_longest_is_masked_first() -> None:
    secrets = ["hunter22", "hunter22-and-more"]
    for order in (secrets, secrets[::-1]):
        assert mask_text("<hunter22-and-more>", order) == f"<{MASK}>"
        assert mask_bytes(b"<hunter22-and-more>", order) == f"<{MASK}>".encode()


@pytest.mark.parametrize(("secret", "masked"), [("", False), ("abc", False), ("abcd", True)])
def test_a_short_value_stands_in_every_text_and_is_no_secret_there(
    secret: str, masked: bool
) -> None:
    assert (mask_text("xabcdx", [secret]) != "xabcdx") is masked
    assert (mask_bytes(b"xabcdx", [secret]) != b"xabcdx") is masked


def test_a_short_value_alone_is_masked_where_it_is_all_there_is() -> None:
    assert mask_value({"error": "1", "n": 1, "x": "11"}, ["1"]) == {
        "error": MASK,
        "n": 1,
        "x": "11",
    }


def test_the_secrets_of_an_order() -> None:
    assert secrets_in(ORDER) == set(SECRETS) - {KEY}
    assert secrets_in([ORDER, {"env": {"B": "second"}}]) == {*secrets_in(ORDER), "second"}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"job": [{"jupyter_token": "deep"}]}, {"deep"}),
        ({"registry_token": "a", "password": "b", "apikey": "c"}, {"a", "b", "c"}),
        ({"credentials": {"user": "u", "pw": ["p", 12345]}}, {"u", "p", "12345"}),
        ({"env": {"A": 12345, "B": ["x"], "C": None}}, {"12345", "x"}),
        ({"env": ["HF=hf_x", "DEBUG"]}, {"HF=hf_x", "hf_x", "DEBUG"}),
        ({"env": "A=1=2\nB=3"}, {"A=1=2\nB=3", "1=2", "3"}),
    ],
)
def test_the_secrets_of_a_request_that_nobody_knows(value: Dict[str, Any], found: Set[str]) -> None:
    assert secrets_in(value) == found


def test_a_request_that_is_nested_too_deeply_is_for_the_transport_to_refuse() -> None:
    value: List[Any] = []
    for _ in range(100_000):
        value = [value]
    assert secrets_in(value) == set()


@pytest.mark.parametrize(
    "value",
    [
        {"env": ["HF=hush"]}, {"env": "HF=hush"}, {"env": {"HF": ["hush"]}}, {"apikey": "hush"},
        {"private_key": "hush"}, {"authorization": "hush"}, {"credentials": {"a": "hush"}},
        {"a": ({"passphrase": "hush"},)}, {"accessKey": "hush"}, {"hfAuth": "hush"},
    ],
)  # fmt: skip
def test_what_may_be_secret_is_masked_wherever_it_stands(value: Dict[str, Any]) -> None:
    assert "hush" not in repr(mask_value(value, ()))
    assert MASK in repr(mask_value(value, ()))


def test_of_the_apis_own_objects_only_known_secrets_are_masked() -> None:
    job = {"image": "x", "env": {"A": 1}, "key_count": 2}
    row: Dict[str, Any] = {
        "auto_login": "l",
        "init_token": None,
        "background_job": job,
        "rows": [{"auth": "a"}],
    }
    assert mask_fields(row) == {
        "auto_login": MASK, "init_token": None, "rows": [{"auth": MASK}],
        "background_job": {"image": "x", "env": {"A": MASK}, "key_count": 2},
    }  # fmt: skip
    assert row["background_job"]["env"] == {"A": 1}


@pytest.mark.parametrize(
    "value", [None, 1, "text", [], [1, None], {}, {"x": "y"}, {"env": None}, {"token": True}]
)
def test_a_request_without_secrets(value: Any) -> None:
    assert secrets_in(value) == set()


def test_nested_answers_are_masked_and_left_as_they_were() -> None:
    answer = {
        "error": "bad hunter22!",
        "rows": [{"deep": ["hunter22", 1, None, True, 0.5]}],
        "has hunter22": {"ssh_password": "unknown", "auth": 7, "token": None},
    }
    before = json.dumps(answer)
    assert mask_value(answer, ["hunter22"]) == {
        "error": f"bad {MASK}!",
        "rows": [{"deep": [MASK, 1, None, True, 0.5]}],
        f"has {MASK}": {"ssh_password": MASK, "auth": MASK, "token": None},
    }
    assert json.dumps(answer) == before


REFUSAL = b'{"code": 6, "error": "server-already-rented", "min_price": 8888.5, "ok": true}'


@pytest.mark.parametrize("word", ["server", "code", "error", "true", "rented", "6"])
def test_the_apis_own_words_stay_readable_whatever_a_variable_holds(word: str) -> None:
    answer = json.loads(REFUSAL)
    assert mask_value(answer, [word]) == answer
    assert mask_text("create_order: server-already-rented", [word]).endswith("already-rented")


@pytest.mark.parametrize("secret", ["x\\" * 9 + "/y", "{" * 2000], ids=["backslashes", "long"])
def test_a_secret_too_long_for_a_pattern_is_masked_as_encoders_write_it(secret: str) -> None:
    for written in (secret, json.dumps(secret)[1:-1], quote(secret, safe="")):
        assert mask_text(f"<{written}>", [secret]) == f"<{MASK}>"


@pytest.mark.parametrize("part", ["serv", "fail", "bids", "stat", "_price"])
def test_the_names_of_answers_stay_whatever_a_variable_holds(part: str) -> None:
    answer = {"failed_to_rent_servers": [5], "too_low_bids_servers": [], "status": "x"}
    assert mask_value(answer, [part]) == answer
    assert mask_value({"error": "too_low_price"}, [part]) == {"error": "too_low_price"}


def test_an_error_is_cleaned_in_place() -> None:
    error = FieldError("create_order: bad hunter22", response={"error": "hunter22"}, status=200)
    scrub(error, ["hunter22"])
    assert str(error) == f"create_order: bad {MASK}"
    assert error.response == {"error": MASK}
    assert error.error == MASK
    bare = NetworkError("hunter22", sent=True)
    bare.args = ("hunter22", 7)
    scrub(bare, ["hunter22"])
    assert (bare.args, bare.response) == ((MASK, 7), None)


def test_html_is_written_as_the_standard_library_writes_it() -> None:
    for char in map(chr, range(0x250)):
        assert char.translate(_HTML) == html.escape(char)
