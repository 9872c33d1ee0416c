"""Writes a table that is no table of statistics as RDF: each row a thing of the person's own, each column a property.

A cell that names a thing of the graph is that thing, and is tied to it by `dcterms:relation`, too, so that a query need
not know the columns. Not here: statistics (cube).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from aseankg.linking.cells import find_number, find_period, is_missing
from aseankg.linking.columns import Column
from aseankg.linking.matching import Match
from aseankg.linking.own import Own
from aseankg.linking.reading import Row
from aseankg.namespaces import DCTERMS, RDF, RDFS, XSD

__all__ = ["Things", "dataset_of", "value_of"]


class Things:
    """Turns rows into triples."""

    def __init__(self, own: Own, columns: Sequence[Column], title: str, description: str) -> None:
        self._own = own
        self._columns = [(at, column) for at, column in enumerate(columns) if column.holds != "ignore"]
        self._title = title
        self._description = description
        self._class = own.iri("Row")
        self._properties = {column.head: own.named("property", column.head) for _, column in self._columns}

    @property
    def problems(self) -> Sequence[tuple[str, str, str]]:
        """What kept a row from being written: nothing does."""
        return ()

    def opening(self) -> Iterator[Triple]:
        """Yield what is said of the table: its title, the class of its rows, and its columns."""
        yield from dataset_of(self._own, self._title, self._description)
        yield Triple(self._class, RDF.type, RDFS.Class)
        yield Triple(self._class, RDFS.label, Literal(f"Row of {self._title}"))
        for head, iri in self._properties.items():
            yield Triple(iri, RDF.type, RDF.Property)
            yield Triple(iri, RDFS.label, Literal(head))

    def of_row(self, row: Row, matches: Mapping[int, Match]) -> Iterator[Triple]:
        """Yield what a row says."""
        thing = self._own.iri("row", row.number)
        yield Triple(thing, RDF.type, self._class)
        yield Triple(thing, DCTERMS.source, self._own.iri("dataset"))
        label = next((row.cells[at] for at, column in self._columns if column.holds == "text" and row.cells[at]), "")
        if label:
            yield Triple(thing, RDFS.label, Literal(label))
        for at, column in self._columns:
            cell = row.cells[at].strip()
            if is_missing(cell):
                continue
            match = matches.get(at)
            value = NamedNode(match.iri) if match and match.iri else value_of(column, cell)
            yield Triple(thing, self._properties[column.head], value)
            if match and match.iri:
                yield Triple(thing, DCTERMS.relation, NamedNode(match.iri))


def dataset_of(own: Own, title: str, description: str) -> Iterator[Triple]:
    """Yield the title and the description of the person's data."""
    dataset = own.iri("dataset")
    yield Triple(dataset, DCTERMS.title, Literal(title))
    yield Triple(dataset, RDFS.label, Literal(title))
    if description:
        yield Triple(dataset, DCTERMS.description, Literal(description))


def value_of(column: Column, cell: str) -> Literal:
    """Return a cell as a literal: a year, a number, else its words."""
    period = find_period(cell) if column.holds == "year" else None
    if period and period.kind:
        return Literal(period.text, datatype=XSD[period.kind])
    number = find_number(cell) if column.holds == "measure" else None
    return Literal(cell) if number is None else Literal(number, datatype=XSD.decimal)
