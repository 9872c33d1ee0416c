"""Short links: made once for each query, kept within bounds, and leading to the answer, whatever is asked of them."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.querying import citation, permalinks
from aseankg.web.querying.permalinks import Allowance

ONE, TWO = "https://w3id.org/aseankg/graph/one", "https://w3id.org/aseankg/graph/two"
DATA = f'<http://a/s> <http://a/p> "one" <{ONE}> .\n<http://a/s> <http://a/p> "two" <{TWO}> .\n'
QUERY = "SELECT ?word { ?s <http://a/p> ?word } ORDER BY ?word"
SETTINGS = Settings(query_length=20_000, service_hosts="other.example")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def dataset_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "dataset.nq"
    file.write_text(DATA, encoding="utf-8")
    return file


def make(file: Path, folder: Path, **more: object) -> Flask:
    settings = replace(SETTINGS, state_dir=str(folder), build_dir=str(folder / "no builds"), **more)  # type: ignore[arg-type]
    app = create_app(LocalEngine(load(file), settings), settings)
    for part, endpoint in ((permalinks, "keep"), (citation, "cite")):
        if endpoint not in app.view_functions:
            part.register(app)
    return app


@pytest.fixture
def client(dataset_file: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    with make(dataset_file, tmp_path / "state").test_client() as made:
        yield made


def keep(client: FlaskClient, query: str = QUERY, **more: object) -> str:
    response = client.post("/q", data={"query": query, **more})
    assert response.status_code in (200, 201), response.text
    assert response.json is not None
    return str(response.json["id"])


def problem(response: TestResponse, status: int) -> str:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    assert response.json is not None
    return str(response.json["detail"])


# -- making a link ---------------------------------------------------------------------------------------------


def test_a_new_link_is_created_and_the_same_query_has_the_same(client: FlaskClient) -> None:
    first, second = client.post("/q", data={"query": QUERY}), client.post("/q", data={"query": QUERY})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json is not None and first.json == second.json
    name = first.json["id"]
    assert re.fullmatch(r"[a-z2-7]{10}", name)
    assert first.json == {
        "id": name, "url": f"http://localhost/q/{name}", "cite": f"http://localhost/q/{name}/cite",
    }  # fmt: skip
    assert first.headers["Location"] == f"/q/{name}"
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_the_link_is_the_same_on_every_server(dataset_file: Path, tmp_path: Path) -> None:
    apps = [make(dataset_file, tmp_path / name) for name in ("one", "two")]
    assert len({keep(app.test_client()) for app in apps}) == 1


def test_the_line_ends_of_a_browsers_form_make_no_other_link(client: FlaskClient) -> None:
    lines = "SELECT ?s\nWHERE { ?s ?p ?o }"
    links = [client.post("/q", data={"query": text}).json for text in (lines, lines.replace("\n", "\r\n"))]
    assert links[0] == links[1] is not None


def test_graphs_and_format_belong_to_the_link_and_their_order_does_not(client: FlaskClient) -> None:
    plain = keep(client, limit="error")
    graphs = keep(client, QUERY, **{"default-graph-uri": [ONE, TWO]})
    turned = keep(client, QUERY, **{"default-graph-uri": [TWO, ONE, ONE]})
    named = keep(client, QUERY, **{"named-graph-uri": [ONE, TWO]})
    csv = keep(client, format="csv")
    cut = keep(client, limit="notice")
    assert graphs == turned and plain == keep(client)
    assert len({plain, graphs, named, csv, cut}) == 5


def test_what_is_to_be_done_at_a_limit_belongs_to_the_link(dataset_file: Path, tmp_path: Path) -> None:
    client = make(dataset_file, tmp_path, rows=1).test_client()
    assert client.get(f"/q/{keep(client)}", follow_redirects=True).status_code != 200
    name = keep(client, limit="notice")
    answer = client.get(f"/q/{name}", follow_redirects=True)
    assert answer.status_code == 200 and "one" in answer.text and "two" not in answer.text
    assert answer.headers["Aseankg-Notice"]
    target = urlsplit(client.get(f"/q/{name}").headers["Location"])
    assert parse_qs(target.query) == {"query": [QUERY], "limit": ["notice"]}
    assert client.get(f"/q/{name}?limit=error", follow_redirects=True).status_code != 200
    assert "expected error" in problem(client.post("/q", data={"query": QUERY, "limit": "none"}), 400)


def test_links_are_under_the_public_address_and_not_under_the_host_header(dataset_file: Path, tmp_path: Path) -> None:
    client = make(dataset_file, tmp_path, public_url="https://data.example/asean/").test_client()
    made = client.post("/q", data={"query": QUERY}, headers={"Host": "evil.example"}).get_json()
    assert made["url"] == f"https://data.example/asean/q/{made['id']}" and made["cite"] == f"{made['url']}/cite"
    page = client.post("/q", data={"query": QUERY}, headers=BROWSER | {"Host": "evil.example"}).text
    assert made["url"] in page and "evil.example" not in page


def test_a_browser_gets_a_page_with_the_link(client: FlaskClient) -> None:
    page = client.post("/q", data={"query": 'SELECT ?x { BIND ("<script>" AS ?x) }'}, headers=BROWSER)
    assert (page.status_code, page.mimetype) == (201, "text/html")
    name = page.headers["Location"].rpartition("/")[2]
    assert f"http://localhost/q/{name}" in page.text and "&lt;script&gt;" in page.text and "<script>" not in page.text


@pytest.mark.parametrize("query", [QUERY, "CONSTRUCT WHERE { ?s ?p ?o }", "ASK {}"], ids=["rows", "triples", "truth"])
def test_the_page_of_a_link_leads_to_formats_that_the_answer_has(client: FlaskClient, query: str) -> None:
    page = client.post("/q", data={"query": query}, headers=BROWSER).text
    found = re.findall(r'href="(/q/\w+\.\w+)"', page)
    assert len(found) == 3
    assert {client.get(address, follow_redirects=True).status_code for address in found} == {200}


def test_a_query_that_does_not_parse_is_not_kept(client: FlaskClient) -> None:
    answer = client.post("/q", data={"query": "SELECT ?word { ?s <http://a/p> ?word"})
    problem(answer, 400)
    assert answer.json is not None and answer.json["line"] == 1


def test_only_reading_is_kept(client: FlaskClient) -> None:
    assert "reading only" in problem(client.post("/q", data={"query": "DROP ALL"}), 403)
    assert "reading only" in problem(client.post("/q", data={"update": "DROP ALL"}), 403)


def test_a_query_with_service_is_kept_for_listed_hosts_and_asks_nobody(client: FlaskClient) -> None:
    keep(client, "SELECT * { SERVICE <http://other.example/sparql> { ?s ?p ?o } }")
    refused = client.post("/q", data={"query": "SELECT * { SERVICE <http://far.example/sparql> { ?s ?p ?o } }"})
    assert "may not ask far.example" in problem(refused, 403)


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"other": "x"}, 400, "no query"),
        ({"query": "  "}, 400, "no query"),
        ({"query": [QUERY, QUERY]}, 400, "2 queries"),
        ({"query": "ASK {}" + " " * 20_000}, 413, "without a link"),
        ({"query": QUERY, "format": "cvs"}, 400, "csv"),
        ({"query": QUERY, "default-graph-uri": "no iri"}, 400, "no iri"),
        ({"query": QUERY, "named-graph-uri": ["http://a/" + "x" * 10_000]}, 413, "10,000"),
    ],
    ids=["nothing", "blank", "two", "too long", "format", "graph", "graphs too long"],
)
def test_what_is_wrong_is_said(client: FlaskClient, data: dict[str, object], status: int, words: str) -> None:
    assert words in problem(client.post("/q", data=data), status)


def test_links_are_made_by_post_only(client: FlaskClient) -> None:
    response = client.get("/q")
    problem(response, 405)
    assert "POST" in response.headers["Allow"]


# -- following a link ------------------------------------------------------------------------------------------


def test_a_link_leads_to_the_query_and_its_graphs(client: FlaskClient) -> None:
    name = keep(client, QUERY, **{"default-graph-uri": ONE, "named-graph-uri": TWO})
    response = client.get(f"/q/{name}")
    assert response.status_code == 307
    target = urlsplit(response.headers["Location"])
    assert target.path == "/sparql"
    assert parse_qs(target.query) == {"query": [QUERY], "default-graph-uri": [ONE], "named-graph-uri": [TWO]}


@pytest.mark.parametrize(
    ("made", "asked", "expected"),
    [
        ({}, ".csv", "text/csv"),
        ({}, "?format=csv", "text/csv"),
        ({"format": "xml"}, "", "application/sparql-results+xml"),
        ({"format": "xml"}, ".srj", "application/sparql-results+json"),
        ({"format": "xml"}, "?format=tsv", "text/tab-separated-values"),
        ({}, "", "application/sparql-results+json"),
    ],
)
def test_the_format_is_that_of_the_link_or_of_the_asker(
    client: FlaskClient, made: dict[str, str], asked: str, expected: str
) -> None:
    response = client.get(f"/q/{keep(client, **made)}{asked}", follow_redirects=True)
    assert (response.status_code, response.mimetype) == (200, expected)


def test_the_answer_comes_from_the_graphs_of_the_link(client: FlaskClient) -> None:
    name = keep(client, QUERY, **{"default-graph-uri": TWO})
    assert client.get(f"/q/{name}.csv", follow_redirects=True).text.split() == ["word", "two"]


def test_head_stays_head(client: FlaskClient) -> None:
    response = client.head(f"/q/{keep(client)}", follow_redirects=True)
    assert (response.status_code, response.data) == (200, b"")


def test_a_query_too_long_for_an_address_is_answered_in_place(client: FlaskClient) -> None:
    name = keep(client, QUERY + " # é" * 2000, **{"default-graph-uri": ONE})
    for suffix in (".csv", "?format=csv"):
        response = client.get(f"/q/{name}{suffix}")
        assert (response.status_code, response.mimetype) == (200, "text/csv")
        assert response.text.split() == ["word", "one"]
    assert client.get(f"/q/{name}", headers={"Accept": "text/csv"}).mimetype == "text/csv"
    assert "csv" in problem(client.get(f"/q/{name}.cvs"), 400)
    head = client.head(f"/q/{name}")
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize("name", ["aaaaaaaaaa", "x", "%00", "%FF", "a'--", "..", "é" * 500])
def test_an_unknown_link_is_not_found(client: FlaskClient, name: str) -> None:
    problem(client.get(f"/q/{name}"), 404)
    keep(client)
    problem(client.get(f"/q/{name}"), 404)


# -- what is kept ----------------------------------------------------------------------------------------------


def test_no_links_are_made_where_none_are_wanted_and_old_ones_stay(dataset_file: Path, tmp_path: Path) -> None:
    name = keep(make(dataset_file, tmp_path).test_client())
    closed = make(dataset_file, tmp_path, permalink_bytes=0).test_client()
    assert "ASEANKG_PERMALINK_BYTES" in problem(closed.post("/q", data={"query": QUERY}), 403)
    assert closed.get(f"/q/{name}").status_code == 307


def noise(number: int, length: int = 1000) -> str:
    """A query of its own that cannot be packed small."""
    words = "".join(hashlib.sha256(f"{number} {part}".encode()).hexdigest() for part in range(length // 64))
    return f"SELECT ?x {{ BIND ({number} AS ?x) }} #{words}"


def test_when_the_space_is_used_up_nothing_kept_is_lost(dataset_file: Path, tmp_path: Path) -> None:
    most = 60_000
    client = make(dataset_file, tmp_path, permalink_bytes=most).test_client()
    names = []
    for number in range(1000):
        asker = {"REMOTE_ADDR": f"192.0.2.{number}"}
        response = client.post("/q", data={"query": noise(number)}, environ_base=asker)
        if response.status_code == 507:
            break
        names.append((number, response.get_json()["id"]))
    assert "used up" in problem(response, 507)
    assert 40 < len(names) < 90
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= most
    for number, name in names:
        assert client.get(f"/q/{name}.csv", follow_redirects=True).text.split() == ["x", str(number)]
    assert client.post("/q", data={"query": noise(0)}).status_code == 200


def test_what_is_kept_is_packed(dataset_file: Path, tmp_path: Path) -> None:
    client = make(dataset_file, tmp_path, permalink_bytes=60_000).test_client()
    for number in range(25):
        keep(client, f"SELECT ?x {{ BIND ({number} AS ?x) }} #" + 9000 * "x")


def test_one_asker_makes_no_more_than_30_new_links_a_minute_and_others_go_on(client: FlaskClient) -> None:
    for number in range(30):
        keep(client, f"ASK {{}} # {number}")
    refused = client.post("/q", data={"query": "ASK {} # 30"})
    assert "from your address" in problem(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert client.post("/q", data={"query": "ASK {} # 7"}).status_code == 200
    other = client.post("/q", data={"query": "ASK {} # 30"}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert other.status_code == 201
    assert client.post("/q", data={"query": "ASK {} # 30"}).status_code == 200


def test_an_asker_may_make_links_again_when_the_minute_is_over_but_300_a_day_at_most() -> None:
    now = [1000.0]
    allowance = Allowance(lambda: now[0])
    made = 0
    for _ in range(10):
        assert [allowance.take("192.0.2.1") for _ in range(30)] == [0] * 30
        made += 30
        now[0] += 60
    assert made == 300 and allowance.take("192.0.2.1") == 86_400 - 600
    now[0] = 1000.0 + 86_400
    assert allowance.take("192.0.2.1") == 0


def test_refused_attempts_do_not_put_off_the_end_of_the_minute() -> None:
    now = [0.0]
    allowance = Allowance(lambda: now[0])
    waits = [allowance.take("192.0.2.1") for _ in range(31)]
    assert waits == [0] * 30 + [60]
    now[0] = 30.5
    assert allowance.take("192.0.2.1") == 30
    now[0] = 60.0
    assert allowance.take("192.0.2.1") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
    ids=["one network", "two networks", "mapped", "two hosts", "a socket"],
)
def test_an_asker_is_an_address_or_a_network_of_ipv6(one: str, other: str, same: bool) -> None:
    allowance = Allowance(lambda: 0.0)
    assert not any(allowance.take(one) for _ in range(30))
    assert bool(allowance.take(other)) is same


def contents(folder: Path) -> list[bytes | str]:
    with sqlite3.connect(folder / "permalinks.sqlite") as links:
        found = [row[0] for row in links.execute("SELECT content FROM kept")]
    links.close()
    return found


def write_contents(folder: Path, content: bytes | str) -> None:
    with sqlite3.connect(folder / "permalinks.sqlite") as links:
        links.execute("UPDATE kept SET content = ?", (content,))
    links.close()


def test_a_link_from_before_links_were_packed_stays(client: FlaskClient, tmp_path: Path) -> None:
    name = keep(client)
    [packed] = contents(tmp_path / "state")
    assert isinstance(packed, bytes)
    write_contents(tmp_path / "state", zlib.decompress(packed).decode())
    assert client.get(f"/q/{name}").status_code == 307
    assert client.post("/q", data={"query": QUERY}).status_code == 200 and keep(client) == name


def test_names_are_what_they_were(client: FlaskClient) -> None:
    query = "SELECT ?plan { ?plan a <https://w3id.org/aseankg/ontology#Plan> } ORDER BY ?plan"
    assert keep(client, query) == "rrrv6s4vta"  # as README.md and docs/service.md have it


def test_two_queries_never_share_a_name(client: FlaskClient, tmp_path: Path) -> None:
    name = keep(client)
    write_contents(tmp_path / "state", zlib.compress(b"another query of the same hash"))
    longer = keep(client)
    assert longer.startswith(name) and len(longer) > len(name)
    assert keep(client) == longer


def test_a_damaged_link_is_said(client: FlaskClient, tmp_path: Path) -> None:
    name = keep(client)
    write_contents(tmp_path / "state", b"damaged")
    assert "try again later" in problem(client.get(f"/q/{name}"), 503)


def test_a_folder_that_cannot_be_written_is_said(dataset_file: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    client = make(dataset_file, tmp_path / "state").test_client()
    assert "try again later" in problem(client.post("/q", data={"query": QUERY}), 503)
    problem(client.get("/q/aaaaaaaaaa"), 404)


def test_a_damaged_file_is_said(dataset_file: Path, tmp_path: Path) -> None:
    (tmp_path / "permalinks.sqlite").write_bytes(b"no database " * 1000)
    client = make(dataset_file, tmp_path).test_client()
    problem(client.post("/q", data={"query": QUERY}), 503)
    problem(client.get("/q/aaaaaaaaaa"), 503)


def test_links_are_made_in_several_threads_at_once(dataset_file: Path, tmp_path: Path) -> None:
    app = make(dataset_file, tmp_path)
    statuses: list[int] = []

    def post(thread: int) -> None:
        for number in range(10):
            query = f"SELECT ?x {{ BIND ({number + thread % 2} AS ?x) }}"
            statuses.append(app.test_client().post("/q", data={"query": query}).status_code)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 40 and statuses.count(201) == 11 and statuses.count(200) == 29
