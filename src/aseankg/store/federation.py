"""SERVICE: asks the endpoints that a query names, and puts their answers into the query as VALUES.

The query processes have no sockets, so this is done outside of them, before the query is sent there, and only
for the hosts that the operator has listed. A pattern is cut out by its braces and sent as it stands; whether it
is right is for the endpoint to say. Not here: reading SPARQL; and refusing what only looks like SERVICE (guard),
which must see the text that comes from here.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pyoxigraph import BlankNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from aseankg.errors import QueryError, QueryRefusedError, ServiceError
from aseankg.settings import Settings
from aseankg.store.tokens import Token, declared_prefixes, decode_escapes, expand_name, place, read_tokens

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

__all__ = ["Federated", "federate", "without_services"]

_PROLOGUE = frozenset(("BASE", "PREFIX", "VERSION"))
_MOST_CALLS = 10
_PORTS = {"http": 80, "https": 443}
_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_PIECE = 65_536  # bytes read at once


class Federated(NamedTuple):
    """A query without SERVICE, and what its asker should be told of the calls that failed in silence."""

    text: str
    notices: tuple[str, ...] = ()


class _Call(NamedTuple):
    """One SERVICE of a query: where it starts and ends there, and what is asked of whom."""

    start: int
    end: int
    pattern: str
    iri: str
    silent: bool


def federate(text: str, settings: Settings) -> Federated:
    """Return the query with each SERVICE replaced by what its endpoint answered (SPARQL 1.1 Federated Query).

    All calls of one query together have `service_deadline` seconds, and `service_bytes` each. A call with SILENT
    that fails becomes one solution without bindings (2.2 there) and a notice. Raises QueryRefusedError for a host
    that is not listed, a variable endpoint and a SERVICE within another, ServiceError when an endpoint fails.
    """
    end = time.monotonic() + settings.service_deadline
    notices: list[str] = []

    def answer(call: _Call, prologue: str) -> str:
        try:
            return _values(_ask(call, f"{prologue}SELECT * WHERE {call.pattern}", settings, end), settings)
        except ServiceError as error:
            if not call.silent:
                line, column = place(text, call.start)
                raise ServiceError(f"Line {line}, column {column}: SERVICE {error}", line, column) from None
            notices.append(f"SERVICE SILENT {error} Its part of the answer is empty.")
            return "{ }"

    return Federated(_replaced(text, settings, answer), tuple(notices))


def without_services(text: str, settings: Settings) -> str:
    """Return the query with an empty pattern for each SERVICE: to learn if it parses, without asking anyone."""
    return _replaced(text, settings, lambda call, prologue: "{ }")


def _replaced(text: str, settings: Settings, replace: Callable[[_Call, str], str]) -> str:
    tokens = read_tokens(text)
    _refuse_escapes(text, tokens)
    if not any(map(_is_service, tokens)):
        return text
    calls = list(_calls(text, tokens, settings))
    prologue = _prologue(tokens)
    parts, at = [], 0
    for call in calls:
        lines = "\n" * text.count("\n", call.start, call.end)  # what follows keeps its line
        parts += [text[at : call.start], " ", replace(call, prologue), lines, " "]
        at = call.end
    return "".join([*parts, text[at:]])


# -- what the query says ---------------------------------------------------------------------------------------


def _is_service(token: Token) -> bool:
    return token.kind == "word" and token.text.upper() == "SERVICE"


def _refuse_escapes(text: str, tokens: Sequence[Token]) -> None:
    r"""Refuse `\u0053ERVICE` and the like: an escape outside of strings and IRIs, where SERVICE is meant."""
    escape = next((token for token in tokens if token.text == "\\"), None)
    if escape is not None and any(map(_is_service, read_tokens(decode_escapes(text)))):
        words = "a query with SERVICE may hold Unicode escapes in strings and IRIs only: write the characters."
        raise _refusal(text, escape, words)


def _prologue(tokens: Sequence[Token]) -> str:
    first = next((at for at, t in enumerate(tokens) if t.kind == "word" and t.text.upper() not in _PROLOGUE), 0)
    return "".join(f"{token.text} " for token in tokens[:first])


def _calls(text: str, tokens: Sequence[Token], settings: Settings) -> Iterator[_Call]:
    prefixes = declared_prefixes(tokens)
    at = found = 0
    while at < len(tokens):
        if not _is_service(tokens[at]):
            at += 1
            continue
        found += 1
        if found > _MOST_CALLS:
            raise _refusal(text, tokens[at], f"this service follows at most {_MOST_CALLS} SERVICE in one query.")
        start = tokens[at]
        silent = tokens[at + 1 : at + 2] != [] and tokens[at + 1].text.upper() == "SILENT"
        opening = at + 2 + silent
        iri = _endpoint(text, tokens[at:opening], prefixes)
        _check_host(text, start, iri, settings)
        at = _closing(text, tokens, start, opening) + 1
        stop = tokens[at - 1].start + 1
        yield _Call(start.start, stop, text[tokens[opening].start : stop], iri, silent)


def _endpoint(text: str, tokens: Sequence[Token], prefixes: dict[str, str]) -> str:
    """Return the IRI at the end of `SERVICE [SILENT] <iri>`."""
    token = tokens[-1]
    if token.kind == "variable":
        words = f"SERVICE {token.text} asks whatever the variable holds: write the IRI of one endpoint in its place."
        raise _refusal(text, token, words)
    iri = expand_name(token, prefixes) if len(tokens) > 1 else None
    if iri is None:
        line, column = place(text, token.start)
        words = "SERVICE is to be followed by the IRI of an endpoint, or a prefixed name whose prefix is declared."
        raise QueryError(f"Line {line}, column {column}: {words}", line, column)
    return iri


def _closing(text: str, tokens: Sequence[Token], start: Token, opening: int) -> int:
    """Return where the group ends that begins at `opening`."""
    depth = 0
    for at, token in enumerate(tokens[opening:], opening):
        if _is_service(token):
            raise _refusal(text, token, "a SERVICE within another is refused: ask the two endpoints one by one.")
        if token.kind == "other":
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and at > opening:
            return at
        if depth == 0:
            break
    line, column = place(text, start.start)
    words = "SERVICE is to be followed by an endpoint and a pattern in braces: SERVICE <iri> { … }."
    raise QueryError(f"Line {line}, column {column}: {words}", line, column)


def _check_host(text: str, token: Token, iri: str, settings: Settings) -> None:
    """Let only an http(s) IRI pass whose host the operator has listed, as `host` or `host:port`."""
    names = _names_of(iri)
    allowed = [entry.strip().lower() for entry in settings.service_hosts.split(",") if entry.strip()]
    if not names:
        words = f"SERVICE <{iri}> is refused: expected the absolute http or https IRI of an endpoint, without a user."
        raise _refusal(text, token, words)
    if not set(names) & set(allowed):
        listed = f"it allows {', '.join(allowed)}" if allowed else "it allows none"
        words = f"SERVICE may not ask {names[-1]}: the operator of this endpoint lists the hosts it asks; {listed}."
        raise _refusal(text, token, words)


def _names_of(iri: str) -> list[str]:
    """Return how a list may name the host of an IRI, read from what would really be asked; empty if it has none."""
    prepared = _prepared(iri, "")
    parts = urlsplit((prepared and prepared.url) or "")
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or "\\" in iri:
        return []
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or _PORTS[parts.scheme]
    return [f"{host}:{port}"] + ([host] if port == _PORTS[parts.scheme] else [])


def _refusal(text: str, token: Token, words: str) -> QueryRefusedError:
    line, column = place(text, token.start)
    return QueryRefusedError(f"Line {line}, column {column}: {words}", line, column)


# -- what the endpoint answers ---------------------------------------------------------------------------------


class _Line:
    """The connection of one call, which can be cut from outside, whatever it waits for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self._over = False

    def hold(self, made: socket.socket) -> socket.socket:
        """Keep a second handle: TLS takes the first one away."""
        with self._lock:
            if self._over:
                made.close()
                raise TimeoutError("the time is over")
            self._held.append(made.dup())
        return made

    def close(self) -> None:
        with self._lock:
            self._over = True
            for held in self._held:
                with suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)
                held.close()
            self._held.clear()


def _prepared(iri: str, query: str) -> PreparedRequest | None:
    import requests  # only a query with SERVICE needs it

    headers = {"Accept": _ACCEPT, "Accept-Encoding": "identity", "User-Agent": "aseankg"}
    try:
        return requests.Request("POST", iri, headers=headers, data={"query": query}).prepare()
    except (requests.RequestException, ValueError):
        return None


def _ask(call: _Call, query: str, settings: Settings, end: float) -> tuple[str, bytes, str]:
    """Return IRI, body and media type of an answer that was whole before `end`."""
    future: Future[tuple[bytes, str]] = Future()
    if time.monotonic() >= end:
        raise ServiceError(f"<{call.iri}> was not asked: the calls before it took {settings.service_deadline:g} s.")
    with closing(_Line()) as line:
        threading.Thread(target=_fetch, args=(call.iri, query, settings, line, future), daemon=True).start()
        try:
            body, media_type = future.result(max(0.0, end - time.monotonic()))
        except TimeoutError as error:
            words = f"<{call.iri}> did not answer whole within {settings.service_deadline:g} s."
            raise ServiceError(words) from error
    return call.iri, body, media_type


def _fetch(iri: str, query: str, settings: Settings, line: _Line, future: Future[tuple[bytes, str]]) -> None:
    """Ask in a thread of its own, so that the asker's clock holds also while a name is looked up."""
    import requests
    from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]
    from urllib3.exceptions import HTTPError

    try:
        with _session(settings, line) as session:
            request = _prepared(iri, query)
            if request is None:
                raise ServiceError(f"<{iri}> is no address.")
            with session.send(request, stream=True) as response:
                future.set_result(_read(iri, response, settings.service_bytes))
    except InvalidIPAddress as error:
        words = f"<{iri}> is not asked: its address {error} is private, of this machine or reserved."
        future.set_exception(ServiceError(words))
    except ServiceError as error:
        future.set_exception(error)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        failure = ServiceError(f"<{iri}> could not be asked: {type(error).__name__}.")
        failure.__cause__ = error
        future.set_exception(failure)
    except Exception as error:  # nobody else would hear of it: the asker waits for the future
        future.set_exception(error)


def _session(settings: Settings, line: _Line) -> Any:
    """A session that asks public addresses only, follows no redirect, takes no proxy and can be cut."""
    from requests_hardened import Config, Manager  # type: ignore[import-untyped]
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def pool(base: Any, connection: Any) -> Any:
        def connect(self: Any) -> socket.socket:
            return line.hold(connection._new_conn(self))

        return type(base.__name__, (base,), {"ConnectionCls": type("Held", (connection,), {"_new_conn": connect})})

    session = Manager(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=bool(settings.service_loopback),
            never_redirect=True,
            default_timeout=(settings.service_deadline, settings.service_deadline),
        )
    ).get_session()
    session.trust_env = False
    pools = {"http": pool(HTTPConnectionPool, HTTPConnection), "https": pool(HTTPSConnectionPool, HTTPSConnection)}
    for adapter in session.adapters.values():
        adapter.poolmanager.pool_classes_by_scheme = pools
    return session


def _read(iri: str, response: Response, most: int) -> tuple[bytes, str]:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise ServiceError(f"<{iri}> leads elsewhere (status {response.status_code}), which is not followed.")
    if response.status_code != 200:
        raise ServiceError(f"<{iri}> answered with status {response.status_code}.")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ServiceError(f"<{iri}> answered compressed, which was not asked for.")
    body = bytearray()
    while piece := response.raw.read(_PIECE):
        body += piece
        if len(body) > most:
            raise ServiceError(f"<{iri}> answered with more than {most} bytes. Ask for less, with FILTER or LIMIT.")
    return bytes(body), response.headers.get("Content-Type", "")


def _values(answer: tuple[str, bytes, str], settings: Settings) -> str:
    """Return an answer as a group of VALUES, every term as the engine's own library writes it."""
    iri, body, media_type = answer
    kind = QueryResultsFormat.from_media_type(media_type) if media_type else QueryResultsFormat.JSON
    if kind is None or kind not in (QueryResultsFormat.JSON, QueryResultsFormat.XML):
        raise ServiceError(f"<{iri}> answered with {media_type!r}: expected SPARQL results in JSON or XML.")
    try:
        return _group(iri, io.BytesIO(body), kind, settings.service_bytes)
    except ServiceError as error:
        words = str(error)
    except (SyntaxError, ValueError) as error:
        words = f"<{iri}> answered with what are no SPARQL results: {error}."
    # Raised afresh: a trace would keep the solutions, which only the thread that reads them may let go of.
    raise ServiceError(words)


def _group(iri: str, body: io.BytesIO, kind: QueryResultsFormat, most: int) -> str:
    found = parse_query_results(body, format=kind)
    if not isinstance(found, QuerySolutions):
        raise ServiceError(f"<{iri}> answered yes or no: expected the solutions of a SELECT.")
    rows, size = [], 0
    for solution in found:
        rows.append(f"({' '.join(_written(iri, term) for term in solution)})")
        size += len(rows[-1])
        if size > most:
            raise ServiceError(f"<{iri}> answered with more than {most} bytes. Ask for less, with FILTER or LIMIT.")
    return f"{{ VALUES ({' '.join(str(variable) for variable in found.variables)}) {{ {' '.join(rows)} }} }}"


def _written(iri: str, term: Any) -> str:
    if isinstance(term, BlankNode | Triple):
        kind = "blank node" if isinstance(term, BlankNode) else "triple term"
        raise ServiceError(
            f"<{iri}> answered with a {kind}, which has no name here. Ask it for IRIs and literals only, "
            "with a SELECT in the pattern or FILTER(!isBlank(?x))."
        )
    return "UNDEF" if term is None else str(term)
