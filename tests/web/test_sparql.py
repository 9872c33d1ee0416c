"""The endpoint by the SPARQL 1.1 Protocol and as a page: every method, format, status, and what is escaped."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aseankg.catalogue import read_queries
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.querying.examples import read_examples
from aseankg.web.site import Example

TITLE = "https://w3id.org/aseankg/ontology#title"
ONE, TWO = "https://w3id.org/aseankg/graph/one", "https://w3id.org/aseankg/graph/two"
SCRIPT = "<script>alert(1)</script>"
DATA = f"""\
<{TITLE}> <http://www.w3.org/2000/01/rdf-schema#label> "title"@en <https://w3id.org/aseankg/graph/ontology> .
<https://w3id.org/aseankg/id/a/1> <{TITLE}> "one é" <{ONE}> .
<https://w3id.org/aseankg/id/a/2> <{TITLE}> "{SCRIPT}"@en <{TWO}> .
<javascript:alert(2)> <{TITLE}> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <{TWO}> .
<http://example.org/?a=1&b="> <{TITLE}> "four" <{TWO}> .
""".replace('b="', "b=%22")
SELECT = f"SELECT ?s ?t {{ ?s <{TITLE}> ?t }} ORDER BY ?s"
CONSTRUCT = f"CONSTRUCT {{ ?s <{TITLE}> ?t }} WHERE {{ ?s <{TITLE}> ?t }}"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
SETTINGS = Settings(deadline=0.5, memory=100, query_length=2000, answer_bytes=100_000)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    file = tmp_path_factory.mktemp("data") / "dataset.nq"
    file.write_text(DATA, encoding="utf-8")
    app = create_app(LocalEngine(load(file), SETTINGS), SETTINGS, [Example("What <b> is titled?", SELECT)])
    with app.test_client() as made:
        yield made


def ask(client: FlaskClient, query: str = SELECT, **more: str) -> TestResponse:
    accept = {"Accept": more.pop("accept")} if "accept" in more else {}
    return client.get("/sparql", query_string={"query": query, **more}, headers=accept)


def problem(response: TestResponse, status: int) -> str:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    assert response.json is not None and response.json["status"] == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Traceback" not in response.text
    return str(response.json["detail"])


def test_the_three_ways_to_send_a_query_give_one_answer(client: FlaskClient) -> None:
    direct = {"data": SELECT.encode(), "content_type": "application/sparql-query; charset=utf-8"}
    answers = [ask(client), client.post("/sparql", data={"query": SELECT}), client.post("/sparql", **direct)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert len(answers[0].get_json(force=True)["results"]["bindings"]) == 4


ROWS = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml; charset=utf-8",
    "application/xml": "application/sparql-results+xml; charset=utf-8",
    "text/csv": "text/csv; charset=utf-8",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8",
    "*/*": "application/sparql-results+json",
    "text/*": "text/csv; charset=utf-8",
    "text/csv;q=0.5, application/json;q=0.9": "application/sparql-results+json",
    "text/csv, application/json;q=0.9": "text/csv; charset=utf-8",
    "text/turtle, text/csv;q=0.1": "text/csv; charset=utf-8",
    "application/json;q=0, */*;q=0.1": "application/sparql-results+json",
    "image/png, */*;q=0.1": "application/sparql-results+json",
    "": "application/sparql-results+json",
}
TRIPLES = {
    "text/turtle": "text/turtle; charset=utf-8",
    "application/n-triples": "application/n-triples",
    "application/ld+json": "application/ld+json",
    "*/*": "text/turtle; charset=utf-8",
    "application/sparql-results+json, application/ld+json;q=0.2": "application/ld+json",
}


@pytest.mark.parametrize(("accept", "expected"), ROWS.items(), ids=ROWS)
def test_accept_chooses_the_format_of_rows(client: FlaskClient, accept: str, expected: str) -> None:
    response = ask(client, accept=accept)
    assert (response.status_code, response.content_type) == (200, expected)
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(("accept", "expected"), TRIPLES.items(), ids=TRIPLES)
def test_accept_chooses_the_format_of_triples(client: FlaskClient, accept: str, expected: str) -> None:
    response = ask(client, CONSTRUCT, accept=accept)
    assert (response.status_code, response.content_type) == (200, expected)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_format_overrides_accept(client: FlaskClient, form: str) -> None:
    response = ask(client, format=form, accept="text/html")
    parsed = rdflib.query.Result.parse(io.BytesIO(response.data), format=form)
    assert len(list(parsed)) == 4


@pytest.mark.parametrize(
    ("form", "parser"), [("ttl", "turtle"), ("turtle", "turtle"), ("nt", "nt"), ("ntriples", "nt")]
)
def test_format_names_of_triples(client: FlaskClient, form: str, parser: str) -> None:
    assert len(rdflib.Graph().parse(data=ask(client, CONSTRUCT, format=form).data, format=parser)) == 4


@pytest.mark.parametrize("query", ["ASK {}", "SELECT ?a {}", CONSTRUCT, f"DESCRIBE <{TITLE}>"])
def test_head_has_the_head_of_get_and_no_body(client: FlaskClient, query: str) -> None:
    head = client.head("/sparql", query_string={"query": query})
    assert (head.status_code, head.data) == (200, b"")
    assert head.content_type == ask(client, query).content_type


def test_graphs_of_the_request_are_repeatable(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    both = f"/sparql?format=csv&query={quote(count)}&default-graph-uri={quote(ONE)}&default-graph-uri={quote(TWO)}"
    assert client.get(both).text == "n\r\n4\r\n"
    in_two = {"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": TWO, "format": "csv"}
    assert client.post("/sparql", data=in_two).text == "n\r\n3\r\n"
    direct = client.post(
        f"/sparql?default-graph-uri={ONE}&format=csv", data=count, content_type="application/sparql-query"
    )
    assert direct.text == "n\r\n1\r\n"


BAD = {
    "no query": ("default-graph-uri=http://a/", 400, "no query"),
    "two queries": ("query=ASK{}&query=ASK{}", 400, "2 queries"),
    "syntax": ("query=SELECT", 400, "Line 1, column 1"),
    "unknown prefix": ("query=ASK{?s+skos:broader+?o}", 400, "PREFIX skos:"),
    "unknown format": ("query=ASK{}&format=docx", 400, "'docx'"),
    "format of the other form": ("query=ASK{}&format=ttl", 406, "json, xml, csv, tsv"),
    "graph": ("query=ASK{}&default-graph-uri=a+b", 400, "absolute IRI"),
    "update parameter": ("update=CLEAR+ALL", 403, "reading only"),
    "update as query": ("query=CLEAR+ALL", 403, "CLEAR is an update"),
    "service": ("query=ASK{SERVICE<http://127.0.0.1/>{}}", 403, "may not ask 127.0.0.1: "),
    "too long": ("query=" + "a" * 2001, 413, "at most 2000"),
    "not UTF-8": ("query=ASK{?s+?p+'%FF'}", 400, "not UTF-8"),
    "bad percent-encoding": ("query=ASK{%ZZ", 400, "Line 1"),
    "NUL": ("query=ASK{%00}", 400, "U+0000"),
}


@pytest.mark.parametrize(("parameters", "status", "words"), BAD.values(), ids=BAD)
def test_a_bad_request_gets_its_status_and_words(client: FlaskClient, parameters: str, status: int, words: str) -> None:
    assert words in problem(client.get(f"/sparql?{parameters}"), status)
    page = client.get(f"/sparql?{parameters}", headers=BROWSER)
    if "format=" not in parameters and parameters:
        assert (page.status_code, page.mimetype) == (status, "text/html")


def test_a_syntax_error_carries_line_and_column(client: FlaskClient) -> None:
    body = ask(client, "ASK {\n ?s foaf:page ?o }").json
    assert body is not None and (body["line"], body["column"], body["title"]) == (2, 5, "Bad Request")


def test_a_query_at_its_deadline_is_504(client: FlaskClient) -> None:
    patterns = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(16))
    detail = problem(ask(client, f"SELECT (COUNT(*) AS ?n) {{ {patterns} FILTER(?c1 != ?c9) }}"), 504)
    assert "Stopped after 0.5 s" in detail


def test_an_accept_header_that_nothing_suits_is_406(client: FlaskClient) -> None:
    assert "text/csv" in problem(ask(client, accept="image/png"), 406)
    assert "turtle" in problem(ask(client, CONSTRUCT, accept="text/csv"), 406)
    assert problem(ask(client, accept="text/csv;q=0"), 406)


@pytest.mark.parametrize(
    "accept", [";;;", "text/csv;q=x", "*", "text/csv;;q=1,,", "\x7f", "a" * 5000, "text/html;q=-1"]
)
def test_a_malformed_accept_header_is_never_a_500(client: FlaskClient, accept: str) -> None:
    assert ask(client, accept=accept).status_code in (200, 406)


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_another_media_type_is_415(client: FlaskClient, media_type: str) -> None:
    response = client.post("/sparql", data=b"ASK {}", content_type=media_type)
    assert "application/sparql-query" in problem(response, 415)
    assert "application/sparql-query" in response.headers["Accept-Post"]


def test_bodies_that_are_no_query(client: FlaskClient) -> None:
    update = client.post("/sparql", data=b"CLEAR ALL", content_type="application/sparql-update")
    assert "no update" in problem(update, 403)
    latin = client.post("/sparql", data="ASK { ?s ?p 'é' }".encode("latin-1"), content_type="application/sparql-query")
    assert "byte 13 is 0xE9" in problem(latin, 400)
    assert problem(client.post("/sparql", data={"query": "a" * 50_000}), 413)
    two = client.post("/sparql?query=ASK{}", data=b"ASK {}", content_type="application/sparql-query")
    assert "2 queries" in problem(two, 400)
    assert "no query" in problem(client.post("/sparql", data={}, content_type="application/x-www-form-urlencoded"), 400)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_405_with_allow(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)
    problem(response, 405)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_options_answers_a_preflight(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Origin": "http://a", "Access-Control-Request-Method": "POST"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_an_unknown_page_is_404_in_both_shapes(client: FlaskClient) -> None:
    problem(client.get("/nothing"), 404)
    assert client.get("/nothing", headers=BROWSER).mimetype == "text/html"


def test_health_says_that_queries_are_answered(client: FlaskClient) -> None:
    assert client.get("/health").json == {"status": "ok"}


def test_a_misspelt_term_is_noticed_in_a_header(client: FlaskClient) -> None:
    query = "PREFIX akg: <https://w3id.org/aseankg/ontology#> ASK { ?s akg:titel ?o . ?s akg:tïtel ?o }"
    notices = ask(client, query).headers.getlist("Aseankg-Notice")
    assert len(notices) == 2
    assert "'akg:title'" in notices[0]
    assert "did you mean" in ask(client, query, format="html").text.lower()


def test_the_page_takes_a_query_and_shows_examples(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=BROWSER)
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert '<textarea id="query" name="query"' in page.text
    assert "What &lt;b&gt; is titled?" in page.text


def test_the_first_page_of_other_data_leaves_out_what_they_do_not_answer(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "The whole answer" not in page.text


def test_the_answer_of_the_page_is_a_table(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": SELECT}, headers=BROWSER).text
    assert "<strong>4 rows</strong>" in page
    assert ">a/1</a>" in page
    assert '<a href="/id/a/1"' in page
    assert '<td class="number">' in page
    for name in ("json", "csv", "tsv"):
        assert f"format={name}" in page


def test_everything_on_the_page_is_escaped(client: FlaskClient) -> None:
    for query in (
        SELECT,
        CONSTRUCT,
        f"SELECT ('{SCRIPT}' AS ?x) {{}}",
        f"SELECT {SCRIPT}",
        f"ASK {{}} # </textarea>{SCRIPT}",
    ):
        page = client.get("/sparql", query_string={"query": query, "format": "html"}).text
        assert re.findall("<script(?! type=.module. src=./static/)", page) == []
        assert page.count("</textarea>") == page.count("<textarea")  # the form of "why?" has one too
        assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)" in client.get("/sparql", query_string={"query": SELECT, "format": "html"}).text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ASK {}", "Yes"),
        ("ASK { <a:a> <a:b> 1 }", "No"),
        ("SELECT ?a { <a:a> ?a 1 }", "0 rows"),
        (CONSTRUCT, "4 triples"),
    ],
)
def test_each_form_has_its_summary(client: FlaskClient, query: str, words: str) -> None:
    assert f"<strong>{words}</strong>" in ask(client, query, format="html").text


def test_a_long_table_says_that_it_is_cut(client: FlaskClient) -> None:
    values = " ".join(str(number) for number in range(12))
    query = f"SELECT ?a ?b ?c {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} VALUES ?c {{ {values} }} }}"
    page = ask(client, query, format="html").text
    assert "<strong>1,728 rows</strong>" in page
    assert "The first 1,000 of 1,728 rows are shown" in page
    assert page.count("<tr>") == 1001


def test_an_error_on_the_page_keeps_the_query_and_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": "ASK { ?s foaf:page ?o }"}, headers=BROWSER)
    assert page.status_code == 400
    assert "PREFIX foaf: &lt;http://xmlns.com/foaf/0.1/&gt;" in page.text
    assert "ASK { ?s foaf:page ?o }</textarea>" in page.text


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/nothing", "/static/style.css", "/health"])
def test_every_answer_has_the_headers_that_keep_a_browser_safe(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=BROWSER, buffered=True)
    assert response.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert " style=" not in response.text  # the policy would forbid it


def test_examples_are_queries_that_stand_alone(tmp_path: Path) -> None:
    matter = "#+ question: What does it do?\n#+ parameters:\n#+   {}: {{kind: {}, default: {}}}\n"
    where = "SELECT ?body ?o\nWHERE {\n  ?body ?p ?o\n}\n"
    cases = {
        "one": ("body", "body", "acmw"),
        "two": ("year", "year", "2018"),
        "three": ("body", "body", "'no such > body'"),
    }
    for name, values in cases.items():
        (tmp_path / f"{name}.rq").write_text(matter.format(*values) + where)
    examples = read_examples(read_queries(tmp_path))
    assert [example.question for example in examples] == ["What does it do?"] * 2
    assert "WHERE {\n  VALUES ?body { <https://w3id.org/aseankg/id/body/acmw> }\n" in examples[0].text
    assert "VALUES ?year { 2018 }" in examples[1].text
    assert json.dumps(examples[0].text).count("#+") == 0
