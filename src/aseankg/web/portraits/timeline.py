"""Draws the dated activities of a portrait: what was planned when, and what took place, on one axis of years.

Only places and sizes are computed here; the template draws them as SVG and gives the same as a table. Not here: the
timeline of all activities (a page of its own).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from aseankg.web.asking import Row
from aseankg.web.portraits.portrait import grouped
from aseankg.web.texts import translate

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
    """One activity with its bars; `y` is the upper edge of its place, `late` where its words end at the right."""

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


@dataclass(frozen=True)
class _Axis:
    """The years that are drawn, the first and the one after the last."""

    first: int
    last: int

    def place(self, day: date) -> float:
        span = (date(self.last, 1, 1) - date(self.first, 1, 1)).days
        part = (day - date(self.first, 1, 1)).days / span
        return round(_EDGE + part * (_WIDTH - 2 * _EDGE), 1)

    def marks(self) -> list[tuple[float, int]]:
        step = 1 if self.last - self.first <= _MOST_MARKS else 2
        return [(self.place(date(year, 1, 1)), year) for year in range(self.first, self.last + 1, step)]


def timeline_of(rows: Iterable[Row]) -> Timeline | None:
    """Return the timeline of the rows of queries/pages/dates.rq, or None where nothing is dated."""
    groups = grouped(rows, "element")
    days = [_day(row[name]) for group in groups for row in group for name in ("start", "end", "from", "until")
            if row[name]]  # fmt: skip
    if not days:
        return None
    first, last = min(days).year, max(days).year + 1
    axis = _Axis(first, max(last, first + _FEWEST_YEARS))
    lines = [_line(group, _TOP + number * _LINE, axis) for number, group in enumerate(groups)]
    return Timeline(_WIDTH, _TOP + len(lines) * _LINE + 6, axis.marks(), lines)


def _line(group: Sequence[Row], y: int, axis: _Axis) -> Line:
    head = group[0]
    planned = {_planned(row, axis): None for row in group if row["start"]}
    held = {_held(row, axis): None for row in group if row["from"]}
    return Line(head["element"], head["name"], head["title"], y, [*planned, *held])


def _planned(row: Row, axis: _Axis) -> Bar:
    return _bar("planned", (_day(row["start"]), _day(row["end"])), row["timeline"], axis)


def _held(row: Row, axis: _Axis) -> Bar:
    length = _SHOWN.get(row["held"], 10)
    first, last = (row[name][:length] for name in ("from", "until"))
    words = first if first == last else translate("%(first)s to %(last)s", first=first, last=last)
    bar = _bar("held", (_day(row["from"]), _day(row["until"])), words, axis)
    return Bar(bar.kind, bar.x, bar.width, bar.words, row["event_name"])


def _bar(kind: str, days: tuple[date, date], words: str, axis: _Axis) -> Bar:
    begin, end = axis.place(days[0]), axis.place(days[1])
    return Bar(kind, begin, max(round(end - begin, 1), _THIN), words)


def _day(text: str) -> date:
    """The day of an xsd:date, whose time zone is of no matter here."""
    return date.fromisoformat(text[:10])
