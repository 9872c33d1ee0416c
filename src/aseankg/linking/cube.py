"""Writes a table of statistics as a W3C Data Cube with the dimensions of SDMX: a figure is an observation.

https://www.w3.org/TR/vocab-data-cube/. All that the integrity constraints of its section 11 ask for stands in the data
themselves, so the cube is well-formed by itself: components are named both by `qb:dimension` and the like and by
`qb:componentProperty`, and properties of SDMX are declared again. There is one measure; where a table has several
columns of figures, which column it was is a dimension. Not here: other tables (things).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from pyoxigraph import Literal, NamedNode, Triple

from aseankg.linking.cells import find_number, find_period, find_sex, is_missing
from aseankg.linking.columns import Column
from aseankg.linking.matching import Match
from aseankg.linking.own import Own
from aseankg.linking.reading import Row
from aseankg.linking.things import dataset_of
from aseankg.namespaces import (
    QB,
    RDF,
    RDFS,
    SDMX_ATTRIBUTE,
    SDMX_CODE,
    SDMX_CONCEPT,
    SDMX_DIMENSION,
    SDMX_MEASURE,
    SKOS,
    XSD,
)

__all__ = ["Cube", "is_statistics"]

_MISSING, _NO_FIGURE, _NO_SEX, _EMPTY = "missing", "no figure", "no sex", "empty, and its figures need it"
_DUPLICATE = "of the same place, time and all else as one before (does a column tell them apart? HEAD=dimension)"
_REMEMBERED = 10_000  # codes of the person's own that are known to be described; one that is not is described again
_SEXES = {"F": "Female", "M": "Male", "T": "Total"}
_SDMX = {"country": "refArea", "year": "refPeriod", "sex": "sex", "age": "age"}
_Term = NamedNode | Literal
_Problem = tuple[str, str, str]  # the column, what stands there, and what is wrong


def is_statistics(columns: Sequence[Column]) -> bool:
    """Say whether a table is one of statistics: figures, and at least the place or the time that they are of."""
    held = {column.holds for column in columns}
    figures = [column for column in columns if column.holds == "measure"]
    return bool(figures) and (bool(held & {"country", "year"}) or any(column.period for column in figures))


@dataclass(frozen=True)
class _Dimension:
    """A dimension: its property, its column (none for that of the columns of figures), and its list of codes."""

    iri: NamedNode
    label: str
    at: int | None
    holds: str
    codes: NamedNode | None = None
    concept: NamedNode | None = None


class Cube:
    """Turns rows into observations; what cannot be one is told in `problems`, row by row."""

    def __init__(self, own: Own, columns: Sequence[Column], title: str, description: str) -> None:
        self._own = own
        self._title, self._description = title, description
        self._dataset = own.iri("dataset")
        self._codes = {
            column.head: own.named("measure", column.head) for column in columns if column.holds == "measure"
        }
        self._columns = columns
        self._figures = [(at, column) for at, column in enumerate(columns) if column.holds == "measure"]
        called = (column.head for column in columns if column.head.casefold() == "indicator")
        holding = (column.head for column in columns if column.holds == "indicator")
        self._indicator = next(chain(called, holding), "")  # the head whose dimension has that name
        self._dimensions = list(self._found_dimensions())
        self._attributes = [
            (at, column, SDMX_ATTRIBUTE.unitMeasure if column.holds == "unit" else own.named("attribute", column.head))
            for at, column in enumerate(columns)
            if column.holds in ("unit", "text")
        ]
        self._seen = sqlite3.connect("")  # on disk where it grows: memory stays flat in the number of rows
        self._seen.execute("CREATE TABLE seen (dimensions BLOB PRIMARY KEY) WITHOUT ROWID")
        self._is_new_code = _Recent(_REMEMBERED)
        self.problems: list[_Problem] = []

    def _found_dimensions(self) -> Iterator[_Dimension]:
        taken: set[str] = set()
        for at, column in enumerate(self._columns):
            if column.holds in ("measure", "unit", "text", "ignore"):
                continue
            sdmx = _SDMX.get(column.holds, "") if column.holds not in taken else ""
            taken.add(column.holds)
            yield self._sdmx(sdmx, column, at) if sdmx else self._own_dimension(column, at)
        if "year" not in taken and any(column.period for _, column in self._figures):
            yield _Dimension(SDMX_DIMENSION.refPeriod, "year", None, "year", None, SDMX_CONCEPT.refPeriod)
        if len([column for _, column in self._figures if not column.period]) > 1:
            codes = self._own.iri("measure-codelist")  # no column of the person's is called so
            yield _Dimension(self._own.iri("measure-dimension"), "figure", None, "measure", codes)

    def _sdmx(self, name: str, column: Column, at: int) -> _Dimension:
        codes = SDMX_CODE.sex if name == "sex" else None
        return _Dimension(SDMX_DIMENSION[name], column.head, at, column.holds, codes, SDMX_CONCEPT[name])

    def _own_dimension(self, column: Column, at: int) -> _Dimension:
        codes = None if column.is_linked or column.holds == "year" else self._own.named("codelist", column.head)
        name = "indicator" if column.head == self._indicator else column.head
        return _Dimension(self._own.named("dimension", name), column.head, at, column.holds, codes)

    # -- what is said of the table ---------------------------------------------------------------------------

    def opening(self) -> Iterator[Triple]:
        """Yield the data set, its structure, and the declarations of all components and lists of codes."""
        dataset, structure = self._dataset, self._own.iri("structure")
        yield from dataset_of(self._own, self._title, self._description)
        yield Triple(dataset, RDF.type, QB.DataSet)
        yield Triple(dataset, QB.structure, structure)
        yield Triple(structure, RDF.type, QB.DataStructureDefinition)
        yield Triple(structure, RDFS.label, Literal(f"Structure of {self._title}"))
        for order, dimension in enumerate(self._dimensions, 1):
            yield from self._component(QB.dimension, dimension.iri, order, dimension.label)
            yield from _declared(dimension)
        yield from self._component(QB.measure, SDMX_MEASURE.obsValue, len(self._dimensions) + 1, "Value")
        yield Triple(SDMX_MEASURE.obsValue, RDF.type, QB.MeasureProperty)
        yield Triple(SDMX_MEASURE.obsValue, QB.concept, SDMX_CONCEPT.obsValue)
        for order, (_, column, iri) in enumerate(self._attributes, len(self._dimensions) + 2):
            yield from self._component(QB.attribute, iri, order, column.head)
            yield Triple(iri, RDF.type, QB.AttributeProperty)
        yield from self._measures()

    def _component(self, role: NamedNode, iri: NamedNode, order: int, label: str) -> Iterator[Triple]:
        component = self._own.iri("component", order)
        yield Triple(self._own.iri("structure"), QB.component, component)
        yield Triple(component, RDF.type, QB.ComponentSpecification)
        yield Triple(component, role, iri)
        yield Triple(component, QB.componentProperty, iri)
        yield Triple(component, QB.order, Literal(order))
        yield Triple(component, RDFS.label, Literal(label))
        if iri.value.startswith(self._own.base):
            yield Triple(iri, RDFS.label, Literal(label))
        if role == QB.attribute:
            yield Triple(component, QB.componentRequired, Literal(False))

    def _measures(self) -> Iterator[Triple]:
        dimension = next((one for one in self._dimensions if one.holds == "measure"), None)
        for _, column in self._figures if dimension else ():
            yield from self._described(dimension, column.head, self._codes[column.head])

    # -- rows ------------------------------------------------------------------------------------------------

    def of_row(self, row: Row, matches: Mapping[int, Match]) -> Iterator[Triple]:
        """Yield the observations of a row, one for each of its figures."""
        self.problems = []
        known: list[tuple[_Dimension, _Term]] = []
        for dimension in self._dimensions:
            if dimension.at is None:
                continue
            cell = row.cells[dimension.at].strip()
            term = None if is_missing(cell) else self._term(dimension, cell, matches.get(dimension.at))
            if term is None:
                wrong = _EMPTY if is_missing(cell) else _NO_SEX
                self.problems.append((self._columns[dimension.at].head, cell, wrong))
                return
            known.append((dimension, term))
            yield from self._described(dimension, cell, term)
        for at, column in self._figures:
            yield from self._observation(row, at, column, known)

    def _observation(
        self, row: Row, at: int, column: Column, known: Sequence[tuple[_Dimension, _Term]]
    ) -> Iterator[Triple]:
        cell = row.cells[at].strip()
        number = find_number(cell)
        if number is None:
            self.problems.append((column.head, cell, _MISSING if is_missing(cell) else _NO_FIGURE))
            return
        values = [*known, *self._of_column(column)]
        if not self._is_first([term for _, term in values]):
            self.problems.append((column.head, "", _DUPLICATE))
            return
        several = (self._codes[column.head].value.rpartition("/")[2],) if len(self._figures) > 1 else ()
        observation = self._own.iri("observation", row.number, *several)
        yield Triple(observation, RDF.type, QB.Observation)
        yield Triple(observation, QB.dataSet, self._dataset)
        for dimension, term in values:
            yield Triple(observation, dimension.iri, term)
        yield Triple(observation, SDMX_MEASURE.obsValue, Literal(number, datatype=XSD.decimal))
        for place, _, iri in self._attributes:
            if not is_missing(row.cells[place]):
                yield Triple(observation, iri, Literal(row.cells[place].strip()))

    def _of_column(self, column: Column) -> Iterator[tuple[_Dimension, _Term]]:
        """The values of the dimensions that the columns of figures themselves tell."""
        for dimension in self._dimensions:
            if dimension.at is None and dimension.holds == "year":
                yield dimension, _period(column.period)
            elif dimension.at is None:
                yield dimension, self._codes[column.head]

    def _is_first(self, terms: Sequence[_Term]) -> bool:
        """IC-12: no two observations have the same value for every dimension."""
        key = hashlib.sha256("\t".join(map(str, terms)).encode()).digest()[:16]
        return self._seen.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1

    def _term(self, dimension: _Dimension, cell: str, match: Match | None) -> _Term | None:
        if match and match.iri:
            return NamedNode(match.iri)
        if dimension.iri == SDMX_DIMENSION.sex:
            sex = find_sex(cell)
            return SDMX_CODE[f"sex-{sex}"] if sex else None
        if dimension.holds == "year" and (period := find_period(cell)) and period.kind:
            return Literal(period.text, datatype=XSD[period.kind])
        return self._own.named("code", self._columns[dimension.at or 0].head, cell)

    def _described(self, dimension: _Dimension | None, words: str, term: _Term) -> Iterator[Triple]:
        """What a code of the person's own is, said once; a thing of the graph describes itself."""
        if dimension is None or isinstance(term, Literal) or not self._is_new_code(term.value):
            return
        if term.value.startswith(self._own.base):
            yield Triple(term, RDFS.label, Literal(words))
        if dimension.codes is None:
            return
        yield Triple(term, RDF.type, SKOS.Concept)
        yield Triple(term, SKOS.inScheme, dimension.codes)
        label = _SEXES.get(term.value.rpartition("-")[2], words) if dimension.codes == SDMX_CODE.sex else words
        yield Triple(term, SKOS.prefLabel, Literal(label))


class _Recent:
    """Says of a text whether it is new, remembering the last ones only."""

    def __init__(self, most: int) -> None:
        self._calls = 0
        self._at = lru_cache(most)(self._count)

    def _count(self, text: str) -> int:
        self._calls += 1
        return self._calls

    def __call__(self, text: str) -> bool:
        before = self._calls
        self._at(text)
        return self._calls > before


def _period(text: str) -> Literal:
    period = find_period(text)
    return Literal(text, datatype=XSD[period.kind]) if period and period.kind else Literal(text)


def _declared(dimension: _Dimension) -> Iterator[Triple]:
    """IC-4 and IC-5: every dimension has a range, and one of concepts has a list of codes."""
    yield Triple(dimension.iri, RDF.type, RDF.Property)
    yield Triple(dimension.iri, RDF.type, QB.DimensionProperty)
    yield Triple(dimension.iri, RDFS.range, SKOS.Concept if dimension.codes else RDFS.Resource)
    if dimension.concept:
        yield Triple(dimension.iri, QB.concept, dimension.concept)
    if dimension.codes:
        yield Triple(dimension.iri, RDF.type, QB.CodedProperty)
        yield Triple(dimension.iri, QB.codeList, dimension.codes)
        yield Triple(dimension.codes, RDF.type, SKOS.ConceptScheme)
        yield Triple(dimension.codes, RDFS.label, Literal(dimension.label))
