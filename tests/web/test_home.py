"""The first page and the lists: real answers, honest counts, and a page also while no query is answered.

Counts are those of the texts, read by people: data/sources/*/*.txt. Not here: search (test_search).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.errors import QueryBusyError
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.store.request import Answer, QueryRequest
from aseankg.web import create_app

LISTS = ("bodies", "countries", "themes")


class Stopped:
    """An engine that answers nothing."""

    in_flight = 0

    @property
    def build(self) -> str:
        raise QueryBusyError("No query process runs.")

    def answer(self, request: QueryRequest) -> Answer:
        raise QueryBusyError("No query process is free.")


@pytest.fixture(scope="module")
def client(published: Build) -> Iterator[FlaskClient]:
    settings = Settings(build_dir=str(published.folder.parent))
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    with create_app(engine, settings).test_client() as made:
        yield made


@pytest.fixture
def stopped(published: Build) -> FlaskClient:
    return create_app(Stopped(), Settings(build_dir=str(published.folder.parent))).test_client()  # type: ignore[arg-type]


def rows(client: FlaskClient, name: str) -> dict[str, dict[str, str]]:
    """The rows of a list as CSV, by their first cell."""
    response = client.get(f"/{name}?format=csv")
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    found = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    return {next(iter(row.values())): row for row in found}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


# -- home --------------------------------------------------------------------------------------------------


def test_the_first_page_answers_its_questions_from_the_graph(client: FlaskClient) -> None:
    page = client.get("/").text
    for area in (14, 21, 22, 23):  # "(Responsible Body: ACMW)" stands four times in the Work Programme
        assert f'<a href="/id/alm-wp-2016-2020/thematic-area/{area}">' in page
    assert '<a href="/id/country/phl">Philippines</a>: <q>The Philippines</q>' in page
    assert '<a href="/id/country/mmr">Myanmar</a>: <q>Myanmar</q>' in page
    assert "names ACMW in a role; 15 were read." in words(page)
    assert page.count("The whole answer") == page.count("The query in SPARQL") == 3


def test_the_first_page_leads_from_a_fact_to_its_words(client: FlaskClient) -> None:
    found = re.search(r'<q>Myanmar</q>\s*<a class="quiet" href="(/sources/[^"]+)"', client.get("/").text)
    assert found and found[1] == "/sources/rap-vientiane?at=3628-3635#at"


def test_the_first_page_says_how_many_there_are_and_how_sure_it_is(client: FlaskClient, published: Build) -> None:
    page = words(client.get("/").text)
    assert "thematic areas 23" in page and "strategies 9" in page and "countries 11" in page
    assert published.version in page
    assert "0 violations" in page and re.search(r"\d+ warnings?", page) and "pySHACL" in page


def test_the_first_page_has_one_box_that_asks(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.count('name="text"') == 1 and 'action="/find"' in page and 'for="text"' in page


def test_the_first_page_is_shown_while_no_query_is_answered_and_nobody_keeps_it(stopped: FlaskClient) -> None:
    response = stopped.get("/", headers={"Accept": "text/html"})
    assert response.status_code == 200 and "No query is answered just now" in response.text
    assert "Three questions" not in response.text and "<dd>" not in response.text
    assert "ETag" not in response.headers and response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/find?text=acmw", *(f"/{name}" for name in LISTS)])
def test_another_page_is_a_page_that_says_busy_while_no_query_is_answered(stopped: FlaskClient, path: str) -> None:
    response = stopped.get(path, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert "Busy just now" in response.text and "Traceback" not in response.text
    assert response.headers["Retry-After"]


def test_the_first_page_is_sent_once(client: FlaskClient) -> None:
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


# -- lists -------------------------------------------------------------------------------------------------


def test_bodies_have_acronym_name_and_kind_in_columns_of_their_own(client: FlaskClient) -> None:
    found = rows(client, "bodies")
    assert len(found) == 17
    assert found["ACWC"]["Name"].endswith("Rights of Women and Children") and found["ACWC"]["Kind"] == "Commission"
    assert found["ACMW"]["Name"].endswith("Rights of Migrant Workers") and found["ACMW"]["Kind"] == "Committee"
    assert found["ASEC"]["Name"] == "ASEAN Secretariat"


def test_roles_are_counted_as_printed_and_as_read(client: FlaskClient) -> None:
    found = rows(client, "bodies")
    # Row 13 is printed in the wrong column: its bodies contribute, and SLOM leads, in our reading only.
    assert found["SOMRDPE"]["RAP: contributes to, printed"] == "6"
    assert found["SOMRDPE"]["RAP: contributes to, as read"] == "7"
    assert (found["SLOM"]["RAP: leads, printed"], found["SLOM"]["RAP: leads, as read"]) == ("0", "1")
    assert found["WG-MSMEs"]["RAP: contributes to, printed"] == found["WG-MSMEs"]["RAP: contributes to, as read"] == "8"
    assert found["ACMW"]["ALM WP: responsible for, printed"] == "4"


def test_a_mention_is_no_role(client: FlaskClient) -> None:
    ilo = rows(client, "bodies")["ILO"]
    assert {head: cell for head, cell in ilo.items() if cell not in ("0", "") and ":" in head} == {
        "RAP: mentioned in, printed": "2"
    }


def test_countries_lead_by_name_apart_from_all_member_states(client: FlaskClient) -> None:
    found = rows(client, "countries")
    assert len(found) == 11
    assert found["Viet Nam"]["RAP: leads, printed"] == "2"
    assert {found[name]["RAP: leads as a Member State, with what follows"] for name in found} == {"3", "0"}
    # Timor-Leste was no member when the plan was made.
    assert found["Timor-Leste"]["RAP: leads as a Member State, with what follows"] == "0"


def test_themes_and_focus_areas_are_told_apart(client: FlaskClient) -> None:
    page = client.get("/themes").text
    assert 'id="themes"' in page and 'id="focus"' in page and "/id/concept/theme/green-jobs" in page
    found = list(csv.DictReader(io.StringIO(client.get("/themes?format=csv").data.decode("utf-8-sig"))))
    assert [row["RAP: printed"] for row in found if row["Name"] == "Knowledge sharing"] == ["5"]
    assert {row["List"] for row in found} == {"themes", "focus", "indicators"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_what_its_file_holds(client: FlaskClient, name: str) -> None:
    page = client.get(f"/{name}").text
    listed = re.findall(r'<th scope="row"><a href="([^"]+)">', page)
    assert len(listed) > 10 and len(listed) == len(set(listed))
    sent = client.get(f"/{name}?format=csv").data.decode("utf-8-sig")
    assert all(f"https://w3id.org/aseankg{path}" in sent for path in listed)
    assert client.get(f"/{name}?format=xlsx").data.startswith(b"PK")


@pytest.mark.parametrize("query", ["format=pdf", "x=1", "format=csv&format=xlsx", f"format={'a' * 10_000}", "%00=%00"])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_refuses_what_it_does_not_know(client: FlaskClient, name: str, query: str) -> None:
    response = client.get(f"/{name}?{query}")
    assert response.status_code == 400 and len(response.text) < 12_000
