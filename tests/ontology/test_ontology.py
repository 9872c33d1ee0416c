"""Every term is declared once, explained once and used as it is spelt.

Not here: what the shapes find in data (test_shapes).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef

ROOT = Path(__file__).parents[2]
AKG = Namespace("https://w3id.org/aseankg/ontology#")
AKSH = Namespace("https://w3id.org/aseankg/shapes#")
ONTOLOGY = URIRef("https://w3id.org/aseankg/ontology")
CONCEPT = "https://w3id.org/aseankg/id/concept/"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
FILES = sorted((ROOT / "ontology").rglob("*.ttl"))
MODULES = [file for file in FILES if file.parent.name == "ontology" and file.name != "axioms.ttl"]
SCHEMES = [file for file in FILES if file.parent.name == "schemes"]
GRAPHS = {file: Graph().parse(file) for file in FILES}


def name(file: Path) -> str:
    return file.relative_to(ROOT / "ontology").as_posix()


def declarations() -> list[URIRef]:
    return [term for file in FILES for kind in KINDS for term in GRAPHS[file].subjects(RDF.type, kind)]


@cache
def whole() -> Graph:
    graph = Graph()
    for part in GRAPHS.values():
        graph += part
    return graph


def used_terms(file: Path) -> set[URIRef]:
    """Return the terms of our namespace in a file: in triples, and as prefixed names in queries and notes."""
    nodes = {node for triple in GRAPHS[file] for node in triple}
    in_triples = {node for node in nodes if isinstance(node, URIRef) and node in AKG}
    texts = [str(node) for node in nodes if isinstance(node, Literal)]
    return in_triples | {AKG[local] for text in texts for local in re.findall(r"\bakg:(\w+)", text)}


def test_there_are_modules_schemes_and_shapes() -> None:
    assert len(MODULES) == 6
    assert [file.stem for file in SCHEMES] == [
        "anomaly-kind", "body-kind", "crossref-kind", "evidence-grade", "focus-area", "indicator", "report-status",
        "theme",
    ]  # fmt: skip
    assert len(declarations()) > 100
    assert {name(file) for file in FILES} >= {f"shapes/{file.name}" for file in MODULES}


def test_each_term_is_declared_once() -> None:
    counts = Counter(declarations())
    assert [term for term, count in counts.items() if count != 1] == []
    assert all(term in AKG for term in counts)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_no_term_is_used_that_is_not_declared(file: Path) -> None:
    assert used_terms(file) - set(declarations()) - {URIRef(AKG)} == set()


@pytest.mark.parametrize("term", declarations(), ids=lambda term: term.removeprefix(AKG))
def test_term_has_label_definition_and_home(term: URIRef) -> None:
    graph = whole()
    labels, definitions = list(graph.objects(term, RDFS.label)), list(graph.objects(term, SKOS.definition))
    assert [label.language for label in labels] == ["en"]
    assert [definition.language for definition in definitions] == ["en"]
    assert re.fullmatch(r"[A-Z][^\n]*\.", str(definitions[0]))
    assert list(graph.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]


def test_no_two_terms_share_label_or_definition() -> None:
    graph = whole()
    for predicate in (RDFS.label, SKOS.definition):
        counts = Counter(str(graph.value(term, predicate)).lower() for term in declarations())
        assert [text for text, count in counts.items() if count != 1] == []


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_modules_leave_domains_and_ranges_to_the_axioms(file: Path) -> None:
    assert set(GRAPHS[file].predicates()).isdisjoint({RDFS.domain, RDFS.range, OWL.inverseOf})


@pytest.mark.parametrize("kind", KINDS[1:], ids=["object properties", "datatype properties"])
def test_super_properties_of_ours_are_of_the_same_kind(kind: URIRef) -> None:
    graph = whole()
    for term in graph.subjects(RDF.type, kind):
        for wider in graph.objects(term, RDFS.subPropertyOf):
            assert wider not in AKG or (wider, RDF.type, kind) in graph, (term, wider)


def test_every_class_has_its_node_shape() -> None:
    graph = whole()
    classes = [term for term in declarations() if (term, RDF.type, OWL.Class) in graph]
    assert classes
    for term in classes:
        shape = AKSH[term.removeprefix(AKG) + "Shape"]
        assert (shape, RDF.type, SH.NodeShape) in graph, shape
        assert (shape, SH.targetClass, term) in graph, shape


@pytest.mark.parametrize("file", SCHEMES, ids=name)
def test_scheme_holds_documented_concepts(file: Path) -> None:
    graph = GRAPHS[file]
    scheme = URIRef(CONCEPT + file.stem)
    concepts = list(graph.subjects(RDF.type, SKOS.Concept))
    assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
    assert concepts
    for concept in concepts:
        assert concept.startswith(f"{scheme}/")
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme]
        tops, broader = (list(graph.objects(concept, term)) for term in (SKOS.topConceptOf, SKOS.broader))
        assert (tops, broader) in (([scheme], []), ([], [concept for concept in broader if concept in concepts][:1]))
        assert [label.language for label in graph.objects(concept, SKOS.prefLabel)] == ["en"]
        assert [text.language for text in graph.objects(concept, SKOS.definition)] == ["en"]
    for predicate in (SKOS.prefLabel, SKOS.definition):
        assert len(set(graph.objects(None, predicate))) == len(concepts)


def test_focus_areas_are_labelled_as_the_text_prints_them() -> None:
    """Taken by hand from the column Focus Area of the Regional Action Plan."""
    graph = GRAPHS[ROOT / "ontology" / "schemes" / "focus-area.ttl"]
    assert {str(label) for label in graph.objects(None, SKOS.prefLabel)} == {
        "Analysis", "Capacity building", "Capacity building on data analysis", "Data analysis",
        "Economic and skills needs assessments", "Institutional strengthening", "Knowledge sharing",
        "Public-private partnership promotion", "Research",
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=name)
def test_prefixes_are_sorted_aligned_and_used(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("@prefix")]
    prefixes = [line.split()[1] for line in lines]
    strings_iris_comments = r'"""(?:.|\n)*?"""|"(?:[^"\\\n]|\\.)*"|<[^>\s]*>|(?m:^(?:#|@prefix).*$)'
    body = re.sub(strings_iris_comments, "", text)
    assert prefixes == sorted(prefixes)
    assert len({line.index("<") for line in lines}) == 1
    assert [prefix for prefix in prefixes if not re.search(rf"(?<![\w-]){re.escape(prefix)}", body)] == []


@pytest.mark.parametrize("file", FILES, ids=name)
def test_subjects_stand_in_alphabetical_order_within_a_section(file: Path) -> None:
    sections = re.split(r"(?m)^# (?=[A-Z][^.]*$)", file.read_text(encoding="utf-8"))[1:]
    assert sections or file.name == "axioms.ttl"
    for section in sections:
        subjects = [subject.lower() for subject in re.findall(r"(?m)^([\w-]+:[\w-]+) ", section)]
        assert subjects == sorted(subjects)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_header_names_title_licence_creator_and_date(file: Path) -> None:
    head = file.read_text(encoding="utf-8").partition("\n# ")[0]
    for term in ("title", "description", "license", "creator", "created"):
        assert f"    dcterms:{term} " in head
