"""All activities over time, at `/timeline`: when each was planned, and what our reports say took place.

Drawn here as marks of an SVG, with the same as a table. Not here: the rows (schedule), the scale (charts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import Flask, Response

from aseankg.sheets import Cell, Sheet
from aseankg.web.comparing.schedule import Entry, Plan, Report, Time, schedule
from aseankg.web.page.charts import Days, cut
from aseankg.web.page.choosing import address_with, chosen_of, only
from aseankg.web.page.exports import export, export_asked
from aseankg.web.page.showing import show

__all__ = ["register"]

_LEFT, _WIDTH, _RIGHT = 400, 520, 320  # of the names, of the years, of the words beside them
_TOP, _HEAD, _ROW = 96, 34, 36  # the legend and the years, the head of a plan, one entry
_MOST_DRAWN = 300
_NARROW = 9  # a bar that would be less wide is drawn as a point
_KINDS = {  # of what took place: which of them share a colour
    "held-as-planned": "kept", "published": "kept", "held-late": "late", "self-reported": "told",
}  # fmt: skip


def register(app: Flask) -> None:
    """Give the application its timeline."""
    app.add_url_rule("/timeline", "timeline", _timeline)


def _timeline() -> Response:
    only("plan", "format")
    every = schedule()
    slug = chosen_of("plan", [one.slug for one in every])
    plans = [one for one in every if slug in ("", one.slug)]
    chosen = export_asked()
    if chosen:
        entries = [entry for plan in plans for entry in plan.entries]
        sources = [(one.name, one.passage, one.written) for one in entries if one.passage]
        return export(chosen, f"timeline{'-' if slug else ''}{slug}", _sheet(plans), sources)
    names, counts = {one.slug: one.label for one in every}, {one.slug: len(one.dated) for one in every}
    return show(
        "timeline.html", plans=plans, names=names, counts=counts, drawing=_drawing(plans), address_with=address_with
    )


def _sheet(plans: Sequence[Plan]) -> Sheet:
    columns = ["plan", "element", "title", "printed", "planned from", "planned until", "exact to the", "status",
               "event", "held from", "held until", "held at", "finding", "IRI", "report"]  # fmt: skip
    rows = [
        (plan.label, one.name, one.title, one.written, *_cells(one.planned), *_told(report), one.iri,
         report.iri if report else "")
        for plan in plans for one in plan.entries for report in (*one.reports, *([] if one.reports else [None]))
    ]  # fmt: skip
    return Sheet("Timeline", columns, rows)


def _cells(time: Time | None) -> tuple[Cell, ...]:
    return (time.first.isoformat(), time.last.isoformat(), time.precision) if time else ("", "", "")


def _told(report: Report | None) -> tuple[Cell, ...]:
    if report is None:
        return ("", "", "", "", "", "")
    return (report.words, report.event, *_cells(report.held)[:2], report.venue, report.finding)


# -- the drawing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mark:
    """One mark: a point where `width` is 0, else a bar; `kind` is how it is drawn."""

    left: float
    width: float
    kind: str
    words: str


@dataclass(frozen=True)
class _Line:
    """One line of the drawing: an entry with its marks, or the head of a plan, which has none."""

    top: int
    label: str
    entry: Entry | None = None
    planned: _Mark | None = None
    held: Sequence[_Mark] = ()
    beside: str = ""
    below: str = ""


@dataclass(frozen=True)
class _Band:
    """The years that a plan says it covers, behind its lines."""

    left: float
    width: float
    top: int
    height: int


def _drawing(plans: Sequence[Plan]) -> dict[str, object] | None:
    """All that the template needs to draw, nothing where no day is known."""
    drawn = [entry for plan in plans for entry in plan.dated][:_MOST_DRAWN]
    if not drawn:
        return None
    years = [date(year, 1, 1) for plan in plans if plan.dated for year in (plan.first, plan.last) if year]
    days = Days.over([day for entry in drawn for day in entry.days] + years, _LEFT, _WIDTH)
    lines, bands, top = list[_Line](), list[_Band](), _TOP
    for plan in plans:
        entries = [entry for entry in plan.dated if entry in drawn]
        if entries:
            begin, top = top, _add_plan(lines, plan, entries, days, top)
            bands += _bands(plan, days, begin, top - begin)
    all_years = days.years()
    return {
        "lines": lines, "bands": bands, "years": all_years[:: ceil(len(all_years) / 16)], "left": _LEFT,
        "right": _LEFT + _WIDTH, "width": _LEFT + _WIDTH + _RIGHT, "top": _TOP, "foot": top, "height": top + 28,
        "kinds": sorted({mark.kind.split()[0] for line in lines for mark in line.held}), "beside": _LEFT + _WIDTH + 12,
        "precisions": {line.entry.planned.precision for line in lines if line.entry and line.entry.planned},
        "left_out": sum(len(plan.dated) for plan in plans) - len(drawn), "row": _ROW,
    }  # fmt: skip


def _add_plan(lines: list[_Line], plan: Plan, entries: Sequence[Entry], days: Days, top: int) -> int:
    """Add the head of a plan and a line for each entry; return where the next may begin."""
    lines.append(_Line(top, plan.label, below=f"{plan.first or ''}–{plan.last}" if plan.last else ""))
    top += _HEAD
    for entry in entries:
        lines.append(_line(entry, days, top))
        top += _ROW
    return top


def _bands(plan: Plan, days: Days, top: int, height: int) -> list[_Band]:
    """The band of a plan that prints its last year; one without a first year is open to the left."""
    if not plan.last:
        return []
    first = date(plan.first or days.first, 1, 1)
    left, width = days.span(first, date(plan.last, 12, 31))
    return [_Band(left, width, top, height)]


def _line(entry: Entry, days: Days, top: int) -> _Line:
    name = entry.name.partition(" (")[0]  # its plan stands above
    told = list(dict.fromkeys(one.words for one in entry.reports))
    return _Line(
        top,
        cut(f"{name}: {entry.title}" if entry.title else name, 54),
        entry,
        _mark(entry.planned, days, entry.planned.precision, entry.written) if entry.planned else None,
        [_mark(one.held, days, f"{_KINDS.get(one.kind, 'related')} {one.held.precision}", f"{one.words}: {one.event}")
         for one in entry.reports if one.held],
        cut(entry.written, 38),
        cut("; ".join(told), 42),
    )  # fmt: skip


def _mark(time: Time, days: Days, kind: str, words: str) -> _Mark:
    left, width = days.span(time.first, time.last)
    said = f"{words} ({time.first.isoformat()} – {time.last.isoformat()})"
    if width < _NARROW:
        return _Mark(round(left + width / 2, 2), 0, kind, said)
    return _Mark(left, width, kind, said)
