"""Every error of the server in one shape: problem+json (RFC 9457), and the same words as a page for browsers.

No traces go out. Which error has which status stands in one table here.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge, UnsupportedMediaType

from aseankg.errors import (
    AseankgError,
    ConfigurationError,
    QueryBusyError,
    QueryError,
    QueryFormatError,
    QueryRefusedError,
    QueryThrottledError,
    QueryTimeoutError,
    QueryTooLongError,
    ServiceError,
)
from aseankg.web.site import site

__all__ = ["DetailedError", "register"]

_STATUS: list[tuple[type[AseankgError], int]] = [  # the first class that fits
    (QueryTooLongError, 413),
    (QueryRefusedError, 403),
    (QueryFormatError, 406),
    (QueryThrottledError, 429),
    (QueryBusyError, 503),
    (QueryTimeoutError, 504),
    (ServiceError, 502),
    (QueryError, 400),
]


class DetailedError(HTTPException):
    """An HTTP error whose problem has members of its own (RFC 9457, 3.2).

    The page of the problem links the things of `suggestions` and `replacements`: mappings with name, iri and link.
    """

    def __init__(self, status: int, words: str, **members: Any) -> None:
        super().__init__(words)
        self.code = status
        self.members = members


def register(app: Flask) -> None:
    """Have the application answer every error by a problem."""
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(AseankgError, _from_ours)
    app.register_error_handler(FileNotFoundError, _from_missing)
    app.register_error_handler(ConfigurationError, _from_missing)
    app.register_error_handler(Exception, _from_fault)


def _from_http(error: HTTPException) -> Response:
    wait = getattr(error, "retry_after", None)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, UnsupportedMediaType):
        headers["Accept-Post"] = "application/sparql-query, application/x-www-form-urlencoded"
    return _problem(error.code or 500, _words_of(error), getattr(error, "members", None), headers)


def _words_of(error: HTTPException) -> str:
    """Return the words of an error, ours in the place of Werkzeug's own for what it finds itself."""
    settings = site().settings
    if isinstance(error, RequestEntityTooLarge) and error.description == RequestEntityTooLarge.description:
        return (
            f"The request is too large: this service reads queries of at most {settings.query_length:,} "
            f"characters, and requests of at most {settings.body_bytes:,} bytes."
        )
    if isinstance(error, MethodNotAllowed):
        return f"{request.method} is nothing that {request.path} answers: the header Allow says what it does."
    if isinstance(error, NotFound) and error.description == NotFound.description:
        return f"There is nothing at {request.path}. The page / leads to all that there is."
    return error.description or ""


def _from_ours(error: AseankgError) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if status == 500:
        return _from_fault(error)
    headers = {"Retry-After": "2"} if status in (429, 503) else {}
    line, column = (error.line, error.column) if isinstance(error, QueryError) else (None, None)
    place = {} if line is None else {"line": line, "column": column}
    return _problem(status, str(error), place, headers)


def _from_fault(error: Exception) -> Response:
    logging.getLogger(__name__).error("%s %s failed", request.method, request.path, exc_info=error)
    return _problem(500, "The server failed. The fault is ours, and its operator can read more in the log.")


def _from_missing(error: FileNotFoundError | ConfigurationError) -> Response:
    """Answer that the published dataset, or a file of it, is gone: taken away below the running server."""
    logging.getLogger(__name__).error("%s %s: %s", request.method, request.path, error)
    return _problem(503, "The published dataset lacks a file, or is gone. Its operator makes it by `aseankg build`.")


def _problem(
    status: int, detail: str, more: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> Response:
    """Return the response for an error: `title` is the status in words, `detail` what was found and what to do."""
    title = HTTPStatus(status).phrase
    if _for_browsers():
        body = render_template(
            "problem.html",
            title=title,
            status=status,
            detail=detail,
            query=request.args.get("query") if request.path == "/sparql" else None,
            examples=site().examples,
            things=[*(more or {}).get("suggestions", ()), *(more or {}).get("replacements", ())],
        )
        return Response(body, status, headers)
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail} | (more or {})
    return Response(json.dumps(problem), status, headers, content_type="application/problem+json")


def _for_browsers() -> bool:
    if "format" in request.args:
        return request.args["format"] == "html"
    return request.accept_mimetypes.best_match(["application/problem+json", "text/html"]) == "text/html"
