"""An answer as a table for people: IRIs shortened and linked, literals as they are, a bounded number of rows.

What a page leaves out it says; the whole answer is one link away. Not here: HTML (templates).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from urllib.parse import quote

from flask import request, url_for
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from aseankg.errors import AseankgError
from aseankg.namespaces import BASE, ID, shorten
from aseankg.store.request import Answer, Term
from aseankg.web.site import site

__all__ = ["LARGEST_TABLE", "Cell", "Table", "cell_of", "heads_of", "link_of", "spaced", "table_of", "text_link"]

LARGEST_TABLE = 1000
_ROWS = {"xlsx": "XLSX", "csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"}
_TRIPLES = {
    "xlsx": "XLSX",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF/XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}
# What things.resources answers for; the path is decoded once there, so that it is encoded once here.
_LOOKED_UP = re.compile(r"(?:id|graph|[.]well-known/genid)/[^/]|(?:ontology|shapes)(?:/[^/]|$)")
_PASSAGE = re.compile(re.escape(f"{ID}source/") + r"([\w.-]+)/passage/(\d+-\d+)", re.ASCII)
_AS_THEY_ARE = "/:@!$&'()*+,;=~"
_NUMBERS = ("integer", "decimal", "double", "float")


@dataclass(frozen=True)
class Cell:
    """One value: its words, the whole of it where they are shortened, where it leads, its language, if a number.

    `name` is what the graph calls the thing that an IRI of ours stands for.
    """

    text: str
    whole: str = ""
    link: str = ""
    language: str = ""
    number: bool = False
    name: str = ""

    @property
    def shown(self) -> str:
        """The name of the thing, else the words of the value."""
        return self.name or self.text


@dataclass(frozen=True)
class Table:
    """The first rows of an answer, how many there are of what, and the formats that all of them come in."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    count: int
    unit: str
    formats: Mapping[str, str]
    truth: bool | None = None


def table_of(answer: Answer, most: int = LARGEST_TABLE) -> Table:
    """Return the table of an answer in TSV or N-Triples, where a row is a line and costs nothing to count.

    It holds the first `most` rows.
    """
    lines = answer.body.count(b"\n")
    if answer.form in ("construct", "describe"):
        triples = (quad.triple for quad in parse(io.BytesIO(answer.body), RdfFormat.N_TRIPLES))
        rows = _rows(((triple.subject, triple.predicate, triple.object) for triple in triples), most)
        return Table(("subject", "predicate", "object"), rows, lines, "triple", _TRIPLES)
    found = parse_query_results(answer.body, format=QueryResultsFormat.TSV)
    if isinstance(found, QueryBoolean):
        return Table((), (), 1, "row", _ROWS, bool(found))
    columns = [variable.value for variable in found.variables]
    return Table(columns, _rows(found, most), lines - 1, "row", _ROWS)


def _rows(found: Iterable[Iterable[Term | None]], most: int) -> list[list[Cell]]:
    find_name = _find_names()
    return [[_named(cell_of(term), find_name) for term in row] for row in islice(found, most)]


def _find_names() -> Callable[[str], str | None]:
    """Return what finds the name of a thing; where names cannot be asked for just now, a table does without."""
    try:
        return site().lookup().get_name
    except AseankgError:
        return lambda iri: None


def _named(cell: Cell, find_name: Callable[[str], str | None]) -> Cell:
    name = find_name(cell.whole) if cell.whole.startswith(ID) else None
    return replace(cell, name=name) if name else cell


def cell_of(term: Term | None) -> Cell:
    """Return what a page shows of one term."""
    if term is None:
        return Cell("")
    if isinstance(term, NamedNode):
        return Cell(shorten(term.value), term.value, link_of(term.value))
    if isinstance(term, Literal):
        number = term.datatype.value.rpartition("#")[2] in _NUMBERS
        return Cell(term.value, language=term.language or "", number=number)
    return Cell(str(term) if isinstance(term, Triple) else f"_:{term.value}")


def heads_of(columns: Iterable[str]) -> list[str]:
    """Return the names of variables as the words of a table's head.

    >>> heads_of(["implementsStrategy", "key_result_area"])
    ['Implements strategy', 'Key result area']
    """
    return [spaced(name) for name in columns]


def spaced(name: str) -> str:
    """Return the name of a class, property or variable as words.

    >>> spaced("KeyResultArea")
    'Key result area'
    """
    return re.sub(r"_|(?<=[a-z0-9])(?=[A-Z])", " ", name).capitalize()


def link_of(iri: str) -> str:
    """Return where a page leads from an IRI: ours to their path on this host, those of others to where they point.

    Empty for an IRI that a browser should not follow, such as `javascript:`.
    """
    if not iri.startswith(BASE):
        return iri if iri.startswith(("http://", "https://")) else ""
    path = _path_of(iri)
    return f"{request.script_root}/{path}" if path else url_for("sparql", query=f"DESCRIBE <{iri}>")


@lru_cache(maxsize=4096)  # a page leads to few things in many places
def _path_of(iri: str) -> str:
    path, mark, fragment = iri.removeprefix(BASE).partition("#")
    return f"{quote(path, safe=_AS_THEY_ARE)}{mark}{fragment}" if _LOOKED_UP.match(path) else ""


def text_link(passage: str) -> str:
    """Return where a page leads from a passage: to its words in the stored text; as `link_of` for other IRIs."""
    found = _PASSAGE.fullmatch(passage)
    return f"{request.script_root}/sources/{found[1]}?at={found[2]}#at" if found else link_of(passage)
