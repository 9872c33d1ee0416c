"""The edges of the rule of themes, on words made up for them."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from aseankg.errors import DataError
from aseankg.namespaces import AKG, DCTERMS, OWL, RDF, SKOS, graph
from aseankg.records import Fact, Piece, SourceText
from aseankg.themes import read_themes, rejected_tags, theme_quads

SCHEME = NamedNode("https://w3id.org/aseankg/id/concept/theme")
AGENT = NamedNode("https://w3id.org/aseankg/id/agent/aseankg")
ELEMENT = NamedNode("https://w3id.org/aseankg/id/x/activity/1")
LABELS = {
    "child-labour": ["Child labour"],
    "corporate-social-responsibility": ["CSR"],
    "decent-work": ["Decent work"],
    "informal-employment": ["Informal employment", "transition from informal employment to formal employment"],
    "labour": ["Labour"],
    "labour-market": ["labour market"],
    "market-information": ["market information systems"],
    "underemployment": ["Under-employment"],
    "unemployment": ["employment"],
}


def theme(slug: str) -> NamedNode:
    return NamedNode(f"{SCHEME.value}/{slug}")


def scheme(labels: dict[str, list[str]]) -> list[Quad]:
    home = graph("reference")
    return [
        Quad(SCHEME, NamedNode("http://purl.org/dc/terms/creator"), AGENT, home),
        Quad(SCHEME, DCTERMS.created, Literal("2026-11-22"), home),
        *(Quad(theme(slug), SKOS.inScheme, SCHEME, home) for slug in labels),
        *(Quad(theme(slug), SKOS.altLabel, Literal(one), home) for slug, names in labels.items() for one in names),
    ]


def piece_of(words: str) -> Piece:
    return SourceText("x", "x.txt", f"one\ntwo\t{words}\tthree").whole().cut(8, 8 + len(words))


def found(words: str) -> list[tuple[str, str]]:
    return [
        (one.theme.value.rpartition("/")[2], one.words.text)
        for one in read_themes(scheme(LABELS)).occurrences(piece_of(words))
    ]


@pytest.mark.parametrize("words", ["decent work", "DECENT WORK", "Decent Work", "“Decent work”,", "(decent work)."])
def test_case_and_marks_do_not_matter(words: str) -> None:
    assert [slug for slug, _ in found(words)] == ["decent-work"]


@pytest.mark.parametrize("words", ["decent  work", "decent\u00a0work"])
def test_a_blank_is_a_blank_of_whatever_kind(words: str) -> None:
    assert found(words) == [("decent-work", words)]


@pytest.mark.parametrize(
    "words",
    ["labourer", "belabour", "labours", "labour2", "child-labour", "labour-based", "ASEAN-CSR Network", "", "-"],
)
def test_parts_of_words_name_no_theme(words: str) -> None:
    assert found(words) == []


@pytest.mark.parametrize("mark", "¹²³⁴")
def test_the_mark_of_a_footnote_ends_a_word(mark: str) -> None:
    assert found(f"on decent work{mark} in ASEAN") == [("decent-work", "decent work")]


def test_the_longer_of_two_labels_that_overlap_stands() -> None:
    assert found("child labour and labour") == [("child-labour", "child labour"), ("labour", "labour")]
    whole = "transition from informal employment to formal employment"
    assert found(f"the {whole}") == [("informal-employment", whole)]


def test_the_longer_stands_where_the_shorter_begins_before_it() -> None:
    """ "labour market" gives way, and "labour", which overlaps nothing then, stands."""
    assert found("labour market information systems") == [
        ("labour", "labour"),
        ("market-information", "market information systems"),
    ]


def test_a_label_with_a_hyphen_stands_as_a_whole() -> None:
    assert found("unemployment and under-employment") == [("underemployment", "under-employment")]


def test_every_place_of_a_theme_is_evidence_of_one_tag() -> None:
    words = "Decent work here, decent work there"
    title = Fact(ELEMENT, AKG.title, Literal(words), graph("plan/x"), (piece_of(words),))
    quads = list(theme_quads([title], read_themes(scheme(LABELS))))
    assert [quad.object for quad in quads if quad.predicate == DCTERMS.subject] == [theme("decent-work")]
    assert sorted(quad.object.value.rpartition("/")[2] for quad in quads if quad.predicate == AKG.evidence) == [
        "26-37",
        "8-19",
    ]
    assert {quad.object.value for quad in quads if quad.predicate == AKG.asWritten} == {"Decent work", "decent work"}


@pytest.mark.parametrize("kind", [AKG.Footnote, AKG.Abbreviation, AKG.Plan])
def test_what_plans_nothing_gets_no_tag(kind: NamedNode) -> None:
    title = Fact(ELEMENT, AKG.title, Literal("Decent work"), graph("plan/x"), (piece_of("Decent work"),))
    typed = Fact(ELEMENT, RDF.type, kind, graph("plan/x"))
    assert list(theme_quads([title, typed], read_themes(scheme(LABELS)))) == []


@pytest.mark.parametrize(("standing", "count"), [("rejected", 0), ("asserted", 1), ("dissenting", 1)])
def test_only_a_rejected_tag_is_left_out(standing: str, count: int) -> None:
    node, home = NamedNode("https://w3id.org/aseankg/id/mapping/1"), graph("alignment")
    mapping = [
        Quad(node, AKG.standing, Literal(standing), home),
        Quad(node, OWL.annotatedSource, ELEMENT, home),
        Quad(node, OWL.annotatedTarget, theme("decent-work"), home),
    ]
    title = Fact(ELEMENT, AKG.title, Literal("Decent work"), graph("plan/x"), (piece_of("Decent work"),))
    quads = theme_quads([title], read_themes(scheme(LABELS)), rejected_tags(mapping))
    assert sum(quad.predicate == DCTERMS.subject for quad in quads) == count


def test_a_label_of_two_themes_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"'decent  Work' is a label of concept/theme/decent-work and concept/theme/jobs"
    ):
        read_themes(scheme({"decent-work": ["Decent work"], "jobs": ["decent  Work"]}))


@pytest.mark.parametrize("label", ["", "-", "¹"])
def test_a_label_without_a_word_is_refused(label: str) -> None:
    with pytest.raises(DataError, match="begins with no word"):
        read_themes(scheme({"decent-work": [label]}))


def test_no_theme_at_all_is_refused() -> None:
    with pytest.raises(DataError, match="looked at no theme"):
        read_themes(scheme({}))


def test_a_scheme_without_author_or_date_is_refused() -> None:
    for left_out in (0, 1):
        quads = scheme(LABELS)
        del quads[left_out]
        with pytest.raises(DataError, match="lacks dcterms:creator or dcterms:created"):
            read_themes(quads)
