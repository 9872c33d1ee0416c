"""How pyoxigraph answers a query over the published dataset, serialised to bytes by the engine.

Limits of time, memory and files belong to the process that calls `answer`. Not here: reading rows in Python.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from aseankg.errors import ConfigurationError, QueryError, QueryFormatError, QueryRefusedError
from aseankg.namespaces import ENDPOINT
from aseankg.settings import Settings
from aseankg.store.diagnosis import explain_syntax, notices, relative_iris
from aseankg.store.graphs import from_clauses, graphs_named, names_a_layer, unknown_graphs
from aseankg.store.guard import guard
from aseankg.store.layers import layers_of
from aseankg.store.limits import sealed
from aseankg.store.partial import cut_answer
from aseankg.store.request import (
    FORMATS,
    ROW_FORMATS,
    TRIPLE_FORMATS,
    Answer,
    QueryRequest,
    Term,
    term_from_ntriples,
)
from aseankg.store.tokens import Token, declared_prefixes, decode_escapes, read_tokens
from aseankg.store.writer import AnswerWriter, Outlet, too_many

__all__ = ["answer", "evaluate", "load"]

_SMALL, _QUICK = 2_000_000, 0.25  # bytes and seconds up to which an answer is asked for its layers
_Chosen = tuple[tuple[str, ...], tuple[str, ...]]  # the default and the named graphs
_Results = QuerySolutions | QueryBoolean | QueryTriples


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


def answer(
    store: Store, request: QueryRequest, settings: Settings, alone: bool = True, outlet: Outlet | None = None
) -> Answer:
    """Return the answer to a query that passes the guard; every fault is a QueryError with words.

    `alone` says that this process does nothing else, so that the engine can be kept from files and sockets. Where
    there is an `outlet`, a large answer goes there in parts and what is returned is empty.
    """
    tokens = guard(request.text, settings, request.further)
    return evaluate(store, request, tokens, settings, alone, outlet)


def evaluate(
    store: Store,
    request: QueryRequest,
    tokens: Sequence[Token],
    settings: Settings,
    alone: bool = True,
    outlet: Outlet | None = None,
) -> Answer:
    """Return the answer within the bounds of the settings, without asking the guard."""
    prefixes = {**request.prefixes, **declared_prefixes(tokens)}
    chosen = _chosen(request, tokens, prefixes)
    arguments = _arguments(store, request, chosen)
    remarks = (
        *relative_iris(tokens, ENDPOINT.value),
        *unknown_graphs(store, chain(*chosen)),
        *notices(store, tokens, prefixes),
    )
    began = time.monotonic()
    try:
        with sealed() if alone else nullcontext():
            results = store.query(request.text, **arguments)
            name = _choose(request.formats, "triples" if isinstance(results, QueryTriples) else "rows")
            known = Answer(b"", FORMATS[name].media_type, _form(results, tokens), remarks)
            if request.partial and not isinstance(results, QueryBoolean):
                return _cut(results, name, known, settings)
            writer = AnswerWriter(name, settings, known, outlet)
            _serialise(results, name, writer, prefixes)
            body = writer.getvalue()
            drawn = _layers(store, request, chosen, arguments) if request.layers and _is_small(body, began) else None
            return replace(known, body=body, layers=drawn)
    except SyntaxError as error:
        raise explain_syntax(request.text, tokens, prefixes, str(error)) from None
    except OSError as error:
        words = f"The query needs a connection or a file, and this service opens none: {error}."
        raise QueryRefusedError(words) from None
    except (RuntimeError, ValueError) as error:
        raise _cannot_evaluate(error) from None


def _is_small(body: bytes, began: float) -> bool:
    """Say whether the query may be asked some times more, to learn which layers its answer draws on."""
    return len(body) < _SMALL and time.monotonic() - began < _QUICK


def _layers(store: Store, request: QueryRequest, chosen: _Chosen, arguments: dict[str, Any]) -> tuple[str, ...] | None:
    default, named = chosen
    every = [node for node in store.named_graphs() if isinstance(node, NamedNode)]
    datasets = (graphs_named(store, default), graphs_named(store, named)) if default or named else (every, every)
    kept = {name: value for name, value in arguments.items() if name in ("base_iri", "prefixes", "substitutions")}
    return layers_of(store, datasets, lambda graphs: store.query(request.text, **kept, **_dataset(*graphs)))


def _dataset(default: Sequence[NamedNode], named: Sequence[NamedNode]) -> dict[str, Any]:
    return {"default_graph": list(default), "named_graphs": list(named)}


def _chosen(request: QueryRequest, tokens: Sequence[Token], prefixes: dict[str, str]) -> _Chosen:
    """The default and named graphs that the request or else the query chooses."""
    if request.default_graphs or request.named_graphs:
        return request.default_graphs, request.named_graphs
    if "\\u" in request.text or "\\U" in request.text:  # an escaped FROM is one too
        tokens = read_tokens(decode_escapes(request.text))
    return from_clauses(tokens, prefixes)


def _cut(results: QuerySolutions | QueryTriples, name: str, known: Answer, settings: Settings) -> Answer:
    body, notice = cut_answer(results, name, settings)
    if notice is None:
        return replace(known, body=body)
    return replace(known, body=body, complete=False, notices=(*known.notices, notice))


def _arguments(store: Store, request: QueryRequest, chosen: _Chosen) -> dict[str, Any]:
    """Return dataset and bindings for the engine, which ignores FROM where the union is asked of it."""
    bound = {Variable(name): _term(name, term) for name, term in request.substitutions.items()}
    arguments: dict[str, Any] = {"base_iri": ENDPOINT.value}
    if bound:
        arguments["substitutions"] = bound
    if request.prefixes:
        arguments["prefixes"] = dict(request.prefixes)
    default, named = chosen
    if not default and not named:
        arguments["use_default_graph_as_union"] = True
    elif request.default_graphs or request.named_graphs or names_a_layer(default, named):
        arguments |= _dataset(graphs_named(store, default), graphs_named(store, named))
    return arguments


def _term(name: str, term: Term | str) -> Term:
    return term_from_ntriples(name, term) if isinstance(term, str) else term


def _serialise(results: _Results, name: str, writer: AnswerWriter, prefixes: dict[str, str]) -> None:
    if isinstance(results, QueryTriples):
        bounded = islice(results, writer.most_rows)
        own = prefixes if name in ("turtle", "trig", "rdfxml") else None  # the asker's own
        serialize(bounded, cast(IO[bytes], writer), format=TRIPLE_FORMATS[name], prefixes=own)
        if next(results, None) is not None:
            raise too_many(writer.most_rows, "triples")
    else:
        results.serialize(cast(IO[bytes], writer), format=ROW_FORMATS[name])


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
