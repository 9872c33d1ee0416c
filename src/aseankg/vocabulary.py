"""Reads the hand-written Turtle of ontology/: modules, axioms, schemes and shapes, as quads of their graphs.

Blank nodes (lists of axioms and shapes) get IRIs here, the same on every run: published data have none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from aseankg.errors import DataError, suggest
from aseankg.namespaces import BASE, FOREIGN, PREFIXES, RDFS, graph, shorten

__all__ = [
    "declared_terms",
    "ontology_quads",
    "parse_turtle",
    "require_declared",
    "scheme_quads",
    "shape_files",
    "shape_quads",
    "without_blank_nodes",
]


def ontology_quads(root: Path) -> Iterator[Quad]:
    """Yield the modules and axioms, in `graph/ontology`."""
    yield from _quads(sorted((root / "ontology").glob("*.ttl")), graph("ontology"))


def require_declared(term: NamedNode, declared: Collection[NamedNode], file: Path, line: int | None) -> NamedNode:
    """Return a term that the ontology declares or that our data take from another vocabulary; DataError else."""
    if term in declared or term in FOREIGN:
        return term
    name, known = shorten(term.value), [shorten(known.value) for known in (*declared, *FOREIGN)]
    if term.value.startswith(PREFIXES["akg"]):
        words, more = "is not a term of the ontology", "declare the term in ontology/"
    else:
        words, more = "is no term that the data take from another vocabulary", "add it to aseankg.namespaces"
    raise DataError(f"{name} {words}.{suggest(name, sorted(known))} Mend the spelling, or {more}.", file, line)


def declared_terms(root: Path) -> frozenset[NamedNode]:
    """Return the terms that the modules declare."""
    return frozenset(
        quad.subject
        for quad in ontology_quads(root)
        if quad.predicate == RDFS.label and isinstance(quad.subject, NamedNode)
    )


def scheme_quads(root: Path) -> Iterator[Quad]:
    """Yield the SKOS schemes, in `graph/reference`."""
    yield from _quads(sorted((root / "ontology" / "schemes").glob("*.ttl")), graph("reference"))


def shape_files(root: Path) -> list[Path]:
    """Return the files of the shapes, sorted."""
    return sorted((root / "ontology" / "shapes").glob("*.ttl"))


def shape_quads(root: Path) -> Iterator[Quad]:
    """Yield the shapes, in `graph/shapes`."""
    yield from _quads(shape_files(root), graph("shapes"))


def _quads(files: list[Path], name: NamedNode) -> Iterator[Quad]:
    if not files:
        raise DataError("looked at no Turtle file: expected ontology/*.ttl", name.value)
    triples = [triple for file in files for triple in parse_turtle(file)]
    return without_blank_nodes(triples, name)


def parse_turtle(file: Path) -> list[Triple]:
    """Return the triples of a Turtle file; DataError with its line where it does not parse."""
    try:
        # Each file's blank nodes are its own: renamed on reading, so that two files never share one.
        return [quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)]
    except SyntaxError as error:
        place = re.search(r"line (\d+)", str(error))
        line = error.lineno or (int(place[1]) if place else None)
        raise DataError(f"not Turtle: {error.msg}", file, line) from error


def without_blank_nodes(triples: list[Triple], name: NamedNode) -> Iterator[Quad]:
    """Yield the triples in a graph, blank nodes as IRIs made of their canonical labels (W3C RDFC-1.0)."""
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    slug = name.value.rpartition("/")[2]

    def named(node: object) -> object:
        return NamedNode(f"{BASE}.well-known/genid/{slug}-{node.value}") if isinstance(node, BlankNode) else node

    for quad in dataset:
        yield Quad(named(quad.subject), quad.predicate, named(quad.object), name)  # type: ignore[arg-type]
