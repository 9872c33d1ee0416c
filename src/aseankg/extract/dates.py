"""Parses printed periods: the only other reading that a plan graph allows beside the look-up of a name."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from aseankg.errors import DataError, suggest
from aseankg.records import Piece

__all__ = ["Period", "mentions_time", "parse_period"]

_MONTHS = list(calendar.month_name)[1:]
_SHORT = {month[:3]: month for month in _MONTHS} | {"Sept": "September"}
_RANGE = re.compile(r"\s*[-–—]\s*|\s+to\s+")  # "October" holds a "to" of its own
_QUARTER = re.compile(r"Q(?P<quarter>[1-4])\s+(?P<year>\d{4})")
_TWO_YEARS = re.compile(r"(?P<first>(?P<century>\d\d)\d\d)[-–](?P<last>\d\d)")
_POINT = re.compile(r"(?:(?:(?P<day>\d{1,2})\s+)?(?P<month>[^\W\d]+)\s+)?(?P<year>\d{4})")
_START_DAY = re.compile(r"(?P<day>\d{1,2})(?:\s+(?P<month>[^\W\d]+))?|(?P<only_month>[^\W\d]+)")
_EXPECTED = "expected a period such as '24-26 May 2017', 'May 2017', '2017' or '2018-2019'"


@dataclass(frozen=True)
class Period:
    """First and last day, and how finely the text says it: day, month or year."""

    start: datetime.date
    end: datetime.date
    precision: str


def parse_period(piece: Piece) -> Period:
    """Return the period that the words say; DataError when they say none, or a day that does not exist.

    A year is its first to its last day ("2018-2019" is 2018-01-01 to 2019-12-31), a month likewise.
    """
    first, *rest = _RANGE.split(_spelt_out(piece.text), maxsplit=1)
    last_match = _POINT.fullmatch(rest[0] if rest else first)
    if last_match is None:
        raise _unreadable(piece, _EXPECTED)
    last = last_match.groupdict()
    start = _complete(first, last) if rest else last
    if start is None or _precision(start) != _precision(last):
        raise _unreadable(piece, _EXPECTED)
    begin, end = _day(piece, start, first=True), _day(piece, last, first=False)
    if end < begin and start["month"] != last["month"] and _POINT.fullmatch(first) is None:
        begin = _day(piece, {**start, "year": str(end.year - 1)}, first=True)  # "28 December - 3 January 2028"
    if end < begin:
        raise _unreadable(piece, "it ends before it starts")
    return Period(begin, end, _precision(last))


def _spelt_out(words: str) -> str:
    """A quarter as its months, "2027-28" as two whole years, short months in full."""
    words = " ".join(words.split())
    if match := _QUARTER.fullmatch(words):
        first = (int(match["quarter"]) - 1) * 3
        return f"{_MONTHS[first]}-{_MONTHS[first + 2]} {match['year']}"
    if match := _TWO_YEARS.fullmatch(words):
        return f"{match['first']}-{match['century']}{match['last']}"
    return re.sub(r"[A-Z][a-z]+", lambda word: _SHORT.get(word[0], word[0]), words)


def mentions_time(words: str) -> bool:
    """Say whether words that should name a place hold a digit or a month."""
    return bool(re.search(r"\d", words)) or any(month in words.split() for month in _MONTHS)


def _complete(words: str, last: dict[str, str | None]) -> dict[str, str | None] | None:
    """The first point of a range, with what it leaves out ("24" in "24-26 May 2017") taken from the last."""
    whole = _POINT.fullmatch(words)
    if whole:
        return whole.groupdict()
    part = _START_DAY.fullmatch(words)
    if part is None:
        return None
    month = part["month"] or part["only_month"] or last["month"]
    return {"day": part["day"], "month": month, "year": last["year"]}


def _precision(point: dict[str, str | None]) -> str:
    return "day" if point["day"] else "month" if point["month"] else "year"


def _day(piece: Piece, point: dict[str, str | None], *, first: bool) -> datetime.date:
    year = int(point["year"] or 0)
    month = _month(piece, point["month"]) if point["month"] else 1 if first else 12
    try:
        last_day = calendar.monthrange(year, month)[1]
        return datetime.date(year, month, int(point["day"]) if point["day"] else 1 if first else last_day)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise _unreadable(piece, str(error)) from error


def _month(piece: Piece, word: str) -> int:
    if word not in _MONTHS:
        raise _unreadable(piece, f"{word!r} is no month.{suggest(word, _MONTHS)}")
    return _MONTHS.index(word) + 1


def _unreadable(piece: Piece, why: str) -> DataError:
    return DataError(f"{piece.text!r} cannot be read as a period: {why}.", piece.source.file, piece.line)
