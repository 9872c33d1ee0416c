"""What people call a thing leads to it: any case, spacing and punctuation, other names, and slips; never two things."""

from __future__ import annotations

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.errors import UsageError
from aseankg.namespaces import ID

ACRONYMS = [
    "acmw", "acwc", "asean-oshnet", "slom", "slom-wg", "somswd", "wg-msmes", "somrdpe", "som-ed", "somy", "som-amaf",
    "acss", "acn", "almm", "ilo",
]  # fmt: skip
WRITINGS = {
    "as the slug": lambda acronym: acronym,
    "upper case": str.upper,
    "title case": str.title,
    "with spaces": lambda acronym: acronym.replace("-", " "),
    "without hyphens": lambda acronym: acronym.replace("-", ""),
    "with other hyphens": lambda acronym: acronym.upper().replace("-", "\N{NON-BREAKING HYPHEN}"),
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("acronym", ACRONYMS)
def test_an_acronym_in_any_writing_is_its_body(kg: KnowledgeGraph, acronym: str, writing: str) -> None:
    assert kg.lookup.get_iri(WRITINGS[writing](acronym), "body") == f"{ID}body/{acronym}"


@pytest.mark.parametrize(
    ("name", "kind", "thing"),
    [
        ("viet nam", "country", "country/vnm"),
        ("VIETNAM", "country", "country/vnm"),
        ("VN", "country", "country/vnm"),
        ("Lao PDR", "country", "country/lao"),
        ("Laos", "country", "country/lao"),
        ("lao", "country", "country/lao"),
        ("The Philippines", "country", "country/phl"),
        ("Timor-Leste", "country", "country/tls"),
        ("ASEAN Secretariat", "body", "body/asec"),
        ("asec", "actor", "body/asec"),
        ("All ASEAN Member States", "actor", "group/asean-member-states"),
        ("rap-vientiane", "plan", "plan/rap-vientiane"),
        ("vientiane-declaration", "plan", "instrument/vientiane-declaration"),
        ("Knowledge sharing", "concept", "concept/focus-area/knowledge-sharing"),
        ("rap-vientiane/activity/14a", "element", "rap-vientiane/activity/14a"),
        (f"{ID}body/acmw", None, "body/acmw"),
    ],
)  # fmt: skip
def test_a_name_is_its_thing(kg: KnowledgeGraph, name: str, kind: str | None, thing: str) -> None:
    assert kg.lookup.get_iri(name, kind) == ID + thing


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("asean oshnet", "body/asean-oshnet"),
        ("Laos", "country/lao"),
        ("viet nam", "country/vnm"),
        ("VIETNAM", "country/vnm"),
        ("burma", "country/mmr"),
        ("Myanmar/Burma", "country/mmr"),
        ("rights of migrant workers", "alm-wp-2016-2020/thematic-area/22"),
        ("women and children", "body/acwc"),
        ("tracer studies", "rap-vientiane/kpi/6.1"),
        ("green jobs", "concept/theme/green-jobs"),
        ("skills", "alm-wp-2016-2020/thematic-area/10"),
    ],
)
def test_what_is_sought_is_found_first(kg: KnowledgeGraph, text: str, thing: str) -> None:
    found = kg.find(text)
    assert found[0].iri == ID + thing
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.iri for one in found}) == len(found) <= 10


def test_after_a_theme_of_the_very_name_comes_the_plans_own_element(kg: KnowledgeGraph) -> None:
    found = kg.find("green jobs")
    assert [(one.iri, one.score == 100) for one in found[:2]] == [
        (f"{ID}concept/theme/green-jobs", True),
        (f"{ID}alm-wp-2016-2020/thematic-area/4", False),
    ]


def test_the_words_that_tag_a_theme_are_not_its_name(kg: KnowledgeGraph) -> None:
    assert all(one.score < 100 for one in kg.find("rights of migrant workers"))


def test_only_the_same_name_is_wholly_alike(kg: KnowledgeGraph) -> None:
    assert kg.find("acmw")[0].score == 100
    assert kg.find("acmv")[0].score < 100


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("acxw", "body", "No body is called 'acxw'. Did you mean"),
        ("vnm", "body", "No body is called 'vnm'."),
        ("Knowledge", None, "No thing is called 'Knowledge'."),
        ("", None, "No thing is called ''."),
        ("___", "body", "No body is called '___'."),
    ],
)
def test_what_is_nothings_name_is_an_error(kg: KnowledgeGraph, name: str, kind: str | None, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        kg.lookup.get_iri(name, kind)
    assert str(caught.value).startswith(words)


def test_acmw_and_acwc_are_never_each_other(kg: KnowledgeGraph) -> None:
    assert kg.lookup.get_iri("ACMW", "body") != kg.lookup.get_iri("ACWC", "body")
    assert f"{ID}body/acwc" not in [one.iri for one in kg.find("migrant workers")][:3]


def test_an_acronym_is_the_body_and_not_the_entry_that_explains_it(kg: KnowledgeGraph) -> None:
    assert kg.lookup.get_iri("ACWC") == "https://w3id.org/aseankg/id/body/acwc"


def test_evidence_begins_with_what_is_surest(kg: KnowledgeGraph) -> None:
    layers = [support.layer for support in kg.evidence("rap-vientiane/activity/13")]
    assert list(dict.fromkeys(layers)) == ["stated", "curated", "alignment", "inferred"]


@pytest.mark.parametrize("text", ["vm", "acm", "amcw", "slm", "xyz", "burma", "laos", "IL", "PH", "ZZZZ"])
def test_a_short_text_leads_to_few_things_that_are_like_it(kg: KnowledgeGraph, text: str) -> None:
    assert len(kg.lookup.find(text, 100)) <= 4


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("acm", ["ACMW"]),
        ("amcw", ["ACMW"]),
        ("slm", ["SLOM"]),
        ("philipines", ["Philippines"]),
        ("vietnm", ["Viet Nam"]),
        ("siam", []),
    ],
)
def test_a_slip_leads_to_the_name_that_was_meant(kg: KnowledgeGraph, text: str, names: list[str]) -> None:
    assert [one.name for one in kg.find(text)][: len(names) or None][:1] == names


def test_letters_inside_another_word_are_not_a_name(kg: KnowledgeGraph) -> None:
    assert all("women" in one.name.lower() for one in kg.find("women"))


def test_a_number_is_not_the_beginning_of_a_longer_one(kg: KnowledgeGraph) -> None:
    found = [one.iri.removeprefix(ID) for one in kg.find("activity 1")]
    assert found[0] == "rap-vientiane/activity/1" and "rap-vientiane/activity/10" not in found
    assert {one.iri.removeprefix(ID) for one in kg.find("activity 14")} == {
        "rap-vientiane/activity/14a", "rap-vientiane/activity/14b",
    }  # fmt: skip


def test_a_question_is_no_name(kg: KnowledgeGraph) -> None:
    assert kg.find("which activities does ACMW contribute to") == []


def test_a_concept_is_called_by_its_preferred_label(kg: KnowledgeGraph) -> None:
    assert kg.lookup.get_name(f"{ID}concept/theme/green-jobs") == "Green jobs"
