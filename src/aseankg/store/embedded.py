"""How pyoxigraph answers a query over the published dataset, serialised to bytes by the engine.

Limits of time, memory and files belong to the process that calls `answer`. Not here: reading rows in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from aseankg.errors import ConfigurationError, QueryError, QueryFormatError, QueryRefusedError
from aseankg.settings import Settings
from aseankg.store.diagnosis import explain_syntax, notices
from aseankg.store.graphs import from_clauses, graphs_named, names_a_layer
from aseankg.store.guard import guard
from aseankg.store.limits import BoundedWriter, sealed
from aseankg.store.request import FORMATS, Answer, QueryRequest, Term, term_from_ntriples
from aseankg.store.tokens import Token, declared_prefixes

__all__ = ["answer", "evaluate", "load"]

_Results = QuerySolutions | QueryBoolean | QueryTriples
_ROWS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_TRIPLES = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}


def load(path: Path) -> Store:
    """Return a store in memory with the N-Quads of `path`; ConfigurationError when there are none."""
    store = Store()
    try:
        store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    except (OSError, SyntaxError) as error:
        raise ConfigurationError(f"The dataset {path} cannot be read: {error}. Run `aseankg build`.") from None
    if not len(store):
        raise ConfigurationError(f"The dataset {path} is empty. Run `aseankg build`.")
    return store


def answer(store: Store, request: QueryRequest, settings: Settings, alone: bool = True) -> Answer:
    """Return the answer to a query that passes the guard; every fault is a QueryError with words.

    `alone` says that this process does nothing else, so that the engine can be kept from files and sockets.
    """
    tokens = guard(request.text, settings.query_length)
    return evaluate(store, request, tokens, settings.answer_bytes, alone)


def evaluate(store: Store, request: QueryRequest, tokens: Sequence[Token], most: int, alone: bool = True) -> Answer:
    """Return the answer, of `most` bytes at most, without asking the guard."""
    arguments = _arguments(store, request, tokens)
    prefixes = {**request.prefixes, **declared_prefixes(tokens)}
    remarks = notices(store, tokens, prefixes)
    try:
        with sealed() if alone else nullcontext():
            results = store.query(request.text, **arguments)
            body, media_type = _serialise(results, request.formats, prefixes, most)
    except SyntaxError as error:
        raise explain_syntax(request.text, tokens, prefixes, str(error)) from None
    except OSError as error:
        words = f"The query needs a connection or a file, and this service opens none: {error}."
        raise QueryRefusedError(words) from None
    except (RuntimeError, ValueError) as error:
        raise _cannot_evaluate(error) from None
    return Answer(body, media_type, _form(results, tokens), remarks)


def _arguments(store: Store, request: QueryRequest, tokens: Sequence[Token]) -> dict[str, Any]:
    """Return dataset and bindings for the engine, which ignores FROM where the union is asked of it."""
    bound = {Variable(name): _term(name, term) for name, term in request.substitutions.items()}
    arguments: dict[str, Any] = {"substitutions": bound} if bound else {}
    if request.prefixes:
        arguments["prefixes"] = dict(request.prefixes)
    default, named = request.default_graphs, request.named_graphs
    written = from_clauses(tokens, {**request.prefixes, **declared_prefixes(tokens)})
    if not default and not named and names_a_layer(*written):
        default, named = written
    if default or named:
        arguments["default_graph"] = graphs_named(store, default)
        arguments["named_graphs"] = graphs_named(store, named)
    elif not any(written):
        arguments["use_default_graph_as_union"] = True
    return arguments


def _term(name: str, term: Term | str) -> Term:
    return term_from_ntriples(name, term) if isinstance(term, str) else term


def _serialise(results: _Results, formats: Sequence[str], prefixes: dict[str, str], most: int) -> tuple[bytes, str]:
    name = _choose(formats, "triples" if isinstance(results, QueryTriples) else "rows")
    writer = BoundedWriter(most)
    if not isinstance(results, QueryTriples):
        results.serialize(writer, format=_ROWS[name])
    elif prefixes and name == "turtle":  # in the asker's own prefixes
        serialize(results, writer, format=_TRIPLES[name], prefixes=prefixes)
    else:
        results.serialize(writer, format=_TRIPLES[name])
    return writer.getvalue(), FORMATS[name].media_type


def _choose(formats: Sequence[str], holds: str) -> str:
    for name in formats:
        if name in FORMATS and FORMATS[name].holds == holds:
            return name
    possible = ", ".join(name for name, known in FORMATS.items() if known.holds == holds)
    what = "SELECT and ASK give rows" if holds == "rows" else "CONSTRUCT and DESCRIBE give triples"
    raise QueryFormatError(f"{what}: they come as {possible}, not as {' or '.join(formats) or 'nothing'}.")


def _form(results: _Results, tokens: Sequence[Token]) -> str:
    if isinstance(results, QueryTriples):
        words = {token.text.upper() for token in tokens if token.kind == "word"}
        return "construct" if "CONSTRUCT" in words else "describe"
    return "ask" if isinstance(results, QueryBoolean) else "select"


def _cannot_evaluate(error: Exception) -> QueryError:
    hint = ""
    if "SELECT projection" in str(error):
        hint = " A variable that is given a value must stand in the query's SELECT."
    return QueryError(f"The query cannot be evaluated: {error}.{hint}")
