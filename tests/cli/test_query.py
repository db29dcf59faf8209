"""Query terms and the units in them: what they select, what they explain, what they refuse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clore_cli import offer_columns, quantities
from clore_cli.columns import Column
from clore_cli.query import QueryError, parse
from clore_client.amounts import Exact, over
from clore_client.models import MarketplaceServer

COLUMNS = [
    Column("id", kind="integer"),
    Column("ram_gb", kind="number", aliases=("ram",)),
    Column("price_usd_per_hour", kind="number", aliases=("price",)),
    Column("price_usd_per_day", kind="number"),
    Column("reliability", kind="number", aliases=("rel",)),
    Column("max_rental_hours", kind="number", aliases=("lease",)),
    Column("age_seconds", kind="integer", aliases=("age",)),
    Column("net_down_mbps", kind="number", aliases=("down",)),
    Column("rented", kind="boolean"),
    Column("country", kind="string", aliases=("cc",)),
    Column("cuda_version", kind="string", aliases=("cuda",)),
    Column("coins", kind="array"),
]


def holds(term: str, **row: object) -> bool:
    return bool(parse([term], COLUMNS).select([row]))


def server(gpu: str = "RTX 4090", **more: Any) -> MarketplaceServer:
    return MarketplaceServer.from_dict({"id": 1, "gpu_array": [gpu], **more})


def offered(*terms: str, **row: Any) -> bool:
    return bool(parse(terms, offer_columns.COLUMNS).select([server(**row)]))


@pytest.mark.parametrize("value", [5, 10, 12])
@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("=", [10]),
        ("==", [10]),
        ("!=", [5, 12]),
        ("<", [5]),
        ("<=", [5, 10]),
        (">", [12]),
        (">=", [10, 12]),
    ],
)
def test_the_operators_of_numbers(operator: str, expected: List[int], value: int) -> None:
    assert holds(f"id{operator}10", id=value) == (value in expected)
    assert holds(f" id {operator} 10 ", id=value) == (value in expected)


@pytest.mark.parametrize(
    ("term", "limit"),
    [
        ("ram>={}", 64),
        ("ram>={}GB", 64),
        ("ram-gb >= {} gb", 64),
        ("RAM>={}000MB", 64),
        ("ram>=0.0{}TB", 64),
        ("lease>={}", 48),
        ("lease>={}h", 48),
        ("lease>=2d", 48),
        ("lease>=1w", 168),
        ("lease>=30m", 0.5),
        ("age>=2h", 7200),
        ("age>=90s", 90),
        ("down>=1Gbps", 1000),
        ("down>=500Mbps", 500),
        ("down>=0.5 Gbit/s", 500),
        ("rel>=80%", 0.8),
        ("rel>=0.8", 0.8),
        ("price>=0.4", 0.4),
        ("price>=0.4/h", 0.4),
        ("price>=$0.4/hour", 0.4),
        ("price>=0.4 USD/h", 0.4),
        ("price>=9.6/day", 0.4),
        ("price>=9.5/d", 9.5 / 24),
        ("price_usd_per_day>=9.6", 9.6),
        ("price_usd_per_day>=0.4/h", 9.6),
        ("price>=4e-1", 0.4),
    ],
)
def test_units(term: str, limit: float) -> None:
    term = term.format(64 if "ram" in term else limit)
    key = parse([term], COLUMNS).conditions[0].column.key
    assert holds(term, **{key: limit})
    assert not holds(term, **{key: limit * 0.999999})


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("price<=64GB", "'GB' does not fit price_usd_per_hour, which takes /h or /day"),
        ("ram>=64Gbps", "takes MB, GB or TB"),
        ("lease>=3TB", "takes m, h, d or w"),
        ("down>=3%", "takes Kbps, Mbps or Gbps"),
        ("id=3GB", "'GB' does not fit id, which has no unit"),
        ("rel>=80", "reliability goes from 0 to 1: write 80% or 0.8"),
        ("ram>=lots", "'lots' is not a number, with MB, GB or TB behind it"),
        ("ram=>64", "'>64' is not a number"),
        ("ram>=", "has no value"),
        ("ram>=nan", "is not a number"),
        ("ram~6", "is a number and takes ="),
        ("rented=perhaps", "rented is yes or no, not 'perhaps'"),
        ("rented<yes", "takes = and !="),
        ("country<DE", "is a text and takes"),
        ("country in DE,,NL", "has no value, or an empty one"),
        ("country in", "has no value"),
        ("cuda>=new", "is a version such as 12.4"),
        ("prise<=3", "no field 'prise'; did you mean 'price'?"),
        ("zzzz=3", "there are: id, ram_gb"),
        ("<=3", "is no condition; write one as"),
        ("price!3", "is no condition"),
        ("4090", "no field here takes bare words"),
        ("price", "is a field, price_usd_per_hour: write a condition such as 'price=...'"),
    ],
)
def test_what_cannot_be_meant_is_told(term: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse([term], COLUMNS)
    assert words in str(caught.value)


@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">=", "in "])
def test_a_missing_value_never_matches(operator: str) -> None:
    assert not holds(f"ram {operator}64", ram_gb=None)
    assert not holds(f"ram {operator}64")


@pytest.mark.parametrize(
    "term", ["rented=no", "rented!=yes", "cc!=DE", "cc~D", "coins!=a", "cuda<9"]
)
def test_a_missing_value_never_matches_whatever_it_is(term: str) -> None:
    assert not holds(term)


@given(st.decimals("0.0001", "1000", places=6))
def test_a_price_per_day_is_the_same_limit_per_hour(day: Decimal) -> None:
    """The row's price is a float that was divided; what people typed is not."""
    per_hour = over(float(day), 24)
    for operator, expected in (
        ("<=", True),
        (">=", True),
        ("=", True),
        ("<", False),
        ("!=", False),
    ):
        assert holds(f"price{operator}{day}/day", price_usd_per_hour=per_hour) is expected


def test_products_of_floats_are_compared_as_they_were_meant() -> None:
    assert holds("price<=4.05", price_usd_per_hour=0.00162 * 2500)  # 4.050000000000001
    assert not holds("price<=4.05", price_usd_per_hour=4.0500001)
    assert holds("price<=0.1234567890123456789", price_usd_per_hour=Exact("0.1234567890123456789"))


@pytest.mark.parametrize(("word", "expected"), [("yes", True), ("TRUE", True), ("no", False)])
def test_booleans(word: str, expected: bool) -> None:
    assert holds(f"rented={word}", rented=expected)
    assert not holds(f"rented={word}", rented=not expected)
    assert holds(f"rented!={word}", rented=not expected)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("country=de", True),
        ("cc in NL,DE", True),
        ("cc in NL, FI", False),
        ("country!=NL", True),
        ("country!=de", False),
        ("country~e", True),
        ("country ~ X", False),
        ('country="DE"', True),
    ],
)
def test_texts(term: str, expected: bool) -> None:
    assert holds(term, country="DE") is expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [("cuda>=12.4", True), ("cuda<12.4", False), ("cuda=12.10.0", True), ("cuda~2.1", True)],
)
def test_versions_are_not_decimals(term: str, expected: bool) -> None:
    assert holds(term, cuda_version="12.10") is expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("coins=USD", True),
        ("coins=usd-blockchain", True),
        ("coins in BTC,CLORE", True),
        ("coins=BTC", True),
        ("coins=CLORE", False),
        ("coins!=CLORE", True),
        ("coins!=USD", False),
        ("coins~chain", True),
    ],
)
def test_a_coin_is_a_member_by_its_short_name(term: str, expected: bool) -> None:
    assert offered(term, allowed_coins=["bitcoin", "USD-Blockchain"]) is expected


@pytest.mark.parametrize(
    "term",
    ["gpu=rtx-4090", "gpu = RTX 4090", "gpu=rtx4090", "gpu=NVIDIA GeForce RTX 4090", "gpu=4090",
     "gpu in 3090,rtx_4090", "gpu~409", "gpu!=RTX 3090"],
)  # fmt: skip
def test_a_gpu_however_it_is_written(term: str) -> None:
    assert offered(term, gpu="RTX 4090")
    assert not offered(term, gpu="RTX 3090") or "in" in term


@pytest.mark.parametrize("term", ["gpu=rtx4090", "gpu=4090", "gpu=4090d", "gpu=gtx-4090-d"])
def test_another_model_is_not_the_same_gpu(term: str) -> None:
    assert offered(term, gpu="RTX 4090 D") is (term == "gpu=4090d")


def test_words_are_taken_together_as_the_gpu() -> None:
    assert offered("RTX", "ram>=1", "4090", specs={"ram": 2})
    assert not offered("4070", "SUPER", gpu="RTX 4070 Ti SUPER")
    assert offered("nvidia geforce rtx 4090")


@pytest.mark.parametrize("word", ["-", "_", "gpu=-", "gpu in 4090,-"])
def test_a_gpu_without_a_letter_is_not_any_gpu(word: str) -> None:
    with pytest.raises(QueryError, match="letter or a digit"):
        parse([word], offer_columns.COLUMNS)


@pytest.mark.parametrize(
    "words",
    [
        ["country in DE,NL"],
        ["country", "in", "DE,NL"],
        ["country in DE,", "NL"],
        ["country", "in", "NL,", "DE"],
    ],
)
def test_a_term_may_come_in_parts(words: List[str]) -> None:
    assert parse(words, COLUMNS).select(
        [{"country": "DE"}, {"country": "FI"}, {"country": "NL"}]
    ) == [
        {"country": "DE"},
        {"country": "NL"},
    ]


def test_parts_of_terms_beside_others() -> None:
    query = parse(["4090", "price", "<=", "0.4/h", "cc", "in", "DE"], offer_columns.COLUMNS)
    texts = [one.text for one in query.conditions]
    assert texts == ["gpu ~ 4090", "price_usd_per_hour <= 0.4/h", "country in DE"]


@pytest.mark.parametrize("words", [["in", "DE"], ["4090", "<="], ["country=DE", "in", "DE"]])
def test_an_operator_alone_is_no_word(words: List[str]) -> None:
    with pytest.raises(QueryError, match="is no condition"):
        parse(words, offer_columns.COLUMNS)


@pytest.mark.parametrize(
    "name",
    ["price", "ram", "vram", "gpus", "spot", "rel", "down", "up", "lease", "disk"],
)
def test_the_short_names_of_numbers(name: str) -> None:
    assert parse([f"{name}>=0.5"], offer_columns.COLUMNS).conditions[0].column.kind in (
        "number",
        "integer",
    )
    assert parse(["cc=DE"], offer_columns.COLUMNS).conditions[0].column.key == "country"


def test_explain_counts_what_each_condition_removed() -> None:
    rows = [
        {"ram_gb": 64, "country": "DE"},
        {"ram_gb": 8, "country": "DE"},
        {"country": "DE"},
        {"country": "NL", "ram_gb": 64},
        {"ram_gb": 64},
    ]
    query = parse(["country in DE, FI", "ram >= 64GB"], COLUMNS)
    steps = query.explain(rows)
    assert [(s.condition.text, s.removed, s.lacking, s.left) for s in steps] == [
        ("country in DE, FI", 2, 1, 3),
        ("ram_gb >= 64GB", 2, 1, 1),
    ]
    assert query.select(rows) == rows[:1]
    assert parse([], COLUMNS).select(rows) == rows


@pytest.mark.parametrize("text", ["1" * 41, "1" * 1_000_000, "0." + "1" * 41])
def test_a_number_of_absurd_length_is_none(text: str) -> None:
    with pytest.raises(quantities.QuantityError):
        quantities.read("id", text)


@pytest.mark.parametrize("value", [True, "3", None, [3], float("nan"), float("inf")])
def test_what_is_no_number_is_no_amount(value: object) -> None:
    assert quantities.amount(value) is None
    assert not holds("id=1", id=value)


def test_the_minutes_of_an_hour_are_whole() -> None:
    assert quantities.read("age_seconds", "1m") == Decimal(60)


_PIECES = [
    "price", "cc", "coins", "cuda", "gpu", "rented", "id", " ", "in", "<=", "=", "~", "!=", ",",
]  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=20), st.lists(st.sampled_from(_PIECES), max_size=5).map("".join)
)
_ROWS = [
    server(),
    server(allowed_coins=[], cuda_version="", rented="no", specs={"net": {"cc": "\u0660"}}),
    server(price={"usd": {"on_demand_usd": 1e300}}, allowed_coins=["USD-Blockchain"], rented=True),
]


@given(st.lists(st.tuples(_TEXTS, st.text(max_size=8)).map("".join), max_size=4))
def test_any_words_are_a_query_or_a_query_error(words: List[str]) -> None:
    try:
        query = parse(words, offer_columns.COLUMNS)
    except QueryError:
        return
    steps = query.explain(_ROWS)
    assert (steps[-1].left if steps else len(_ROWS)) == len(query.select(_ROWS))
