"""The stored questions over HTTP: what programs get, what people see, and that a value is never more than a value.

Not here: what the questions answer (tests/queries), and their description for tools (test_openapi).
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

QUESTIONS = sorted(file.stem for file in (Path(__file__).parents[2] / "queries" / "questions").glob("*.rq"))
ID = "https://w3id.org/aseankg/id/"
BODY = "/api/questions/body-involvement"


@pytest.fixture(scope="module")
def client(published: Build) -> Iterator[FlaskClient]:
    settings = Settings(build_dir=str(published.folder.parent))
    with create_app(LocalEngine(load(published.dataset), settings), settings).test_client() as made:
        yield made


def problem(response: TestResponse, status: int) -> dict[str, object]:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    found = json.loads(response.text)
    assert found["status"] == status and "Traceback" not in response.text and "`aseankg" not in response.text
    return dict(found)


# -- for programs ------------------------------------------------------------------------------------------


def test_the_list_holds_every_stored_question_and_its_parameters(client: FlaskClient) -> None:
    listed = client.get("/api/questions").get_json()
    assert len(QUESTIONS) > 20 and listed["count"] == len(QUESTIONS)
    found = {question["name"]: question for question in listed["questions"]}
    assert sorted(found) == QUESTIONS
    assert found["activities-by-year"]["question"] == "Which activities are planned for 2018?"
    assert found["activities-by-year"]["url"] == "/api/questions/activities-by-year"
    year = {"name": "year", "kind": "year", "default": "2018", "required": False}
    assert [{key: one[key] for key in year} for one in found["activities-by-year"]["parameters"]] == [year]
    assert found["abbreviations"]["parameters"] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_gives_the_same_rows_in_every_format_on_its_page_and_as_a_query(
    client: FlaskClient, name: str
) -> None:
    address = f"/api/questions/{name}"
    answer = client.get(address).get_json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}?format=csv").text)))
    assert rows == [
        {column: "" if cell is None else cell["value"] for column, cell in row.items()} for row in answer["rows"]
    ]
    assert answer["count"] == len(rows) > 0 and answer["columns"] == list(rows[0])
    results = json.loads(client.get(f"{address}?format=srj").text)
    assert (results["head"]["vars"], len(results["results"]["bindings"])) == (answer["columns"], len(rows))
    assert client.get(f"{address}?format=tsv").text.splitlines()[0].split("\t") == [f"?{name}" for name in rows[0]]
    page = client.get(f"/questions/{name}").text
    assert f"<strong>{len(rows)} row" in page
    query = html.unescape(re.findall(r'href="(/sparql\?query=[^"]*)">Open it', page)[0])
    assert list(csv.DictReader(io.StringIO(client.get(f"{query}&format=csv").text))) == rows


def test_an_answer_says_what_was_asked_and_gives_names_to_iris(client: FlaskClient, published: Build) -> None:
    answer = client.get(BODY, query_string={"body": "ACWC"}).get_json()
    acwc = {"type": "iri", "value": f"{ID}body/acwc", "label": "ACWC"}
    assert answer["question"]["name"] == "body-involvement"
    assert answer["parameters"] == [{"name": "body", "kind": "body", "value": acwc}]
    assert (answer["build"], answer["dataset_version"]) == (published.manifest["build"], published.version)
    assert [row["element"]["value"].removeprefix(ID) for row in answer["rows"]] == [
        "rap-vientiane/activity/1", "rap-vientiane/activity/2",
    ]  # fmt: skip
    first = answer["rows"][0]
    assert first["body"] == acwc
    assert first["role"] == {"type": "literal", "value": "contributing body", "lang": "en"}
    assert first["said"] == {"type": "literal", "value": "Contributing Sectoral Body: ACWC"}
    assert first["line"]["datatype"] == "http://www.w3.org/2001/XMLSchema#integer"


def test_an_answer_says_of_which_plan_it_has_no_row_as_the_command_line_does(client: FlaskClient) -> None:
    [note] = client.get(f"{BODY}?body=acwc").get_json()["notes"]
    assert note.startswith("No thematic area, project or commitment of the plan ")
    assert note.endswith("names ACWC in a role; 30 were read.")
    assert "names ACWC in a role" in client.get(f"{BODY}?body=acwc&format=csv").headers["Aseankg-Notice"]


@pytest.mark.parametrize("value", ["acmw", "ACMW", "body/acmw", f"{ID}body/acmw"])
def test_a_thing_may_be_named_by_slug_acronym_or_iri(client: FlaskClient, value: str) -> None:
    answer = client.get(BODY, query_string={"body": value}).get_json()
    assert answer["parameters"][0]["value"]["value"] == f"{ID}body/acmw"


def test_years_and_days_are_bound_as_typed_literals(client: FlaskClient) -> None:
    year = client.get("/api/questions/activities-by-year?year=2017").get_json()["parameters"][0]["value"]
    assert year == {"type": "literal", "value": "2017", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    day = client.get("/api/questions/members-at-a-date?date=1998-01-01").get_json()
    assert day["parameters"][0]["value"]["datatype"] == "http://www.w3.org/2001/XMLSchema#date"
    assert day["count"] == 9  # Cambodia joined in April 1999, as the tenth


def test_a_parameter_given_empty_stays_open_and_the_answer_says_so(client: FlaskClient) -> None:
    of_2018 = client.get("/api/questions/activities-by-year").get_json()
    of_all = client.get("/api/questions/activities-by-year?year=").get_json()
    assert of_all["count"] > of_2018["count"] and of_2018["notes"] == []
    assert of_all["parameters"][0]["value"] is None
    assert of_all["notes"] == ["Asked without a value of year: the rows are those of every value."]


ASKED = {
    "the defaults": ("body-involvement", "", "Which activities does ACMW contribute to?"),
    "the defaults, given": ("body-involvement", "?body=ACMW", "Which activities does ACMW contribute to?"),
    "another body": ("body-involvement", "?body=asec", "Involvement of a body (body: ASEAN Secretariat)"),
    "another year": ("activities-by-year", "?year=2017", "Activities of a year (year: 2017)"),
    "any year": ("activities-by-year", "?year=", "Activities of a year (year: any)"),
    "no parameter": ("abbreviations", "", "What do the abbreviations of the Regional Action Plan stand for?"),
}


@pytest.mark.parametrize(("name", "values", "asked"), ASKED.values(), ids=ASKED)
def test_the_words_of_a_question_are_those_of_the_values_it_was_asked_with(
    client: FlaskClient, name: str, values: str, asked: str
) -> None:
    question = client.get(f"/api/questions/{name}{values}").get_json()["question"]
    stored = {one["name"]: one["question"] for one in client.get("/api/questions").get_json()["questions"]}
    assert (question["question"], question["example"]) == (asked, stored[name])
    page = client.get(f"/questions/{name}{values}").text
    assert f'<p class="lead">{asked}</p>' in page
    assert (f"For example: {stored[name]}" in page) == (asked != stored[name])


@pytest.mark.parametrize("form", ["json", "srj", "csv", "tsv"])
def test_every_format_names_its_build(client: FlaskClient, published: Build, form: str) -> None:
    response = client.get(f"{BODY}?format={form}")
    assert response.headers["Aseankg-Build"] == published.manifest["build"]


def test_questions_are_counted_and_logged_as_queries_are(published: Build, tmp_path: Path) -> None:
    log = tmp_path / "queries.log"
    settings = Settings(build_dir=str(published.folder.parent), query_log=str(log))
    app = create_app(LocalEngine(load(published.dataset), settings), settings)
    with app.test_client() as asker:
        for address in (f"{BODY}?body=acwc&format=csv", f"{BODY}?body=acmv", "/questions/body-involvement?body=acwc"):
            asker.get(address)
        metrics = asker.get("/metrics").text
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(entry["outcome"], entry["form"]) for entry in entries] == [
        ("ok", "select"), ("bad_query", ""), ("ok", "select"),
    ]  # fmt: skip
    assert f"VALUES ?body {{ <{ID}body/acwc> }}" in entries[0]["query"] and entries[0]["bytes"] > 100
    assert 'aseankg_queries_total{outcome="ok"} 2.0' in metrics
    assert 'aseankg_queries_total{outcome="bad_query"} 1.0' in metrics


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv; charset=utf-8"),
    ],
)
def test_the_format_is_chosen_by_accept(client: FlaskClient, accept: str, media_type: str) -> None:
    response = client.get(BODY, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (200, media_type)
    assert "Accept" in response.headers["Vary"]


def test_a_browser_is_led_to_the_page_of_the_question(client: FlaskClient) -> None:
    response = client.get(f"{BODY}?body=acwc", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (response.status_code, response.headers["Location"]) == (303, "/questions/body-involvement?body=acwc")


@pytest.mark.parametrize("address", ["/api/questions", BODY, f"{BODY}?format=csv", "/questions"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).data == first.data


def test_answers_that_differ_differ_in_their_tag(client: FlaskClient) -> None:
    asked = [("acmw", "*/*"), ("acwc", "*/*"), ("acmw", "text/csv"), ("acmw", "text/tab-separated-values")]
    tags = {client.get(f"{BODY}?body={body}", headers={"Accept": accept}).headers["ETag"] for body, accept in asked}
    assert len(tags) == len(asked)


@pytest.mark.parametrize("address", ["/api/questions", BODY, "/questions", "/questions/body-involvement"])
def test_head_and_options_are_answered_and_writing_is_not(client: FlaskClient, address: str) -> None:
    head = client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert client.options(address).headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in client.post(address).headers["Allow"] and client.post(address).status_code == 405


# -- what is wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["/api/questions/", "/questions/"])
@pytest.mark.parametrize("name", ["body-involvment", "..%5Cchecks%5Cx", "%00", "%FF", "x" * 100_000])
def test_an_unknown_question_is_not_found(client: FlaskClient, folder: str, name: str) -> None:
    found = problem(client.get(folder + name), 404)
    assert "/api/questions lists them all." in str(found["detail"]) and len(str(found["detail"])) < 400
    assert ("Did you mean 'body-involvement'" in str(found["detail"])) == (name == "body-involvment")


WRONG = {
    "unknown": (f"{BODY}?bodi=acmw", "bodi", "it takes body, and format. Did you mean 'body'?"),
    "of a question without": ("/api/questions/abbreviations?body=x", "body", "takes no parameter of its own"),
    "of the list": ("/api/questions?body=x", "body", "has no parameter 'body'"),
    "repeated": (f"{BODY}?body=acmw&body=acwc", "body", "given 2 times: expected once"),
    "repeated format": (f"{BODY}?format=csv&format=tsv", "format", "given 2 times: expected once"),
    "nearly right": (f"{BODY}?body=acmv", "body", "No body is called 'acmv'. Did you mean ACMW"),
    "of another kind": (f"{BODY}?body=rap-vientiane", "body", "No body is called 'rap-vientiane'."),
    "no year": ("/api/questions/activities-by-year?year=18", "year", "expected a year such as 2018"),
    "a year in other digits": ("/api/questions/activities-by-year?year=२०१८", "year", "expected a year such as 2018"),
    "no day": ("/api/questions/members-at-a-date?date=2017-02-30", "date", "expected a day such as 2017-12-31"),
    "half a day": ("/api/questions/members-at-a-date?date=2017", "date", "expected a day such as 2017-12-31"),
}


@pytest.mark.parametrize(("address", "parameter", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_parameter_is_named(client: FlaskClient, address: str, parameter: str, words: str) -> None:
    found = problem(client.get(address), 400)
    assert found["parameter"] == parameter
    assert words in str(found["detail"])


def test_an_unknown_format_and_one_that_nobody_offers_are_told(client: FlaskClient) -> None:
    assert "Did you mean 'csv'?" in str(problem(client.get(f"{BODY}?format=cvs"), 400)["detail"])
    problem(client.get(BODY, headers={"Accept": "image/png"}), 406)


INJECTED = {
    "quote": 'x"',
    "quote and brace": '" } UNION { ?body ?p ?o } #',
    "brace": "}",
    "closed group": "x> } { <x",
    "escaped quote": "\\u0022 } #",
    "comment": "# x",
    "newline": "x\n} DELETE WHERE { ?s ?p ?o }",
    "nul": "x\0y",
    "term in N-Triples": f"<{ID}body/acmw>> <x",
    "literal in N-Triples": '"acmw"^^<http://www.w3.org/2001/XMLSchema#string>',
    "variable": "?element",
    "template": "{{ 7 * 7 }} ${7*7} %s {0}",
    "markup": "<script>alert(1)</script>",
    "100 kB": "x" * 100_000,
    "100 kB of quotes": '"' * 100_000,
}


@pytest.mark.parametrize("value", INJECTED.values(), ids=INJECTED)
@pytest.mark.parametrize("address", [BODY, "/questions/body-involvement"])
def test_a_value_is_looked_up_and_never_written_into_the_query(client: FlaskClient, address: str, value: str) -> None:
    found = problem(client.get(address, query_string={"body": value}), 400)
    assert str(found["detail"]).startswith("No body is called ") and found["parameter"] == "body"
    assert len(str(found["detail"])) < 500


@pytest.mark.parametrize("name", ["x" * 100_000, '"', "_external", "endpoint", "name", "\0", "[]"])
def test_a_name_of_a_parameter_is_never_more_than_a_name(client: FlaskClient, name: str) -> None:
    response = client.get(BODY, query_string={name: "1", "format": "html"}, headers={"Accept": "application/json"})
    assert response.status_code == 400 and len(response.data) < 4000


# -- for people --------------------------------------------------------------------------------------------


def test_the_page_of_all_links_every_question(client: FlaskClient) -> None:
    page = client.get("/questions").text
    assert [name for name in QUESTIONS if page.count(f'href="/questions/{name}"') != 1] == []
    headings = ["What is missing, and what contradicts", "Who does what", "The texts: their parts, words and oddities"]
    places = [page.index(f">{heading}</h2>") for heading in headings]
    assert places == sorted(places) and "More questions" not in page


def test_the_page_of_a_question_shows_its_form_with_the_value_asked_for(client: FlaskClient) -> None:
    page = client.get("/questions/body-involvement?body=ACWC").text
    assert '<select id="body" name="body"' in page and '<option value="acwc" selected>ACWC</option>' in page
    assert page.count(" selected>") == 1 and '<option value="acmw">ACMW</option>' in page
    assert "names ACWC in a role; 30 were read." in page
    assert ">For example: Which activities does ACMW contribute to?<" in page
    assert "<strong>2 rows</strong>" in page and ">Activity 1 (RAP)</a>" in page
    for form in ("json", "csv", "tsv", "xlsx"):
        assert f"/api/questions/body-involvement?format={form}&amp;body=ACWC" in page


def test_years_and_days_are_asked_for_in_the_browsers_own_controls(client: FlaskClient) -> None:
    assert 'type="number" value="2018"' in client.get("/questions/activities-by-year").text
    assert 'type="date" value="2017-12-31"' in client.get("/questions/members-at-a-date").text
    assert '<datalist id="element-values">' in client.get("/questions/where-in-the-text").text


def test_a_wrong_value_is_told_to_a_browser_in_a_page(client: FlaskClient) -> None:
    page = client.get("/questions/body-involvement?body=<b>", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "No body is called &#39;&lt;b&gt;&#39;." in page.text
