"""A printed period is read as it is meant, whichever way it is printed, or refused in words."""

from __future__ import annotations

import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aseankg.errors import DataError
from aseankg.extract.dates import parse_period
from aseankg.records import Piece, SourceText

MONTHS = list(calendar.month_name)
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))
RANGES = st.tuples(DAYS, DAYS).map(sorted)
DASHES = st.sampled_from(["-", " - ", "–", " – ", " to "])

# All periods that the two texts print, in their timelines and footnotes, read by hand.
PRINTED = {
    "24-26 May 2017": ("2017-05-24", "2017-05-26", "day"),
    "22-26 May 2017": ("2017-05-22", "2017-05-26", "day"),
    "13-15 December 2017": ("2017-12-13", "2017-12-15", "day"),
    "15 May 2016": ("2016-05-15", "2016-05-15", "day"),
    "2017": ("2017-01-01", "2017-12-31", "year"),
    "2018": ("2018-01-01", "2018-12-31", "year"),
    "2018-2019": ("2018-01-01", "2019-12-31", "year"),
    "2018-2020": ("2018-01-01", "2020-12-31", "year"),
    "2017-2025": ("2017-01-01", "2025-12-31", "year"),
}
OTHER = {
    "February 2016": ("2016-02-01", "2016-02-29", "month"),
    "October 2017": ("2017-10-01", "2017-10-31", "month"),
    "3 October 2017": ("2017-10-03", "2017-10-03", "day"),
    "3-5 October 2017": ("2017-10-03", "2017-10-05", "day"),
    "May-October 2017": ("2017-05-01", "2017-10-31", "month"),
    "30 December 2017 to 2 January 2018": ("2017-12-30", "2018-01-02", "day"),
    "28 December - 3 January 2028": ("2027-12-28", "2028-01-03", "day"),
    "Q2 2027": ("2027-04-01", "2027-06-30", "month"),
    "2027-28": ("2027-01-01", "2028-12-31", "year"),
    "Sept 2027": ("2027-09-01", "2027-09-30", "month"),
    "30 April – 2 May 2017": ("2017-04-30", "2017-05-02", "day"),
}
REFUSED = {
    "31 February 2017": "day is out of range",
    "29 February 2017": "day is out of range",
    "2019-2018": "ends before it starts",
    "24 Decembre 2017": "'Decembre' is no month. Did you mean 'December'",
    "2017-May 2018": "expected a period such as",
    "soon": "expected a period such as",
    "17": "expected a period such as",
    "": "expected a period such as",
}


def _piece(words: str) -> Piece:
    """The words in the second line of a text."""
    source = SourceText("x", "x.txt", f"before\n{words}\tafter")
    return source.whole().cut(7, 7 + len(words))


def _read(words: str) -> tuple[datetime.date, datetime.date, str]:
    period = parse_period(_piece(words))
    return period.start, period.end, period.precision


def _day(day: datetime.date) -> str:
    return f"{day.day} {MONTHS[day.month]} {day.year}"


@pytest.mark.parametrize("words", [*PRINTED, *OTHER])
def test_period_is_read_as_it_is_meant(words: str) -> None:
    start, end, precision = (PRINTED | OTHER)[words]
    assert _read(words) == (datetime.date.fromisoformat(start), datetime.date.fromisoformat(end), precision)


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_no_period_is_refused_with_its_line(words: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_period(_piece(words))
    assert caught.value.line == 2
    assert REFUSED[words] in str(caught.value)


@given(DAYS)
def test_every_day_is_read(day: datetime.date) -> None:
    assert _read(_day(day)) == (day, day, "day")


@given(RANGES, DASHES)
def test_every_range_of_days_is_read(days: list[datetime.date], dash: str) -> None:
    first, last = days
    assert _read(f"{_day(first)}{dash}{_day(last)}") == (first, last, "day")


@given(RANGES, DASHES)
def test_what_a_range_leaves_out_is_that_of_its_end(days: list[datetime.date], dash: str) -> None:
    """ "24-26 May 2017", "30 April - 2 May 2017"."""
    first, last = days[0].replace(year=days[1].year, day=min(days[0].day, 28)), days[1]
    first = min(first, last)
    words = f"{first.day} {MONTHS[first.month]}" if first.month != last.month else str(first.day)
    assert _read(f"{words}{dash}{_day(last)}") == (first, last, "day")


@given(RANGES, DASHES)
def test_months_run_from_their_first_to_their_last_day(days: list[datetime.date], dash: str) -> None:
    first, last = days
    end = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    words = f"{MONTHS[first.month]} {first.year}{dash}{MONTHS[last.month]} {last.year}"
    assert _read(words) == (first.replace(day=1), end, "month")


@given(RANGES, DASHES)
def test_years_run_from_new_year_to_its_eve(days: list[datetime.date], dash: str) -> None:
    first, last = days
    read = _read(f"{first.year}{dash}{last.year}")
    assert read == (datetime.date(first.year, 1, 1), datetime.date(last.year, 12, 31), "year")


@given(RANGES.filter(lambda days: days[0] < days[1]))
def test_no_period_ends_before_it_starts(days: list[datetime.date]) -> None:
    with pytest.raises(DataError, match="ends before it starts"):
        parse_period(_piece(f"{_day(days[1])} - {_day(days[0])}"))


@given(st.text(max_size=30))
def test_any_words_are_a_period_or_an_error_of_ours(words: str) -> None:
    try:
        start, end, precision = _read(words)
    except DataError as error:
        assert repr(words)[:40] in str(error)
    else:
        assert start <= end and precision in ("day", "month", "year")
