"""Finished documents are made once a build: kept, packed, and given again as they were."""

from __future__ import annotations

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import until

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.store.request import Answer, QueryRequest
from aseankg.web import create_app


class Counting(LocalEngine):
    """The real engine, which also counts what it is asked."""

    def __init__(self, build: Build, settings: Settings) -> None:
        super().__init__(load(build.dataset), settings, forked=False, build=build.manifest["build"])
        self.asked = 0
        self.at_once = 0
        self.gate = threading.Event()
        self.gate.set()
        self._lock = threading.Lock()

    def answer(self, request: QueryRequest) -> Answer:
        with self._lock:
            self.asked += 1
            self.at_once += 1
        try:
            self.gate.wait()
            return super().answer(request)
        finally:
            with self._lock:
                self.at_once -= 1


@pytest.fixture
def engine(published: Build) -> Counting:
    return Counting(published, Settings(build_dir=str(published.folder.parent)))


@pytest.fixture
def client(published: Build, engine: Counting) -> FlaskClient:
    settings = Settings(build_dir=str(published.folder.parent), wait=20)  # seconds: a busy machine is no fault here
    return create_app(engine, settings).test_client()


DOCUMENTS = [
    "/id/body/acmw.html", "/id/body/acmw.ttl", "/graph/crossref.nq", "/ontology.ttl", "/graph/layer/curated.ttl",
    "/api/questions/body-involvement?body=acmw",
]  # fmt: skip


@pytest.mark.parametrize("address", DOCUMENTS)
def test_a_document_is_made_once(client: FlaskClient, engine: Counting, address: str) -> None:
    first = client.get(address)
    asked = engine.asked
    second, head = client.get(address), client.head(address)
    assert first.status_code == second.status_code == head.status_code == 200
    assert asked > 0 and engine.asked == asked
    assert (second.data, second.headers) == (first.data, first.headers)
    assert (head.data, head.headers) == (b"", first.headers)


@pytest.mark.parametrize("address", DOCUMENTS)
def test_a_tag_that_is_known_gets_304(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_who_takes_gzip_gets_it_under_another_tag(client: FlaskClient) -> None:
    plain = client.get("/ontology.ttl")
    packed = client.get("/ontology.ttl", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]


def test_the_accept_header_and_the_address_tell_documents_apart(client: FlaskClient) -> None:
    found = {
        (accept, address): client.get(address, headers={"Accept": accept}).data
        for accept in ("text/turtle", "application/n-triples")
        for address in ("/graph/crossref", "/graph/curated")
    }
    assert len(set(found.values())) == 4


def test_what_is_not_found_is_not_kept(client: FlaskClient, engine: Counting) -> None:
    assert client.get("/id/body/nobody.ttl").status_code == 404
    asked = engine.asked
    missing = client.head("/id/body/nobody.ttl")
    assert (missing.status_code, missing.data) == (404, b"")
    assert engine.asked > asked


def test_a_hit_of_a_question_is_counted_as_a_query(client: FlaskClient) -> None:
    for _ in range(3):
        assert client.get("/api/questions/coordinators").status_code == 200
    counts = client.get("/metrics").text
    assert 'aseankg_cache_total{result="hit"} 2.0' in counts


def test_only_a_few_documents_are_made_at_once(client: FlaskClient, engine: Counting) -> None:
    areas = [f"/id/alm-wp-2016-2020/thematic-area/{number}.html" for number in range(1, 24)]
    engine.gate.clear()
    with ThreadPoolExecutor(12) as pool:
        made = pool.map(lambda address: client.application.test_client().get(address).status_code, areas)
        assert until(lambda: engine.at_once == 4)
        time.sleep(0.3)  # the eight others would be there by now
        asked_at_once = engine.at_once
        engine.gate.set()
        assert set(made) == {200}
    assert asked_at_once == 4
