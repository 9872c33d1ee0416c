"""Requests that no library would send: broken as HTTP, endless, slow, or a thousand at once. The service refuses them and goes on.

Each is sent through a plain socket to the real server, and after each an ordinary query has to be answered. Not here: requests that
are whole as HTTP but hold nonsense (test_fuzz), queries that are too heavy (the tests of the limits).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import resource
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPMessage
from urllib.parse import urlencode

import pytest
from tests.web.conftest import SERVERS, served, until

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.request import Answer, QueryRequest
from aseankg.web import create_app

HOST = b"Host: localhost\r\n"
ASK = b"/sparql?query=ASK%7B%7D"
FORM, DIRECT = b"application/x-www-form-urlencoded", b"application/sparql-query"
HUGE = 100 * 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """What came back; status 0 is a connection that was closed without a word."""

    status: int
    headers: HTTPMessage
    body: bytes = b""


@dataclass(frozen=True)
class Service:
    """A running service."""

    port: int
    server: str

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def send(self, octets: bytes, method: str = "GET") -> Reply:
        """Send these bytes and read one answer, which may come before all is sent."""
        with self.connect() as connection:
            with suppress(ConnectionError):
                connection.sendall(octets)
            return read(connection, method)

    def get(self, target: bytes, headers: bytes = b"") -> Reply:
        return self.send(b"GET %s HTTP/1.1\r\n%sConnection: close\r\n%s\r\n" % (target, HOST, headers))

    def post(self, content_type: bytes, body: bytes, target: bytes = b"/sparql") -> Reply:
        head = b"POST %s HTTP/1.1\r\n%sConnection: close\r\nContent-Type: %s\r\n" % (target, HOST, content_type)
        return self.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def answers(self) -> bool:
        """Say whether an ordinary query is answered rightly."""
        reply = self.get(ASK, b"Accept: application/sparql-results+json\r\n")
        return reply.status == 200 and json.loads(reply.body)["boolean"] is True


def read(connection: socket.socket, method: str = "GET") -> Reply:
    """Read one answer; what is no HTTP but an end is status 0, silence for 10 s is an error of the test."""
    with contextlib.closing(http.client.HTTPResponse(connection, method=method)) as response:
        try:
            response.begin()
            return Reply(response.status, response.msg, response.read())
        except (ConnectionError, http.client.HTTPException):
            return Reply(0, HTTPMessage())


def few_files() -> None:
    """The server has no more file descriptors than most systems give."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))


@pytest.fixture(scope="module", params=SERVERS)
def running(published: Build, request: pytest.FixtureRequest) -> Iterator[Service]:
    settings = Settings(build_dir=str(published.folder.parent), server=request.param, deadline=2)
    with served(settings, few_files) as running:
        yield Service(running.port, request.param)


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The service, which has to answer an ordinary query after the test, whatever that did."""
    yield running
    assert running.answers()


def words(reply: Reply) -> str:
    """The words of a problem."""
    assert reply.headers.get_content_type() == "application/problem+json", reply
    body = json.loads(reply.body)
    assert body["status"] == reply.status and b"Traceback" not in reply.body
    return str(body["detail"])


# -- whole requests with bytes that mean nothing -----------------------------------------------------------


@pytest.mark.parametrize(
    "accept", [b";;;", b"text/csv;q=x", b"*", b",,,", b"text/csv;;q=1,,", b"/", b"\xe9\xff", b"a" * 5000, b"text/html;q=-1",
               b'text/csv;a="', b"\t", b"*/csv", b"text/csv;q=0.00000000001", b"text/csv," * 500],
)  # fmt: skip
def test_a_malformed_accept_is_passed_over_or_406(service: Service, accept: bytes) -> None:
    assert service.get(ASK, b"Accept: %s\r\n" % accept).status in (200, 406)


@pytest.mark.parametrize(
    "sent",
    [
        b"%",
        b"%z",
        b"%zz",
        b"%4",
        b"ASK%7B%7D%",
        b"ASK%7B%7D%4",
        b"ASK%7B%7D%zz",
        b"%%",
        b"%u0041",
        b"%00",
        b"ASK%7B%00%7D",
    ],
)
def test_a_malformed_percent_sign_is_no_query(service: Service, sent: bytes) -> None:
    assert "column" in words(service.get(b"/sparql?query=" + sent)) or "U+0000" in words(
        service.post(FORM, b"query=" + sent)
    )
    assert service.get(b"/sparql?query=" + sent).status == 400
    assert service.post(FORM, b"query=" + sent).status == 400


NOT_UTF8 = {
    "a lone byte": b"\xff", "a cut character": b"\xc3", "an overlong form": b"\xc0\xaf", "a surrogate": b"\xed\xa0\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80", "Latin-1": "é".encode("latin-1"), "UTF-16": "é".encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("octets", NOT_UTF8.values(), ids=NOT_UTF8)
def test_what_is_no_utf8_is_400_and_says_so(service: Service, octets: bytes) -> None:
    query = b'ASK { ?s ?p "%s" }' % octets
    escaped = urlencode({"query": query}).encode()
    for reply in (service.get(b"/sparql?" + escaped), service.post(FORM, escaped), service.post(DIRECT, query)):
        assert reply.status == 400 and "UTF-8" in words(reply)
    assert service.post(FORM, b"query=" + query).status == 400
    assert service.get(b"/sparql?query=" + query.replace(b" ", b"+")).status == 400


def test_nul_bytes_are_refused_wherever_they_stand(service: Service) -> None:
    for reply in (
        service.get(b"/sparql?query=\x00"), service.get(b"/\x00"), service.get(b"/%00"), service.get(b"/static/%00"),
        service.get(b"/id/body/%00"), service.get(ASK + b"&default-graph-uri=%00"), service.get(ASK + b"&format=%00"),
        service.get(ASK, b"X: \x00\r\n"), service.post(DIRECT, b"ASK {\x00}"), service.post(FORM, b"query=ASK{\x00}"),
        service.post(DIRECT + b"\x00", b"ASK {}"),
    ):  # fmt: skip
        assert reply.status in (0, 400, 404, 415), reply


def test_an_unknown_format_or_layer_is_400_and_names_the_known(service: Service) -> None:
    assert "turtle" in words(service.get(ASK + b"&format=turtel"))
    unknown = service.get(ASK + b"&default-graph-uri=https://w3id.org/aseankg/graph/layer/statd")
    assert unknown.status == 400 and "stated" in words(unknown)


@pytest.mark.parametrize("clause", ["GRAPH <http://example.org/no> { ?s ?p ?o }", "?s ?p ?o"])
def test_a_graph_that_does_not_exist_holds_nothing(service: Service, clause: str) -> None:
    query = urlencode({"query": f"SELECT * FROM <http://example.org/no> {{ {clause} }}", "format": "csv"})
    reply = service.get(b"/sparql?" + query.encode())
    assert (reply.status, reply.body.count(b"\r\n")) == (200, 1)


def test_ten_thousand_parameters_are_no_harm(service: Service) -> None:
    many = b"&".join(b"a%d=%d" % (number, number) for number in range(10_000))
    assert service.post(FORM, b"query=ASK%7B%7D&" + many).status in (200, 400, 413)
    assert service.post(FORM, b"query=ASK%7B%7D&" * 10_000).status in (400, 413)
    assert service.post(FORM, b"query=ASK%7B%7D" + b"&default-graph-uri=a:b" * 10_000).status in (200, 400, 413)


# -- broken as HTTP ----------------------------------------------------------------------------------------

# What each may get besides 400 and an end without a word. 505 is what RFC 9110 has for a version; it is no fault of the server.
BROKEN = {
    "HTTP/0.9": (b"GET /\r\n\r\n", ()),
    "no line at all": (b"\r\n\r\n\r\n", ()),
    "letters": (b"hello\r\n\r\n", ()),
    "noise": (bytes(range(256)) + b"\r\n\r\n", ()),
    "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", ()),
    "HTTP/2 without being asked": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (505,)),
    "a version to come": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", (505,)),
    "a version that is none": (b"GET / HTTQ/1.1\r\n" + HOST + b"\r\n", (505,)),
    "a blank in the target": (b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", (404,)),
    "a method of symbols": (b"G@T / HTTP/1.1\r\n" + HOST + b"\r\n", (405,)),
    "a method in small letters": (b"get / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", (405,)),
    "CONNECT": (b"CONNECT localhost:22 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", (404, 405)),
    "TRACE": (b"TRACE / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", (405,)),
    "the target *": (b"GET * HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", (404,)),
    "a target without a slash": (b"GET sparql HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", (404,)),
    "a header without a colon": (b"GET / HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n", ()),
    "a header without a name": (b"GET / HTTP/1.1\r\n" + HOST + b": value\r\n\r\n", ()),
    "a blank before the colon": (b"GET / HTTP/1.1\r\n" + HOST + b"Accept : */*\r\n\r\n", ()),
    "a lone CR": (b"GET / HTTP/1.1\r\n" + HOST + b"Accept: a\rb\r\n\r\n", ()),
    "two lengths": (
        b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}", ()),
    "a length below zero": (b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", ()),
    "a length that is no number": (b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Length: six\r\n\r\n", ()),
    "a length beyond all": (b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Length: %s\r\n\r\n" % (b"9" * 40), (413, 415)),
    "a chunk that is none": (
        b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: " + DIRECT + b"\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", ()),
    "a chunk beyond all": (
        b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: " + DIRECT
        + b"\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", (413,)),
    "a coding nobody knows": (
        b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: " + DIRECT + b"\r\nTransfer-Encoding: rot13\r\n\r\n", (501,)),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_http_is_refused_or_cut_off(service: Service, name: str) -> None:
    sent, more = BROKEN[name]
    with service.connect() as connection:
        connection.sendall(sent)
        with suppress(OSError):  # it may have been cut off already
            connection.shutdown(socket.SHUT_WR)
        assert read(connection).status in (0, 400, *more)


def test_a_length_and_chunks_at_once_are_never_read_as_two_requests(service: Service) -> None:
    """RFC 9112, 6.3: the smuggled request within the body gets no answer of its own."""
    body = b"0\r\n\r\nGET /health HTTP/1.1\r\n" + HOST + b"\r\n"
    head = b"POST /sparql HTTP/1.1\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n" % (HOST, DIRECT, len(body))
    with service.connect() as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                received += part
    assert b" 50" not in received[:20] and b'"ok"' not in received


def test_the_target_may_be_a_whole_address(service: Service) -> None:
    """RFC 9112, 3.2.2: a server takes the absolute form."""
    assert service.get(b"http://localhost" + ASK).status == 200


def test_two_requests_in_one_packet_get_two_answers_in_order(service: Service) -> None:
    one, two = b"SELECT%20(1%20AS%20%3Fn)%7B%7D", b"SELECT%20(2%20AS%20%3Fn)%7B%7D"
    with service.connect() as connection:
        connection.sendall(
            b"GET /sparql?format=csv&query=%s HTTP/1.1\r\n%s\r\n" % (one, HOST)
            + b"GET /sparql?format=csv&query=%s HTTP/1.1\r\n%sConnection: close\r\n\r\n" % (two, HOST)
        )
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 200") == 2
    assert received.index(b"n\r\n1\r\n") < received.index(b"n\r\n2\r\n")


# -- too much ----------------------------------------------------------------------------------------------

FLOODS = {
    "5,000 headers": b"".join(b"X-%d: y\r\n" % number for number in range(5000)),
    "a header of 1 MB": b"X: " + b"y" * 1_000_000 + b"\r\n",
    "an Accept of 1 MB": b"Accept: " + b"text/csv," * 110_000 + b"\r\n",
    "a name of 1 MB": b"X" * 1_000_000 + b": y\r\n",
}


@pytest.mark.parametrize("headers", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_headers_is_refused(service: Service, headers: bytes) -> None:
    assert service.get(ASK, headers).status in (0, 400, 413, 431)


@pytest.mark.parametrize("start", [b"/", ASK + b"&x=", b"/sparql?query="], ids=["path", "parameter", "query"])
def test_a_request_line_of_1_mb_is_refused(service: Service, start: bytes) -> None:
    assert service.get(start + b"y" * 1_000_000).status in (0, 400, 413, 414, 431)


def pour(connection: socket.socket, block: bytes, most: int) -> int:
    """Send a block again and again until an answer comes, the other side hangs up, or `most` bytes are sent."""
    sent = 0
    connection.settimeout(15)
    while sent < most:
        readable, writable, _ = select.select([connection], [connection], [], 15)
        if readable or not writable:
            break
        try:
            sent += connection.send(block)
        except ConnectionError:
            break
    return sent


CHUNK = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("media_type", [FORM, DIRECT, b"text/plain", b"multipart/form-data; boundary=x"])
@pytest.mark.parametrize("path", [b"/sparql", b"/", b"/no/such/path"])
def test_a_body_of_100_mb_is_refused_without_being_read(
    service: Service, path: bytes, media_type: bytes, framing: str
) -> None:
    size = b"Transfer-Encoding: chunked" if framing == "chunked" else b"Content-Length: %d" % HUGE
    with service.connect() as connection:
        connection.sendall(b"POST %s HTTP/1.1\r\n%sContent-Type: %s\r\n%s\r\n\r\n" % (path, HOST, media_type, size))
        sent = pour(connection, CHUNK if framing == "chunked" else b"a" * 0x10000, HUGE)
        reply = read(connection)
    assert sent < HUGE / 4  # what lies in the buffers of two sockets, and no more
    assert reply.status in (0, 400, 404, 405, 413, 415)
    if path == b"/sparql" and media_type in (FORM, DIRECT) and reply.status:
        assert reply.status == 413 and "at most" in words(reply)


def test_a_form_in_chunks_is_never_cut_in_silence(service: Service) -> None:
    """The query stands within what may be read, a parameter that might change its answer beyond."""
    parts = [b"query=ASK%7B%7D&x=", *[b"a" * 0x10000] * 48, b"&default-graph-uri=nothing"]
    head = b"POST /sparql HTTP/1.1\r\n%sContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % (HOST, FORM)
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    assert service.send(head + body + b"0\r\n\r\n").status in (0, 413)


@pytest.mark.parametrize("media_type", [FORM, DIRECT])
def test_who_asks_first_whether_to_send_100_mb_is_told_no(service: Service, media_type: bytes) -> None:
    head = b"POST /sparql HTTP/1.1\r\n%sContent-Type: %s\r\nExpect: 100-continue\r\n" % (HOST, media_type)
    assert service.send(head + b"Content-Length: %d\r\n\r\n" % HUGE, "POST").status == 413


# -- slow, idle, gone --------------------------------------------------------------------------------------


@contextmanager
def dripping(connections: list[socket.socket], byte: bytes) -> Iterator[None]:
    """Send one byte a moment on each of the connections while the block runs."""
    ended = threading.Event()

    def drip() -> None:
        while not ended.wait(0.02):
            for connection in connections:
                with suppress(OSError):
                    connection.send(byte)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def opened(stack: ExitStack, service: Service, count: int, first: bytes = b"") -> list[socket.socket]:
    """Open connections that each begin with these bytes."""
    made = []
    for _ in range(count):
        connection = stack.enter_context(service.connect())
        if first:
            connection.sendall(first)
        made.append(connection)
    return made


BODY = b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: " + DIRECT + b"\r\n"
SLOW = {
    "10 that drip a request line": (10, b"G", b"E"),
    "10 that drip headers": (10, b"GET / HTTP/1.1\r\n" + HOST + b"X: ", b"y"),
    "20 that drip a body": (20, BODY + b"Content-Length: 50000\r\n\r\n", b"#"),
    "40 that drip a body": (40, BODY + b"Content-Length: 50000\r\n\r\n", b"#"),
    "40 that drip chunks": (40, BODY + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", b"#"),
    "40 that drip headers": (40, b"GET / HTTP/1.1\r\n" + HOST + b"X: ", b"y"),
}


@pytest.mark.parametrize(("count", "first", "byte"), SLOW.values(), ids=SLOW)
def test_slow_senders_keep_nobody_waiting(service: Service, count: int, first: bytes, byte: bytes) -> None:
    with ExitStack() as stack:
        slow = opened(stack, service, count, first)
        with dripping(slow, byte):
            time.sleep(0.2)  # so that each of them is being read
            assert [service.answers() for _ in range(20)] == [True] * 20


def test_bodies_that_nobody_wants_keep_nobody_waiting(service: Service) -> None:
    """300 begin to send what has no place there: the answer comes before it."""
    head = b"POST /health HTTP/1.1\r\n%sContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nx" % HOST
    with ExitStack() as stack:
        for connection in opened(stack, service, 100 if service.server == "gunicorn" else 300, head):
            assert connection.recv(12) == b"HTTP/1.1 405"
        assert [service.answers() for _ in range(20)] == [True] * 20


def test_an_address_with_two_slashes_is_none(service: Service) -> None:
    for target in (b"//sparql", b"//sparql?query=ASK%7B%7D", b"/sparql/"):
        assert service.get(target).status in (308, 404)


def test_slow_readers_keep_nobody_waiting(service: Service) -> None:
    """20 ask for the whole dataset, twelve times what the buffers hold, and read none of it."""
    query = urlencode({"query": "SELECT * { ?s ?p ?o }", "format": "xml"}).encode()
    with ExitStack() as stack:
        reading = 0
        while reading < 20:
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(15)
            connection.connect(("127.0.0.1", service.port))
            connection.sendall(b"GET /sparql?%s HTTP/1.1\r\n%s\r\n" % (query, HOST))
            status = connection.recv(12)
            assert status in (b"HTTP/1.1 200", b"HTTP/1.1 429")  # no more than eight are made at once for one address
            reading += status.endswith(b"200")
        assert [service.answers() for _ in range(20)] == [True] * 20


# gunicorn gives each unsent request a thread: it belongs behind a proxy that buffers them (docs/service.md).
UNSENT = {"that say nothing", "that stop within the request line", "that stop within the headers"}
IDLE = {
    "that say nothing": b"",
    "that stop within the request line": b"GET /spar",
    "that stop within the headers": b"GET / HTTP/1.1\r\nHost: loc",
    "that were answered and stay": b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process have 2,000 open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2000:
        resource.setrlimit(resource.RLIMIT_NOFILE, (2000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
@pytest.mark.parametrize("kind", IDLE)
def test_a_thousand_idle_connections_keep_nobody_waiting(service: Service, kind: str) -> None:
    count = 100 if service.server == "gunicorn" and kind in UNSENT else 1000
    with ExitStack() as stack:
        opened(stack, service, count, IDLE[kind])
        assert [service.answers() for _ in range(20)] == [True] * 20


def test_askers_that_go_away_leave_nothing_waiting(service: Service) -> None:
    heavy = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"}).encode()
    for target in (ASK, b"/sparql?" + heavy):
        for _ in range(20):
            with service.connect() as connection:
                connection.sendall(b"GET %s HTTP/1.1\r\n%s\r\n" % (target, HOST))
    deadline = time.monotonic() + 15  # those that went away may fill the queue until they are noticed or stopped
    while not service.answers():
        assert time.monotonic() < deadline


# -- HEAD and OPTIONS everywhere ---------------------------------------------------------------------------


class NoEngine:
    """An engine that is not asked: only the addresses of the application are looked at."""

    build = ""

    def in_flight(self) -> int:
        return 0

    def answer(self, request: QueryRequest) -> Answer:
        raise NotImplementedError


# Of the contract, so that not all are addresses of nothing.
KNOWN = [
    b"/id/body/acmw", b"/id/body/acmw.ttl", b"/ontology.ttl", b"/graph/plan/rap-vientiane", b"/dump/SHA256SUMS",
    b"/api/questions/body-involvement?body=acmw", b"/static/style.css", ASK,
]  # fmt: skip


def routes() -> list[bytes]:
    """One address of each route, and those of the contract.

    `1`, or the first value that it may have, stands for each part that varies.
    """
    rules = create_app(NoEngine(), Settings()).url_map.iter_rules()
    fixed = (re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule) for rule in rules)
    return KNOWN + [re.sub(r"<[^>]+>", "1", rule).encode() for rule in fixed]


def test_head_is_get_without_a_body_on_every_route(service: Service) -> None:
    looked_at = {}
    # Queries of the tests before, whose clients are gone, may still run: they count as this client's.
    assert until(lambda: service.get(b"/api/questions/abbreviations").status == 200, 30)
    for path in routes():
        get = service.get(path)
        head = service.send(b"HEAD %s HTTP/1.1\r\n%sConnection: close\r\n\r\n" % (path, HOST), "HEAD")
        looked_at[path] = (get.status, head.status, head.body)
    assert len(looked_at) > len(KNOWN) + 3
    assert {path: found for path, found in looked_at.items() if found[0] != found[1] or found[2]} == {}
    assert {path: found for path, found in looked_at.items() if found[0] >= 500} == {}


def test_options_says_what_is_allowed_on_every_route(service: Service) -> None:
    looked_at = {}
    for path in routes():
        reply = service.send(b"OPTIONS %s HTTP/1.1\r\n%sConnection: close\r\n\r\n" % (path, HOST))
        looked_at[path] = (reply.status, "OPTIONS" in reply.headers.get("Allow", ""))
    assert len(looked_at) > len(KNOWN) + 3
    assert {path: found for path, found in looked_at.items() if found not in ((200, True), (204, True))} == {}
