"""Reads data/curated/reports/: what became of planned things, as far as it was found out, with author, date and pages.

A report tells of a planned thing; what took place is a prov:Activity of its own, since that it is the planned thing is
a finding and no fact. Silence is never read as "not done": a report without evidence says what was searched.
Not here: readings of the texts and oddities (curated), and what the statuses mean (ontology/schemes/).
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pyoxigraph import Literal, NamedNode, Quad

from aseankg.entries import line_of_entry, read_entries
from aseankg.errors import DataError, placed, suggest
from aseankg.identifiers import instance
from aseankg.namespaces import AKG, DCTERMS, ID, PROV, RDF, RDFS, XSD, graph, shorten
from aseankg.reference import read_date
from aseankg.statements import recorded_in

__all__ = ["outcome_quads"]

_GRAPH = graph("curated")
_PRECISION = {4: "year", 7: "month", 10: "day"}  # by the length of what is written
_UNSEEN = ("no-evidence-found", "not-assessed")
_Pairs = list[tuple[NamedNode, NamedNode | Literal]]


def _require_day(value: str) -> str:
    read_date(value)
    return value


_Day = Annotated[str, AfterValidator(_require_day)]
_Address = Annotated[str, Field(pattern=r"^https?://[^\s<>\"{}|\\^`]+$")]
_Sentence = Annotated[str, Field(pattern=r"^\S.{10,}\.$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Seen(_Form):
    address: _Address
    says: _Sentence
    grade: str
    dated: _Day | None = None


class _Event(_Form):
    label: str
    start: _Day
    end: _Day
    venue: str | None = None

    @model_validator(mode="after")
    def _require_order(self) -> _Event:
        if len(self.start) != len(self.end):
            raise ValueError("`start` and `end` are not written alike: expected two days, two months or two years")
        if self.end < self.start:
            raise ValueError(f"`end` {self.end} is before `start` {self.start}: put them in order")
        return self


class _Report(_Form):
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    about: Annotated[list[str], Field(min_length=1)]
    status: str
    grade: str
    finding: _Sentence
    rationale: _Sentence | None = None
    searched: _Sentence | None = None
    event: _Event | None = None
    seen: list[_Seen] = []

    @model_validator(mode="after")
    def _require_support(self) -> _Report:
        unseen = self.status in _UNSEEN
        if unseen != (self.grade == "none") or unseen != (not self.seen):
            raise ValueError(
                f"status {self.status!r} with grade {self.grade!r} and {len(self.seen)} `seen`: expected grade 'none' "
                f"and nothing seen with {' and '.join(_UNSEEN)}, and else another grade and the pages seen"
            )
        if self.status == "no-evidence-found" and not self.searched:
            raise ValueError("no evidence found, and no `searched`: say what was searched; silence alone shows nothing")
        if self.grade == "derived" and not self.rationale:
            raise ValueError("the finding is derived and has no `rationale`: say by what reasoning")
        if unseen and self.event:
            raise ValueError(f"status {self.status!r} has an `event`: remove it, or choose the status that was found")
        if self.status.startswith("held-") and not self.event:
            raise ValueError(f"status {self.status!r} has no `event`: say what was held and when")
        return self


class _File(_Form):
    author: str
    date: datetime.date
    report: Annotated[list[_Report], Field(min_length=1)]


def outcome_quads(folders: Iterable[Path], known: Collection[NamedNode]) -> Iterator[Quad]:
    """Yield the reports of all `curated/reports/*.toml` of the data folders, in `graph/curated`.

    `known` are the things that the graph describes, concepts and agents among them. Raises DataError with file and
    line for a report that is not of its form, whose slug is another's, or that names what nothing describes.
    """
    slugs: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.glob("curated/reports/*.toml")):
            yield from _file_quads(folder, path, known, slugs)


def _file_quads(folder: Path, path: Path, known: Collection[NamedNode], slugs: dict[str, str]) -> Iterator[Quad]:
    file = read_entries(path, _File)
    with placed(path, 1):
        author = _described(file.author, known)
    signed: _Pairs = [
        (PROV.wasAttributedTo, author),
        (DCTERMS.created, Literal(file.date.isoformat(), datatype=XSD.date)),
    ]
    for index, report in enumerate(file.report):
        line = line_of_entry(path, "report", index)
        record = recorded_in(folder, path, line)
        if report.slug in slugs:
            words = f"the slug {report.slug!r} is that of {slugs[report.slug]} too: expected one report. Rename one."
            raise DataError(words, path, line)
        slugs[report.slug] = record
        with placed(path, line):
            quads = list(_report_quads(report, known, [*signed, (AKG.recordedIn, Literal(record))]))
        yield from quads


def _described(name: str, known: Collection[NamedNode]) -> NamedNode:
    """The IRI after `id/`, of a thing that the graph describes; DataError else."""
    found = instance(name)
    if found not in known:
        names = (shorten(thing.value) for thing in known if thing.value.startswith(ID))
        raise DataError(f"{name} is described nowhere: expected a thing of the graph.{suggest(name, names)}")
    return found


def _report_quads(report: _Report, known: Collection[NamedNode], signed: _Pairs) -> Iterator[Quad]:
    node = instance(f"report/{report.slug}")
    pairs: _Pairs = [
        (RDF.type, AKG.ImplementationReport),
        (RDFS.label, Literal(f"Report {report.slug}")),
        *((AKG.outcomeOf, _described(about, known)) for about in report.about),
        (AKG.status, _described(f"concept/report-status/{report.status}", known)),
        (AKG.evidenceGrade, _described(f"concept/evidence-grade/{report.grade}", known)),
        (DCTERMS.description, Literal(report.finding)),
        *signed,
    ]
    for term, words in ((AKG.rationale, report.rationale), (AKG.searched, report.searched)):
        if words:
            pairs.append((term, Literal(words)))
    for number, seen in enumerate(report.seen, 1):
        sighting = instance(f"report/{report.slug}/seen/{number}")
        pairs += [(AKG.restsOn, sighting), (DCTERMS.source, _page(seen, known))]
        yield from _in_graph(sighting, _seen_pairs(seen, f"Page {number} of report {report.slug}", known))
    if report.event:
        event = instance(f"report/{report.slug}/event")
        pairs.append((AKG.tellsOf, event))
        yield from _in_graph(event, _event_pairs(report.event))
    yield from _in_graph(node, pairs)


def _in_graph(node: NamedNode, pairs: _Pairs) -> Iterator[Quad]:
    return (Quad(node, term, value, _GRAPH) for term, value in pairs)


def _page(seen: _Seen, known: Collection[NamedNode]) -> NamedNode:
    """The page seen; where it is a part of a plan, one that is there."""
    return _described(seen.address.removeprefix(ID), known) if seen.address.startswith(ID) else NamedNode(seen.address)


def _seen_pairs(seen: _Seen, label: str, known: Collection[NamedNode]) -> _Pairs:
    pairs: _Pairs = [
        (RDF.type, AKG.Sighting),
        (RDFS.label, Literal(label)),
        (DCTERMS.source, _page(seen, known)),
        (DCTERMS.description, Literal(seen.says)),
        (AKG.evidenceGrade, _described(f"concept/evidence-grade/{seen.grade}", known)),
    ]
    return [*pairs, (AKG.pageDate, read_date(seen.dated))] if seen.dated else pairs


def _event_pairs(event: _Event) -> _Pairs:
    """What took place: the first and last day of what was seen, and how much of them was seen."""
    pairs: _Pairs = [
        (RDF.type, PROV.Activity),
        (RDFS.label, Literal(event.label)),
        (AKG.heldFrom, Literal((event.start + "-01-01")[:10], datatype=XSD.date)),
        (AKG.heldUntil, Literal(_last_day(event.end), datatype=XSD.date)),
        (AKG.heldPrecision, Literal(_PRECISION[len(event.start)])),
    ]
    return [*pairs, (AKG.heldAt, Literal(event.venue))] if event.venue else pairs


def _last_day(value: str) -> str:
    """The last day of a year, a month or a day.

    >>> _last_day("2020-10")
    '2020-10-31'
    """
    if len(value) == len("2020-10-31"):
        return value
    year, month = int(value[:4]), int(value[5:7] or 12)
    return f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}"
