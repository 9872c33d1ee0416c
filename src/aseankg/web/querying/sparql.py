"""What is asked at /sparql, made ready for the engine; and the page that shows an answer to a person.

Programs are answered in front of Flask (front); here stand the page, and what both need. Not here: reading a request
(protocol).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Response, current_app, g, render_template, request, url_for
from pyoxigraph import serialize
from werkzeug.exceptions import BadRequest, NotAcceptable, NotFound

from aseankg.description.release import turtle
from aseankg.description.service import service_description
from aseankg.errors import QueryBusyError
from aseankg.sheets import WORKBOOK
from aseankg.store.federation import Federated, federate
from aseankg.store.guard import require_length
from aseankg.store.request import FORMATS, TRIPLE_FORMATS, Answer, QueryRequest
from aseankg.store.tokens import normalise
from aseankg.web.exchange.headers import header_value
from aseankg.web.exchange.sending import tagged
from aseankg.web.operation import Done, operation, outcome_of
from aseankg.web.page.tables import LARGEST_TABLE, table_of
from aseankg.web.querying.drawings import bars_of, network_of
from aseankg.web.querying.form import form_of, layers_of, limits_of, own_graphs, sources_of
from aseankg.web.querying.protocol import VIEWS, Asked, token_of
from aseankg.web.querying.snippets import Snippet, snippets_for
from aseankg.web.querying.workbook import MOST_ROWS, About, workbook_of
from aseankg.web.site import Site, public_url, site

__all__ = ["ASKED", "Prepared", "answer_query", "content_type", "prepare", "stop_query"]

ASKED = "aseankg.asked"  # in the environment of a request that the front hands on
# What may give another answer each time; an escaped name might hide one of these.
_CHANGING = re.compile(r"\b(?:NOW|RAND|(?:STR)?UUID)\b|SERVICE|\\[uU]", re.IGNORECASE)


@dataclass(frozen=True)
class Prepared:
    """A query for the engine; `key` tells it from all others, `lasting` says that its answer stays the same."""

    request: QueryRequest
    asked_text: str
    key: tuple[Any, ...]
    lasting: bool
    notices: tuple[str, ...]


def prepare(asked: Asked, shared: Site, client: str) -> Prepared:
    """Return the query with what it asks of other endpoints put into it; QueryError when they or the query cannot."""
    text = asked.text or ""
    require_length(text, shared.settings.query_length)
    federated = _federated(text, shared) if _may_call(text) else Federated(text)
    query = QueryRequest(
        text=federated.text,
        formats=asked.formats,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        partial=asked.partial,
        streamed=True,
        beside=True,
        further=max(0, len(federated.text) - len(text)),
        client=client,
        token=asked.token,
    )
    beside = Path(shared.settings.beside).name
    key = (normalise(text), beside, asked.default_graphs, asked.named_graphs, asked.formats, asked.partial)
    lasting = bool(shared.engine.build) and not _CHANGING.search(text)
    return Prepared(query, text, key, lasting, federated.notices)


def _federated(text: str, shared: Site) -> Federated:
    """Return the query with what others answered; only so many threads may wait for them."""
    if not shared.calling.acquire(blocking=False):
        raise QueryBusyError("Too many queries are waiting for other endpoints. Try again in a moment.")
    try:
        return federate(text, shared.settings)
    finally:
        shared.calling.release()


def _may_call(text: str) -> bool:
    return "SERVICE" in text.upper() or "\\u" in text or "\\U" in text


def answer_query() -> Response:
    """Answer as a page: the query with its table, or the form to type one in."""
    asked: Asked | None = request.environ.get(ASKED)
    if asked is None:  # an address such as //sparql
        raise NotFound("There is nothing at this address. Queries are answered at /sparql.")
    g.form = form_of(asked)  # for the page of an error, too: nothing typed is lost
    if asked.text is None:
        return _without_query(asked)
    start = time.perf_counter()
    try:
        return _workbook(asked, start) if asked.formats[0] == "xlsx" else _page(asked, start)
    except Exception as error:
        operation(current_app).record(Done(outcome_of(error), time.perf_counter() - start, text=asked.text))
        raise


def stop_query() -> Response:
    """Stop the query that was sent with this token; whether there was one is not told."""
    token = token_of(request.form)
    if not token:
        raise BadRequest("The request names no query: send the token that the query was sent with as `token`.")
    site().engine.stop(token)
    return Response(status=204)


def _without_query(asked: Asked) -> Response:
    """A bare GET: the description of the service for programs, the page to ask on for people."""
    if request.method == "POST" or not set(request.args) <= {"format"}:
        raise BadRequest("The request holds no query: send one as the parameter `query`, by GET or by a form.")
    if asked.formats[0] == "html":
        limits = limits_of(site().settings)
        return Response(render_template("sparql.html", form=g.form, limits=limits, examples=site().examples))
    name = next((name for name in asked.formats if name in TRIPLE_FORMATS), None)
    if name is None:
        raise NotAcceptable("The service is described as RDF: ask for Turtle, N-Triples, RDF/XML or JSON-LD.")
    endpoint = f"{public_url()}/sparql"
    triples = service_description(site().build(), site().settings, endpoint, own_graphs())
    body = turtle(triples) if name == "turtle" else serialize(triples, format=TRIPLE_FORMATS[name])
    response = Response(body, content_type=content_type(FORMATS[name].media_type))
    return tagged(response)


def _page(asked: Asked, start: float) -> Response:
    """The page with the answer as a table, and a drawing of it where one is wanted."""
    prepared, answer = _asked(asked, layers=True)
    seconds = time.perf_counter() - start
    notices = (*prepared.notices, *answer.notices)
    table = table_of(answer)
    page = render_template(
        "sparql.html",
        form=g.form,
        asked=asked,
        seen_as=_seen_as,
        may_keep=bool(site().settings.permalink_bytes),
        sources=sources_of(asked),
        table=table,
        bars=bars_of(table) if asked.view == "chart" else None,
        network=network_of(table) if asked.view == "network" else None,
        most=LARGEST_TABLE,
        notices=notices,
        layers=layers_of(answer.layers),
        elapsed=f"{seconds * 1000:.0f}",
        snippets=_snippets(asked, answer),
        examples=site().examples,
    )
    headers = {"Cache-Control": "no-cache", "Server-Timing": f"query;dur={seconds * 1000:.1f}"}
    return _done(asked, answer, Response(page, headers=headers), start, notices)


def _seen_as(view: str, labels: bool) -> str:
    """Return the address of the same answer, seen otherwise."""
    shown: dict[str, Any] = {} if view == VIEWS[0] else {"view": view}
    if not labels:
        shown["labels"] = "no"
    return url_for("sparql", **g.form.parameters, **shown)


def _workbook(asked: Asked, start: float) -> Response:
    """The whole answer as a workbook."""
    prepared, answer = _asked(asked)
    notices = (*prepared.notices, *answer.notices)
    table = table_of(answer, MOST_ROWS)
    address = f"{public_url()}{url_for('sparql', query=asked.text)}" if not g.form.is_long else ""
    about = About("A query", address, site().version(), answer.build, asked.text or "", notices)
    body = workbook_of(table, table.columns, about)
    headers = {"Cache-Control": "no-cache", "Content-Disposition": 'attachment; filename="answer.xlsx"'}
    return _done(asked, answer, Response(body, headers=headers, content_type=WORKBOOK), start, notices)


def _asked(asked: Asked, layers: bool = False) -> tuple[Prepared, Answer]:
    """Ask for TSV or N-Triples, which a table can be read from row by row."""
    formats = ("tsv", "ntriples")
    prepared = prepare(replace(asked, formats=formats, partial=False), site(), request.remote_addr or "")
    return prepared, site().engine.answer(replace(prepared.request, streamed=False, layers=layers))


def _snippets(asked: Asked, answer: Answer) -> list[Snippet]:
    graphs = [("default-graph-uri", graph) for graph in asked.default_graphs]
    graphs += [("named-graph-uri", graph) for graph in asked.named_graphs]
    form = answer.form if answer.form in ("select", "ask") else "triples"
    return snippets_for(asked.text or "", f"{public_url()}/sparql", graphs, form)


def _done(asked: Asked, answer: Answer, response: Response, start: float, notices: tuple[str, ...]) -> Response:
    seconds, size = time.perf_counter() - start, len(response.get_data())
    done = Done("ok", seconds, size, "", answer.form, asked.text or "", answer.build)
    operation(current_app).record(done)
    return _remark(response, answer, notices)


def _remark(response: Response, answer: Answer, notices: tuple[str, ...]) -> Response:
    for notice in notices:
        response.headers.add("Aseankg-Notice", header_value(notice))
    if answer.build:
        response.headers["Aseankg-Build"] = answer.build
    return response


def content_type(media_type: str) -> str:
    """Return the media type with its charset where it takes one."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") or "xml" in media_type else media_type
