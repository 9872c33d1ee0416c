"""Suggestions: which pairs are proposed, why, in which order; and what a judgement leaves in a file.

Over a small store made here. Not here: the commands, and what was measured on the shipped mappings (tests/cli).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sssom_pydantic
from pyoxigraph import NamedNode, RdfFormat, Store

from aseankg.errors import ConfigurationError, DataError, UsageError
from aseankg.mappings import read_mappings
from aseankg.namespaces import AKG, ID, SKOS
from aseankg.suggest import Candidate, Wanted, predicate_for, suggest_matches
from aseankg.suggest.features import dates_alike, shared_dates
from aseankg.suggest.judging import Judgement, judge, judged_in, read_author, read_confidence, read_predicate
from aseankg.suggest.profiles import KINDS, Corpus, read_corpus
from aseankg.suggest.sssom import prefixes_for, read_only, with_prefixes
from aseankg.suggest.weights import WEIGHTS, weights_of

TRIG = """
@prefix akg: <https://w3id.org/aseankg/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix graph: <https://w3id.org/aseankg/graph/> .
@prefix id: <https://w3id.org/aseankg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix semapv: <https://w3id.org/semapv/vocab/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

graph:reference {
  id:body\\/acwc a akg:Body ; akg:acronym "ACWC" ; rdfs:label "Commission" .
  id:country\\/vnm a akg:Country ; rdfs:label "Viet Nam" .
  id:concept\\/theme\\/child-labour skos:prefLabel "child labour"@en .
  id:concept\\/theme\\/skills skos:prefLabel "skills"@en .
}
graph:plan\\/old {
  id:old\\/thematic-area\\/1 a akg:ThematicArea ; rdfs:label "Area 1" ; akg:title "Inspection of hidden work" ;
    akg:inPlan id:plan\\/old ; akg:responsibleBody id:body\\/acwc .
  id:old\\/thematic-area\\/2 a akg:ThematicArea ; rdfs:label "Area 2" ; akg:title "Skills of young people" ;
    akg:inPlan id:plan\\/old .
  id:old\\/thematic-area\\/3 a akg:ThematicArea ; rdfs:label "Area 3" ; akg:title "Wages" ; akg:inPlan id:plan\\/old .
  id:old\\/project\\/3.1 a akg:Project ; rdfs:label "Project 3.1" ; akg:title "Study of minimum pay" ;
    akg:inPlan id:plan\\/old ; akg:underThematicArea id:old\\/thematic-area\\/3 .
  id:old\\/activity\\/1 a akg:Activity ; rdfs:label "Old 1" ; akg:title "Seminar on apprentices in hotels" ;
    akg:inPlan id:plan\\/old ; akg:startDate "2017-01-01"^^xsd:date ; akg:endDate "2017-12-31"^^xsd:date .
}
graph:plan\\/new {
  id:new\\/activity\\/1 a akg:Activity ; rdfs:label "New 1" ; akg:title "Workshop on children in mines" ;
    akg:inPlan id:plan\\/new ; akg:leadActor id:body\\/acwc ; akg:leadCountry id:country\\/vnm .
  id:new\\/activity\\/2 a akg:Activity ; rdfs:label "New 2" ; akg:title "Course on apprentices in hotels" ;
    akg:inPlan id:plan\\/new ; akg:startDate "2017-07-01"^^xsd:date ; akg:endDate "2018-06-30"^^xsd:date .
  id:new\\/activity\\/3 a akg:Activity ; rdfs:label "New 3" ; akg:title "Survey of minimum pay" ; akg:inPlan id:plan\\/new .
  id:new\\/activity\\/4 a akg:Activity ; rdfs:label "New 4" ; akg:title "Survey of minimum pay again" ;
    akg:inPlan id:plan\\/new .
}
graph:crossref {
  id:new\\/activity\\/3 akg:sameActivityAs id:third\\/activity\\/fn1 .
  id:third\\/activity\\/fn1 a akg:Activity ; rdfs:label "Note 1" ; akg:inPlan id:plan\\/third .
}
graph:evidence {
  id:statement\\/t1 a rdf:Statement ; rdf:subject id:new\\/activity\\/1 ; rdf:predicate akg:title ;
    rdf:object "Workshop on children in mines" ; akg:evidence id:source\\/new\\/passage\\/10-39 .
}
graph:alignment {
  id:new\\/activity\\/1 dcterms:subject id:concept\\/theme\\/child-labour .
  id:old\\/thematic-area\\/1 dcterms:subject id:concept\\/theme\\/child-labour .
  id:old\\/thematic-area\\/2 dcterms:subject id:concept\\/theme\\/skills .
  id:statement\\/r1 a rdf:Statement ; rdf:subject id:new\\/activity\\/1 ; rdf:predicate dcterms:subject ;
    rdf:object id:concept\\/theme\\/child-labour ; sssom:mapping_justification semapv:LexicalMatching .
  id:mapping\\/a owl:annotatedSource id:new\\/activity\\/3 ; owl:annotatedProperty akg:serves ;
    owl:annotatedTarget id:old\\/thematic-area\\/3 ; akg:standing "asserted" .
  id:mapping\\/b owl:annotatedSource id:old\\/activity\\/1 ; owl:annotatedProperty akg:serves ;
    owl:annotatedTarget id:old\\/thematic-area\\/2 ; akg:standing "asserted" .
  id:mapping\\/c owl:annotatedSource id:new\\/activity\\/4 ; owl:annotatedProperty akg:serves ;
    owl:annotatedTarget id:old\\/thematic-area\\/1 ; akg:standing "rejected" .
}
graph:inferred\\/stated {
  id:new\\/activity\\/2 dcterms:subject id:concept\\/theme\\/child-labour .
}
"""
AUTHOR = "orcid:0000-0002-1825-0097"  # the example in ORCID's own documents, of a person who is made up


def _store(trig: str = TRIG) -> Store:
    store = Store()
    store.load(input=trig.encode(), format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(_store())


def _found(corpus: Corpus, number: int, **wanted: object) -> dict[str, Candidate]:
    """The candidates of one activity of the new plan by the end of the object's IRI, the best first."""
    every = suggest_matches(corpus, "new", Wanted(**wanted))  # type: ignore[arg-type]
    mine = [each for each in every if each.subject.iri == f"{ID}new/activity/{number}"]
    return {each.object.iri.removeprefix(ID): each for each in mine}


# -- what is suggested, and why --------------------------------------------------------------------------------


def test_shares_of_the_weights_make_one() -> None:
    assert sum(weights_of().values()) == pytest.approx(1)
    assert all(one.share > 0 and one.reason for one in WEIGHTS)


def test_shared_themes_bodies_and_words_are_told(corpus: Corpus) -> None:
    best = next(iter(_found(corpus, 1).values()))
    assert best.object.iri == f"{ID}old/thematic-area/1"
    assert best.predicate == AKG.serves
    assert best.reasons[:2] == ("both are about child labour", "both name ACWC")


def test_score_is_the_sum_of_what_each_sign_added(corpus: Corpus) -> None:
    for each in suggest_matches(corpus, "new", Wanted(least=0)):
        assert each.score == pytest.approx(sum(each.parts.values()), abs=1e-5)
        assert all(part <= weights_of()[sign] + 1e-9 for sign, part in each.parts.items())


def test_pairs_of_words_are_told_before_the_words_in_them(corpus: Corpus) -> None:
    reasons = _found(corpus, 2)["old/activity/1"].reasons
    assert "share the word “apprentices hotels”" in reasons
    assert "both run from 2017-07-01 to 2017-12-31" in reasons


def test_what_is_worded_like_a_mapped_element_is_near_to_its_area(corpus: Corpus) -> None:
    found = _found(corpus, 2, kinds=frozenset({"ThematicArea"}))
    assert next(iter(found)) == "old/thematic-area/2"
    assert found["old/thematic-area/2"].reasons == ("worded like Old 1, which is mapped to it",)


def test_own_mapping_teaches_nothing_about_an_element_nor_does_that_of_its_counterpart(corpus: Corpus) -> None:
    only = {"neighbours": 1.0}
    wanted = {"weights": only, "judged_too": True, "kinds": frozenset({"ThematicArea"}), "least": 0.001}
    assert _found(corpus, 3, **wanted) == {}
    assert list(_found(corpus, 4, **wanted)) == ["old/thematic-area/3"]  # learned from activity 3
    counterpart = replace(corpus, served={f"{ID}old/thematic-area/3": frozenset({f"{ID}third/activity/fn1"})})
    assert _found(counterpart, 3, **wanted) == {}
    assert list(_found(counterpart, 4, **wanted)) == ["old/thematic-area/3"]


def test_nothing_of_the_own_plan_is_suggested(corpus: Corpus) -> None:
    found = suggest_matches(corpus, "new", Wanted(least=0, limit=50, judged_too=True))
    assert len(found) > 10
    assert {each.object.plan.removeprefix(ID) for each in found} == {"plan/old", "plan/third"}


def test_judged_pairs_are_left_out_or_shown_with_their_standing(corpus: Corpus) -> None:
    assert "old/thematic-area/3" not in _found(corpus, 3, least=0, limit=50)
    shown = _found(corpus, 3, least=0, limit=50, judged_too=True)
    assert shown["old/thematic-area/3"].standing == "asserted"
    assert shown["third/activity/fn1"].standing == "stated"
    assert shown["old/thematic-area/1"].standing == ""
    assert "old/thematic-area/1" not in _found(corpus, 4, least=0, limit=50)  # rejected


def test_limit_least_kinds_and_against_hold(corpus: Corpus) -> None:
    assert len(_found(corpus, 1, least=0, limit=2)) == 2
    assert _found(corpus, 1, least=0.99) == {}
    assert {each.object.kind for each in _found(corpus, 3, kinds=frozenset({"Project"})).values()} == {"Project"}
    assert _found(corpus, 3, against=frozenset({f"{ID}plan/none"})) == {}


def test_words_of_a_thematic_area_hold_those_of_its_projects(corpus: Corpus) -> None:
    assert corpus.profiles[f"{ID}old/thematic-area/3"].words == "Wages. Study of minimum pay"


def test_activity_known_by_a_footnote_has_the_words_of_the_one_it_is_the_same_as(corpus: Corpus) -> None:
    found = corpus.profiles[f"{ID}third/activity/fn1"]
    assert (found.title, found.words) == ("", "Survey of minimum pay")


def test_strategy_of_an_instrument_is_of_the_plan_that_has_it_in_a_key_result_area() -> None:
    more = """graph:more { id:deed a akg:Instrument . id:new\\/kra\\/1 akg:inPlan id:plan\\/new .
      id:deed\\/strategy\\/1 a akg:Strategy ; akg:partOf id:deed ; akg:inKeyResultArea id:new\\/kra\\/1 .
      id:deed\\/strategy\\/2 a akg:Strategy ; akg:partOf id:deed . }"""
    found = read_corpus(_store(TRIG + more)).profiles
    assert [found[f"{ID}deed/strategy/{number}"].plan for number in (1, 2)] == [f"{ID}plan/new", f"{ID}deed"]


def test_tags_by_rule_and_by_hand_are_told_apart_and_inferred_ones_not_read(corpus: Corpus) -> None:
    bare = corpus.without_tags_by_hand()
    themes = {iri.removeprefix(ID): (len(one.themes), len(bare.profiles[iri].themes))
              for iri, one in corpus.profiles.items() if one.themes}  # fmt: skip
    assert themes == {"new/activity/1": (1, 1), "old/thematic-area/1": (1, 0), "old/thematic-area/2": (1, 0)}


def test_mappings_of_a_plan_can_be_hidden(corpus: Corpus) -> None:
    hidden = corpus.without_mappings_of([f"{ID}plan/new"])
    assert hidden.served[f"{ID}old/thematic-area/3"] == frozenset()
    assert hidden.served[f"{ID}old/thematic-area/2"] == {f"{ID}old/activity/1"}


def test_rare_theme_counts_more_than_a_common_one() -> None:
    tags = " ".join(
        f"id:old\\/thematic-area\\/{number} dcterms:subject id:concept\\/theme\\/common ." for number in (1, 2, 3)
    )
    more = "graph:alignment { id:new\\/activity\\/2 dcterms:subject id:concept\\/theme\\/common, id:concept\\/theme\\/rare . "
    more += tags + " id:old\\/thematic-area\\/2 dcterms:subject id:concept\\/theme\\/rare . }"
    plain = TRIG.replace("id:old\\/thematic-area\\/1 dcterms:subject id:concept\\/theme\\/child-labour .", "")
    found = suggest_matches(read_corpus(_store(plain + more)), "new", Wanted(least=0, limit=9, weights={"themes": 1.0}))
    scores = {each.object.iri[-1]: each.score for each in found
              if each.subject.iri.endswith("new/activity/2") and each.object.kind == "ThematicArea"}  # fmt: skip
    assert scores["2"] > scores["1"] > 0


def test_two_runs_give_the_same_candidates(corpus: Corpus) -> None:
    assert suggest_matches(corpus, "new", Wanted()) == suggest_matches(read_corpus(_store()), "new", Wanted())


def test_plans_without_words_themes_or_actors_give_no_candidate_and_no_fault() -> None:
    trig = (
        TRIG.partition("graph:reference")[0]
        + """graph:plan {
      id:a\\/activity\\/1 a akg:Activity ; akg:inPlan id:plan\\/a . id:b\\/activity\\/1 a akg:Activity ; akg:inPlan id:plan\\/b . }"""
    )
    assert suggest_matches(read_corpus(_store(trig)), "a", Wanted(least=0)) == []


def test_unknown_plan_is_told_with_the_nearest(corpus: Corpus) -> None:
    with pytest.raises(UsageError, match=r"of a plan 'olld'. Did you mean 'old'\? There are new, old, third"):
        suggest_matches(corpus, "olld", Wanted())


def test_missing_scikit_learn_is_told_with_the_way_to_install_it(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'aseankg\[align\]'"):
        suggest_matches(corpus, "new", Wanted())


@pytest.mark.parametrize(
    ("subject", "value", "predicate"),
    [
        ("Activity", "ThematicArea", AKG.serves), ("Strategy", "IntermediateTarget", AKG.serves),
        ("Activity", "Activity", SKOS.closeMatch), ("ThematicArea", "ThematicArea", SKOS.closeMatch),
        ("Project", "Activity", SKOS.closeMatch), ("ThematicArea", "Activity", None), ("Activity", "Strategy", None),
    ],
)  # fmt: skip
def test_predicate_follows_from_the_classes(subject: str, value: str, predicate: NamedNode | None) -> None:
    assert {subject, value} <= set(KINDS)
    assert predicate_for(subject, value) == predicate


def test_dates_are_alike_by_the_share_of_days(corpus: Corpus) -> None:
    old, new = (corpus.profiles[f"{ID}{name}"] for name in ("old/activity/1", "new/activity/2"))
    assert dates_alike(old, new) == pytest.approx(184 / 546)  # July to December 2017, of January 2017 to June 2018
    assert dates_alike(old, old) == 1
    after = replace(new, start="2018-01-01")
    assert (shared_dates(old, after), dates_alike(old, after)) == (None, 0)
    assert dates_alike(old, corpus.profiles[f"{ID}new/activity/1"]) == 0


# -- judgements ------------------------------------------------------------------------------------------------


def _judgement(**other: object) -> Judgement:
    said = Judgement(AKG.serves, True, "0.8", "Both are about  child labour.", read_author(AUTHOR), "2026-11-22")
    return replace(said, **other)  # type: ignore[arg-type]


@pytest.fixture
def pair(corpus: Corpus) -> list[object]:
    return [corpus.profiles[f"{ID}{name}"] for name in ("new/activity/1", "old/thematic-area/1")]


def test_accepted_pair_is_a_row_that_others_read(pair: list, tmp_path: Path) -> None:
    file = tmp_path / "mine.sssom.tsv"
    judge(file, *pair, _judgement())
    (row,) = read_mappings(file).mappings
    assert row.triple == (NamedNode(f"{ID}new/activity/1"), AKG.serves, NamedNode(f"{ID}old/thematic-area/1"))
    assert (row.negated, row.confidence, row.comment) == (False, "0.8", "Both are about child labour.")
    assert (row.subject_label, row.object_label, row.date) == ("New 1", "Area 1", "2026-11-22")
    assert (row.subject_passage, row.object_passage) == (NamedNode(f"{ID}source/new/passage/10-39"), None)
    assert row.authors == (NamedNode("https://orcid.org/0000-0002-1825-0097"),)


def test_another_reader_of_sssom_finds_the_row(corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "mine.sssom.tsv"
    pair = [corpus.profiles[f"{ID}{name}"] for name in ("new/activity/2", "old/thematic-area/2")]  # no passages
    judge(file, *pair, _judgement(accepted=False))
    (row,) = sssom_pydantic.read(file).mappings
    assert (row.subject.curie, row.predicate.curie, row.object.curie, row.predicate_modifier, row.confidence) == (
        "new:activity/2", "akg:serves", "old:thematic-area/2", "Not", 0.8,
    )  # fmt: skip


def test_rejected_pair_is_kept_and_rows_are_sorted(corpus: Corpus, pair: list, tmp_path: Path) -> None:
    file = tmp_path / "mine.sssom.tsv"
    judge(file, *pair, _judgement())
    judge(file, pair[0], corpus.profiles[f"{ID}old/project/3.1"], _judgement(accepted=False))
    rows = read_mappings(file).mappings
    assert [(row.object.value.removeprefix(ID), row.negated) for row in rows] == [
        ("old/project/3.1", True), ("old/thematic-area/1", False),
    ]  # fmt: skip
    assert judged_in(file) == {(row.subject.value, row.object.value) for row in rows}
    assert judged_in(tmp_path / "none.tsv") == set()


def test_file_that_is_there_keeps_its_header_its_prefixes_and_its_rows(
    corpus: Corpus, pair: list, tmp_path: Path
) -> None:
    file = tmp_path / "mine.sssom.tsv"
    judge(file, *pair, _judgement())
    changed = file.read_text(encoding="utf-8").replace(
        "license: https://w3id.org/sssom/license/unspecified", "license: https://example.org/mine"
    )
    changed = changed.replace("#  new: ", "#  mine: ").replace("\nnew:", "\nmine:")
    file.write_text(changed, encoding="utf-8")
    judge(file, pair[0], corpus.profiles[f"{ID}old/thematic-area/3"], _judgement(author=read_author("agent:aseankg")))
    lines = file.read_text(encoding="utf-8").splitlines()
    assert set(changed.splitlines()) < set(lines)
    assert set(lines) - set(changed.splitlines()) == {
        f"#  agent: {ID}agent/", next(line for line in lines if "thematic-area/3" in line)
    }  # fmt: skip
    assert [line.split("\t")[0] for line in lines if line.startswith("mine:")] == ["mine:activity/1"] * 2


@pytest.mark.parametrize("accepted", [True, False])
def test_pair_is_judged_once_and_the_file_stays(pair: list, tmp_path: Path, accepted: bool) -> None:
    file = tmp_path / "mine.sssom.tsv"
    judge(file, *pair, _judgement())
    before = file.read_bytes()
    with pytest.raises(UsageError, match=r"mine.sssom.tsv:\d+: this pair is accepted with akg:serves by https://orcid"):
        judge(file, *pair, _judgement(accepted=accepted))
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"comment": " \n"}, "The comment is empty"),
        ({"confidence": "high"}, "The confidence is 'high': expected a number from 0 to 1"),
        ({"date": "22.11.2026"}, "expected a day such as"),
    ],
    ids=["comment", "confidence", "date"],
)
def test_judgement_that_lacks_something_writes_nothing(
    pair: list, tmp_path: Path, other: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        judge(tmp_path / "mine.sssom.tsv", *pair, _judgement(**other))
    assert list(tmp_path.iterdir()) == []


def test_two_elements_of_one_plan_are_no_pair(corpus: Corpus, pair: list, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="are of one plan, plan/new"):
        judge(tmp_path / "mine.sssom.tsv", pair[0], corpus.profiles[f"{ID}new/activity/2"], _judgement())


def test_broken_file_is_told_and_left_alone(pair: list, tmp_path: Path) -> None:
    file = tmp_path / "mine.sssom.tsv"
    file.write_text("#license: x\nsubject_id\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.sssom\.tsv"):
        judge(file, *pair, _judgement())
    assert file.read_text(encoding="utf-8") == "#license: x\nsubject_id\n"


@pytest.mark.parametrize(
    ("written", "iri"),
    [
        ("0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("orcid:0000-0002-1694-233X", "https://orcid.org/0000-0002-1694-233X"),
        ("agent:aseankg", f"{ID}agent/aseankg"),
        ("https://example.org/people/1", "https://example.org/people/1"),
    ],
)
def test_author_is_an_iri_a_curie_or_an_orcid(written: str, iri: str) -> None:
    assert read_author(written).value == iri


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("A. Person", "expected an IRI"), ("", "expected an IRI"), ("orcid:12", "expected an IRI"),
        ("https://nowhere", "expected an IRI"), ("0000-0002-1825-0098", "last digit does not fit"),
    ],
)  # fmt: skip
def test_name_alone_or_wrong_orcid_is_no_author(written: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_author(written)


@pytest.mark.parametrize("written", ["0", "0.85", "1", "1.0"])
def test_confidence_is_kept_as_written(written: str) -> None:
    assert read_confidence(f" {written} ") == written


@pytest.mark.parametrize("written", ["1.1", "-0.1", "0,8", "", ".8", "1e-1"])
def test_confidence_is_from_0_to_1(written: str) -> None:
    with pytest.raises(UsageError):
        read_confidence(written)


def test_predicate_is_one_of_those_for_mappings() -> None:
    assert read_predicate("serves") == read_predicate("akg:serves") == read_predicate(AKG.serves.value) == AKG.serves
    with pytest.raises(UsageError, match=r"Did you mean .*serves"):
        read_predicate("akg:servs")


# -- SSSOM -----------------------------------------------------------------------------------------------------


def test_prefix_is_never_given_to_two_namespaces_and_begins_with_a_letter() -> None:
    found = prefixes_for([f"{ID}new/activity/1", f"{ID}2030-plan/activity/1"], {"new": "https://example.org/"})
    assert found == {"n2030-plan": f"{ID}2030-plan/", "new-2": f"{ID}new/"}


def test_header_in_another_manner_of_writing_keeps_it() -> None:
    header = " license: x\n curie_map:\n   zz: https://example.org/zz/\n mapping_set_title: y\n"
    found, prefixes = with_prefixes(header, [f"{ID}new/activity/1"], {"zz": "https://example.org/zz/"})
    assert found.startswith(" license: x\n curie_map:\n   akg: ")
    assert f"   new: {ID}new/\n" in found and "   zz: https://example.org/zz/\n mapping_set_title: y\n" in found
    assert prefixes["new"] == f"{ID}new/"


def test_curie_map_in_one_line_is_refused() -> None:
    with pytest.raises(UsageError, match="one line a prefix"):
        with_prefixes("license: x\ncurie_map: {}\n", [], {})


def test_candidates_as_sssom_have_scores_and_no_author(corpus: Corpus, tmp_path: Path) -> None:
    candidates = suggest_matches(corpus, "new", Wanted())
    file = tmp_path / "suggested.sssom.tsv"
    file.write_text(read_only(candidates), encoding="utf-8")
    mappings, *_ = sssom_pydantic.read(file)
    assert sorted(mapping.similarity_score for mapping in mappings) == sorted(
        round(each.score, 4) for each in candidates
    )
    assert {mapping.justification.curie for mapping in mappings} == {"semapv:CompositeMatching"}
    assert {mapping.authors for mapping in mappings} == {None}
    with pytest.raises(DataError, match="author_id"):  # nobody has judged them: no build takes them
        read_mappings(file)
