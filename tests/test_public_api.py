"""The documented interface: names, signatures, and that both clients have the same."""

from __future__ import annotations

import inspect
import logging
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any, List, Set, Tuple

import pytest

import clore_ai
import clore_ai.exceptions
import clore_ai.models
import clore_client
import clore_client.client
import clore_client.errors
import clore_client.models
from clore_client import AsyncCloreAI, CloreAI
from clore_client.endpoints import ENDPOINTS
from clore_client.sandbox.world import HANDLERS

if TYPE_CHECKING:
    from clore_client.errors import CloreAPIError

DOCUMENTED = {
    "wallets": "(self) -> 'List[Wallet]'",
    "marketplace": "(self, gpu: 'Optional[str]' = None, min_gpu_count: 'Optional[int]' = None, "
    "min_ram_gb: 'Optional[float]' = None, max_price_usd: 'Optional[float]' = None, "
    "available_only: 'bool' = True) -> 'List[MarketplaceServer]'",
    "my_servers": "(self) -> 'List[MyServer]'",
    "server_config": "(self, server_name: 'str') -> 'ServerConfig'",
    "my_orders": "(self, include_completed: 'bool' = False) -> 'List[Order]'",
    "spot_marketplace": "(self, server_id: 'int') -> 'SpotMarket'",
    "create_order": "(self, server_id: 'int', image: 'str', type: 'str', currency: 'str', "
    "ssh_password: 'Optional[str]' = None, ssh_key: 'Optional[str]' = None, "
    "ports: 'Optional[Mapping[str, str]]' = None, env: 'Optional[Mapping[str, str]]' = None, "
    "jupyter_token: 'Optional[str]' = None, command: 'Optional[str]' = None, "
    "spot_price: 'Optional[float]' = None, required_price: 'Optional[float]' = None, "
    "autossh_entrypoint: 'Union[str, bool, None]' = None) -> 'Order'",
    "cancel_order": "(self, order_id: 'int', issue: 'Optional[str]' = None) -> 'Dict[str, Any]'",
    "set_server_settings": "(self, name: 'str', availability: 'Optional[bool]' = None, "
    "mrl: 'Optional[int]' = None, on_demand: 'Optional[float]' = None, "
    "spot: 'Optional[float]' = None) -> 'Dict[str, Any]'",
    "set_spot_price": "(self, order_id: 'int', price: 'float') -> 'Dict[str, Any]'",
}

#: What the SDK adds to the documented methods.
ADDED = {
    "cancel_orders": "(self, order_ids: 'Sequence[int]') -> 'CancelledOrders'",
    "renter_fees": "(self) -> 'RenterFees'",
    "poh_balance": "(self) -> 'PohBalance'",
    "get_gigaspot": "(self, snapshot: 'bool' = True) -> 'Gigaspot'",
    "create_gigaspot_orders": "(self, orders: 'Sequence[GigaspotOrder]') "
    "-> 'CreatedGigaspotOrders'",
    "edit_gigaspot_orders": "(self, edits: 'Sequence[GigaspotEdit]') -> 'EditedGigaspotOrders'",
    "reconcile": "(self, forget: 'bool' = True, ask: 'bool' = True) -> 'List[Reconciled]'",
    "forget": "(self, results: 'Iterable[Reconciled]', unknown: 'bool' = False) -> 'None'",
    "wait_for_order": "(self, order_id: 'int', until: 'str' = 'running', timeout: 'float' = 600.0, "
    "interval: 'float' = 5.0, accept: 'Optional[Callable[[Order], bool]]' = None) -> 'Order'",
    "request": "(self, method: 'str', path: 'str', query: 'Optional[Mapping[str, str]]' = None, "
    "json: 'Any' = None) -> 'Dict[str, Any]'",
    "request_raw": "(self, method: 'str', path: 'str', "
    "query: 'Optional[Mapping[str, str]]' = None, json: 'Any' = None) -> 'bytes'",
}

#: Documented methods that take more than is documented, by keyword and only if one wants to.
EXTENDED = {
    "set_server_settings": [
        "on_demand_prices",
        "spot_prices",
        "enabled_coins",
        "autoprice",
        "usd_pricing",
    ],
}


@pytest.mark.parametrize("client_class", [CloreAI, AsyncCloreAI])
@pytest.mark.parametrize(("name", "expected"), [*DOCUMENTED.items(), *ADDED.items()])
def test_signatures(client_class: type, name: str, expected: str) -> None:
    method = getattr(client_class, name)
    signature = inspect.signature(method)
    documented, further = split(signature, EXTENDED.get(name, []))
    assert str(documented) == expected
    assert {p.kind for p in further} <= {inspect.Parameter.KEYWORD_ONLY}
    assert {p.default for p in further} <= {None}
    assert inspect.getdoc(method)
    assert inspect.iscoroutinefunction(method) == (client_class is AsyncCloreAI)


def split(signature: inspect.Signature, names: List[str]) -> Tuple[Any, Any]:
    """``signature`` without the parameters ``names``, and those."""
    further = [signature.parameters[name] for name in names]
    rest = [p for p in signature.parameters.values() if p not in further]
    return signature.replace(parameters=rest), further


@pytest.mark.parametrize("client_class", [CloreAI, AsyncCloreAI])
def test_constructor(client_class: type) -> None:
    parameters = inspect.signature(client_class).parameters
    documented = {"api_key": None, "base_url": None, "timeout": 30.0, "max_retries": 3}
    defaults = {name: parameter.default for name, parameter in parameters.items()}
    assert list(defaults)[:4] == list(documented)
    assert {**defaults, **documented} == defaults
    extra = [p for name, p in parameters.items() if name not in documented]
    assert {p.kind for p in extra} == {inspect.Parameter.KEYWORD_ONLY}


def test_the_clients_have_the_same_methods_but_for_closing() -> None:
    def public(cls: type) -> Set[str]:
        return {name for name in dir(cls) if not name.startswith("_")}

    assert public(AsyncCloreAI) - public(CloreAI) == {"aclose"}
    assert public(CloreAI) - public(AsyncCloreAI) == {"close"}


def test_every_endpoint_is_documented_simulated_and_a_method() -> None:
    for name, endpoint in ENDPOINTS.items():
        assert inspect.getdoc(endpoint)
        assert name in HANDLERS
        assert hasattr(CloreAI, name)
    assert HANDLERS.keys() == ENDPOINTS.keys()


#: What `clore-ai` 0.1.1 exports, but for an alias: its users import these from `clore_ai`.
OF_THE_OTHER_PACKAGE = (
    "CloreAI AsyncCloreAI CloreAPIError RateLimitError AuthError InvalidInputError DBError "
    "InvalidEndpointError FieldError MarketplaceServer MyServer Order ServerConfig SpotMarket "
    "Wallet"
)


@pytest.mark.parametrize("name", OF_THE_OTHER_PACKAGE.split())
def test_imports_of_the_other_package_go_on(name: str) -> None:
    assert name in clore_ai.__all__
    homes = (clore_client.client, clore_client.errors, clore_client.models)
    assert getattr(clore_ai, name) in [getattr(home, name, None) for home in homes]


def test_clore_ai_re_exports_and_nothing_else() -> None:
    assert clore_ai.__all__ == clore_client.__all__
    for name in clore_ai.__all__:
        assert getattr(clore_ai, name) is getattr(clore_client, name)
    for name in clore_ai.exceptions.__all__:
        assert getattr(clore_ai.exceptions, name) is getattr(clore_client.errors, name)
    assert set(clore_ai.models.__all__) <= set(clore_client.models.__all__)
    for name in clore_ai.models.__all__:
        assert getattr(clore_ai.models, name) is getattr(clore_client.models, name)


def test_every_error_is_public_and_one_base_class_catches_all() -> None:
    errors = {
        name: value
        for name, value in vars(clore_client.errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert set(clore_ai.exceptions.__all__) == set(errors)
    assert all(issubclass(value, clore_client.CloreAPIError) for value in errors.values())


ERRORS = [
    clore_client.errors.InvalidInputError("no", argument="image"),
    clore_client.errors.RateLimitError("slow", retry_after=7.0, status=429),
    clore_client.errors.NetworkError("reset", sent=True),
    clore_client.errors.FieldError("no", response={"error": "why", "code": 6}, status=500),
    clore_client.errors.OrderUncertainError(
        "?", server_id=6, type="spot", sent_at=1.5, known_order_ids=[38, 39]
    ),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_cross_to_another_process(error: CloreAPIError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_public_names_are_sorted_and_resolve() -> None:
    for module in (clore_client, clore_ai.exceptions, clore_ai.models):
        assert sorted(module.__all__) == sorted(set(module.__all__))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = clore_ai.nope  # type: ignore[attr-defined]


def test_importing_the_sdk_is_light() -> None:
    """A program that imports the SDK pays for urllib3 and the rest when it makes a client."""
    heavy = {"urllib3", "dataclasses_json", "marshmallow", "keyring", "asyncio", "http.client"}
    code = f"import sys; from clore_ai import CloreAI; print(sorted({heavy!r} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_logging_is_silent_by_default() -> None:
    handlers = logging.getLogger("clore_client").handlers
    assert any(isinstance(handler, logging.NullHandler) for handler in handlers)
