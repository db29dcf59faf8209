"""Whatever the reference shows has a text: no field, argument or error goes without."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

import pytest

import clore_ai
import clore_ai.exceptions
import clore_ai.models
import clore_client.clock
import clore_client.limiter
import clore_client.models
import clore_client.sandbox
import clore_client.wire
from clore_cli import plugin, testbench, testing
from clore_client import decode
from clore_client.client import _Api
from clore_client.endpoints import ENDPOINTS
from clore_client.workflows import Workflow

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs" / "_ext"))

import docstrings
import model_tables
import sdk_pages

OURS = ("clore_ai", "clore_cli", "clore_client")
MODELS: List[Any] = [
    value
    for value in (getattr(clore_ai.models, name) for name in clore_ai.models.__all__)
    if is_dataclass(value)
]
#: What whoever calls it supplies: click, or the command.
SUPPLIED = {"app", "ctx", "param", "incomplete"}
FROM_THE_SDK = {*clore_ai.exceptions.__all__}
ERRORS: List[Any] = [getattr(clore_ai.exceptions, name) for name in clore_ai.exceptions.__all__]
CLIENTS = (clore_ai.CloreAI, clore_ai.AsyncCloreAI)


def is_ours(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).partition(".")[0] in OURS


def named(thing: Any) -> str:
    return str(getattr(thing, "__qualname__", thing))


def public_members(cls: Any) -> Dict[str, Any]:
    """What ``cls`` defines itself, but for its fields and what a foreign base class promises."""
    theirs = {name for base in cls.__mro__ if not is_ours(base) for name in vars(base)}
    own = {name: value for name, value in vars(cls).items() if not name.startswith("_")}
    told = {*theirs, *field_names(cls)}
    kinds = (property, cached_property, classmethod, staticmethod)
    return {
        name: value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
        for name, value in own.items()
        if name not in told and (isinstance(value, kinds) or inspect.isfunction(value))
    }


def field_names(cls: Any) -> List[str]:
    if is_dataclass(cls):
        return [item.name for item in fields(cls) if not item.name.startswith("_")]
    return list(getattr(cls, "_fields", ()))


def arguments(function: Any) -> List[str]:
    names = list(inspect.signature(function).parameters)
    return [name for name in names if name not in ("self", "cls") and not name.startswith("_")]


def untold(function: Any, doc: Any = None) -> Set[str]:
    """The arguments that have no entry under Args, and are not named in the text either."""
    thing = function if doc is None else doc
    text = inspect.getdoc(thing) or ""
    told = {*docstrings.entries(thing, "Args"), *docstrings.entries(thing, "Attributes")}
    return {name for name in arguments(function) if name not in told and f"``{name}``" not in text}


def test_there_is_something_to_tell_of() -> None:
    assert len(MODELS) > 30
    assert len(ERRORS) > 10


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_every_field_of_a_model_has_a_text(model: Any) -> None:
    told = docstrings.entries(model, "Attributes")
    assert set(told) == set(field_names(model))
    assert {name for name, entry in told.items() if len(entry.text) < len("a name")} == set()


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_every_amount_of_a_model_has_a_unit(model: Any) -> None:
    """What is a float, or a list or a mapping of them, measures something."""
    told = docstrings.entries(model, "Attributes")
    amounts = {name for name, kind in decode.types(model).items() if "float" in str(kind)}
    assert {name for name in amounts if not told[name].unit} == set()
    assert {entry.unit for entry in told.values() if entry.unit} <= docstrings.UNITS
    properties = {name: value for name, value in vars(model).items() if isinstance(value, property)}
    for name, value in properties.items():
        if value.fget and "float" in str(value.fget.__annotations__["return"]):
            assert docstrings.of_property(value).unit, f"{named(model)}.{name}"


class Told:
    """What has docstrings of the forms that are read.

    Args:
        *words: any number.
        **options: by name.
    """

    @property
    def price(self) -> float:
        """The price (roughly)."""
        return 0.0

    @property
    def rate(self) -> float:
        """The price (of most hosts) for the machine (USD per DAY)."""
        return 0.0


def test_a_table_of_fields_is_the_same_when_somebody_has_asked_for_a_schema() -> None:
    model = clore_client.models.Wallet
    before = model_tables.table(model)
    model.schema()
    assert model_tables.table(model) == before
    assert any("number or None" in line or "float or None" in line for line in before)


def test_a_parenthesis_is_no_unit_unless_something_is_measured_in_it() -> None:
    assert docstrings.of_property(Told.price).unit == ""
    assert docstrings.of_property(Told.rate).unit == "USD per DAY"


def test_an_argument_has_no_stars_in_its_name() -> None:
    assert list(docstrings.entries(Told, "Args")) == ["words", "options"]


@pytest.mark.parametrize("error", ERRORS, ids=named)
def test_every_attribute_of_an_error_has_a_text(error: Any) -> None:
    needed: Dict[str, Any] = {"sent": True, "server_id": 6, "type": "spot", "sent_at": 1.5}
    given = {name: needed[name] for name in arguments(error) if name in needed}
    told: Set[str] = set()
    for kind in error.__mro__:
        if is_ours(kind):
            told |= {*docstrings.entries(kind, "Attributes"), *public_members(kind)}
    assert set(vars(error("message", **given))) - told == set()
    assert docstrings.split(error)[""]


@pytest.mark.parametrize("client", CLIENTS, ids=named)
def test_every_method_of_a_client_has_a_text_and_so_has_each_argument(client: Any) -> None:
    methods = {
        name: value
        for name, value in inspect.getmembers(client, inspect.isfunction)
        if not name.startswith("_")
    }
    assert len(methods) > 20
    for name, method in methods.items():
        assert docstrings.split(method)[""], name
        assert untold(method) == set(), name
        assert set(docstrings.entries(method, "Args")) <= set(arguments(method)), name
    assert set(docstrings.entries(client, "Args")) == set(arguments(client))


def the_rest() -> Iterator[Tuple[str, Any]]:
    """What else is public: name and thing."""
    for module in (clore_client.sandbox, plugin, clore_client):
        yield from ((name, getattr(module, name)) for name in module.__all__)
    for module, listed in (
        (clore_client.limiter, ("Slot",)),
        (clore_client.wire, ("Request", "Response", "Transport")),
        (clore_client.clock, ("Clock",)),
        (clore_client.models, ("Model", "Rows", "GigaspotServers")),
        (testbench, ("Bench", "Result")),
    ):
        yield from ((name, getattr(module, name)) for name in listed)
    yield from ((named(model), model) for model in MODELS)
    yield "clore", inspect.unwrap(testing.clore)


REST = [
    pytest.param(thing, id=name)
    for name, thing in the_rest()
    if is_ours(thing) and callable(thing) and thing not in ERRORS
]


@pytest.mark.parametrize("thing", REST)
def test_every_public_name_has_a_text_and_so_has_each_argument(thing: Any) -> None:
    assert docstrings.split(thing)[""]
    if not inspect.isclass(thing):
        # The only argument of a function may be what its text is about.
        assert len(arguments(thing)) == 1 or untold(thing) == set()
        return
    if field_names(thing):
        assert set(docstrings.entries(thing, "Attributes")) >= set(field_names(thing))
    elif "__init__" in vars(thing) and not getattr(thing, "_is_protocol", False):
        assert untold(thing.__init__, thing) == set()
    for name, member in public_members(thing).items():
        assert docstrings.split(member)[""], f"{named(thing)}.{name}"
        if inspect.isfunction(member):
            assert untold(member) == set(), f"{named(thing)}.{name}"


@pytest.mark.parametrize("name", ["cells", "completing", "gpus", "offers"])
def test_every_function_of_a_module_of_the_facade_has_a_text(name: str) -> None:
    module = getattr(plugin, name)
    functions = {
        own: value
        for own, value in vars(module).items()
        if inspect.isfunction(value) and value.__name__ == own and own[0] != "_"
        if value.__module__ == module.__name__
    }
    assert functions
    for own, function in functions.items():
        assert docstrings.split(function)[""], own
        assert len(arguments(function)) == 1 or untold(function) <= SUPPLIED, own


def test_the_reference_tells_what_a_method_sends_beside_its_own_request() -> None:
    several = {name for name, made in vars(_Api).items() if isinstance(made, Workflow)}
    assert set(sdk_pages.BESIDE) == several & set(ENDPOINTS)
    page = sdk_pages.pages()["clients"]
    assert "``GET /marketplace``, without need of a key (yours is sent along);" in page
    assert "before it, and after it until the order is listed, up to 6 times." in page


@pytest.mark.parametrize("key", [None, "k" * 32])
def test_the_key_is_sent_where_none_is_needed(key: Optional[str]) -> None:
    world = clore_client.sandbox.World(scenario="docs")
    with clore_client.sandbox.serve(world) as url, clore_ai.CloreAI(key, base_url=url) as client:
        client.marketplace()
    assert [entry.keyed for entry in world.log] == [key is not None]


def test_the_requests_of_an_order_that_is_not_listed_are_as_many_as_told() -> None:
    clock = clore_client.sandbox.VirtualClock()
    world = clore_client.sandbox.World(scenario="docs", clock=clock, lag=1e6)
    client = clore_ai.CloreAI(transport=world.transport("k" * 32), clock=clock)
    order = client.create_order(123, "cloreai/ubuntu22.04-cuda12", "on-demand", "bitcoin", "abc")
    assert order.id is None
    sent = [entry.endpoint for entry in world.log if entry.code == 0]
    assert sent == ["my_orders", "create_order", *["my_orders"] * 6]


def test_what_is_no_number_is_not_always_none() -> None:
    order = clore_ai.models.Order.from_dict({"id": 1, "gpu_array": 5, "type": 5})
    assert (order.gpu_array, order.type, order.status) == ([], "on-demand", "unknown")
    assert clore_ai.models.MarketplaceServer.from_dict({"id": 1, "gpu_array": 5}).gpu_count == 0


def test_the_reference_shows_every_public_name() -> None:
    shown = set(re.findall(r"[\w.]+", "\n".join(sdk_pages.pages().values())))
    both = set(dir(clore_ai.CloreAI)) & set(dir(clore_ai.AsyncCloreAI))
    public = {
        *(f"clore_ai.CloreAI.{name}" for name in both if name in vars(clore_ai.CloreAI)),
        *(f"clore_ai.exceptions.{name}" for name in clore_ai.exceptions.__all__),
        *(f"clore_ai.models.{named(m)}.{name}" for m in MODELS for name in field_names(m)),
        *(f"clore_client.sandbox.{name}" for name in clore_client.sandbox.__all__),
        *(f"clore_cli.plugin.{name}" for name in plugin.__all__ if name not in FROM_THE_SDK),
    }
    assert {name for name in public - shown if "__" not in name} == set()
