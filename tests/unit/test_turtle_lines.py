"""The line of the hand-written Turtle that says a triple is found, and no line of another triple.

Not here: how an explanation shows it (tests/cli/test_explain.py).
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from aseankg.namespaces import AKG, PREFIXES, RDF, RDFS, SKOS
from aseankg.turtle_lines import find_turtle_line

ROOT = Path(__file__).parents[2]


def line_of(subject: NamedNode, predicate: str, value: object) -> str:
    file, _, line = (find_turtle_line(subject.value, predicate, value) or "").rpartition(":")
    return (ROOT / file).read_text(encoding="utf-8").split("\n")[int(line) - 1]


def test_a_term_is_found_by_its_value() -> None:
    related = NamedNode(PREFIXES["dcterms"] + "relation")
    assert "rdfs:subPropertyOf dcterms:relation" in line_of(AKG.involves, PREFIXES["rdfs"] + "subPropertyOf", related)
    assert line_of(AKG.serves, RDFS.label.value, Literal("serves", language="en")).strip() == 'rdfs:label "serves"@en ;'


def test_an_axiom_is_found_in_the_file_of_axioms_and_not_where_the_term_is_defined() -> None:
    transitive = NamedNode(PREFIXES["owl"] + "TransitiveProperty")
    assert "owl:TransitiveProperty" in line_of(
        NamedNode(PREFIXES["akg"] + "partOfTransitive"), RDF.type.value, transitive
    )


def test_without_the_value_the_first_line_of_the_subject_is_found() -> None:
    assert line_of(AKG.serves, "", None).startswith("akg:serves ")


def test_a_stranger_has_no_line() -> None:
    assert find_turtle_line("http://x/", "", None) is None


def test_every_short_literal_of_the_schemes_is_on_its_line() -> None:
    seen = 0
    for file in sorted((ROOT / "ontology" / "schemes").glob("*.ttl")):
        for quad in parse(path=file, format=RdfFormat.TURTLE):
            if isinstance(quad.object, Literal) and quad.predicate in (SKOS.prefLabel, SKOS.definition):
                seen += 1
                assert str(Literal(quad.object.value)) in line_of(quad.subject, quad.predicate.value, quad.object)
    assert seen > 50
