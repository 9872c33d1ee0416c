"""Whatever bytes it is sent, the service answers with a status that it documents, in a shape that it documents, and goes on.

Hypothesis makes requests that are whole as HTTP but hold anything: query strings, bodies, headers, paths, queries of tokens without
sense. Not here: requests that are broken as HTTP, floods and slow senders (test_bad_input).
"""

from __future__ import annotations

import http.client
import json
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote_from_bytes, urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.conftest import served

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.request import FORMATS as FORMATS_KNOWN

JSON = "application/sparql-results+json"
GOOD = {200, 204, 206, 301, 302, 303, 304, 307, 308}
BAD = {400, 403, 404, 405, 406, 410, 413, 414, 415, 416, 429, 431, 503, 504}
LONGEST_REASON = 600  # bytes of the words behind an answer that was broken off
ENDED = {known.media_type for known in FORMATS_KNOWN.values()}
# Query processes are shared by all; a soup that happens to be heavy ends here and counts as answered.
LIMITS = Settings(deadline=1, memory=200, query_length=5000)
few = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@dataclass(frozen=True)
class Reply:
    """What came back, with one value for each header."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Service:
    """A running service, and how often it answered with which status."""

    port: int
    seen: Counter[int]


@pytest.fixture(scope="module")
def service(published: Build) -> Iterator[Service]:
    with served(replace(LIMITS, build_dir=str(published.folder.parent))) as running:
        yield Service(running.port, Counter())


def exchange(service: Service, method: bytes, target: bytes, headers: dict[str, bytes], body: bytes = b"") -> Reply:
    """Send these bytes and read the one answer; a service that takes longer than 15 s hangs."""
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
    lines += [name.encode() + b": " + value for name, value in headers.items()]
    if body or method == b"POST":
        lines.append(b"Content-Length: %d" % len(body))
    with socket.create_connection(("127.0.0.1", service.port), timeout=15) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        with http.client.HTTPResponse(connection, method=method.decode()) as response:
            response.begin()
            service.seen[response.status] += 1
            return Reply(response.status, response.msg.get_content_type(), response.read())


def check(reply: Reply) -> None:
    """One of the documented statuses; an error is a problem, or a page for who takes HTML; an answer parses.

    A large answer that a limit ended on its way says so in place of its end.
    """
    assert reply.status in GOOD | BAD, (reply.status, reply.body[:300])
    assert b"Traceback" not in reply.body
    if reply.status in BAD and reply.media_type == "text/html":
        assert str(reply.status).encode() in reply.body
    elif reply.status in BAD:
        assert reply.media_type == "application/problem+json", (reply.status, reply.media_type, reply.body[:300])
        problem = json.loads(reply.body)
        assert problem["status"] == reply.status and problem["title"] and problem["detail"] and problem["type"]
    elif reply.status == 200 and b"\n\nBROKEN OFF: " in reply.body[-LONGEST_REASON:]:
        assert reply.media_type in ENDED
    elif reply.status == 200 and reply.media_type.endswith("json"):
        json.loads(reply.body)
    elif reply.status == 200 and reply.media_type.endswith("xml"):
        ElementTree.fromstring(reply.body)


# Bytes that RFC 9110, 5.5 lets stand within a field's value.
in_field = st.sampled_from([byte for byte in range(256) if byte == 9 or (byte >= 32 and byte != 127)])
values = st.lists(in_field, max_size=60).map(bytes).map(bytes.strip)
escaped = st.binary(max_size=80).map(lambda octets: quote_from_bytes(octets, safe="").encode())
# Bytes that RFC 3986 lets stand in a query string, and percent signs that escape nothing.
loose = st.text(alphabet="abcz019-._~!$&'()*+,;=:@/?%", max_size=80).map(str.encode)


# -- the parameters and the body ---------------------------------------------------------------------------

names = st.sampled_from(
    [b"query", b"update", b"default-graph-uri", b"named-graph-uri", b"format", b"using-graph-uri", b"limit", b"x"]
)
pairs = st.tuples(names, st.one_of(escaped, loose, st.just(b"ASK%7B%7D"), st.just(b"csv"))).map(b"=".join)
parameters = st.one_of(loose, escaped, st.lists(pairs, max_size=4).map(b"&".join))


@few
@given(parameters)
def test_any_query_string_gets_a_documented_answer(service: Service, sent: bytes) -> None:
    check(exchange(service, b"GET", b"/sparql?" + sent, {}))


@few
@given(parameters, st.sampled_from(["text/html", "text/csv", "text/html;q=0.5, */*;q=0.1"]))
def test_so_it_does_for_who_takes_html(service: Service, sent: bytes, accept: str) -> None:
    check(exchange(service, b"GET", b"/sparql?" + sent, {"Accept": accept.encode()}))


types = st.sampled_from(
    [
        b"application/sparql-query", b"application/x-www-form-urlencoded", b"application/sparql-update", b"text/plain",
        b"multipart/form-data", b"multipart/form-data; boundary=x", b"application/sparql-query; charset=latin-1", b"",
    ]
)  # fmt: skip
bodies = st.one_of(
    st.binary(max_size=200), parameters, st.just(b"--x\r\nContent-Disposition: form-data; name=query\r\n\r\n")
)


@few
@given(st.one_of(types, values), bodies)
def test_any_body_of_any_type_gets_a_documented_answer(service: Service, content_type: bytes, body: bytes) -> None:
    check(exchange(service, b"POST", b"/sparql", {"Content-Type": content_type}, body))


# -- headers -----------------------------------------------------------------------------------------------

ranges = st.sampled_from(
    ["*/*", "text/*", "*", "text/csv", "application/json", "text/html", "text/turtle", "image/png", "/", "a/b/c", ""]
)
weights = st.sampled_from(
    ["", ";q=0", ";q=1", ";q=0.5", ";q=", ";q=2", ";q=-1", ";q=nan", ";q=1e3", "; q = 0.1", ';q="0.5"', ";;"]
)
accepts = st.lists(st.tuples(ranges, weights).map("".join), max_size=5).map(lambda parts: ", ".join(parts).encode())
tags = st.sampled_from([b"*", b'"x"', b'W/"x"', b'"', b"W/", b'"a", "b"', b"x,,y", b'"\xe9"'])
codings = st.sampled_from([b"gzip", b"gzip;q=0", b"*", b"identity;q=0", b"gzip;q=x", b"br, gzip", b";;", b"*;q=0"])


@few
@given(st.one_of(values, accepts), st.one_of(values, tags), st.one_of(values, codings), st.one_of(values, types))
def test_any_header_gets_a_documented_answer(
    service: Service, accept: bytes, tag: bytes, coding: bytes, content_type: bytes
) -> None:
    headers = {"Accept": accept, "If-None-Match": tag, "Content-Type": content_type}
    for target in (b"/sparql?query=ASK%7B%7D", b"/sparql", b"/"):
        check(exchange(service, b"GET", target, headers))
    coded = exchange(service, b"GET", b"/sparql?query=ASK%7B%7D", {"Accept-Encoding": coding})
    assert coded.status in (200, 406)


others = st.sampled_from(
    ["Range", "If-Range", "If-Modified-Since", "If-Match", "Origin", "Cookie", "Forwarded", "X-Forwarded-For", "Authorization",
     "Access-Control-Request-Method", "Access-Control-Request-Headers", "Cache-Control", "Accept-Language", "Accept-Charset"]
)  # fmt: skip
stamps = st.sampled_from(
    [b"bytes=0-0", b"bytes=9-1", b"bytes=x", b"Thu, 99 Foo 2026 25:61:61 GMT", b"for=;;", b"Basic !!"]
)


@few
@given(others, st.one_of(values, stamps), st.sampled_from([b"GET", b"HEAD", b"OPTIONS"]))
def test_so_does_any_other_header(service: Service, name: str, value: bytes, method: bytes) -> None:
    reply = exchange(service, method, b"/sparql?query=ASK%7B%7D", {name: value})
    assert reply.status in (200, 204, 206, 304, 412, 416), reply


# -- paths and methods -------------------------------------------------------------------------------------

starts = st.sampled_from(
    [b"/", b"/id/", b"/id/body/", b"/ontology", b"/graph/", b"/graph/plan/", b"/static/", b"/static/..%2f", b"/dump/", b"/questions/",
     b"/api/questions/", b"/sparql/", b"/.well-known/", b"/shapes", b"//", b"/health/", b"/q/"]
)  # fmt: skip
paths = st.tuples(starts, st.one_of(escaped, loose.filter(lambda text: b"?" not in text))).map(b"".join)


@few
@given(
    paths, st.sampled_from([b"GET", b"HEAD", b"POST", b"PUT", b"OPTIONS"]), st.one_of(st.just(b"text/html"), accepts)
)
def test_any_path_gets_a_documented_answer(service: Service, path: bytes, method: bytes, accept: bytes) -> None:
    reply = exchange(service, method, path, {"Accept": accept})
    if method == b"HEAD":
        assert reply.status in GOOD | BAD and reply.body == b""
    else:
        check(reply)


# -- queries -----------------------------------------------------------------------------------------------

TOKENS = [
    "SELECT",
    "ASK",
    "CONSTRUCT",
    "DESCRIBE",
    "WHERE",
    "FROM",
    "NAMED",
    "GRAPH",
    "OPTIONAL",
    "UNION",
    "MINUS",
    "FILTER",
    "BIND",
    "VALUES",
    "SERVICE",
    "SILENT",
    "LOAD",
    "CLEAR",
    "INSERT",
    "DELETE",
    "DATA",
    "PREFIX",
    "BASE",
    "ORDER",
    "BY",
    "GROUP",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "DISTINCT",
    "REDUCED",
    "AS",
    "EXISTS",
    "NOT",
    "IN",
    "UNDEF",
    "COUNT(*)",
    "SUM",
    "AVG",
    "GROUP_CONCAT",
    "REGEX",
    "REPLACE",
    "STRLEN",
    "CONCAT",
    "IF",
    "COALESCE",
    "BNODE()",
    "UUID()",
    "NOW()",
    "RAND()",
    "STRDT",
    "LANG",
    "DATATYPE",
    "xsd:date",
    "akg:title",
    "akg:titel",
    "foaf:name",
    "a",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<<",
    ">>",
    "{|",
    "|}",
    ".",
    ";",
    ",",
    "*",
    "/",
    "|",
    "^",
    "!",
    "?",
    "+",
    "-",
    "=",
    "!=",
    "<",
    ">",
    "&&",
    "||",
    "^^",
    "@en",
    "@",
    "#",
    "$",
    "\\",
    "\\u0022",
    "\\u0000",
    "\\U00110000",
    "\\uD800",
    "%",
    "&",
    "~",
    "`",
    "?s",
    "?p",
    "?o",
    "?s",
    "?p",
    "?o",
    "$x",
    "_:b",
    "<http://example.org/>",
    "<relative>",
    "<>",
    "<http://",
    "<file:///etc/passwd>",
    "<urn:x>",
    '"text"',
    "'a'",
    '"""',
    "'''",
    '"\\""',
    '"é"',
    "1",
    "-1.5",
    "1e99",
    "9999999999999999999999999",
    "true",
    '"2020-99-99"^^xsd:date',
    "\x00",
    "\ufeff",
    "😀",
    "\ufffe",
]
soups = st.lists(st.sampled_from(TOKENS), max_size=30).map(" ".join)
patterns = st.lists(
    st.sampled_from(
        ["?s ?p ?o .", "?s akg:title ?t .", "{", "}", "FILTER(?s = 1)", "OPTIONAL {", "UNION", "?s akg:partOf+ ?o ."]
    ),
    max_size=8,
)
PREFIX = "PREFIX akg: <https://w3id.org/aseankg/ontology#> "
whole = st.builds(
    lambda form, inner, end: f"{PREFIX}{form} {{ {' '.join(inner)} }} {end}",
    st.sampled_from(["SELECT *", "SELECT (COUNT(*) AS ?n)", "ASK", "CONSTRUCT WHERE", "DESCRIBE ?s WHERE", "SELECT ?s"]),
    patterns,
    st.sampled_from(["", "LIMIT 3", "LIMIT -1", "ORDER BY ?s LIMIT 2", "GROUP BY ?s", "OFFSET 99999999999", "VALUES ?s { 1 }"]),
)  # fmt: skip
FORMATS = ["json", "xml", "csv", "tsv", "turtle", "rdfxml", "jsonld", "html"]


@few
@given(soups, st.sampled_from(FORMATS))
def test_a_soup_of_tokens_gets_a_documented_answer(service: Service, query: str, form: str) -> None:
    body = urlencode({"query": query, "format": form}).encode()
    check(exchange(service, b"POST", b"/sparql", {"Content-Type": b"application/x-www-form-urlencoded"}, body))


@few
@given(whole, st.sampled_from(FORMATS))
def test_a_query_nearly_right_gets_a_documented_answer(service: Service, query: str, form: str) -> None:
    check(exchange(service, b"GET", b"/sparql?" + urlencode({"query": query, "format": form}).encode(), {}))


@few
@given(st.text(max_size=100))
def test_any_text_as_a_query_gets_a_documented_answer(service: Service, text: str) -> None:
    octets = text.encode("utf-8", "surrogatepass")
    check(exchange(service, b"POST", b"/sparql", {"Content-Type": b"application/sparql-query"}, octets))


def test_after_all_that_a_query_is_answered_and_every_kind_of_answer_was_seen(service: Service) -> None:
    reply = exchange(service, b"GET", b"/sparql?query=ASK%7B%7D", {"Accept": JSON.encode()})
    assert (reply.status, json.loads(reply.body)["boolean"]) == (200, True)
    if service.seen.total() > 1000:  # not when this test runs alone
        assert {200, 400, 403, 404, 405, 406, 415} <= service.seen.keys(), service.seen
