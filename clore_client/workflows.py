"""Operations of several calls, written once for both clients: generators that `yield from`."""

from __future__ import annotations

import functools
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, TypeVar, Union, cast

from . import endpoints, logs, rental, validate
from .convert import as_int
from .errors import (
    BadAnswerError,
    CloreAPIError,
    DBError,
    FieldError,
    InvalidInputError,
    NetworkError,
)
from .method import Method
from .plan import Run
from .redact import secrets_in
from .steps import Do, Sleep, Steps
from .wire import JsonObject

if TYPE_CHECKING:
    from .models import Order

if sys.version_info >= (3, 10):
    from typing import Concatenate, ParamSpec
else:
    from typing_extensions import Concatenate, ParamSpec  # pragma: no cover  only on 3.9

P = ParamSpec("P")
T = TypeVar("T")


class Workflow(Method[P, T]):
    """A generator function whose first argument makes calls; becomes a method of both clients."""

    def __init__(self, func: Callable[Concatenate[Run, P], Steps[T]]) -> None:
        self.func = func
        functools.update_wrapper(cast("Any", self), func)

    def steps(self, run: Run, *args: P.args, **kwargs: P.kwargs) -> Steps[T]:
        """The steps of the whole operation."""
        return self.func(run, *args, **kwargs)


@Workflow
def create_order(
    run: Run,
    server_id: int,
    image: str,
    type: str,  # noqa: A002  the documented name
    currency: str,
    ssh_password: Optional[str] = None,
    ssh_key: Optional[str] = None,
    ports: Optional[Mapping[str, str]] = None,
    env: Optional[Mapping[str, str]] = None,
    jupyter_token: Optional[str] = None,
    command: Optional[str] = None,
    spot_price: Optional[float] = None,
    required_price: Optional[float] = None,
    autossh_entrypoint: Union[str, bool, None] = None,
) -> Steps[Order]:
    """Rent ``server_id`` and return the new order. One call never makes two orders.

    The API's answer names no order, so your orders are read before and, for about 21 s (longer
    where the API or the limiter makes it wait), after. An accepted order that is not listed by
    then comes back with ``id`` None and ``status`` "pending".

    Args:
        server_id: the server to rent.
        image: a Docker Hub image, e.g. ``"cloreai/jupyter:ubuntu24.04-v2"``.
        type: ``"on-demand"`` or ``"spot"``.
        currency: a coin that the server takes: ``"bitcoin"``, ``"CLORE-Blockchain"`` or
            ``"USD-Blockchain"``.
        ssh_password: letters and digits, at most 32.
        ssh_key: a public key, at most 3072 characters.
        ports: container ports to open, e.g. ``{"22": "tcp", "8888": "http"}``.
        env: environment variables.
        jupyter_token: at most 32 characters.
        command: shell command to run when the container has started.
        spot_price: your bid per DAY in ``currency``; spot orders only, where it is needed.
        required_price: price per DAY in ``currency``; the order is refused if the host has
            moved it. On-demand orders only.
        autossh_entrypoint: any true value uses Clore.ai's SSH entry point.

    Raises:
        InvalidInputError: an argument is outside the documented limits; nothing was sent.
        FieldError: refused, e.g. "server-already-rented"; there is no order.
        OrderUncertainError: it is not known whether there is an order; never sent again.
            `reconcile` finds out later.
    """
    body = validate.order(
        server_id, image, type, currency, ssh_password, ssh_key, ports, env, jupyter_token,
        command, spot_price, required_price, autossh_entrypoint,
    )  # fmt: skip
    return (yield from _rent(run.keeping(secrets_in(body)), body))


def _rent(run: Run, body: JsonObject) -> Steps[Order]:
    yield from warn_of_doubts(run)
    before = yield from run(endpoints.my_orders())
    attempt = rental.attempt(body, run.server_clock.time(), rental.ids(before))
    with run.journal.watching(attempt):
        return (yield from _made(run, body, attempt))


def _made(run: Run, body: JsonObject, attempt: rental.Attempt) -> Steps[Order]:
    """The order that comes of ``attempt``, which is sent now."""
    answer: Dict[str, Any] = {}
    doubt: Optional[CloreAPIError] = None
    try:
        answer = yield from run(replace(endpoints.create_order(body), intent=attempt))
    except CloreAPIError as error:
        if rental.proves_no_order(error):
            raise
        doubt = error
    else:
        attempt = replace(attempt, state=rental.ACCEPTED)
    found = yield from look_for(run, attempt, _look(attempt))
    if found is not None:
        yield from hand_over(run, [attempt])
        return found
    if doubt is not None:
        raise attempt.uncertain(doubt) from doubt
    return attempt.pending(answer)


#: What `warn_of_doubts` logs, so that whoever says it in other words can leave it out.
EARLIER = "an earlier attempt to rent server %d may have made an order: see reconcile()"


def warn_of_doubts(run: Run) -> Steps[None]:
    """Say what may have been rented already: a shell loop would go on renting for ever."""
    for earlier in (yield Do(run.journal.pending)):
        if not earlier.held:
            logs.logger().warning(EARLIER, earlier.server_id)


def hand_over(run: Run, known: List[rental.Attempt]) -> Steps[None]:
    """Forget attempts because the caller is told now what became of them.

    A caller who is cancelled in this very moment is not told: then nothing is forgotten.
    """

    def forget() -> None:
        for attempt in known:
            run.journal.close(attempt)

    def remember(_: Any = None) -> None:
        for attempt in known:
            run.journal.open(attempt)
            run.journal.settle(attempt, attempt.state)

    try:
        yield Do(forget, remember)
    except BaseException:
        remember()
        raise


def look_for(
    run: Run, attempt: rental.Attempt, look: Callable[[Run], Steps[Optional[T]]]
) -> Steps[Optional[T]]:
    """What ``look`` finds of ``attempt`` in some 21 s; a look that fails has seen nothing."""
    try:
        for gap in rental.LOOK_GAPS:
            if gap:
                yield Sleep(gap)
            try:
                found = yield from look(run.without_retries())
            except CloreAPIError:
                continue
            if found is not None:
                return found
    except BaseException:  # Ctrl-C or a cancelled task: the order costs money all the same
        logs.logger().error(
            "%s: interrupted; server %d may be rented: see reconcile()",
            attempt.operation,
            attempt.server_id,
        )
        raise
    return None


def _look(attempt: rental.Attempt) -> Callable[[Run], Steps[Optional[Order]]]:
    def look(run: Run) -> Steps[Optional[Order]]:
        orders = yield from run(endpoints.my_orders())
        return run.claims.first(attempt.candidates(orders), attempt.id)

    return look


@Workflow
def cancel_order(run: Run, order_id: int, issue: Optional[str] = None) -> Steps[Dict[str, Any]]:
    """End an order or withdraw a spot bid; one that has already ended counts as cancelled.

    Args:
        order_id: the order.
        issue: what was wrong with the server, at most 2048 characters.

    Returns:
        The API's answer; ``{"code": 0, "already_ended": True}`` when there was nothing to end.

    Raises:
        FieldError: refused, and your orders do not show that it has ended.
    """
    try:
        return (yield from run(endpoints.cancel_order(order_id, issue)))
    except (BadAnswerError, DBError, FieldError, InvalidInputError, NetworkError) as error:
        if isinstance(error, InvalidInputError) and error.argument:
            raise  # found here, before anything was sent
        refusal = error
    try:
        gone = yield from _is_gone(run, order_id, refusal)
    except CloreAPIError:
        raise refusal from None
    if gone:
        return {"code": 0, "already_ended": True}
    raise refusal


def _is_gone(run: Run, order_id: int, refusal: CloreAPIError) -> Steps[bool]:
    """Whether your orders show, after ``refusal``, that an order has ended.

    One listing without it could be an odd one, and so could its own row.
    """
    for _ in range(2 if isinstance(refusal, NetworkError) else 1):
        orders = yield from run(endpoints.my_orders(include_completed=True))
        rows = [order for order in orders if order.id == order_id]
        if rows:
            return any(row.expired for row in rows)
        if any(_may_be(row, order_id) for row in getattr(orders, "skipped", ())):
            return False
    return _may_have_ended_it(refusal)


def _may_be(row: Any, order_id: int) -> bool:
    """Whether a row that cannot be read may be that of the order."""
    named = as_int(row.get("id", row.get("order_id"))) if isinstance(row, dict) else None
    return named in (None, order_id)


def _may_have_ended_it(error: CloreAPIError) -> bool:
    """Whether an order that is not listed at all was ended: by a lost request, or before.

    A number that the API does not know may be mistyped: the order that was meant goes on costing
    money, so that is no success.
    """
    if isinstance(error, NetworkError):
        return error.sent
    return (error.error or "").replace("-", "_") == "order_not_active"
