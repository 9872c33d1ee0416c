"""A stored question answered in the middle of a page: its first rows with names, what it does not show, where all is.

Not here: the question's own page (questions), and understanding a text as a question (aseankg.wording).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from pyoxigraph import Literal

from aseankg.catalogue import Query, silences, stand_alone
from aseankg.namespaces import BASE
from aseankg.store.request import Term
from aseankg.web.page.asking import Row, rows_of_query
from aseankg.web.page.showing import label_of
from aseankg.web.page.tables import link_of
from aseankg.web.querying.questions import bindings_of, get_question

__all__ = ["Answered", "Shown", "answered"]


@dataclass(frozen=True)
class Shown:
    """One value of a row: its words; for a thing of ours its IRI, and where it leads."""

    text: str
    iri: str = ""
    link: str = ""


@dataclass(frozen=True)
class Answered:
    """The answer to a stored question: how many rows, the first of them, and addresses of the whole and its query."""

    query: Query
    count: int
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Shown]]
    notes: Sequence[str]
    page: str
    sparql: str


def answered(name: str, given: Mapping[str, str], most: int) -> Answered:
    """Return the answer to a stored question for these values, with at most `most` rows."""
    query = get_question(name)
    bindings = bindings_of(query, given)
    rows = rows_of_query(query, bindings)
    text = stand_alone(query, bindings) or query.text
    return Answered(
        query,
        len(rows),
        _telling(rows, query, bindings),
        [{column: _shown(value) for column, value in row.items()} for row in rows[:most]],
        tuple(silences(query, bindings, _terms)),
        _page(name, given),
        url_for("sparql", query=text),
    )


def _page(name: str, given: Mapping[str, str]) -> str:
    values: dict[str, Any] = {"name": name, **given}
    return url_for("question", **values)


def _telling(rows: Sequence[Row], query: Query, bindings: Mapping[str, Term]) -> list[str]:
    """The columns that tell the rows apart: without those asked for, and those that have no value."""
    columns = list(rows[0]) if rows else []
    return [column for column in columns if column not in bindings and any(row[column] for row in rows)]


def _shown(value: str) -> Shown:
    return Shown(label_of(value), value, link_of(value)) if value.startswith(BASE) else Shown(value)


def _terms(query: Query, bindings: Mapping[str, Term]) -> Iterator[dict[str, Term | None]]:
    known = {name: term for name, term in bindings.items() if not isinstance(term, str)}
    for row in rows_of_query(query, known):  # type: ignore[arg-type]
        yield {column: Literal(value) for column, value in row.items()}
