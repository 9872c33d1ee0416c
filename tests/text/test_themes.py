"""What the elements of the two texts are about, as read in their titles; the rule and the tags by hand must say the same."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from aseankg.alignment import alignment_quads
from aseankg.mappings import Mapping, read_mappings
from aseankg.namespaces import AKG, DCTERMS, RDF, SKOS, SSSOM, graph, shorten
from aseankg.records import Extraction, Fact
from aseankg.sources import Descriptor
from aseankg.themes import Themes, read_themes, rejected_tags, theme_quads
from aseankg.vocabulary import scheme_quads

Extractions = dict[str, tuple[Descriptor, Extraction]]
Pair = tuple[str, str]

# Element: the themes that its own title names, whole words, read in the texts.
BY_WORDS = {
    "rap-vientiane/activity/1": "child-labour cross-sectoral-cooperation discrimination-in-employment forced-labour "
    "violence-at-work",
    "rap-vientiane/activity/2": "child-labour labour-inspection",
    "rap-vientiane/activity/3": "child-labour corporate-social-responsibility forced-labour",
    "rap-vientiane/activity/5": "labour-market-information skills-needs tvet youth-employment",
    "rap-vientiane/activity/7": "entrepreneurship informal-employment market-access msmes",
    "rap-vientiane/activity/8": "market-access rural-development",
    "rap-vientiane/activity/11": "capacity-building labour-market-information",
    "rap-vientiane/activity/13": "informal-employment social-insurance",
    "rap-vientiane/activity/14a": "employment-promotion employment-services rural-employment",
    "rap-vientiane/activity/14b": "employment-services",
    "vientiane-declaration/strategy/4": "capacity-building employment-promotion labour-inspection skills-development "
    "social-protection wage-setting",
    "vientiane-declaration/strategy/6": "employment-promotion informal-employment lifelong-learning rural-employment "
    "skills-development tvet",
    "alm-wp-2016-2020/target/2.1": "employment-promotion underemployment unemployment",
    "alm-wp-2016-2020/thematic-area/1": "gender-mainstreaming",
    "alm-wp-2016-2020/thematic-area/13": "informal-employment labour-productivity",
    "alm-wp-2016-2020/thematic-area/18": "capacity-building tripartism wage-setting",
    "alm-wp-2016-2020/thematic-area/21": "migrant-workers social-protection",
    "alm-wp-2016-2020/note/1": "vulnerable-employment",
    "slom-wg-wp-2016-2020/activity/rap-fn8": "informal-employment labour-productivity msmes",
}
# Their titles name no subject: indicators that count a report or a meeting, and aims of the whole Community.
WITHOUT_THEME = {
    *(f"rap-vientiane/kpi/{number}" for number in ("1.1", "2.1", "4.1", "5.1", "7.1", "8.1", "10.1", "12.1", "14b.1")),
    *(f"alm-wp-2016-2020/objective/{letter}" for letter in "ABE"),
    "alm-wp-2016-2020/vision/1",
}


@dataclass(frozen=True)
class Tagged:
    """What the tests look at, made once."""

    facts: list[Fact]
    themes: Themes
    rows: tuple[Mapping, ...]
    rejected: frozenset[tuple[NamedNode, NamedNode]]
    quads: list[Quad]

    def by_words(self) -> set[Pair]:
        return _pairs(self.quads)

    def by_hand(self) -> set[Pair]:
        return {(shorten(row.subject.value), _slug(row.object)) for row in self.rows if not row.negated}

    def titles(self) -> dict[str, Fact]:
        """The titles of what the plans plan."""
        passed = {fact.subject for fact in self.facts if fact.object in (AKG.Abbreviation, AKG.Footnote, AKG.Plan)}
        titles = (fact for fact in self.facts if fact.predicate == AKG.title and fact.subject not in passed)
        return {shorten(fact.subject.value): fact for fact in titles}


def _slug(theme: NamedNode) -> str:
    return theme.value.rpartition("/")[2]


def _pairs(quads: list[Quad]) -> set[Pair]:
    return {(shorten(quad.subject.value), _slug(quad.object)) for quad in quads if quad.predicate == DCTERMS.subject}


@pytest.fixture(scope="module")
def tagged(extractions: Extractions, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Tagged:
    facts = [fact for _, extraction in extractions.values() for fact in extraction.facts]
    schemes = list(scheme_quads(root))
    file = root / "data" / "alignment" / "themes.sssom.tsv"
    folder = tmp_path_factory.mktemp("data")
    (folder / "alignment").mkdir()
    shutil.copy(file, folder / "alignment")
    texts = {slug: extraction.source for slug, (_, extraction) in extractions.items()}
    agent = NamedNode("https://w3id.org/aseankg/id/agent/aseankg")
    known = {agent, *(fact.subject for fact in facts), *(quad.subject for quad in schemes)}
    rejected = rejected_tags(alignment_quads([folder], texts, known))
    themes = read_themes(schemes)
    return Tagged(facts, themes, read_mappings(file).mappings, rejected, list(theme_quads(facts, themes, rejected)))


@pytest.mark.parametrize(("element", "themes"), BY_WORDS.items(), ids=BY_WORDS)
def test_element_is_about_what_its_title_names(tagged: Tagged, element: str, themes: str) -> None:
    assert sorted(theme for one, theme in tagged.by_words() if one == element) == themes.split()


def test_the_words_of_every_tag_are_a_label_of_the_theme_and_stand_in_the_title(tagged: Tagged, root: Path) -> None:
    labels: dict[str, set[str]] = {}
    for quad in scheme_quads(root):
        if quad.predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel):
            labels.setdefault(quad.subject.value, set()).add(quad.object.value.casefold())
    about: dict[str, dict[NamedNode, list[str]]] = {}
    for quad in tagged.quads:
        about.setdefault(quad.subject.value, {}).setdefault(quad.predicate, []).append(quad.object.value)
    statements = [one for one in about.values() if RDF.subject in one]
    assert len(statements) == len(tagged.by_words()) > 150
    for statement in statements:
        (element,), (theme,) = statement[RDF.subject], statement[RDF.object]
        assert statement[AKG.inGraph] == [graph("alignment").value]
        assert statement[SSSOM.mapping_justification] == ["https://w3id.org/semapv/vocab/LexicalMatching"]
        for iri in statement[AKG.evidence]:
            passage = {term: values[0] for term, values in about[iri].items()}
            (piece,) = (
                piece
                for piece in tagged.titles()[shorten(element)].evidence
                if piece.start <= int(passage[AKG.startOffset]) and int(passage[AKG.endOffset]) <= piece.end
            )
            text, start, end = piece.source.text, int(passage[AKG.startOffset]), int(passage[AKG.endOffset])
            assert passage[AKG.exact] == text[start:end]
            assert " ".join(text[start:end].split()).casefold() in labels[theme]
            assert not text[start - 1].isalpha() and not text[end].isalpha()


def test_no_theme_is_without_an_element(tagged: Tagged, root: Path) -> None:
    themes = {_slug(quad.subject) for quad in scheme_quads(root) if quad.subject.value.count("/concept/theme/")}
    assert len(themes) > 40
    assert themes == {theme for _, theme in tagged.by_words() | tagged.by_hand()}


def test_elements_without_a_theme_name_no_subject(tagged: Tagged) -> None:
    with_theme = {element for element, _ in tagged.by_words() | tagged.by_hand()}
    assert set(tagged.titles()) - with_theme == WITHOUT_THEME


def test_neither_footnotes_nor_abbreviations_are_about_anything(tagged: Tagged) -> None:
    kinds = {element.split("/")[1] for element, _ in tagged.by_words()}
    assert {"activity", "thematic-area", "target", "note"} <= kinds
    assert not kinds & {"abbreviation", "footnote", "alm-wp-2016-2020", "rap-vientiane"}


def test_a_tag_that_a_person_has_rejected_is_not_made(tagged: Tagged) -> None:
    unheeded = _pairs(list(theme_quads(tagged.facts, tagged.themes)))
    assert unheeded - tagged.by_words() == {
        ("alm-wp-2016-2020/note/1", "decent-work"),
        ("alm-wp-2016-2020/note/1", "labour-productivity"),
        ("alm-wp-2016-2020/note/1", "social-protection"),
        ("rap-vientiane/activity/5", "tripartism"),
    }


def test_tags_by_hand_say_what_the_words_do_not(tagged: Tagged) -> None:
    assert len(tagged.by_hand()) > 30
    assert tagged.by_hand() & tagged.by_words() == set()


def test_every_tag_by_hand_rests_on_words_of_its_element(tagged: Tagged) -> None:
    for row in tagged.rows:
        assert row.subject_passage
        slug, start, end = re.findall(r"source/([^/]+)/passage/(\d+)-(\d+)", row.subject_passage.value)[0]
        pieces = tagged.titles()[shorten(row.subject.value)].evidence
        assert [
            piece for piece in pieces if piece.source.slug == slug and piece.start <= int(start) < int(end) <= piece.end
        ], row.place


def test_activities_and_strategies_serve_a_theme_and_all_else_is_about_it(tagged: Tagged) -> None:
    for row in tagged.rows:
        acts = shorten(row.subject.value).split("/")[1] in ("activity", "strategy")
        if row.negated and row.predicate == DCTERMS.subject:
            continue  # what the rule would say
        assert row.predicate == (AKG.serves if acts else DCTERMS.subject), row.place


def test_a_concept_of_others_is_exactly_one_theme(root: Path) -> None:
    rows = read_mappings(root / "data" / "links" / "themes.sssom.tsv").mappings
    assert len(rows) > 150
    exact = [row for row in rows if row.predicate == SKOS.exactMatch]
    assert len({row.object for row in exact}) == len(exact)
    assert len({(row.subject, row.object.value.rpartition("/")[0]) for row in exact}) == len(exact)


def test_a_theme_is_never_exactly_a_goal(root: Path) -> None:
    rows = read_mappings(root / "data" / "links" / "themes.sssom.tsv").mappings
    goals = [row for row in rows if row.object.value.startswith("http://metadata.un.org/sdg/")]
    assert len(goals) > 20
    assert [row.place for row in goals if row.predicate == SKOS.exactMatch] == []
