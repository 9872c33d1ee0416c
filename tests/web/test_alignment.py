"""The page of alignment: numbers that a reader of the texts counts too, the words behind them, mappings, bad input.

That coverage measures the same through an engine as off a store is asked here too. Not here: how it is measured
(tests/unit/test_coverage.py).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from aseankg.api import KnowledgeGraph
from aseankg.builds import Build
from aseankg.coverage import DIMENSIONS, measure
from aseankg.coverage.quads import Asked
from aseankg.grounds import Asker
from aseankg.namespaces import AKG, RDF
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = str(tmp_path_factory.mktemp("state"))
    settings = replace(Settings(), build_dir=str(published.folder.parent), state_dir=folder)
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    yield create_app(engine, settings).test_client()


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == status, response.text[:2000]
    return response.text


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


# -- the seam ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", DIMENSIONS)
def test_an_engine_that_is_asked_gives_the_matrix_of_the_store(kg: KnowledgeGraph, by: str) -> None:
    asked = measure(Asked(Asker(LocalEngine(kg.store, Settings(), forked=False))), by=by)
    held = measure(kg.store, by=by)
    assert asked.to_dict() == held.to_dict() and asked.to_dict()["cells"]
    pair = next(iter(held.ties))
    assert asked.evidence(asked.ties[pair]) == held.evidence(held.ties[pair])


def test_each_predicate_is_asked_for_once_and_a_pattern_without_one_is_refused(kg: KnowledgeGraph) -> None:
    asked = Asked(Asker(LocalEngine(kg.store, Settings(), forked=False)))
    first = list(asked.quads_for_pattern(None, AKG.inPlan, None))
    object.__setattr__(asked, "ask", None)  # whoever asks again fails
    assert list(asked.quads_for_pattern(None, AKG.inPlan, None)) == first and len(first) > 20
    for predicate in (None, RDF.type):
        with pytest.raises(ValueError, match="too much"):
            asked.quads_for_pattern(None, predicate, None)


# -- matrices ------------------------------------------------------------------------------------------------------


def test_acmw_is_responsible_for_four_areas_and_the_action_plan_does_not_name_it(client: FlaskClient) -> None:
    found = [row for row in rows(client, "/alignment?by=body&format=csv") if row["column"] == "ACMW"]
    assert [(row["row"], row["counted"], row["through the text"]) for row in found] == [("ALM WP", "4", "4")]


def test_each_number_of_the_matrix_leads_to_as_many_elements(client: FlaskClient) -> None:
    page = text(client, "/alignment?by=body")
    links = re.findall(r'<td class="heat-[1-5]"><a href="([^"]+)"><span class="many">(\d+)<', page)
    assert len(links) > 15
    for link, count in links[:6]:
        behind = rows(client, link.replace("&amp;", "&") + "&format=csv")
        assert len({row["element"] for row in behind if row["known"] in ("text", "reading")}) == int(count)


def test_the_matrix_is_a_table_with_heads_for_those_who_hear_it(client: FlaskClient) -> None:
    page = text(client, "/alignment?by=theme")
    assert re.search(r"<caption class=\"unseen\">\S", page)
    assert len(re.findall(r'<th scope="row">', page)) > 30 and len(re.findall(r'<th scope="col">', page)) == 3
    assert 'style="' not in page and "<style" not in page


def test_the_ties_behind_a_number_show_the_words_and_lead_to_them(client: FlaskClient) -> None:
    page = text(client, "/alignment?by=body&row=alm-wp-2016-2020&column=acmw")
    assert page.count("(Responsible Body: ACMW)") == 4
    assert re.search(r'href="/sources/alm-wp-2016-2020\?at=\d+-\d+#at"', page)
    assert "through the text 4" in page and "by our reading 0" in page


def test_a_contested_tie_stands_first_with_both_opinions(client: FlaskClient) -> None:
    page = text(client, "/alignment?by=plan&row=rap-vientiane&column=alm-wp-2016-2020")
    first = page[page.index('id="known-contested"') : page.index('id="known-reading"')]
    assert first.count("<strong>Yes</strong>") == first.count("<strong>No</strong>") > 0
    assert first.count('class="judgement') == first.count("<strong>Yes</strong>")


def test_a_theme_is_never_said_by_a_text(client: FlaskClient) -> None:
    assert {row["through the text"] for row in rows(client, "/alignment?by=theme&format=csv")} == {"0"}


def test_one_plan_may_be_looked_at_alone(client: FlaskClient) -> None:
    found = rows(client, "/alignment?by=theme&plan=rap-vientiane&format=csv")
    assert {row["row"] for row in found} == {"RAP"}


def test_the_chart_has_a_title_for_each_bar_and_its_numbers_are_those_of_the_table(client: FlaskClient) -> None:
    page = text(client, "/alignment?by=body")
    bars = dict(re.findall(r"<title>ACMW, ([^<:]+): (\d+)</title>", page))
    assert bars == {"ALM WP": "4"}
    assert 'data-name="coverage-by-body"' in page and 'role="img"' in page


# -- the overview and the mappings ---------------------------------------------------------------------------------


def test_the_overview_has_every_finding_with_a_link_to_its_question(client: FlaskClient) -> None:
    page = text(client, "/alignment")
    for name in ("areas-no-activity-serves", "contradictions", "tied-to-no-other-plan"):
        assert f'href="/questions/{name}"' in page
    assert 'id="argue"' in page and "The queries behind this page" in page


def test_every_contested_mapping_stands_beside_its_contrary(client: FlaskClient) -> None:
    page = text(client, "/alignment")
    argued = page[page.index('id="argue"') :]
    assert argued.count("<strong>Yes</strong>") == argued.count("<strong>No</strong>") == argued.count("?\n      <span")


def test_mappings_are_chosen_by_standing_predicate_and_plan(client: FlaskClient, kg: KnowledgeGraph) -> None:
    every = rows(client, "/alignment?view=mappings&format=csv")
    asked = "PREFIX akg: <https://w3id.org/aseankg/ontology#> SELECT ?mapping { ?mapping akg:standing ?any }"
    assert len(every) == len(list(kg.query(asked).rows))
    chosen = rows(
        client, "/alignment?view=mappings&standing=rejected&plan=rap-vientiane&predicate=akg:serves&format=csv"
    )
    assert {(row["standing"], row["predicate"]) for row in chosen} == {("rejected", "akg:serves")}
    assert 0 < len(chosen) < len([row for row in every if row["standing"] == "rejected"])


def test_a_workbook_holds_the_ties_their_sources_and_the_query(client: FlaskClient) -> None:
    response = client.get("/alignment?by=body&row=alm-wp-2016-2020&column=acmw&format=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    assert book.sheet_names == ["Ties", "Sources", "Query"]
    assert len(book.get_sheet_by_name("Ties").to_python()) == 5  # the head and four areas


# -- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/alignment?by=them", 400, "theme"),
        ("/alignment?plan=rap-vientian", 404, "rap-vientiane"),
        ("/alignment?by=body&row=rap-vientiane&column=acmv", 404, "acmw"),
        ("/alignment?by=body&row=rap-vientiane", 404, "column"),
        ("/alignment?view=mappings&standing=asert", 400, "asserted"),
        ("/alignment?by=theme&by=body", 400, "2 times"),
        ("/alignment?colour=red", 400, "takes by"),
        ("/alignment?plan=" + "x" * 10_000, 404, "No plan"),
        ("/alignment?row=<script>alert(1)</script>&column=%00", 404, "No row"),
    ],
)
def test_what_there_is_not_is_said_with_what_there_is(
    client: FlaskClient, address: str, status: int, words: str
) -> None:
    page = text(client, address, status)
    assert words in page and "<script>alert" not in page


def test_a_cell_without_ties_says_so(client: FlaskClient) -> None:
    assert "Nothing ties these two" in text(client, "/alignment?by=body&row=rap-vientiane&column=acmw")


def test_the_page_is_the_same_for_who_has_it(client: FlaskClient) -> None:
    first = client.get("/alignment?by=theme", headers=BROWSER)
    again = client.get("/alignment?by=theme", headers={**BROWSER, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_mappings_come_by_the_hundred_and_keep_their_filter(client: FlaskClient) -> None:
    first, second = (client.get(f"/alignment?view=mappings&standing=asserted{page}").text for page in ("", "&page=2"))
    shown = [set(re.findall(r'href="/id/mapping/(\w+)"', page)) for page in (first, second)]
    assert [len(one) for one in shown] == [100, 100] and not shown[0] & shown[1]
    assert "/alignment?view=mappings&amp;standing=asserted&amp;page=2" in first
    assert client.get("/alignment?view=mappings&page=99").status_code == 400
