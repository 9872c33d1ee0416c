"""Asks the queries of queries/pages for a page, in the name of its reader, and remembers which it asked.

A page shows its queries at its foot, to open and to change. Not here: the queries themselves (queries/pages), the
stored questions, which people ask by name (questions), and HTML (templates).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from flask import g, request
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from aseankg.catalogue import Query, get_query, stand_alone
from aseankg.layout import resources
from aseankg.namespaces import XSD
from aseankg.store.request import QueryRequest
from aseankg.web.site import site

__all__ = ["Behind", "Row", "queries_behind", "rows_of", "rows_of_query"]

Row = Mapping[str, str]  # of a column: the IRI or the words of its value, empty where it has none


@dataclass(frozen=True)
class Behind:
    """A query that a page was made from: what it is called, and its text, which stands alone."""

    title: str
    text: str


def rows_of(name: str, **bound: str | int) -> list[Row]:
    """Return the rows of a query of queries/pages, with terms for some of its variables.

    A text that begins with http:// or https:// is bound as an IRI, another as a string, a number as xsd:integer.
    """
    return rows_of_query(_page_query(name), {variable: _term(value) for variable, value in bound.items()})


def rows_of_query(query: Query, bindings: Mapping[str, NamedNode | Literal]) -> list[Row]:
    """Return the rows of any query of the project, and show it behind the page."""
    answer = site().engine.answer(QueryRequest(query.text, ("tsv",), bindings, client=request.remote_addr or ""))
    found = parse_query_results(answer.body, format=QueryResultsFormat.TSV)
    if not isinstance(found, QuerySolutions):
        raise TypeError(f"{query.name}: expected the solutions of a SELECT")
    behind = Behind(query.title, stand_alone(query, bindings) or query.text)
    g.setdefault("behind", {})[behind] = None
    columns = [variable.value for variable in found.variables]
    return [
        {column: "" if term is None else str(term.value) for column, term in zip(columns, row, strict=True)}
        for row in found
    ]


def queries_behind() -> Sequence[Behind]:
    """Return the queries asked for this page so far, each once, in the order of asking."""
    return list(g.get("behind", {}))


@cache
def _page_query(name: str) -> Query:
    folder = resources() / "queries" / "pages"
    return get_query(folder, name)


def _term(value: str | int) -> NamedNode | Literal:
    if isinstance(value, int):
        return Literal(str(value), datatype=XSD.integer)
    return NamedNode(value) if value.startswith(("http://", "https://")) else Literal(value)
