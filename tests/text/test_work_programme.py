"""What the Work Programme says, as read in its text; the graph must say the same, and nothing else."""

from __future__ import annotations

import pytest

from aseankg.api import KnowledgeGraph

PLAN = "alm-wp-2016-2020"

# Read in line 12, 14 and 15 of the text: number, first words of the title, responsible bodies.
AREAS = [
    (1, "Gender mainstreaming of labour sector", "slom"),
    (2, "Impact of ASEAN economic integration", "slom"),
    (3, "Support the implementation of the ASEAN Declaration on Strengthening Social Protection", "slom"),
    (4, "Promotion of green jobs", "slom"),
    (5, "Engagement of tripartite partners, where appropriate", "slom"),
    (6, "Strengthening labour laws", "slom"),
    (7, "Corporate Social Responsibility (CSR) in labour sector", "slom"),
    (8, "Response to emerging trends in employment relations", "slom"),
    (9, "Labour market information system", "slom-wg"),
    (10, "Skills development", "slom-wg"),
    (11, "Skills recognition (including support to the ASEAN Qualification Reference Framework)", "slom-wg"),
    (12, "Promotion of inclusive employment", "slom-wg"),
    (13, "Promoting productivity of workers in informal sector", "slom-wg"),
    (14, "Governing mechanisms of labour mobility", "acmw"),
    (15, "Strengthening labour inspection", "asean-oshnet slom-wg"),
    (16, "OSH standards and capacity", "asean-oshnet"),
    (17, "HIV prevention and control in the workplace", "asean-oshnet"),
    (18, "Capacity building on tripartism (including on wage setting)", "slom-wg"),
    (19, "Labour dispute and labour justice", "slom-wg"),
    (20, "Expansion of coverage of social protection to all workers", "slom-wg"),
    (21, "Social protection of migrant workers in ASEAN", "acmw"),
    (22, "Protection and promotion of the rights of migrant workers", "acmw"),
    (23, "Labour dimension of trafficking in persons", "acmw"),
]

# Brackets and labels of lines 12 and 14; a bracket belongs to the nearest project or commitment before it.
COORDINATORS = {
    "project/1.1": ["country/vnm"],
    "project/2.1": ["country/mys"],
    "commitment/3.1": ["country/lao", "country/vnm"],
    "thematic-area/4": ["country/tha"],
    "project/6.1": ["country/vnm"],
    "project/7.1": ["country/tha"],
    "project/7.2": ["country/tha"],
    "project/8.1": ["body/asec"],
}


def ends(kg: KnowledgeGraph, pattern: str, graph: str = f"plan/{PLAN}") -> list[str]:
    """The ends of the IRIs or the literals that ?x takes in a graph."""
    found = kg.query(
        "PREFIX akg: <https://w3id.org/aseankg/ontology#> PREFIX : <https://w3id.org/aseankg/id/> "
        f"SELECT DISTINCT ?x WHERE {{ GRAPH <https://w3id.org/aseankg/graph/{graph}> {{ {pattern} }} }}"
    )
    return sorted(text.removeprefix(f"{PLAN}/") for (text,) in found.texts())


def one(element: str) -> str:
    return f"<https://w3id.org/aseankg/id/{PLAN}/{element}>"


@pytest.mark.parametrize(("number", "title", "bodies"), AREAS, ids=[str(area[0]) for area in AREAS])
def test_thematic_area(kg: KnowledgeGraph, number: int, title: str, bodies: str) -> None:
    area = one(f"thematic-area/{number}")
    (printed,) = ends(kg, f"{area} akg:title ?x")
    assert printed.startswith(title)
    assert ends(kg, f"{area} akg:number ?x") == [str(number)]
    assert ends(kg, f"{area} akg:responsibleBody ?x") == [f"body/{body}" for body in bodies.split()]


def test_there_are_23_areas_and_no_more(kg: KnowledgeGraph) -> None:
    assert len(ends(kg, "?x a akg:ThematicArea")) == 23


@pytest.mark.parametrize(
    ("class_name", "elements"),
    [
        ("Vision", "vision/1"),
        ("Objective", "objective/A objective/B objective/C objective/D objective/E objective/overall"),
        ("KeyResultArea", "kra/1 kra/2 kra/3 kra/4"),
        (
            "IntermediateTarget",
            "target/1.1 target/1.1.1 target/1.1.2 target/1.2 target/2.1 target/2.2 target/3.1 target/3.1.1 target/3.2 "
            "target/3.3 target/3.4 target/3.5 target/4.1 target/4.1.1 target/4.1.2 target/4.2",
        ),
        ("ThematicGroup", "thematic-group/1 thematic-group/2 thematic-group/3 thematic-group/4"),
        ("Project", "project/1.1 project/2.1 project/6.1 project/7.1 project/7.2 project/8.1"),
        ("Commitment", "commitment/3.1"),
        ("Note", "note/1 note/2 note/3"),
        (
            "MonitoringProvision",
            "monitoring/a monitoring/b monitoring/b.a monitoring/b.b monitoring/c monitoring/d",
        ),
    ],
)
def test_elements_are_those_printed(kg: KnowledgeGraph, class_name: str, elements: str) -> None:
    assert ends(kg, f"?x a akg:{class_name}") == elements.split()


@pytest.mark.parametrize(("element", "actors"), COORDINATORS.items())
def test_coordinator_belongs_to_the_nearest_project(kg: KnowledgeGraph, element: str, actors: list[str]) -> None:
    term = "coordinator" if actors == ["body/asec"] else "countryCoordinator"
    assert ends(kg, f"{one(element)} akg:{term} ?x") == actors


def test_only_area_4_has_a_coordinator_of_its_own(kg: KnowledgeGraph) -> None:
    assert ends(kg, "?x a akg:ThematicArea ; akg:countryCoordinator ?actor") == ["thematic-area/4"]
    inferred = ends(kg, "?x a akg:ThematicArea", f"plan/{PLAN}")
    assert len(inferred) == 23
    assert ends(kg, f"{one('thematic-area/7')} akg:countryCoordinator ?x", "inferred/stated") == ["country/tha"]
    assert ends(kg, f"{one('thematic-area/8')} akg:coordinator ?x", "inferred/stated") == ["body/asec"]


@pytest.mark.parametrize(
    ("first", "last", "term", "home"),
    [
        (1, 1, "underThematicGroup", "thematic-group/1"),
        (2, 4, "underThematicGroup", "thematic-group/2"),
        (5, 6, "underThematicGroup", "thematic-group/3"),
        (7, 8, "underThematicGroup", "thematic-group/4"),
        (9, 11, "inKeyResultArea", "kra/1"),
        (12, 14, "inKeyResultArea", "kra/2"),
        (15, 19, "inKeyResultArea", "kra/3"),
        (20, 23, "inKeyResultArea", "kra/4"),
    ],
)
def test_areas_stand_in_their_group_or_column(kg: KnowledgeGraph, first: int, last: int, term: str, home: str) -> None:
    expected = sorted(f"thematic-area/{number}" for number in range(first, last + 1))
    assert ends(kg, f"?x akg:{term} {one(home)} ; a akg:ThematicArea") == expected
    assert ends(kg, f"?x akg:partOf {one(home)} ; a akg:ThematicArea") == expected


def test_continuation_row_belongs_to_the_third_area(kg: KnowledgeGraph) -> None:
    assert ends(kg, f"{one('target/3.4')} akg:title ?x") == ["Strengthened capacity for labour inspection"]
    assert ends(kg, f"{one('target/3.5')} akg:title ?x") == ["Increased capacities for labour law enforcement"]
    assert ends(kg, f"{one('target/3.5')} akg:partOf ?x") == ["kra/3"]


def test_odd_bracket_of_area_12_is_kept_and_its_mark_leads_to_note_1(kg: KnowledgeGraph) -> None:
    (title,) = ends(kg, f"{one('thematic-area/12')} akg:title ?x")
    assert title.endswith("entrepreneurship/SMEs)") and "vulnerable workers through" in title and "¹" not in title
    assert ends(kg, f"{one('thematic-area/12')} akg:note ?x") == ["note/1"]


def test_monitoring_b_has_two_parts(kg: KnowledgeGraph) -> None:
    assert ends(kg, f"?x akg:partOf {one('monitoring/b')}") == ["monitoring/b.a", "monitoring/b.b"]
    assert ends(kg, f"{one('monitoring/b.a')} akg:title ?x") == ["Data/information/statistics"]
    assert ends(kg, f"{one('monitoring/d')} akg:partOf ?x") == ["note/3"]


@pytest.mark.parametrize(
    ("element", "title"),
    [
        (
            "vision/1",
            "An ASEAN Community that engages and benefits the peoples and is inclusive, sustainable, resilient, and "
            "dynamic.",
        ),
        ("kra/3", "Harmonious, Safe and Progressive Workplace"),
        ("thematic-group/2", "Labour dimension of Sustainable Development"),
        ("note/3", "Monitoring and/or evaluation mechanism:"),
        (
            "project/7.2",
            "Moving forward with an ASEAN Corporate Social Responsibility on Labour to Support an ASEAN Community",
        ),
    ],
)
def test_title_is_as_printed(kg: KnowledgeGraph, element: str, title: str) -> None:
    assert ends(kg, f"{one(element)} akg:title ?x") == [title]


def test_kras_print_no_number(kg: KnowledgeGraph) -> None:
    for class_name in ("KeyResultArea", "IntermediateTarget", "Project", "Commitment", "ThematicGroup"):
        assert ends(kg, f"?x a akg:{class_name} ; akg:number ?number") == []
        assert ends(kg, f"?x a akg:{class_name} ; akg:order ?order") != []
