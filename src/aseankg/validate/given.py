"""Validates what a user brings, read together with the ontology, its schemes and the actors that we know.

Not here: where the files come from (inputs, fetching), nor the data of the project (checks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from aseankg.namespaces import AKG, RDF
from aseankg.reference import read_reference
from aseankg.validate.engines import run
from aseankg.validate.inputs import MAX_BYTES, Input, find_inputs, read_triples
from aseankg.validate.places import Origin
from aseankg.validate.results import Report
from aseankg.validate.shapes import Shapes, read_shapes
from aseankg.vocabulary import declared_terms, ontology_quads, scheme_quads

__all__ = ["validate_files", "validate_given"]


def validate_given(
    inputs: list[Input], root: Path, shapes: Shapes, engine: str = "pyshacl", max_bytes: int = MAX_BYTES,
    mapped: Iterable[Quad] = (),
) -> Report:  # fmt: skip
    """Return what the shapes find in files; with the quads of mappings (and the plans they are about) beside them.

    Raises DataError with the place for a file that cannot be read or holds nothing.
    """
    origin = Origin([given.path for given in inputs if not given.packed])
    brought = (triple for at, given in enumerate(inputs, 1) for triple in read_triples(given, max_bytes, at))
    actors = _actors(root)
    described: set[object] = set()

    def watched() -> Iterator[Triple]:
        for triple in chain(brought, (quad.triple for quad in mapped)):
            if triple.subject in actors:
                described.add(triple.subject)
            yield triple

    def background() -> Iterator[Triple]:  # read when all of `watched` has gone by
        yield from (quad.triple for quads in (ontology_quads(root), scheme_quads(root)) for quad in quads)
        yield from (triple for node, triple in actors.items() if node not in described)

    name = ", ".join(given.name for given in inputs[:3]) + (" …" if len(inputs) > 3 else "")
    report = run(watched(), shapes, engine, origin, background(), name or None)
    ours = {str(node.value) for node in actors if node not in described}
    return replace(report, results=tuple(one for one in report.results if one.culprit not in ours))


def _actors(root: Path) -> dict[NamedNode, Triple]:
    """The classes of the actors of the reference data: whoever names one need not say what it is."""
    facts = read_reference([root / "data"], declared_terms(root))
    return {
        fact.subject: Triple(fact.subject, RDF.type, fact.object)
        for fact in facts
        if fact.predicate == RDF.type and fact.object in (AKG.ActorGroup, AKG.Body, AKG.Country)
    }


def validate_files(files: list[Path], root: Path) -> Report:
    """Return what the project's shapes find in RDF files, by pySHACL."""
    return validate_given(find_inputs(files), root, read_shapes(root))
