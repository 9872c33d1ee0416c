"""Validates what a user brings, read together with the ontology and its schemes.

Not here: where the files come from (inputs, fetching), nor the data of the project (checks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, Triple

from aseankg.validate.engines import run
from aseankg.validate.inputs import MAX_BYTES, Input, find_inputs, read_triples
from aseankg.validate.places import Origin
from aseankg.validate.results import Report
from aseankg.validate.shapes import Shapes, read_shapes
from aseankg.vocabulary import ontology_quads, scheme_quads

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
    triples = chain(brought, (quad.triple for quad in mapped))
    name = ", ".join(given.name for given in inputs[:3]) + (" …" if len(inputs) > 3 else "")
    return run(triples, shapes, engine, origin, _background(root), name or None)


def _background(root: Path) -> Iterator[Triple]:
    yield from (quad.triple for quads in (ontology_quads(root), scheme_quads(root)) for quad in quads)


def validate_files(files: list[Path], root: Path) -> Report:
    """Return what the project's shapes find in RDF files, by pySHACL."""
    return validate_given(find_inputs(files), root, read_shapes(root))
