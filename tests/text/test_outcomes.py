"""What became of planned things: fifteen activities, each with what was found, and silence never read as "not done".

The statuses, days and grades below were written down from the collected facts, not from data/curated/reports/.
Not here: the answers of the questions (tests/queries/expected), the shapes (tests/ontology).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from aseankg.catalogue import evaluate, read_query
from aseankg.errors import DataError
from aseankg.identifiers import instance
from aseankg.namespaces import AKG, DCTERMS, ID, PROV, RDF, RDFS, SKOS, graph
from aseankg.outcomes import outcome_quads
from aseankg.records import Extraction
from aseankg.sources import Descriptor
from aseankg.vocabulary import scheme_quads

STATUS = f"{ID}concept/report-status/"
# Activity -> status and grade.
FOUND = {
    "1": ("no-evidence-found", "none"), "2": ("held-as-planned", "third-party"),
    "3": ("related-work-seen", "third-party"), "4": ("carried-over", "derived"), "5": ("no-evidence-found", "none"),
    "6": ("not-assessed", "none"), "7": ("self-reported", "self-reported"), "8": ("held-as-planned", "derived"),
    "9": ("published", "derived"), "10": ("held-late", "derived"), "11": ("continued-under-other-title", "derived"),
    "12": ("no-evidence-found", "none"), "13": ("related-work-seen", "own-site"), "14a": ("not-assessed", "none"),
    "14b": ("no-evidence-found", "none"),
}  # fmt: skip
# Event of a report -> first day, last day, how much was seen.
HELD = {
    "rap-2": ("2017-05-24", "2017-05-26", "day"), "rap-3": ("2017-09-04", "2017-09-05", "day"),
    "rap-7": ("2017-12-13", "2017-12-15", "day"), "rap-8": ("2017-05-22", "2017-05-26", "day"),
    "rap-10": ("2019-08-06", "2019-08-08", "day"), "alm-1-guideline": ("2020-10-01", "2020-10-31", "month"),
    "alm-1-training": ("2021-05-04", "2021-05-06", "day"), "alm-4-workshop": ("2017-12-14", "2017-12-15", "day"),
    "alm-4-declaration": ("2018-11-13", "2018-11-13", "day"), "alm-7-workshop": ("2017-09-04", "2017-09-05", "day"),
    "alm-8-outlook": ("2023-03-01", "2023-03-31", "month"), "alm-15-child-labour": ("2020-08-26", "2020-08-27", "day"),
    "alm-15-monitoring": ("2024-11-04", "2024-11-06", "day"), "alm-22-consensus": ("2017-11-14", "2017-11-14", "day"),
}  # fmt: skip
NOT_DONE = re.compile(
    r"(?i)\b(not|never|n't)\s+(been\s+)?(done|implemented|held|carried out|take place|happen)|cancel|fail"
)


@pytest.fixture(scope="module")
def known(root: Path, extractions: dict[str, tuple[Descriptor, Extraction]]) -> set[NamedNode]:
    facts = {fact.subject for _, extraction in extractions.values() for fact in extraction.facts}
    return facts | {quad.subject for quad in scheme_quads(root)} | {instance("agent/aseankg")}


@pytest.fixture(scope="module")
def quads(root: Path, known: set[NamedNode]) -> list[Quad]:
    return list(outcome_quads([root / "data"], known))


def _values(quads: list[Quad], node: NamedNode, term: NamedNode) -> list[str]:
    return [quad.object.value for quad in quads if quad.subject == node and quad.predicate == term]


def _reports(quads: list[Quad]) -> list[NamedNode]:
    return [quad.subject for quad in quads if quad.predicate == RDF.type and quad.object == AKG.ImplementationReport]


def test_all_stands_in_the_curated_graph_with_author_day_and_line(quads: list[Quad], root: Path) -> None:
    assert {quad.graph_name for quad in quads} == {graph("curated")}
    reports = _reports(quads)
    assert len(reports) == len(set(reports)) > 20
    for report in reports:
        assert _values(quads, report, PROV.wasAttributedTo) == [f"{ID}agent/aseankg"]
        assert _values(quads, report, DCTERMS.created) == ["2026-11-22"]
        [record] = _values(quads, report, AKG.recordedIn)
        file, _, line = record.rpartition(":")
        written = (root / file).read_text(encoding="utf-8").splitlines()
        assert written[int(line) - 1 : int(line) + 1] == ["[[report]]", f'slug = "{report.value.rpartition("/")[2]}"']


@pytest.mark.parametrize(("number", "status", "grade"), [(number, *found) for number, found in FOUND.items()])
def test_each_activity_has_the_report_that_the_facts_give(
    quads: list[Quad], number: str, status: str, grade: str
) -> None:
    activity = instance(f"rap-vientiane/activity/{number}")
    [report] = [quad.subject for quad in quads if quad.predicate == AKG.outcomeOf and quad.object == activity]
    assert _values(quads, report, AKG.status) == [STATUS + status]
    assert _values(quads, report, AKG.evidenceGrade) == [f"{ID}concept/evidence-grade/{grade}"]


def test_the_fifteen_activities_of_the_text_are_those_reported_on(quads: list[Quad], known: set[NamedNode]) -> None:
    activities = {f"{ID}rap-vientiane/activity/{number}" for number in FOUND}
    assert activities == {thing.value for thing in known if thing.value.startswith(f"{ID}rap-vientiane/activity/")}


def test_what_took_place_has_the_days_that_were_seen(quads: list[Quad]) -> None:
    events = {quad.object for quad in quads if quad.predicate == AKG.tellsOf}
    held = {
        event.value.split("/")[-2]: tuple(
            value for term in (AKG.heldFrom, AKG.heldUntil, AKG.heldPrecision) for value in _values(quads, event, term)
        )
        for event in events
    }
    assert held == HELD


def test_nothing_planned_is_said_to_have_taken_place(quads: list[Quad]) -> None:
    happened = {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object == PROV.Activity}
    planned = {quad.object for quad in quads if quad.predicate == AKG.outcomeOf}
    assert len(happened) == len(HELD)
    assert happened.isdisjoint(planned)
    assert all(re.fullmatch(rf"{ID}report/[a-z0-9-]+/event", event.value) for event in happened)
    own = {AKG.heldFrom, AKG.heldUntil, AKG.heldAt}
    assert {quad.subject for quad in quads if quad.predicate in own} <= happened
    assert not {quad.predicate for quad in quads} & {AKG.startDate, AKG.endDate, AKG.venue, AKG.datePrecision}


def test_no_status_means_not_done(root: Path) -> None:
    concepts: dict[str, dict[NamedNode, str]] = {}
    for quad in scheme_quads(root):
        if quad.subject.value.startswith(STATUS):
            concepts.setdefault(quad.subject.value.removeprefix(STATUS), {})[quad.predicate] = quad.object.value
    assert len(concepts) >= 9
    for slug, said in concepts.items():
        assert not NOT_DONE.search(slug.replace("-", " ")) and not NOT_DONE.search(said[SKOS.prefLabel])
        assert not NOT_DONE.search(said[SKOS.definition])
    for slug in ("no-evidence-found", "not-assessed"):
        assert concepts[slug][SKOS.scopeNote].startswith("Not to be read as not implemented: ")


@pytest.mark.parametrize(
    "words", ["Not done", "Was cancelled", "It was not held", "has not been implemented", "Failed"]
)
def test_a_status_that_means_not_done_is_seen(words: str) -> None:
    assert NOT_DONE.search(words)


def test_every_report_without_evidence_says_what_was_searched_and_that_it_shows_nothing(quads: list[Quad]) -> None:
    silent = [
        report for report in _reports(quads) if _values(quads, report, AKG.status) == [f"{STATUS}no-evidence-found"]
    ]
    assert len(silent) == 5
    for report in silent:
        assert "stored copies" in _values(quads, report, AKG.searched)[0]
        assert "That does not show that " in _values(quads, report, DCTERMS.description)[0]
        assert _values(quads, report, AKG.restsOn) == _values(quads, report, DCTERMS.source) == []


def test_every_other_report_rests_on_graded_pages(quads: list[Quad]) -> None:
    unseen = [f"{STATUS}no-evidence-found", f"{STATUS}not-assessed"]
    told = [report for report in _reports(quads) if _values(quads, report, AKG.status)[0] not in unseen]
    assert len(told) >= 20
    for report in told:
        pages = [NamedNode(value) for value in _values(quads, report, AKG.restsOn)]
        assert pages
        addresses = [address for page in pages for address in _values(quads, page, DCTERMS.source)]
        assert sorted(addresses) == sorted(_values(quads, report, DCTERMS.source))
        assert all(len(_values(quads, page, AKG.evidenceGrade)) == 1 for page in pages)


def test_what_is_derived_says_by_what_reasoning(quads: list[Quad]) -> None:
    derived = f"{ID}concept/evidence-grade/derived"
    reports = [report for report in _reports(quads) if _values(quads, report, AKG.evidenceGrade) == [derived]]
    assert len(reports) >= 6
    assert [report for report in reports if len(_values(quads, report, AKG.rationale)) != 1] == []


def test_migrant_workers_are_the_matter_of_acmw(quads: list[Quad]) -> None:
    said = " ".join(quad.object.value for quad in quads)
    assert "ACMW" in said and "ACWC" not in said


@pytest.mark.parametrize("question", ["outcome-unknown", "outcomes-by-status"])
def test_the_questions_say_that_silence_is_not_proof(root: Path, quads: list[Quad], question: str) -> None:
    query = read_query(root / "queries" / "questions" / f"{question}.rq")
    store = Store()
    store.extend([*quads, *scheme_quads(root)])
    activity = instance("rap-vientiane/activity/1")
    store.add(Quad(activity, AKG.inPlan, instance("plan/rap-vientiane")))
    store.add(Quad(activity, RDF.type, AKG.Activity))
    store.add(Quad(AKG.Activity, RDFS.label, SKOS.Concept))
    rows = list(evaluate(store, query))
    assert rows
    assert all("Not to be read as not implemented" in row["meaning"].value for row in rows)


# -- bad input ---------------------------------------------------------------------------------------------

GOOD = """author = "agent/aseankg"
date = 2026-11-22

[[report]]
slug = "rap-2"
about = ["rap-vientiane/activity/2"]
status = "held-as-planned"
grade = "derived"
finding = "The workshop was held."
rationale = "The title is the same."

[report.event]
label = "Workshop"
start = "2017-05-24"
end = "2017-05-26"

[[report.seen]]
address = "https://example.org/page"
says = "The page tells of the workshop."
grade = "third-party"
"""
EVENT = '[report.event]\nlabel = "Workshop"\nstart = "2017-05-24"\nend = "2017-05-26"\n'
SEEN = GOOD[GOOD.index("[[report.seen]]") :]
FAULTS = {
    "a misspelt status": ('"held-as-planned"', '"held-as-planed"', ["report-status/held-as-planed", "held-as-planned'"]),
    "a grade of no scheme": ('"third-party"', '"fourth-party"', ["evidence-grade/fourth-party", "third-party'"]),
    "a thing that is not planned": ("activity/2", "activity/22", ["activity/22 is described nowhere", "Did you mean"]),
    "an unknown key": ("finding =", "findings =", ["report.0.finding"]),
    "a finding that is no sentence": ('"The workshop was held."', '"Held"', ["report.0.finding"]),
    "a day of no calendar": ("2017-05-24", "2017-05-34", ["is no date", "YYYY-MM-DD"]),
    "an end before the start": ("2017-05-26", "2017-05-23", ["is before `start`"]),
    "days written unlike": ("2017-05-26", "2017-05", ["not written alike"]),
    "no reason for what is derived": ('rationale = "The title is the same."\n', "", ["no `rationale`"]),
    "held and no event": (EVENT, "", ["has no `event`"]),
    "a finding without a page": (SEEN, "", ["0 `seen`"]),
    "silence that is derived": ('"held-as-planned"', '"no-evidence-found"', ["expected grade 'none'"]),
    "an address that is none": ("https://example.org/page", "example.org", ["address"]),
    "a part of a plan that is not there": (
        "https://example.org/page", f"{ID}rap-vientiane/footnote/66", ["footnote/66 is described nowhere"],
    ),
}  # fmt: skip


def _write(folder: Path, text: str, name: str = "x") -> Path:
    file = folder / "curated" / "reports" / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_the_good_file_is_good(tmp_path: Path, known: set[NamedNode]) -> None:
    _write(tmp_path, GOOD)
    assert len(_reports(list(outcome_quads([tmp_path], known)))) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_report_is_refused_with_its_line(tmp_path: Path, known: set[NamedNode], fault: str) -> None:
    old, new, words = FAULTS[fault]
    assert GOOD.count(old) == 1
    file = _write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(DataError) as caught:
        list(outcome_quads([tmp_path], known))
    assert (caught.value.file, caught.value.line) == (str(file), 4)
    assert [word for word in words if word not in str(caught.value)] == []


def test_silence_without_a_search_is_refused(tmp_path: Path, known: set[NamedNode]) -> None:
    silent = GOOD.replace(EVENT, "").replace(SEEN, "").replace("held-as-planned", "no-evidence-found")
    _write(tmp_path, silent.replace('"derived"', '"none"'))
    with pytest.raises(DataError, match=r"say what was searched; silence alone shows nothing"):
        list(outcome_quads([tmp_path], known))


def test_two_reports_of_one_slug_are_refused(tmp_path: Path, known: set[NamedNode]) -> None:
    _write(tmp_path, GOOD)
    second = _write(tmp_path, GOOD, "y")
    with pytest.raises(DataError, match=r"the slug 'rap-2' is that of .*x\.toml:4 too") as caught:
        list(outcome_quads([tmp_path], known))
    assert (caught.value.file, caught.value.line) == (str(second), 4)


@pytest.mark.parametrize(
    ("text", "line"), [("author = \n", 1), ('author = "agent/aseankg"\ndate = 2026-11-22\n', None)]
)
def test_a_file_that_holds_no_report_is_refused(
    tmp_path: Path, known: set[NamedNode], text: str, line: int | None
) -> None:
    file = _write(tmp_path, text)
    with pytest.raises(DataError) as caught:
        list(outcome_quads([tmp_path], known))
    assert (caught.value.file, caught.value.line) == (str(file), line)
