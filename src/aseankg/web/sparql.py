"""What is asked at /sparql, made ready for the engine; and the page that shows an answer to a person.

Programs are answered in front of Flask (front); here stand the page, and what both need. Not here: reading a request
(protocol).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, current_app, g, render_template, request
from pyoxigraph import serialize
from werkzeug.exceptions import BadRequest, NotAcceptable, NotFound

from aseankg.description.release import turtle
from aseankg.description.service import service_description
from aseankg.errors import QueryBusyError
from aseankg.store.federation import Federated, federate
from aseankg.store.guard import require_length
from aseankg.store.request import FORMATS, TRIPLE_FORMATS, Answer, QueryRequest
from aseankg.store.tokens import normalise
from aseankg.web.form import form_of, layers_of, limits_of, sources_of
from aseankg.web.headers import header_value
from aseankg.web.operation import Done, operation, outcome_of
from aseankg.web.page import LARGEST_TABLE, table_of
from aseankg.web.protocol import Asked
from aseankg.web.site import Site, site

__all__ = ["ASKED", "Prepared", "answer_query", "content_type", "prepare"]

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
        further=max(0, len(federated.text) - len(text)),
        client=client,
    )
    key = (normalise(text), asked.default_graphs, asked.named_graphs, asked.formats, asked.partial)
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
        return _page(asked, start)
    except Exception as error:
        operation(current_app).record(Done(outcome_of(error), time.perf_counter() - start, text=asked.text))
        raise


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
    triples = service_description(site().build(), site().settings)
    body = turtle(triples) if name == "turtle" else serialize(triples, format=TRIPLE_FORMATS[name])
    response = Response(body, content_type=content_type(FORMATS[name].media_type))
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _page(asked: Asked, start: float) -> Response:
    """The page with the answer as a table; TSV and N-Triples are what a table can be read from row by row."""
    formats = ("tsv", "ntriples")
    prepared = prepare(replace(asked, formats=formats, partial=False), site(), request.remote_addr or "")
    answer = site().engine.answer(replace(prepared.request, streamed=False, layers=True))
    seconds = time.perf_counter() - start
    notices = (*prepared.notices, *answer.notices)
    page = render_template(
        "sparql.html",
        form=g.form,
        may_keep=bool(site().settings.permalink_bytes),
        sources=sources_of(asked),
        table=table_of(answer),
        most=LARGEST_TABLE,
        notices=notices,
        layers=layers_of(answer.layers),
        elapsed=f"{seconds * 1000:.0f}",
        examples=site().examples,
    )
    response = Response(page, headers={"Cache-Control": "no-cache", "Server-Timing": f"query;dur={seconds * 1000:.1f}"})
    done = Done("ok", seconds, len(page), "", answer.form, asked.text or "", answer.build)
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
