"""Every fact leads to the words of the plan, and the words to their place."""

from __future__ import annotations

import pytest
from pyoxigraph import Quad, Store

from aseankg.api import KnowledgeGraph
from aseankg.build import Dataset
from aseankg.namespaces import AKG, RDF, RDFS, graph
from aseankg.records import Extraction
from aseankg.sources import Descriptor
from aseankg.stats import account_for

Extractions = dict[str, tuple[Descriptor, Extraction]]
UNREIFIED = {RDF.type, RDFS.label, AKG.inPlan, AKG.order}


def test_every_fact_of_the_texts_has_a_statement_with_a_passage(dataset: Dataset) -> None:
    evidence = [quad for quad in dataset.quads if quad.graph_name == graph("evidence")]
    parts: dict[object, dict[object, object]] = {}
    for quad in evidence:
        parts.setdefault(quad.subject, {})[quad.predicate] = quad.object
    reified = {
        (part[RDF.subject], part[RDF.predicate], part[RDF.object], part[AKG.inGraph])
        for part in parts.values()
        if RDF.subject in part and AKG.evidence in part
    }
    stated = [
        quad
        for quad in dataset.quads
        if quad.graph_name.value.startswith(graph("plan/").value) or quad.graph_name == graph("crossref")
        if quad.predicate not in UNREIFIED
    ]
    assert len(stated) > 700
    assert [
        quad for quad in stated if (quad.subject, quad.predicate, quad.object, quad.graph_name) not in reified
    ] == []


def test_every_passage_is_the_text_at_its_place_within_one_cell(dataset: Dataset, extractions: Extractions) -> None:
    texts = {slug: extraction.source.text for slug, (_, extraction) in extractions.items()}
    passages: dict[str, dict[object, str]] = {}
    for quad in dataset.quads:
        if "/passage/" in quad.subject.value:
            passages.setdefault(quad.subject.value, {})[quad.predicate] = quad.object.value
    assert len(passages) > 500
    for iri, passage in passages.items():
        start, end = int(passage[AKG.startOffset]), int(passage[AKG.endOffset])
        slug = passage[AKG.inSource].rpartition("/")[2]
        assert iri.endswith(f"source/{slug}/passage/{start}-{end}")
        assert passage[AKG.exact] == texts[slug][start:end] != ""
        assert not set(passage[AKG.exact]) & {"\t", "\n"}


@pytest.mark.parametrize(("slug", "characters"), [("alm-wp-2016-2020", 8154), ("rap-vientiane", 13379)])
def test_no_character_is_unexplained(extractions: Extractions, slug: str, characters: int) -> None:
    account = account_for(extractions[slug][1])
    assert account.characters == characters
    assert account.unexplained == ()
    assert account.supporting + sum(account.by_reason.values()) == characters


def test_a_character_that_no_reader_explains_is_found(extractions: Extractions) -> None:
    extraction = extractions["rap-vientiane"][1]
    without = [fact for fact in extraction.facts if all(piece.line != 80 for piece in fact.evidence)]
    assert len(without) < len(extraction.facts)
    account = account_for(Extraction(extraction.source, without, extraction.passed_over))
    # Line 80 is "2. Implementation of activities would need ..."; only its "." is a list mark.
    assert {piece.line for piece in account.unexplained} == {80}


def test_evidence_shows_the_words_in_their_cell(kg: KnowledgeGraph) -> None:
    (support,) = kg.evidence("rap-vientiane/activity/2", "contributingBody", "body/wg-msmes")
    assert (support.before, support.words, support.after) == ("SOMSWD ", "WGMSMEs", " ACWC")
    assert (support.line, support.written, support.column) == (25, "WGMSMEs", "Contributing Sectoral Body")
    assert support.layer == "stated"


def test_evidence_of_a_reading_gives_its_reason_and_of_a_reference_fact_its_address(kg: KnowledgeGraph) -> None:
    (reading,) = kg.evidence("rap-vientiane/activity/13", "leadActor")
    assert reading.layer == "curated" and reading.words == "SLOM" and reading.line == 67
    assert reading.reason is not None and "agent/aseankg" in reading.reason
    (founded,) = kg.evidence("acmw", "foundedOn")
    assert founded.layer == "reference" and founded.value == "2007-07-30"
    assert founded.address == "https://hrasean.forum-asia.org/events/asean/asean-ministerial-meeting/"


@pytest.mark.parametrize(
    ("country", "name", "descriptor"), [("mmr", "Myanmar/Burma", 4966), ("mmr", "Burma", 4966), ("lao", "Laos", 1584)]
)
def test_a_further_name_of_a_country_gives_the_descriptor_that_has_it(
    kg: KnowledgeGraph, country: str, name: str, descriptor: int
) -> None:
    found = {one.value: one for one in kg.evidence(f"country/{country}", "altLabel")}
    assert (found[name].layer, found[name].address) == ("reference", f"http://eurovoc.europa.eu/{descriptor}")


def test_no_blank_node_is_published(dataset: Dataset) -> None:
    store = Store()
    store.extend(dataset.quads)
    assert not store.query("ASK { GRAPH ?g { ?s ?p ?o FILTER (ISBLANK(?s) || ISBLANK(?o)) } }")


def test_every_graph_has_a_layer(dataset: Dataset) -> None:
    layers = {quad.subject: quad.object.value for quad in dataset.quads if quad.predicate == AKG.layer}
    assert {quad.graph_name for quad in dataset.quads} == set(layers)
    assert layers[graph("plan/rap-vientiane")] == layers[graph("crossref")] == "stated"
    assert isinstance(dataset.quads[0], Quad)
