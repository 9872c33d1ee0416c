"""`aseankg explain` from the outside, and `explain` in Python: what a fact or a row comes down to in the texts.

Lines and words are read from the sources. Not here: the triples behind a row of a small graph (tests/unit/test_trace.py).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.builds import Build
from aseankg.catalogue import read_queries
from aseankg.errors import UsageError
from aseankg.explanation import Explanation, branches_of, document
from aseankg.grounds import Asker, Words, standings_of
from aseankg.namespaces import AKG, GRAPH, ID, PREFIXES, RDF, shorten
from aseankg.trace import Edge

ROOT = Path(__file__).parents[2]
QUESTIONS = read_queries(ROOT / "queries" / "questions")
RAP = "data/sources/rap-vientiane/regional-action-plan-vientiane-declaration.txt"


def spoken(edge: Edge) -> str:
    return " ".join(shorten(str(getattr(term, "value", term))) for term in (edge.subject, edge.predicate, edge.object))


def words_of(found: Explanation) -> list[Words]:
    facts = found.facts.values()
    return [one for fact in facts for place in fact.standings for ground in place.grounds for one in ground.passages]


# -- facts -------------------------------------------------------------------------------------------------


def test_an_inferred_fact_leads_to_the_word_in_its_line(kg: KnowledgeGraph) -> None:
    found = kg.explain("rap-vientiane/activity/2", "dcterms:relation", "body/acwc")
    assert [spoken(one) for one in found.roots] == ["rap-vientiane/activity/2 dcterms:relation body/acwc"]
    first = found.facts[found.roots[0]]
    assert first.inferred and first.derivation and first.derivation.rule == "sub-properties"
    assert "rap-vientiane/activity/2 akg:contributingBody body/acwc" in map(spoken, found.facts)
    (words,) = words_of(found)
    assert (words.words, words.line, words.before) == ("ACWC", 25, "SOMSWD WGMSMEs ")


def test_a_national_lead_leads_to_the_group_and_to_the_day_of_accession(kg: KnowledgeGraph) -> None:
    found = kg.explain("rap-vientiane/activity/6", "nationalLead", "country/vnm")
    facts = [spoken(one) for one in found.facts]
    assert {"rap-vientiane/activity/6 akg:leadActor group/asean-member-states",
            "membership/vnm org:member country/vnm"} < set(facts)  # fmt: skip
    assert {(one.words, one.line) for one in words_of(found)} >= {("All ASEAN Member States", 39)}
    assert any("time:inXSDDate 1995-07-28" in one for one in facts)


def test_a_fact_that_rests_on_a_reading_says_who_read_it_and_why(kg: KnowledgeGraph) -> None:
    found = kg.explain("body/som-amaf", "contributesTo", "rap-vientiane/activity/13")
    (reading,) = [place for fact in found.facts.values() for place in fact.standings if place.layer == "curated"]
    (ground,) = reading.grounds
    assert "wrong column" in ground.reason and ground.author == f"{ID}agent/aseankg"
    assert ground.created == "2026-11-21" and ground.mend.startswith("data/curated/")
    assert "SOM-AMAF" in [one.words for one in ground.passages]


def test_a_fact_of_the_texts_is_not_explained_by_a_reading(kg: KnowledgeGraph) -> None:
    found = kg.explain("rap-vientiane/activity/2", "involves")
    layers = {place.layer for fact in found.facts.values() for place in fact.standings}
    assert layers == {"stated", "inferred", "system"}


def test_no_inferred_fact_rests_on_itself_and_each_has_a_rule(kg: KnowledgeGraph) -> None:
    found = kg.explain("rap-vientiane/activity/13")
    inferred = [fact for fact in found.facts.values() if fact.inferred]
    assert len(inferred) > 10 and all(fact.derivation for fact in inferred)
    settled = {edge for edge, fact in found.facts.items() if not fact.inferred}
    while ready := [fact.edge for fact in inferred if fact.edge not in settled
                    and fact.derivation and set(fact.derivation.premises) <= settled]:  # fmt: skip
        settled.update(ready)
    assert settled == set(found.facts)


def test_where_to_mend_a_fact_is_a_line_of_a_file_of_the_project(kg: KnowledgeGraph) -> None:
    found = kg.explain("rap-vientiane/activity/2", "venue")
    mend = [ground.mend for fact in found.facts.values() for place in fact.standings for ground in place.grounds]
    assert mend == [f"{RAP}:25"]
    assert "Siem Reap, Cambodia" in (ROOT / RAP).read_text(encoding="utf-8").split("\n")[24]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rap-vientiane/activity/2", "leadActr"), "Did you mean 'leadActor'"),
        (("rap-vientiane/activity/2", "contributingBody", "acmw"), "no value 'acmw'.*acwc"),
        (("no-such-thing-at-all",), "No thing is called"),
        ((f"{ID}nothing/1",), "says nothing"),
    ],
    ids=["property", "value", "name", "iri"],
)
def test_what_the_graph_does_not_say_is_not_explained(
    kg: KnowledgeGraph, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        kg.explain(*arguments)


# -- rows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_every_row_of_every_question_rests_on_facts_that_are_explained(kg: KnowledgeGraph, question: object) -> None:
    name = str(getattr(question, "name", ""))
    rows = len(kg.ask(name))
    for row in sorted({1, (rows + 1) // 2, rows}) if rows else ():
        found = kg.explain_row(row, name)
        assert found.roots or found.absent or found.filed, (name, row)
        assert all(fact.standings for fact in found.facts.values()), (name, row)
        assert all(fact.derivation for fact in found.facts.values() if fact.inferred), (name, row)


def test_a_count_of_leads_rests_on_each_activity_led(kg: KnowledgeGraph) -> None:
    rows = [(str(row["plan"]), str(row["country"])) for row in kg.ask("leads-by-country")]
    number = 1 + rows.index((f"<{ID}plan/rap-vientiane>", f"<{ID}country/vnm>"))
    roots = {spoken(one) for one in kg.explain_row(number, "leads-by-country").roots}
    led = {one.split()[0] for one in roots if "akg:leadCountry country/vnm" in one}
    nationally = {one.split()[0] for one in roots if "akg:nationalLead country/vnm" in one}
    assert led == {f"rap-vientiane/activity/{one}" for one in ("1", "11")}  # lines 24 and 54 of the text
    assert nationally == {f"rap-vientiane/activity/{one}" for one in ("3", "6", "14a")}


def test_a_row_of_body_involvement_rests_on_the_printed_role(kg: KnowledgeGraph) -> None:
    rows = [row["element"].value for row in kg.ask("body-involvement", body="slom")]  # type: ignore[union-attr]
    number = 1 + rows.index(f"{ID}alm-wp-2016-2020/thematic-area/2")
    found = kg.explain_row(number, "body-involvement", body="slom")
    assert "alm-wp-2016-2020/thematic-area/2 akg:responsibleBody body/slom" in map(spoken, found.roots)
    assert ("(Responsible Body: SLOM)", 12) in {(one.words, one.line) for one in words_of(found)}
    assert len(found.absent) == 1 and "rdfs:subPropertyOf+ akg:responsibleBody" in found.absent[0]


def test_a_row_of_triples_is_explained_by_the_pattern_that_made_it(kg: KnowledgeGraph) -> None:
    text = "CONSTRUCT { ?country <http://x/leads> ?led } WHERE { ?led akg:leadCountry ?country } LIMIT 1"
    found = kg.explain_row(1, text=text)
    assert len(found.roots) == 1 and found.roots[0].predicate == AKG.leadCountry
    assert found.roots[0].subject == found.row["object"]


def test_a_row_that_is_not_there_is_an_error(kg: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match=r"no row 4: the answer has 1 row"):
        kg.explain_row(4, text="SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")


def test_json_names_premises_by_number(kg: KnowledgeGraph) -> None:
    found = json.loads(json.dumps(document(kg.explain("rap-vientiane/activity/2", "dcterms:relation", "acwc"))))
    assert found["roots"] == [1] and [one["number"] for one in found["facts"]] == list(
        range(1, len(found["facts"]) + 1)
    )
    assert found["facts"][0]["inferred"]["premises"] == list(range(2, len(found["facts"]) + 1))
    assert found["facts"][-1]["graphs"][0]["grounds"][0]["passages"][0]["words"] == "ACWC"


# -- mappings, reports, places to mend ---------------------------------------------------------------------


def test_a_contested_mapping_is_shown_beside_the_one_that_dissents(kg: KnowledgeGraph) -> None:
    found = kg.explain("vientiane-declaration/strategy/1", "serves", "thematic-area/1")
    (fact,) = found.facts.values()
    (place,) = fact.standings
    assert not fact.held and not place.held and place.graph == f"{GRAPH}alignment"
    contested, dissenting = place.grounds
    assert (contested.standing, dissenting.standing) == ("contested", "dissenting")
    for ground, sign in ((contested, "\t\t"), (dissenting, "\tNot\t")):
        assert [one.words for one in ground.passages] == [
            "all forms of discrimination", "Gender mainstreaming of labour sector",
        ]  # fmt: skip
        row = line_at(ground.mend)
        assert row.startswith("declaration:strategy/1\t") and sign in row and "\talm:thematic-area/1\t" in row
        assert ground.reason in row.replace('""', '"')


def test_a_rejected_pair_is_shown_as_not_asserted(kg: KnowledgeGraph) -> None:
    found = kg.explain("vientiane-declaration/strategy/1", "serves", "thematic-area/15")
    (fact,) = found.facts.values()
    assert not fact.held and fact.standings[0].grounds[0].standing == "rejected"
    listed = kg.explain("vientiane-declaration/strategy/1", "serves")
    assert {True, False} == {one.held for one in listed.facts.values()} and found.roots[0] in listed.facts


def test_an_asserted_mapping_has_both_passages_once(kg: KnowledgeGraph) -> None:
    found = kg.explain("rap-vientiane/activity/2", "serves", "thematic-area/15")
    (fact,) = found.facts.values()
    (ground,) = fact.standings[0].grounds
    assert fact.held and ground.standing == "asserted" and ground.justification == "ManualMappingCuration"
    assert [(one.words, one.line) for one in ground.passages] == [
        ("Labour Inspection", 25), ("Strengthening labour inspection", 15),
    ]  # fmt: skip


def test_the_record_of_a_mapping_is_explained_by_its_triple(kg: KnowledgeGraph) -> None:
    text = "SELECT ?mapping WHERE { ?mapping akg:standing 'contested' } ORDER BY ?mapping LIMIT 1"
    ((row,)) = kg.query(text)
    mapping = getattr(row["mapping"], "value", "")
    (edge,) = kg.explain(mapping).roots
    assert edge.predicate != RDF.type and edge in kg.explain_row(1, text=text).facts


def test_a_row_that_counts_judged_pairs_shows_them(kg: KnowledgeGraph) -> None:
    rows = [str(row["activity"]) for row in kg.ask("activities-and-areas")]
    number = 1 + rows.index(f"<{ID}rap-vientiane/activity/1>")
    found = kg.explain_row(number, "activities-and-areas")
    judged = {spoken(edge).rpartition("/")[2] for edge, fact in found.facts.items() if not fact.held}
    assert judged == {"1", "6", "16", "22", "23"} and not found.notes


def test_a_report_leads_to_its_entry_its_pages_and_its_author(kg: KnowledgeGraph) -> None:
    for name, predicate in (("report/rap-9", "status"), ("report/rap-2/event", "heldAt")):
        (fact,) = kg.explain(name, predicate).facts.values()
        (ground,) = fact.standings[0].grounds
        file, _, line = ground.mend.rpartition(":")
        entry = (ROOT / file).read_text(encoding="utf-8").split("\n")[int(line) - 1 :]
        assert entry[0] == "[[report]]" and entry[1] == f'slug = "{name.split("/")[1]}"'
        assert ground.author == f"{ID}agent/aseankg" and ground.addresses and ground.reason
    assert len(kg.explain("report/rap-9", "status").roots) == 1


def test_a_finding_is_not_given_as_its_own_reason(kg: KnowledgeGraph) -> None:
    (fact,) = kg.explain("report/rap-2", "dcterms:description").facts.values()
    assert fact.standings[0].grounds[0].reason == ""


def test_a_list_of_the_ontology_is_shown_as_one(kg: KnowledgeGraph) -> None:
    found = kg.explain("rap-vientiane/activity/2", "implements")
    assert not any("genid" in str(edge.subject) for edge in found.facts)
    (axiom,) = [edge for edge in found.facts if edge.predicate.value.endswith("propertyChainAxiom")]
    assert found.names[axiom.object.value] == "( akg:implementsStrategy akg:partOf )"
    assert "owl:propertyChainAxiom ( akg:" in line_at(found.facts[axiom].standings[0].grounds[0].mend)


def test_a_thing_without_a_name_is_found_by_the_end_of_its_iri(kg: KnowledgeGraph) -> None:
    assert spoken(kg.explain("membership/vnm", "org:member").roots[0]) == "membership/vnm org:member country/vnm"


def line_at(mend: str) -> str:
    file, _, line = mend.rpartition(":")
    return (ROOT / file).read_text(encoding="utf-8").split("\n")[int(line) - 1]


def test_every_fact_says_where_it_can_be_mended(kg: KnowledgeGraph) -> None:
    apart = ("inferred", "meta", "evidence", "report")
    edges = [
        Edge(one.subject, one.predicate, one.object)
        for one in kg.store.quads_for_pattern(None, None, None, None)
        if not one.graph_name.value.removeprefix(GRAPH).startswith(apart) and "/genid/" not in one.subject.value
    ]
    assert len(edges) > 5000
    seen, ask = 0, Asker(kg.engine)
    for at in range(0, len(edges), 300):
        for edge, places in standings_of(ask, edges[at : at + 300]).items():
            for place in places:
                if place.layer not in ("inferred", "") and "evidence" not in place.graph:
                    seen += 1
                    assert place.grounds and all(one.mend for one in place.grounds), (spoken(edge), place.graph)
    assert seen > 5000


@pytest.mark.parametrize(
    ("name", "predicate", "value"),
    [
        ("body/acwc", "prefLabel", ""),
        ("country/vnm", "prefLabel", ""),
        ("concept/report-status/held-late", "definition", ""),
        ("concept/theme/labour-inspection", "hiddenLabel", "inspection strategies"),
        ("concept/theme/labour-inspection", "exactMatch", ""),
    ],
)
def test_the_line_to_mend_holds_the_fact(kg: KnowledgeGraph, name: str, predicate: str, value: str) -> None:
    for edge, fact in kg.explain(name, predicate, value).facts.items():
        if fact.held:
            line = line_at(fact.standings[0].grounds[0].mend)
            assert edge.object.value.rpartition("/")[2] in line, (line, edge)


def test_a_theme_tag_leads_to_the_line_of_its_theme(kg: KnowledgeGraph) -> None:
    (fact,) = kg.explain("rap-vientiane/activity/2", "dcterms:subject", "theme/labour-inspection").facts.values()
    (ground,) = fact.standings[0].grounds
    assert ground.justification == "LexicalMatching" and line_at(ground.mend).startswith("theme:labour-inspection ")


def test_grounds_that_were_told_are_named_by_number(kg: KnowledgeGraph) -> None:
    first, second = branches_of(
        kg.explain_row(
            1,
            text="""
        SELECT ?status ?grade WHERE { <https://w3id.org/aseankg/id/report/rap-2> akg:status ?status ;
                                                                               akg:evidenceGrade ?grade }""",
        )
    )
    assert (first.same, second.same) == ((0,), (1,))


# -- the command -------------------------------------------------------------------------------------------


def run(build: Build, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {"ASEANKG_BUILD_DIR": str(build.folder.parent), "COLUMNS": "300", "TERM": "dumb"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASEANKG_")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "aseankg", "explain", *arguments],
        env=kept | settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def test_the_command_prints_a_tree_that_ends_at_the_words(published: Build) -> None:
    done = run(published, "rap-vientiane/activity/2", "dcterms:relation", "body/acwc")
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[0] == "Why rap-vientiane/activity/2 dcterms:relation body/acwc"
    assert any("follows by the rule “Super-properties” (queries/rules/sub-properties.rq" in one for one in lines)
    at = next(number for number, one in enumerate(lines) if "akg:contributingBody body/acwc" in one)
    assert "line 25: SOMSWD WGMSMEs »ACWC«" in "\n".join(lines[at:]) and lines[at].startswith("      (")
    assert f"wrong? {RAP}:25" in done.stdout


def test_the_command_explains_rows_of_questions_and_queries(published: Build) -> None:
    asked = run(
        published, "--question", "body-involvement", "--parameter", "body=slom", "--row", "2", "--format", "markdown"
    )
    assert asked.returncode == 0 and asked.stdout.startswith("- Why row 2 of body-involvement\n  - body: body/slom")
    query = f"PREFIX akg: <{PREFIXES['akg']}> SELECT ?a WHERE {{ ?a akg:leadCountry country:vnm }} ORDER BY ?a"
    found = json.loads(run(published, "-q", query, "--format", "json").stdout)
    assert [fact["predicate"] for fact in found["facts"]] == [f"<{PREFIXES['akg']}leadCountry>"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "one of the three"),
        (("x", "-q", "ASK {}"), 2, "one of the three"),
        (("--question", "leads-by-contry"), 2, "Did you mean 'leads-by-country'"),
        (("--question", "leads-by-country", "--row", "99"), 2, "There is no row 99"),
        (("--question", "leads-by-country", "--parameter", "x=1"), 2, "has no parameter 'x'"),
        (("--question", "body-involvement", "--parameter", "body"), 2, "expected NAME=VALUE"),
        (("-q", "SELECT"), 2, "Line 1"),
        (("-q", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"), 2, "SERVICE is refused"),
    ],
)  # fmt: skip
def test_wrong_use_is_told(published: Build, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run(published, *arguments)
    assert (done.returncode, done.stdout) == (code, "") and words in done.stderr
