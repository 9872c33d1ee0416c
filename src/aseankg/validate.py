"""Runs the SHACL shapes with pySHACL, and the checks of queries/checks/, and reads their results.

A warning is explained when an anomaly names its shape and its focus node. Only violations break a build.
Not here: the shapes and checks themselves, nor who is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from aseankg.catalogue import evaluate, read_queries
from aseankg.errors import DataError
from aseankg.namespaces import AKG, graph, shorten
from aseankg.vocabulary import ontology_quads, parse_turtle, scheme_quads, shape_files, without_blank_nodes

__all__ = ["Report", "Result", "check", "explain", "validate", "validate_files"]


@dataclass(frozen=True, order=True)
class Result:
    """One result of a shape or check (SHACL 1.0, 3.6.2); terms are IRIs or literal values as text."""

    severity: str
    source: str
    focus: str
    path: str
    value: str
    message: str
    explained_by: str | None = None

    def __str__(self) -> str:
        value = f" (found {self.value})" if self.value else ""
        path = f" {shorten(self.path)}" if self.path else ""
        return f"{self.severity}: {shorten(self.focus)}{path}: {self.message}{value} [{shorten(self.source)}]"


@dataclass(frozen=True)
class Report:
    """The results, sorted, and how much was looked at."""

    results: tuple[Result, ...]
    looked_at: int

    def of(self, severity: str) -> list[Result]:
        """Return the results of one severity: Violation, Warning or Info."""
        return [result for result in self.results if result.severity == severity]


def validate(quads: Iterable[Quad], root: Path) -> Report:
    """Return what pySHACL finds in the merged graph; `looked_at` counts the focus nodes of the shapes' targets.

    Raises DataError when the shapes reach no focus node: a check that looked at nothing fails.
    """
    import pyshacl  # heavy, and changes tables of rdflib while it runs
    import rdflib

    data = rdflib.Graph()
    data.parse(data=serialize({quad.triple for quad in quads}, format=RdfFormat.N_TRIPLES), format="nt")
    shapes = rdflib.Graph()
    for file in shape_files(root):
        shapes.parse(file, format="turtle")
    looked_at = _count_focus_nodes(data, shapes)
    if not looked_at:
        raise DataError("the shapes looked at no focus node: expected targets in the data.", root / "ontology/shapes")
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, inplace=True)
    return Report(tuple(sorted(_read_results(results))), looked_at)


def validate_files(files: list[Path], root: Path) -> Report:
    """Return what the shapes find in Turtle files, read together with the ontology and its schemes."""
    triples = [triple for file in files for triple in parse_turtle(file)]
    if not triples:
        raise DataError("looked at no triple: the file is empty.", files[0])
    given = without_blank_nodes(triples, graph("plan/given"))
    return validate([*given, *ontology_quads(root), *scheme_quads(root)], root)


def _count_focus_nodes(data: Any, shapes: Any) -> int:
    """How many nodes are instances of the shapes' target classes, sub-classes included (SHACL 1.0, 2.1.3.2)."""
    import rdflib

    classes = {
        below
        for target in shapes.objects(None, rdflib.SH.targetClass)
        for below in data.transitive_subjects(rdflib.RDFS.subClassOf, target)
    }
    return len({node for target in classes for node in data.subjects(rdflib.RDF.type, target)})


def _read_results(results: Any) -> Iterable[Result]:
    from rdflib import SH, URIRef

    def text(node: Any, name: str) -> str:
        return str(results.value(node, SH[name]) or "")

    for node in results.subjects(None, SH.ValidationResult):
        path = results.value(node, SH.resultPath)
        yield Result(
            text(node, "resultSeverity").rpartition("#")[2],
            text(node, "sourceShape"),
            text(node, "focusNode"),
            str(path) if isinstance(path, URIRef) else "",  # a complex path has no name
            text(node, "value"),
            text(node, "resultMessage"),
        )


def check(store: Store, root: Path) -> Report:
    """Return the rows of the checks in queries/checks/: each row is a fault, its first column the focus node."""
    results = []
    queries = read_queries(root / "queries" / "checks")
    for query in queries:
        severity, problem = (str(query.front_matter.get(key, "")) for key in ("severity", "problem"))
        for solution in evaluate(store, query):
            values = [_text(term) for term in solution]
            rest = ", ".join(shorten(value) for value in values[1:] if value)
            results.append(Result(severity, query.name, values[0], "", rest, problem))
    return Report(tuple(sorted(results)), len(queries))


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))


def explain(report: Report, quads: Iterable[Quad]) -> Report:
    """Return the report with each warning that an anomaly explains naming that anomaly."""
    shapes: dict[NamedNode, str] = {}
    focuses: dict[NamedNode, str] = {}
    for quad in quads:
        if quad.predicate == AKG.explainsShape:
            shapes[quad.subject] = _text(quad.object)  # type: ignore[index]
        elif quad.predicate == AKG.explainsFocus:
            focuses[quad.subject] = _text(quad.object)  # type: ignore[index]
    named = {(shapes[anomaly], focuses[anomaly]): anomaly.value for anomaly in shapes.keys() & focuses.keys()}
    results = tuple(
        replace(result, explained_by=named.get((result.source, result.focus)))
        if result.severity == "Warning"
        else result
        for result in report.results
    )
    return Report(results, report.looked_at)
