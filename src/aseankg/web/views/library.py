"""The stored questions for people: a library with headings, and a page for each with a form, its rows and its SPARQL.

Not here: how a question is asked and its values are understood (questions), and free words (search).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, render_template, request, url_for

from aseankg.catalogue import Parameter, Query, stand_alone
from aseankg.errors import nearest
from aseankg.namespaces import ID
from aseankg.store.request import Answer
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import tagged
from aseankg.web.page.tables import LARGEST_TABLE, heads_of, table_of
from aseankg.web.querying.examples import LONGEST_VALUE, stored_questions
from aseankg.web.querying.permalinks import address_for
from aseankg.web.querying.questions import (
    Bindings,
    ask,
    bindings_of,
    get_question,
    in_words,
    notes_of,
    parameters_given,
    recorded,
)
from aseankg.web.querying.snippets import Snippet, snippets_for
from aseankg.web.site import public_url, site
from aseankg.web.texts import N_

__all__ = ["GROUPS", "register"]

# Headings with the keywords whose questions stand below; a question stands under the first that fits.
GROUPS: Mapping[str, tuple[str, ...]] = {
    N_("What is missing, and what contradicts"): ("gaps", "contradictions"),
    N_("What became of the plans"): ("outcomes",),
    N_("How the plans fit together"): ("alignment", "coverage", "cross-references"),
    N_("Who does what"): ("bodies", "countries", "roles"),
    N_("What is planned, and when"): ("activities", "targets", "projects", "timeline"),
    N_("The texts: their parts, words and oddities"): (
        "plans", "evidence", "footnotes", "instruments", "oddities", "sources", "curated",
    ),
}  # fmt: skip
_OTHERS = N_("More questions")
_INPUTS = {"year": "number", "date": "date"}
_MOST_OPTIONS = 60  # more of them are suggested while one types, not listed
_FORMATS = {"xlsx": "XLSX", "csv": "CSV", "tsv": "TSV", "json": "JSON"}


@dataclass(frozen=True)
class _Field:
    """A parameter as a control of a form: its value, the values to choose from, and if they are all there are."""

    parameter: Parameter
    control: str
    value: str
    options: Mapping[str, str]
    closed: bool


def register(app: Flask) -> None:
    """Give the application the pages of the stored questions."""
    app.add_url_rule("/questions", "questions", _page_of_all)
    app.add_url_rule("/questions/<name>", "question", _page)


# -- the library -------------------------------------------------------------------------------------------


def _page_of_all() -> Response:
    """The page that lists the stored questions under headings, or those that hold some words."""
    text = parameters_given(("text",)).get("text", "").strip()
    if len(text) > LONGEST_VALUE:
        words = f"text has {len(text):,} characters: expected some words of a question, {LONGEST_VALUE} at most."
        raise DetailedError(400, words, parameter="text")
    queries = list(stored_questions().values())
    found = [query for query in queries if _holds(query, text)]
    page = render_template(
        "questions.html",
        text=text,
        count=len(found),
        groups=_grouped(found),
        near=[] if found else _near(text, queries),
    )
    return tagged(Response(page))


def _grouped(queries: Iterable[Query]) -> Mapping[str, Sequence[Query]]:
    groups: dict[str, list[Query]] = {heading: [] for heading in (*GROUPS, _OTHERS)}
    for query in queries:
        groups[_heading(query)].append(query)
    return {heading: held for heading, held in groups.items() if held}


def _heading(query: Query) -> str:
    keywords = query.front_matter.get("keywords") or ()
    return next((heading for heading, known in GROUPS.items() if not set(known).isdisjoint(keywords)), _OTHERS)


def _holds(query: Query, text: str) -> bool:
    keywords = " ".join(map(str, query.front_matter.get("keywords") or ()))
    searched = f"{query.title} {query.question} {query.description} {keywords}".casefold()
    return all(word in searched for word in text.casefold().split())


def _near(text: str, queries: Iterable[Query]) -> list[Query]:
    """The questions that are most like words that none of them holds."""
    named = {name: query for query in queries for name in (query.title, query.question)}
    return list({query.name: query for query in (named[name] for name in nearest(text, named))}.values())


# -- one question ------------------------------------------------------------------------------------------


def _page(name: str) -> Response:
    """The page of one question: a form with its parameters, and the rows for their values."""
    query = get_question(name)
    with recorded(query) as done:
        given = parameters_given(query.parameters)
        bindings = bindings_of(query, given)
        answer = ask(query, "tsv", bindings)
        response = Response(_shown(query, given, bindings, answer))
        done(query, bindings, answer, response)
    if answer.build:
        response.headers["Aseankg-Build"] = answer.build
    return tagged(response)


def _shown(query: Query, given: Mapping[str, str], bindings: Bindings, answer: Answer) -> str:
    table, text = table_of(answer), stand_alone(query, bindings)
    return render_template(
        "question.html",
        query=query,
        asked=in_words(query, bindings),
        fields=[_field(parameter, bindings) for parameter in query.parameters.values()],
        text=text,
        table=table,
        heads=heads_of(table.columns),
        why=url_for("explain", question=query.name, parameter=["=".join(pair) for pair in given.items()]),
        most=LARGEST_TABLE,
        notes=notes_of(query, answer, bindings),
        formats={label: _api_address(query, form, given) for form, label in _FORMATS.items()},
        snippets=_snippets(text or query.text),
        here=address_for("question", **_values(query, given)),
        may_keep=bool(site().settings.permalink_bytes),
    )


def _api_address(query: Query, form: str, given: Mapping[str, str]) -> str:
    return url_for("api_question", format=form, **_values(query, given))


def _values(query: Query, given: Mapping[str, str]) -> dict[str, Any]:
    return {"name": query.name, **given}


def _snippets(text: str) -> list[Snippet]:
    return snippets_for(text, f"{public_url()}{url_for('sparql').removeprefix(request.script_root)}")


def _field(parameter: Parameter, bindings: Bindings) -> _Field:
    """Return the control for a parameter, holding the value that the rows are for."""
    options = {_end(iri, parameter.kind): name for iri, name in site().lookup().names_of(parameter.kind).items()}
    term = bindings.get(parameter.name)
    value = "" if term is None else _end(term.value, parameter.kind)
    control = _INPUTS.get(parameter.kind, "text")
    return _Field(parameter, control, value, options, 0 < len(options) <= _MOST_OPTIONS)


def _end(value: str, kind: str) -> str:
    """The shortest writing of an IRI of ours that is looked up: `acmw` for a body, a literal as it is."""
    return value.removeprefix(ID).removeprefix(f"{kind}/")
