"""`aseankg coverage` from the outside, over the shipped plans: numbers counted by hand in the two texts.

Not here: how counts come about (tests/unit/test_coverage.py), and the findings in full (tests/queries).
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.coverage import DIMENSIONS
from aseankg.coverage.overview import is_finding
from aseankg.namespaces import ID

ROOT = Path(__file__).parents[2]
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def run(run: Run) -> Run:
    """Run `aseankg coverage`."""
    return partial(run, "coverage")


def _good(done: Done) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_overview_fits_one_screen_and_names_the_gaps(run: Run) -> None:
    words = _good(run())
    assert len(words.splitlines()) <= 40
    assert "Thematic areas that no activity serves: 15 (alm-wp-2016-2020: thematic-area/1, " in words
    assert "Contradictions: 2 (rap-vientiane: activity/9, activity/13)." in words
    assert "Activities, and how they serve thematic areas: none through the text, " in words


def test_the_overview_as_json_holds_matrix_and_findings(run: Run, kg: KnowledgeGraph) -> None:
    said = json.loads(_good(run("--format", "json")))
    assert set(said) == {"elements", "matrix", "findings"}
    assert {one["name"] for one in said["findings"]} == {one.name for one in kg.questions() if is_finding(one)}


def test_the_footnotes_tie_nine_activities_to_ten_of_the_other_plan(run: Run) -> None:
    # Footnotes 3, 5-10 and 12 name one activity each, footnote 11 names two for activity 13.
    rows = list(csv.DictReader(io.StringIO(_good(run("--format", "csv", "--kind", "activity", "--by", "plan")))))
    counts = {(row["row_label"], row["column_label"]): int(row["text"]) for row in rows}
    assert counts["RAP", "SLOM-WG WP"] == 9
    assert counts["SLOM-WG WP", "RAP"] == 10


def test_plans_are_tied_by_the_rows_of_the_mapping_files(kg: KnowledgeGraph) -> None:
    # Each element of RAP (or of the Declaration, in RAP) in an asserted row with one of the Work Programme, and back;
    # strategy 9, which no plan carries out, apart, with area 5 and target 3.2, of which RAP itself has only area 5.
    plan = {"alm": "ALM", "rap": "RAP", "declaration": "RAP", "slom-wg": "SLOM-WG WP"}
    lines = (ROOT / "data/alignment/rap-vientiane.sssom.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader([line for line in lines if not line.startswith("#")], dialect="excel-tab"))
    denied = {(row["subject_id"], row["object_id"]) for row in rows if row["predicate_modifier"]}
    pairs = {(row["subject_id"], row["object_id"]) for row in rows} - denied
    own = {pair for pair in pairs if pair[0] != "declaration:strategy/9"}
    assert {plan[end.partition(":")[0]] for pair in own for end in pair} == {"RAP", "ALM"}
    matrix = kg.coverage()
    rap, alm = f"{ID}plan/rap-vientiane", f"{ID}plan/alm-wp-2016-2020"
    assert matrix.at(rap, alm).reading == len({subject for subject, _ in own}) > 25
    assert matrix.at(alm, rap).reading == len({value for _, value in own}) > 20
    assert matrix.at(f"{ID}instrument/vientiane-declaration", alm).reading == 1


def test_what_serves_area_5_is_seen_though_it_is_no_activity(kg: KnowledgeGraph) -> None:
    matrix, area = kg.coverage(by="area"), f"{ID}alm-wp-2016-2020/thematic-area/5"
    assert matrix.at(f"{ID}vientiane-declaration/strategy/9", area).reading == 1
    assert matrix.at(f"{ID}plan/rap-vientiane", area).reading == 2  # implementation points 1 and 4


def test_a_cell_of_nothing_says_which_cell_was_looked_at(run: Run) -> None:
    words = _good(run("--by", "area", "--cell", "9", "1"))
    assert words == "0 rows: Strategy 9 (Vientiane Declaration), Thematic area 1 (ALM WP)\n"


def test_years_are_those_of_the_timelines(run: Run) -> None:
    # 2017: rows 2, 3, 5, 7, 8; no timeline: rows 1, 4, 6, 9, 11, 13, 14a; row 3 runs to 2025.
    rows = list(csv.DictReader(io.StringIO(_good(run("rap-vientiane", "--by", "year", "--format", "csv")))))
    counts = {row["column"]: int(row["count"]) for row in rows}
    assert (counts["2017"], counts["2025"], counts["no date"]) == (5, 1, 7)


def test_contributing_and_responsible_bodies_are_counted(kg: KnowledgeGraph) -> None:
    matrix = kg.coverage(by="body")
    of = {(row.label, column.label): cell.count for row, column, cell in matrix}
    assert of["ALM WP", "ACMW"] == 4
    assert of["RAP", "ACWC"] == 2
    assert ("RAP", "ACMW") not in of


def test_a_cell_leads_to_both_passages(run: Run) -> None:
    [row] = [
        row
        for row in json.loads(_good(run("--cell", "rap-vientiane", "slom-wg-wp-2016-2020", "--format", "json")))
        if row["element"] == f"{ID}rap-vientiane/activity/2"
    ]
    assert row["words"]["line"] == 25 and row["words"]["text"].startswith("Knowledge Sharing Workshop on Promising")
    assert row["other_words"] == {
        "text": "Activity in the SLOM-WG Work Plan 2016-2020", "source": "rap-vientiane", "line": 32,
        "passage": f"{ID}source/rap-vientiane/passage/2654-2697",
    }  # fmt: skip


def test_a_country_in_a_group_leads_to_the_groups_cell(kg: KnowledgeGraph) -> None:
    row = next(row for row in kg.coverage(by="country").cell("RAP", "vnm") if row.element.endswith("activity/3"))
    assert row.other_words.text == "All ASEAN Member States"


@pytest.mark.parametrize("by", DIMENSIONS)
def test_every_row_behind_every_number_has_its_two_sides(kg: KnowledgeGraph, by: str) -> None:
    matrix = kg.coverage(by=by)
    assert list(matrix)
    for row, column, _ in matrix:
        for one in matrix.cell(row.iri, column.iri):
            assert one.words.text, one
            assert one.other_words.text, one


def test_every_mapping_behind_a_number_says_where_to_mend_it(kg: KnowledgeGraph) -> None:
    rows = [row for row in kg.coverage().cell("rap-vientiane", "alm-wp-2016-2020") if row.how == "mapping"]
    assert len(rows) > 50
    assert all(row.recorded_in.startswith("data/alignment/") and row.reason for row in rows)


def test_pandas_has_the_same_numbers(kg: KnowledgeGraph) -> None:
    pytest.importorskip("pandas")
    matrix = kg.coverage(by="body")
    assert matrix.to_pandas().loc["ALM WP", "ACMW"] == 4


@pytest.mark.parametrize("form", ["table", "markdown", "tsv"])
def test_every_format_prints_the_matrix(run: Run, form: str) -> None:
    assert "ACMW" in _good(run("--by", "body", "--format", form))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rap-vientian"], "Did you mean 'rap-vientiane'"),
        (["--kind", "actvity"], "Did you mean 'activity'"),
        (["--by", "body", "--cell", "RAP", "ACMWW"], "No column 'ACMWW'"),
        (["--findings", "--by", "theme"], "--findings looks at all plans"),
    ],
    ids=["plan", "kind", "column", "findings with a plan"],
)
def test_wrong_use_is_said_and_has_exit_code_2(run: Run, arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_matrix_of_the_shipped_data_takes_half_a_second_at_most(kg: KnowledgeGraph) -> None:
    kg.coverage()
    started = time.process_time()
    for by in DIMENSIONS:
        list(kg.coverage(by=by))
    assert (time.process_time() - started) / len(DIMENSIONS) < 0.5
