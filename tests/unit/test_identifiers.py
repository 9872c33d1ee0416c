"""The same input gives the same IRI, and people read a short form that leads back to it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from aseankg.identifiers import as_counted, element, hashed, instance, passage, slug_of
from aseankg.namespaces import AKG, ID, PREFIXES, expand, graph, shorten

VOCABULARIES = sorted(prefix for prefix, iri in PREFIXES.items() if not iri.startswith(ID))
LOCAL = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,15}", fullmatch=True)


@given(st.text(max_size=40))
def test_a_slug_is_lower_case_ascii_and_its_own_slug(words: str) -> None:
    slug = slug_of(words)
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug)
    assert slug_of(slug) == slug


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Economic and skills needs assessments", "economic-and-skills-needs-assessments"),
        ("Capacity building on data analysis", "capacity-building-on-data-analysis"),
        ("SOM-AMAF", "som-amaf"),
        ("WG-MSMEs", "wg-msmes"),
        (" Côte d’Ivoire / Việt Nam ", "cote-divoire-viet-nam"),
    ],
)
def test_slugs_of_printed_words(words: str, slug: str) -> None:
    assert slug_of(words) == slug


@given(st.sampled_from(VOCABULARIES), LOCAL)
def test_a_shortened_iri_expands_to_itself(prefix: str, local: str) -> None:
    iri = PREFIXES[prefix] + local
    assert shorten(iri) == f"{prefix}:{local}"
    assert expand(shorten(iri)).value == expand(iri).value == iri


@given(st.from_regex(r"[a-z0-9-]+(/[A-Za-z0-9.-]+){0,2}", fullmatch=True))
def test_things_of_ours_are_read_by_the_end_of_their_iri(path: str) -> None:
    assert instance(shorten(instance(path).value)) == instance(path)


@pytest.mark.parametrize("iri", ["https://asean.org/", "urn:x", "http://www.w3.org/2004/02/skos/core#"])
def test_other_iris_stay_whole(iri: str) -> None:
    assert shorten(iri) == iri


@pytest.mark.parametrize("name", ["akgg:title", "title", "", ":title"])
def test_an_unknown_prefix_is_an_error_and_no_new_iri(name: str) -> None:
    with pytest.raises(ValueError, match="has no known prefix; known are akg, "):
        expand(name)


def test_a_misspelt_term_is_an_error_and_no_new_iri() -> None:
    with pytest.raises(AttributeError, match="no such term: titel"):
        _ = AKG.titel


def test_iris_are_those_of_the_contract() -> None:
    base = "https://w3id.org/aseankg/"
    assert element("rap-vientiane", "activity", "14a").value == f"{base}id/rap-vientiane/activity/14a"
    assert passage("rap-vientiane", 3, 17).value == f"{base}id/source/rap-vientiane/passage/3-17"
    assert graph("plan/rap-vientiane").value == f"{base}graph/plan/rap-vientiane"


def test_a_hash_tells_graph_subject_predicate_and_value_apart() -> None:
    one = (graph("a"), NamedNode("x:s"), AKG.title, Literal("v"))
    others = [
        (graph("b"), *one[1:]),
        (one[0], NamedNode("x:t"), *one[2:]),
        (*one[:2], AKG.number, one[3]),
        (*one[:3], Literal("w")),
        (*one[:3], Literal("v", language="en")),
        (*one[:3], NamedNode("x:v")),
    ]
    iris = [hashed("statement", *four) for four in [one, *others]]
    assert len(set(iris)) == len(iris)
    assert hashed("statement", *one) == iris[0]
    assert re.fullmatch(re.escape(ID) + "statement/[0-9a-f]{32}", iris[0].value)


def test_elements_stand_in_the_order_in_which_people_count() -> None:
    iris = [
        instance(f"plan/{end}").value
        for end in ("a/2", "a/9b", "a/14a", "a/14b", "b/8.7", "b/10.2", "b/" + "9" * 5_000)
    ]
    assert sorted(reversed(iris), key=as_counted) == iris
