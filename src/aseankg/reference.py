"""Reads data/reference/: one row a fact, each with the address in which it was read.

Also gives the names by which the texts' bodies, countries, groups, instruments and plans are looked up.
Not here: what the texts say (extract/) and what we read into them (curated).
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.errors import DataError, placed, suggest
from aseankg.identifiers import instance
from aseankg.namespaces import AKG, DCTERMS, ORG, OWL, PREFIXES, RDF, SKOS, TIME, XSD, expand, graph
from aseankg.statements import address_of, recorded_in, statement_quads
from aseankg.vocabulary import require_declared

__all__ = ["ReferenceFact", "read_date", "read_memberships", "read_reference", "reference_quads"]

_GRAPH = graph("reference")
_COLUMNS = ["subject", "property", "value", "source", "note"]
_MEMBERSHIP_COLUMNS = ["country", "organization", "beginning", "source", "note"]
_DATED = (AKG.foundedOn, AKG.adoptedOn, DCTERMS.created, DCTERMS.issued)
_DATATYPES = {10: XSD.date, 7: XSD.gYearMonth, 4: XSD.gYear}


@dataclass(frozen=True)
class ReferenceFact:
    """One row: a triple and the address that says it."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal
    source: str
    file: str
    line: int | None
    record: str


def read_reference(folders: Iterable[Path], declared: Collection[NamedNode]) -> list[ReferenceFact]:
    """Return the facts of all `reference/*.csv` of the data folders.

    Raises DataError with file and line for a row that cannot be read or whose property is not `declared`.
    """
    folders = list(folders)
    facts = [
        _read_fact(file, line, row, declared, recorded_in(folder, file, line))
        for folder in folders
        for file in sorted(folder.glob("reference/*.csv"))
        if file.name != "memberships.csv"
        for line, row in _rows(file, _COLUMNS)
    ]
    if not facts:
        raise DataError("looked at no reference fact: expected reference/*.csv", next(iter(folders), None))
    return facts


def _rows(file: Path, columns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(_text(file), newline=""), strict=True)
    try:
        if reader.fieldnames != columns:
            raise DataError(f"columns are {reader.fieldnames}: expected {columns}.", file, 1)
        for row in reader:
            if None in row or None in row.values():
                raise DataError(f"expected {len(columns)} cells in this row.", file, reader.line_num)
            if not row["source"]:
                words = "this row has no source: expected the address in which it was read."
                raise DataError(words, file, reader.line_num)
            yield reader.line_num, row
    except csv.Error as error:
        raise DataError(f"not CSV: {error}.", file, reader.line_num) from error


def _text(file: Path) -> str:
    octets = file.read_bytes()
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        words = f"byte {error.start} is 0x{octets[error.start]:02X}: expected UTF-8. Save the file in UTF-8."
        raise DataError(words, file, octets.count(b"\n", 0, error.start) + 1) from error


def _read_fact(
    file: Path, line: int, row: dict[str, str], declared: Collection[NamedNode], record: str
) -> ReferenceFact:
    try:
        predicate = require_declared(expand(row["property"]), declared, file, line)
    except ValueError as error:
        raise DataError(str(error) + suggest(row["property"], PREFIXES), file, line) from error
    with placed(file, line):
        subject, value = instance(row["subject"]), _value(predicate, row["value"])
    if predicate == RDF.type and isinstance(value, NamedNode):
        require_declared(value, declared, file, line)
    return ReferenceFact(subject, predicate, value, row["source"], str(file), line, record)


def _value(predicate: NamedNode, value: str) -> NamedNode | Literal:
    if value.startswith("id:"):
        return instance(value.removeprefix("id:"))
    if predicate == RDF.type or re.fullmatch(r"https?://\S+", value):
        return expand(value)
    if predicate in _DATED:
        return read_date(value)
    if predicate == OWL.deprecated:
        return _truth(value)
    return Literal(value, language="en") if predicate == SKOS.prefLabel else Literal(value)


def _truth(value: str) -> Literal:
    if value not in ("true", "false"):
        raise ValueError(f"{value!r} is no truth: expected true or false.")
    return Literal(value, datatype=XSD.boolean)


def read_date(value: str) -> Literal:
    """Return YYYY, YYYY-MM or YYYY-MM-DD as xsd:gYear, xsd:gYearMonth or xsd:date; ValueError when no day is in it.

    >>> read_date("2017-12").datatype.value
    'http://www.w3.org/2001/XMLSchema#gYearMonth'
    """
    try:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
            raise ValueError("no date")
        datetime.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        raise ValueError(f"{value!r} is no date: expected YYYY, YYYY-MM or YYYY-MM-DD, of the calendar.") from None
    return Literal(value, datatype=_DATATYPES[len(value)])


def reference_quads(facts: Iterable[ReferenceFact]) -> Iterator[Quad]:
    """Yield each fact and the statement that carries its address."""
    for fact in facts:
        yield from _sourced((fact.subject, fact.predicate, fact.object), fact.source, fact.record)


def _sourced(triple: tuple[NamedNode, NamedNode, NamedNode | Literal], source: str, record: str) -> Iterator[Quad]:
    """A triple of the reference data and the statement that carries its address, and where its row stands."""
    yield Quad(*triple, _GRAPH)
    more = [(DCTERMS.source, address_of(source)), (AKG.recordedIn, Literal(record))]
    yield from statement_quads((*triple, _GRAPH), more, _GRAPH)


def read_memberships(folders: Iterable[Path]) -> list[Quad]:
    """Return the dated memberships as W3C ORG says them: a Membership during an Interval with a beginning.

    Raises DataError when there is none: which countries lead at national level would be nobody.
    """
    folders = list(folders)
    found = [
        quad
        for folder in folders
        for file in sorted(folder.glob("reference/memberships.csv"))
        for line, row in _rows(file, _MEMBERSHIP_COLUMNS)
        for quad in _membership(file, line, row, recorded_in(folder, file, line))
    ]
    if not found:
        raise DataError("looked at no membership: expected reference/memberships.csv", next(iter(folders), None))
    return found


def _membership(file: Path, line: int, row: dict[str, str], record: str) -> Iterator[Quad]:
    with placed(file, line):
        day = read_date(row["beginning"])
        country, organization = (instance(row[name].removeprefix("id:")) for name in ("country", "organization"))
    if day.datatype != XSD.date:
        raise DataError(f"beginning is {row['beginning']!r}: expected YYYY-MM-DD.", file, line)
    membership = instance("membership/" + country.value.rpartition("/")[2])
    interval, beginning = (NamedNode(f"{membership.value}/{part}") for part in ("interval", "beginning"))
    yield Quad(membership, RDF.type, ORG.Membership, _GRAPH)
    yield Quad(interval, RDF.type, TIME.Interval, _GRAPH)
    yield Quad(beginning, RDF.type, TIME.Instant, _GRAPH)
    for subject, predicate, value in (
        (membership, ORG.organization, organization), (membership, ORG.member, country),
        (membership, ORG.memberDuring, interval), (interval, TIME.hasBeginning, beginning),
        (beginning, TIME.inXSDDate, day),
    ):  # fmt: skip
        yield from _sourced((subject, predicate, value), row["source"], record)
