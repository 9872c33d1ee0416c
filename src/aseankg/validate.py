"""Runs the SHACL shapes with pySHACL, and the checks of queries/checks/, and reads their results.

A warning is explained when an anomaly names its shape and its focus node. Only violations break a build.
Not here: the shapes and checks themselves, nor who is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    """The results, sorted, and how much was looked at: in all, and the focus nodes of each shape that has targets."""

    results: tuple[Result, ...]
    looked_at: int
    focus_nodes: Mapping[str, int] = field(default_factory=dict)

    def of(self, severity: str) -> list[Result]:
        """Return the results of one severity: Violation, Warning or Info."""
        return [result for result in self.results if result.severity == severity]

    @property
    def idle(self) -> list[str]:
        """The shapes that looked at nothing: the data have none of what they are about, yet."""
        return sorted(shape for shape, count in self.focus_nodes.items() if not count)


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
    reached = _focus_nodes(data, shapes)
    looked_at = len(set().union(*reached.values()))
    if not looked_at:
        raise DataError("the shapes looked at no focus node: expected targets in the data.", root / "ontology/shapes")
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, inplace=True)
    counts = {shape: len(nodes) for shape, nodes in reached.items()}
    return Report(tuple(sorted(_read_results(results))), looked_at, counts)


def validate_files(files: list[Path], root: Path) -> Report:
    """Return what the shapes find in Turtle files, read together with the ontology and its schemes."""
    triples = [triple for file in files for triple in parse_turtle(file)]
    if not triples:
        raise DataError("looked at no triple: the file is empty.", files[0])
    given = without_blank_nodes(triples, graph("plan/given"))
    return validate([*given, *ontology_quads(root), *scheme_quads(root)], root)


def _focus_nodes(data: Any, shapes: Any) -> dict[str, set[Any]]:
    """The nodes of the data that each shape's targets reach, sub-classes included (SHACL 1.0, 2.1.3)."""
    from rdflib import RDF, RDFS, SH

    def instances(target: Any) -> Iterable[Any]:
        for below in data.transitive_subjects(RDFS.subClassOf, target):
            yield from data.subjects(RDF.type, below)

    reach = {
        SH.targetClass: instances,
        SH.targetNode: lambda node: [node] if (node, None, None) in data or (None, None, node) in data else [],
        SH.targetSubjectsOf: data.subjects,
        SH.targetObjectsOf: lambda term: data.objects(None, term),
    }
    reached: dict[str, set[Any]] = {}
    for kind, nodes in reach.items():
        for shape, target in shapes.subject_objects(kind):
            reached.setdefault(str(shape), set()).update(nodes(target))
    return reached


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
    return replace(report, results=results)
