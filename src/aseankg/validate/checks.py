"""Runs the checks of queries/checks/, and validates what the build has.

Not here: the shapes and checks themselves, nor who is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, Store

from aseankg.catalogue import evaluate, read_queries
from aseankg.namespaces import shorten
from aseankg.validate.engines import run
from aseankg.validate.places import Origin
from aseankg.validate.results import Report, Result
from aseankg.validate.shapes import read_shapes

__all__ = ["check", "validate"]


def validate(quads: Iterable[Quad], root: Path, engine: str = "pyshacl", *, described: bool = False) -> Report:
    """Return what the shapes find in the merged graph; `looked_at` counts the focus nodes of the shapes' targets.

    `described` adds labels, words and places of the focus nodes that have results. Raises DataError when the shapes
    reach no focus node: a check that looked at nothing fails.
    """
    return run((quad.triple for quad in quads), read_shapes(root), engine, Origin() if described else None)


def check(store: Store, root: Path) -> Report:
    """Return the rows of the checks in queries/checks/: each row is a fault, its first column the focus node.

    Raises DataError for a check whose severity is none: nobody would look for its rows.
    """
    results = []
    queries = read_queries(root / "queries" / "checks")
    for query in queries:
        severity, problem = query.get_severity(), str(query.front_matter.get("problem", ""))
        for solution in evaluate(store, query):
            values = [_text(term) for term in solution]
            rest = ", ".join(shorten(value) for value in values[1:] if value)
            results.append(Result(severity, query.name, values[0], "", rest, problem))
    return Report(tuple(sorted(results)), len(queries))


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))
