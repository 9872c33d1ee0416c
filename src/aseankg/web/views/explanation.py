"""Why a fact or a row is there, over HTTP: a page for people, JSON for programs, at `/explain`.

A query of the asker's is answered by the engine first, which also judges it; only then are its patterns read, in time
that grows with its length alone, and asked again through the same engine and its limits. Not here: finding it out
(aseankg.explain).
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Flask, Response, render_template, request
from pyoxigraph import NamedNode

from aseankg.catalogue import stand_alone
from aseankg.errors import UsageError
from aseankg.explain import explain_named, explain_row, get_subject
from aseankg.explanation import Explanation, branches_of, document
from aseankg.grounds import Asker
from aseankg.namespaces import shorten
from aseankg.store.guard import require_length
from aseankg.store.request import Term
from aseankg.web.exchange.negotiation import named_format, ranked_formats
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import in_json, tagged
from aseankg.web.page.tables import cell_of, link_of
from aseankg.web.querying.questions import bindings_of, get_question
from aseankg.web.site import site
from aseankg.web.things.cards import tag_of

__all__ = ["register"]

_OFFERS = [("application/json", "json"), ("text/html", "html")]
_KINDS = ("subject", "question", "query")  # what may be explained; each with parameters of its own
_TAKEN = {
    "subject": {"predicate", "object"},
    "question": {"parameter", "row"},
    "query": {"row", "default-graph-uri", "named-graph-uri"},
}
_REPEATED = {"parameter", "default-graph-uri", "named-graph-uri"}
_FOR_THE_TERMINAL = " `aseankg find` searches all names."
_LARGEST_ROW = 1_000_000


def register(app: Flask) -> None:
    """Give the application its explanations."""
    app.add_url_rule("/explain", "explain", _explain)


def _explain() -> Response:
    """Explain a fact, or a row of the answer to a stored question or to a query."""
    chosen = _format()
    kind = _kind()
    try:
        found = _FINDERS[kind]()
    except UsageError as error:
        raise DetailedError(404, str(error).removesuffix(_FOR_THE_TERMINAL)) from None
    response = in_json(document(found)) if chosen == "json" else Response(_page(found))
    build = found.build or site().engine.build
    if build:
        response.headers["Aseankg-Build"] = build
    if kind == "query":  # which may give another answer each time
        response.headers["Cache-Control"] = "no-cache"
        return response
    return tagged(response)


# -- reading a request -------------------------------------------------------------------------------------


def _format() -> str:
    if "format" in request.args:
        return named_format(request.args["format"], {name: name for _, name in _OFFERS})
    return ranked_formats(request, _OFFERS)[0]


def _kind() -> str:
    """Return which of the three is asked; the other parameters must be those that it takes, each once."""
    given = [name for name in _KINDS if request.args.get(name)]
    if len(given) != 1:
        words = "subject (with predicate and object), question (with parameter and row) or query (with row)"
        raise DetailedError(400, f"Say what to explain, one of: {words}. Given: {', '.join(given) or 'none of them'}.")
    for name, values in request.args.lists():
        if name not in (given[0], "format", *_TAKEN[given[0]]):
            raise DetailedError(400, f"{name[:80]!r} is no parameter beside {given[0]}.", parameter=name[:80])
        if len(values) > 1 and name not in _REPEATED:
            raise DetailedError(400, f"The parameter {name} is given {len(values)} times: expected once.")
    return given[0]


def _row() -> int:
    text = request.args.get("row", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LARGEST_ROW and len(text) < 9):
        raise DetailedError(400, f"row is {text[:80]!r}: expected a number from 1.", parameter="row")
    return int(text)


def _asker(default_graphs: tuple[str, ...] = (), named_graphs: tuple[str, ...] = ()) -> Asker:
    """Ask in the name of who asks; all queries of one explanation together get the time of one and a half."""
    until = time.monotonic() + 1.5 * site().settings.deadline
    return Asker(site().engine, request.remote_addr or "", {}, default_graphs, named_graphs, until)


# -- finding -----------------------------------------------------------------------------------------------


def _of_fact() -> Explanation:
    names = [request.args.get(name, "") for name in ("subject", "predicate", "object")]
    require_length("".join(names), site().settings.query_length)
    ask = _asker()
    return explain_named(ask, get_subject(ask, site().lookup(), names[0]), *names[1:])


def _of_question() -> Explanation:
    query = get_question(request.args["question"])
    given = dict[str, str]()
    for text in request.args.getlist("parameter"):
        name, mark, value = text.partition("=")
        if not mark or name not in query.parameters or name in given:
            takes = ", ".join(query.parameters) or "no parameter"
            words = f"parameter is {text[:80]!r}: expected name=value, each name once; {query.name} takes {takes}."
            raise DetailedError(400, words, parameter="parameter")
        given[name] = value
    bindings, row, ask = bindings_of(query, given), _row(), _asker()
    text = stand_alone(query, bindings) or query.text
    return explain_row(ask, text, ask.answer(query.text, ("json",), bindings), row, f"row {row} of “{query.title}”")


def _of_query() -> Explanation:
    text, row = request.args["query"], _row()
    require_length(text, site().settings.query_length)
    graphs = (tuple(request.args.getlist(name)) for name in ("default-graph-uri", "named-graph-uri"))
    ask = _asker(*graphs)
    answer = ask.answer(text, ("json", "ntriples"))
    return explain_row(ask, text, answer, row, f"row {row} of the answer to a query")


_FINDERS = {"subject": _of_fact, "question": _of_question, "query": _of_query}


# -- the page ----------------------------------------------------------------------------------------------


def _page(found: Explanation) -> str:
    return render_template(
        "explain.html",
        found=found,
        branches=branches_of(found),
        cell_of=cell_of,
        tag_of=tag_of,
        name_of=lambda term: _name(term, found.names),
        link_of=link_of,
        shorten=shorten,
        question=request.args.get("question", ""),
        query=request.args.get("query", ""),
    )


def _name(term: Term, names: Mapping[str, str]) -> str:
    """What a page calls a term: the name of a thing, the words of a literal."""
    if isinstance(term, NamedNode):
        return names.get(term.value) or shorten(term.value)
    return str(getattr(term, "value", term))
