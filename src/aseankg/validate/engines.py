"""Runs the shapes over triples: pySHACL, the reference, or pyshifty, for large data. Both give the same report.

The triples go by once, into a file of N-Triples that the engine reads: no graph is built in Python for pyshifty.
Not here: where the triples come from (inputs).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from aseankg.errors import ConfigurationError, DataError
from aseankg.namespaces import AKG, XSD, shorten
from aseankg.validate.places import Origin, contexts
from aseankg.validate.results import Report, Result, explain
from aseankg.validate.shapes import Shapes, Targets

__all__ = ["ENGINES", "run"]

ENGINES = ("pyshacl", "pyshifty")
# pyshifty puts the IRIs of {?value} in a message into angle brackets, pySHACL does not (SHACL 1.0, 5.3.2: either).
_BRACKETS = re.compile(r"<(https?://[^<>\s]+)>")


def run(
    triples: Iterable[Triple],
    shapes: Shapes,
    engine: str = "pyshacl",
    origin: Origin | None = None,
    background: Iterable[Triple] = (),
    name: str | None = None,
) -> Report:
    """Return what the shapes find; with an `origin` the report knows where each focus node can be mended.

    The engine reads the `background` (the ontology) too, but none of its nodes is counted as looked at. `name` tells
    in an error what the triples are.

    Raises DataError when the shapes reach no focus node: a check that looked at nothing fails.
    """
    targets = Targets(shapes)
    with tempfile.TemporaryDirectory(prefix="aseankg-") as folder:
        file = Path(folder) / "data.nt"
        with file.open("wb") as stream:
            merged = chain(targets.watch(triples), targets.learn(background))
            serialize(merged, stream, format=RdfFormat.N_TRIPLES)
        reached = targets.reached()
        looked_at = len(set().union(*reached.values()))
        if not looked_at:
            raise _looked_at_nothing(targets, name or shapes.files[-1])
        results = tuple(sorted(set(_found(file, shapes, engine))))
        store = _loaded(file) if origin and results else Store()
        known = contexts(results, store, origin) if origin else {}
    notes = tuple(f"owl:imports <{iri}> was not fetched." for iri in sorted(targets.imports) if not _ours(iri))
    counts = {shape: len(nodes) for shape, nodes in reached.items()}
    return explain(Report(results, looked_at, counts, known, notes), _explanations(store))


def _found(file: Path, shapes: Shapes, engine: str) -> list[Result]:
    from pyshacl.errors import ReportableRuntimeError

    try:
        return list(_by_pyshifty(file, shapes) if engine == "pyshifty" else _by_pyshacl(file, shapes))
    except (ReportableRuntimeError, RecursionError, ValueError) as error:
        words = f"the engine {engine} stopped: {type(error).__name__}: {str(error).strip()[:500]}."
        raise DataError(f"{words} Look at your shapes, or try the other --engine.", shapes.files[-1]) from error


def _explanations(store: Store) -> Iterator[Quad]:
    for term in (AKG.explainsShape, AKG.explainsFocus):
        yield from store.quads_for_pattern(None, term, None)


def _ours(iri: str) -> bool:
    return iri.startswith("https://w3id.org/aseankg/")


def _looked_at_nothing(targets: Targets, place: str) -> DataError:
    kinds = targets.classes()
    found = f"the classes {', '.join(map(shorten, kinds[:8]))}" if kinds else "no rdf:type"
    return DataError(
        f"the shapes looked at no focus node: found {targets.triples} triples with {found}, and expected a class or "
        "property that a shape targets (such as akg:Activity or akg:inPlan). Give the data those terms, or name "
        "shapes of your own with --shapes.",
        place,
    )


def _loaded(file: Path) -> Store:
    store = Store()
    store.bulk_load(path=file, format=RdfFormat.N_TRIPLES)
    return store


def _by_pyshacl(file: Path, shapes: Shapes) -> Iterator[Result]:
    import pyshacl  # heavy, and changes tables of rdflib while it runs
    import rdflib

    data, shape_graph = _rdflib_graph(file), rdflib.Graph()
    shape_graph.parse(data=shapes.body, format="nt")
    _, results, _ = pyshacl.validate(
        data, shacl_graph=shape_graph, inference="none", advanced=False, inplace=True, do_owl_imports=False
    )
    return _read_results(results)


def _rdflib_graph(file: Path) -> Any:
    """The triples of an N-Triples file; read by pyoxigraph, each term made once, in a third of rdflib's time."""
    import rdflib

    made: dict[object, Any] = {}

    def term(one: object) -> Any:
        found = made.get(one)
        if found is None:
            found = made[one] = _rdflib_term(one)
        return found

    graph = rdflib.Graph()
    for triple in parse(path=file, format=RdfFormat.N_TRIPLES):
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


def _rdflib_term(term: Any) -> Any:
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype == XSD.string  # what pyoxigraph calls xsd:string is a plain literal for rdflib
    return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value))


def _by_pyshifty(file: Path, shapes: Shapes) -> Iterator[Result]:
    try:
        import shifty
    except ImportError as error:
        raise ConfigurationError(
            "The engine pyshifty is not installed here: use --engine pyshacl, or install pyshifty."
        ) from error
    prepared = shifty.PreparedValidator(shapes.body)
    # The data alone, as pySHACL looks at it; results are sorted here.
    _, results, _ = prepared.validate(file, graph_mode="data", infer=False, sort_results=False, on_unsupported="error")
    return _read_results(results)


def _read_results(results: Any) -> Iterator[Result]:
    from rdflib import RDF, SH, URIRef

    for node in results.subjects(RDF.type, SH.ValidationResult):
        said = dict(results.predicate_objects(node))
        path, value = said.get(SH.resultPath), said.get(SH.value)
        yield Result(
            str(said.get(SH.resultSeverity, "")).rpartition("#")[2],
            str(said.get(SH.sourceShape, "")),
            str(said.get(SH.focusNode, "")),
            str(path) if isinstance(path, URIRef) else "",  # a complex path has no name
            "" if value is None else str(value),
            _BRACKETS.sub(r"\1", str(said.get(SH.resultMessage, ""))),
            component=str(said.get(SH.sourceConstraintComponent, "")),
            value_term="" if value is None else value.n3(),
        )
