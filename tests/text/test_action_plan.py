"""What the Regional Action Plan says, as read in its text; the graph must say the same, and nothing else."""

from __future__ import annotations

import pytest

from aseankg.api import KnowledgeGraph

PLAN = "rap-vientiane"

# Row by row from lines 24 to 75: strategy, focus area, leads, contributing bodies, start, end, footnotes.
ROWS = {
    "1": (1, "research", "vnm", "acwc somswd", "", "", ""),
    "2": (1, "knowledge-sharing", "khm", "acwc somswd wg-msmes", "2017-05-24", "2017-05-26", "3"),
    "3": (1, "public-private-partnership-promotion", "GROUP", "acn", "2017-01-01", "2025-12-31", "4"),
    "4": (5, "economic-and-skills-needs-assessments", "sgp", "som-ed somrdpe wg-msmes", "", "", ""),
    "5": (6, "knowledge-sharing", "mmr phl", "som-ed somy", "2017-01-01", "2017-12-31", "5"),
    "6": (6, "capacity-building", "GROUP", "somrdpe wg-msmes", "", "", ""),
    "7": (7, "knowledge-sharing", "lao", "somy wg-msmes", "2017-12-13", "2017-12-15", "6"),
    "8": (8, "knowledge-sharing", "lao", "", "2017-05-22", "2017-05-26", "7"),
    "9": (2, "data-analysis", "ASEC", "acss somrdpe wg-msmes", "", "", ""),
    "10": (2, "capacity-building-on-data-analysis", "tha", "acss somrdpe wg-msmes", "2018-01-01", "2018-12-31", "8"),
    "11": (2, "capacity-building-on-data-analysis", "phl vnm", "acss", "", "", "9"),
    "12": (3, "analysis", "lao", "somrdpe wg-msmes", "2018-01-01", "2019-12-31", "10"),
    "13": (4, "institutional-strengthening", "", "", "", "", "11"),
    "14a": (4, "capacity-building", "GROUP", "somrdpe wg-msmes", "", "", ""),
    "14b": (4, "knowledge-sharing", "tha", "", "2018-01-01", "2020-12-31", "12"),
}


def ends(kg: KnowledgeGraph, pattern: str, graph: str = f"plan/{PLAN}") -> list[str]:
    """The ends of the IRIs or the literals that ?x takes in a graph."""
    found = kg.query(
        "PREFIX akg: <https://w3id.org/aseankg/ontology#> PREFIX prov: <http://www.w3.org/ns/prov#> "
        f"SELECT DISTINCT ?x WHERE {{ GRAPH <https://w3id.org/aseankg/graph/{graph}> {{ {pattern} }} }}"
    )
    return sorted(text.removeprefix(f"{PLAN}/") for (text,) in found.texts())


def one(element: str) -> str:
    return f"<https://w3id.org/aseankg/id/{element}>"


@pytest.mark.parametrize(("number", "row"), ROWS.items(), ids=ROWS)
def test_activity(kg: KnowledgeGraph, number: str, row: tuple[int, str, str, str, str, str, str]) -> None:
    strategy, focus, leads, bodies, start, end, footnotes = row
    activity = one(f"{PLAN}/activity/{number}")
    assert ends(kg, f"{activity} akg:implementsStrategy ?x") == [f"vientiane-declaration/strategy/{strategy}"]
    assert ends(kg, f"{activity} akg:focusArea ?x") == [f"concept/focus-area/{focus}"]
    countries = [f"country/{code}" for code in leads.split() if code.islower()]
    others = {"GROUP": ["group/asean-member-states"], "ASEC": ["body/asec"]}.get(leads, [])
    assert ends(kg, f"{activity} akg:leadCountry ?x") == countries
    assert ends(kg, f"{activity} akg:leadActor ?x") == others
    assert ends(kg, f"{activity} akg:nationalLevel ?x") == (["true"] if leads == "GROUP" else [])
    assert ends(kg, f"{activity} akg:contributingBody ?x") == [f"body/{body}" for body in bodies.split()]
    assert ends(kg, f"{activity} akg:startDate ?x") == ([start] if start else [])
    assert ends(kg, f"{activity} akg:endDate ?x") == ([end] if end else [])
    assert ends(kg, f"{activity} akg:note ?x") == ([f"footnote/{footnotes}"] if footnotes else [])
    assert ends(kg, f"{activity} akg:indicator ?x") == [f"kpi/{number}.1"]


def test_there_are_15_activities(kg: KnowledgeGraph) -> None:
    assert ends(kg, "?x a akg:Activity") == sorted(f"activity/{number}" for number in ROWS)


@pytest.mark.parametrize(
    ("activity", "text", "precision", "venue"),
    [
        ("2", "24-26 May 2017, Siem Reap, Cambodia", "day", ["Siem Reap, Cambodia"]),
        ("7", "13-15 December 2017, Champasack, Lao PDR", "day", ["Champasack, Lao PDR"]),
        ("3", "2017-2025", "year", []),
        ("10", "2018", "year", []),
    ],
)
def test_timeline(kg: KnowledgeGraph, activity: str, text: str, precision: str, venue: list[str]) -> None:
    node = one(f"{PLAN}/activity/{activity}")
    assert ends(kg, f"{node} akg:timelineText ?x") == [text]
    assert ends(kg, f"{node} akg:datePrecision ?x") == [precision]
    assert ends(kg, f"{node} akg:venue ?x") == venue


@pytest.mark.parametrize(
    ("kra", "strategies", "activities"),
    [
        (1, [1, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]),
        (2, [2, 3], [9, 10, 11, 12]),
        (3, [4], [13, "14a", "14b"]),
    ],
)
def test_key_result_areas(kg: KnowledgeGraph, kra: int, strategies: list[int], activities: list[object]) -> None:
    area = one(f"{PLAN}/kra/{kra}")
    assert ends(kg, f"?x a akg:Strategy ; akg:inKeyResultArea {area}") == [
        f"vientiane-declaration/strategy/{number}" for number in strategies
    ]
    assert ends(kg, f"?x a akg:Activity ; akg:partOf {area}") == sorted(f"activity/{number}" for number in activities)


def test_strategies_are_part_of_the_declaration_and_not_of_the_plan(kg: KnowledgeGraph) -> None:
    declaration = one("instrument/vientiane-declaration")
    assert len(ends(kg, f"?x a akg:Strategy ; akg:partOf {declaration}")) == 8
    assert ends(kg, "?x a akg:Strategy ; akg:inPlan ?plan") == []
    ninth = one("vientiane-declaration/strategy/9")
    assert ends(kg, f"{ninth} ?x ?y . FILTER (?x = akg:title)", "crossref") == []
    assert ends(kg, f"{ninth} akg:number ?x", "crossref") == ["9"]
    assert ends(kg, f"?x akg:cites {ninth}", "crossref") == ["implementation-point/1"]


def test_mark_2_of_the_header_belongs_to_all_8_strategies(kg: KnowledgeGraph) -> None:
    assert len(ends(kg, f"?x akg:note {one(f'{PLAN}/footnote/2')}")) == 8


def test_13_footnotes_7_points_9_abbreviations(kg: KnowledgeGraph) -> None:
    assert ends(kg, "?x a akg:Footnote") == sorted(f"footnote/{number}" for number in range(1, 14))
    assert ends(kg, "?x akg:note ?footnote . ?footnote a akg:Footnote") != []
    marked = ends(kg, "?element akg:note ?x")
    assert marked == sorted(f"footnote/{number}" for number in range(1, 14))
    assert ends(kg, "?x a akg:ImplementationPoint") == [f"implementation-point/{number}" for number in range(1, 8)]
    assert ends(kg, "?node a akg:Abbreviation ; akg:acronym ?x") == [
        "ACSS", "ACWC", "SLOM", "SOM-AMAF", "SOM-ED", "SOMRDPE", "SOMSWD", "SOMY", "WG-MSMEs"
    ]  # fmt: skip


def test_row_13_says_only_involves_and_our_reading_is_kept_apart(kg: KnowledgeGraph) -> None:
    activity = one(f"{PLAN}/activity/13")
    printed = ["body/slom", "body/som-amaf", "body/somrdpe"]
    assert ends(kg, f"{activity} akg:involves ?x") == printed
    assert ends(kg, f"{activity} akg:leadActor ?x", "curated") == ["body/slom"]
    assert ends(kg, f"{activity} akg:contributingBody ?x", "curated") == ["body/som-amaf", "body/somrdpe"]
    assert ends(kg, f"{activity} akg:leadActor ?x", "inferred/stated") == []


# Footnote by footnote: activity, how, counterpart.
CROSS_REFERENCES = [
    ("2", "sameActivityAs", "rap-fn3"),
    ("5", "sameActivityAs", "rap-fn5"),
    ("7", "implementedThrough", "rap-fn6"),
    ("8", "sameActivityAs", "rap-fn7"),
    ("10", "implementedThrough", "rap-fn8"),
    ("11", "sameActivityAs", "rap-fn9"),
    ("12", "implementedThrough", "rap-fn10"),
    ("13", "proposedAlignmentWith", "rap-fn11-1"),
    ("13", "implementedThrough", "rap-fn11-2"),
    ("14b", "sameActivityAs", "rap-fn12"),
]


@pytest.mark.parametrize(("activity", "term", "counterpart"), CROSS_REFERENCES)
def test_cross_reference(kg: KnowledgeGraph, activity: str, term: str, counterpart: str) -> None:
    target = f"slom-wg-wp-2016-2020/activity/{counterpart}"
    found = ends(kg, f"{one(f'{PLAN}/activity/{activity}')} akg:{term} ?x", "crossref")
    assert target in found
    assert ends(kg, f"{one(target)} akg:knownOnlyByReference ?x", "crossref") == ["true"]


def test_no_other_activity_has_a_counterpart(kg: KnowledgeGraph) -> None:
    terms = "akg:sameActivityAs|akg:implementedThrough|akg:proposedAlignmentWith"
    found = ends(kg, f"?x {terms} ?other . FILTER (CONTAINS(STR(?other), 'slom-wg'))", "crossref")
    assert found == sorted({f"activity/{activity}" for activity, _, _ in CROSS_REFERENCES})


@pytest.mark.parametrize(
    ("counterpart", "term", "values"),
    [
        ("rap-fn3", "title|akg:leadCountry|akg:startDate|akg:host", []),
        ("rap-fn6", "startDate", ["2017-12-13"]),
        ("rap-fn6", "leadCountry", []),
        ("rap-fn8", "host", ["country/tha"]),
        ("rap-fn8", "leadCountry", []),
        ("rap-fn10", "leadCountry", ["country/lao"]),
        ("rap-fn11-1", "leadCountry", ["country/vnm"]),
        ("rap-fn11-2", "leadCountry", ["country/tha"]),
    ],
)
def test_counterpart_carries_only_what_its_footnote_gives(
    kg: KnowledgeGraph, counterpart: str, term: str, values: list[str]
) -> None:
    node = one(f"slom-wg-wp-2016-2020/activity/{counterpart}")
    assert ends(kg, f"{node} akg:{term} ?x", "crossref") == values


def test_viet_nam_proposed_the_alignment_of_activity_13(kg: KnowledgeGraph) -> None:
    found = kg.query(
        "PREFIX akg: <https://w3id.org/aseankg/ontology#> PREFIX prov: <http://www.w3.org/ns/prov#> "
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
        "SELECT ?who ?note WHERE { ?reference a akg:CrossReference ; "
        "rdf:predicate akg:proposedAlignmentWith ; prov:wasAttributedTo ?who ; akg:fromNote ?note }"
    )
    assert found.texts() == [["country/vnm", "rap-vientiane/footnote/11"]]


def test_activity_13_is_activity_12a_of_the_regional_framework(kg: KnowledgeGraph) -> None:
    target = "regional-framework-social-protection/activity/12.a"
    assert target in ends(kg, f"{one(f'{PLAN}/activity/13')} akg:sameActivityAs ?x", "crossref")
    assert ends(kg, f"{one(target)} akg:partOf ?x", "crossref") == ["instrument/regional-framework-social-protection"]


def test_footnote_4_says_who_adopted_the_guidelines_and_when(kg: KnowledgeGraph) -> None:
    guidelines = one("instrument/csr-guidelines")
    assert ends(kg, f"{guidelines} akg:adoptedBy ?x", "crossref") == ["body/almm"]
    assert ends(kg, f"{guidelines} akg:adoptedOn ?x", "crossref") == ["2016-05-15"]


def test_empty_cells_say_nothing(kg: KnowledgeGraph) -> None:
    without = "?x a akg:Activity . FILTER NOT EXISTS"
    assert ends(kg, f"{without} {{ ?x akg:timelineText ?text }}") == [
        "activity/1", "activity/11", "activity/13", "activity/14a", "activity/4", "activity/6", "activity/9"
    ]  # fmt: skip
    assert ends(kg, f"{without} {{ ?x akg:contributingBody ?body }}") == ["activity/13", "activity/14b", "activity/8"]


def test_all_member_states_are_the_ten_of_that_day(kg: KnowledgeGraph) -> None:
    leads = ends(kg, f"{one(f'{PLAN}/activity/6')} akg:nationalLead ?x", "inferred/stated")
    assert leads == [
        "country/brn", "country/idn", "country/khm", "country/lao", "country/mmr", "country/mys", "country/phl",
        "country/sgp", "country/tha", "country/vnm",
    ]  # fmt: skip
