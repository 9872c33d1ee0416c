"""Plans nobody wrote the readers for, in either layout, build with nothing but a text and a descriptor."""

from __future__ import annotations

from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.build import build_dataset, extract_all
from aseankg.publish import publish
from aseankg.settings import Settings
from aseankg.show import compose_register
from aseankg.sources import read_source
from aseankg.stats import account_for

PLANS = Path(__file__).parent.parent / "data" / "plans"


@pytest.fixture(scope="module")
def unseen(root: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """A graph of the two texts of the project and of the two fictional ones."""
    dataset = build_dataset(root, [PLANS], progress=lambda words: None)
    return KnowledgeGraph(publish(dataset, tmp_path_factory.mktemp("build"), root).dataset, Settings())


def ends(kg: KnowledgeGraph, pattern: str) -> list[str]:
    query = (
        "PREFIX akg: <https://w3id.org/aseankg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        f"BASE <https://w3id.org/aseankg/id/> SELECT DISTINCT ?x WHERE {{ {pattern} }}"
    )
    return sorted(text for (text,) in kg.query(query).texts())


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?x akg:inPlan <plan/ports-2030> ; a akg:Activity", [f"ports-2030/activity/{number}" for number in "123"]),
        ("<ports-2030/activity/1> akg:leadCountry ?x", ["country/mys", "country/tha"]),
        ("<ports-2030/activity/1> akg:contributingBody ?x", ["body/harbour", "body/ilo"]),
        ("<ports-2030/activity/1> akg:endDate ?x", ["2030-05-31"]),
        ("<ports-2030/activity/1> akg:datePrecision ?x", ["month"]),
        ("<ports-2030/activity/1> akg:inKeyResultArea ?x", ["ports-2030/kra/A"]),
        ("<body/harbour> skos:prefLabel ?x", ["Harbour Workers' Forum of the Region"]),
        ("<ports-2030/abbreviation/OSH> akg:abbreviates ?x", []),
        ("<ports-2030/activity/2> akg:venue ?x", ["Da Nang, Viet Nam"]),
        ("<ports-2030/activity/2> akg:title ?x", ["Training of inspectors on OSH"]),
        ("<ports-2030/activity/2> akg:focusArea ?x", ["concept/focus-area/training-of-trainers"]),
        ("<ports-2030/activity/2> akg:sameActivityAs ?x", ["slom-wg-wp-2016-2020/activity/ports-fn2"]),
        ("<ports-2030/activity/2> akg:indicator ?x", []),
        ("?x akg:note <ports-2030/footnote/1>", ["ports-2030/kpi/1.1", "ports-2030/kpi/3.1"]),
        ("<ports-2030/activity/3> akg:timelineText ?x", ["yearly"]),
        ("<ports-2030/activity/3> akg:startDate ?x", []),
        ("<ports-2030/kpi/3.1> akg:mentions ?x", ["body/slom"]),
        ("<mekong-2031/thematic-area/1> akg:responsibleBody ?x", ["body/ilo"]),
        ("<mekong-2031/thematic-area/1> akg:underThematicGroup ?x", ["mekong-2031/thematic-group/1"]),
        ("<mekong-2031/project/1.1> akg:countryCoordinator ?x", ["country/lao", "country/vnm"]),
        ("<mekong-2031/thematic-area/2> akg:inKeyResultArea ?x", ["mekong-2031/kra/1"]),
        ("<mekong-2031/thematic-area/3> akg:inKeyResultArea ?x", ["mekong-2031/kra/2"]),
        ("<mekong-2031/thematic-area/3> akg:note ?x", ["mekong-2031/note/1"]),
        ("<mekong-2031/commitment/3.1> akg:coordinator ?x", ["body/acmw"]),
        ("?x akg:partOf <mekong-2031/target/1.1>", ["mekong-2031/target/1.1.1", "mekong-2031/target/1.1.2"]),
        ("?x akg:partOf <mekong-2031/kra/2> ; a akg:IntermediateTarget",
         ["mekong-2031/target/2.1", "mekong-2031/target/2.2"]),
    ],
)  # fmt: skip
def test_unseen_plan_says(unseen: KnowledgeGraph, pattern: str, expected: list[str]) -> None:
    assert ends(unseen, pattern) == expected


def test_all_member_states_of_2030_are_eleven(unseen: KnowledgeGraph) -> None:
    # Timor-Leste was admitted on 26 October 2025; the fictional plan's day is 1 January 2030.
    assert len(ends(unseen, "<ports-2030/activity/3> akg:nationalLead ?x")) == 11
    assert len(ends(unseen, "<rap-vientiane/activity/6> akg:nationalLead ?x")) == 10


def test_no_character_of_an_unseen_plan_is_unexplained(root: Path) -> None:
    read = {descriptor.slug: extraction for descriptor, extraction in extract_all([root / "data", PLANS], root)}
    for slug in ("ports-2030", "mekong-2031"):
        assert account_for(read[slug]).unexplained == ()


def test_table_of_an_unseen_register_is_composed_again(unseen: KnowledgeGraph) -> None:
    descriptor, source = read_source(PLANS / "sources" / "ports-2030" / "descriptor.toml")
    lines = [line.split("\t") for line in source.text.splitlines() if line[:1].isdigit() and "\t" in line]
    assert len(lines) == 3
    assert compose_register(unseen.store, "ports-2030", descriptor.layout) == lines
