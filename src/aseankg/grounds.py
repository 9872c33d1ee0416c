"""Gathers what triples rest on, many at once: graphs, passages with their line, addresses, reasons, mappings.

For each it says where it can be mended: the file and the line. Everything is asked of an engine, so that it serves the
command line and the web alike. Not here: how a rule gets to a triple (explain), and the facts of one thing (passages).
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from aseankg.catalogue import read_query
from aseankg.errors import QueryTimeoutError
from aseankg.layout import resources
from aseankg.namespaces import GRAPH, ID
from aseankg.store.request import Answer, Engine, QueryRequest, Term
from aseankg.trace import Edge, Row
from aseankg.turtle_lines import find_turtle_line

__all__ = [
    "Asker",
    "Ground",
    "Standing",
    "Words",
    "in_line",
    "names_of",
    "rows_of",
    "standings_of",
    "triples_of_statements",
]

_WHERE = "\nWHERE {\n"
_MOST_AT_ONCE = 300  # rows of VALUES in one query
_TRIPLE = ("subject", "predicate", "object")
_PASSAGES = ("passage", "subjectPassage", "objectPassage")
_SAID = ("written", "column", "reason", "author", "created", "confidence", "standing")
_OF_THINGS = ("stated", "reference", "curated", "alignment", "links")  # layers whose things say what they rest on
_NEAR = 60  # characters that are shown before and after a passage
_MADE, _READERS = "made by the build when it reads the text, and not printed", "src/aseankg/extract"


@dataclass(frozen=True)
class Asker:
    """Asks an engine in somebody's name; the graphs are those that the query of the row was asked of.

    `until` is the moment, by time.monotonic, after which nothing more is asked; `further` the characters of a query
    that are not the asker's.
    """

    engine: Engine
    client: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    until: float = math.inf
    further: int = 0

    def answer(
        self, text: str, formats: tuple[str, ...] = ("json",), substitutions: Mapping[str, Term] | None = None
    ) -> Answer:
        """Return the engine's answer; QueryTimeoutError when all questions together have taken too long."""
        if time.monotonic() > self.until:
            raise QueryTimeoutError("Finding out why takes too long. Ask why of a single fact, or of a simpler query.")
        return self.engine.answer(
            QueryRequest(
                text,
                formats,
                substitutions or {},
                self.default_graphs,
                self.named_graphs,
                self.prefixes,
                further=self.further,
                client=self.client,
            )
        )

    def rows(self, text: str) -> list[Row]:
        """Return the rows of a SELECT."""
        return rows_of(replace(self, further=len(text)).answer(text))

    def among(self, *graphs: str) -> Asker:
        """Return one that asks these graphs, or all where there are none."""
        return replace(self, default_graphs=graphs, named_graphs=())

    def about(self, report: str, columns: Sequence[str], values: Iterable[Sequence[object]]) -> list[Row]:
        """Return the rows of a report of queries/reports for values of some of its columns."""
        text, given, found = _report(report), list(dict.fromkeys(tuple(row) for row in values)), list[Row]()
        names = " ".join(f"?{column}" for column in columns)
        for at in range(0, len(given), _MOST_AT_ONCE):
            block = " ".join(f"({' '.join(str(term) for term in row)})" for row in given[at : at + _MOST_AT_ONCE])
            found += self.among().rows(text.replace(_WHERE, f"{_WHERE}  VALUES ({names}) {{ {block} }}\n", 1))
        return found


def rows_of(answer: Answer) -> list[Row]:
    """Return the rows of an answer in JSON."""
    found = parse_query_results(answer.body, format=QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        raise TypeError("expected the solutions of a SELECT")
    names = [variable.value for variable in found.variables]
    return [{name: solution[name] for name in names} for solution in found]


@cache
def _report(name: str) -> str:
    return read_query(resources() / "queries" / "reports" / f"{name}.rq").text


@dataclass(frozen=True)
class Words:
    """A passage in its line: the words, what stands before and after them in their cell or paragraph."""

    passage: str
    source: str
    title: str
    line: int
    before: str
    words: str
    after: str
    file: str = ""

    @property
    def near(self) -> tuple[str, str]:
        """What stands right before and right after the words, cut with an ellipsis."""
        before = self.before if len(self.before) <= _NEAR else "…" + self.before[-_NEAR:].partition(" ")[2]
        after = self.after if len(self.after) <= _NEAR else self.after[:_NEAR].rpartition(" ")[0] + "…"
        return before, after


@dataclass(frozen=True)
class Ground:
    """One thing that a triple rests on in one graph; `mend` is `file:line` where it can be corrected.

    `standing` is that of a mapping: one that is `dissenting` or `rejected` says that the triple does not hold.
    """

    passages: tuple[Words, ...] = ()
    written: str = ""
    column: str = ""
    addresses: tuple[str, ...] = ()
    reason: str = ""
    author: str = ""
    created: str = ""
    justification: str = ""
    confidence: str = ""
    standing: str = ""
    mend: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it says more than where it can be mended."""
        return bool(self.passages or self.addresses or self.reason or self.author)


@dataclass(frozen=True)
class Standing:
    """A graph with its layer, and what a triple rests on there; not `held` is one that a mapping there only judges."""

    graph: str
    layer: str
    grounds: tuple[Ground, ...] = ()
    held: bool = True


def standings_of(ask: Asker, triples: Sequence[Edge]) -> dict[Edge, tuple[Standing, ...]]:
    """Return the graphs that hold or judge each of the triples, with their grounds; one in no graph is left out."""
    values = [(one.subject, one.predicate, one.object) for one in triples]
    mapped = ask.about("explain-mappings", _TRIPLE, values)
    judged = {(_edge(row), _text(row, "graph")): Standing(_text(row, "graph"), _text(row, "layer"), held=False)
              for row in mapped}  # fmt: skip
    held = {(_edge(row), _text(row, "graph")): Standing(_text(row, "graph"), _text(row, "layer"))
            for row in ask.about("explain-graphs", _TRIPLE, values)}  # fmt: skip
    rows: defaultdict[tuple[Edge, str], list[Row]] = defaultdict(list)
    for row in (*ask.about("explain-grounds", _TRIPLE, values), *mapped):
        rows[_edge(row), _text(row, "graph")].append(row)
    found = judged | held
    unsaid = {key: standing for key, standing in found.items() if key not in rows}
    records = _records(ask, {(edge.subject, graph) for (edge, graph), one in unsaid.items() if one.layer in _OF_THINGS})
    for edge, graph in unsaid:
        rows[edge, graph] += records[edge.subject, graph]
    words = _words(ask, [term for several in rows.values() for row in several for term in _passages(row)])
    standings: defaultdict[Edge, list[Standing]] = defaultdict(list)
    for (edge, graph), standing in found.items():
        grounds = _grounds(edge, standing, rows[edge, graph], words, said=(edge, graph) not in unsaid)
        standings[edge].append(replace(standing, grounds=grounds))
    return {edge: tuple(several) for edge, several in standings.items()}


def _records(ask: Asker, things: set[tuple[Term, str]]) -> defaultdict[tuple[Term | None, str], list[Row]]:
    """What things say of themselves in graphs, for facts that no statement is about."""
    found: defaultdict[tuple[Term | None, str], list[Row]] = defaultdict(list)
    values = sorted(((one, NamedNode(graph)) for one, graph in things), key=str)
    for row in ask.about("explain-records", ("subject", "graph"), values):
        found[row["subject"], _text(row, "graph")].append(row)
    return found


def _edge(row: Row) -> Edge:
    subject, predicate, value = (row[name] for name in _TRIPLE)
    if subject is None or predicate is None or value is None:
        raise TypeError("expected a whole triple")
    return Edge(subject, predicate, value)


def _text(row: Row, name: str) -> str:
    return str(getattr(row.get(name), "value", ""))


def _passages(row: Row) -> list[Term]:
    return [term for name in _PASSAGES if (term := row.get(name)) is not None]


def _grounds(
    edge: Edge, standing: Standing, rows: Iterable[Row], words: Mapping[str, Words], said: bool
) -> tuple[Ground, ...]:
    """The grounds of a triple in one graph: the rows that differ in passage or address alone are one."""
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(_text(row, name) for name in (*_SAID, "justification", "recorded"))].append(row)
    grounds = tuple(_ground(several, words) for several in found.values())
    if standing.layer == "stated":
        return tuple(_of_text(one, said) for one in grounds or (Ground(),))
    return tuple(_without_echo(one, edge) for one in grounds) or _written_by_hand(edge, standing)


def _ground(rows: Sequence[Row], words: Mapping[str, Words]) -> Ground:
    row = rows[0]
    passages = dict.fromkeys(_text(one, name) for one in rows for name in _PASSAGES)
    addresses = dict.fromkeys(_text(one, "address") for one in rows)
    return Ground(
        tuple(words[one] for one in passages if one in words),
        addresses=tuple(filter(None, addresses)),
        justification=_text(row, "justification").rpartition("/")[2],
        mend=_text(row, "recorded"),
        **{name: _text(row, name) for name in _SAID},
    )


def _of_text(ground: Ground, said: bool) -> Ground:
    """A ground of a fact that the build reads from a text: where the text is mended, else what reads it."""
    line = next((f"{one.file}:{one.line}" for one in ground.passages if one.file), "")
    return replace(ground, mend=line or _READERS, reason=ground.reason if said else _MADE)


def _without_echo(ground: Ground, edge: Edge) -> Ground:
    """A ground that does not give the fact as its own reason, and names the line of a concept, not its file alone."""
    reason = "" if ground.reason == getattr(edge.object, "value", "") else ground.reason
    line = find_turtle_line(_iri(edge.object), "", None) if ground.mend.endswith(".ttl") else None
    return replace(ground, reason=reason, mend=line or ground.mend)


def _written_by_hand(edge: Edge, standing: Standing) -> tuple[Ground, ...]:
    """The line of the ontology or a scheme, for what stands in hand-written Turtle."""
    if standing.layer not in ("system", "reference") or not standing.held:
        return ()
    mend = find_turtle_line(_iri(edge.subject), _iri(edge.predicate), edge.object)
    return (Ground(mend=mend),) if mend else ()


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""


# -- passages ----------------------------------------------------------------------------------------------


def _words(ask: Asker, passages: Iterable[Term | None]) -> dict[str, Words]:
    """Return the passages in their lines, by IRI."""
    rows = ask.about("explain-passages", ["passage"], [(one,) for one in passages if one is not None])
    if not rows:
        return {}
    sources = ask.about("explain-texts", ["source"], [(row["source"],) for row in rows])
    texts = {_text(row, "source"): (_text(row, "title"), _text(row, "text")) for row in sources}
    return {_text(row, "passage"): _in_line(row, *texts[_text(row, "source")]) for row in rows}


def _in_line(row: Row, title: str, text: str) -> Words:
    source = _text(row, "source")
    before, words, after, line = in_line(text, int(_text(row, "start")), int(_text(row, "end")))
    return Words(_text(row, "passage"), source, title, line, before, words, after, _file_of(source))


def in_line(text: str, first: int, last: int) -> tuple[str, str, str, int]:
    """Return words of a text between what stands before and after them in their cell or paragraph, and their line.

    >>> in_line("a\\nb c d\\te", 4, 5)
    ('b ', 'c', ' d', 2)
    """
    left = max(text.rfind("\t", 0, first), text.rfind("\n", 0, first)) + 1
    right = min((at for at in (text.find("\t", last), text.find("\n", last)) if at >= 0), default=len(text))
    return text[left:first], text[first:last], text[last:right], text.count("\n", 0, first) + 1


@cache
def _file_of(source: str) -> str:
    """The file of a source in the project; empty for a text that lies elsewhere."""
    slug = source.removeprefix(f"{ID}source/")
    folder = resources() / "data" / "sources" / slug
    files = sorted(folder.glob("*.txt")) if slug.replace("-", "").isalnum() else []
    return f"data/sources/{slug}/{files[0].name}" if len(files) == 1 else ""


# -- statements and names ----------------------------------------------------------------------------------


def triples_of_statements(ask: Asker, statements: Iterable[Term]) -> dict[Term, Edge]:
    """Return the triple that each statement, cross-reference or mapping is about."""
    rows = ask.about("explain-statements", ["statement"], [(one,) for one in statements])
    return {row["statement"]: _edge(row) for row in rows if row["statement"] is not None}


def names_of(ask: Asker, terms: Iterable[Term]) -> dict[str, str]:
    """Return the names of the IRIs among the terms; the graphs of the project are called by their path."""
    iris = [one for one in terms if isinstance(one, NamedNode) and not one.value.startswith(GRAPH)]
    rows = ask.about("explain-names", ["thing"], [(one,) for one in iris])
    return {_text(row, "thing"): _text(row, "name") for row in reversed(rows)}
