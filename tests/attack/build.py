"""Short ways to write the cases down."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Tuple

from clore_client.errors import NetworkError

from .case import CREATE, ODD, Call, Case, Value
from .market import fixture
from .wire import answer

if TYPE_CHECKING:
    from .faultserver import Behaviour

#: A good answer and its parts.
WALLETS_BODY = fixture("wallets")
GOOD = answer(WALLETS_BODY)
TEXT = json.dumps(WALLETS_BODY).encode()

READ = Value("returns the wallets", lambda value: [w.name for w in value][:1] == ["bitcoin"])
TWICE = Value("returns the wallets twice", lambda value: all(map(READ.holds, value)))


def family(name: str, cases: Iterable[Case]) -> List[Case]:
    """``cases`` under the heading ``name``."""
    return [replace(case, family=name) for case in cases]


def get(id: str, what: str, *steps: Any, **expected: Any) -> Case:  # noqa: A002
    """A case of reading the wallets, which fails unless it is said what it returns.

    One behaviour goes on for ever; several happen one after the other, then answers are sane.
    """
    script = {"wallets": (*steps, ...) if len(steps) == 1 else steps}
    if "returns" not in expected:
        expected.setdefault("raises", ODD)
    return Case(id, what, script=script if steps else {}, **expected)


def once(id: str, what: str, step: Behaviour, **expected: Any) -> Case:  # noqa: A002
    """A case of reading the wallets that goes well the second time."""
    expected = {"returns": READ, "requests": 2, **expected}
    return get(id, f"{what}; then all is well", step, _healthy_from_then_on, **expected)


def _healthy_from_then_on(exchange: Any) -> None:
    exchange.send(exchange.sane())
    exchange.stays_open = True


def slow(id: str, what: str, step: Optional[Behaviour], **expected: Any) -> Case:  # noqa: A002
    """A case of one attempt that must end at its deadline."""
    expected = {
        "raises": (NetworkError,),
        "hangs": 1,
        "retries": 0,
        "requests": 1,
        "timeout": 0.25,
        **expected,
    }
    return get(id, what, *([step] if step else []), **expected)


def reading(
    id: str,  # noqa: A002
    what: str,
    call: Call,
    body: Any,
    **expected: Any,
) -> Case:
    """A case of any reading call that is answered with ``body``, properly framed."""

    def behave(exchange: Any) -> None:
        exchange.send(answer(body))
        exchange.stays_open = True

    return Case(id, what, script={call.endpoint: (behave, ...)}, call=call, **expected)


def rent(
    id: str,  # noqa: A002
    what: str,
    *steps: Any,
    script: Optional[Dict[str, Tuple[Any, ...]]] = None,
    **expected: Any,
) -> Case:
    """A case of renting one server: one POST unless something else is said."""
    expected = {"requests": 1, "call": CREATE, **expected}
    behaviours = (*steps, ...) if len(steps) == 1 else steps
    return Case(id, what, script={"create_order": behaviours, **(script or {})}, **expected)
