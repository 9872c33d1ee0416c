"""The SPARQL 1.1 Protocol over real HTTP: the W3C's test cases one by one, then what HTTP itself asks of the endpoint.

The cases are those of the manifest data-sparql11/protocol, by its names and with its graphs; the service is for reading only, so
each update case is to be refused. Not here: the limits of a query, the pages, the words of each error (test_sparql).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import http.client
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result
from tests.web.conftest import Reply, Served, problem, served

from aseankg.builds import DATASET, MANIFEST, Build
from aseankg.settings import Settings

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
ZERO, ONE, TWO, THREE = (DATA.format(number) for number in range(4))
A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
QUADS = "".join(f"<{iri}> <{A}> <http://xmlns.com/foaf/0.1/Document> <{iri}> .\n" for iri in (ZERO, ONE, TWO, THREE))
FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ORIGIN = "https://researcher.example"


@pytest.fixture(scope="module")
def endpoint(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service over the published build with the graphs of the W3C's tests added."""
    folder = tmp_path_factory.mktemp("protocol")
    shutil.copytree(published.folder, folder / "current")
    _add(folder / "current", QUADS.encode())
    with served(Settings(build_dir=str(folder), client_queries=64)) as service:
        yield service


def _add(folder: Path, quads: bytes) -> None:
    octets = (folder / DATASET).read_bytes() + quads
    (folder / DATASET).write_bytes(octets)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][DATASET] |= {"bytes": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(manifest))


# -- the cases of the W3C ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One request of the manifest, and what it expects: `true`, rows, triples, or a status."""

    expected: str | int
    method: str = "GET"
    parameters: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    content_type: str | None = None


def graphs(kind: str, *iris: str) -> list[tuple[str, str]]:
    return [(f"{kind}-graph-uri", iri) for iri in iris]


def direct(expected: str | int, query: str, *parameters: tuple[str, str]) -> Case:
    return Case(expected, "POST", list(parameters), query.encode(), DIRECT)


IN_DEFAULT = f"ASK {{ <{ONE}> a ?type . <{TWO}> a ?type . }}"
IN_NAMED = f"ASK {{ GRAPH ?g1 {{ <{ONE}> a ?type }} GRAPH ?g2 {{ <{TWO}> a ?type }} }}"
IN_BOTH = f"ASK {{ <{THREE}> a ?type GRAPH ?g1 {{ <{ONE}> a ?type }} GRAPH ?g2 {{ <{TWO}> a ?type }} }}"
FROM_THREE = IN_NAMED.replace("ASK", f"ASK FROM <{THREE}>")
GIVEN_ZERO = graphs("default", ZERO)
GIVEN_NAMED = graphs("named", ONE, TWO)

QUERIES = {
    "query_get": Case("true", parameters=[("query", "ASK {}"), *GIVEN_ZERO]),
    "query_post_form": Case("true", "POST", GIVEN_ZERO, b"query=ASK%20%7B%7D", FORM),
    "query_post_direct": direct("true", "ASK {}"),
    "query_dataset_default_graph": Case(
        "true", parameters=[("query", f"ASK {{ <{ONE}> a ?type }}"), *graphs("default", ONE)]
    ),
    "query_dataset_default_graphs_get": Case("true", parameters=[("query", IN_DEFAULT), *graphs("default", ONE, TWO)]),
    "query_dataset_default_graphs_post": direct("true", IN_DEFAULT, *graphs("default", ONE, TWO)),
    "query_dataset_named_graphs_get": Case("true", parameters=[("query", IN_NAMED), *GIVEN_NAMED]),
    "query_dataset_named_graphs_post": direct("true", IN_NAMED, *GIVEN_NAMED),
    "query_dataset_full": direct("true", IN_BOTH, *graphs("default", THREE), *GIVEN_NAMED),
    "query_multiple_dataset": direct("true", FROM_THREE, *GIVEN_NAMED),
    "query_content_type_select": direct("rows", "SELECT (1 AS ?value) {}", *GIVEN_ZERO),
    "query_content_type_ask": direct("true", "ASK {}", *GIVEN_ZERO),
    "query_content_type_describe": direct("triples", "DESCRIBE <http://example.org/>", *GIVEN_ZERO),
    "query_content_type_construct": direct("triples", "CONSTRUCT { <s> <p> 1 } WHERE {}", *GIVEN_ZERO),
    "bad_query_method": Case(405, "PUT", [("query", "ASK {}"), *GIVEN_ZERO], None, FORM),
    "bad_multiple_queries": Case(400, parameters=[("query", "ASK {}"), ("query", "SELECT * {}")]),
    "bad_query_wrong_media_type": Case(415, "POST", [], b"ASK {}", "text/plain"),
    "bad_query_missing_form_type": Case(415, "POST", [], b"query=ASK%20%7B%7D"),
    "bad_query_missing_direct_type": Case(415, "POST", [], b"ASK {}"),
    "bad_query_non_utf8": Case(400, "POST", [], "ASK {}".encode("utf-16"), f"{DIRECT}; charset=UTF-16"),
    "bad_query_syntax": Case(400, parameters=[("query", "ASK {")]),
}
MADE = "http://example.org/protocol-update-dataset-test/"
INSERT = f"CLEAR ALL ; INSERT DATA {{ GRAPH <{MADE}> {{ <{ONE}> a <http://xmlns.com/foaf/0.1/Document> }} }}".encode()
ENCODED = urlencode({"update": INSERT}).encode()
CONFLICT = "INSERT { ?s ?p ?o } USING <http://example.org/> WHERE { ?s ?p ?o }"
UPDATES = {
    "update_dataset_default_graph": Case(403, "POST", [("using-graph-uri", ONE)], INSERT, UPDATE),
    "update_dataset_default_graphs": Case(
        403, "POST", [("using-graph-uri", ONE), ("using-graph-uri", TWO)], INSERT, UPDATE
    ),
    "update_dataset_named_graphs": Case(403, "POST", [("using-named-graph-uri", ONE)], INSERT, UPDATE),
    "update_dataset_full": Case(
        403, "POST", [("using-graph-uri", ONE), ("using-named-graph-uri", TWO)], INSERT, UPDATE
    ),
    "update_post_form": Case(403, "POST", [], ENCODED, FORM),
    "update_post_direct": Case(403, "POST", [], INSERT, UPDATE),
    "update_base_uri": Case(403, "POST", [], b"CLEAR GRAPH <http://example.org/protocol-base-test/>", UPDATE),
    "bad_update_get": Case(403, parameters=[("update", "CLEAR ALL")]),
    "bad_multiple_updates": Case(403, "POST", [], b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM),
    "bad_update_wrong_media_type": Case(415, "POST", [], b"CLEAR NAMED", "text/plain"),
    "bad_update_missing_form_type": Case(415, "POST", [], b"update=CLEAR%20NAMED"),
    "bad_update_non_utf8": Case(403, "POST", [], "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16"),
    "bad_update_syntax": Case(403, "POST", [], b"update=CLEAR%20XYZ", FORM),
    "bad_update_dataset_conflict": Case(
        403, "POST", [], urlencode({"update": CONFLICT, "using-named-graph-uri": TWO}).encode(), FORM
    ),
    "update sent as a query": Case(403, parameters=[("query", "CLEAR ALL")]),
    "update sent directly as a query": direct(403, INSERT.decode()),
}
PARSERS = {"application/sparql-results+json": "json", "application/sparql-results+xml": "xml"}


def send(endpoint: Served, case: Case, **headers: str) -> Reply:
    if case.content_type is not None:
        headers["Content_Type"] = case.content_type
    target = "/sparql" + ("?" + urlencode(case.parameters) if case.parameters else "")
    return endpoint.send(case.method, target, case.body, **headers)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_case_of_the_w3c_gets_what_its_manifest_expects(endpoint: Served, name: str) -> None:
    case = QUERIES[name]
    reply = send(endpoint, case)
    if isinstance(case.expected, int):
        assert len(problem(reply, case.expected)) > 20
        return
    assert reply.status == 200, reply.body
    if case.expected == "triples":
        found = rdflib.Graph().parse(reply.body, format=reply.media_type)
        assert len(found) == (1 if b"CONSTRUCT" in (case.body or b"") else 0)
        return
    result = Result.parse(io.BytesIO(reply.body), format=PARSERS[reply.media_type])
    assert (
        result.askAnswer is True if case.expected == "true" else [*result.bindings[0].values()] == [rdflib.Literal(1)]
    )


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_case_of_the_w3c_is_refused_with_a_reason(endpoint: Served, name: str) -> None:
    case = UPDATES[name]
    words = problem(send(endpoint, case), int(case.expected))
    assert case.expected == 415 or "reading only" in words or "update" in words
    assert json.loads(endpoint.ask(f"ASK {{ GRAPH <{MADE}> {{ ?s ?p ?o }} }}").body)["boolean"] is False
    assert json.loads(endpoint.ask(f"ASK {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }}").body)["boolean"] is True


def test_every_case_of_the_manifest_is_here() -> None:
    """34 cases, approved 2012-11-20; `query_dataset_default_graph` and the two last updates are ours."""
    assert len(QUERIES) - 1 + len(UPDATES) - 2 == 34


# -- the dataset of the request (2.1.4) --------------------------------------------------------------------

SUBJECTS = "SELECT DISTINCT ?s {} {{ ?s a ?type }} ORDER BY ?s"
NAMES = "SELECT DISTINCT ?g {} {{ GRAPH ?g {{ ?s a ?type }} }} ORDER BY ?g"
DATASETS = {
    "FROM alone": (SUBJECTS, f"FROM <{ONE}>", [], [ONE]),
    "default-graph-uri overrides FROM": (SUBJECTS, f"FROM <{ONE}>", graphs("default", TWO), [TWO]),
    "repeated, and FROM is not added": (SUBJECTS, f"FROM <{ONE}>", graphs("default", TWO, THREE), [TWO, THREE]),
    "the same one twice": (SUBJECTS, "", graphs("default", TWO, TWO), [TWO]),
    "named-graph-uri overrides FROM NAMED": (NAMES, f"FROM NAMED <{ONE}>", graphs("named", TWO, THREE), [TWO, THREE]),
    "named-graph-uri leaves the default graph empty": (SUBJECTS, "", graphs("named", TWO), []),
    "default-graph-uri leaves no graph named": (NAMES, f"FROM NAMED <{ONE}>", graphs("default", TWO), []),
    "both": (NAMES, "", [*graphs("default", ONE), *graphs("named", TWO)], [TWO]),
}


@pytest.mark.parametrize(("query", "clause", "given", "expected"), DATASETS.values(), ids=DATASETS)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_dataset_of_the_request_is_the_one_asked(
    endpoint: Served, way: str, query: str, clause: str, given: list[tuple[str, str]], expected: list[str]
) -> None:
    text = query.format(clause)
    cases = {
        "get": Case("", "GET", [("query", text), *given]),
        "form": Case("", "POST", [], urlencode([("query", text), *given]).encode(), FORM),
        "direct": direct("", text, *given),
    }
    reply = send(endpoint, cases[way], Accept="text/csv")
    assert (reply.status, reply.body.decode().split()[1:]) == (200, expected)


def test_a_layer_names_its_graphs_in_the_request(endpoint: Served) -> None:
    layer = graphs("default", "https://w3id.org/aseankg/graph/layer/stated")
    areas = "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a <https://w3id.org/aseankg/ontology#ThematicArea> }"
    assert endpoint.ask(areas, layer, Accept="text/csv").body.split() == [b"n", b"23"]  # numbered 1 to 23 in the text


@pytest.mark.parametrize("kind", ["default", "named"])
def test_a_graph_that_does_not_exist_is_empty_or_refused_by_name(endpoint: Served, kind: str) -> None:
    """SPARQL 1.1 Protocol 2.1.4 lets a service do either; neither may be the dataset without that graph's restriction."""
    unknown = "http://example.org/no-such-graph"
    reply = endpoint.ask("ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", graphs(kind, unknown))
    if reply.status == 200:
        assert json.loads(reply.body)["boolean"] is False
    else:
        assert unknown in problem(reply, 400)


@pytest.mark.parametrize("iri", ["relative", "a b", "", "http://["], ids=["relative", "blank", "empty", "broken"])
def test_a_graph_that_is_no_absolute_iri_is_refused(endpoint: Served, iri: str) -> None:
    assert "IRI" in problem(endpoint.ask("ASK {}", graphs("default", iri)), 400)


# -- methods -----------------------------------------------------------------------------------------------

SELECT = "SELECT (1 AS ?n) {}"
CONSTRUCT = "CONSTRUCT { <http://e/s> <http://e/p> 1 } WHERE {}"
TARGETS = {
    "rows": "/sparql?" + urlencode({"query": SELECT}),
    "truth": "/sparql?" + urlencode({"query": "ASK {}"}),
    "triples": "/sparql?" + urlencode({"query": CONSTRUCT}),
    "no query": "/sparql",
    "a syntax error": "/sparql?query=ASK%7B",
    "an unknown path": "/no/such/path",
    "home": "/",
}
ALTERS = {"date", "server-timing", "content-length"}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_head_has_the_headers_of_get_and_no_body(endpoint: Served, target: str) -> None:
    get, head = (endpoint.send(method, target) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (get.status, b"")
    kept = [{name.lower(): value for name, value in reply.headers.items()} for reply in (get, head)]
    assert {n: v for n, v in kept[0].items() if n not in ALTERS} == {
        n: v for n, v in kept[1].items() if n not in ALTERS
    }
    assert head.headers.get("Content-Length") in (None, str(len(get.body)))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "BREW"])
def test_another_method_is_405_with_allow(endpoint: Served, method: str) -> None:
    reply = endpoint.send(method, TARGETS["truth"])
    assert problem(reply, 405)
    assert {"GET", "HEAD", "OPTIONS", "POST"} == set(reply.headers["Allow"].replace(" ", "").split(","))


def test_415_names_the_types_that_are_taken(endpoint: Served) -> None:
    reply = endpoint.send("POST", "/sparql", b'{"query": "ASK {}"}', Content_Type="application/json")
    assert DIRECT in problem(reply, 415)
    assert DIRECT in reply.headers["Accept-Post"] and FORM in reply.headers["Accept-Post"]


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", ";charset=UTF-8", '; charset="utf-8"'])
@pytest.mark.parametrize("media_type", [DIRECT, DIRECT.upper(), "Application/Sparql-Query"])
def test_media_types_are_read_whatever_their_case_and_charset(endpoint: Served, media_type: str, charset: str) -> None:
    reply = endpoint.send("POST", "/sparql", b"ASK {}", Content_Type=media_type + charset)
    assert json.loads(reply.body)["boolean"] is True


@pytest.mark.parametrize("content_type", [DIRECT, FORM])
def test_an_empty_body_is_no_query(endpoint: Served, content_type: str) -> None:
    assert problem(endpoint.send("POST", "/sparql", b"", Content_Type=content_type), 400)


# -- other origins (CORS) ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sparql", "/", "/health", "/no/such/path"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_preflight_is_granted(endpoint: Served, path: str, method: str) -> None:
    reply = endpoint.send(
        "OPTIONS", path, Origin=ORIGIN, Access_Control_Request_Method=method,
        Access_Control_Request_Headers="content-type,accept",
    )  # fmt: skip
    if path == "/no/such/path":
        assert reply.status in (200, 204, 404)
    else:
        assert reply.status in (200, 204)
    assert reply.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN)
    if path == "/sparql":
        assert method in reply.headers["Access-Control-Allow-Methods"]
        allowed = reply.headers["Access-Control-Allow-Headers"].lower()
        assert "content-type" in allowed and "accept" in allowed


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", TARGETS["rows"], {}, 200),
        ("GET", TARGETS["a syntax error"], {}, 400),
        ("GET", "/sparql?update=CLEAR+ALL", {}, 403),
        ("GET", "/no/such/path", {}, 404),
        ("DELETE", "/sparql", {}, 405),
        ("GET", TARGETS["rows"], {"Accept": "image/png"}, 406),
        ("POST", "/sparql", {"Content_Type": "text/plain"}, 415),
    ],
)
def test_every_answer_may_be_read_from_another_origin(
    endpoint: Served, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    reply = endpoint.send(method, target, Origin=ORIGIN, **headers)
    assert reply.status == status
    assert reply.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN)
    assert "Retry-After" in reply.headers["Access-Control-Expose-Headers"]


# -- formats (RFC 9110, 12.5.1) ----------------------------------------------------------------------------

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, LINES, RDFXML, JSONLD = "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"
ACCEPT = {
    JSON: {JSON}, XML: {XML}, CSV: {CSV}, TSV: {TSV},
    "Text/CSV": {CSV},
    "application/*": {JSON, XML},
    "text/*": {CSV, TSV},
    "*/*": {JSON, XML, CSV, TSV},
    "*/*;q=0.1": {JSON, XML, CSV, TSV},
    "text/csv;q=0.5, application/sparql-results+xml;q=0.9": {XML},
    "text/csv; q=0.5, application/sparql-results+xml; q=0.9": {XML},
    "text/csv;Q=0.5, application/sparql-results+xml;Q=0.9": {XML},
    "application/sparql-results+xml, text/csv;q=0.999": {XML},
    "text/csv;q=0.2, text/*;q=0.9": {TSV},
    "application/sparql-results+json;q=0, application/*": {XML},
    "application/sparql-results+json;q=0.000, application/*;q=0.1": {XML},
    "text/csv;q=0, */*;q=0.1": {JSON, XML, TSV},
    "application/sparql-results+xml;q=0.5, */*;q=0.4": {XML},
    "image/png, text/csv;q=0.001": {CSV},
    "text/turtle, application/sparql-results+xml;q=0.2": {XML},
    "text/tab-separated-values;q=1.0,text/csv;q=1": {CSV, TSV},
    "text/csv;charset=utf-8": {CSV},
}  # fmt: skip
ACCEPT_TRIPLES = {
    TURTLE: {TURTLE}, LINES: {LINES}, RDFXML: {RDFXML}, JSONLD: {JSONLD},
    "application/trig": {"application/trig"}, "application/n-quads": {"application/n-quads"},
    "text/*": {TURTLE},
    "text/turtle;q=0.3, application/rdf+xml;q=0.7": {RDFXML},
    "text/turtle;q=0, application/ld+json;q=0.1": {JSONLD},
    "application/sparql-results+json, application/n-triples;q=0.1": {LINES},
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [(SELECT, *row) for row in ACCEPT.items()] + [(CONSTRUCT, *row) for row in ACCEPT_TRIPLES.items()],
    ids=[*ACCEPT, *ACCEPT_TRIPLES],
)
def test_accept_chooses_the_format(endpoint: Served, query: str, accept: str, expected: set[str]) -> None:
    reply = endpoint.ask(query, Accept=accept)
    assert reply.status == 200 and reply.media_type in expected
    assert "accept" in reply.headers["Vary"].lower().replace(" ", "").split(",")
    posted = endpoint.send("POST", "/sparql", query.encode(), Content_Type=DIRECT, Accept=accept)
    assert posted.media_type == reply.media_type


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "text/turtle"])
def test_nothing_that_suits_is_406_and_says_what_there_is(endpoint: Served, accept: str) -> None:
    assert "csv" in problem(endpoint.ask(SELECT, Accept=accept), 406)


def test_two_accept_lines_are_one(endpoint: Served) -> None:
    connection = http.client.HTTPConnection(urlsplit(endpoint.address).netloc, timeout=20)
    connection.putrequest("GET", TARGETS["rows"])
    connection.putheader("Accept", "image/png")
    connection.putheader("Accept", "text/csv;q=0.5")
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, response.msg.get_content_type()) == (200, CSV)
    connection.close()


@pytest.mark.parametrize(("name", "media_type"), {"json": JSON, "xml": XML, "csv": CSV, "tsv": TSV}.items())
def test_format_overrides_accept_in_url_and_form(endpoint: Served, name: str, media_type: str) -> None:
    reply = endpoint.ask(SELECT, [("format", name)], Accept="application/json;q=0.1, text/html")
    body = urlencode({"query": SELECT, "format": name}).encode()
    posted = endpoint.send("POST", "/sparql", body, Content_Type=FORM, Accept="text/html")
    assert [one.media_type for one in (reply, posted)] == [media_type, media_type]


def test_an_unknown_format_is_400_with_the_known_ones(endpoint: Served) -> None:
    assert "csv" in problem(endpoint.ask(SELECT, [("format", "cvs")]), 400)


TERMS = """SELECT ?i ?l ?t ?n ?u { VALUES (?i ?l ?t ?n) {
  (<http://example.org/é> "ភ្នំពេញ"@km "a \\"b\\", c\\n\\td" 7) (UNDEF "Việt Nam"@vi "" 2.5) } } ORDER BY ?n"""
ROWS: list[list[rdflib.term.Identifier | None]] = [
    [None, rdflib.Literal("Việt Nam", "vi"), rdflib.Literal(""), rdflib.Literal("2.5", datatype=rdflib.XSD.decimal), None],
    [
        rdflib.URIRef("http://example.org/é"), rdflib.Literal("ភ្នំពេញ", "km"), rdflib.Literal('a "b", c\n\td'),
        rdflib.Literal("7", datatype=rdflib.XSD.integer), None,
    ],
]  # fmt: skip


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_a_format_with_terms_gives_back_every_term(endpoint: Served, name: str) -> None:
    reply = endpoint.ask(TERMS, [("format", name)])
    result = Result.parse(io.BytesIO(reply.body), format=name)
    assert result.vars is not None and [str(variable) for variable in result.vars] == ["i", "l", "t", "n", "u"]
    assert [[row.get(variable) for variable in result.vars] for row in result.bindings] == ROWS


def test_csv_gives_back_every_value(endpoint: Served) -> None:
    reply = endpoint.ask(TERMS, [("format", "csv")])
    header, *rows = csv.reader(io.StringIO(reply.body.decode("utf-8"), newline=""))
    assert header == ["i", "l", "t", "n", "u"]
    assert rows == [["" if term is None else str(term) for term in row] for row in ROWS]
    assert reply.body.endswith(b"\r\n")  # RFC 4180, and SPARQL 1.1 CSV 3.1


TRIPLES = {
    "turtle": "turtle", "ttl": "turtle", "ntriples": "nt", "nt": "nt", "rdfxml": "xml", "jsonld": "json-ld",
    "trig": "trig", "nquads": "nquads",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib uses its own old classes
@pytest.mark.parametrize(("name", "parser"), TRIPLES.items())
def test_every_format_of_triples_holds_the_same_triples(endpoint: Served, name: str, parser: str) -> None:
    subject = "<http://example.org/é> <http://example.org/p>"
    triples = f'{subject} "ភ្នំពេញ"@km , "a \\"b\\" & <c>\\n" , 7 , <http://example.org/o?a=1&b=2> , [] .'
    reply = endpoint.ask(f"CONSTRUCT {{ {triples} }} WHERE {{}}", [("format", name)])
    dataset = rdflib.Dataset(default_union=True).parse(io.BytesIO(reply.body), format=parser)
    assert isomorphic(rdflib.Graph() + dataset.default_graph, rdflib.Graph().parse(data=triples, format="turtle"))


@pytest.mark.parametrize("name", ["csv", "tsv", "turtle", "xml", "json", "ntriples"])
def test_what_is_text_says_that_it_is_utf_8(endpoint: Served, name: str) -> None:
    reply = endpoint.ask(CONSTRUCT if name in ("turtle", "ntriples") else SELECT, [("format", name)])
    assert reply.status == 200
    charset = reply.headers.get_content_charset()
    assert charset == "utf-8" if reply.media_type.startswith("text/") else charset in (None, "utf-8")


@pytest.mark.parametrize("word", ["é", "e\u0301", "ភ្នំពេញ", "Việt Nam", "😀", "\u2028", "a+b%20c&d=e;f#g"])
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_characters_come_back_as_they_were_sent(endpoint: Served, way: str, word: str) -> None:
    text = f'SELECT ("{word}" AS ?w) {{}}'
    cases = {
        "get": Case("", "GET", [("query", text)]),
        "form": Case("", "POST", [], urlencode({"query": text}).encode(), FORM),
        "direct": direct("", text),
    }
    reply = send(endpoint, cases[way], Accept=JSON)
    assert json.loads(reply.body)["results"]["bindings"] == [{"w": {"type": "literal", "value": word}}]


# -- the service description -------------------------------------------------------------------------------

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
DESCRIBED = {TURTLE: TURTLE, RDFXML: RDFXML, JSONLD: JSONLD, LINES: LINES, "*/*": None, "": None}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib uses its own old classes
@pytest.mark.parametrize(("accept", "media_type"), DESCRIBED.items(), ids=[one or "no Accept" for one in DESCRIBED])
def test_a_bare_get_is_the_service_description(endpoint: Served, accept: str, media_type: str | None) -> None:
    reply = endpoint.send("GET", "/sparql", **({"Accept": accept} if accept else {}))
    assert reply.status == 200, reply.body
    assert reply.media_type in ({media_type} if media_type else {TURTLE, RDFXML, JSONLD, LINES})
    found = rdflib.Graph().parse(data=reply.body, format=reply.media_type)
    service = found.value(None, rdflib.RDF.type, SD.Service)
    assert service is not None
    assert set(found.objects(service, SD.endpoint)) == {rdflib.URIRef(f"{endpoint.address}/sparql")}
    assert SD.SPARQL11Query in set(found.objects(service, SD.supportedLanguage))
    assert SD.SPARQL11Update not in set(found.objects(service, SD.supportedLanguage))
    formats = {str(one).rpartition("/")[2] for one in found.objects(service, SD.resultFormat)}
    assert {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "Turtle"} <= formats


def test_a_bare_get_of_a_browser_is_the_page(endpoint: Served) -> None:
    reply = endpoint.send("GET", "/sparql", Accept=BROWSER)
    assert (reply.status, reply.media_type) == (200, "text/html")
    assert b"<textarea" in reply.body
    assert "accept" in reply.headers["Vary"].lower()


def test_a_post_without_a_query_is_400_and_no_description(endpoint: Served) -> None:
    assert problem(endpoint.send("POST", "/sparql", b"format=json", Content_Type=FORM), 400)


# -- entity tags (RFC 9110, 8.8.3 and 13.1.2) --------------------------------------------------------------

LONG = "SELECT ?s ?t { ?s <https://w3id.org/aseankg/ontology#title> ?t } ORDER BY ?s ?t"


@pytest.fixture(scope="module")
def tag(endpoint: Served) -> str:
    """The entity tag of the long answer in JSON."""
    found = endpoint.ask(LONG, Accept=JSON).headers["ETag"]
    assert found is not None, "no ETag"
    return str(found)


def test_the_tag_is_strong_and_the_same_each_time(endpoint: Served, tag: str) -> None:
    assert tag.startswith('"') and tag.endswith('"') and len(tag) > 10
    assert {endpoint.ask(LONG, Accept=JSON).headers["ETag"] for _ in range(6)} == {tag}


def test_another_query_format_or_dataset_has_another_tag(endpoint: Served, tag: str) -> None:
    others = [
        endpoint.ask(LONG, Accept=CSV),
        endpoint.ask(LONG + " LIMIT 3", Accept=JSON),
        endpoint.ask(LONG, graphs("default", "https://w3id.org/aseankg/graph/plan/rap-vientiane"), Accept=JSON),
    ]
    assert len({tag, *(other.headers["ETag"] for other in others)}) == 4


MATCHES = {
    "the tag": "{}",
    "any": "*",
    "a list": '"x", {}, "y"',
    "a list without blanks": '"x",{}',
    "weak, as a proxy may have made it": "W/{}",
}
OTHERS = {"another": '"x"', "without quotes": "x", "nonsense": "\"W/', ,", "empty": "", "its beginning": '"a"'}


@pytest.mark.parametrize("given", MATCHES.values(), ids=MATCHES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_asker_has_is_not_sent_again(endpoint: Served, tag: str, method: str, given: str) -> None:
    target = "/sparql?" + urlencode({"query": LONG})
    reply = endpoint.send(method, target, Accept=JSON, If_None_Match=given.format(tag))
    assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
    assert "accept" in reply.headers["Vary"].lower()
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("given", OTHERS.values(), ids=OTHERS)
def test_what_the_asker_has_not_is_sent(endpoint: Served, tag: str, given: str) -> None:
    reply = endpoint.ask(LONG, Accept=JSON, If_None_Match=given)
    assert (reply.status, reply.headers["ETag"]) == (200, tag)
    assert json.loads(reply.body)["results"]["bindings"]


def test_the_tag_of_one_format_is_no_match_for_another(endpoint: Served, tag: str) -> None:
    assert endpoint.ask(LONG, Accept=CSV, If_None_Match=tag).status == 200


def test_an_error_is_told_whatever_the_asker_has(endpoint: Served) -> None:
    assert problem(endpoint.ask("ASK {", If_None_Match="*"), 400)
    assert problem(endpoint.ask(LONG, Accept="image/png", If_None_Match="*"), 406)


# -- compression (RFC 9110, 12.5.3) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accepted", ["gzip", "GZIP", "gzip, deflate", "gzip;q=0.5", "br;q=0, gzip", "identity;q=0.5, gzip"]
)
@pytest.mark.parametrize("form", [JSON, CSV])
def test_a_large_answer_is_gzipped_for_who_takes_it(endpoint: Served, form: str, accepted: str) -> None:
    plain, packed = endpoint.ask(LONG, Accept=form), endpoint.ask(LONG, Accept=form, Accept_Encoding=accepted)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    for reply in (plain, packed):
        assert "accept-encoding" in reply.headers["Vary"].lower().replace(" ", "").split(",")


@pytest.mark.parametrize(
    "accepted", ["", "identity", "gzip;q=0", "gzip;q=0, identity", "gzip;q=0, *", "x-unknown", ";;,="]
)
def test_it_is_sent_plain_to_who_does_not(endpoint: Served, accepted: str) -> None:
    reply = endpoint.ask(LONG, Accept=JSON, Accept_Encoding=accepted)
    assert reply.status == 200 and reply.headers["Content-Encoding"] in (None, "identity")
    assert json.loads(reply.body)["results"]["bindings"]


def test_a_strong_tag_is_of_one_encoding_and_each_is_recognised(endpoint: Served, tag: str) -> None:
    packed = endpoint.ask(LONG, Accept=JSON, Accept_Encoding="gzip").headers["ETag"]
    assert packed.startswith('"') and packed != tag
    again = endpoint.ask(LONG, Accept=JSON, Accept_Encoding="gzip", If_None_Match=packed)
    assert (again.status, again.body) == (304, b"")
