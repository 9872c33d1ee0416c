"""Reads a query as the engine reads it, and says where it goes wrong; the query is not run.

The engine parses before it binds values to variables, and refuses a value for a variable that the query does not give
out before it looks at any data: a query that is refused for that is sound. Not here: what is wrong (store.diagnosis).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from aseankg.errors import QueryBusyError, QueryError, QueryTimeoutError, suggest
from aseankg.namespaces import PREFIXES
from aseankg.store.federation import without_services
from aseankg.store.guard import require_length
from aseankg.store.request import QueryRequest
from aseankg.store.tokens import declared_prefixes, expand_name, place, read_tokens
from aseankg.web.querying.completions import terms
from aseankg.web.site import site

__all__ = ["Fault", "faults_of"]

_PLACE = re.compile(r"Line \d+, column \d+: ")
_MOST = 20  # terms that are remarked on


@dataclass(frozen=True)
class Fault:
    """Something wrong, or odd, in a query: its line and column from 1, so many characters from there, and words."""

    severity: str
    line: int
    column: int
    length: int
    words: str


def faults_of(text: str) -> list[Fault]:
    """Return the fault that keeps the query from being run, if any, and the terms that the ontology lacks.

    Raises QueryBusyError and QueryTimeoutError where nobody could read it.
    """
    try:
        require_length(text, site().settings.query_length)
        _read(without_services(text, site().settings), _unbound_name(text))
    except (QueryBusyError, QueryTimeoutError):
        raise
    except QueryError as error:
        return [_fault(text, error)]
    return list(_unknown_terms(text))[:_MOST]


def _read(text: str, name: str) -> None:
    try:
        site().engine.answer(QueryRequest(text, substitutions={name: '""'}, client=request.remote_addr or ""))
    except QueryError as error:
        if error.line is not None or f"?{name}" not in str(error):
            raise


def _unbound_name(text: str) -> str:
    name = "unbound"
    while name in text:
        name += "_"
    return name


def _fault(text: str, error: QueryError) -> Fault:
    line, column = error.line or 1, error.column or 1
    at = sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + column - 1
    token = next((one for one in read_tokens(text) if one.start <= at < one.start + len(one.text)), None)
    length = len(token.text.split("\n")[0]) - (at - token.start) if token else 1
    words = _PLACE.sub("", str(error).partition("\n\n")[0], count=1)
    return Fault("error", line, column, max(1, length), words)


def _unknown_terms(text: str) -> Iterator[Fault]:
    """Names in our namespace that are no terms, each where it stands."""
    tokens = read_tokens(text)
    prefixes = declared_prefixes(tokens)
    ours = PREFIXES["akg"]
    named = [(one, expand_name(one, prefixes) or "") for one in tokens if one.kind in ("name", "iri")]
    used = [(one, iri) for one, iri in named if iri.startswith(ours) and iri != ours]
    known = terms(site().engine.build) if used else {}
    for token, iri in used:
        if known and iri not in known:
            name = "akg:" + iri.removeprefix(ours)
            hint = suggest(name, [one.text for one in known.values() if one.text.startswith("akg:")])
            yield Fault(
                "warning", *place(text, token.start), len(token.text), f"{name} is no term of the ontology.{hint}"
            )
