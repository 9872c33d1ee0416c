"""What a candidate tells: how alike it is, why, and whether a person need look. Not here: the spellings themselves."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.catalogue import evaluate
from aseankg.errors import UsageError
from aseankg.namespaces import ID
from aseankg.reconcile import FEATURES, KINDS, LONGEST, Candidate, Reconciler, spellings_query
from aseankg.reconcile.spellings import bag_of, form_of
from aseankg.reconcile.things import Name, names_of_rows

TEXTS = ["ACWM", "Viet Nam", "skills", "Regional forum", "RAP activity 5", "Indonisia", "ไทย", "Lao PDR / Thailand"]


@pytest.fixture(scope="module")
def reconciler(kg: KnowledgeGraph) -> Reconciler:
    return Reconciler.of_store(kg.store)


@pytest.fixture(scope="module")
def names(kg: KnowledgeGraph) -> list[Name]:
    return names_of_rows(evaluate(kg.store, spellings_query()))


def best(reconciler: Reconciler, text: str, *kinds: str) -> Candidate:
    return reconciler.candidates(text, kinds)[0]


# -- scores and signs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "least", "most", "sign"),
    [
        ("ACMW", "body", 100, 100, "acronym"),
        ("Viet-Nam", "country", 100, 100, "name"),
        ("VN", "country", 100, 100, "code"),
        ("VNM: Viet Nam", "country", 100, 100, "parts"),
        ("country/vnm", "country", 100, 100, "iri"),
        ("http://eurovoc.europa.eu/4552", "theme", 100, 100, "identifier"),
        ("http://eurovoc.europa.eu/2359", "theme", 90, 90, "close"),
        ("SMEWG", "body", 90, 90, "reading"),
        ("RAP activity 5", "activity", 95, 95, "order"),
        ("Internatonal Labour Organization", "body", 90, 97, "slip"),
        ("Indonisia", "country", 85, 97, "slip"),
        ("Thailand (lead)", "country", 85, 85, "part"),
        ("Vietman", "country", 50, 65, "letters"),
    ],
)
def test_a_score_says_how_alike_and_a_sign_why(
    reconciler: Reconciler, text: str, kind: str, least: float, most: float, sign: str
) -> None:
    found = best(reconciler, text, kind)
    assert least <= found.score <= most
    assert found.features[sign] > 0
    assert found.features["type"] == 1
    assert set(found.features) <= set(FEATURES)


def test_words_in_common_score_by_their_share(reconciler: Reconciler) -> None:
    most, some = (best(reconciler, text, "activity") for text in ("activity 5", "knowledge sharing"))
    assert 50 < some.score < 70 < most.score < 90
    assert most.features["words-of-text"] == some.features["words-of-text"] == 1
    assert most.features["words-of-name"] > 0.5 > some.features["words-of-name"]


def test_every_sign_is_seen_and_explained(reconciler: Reconciler) -> None:
    texts = [
        "ACMW",
        "Laos",
        "VNM",
        "country/vnm",
        "http://eurovoc.europa.eu/4552",
        "http://eurovoc.europa.eu/2359",
        "SMEWG",
    ]
    texts += ["RAP activity 5", "VNM: Viet Nam", "Lao PDR / Thailand", "Indonisia", "Vietman", "skills", "LA"]
    seen = {sign for text in texts for one in reconciler.candidates(text) for sign in one.features}
    seen |= set(best(reconciler, "LA", "country").features)
    assert seen == set(FEATURES)


@pytest.mark.parametrize("text", TEXTS)
def test_candidates_come_best_first_and_each_thing_once(reconciler: Reconciler, text: str) -> None:
    found = reconciler.candidates(text, limit=100)
    assert found
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.iri for one in found}) == len(found)
    assert all(50 <= one.score <= 100 for one in found)
    assert [one.match for one in found[1:]] == [False] * (len(found) - 1)
    assert reconciler.candidates(text, limit=2) == found[:2]


def test_a_candidate_is_described_by_what_its_name_does_not_say(reconciler: Reconciler) -> None:
    assert best(reconciler, "ACMW").description.startswith("ASEAN Committee on the Implementation of")
    assert best(reconciler, "RAP activity 1").description.startswith("Comparative study on national policies")
    assert best(reconciler, "child labour", "theme").description.startswith("Work that is done by persons too young")


def test_the_spelling_is_the_name_that_was_alike(reconciler: Reconciler) -> None:
    found = best(reconciler, "Pilipinas")
    assert (found.spelling, found.name, found.iri) == ("Pilipinas", "Philippines", f"{ID}country/phl")


# -- types ---------------------------------------------------------------------------------------------------------


def test_each_type_has_things_and_its_own_name(reconciler: Reconciler, names: list[Name]) -> None:
    seen = {kind for name in names for kind in name.thing.kinds}
    assert {"body", "country", "plan", "activity", "thematic-area", "strategy", "theme", "indicator"} == set(KINDS)
    assert seen == set(KINDS)
    assert len({kind.name for kind in KINDS.values()}) == len({kind.iri for kind in KINDS.values()}) == len(KINDS)


def test_only_things_of_the_types_asked_for_are_candidates(reconciler: Reconciler) -> None:
    kinds = ("theme", "strategy")
    found = reconciler.candidates("skills development", kinds, limit=50)
    assert {kind for one in found for kind in one.kinds} == set(kinds)


def test_a_name_that_two_types_have_is_sure_only_where_one_is_asked_for(reconciler: Reconciler) -> None:
    assert not any(one.match for one in reconciler.candidates("Skills development"))
    assert not any(one.match for one in reconciler.candidates("Skills development", ("theme", "thematic-area")))
    assert best(reconciler, "Skills development", "theme").match


def test_what_is_of_no_type_makes_a_name_ambiguous_and_is_no_candidate(reconciler: Reconciler) -> None:
    """The focus area of that name is not among the types; a person may mean it."""
    found = reconciler.candidates("Capacity building")
    assert (found[0].iri, found[0].score, found[0].match) == (f"{ID}concept/theme/capacity-building", 100, False)
    assert all(one.kinds for one in found)


def test_an_unknown_type_is_an_error_with_near_names(reconciler: Reconciler) -> None:
    with pytest.raises(UsageError, match=r"No type is called 'contry'\. Did you mean 'country'"):
        reconciler.candidates("Laos", ["contry"])


# -- what nobody would call a name ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "   ", "\n", "\0", "-", "(", "()[]{}|", "\N{ZERO WIDTH SPACE}", "%s", "', OR 1=1"]
)
def test_a_text_without_a_name_gives_no_match(reconciler: Reconciler, text: str) -> None:
    assert not any(one.match for one in reconciler.candidates(text))


@pytest.mark.parametrize("text", ["Viet Nam ", "skills ", "(", "a/", "\N{COMBINING ACUTE ACCENT}", "1 ", "ไทย"])
def test_a_text_longer_than_any_name_is_nothings_name(reconciler: Reconciler, text: str) -> None:
    assert reconciler.candidates(text * 10_000) == []


def test_spaces_around_a_name_do_not_count(reconciler: Reconciler) -> None:
    assert best(reconciler, " " * 2 * LONGEST + "Viet Nam\t").match


def test_a_limit_of_nothing_gives_nothing_and_of_a_million_all(reconciler: Reconciler) -> None:
    assert reconciler.candidates("skills", limit=0) == reconciler.candidates("skills", limit=-1) == []
    assert 10 < len(reconciler.candidates("skills", limit=1_000_000)) < 200


# -- every name, and every name with a letter wrong ----------------------------------------------------------------


def test_every_name_leads_to_its_thing(reconciler: Reconciler, names: list[Name]) -> None:
    assert len(names) > 1_000
    for name in names:
        found = reconciler.candidates(name.text, limit=1_000)
        if name.thing.kinds:
            assert name.thing.iri in {one.iri for one in found if one.score >= 85}, name


def _mistyped(text: str) -> Iterator[str]:
    """Each text with a letter left out, doubled, or exchanged with the next, at two places."""
    for at in {1, len(text) // 2} if len(text) > 2 else ():
        yield text[:at] + text[at + 1 :]
        yield text[:at] + text[at] + text[at:]
        yield text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def test_a_mistyped_name_is_never_matched_to_another_thing(reconciler: Reconciler, names: list[Name]) -> None:
    called = {(name.thing.iri, form_of(name.text)) for name in names}
    called |= {(name.thing.iri, bag_of(name.text)) for name in names}
    tried = matched = 0
    for name in names:
        for text in _mistyped(name.text):
            tried += 1
            for one in reconciler.candidates(text, limit=3):
                is_own = one.iri == name.thing.iri or {(one.iri, form_of(text)), (one.iri, bag_of(text))} & called
                assert is_own or not one.match, (name.text, text, one)
                matched += one.match
    assert tried > 4 * len(names)
    assert matched > tried / 10


def test_an_acronym_with_a_letter_wrong_is_never_a_match(reconciler: Reconciler, names: list[Name]) -> None:
    acronyms = {name.text for name in names if name.way == "acronym"}
    forms = {form_of(name.text) for name in names}
    assert {"ACMW", "ACWC", "SOMSWD"} < acronyms
    for acronym in acronyms:
        for text in _mistyped(acronym):
            assert form_of(text) in forms or not any(one.match for one in reconciler.candidates(text)), text


def test_threads_get_the_same_answers(reconciler: Reconciler) -> None:
    alone = [reconciler.candidates(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(reconciler.candidates, TEXTS * 20))
    assert together == alone * 20
