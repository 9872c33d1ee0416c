"""Draws the dated activities of a portrait: what was planned when, and what took place, on one axis of years.

Only places and sizes are computed here; the template draws them as SVG and gives the same as a table. Not here: the
scale (charts), and the timeline of all activities (a page of its own).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from aseankg.web.page.asking import Row
from aseankg.web.page.charts import Days
from aseankg.web.texts import translate
from aseankg.web.things.portraits.portrait import grouped

__all__ = ["Bar", "Line", "Timeline", "timeline_of"]

_WIDTH, _EDGE, _TOP = 640, 12, 34  # of the drawing, in its own units
_LINE, _THIN = 44, 6  # height of a line with its words above its bars; least width of a bar
_FEWEST_YEARS, _MOST_MARKS = 3, 10
_SHOWN = {"year": 4, "month": 7, "day": 10}  # characters of a date, as far as it is known


@dataclass(frozen=True)
class Bar:
    """One stretch of time: where it lies, and what it is (`planned` or `held`), with its words."""

    kind: str
    x: float
    width: float
    words: str
    name: str = ""


@dataclass(frozen=True)
class Line:
    """One activity with its bars; `y` is the upper edge of its place."""

    iri: str
    name: str
    title: str
    y: int
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Timeline:
    """The drawing: its size, its marks of years (place and words), and its lines."""

    width: int
    height: int
    marks: Sequence[tuple[float, int]]
    lines: Sequence[Line]


def timeline_of(rows: Iterable[Row]) -> Timeline | None:
    """Return the timeline of the rows of queries/pages/dates.rq, or None where nothing is dated."""
    groups = grouped(rows, "element")
    days = [_day(row[name]) for group in groups for row in group for name in ("start", "end", "from", "until")
            if row[name]]  # fmt: skip
    if not days:
        return None
    first, last = min(days).year, max(days).year
    axis = Days(first, max(last, first + _FEWEST_YEARS - 1), _EDGE, _WIDTH - 2 * _EDGE)
    lines = [_line(group, _TOP + number * _LINE, axis) for number, group in enumerate(groups)]
    return Timeline(_WIDTH, _TOP + len(lines) * _LINE + 6, _marks(axis), lines)


def _marks(axis: Days) -> list[tuple[float, int]]:
    """The begin of each year, or of each second one of many, and the end of the last."""
    places = [*axis.years(), (axis.last + 1, axis.left + axis.width)]
    return [(place, year) for year, place in places[:: 1 if len(places) <= _MOST_MARKS + 1 else 2]]


def _line(group: Sequence[Row], y: int, axis: Days) -> Line:
    head = group[0]
    planned = {_planned(row, axis): None for row in group if row["start"]}
    held = {_held(row, axis): None for row in group if row["from"]}
    return Line(head["element"], head["name"], head["title"], y, [*planned, *held])


def _planned(row: Row, axis: Days) -> Bar:
    return _bar("planned", (_day(row["start"]), _day(row["end"])), row["timeline"], axis)


def _held(row: Row, axis: Days) -> Bar:
    length = _SHOWN.get(row["held"], 10)
    first, last = (row[name][:length] for name in ("from", "until"))
    words = first if first == last else translate("%(first)s to %(last)s", first=first, last=last)
    bar = _bar("held", (_day(row["from"]), _day(row["until"])), words, axis)
    return Bar(bar.kind, bar.x, bar.width, bar.words, row["event_name"])


def _bar(kind: str, days: tuple[date, date], words: str, axis: Days) -> Bar:
    left, width = axis.span(*days)
    return Bar(kind, left, max(width, _THIN), words)


def _day(text: str) -> date:
    """The day of an xsd:date, whose time zone is of no matter here."""
    return date.fromisoformat(text[:10])
