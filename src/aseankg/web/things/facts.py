"""What the graph says of one thing: its facts, each with graph and layer, what they rest on, and who names it.

Every query here binds the thing as a term. Not here: HTTP (resources) and what a page shows of it (cards).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolution, QuerySolutions, parse_query_results

from aseankg.namespaces import BASE, DCTERMS, OWL
from aseankg.store.request import Answer, QueryRequest, Term
from aseankg.web.languages import language_rank
from aseankg.web.site import site

__all__ = [
    "LARGEST_BACKLINKS",
    "Description",
    "Fact",
    "Standing",
    "Support",
    "ask_about",
    "class_counts",
    "describe",
    "facts_of_graph",
    "find_like",
    "graph_layers",
    "graph_size",
    "standing_of",
    "text_in",
]

LARGEST_BACKLINKS = 1000
_LONGEST_PATH = 300  # of a path that is compared with all others
_ALIKE_END, _ALIKE_KIND = 70, 85  # from 0 to 100
_PREFIXES = """\
PREFIX akg:     <https://w3id.org/aseankg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph:   <https://w3id.org/aseankg/graph/>
PREFIX prov:    <http://www.w3.org/ns/prov#>
PREFIX rdf:     <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs:    <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>
"""
_NAMES = """
  OPTIONAL {{ GRAPH graph:meta {{ ?graph akg:layer ?layer }} }}
  OPTIONAL {{ ?predicate rdfs:label ?word }}
  OPTIONAL {{ {end} rdfs:label ?label }}
  OPTIONAL {{ {end} skos:prefLabel|dcterms:title|akg:exact ?other }}
  BIND (COALESCE(?label, ?other) AS ?name)
}}"""
_COLUMNS = "?thing ?subject ?predicate ?object ?graph ?layer ?word ?name"
_FACTS = f"""{_PREFIXES}SELECT {_COLUMNS} WHERE {{
  GRAPH ?graph {{ ?thing ?predicate ?object }}
  BIND (?thing AS ?subject){_NAMES.format(end="?object")}"""
_BACKLINKS = f"""{_PREFIXES}SELECT {_COLUMNS} WHERE {{
  {{
    SELECT ?thing ?subject ?predicate ?graph WHERE {{ GRAPH ?graph {{ ?subject ?predicate ?thing }} }}
    ORDER BY ?predicate ?subject ?graph LIMIT {LARGEST_BACKLINKS + 1}
  }}
  BIND (?thing AS ?object){_NAMES.format(end="?subject")}"""
_CONTENT = f"""{_PREFIXES}SELECT {_COLUMNS} WHERE {{
  GRAPH ?thing {{ ?subject ?predicate ?object }}
  BIND (?thing AS ?graph){_NAMES.format(end="?object")}"""
_SUPPORT = f"""{_PREFIXES}SELECT ?thing ?predicate ?object ?graph ?passage ?exact ?written ?column ?address
       ?author ?created ?rationale ?mapping WHERE {{
  ?statement rdf:subject ?thing ; rdf:predicate ?predicate ; rdf:object ?object ; akg:inGraph ?graph .
  OPTIONAL {{ ?statement akg:asWritten ?written }}
  OPTIONAL {{ ?statement akg:printedInColumn ?column }}
  OPTIONAL {{ ?statement dcterms:source ?address }}
  OPTIONAL {{ ?statement prov:wasAttributedTo ?author }}
  OPTIONAL {{ ?statement dcterms:created ?created }}
  OPTIONAL {{ ?statement akg:rationale ?rationale }}
  OPTIONAL {{ ?statement akg:evidence ?passage . ?passage akg:exact ?exact }}
  OPTIONAL {{ ?statement akg:standing ?standing BIND (?statement AS ?mapping) }}
}} ORDER BY ?passage ?address"""
_OF_THING = "SELECT DISTINCT ?thing ?predicate ?object WHERE { ?thing ?predicate ?object }"
_NAMING = "SELECT ?thing WHERE { ?subject ?predicate ?thing } LIMIT 1"
_LAYERS = """PREFIX akg: <https://w3id.org/aseankg/ontology#>
PREFIX graph: <https://w3id.org/aseankg/graph/>
SELECT ?graph ?layer WHERE { GRAPH ?graph {} OPTIONAL { GRAPH graph:meta { ?graph akg:layer ?layer } } }"""
_CLASSES = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?thing a ?class }
GROUP BY ?class ORDER BY DESC(?count) ?class"""
_SIZE = "SELECT ?thing (COUNT(*) AS ?count) WHERE { GRAPH ?thing { ?subject ?predicate ?object } } GROUP BY ?thing"
# Passages and statements have numbers and hashes in their IRIs: nothing is near to one of them.
_SUBJECTS = f"""{_PREFIXES}SELECT DISTINCT ?thing WHERE {{
  ?thing a ?class .
  FILTER (?class NOT IN (akg:Passage, rdf:Statement) && STRSTARTS(STR(?thing), "{BASE}"))
}}"""


@dataclass(frozen=True)
class Fact:
    """One triple in one graph; `word` is the name of its property, `name` that of its other end."""

    subject: NamedNode
    predicate: NamedNode
    object: Term
    graph: str
    layer: str
    word: str
    name: str

    @property
    def triple(self) -> tuple[str, str, str]:
        """The triple in N-Triples, to compare and to sort by."""
        return str(self.subject), str(self.predicate), str(self.object)


@dataclass(frozen=True)
class Support:
    """What a fact rests on: words of a passage, an address, or the reason that somebody gives for a reading."""

    passage: str = ""
    exact: str = ""
    written: str = ""
    column: str = ""
    address: str = ""
    author: str = ""
    created: str = ""
    rationale: str = ""
    mapping: str = ""


@dataclass(frozen=True)
class Description:
    """All facts of a thing, those of others that name it (at most `LARGEST_BACKLINKS`), and if there are more."""

    iri: str
    facts: Sequence[Fact]
    backlinks: Sequence[Fact]
    cut: bool = False
    support: Mapping[tuple[str, str, str], Sequence[Support]] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Whether a thing of the graph is deprecated, and the IRIs that replace it."""

    deprecated: bool
    replacements: Sequence[str]


def describe(iri: str, with_support: bool = False) -> Description | None:
    """Return what the graph says of a thing and who names it, or None where no triple holds the IRI."""
    facts = _facts(ask_about(_FACTS, iri))
    backlinks = _facts(ask_about(_BACKLINKS, iri))
    if not facts and not backlinks:
        return None
    support = _support(ask_about(_SUPPORT, iri)) if with_support else {}
    return Description(iri, facts, backlinks[:LARGEST_BACKLINKS], len(backlinks) > LARGEST_BACKLINKS, support)


def standing_of(iri: str) -> Standing | None:
    """Return whether a thing is deprecated and by what it is replaced, or None where no triple holds the IRI."""
    said = [(row["predicate"], row["object"].value) for row in ask_about(_OF_THING, iri)]
    if not said and not ask_about(_NAMING, iri):
        return None
    deprecated = any(predicate == OWL.deprecated and value in ("true", "1") for predicate, value in said)
    return Standing(deprecated, sorted(value for predicate, value in said if predicate == DCTERMS.isReplacedBy))


def facts_of_graph(iri: str) -> list[Fact]:
    """Return all triples of a graph, with the names of what they lead to."""
    return _facts(ask_about(_CONTENT, iri))


def graph_layers() -> dict[str, str]:
    """Return each named graph that is not empty, and its layer (empty where graph/meta says none), sorted."""
    rows = _solutions(QueryRequest(_LAYERS, ("tsv",)))
    return dict(sorted((row["graph"].value, text_in(row, "layer")) for row in rows))


def graph_size(iri: str) -> int:
    """Return how many triples a graph has."""
    return sum(int(row["count"].value) for row in ask_about(_SIZE, iri))


def class_counts(graphs: Sequence[str]) -> list[tuple[str, int]]:
    """Return how many things of which class the graphs together speak of, most first."""
    if not graphs:  # to the engine that would be all of them
        return []
    rows = _solutions(QueryRequest(_CLASSES, ("tsv",), default_graphs=tuple(graphs)))
    return [(row["class"].value, int(row["count"].value)) for row in rows]


def find_like(path: str, limit: int = 3) -> list[str]:
    """Return the IRIs of the dataset most like BASE + `path`, none where nothing is much like it.

    First those of the same or nearly the same kind, by their ends; then those with the same end, by their paths.
    """
    if len(path) > _LONGEST_PATH:
        return []
    # Of IRIs, which hold no comma or quote that CSV would escape unless they are odd, and those are not proposed.
    lines = _answer(QueryRequest(_SUBJECTS, ("csv",))).body.decode().splitlines()
    ends: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in (iri.removeprefix(BASE) for iri in lines if iri.startswith(BASE)):
        kind, end = _parted(one)
        ends[kind][one] = end
    kind, end = _parted(path)
    same = {one: one for named in ends.values() for one, other in named.items() if end and other == end}
    kinds = _alike(kind, {one: one for one in ends}, _ALIKE_KIND)
    found = [one for name in kinds for one in _alike(end, ends[name], _ALIKE_END)]
    found += _alike(path, same, 0 if len(same) <= limit else _ALIKE_END)
    return [BASE + one for one in dict.fromkeys(found)][:limit]


def _parted(path: str) -> tuple[str, str]:
    """Return what all things of a kind have in common, and the end that tells them apart, in lower case."""
    kind, mark, end = path.rstrip("/").replace("#", "/#").rpartition("/")
    return kind + mark, end.casefold()


def _alike(name: str, names: Mapping[str, str], least: float) -> list[str]:
    """Return the keys whose names are most like `name`, best first, all at least so much (0 to 100)."""
    from rapidfuzz import fuzz, process  # only needed when something is not there

    found = process.extract(name.casefold(), names, scorer=fuzz.ratio, score_cutoff=least, limit=3)
    return [key for _, _, key in found]


def ask_about(text: str, iri: str) -> Sequence[QuerySolution]:
    """Return the rows of a SELECT, whose ?thing is the IRI."""
    return _solutions(QueryRequest(text, ("tsv",), substitutions={"thing": NamedNode(iri)}))


def _solutions(query: QueryRequest) -> Sequence[QuerySolution]:
    found = parse_query_results(_answer(query).body, format=QueryResultsFormat.TSV)
    if not isinstance(found, QuerySolutions):
        raise TypeError("expected the solutions of a SELECT")
    return list(found)


def _answer(query: QueryRequest) -> Answer:
    """Ask in the name of who asks for the document, whose queries are counted whichever way they come."""
    return site().engine.answer(replace(query, client=request.remote_addr or ""))


def _facts(rows: Iterable[QuerySolution]) -> list[Fact]:
    """One fact for each triple of each graph; of several names the one that its reader would read."""
    found: defaultdict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in map(tuple, rows):
        found[str(row[1]), str(row[2]), str(row[3]), row[4].value].append(row)
    return [_fact(found[key]) for key in sorted(found)]


def _fact(rows: Sequence[tuple[Any, ...]]) -> Fact:
    row = min(rows, key=lambda row: (_rank(row[6]), _rank(row[7]), _text(row[7]))) if len(rows) > 1 else rows[0]
    _, subject, predicate, value, graph, *words = row
    return Fact(subject, predicate, value, graph.value, *map(_text, words))


def _rank(name: Term | None) -> int:
    return language_rank(name.language if isinstance(name, Literal) else None)


def _support(rows: Iterable[QuerySolution]) -> dict[tuple[str, str, str], list[Support]]:
    found: dict[tuple[str, str, str], list[Support]] = {}
    for row in rows:
        support = _one_support(row)
        known = found.setdefault((str(row["predicate"]), str(row["object"]), row["graph"].value), [])
        if support not in known:
            known.append(support)
    return found


def _one_support(row: QuerySolution) -> Support:
    """What one row says; of a mapping only which it is, for its own page has the words of both sides."""
    mapping = text_in(row, "mapping")
    names = ("mapping",) if mapping else Support.__dataclass_fields__
    return Support(**{name: text_in(row, name) for name in names})


def text_in(row: QuerySolution, column: str) -> str:
    """Return the words of a column of a row, none where it is unbound."""
    return _text(row[column])


def _text(term: Any) -> str:
    return "" if term is None else str(term.value)
