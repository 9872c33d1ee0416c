"""What is answered from memory and what is not: keys, entity tags, the budget of bytes, the counts, and who is asking.

Not here: large answers (test_streams), limits (test_limits), a change of the build (test_reload), the protocol (test_protocol).
"""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from pyoxigraph import Literal, NamedNode, Quad, Store
from tests.web.conftest import Served, problem, put_build, served, until
from werkzeug.test import TestResponse

from aseankg.settings import Settings
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.operation import operation

P, Q = NamedNode("http://example.org/p"), NamedNode("http://example.org/q")
ONE, TWO = NamedNode("http://example.org/one"), NamedNode("http://example.org/two")
SELECT = f"SELECT ?s ?o {{ ?s <{P.value}> ?o }} ORDER BY ?s"
CONSTRUCT = f"CONSTRUCT {{ ?s <{P.value}> ?o }} WHERE {{ ?s <{P.value}> ?o }}"
JSON, CSV = "application/sparql-results+json", "text/csv"


def store() -> Store:
    """100 values in each of two graphs."""
    found = Store()
    for graph in (ONE, TWO):
        for number in range(100):
            subject = NamedNode(f"http://example.org/{graph.value[-3:]}/{number}")
            found.add(Quad(subject, P, Literal(f"value {number} of {graph.value}"), graph))
    return found


@dataclass(frozen=True)
class Asker:
    """Asks one application, and tells what its cache did."""

    app: Flask

    def count(self, name: str, **labels: str) -> float:
        return operation(self.app).metrics.registry.get_sample_value(name, labels) or 0.0

    def looked(self) -> dict[str, float]:
        return {result: self.count("aseankg_cache_total", result=result) for result in ("hit", "miss", "not_modified")}

    def ask(
        self, query: str, /, method: str = "GET", headers: dict[str, str] | None = None, **more: str | list[str]
    ) -> tuple[TestResponse, str]:
        """Return the answer, and `hit`, `miss`, `not_modified`, or nothing where no answer was looked for."""
        before = self.looked()
        given = {"query": query, **{name.replace("_", "-"): value for name, value in more.items()}}
        where = {"data": given} if method == "POST" else {"query_string": given}
        response = self.app.test_client().open("/sparql", method=method, headers=headers, **where)
        changed = [name for name, count in self.looked().items() if count != before[name]]
        assert len(changed) < 2
        return response, "".join(changed)


def asker(**more: int | str) -> Asker:
    settings = Settings(**more)  # type: ignore[arg-type]
    return Asker(create_app(LocalEngine(store(), settings, build="a-build-of-tests"), settings))


@pytest.fixture
def fresh() -> Asker:
    """An application that has answered nothing yet."""
    return asker()


# -- what is the same ----------------------------------------------------------------------------------------

SAME = {
    "as it was": SELECT,
    "blanks": f"  SELECT   ?s\t?o {{\n\n  ?s <{P.value}>   ?o }}\r\n ORDER BY ?s\n",
    "comments": f"# what is it?\nSELECT ?s\n  # 'that' is \"all\" }}\n?o {{ ?s <{P.value}> ?o }} ORDER BY ?s",
}


@pytest.mark.parametrize("query", SAME.values(), ids=SAME)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_same_query_is_answered_from_memory(fresh: Asker, query: str, method: str) -> None:
    first, looked = fresh.ask(SELECT)
    again, found = fresh.ask(query, method)
    assert (looked, found) == ("miss", "hit")
    assert again.data == first.data and again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Aseankg-Build"] == "a-build-of-tests"
    assert first.headers["Cache-Control"] == "public, no-cache"


def test_a_direct_post_is_the_same_query_too(fresh: Asker) -> None:
    first, _ = fresh.ask(SELECT)
    posted = fresh.app.test_client().post("/sparql", data=SELECT, content_type="application/sparql-query")
    assert (posted.data, fresh.looked()["hit"]) == (first.data, 1)


def test_parameters_in_another_order_are_the_same_query(fresh: Asker) -> None:
    client = fresh.app.test_client()
    for order in (("query", "format"), ("format", "query")):
        client.get("/sparql", query_string=[(name, {"query": SELECT, "format": "csv"}[name]) for name in order])
    assert fresh.looked() == {"hit": 1, "miss": 1, "not_modified": 0}


# -- what is another -----------------------------------------------------------------------------------------

OTHERS: dict[str, dict[str, str | list[str]]] = {
    "a default graph": {"default_graph_uri": ONE.value},
    "another": {"default_graph_uri": TWO.value},
    "both": {"default_graph_uri": [ONE.value, TWO.value]},
    "a named graph": {"named_graph_uri": ONE.value},
    "limit=notice": {"limit": "notice"},
    "another format": {"format": "csv"},
    "a third": {"format": "xml"},
}


def test_other_graphs_formats_and_limits_are_another_answer(fresh: Asker) -> None:
    tags = {fresh.ask(SELECT)[0].headers["ETag"]}
    for name, more in OTHERS.items():
        response, looked = fresh.ask(SELECT, **more)
        assert (response.status_code, looked) == (200, "miss"), name
        tags.add(response.headers["ETag"])
    assert len(tags) == len(OTHERS) + 1
    one, two = (fresh.ask(SELECT, format="csv", default_graph_uri=graph.value)[0].data for graph in (ONE, TWO))
    assert one.count(b"/one/") == two.count(b"/two/") == 100 and not one.count(b"/two/") + two.count(b"/one/")


# Each pair differs in nothing but blanks, line ends or what stands after a `#`, and yet asks two things.
ALIKE = {
    "blanks within a string": ('SELECT (STRLEN("a  b") AS ?n) {}', 'SELECT (STRLEN("a b") AS ?n) {}', "4", "3"),
    "a # within a string": ('SELECT ("a#b" AS ?n) {}', 'SELECT ("a#c" AS ?n) {}', "a#b", "a#c"),
    "a # within a long string": ("SELECT ('''a\n#b''' AS ?n) {}", "SELECT ('''a\n#c''' AS ?n) {}", "a\n#b", "a\n#c"),
    "a # within an IRI": ("SELECT (STR(<x:a#b>) AS ?n) {}", "SELECT (STR(<x:a#c>) AS ?n) {}", "x:a#b", "x:a#c"),
    "a # within a name": (
        "PREFIX x: <x:> SELECT ?n { BIND(STR(x:a\\#b) AS ?n)\n}", "PREFIX x: <x:> SELECT ?n { BIND(STR(x:a\\#c) AS ?n)\n}",
        "x:a#b", "x:a#c"),
    "a comment after < and a number": (
        "SELECT ?n { BIND(2 AS ?n) FILTER(?n<3#>\n && ?n<1\n)}", "SELECT ?n { BIND(2 AS ?n) FILTER(?n<3#> && ?n<1\n)}", "", "2"),
    "a string after < that holds >": (
        "SELECT ?n { BIND(IF('x>'<'x>  y', STRLEN('x>  y'), 0) AS ?n) }",
        "SELECT ?n { BIND(IF('x>'<'x>  y', STRLEN('x> y'), 0) AS ?n) }", "5", "4"),
    "a bracket in a string after <": (
        "SELECT ?n { BIND('x> y' AS ?v) BIND(?v<'x>  y' AS ?n) }", "SELECT ?n { BIND('x> y' AS ?v) BIND(?v<'x> !' AS ?n) }",
        "false", "false"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "first", "second"), ALIKE.values(), ids=ALIKE)
def test_two_queries_that_look_alike_get_each_its_own_answer(
    fresh: Asker, one: str, other: str, first: str, second: str
) -> None:
    found = [fresh.ask(query, format="csv")[0] for query in (one, other)]
    assert [response.get_data(as_text=True)[3:].removesuffix("\r\n").strip('"') for response in found] == [
        first,
        second,
    ]
    assert found[0].headers["ETag"] != found[1].headers["ETag"]


# -- what is never kept --------------------------------------------------------------------------------------

CHANGING = {
    "NOW": "SELECT (NOW() AS ?t) {}",
    "now in small letters": "SELECT (now() AS ?t) {}",
    "RAND": "SELECT (RAND() AS ?t) {}",
    "RAND in ORDER BY": f"SELECT ?s {{ ?s <{P.value}> ?o }} ORDER BY RAND() LIMIT 3",
    "UUID": "SELECT (UUID() AS ?t) {}",
    "STRUUID": "SELECT (STRUUID() AS ?t) {}",
    "without a blank before it": "SELECT(1+RAND()AS ?t){}",
    "an escape": "SELECT ('\\u0041' AS ?t) {}",
    "a long escape": "SELECT (STR(<x:\\U00000041>) AS ?t) {}",
    "SERVICE": "SELECT * { SERVICE SILENT <http://127.0.0.1:1/sparql> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("query", CHANGING.values(), ids=CHANGING)
def test_what_may_change_is_never_kept(query: str) -> None:
    asking = asker(service_hosts="127.0.0.1:1", service_loopback=1)
    for headers in ({}, {}, {"If-None-Match": '"x"'}):
        response, looked = asking.ask(query, headers=headers)
        assert (response.status_code, looked) == (200, ""), response.text
        assert response.headers["Cache-Control"] == "no-store" and "ETag" not in response.headers
    assert asking.count("aseankg_cache_bytes") == 0


def test_errors_are_never_kept(fresh: Asker) -> None:
    for query in ("ASK {", "SELECT * { ?s x:p ?o }", SELECT):
        for _ in range(2):
            response, looked = fresh.ask(query, format="turtle" if query == SELECT else "json")
            assert response.status_code in (400, 406) and not looked and "ETag" not in response.headers
    assert fresh.count("aseankg_cache_bytes") == 0


# -- entity tags ---------------------------------------------------------------------------------------------


def test_tags_are_strong_and_differ_by_format_and_encoding(fresh: Asker) -> None:
    tags = {}
    for accept in (JSON, CSV, "application/sparql-results+xml"):
        for encoding in ("identity", "gzip"):
            response, looked = fresh.ask(SELECT, headers={"Accept": accept, "Accept-Encoding": encoding})
            assert looked == "miss" and response.headers["ETag"].startswith('"')
            assert response.headers.get("Content-Encoding") == ("gzip" if encoding == "gzip" else None)
            plain = gzip.decompress(response.data) if encoding == "gzip" else response.data
            tags[response.headers["ETag"]] = (accept, plain)
    assert len(tags) == 6 and len(set(tags.values())) == 3


MATCHES = ["{}", "W/{}", '"x", {}, "y"', '"x",W/{}', "*", " * "]


@pytest.mark.parametrize("given", MATCHES)
@pytest.mark.parametrize("kept", [True, False], ids=["in memory", "not in memory"])
def test_what_the_asker_has_is_304_with_the_headers_of_200(given: str, kept: bool) -> None:
    asking = asker(cache_bytes=16_000_000 if kept else 0)
    whole, _ = asking.ask(SELECT)
    response, looked = asking.ask(SELECT, headers={"If-None-Match": given.format(whole.headers["ETag"])})
    assert (response.status_code, response.data, looked) == (304, b"", "not_modified")
    for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):  # RFC 9110, 15.4.5
        assert response.headers[name] == whole.headers[name]


@pytest.mark.parametrize("given", ['"x"', 'W/"x"', "x", "", "**", '"*"', ","])
def test_what_the_asker_has_not_is_sent(fresh: Asker, given: str) -> None:
    whole, _ = fresh.ask(SELECT)
    response, looked = fresh.ask(SELECT, headers={"If-None-Match": given})
    assert (response.status_code, response.data, looked) == (200, whole.data, "hit")


@pytest.mark.parametrize(
    ("query", "more", "status"),
    [
        ("ASK {", {}, 400),
        (SELECT, {"format": "turtle"}, 406),
        (SELECT, {"default_graph_uri": "no iri"}, 400),
        ("CLEAR ALL", {}, 403),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f && ?i != ?l) } ORDER BY ?l", {}, 504),
    ],
)
def test_any_tag_is_no_304_where_there_is_no_answer(query: str, more: dict[str, str], status: int) -> None:
    asking = asker(deadline=1)
    response, _ = asking.ask(query, headers={"If-None-Match": "*"}, **more)
    assert response.status_code == status


# -- HEAD ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("HEAD", "GET"), ("GET", "HEAD")], ids=["not in memory", "in memory"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize(
    "query", [SELECT, CONSTRUCT, "SELECT (YEAR(NOW()) AS ?t) {}"], ids=["rows", "triples", "not kept"]
)
def test_head_has_the_headers_of_get_and_no_body(
    fresh: Asker, query: str, encoding: str, order: tuple[str, str]
) -> None:
    found = {method: fresh.ask(query, method, headers={"Accept-Encoding": encoding})[0] for method in order}
    assert found["HEAD"].data == b"" and found["GET"].data
    assert found["HEAD"].status_code == 200
    assert sorted(found["HEAD"].headers) == sorted(found["GET"].headers)


# -- the budget ----------------------------------------------------------------------------------------------


def test_without_a_budget_nothing_is_kept() -> None:
    asking = asker(cache_bytes=0)
    assert [asking.ask(SELECT)[1] for _ in range(3)] == ["miss"] * 3
    assert asking.count("aseankg_cache_bytes") == 0


@pytest.mark.parametrize("padding", [0, 2_000], ids=["short queries", "long queries"])
def test_no_more_is_kept_than_the_budget(padding: int) -> None:
    """Counted are the answers, and the queries and requests by which they are found."""
    asking = asker(cache_bytes=100_000)
    queries = [f"{SELECT} LIMIT {number % 10 + 1} OFFSET {number} # {'x' * padding}" for number in range(100)]
    for query in queries:
        asking.ask(query)
        assert 0 < asking.count("aseankg_cache_bytes") <= 100_000
    found = [asking.ask(query)[1] for query in reversed(queries)]
    assert found[0] == "hit" and found[-1] == "miss"  # the last, and the first, which had to go
    assert found.count("hit") <= 100_000 / (1_000 + padding)


def test_an_answer_larger_than_a_quarter_of_the_budget_is_not_kept() -> None:
    asking = asker(cache_bytes=40_000)
    size = len(asking.ask(SELECT)[0].data)
    assert size > 10_000
    assert [asking.ask(SELECT)[1], asking.ask(SELECT + " LIMIT 3")[1]] == ["miss", "miss"]
    assert [asking.ask(SELECT)[1], asking.ask(SELECT + " LIMIT 3")[1]] == ["miss", "hit"]


# -- many at once, over HTTP -----------------------------------------------------------------------------------

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f && ?i != ?l) }"


def quads() -> bytes:
    return "".join(f"{quad} .\n" for quad in store()).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("front")
    put_build(made, "first", quads())
    return made


@pytest.fixture(scope="module")
def service(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log = tmp_path_factory.mktemp("log") / "queries.jsonl"
    with served(Settings(build_dir=str(folder), query_log=str(log), cache_bytes=200_000)) as running:
        yield running


def test_askers_at_once_never_get_each_others_answers(service: Served) -> None:
    """8 askers, each with 200 queries in an order of its own, over a cache that holds a part of the answers."""
    wrong: list[tuple[int, int, bytes]] = []

    def ask_all(start: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
        for step in range(200):
            number = (start * 25 + step * 7) % 200
            query = f"SELECT ?n ?s {{ BIND({number} AS ?n) ?s <{P.value}> ?o }} ORDER BY ?s LIMIT {number % 20 + 1}"
            connection.request("GET", "/sparql?" + urlencode({"query": query, "format": "csv"}))
            body = connection.getresponse().read()
            rows = body.split(b"\r\n")[1:-1]
            if len(rows) != number % 20 + 1 or {row.split(b",")[0] for row in rows} != {str(number).encode()}:
                wrong.append((start, number, body[:200]))
        connection.close()
        return 200

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask_all, range(8))) == 1600
    assert wrong == []


def test_the_log_has_one_line_of_json_for_each_query_and_no_address(service: Served) -> None:
    log = Path(service.settings.query_log)
    before = len(log.read_text().splitlines()) if log.exists() else 0
    private = {"X_Forwarded_For": "203.0.113.9", "User_Agent": "who-am-i/1.0", "Forwarded": "for=203.0.113.9"}
    tag = service.ask(SELECT, **private).headers["ETag"]
    service.ask(SELECT, If_None_Match=tag, **private)
    service.ask("ASK {", **private)
    service.ask("CLEAR ALL", **private)
    service.ask("ASK {\n}", [("format", "html")], **private)
    assert until(lambda: len(log.read_text().splitlines()) >= before + 5)
    lines = [json.loads(line) for line in log.read_text().splitlines()[before:]]
    assert [line["outcome"] for line in lines] == ["ok", "ok", "bad_query", "refused", "ok"]
    assert [line["cache"] for line in lines][:2] in (["miss", "not_modified"], ["hit", "not_modified"])
    assert lines[0]["query"] == SELECT and lines[4]["query"] == "ASK {\n}"
    assert not any(word in log.read_text() for word in ("203.0.113.9", "127.0.0.1", "who-am-i"))


def test_metrics_count_over_both_web_processes(service: Served) -> None:
    def counted() -> dict[str, float]:
        lines = service.send("GET", "/metrics").body.decode().splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    before = counted()
    tag = ""
    for _ in range(20):
        tag = service.ask(f"{SELECT} LIMIT 4").headers["ETag"]
    for _ in range(5):
        assert service.ask(f"{SELECT} LIMIT 4", If_None_Match=tag).status == 304
    after = counted()
    gone = {name: after[name] - before.get(name, 0.0) for name in after}
    hits, misses = gone['aseankg_cache_total{result="hit"}'], gone['aseankg_cache_total{result="miss"}']
    assert hits + misses == 20 and 1 <= misses <= 2
    assert gone['aseankg_cache_total{result="not_modified"}'] == 5
    assert gone['aseankg_queries_total{outcome="ok"}'] == gone["aseankg_query_seconds_count"] == 25
    assert 0 < after["aseankg_cache_bytes"] <= 2 * 200_000
    assert after["aseankg_queries_in_flight"] == 0


# -- who is asking -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("proxies", "second"), [(1, 200), (0, 429)])
def test_only_behind_a_proxy_is_its_word_for_the_client_believed(folder: Path, proxies: int, second: int) -> None:
    settings = Settings(build_dir=str(folder), proxies=proxies, client_queries=1, deadline=2)
    with served(settings) as running:
        slow = threading.Thread(target=running.ask, args=(HEAVY,), kwargs={"X_Forwarded_For": "198.51.100.1"})
        slow.start()
        assert until(lambda: running.board().in_flight() == 1)
        same = running.ask("ASK { <x:a> ?p ?o }", X_Forwarded_For="198.51.100.1")
        other = running.ask("ASK { <x:b> ?p ?o }", X_Forwarded_For="198.51.100.2")
        claimed = running.ask(
            "ASK { <x:c> ?p ?o }", X_Forwarded_For="198.51.100.2, 198.51.100.1"
        )  # the proxy wrote the last
        slow.join()
        assert "from this address" in problem(same, 429) and same.headers["Retry-After"].isdigit()
        assert (other.status, claimed.status) == (second, 429)
        assert running.ask("ASK {}", X_Forwarded_For="198.51.100.1").status == 200
