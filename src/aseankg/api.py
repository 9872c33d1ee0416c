"""The Python API: `aseankg.load()` gives the published graph, to be asked from Python and from the command line.

>>> import aseankg                                          # doctest: +SKIP
>>> kg = aseankg.load()                                     # doctest: +SKIP
>>> kg.ask("body-involvement", body="acmw").to_pandas()     # doctest: +SKIP
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse_query_results,
    serialize,
)

from aseankg import catalogue, layout
from aseankg.builds import get_current
from aseankg.errors import DataError, QueryError, UsageError, suggest
from aseankg.grounds import Asker
from aseankg.lookup import Found, Lookup
from aseankg.namespaces import GRAPH, PREFIXES, expand, graph, shorten
from aseankg.passages import Support, find_support
from aseankg.settings import Settings
from aseankg.store.beside import load_stores, read_beside
from aseankg.store.local import LocalEngine
from aseankg.store.request import Answer, Engine, QueryRequest

if TYPE_CHECKING:
    import pandas
    import rdflib

    from aseankg.coverage.matrix import Coverage
    from aseankg.coverage.overview import Overview
    from aseankg.explanation import Explanation
    from aseankg.linking import Linked
    from aseankg.validate import Report
    from aseankg.wording import Understanding

__all__ = ["KnowledgeGraph", "Solutions", "load", "published_dataset"]

_Term = NamedNode | BlankNode | Literal
_Progress = Callable[[str], None]


@dataclass(frozen=True)
class Solutions:
    """The rows of a SELECT: `columns`, and `rows` of RDF terms (None where a variable is unbound).

    `notes` are sentences about what the rows do not show, such as a plan that gives a body no role.
    """

    columns: list[str]
    rows: list[tuple[_Term | None, ...]]
    notes: list[str] = field(default_factory=list)
    body: bytes = b""

    def __iter__(self) -> Iterator[dict[str, _Term | None]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def texts(self) -> list[list[str]]:
        """Return the rows as people read them: IRIs shortened, literals as plain text."""
        return [["" if term is None else _text(term) for term in row] for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas DataFrame of the plain values; needs `pip install aseankg[pandas]`."""
        import pandas

        return pandas.DataFrame(
            [[None if term is None else term.value for term in row] for row in self.rows],
            columns=self.columns,
        )


def _text(term: _Term) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else term.value


class KnowledgeGraph:
    """One published dataset. Reading it changes nothing; two may be open at once."""

    def __init__(
        self, dataset: Path, settings: Settings | None = None, *, forked: bool = False, beside: Sequence[Path] = ()
    ) -> None:
        """`beside` are folders with data of your own: `query` sees them, all else is of the plans alone."""
        self.settings = settings or Settings.from_environment()
        stores = load_stores(dataset, read_beside(beside, self.settings.beside_bytes) if beside else None)
        self.store: Store = stores.published
        self.engine: Engine = LocalEngine(stores, self.settings, forked=forked)
        self._queries = layout.resources() / "queries"

    # -- asking --------------------------------------------------------------------------------------------

    def answer(self, text: str, formats: tuple[str, ...], **bindings: _Term | str) -> Answer:
        """Return the serialised answer to a SPARQL query in the first of the formats that suits it."""
        terms = {name: _term(value) for name, value in bindings.items()}
        return self.engine.answer(QueryRequest(text, formats, terms, prefixes=PREFIXES, beside=True))

    def solutions(self, answer: Answer) -> Solutions:
        """Return the rows of an answer in JSON."""
        return _solutions(answer.body)

    def query(self, text: str, **bindings: _Term | str) -> Solutions | bool | rdflib.Graph:
        """Return the solutions of a SELECT, the truth of an ASK, or the rdflib graph of a CONSTRUCT or DESCRIBE.

        `bindings` are terms for variables of the query; a string is an IRI or a prefixed name where it looks like
        one (`body:acmw`), else a literal. Raises QueryError with line and column when the query does not parse.
        """
        answer = self.answer(text, ("json", "ntriples"), **bindings)
        if answer.form in ("construct", "describe"):
            return _rdflib_graph(answer.body)
        if answer.form == "ask":
            return bool(json.loads(answer.body)["boolean"])
        return _solutions(answer.body)

    def questions(self) -> list[catalogue.Query]:
        """Return the stored questions, sorted by name."""
        return catalogue.read_queries(self._queries / "questions")

    def question(self, name: str) -> catalogue.Query:
        """Return one stored question; UsageError with the nearest names when there is none."""
        return catalogue.get_query(self._queries / "questions", name)

    def understand(self, text: str) -> Understanding:
        """Return what a question in plain words asks: see aseankg.wording. Its reading may be given to `ask`.

        >>> found = kg.understand("what does Viet Nam lead in 2018?").reading         # doctest: +SKIP
        >>> kg.ask(found.question, **found.parameters)                                # doctest: +SKIP
        """
        from aseankg.wording import understand

        return understand(text, self.questions(), self.lookup)

    def ask(self, question: str, **parameters: str | int) -> Solutions:
        """Return the answer to a stored question, e.g. `ask("body-involvement", body="acmw")`; "" leaves one open.

        Raises UsageError for an unknown question, parameter or value, with the nearest known ones.
        """
        query = self.question(question)
        bindings = self._bindings(query, {name: str(value) for name, value in parameters.items()})
        try:
            answer = self._of_plans(query.text, bindings)
        except QueryError as error:
            if error.line is None:  # a limit was reached: not the file's fault
                raise
            raise DataError(str(error), query.file, error.line) from error
        solutions = _solutions(answer.body)
        solutions.notes.extend(answer.notices)
        solutions.notes.extend(catalogue.silences(query, bindings, self._rows))
        return solutions

    def _bindings(self, query: catalogue.Query, given: dict[str, str]) -> dict[str, _Term]:
        for name in given:
            if name not in query.parameters:
                known = ", ".join(query.parameters) or "none"
                raise UsageError(
                    f"{query.name} has no parameter {name!r}; it has {known}.{suggest(name, query.parameters)}"
                )
        values = {name: given.get(name, parameter.default) for name, parameter in query.parameters.items()}
        return {name: self.lookup.get_term(query.parameters[name], value) for name, value in values.items() if value}

    def _rows(self, query: catalogue.Query, bindings: dict[str, Any]) -> Solutions:
        return _solutions(self._of_plans(query.text, bindings).body)

    def _of_plans(self, text: str, bindings: dict[str, Any]) -> Answer:
        return self.engine.answer(QueryRequest(text, ("json",), bindings, prefixes=PREFIXES))

    # -- finding -------------------------------------------------------------------------------------------

    @cached_property
    def lookup(self) -> Lookup:
        """The names of the graph's things."""
        return Lookup.of_store(self.store)

    def find(self, text: str, limit: int = 10) -> list[Found]:
        """Return the things whose names are most like the text, best first."""
        return self.lookup.find(text, limit)

    def describe(self, name: str) -> rdflib.Graph:
        """Return all triples in which a thing, given by IRI, slug, acronym or name, is subject or object."""
        iri = NamedNode(self.lookup.get_iri(name))
        quads = [
            *self.store.quads_for_pattern(iri, None, None),
            *self.store.quads_for_pattern(None, None, iri),
        ]
        return _rdflib_graph(serialize({quad.triple for quad in quads}, format=RdfFormat.N_TRIPLES) or b"")

    def evidence(self, name: str, predicate: str | None = None, value: str | None = None) -> list[Support]:
        """Return what the facts about a thing rest on: passages, addresses, reasons; see `aseankg.passages.Support`.

        `predicate` is `title`, `akg:title` or an IRI; `value` an IRI, its end, or the text of a literal.
        Raises UsageError when nothing is said.
        """
        subject = self.lookup.get_iri(name)
        found = find_support(self.store, subject)
        if predicate is not None:
            found = self._with_predicate(found, subject, predicate)
        if value is not None:
            found = [one for one in found if value in (one.value, shorten(one.value), one.written)]
        if not found:
            raise UsageError(
                f"The graph says nothing of {shorten(subject)} {predicate or ''} {value or ''}".rstrip() + "."
            )
        return found

    def explain(self, name: str, predicate: str = "", value: str = "") -> Explanation:
        """Return why the graph says something of a thing, down to passages, addresses and reasons; see aseankg.explain.

        `predicate` and `value` are written as for `evidence`. UsageError where nothing is said.
        """
        from aseankg.explain import explain_named, get_subject

        ask = Asker(self.engine)
        return explain_named(ask, get_subject(ask, self.lookup, name), predicate, value)

    def explain_row(self, row: int, question: str = "", text: str = "", **parameters: str | int) -> Explanation:
        """Return why a row, counted from 1, stands in the answer to a stored question or, with `text`, to a query.

        Raises UsageError where there is no such row, QueryError where the query cannot be traced.
        """
        from aseankg.explain import explain_row

        ask = Asker(self.engine, prefixes=PREFIXES)
        if not question:
            return explain_row(ask, text, ask.answer(text, ("json", "ntriples")), row, f"row {row} of the answer")
        query = self.question(question)
        bindings = self._bindings(query, {name: str(value) for name, value in parameters.items()})
        answer = ask.answer(query.text, ("json",), bindings)
        return explain_row(
            ask, catalogue.stand_alone(query, bindings) or query.text, answer, row, f"row {row} of {question}"
        )

    def _with_predicate(self, found: list[Support], subject: str, name: str) -> list[Support]:
        known = {shorten(one.predicate): one.predicate for one in found}
        local = {short.partition(":")[2]: iri for short, iri in known.items()}
        iri = known.get(name) or local.get(name) or name
        if iri not in known.values():
            term = PREFIXES["akg"] + name.removeprefix("akg:")
            declared = next(self.store.quads_for_pattern(NamedNode(term), None, None, graph("ontology")), None)
            hint = suggest(name, known if ":" in name else local)
            why = " An empty cell says nothing." if declared else hint
            raise UsageError(f"{shorten(subject)} has no {name!r}.{why} It has {', '.join(sorted(known))}.")
        return [one for one in found if one.predicate == iri]

    def coverage(self, *plans: str, by: str = "plan", kinds: Collection[str] = ()) -> Coverage:
        """Return how far plans, all where none is named, are covered: see aseankg.coverage.

        `by` is plan, theme, sdg, body, country, year or area; `kinds` of elements to count are those in their IRIs,
        such as activity. Raises UsageError for unknown words.
        """
        from aseankg.coverage import measure

        return measure(self.store, plans, by, kinds)

    def overview(self) -> Overview:
        """Return the plans held against each other, and the findings: gaps, orphans, contradictions and more."""
        from aseankg.coverage import look_over

        def ask(name: str) -> tuple[list[str], list[list[str]]]:
            answer = self.ask(name)
            return answer.columns, answer.texts()

        return look_over(self.store, self.questions(), ask)

    def link(self, file: Path | str, into: Path | str, **columns: str) -> Linked:
        """Return what became of a table that was linked with the graph; its files are written into a folder.

        `columns` say what columns hold, by their heads, as in `link("wages.csv", "my-data", Where="country")`. Choose
        more with `aseankg.linking.Wish`. Raises UsageError and DataError as `aseankg link` does.
        """
        from aseankg.linking import Wish, link, prepare
        from aseankg.reconcile import Reconciler

        prepared = prepare(Path(file), Wish(columns), Reconciler.of_store(self.store))
        return link(prepared, Path(into))

    def validate(self) -> Report:
        """Return what the SHACL shapes find in this graph, by pySHACL; warnings that an anomaly explains name it.

        pySHACL changes tables of rdflib while it runs: not for a thread beside others that use rdflib.
        """
        from aseankg.validate import explain, validate

        made = {graph("shapes"), graph("report")}  # the build validates before it makes them
        quads = [quad for quad in self.store if quad.graph_name not in made]
        return explain(validate(quads, layout.resources()), quads)

    def graph(self, name: str) -> rdflib.Graph:
        """Return a named graph, e.g. `plan/rap-vientiane`, as an rdflib graph; UsageError when there is none."""
        known = {node.value.removeprefix(GRAPH) for node in self.store.named_graphs() if isinstance(node, NamedNode)}
        if name not in known:
            raise UsageError(f"No graph {name!r}.{suggest(name, known)} There are {', '.join(sorted(known))}.")
        quads = self.store.quads_for_pattern(None, None, None, graph(name))
        return _rdflib_graph(serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"")


def _term(value: _Term | str) -> _Term:
    if not isinstance(value, str):
        return value
    try:
        return expand(value)
    except ValueError:
        return Literal(value)


def _solutions(body: bytes) -> Solutions:
    results = parse_query_results(body, format=QueryResultsFormat.JSON)
    if not isinstance(results, QuerySolutions):
        raise TypeError("expected the solutions of a SELECT")
    columns = [variable.value for variable in results.variables]
    return Solutions(columns, [tuple(row[name] for name in columns) for row in results], [], body)


def _rdflib_graph(octets: bytes) -> rdflib.Graph:
    import rdflib

    found = rdflib.Graph()
    found.parse(data=octets, format="nt")
    return found


def published_dataset(settings: Settings, progress: _Progress) -> Path:
    """Return the dataset of the published build; makes the first build where there is none yet."""
    folder = layout.build_folder(settings)
    if not (folder / "current").exists():
        from aseankg.build import build_dataset  # only the first run builds
        from aseankg.publish import publish

        progress(f"No build yet: making one in {folder} (some seconds, once)")
        root = layout.resources()
        return publish(build_dataset(root, [], progress=progress), folder, root).dataset
    return get_current(folder).dataset


def load(settings: Settings | None = None, **overrides: Any) -> KnowledgeGraph:
    """Return the published knowledge graph; `overrides` are settings by name, e.g. `build_dir`."""
    settings = settings or Settings.from_environment(**overrides)
    return KnowledgeGraph(published_dataset(settings, progress=lambda words: None), settings)
