"""The dumps and descriptions over HTTP: what DCAT says of a file is true of the file that is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib import DCAT, OWL, Graph, Namespace, URIRef
from werkzeug.test import TestResponse

from aseankg.builds import Build, checksums_of
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

BASE = "https://w3id.org/aseankg/"
SPDX = Namespace("http://spdx.org/rdf/terms#")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
DESCRIPTIONS = [
    "/.well-known/void",
    "/dcat",
    "/dump/?format=turtle",
    "/dump/questions.ttl",
    "/dump/void.ttl",
    "/dump/dcat.ttl",
]


class Reading(FlaskClient):
    """Reads each answer to its end and closes it, as a server does: what is sent may be an open file."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True} | options)


@pytest.fixture(scope="module")
def client(published: Build) -> Iterator[FlaskClient]:
    settings = Settings(build_dir=str(published.folder.parent))
    app = create_app(LocalEngine(load(published.dataset), settings), settings)
    app.test_client_class = Reading
    with app.test_client() as made:
        yield made


def graph_of(response: TestResponse) -> Graph:
    assert response.status_code == 200, response.text
    return Graph().parse(data=response.text, format="turtle")


def test_dcat_is_true_of_what_is_sent(client: FlaskClient) -> None:
    dcat, looked_at = graph_of(client.get("/dcat")), 0
    for part in set(dcat.objects(URIRef(BASE + "dcat#dataset"), DCAT.distribution)):
        path = str(dcat.value(part, DCAT.downloadURL)).removeprefix(BASE)
        sent = client.get(f"/{path}")
        assert sent.status_code == 200
        assert len(sent.data) == dcat.value(part, DCAT.byteSize).toPython()  # type: ignore[union-attr]
        told = dcat.value(dcat.value(part, SPDX.checksum), SPDX.checksumValue)
        assert hashlib.sha256(sent.data).hexdigest() == str(told).lower()
        packed = dcat.value(part, DCAT.compressFormat)
        media_type = str(packed or dcat.value(part, DCAT.mediaType)).partition("media-types/")[2]
        assert sent.mimetype == media_type
        looked_at += 1
    assert looked_at > 10


def test_what_the_contract_names_is_there(client: FlaskClient, published: Build) -> None:
    for name in ("aseankg.trig.gz", "aseankg.nq.gz", "plan-rap-vientiane.ttl", "SHA256SUMS"):
        newest, kept = client.get(f"/dump/{name}"), client.get(f"/dump/{published.version}/{name}")
        assert (newest.status_code, kept.status_code) == (200, 200)
        assert newest.data == kept.data
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in newest.headers["Cache-Control"]


def test_archives_stay_packed_on_the_way(client: FlaskClient) -> None:
    sent = client.get("/dump/aseankg.trig.gz", headers={"Accept-Encoding": "gzip"})
    assert sent.content_type == "application/gzip"
    assert "Content-Encoding" not in sent.headers
    assert client.get("/dump/plan-rap-vientiane.ttl").content_type == "text/turtle; charset=utf-8"
    assert client.get("/dump/SHA256SUMS").content_type == "text/plain; charset=utf-8"


def test_entity_tag_is_the_checksum_and_answers_304(client: FlaskClient, published: Build) -> None:
    known = checksums_of(published.dumps)["plan-rap-vientiane.ttl"]
    sent = client.get("/dump/plan-rap-vientiane.ttl")
    assert sent.headers["ETag"] == f'"{known}"'
    again = client.get("/dump/plan-rap-vientiane.ttl", headers={"If-None-Match": f'"{known}"'})
    assert (again.status_code, again.data) == (304, b"")


def test_a_range_is_sent_alone(client: FlaskClient) -> None:
    whole = client.get("/dump/aseankg.nq.gz").data
    part = client.get("/dump/aseankg.nq.gz", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    beyond = client.get("/dump/aseankg.nq.gz", headers={"Range": "bytes=999999999-"})
    assert (beyond.status_code, beyond.mimetype) == (416, "application/problem+json")


def test_head_sends_the_headers_alone(client: FlaskClient) -> None:
    for path in ("/dump/aseankg.nq.gz", "/.well-known/void", "/dcat", "/dump/"):
        head, whole = client.head(path), client.get(path)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.data))


@pytest.mark.parametrize("path", ["/dump/nothing.ttl", "/dump/{version}/nothing.ttl", "/dump/{version}/manifest.json"])
def test_a_name_that_is_none_is_told_those_there_are(client: FlaskClient, published: Build, path: str) -> None:
    sent = client.get(path.format(version=published.version))
    assert (sent.status_code, sent.mimetype) == (404, "application/problem+json")
    assert "plan-rap-vientiane.ttl" in sent.json["detail"]  # type: ignore[index]


def test_a_version_that_is_none_is_told_those_there_are(client: FlaskClient, published: Build) -> None:
    for path in ("/dump/0.0.0-00000000/", "/dump/0.0.0-00000000/aseankg.nq.gz"):
        sent = client.get(path)
        assert sent.status_code == 404
        assert published.version in sent.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    "name",
    ["../manifest.json", "..%2fmanifest.json", "%2e%2e/manifest.json", "..", "%00", "..%5cmanifest.json", "/etc/passwd",
     "%2fetc%2fpasswd", "manifest.json", "dataset.nq", "validation.json"],
)  # fmt: skip
def test_nothing_but_the_dumps_can_be_had(client: FlaskClient, published: Build, name: str) -> None:
    for folder in ("/dump/", f"/dump/{published.version}/"):
        assert client.get(folder + name, follow_redirects=True).status_code == 404


def test_a_version_without_its_slash_leads_to_its_list(client: FlaskClient, published: Build) -> None:
    sent = client.get(f"/dump/{published.version}")
    assert (sent.status_code, sent.headers["Location"]) == (308, f"/dump/{published.version}/")


def test_the_list_is_a_page_for_people_and_dcat_for_programs(client: FlaskClient, published: Build) -> None:
    for path in ("/dump/", f"/dump/{published.version}/"):
        page = client.get(path, headers=BROWSER)
        assert page.mimetype == "text/html"
        for name, digest in checksums_of(published.dumps).items():
            assert f'href="/dump/{published.version}/{name}"' in page.text and digest in page.text
        dcat = graph_of(client.get(path, headers={"Accept": "text/turtle"}))
        place = URIRef(f"{BASE}dump/{published.version}/")
        assert len(set(dcat.objects(place, DCAT.distribution))) > 10
        versions = set(dcat.objects(URIRef(BASE + "dcat#dataset"), OWL.versionIRI))
        assert versions == ({place} if path == "/dump/" else set())  # which is current is not for ever


def test_a_version_has_its_own_descriptions(client: FlaskClient, published: Build) -> None:
    """They are listed and sent, and asked for again: only what a dump holds can never change."""
    folder = f"/dump/{published.version}/"
    page = client.get(folder, headers=BROWSER).text
    for name in ("dcat.ttl", "void.ttl", "questions.ttl"):
        assert f'href="{folder}{name}"' in page
        sent = client.get(folder + name)
        assert (sent.status_code, sent.mimetype) == (200, "text/turtle")
        assert len(Graph().parse(data=sent.text, format="turtle")) > 100
        assert "immutable" not in sent.headers["Cache-Control"]
    assert "immutable" in client.get(folder + "meta.ttl").headers["Cache-Control"]


MEDIA_TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/n-triples": RdfFormat.N_TRIPLES,
}


@pytest.mark.parametrize("path", ["/.well-known/void", "/dcat", "/dump/", "/id/question/body-involvement"])
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_descriptions_say_the_same_in_every_format(client: FlaskClient, path: str, media_type: str) -> None:
    sent = client.get(path, headers={"Accept": media_type})
    assert (sent.status_code, sent.mimetype) == (200, media_type)
    turtle = client.get(path, headers={"Accept": "text/turtle"})
    assert (
        set(parse(sent.data, format=MEDIA_TYPES[media_type]))
        == set(parse(turtle.data, format=RdfFormat.TURTLE))
        != set()
    )
    tag = sent.headers["ETag"]
    assert not tag.startswith("W/")
    assert client.get(path, headers={"Accept": media_type, "If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/.well-known/void", "/dcat", "/id/question/body-involvement"])
def test_descriptions_are_rdf_unless_a_browser_asks(client: FlaskClient, path: str) -> None:
    assert client.get(path).mimetype == "text/turtle"
    assert client.get(path, headers={"Accept": "*/*"}).mimetype == "text/turtle"
    page = client.get(path, headers=BROWSER, follow_redirects=True)  # of a question: to its own page
    assert (page.mimetype, page.status_code) == ("text/html", 200)
    assert re.findall(r"<script(?! type=\"module\" src=\"/static/)", page.text) == [] and "style=" not in page.text
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406
    assert client.get(path, query_string={"format": "jsonld"}).mimetype == "application/ld+json"
    assert client.get(path, query_string={"format": "docx"}).status_code == 400


def test_a_question_is_described_by_its_iri_and_suffix(client: FlaskClient) -> None:
    found = graph_of(client.get("/id/question/body-involvement.ttl"))
    assert set(found.subjects()) == {URIRef(BASE + "id/question/body-involvement")}
    missing = client.get("/id/question/body-involvment")
    assert missing.status_code == 404
    assert "body-involvement" in missing.json["detail"]  # type: ignore[index]


def test_every_iri_of_ours_in_the_descriptions_leads_somewhere(client: FlaskClient, published: Build) -> None:
    """Files and descriptions are fetched; things are in the dataset; graphs are in it or are a layer."""
    nodes = {str(node) for path in DESCRIPTIONS for triple in graph_of(client.get(path)) for node in triple
             if isinstance(node, URIRef) and node.startswith(BASE)}  # fmt: skip
    assert len(nodes) > 500
    quads = list(parse(path=published.dataset, format=RdfFormat.N_QUADS))
    known = {quad.subject.value for quad in quads} | {quad.graph_name.value for quad in quads}  # type: ignore[union-attr]
    fetched = re.compile(r"dump/|dcat|\.well-known/void|id/question/|sparql|$")
    lost = set()
    for node in sorted(nodes):
        path = node.removeprefix(BASE).partition("#")[0]
        if fetched.match(path):
            given = {"query": "ASK {}"} if path == "sparql" else {}
            if client.get(f"/{path}", query_string=given).status_code != 200:
                lost.add(node)
        elif node.removesuffix("#") not in known:
            lost.add(node)
    assert lost == set()


def test_a_fragment_is_described_where_it_is_looked_for(client: FlaskClient, published: Build) -> None:
    """An IRI with a `#` of a description is a subject of the document before it."""
    documents = {f"{BASE}.well-known/void": "/.well-known/void", f"{BASE}dcat": "/dcat",
                 f"{BASE}dump/questions.ttl": "/dump/questions.ttl",
                 f"{BASE}dump/{published.version}/": f"/dump/{published.version}/",
                 f"{BASE}dump/{published.version}/void.ttl": f"/dump/{published.version}/void.ttl",
                 f"{BASE}dump/{published.version}/questions.ttl": f"/dump/{published.version}/questions.ttl"}  # fmt: skip
    looked_at = 0
    for start, path in documents.items():
        own = graph_of(client.get(path, headers={"Accept": "text/turtle"}))
        subjects = {str(node) for node in own.subjects()}
        for other in documents.values():
            found = graph_of(client.get(other, headers={"Accept": "text/turtle"}))
            pointed = {str(node) for node in found.objects() if str(node).startswith(f"{start}#")}
            looked_at += len(pointed)
            assert pointed <= subjects
    assert looked_at > 100
