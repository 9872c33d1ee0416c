"""What is asked of an engine and what comes back, and how both travel between processes.

An engine is anything with `answer`; the command line, the Python API and the web know no more of it than
that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple, parse

from aseankg.errors import QueryError

__all__ = [
    "FORMATS",
    "ROW_FORMATS",
    "TRIPLE_FORMATS",
    "Answer",
    "Engine",
    "Format",
    "QueryRequest",
    "Rest",
    "Term",
    "request_from_wire",
    "request_to_wire",
    "term_from_ntriples",
]

Term = NamedNode | BlankNode | Literal | Triple


class Format(NamedTuple):
    """A serialisation: its media type, if it holds rows (SELECT, ASK) or triples (the others), its file suffix."""

    media_type: str
    holds: str
    suffix: str


# The order is the server's preference where the asker has none.
FORMATS: dict[str, Format] = {
    "json": Format("application/sparql-results+json", "rows", "srj"),
    "xml": Format("application/sparql-results+xml", "rows", "srx"),
    "csv": Format("text/csv", "rows", "csv"),
    "tsv": Format("text/tab-separated-values", "rows", "tsv"),
    "turtle": Format("text/turtle", "triples", "ttl"),
    "ntriples": Format("application/n-triples", "triples", "nt"),
    "jsonld": Format("application/ld+json", "triples", "jsonld"),
    "rdfxml": Format("application/rdf+xml", "triples", "rdf"),
    "trig": Format("application/trig", "triples", "trig"),
    "nquads": Format("application/n-quads", "triples", "nq"),
}


ROW_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
TRIPLE_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}


@dataclass(frozen=True)
class QueryRequest:
    """One query.

    `formats` are the formats the asker takes, best first: the first that suits the query's form is used, so
    that one may ask for `("json", "turtle")` before the form is known. `substitutions` binds variables to
    terms, given as terms or in N-Triples. With `default_graphs` or `named_graphs` the query sees those graphs
    only, whatever its FROM says (SPARQL 1.1 Protocol 2.1.4); without, its default graph is the union of all.
    `prefixes` are known to the query without being declared in it; the protocol knows none. With `partial` an
    answer that reaches a limit is cut and says so; otherwise that is an error. With `layers` the answer tells the
    layers it drew on. `further` characters of the text are not the asker's own but came from a SERVICE. `client` is
    who asks, and `streamed` that the answer may come in parts; both are for the pool. Whoever knows its `token` may
    stop it there. With `beside` the query sees data of the asker's own, too, where there are any; pages and stored
    questions are asked without.
    """

    text: str
    formats: tuple[str, ...] = ("json", "turtle")
    substitutions: Mapping[str, Term | str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False
    layers: bool = False
    streamed: bool = False
    beside: bool = False
    further: int = 0
    client: str = ""
    token: str = ""


@dataclass(frozen=True)
class Answer:
    """The serialised result; `form` is select, ask, construct or describe, `notices` are for the asker.

    `build` names the build that the answer is from, empty for an engine of its own. `complete` is false for one that
    was cut at a limit. `layers` are those it drew on, None where that was not asked or not found out. `rest` are the
    further parts of a streamed answer, `size` its bytes where they are known before; a QueryError in their midst says
    that the answer is broken off.
    """

    body: bytes
    media_type: str
    form: str
    notices: tuple[str, ...] = ()
    build: str = ""
    complete: bool = True
    layers: tuple[str, ...] | None = None
    rest: Rest | None = None
    size: int | None = None


class Rest(Protocol):
    """The parts of an answer as they come.

    `close` lets go of the process that makes them; `abandon` has another thread, which is reading, find their end.
    """

    def __iter__(self) -> Iterator[bytes]: ...

    def __next__(self) -> bytes: ...

    def abandon(self) -> None: ...

    def close(self) -> None: ...


class Engine(Protocol):
    """Answers queries, within limits of its own; raises only errors of `aseankg.errors`."""

    @property
    def build(self) -> str:
        """The name of the build that it answers from; empty where that is not known or may change unseen."""

    def in_flight(self) -> int:
        """How many queries of all askers run or wait."""

    def answer(self, request: QueryRequest) -> Answer:
        """Return the answer; QueryError and its sub-classes say why there is none."""

    def stop(self, token: str) -> None:
        """Stop the query that was asked with this token; there may be none."""


def request_to_wire(request: QueryRequest) -> dict[str, Any]:
    """Return the request as plain JSON values, its terms in N-Triples."""
    return {
        "text": request.text,
        "formats": list(request.formats),
        "substitutions": {name: str(term) for name, term in request.substitutions.items()},
        "default_graphs": list(request.default_graphs),
        "named_graphs": list(request.named_graphs),
        "prefixes": dict(request.prefixes),
        "partial": request.partial,
        "layers": request.layers,
        "streamed": request.streamed,
        "beside": request.beside,
        "further": request.further,
    }


def request_from_wire(values: Mapping[str, Any]) -> QueryRequest:
    """Return the request that `request_to_wire` wrote."""
    return QueryRequest(
        text=values["text"],
        formats=tuple(values["formats"]),
        substitutions=values["substitutions"],
        default_graphs=tuple(values["default_graphs"]),
        named_graphs=tuple(values["named_graphs"]),
        prefixes=values["prefixes"],
        partial=values["partial"],
        layers=values["layers"],
        streamed=values["streamed"],
        beside=values["beside"],
        further=values["further"],
    )


def term_from_ntriples(name: str, text: str) -> Term:
    """Return the one term that `text` holds in N-Triples; QueryError naming the variable when it is not one.

    >>> term_from_ntriples("body", '"a \\\\"b\\\\""').value
    'a "b"'
    """
    problem = f"The value of ?{name} is {text!r}: expected one term in N-Triples"
    try:
        triples = list(parse(f"<x:s> <x:p> {text} .".encode(), RdfFormat.N_TRIPLES))
    except (SyntaxError, UnicodeEncodeError) as error:
        raise QueryError(f"{problem}: {error}.") from None
    if len(triples) != 1:
        raise QueryError(f"{problem}, found {len(triples)}.")
    found: Term = triples[0].object
    return found
