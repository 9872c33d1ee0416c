"""Says of a triple where it stands and what it rests on: the one place that makes an rdf:Statement.

Not here: what it rests on (quads, reference, curated).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.identifiers import hashed
from aseankg.namespaces import AKG, RDF

__all__ = ["address_of", "recorded_in", "statement_quads"]

_Pairs = Iterable[tuple[NamedNode, NamedNode | Literal]]


def statement_quads(
    said: tuple[NamedNode, NamedNode, NamedNode | Literal, NamedNode],
    more: _Pairs,
    home: NamedNode,
    kind: str = "statement",
) -> Iterator[Quad]:
    """Yield, in the graph `home`, the statement of a triple of a graph, and what `more` says of it.

    `said` is subject, predicate, object and the graph that holds them; `kind` is the segment of the IRI.
    """
    subject, predicate, value, graph = said
    node = hashed(kind, graph, subject, predicate, value)
    for term, target in (
        (RDF.type, RDF.Statement), (RDF.subject, subject), (RDF.predicate, predicate), (RDF.object, value),
        (AKG.inGraph, graph), *more,
    ):  # fmt: skip
        yield Quad(node, term, target, home)


def address_of(source: str) -> NamedNode | Literal:
    """Return where something was read: an IRI where it is an address of the web, else its words."""
    return NamedNode(source) if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", source) else Literal(source)


def recorded_in(folder: Path, file: Path, line: int | None) -> str:
    """Return where a fact is written by hand, e.g. `data/reference/bodies.csv:12`, for a file of a data folder."""
    name = f"{folder.name}/{file.relative_to(folder).as_posix()}"
    return f"{name}:{line}" if line else name
