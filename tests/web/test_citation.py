"""References: the facts of CITATION.cff and of the build, in every format, as the tools of their readers take them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aseankg.builds import Build
from aseankg.description.release import TITLE
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.querying import citation, permalinks
from aseankg.web.querying.citation import AUTHORS, RELEASED, Reference, reference_for

QUERY = 'SELECT ?plan { ?plan a <http://a/Plan> FILTER(?plan != "é 100% {}&_#~^\\\\") }'
DIGEST = hashlib.sha256(QUERY.encode("utf-8")).hexdigest()
GRAPH = "https://w3id.org/aseankg/graph/plan/rap-vientiane"


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    state = tmp_path_factory.mktemp("state")
    settings = Settings(build_dir=str(published.folder.parent), state_dir=str(state), query_length=5000)
    app = create_app(LocalEngine(load(published.dataset), settings), settings)
    for part, endpoint in ((permalinks, "keep"), (citation, "cite")):
        if endpoint not in app.view_functions:
            part.register(app)
    with app.test_client() as made:
        yield made


def cite(client: FlaskClient, query: str = QUERY, accept: str = "", **more: object) -> TestResponse:
    headers = {"Accept": accept} if accept else {}
    return client.get("/cite", query_string={"query": query, **more}, headers=headers)


def version_of(build: Build) -> str:
    """The version as the build's manifest has it, which older builds do not name."""
    return str(build.manifest.get("dataset version", build.manifest["build"]))


def test_the_facts_are_those_of_the_citation_file(root: Path) -> None:
    facts = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert facts["title"] == TITLE
    assert tuple(author["name"] for author in facts["authors"]) == AUTHORS
    assert facts["date-released"] == RELEASED
    assert facts["type"] == "dataset"


def test_plain_text_names_makers_title_version_query_address_and_day(client: FlaskClient, published: Build) -> None:
    before = datetime.now(UTC).date()
    response = cite(client)
    days = {before, datetime.now(UTC).date()}
    assert response.mimetype == "text/plain"
    line = response.text.strip()
    assert "\n" not in line
    assert line.startswith(f"The aseankg project (2026). {TITLE} [Data set], version {version_of(published)}.")
    assert f"SHA-256 {DIGEST[:16]}." in line
    found = re.search(r"(http://\S+) \(accessed (\d{4}-\d\d-\d\d)\)\.$", line)
    assert found is not None and date.fromisoformat(found[2]) in days
    assert parse_qs(urlsplit(found[1]).query) == {"query": [QUERY]}


MEDIA_TYPES = {
    "text/plain": "text/plain",
    "application/x-bibtex": "application/x-bibtex",
    "application/vnd.citationstyles.csl+json": "application/vnd.citationstyles.csl+json",
    "application/json": "application/vnd.citationstyles.csl+json",
    "text/html,application/xhtml+xml,*/*;q=0.8": "text/html",
}


@pytest.mark.parametrize(("accept", "expected"), MEDIA_TYPES.items())
def test_the_format_follows_the_accept_header(client: FlaskClient, accept: str, expected: str) -> None:
    response = cite(client, accept=accept)
    assert (response.status_code, response.mimetype) == (200, expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("text", "text/plain"), ("BibTeX", "application/x-bibtex"), ("html", "text/html"),
     ("json", "application/vnd.citationstyles.csl+json")],
)  # fmt: skip
def test_the_format_may_be_named(client: FlaskClient, name: str, expected: str) -> None:
    assert cite(client, accept="text/html", format=name).mimetype == expected


def test_an_unknown_format_is_met_with_the_nearest(client: FlaskClient) -> None:
    response = cite(client, format="bibtx")
    assert response.status_code == 400 and "'bibtex'" in response.get_json()["detail"]
    assert cite(client, accept="image/png").status_code == 406


def test_the_address_is_the_short_link_where_there_is_one(client: FlaskClient) -> None:
    query = "ASK { ?kept ?by ?link }"
    name = client.post("/q", data={"query": query}).get_json()["id"]
    assert f" http://localhost/q/{name} (accessed" in cite(client, query).text
    assert cite(client, query).text == client.get(f"/q/{name}/cite").text
    assert f"/q/{name}" not in cite(client, query, **{"default-graph-uri": GRAPH}).text


def test_the_address_is_the_public_one_and_not_that_of_the_host_header(published: Build, tmp_path: Path) -> None:
    settings = Settings(
        build_dir=str(published.folder.parent), state_dir=str(tmp_path), public_url="https://data.example/asean"
    )
    client = create_app(LocalEngine(load(published.dataset), settings), settings).test_client()
    evil = {"Host": "evil.example"}
    name = client.post("/q", data={"query": "ASK {}"}).get_json()["id"]
    texts = [
        client.get(path, headers=evil).text for path in ("/cite?query=ASK{}", f"/q/{name}/cite", "/cite?query=ASK+{}")
    ]
    assert ["https://data.example/asean/" in text and "evil" not in text for text in texts] == [True] * 3
    assert f" https://data.example/asean/q/{name} (acc" in texts[1] and texts[1] == texts[2]
    assert " https://data.example/asean/sparql?query=ASK" in texts[0]


def test_what_is_to_be_done_at_a_limit_belongs_to_the_reference(client: FlaskClient) -> None:
    [item] = cite(client, format="json", limit="notice").get_json(force=True)
    assert parse_qs(urlsplit(item["URL"]).query) == {"query": [QUERY], "limit": ["notice"]}


def test_a_reference_is_not_kept_because_it_names_the_day(client: FlaskClient) -> None:
    assert cite(client).headers["Cache-Control"] == "no-store"


def test_the_page_of_a_new_link_shows_the_reference(client: FlaskClient) -> None:
    page = client.post("/q", data={"query": "ASK { ?page ?of ?link }"}, headers={"Accept": "text/html"})
    assert (
        hashlib.sha256(b"ASK { ?page ?of ?link }").hexdigest()[:16] in page.text
        and "The aseankg project (2026)." in page.text
    )


def test_graphs_belong_to_the_reference(client: FlaskClient) -> None:
    text = cite(client, **{"default-graph-uri": GRAPH}).text
    assert f"over the graph {GRAPH}." in text
    [item] = cite(client, format="json", **{"default-graph-uri": GRAPH}).get_json(force=True)
    assert parse_qs(urlsplit(item["URL"]).query)["default-graph-uri"] == [GRAPH]


def test_csl_json_is_what_pandoc_and_zotero_read(client: FlaskClient, published: Build) -> None:
    [item] = cite(client, format="json").get_json(force=True)
    assert item["type"] == "dataset" and item["title"] == TITLE and item["version"] == version_of(published)
    assert item["author"] == [{"literal": "The aseankg project"}]
    assert item["issued"] == {"date-parts": [[2026, 11, 21]]}
    assert parse_qs(urlsplit(item["URL"]).query) == {"query": [QUERY]}
    assert DIGEST[:16] in item["note"]


def test_bibtex_is_one_entry_with_balanced_braces(client: FlaskClient) -> None:
    entry = cite(client, format="bibtex").text
    assert entry.startswith(f"@misc{{aseankg-{DIGEST[:16]},\n") and entry.endswith("\n}\n")
    assert entry.count("{") == entry.count("}")
    fields = dict(re.findall(r"^  (\w+) *= \{(.*)\},$", entry, re.MULTILINE))
    assert fields["author"] == "{The aseankg project}" and fields["title"] == f"{{{TITLE}}}"
    assert fields["year"] == "2026"
    assert parse_qs(urlsplit(fields["url"]).query) == {"query": [QUERY]}


def test_bibtex_escapes_what_tex_would_take_for_its_own() -> None:
    graph = r"http://a/100%_&#$~^{\}"
    entry = Reference("1_0", "f" * 64, "http://a/q/b", date(2026, 1, 2), (graph,)).bibtex()
    assert r"version = {1\_0}" in entry.replace("  ", " ")
    assert r"http://a/100\%\_\&\#\$\textasciitilde{}\textasciicircum{}\textbraceleft{}" in entry
    assert r"\textbackslash{}\textbraceright{}" in entry


@pytest.mark.parametrize("graph", ["http://a/{", "http://a/}", "http://a/\\}", "http://a/\nb\r\u2028\u0085c"])
def test_a_field_of_bibtex_has_balanced_braces_and_one_line_whatever_it_is_of(graph: str) -> None:
    reference = Reference("1", "f" * 64, f"http://a/q/b?{graph}", date(2026, 1, 2), (graph,))
    lines = reference.bibtex().splitlines()
    assert len(lines) == 9 and all(line.count("{") == line.count("}") for line in lines[1:-1])
    assert len(reference.plain().splitlines()) == 1


def test_the_page_has_all_formats_and_escapes_the_query(client: FlaskClient) -> None:
    page = cite(client, 'ASK { ?a ?b "<script>" }', accept="text/html")
    assert "<script" not in page.text
    for name in ("text", "bibtex", "json"):
        assert f"format={name}" in page.text


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [("", 400, "0 queries"), ("query=", 400, "expected one"), ("query=a&query=b", 400, "2 queries"),
     ("query=%FF", 400, "UTF-8"), ("query=" + "a" * 5001, 413, "5000"), ("query=nope", 400, "nope"),
     ("query=DROP+ALL", 403, "reading only"), ("query=ASK{}&default-graph-uri=no+iri", 400, "no iri"),
     ("query=ASK{}&named-graph-uri=a%0Ab", 400, "IRI"), ("query=ASK{}&limit=none", 400, "notice"),
     ("query=ASK{SERVICE<http://far.example/>{}}", 403, "far.example")],
    ids=["none", "empty", "two", "no UTF-8", "too long", "no query", "update", "graph", "line", "limit", "service"],
)  # fmt: skip
def test_what_is_wrong_is_said(client: FlaskClient, asked: str, status: int, words: str) -> None:
    response = client.get(f"/cite?{asked}")
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert words in response.get_json()["detail"]


def test_an_unknown_link_has_no_reference(client: FlaskClient) -> None:
    assert client.get("/q/aaaaaaaaaa/cite").status_code == 404


def test_without_a_build_there_is_nothing_to_refer_to(published: Build, tmp_path: Path) -> None:
    settings = Settings(build_dir=str(tmp_path), state_dir=str(tmp_path))
    app = create_app(LocalEngine(load(published.dataset), settings), settings)
    if "cite" not in app.view_functions:
        permalinks.register(app)
        citation.register(app)
    response = app.test_client().get("/cite?query=ASK{}")
    assert response.status_code == 503 and "aseankg build" in response.get_json()["detail"]


def test_a_reference_is_of_the_build_that_is_given(published: Build) -> None:
    reference = reference_for("ASK {}", (), "http://a/q/b", published)
    assert reference.version == version_of(published)
    assert reference.digest == hashlib.sha256(b"ASK {}").hexdigest()
