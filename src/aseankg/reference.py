"""Reads data/reference/: one row a fact, each with the address in which it was read.

Also gives the names by which the texts' bodies, countries, groups, instruments and plans are looked up.
Not here: what the texts say (extract/) and what we read into them (curated).
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.errors import DataError, suggest
from aseankg.identifiers import hashed, instance
from aseankg.namespaces import AKG, DCTERMS, ORG, PREFIXES, RDF, TIME, XSD, expand, graph
from aseankg.vocabulary import require_declared

__all__ = ["ReferenceFact", "read_memberships", "read_reference", "reference_quads"]

_GRAPH = graph("reference")
_COLUMNS = ["subject", "property", "value", "source", "note"]
_MEMBERSHIP_COLUMNS = ["country", "organization", "beginning", "source", "note"]
_DATED = {"akg:foundedOn", "akg:adoptedOn"}
_DATATYPES = {10: XSD.date, 7: XSD.gYearMonth, 4: XSD.gYear}


@dataclass(frozen=True)
class ReferenceFact:
    """One row: a triple and the address that says it."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal
    source: str
    file: str
    line: int


def read_reference(folders: Iterable[Path], declared: Collection[NamedNode]) -> list[ReferenceFact]:
    """Return the facts of all `reference/*.csv` of the data folders.

    Raises DataError with file and line for a row that cannot be read or whose property is not `declared`.
    """
    files = sorted(
        file for folder in folders for file in folder.glob("reference/*.csv") if file.name != "memberships.csv"
    )
    facts = [_read_fact(file, line, row, declared) for file in files for line, row in _rows(file, _COLUMNS)]
    if not facts:
        raise DataError("looked at no reference fact: expected reference/*.csv", next(iter(folders), None))
    return facts


def _rows(file: Path, columns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != columns:
            raise DataError(f"columns are {reader.fieldnames}: expected {columns}.", file, 1)
        for row in reader:
            if None in row or None in row.values():
                raise DataError(f"expected {len(columns)} cells in this row.", file, reader.line_num)
            if not row["source"]:
                raise DataError(
                    "this row has no source: expected the address in which it was read.",
                    file,
                    reader.line_num,
                )
            yield reader.line_num, row


def _read_fact(file: Path, line: int, row: dict[str, str], declared: Collection[NamedNode]) -> ReferenceFact:
    try:
        predicate = require_declared(expand(row["property"]), declared, file, line)
    except ValueError as error:
        raise DataError(str(error) + suggest(row["property"], PREFIXES), file, line) from error
    value = _value(row["property"], row["value"], file, line)
    if predicate == RDF.type and isinstance(value, NamedNode):
        require_declared(value, declared, file, line)
    return ReferenceFact(instance(row["subject"]), predicate, value, row["source"], str(file), line)


def _value(name: str, value: str, file: Path, line: int) -> NamedNode | Literal:
    if value.startswith("id:"):
        return instance(value.removeprefix("id:"))
    if name == "rdf:type" or re.fullmatch(r"https?://\S+", value):
        return expand(value)
    if name in _DATED:
        if len(value) not in _DATATYPES or not re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
            raise DataError(f"{value!r} is no date: expected YYYY, YYYY-MM or YYYY-MM-DD.", file, line)
        return Literal(value, datatype=_DATATYPES[len(value)])
    if name == "skos:prefLabel":
        return Literal(value, language="en")
    return Literal(value)


def reference_quads(facts: Iterable[ReferenceFact]) -> Iterator[Quad]:
    """Yield each fact and the statement that carries its address."""
    for fact in facts:
        yield Quad(fact.subject, fact.predicate, fact.object, _GRAPH)
        yield from _statement(fact.subject, fact.predicate, fact.object, fact.source)


def _statement(subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, source: str) -> Iterator[Quad]:
    node = hashed("statement", _GRAPH, subject, predicate, value)
    address = NamedNode(source) if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", source) else Literal(source)
    for term, target in (
        (RDF.type, RDF.Statement), (RDF.subject, subject), (RDF.predicate, predicate), (RDF.object, value),
        (AKG.inGraph, _GRAPH), (DCTERMS.source, address),
    ):  # fmt: skip
        yield Quad(node, term, target, _GRAPH)


def read_memberships(folders: Iterable[Path]) -> Iterator[Quad]:
    """Yield the dated memberships as W3C ORG says them: a Membership during an Interval with a beginning."""
    for folder in folders:
        for file in sorted(folder.glob("reference/memberships.csv")):
            for line, row in _rows(file, _MEMBERSHIP_COLUMNS):
                yield from _membership(file, line, row)


def _membership(file: Path, line: int, row: dict[str, str]) -> Iterator[Quad]:
    try:
        day = Literal(datetime.date.fromisoformat(row["beginning"]).isoformat(), datatype=XSD.date)
    except ValueError as error:
        raise DataError(f"beginning is {row['beginning']!r}: expected YYYY-MM-DD.", file, line) from error
    country = instance(row["country"].removeprefix("id:"))
    organization = instance(row["organization"].removeprefix("id:"))
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
        yield Quad(subject, predicate, value, _GRAPH)
        yield from _statement(subject, predicate, value, row["source"])
