"""Whatever an answer holds: parsers give values of the documented types, or raise our errors."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
from typing import Any, Dict, Iterator, List, Tuple, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional import some
from payloads import payload

from clore_client import errors, jsontext
from clore_client.answers import read
from clore_client.decode import types
from clore_client.endpoint import Call, Spec
from clore_client.endpoints import ENDPOINTS
from clore_client.models import GigaspotEdit
from clore_client.models.base import Model
from clore_client.text import clean
from clore_client.wire import Response

SPEC = Spec("wallets", "GET", "/wallets")

#: A value for each argument that an endpoint cannot do without.
ARGUMENTS = {
    "edits": [GigaspotEdit(7, 1.5)],
    "name": "my server",
    "order": {"renting_server": 6, "image": "ubuntu"},
    "order_id": 7,
    "order_ids": [7],
    "price": 1.5,
    "rows": [{"renting_server": 6}],
    "server_id": 6,
    "server_name": "my server",
}
#: Endpoints that want one more.
MORE = {"set_server_settings": {"availability": True}}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1", "0.1234567890123456789", "22:1972", "usd", "bitcoin", "4x RTX", 1, 0])
)
KEYS = st.sampled_from(
    ["id", "name", "servers", "specs", "price", "offers", "usd", "spot", "gpus", "net", "server"]
) | st.text(max_size=5)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)
TOP = ["servers", "orders", "wallets", "market", "config", "exists", "my_servers", "limit"]
BODIES = st.dictionaries(st.sampled_from(TOP) | st.text(max_size=8), JSON, max_size=5)


def called(name: str) -> Call[Any]:
    """The call of one endpoint, with arguments that it accepts."""
    endpoint = ENDPOINTS[name]
    needed = [
        parameter.name
        for parameter in inspect.signature(endpoint.build).parameters.values()
        if parameter.default is parameter.empty
    ]
    missing = set(needed) - ARGUMENTS.keys()
    assert not missing, f"add a value for {missing} to ARGUMENTS"
    given_ = {argument: ARGUMENTS[argument] for argument in needed}
    return endpoint(**given_, **MORE.get(name, {}))


def recorded(call: Call[Any]) -> List[Dict[str, Any]]:
    """The recorded successes of an endpoint."""
    asked = call.spec.method, f"/v1{call.spec.path}"
    bodies = [
        payload(name[: -len(".json")])
        for name, entry in payload("index").items()
        if entry["kind"] == "response"
        and (entry["method"], entry["path"].partition("?")[0]) == asked
    ]
    return [body for body in bodies if isinstance(body, dict) and body.get("code") == 0]


def places(value: Any, path: Tuple[Any, ...] = ()) -> Iterator[Tuple[Any, ...]]:
    """The paths of everything inside a JSON value."""
    items = value.items() if isinstance(value, dict) else ()
    for key, item in enumerate(value) if isinstance(value, list) else items:
        yield (*path, key)
        yield from places(item, (*path, key))


def mutated(data: st.DataObject, body: Any) -> Any:
    """A copy of ``body`` with a few of its values replaced or left out."""
    body = copy.deepcopy(body)
    for _ in range(data.draw(st.integers(1, 4))):
        *path, last = data.draw(st.sampled_from(list(places(body)) or [("x",)]))
        holder = body
        for key in path:
            holder = holder[key]
        if isinstance(holder, dict) and data.draw(st.booleans()):
            holder.pop(last, None)
        else:
            holder[last] = data.draw(JSON)
    return body


def conforms(value: Any, hint: Any) -> bool:
    """Whether ``value`` has the documented type, through and through."""
    if get_origin(hint) is Union:
        return any(conforms(value, part) for part in get_args(hint))
    if hint is Any:
        return True
    if get_origin(hint) is list:
        return isinstance(value, list) and all(conforms(v, get_args(hint)[0]) for v in value)
    if get_origin(hint) is dict:
        return isinstance(value, dict) and all(
            isinstance(key, get_args(hint)[0]) and conforms(item, get_args(hint)[1])
            for key, item in value.items()
        )
    if isinstance(value, Model):
        model: Any = value
        of: Any = hint
        return type(value) is hint and all(
            conforms(getattr(model, item.name), types(of)[item.name])
            for item in dataclasses.fields(model)
        )
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def used(model: Any) -> None:
    """Everything that a caller may ask of a model."""
    for name, _ in inspect.getmembers(type(model), lambda member: isinstance(member, property)):
        getattr(model, name)
    repr(model)
    written = model.to_dict()
    assert type(model).from_dict(written).to_dict() == written or "nan" in repr(written)


def outcome(call: Call[Any], body: Any) -> Any:
    """What the caller gets for ``body``, which is the answer of ``call``: a value or the error."""
    try:
        return call.parse(read(Response(200, json.dumps(body).encode()), call.spec))
    except errors.CloreAPIError as error:
        return error


def check(found: Any) -> None:
    """Whether ``found``, an `outcome`, is what it should be."""
    if isinstance(found, errors.CloreAPIError):
        assert short(found)
    elif isinstance(found, Model):
        assert conforms(found, type(found)), found
        used(found)
    elif isinstance(found, list):
        for model in found:
            assert isinstance(model, Model)
            check(model)
    else:
        assert isinstance(found, dict)


CALLS = {name: called(name) for name in ENDPOINTS}


@given(BODIES)
def test_any_json_is_a_typed_value_or_our_error_at_every_endpoint(body: Any) -> None:
    for call in CALLS.values():
        check(outcome(call, {"code": 0, **body}))


@settings(max_examples=2 * some(settings.default).max_examples)
@given(st.sampled_from(sorted(ENDPOINTS)), st.data())
def test_a_changed_recording_is_a_typed_value_or_our_error(name: str, data: st.DataObject) -> None:
    call = CALLS[name]
    bodies = recorded(call)
    assert bodies
    check(outcome(call, mutated(data, data.draw(st.sampled_from(bodies)))))


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_recording_itself_is_a_typed_value(name: str) -> None:
    call = called(name)
    bodies = recorded(call)
    assert bodies
    for body in bodies:
        found = outcome(call, body)
        assert not isinstance(found, errors.CloreAPIError)
        check(found)


def told(raw: bytes, status: int) -> Any:
    """What `read` makes of an answer: its object, or the error."""
    try:
        return read(Response(status, raw), SPEC)
    except errors.CloreAPIError as error:
        return error


def short(error: object) -> bool:
    """Whether the text is one line of at most 400 characters that a terminal can show."""
    return clean(str(error), 400) == str(error)


STATUSES = st.sampled_from([200, 201, 302, 400, 401, 403, 404, 429, 500, 502])


@given(st.binary(), STATUSES)
def test_any_bytes_are_an_object_or_a_short_error(raw: bytes, status: int) -> None:
    found = told(raw, status)
    assert isinstance(found, dict) or short(found)


@given(JSON, STATUSES)
def test_any_json_is_an_object_or_a_short_error(value: Any, status: int) -> None:
    found = told(json.dumps(value).encode(), status)
    assert isinstance(found, dict) or short(found)


@given(BODIES, st.sampled_from([1, 2, 3, 4, 5, 6, 7, "6"]), st.text(), STATUSES)
def test_any_refusal_is_a_short_error(body: Any, code: Any, text: str, status: int) -> None:
    error = told(json.dumps({**body, "code": code, "error": text}).encode(), status)
    assert isinstance(error, errors.CloreAPIError)
    assert short(error)
    assert error.code == int(code)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b'{"code":0,"x":[' + b"[]," * 10_000_000 + b"0]}", "holds more than any real answer"),
        (b'{"code":0,"wallets":[' + b"1," * 20_000 + b"0]}", "lists more than 20,000 rows"),
        (b'{"code":0,"market":{"x":[' + b"1," * 20_000 + b"0]}}", "lists more than 20,000 rows"),
    ],
    ids=["tokens", "rows", "rows further in"],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 429, 500])
def test_an_answer_too_large_is_named_as_such(body: Any, what: str, status: int) -> None:
    error = told(body, status)
    assert type(error) is errors.AnswerTooLargeError
    assert error.message == f"wallets: the answer {what} (HTTP {status})"
    assert error.status == status


def test_as_many_rows_as_are_allowed_are_read() -> None:
    body = b'{"code":0,"wallets":[' + b"1," * 19_999 + b"0]}"
    assert len(told(body, 200)["wallets"]) == 20_000


@pytest.mark.parametrize("levels", [jsontext.DEEPEST, 400, 100_000])
def test_an_answer_too_deep_is_not_the_apis(levels: int) -> None:
    error = told(b'{"code":0,"a":' + b"[" * levels + b"]" * levels + b"}", 200)
    assert type(error) is errors.BadAnswerError
    assert "is not the API's JSON" in str(error)


def test_the_deepest_answer_can_be_copied_and_written() -> None:
    levels = jsontext.DEEPEST - 3
    row = b'{"name":"x","a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"
    [wallet] = called("wallets").parse(told(b'{"code":0,"wallets":[' + row + b"]}", 200))
    assert copy.deepcopy(wallet).to_dict()["a"] == wallet.raw["a"]
    assert "[" * (levels - 1) in repr(wallet.raw)
    assert json.loads(wallet.to_json())["a"] == wallet.raw["a"]


def test_the_apis_numbers_keep_their_digits_in_the_text() -> None:
    error = told(b'{"code":6,"error":"x","min_price":0.1234567890123456789}', 200)
    assert str(error) == "wallets: x, min_price 0.1234567890123456789 (code 6, HTTP 200)"
