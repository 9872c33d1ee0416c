"""The stored questions for programs, at `/api/questions`, and what their pages share with it.

A value is looked up among the names of the graph and bound to its variable as a term; nothing of it is ever
written into a query. Not here: what a question asks (queries/questions), the pages (views.library), and the
description of these addresses for tools (openapi).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from flask import Flask, Response, current_app, redirect, request, url_for
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from aseankg.catalogue import Parameter, Query, silences, stand_alone
from aseankg.errors import ConfigurationError, UsageError, suggest
from aseankg.namespaces import XSD
from aseankg.sheets import WORKBOOK
from aseankg.store.request import Answer, QueryRequest, Term
from aseankg.web.exchange.headers import header_value
from aseankg.web.exchange.negotiation import named_format, ranked_formats
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import in_json, tagged
from aseankg.web.operation import Done, operation, outcome_of
from aseankg.web.page.tables import heads_of, table_of
from aseankg.web.querying.examples import ANSWER_FORMATS, LONGEST_VALUE, stored_questions
from aseankg.web.querying.workbook import MOST_ROWS, About, workbook_of
from aseankg.web.site import public_url, site

__all__ = [
    "Bindings", "ask", "bindings_of", "get_question", "in_words", "notes_of",
    "parameters_given", "recorded", "register",
]  # fmt: skip

_OFFERS = [(media_type, name) for name, media_type in ANSWER_FORMATS.items()]
_FROM_ENGINE = {"json": "json", "srj": "json", "csv": "csv", "tsv": "tsv", "xlsx": "tsv"}
_FOR_THE_TERMINAL = " `aseankg find` searches all names."
_INPUTS = {"year": "number", "date": "date"}

_Bound = NamedNode | Literal
Bindings = Mapping[str, _Bound]


def register(app: Flask) -> None:
    """Give the application the interface of the stored questions."""
    app.add_url_rule("/api/questions", "api_questions", _list)
    app.add_url_rule("/api/questions/<name>", "api_question", _answer)


# -- for programs ------------------------------------------------------------------------------------------


def _list() -> Response:
    """List the stored questions, with the parameters that each takes."""
    parameters_given(())
    questions = [
        _about(query, query.question) | {"parameters": _parameters_of(query)} for query in stored_questions().values()
    ]
    return tagged(in_json({"count": len(questions), "questions": questions}))


def _answer(name: str) -> BaseResponse:
    """Answer a stored question."""
    query = get_question(name)
    with recorded(query) as done:
        given = parameters_given(query.parameters)
        bindings = bindings_of(query, given)
        chosen = _format(request.args.get("format"))
        if chosen == "html":
            return redirect(_address("question", {"name": name, **given}), 303)
        answer = ask(query, _FROM_ENGINE[chosen], bindings)
        response = _written(query, chosen, answer, bindings)
        done(query, bindings, answer, response)
        return response


def _written(query: Query, chosen: str, answer: Answer, bindings: Bindings) -> Response:
    """Return the answer in the format chosen, with the build that it is from."""
    build = answer.build or str(site().build().manifest["build"])
    notes = notes_of(query, answer, bindings)
    if chosen == "xlsx":
        response = _answered_as_workbook(query, answer, bindings, (*notes,))
    elif chosen == "json":
        from_build = {"build": build, "dataset_version": _find_version(build)}
        response = in_json(_document(query, answer, bindings, notes) | from_build)
    else:
        response = Response(answer.body, content_type=_content_type(answer.media_type))
        for note in notes:  # a header holds ASCII only
            response.headers.add("Aseankg-Notice", header_value(note))
    return _finished(response, query, chosen, build)


def _answered_as_workbook(query: Query, answer: Answer, bindings: Bindings, notes: Sequence[str]) -> Response:
    """Return the answer as a workbook: rows with names and IRIs, where they are from, the query."""
    table = table_of(answer, MOST_ROWS)
    address = f"{public_url()}{request.full_path.replace('/api/', '/', 1).partition('&format=')[0]}"
    text = stand_alone(query, bindings) or query.text
    asked = in_words(query, bindings)
    about = About(asked, address.partition("?format=")[0], site().version(), answer.build, text, notes)
    response = Response(workbook_of(table, heads_of(table.columns), about), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="{query.name}.xlsx"'
    return response


def _finished(response: Response, query: Query, chosen: str, build: str) -> Response:
    response.headers["Aseankg-Build"] = build
    response.set_etag(_tag(query, chosen, build))
    return response


def _find_version(build: str) -> str | None:
    """The version of the dataset in a build; None where that cannot be said: while another build comes in."""
    published = site().build()
    try:
        return published.version if published.manifest["build"] == build else None
    except ConfigurationError:  # made before datasets had versions
        return None


@contextmanager
def recorded(query: Query) -> Iterator[Callable[[Query, Bindings, Answer, Response], None]]:
    """Have one answer, or the error in its place, counted and logged as the queries at /sparql are."""
    start = time.perf_counter()
    record = operation(current_app).record

    def done(query: Query, bindings: Bindings, answer: Answer, response: Response) -> None:
        seconds, text = time.perf_counter() - start, stand_alone(query, bindings) or query.text
        record(Done("ok", seconds, len(response.get_data()), "", answer.form, text, answer.build))

    try:
        yield done
    except Exception as error:
        record(Done(outcome_of(error), time.perf_counter() - start, text=query.text))
        raise


def _about(query: Query, asked: str) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "question": asked,
        "example": query.question,
        "description": query.description,
        "url": url_for("api_question", name=query.name),
        "page": url_for("question", name=query.name),
    }


def in_words(query: Query, bindings: Bindings) -> str:
    """Return the question as a sentence; its own words name the defaults, other values are put beside its title."""
    parameters = query.parameters.values()
    defaults = {one.name: _bound(one, one.default) for one in parameters if one.default}
    if bindings == defaults:
        return query.question
    values = (f"{one.name}: {_words(bindings.get(one.name))}" for one in parameters)
    return f"{query.title} ({', '.join(values)})"


def _words(term: _Bound | None) -> str:
    if term is None:
        return "any"
    return term.value if isinstance(term, Literal) else site().lookup().get_name(term.value) or term.value


def _parameters_of(query: Query) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter.name,
            "kind": parameter.kind,
            "default": parameter.default,
            "description": parameter.description,
            "required": parameter.required,
        }
        for parameter in query.parameters.values()
    ]


def _document(query: Query, answer: Answer, bindings: Bindings, notes: Sequence[str]) -> dict[str, Any]:
    """Return the answer with labels: the shape that openapi.json documents."""
    found = _solutions(answer)
    columns = [variable.value for variable in found.variables]
    rows = [{column: _cell(term) for column, term in zip(columns, solution, strict=True)} for solution in found]
    parameters = [
        {"name": parameter.name, "kind": parameter.kind, "value": _cell(bindings.get(parameter.name))}
        for parameter in query.parameters.values()
    ]
    return {
        "question": _about(query, in_words(query, bindings)),
        "parameters": parameters,
        "columns": columns,
        "count": len(rows),
        "rows": rows,
        "notes": list(notes),
    }


def _cell(term: Term | None) -> dict[str, str] | None:
    """Return a term as JSON, an IRI with the name of what it stands for; None for one that is not bound."""
    if term is None:
        return None
    if not isinstance(term, Literal):
        iri = term.value if isinstance(term, NamedNode) else str(term)
        label = site().lookup().get_name(iri)
        return {"type": "iri", "value": iri} | ({} if label is None else {"label": label})
    cell = {"type": "literal", "value": term.value}
    if term.language:
        return cell | {"lang": term.language}
    return cell if term.datatype == XSD.string else cell | {"datatype": term.datatype.value}


def notes_of(query: Query, answer: Answer, bindings: Bindings) -> tuple[str, ...]:
    """Return sentences on what the rows do not show by themselves."""
    left_open = [name for name in query.parameters if name not in bindings]
    widened = [f"Asked without a value of {name}: the rows are those of every value." for name in left_open]
    return (*widened, *answer.notices, *silences(query, bindings, _rows))


def _rows(query: Query, bindings: Mapping[str, Term]) -> Iterator[dict[str, Term | None]]:
    found = _solutions(ask(query, "json", bindings))
    columns = [variable.value for variable in found.variables]
    return (dict(zip(columns, row, strict=True)) for row in found)


def ask(query: Query, form: str, bindings: Mapping[str, Term]) -> Answer:
    """Return the answer to a question in a format of the engine, asked in the name of the reader."""
    return site().engine.answer(QueryRequest(query.text, (form,), bindings, client=request.remote_addr or ""))


def _solutions(answer: Answer) -> QuerySolutions:
    found = parse_query_results(answer.body, format=QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        raise TypeError("expected the solutions of a SELECT")
    return found


# -- reading a request -------------------------------------------------------------------------------------


def get_question(name: str) -> Query:
    """Return a stored question; NotFound with the nearest names where there is none."""
    found = stored_questions().get(name)
    if found is None:
        hint = suggest(_short(name), stored_questions())
        raise NotFound(f"No question is called {_short(name)!r}.{hint} {url_for('api_questions')} lists them all.")
    return found


def parameters_given(known: Iterable[str]) -> dict[str, str]:
    """Return the values given for the known parameters; each may be given once, and no other than `format`."""
    names = tuple(known)
    for name, values in request.args.lists():
        if name not in (*names, "format"):
            takes = ", ".join(names) or "no parameter of its own"
            words = f"{request.path} has no parameter {_short(name)!r}: it takes {takes}, and format."
            raise _wrong(name, f"{words}{suggest(_short(name), names)}")
        if len(values) > 1:
            raise _wrong(name, f"The parameter {name} is given {len(values)} times: expected once.")
    return {name: request.args[name] for name in names if name in request.args}


def bindings_of(query: Query, given: Mapping[str, str]) -> dict[str, _Bound]:
    """Return the terms that the values mean: the default for one left out; one given empty stays open."""
    found = {}
    for parameter in query.parameters.values():
        value = given.get(parameter.name, parameter.default)
        if value:
            found[parameter.name] = _bound(parameter, value)
        elif parameter.required:
            words = f"The parameter {parameter.name} is missing: {parameter.description or parameter.kind}"
            raise _wrong(parameter.name, words)
    return found


def _bound(parameter: Parameter, value: str) -> _Bound:
    if len(value) > LONGEST_VALUE:
        kind = "thing" if parameter.kind in _INPUTS else parameter.kind
        words = f"No {kind} is called {_short(value)!r}: that has {len(value):,} characters, and names have at most"
        raise _wrong(parameter.name, f"{words} {LONGEST_VALUE}.")
    try:
        return site().lookup().get_term(parameter, value)
    except UsageError as error:
        raise _wrong(parameter.name, str(error).removesuffix(_FOR_THE_TERMINAL)) from None


def _wrong(name: str, words: str) -> DetailedError:
    """The error for a parameter of the request; the problem names it."""
    return DetailedError(400, words, parameter=_short(name))


def _format(name: str | None) -> str:
    if name is not None:
        return named_format(name, {known: known for known in ANSWER_FORMATS})
    return ranked_formats(request, _OFFERS)[0]


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"


# -- writing a response ------------------------------------------------------------------------------------


def _address(endpoint: str, values: Mapping[str, Any]) -> str:
    return url_for(endpoint, **values)


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _tag(query: Query, form: str, build: str) -> str:
    """Return the strong validator of an answer: all that its bytes come from."""
    parts = (build, version("aseankg"), query.text, request.full_path, form)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
