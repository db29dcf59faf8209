"""What is watched, why something is new or gone, and which answers are not believed."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional, Tuple

import pytest
from clore_watch.events import COLUMNS, Event, lines, record
from clore_watch.policy import Offer
from clore_watch.watches import Watches, parsed

from clore_cli.plugin import UsageError
from clore_client.models import MarketplaceServer


def server(
    number: int,
    price: float = 2.4,
    *,
    rented: bool = False,
    gpu: str = "RTX 4090",
    bid: float = 1.2,
) -> MarketplaceServer:
    return MarketplaceServer.from_dict({
        "id": number,
        "rented": rented,
        "allowed_coins": ["USD-Blockchain"],
        "gpu_array": [gpu],
        "specs": {"gpu": f"1x NVIDIA GeForce {gpu}", "net": {"cc": "NL"}},
        "price": {
            "on_demand": {"USD-Blockchain": price},
            "usd": {"on_demand_usd": price},
            "original_usd": {"USD-Blockchain": {"on_demand": price, "spot": bid}},
        },
    })  # fmt: skip


OTHERS = [server(number, gpu="RTX 3090") for number in range(100, 110)]


def seen(
    watches: Watches, *rounds: List[MarketplaceServer], unread: Iterable[int] = ()
) -> List[List[Tuple[str, int, Optional[str]]]]:
    """The events of each round, as (event, id, reason)."""
    counts = iter(unread)
    found = []
    for turn, servers in enumerate(rounds):
        events = watches.look([*servers, *OTHERS], turn * 60.0, next(counts, 0))
        found.append([(e.event, e.offer.id, e.reason) for e in events])
    return found


def watching(*terms: str, settle: int = 1, **options: Any) -> Watches:
    return Watches(parsed(terms, [], **options), settle=settle, spot=options.get("spot", False))


def test_why_an_offer_is_new() -> None:
    first, second = seen(
        watching("4090", below="0.11/h"),
        [server(1), server(2, rented=True), server(3, 4.8)],
        [server(1), server(2), server(3), server(4)],
    )
    assert first == [("new", 1, None)]
    assert second == [("new", 2, "freed"), ("new", 3, "changed"), ("new", 4, "listed")]


def test_an_offer_that_falls_to_the_limit_tells_its_price_before() -> None:
    watches = watching("4090", below="2.4/day")
    assert watches.look([server(1, 4.8)], 0) == []
    (event,) = watches.look([server(1)], 60)
    assert (event.event, event.old_price, event.offer.price) == ("new", 4.8, 2.4)
    assert "was $0.2000/h" in lines([event])


def test_why_an_offer_is_gone() -> None:
    _, second = seen(
        watching("4090", below="0.11/h"),
        [server(1), server(2), server(3)],
        [server(1, rented=True), server(2, 4.8)],
    )
    assert set(second) == {("gone", 1, "rented"), ("gone", 2, "changed"), ("gone", 3, "unlisted")}


def test_half_an_answer_is_not_the_end_of_the_other_half() -> None:
    watches = watching("4090")
    many = [server(number) for number in range(1, 20)]
    watches.look(many, 0)
    assert watches.look(many[:5], 60) == []
    assert len(watches.look(many[:5], 120)) == 14


def test_a_row_that_cannot_be_read_is_not_gone_at_once() -> None:
    rounds = seen(watching("4090"), [server(1)], [], [], unread=[0, 1, 1])
    assert rounds == [[("new", 1, None)], [], [("gone", 1, "unlisted")]]


def test_bids_count_with_spot() -> None:
    watches = watching("price<=0.06/h", spot=True)
    (event,) = watches.look([server(1), server(2, bid=0)], 0)
    assert (event.offer.id, event.offer.price) == (1, 1.2)


def test_several_watches_have_names_of_their_own() -> None:
    made = parsed(["4090"], ["cheap: price<=0.2/h", "eu: country in 'DE, NL'"])
    assert [watch.name for watch in made] == ["4090", "cheap", "eu"]
    watches = Watches(made)
    events = watches.look([server(1)], 0)
    assert [event.watch for event in events] == ["4090", "cheap", "eu"]
    assert "[cheap]" in lines(events)
    assert watches.matching == {"4090": 1, "cheap": 1, "eu": 1}


def test_nothing_named_is_everything() -> None:
    assert [watch.name for watch in parsed([], [])] == ["all"]


@pytest.mark.parametrize(
    ("terms", "named", "below", "text"),
    [
        (["nosuch=1"], [], None, "no field 'nosuch'"),
        ([], ["a: nosuch=1"], None, "--watch 'a: nosuch=1': no field"),
        ([], ["no colon"], None, "takes 'NAME: TERMS'"),
        ([], ["a: 'b"], None, "quote is not closed"),
        ([], ["a: 4090", "a: 3090"], None, "two watches are called 'a'"),
        ([], [], "cheap", "--below: "),
        ([], [], "", "--below: "),
    ],
)
def test_what_cannot_be_meant_is_refused(
    terms: List[str], named: List[str], below: Optional[str], text: str
) -> None:
    with pytest.raises(UsageError, match=text):
        parsed(terms, named, below=below)


def test_a_strangers_name_is_cut_on_a_line_and_whole_in_a_record() -> None:
    (event,) = watching().look([server(1, gpu="X" * 200)], 0)
    assert len(lines([event])) < 100
    assert record(event)["gpu"] == "X" * 200
    assert list(record(event)) == [column.key for column in COLUMNS]


def test_a_hosts_text_cannot_forge_an_event() -> None:
    forged = "DE\n11-24 19:00  new      23928  1x RTX 4090"
    offer = Offer(7, 2.4, forged, 1, forged)
    text = lines([Event("new", 1_700_000_000.0, forged, offer, named=True)])
    assert len(text.splitlines()) == 1
