"""Answers /sparql to programs before Flask is asked: from the cache, or from the engine.

A layer of WSGI that holds the paths which must be quick; pages, errors and all other addresses go on to Flask, an
error in the environment of its request. Not here: reading requests (protocol), the form of answers in parts
(stream).
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from aseankg.errors import AseankgError, QueryBusyError
from aseankg.store.request import Answer, Rest
from aseankg.web.exchange.body import Bodies
from aseankg.web.exchange.cache import AnswerCache, Kept
from aseankg.web.exchange.conditions import UNSENT, accepted_coding, matches, names_tag
from aseankg.web.exchange.headers import FOR_ALL, header_value
from aseankg.web.exchange.stream import Spool, broken_off, packed
from aseankg.web.operation import Done, Operation, outcome_of
from aseankg.web.querying.protocol import FOR_PEOPLE, Asked, read_request
from aseankg.web.querying.sparql import ASKED, Prepared, content_type, prepare
from aseankg.web.site import FAULT, Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["THREADS", "Front"]

THREADS = 128  # requests that one web process handles at once
_STREAMS = THREADS // 4  # of these, how many may read a large answer
_WORTH_PACKING = 1_000  # bytes
_WITH_BODY = frozenset(  # besides /sparql
    ["/q", "/check", "/sparql/check", "/sparql/stop", "/reconcile"]
    + [f"/reconcile/v1/{name}" for name in ("match", "reconcile", "extend")]
)


@dataclass
class _Call:
    """One request on its way: what the server gave, and since when."""

    environ: WSGIEnvironment
    start_response: StartResponse
    began: float
    encoding: str = ""
    text: str = ""

    def seconds(self) -> float:
        return time.perf_counter() - self.began


class Front:
    """The WSGI application in front of `inner`."""

    def __init__(self, inner: WSGIApplication, site: Site, cache: AnswerCache, operation: Operation) -> None:
        self._inner = inner
        self._site = site
        self._operation = operation
        self._cache = cache
        self._streams = threading.BoundedSemaphore(_STREAMS)
        self._bodies = Bodies(site.settings)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != "/sparql" or environ["REQUEST_METHOD"] not in ("GET", "HEAD", "POST"):
            return self._others(environ, start_response)
        call = _Call(environ, start_response, time.perf_counter())
        try:
            return self._answer_again(call) if environ["REQUEST_METHOD"] != "POST" else self._answer(call, None)
        except (HTTPException, AseankgError) as error:
            environ[FAULT] = error
            self._record(call, Done(outcome_of(error), call.seconds(), text=call.text))
            return self._inner(environ, start_response)

    def _answer_again(self, call: _Call) -> Iterable[bytes]:
        """Answer as the same request was answered before, else anew."""
        names = ("QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING")
        same = (self._site.engine.build, *map(call.environ.get, names))
        kept = self._cache.find_for(same)
        return self._answer(call, same) if kept is None else self._send(call, kept, "hit")

    def _others(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand on what is not for this layer; only where a body is wanted is one read."""
        path = environ.get("PATH_INFO")
        if environ["REQUEST_METHOD"] == "POST" and path in _WITH_BODY:
            try:
                self._bodies.take(environ, self._site.settings.check_body_bytes if path == "/check" else 0)
            except (HTTPException, AseankgError) as error:
                environ[FAULT] = error
        return self._inner(environ, start_response)

    def _answer(self, call: _Call, same: Any) -> Iterable[bytes]:
        asked = self._read(call)
        call.text = asked.text or ""
        if asked.text is None or asked.formats[0] in FOR_PEOPLE:
            call.environ[ASKED] = asked
            return self._inner(call.environ, call.start_response)
        call.encoding = accepted_coding(call.environ)
        prepared = prepare(asked, self._site, call.environ.get("REMOTE_ADDR", ""))
        if not prepared.lasting:
            return self._fresh(call, prepared, None)
        key = (self._site.engine.build, *prepared.key, call.encoding)
        kept = self._cache.find(key)
        if kept is not None:
            self._cache.link(same, key)
            return self._send(call, kept, "hit")
        etag = _etag(key)
        if names_tag(call.environ, etag):
            return self._not_modified(call, etag, prepared)
        return self._fresh(call, prepared, key, same)

    def _read(self, call: _Call) -> Asked:
        if call.environ["REQUEST_METHOD"] == "POST":
            self._bodies.take(call.environ)
        request = Request(call.environ)
        request.max_form_memory_size = self._site.settings.body_bytes
        return read_request(request)

    def _fresh(self, call: _Call, prepared: Prepared, key: Any, same: Any = None) -> Iterable[bytes]:
        answer = self._site.engine.answer(prepared.request)
        if prepared.notices:
            answer = replace(answer, notices=(*prepared.notices, *answer.notices))
        if key is not None:
            key = (answer.build, *key[1:])
        etag = _etag(key)
        headers = _headers(answer, etag)
        if answer.rest is not None:
            if not self._streams.acquire(blocking=False):
                answer.rest.close()
                raise QueryBusyError("Too many large answers are still being read. Try again in a moment.")
            return self._stream(call, prepared, answer, Spool(answer.rest), headers)
        body = answer.body
        if call.encoding and len(body) >= _WORTH_PACKING:
            body = gzip.compress(body, 5, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(body))))
        kept = Kept(headers, etag, body, answer.form, prepared.asked_text, answer.build)
        if key is not None:
            self._cache.keep(key, kept)
            if same is not None and same[0] == key[0]:  # else the build changed while the query was asked
                self._cache.link(same, key)
            self._operation.metrics.cache_bytes.set(self._cache.size)
        return self._send(call, kept, "miss" if key is not None else "")

    def _send(self, call: _Call, kept: Kept, cache: str) -> Iterable[bytes]:
        if kept.etag and matches(call.environ, kept.etag):
            cache = "not_modified"
            call.start_response("304 Not Modified", [pair for pair in kept.headers if pair[0] not in UNSENT])
        else:
            call.start_response("200 OK", list(kept.headers))
        silent = cache == "not_modified" or call.environ["REQUEST_METHOD"] == "HEAD"
        body = b"" if silent else kept.body
        self._record(call, Done("ok", call.seconds(), len(body), cache, kept.form, kept.text, kept.build))
        return [body] if body else []

    def _not_modified(self, call: _Call, etag: str, prepared: Prepared) -> Iterable[bytes]:
        """An answer that the asker has: the same tag is the same build, query, graphs and format."""
        headers = [("ETag", etag), ("Cache-Control", "public, no-cache"), ("Vary", "Accept, Accept-Encoding")]
        call.start_response("304 Not Modified", [*headers, *FOR_ALL.items()])
        build = self._site.engine.build
        self._record(call, Done("ok", call.seconds(), 0, "not_modified", "", prepared.asked_text, build))
        return []

    def _stream(
        self, call: _Call, prepared: Prepared, answer: Answer, rest: Rest, headers: list[tuple[str, str]]
    ) -> Iterable[bytes]:
        if call.encoding:
            headers.append(("Content-Encoding", "gzip"))
        elif answer.size is not None:
            headers.append(("Content-Length", str(answer.size)))
        call.start_response("200 OK", headers)

        def ended(outcome: str, size: int) -> None:
            self._streams.release()
            done = Done(outcome, call.seconds(), size, "", answer.form, prepared.asked_text, answer.build)
            self._record(call, done)

        if call.environ["REQUEST_METHOD"] == "HEAD":
            rest.close()
            ended("ok", 0)
            return []
        parts = broken_off(rest, answer.size is None, ended)
        return packed(parts) if call.encoding else parts

    def _record(self, call: _Call, done: Done) -> None:
        self._operation.record(done)


def _etag(key: Any) -> str:
    """A strong entity tag: the build, and a digest of everything else that the bytes depend on."""
    if key is None:
        return ""
    return f'"{key[0][:16]}-{hashlib.blake2b(repr(key[1:]).encode(), digest_size=12).hexdigest()}"'


def _headers(answer: Answer, etag: str) -> list[tuple[str, str]]:
    headers = [("Content-Type", content_type(answer.media_type)), ("Vary", "Accept, Accept-Encoding")]
    if etag:
        headers += [("ETag", etag), ("Cache-Control", "public, no-cache")]
    else:
        headers.append(("Cache-Control", "no-store"))
    if answer.build:
        headers.append(("Aseankg-Build", answer.build))
    headers += [("Aseankg-Notice", header_value(notice)) for notice in answer.notices]
    return [*headers, *FOR_ALL.items()]
