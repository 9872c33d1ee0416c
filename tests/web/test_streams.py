"""Answers too large to be held: whole ones are the same bytes as ever, and a cut one is never taken for whole by a real parser.

Each case runs over both servers: gunicorn breaks a connection off, granian ends it, and neither may make an answer look whole. Not
here: what the limits are (test_limits), answers cut within the engine (tests/store).
"""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import socket
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat
from tests.web.conftest import SERVERS, Served, problem, put_build, served, until

from aseankg.builds import DATASET
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.store.request import FORMATS, QueryRequest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib uses its own old classes

P = NamedNode("http://example.org/p")
NASTY = 'a "quoted" \\ back\n{braces} ]}\t</result> # no comment . \u2028 é 😀'
ROWS = ("json", "xml", "csv", "tsv")
TRIPLES = ("turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads")
SPOILED = tuple(name for name in (*ROWS, *TRIPLES) if name not in ("csv", "tsv"))
LIMITS = {"rows": 3_000, "answer_bytes": 2_500_000, "deadline": 0.6}
# Of 70 things with values of 500 characters: 4,900 pairs.
PAIRS = "?a <http://example.org/p> ?v . ?b <http://example.org/p> ?w"
LONGER = PAIRS + " BIND(CONCAT(?v, ?w) AS ?u)"
ENDLESS = (
    f"{{ {PAIRS} FILTER(STR(?a) < 'http://example.org/4') }} UNION "
    "{ ?a ?p ?v . ?b ?q ?w . ?c ?r ?x . ?d ?s ?y . ?e ?t ?z FILTER(CONCAT(?v, ?w, ?x, ?y, ?z) = 'none') }"
)


def query_for(name: str, pattern: str, value: str = "?v") -> str:
    """A query of the form that the format is for."""
    if name in ROWS:
        return f"SELECT ?b {value} {{ {pattern} }}"
    return f"CONSTRUCT {{ ?b <http://example.org/at> {value} }} WHERE {{ {pattern} }}"


CUTS = {
    "rows": (PAIRS, "?v", "Stopped: the answer has more than 3,000"),
    "bytes": (LONGER, "?u", "Stopped: the answer is larger than 2,500,000 bytes"),
    "deadline": (ENDLESS, "?v", "Stopped after 0.6 s"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("streams")
    put_build(made, "first", "".join(f"{quad} .\n" for quad in quads()).encode())
    return made


def quads() -> Iterator[Quad]:
    for number in range(70):
        value = f"{number} {NASTY}".ljust(500, "x")
        yield Quad(NamedNode(f"http://example.org/{number}"), P, Literal(value), NamedNode("http://example.org/g"))


@pytest.fixture(scope="module", params=SERVERS)
def whole(folder: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A service whose limits are far."""
    with served(Settings(build_dir=str(folder), server=request.param, web_workers=1, deadline=60)) as running:
        yield running


@pytest.fixture(scope="module", params=SERVERS)
def short(folder: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A service whose limits are near."""
    with served(Settings(build_dir=str(folder), server=request.param, **LIMITS)) as running:  # type: ignore[arg-type]
        yield running


def fetch(service: Served, query: str, **more: str) -> tuple[http.client.HTTPResponse, bytes, bool]:
    """Return the answer, the bytes that came, and whether the connection was broken off."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    headers = {"Accept-Encoding": more.pop("encoding", "identity")}
    connection.request("GET", "/sparql?" + urlencode({"query": query, **more}), headers=headers)
    response = connection.getresponse()
    try:
        return response, response.read(), False
    except http.client.IncompleteRead as broken:
        return response, broken.partial, True
    finally:
        connection.close()


# -- whole ---------------------------------------------------------------------------------------------------


PLAIN = [(name, "identity") for name in (*ROWS, *TRIPLES)]


@pytest.mark.parametrize(("name", "encoding"), [*PLAIN, ("json", "gzip"), ("csv", "gzip"), ("turtle", "gzip")])
def test_a_whole_answer_in_parts_is_the_same_bytes(folder: Path, whole: Served, name: str, encoding: str) -> None:
    engine = LocalEngine(load(folder / "current" / DATASET), Settings())
    query = query_for(name, PAIRS)
    expected = engine.answer(QueryRequest(query, (name,))).body
    response, body, broken = fetch(whole, query, format=name, encoding=encoding)
    assert len(expected) > 2_000_000
    assert (response.status, broken, response.msg.get_content_type()) == (200, False, FORMATS[name].media_type)
    assert response.getheader("Content-Length") in (None, str(len(body)))
    assert (gzip.decompress(body) if encoding == "gzip" else body) == expected


def test_head_of_a_large_answer_has_the_headers_of_get(whole: Served) -> None:
    target = "/sparql?" + urlencode({"query": query_for("json", PAIRS)})
    get, head = (whole.send(method, target) for method in ("GET", "HEAD"))
    assert head.body == b"" and len(get.body) > 2_000_000
    unlike = {
        "Date",
        "Transfer-Encoding",
        "Content-Length",
        "Connection",
        "date",
        "transfer-encoding",
        "content-length",
    }
    kept = [{name: value for name, value in reply.headers.items() if name not in unlike} for reply in (get, head)]
    assert kept[0] == kept[1] and kept[0].get("ETag", kept[0].get("etag"))
    assert until(lambda: whole.board().in_flight() == 0)


def test_a_large_answer_that_the_asker_has_is_304(whole: Served) -> None:
    tag = whole.ask(query_for("json", PAIRS)).headers["ETag"]
    reply = whole.ask(query_for("json", PAIRS), If_None_Match=tag)
    assert (reply.status, reply.body) == (304, b"")


def peaks(service: Served) -> dict[int, int]:
    """The most memory, in kB, that each of its web processes has had."""
    statuses = {pid: Path(f"/proc/{pid}/status").read_text().splitlines() for pid in service.web_processes()}
    return {pid: int(line.split()[1]) for pid, lines in statuses.items() for line in lines if line.startswith("VmHWM")}


@pytest.mark.parametrize("name", ["json", "csv", "turtle"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_web_process_holds_little_of_a_large_answer(whole: Served, name: str, encoding: str) -> None:
    """More than 20 MB go through a process that grows by 10 MB at most: some parts on their way, never the whole."""
    query = query_for(name, PAIRS + " . ?c <http://example.org/p> ?x FILTER(STR(?c) < 'http://example.org/16')", "?u")
    query = query.replace("FILTER", "BIND(CONCAT(STR(?c), ?v) AS ?u) FILTER")
    before = peaks(whole)
    response, body, broken = fetch(whole, query, format=name, encoding=encoding)
    assert (response.status, broken) == (200, False)
    assert len(gzip.decompress(body) if encoding == "gzip" else body) > 20_000_000
    grown = {pid: peak - before[pid] for pid, peak in peaks(whole).items()}
    assert len(grown) == 1 and max(grown.values()) < 10_000, grown


# -- cut -----------------------------------------------------------------------------------------------------

OXIGRAPH_ROWS = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
OXIGRAPH = {
    "turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS,
}  # fmt: skip
RDFLIB = {
    "turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld", "trig": "trig", "nquads": "nquads",
}  # fmt: skip


def parsers(name: str) -> dict[str, Callable[[bytes], object]]:
    """The parsers of a format that people use."""
    found: dict[str, Callable[[bytes], object]] = {}
    if name in ("json", "jsonld"):
        found["json"] = json.loads
    if name in ("xml", "rdfxml"):
        found["xml.etree"] = ElementTree.fromstring
    if name in ROWS:
        known = OXIGRAPH_ROWS[name]
        found["rdflib"] = lambda body: len(rdflib.query.Result.parse(io.BytesIO(body), format=name))
        found["pyoxigraph"] = lambda body: list(pyoxigraph.parse_query_results(body, format=known))  # type: ignore[arg-type]
    else:
        found["rdflib"] = lambda body: rdflib.Dataset().parse(io.BytesIO(body), format=RDFLIB[name])
        found["pyoxigraph"] = lambda body: list(pyoxigraph.parse(body, OXIGRAPH[name]))
    return found


def taken_by(name: str, body: bytes) -> list[str]:
    """The parsers that take the bytes for a whole answer."""
    found = []
    for parser, parse in parsers(name).items():
        try:
            parse(body)
        except Exception:  # each has errors of its own
            continue
        found.append(parser)
    return found


@pytest.mark.parametrize("name", SPOILED)
def test_the_parsers_take_a_whole_answer(short: Served, name: str) -> None:
    _, body, broken = fetch(short, query_for(name, PAIRS) + " LIMIT 30", format=name)
    assert not broken and taken_by(name, body) == list(parsers(name))


# The server that cannot break off is looked at for every limit.
CASES = [(SERVERS[0], limit) for limit in CUTS] + [(server, "rows") for server in SERVERS[1:]]


@pytest.mark.parametrize("name", SPOILED)
@pytest.mark.parametrize(("short", "limit"), CASES, indirect=["short"])
def test_no_parser_takes_a_cut_answer_for_whole(short: Served, limit: str, name: str) -> None:
    pattern, value, words = CUTS[limit]
    response, body, broken = fetch(short, query_for(name, pattern, value), format=name)
    assert (response.status, len(body) > 900_000) == (200, True), body[:300]
    assert broken == (short.settings.server == "gunicorn")  # granian ends the chunks as if nothing had happened
    assert b"\n\nBROKEN OFF: " + words.encode() in body[-500:]
    assert taken_by(name, body) == []


@pytest.mark.parametrize("name", SPOILED)
@pytest.mark.parametrize("limit", ["bytes"])
def test_so_it_is_in_gzip_even_for_who_reads_what_there_is(short: Served, limit: str, name: str) -> None:
    pattern, value, words = CUTS[limit]
    response, body, broken = fetch(short, query_for(name, pattern, value), format=name, encoding="gzip")
    assert (response.status, response.getheader("Content-Encoding")) == (200, "gzip")
    assert broken == (short.settings.server == "gunicorn")
    with pytest.raises(EOFError):
        gzip.decompress(body)
    lenient = zlib.decompressobj(wbits=31)
    text = lenient.decompress(body)
    assert not lenient.eof and len(text) > 900_000
    assert b"\n\nBROKEN OFF: " + words.encode() in text[-500:]
    assert taken_by(name, text) == []


@pytest.mark.parametrize("name", ["csv", "tsv"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("limit", CUTS)
def test_csv_and_tsv_give_an_error_and_no_rows(short: Served, limit: str, encoding: str, name: str) -> None:
    pattern, value, words = CUTS[limit]
    reply = short.ask(query_for(name, pattern, value), [("format", name)], Accept_Encoding=encoding)
    assert words in problem(reply, 504)


def test_large_csv_within_the_limits_is_whole(short: Served) -> None:
    reply = short.ask(query_for("csv", PAIRS) + " LIMIT 3000", [("format", "csv")])
    assert len(list(csv.reader(io.StringIO(reply.body.decode(), newline="")))) == 3001


def test_line_ends_within_values_are_no_rows(short: Served) -> None:
    """1,000 rows are within the limit of 3,000, however many lines their values have."""
    query = f"SELECT (CONCAT(?v, '\\r\\n\\r\\n\\r\\n\\r\\n') AS ?u) {{ {PAIRS} }} LIMIT 1000"
    reply = short.ask(query, [("format", "csv")])
    assert reply.status == 200, reply.body
    assert len(list(csv.reader(io.StringIO(reply.body.decode(), newline="")))) == 1001


def test_a_cut_answer_is_never_kept(short: Served) -> None:
    query = query_for("json", PAIRS)
    tag = fetch(short, query)[0].getheader("ETag") or '"none"'
    assert short.ask(query, [("format", "csv")], If_None_Match="*").status == 504
    reply, _, _ = fetch(short, query)
    assert reply.getheader("Content-Length") is None and tag


# -- limit=notice --------------------------------------------------------------------------------------------

NOTICED = ("json", "xml", "turtle", "ntriples", "rdfxml", "trig", "nquads")


@pytest.mark.parametrize("name", NOTICED)
def test_who_asks_for_it_gets_a_part_that_says_so(short: Served, name: str) -> None:
    reply = short.ask(query_for(name, PAIRS), [("format", name), ("limit", "notice")])
    notice = reply.headers["Aseankg-Notice"]
    assert reply.status == 200 and notice.startswith("Cut: these are the first 3,000 ")
    assert notice.encode() in reply.body
    assert taken_by(name, reply.body) == list(parsers(name))
    found = parsers(name)["pyoxigraph"](reply.body)
    assert isinstance(found, list) and len(found) == 3000


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonld"])
def test_a_format_without_a_place_for_a_notice_is_406(short: Served, name: str) -> None:
    reply = short.ask(query_for(name, PAIRS), [("format", name), ("limit", "notice")])
    assert f"A cut answer in {name} would look whole" in problem(reply, 406)
    assert ", ".join(NOTICED) in problem(reply, 406)


def test_a_notice_is_no_leave_to_run_on(short: Served) -> None:
    reply = short.ask(query_for("json", ENDLESS), [("limit", "notice")])
    assert "Stopped after 0.6 s" in problem(reply, 504)


# -- gone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "encoding"), [("json", "identity"), ("turtle", "gzip")])
def test_a_client_that_goes_away_frees_its_place_and_its_process(whole: Served, name: str, encoding: str) -> None:
    """It leaves at the first bytes of 20 MB, far before the deadline of its query."""
    query = query_for(name, PAIRS + " . ?c <http://example.org/p> ?x")
    target = "/sparql?" + urlencode({"query": query, "format": name})
    for _ in range(5):
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(20)
            connection.connect(("127.0.0.1", whole.port))
            head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\n\r\n"
            connection.sendall(head.encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
            assert whole.board().in_flight() >= 1
    board = whole.board()
    assert until(lambda: board.in_flight() == 0, 20)  # the deadline is 60 s
    assert until(lambda: not any(board.busy(desk) for desk in range(board.desks)), 20)
    assert whole.ask("ASK {}").status == 200
