"""The network of roles: as a table, as nodes and edges, told apart by how each role is known."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import networkx
import pytest
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

BROWSER = {"Accept": "text/html"}
ID = "https://w3id.org/aseankg/id/"


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = str(tmp_path_factory.mktemp("state"))
    settings = replace(Settings(), build_dir=str(published.folder.parent), state_dir=folder)
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    yield create_app(engine, settings).test_client()


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def test_acmw_has_the_four_areas_that_the_work_programme_gives_it(client: FlaskClient) -> None:
    found = [row for row in rows(client, "/network?format=csv") if row["who IRI"] == f"{ID}body/acmw"]
    assert {row["in IRI"].rpartition("/")[2] for row in found} == {"14", "21", "22", "23"}
    assert {(row["how"], row["role"]) for row in found} == {("said", "responsible body")}


def test_the_roles_of_row_13_are_our_reading_and_its_names_are_said(client: FlaskClient) -> None:
    found = [row for row in rows(client, "/network?format=csv") if row["in IRI"] == f"{ID}rap-vientiane/activity/13"]
    assert {row["role"] for row in found if row["how"] == "said"} == {"involves"}
    assert {row["role"] for row in found if row["how"] == "read"} == {"contributing body", "lead actor"}


def test_of_an_inferred_role_only_the_most_special_is_drawn(client: FlaskClient) -> None:
    inferred = rows(client, "/network?layer=inferred&format=csv")
    assert {row["role"] for row in inferred} == {"national lead", "country coordinator", "coordinator"}


def test_nodes_and_edges_are_those_of_the_table(client: FlaskClient) -> None:
    data = client.get("/network?plan=rap-vientiane&format=json").get_json()
    table = rows(client, "/network?plan=rap-vientiane&format=csv")
    assert len(data["roles"]) == len(table) > 40
    ends = (
        {one["actor"] for one in data["roles"]}
        | {one["element"] for one in data["roles"]}
        | {f"{ID}plan/rap-vientiane"}
    )
    assert {one["id"] for one in data["nodes"]} == ends
    assert {one["plan"] for one in data["parts"]} == {f"{ID}plan/rap-vientiane"}
    assert all(one["name"] and not one["name"].startswith("http") for one in data["nodes"])


def test_the_page_says_what_the_drawing_says(client: FlaskClient) -> None:
    page = client.get("/network?plan=rap-vientiane", headers=BROWSER).text
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert table.count("<tr>") == len(rows(client, "/network?plan=rap-vientiane&format=csv"))
    assert re.search(r'href="/sources/rap-vientiane\?at=\d+-\d+#at"', table)


def test_without_the_library_the_page_says_what_is_missing(client: FlaskClient, tmp_path: Path) -> None:
    app = client.application
    kept, app.static_folder = app.static_folder, str(tmp_path)
    try:
        page = client.get("/network", headers=BROWSER).text
    finally:
        app.static_folder = kept
    assert "The drawing is missing" in page and "network.js" not in page and "<tbody>" in page


@pytest.mark.parametrize(
    ("address", "words"),
    [("/network?role=leads", "leadActor"), ("/network?layer=stated", "said, read, inferred"), ("/network?plan=rap", "rap-vientiane"),
     ("/network?format=gexf", "csv"), ("/network?role=a&role=b", "2 times")],
)  # fmt: skip
def test_a_wrong_parameter_is_answered_with_the_right_ones(client: FlaskClient, address: str, words: str) -> None:
    response = client.get(address, headers=BROWSER)
    assert response.status_code in (400, 406) and words in response.text


def test_choices_that_nothing_fits_are_said_to_be_so(client: FlaskClient) -> None:
    page = client.get("/network?plan=alm-wp-2016-2020&layer=read", headers=BROWSER).text
    assert "No role fits all of these choices" in page


def test_graphml_has_an_edge_for_each_row_of_the_table(client: FlaskClient) -> None:
    response = client.get("/network?plan=rap-vientiane&layer=said&format=graphml")
    assert (response.status_code, response.mimetype) == (200, "application/graphml+xml")
    found = networkx.read_graphml(io.BytesIO(response.data))
    edges = {(one, other, said["label"], said.get("words", "")) for one, other, said in found.edges(data=True)}
    table = rows(client, "/network?plan=rap-vientiane&layer=said&format=csv")
    assert edges == {(row["in IRI"], row["who IRI"], row["role"], row["words"]) for row in table} and len(edges) > 30
