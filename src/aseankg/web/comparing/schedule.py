"""What was planned for when, and what took place when: the rows of the timeline, as the queries give them, in order.

What a plan prints and what our reports tell stand apart in every row. Not here: where a mark stands (charts), the page
(views.timeline).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aseankg.identifiers import as_counted
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.showing import label_of

__all__ = ["PRECISIONS", "Entry", "Plan", "Report", "Time", "schedule"]

PRECISIONS = ("day", "month", "year")


@dataclass(frozen=True)
class Time:
    """A span of days and how exact it is: day, month or year."""

    first: date
    last: date
    precision: str


@dataclass(frozen=True)
class Report:
    """What a report of ours tells of a planned thing: its status and, where it is of an event, when and where."""

    iri: str
    status: str
    words: str
    finding: str
    event: str
    held: Time | None
    venue: str

    @property
    def kind(self) -> str:
        """The end of the status's IRI, such as held-late."""
        return self.status.rpartition("/")[2]


@dataclass(frozen=True)
class Entry:
    """One planned thing: an activity, or another element that a report tells an event of.

    `written` are the printed words of its timeline. `elsewhere` is set where the text of its own plan is not held, so
    that another text is all that is known of it.
    """

    iri: str
    plan: str
    name: str
    title: str
    planned: Time | None
    written: str
    passage: str
    layer: str
    elsewhere: bool
    is_activity: bool
    reports: Sequence[Report]

    @property
    def events(self) -> list[Report]:
        """The reports that say when something took place."""
        return [one for one in self.reports if one.held]

    @property
    def days(self) -> list[date]:
        """The first and last days of all that is known of it."""
        times = [self.planned, *(one.held for one in self.reports)]
        return [day for time in times if time for day in (time.first, time.last)]


@dataclass(frozen=True)
class Plan:
    """A plan with its entries, activities first; `first` and `last` are years that its text prints, 0 where none is."""

    iri: str
    slug: str
    label: str
    first: int
    last: int
    entries: Sequence[Entry]

    @property
    def dated(self) -> list[Entry]:
        """The entries that can be drawn."""
        return [one for one in self.entries if one.days]

    @property
    def undated(self) -> list[Entry]:
        """The activities without a printed date and without a known event, though their text is held."""
        return [one for one in self.entries if not one.days and not one.elsewhere]

    @property
    def unheld(self) -> list[Entry]:
        """The activities known only by what another text says of them, which gives no date."""
        return [one for one in self.entries if not one.days and one.elsewhere]


def schedule() -> list[Plan]:
    """Return all plans with what was planned and what took place."""
    reports = _reports()
    entries: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
    for row in rows_of("timeline"):
        entries[row["plan"]].setdefault(row["activity"], _activity(row, reports))
    for row in rows_of("timeline-reports"):
        if not row["kind"] and row["start"] and row["element"] not in entries[row["plan"]]:
            entries[row["plan"]][row["element"]] = _element(row, reports)
    return [_plan(row, entries[row["plan"]]) for row in rows_of("periods")]


def _plan(row: Row, entries: Mapping[str, Entry]) -> Plan:
    iri = row["plan"]
    ordered = sorted(entries.values(), key=lambda one: (not one.is_activity, as_counted(one.iri)))
    first, last = (int(row[name]) if row[name].isdigit() else 0 for name in ("first", "last"))
    return Plan(iri, iri.rpartition("/")[2], label_of(iri), first, last, ordered)


def _reports() -> defaultdict[str, list[Report]]:
    found: defaultdict[str, list[Report]] = defaultdict(list)
    for row in rows_of("timeline-reports"):
        words = row["status_name"] or row["status"].rpartition("/")[2]
        found[row["element"]].append(
            Report(row["report"], row["status"], words, row["finding"], row["event"], _time(row), row["venue"])
        )
    return found


def _activity(row: Row, reports: Mapping[str, list[Report]]) -> Entry:
    iri = row["activity"]
    said = {name: row[name] for name in ("plan", "title", "written", "passage", "layer")}
    return Entry(
        iri, name=label_of(iri), planned=_time(row), elsewhere=row["elsewhere"] == "true", is_activity=True,
        reports=reports.get(iri, ()), **said,
    )  # fmt: skip


def _element(row: Row, reports: Mapping[str, list[Report]]) -> Entry:
    iri = row["element"]
    return Entry(
        iri, row["plan"], label_of(iri), row["title"], None, "", "", "", elsewhere=False, is_activity=False,
        reports=reports.get(iri, ()),
    )  # fmt: skip


def _time(row: Row) -> Time | None:
    """Return the time that a row tells; nothing where it has none, or one that is no day of the calendar."""
    try:
        first, last = (date.fromisoformat(row[name][:10]) for name in ("start", "end"))
    except ValueError:
        return None
    precision = row["precision"] if row["precision"] in PRECISIONS else "day"
    return Time(first, last, precision) if first <= last else None
