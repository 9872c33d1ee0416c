"""Scales, ticks, bars and steps of drawings, by arithmetic done by hand."""

from __future__ import annotations

from datetime import date

import pytest

from aseankg.web.page.charts import STEPS, Days, Part, cut, nice_ticks, parts_of, step_of


def test_a_scale_has_whole_years_of_the_days_that_it_holds() -> None:
    days = Days.over([date(2018, 5, 3), date(2016, 12, 31)], 100, 1096)
    assert (days.first, days.last) == (2016, 2018)
    assert days.years() == [(2016, 100.0), (2017, 466.0), (2018, 831.0)]  # 2016 has 366 days, and a day is 1 wide


def test_a_scale_of_no_days_can_still_be_drawn() -> None:
    assert Days.over([], 0, 365).years() == [(2001, 0.0)]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2017, 1, 1), date(2017, 12, 31), (0.0, 365.0)),
        (date(2017, 5, 24), date(2017, 5, 26), (143.0, 3.0)),
        (date(2017, 12, 31), date(2017, 12, 31), (364.0, 1.0)),
    ],
    ids=["a year", "three days", "the last day"],
)
def test_a_span_ends_with_its_last_day(first: date, last: date, expected: tuple[float, float]) -> None:
    assert Days(2017, 2017, 0, 365).span(first, last) == expected


def test_the_last_day_of_the_calendar_is_drawn_to_the_edge() -> None:
    left, width = Days(9999, 9999, 0, 365).span(date(9999, 1, 1), date.max)
    assert (left, width) == (0.0, 365.0)


def test_parts_of_a_bar_stand_one_after_the_other() -> None:
    assert parts_of([2, 0, 3], 10, 100) == [Part(1, 2, 100, 20), Part(3, 3, 120, 30)]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(0, [0, 1]), (1, [0, 1]), (5, [0, 1, 2, 3, 4, 5]), (16, [0, 5, 10, 15, 20]), (130, [0, 50, 100, 150])],
)
def test_ticks_are_round_and_reach_the_most(most: int, ticks: list[int]) -> None:
    assert nice_ticks(most) == ticks


def test_steps_of_a_heat_map_begin_with_one_and_end_with_the_most() -> None:
    steps = [step_of(count, 100) for count in range(101)]
    assert (steps[0], steps[1], steps[100]) == (0, 1, STEPS)
    assert steps == sorted(steps) and set(steps) == set(range(STEPS + 1))
    assert step_of(0, 0) == 0


def test_words_are_cut_at_a_word_and_never_longer_than_asked() -> None:
    assert cut("short", 5) == "short"
    assert cut("one, two three", 9) == "one, two…"
    assert len(cut("x" * 50, 10)) == 10
