"""Every IRI of the dataset at its path: redirects, documents in each format, pages, and what is not there.

Expected triples are read from the published N-Quads, not from the service. Not here: queries (test_sparql).
"""

from __future__ import annotations

import html
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib.compare import to_isomorphic
from tests.web.conftest import problem, put_build, served, until
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

# rdflib reads JSON-LD through a class of its own that it warns of.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

BASE = "https://w3id.org/aseankg/"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
TURTLE = {"Accept": "text/turtle"}
FORMATS = {
    "ttl": ("text/turtle", RdfFormat.TURTLE, "turtle"),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD, "json-ld"),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES, "nt"),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML, "xml"),
}
NAMING_GRAPHS = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}
PROV_AGENT = "http://www.w3.org/ns/prov#Agent"
ACTIVITY = "rap-vientiane/activity/14a"
# A file of ours may be named; nothing runs that stands in a page.
FOREIGN_SCRIPT = re.compile(r'<script(?! type="module" src="/static/[\w.]+"></script>)')


def made(file: Path, settings: Settings | None = None, build: str = "") -> FlaskClient:
    settings = settings or Settings()
    return create_app(LocalEngine(load(file), settings, forked=False, build=build), settings).test_client()


@pytest.fixture(scope="module")
def client(published: Build) -> FlaskClient:
    settings = Settings(build_dir=str(published.folder.parent))
    return made(published.dataset, settings, published.manifest["build"])


@pytest.fixture(scope="module")
def quads(published: Build) -> list[Quad]:
    return list(parse(path=published.dataset, format=RdfFormat.N_QUADS))


def read(response: TestResponse, suffix: str) -> set[Triple]:
    assert response.status_code == 200, response.text
    assert response.mimetype == FORMATS[suffix][0]
    return {quad.triple for quad in parse(response.data, FORMATS[suffix][1])}


def about(quads: list[Quad], iri: str) -> set[Triple]:
    """The triples with the IRI as subject or object."""
    return {quad.triple for quad in quads if NamedNode(iri) in (quad.subject, quad.object)}


# -- every IRI ---------------------------------------------------------------------------------------------


def kind_of(iri: str) -> str:
    segments = iri.removeprefix(BASE).partition("#")[0].split("/")
    return "/".join(segments[:2] if segments[0] != "id" or len(segments) < 4 else [segments[0], "part", segments[2]])


@pytest.fixture(scope="module")
def kinds(quads: list[Quad]) -> dict[str, list[str]]:
    """The subjects of the dataset on our base, by kind."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for quad in quads:
        assert isinstance(quad.subject, NamedNode)
        if quad.subject.value.startswith(BASE):
            found[kind_of(quad.subject.value)].add(quad.subject.value)
    return {kind: sorted(iris) for kind, iris in found.items()}


def test_every_subject_answers_at_its_path(client: FlaskClient, kinds: dict[str, list[str]]) -> None:
    assert len(kinds) > 40
    looked_at, subjects = 0, dict[str, set[object]]()
    for iris in kinds.values():
        for iri in iris if len(iris) < 200 else iris[:: len(iris) // 60]:
            path = "/" + iri.removeprefix(BASE).partition("#")[0]
            if path not in subjects:  # the document with all terms is read once
                response = client.get(path, headers=TURTLE, follow_redirects=True)
                assert response.status_code == 200, iri
                subjects[path] = {one.subject for one in read(response, "ttl")}
            assert path.startswith("/graph/") or NamedNode(iri) in subjects[path], iri
            looked_at += 1
    assert looked_at > 800


def test_one_of_each_kind_has_a_page(client: FlaskClient, kinds: dict[str, list[str]]) -> None:
    for kind, iris in kinds.items():
        if kind == ".well-known/genid":
            continue
        path, _, fragment = iris[0].removeprefix(BASE).partition("#")
        page = client.get(f"/{path}", headers=BROWSER, follow_redirects=True)
        assert (page.status_code, page.mimetype) == (200, "text/html"), kind
        assert page.text.count("<h1>") == 1 and f"<code>{iris[0]}</code>" in page.text
        assert not fragment or f'id="{fragment}"' in page.text
        assert not FOREIGN_SCRIPT.search(page.text) and not re.search(r"<[^>]+\s(style|on\w+)=", page.text), kind


def test_the_links_of_pages_lead_somewhere(client: FlaskClient) -> None:
    seen: set[str] = set()
    for path in (f"/id/{ACTIVITY}.html", "/id/plan/rap-vientiane.html", "/graph/layer/inferred.html", "/ontology.html"):
        links = re.findall(r'href="(/(?:id|ontology|shapes|graph)[^"#]*)', client.get(path).text)
        seen.update(links[::7])
    assert len(seen) > 40
    assert {client.get(link, follow_redirects=True).status_code for link in seen} == {200}


def test_own_terms_lead_to_their_place_in_the_ontology(client: FlaskClient) -> None:
    response = client.get("/ontology/Activity", headers=TURTLE)
    assert (response.status_code, response.headers["Location"]) == (303, "/ontology#Activity")
    module = client.get("/ontology/plan", headers=TURTLE)
    assert NamedNode(BASE + "ontology/plan") in {one.subject for one in read(module, "ttl")}
    assert module.headers["Content-Location"] == "/ontology/plan.ttl"


# -- things and documents ------------------------------------------------------------------------------------

ACCEPTED = {
    "": "ttl",
    "*/*": "ttl",
    BROWSER["Accept"]: "html",
    "text/html": "html",
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "text/turtle;q=0.3, application/rdf+xml;q=0.8": "rdf",
    "text/turtle;q=0, */*;q=0.1": "html",
}


@pytest.mark.parametrize(("accept", "suffix"), ACCEPTED.items(), ids=[one[:40] or "none" for one in ACCEPTED])
def test_a_thing_sends_to_the_document_that_its_reader_takes(client: FlaskClient, accept: str, suffix: str) -> None:
    response = client.get(f"/id/{ACTIVITY}", headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.headers["Location"]) == (303, f"/id/{ACTIVITY}.{suffix}")
    assert "Accept" in response.headers["Vary"]
    assert f'</id/{ACTIVITY}.jsonld>; rel="describedby"; type="application/ld+json"' in response.headers["Link"]


@pytest.mark.parametrize("path", [f"/id/{ACTIVITY}", "/ontology", "/graph/reference", "/ontology/plan"])
def test_a_reader_who_takes_no_format_is_told_which_there_are(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "image/png"})
    assert (response.status_code, response.mimetype) == (406, "application/problem+json")
    assert "text/turtle" in response.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    "kind", ["id/body", "id/part/activity", "id/part/target", "id/source", "id/statement", "id/country"]
)
def test_all_formats_hold_the_triples_of_the_dataset(
    client: FlaskClient, kinds: dict[str, list[str]], quads: list[Quad], kind: str
) -> None:
    for iri in kinds[kind][:3]:
        path, graphs = "/" + iri.removeprefix(BASE), []
        for suffix, (_, _, name) in FORMATS.items():
            response = client.get(f"{path}.{suffix}")
            assert read(response, suffix) == about(quads, iri)
            graphs.append(to_isomorphic(rdflib.Graph().parse(data=response.data, format=name)))
        assert all(graph == graphs[0] for graph in graphs)
        assert len(graphs[0]) == len(about(quads, iri)) > 2


def test_a_number_with_a_full_stop_is_no_suffix(client: FlaskClient, kinds: dict[str, list[str]]) -> None:
    dotted = [iri for iri in kinds["id/part/target"] if "." in iri.rpartition("/")[2]]
    assert len(dotted) > 10
    for iri in dotted[:5]:
        path = "/" + iri.removeprefix(BASE)
        assert client.get(path, headers=TURTLE).headers["Location"] == f"{path}.ttl"
        assert client.get(f"{path}.html").status_code == 200


@pytest.mark.parametrize(
    "path", [f"/id/{ACTIVITY}.ttl", f"/id/{ACTIVITY}.html", "/ontology", "/graph/reference", "/graph/layer/stated.nq"]
)
def test_a_document_has_a_strong_etag_and_its_headers(client: FlaskClient, path: str) -> None:
    whole = client.get(path, headers=TURTLE)
    etag = whole.headers["ETag"]
    assert etag.startswith('"')
    again = client.get(path, headers={**TURTLE, "If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    head = client.head(path, headers=TURTLE)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.data))
    link = whole.headers["Link"]
    assert 'rel="license"' in link and 'rel="alternate"' in link and '</.well-known/void>; rel="describedby"' in link
    assert whole.headers["Content-Location"].startswith(path.rpartition(".")[0] or path)


def test_turtle_is_written_with_the_prefixes_of_the_project(client: FlaskClient) -> None:
    text = client.get("/id/body/acmw.ttl").text
    assert "@prefix akg: <https://w3id.org/aseankg/ontology#> ." in text and 'akg:acronym "ACMW"' in text
    assert "@prefix foaf:" not in text


def test_rdflib_follows_an_iri_over_http(published: Build, quads: list[Quad]) -> None:
    server = make_server("127.0.0.1", 0, made(published.dataset).application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        graph = rdflib.Graph().parse(f"http://127.0.0.1:{server.port}/id/body/acmw")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(graph) == len(about(quads, BASE + "id/body/acmw"))
    assert (
        rdflib.URIRef(BASE + "id/body/acmw"),
        rdflib.URIRef(BASE + "ontology#acronym"),
        rdflib.Literal("ACMW"),
    ) in graph


# -- pages ---------------------------------------------------------------------------------------------------


def sections(page: str) -> dict[str, str]:
    """The parts of a page by their layer."""
    return dict(re.findall(r'<section class="of-layer of-(\w+)".*?>(.*?)</section>', page, re.DOTALL))


def test_a_page_keeps_apart_what_is_said_and_what_is_inferred(client: FlaskClient) -> None:
    page = client.get(f"/id/{ACTIVITY}.html").text
    parts = sections(page)
    assert list(parts) == ["stated", "filed", "alignment", "inferred"]
    assert "WG-MSMEs" in parts["stated"] and "All ASEAN Member States" in parts["stated"]
    # The text names no country for 14a: that ten of them lead is what a rule makes of "All ASEAN Member States".
    assert "Viet Nam" not in parts["stated"] and "Viet Nam" in parts["inferred"]
    assert "tag of-inferred" not in parts["stated"] and "tag of-stated" not in parts["inferred"]
    assert "tag of-stated" in parts["stated"] and ">inferred/stated</a>" in parts["inferred"]


def test_a_reading_of_ours_is_not_among_the_words_of_the_text(client: FlaskClient, quads: list[Quad]) -> None:
    curated = {
        q.subject for q in quads if q.graph_name == NamedNode(BASE + "graph/curated") and "/activity/" in str(q.subject)
    }
    assert curated
    for subject in curated:
        assert isinstance(subject, NamedNode)
        parts = sections(client.get(f"/{subject.value.removeprefix(BASE)}.html").text)
        assert "tag of-curated" in parts["curated"] and "tag of-curated" not in parts["stated"]
        assert "attributed to" in parts["curated"]
        assert "so in the text" not in parts["curated"]


def test_the_words_of_a_reading_are_to_be_seen_in_the_passage(client: FlaskClient) -> None:
    # Row 13 stands in the wrong column: that SOMRDPE contributes is read into it, and its name is in the text.
    curated = sections(client.get("/id/rap-vientiane/activity/13.html").text)["curated"]
    assert ">see the passage</a>" in curated and "so in the text" not in curated


def test_what_no_text_prints_is_not_among_what_the_text_says(client: FlaskClient) -> None:
    # The contract: type, generated labels, inPlan and order have no statement, and so no words that say them.
    parts = sections(client.get(f"/id/{ACTIVITY}.html").text)
    made_by_us = {f"{BASE}ontology#order", f"{BASE}ontology#inPlan", f"{RDFS}label", f"{RDF}type"}
    properties = {name: set(re.findall(r'<dt><a href="[^"]*" title="([^"]*)"', part)) for name, part in parts.items()}
    assert properties["filed"] == made_by_us
    assert properties["stated"] >= {f"{BASE}ontology#title", f"{BASE}ontology#leadActor"}
    assert not properties["stated"] & made_by_us
    assert "How we file it" in parts["filed"] and "not printed" in parts["filed"]
    assert all('<ul class="support">' not in part for part in [parts["filed"]])


def test_the_words_of_a_passage_are_what_the_text_says(client: FlaskClient, kinds: dict[str, list[str]]) -> None:
    passage = next(iri for iri in kinds["id/part/rap-vientiane"] if "/passage/" in iri)
    parts = sections(client.get(f"/{passage.removeprefix(BASE)}.html").text)
    assert 'ontology#exact"' in parts["stated"] and 'ontology#startOffset"' in parts["filed"]


def test_a_page_quotes_the_words_that_a_fact_rests_on(client: FlaskClient) -> None:
    stated = sections(client.get(f"/id/{ACTIVITY}.html").text)["stated"]
    assert "<q>(national level)</q>" in stated
    assert re.search(r'<a href="/sources/rap-vientiane\?at=\d+-\d+#at">the passage</a>', stated)
    assert "in the column “Lead Country in SLOM”" in stated


# -- mappings, themes and reports on pages -------------------------------------------------------------------


def plain(markup: str) -> str:
    """The words of some HTML, on one line."""
    inline = re.sub(r"</?(?:a|code|em|q|span|strong)\b[^>]*>", "", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inline)).split())


def part(page: str, name: str) -> str:
    """The section of a page that is neither facts nor who names it: `judged` or `outcomes`."""
    found = re.search(rf'<section class="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def judgement(page: str, ends: str) -> str:
    """The one mapping of a page whose heading has these words."""
    found = [one for one in re.findall(r"<article.*?</article>", part(page, "judged"), re.DOTALL)
             if ends in plain(one.partition("</h4>")[0])]  # fmt: skip
    assert len(found) == 1, (ends, len(found))
    return found[0]


def mapping(quads: list[Quad], source: str, predicate: str, target: str, standing: str) -> str:
    """The path of the row of a mapping file."""
    wanted = {
        f"{OWL}annotatedSource": NamedNode(BASE + source),
        f"{OWL}annotatedProperty": NamedNode(predicate),
        f"{OWL}annotatedTarget": NamedNode(BASE + target),
        f"{BASE}ontology#standing": Literal(standing),
    }
    found = [
        {q.subject for q in quads if q.predicate.value == name and q.object == end} for name, end in wanted.items()
    ]
    (row,) = set.intersection(*found)
    assert isinstance(row, NamedNode)
    return row.value.removeprefix(BASE)


def test_the_page_of_a_mapping_sets_both_quotations_beside_each_other(client: FlaskClient, quads: list[Quad]) -> None:
    # data/alignment/rap-vientiane.sssom.tsv: activity 2 serves area 15, "Strengthening labour inspection".
    ends = ("id/rap-vientiane/activity/2", f"{BASE}ontology#serves", "id/alm-wp-2016-2020/thematic-area/15")
    page = client.get(f"/{mapping(quads, *ends, 'asserted')}.html").text
    row = judgement(page, "Activity 2 (RAP) serves Thematic area 15 (ALM WP) asserted")
    assert re.findall(r"<blockquote>(.*?)</blockquote>", row) == [
        "Labour Inspection",
        "Strengthening labour inspection",
    ]
    sides = re.findall(r"<figcaption>(.*?)</figcaption>", row, re.DOTALL)
    assert ["Text of RAP" in sides[0], "Text of ALM WP" in sides[1]] == [True, True]
    words = plain(row)
    assert re.search(r"Yes, with confidence 0\.\d+: The workshop shares", words)
    assert "The aseankg project, 2026-11-22, not reviewed" in words and "manual mapping curation" in words
    assert re.search(r"Wrong\? data/alignment/rap-vientiane\.sssom\.tsv:\d+", words)
    assert "You disagree? Add a row" in words and "with “Not” under predicate_modifier" in words


@pytest.mark.parametrize("standing", ["contested", "dissenting"])
def test_the_page_of_a_contested_mapping_shows_both_reasons(
    client: FlaskClient, quads: list[Quad], standing: str
) -> None:
    ends = ("id/rap-vientiane/activity/10", f"{BASE}ontology#serves", "id/alm-wp-2016-2020/thematic-area/13")
    page = client.get(f"/{mapping(quads, *ends, standing)}.html").text
    row = judgement(page, "Activity 10 (RAP) serves Thematic area 13 (ALM WP)? contested")
    yes, no = re.findall(r'<div class="view.*?</div>', row, re.DOTALL)
    assert "Yes, with confidence 0.7: Footnote 8 says that the forum" in plain(yes)
    assert "No, with confidence 0.5: The row plans" in plain(no) and "view against" in no
    assert "You disagree?" not in row and "Both rows stand until it is settled" in row


def test_the_page_of_an_element_tells_what_was_judged_of_it(client: FlaskClient) -> None:
    page = client.get("/id/rap-vientiane/activity/2.html").text
    parts = sections(page)
    assert "Thematic area 15 (ALM WP)" in parts["alignment"] and "Thematic area 15" not in parts["stated"]
    for rejected in ("Thematic area 16 (ALM WP)", "Thematic area 19 (ALM WP)"):
        assert rejected not in parts["alignment"]
        assert "No, with confidence" in plain(judgement(page, f"serves {rejected} rejected"))
    contested = client.get("/id/rap-vientiane/activity/10.html").text
    assert "Thematic area 13" not in sections(contested)["alignment"]
    assert "No, with confidence 0.5" in plain(judgement(contested, "serves Thematic area 13 (ALM WP)? contested"))


def test_the_page_of_an_area_tells_what_was_judged_to_serve_it(client: FlaskClient, quads: list[Quad]) -> None:
    area = "alm-wp-2016-2020/thematic-area/15"
    page = client.get(f"/id/{area}.html").text
    target = (f"{OWL}annotatedTarget", NamedNode(f"{BASE}id/{area}"))
    rows = {q.subject for q in quads if (q.predicate.value, q.object) == target}
    dissenting = {q.subject for q in quads if q.object == Literal("dissenting")}
    assert part(page, "judged").count("<article") == len(rows - dissenting) > 3
    assert "Labour Inspection" in judgement(page, "Activity 2 (RAP) serves Thematic area 15 (ALM WP) asserted")
    assert "annotatedTarget" not in page.partition('id="backlinks"')[2]


def test_the_page_of_an_element_names_its_themes_and_why(client: FlaskClient) -> None:
    # "... Promising Practices in Labour Inspection and Child Labour Elimination ..."
    parts = sections(client.get("/id/rap-vientiane/activity/2.html").text)
    themes = plain(parts["alignment"]).partition(" theme ")[2]
    assert [words in themes for words in ("Labour inspection", "Child labour")] == [True, True]
    assert 'The title says "Child Labour"' in themes
    assert "concept/theme/" not in parts["stated"]


def test_a_theme_names_what_it_is_in_other_vocabularies(client: FlaskClient) -> None:
    page = client.get("/id/concept/theme/child-labour.html").text
    assert ">eurovoc:4552 child labour</a>" in sections(page)["links"]
    assert "Both have the same name." in judgement(page, "Child labour is an exact match of CHILD LABOUR asserted")
    assert "<blockquote>" not in part(page, "judged")


def test_the_page_of_an_element_keeps_its_reports_from_its_text(client: FlaskClient) -> None:
    page = client.get("/id/rap-vientiane/activity/2.html").text
    report = plain(part(page, "outcomes"))
    assert "Held as planned evidence: Third party" in report
    assert "2017-05-24 to 2017-05-26, Siem Reap, Cambodia" in report
    assert "A page of ASETUC gives title, days and place" in report and "www2.asetuc.org" in report
    assert "Held as planned" not in "".join(sections(page).values())
    silent = plain(part(client.get("/id/rap-vientiane/activity/1.html").text, "outcomes"))
    assert (
        "No evidence found evidence: No evidence seen" in silent
        and "Searched: The first lines of stored copies" in silent
    )
    assert not part(client.get("/id/body/acmw.html").text, "outcomes")


def test_a_report_says_no_more_of_a_date_than_was_seen(client: FlaskClient) -> None:
    # data/curated/reports/alm-wp-2016-2020.toml: the guideline was adopted in 2020-10, no day is known.
    report = plain(part(client.get("/id/alm-wp-2016-2020/thematic-area/1.html").text, "outcomes"))
    assert "by the 26th ALMM: 2020-10 " in report
    assert "2020-10-01" not in report and "2021-05-04 to 2021-05-06" in report


@pytest.mark.parametrize("kind", ["activity", "strategy", "thematic-area", "target"])
def test_the_page_of_an_element_is_no_burden(client: FlaskClient, kinds: dict[str, list[str]], kind: str) -> None:
    sizes = {
        iri: len(client.get(f"/{iri.removeprefix(BASE)}.html").data)
        for name in kinds if name.endswith(f"/{kind}") for iri in kinds[name]
    }  # fmt: skip
    assert len(sizes) > 5 and max(sizes.values()) < 150_000, max(sizes.items(), key=lambda one: one[1])


def test_a_page_names_who_leads_here(client: FlaskClient) -> None:
    page = client.get("/id/body/acmw.html").text
    backlinks = page[page.index('id="backlinks"') :]
    assert re.search(r"<summary>responsible body .*?Thematic area 14 \(ALM WP\)", backlinks, re.DOTALL)


def test_lists_of_shapes_are_shown_in_their_place(client: FlaskClient) -> None:
    page = client.get("/shapes.html").text
    assert re.search(r'<span class="nested">\(\s*<', page)
    assert "genid" not in page


def test_an_unnamed_node_has_no_page(client: FlaskClient, kinds: dict[str, list[str]]) -> None:
    for iri in kinds[".well-known/genid"][::20]:
        response = client.get("/" + iri.removeprefix(BASE), headers=BROWSER)
        assert response.status_code == 303
        assert response.headers["Location"] in ("/graph/shapes", "/graph/ontology")


# -- graphs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plan/rap-vientiane", "meta", "inferred/curated"])
def test_a_graph_is_its_triples_and_its_quads(client: FlaskClient, quads: list[Quad], name: str) -> None:
    held = {quad for quad in quads if quad.graph_name == NamedNode(f"{BASE}graph/{name}")}
    assert len(held) > 5
    for suffix in FORMATS:
        assert read(client.get(f"/graph/{name}.{suffix}"), suffix) == {quad.triple for quad in held}
    for suffix, known in (("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):
        assert set(parse(client.get(f"/graph/{name}.{suffix}").data, known)) == held
    page = client.get(f"/graph/{name}", headers=BROWSER)
    assert f"{len(held):,} triples" in page.text and f'href="/dump/{name.replace("/", "-")}.ttl"' in page.text


def test_a_layer_is_the_union_of_its_graphs(client: FlaskClient, quads: list[Quad]) -> None:
    graphs = {NamedNode(f"{BASE}graph/inferred/{layer}") for layer in ("stated", "curated")}
    held = {quad for quad in quads if quad.graph_name in graphs}
    assert set(parse(client.get("/graph/layer/inferred.nq").data, RdfFormat.N_QUADS)) == held
    response = client.get("/graph/layer/inferred", headers=TURTLE)
    assert read(response, "ttl") == {quad.triple for quad in held}
    assert response.headers["Content-Location"] == "/graph/layer/inferred.ttl"
    page = client.get("/graph/layer/inferred", headers=BROWSER).text
    agents = {q.subject for q in held if q.predicate.value.endswith("#type") and q.object == NamedNode(PROV_AGENT)}
    assert (
        re.search(rf">prov:Agent</a></td><td class=\"number\">{len(agents)}</td>", page)
        and page.count(">prov:Agent<") == 1
    )
    assert 'href="/graph/inferred/curated"' in page and f"{len(held):,} triples" in page
    assert set(parse(client.get("/graph/layer/inferred.trig").data, RdfFormat.TRIG)) == held


def test_a_graph_stands_in_blocks_of_one_subject_with_our_prefixes(client: FlaskClient) -> None:
    for path in ("/graph/plan/rap-vientiane.ttl", "/graph/layer/stated.trig"):
        text = client.get(path).text
        assert "@prefix akg: <https://w3id.org/aseankg/ontology#> ." in text
        subjects = re.findall(r"^(\S*rap-vientiane\S*activity\S*) ", text, re.MULTILINE)
        blocks = text.count("\n}") or 1
        assert 10 < len(subjects) <= blocks * len(set(subjects))
    assert client.get("/graph/layer/stated.trig").text.count("@prefix akg:") == 1


@pytest.mark.parametrize("path", ["/graph/reference.ttl", "/graph/layer/inferred.nt", "/shapes.ttl"])
def test_the_limit_of_an_answer_is_that_of_the_document_as_the_engine_writes_it(
    client: FlaskClient, published: Build, path: str
) -> None:
    # As rows, from which Python would make an object for each triple, the same takes several times the bytes.
    whole = client.get(path)
    limit = len(whole.data)
    assert made(published.dataset, Settings(answer_bytes=limit)).get(path).status_code == 200
    refused = made(published.dataset, Settings(answer_bytes=limit // 2)).get(path)
    assert (refused.status_code, refused.mimetype) == (504, "application/problem+json")
    assert "the answer is larger than" in refused.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize("layer", ["alignment", "links"])
def test_a_layer_of_the_contract_without_graphs_says_that_it_is_empty(small: FlaskClient, layer: str) -> None:
    words = f"The layer {layer} is empty so far"
    for suffix, known in [*((suffix, known) for suffix, (_, known, _) in FORMATS.items()), *NAMING_GRAPHS.items()]:
        response = small.get(f"/graph/layer/{layer}.{suffix}")
        assert (response.status_code, list(parse(response.data, known))) == (200, []), suffix
        assert words in response.headers["Aseankg-Notice"]
    assert words in small.get(f"/graph/layer/{layer}", headers=TURTLE).text
    page = small.get(f"/graph/layer/{layer}", headers=BROWSER)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert words in page.text and f"<h1>Layer {layer}</h1>" in page.text and "<table" not in page.text


@pytest.mark.parametrize("name", ["ontology", "shapes"])
def test_a_vocabulary_is_one_document(client: FlaskClient, quads: list[Quad], name: str) -> None:
    held = {quad.triple for quad in quads if quad.graph_name == NamedNode(f"{BASE}graph/{name}")}
    for suffix in FORMATS:
        triples = read(client.get(f"/{name}.{suffix}"), suffix)
        assert {one for one in triples if one.predicate.value != f"{OWL}versionIRI"} == held
    assert client.get(f"/{name}", headers=TURTLE).headers["Content-Location"] == f"/{name}.ttl"


@pytest.mark.parametrize("name", ["ontology", "shapes"])
def test_a_vocabulary_names_its_version_which_can_be_read(client: FlaskClient, published: Build, name: str) -> None:
    # OWL 2, 3.2: the document of this version is to be found at its version IRI.
    version = NamedNode(f"{BASE}dump/{published.version}/{name}.ttl")
    said = Triple(NamedNode(BASE + name), NamedNode(f"{OWL}versionIRI"), version)
    assert all(said in read(client.get(f"/{name}.{suffix}"), suffix) for suffix in FORMATS)
    assert f"<code>{version.value}</code>" in client.get(f"/{name}.html").text
    with client.get("/" + version.value.removeprefix(BASE)) as dump:
        assert NamedNode(BASE + name) in {one.subject for one in read(dump, "ttl")}


def test_an_unknown_graph_is_told_which_there_are(client: FlaskClient) -> None:
    for path in (
        "/graph/plan/rap-vientianne",
        "/graph/layer/statd",
        "/graph/layer/",
        "/graph/layer/x",
        "/graph/plan.ttl",
    ):
        response = client.get(path)
        assert (response.status_code, response.mimetype) == (404, "application/problem+json")
        assert {"name": "layer/stated", "iri": f"{BASE}graph/layer/stated", "link": "/graph/layer/stated"} in (
            response.json["suggestions"]  # type: ignore[index]
        )


# -- what is not there ---------------------------------------------------------------------------------------

NEAR = {
    "/id/body/ACMW": "id/body/acmw",
    "/id/body/ACMW.ttl": "id/body/acmw",
    "/id/body/acmw/": "id/body/acmw",
    "/id/country/acmw": "id/body/acmw",
    "/id/rap-vientiane/activities/14a": "id/rap-vientiane/activity/14a",
    "/id/plan/rap-vientianne": "id/plan/rap-vientiane",
    "/ontology/Activty": "ontology#Activity",
    "/ontology/activity": "ontology#Activity",
    "/ontology/titel": "ontology#title",
    "/id/rap-vientianne/activty/14a": "id/rap-vientiane/activity/14a",
}


@pytest.mark.parametrize(("path", "meant"), NEAR.items(), ids=NEAR)
def test_what_is_not_there_is_answered_by_what_is_near(client: FlaskClient, path: str, meant: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    problem = response.json
    assert problem is not None and BASE + meant in problem["detail"]
    assert BASE + meant in [one["iri"] for one in problem["suggestions"]]
    page = client.get(path, headers=BROWSER)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert f'<a href="/{meant}">' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/id/country/siam",
        "/id/statement/abc",
        "/id/statement/5",
        "/id/body/abc",
        "/id/source/rap-vientiane/passage/1-2",
    ],
)
def test_what_is_like_nothing_gets_no_suggestion(client: FlaskClient, path: str) -> None:
    problem = client.get(path).json
    assert problem is not None and problem["status"] == 404
    assert not problem.get("suggestions") and "Did you mean" not in problem["detail"]


def test_a_suggestion_is_first_of_the_same_kind(client: FlaskClient) -> None:
    for path, kind in {
        "/id/body/somyy": "id/body/",
        "/id/rap-vientiane/activity/14aa": "id/rap-vientiane/activity/",
    }.items():
        suggestions = client.get(path).json["suggestions"]  # type: ignore[index]
        assert suggestions[0]["iri"].startswith(BASE + kind)


ODD = [
    "/id/", "/id", "/id//", "/id//body/acmw", "/id/body//acmw", "/id/../id/body/acmw", "/id/body/../../..", "/id/%2e%2e/%2e%2e",
    "/id/%00", "/id/body/acmw%00", "/id/body/acmw%00.ttl", "/id/%FF%FE", "/id/%C3%A9", "/id/a%20b", "/id/%", "/id/%zz",
    "/id/%3Cscript%3E", "/id/%22%3E%7B%7D%5C", "/id/a%0D%0AX-Evil:1", "/id/.ttl", "/id/..ttl", "/id/ttl", "/id/body.ttl",
    "/id/body/acmw%23x", "/id/body/acmw%3Fx", "/id/" + "a" * 20_000, "/id/" + "%F0%9F%92%A9" * 50, "/id/%EF%BF%BE",
    "/ontology/", "/ontology.exe", "/ontology.", "/ontology/..", "/ontology/%00", "/ontology/%23", "/shapes/%22", "/graph/",
    "/graph/%00", "/graph/layer/%22", "/graph/..", "/graph/.nq", "/.well-known/genid/x", "/.well-known/genid/%00%20",
]  # fmt: skip


@pytest.mark.parametrize("headers", [TURTLE, BROWSER], ids=["program", "browser"])
@pytest.mark.parametrize("path", ODD, ids=[one[:40] for one in ODD])
def test_an_odd_path_is_not_found_or_redirected(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    response = client.get(path, headers=headers)
    assert response.status_code in (404, 308), response.text[:200]
    assert "X-Evil" not in response.headers
    assert response.mimetype != "text/html" or not FOREIGN_SCRIPT.search(response.text)
    if response.status_code == 308:
        assert urlsplit(response.headers["Location"]).netloc in ("", "localhost")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_documents_are_for_reading_only(client: FlaskClient, method: str) -> None:
    response = client.open(f"/id/{ACTIVITY}.ttl", method=method)
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")
    assert "GET" in response.headers["Allow"]


# -- a dataset with what the published one has not -----------------------------------------------------------

OWL, DCTERMS, RDFS, RDF = (
    "http://www.w3.org/2002/07/owl#",
    "http://purl.org/dc/terms/",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)
TRUE = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
MANY = 1005
LISTED = f"{BASE}.well-known/genid/shapes-"
SMALL = f"""\
<{BASE}id/body/old> <{OWL}deprecated> {TRUE} <{BASE}graph/reference> .
<{BASE}id/body/old> <{DCTERMS}isReplacedBy> <{BASE}id/body/new> <{BASE}graph/reference> .
<{BASE}id/body/older> <{OWL}deprecated> {TRUE} <{BASE}graph/reference> .
<{BASE}id/body/new> <{RDFS}label> "<script>alert(1)</script> & \\"new\\"" <{BASE}graph/reference> .
<{BASE}id/body/new> <{RDFS}seeAlso> <javascript:alert(2)> <{BASE}graph/reference> .
<{BASE}id/body/new> <{RDFS}seeAlso> <{BASE}/evil.example/> <{BASE}graph/reference> .
<{BASE}id/body/new> <{RDFS}comment> "nouveau"@fr <{BASE}graph/unlayered> .
<{BASE}id/body/new> <{RDFS}comment> "a\\rb\\tc\\nd"  <{BASE}graph/reference> .
<{BASE}id/body/new> <{RDFS}comment> "ends . \\n.\\n"  <{BASE}graph/reference> .
<{BASE}id/lines> <{RDFS}comment> "a\\rb .\\n"  <{BASE}graph/lines> .
<{BASE}id/body/bell> <{RDFS}comment> "a\\u0007b"  <{BASE}graph/reference> .
<{BASE}id/a%20b> <{RDFS}label> "with an escape" <{BASE}graph/reference> .
<{BASE}id/caf\u00e9> <{RDFS}label> "with an accent" <{BASE}graph/reference> .
<{BASE}id/data.ttl> <{RDFS}label> "ends like a document" <{BASE}graph/reference> .
<{BASE}ontology#oldTerm> <{OWL}deprecated> {TRUE} <{BASE}graph/ontology> .
<{BASE}ontology#oldTerm> <{DCTERMS}isReplacedBy> <{BASE}ontology#title> <{BASE}graph/ontology> .
<{BASE}ontology#title> <{RDFS}label> "title"@en <{BASE}graph/ontology> .
<{LISTED}a> <{RDFS}seeAlso> <{LISTED}b> <{BASE}graph/shapes> .
<{LISTED}b> <{RDFS}seeAlso> <{LISTED}a> <{BASE}graph/shapes> .
<{BASE}shapes> <{RDFS}seeAlso> <{LISTED}a> <{BASE}graph/shapes> .
<{BASE}graph/reference> <{BASE}ontology#layer> "reference" <{BASE}graph/meta> .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    file = tmp_path_factory.mktemp("data") / "dataset.nq"
    many = (f"<{BASE}id/x/{n:04}> <{RDFS}seeAlso> <{BASE}id/hub> <{BASE}graph/reference> .\n" for n in range(MANY))
    file.write_text(SMALL + "".join(many), encoding="utf-8")
    with made(file) as client:
        yield client


@pytest.mark.parametrize("path", ["/id/body/old", "/id/body/old.ttl", "/id/body/old.html"])
def test_a_deprecated_thing_is_gone_and_names_what_replaces_it(small: FlaskClient, path: str) -> None:
    response = small.get(path)
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    assert f"{BASE}id/body/new" in response.json["detail"]  # type: ignore[index]
    things = response.json["replacements"]  # type: ignore[index]
    assert [(one["iri"], one["link"]) for one in things] == [(f"{BASE}id/body/new", "/id/body/new")]
    page = small.get(path, headers=BROWSER)
    assert page.status_code == 410 and '<a href="/id/body/new">' in page.text
    assert not FOREIGN_SCRIPT.search(page.text)


def test_a_deprecated_term_is_gone_and_one_without_successor_says_so(small: FlaskClient) -> None:
    term = small.get("/ontology/oldTerm")
    assert term.status_code == 410 and f"{BASE}ontology#title" in term.json["detail"]  # type: ignore[index]
    assert "Nothing replaces it" in small.get("/id/body/older").json["detail"]  # type: ignore[index]
    assert small.get("/ontology/title").status_code == 303


def test_what_the_data_hold_is_text_in_a_page(small: FlaskClient) -> None:
    page = small.get("/id/body/new.html").text
    assert "&lt;script&gt;" in page and "<script" not in page
    assert "javascript:alert(2)" in page and 'href="javascript' not in page and 'href="//' not in page
    assert '<span class="literal" lang="fr">nouveau</span>' in page
    assert list(sections(page)) == ["reference", "none"]


def test_line_ends_survive_in_every_format(small: FlaskClient) -> None:
    for suffix, (_, _, name) in FORMATS.items():
        graph = rdflib.Graph().parse(data=small.get(f"/id/body/new.{suffix}").data, format=name)
        assert rdflib.Literal("a\rb\tc\nd") in set(graph.objects()), suffix
    for suffix, known in NAMING_GRAPHS.items():
        literals = {quad.object.value for quad in parse(small.get(f"/graph/reference.{suffix}").data, known)}
        assert {"a\rb\tc\nd", "ends . \n.\n"} <= literals, suffix
    unlayered = rdflib.Graph().parse(data=small.get("/graph/lines.rdf").data, format="xml")
    assert rdflib.Literal("a\rb .\n") in set(unlayered.objects())


def test_a_character_that_xml_cannot_hold_is_refused_there_only(small: FlaskClient) -> None:
    assert small.get("/id/body/bell.rdf").status_code == small.get("/graph/reference.rdf").status_code == 406
    assert small.get("/id/body/bell.ttl").status_code == 200


@pytest.mark.parametrize(
    ("path", "iri"), [("a%20b", "a%20b"), ("a%2520b", "a%20b"), ("caf%C3%A9", "caf\u00e9"), ("data.ttl", "data.ttl")]
)
def test_an_iri_with_odd_characters_is_found(small: FlaskClient, path: str, iri: str) -> None:
    response = small.get(f"/id/{path}", headers=TURTLE, follow_redirects=True)
    assert {one.subject for one in read(response, "ttl")} == {NamedNode(f"{BASE}id/{iri}")}


def test_backlinks_that_are_cut_say_so_and_lead_to_all(small: FlaskClient) -> None:
    response = small.get("/id/hub.ttl")
    triples = read(response, "ttl")
    naming = [one for one in triples if one.object == NamedNode(f"{BASE}id/hub")]
    (more,) = [one for one in triples if one.subject == NamedNode(f"{BASE}id/hub")]
    assert len(naming) == 1000 and more.predicate == NamedNode(f"{RDFS}seeAlso")
    assert isinstance(more.object, NamedNode) and "first 1000" in response.headers["Aseankg-Notice"]
    whole = small.get("/" + more.object.value.removeprefix(BASE), headers=TURTLE)
    assert len(read(whole, "ttl")) == MANY
    page = small.get("/id/hub.html").text
    assert "The first 1,000 are shown" in page and 'href="/sparql?query=CONSTRUCT' in page


def test_more_mappings_than_a_page_holds_are_told_and_their_words_are_text(tmp_path: Path) -> None:
    home = f"<{BASE}graph/alignment> .\n"
    rows = "".join(
        f"<{BASE}id/mapping/{n:03}> <{predicate}> {end} {home}"
        for n in range(160)
        for predicate, end in (
            (f"{OWL}annotatedSource", f"<{BASE}id/one>"),
            (f"{OWL}annotatedProperty", f"<{BASE}ontology#serves>"),
            (f"{OWL}annotatedTarget", f"<{BASE}id/other/{n}>"),
            (f"{BASE}ontology#standing", '"rejected"'),
            (f"{RDFS}comment", '"<script>alert(1)</script>"'),
            (f"{DCTERMS}source", '"javascript:alert(2)"'),
        )
    )
    file = tmp_path / "dataset.nq"
    file.write_text(rows, encoding="utf-8")
    with made(file) as client:
        page = client.get("/id/one.html").text
    assert part(page, "judged").count("<article") == 150
    assert "There are more mappings of it than are shown here." in page
    assert "<script" not in page and "&lt;script&gt;" in page and 'href="javascript' not in page


def test_unnamed_nodes_that_form_a_circle_end(small: FlaskClient) -> None:
    page = small.get("/shapes.html")
    assert page.status_code == 200 and "an unnamed node" in page.text


def test_no_document_holds_a_blank_node(small: FlaskClient) -> None:
    triples = read(small.get("/graph/shapes.nt"), "nt")
    assert triples and not any(isinstance(node, BlankNode) for one in triples for node in (one.subject, one.object))


# -- who asks ------------------------------------------------------------------------------------------------


def test_documents_count_among_the_queries_of_their_reader(tmp_path: Path) -> None:
    put_build(tmp_path / "build", "first", SMALL.encode())
    settings = Settings(build_dir=str(tmp_path / "build"), client_queries=1, deadline=5, query_log="")
    product = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + "}"
    paths = [
        "/id/body/new.ttl",
        "/id/body/new",
        "/id/nothing",
        "/graph/reference.nq",
        "/graph/reference.html",
        "/shapes.ttl",
    ]
    with served(settings) as service:
        assert service.send("GET", "/id/body/new.nt").status == 200
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(service.ask, product)
            assert until(lambda: service.board().in_flight())
            for path in paths:
                problem(service.send("GET", path), 429)
            assert not running.done()
            problem(running.result(), 504)


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/id/body/acmw", "/graph/reference"])
def test_a_format_is_asked_for_by_name_and_an_unknown_one_is_refused(client: FlaskClient, path: str) -> None:
    named = client.get(f"{path}?format=jsonld", headers=BROWSER, follow_redirects=True)
    assert (named.status_code, named.mimetype) == (200, "application/ld+json")
    unknown = client.get(f"{path}?format=turtel")
    assert unknown.status_code == 400 and "Did you mean 'turtle'" in unknown.get_json()["detail"]
