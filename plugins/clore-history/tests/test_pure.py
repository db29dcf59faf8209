"""Periods, lines of bars, comparisons, charts and waiting: values in, values out."""

from __future__ import annotations

from typing import Dict, List, Optional

import pytest
from clore_history.chart import Size, chart, pieces, thinned
from clore_history.follow import due_times
from clore_history.period import Period, before, moment
from clore_history.shared import known_model, place
from clore_history.spark import as_ascii, fits, spark
from clore_history.store import Part
from clore_history.trend import trend
from history_samples import START, record

from clore_cli.plugin import CommandError, Status, UsageError

HOUR = START // 3600


@pytest.mark.parametrize(
    ("days", "width", "parts"), [(1, 1, 24), (7, 6, 28), (30, 24, 30), (90, 72, 30)]
)
def test_a_period_has_at_most_30_parts_and_ends_with_the_latest_hour(
    days: int, width: int, parts: int
) -> None:
    period = before(START + 1800, days)
    assert (period.width, period.parts) == (width, parts)
    assert (period.last, period.last + 1 - period.first) == (HOUR, days * 24)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-02", 86400),
        ("1970-01-01T01:00", 3600),
        ("1970-01-01 01:00:05", 3605),
        ("1970-01-01T01:00:00Z", 3600),
        ("1970-01-01T02:00+02:00", 0),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(text: str, seconds: int) -> None:
    assert moment(text, "--since") == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "99999-01-01", "Z"])
def test_what_is_no_time_is_told_with_its_option(text: str) -> None:
    with pytest.raises(UsageError, match="--since is a time in UTC such as"):
        moment(text, "--since")


def test_bars_go_from_the_lowest_to_the_highest_value() -> None:
    assert spark([1, 2, 3, 4, 5, 6, 7, 8]) == "▁▂▃▄▅▆▇█"
    assert spark([None, 10, None, 20, None]) == "·▁·█·"
    assert spark([3, 3]) == "▁▁"
    assert spark([None, None]) == "··"
    assert spark([]) == ""


def test_bars_in_ascii_where_the_output_has_no_others() -> None:
    line = spark([1, None, 8])
    assert as_ascii(line) == "_.#"
    assert as_ascii("▁▂▃▄▅▆▇█·").isascii()
    assert len(set(as_ascii("▁▂▃▄▅▆▇█·"))) == 9
    assert fits(line, "utf-8") == line
    assert fits(line, "ascii") == fits(line, None) == fits(line, "no-such-codec") == "_.#"


def part(
    number: int, median: int, *, hours: int = 1, free: int = 2, dearer: Optional[int] = 0
) -> Part:
    return Part(number, free, hours, median * hours, float(median), float(median), hours, dearer)


def test_a_trend_compares_now_with_the_hours_before() -> None:
    period = Period(HOUR - 3, HOUR, 1)
    parts = [part(0, 300, dearer=1), part(1, 50), part(3, 100)]
    found = trend("RTX 4090", record(free=5, median=100), parts, 4, period)
    assert (found.median, found.lowest_median, found.highest_median) == (100, 50, 300)
    assert found.dearer_share == pytest.approx(1 / 3)
    assert found.trend == "█▁·▂"
    assert found.free_above_mean == 5 - 6 / 4  # the model was not there in one of 4 samples


def test_a_model_that_has_gone_has_a_past_but_no_price() -> None:
    found = trend("RTX 4090", None, [part(0, 300, dearer=None)], 2, Period(HOUR - 1, HOUR, 1))
    assert (found.free_servers, found.low, found.median, found.dearer_share) == (
        0,
        None,
        None,
        None,
    )
    assert (found.trend, found.highest_median) == ("▁·", 300)


def test_a_model_that_never_had_a_price() -> None:
    parts = [Part(0, 0, 0, 0, None, None, 0, None)]
    found = trend("RTX 4090", record(free=0, median=None), parts, 1, Period(HOUR, HOUR, 1))
    assert (found.trend, found.dearer_share, found.lowest_median) == ("·", None, None)


def test_pieces_end_at_missing_values_and_at_missing_samples() -> None:
    pairs = [(0, 1.0), (10, 2.0), (20, None), (30, 3.0), (61, 4.0), (71, 5.0)]
    assert list(pieces(pairs)) == [
        [(0, 1.0), (10, 2.0)], [(30, 3.0)], [(61, 4.0), (71, 5.0)],
    ]  # fmt: skip
    assert list(pieces([])) == []


def test_many_values_become_means_of_stretches_of_time() -> None:
    pairs = [(START + n, None if 10 <= n < 20 else float(n)) for n in range(40) if n < 20 or n > 29]
    assert thinned(pairs, 4) == [(START, 4.5), (START + 10, None), (START + 30, 34.5)]
    assert thinned(pairs, 30) is pairs


def test_a_chart_fits_the_terminal_and_names_its_ends() -> None:
    pairs = [(START + 600 * n, 0.1 + n / 100) for n in range(50)]
    lines = chart("RTX 4090: price", pairs, Size(60, 15)).text.splitlines()
    assert lines[0] == "RTX 4090: price"
    assert max(map(len, lines)) <= 60
    assert len(lines) == 13
    assert lines[1].split("┤")[0].strip() == "0.6145"
    assert lines[-1].split() == ["2026-05-28", "21:00", "2026-05-29", "05:10", "UTC"]


def test_a_gap_stays_empty() -> None:
    pairs = [(n, 1.0 if n < 20 or n >= 80 else None) for n in range(100)]
    lines = chart("t", pairs, Size(60, 10)).text.splitlines()
    (drawn,) = [line for line in lines if any("\u2800" < char < "\u2900" for char in line)]
    assert len(drawn.split("┤")[1].split(" " * 30)) == 2


@pytest.mark.parametrize("size", [Size(0, 0), Size(1, 1), Size(20, 4), Size(300, 100)])
def test_charts_of_any_size(size: Size) -> None:
    for pairs in ([(5, 0.0)], [(5, 1.0), (6, 1.0)], [(5, 1e6), (7, None)]):
        text = chart("t", pairs, size).text
        assert any("\u2800" < char < "\u2900" for char in text)
        assert len(text.splitlines()) <= 24


def test_a_chart_without_values_says_so() -> None:
    assert chart("RTX 4090", [(5, None)], Size(80, 24)).text == "RTX 4090\nNo value is known.\n"
    assert chart("", [], Size(80, 24)).text == ""


def test_a_chart_in_ascii() -> None:
    drawn = chart("t", [(5, 1.0), (6, 2.0)], Size(60, 10))
    assert drawn.fitting("utf-8") == drawn.text
    assert drawn.fitting("ascii").isascii()
    assert "*" in drawn.fitting(None)


class Time:
    """A clock that moves by sleeping, or when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: List[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_samples_keep_to_their_times_however_long_they_take() -> None:
    time = Time()
    due = due_times(600, lambda: time.now, time.sleep)
    next(due)
    time.now += 4
    for _ in range(3):
        next(due)
        time.now += 4
    assert time.slept == [600, 596, 596]


def test_what_took_too_long_is_not_caught_up_with() -> None:
    time = Time()
    due = due_times(600, lambda: time.now, time.sleep)
    next(due)
    next(due)
    time.now += 2000
    next(due)
    next(due)
    assert time.slept == [600, 0, 600]


def test_a_clock_that_is_set_back_makes_nobody_wait_longer() -> None:
    time = Time()
    due = due_times(600, lambda: time.now, time.sleep)
    next(due)
    next(due)
    time.now -= 1e6
    next(due)
    assert time.slept == [600, 600]


def test_a_model_is_meant_by_its_name_or_by_a_part_that_is_its_own() -> None:
    names = ["RTX 4090", "RTX 4090 D", "RTX 3090"]
    assert known_model(names, "4090") == "RTX 4090"
    assert known_model(names, "4090d") == "RTX 4090 D"
    assert known_model(names, "309") == "RTX 3090"
    with pytest.raises(CommandError, match="may mean several") as several:
        known_model(names, "rtx")
    assert "RTX 3090" in several.value.hint
    with pytest.raises(CommandError, match="no sample has a GPU called 'H100'") as none:
        known_model(names, "H100")
    assert none.value.exit_code == Status.NOT_FOUND


@pytest.mark.parametrize(
    ("given", "env", "found"),
    [
        ("/x/h.sqlite", {"CLORE_CONFIG_DIR": "/c"}, "/x/h.sqlite"),
        (None, {"CLORE_CONFIG_DIR": "/c", "XDG_DATA_HOME": "/data"}, "/c/history.sqlite"),
        (None, {"XDG_DATA_HOME": "/data"}, "/data/clore/history.sqlite"),
        (None, {"XDG_DATA_HOME": "data"}, "/home/me/.local/share/clore/history.sqlite"),
        (None, {}, "/home/me/.local/share/clore/history.sqlite"),
        ("~/h.sqlite", {}, "/home/me/h.sqlite"),
    ],
)
def test_where_the_file_is(
    given: Optional[str], env: Dict[str, str], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert str(place(given, env)) == found
