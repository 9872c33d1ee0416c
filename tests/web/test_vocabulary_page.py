"""The pages of the ontology and of the shapes: every term and rule has its place, its words, its count and its links.

What the ontology says is read in ontology/*.ttl. Not here: the documents for programs (test_linked_data).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, Store

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.things.vocabulary.class_diagram import draw

AKG = "https://w3id.org/aseankg/ontology#"
SH, RDF = "http://www.w3.org/ns/shacl#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    state = tmp_path_factory.mktemp("state")
    settings = replace(Settings(deadline=20), build_dir=str(published.folder.parent), state_dir=str(state))
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    yield create_app(engine, settings).test_client()


@pytest.fixture(scope="module")
def ontology(client: FlaskClient) -> str:
    return client.get("/ontology.html").text


@pytest.fixture(scope="module")
def shapes(client: FlaskClient) -> str:
    return client.get("/shapes.html").text


def section(page: str, fragment: str) -> str:
    found = re.search(rf'<section class="term" id="{fragment}".*?</section>', page, re.DOTALL)
    assert found, fragment
    return found[0]


def written(root: Path, folder: str) -> Store:
    store = Store()
    for file in sorted((root / "ontology" / folder).glob("*.ttl")):
        store.bulk_load(path=str(file), format=RdfFormat.TURTLE)
    return store


def test_every_term_of_ours_has_one_place_with_its_definition(ontology: str, root: Path) -> None:
    terms = {
        quad.subject.value.removeprefix(AKG)
        for quad in written(root, "").quads_for_pattern(
            None, NamedNode("http://www.w3.org/2004/02/skos/core#definition"), None
        )
        if quad.subject.value.startswith(AKG)
    }
    assert len(terms) > 100
    ids = re.findall(r'<section class="term" id="(\w+)"', ontology)
    assert len(ids) == len(set(ids)) and terms <= set(ids)
    assert all('<p class="definition">' in section(ontology, term) for term in terms)


def test_a_class_shows_its_note_example_kinds_and_rules(ontology: str) -> None:
    activity = section(ontology, "Activity")
    for words in (
        "never a prov:Activity",
        "a tripartite workshop planned for 2017",
        ">akg:PlanElement</a>",
        "This activity has no lead",
    ):
        assert words in activity
    assert ">akg:Activity</a>" in section(ontology, "PlanElement")


def test_a_property_shows_its_inverse_super_property_and_where_it_leads(ontology: str) -> None:
    lead = section(ontology, "leadCountry")
    assert ">akg:leadActor</a>" in lead and ">akg:Activity</a> → <a" in lead and ">akg:Country</a>" in lead
    assert ">akg:leads</a>" in section(ontology, "leadActor") and ">akg:leadActor</a>" in section(ontology, "leads")
    assert "symmetric: it holds both ways" in section(ontology, "sameActivityAs")


def test_counts_are_those_of_the_graph(ontology: str, published: Build) -> None:
    store = load(published.dataset)
    kind, activity = NamedNode(f"{RDF}type"), NamedNode(f"{AKG}Activity")
    count = len({quad.subject for quad in store.quads_for_pattern(None, kind, activity)})
    assert f"{count} things</a>" in section(ontology, "Activity")
    uses = len(list(store.quads_for_pattern(None, NamedNode(f"{AKG}sameActivityAs"), None)))
    assert f"{uses} facts</a>" in section(ontology, "sameActivityAs")
    assert 'class="tag of-inferred"' in section(ontology, "sameActivityAs")


def test_layers_and_graphs_are_listed_with_counts(ontology: str, published: Build) -> None:
    count = sum(
        1
        for _ in load(published.dataset).quads_for_pattern(
            None, None, None, NamedNode("https://w3id.org/aseankg/graph/crossref")
        )
    )
    row = re.search(r'<a href="/graph/crossref">crossref</a></td><td class="number">([\d,]+)', ontology)
    assert row and int(row[1].replace(",", "")) == count
    assert 'href="/graph/layer/stated"' in ontology


def test_the_diagram_holds_the_main_classes_and_stays_in_its_bounds(ontology: str) -> None:
    drawn = ontology[ontology.index("<svg") : ontology.index("</svg>")]
    for name in ("Plan", "PlanElement", "Actor", "Passage", "SourceDocument", "CrossReference", "ImplementationReport"):
        assert f">{name}</text>" in drawn
    assert ">sssom:Mapping</text>" in drawn and "contributingBody" in drawn and "style=" not in drawn
    width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', drawn)[0])
    for x, y, wide, tall in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', drawn):
        assert int(x) + int(wide) <= width and int(y) + int(tall) <= height
    assert width < 1400 and height < 1400


def test_boxes_of_a_diagram_do_not_overlap() -> None:
    counts = {
        f"{AKG}{name}": 1 for name in ("Plan", "Instrument", "PlanElement", "Activity", "Actor", "Body", "New", "Newer")
    }
    above = {f"{AKG}Activity": f"{AKG}PlanElement", f"{AKG}Body": f"{AKG}Actor"}
    boxes = draw(counts, above, [(f"{AKG}Activity", f"{AKG}involves", f"{AKG}Body", 3)]).boxes
    assert len(boxes) == 6
    for one in boxes:
        for other in boxes:
            if one is not other and one.x == other.x:
                assert one.y + one.height <= other.y or other.y + other.height <= one.y


def test_every_shape_with_words_has_one_place_and_its_words(shapes: str, root: Path) -> None:
    store = written(root, "shapes")
    messages = list(store.quads_for_pattern(None, NamedNode(f"{SH}message"), None))
    assert len(messages) > 150
    ids = re.findall(r'id="([A-Z]\w+)"', shapes)
    assert len(ids) == len(set(ids))
    for quad in messages:
        assert quad.subject.value.partition("#")[2] in ids
    text = re.sub(r"\s+", " ", shapes)
    assert "An activity has at most one focus area" in text and "Every row prints one; an absent one" in text


def test_shapes_are_grouped_by_what_they_look_at(shapes: str) -> None:
    heading = shapes.index('Things of the class <a href="/ontology#Activity">')
    assert shapes.index('id="ActivityShape"') > heading
    assert "What has a value of" in shapes


@pytest.mark.parametrize("path", ["/ontology.html", "/shapes.html"])
def test_pages_are_kept_small_and_free_of_inline_styles(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200 and len(response.data) < 150_000
    page = client.get(path).text
    assert " style=" not in page and "<style" not in page and "onclick" not in page
