"""The view of `/sparql`: one query in, one answer out, as bytes of the engine or as a page for a person."""

from __future__ import annotations

import time
from dataclasses import replace

from flask import Response, render_template, request
from werkzeug.exceptions import BadRequest

from aseankg.store.request import Answer, QueryRequest
from aseankg.web.page import LARGEST_TABLE, table_of
from aseankg.web.protocol import Asked, read_request
from aseankg.web.site import site

__all__ = ["answer_query"]


def answer_query() -> Response:
    """Answer the query of this request; a browser that sends none gets the page to type one in."""
    asked = read_request(request)
    if asked.text is None:
        if asked.formats[0] == "html":
            return Response(render_template("sparql.html", query="", examples=site().examples))
        raise BadRequest("The request holds no query: send one as the parameter `query`, by GET or by a form.")
    start = time.perf_counter()
    if asked.formats[0] == "html":
        return _page(asked, start)
    answer = site().engine.answer(_request(asked))
    response = Response(answer.body, content_type=_content_type(answer.media_type))
    return _remark(response, answer, start)


def _request(asked: Asked) -> QueryRequest:
    return QueryRequest(
        text=asked.text or "",
        formats=asked.formats,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )


def _page(asked: Asked, start: float) -> Response:
    """The page with the answer as a table; TSV and N-Triples are what a table can be read from row by row."""
    answer = site().engine.answer(_request(replace(asked, formats=("tsv", "ntriples"))))
    page = render_template(
        "sparql.html",
        query=asked.text,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        table=table_of(answer),
        most=LARGEST_TABLE,
        notices=answer.notices,
        elapsed=f"{(time.perf_counter() - start) * 1000:.0f}",
        examples=site().examples,
    )
    return _remark(Response(page), answer, start)


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") or "xml" in media_type else media_type


def _remark(response: Response, answer: Answer, start: float) -> Response:
    for notice in answer.notices:
        # A header holds ASCII only; control characters cannot stand in an IRI that the engine has read.
        response.headers.add("Aseankg-Notice", notice.encode("ascii", "backslashreplace").decode())
    response.headers["Server-Timing"] = f"query;dur={(time.perf_counter() - start) * 1000:.1f}"
    return response
