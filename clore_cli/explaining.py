"""Error of the SDK -> exit status, message and next step: the one table of what `clore` says.

Imported when something has failed, and not before.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Tuple, Type, Union

from clore_client import errors

from .cells import age, coins
from .failures import Failure
from .status import Status


def explain(error: errors.CloreAPIError) -> Failure:
    """What an error of the SDK means for a person at the command line."""
    for kind, describe in _KINDS:
        if isinstance(error, kind):
            return describe(error)
    return Failure(Status.ERROR, error.message, _general_hint(error) or error.advice)


def _general_hint(error: errors.CloreAPIError) -> str:
    if isinstance(error, errors.DBError):
        return "Often an empty wallet or a server just rented: see 'clore wallets', 'clore orders'."
    if isinstance(error, errors.BadAnswerError):  # and AnswerTooLargeError
        return "Try again later; if it stays so, check --base-url."
    return ""


def _invalid(error: Any) -> Failure:
    return Failure(Status.USAGE, error.message, "See the command's --help.")


def _auth(error: Any) -> Failure:
    if error.status is None and error.response is None:  # nothing was sent
        hint = "Run 'clore auth login' or set CLORE_API_KEY; 'clore sandbox run' needs no key."
        return Failure(Status.AUTH, "this needs an API key, and there is none.", hint)
    origin = f"{error.advice.rstrip('.')}. " if error.advice else ""
    hint = f"{origin}Is it the right one? 'clore auth login' stores another."
    return Failure(Status.AUTH, error.message, hint)


def _no_key(error: Any) -> Failure:
    hint = error.advice or "'clore auth status' shows where keys are looked for."
    return Failure(Status.AUTH, error.message, hint)


def _unwritten(error: Any) -> Failure:
    hint = error.advice or "See that you may write there and that the disk is not full."
    return Failure(Status.ERROR, error.message, hint)


def _wrong_setting(error: Any) -> Failure:
    where = "'clore config path' names the file."
    if error.message.startswith("CLORE_"):
        where = "'clore help environment' lists the variables."
    hint = error.advice or f"Correct it and try again; {where}"
    return Failure(Status.USAGE, error.message, hint)


def _limited(error: Any) -> Failure:
    wait = f" The API asks to wait {error.retry_after:.0f} s." if error.retry_after else ""
    return Failure(
        Status.RATE_LIMIT, error.message, f"Try again later, or with more --retries.{wait}"
    )


def _network(error: Any) -> Failure:
    hint = error.advice or "Check the connection and --base-url, then try again."
    return Failure(Status.NETWORK, error.message, hint)


def _uncertain(error: Any) -> Failure:
    hint = "Run 'clore reconcile' before you rent again: an order that exists costs money."
    return Failure(Status.UNKNOWN, error.message, hint)


def _timed_out(error: Any) -> Failure:
    return Failure(
        Status.TIMEOUT, error.message, "The order itself is untouched: see 'clore orders'."
    )


def _missing(error: Any) -> Failure:
    return Failure(Status.NOT_FOUND, error.message, _hint("order-dont-exist", error))


def _no_endpoint(error: Any) -> Failure:
    hint = "Check the path, if you gave one, and that --base-url ends in /v1."
    return Failure(Status.NOT_FOUND, error.message, hint)


def _refused(error: Any) -> Failure:
    word = (error.error or "").replace("_", "-")
    status = Status.NOT_FOUND if word in _NOT_FOUND else Status.REFUSED
    return Failure(status, error.message, _hint(word, error))


def _hint(word: str, error: Any) -> str:
    hint = HINTS.get(word, "")
    return hint(error.response or {}) if callable(hint) else hint


_KINDS: Tuple[Tuple[Type[errors.CloreAPIError], Callable[[Any], Failure]], ...] = (
    (errors.KeySourceError, _no_key),  # before its two bases
    (errors.AuthError, _auth),
    (errors.ConfigWriteError, _unwritten),
    (errors.ConfigError, _wrong_setting),
    (errors.InvalidInputError, _invalid),
    (errors.RateLimitError, _limited),
    (errors.FieldError, _refused),
    (errors.NetworkError, _network),
    (errors.WaitTimeoutError, _timed_out),
    (errors.OrderUncertainError, _uncertain),
    (errors.NotFoundError, _missing),
    (errors.InvalidEndpointError, _no_endpoint),
)

_NOT_FOUND = ("order-dont-exist", "server-dont-exist")


def _floor(answer: Mapping[str, Any]) -> str:
    least = answer.get("min_price")
    known = f"The lowest bid is {coins(least)} per day. " if isinstance(least, (int, float)) else ""
    return f"{known}'clore spot SERVER_ID' shows the bids to beat."


def _too_soon(answer: Mapping[str, Any]) -> str:
    wait = answer.get("time_to_lowering")
    when = f" in {age(wait)}" if isinstance(wait, (int, float)) else " later"
    return f"A bid can be lowered once every 10 minutes: try again{when}."


def _step(answer: Mapping[str, Any]) -> str:
    step = answer.get("max_step")
    most = f" of at most {coins(step)} per day" if isinstance(step, (int, float)) else ""
    return f"Lower the bid in steps{most}."


#: The API's error texts, with - for _ because it writes both, and what each one calls for.
HINTS: Dict[str, Union[str, Callable[[Any], str]]] = {
    "server-dont-exist": "'clore search' lists the servers there are.",
    "server-offline": "Its host is away; 'clore search' finds another one.",
    "server-already-rented": (
        "Somebody was faster: see 'clore search'. After a failed attempt it may be you: see"
        " 'clore orders'."
    ),
    "not-enough-balance": "'clore wallets' shows what there is; --currency pays from another one.",
    "cant-rent-from-yourself": "This server is your own; 'clore search' finds others.",
    "too-low-price": _floor,
    "you-already-have-spot-order": "'clore orders' shows your bid on this server.",
    "currency-not-allowed": "The host takes other coins: 'clore search --columns id,coins'.",
    "machine-is-on-gigaspot": "This machine is rented out through GigaSPOT; choose another one.",
    "you-dont-own-this-order": "'clore orders' lists yours. Is it the right API key?",
    "order-not-active": "The order has ended or waits as a bid: see 'clore orders'.",
    "issue-description-too-long": "The API takes 2048 characters.",
    "order-dont-exist": "'clore orders --completed' lists yours, those that ended included.",
    "amount-too-low": "Offer more.",
    "can-lower-every-600-seconds": _too_soon,
    "exceeded-max-step": _step,
    "not-all-parameters-present": "This looks like a fault in clore; please report it.",
    "invalid-mrl": "The longest rental is given in hours.",
    "invalid-input": "The API refused a value; 'clore deploy --dry-run' prints a request.",
}
