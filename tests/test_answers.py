"""From an answer to a result or the right error: the body first, the status only without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Type, Union

import pytest
from scripted import answer

from clore_client import errors
from clore_client.answers import read
from clore_client.endpoint import Spec
from clore_client.errors import RateLimitError
from clore_client.wire import Response

if TYPE_CHECKING:
    from clore_client.errors import (
        CloreAPIError,
    )

SPEC = Spec("create_order", "POST", "/create_order")


def failure(body: Union[Dict[str, Any], bytes], status: int = 200, **headers: str) -> CloreAPIError:
    with pytest.raises(errors.CloreAPIError) as caught:
        read(answer(body, status, **headers), SPEC)
    return caught.value


def test_code_0_is_success() -> None:
    assert read(answer({"code": 0, "x": 1}), SPEC) == {"code": 0, "x": 1}
    assert read(answer({"code": "0"}), SPEC) == {"code": "0"}


@pytest.mark.parametrize("status", [200, 400, 429, 500])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, errors.DBError),
        (2, errors.InvalidInputError),
        (3, errors.AuthError),
        (4, errors.InvalidEndpointError),
        (5, errors.RateLimitError),
        (6, errors.FieldError),
        ("6", errors.FieldError),
        (99, errors.CloreAPIError),
    ],
)
def test_the_code_decides_at_any_status(
    code: Union[int, str], kind: Type[CloreAPIError], status: int
) -> None:
    error = failure({"code": code, "error": "why"}, status)
    assert type(error) is kind
    assert error.code == int(code)
    assert error.status == status
    assert error.response == {"code": code, "error": "why"}
    assert error.message == f"create_order: why (code {code}, HTTP {status})"


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, errors.InvalidInputError, 2),
        (401, errors.AuthError, 3),
        (404, errors.InvalidEndpointError, 4),
        (429, errors.RateLimitError, 5),
        (403, errors.BadAnswerError, None),
        (500, errors.BadAnswerError, None),
        (502, errors.BadAnswerError, None),
        (302, errors.BadAnswerError, None),
        (200, errors.BadAnswerError, None),
    ],
)
@pytest.mark.parametrize("body", [b"", b"error code: 1010", b"<html>", b"[]", b"{", b"{}"])
def test_without_a_code_the_status_decides(
    body: bytes, status: int, kind: Type[CloreAPIError], code: Optional[int]
) -> None:
    error = failure(body, status)
    assert type(error) is kind
    assert error.code == code
    assert f"HTTP {status}" in str(error)


def test_the_apis_numbers_are_in_the_text() -> None:
    error = failure({"error": "too_low_price", "min_price": 3.2, "code": 6})
    assert str(error) == "create_order: too_low_price, min_price 3.2 (code 6, HTTP 200)"
    assert error.error == "too_low_price"
    step = failure({"error": "exceeded_max_step", "max_step": 3e-07, "code": 6})
    assert "max_step 3e-07" in str(step)


def test_a_code_without_text_is_explained() -> None:
    assert str(failure({"code": 3}, 401)) == (
        "create_order: the API does not accept the API key (code 3, HTTP 401). "
        "Check where the key comes from."
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), (" 0 ", 0), ("soon", None), ("-3", None), ("9" * 40, 1e18)],
)
def test_retry_after(header: str, seconds: Optional[float]) -> None:
    error = failure({"code": 5}, 429, **{"retry-after": header})
    assert isinstance(error, RateLimitError)
    assert error.retry_after == seconds


@pytest.mark.parametrize("code", [True, None, 0.5, [], "x", "-1"])
def test_an_odd_code_is_no_code(code: Any) -> None:
    assert type(failure({"code": code})) is errors.BadAnswerError


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"[" * 100_000, b'{"code": 0', b'{"code": 0} {}'],
    ids=["not UTF-8", "too deep", "cut off", "two values"],
)
def test_what_is_not_json_is_named_as_such(body: bytes) -> None:
    assert "is not the API's JSON" in str(failure(body))


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "9" * 5000])
def test_one_odd_number_does_not_cost_the_whole_answer(number: str) -> None:
    assert read(answer(f'{{"code": 0, "x": [1, {number}]}}'.encode()), SPEC)["x"] == [1, None]


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 429, 500])
def test_success_under_an_error_status_is_neither_success_nor_refusal(status: int) -> None:
    assert type(failure({"code": 0}, status)) is errors.BadAnswerError


@pytest.mark.parametrize("code", ["0000000000000000005", "9" * 5000])
def test_a_code_of_many_digits_is_no_code(code: str) -> None:
    assert type(failure({"code": code})) is errors.BadAnswerError


def test_a_huge_page_makes_a_short_text() -> None:
    assert len(str(failure(b"<html>" + b"x" * 20_000_000, 502))) < 300


def test_text_from_the_api_cannot_drive_a_terminal() -> None:
    error = failure({"code": 6, "error": "no\x1b[2J\u202e\nway"})
    assert str(error) == "create_order: no\ufffd[2J\ufffd way (code 6, HTTP 200)"


def test_an_answer_from_elsewhere_needs_no_code_but_must_be_an_object() -> None:
    elsewhere = Spec("snapshot", "GET", "", enveloped=False)
    assert read(answer({"6": {"bids": []}}), elsewhere) == {"6": {"bids": []}}
    for odd in (answer([1]), answer({"6": {}}, 500), answer(b"<html>")):
        with pytest.raises(errors.BadAnswerError):
            read(odd, elsewhere)
    with pytest.raises(errors.RateLimitError):
        read(answer({"6": {}}, 429), elsewhere)


def test_an_error_keeps_only_what_is_short_of_a_huge_answer() -> None:
    body: Dict[str, Any] = {
        "code": 6,
        "error": "too_low_price",
        "min_price": 3.2,
        "list": [12345678] * 15_000,
    }
    error = failure({**body, "page": "x" * 100, "none": None})
    assert error.response == {
        "code": 6, "error": "too_low_price", "min_price": 3.2, "none": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"<html>", "JSONDecodeError"),
        (b"", "JSONDecodeError"),
        (b'{"code":0', "JSONDecodeError"),
        (b"\xff", "UnicodeDecodeError"),
        (b"[" * 5000, "ValueError"),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_what_could_not_be_read_is_named_as_the_cause_and_not_quoted(
    body: bytes, cause: str, status: int
) -> None:
    with pytest.raises(errors.CloreAPIError) as caught:
        read(Response(status, body), SPEC)
    assert repr(caught.value.__cause__) == f"OriginalError('{cause}')"


def test_another_value_than_an_object_has_no_exception_as_its_cause() -> None:
    with pytest.raises(errors.BadAnswerError) as caught:
        read(Response(200, b"[]"), SPEC)
    assert caught.value.__cause__ is None
