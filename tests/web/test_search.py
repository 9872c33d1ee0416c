"""Search: names in any writing, questions that are understood or not, words of the texts, and texts that are odd.

Not here: how names are compared (tests/unit/test_lookup), and how questions are understood (tests of aseankg.wording).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app


@pytest.fixture(scope="module")
def client(published: Build) -> Iterator[FlaskClient]:
    settings = Settings(build_dir=str(published.folder.parent))
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    with create_app(engine, settings).test_client() as made:
        yield made


def page(client: FlaskClient, text: str, status: int = 200) -> str:
    response = client.get("/find", query_string={"text": text}, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (status, "text/html"), response.text
    return response.text


def found(client: FlaskClient, text: str) -> dict[str, Any]:
    document = client.get("/find", query_string={"text": text, "format": "json"}).get_json()
    assert isinstance(document, dict)
    return document


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


# -- names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("acmw", "body/acmw"),
        ("Asean Oshnet", "body/asean-oshnet"),
        ("wg msmes", "body/wg-msmes"),
        ("VN", "country/vnm"),
        ("PH", "country/phl"),
        ("vietnam", "country/vnm"),
        ("burma", "country/mmr"),
        ("laos", "country/lao"),
        ("philipines", "country/phl"),
        ("activity 5", "rap-vientiane/activity/5"),
        ("green jobs", "concept/theme/green-jobs"),
    ],
)
def test_a_name_in_any_writing_is_found_first(client: FlaskClient, text: str, path: str) -> None:
    assert found(client, text)["things"][0]["iri"] == f"https://w3id.org/aseankg/id/{path}"
    assert f'href="/id/{path}"' in page(client, text)


def test_things_stand_under_their_kind_with_their_plan_and_a_line(client: FlaskClient) -> None:
    text = words(page(client, "migrant workers"))
    assert re.search(r"Thematic areas Thematic area 2[12] \(ALM WP\) in ALM WP", text)
    assert "Thematic area 22 (ALM WP) in ALM WP Protection and promotion of the rights of migrant workers" in text
    assert "Migrant workers in Themes" in text
    assert "ACWC" not in text  # the rights of women and children are another body's


def test_no_iri_stands_where_a_name_belongs(client: FlaskClient) -> None:
    main = page(client, "employment").partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"(?:concept|thematic-area|activity|passage)/", re.sub(r"<[^>]*>", " ", main))


# -- questions ---------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_what_was_understood(client: FlaskClient) -> None:
    text = page(client, "Which activities does ACMW contribute to?")
    assert "Understood as a question" in text and "body-involvement?body=" in text
    assert '<a href="/id/body/acmw">ACMW</a>' in text and "Or did you mean" in text
    assert '<a href="/id/alm-wp-2016-2020/thematic-area/22">' in text
    question = found(client, "Which activities does ACMW contribute to?")["question"]
    assert question["name"] == "body-involvement" and question["labels"] == {"body": "ACMW"}


def test_what_the_graph_does_not_know_is_not_guessed(client: FlaskClient) -> None:
    text = words(page(client, "Who is the president of Indonesia?"))
    assert "Understood as a question" not in text and "not understood" in text.lower() and "president" in text
    assert found(client, "Who is the president of Indonesia?")["question"] is None


# -- words of the texts ------------------------------------------------------------------------------------


def test_passages_hold_all_words_marked_and_lead_to_the_text(client: FlaskClient) -> None:
    text = page(client, "RURAL supply")
    assert "<mark>Rural</mark> <mark>Supply</mark> Chain" in text
    assert re.search(r'href="/sources/rap-vientiane\?at=\d+-\d+#at"', text)
    hits = found(client, "rural supply")["passages"]
    assert hits and all("rural" in hit["words"].lower() and "supply" in hit["words"].lower() for hit in hits)


def test_a_passage_within_one_that_is_shown_is_left_out(client: FlaskClient) -> None:
    hits = [hit["iri"] for hit in found(client, "rural")["passages"]]
    spans = [(iri.split("/")[-3], *map(int, iri.rpartition("/")[2].split("-"))) for iri in hits]
    assert len(spans) > 5
    for source, start, end in spans:
        around = [one for one in spans if one[0] == source and one[1] <= start and end <= one[2]]
        assert around == [(source, start, end)]


def test_a_word_is_not_found_inside_another(client: FlaskClient) -> None:
    assert found(client, "men")["passages"] == [] or all(
        re.search(r"\bmen", hit["words"], re.IGNORECASE) for hit in found(client, "men")["passages"]
    )
    assert found(client, "ployment")["passages"] == []


# -- nothing, and odd texts --------------------------------------------------------------------------------


def test_without_a_text_there_is_the_form_with_examples(client: FlaskClient) -> None:
    for address in ("/find", "/find?text=", "/find?text=%20%00%20"):
        text = client.get(address).text
        assert 'name="text"' in text and "For example:" in text and "Nothing was found" not in text


def test_nothing_found_says_what_was_looked_for_and_what_to_try(client: FlaskClient) -> None:
    text = words(page(client, "xyzzyx qwerty"))
    assert "Nothing was found for xyzzyx qwerty" in text and "Try fewer words" in text and "Not known here" in text


ODD = {
    "markup": '<script>alert("x")</script><b>acmw',
    "quotes": "\"'`“”‘’ acmw",
    "an attribute": '" onfocus="alert(1)',
    "a query": '} SELECT ?s { ?s ?p "ACMW" } #',
    "a pattern": "(a+)+$[*?\\",
    "right to left": "\u202eعمال مهاجرون‏",
    "only punctuation": "?!… ()",
    "control characters": "ac\x00mw\x1b[31m\x7f",
    "a joined emoji": "👩‍🏭 acmw",
    "a lone surrogate": "acmw\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "five hundred": "rural " * 83,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_text_is_only_a_text(client: FlaskClient, text: str) -> None:
    main = page(client, text).partition("<main")[2]
    assert "<script>alert" not in main and 'onfocus="alert' not in main and "\x00" not in main
    assert found(client, text)["text"] == " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


def test_a_text_that_runs_the_other_way_does_not_turn_the_page(client: FlaskClient) -> None:
    assert f'<bdi class="sought">{escape(ODD["right to left"])}</bdi>' in page(client, ODD["right to left"])
    assert 'dir="auto"' in page(client, ODD["right to left"])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"text={'a' * 10_000}", "10,000 characters; at most 500"),
        ("text=a&text=b", "given 2 times: expected once"),
        ("text=a&format=pdf", "expected one of html, json"),
        ("text=a&format=json&format=html", "given 2 times: expected once"),
    ],
)
def test_what_cannot_be_read_is_refused_with_words(client: FlaskClient, query: str, said: str) -> None:
    response = client.get(f"/find?{query}", headers={"Accept": "text/html"})
    assert response.status_code == 400 and said in response.text


def test_a_refusal_offers_the_box_again(client: FlaskClient) -> None:
    refused = client.get(f"/find?text={'a' * 600}", headers={"Accept": "text/html"}).text
    assert 'id="text"' in refused and "cannot be read" in refused
    missing = client.get("/no/such/page", headers={"Accept": "text/html"})
    assert missing.status_code == 404 and 'id="text"' in missing.text
