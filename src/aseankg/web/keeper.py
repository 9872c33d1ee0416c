"""Keeps finished documents and gives them again: pages of things, graphs, the ontology, stored questions.

A layer of WSGI around Flask. What has a strong entity tag is the same for the same build, address and headers; it is
kept within a budget, with gzip, and only few are made at once, because making one takes many queries. Not here:
answers of /sparql (front).
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from aseankg.errors import QueryBusyError
from aseankg.web.exchange.cache import AnswerCache, Kept
from aseankg.web.exchange.conditions import UNSENT, accepted_coding, matches
from aseankg.web.operation import Done, Operation
from aseankg.web.site import FAULT, Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Keeper", "keeps"]

_PATHS = (
    "/id/",
    "/graph/",
    "/ontology",
    "/shapes",
    "/check",
    "/api/questions",
    "/questions",
    "/openapi.json",
    "/dcat",
    "/explain",
    "/alignment",
    "/network",
    "/timeline",
    "/complete",
    "/static/",
    "/sources/",
    "/validation",
    "/.well-",
    "/find",
    "/bodies",
    "/countries",
    "/themes",
    "/plans",
)
# What tells one document from another at the same build; names of things are in the reader's language.
_TELLING = (
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_HOST",
    "wsgi.url_scheme",
)
_HOME = "/"  # is shown also while no query is answered
_QUESTIONS = ("/api/questions/", "/questions/")
_AT_ONCE = 4  # documents that one process makes at once
_WORTH_PACKING = 1_000  # bytes


class Keeper:
    """The WSGI application around `inner`; `cache` is shared with other layers."""

    def __init__(self, inner: WSGIApplication, site: Site, cache: AnswerCache, operation: Operation) -> None:
        self._inner = inner
        self._site = site
        self._cache = cache
        self._operation = operation
        self._making = threading.BoundedSemaphore(_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not keeps(path) or FAULT in environ:
            return self._inner(environ, start_response)
        began = time.perf_counter()
        try:
            key = (self._site.engine.build, *(environ.get(name, "") for name in _TELLING))
        except QueryBusyError as error:
            if path != _HOME:
                environ[FAULT] = error
            return self._inner(environ, start_response)
        kept = self._cache.find(key)
        if kept is None:
            return self._make(environ, start_response, key)
        if path.startswith(_QUESTIONS):
            self._operation.record(Done("ok", time.perf_counter() - began, len(kept.body), "hit", "select", "", key[0]))
        return _send(environ, start_response, kept)

    def _make(self, environ: WSGIEnvironment, start_response: StartResponse, key: Any) -> Iterable[bytes]:
        if not self._making.acquire(timeout=self._site.settings.wait):
            environ[FAULT] = QueryBusyError("Too many pages are being made. Try again in a moment.")
            return self._inner(environ, start_response)
        try:
            return self._answer(environ, start_response, key)
        finally:
            self._making.release()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse, key: Any) -> Iterable[bytes]:
        """Have the whole document made, whatever part of it was asked for; an error goes out as it came."""
        status, headers = "", list[tuple[str, str]]()

        def start(line: str, pairs: list[tuple[str, str]], fault: object = None) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = line, pairs
            return lambda part: None  # nothing of ours writes so

        plain = {name: value for name, value in environ.items() if name not in ("HTTP_IF_NONE_MATCH", "HTTP_RANGE")}
        plain["REQUEST_METHOD"] = "GET"
        parts = self._inner(plain, start)
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        etag = dict(headers).get("ETag", "")
        if not status.startswith("200") or not etag.startswith('"'):
            start_response(status, headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        kept = _finished(headers, etag, body, accepted_coding(environ))
        if key[0] and key[0] == self._site.engine.build:
            self._cache.keep(key, kept)
        return _send(environ, start_response, kept)


def keeps(path: str) -> bool:
    """Say whether what stands at the path is kept, where it has a strong entity tag."""
    return path == _HOME or path.startswith(_PATHS)


def _finished(headers: list[tuple[str, str]], etag: str, body: bytes, coding: str) -> Kept:
    changed = {"Content-Length": str(len(body)), "ETag": etag}
    if coding and len(body) >= _WORTH_PACKING:
        body = gzip.compress(body, 5, mtime=0)
        changed = {"Content-Length": str(len(body)), "ETag": f'{etag[:-1]}-gzip"', "Content-Encoding": "gzip"}
    vary = ", ".join([value for name, value in headers if name == "Vary"] + ["Accept-Encoding"])
    others = [pair for pair in headers if pair[0] not in ("Vary", *changed)]
    return Kept([*others, ("Vary", vary), *changed.items()], changed["ETag"], body, "", "", "")


def _send(environ: WSGIEnvironment, start_response: StartResponse, kept: Kept) -> Iterable[bytes]:
    if matches(environ, kept.etag):
        start_response("304 Not Modified", [pair for pair in kept.headers if pair[0] not in UNSENT])
        return []
    start_response("200 OK", list(kept.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]
