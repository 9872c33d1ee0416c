"""`/explain` over HTTP: pages and JSON that lead from a row to the words, and queries that mean no good.

Not here: what an explanation says (tests/cli/test_explain.py).
"""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aseankg.builds import Build
from aseankg.namespaces import PREFIXES
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

FACT = {"subject": "rap-vientiane/activity/2", "predicate": "dcterms:relation", "object": "body/acwc"}
LED = f"SELECT ?a WHERE {{ ?a <{PREFIXES['akg']}leadCountry> <{PREFIXES['country']}vnm> }} ORDER BY ?a"
DEADLINE = 2


@pytest.fixture(scope="module")
def client(published: Build) -> Iterator[FlaskClient]:
    settings = Settings(build_dir=str(published.folder.parent))
    with create_app(LocalEngine(load(published.dataset), settings, forked=False), settings).test_client() as made:
        yield made


@pytest.fixture(scope="module")
def hurried(published: Build) -> Iterator[FlaskClient]:
    """A service that stops a query after two seconds, for which each runs in a process of its own."""
    settings = Settings(build_dir=str(published.folder.parent), deadline=DEADLINE)
    with create_app(LocalEngine(load(published.dataset), settings), settings).test_client() as made:
        yield made


def ask(client: FlaskClient, accept: str = "application/json", **values: object) -> TestResponse:
    return client.get("/explain?" + urlencode(values, doseq=True), headers={"Accept": accept})


def problem(response: TestResponse, status: int) -> str:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text[:500]
    found = json.loads(response.text)
    assert "Traceback" not in response.text and "`aseankg" not in response.text
    return str(found["detail"])


def test_a_fact_leads_to_the_words_in_json_and_on_the_page(client: FlaskClient) -> None:
    found = ask(client, **FACT)
    assert found.status_code == 200 and found.mimetype == "application/json"
    last = found.get_json()["facts"][-1]["graphs"][0]["grounds"][0]
    assert (last["passages"][0]["words"], last["passages"][0]["line"]) == ("ACWC", 25)
    page = ask(client, "text/html", **FACT)
    assert page.mimetype == "text/html" and "<mark>ACWC</mark>" in page.text and "line 25" in page.text
    assert "Super-properties" in page.text and "queries/rules/sub-properties.rq" in page.text


def test_a_pair_that_is_only_judged_is_not_shown_as_a_fact(client: FlaskClient) -> None:
    pair = {"subject": "vientiane-declaration/strategy/1", "predicate": "serves",
            "object": "alm-wp-2016-2020/thematic-area/1"}  # fmt: skip
    assert [one["held"] for one in ask(client, **pair).get_json()["facts"]] == [False]
    page = ask(client, "text/html", **pair).text
    assert "<strong>not asserted</strong>" in page and "a mapping that dissents: it does not hold" in page
    assert page.count("<mark>all forms of discrimination</mark>") == 2
    assert "not asserted" not in ask(client, "text/html", **FACT).text


def test_what_stays_the_same_has_a_tag_and_is_not_sent_twice(client: FlaskClient) -> None:
    first = ask(client, **FACT)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get("/explain?" + urlencode(FACT), headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert ask(client, query=LED).headers["Cache-Control"] == "no-cache"


def test_each_row_of_a_question_leads_to_its_explanation(client: FlaskClient) -> None:
    page = client.get("/questions/body-involvement?body=slom", headers={"Accept": "text/html"}).text
    links = [html.unescape(one) for one in re.findall(r'class="why" href="(/explain[^"]+)"', page)]
    rows = client.get("/api/questions/body-involvement?body=slom").get_json()["rows"]
    assert len(links) == len(rows) > 3
    for link, row in [(links[1], rows[1]), (links[-1], rows[-1])]:
        found = client.get(link).get_json()
        assert found["row"]["element"] == f"<{row['element']['value']}>"
        assert found["row"]["said"].strip('"') == row["said"]["value"] or "\\" in found["row"]["said"]


def test_each_row_of_a_query_leads_to_its_explanation(client: FlaskClient) -> None:
    page = client.get("/sparql?" + urlencode({"query": LED}), headers={"Accept": "text/html"}).text
    form = re.search(r'<form id="why" action="/explain" method="get" hidden>(.*?)</form>', page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form[1]))
    numbers = re.findall(r'<button class="why" form="why" name="row" value="(\d+)"', page)
    assert numbers == [str(one + 1) for one in range(len(numbers))] and len(numbers) > 1
    found = ask(client, query=html.unescape(fields["query"]), row=numbers[0]).get_json()
    assert [one["predicate"] for one in found["facts"]] == [f"<{PREFIXES['akg']}leadCountry>"]


def a_contested_mapping(client: FlaskClient) -> str:
    text = f"SELECT ?m WHERE {{ ?m <{PREFIXES['akg']}standing> 'contested' }} ORDER BY ?m LIMIT 1"
    found = client.get("/sparql?" + urlencode({"query": text}), headers={"Accept": "text/csv"}).text
    return found.split()[1].removeprefix(PREFIXES["id"])


@pytest.mark.parametrize("thing", ["rap-vientiane/activity/2", "report/rap-2", "membership/vnm/interval", "a mapping"])
def test_each_fact_on_the_page_of_a_thing_leads_to_its_explanation(client: FlaskClient, thing: str) -> None:
    name = a_contested_mapping(client) if thing == "a mapping" else thing
    page = client.get(f"/id/{name}.html").text
    links = [html.unescape(one) for one in re.findall(r'class="why" href="(/explain[^"]+)"', page)]
    assert len(links) > 1
    for link in links:
        found = client.get(link)
        assert found.status_code == 200 and found.get_json()["roots"], link


def test_only_the_graphs_asked_for_stand_behind_a_row(client: FlaskClient) -> None:
    text = f"SELECT ?b WHERE {{ <{PREFIXES['id']}rap-vientiane/activity/13> ?p ?b }} ORDER BY ?b"
    curated = f"{PREFIXES['graph']}curated"
    found = ask(client, query=text, row=1, **{"default-graph-uri": curated}).get_json()
    assert found["roots"] and all(
        curated in [place["graph"] for place in one["graphs"]]
        for one in found["facts"]
        if one["number"] in found["roots"]
    )


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({}, 400, "Say what to explain"),
        ({**FACT, "query": LED}, 400, "Given: subject, query"),
        ({**FACT, "row": "1"}, 400, "'row' is no parameter beside subject"),
        ({"query": LED, "row": "0"}, 400, "expected a number from 1"),
        ({"query": LED, "row": "9" * 30}, 400, "expected a number from 1"),
        ({"query": LED, "row": "99"}, 404, "no row 99"),
        ({"query": LED, "colour": "red"}, 400, "'colour' is no parameter"),
        ({"query": [LED, LED]}, 400, "given 2 times"),
        ({"question": "leads-by-contry"}, 404, "Did you mean 'leads-by-country'"),
        ({"question": "leads-by-country", "parameter": "x=1"}, 400, "takes no parameter"),
        ({"question": "body-involvement", "parameter": "body=nobody at all"}, 400, "No body is called"),
        ({"subject": "nobody at all"}, 404, "No thing is called"),
        ({"subject": "http://x/ y"}, 404, "No thing is called"),
        ({**FACT, "predicate": "leadActr"}, 404, "Did you mean 'leadActor'"),
        ({**FACT, "format": "yaml"}, 400, "No format"),
        ({"query": "SELECT"}, 400, "Line 1"),
        ({"query": "INSERT DATA { <x:a> <x:b> <x:c> }"}, 403, "update"),
    ],
)
def test_what_cannot_be_explained_is_a_problem_with_words(
    client: FlaskClient, values: dict[str, object], status: int, words: str
) -> None:
    assert words in problem(ask(client, **values), status)


ATTACKS = {
    "service": ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", {403}),
    "hidden service": ("SELECT * { S\\u0045RVICE <http://127.0.0.1/> { ?s ?p ?o } }", {400, 403}),
    "deep brackets": ("SELECT * { ?s ?p ?o FILTER (" + "(" * 40_000 + "1" + ")" * 40_000 + ") }", {400}),
    "deep groups": ("SELECT * " + "{" * 49 + "?s ?p ?o" + "}" * 49, {200, 400, 504}),
    "too long": ("SELECT * { " + "?s ?p ?o . " * 12_000 + "}", {413}),
    "many patterns": ("SELECT ?s { " + "?s a ?o . " * 9_000 + "} LIMIT 1", {400, 504}),
    "many branches": ("SELECT ?s { " + " UNION ".join(["{ ?s a ?o }"] * 5_000) + " } LIMIT 1", {400, 504}),
    "long path": ("SELECT ?s { ?s (" + "/".join(["<x:p>"] * 9_000) + ")* ?s } LIMIT 1", {200, 400, 504}),
    "many paths": ("SELECT ?s { " + "?s <x:p>* ?s . " * 300 + "} LIMIT 1", {200, 400, 504}),
    "many EXISTS": ("SELECT ?s { ?s a ?o " + "FILTER EXISTS { ?s a ?o } " * 3_000 + "} LIMIT 1", {200, 400, 504}),
    "many inverses": ("SELECT ?s { ?s " + "^" * 50_000 + "<x:p> ?o }", {400}),
    "many names": ("SELECT * { " + " ".join(f"?way{'_' * n} ?p ?o ." for n in range(400)) + " } LIMIT 1", {200, 400, 504}),
    "cross product": ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c != ?i) }", {504}),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_a_query_that_means_no_good_ends_within_the_limits(hurried: FlaskClient, name: str) -> None:
    text, statuses = ATTACKS[name]
    start = time.monotonic()
    found = ask(hurried, query=text)
    assert found.status_code in statuses, (found.status_code, found.text[:300])
    assert time.monotonic() - start < 6 * DEADLINE
    assert len(found.data) < 2_000_000 and "Traceback" not in found.text
    assert hurried.get("/sparql?" + urlencode({"query": "ASK {}"})).status_code == 200
