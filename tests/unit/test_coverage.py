"""Coverage counts each element once in a cell, tells the text from our reading, and leads to two passages.

Over a small store made here. Not here: the shipped plans (tests/cli/test_coverage.py, tests/queries).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from aseankg.catalogue import Query
from aseankg.coverage import DIMENSIONS, look_over, measure
from aseankg.coverage.matrix import Coverage
from aseankg.errors import UsageError
from aseankg.namespaces import ID, PREFIXES

TRIG = r"""
graph:meta {
  graph:plan\/new akg:layer "stated" . graph:plan\/old akg:layer "stated" . graph:crossref akg:layer "stated" .
  graph:curated akg:layer "curated" . graph:alignment akg:layer "alignment" . graph:links akg:layer "links" .
  graph:inferred\/stated akg:layer "inferred" . graph:inferred\/curated akg:layer "inferred" .
}
graph:reference {
  plan:new a akg:Plan ; rdfs:label "NEW" . plan:old a akg:Plan ; rdfs:label "OLD" .
  plan:lost a akg:Plan ; rdfs:label "LOST" .
  body:b1 a akg:Body ; rdfs:label "B1" . country:lao a akg:Country ; rdfs:label "Lao PDR" .
  theme:child-labour skos:inScheme id:concept\/theme ; skos:prefLabel "Child labour" ; skos:definition "Work of children." .
  theme:skills skos:inScheme id:concept\/theme ; skos:prefLabel "Skills" .
}
graph:plan\/old {
  id:old\/thematic-area\/1 a akg:ThematicArea ; akg:inPlan plan:old ; akg:title "Child labour" ; rdfs:label "Area 1" .
  id:old\/thematic-area\/2 a akg:ThematicArea ; akg:inPlan plan:old ; akg:title "Skills" ; rdfs:label "Area 2" .
}
graph:plan\/new {
  id:new\/activity\/1 a akg:Activity ; akg:inPlan plan:new ; akg:title "Study on child labour" ;
    akg:implementsStrategy id:declaration\/strategy\/1 ; akg:contributingBody body:b1 ;
    akg:startDate "2017-01-01"^^xsd:date ; akg:endDate "2019-12-31"^^xsd:date ; akg:timelineText "2017-2019" .
  id:new\/activity\/2 a akg:Activity ; akg:inPlan plan:new ; akg:title "Workshop" ; akg:involves body:b1 .
  id:new\/kra\/1 a akg:KeyResultArea ; akg:inPlan plan:new ; akg:title "KRA" .
  id:new\/footnote\/1 a akg:Footnote ; akg:inPlan plan:new ; akg:title "Note" .
  id:declaration\/strategy\/1 a akg:Strategy ; akg:inKeyResultArea id:new\/kra\/1 ; akg:title "Promote" ;
    rdfs:label "Strategy 1" ; akg:partOf id:instrument\/declaration .
}
graph:reference { id:instrument\/declaration a akg:Instrument ; rdfs:label "DECL" . }
graph:curated { id:new\/activity\/2 akg:leadCountry country:lao . }
graph:inferred\/stated { id:new\/activity\/1 akg:involves body:b1 . }
graph:inferred\/curated { id:new\/activity\/2 akg:involves country:lao . }
graph:crossref {
  id:lost\/activity\/1 a akg:Activity ; akg:inPlan plan:lost ; akg:knownOnlyByReference true .
  id:new\/activity\/1 akg:sameActivityAs id:lost\/activity\/1 .
}
graph:evidence {
  id:crossref\/1 a akg:CrossReference ; rdf:subject id:new\/activity\/1 ; rdf:predicate akg:sameActivityAs ;
    rdf:object id:lost\/activity\/1 ; akg:evidence id:source\/new\/passage\/60-84 .
  id:crossref\/2 a akg:CrossReference ; rdf:subject id:new\/footnote\/1 ; rdf:predicate akg:cites ;
    rdf:object plan:lost ; akg:evidence id:source\/new\/passage\/60-84 .
  id:statement\/1 rdf:subject id:new\/activity\/1 ; rdf:predicate akg:title ; rdf:object "Study on child labour" ;
    akg:evidence id:source\/new\/passage\/4-25 .
  id:statement\/2 rdf:subject id:new\/activity\/1 ; rdf:predicate akg:contributingBody ; rdf:object body:b1 ;
    akg:evidence id:source\/new\/passage\/30-32 .
  id:source\/new akg:textOf plan:new ; akg:sourceText "\n\n\n\nStudy on child labour" .
  id:source\/new\/passage\/4-25 akg:exact "Study on child labour" ; akg:startOffset 4 ; akg:inSource id:source\/new .
  id:source\/new\/passage\/30-32 akg:exact "B1" ; akg:startOffset 30 ; akg:inSource id:source\/new .
  id:source\/new\/passage\/60-84 akg:exact "Activity in the LOST plan" ; akg:startOffset 60 ; akg:inSource id:source\/new .
  id:source\/new\/passage\/13-25 akg:exact "child labour" ; akg:startOffset 13 ; akg:inSource id:source\/new .
  id:source\/old\/passage\/0-12 akg:exact "Child labour" ; akg:startOffset 0 ; akg:inSource id:source\/old .
}
graph:alignment {
  id:mapping\/1 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource id:new\/activity\/1 ;
    owl:annotatedProperty akg:serves ; owl:annotatedTarget id:old\/thematic-area\/1 ; rdfs:comment "Same words." ;
    sssom:confidence 0.9 ; akg:recordedIn "x.sssom.tsv:12" ; akg:subjectPassage id:source\/new\/passage\/13-25 ;
    akg:objectPassage id:source\/old\/passage\/0-12 .
  id:mapping\/2 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource id:new\/activity\/1 ;
    owl:annotatedProperty skos:relatedMatch ; owl:annotatedTarget id:old\/thematic-area\/1 .
  id:mapping\/3 a sssom:Mapping ; akg:standing "contested" ; owl:annotatedSource id:new\/activity\/2 ;
    owl:annotatedProperty akg:serves ; owl:annotatedTarget id:old\/thematic-area\/2 .
  id:mapping\/4 a sssom:Mapping ; akg:standing "dissenting" ; akg:dissentsFrom id:mapping\/3 ;
    owl:annotatedSource id:new\/activity\/2 ; owl:annotatedProperty akg:serves ;
    owl:annotatedTarget id:old\/thematic-area\/2 .
  id:mapping\/5 a sssom:Mapping ; akg:standing "rejected" ; owl:annotatedSource id:declaration\/strategy\/1 ;
    owl:annotatedProperty akg:serves ; owl:annotatedTarget id:old\/thematic-area\/2 .
  id:mapping\/6 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource id:new\/activity\/2 ;
    owl:annotatedProperty akg:serves ; owl:annotatedTarget theme:skills .
  id:mapping\/7 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource id:declaration\/strategy\/1 ;
    owl:annotatedProperty akg:serves ; owl:annotatedTarget sdg:8.7 ; sssom:object_label "End child labour" .
  id:mapping\/8 a sssom:Mapping ; akg:standing "rejected" ; owl:annotatedSource id:new\/activity\/2 ;
    owl:annotatedProperty dcterms:subject ; owl:annotatedTarget theme:child-labour .
  id:statement\/3 rdf:subject id:new\/activity\/1 ; rdf:predicate dcterms:subject ; rdf:object theme:child-labour ;
    sssom:mapping_justification semapv:LexicalMatching ; akg:evidence id:source\/new\/passage\/13-25 .
  id:statement\/4 rdf:subject id:new\/activity\/2 ; rdf:predicate dcterms:subject ; rdf:object theme:child-labour ;
    sssom:mapping_justification semapv:LexicalMatching .
}
graph:links {
  id:mapping\/9 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource theme:child-labour ;
    owl:annotatedProperty skos:narrowMatch ; owl:annotatedTarget sdg:8.7 .
}
"""


# What stands at the edges: a provision, an indicator, a part of an area, a strategy that no plan carries out.
EDGES = r"""
graph:plan\/old {
  id:old\/monitoring\/a a akg:MonitoringProvision ; akg:inPlan plan:old ; akg:title "Report each year" .
  id:old\/kpi\/1 a akg:PerformanceIndicator ; akg:inPlan plan:old ; akg:title "Number of reports" .
  id:old\/project\/1 a akg:Project ; akg:inPlan plan:old ; akg:title "Skills study" ;
    akg:partOf id:old\/thematic-area\/2 .
  id:older\/thematic-area\/1 a akg:ThematicArea ; akg:inPlan plan:older ; akg:title "Wages" ; rdfs:label "Wages" .
  plan:older a akg:Plan ; rdfs:label "OLDER" .
}
graph:plan\/new {
  id:new\/implementation-point\/1 a akg:ImplementationPoint ; akg:inPlan plan:new ; akg:title "Report" .
  id:new\/implementation-point\/2 a akg:ImplementationPoint ; akg:inPlan plan:new ; akg:title "Count" .
}
graph:curated {
  id:declaration\/strategy\/9 a akg:Strategy ; akg:partOf id:instrument\/declaration ; rdfs:label "Strategy 9" .
}
graph:evidence {
  id:crossref\/3 a akg:CrossReference ; rdf:subject id:new\/activity\/2 ; rdf:predicate akg:cites ;
    rdf:object id:old\/project\/1 ; akg:evidence id:source\/new\/passage\/60-84 .
}
graph:alignment {
  id:mapping\/11 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource id:new\/implementation-point\/1 ;
    owl:annotatedProperty skos:closeMatch ; owl:annotatedTarget id:old\/monitoring\/a .
  id:mapping\/12 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource id:new\/implementation-point\/2 ;
    owl:annotatedProperty skos:relatedMatch ; owl:annotatedTarget id:old\/kpi\/1 .
  id:mapping\/13 a sssom:Mapping ; akg:standing "asserted" ; owl:annotatedSource id:declaration\/strategy\/9 ;
    owl:annotatedProperty akg:serves ; owl:annotatedTarget id:old\/thematic-area\/2 .
}
"""


def _store(*texts: str) -> Store:
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    made = Store()
    for text in texts:
        made.load(prefixes + text, format=RdfFormat.TRIG)
    return made


@pytest.fixture(scope="module")
def store() -> Store:
    return _store(TRIG)


@pytest.fixture(scope="module")
def edges() -> Store:
    return _store(TRIG, EDGES)


def _counts(matrix: Coverage) -> dict[tuple[str, str], tuple[int, int, int]]:
    return {(row.label, column.label): (cell.count, cell.text, cell.reading) for row, column, cell in matrix}


# -- counts ----------------------------------------------------------------------------------------------------


def test_plans_are_tied_in_both_directions_and_each_element_counts_once(store: Store) -> None:
    assert _counts(measure(store)) == {
        ("NEW", "LOST"): (1, 1, 0),  # the footnote that names the plan is no element of its own
        ("LOST", "NEW"): (1, 1, 0),
        ("NEW", "OLD"): (1, 0, 1),  # two mappings of one activity
        ("OLD", "NEW"): (1, 0, 1),
    }  # fmt: skip


def test_contested_and_judged_pairs_are_told_and_do_not_count(store: Store) -> None:
    cell = measure(store).at(f"{ID}plan/new", f"{ID}plan/old")
    assert (cell.count, cell.contested, cell.judged_not) == (1, 1, 1)
    assert cell.how == {"mapping": 1}


def test_themes_by_words_and_by_hand_are_told_apart(store: Store) -> None:
    matrix = measure(store, by="theme")
    assert [head.label for head in matrix.columns] == ["Child labour", "Skills"]
    cells = {column.label: dict(cell.how) for row, column, cell in matrix if row.label == "NEW"}
    assert cells == {"Child labour": {"by words": 1}, "Skills": {"by hand": 1}}


def test_a_tag_by_words_that_a_person_rejected_does_not_count(store: Store) -> None:
    cell = measure(store, by="theme").at(f"{ID}plan/new", f"{ID}concept/theme/child-labour")
    assert (cell.count, cell.judged_not) == (1, 1)


def test_targets_are_reached_directly_and_through_a_theme(store: Store) -> None:
    matrix = measure(store, by="sdg")
    assert [head.label for head in matrix.columns] == ["8.7 End child labour"]
    [(_, _, cell)] = list(matrix)
    assert (cell.count, dict(cell.how)) == (2, {"direct": 1, "through a theme": 1})


def test_roles_of_the_text_and_of_our_reading_are_told_apart(store: Store) -> None:
    assert _counts(measure(store, by="body")) == {("NEW", "B1"): (2, 2, 0)}
    assert _counts(measure(store, by="country")) == {("NEW", "Lao PDR"): (1, 0, 1)}


def test_a_span_counts_in_each_of_its_years_and_silence_has_columns(store: Store) -> None:
    matrix = measure(store, by="year")
    assert [head.label for head in matrix.columns] == ["2017", "2018", "2019", "no date", "not held"]
    counts = {pair: count for pair, (count, _, _) in _counts(matrix).items()}
    assert counts == {
        ("NEW", "2017"): 1, ("NEW", "2018"): 1, ("NEW", "2019"): 1, ("NEW", "no date"): 1, ("LOST", "not held"): 1,
    }  # fmt: skip


def test_strategies_by_areas_count_their_activities(store: Store) -> None:
    matrix = measure(store, by="area")
    assert _counts(matrix)["Strategy 1", "Area 1"] == (1, 0, 1)
    assert matrix.at(f"{ID}declaration/strategy/1", f"{ID}old/thematic-area/2").judged_not == 1


def test_one_plan_and_one_kind_can_be_asked_for(store: Store) -> None:
    assert [head.label for head in measure(store, ["old"]).rows] == ["OLD"]
    assert _counts(measure(store, ["NEW"], by="sdg", kinds=["activity"])) == {
        ("NEW", "8.7 End child labour"): (1, 0, 1)
    }


# -- at the edges ------------------------------------------------------------------------------------------------


def test_what_is_tied_to_a_provision_or_an_indicator_is_tied_to_its_plan(edges: Store) -> None:
    ties = measure(edges, kinds=["implementation-point"]).at(f"{ID}plan/new", f"{ID}plan/old")
    assert ties.count == 2
    assert measure(edges, kinds=["monitoring"]).at(f"{ID}plan/old", f"{ID}plan/new").count == 1


def test_a_strategy_that_no_plan_carries_out_counts_in_the_row_of_its_instrument(edges: Store) -> None:
    assert _counts(measure(edges))["DECL", "OLD"] == (1, 0, 1)
    assert [head.label for head in measure(edges).rows][-1] == "DECL"
    assert _counts(measure(edges, by="area"))["Strategy 9", "Area 2"] == (1, 0, 1)
    assert ("DECL", "OLD") not in _counts(measure(edges, ["new"]))
    assert list(_counts(measure(edges, ["decl"]))) == [("DECL", "OLD")]


def test_a_cross_reference_to_a_part_of_an_area_serves_the_area_through_the_text(edges: Store) -> None:
    cell = measure(edges, by="area").at(f"{ID}plan/new", f"{ID}old/thematic-area/2")
    assert (cell.text, dict(cell.how)) == (1, {"cross-reference": 1})


def test_a_name_of_two_areas_is_refused_and_both_are_named(edges: Store) -> None:
    matrix = measure(edges, by="area")
    with pytest.raises(UsageError, match=r"'1' may be old/thematic-area/1 or older/thematic-area/1\."):
        matrix.cell("Strategy 9", "1")
    assert matrix.cell("Strategy 1", "old/thematic-area/1")


def test_cells_come_in_the_order_of_rows_and_columns_and_none_is_left_out(edges: Store) -> None:
    for by in DIMENSIONS:
        matrix = measure(edges, by=by)
        places = [(matrix.rows.index(row), matrix.columns.index(column)) for row, column, _ in matrix]
        assert places == sorted(places)
        assert len(places) == len(matrix.ties) or by == "plan"


# -- the rows behind a cell ------------------------------------------------------------------------------------


def test_a_mapping_leads_to_the_passages_of_both_sides(store: Store) -> None:
    row = next(row for row in measure(store).cell("new", "old") if row.reason)
    assert (row.words.text, row.words.source, row.words.line) == ("child labour", "new", 5)
    assert (row.other_words.text, row.other_words.source) == ("Child labour", "old")
    assert (row.reason, row.confidence, row.recorded_in) == ("Same words.", "0.9", "x.sssom.tsv:12")


def test_seen_from_the_other_side_the_passages_change_places(store: Store) -> None:
    row = next(row for row in measure(store).cell("old", "new") if row.reason)
    assert (row.words.source, row.other_words.source) == ("old", "new")


def test_a_cross_reference_leads_to_the_title_and_to_the_words_of_the_note(store: Store) -> None:
    [row] = measure(store).cell("new", "lost")
    assert (row.words.text, row.other_words.text) == ("Study on child labour", "Activity in the LOST plan")
    assert (row.known, row.how) == ("text", "cross-reference")


def test_a_role_leads_to_its_cell_and_to_the_stated_property(store: Store) -> None:
    row = measure(store, by="body").cell("new", "b1")[0]
    assert (row.words.text, row.other_words.text) == ("Study on child labour", "B1")
    assert row.relation == PREFIXES["akg"] + "contributingBody"


def test_a_theme_leads_to_the_words_and_to_its_definition(store: Store) -> None:
    row = measure(store, by="theme").cell("NEW", "child-labour")[0]
    assert (row.words.text, row.other_words.text) == ("child labour", "Work of children.")


def test_a_target_reached_through_a_theme_names_the_theme_and_claims_no_match(store: Store) -> None:
    row = next(row for row in measure(store, by="sdg").cell("new", "8.7") if row.how == "through a theme")
    assert (row.relation, row.via) == (PREFIXES["dcterms"] + "subject", "Child labour")


def test_a_year_that_is_not_printed_says_so_in_place_of_words(store: Store) -> None:
    [row] = measure(store, by="year").cell("new", "no date")
    assert (row.words.text, row.other_words.text) == ("Workshop", "The text prints no timeline.")


def test_row_and_column_may_change_places_where_only_that_fits(store: Store) -> None:
    matrix = measure(store, by="theme")
    assert matrix.cell("child-labour", "new") == matrix.cell("new", "child-labour") != []


def test_every_counted_row_of_every_matrix_has_words_on_its_side(store: Store) -> None:
    looked_at = 0
    for by in DIMENSIONS:
        matrix = measure(store, by=by)
        for row, column, cell in matrix:
            found = matrix.cell(row.iri, column.iri)
            looked_at += len(found)
            assert len({one.element for one in found if one.known in ("text", "reading")}) == cell.count
            assert all(one.words.text or one.element.endswith("lost/activity/1") for one in found)
    assert looked_at > 20


# -- forms and errors --------------------------------------------------------------------------------------------


def test_the_dictionary_is_json_and_holds_the_cells(store: Store) -> None:
    said = json.loads(json.dumps(measure(store, by="body").to_dict()))
    assert said == {
        "by": "body",
        "rows": [{"iri": f"{ID}plan/{slug}", "label": slug.upper(), "title": ""} for slug in ("lost", "new", "old")],
        "columns": [{"iri": f"{ID}body/b1", "label": "B1", "title": ""}],
        "cells": [{
            "row": f"{ID}plan/new", "column": f"{ID}body/b1", "count": 2, "text": 2, "reading": 0, "contested": 0,
            "judged_not": 0, "how": {"inferred/stated": 1, "stated": 1},
        }],
    }  # fmt: skip


def test_findings_are_counted_from_the_questions() -> None:
    rows = [["x/a/1", "judged not"], ["x/a/2", "judged not"], ["x/a/2", "not judged"]]
    questions = [
        Query("gaps", "#+ title: Gaps\n#+ keywords: [coverage]\n", Path("gaps.rq")),
        Query("other", "#+ title: Other\n#+ keywords: [roles]\n", Path("other.rq")),
    ]
    found = look_over(Store(), questions, lambda name: (["area", "finding"], rows))
    assert [one.sentence for one in found.findings] == [
        "Gaps: none through the text, none by our reading, 2 judged not, 1 not judged."
    ]
    assert found.findings[0].count == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": "them"}, "Did you mean 'theme'"),
        ({"plans": ["nwe"]}, "Did you mean 'new'"),
        ({"kinds": ["actvity"]}, "Did you mean 'activity'"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest(store: Store, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        measure(store, **arguments)  # type: ignore[arg-type]


def test_an_unknown_cell_is_refused_with_the_nearest(store: Store) -> None:
    with pytest.raises(UsageError, match=r"No column 'child-labor'\. Did you mean 'child-labour'"):
        measure(store, by="theme").cell("new", "child-labor")
