"""Each error of the SDK, caught as a user catches it, and what it tells.

`assert_type` is for mypy and pyright; `tests/test_typing.py` runs the program.
"""
# pyright: strict

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Tuple

from typing_extensions import assert_type

from clore_ai.exceptions import (
    AnswerTooLargeError,
    AuthError,
    BadAnswerError,
    CloreAPIError,
    ConfigError,
    ConfigWriteError,
    DBError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    KeySourceError,
    NetworkError,
    NotFoundError,
    OrderUncertainError,
    RateLimitError,
    WaitTimeoutError,
)


def told(error: CloreAPIError) -> str:
    """What every error has."""
    assert_type(error.code, Optional[int])
    assert_type(error.response, Optional[Dict[str, Any]])
    assert_type(error.status, Optional[int])
    assert_type(error.error, Optional[str])
    assert_type(error.message, str)
    assert_type(error.advice, str)
    return error.message


def outcome(act: Callable[[], object]) -> str:
    """Do it, and tell what became of it."""
    text = "done"
    try:
        act()
    except OrderUncertainError as error:
        assert_type(error.server_id, int)
        assert_type(error.server_ids, Tuple[int, ...])
        assert_type(error.type, str)
        assert_type(error.sent_at, float)
        assert_type(error.known_order_ids, Tuple[int, ...])
        text = told(error)
    except InvalidInputError as error:
        assert_type(error.argument, Optional[str])
        text = told(error)
    except RateLimitError as error:
        assert_type(error.retry_after, Optional[float])
        text = told(error)
    except NetworkError as error:
        assert_type(error.sent, bool)
        text = told(error)
    except (AnswerTooLargeError, BadAnswerError) as error:
        text = told(error)
    except (KeySourceError, AuthError, ConfigWriteError, ConfigError) as error:
        text = told(error)
    except (DBError, FieldError, InvalidEndpointError) as error:
        text = told(error)
    except (NotFoundError, WaitTimeoutError) as error:
        text = told(error)
    except CloreAPIError as error:
        text = told(error)
    return text
