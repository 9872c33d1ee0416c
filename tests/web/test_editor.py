"""The query page as a tool: what its editor is offered and told, workbooks, drawings, and programs to copy.

What is expected of the plans was read in the Work Programme ("(Responsible Body: ACMW)" stands at areas 14, 21, 22 and 23). Not here:
the protocol (test_sparql), the words of the form (test_pages), and what a browser does with the scripts (tests/browser).
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from tests.web.conftest import served

from aseankg.builds import Build
from aseankg.namespaces import PREFIXES
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.page.tables import Cell, Table
from aseankg.web.querying.drawings import MOST_BARS, MOST_NODES, bars_of, network_of
from aseankg.web.querying.snippets import snippets_for

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
AKG = "PREFIX akg: <https://w3id.org/aseankg/ontology#>\n"
BODIES = "PREFIX body: <https://w3id.org/aseankg/id/body/>\n"
ACMW = AKG + BODIES + "SELECT ?area ?title { ?area akg:responsibleBody body:acmw ; akg:title ?title } ORDER BY ?area"
COUNTS = AKG + "SELECT ?body (COUNT(?area) AS ?areas) { ?area akg:responsibleBody ?body } GROUP BY ?body ORDER BY ?body"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Everything that some language reads as its own: quotation marks, backslashes, line ends, $, `, %, #( and )".
ODD = 'one "two" \'three\'\nfour \\ five $HOME `date` %41 #(lf) )" )-" """ é'
ODD_QUERY = (
    'SELECT ?x # it\'s a "comment" \\\nWHERE {\n  VALUES ?x { """'
    + ODD.replace("\\", "\\\\").replace('"', '\\"')
    + '""" }\n}\n'
)


@pytest.fixture(scope="module")
def client(published: Build) -> FlaskClient:
    settings = Settings(build_dir=str(published.folder.parent), deadline=20, query_length=20_000)
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    return create_app(engine, settings).test_client()


@pytest.fixture(scope="module")
def endpoint(published: Build) -> Iterator[str]:
    with served(Settings(build_dir=str(published.folder.parent))) as service:
        yield service.address + "/sparql"


# -- completion ------------------------------------------------------------------------------------------------


def completions(client: FlaskClient, **asked: str) -> list[dict[str, str]]:
    response = client.get("/complete", query_string=asked)
    assert response.status_code == 200, response.text
    found: list[dict[str, str]] = response.get_json()["completions"]
    return found


def test_every_prefix_is_offered_with_its_namespace(client: FlaskClient) -> None:
    assert {one["text"]: one["iri"] for one in completions(client, kind="prefix")} == {
        f"{name}:": iri for name, iri in PREFIXES.items()
    }


def test_terms_are_offered_with_label_and_definition_ours_first(client: FlaskClient) -> None:
    found = completions(client, kind="term")
    named = {one["text"]: one for one in found}
    assert named["akg:responsibleBody"]["label"] == "responsible body" and named["akg:responsibleBody"]["words"]
    assert (named["akg:Activity"]["kind"], named["akg:title"]["kind"]) == ("class", "property")
    assert "skos:exactMatch" in named and "rdf:type" in named
    ours = [one["text"].startswith("akg:") for one in found]
    assert ours == sorted(ours, reverse=True) and 100 < sum(ours) < len(ours)


def test_things_are_offered_by_acronym_name_and_nearly_right_name(client: FlaskClient) -> None:
    assert completions(client, kind="body", text="acmw")[0]["text"] == "body:acmw"
    assert completions(client, kind="country", text="Viet")[0]["text"] == "country:vnm"
    assert completions(client, kind="country", text="Philipines")[0]["text"] == "country:phl"
    themes = completions(client, kind="concept", text="child labour")
    assert {"text": "theme:child-labour", "iri": PREFIXES["theme"] + "child-labour"}.items() <= themes[0].items()
    elements = completions(client, kind="element", text="activity 14a")
    assert elements[0]["text"] == "<https://w3id.org/aseankg/id/rap-vientiane/activity/14a>"


def test_all_bodies_are_offered_before_anything_is_typed_of_one(client: FlaskClient) -> None:
    found = {one["text"] for one in completions(client, kind="body")}
    assert {"body:acmw", "body:acwc", "body:asean-oshnet"} <= found


def test_what_is_offered_can_be_written_into_a_query(client: FlaskClient) -> None:
    names = [one["text"] for kind in ("term", "body", "plan", "thing") for one in completions(client, kind=kind)]
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    query = f"{prologue}ASK {{ VALUES ?term {{ {' '.join(names)} }} }}"
    assert len(names) > 200
    assert client.post("/sparql", data={"query": query}).get_json(force=True)["boolean"] is True


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/complete?kind=bodie", "Did you mean 'body'"),
        ("/complete?wanted=x", "It takes kind, text."),
        ("/complete?text=a&text=b", "2 times"),
        (f"/complete?text={'a' * 10_000}", "10,000 characters"),
    ],
    ids=["misspelt", "unknown", "twice", "long"],
)
def test_a_wrong_question_for_completions_is_refused_in_words(client: FlaskClient, address: str, words: str) -> None:
    response = client.get(address)
    assert response.status_code == 400 and words in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"', "مرحبا", "\x00", "%", "'; DROP", " "])
def test_odd_texts_find_nothing_or_something_and_never_fail(client: FlaskClient, text: str) -> None:
    response = client.get("/complete", query_string={"kind": "thing", "text": text})
    assert (response.status_code, response.mimetype) == (200, "application/json")


# -- remarks ---------------------------------------------------------------------------------------------------


def remarks(client: FlaskClient, query: str) -> dict[str, Any]:
    response = client.post("/sparql/check", data={"query": query})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()
    return found


FAULTS = {
    "unclosed": ("SELECT * WHERE {\n  ?s ?p ?o", 1, 16, 1, "This { is never closed."),
    "prefix": (AKG + "ASK { ?s foaf:name ?o }", 2, 10, 9, "The prefix foaf: is not declared."),
    "word": ("SELEKT * { ?s ?p ?o }", 1, 1, 6, "SELEKT is not a word of SPARQL."),
    "quote": ('ASK { ?s ?p "é', 1, 13, 2, "This quotation mark is never closed"),
    "update": ("DELETE WHERE { ?s ?p ?o }", 1, 1, 6, "DELETE is an update"),
    "empty": ("", 1, 1, 1, "The query is empty."),
    "aggregate": ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", 1, 39, 1, "unbound"),
}


@pytest.mark.parametrize(("query", "line", "column", "length", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_place(
    client: FlaskClient, query: str, line: int, column: int, length: int, words: str
) -> None:
    found = remarks(client, query)
    assert found["sound"] is False
    (fault,) = found["faults"]
    assert (fault["severity"], fault["line"], fault["column"], fault["length"]) == ("error", line, column, length)
    assert words in fault["words"] and not fault["words"].startswith("Line")


SOUND = [
    ACMW,
    COUNTS,
    "ASK {}",
    "DESCRIBE <http://a.example/>",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT ?unbound ?unbound_ { ?unbound ?unbound_ ?o }",
    "SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 1",
    ODD_QUERY,
]


@pytest.mark.parametrize("query", SOUND, ids=range(len(SOUND)))
def test_a_sound_query_gets_no_remark(client: FlaskClient, query: str) -> None:
    assert remarks(client, query) == {"sound": True, "faults": []}


def test_a_query_is_read_and_not_run(endpoint: str) -> None:
    """These would take longer than any deadline: one over the data, one over no data at all."""
    values = " ".join(f"VALUES ?v{at} {{ {' '.join(map(str, range(100)))} }}" for at in range(8))
    for query in (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        f"SELECT (COUNT(*) AS ?n) {{ {values} }}",
    ):
        done = subprocess.run(
            ["curl", "-sS", "--max-time", "5", f"{endpoint}/check", "--data-urlencode", f"query={query}"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert json.loads(done.stdout) == {"sound": True, "faults": []}


def test_a_term_that_the_ontology_lacks_is_told_where_it_stands(client: FlaskClient) -> None:
    found = remarks(client, AKG + 'SELECT ?s { # é\n  ?s akg:titel "é" ; akg:title ?t }')
    assert found["sound"] is True
    (fault,) = found["faults"]
    assert (fault["severity"], fault["line"], fault["column"], fault["length"]) == ("warning", 3, 6, 9)
    assert "Did you mean 'akg:title'?" in fault["words"]


def test_a_query_that_is_too_long_is_a_fault_and_a_missing_one_an_error(client: FlaskClient) -> None:
    assert "this service reads at most 20000" in remarks(client, "#" * 20_001)["faults"][0]["words"]
    assert client.post("/sparql/check", data={"wanted": "ASK {}"}).status_code == 400
    assert client.post("/sparql/check", data={"query": ["ASK {}", "ASK {}"]}).status_code == 400
    assert client.post("/sparql/check", data="ASK {}", content_type="application/sparql-query").status_code == 415
    assert client.get("/sparql/check").status_code == 405


# -- names and views of an answer ------------------------------------------------------------------------------


def page(client: FlaskClient, query: str, status: int = 200, **more: str) -> str:
    response = client.get("/sparql", query_string={"query": query, **more}, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html"), response.text
    return response.text


def test_things_are_shown_by_name_and_by_iri_on_demand(client: FlaskClient) -> None:
    area = "https://w3id.org/aseankg/id/alm-wp-2016-2020/thematic-area/14"
    named, plain = page(client, ACMW), page(client, ACMW, labels="no")
    assert f'title="{area}" rel="nofollow noopener noreferrer">Thematic area 14 (ALM WP)</a>' in named
    assert f'title="{area}" rel="nofollow noopener noreferrer">alm-wp-2016-2020/thematic-area/14</a>' in plain
    assert "<strong>4 rows</strong>" in named and "The answer is complete." in named
    assert 'labels=no"' in named and 'aria-current="true">IRIs<' in plain


@pytest.mark.parametrize("parameter", ["view=chrt", "labels=maybe", f"view={'x' * 10_000}"])
def test_a_view_that_there_is_not_is_refused(client: FlaskClient, parameter: str) -> None:
    response = client.get(f"/sparql?query=ASK{{}}&{parameter}")
    assert response.status_code == 400 and "expected one of" in response.get_json(force=True)["detail"]


def test_a_chart_has_a_bar_for_each_row(client: FlaskClient) -> None:
    """The areas of each body, as the Work Programme's brackets say (area 15 has two bodies)."""
    text = page(client, COUNTS, view="chart")
    titles = re.findall(r"<title>([^<]*): areas (\d+)</title>", text)
    assert {name: int(count) for name, count in titles} == {"ACMW": 4, "ASEAN-OSHNET": 3, "SLOM": 8, "SLOM-WG": 9}
    widths = [float(width) for width in re.findall(r'<rect class="series-1"[^>]* width="([\d.]+)"', text)]
    assert len(widths) == 4 and max(widths) == pytest.approx(min(widths) * 3)


def test_a_chart_without_numbers_says_what_it_lacks(client: FlaskClient) -> None:
    assert "here is no column of numbers" in page(client, ACMW, view="chart")
    assert "no column of names" in page(client, "SELECT (1 AS ?n) {}", view="chart")


def table(columns: list[str], rows: list[list[Cell]]) -> Table:
    return Table(columns, rows, len(rows), "row", {})


def test_bars_take_negative_numbers_gaps_and_infinities() -> None:
    def row(name: str, value: str) -> list[Cell]:
        return [Cell(name), Cell(value, number=True)]

    bars = bars_of(table(["name", "value"], [row("a", "-2"), row("b", ""), row("c", "4")]))
    (down,), none, (up,) = (group.marks for group in bars.groups)
    assert none == [] and down.left + down.width == pytest.approx(up.left) and up.width == pytest.approx(2 * down.width)
    assert bars_of(table(["name", "value"], [row("a", "INF")])).problem
    assert not bars_of(table(["name", "value"], [row("a", "0")])).problem


def test_a_long_answer_is_drawn_in_part_and_says_so() -> None:
    rows = [
        [Cell(f"n{at}", f"http://a.example/{at}"), Cell("x", f"http://b.example/{at}"), Cell(str(at), number=True)]
        for at in range(400)
    ]
    bars, net = bars_of(table(["a", "b", "n"], rows)), network_of(table(["a", "b", "n"], rows))
    assert (len(bars.groups), bars.left_out) == (MOST_BARS, 400 - MOST_BARS)
    assert (len(net.nodes), net.left_out) == (MOST_NODES, 400 - MOST_NODES // 2)


def test_a_network_ties_the_things_of_each_row_and_of_each_triple(client: FlaskClient) -> None:
    query = (
        AKG
        + BODIES
        + "CONSTRUCT { ?area akg:responsibleBody ?b } WHERE { VALUES ?b { body:acmw } ?area akg:responsibleBody ?b }"
    )
    found = re.search(r'id="network-data">(.*?)</script>', page(client, query, view="network"))
    none = "No row ties" in page(
        client, "SELECT ?a ?b { BIND (<http://a.example/> AS ?a) BIND (?a AS ?b) }", view="network"
    )
    assert "fewer columns that hold IRIs" in page(client, ACMW, view="network") and none
    if found is None:  # without npm nothing is drawn
        assert "networks are not drawn" in page(client, query, view="network")
        return
    net = json.loads(found[1])
    assert {one["label"] for one in net["nodes"]} == {
        "ACMW",
        *(f"Thematic area {at} (ALM WP)" for at in (14, 21, 22, 23)),
    }
    assert {one["label"] for one in net["ties"]} == {"akg:responsibleBody"} and len(net["ties"]) == 4


def test_no_link_and_no_markup_of_a_value_comes_through(client: FlaskClient) -> None:
    query = "SELECT ?a ?b ?n { VALUES (?a ?b ?n) { (<javascript:alert(1)> <http://a.example/</script><script>> 1) } }"
    query = query.replace("</script><script>", "%3C/script%3E")
    query = query.replace(" 1)", ' 1) ("</script><script>alert(1)</script>" <http://b.example/> 2)')
    for view in ("table", "chart", "network"):
        text = page(client, query, view=view)
        assert 'href="javascript' not in text and "<script>alert" not in text


# -- workbooks -------------------------------------------------------------------------------------------------


def book_of(client: FlaskClient, address: str, **asked: object) -> dict[str, list[list[Any]]]:
    response = client.get(address, query_string={**asked, "format": "xlsx"})
    assert (response.status_code, response.content_type) == (200, XLSX), response.text
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_workbook_holds_names_iris_sources_and_the_query(client: FlaskClient, published: Build) -> None:
    book = book_of(client, "/sparql", query=ACMW)
    assert list(book) == ["Answer", "Sources", "Query"]
    assert book["Answer"][0] == ["area", "area (IRI)", "title"]
    area = "https://w3id.org/aseankg/id/alm-wp-2016-2020/thematic-area/21"
    assert ["Thematic area 21 (ALM WP)", area, "Social protection of migrant workers in ASEAN"] in book["Answer"]
    assert len(book["Answer"]) == 5
    assert ["Dataset version", published.version] in book["Sources"]
    assert [row[0] for row in book["Query"]] == ["SPARQL", *ACMW.split("\n")]


def test_a_workbook_keeps_numbers_as_numbers_and_formulas_as_text(client: FlaskClient) -> None:
    values = '("=1+1" 3 1.5) ("@x" 12345678901234567890 -2) ("+1" 0 1e400) ("-1" 7 "INF"^^<http://www.w3.org/2001/XMLSchema#double>)'
    book = book_of(client, "/sparql", query=f"SELECT ?a ?b ?c {{ VALUES (?a ?b ?c) {{ {values} }} }}")
    assert [row[0] for row in book["Answer"][1:]] == ["=1+1", "@x", "+1", "-1"]
    assert book["Answer"][1][1:] == [3, 1.5]
    assert book["Answer"][2][1] == "12345678901234567890" and book["Answer"][4][2] == "INF"
    raw = client.get("/sparql", query_string={"query": 'SELECT ("=1+1" AS ?a) {}', "format": "csv"})
    assert raw.data == b"a\r\n=1+1\r\n"  # as SPARQL 1.1 Query Results CSV and TSV Formats says


def test_truths_and_triples_have_workbooks_too(client: FlaskClient) -> None:
    assert book_of(client, "/sparql", query="ASK {}")["Answer"] == [["answer"], ["yes"]]
    triples = book_of(
        client,
        "/sparql",
        query=AKG + BODIES + "CONSTRUCT { ?a akg:title ?t } { ?a akg:responsibleBody body:acmw ; akg:title ?t }",
    )
    assert triples["Answer"][0][:2] == ["subject", "subject (IRI)"] and len(triples["Answer"]) == 5


def test_a_workbook_is_given_for_its_media_type_and_by_post(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept": XLSX}).content_type == XLSX
    assert client.post("/sparql", data={"query": "ASK {}", "format": "xlsx"}).data.startswith(b"PK")
    assert client.get("/sparql?format=xlsx").status_code in (400, 406)
    wrong = client.get("/sparql", query_string={"query": "ASK {", "format": "xlsx"})
    assert (wrong.status_code, wrong.mimetype) == (400, "application/problem+json")


def test_a_stored_question_has_a_workbook_with_heads_in_words(client: FlaskClient) -> None:
    book = book_of(client, "/api/questions/body-involvement", body="acmw")
    assert book["Answer"][0][:4] == ["Body", "Body (IRI)", "Plan", "Plan (IRI)"]
    assert len(book["Answer"]) == 5
    assert ["Answer to", "Which activities does ACMW contribute to?"] in book["Sources"]
    assert any("names ACMW in a role" in str(row[1]) for row in book["Sources"])
    assert any("body/acmw" in str(row[0]) for row in book["Query"])


# -- the library -----------------------------------------------------------------------------------------------


def test_the_questions_can_be_searched(client: FlaskClient) -> None:
    found = client.get("/questions?text=Printed+TIMELINE").text
    assert 'href="/questions/activities-without-timeline"' in found and "/questions/plan-tree" not in found
    none = client.get("/questions", query_string={"text": "<b>contradikt"}).text
    assert "No question holds all words of “&lt;b&gt;contradikt”" in none and 'href="/questions/contradictions"' in none
    assert client.get("/questions", query_string={"text": "x" * 10_000}).status_code == 400
    assert client.get("/questions?text=a&text=b").status_code == 400


def test_the_page_of_a_question_can_be_kept_cited_and_opened(client: FlaskClient) -> None:
    text = client.get("/questions/activities-by-strategy").text
    assert 'action="/q"' in text and "Cite this answer" in text and "Open it in the editor" in text
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', text)[:2] == ["Strategy", "Strategy title"]
    kept = re.search(r'<input type="hidden" name="query" value="([^"]*)"', text)
    assert kept is not None and client.post("/sparql/check", data={"query": unescape(kept[1])}).get_json()["sound"]


# -- without npm -----------------------------------------------------------------------------------------------


def test_the_form_says_what_is_missing_where_no_bundle_was_made(client: FlaskClient, tmp_path: Path) -> None:
    app = client.application
    folder = app.static_folder
    try:
        app.static_folder = str(tmp_path)
        text = client.get("/sparql", headers=BROWSER).text
        assert "set up without npm" in text and "editor.js" not in text and '<textarea id="query"' in text
        (tmp_path / "made").mkdir()
        (tmp_path / "made" / "codemirror.js").touch()
        text = client.get("/sparql", headers=BROWSER).text
        assert "set up without npm" not in text and 'src="/static/editor.js"' in text
    finally:
        app.static_folder = folder


# -- programs to copy ------------------------------------------------------------------------------------------


def snippet(language: str, query: str, address: str, form: str = "select") -> str:
    return next(one.text for one in snippets_for(query, address, form=form) if one.language == language)


@pytest.mark.parametrize("query", [ODD_QUERY, ODD_QUERY.replace("\n", "\r\n")], ids=["lf", "crlf"])
def test_the_shell_gets_the_query_as_it_is(endpoint: str, query: str) -> None:
    done = subprocess.run(["sh"], input=snippet("curl", query, endpoint), capture_output=True, text=True, check=True)
    assert done.stdout == "x\n" + '"' + ODD.replace('"', '""') + '"\n'


def test_python_gets_the_query_as_it_is(endpoint: str) -> None:
    text = snippet("Python", ODD_QUERY, endpoint)
    done = subprocess.run([sys.executable, "-"], input=text, capture_output=True, text=True, check=True)
    assert done.stdout == f"{ {'x': ODD} }\n"


def test_python_without_a_server_gets_the_query_as_it_is(published: Build) -> None:
    text = snippet("Python, without a server", ODD_QUERY, "") + "print(kg.query(query).texts())\n"
    environment = {**os.environ, "ASEANKG_BUILD_DIR": str(published.folder.parent)}
    done = subprocess.run(
        [sys.executable, "-"], input=text, capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.endswith(f"[[{ODD!r}]]\n"), done.stdout


@pytest.mark.parametrize(
    ("query", "form", "words"),
    [
        ("ASK {}", "ask", "True"),
        ("CONSTRUCT { <http://a.example/> <http://b.example/> 1 } {}", "triples", "http://b.example/"),
    ],
)
def test_python_takes_truths_and_triples(endpoint: str, query: str, form: str, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-"],
        input=snippet("Python", query, endpoint, form),
        capture_output=True,
        text=True,
        check=True,
    )
    assert words in done.stdout


def test_r_and_power_query_can_read_their_literals_back() -> None:
    """Read as the languages define them: R's raw strings (?Quotes), M's text literals (its specification, 3.4)."""
    r = re.search(r'query <- r"(-*)\((.*?)\)\1"\n', snippet("R", ODD_QUERY, "http://a.example/"), re.DOTALL)
    assert r is not None and r[2] == ODD_QUERY
    m = re.search(r'Query = "((?:[^"]|"")*)",\n', snippet("Excel", ODD_QUERY, "http://a.example/"))
    assert m is not None
    escapes = {"lf": "\n", "tab": "\t", "#": "#"}
    assert re.sub(r"#\((\w+|#)\)", lambda found: escapes[found[1]], m[1].replace('""', '"')) == ODD_QUERY


def test_graphs_that_were_chosen_are_asked_again(client: FlaskClient) -> None:
    stated = "https://w3id.org/aseankg/graph/layer/stated"
    text = unescape(page(client, ACMW, **{"default-graph-uri": stated}))
    assert f"--data-urlencode 'default-graph-uri={stated}'" in text
    assert f"endpoint.addParameter('default-graph-uri', '{stated}')" in text and "without a server" not in text
