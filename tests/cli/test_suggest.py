"""The commands `suggest` and `judge` from the outside, and the measured tables of docs/suggestions.md.

Not here: how candidates are scored (tests/unit/test_suggest.py).
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pyoxigraph import Store

from aseankg.build import Dataset
from aseankg.mappings import read_mappings
from aseankg.namespaces import ID

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "suggestions.md"
AUTHOR = "orcid:0000-0002-1825-0097"  # the example in ORCID's own documents, of a person who is made up
PAIR = ("rap-vientiane/activity/9", "serves", "alm-wp-2016-2020/thematic-area/23")

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The module benchmarks/suggest.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("bench_suggest", ROOT / "benchmarks" / "suggest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def store(dataset: Dataset) -> Store:
    found = Store()
    found.extend(dataset.quads)
    return found


# -- suggest ---------------------------------------------------------------------------------------------------


def test_inspection_workshop_is_led_to_the_area_of_inspection(run: Run) -> None:
    done = run("suggest", "rap-vientiane", "--against", "alm-wp-2016-2020", "--kind", "thematic-area", "--all",
               "--limit", "1", "--format", "json")  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    best = {one["subject"].removeprefix(ID): one for one in json.loads(done.stdout)}
    found = best["rap-vientiane/activity/2"]
    assert found["object"] == f"{ID}alm-wp-2016-2020/thematic-area/15"  # "Strengthening labour inspection"
    assert any("labour inspection" in reason.lower() for reason in found["reasons"])
    assert found["standing"] == "asserted"
    assert found["subject_passage"].startswith(f"{ID}source/rap-vientiane/passage/")
    assert found["score"] == pytest.approx(sum(found["parts"].values()), abs=1e-3)


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_rows_are_whole_iris_and_nobody_has_judged_them(run: Run, form: str, delimiter: str) -> None:
    done = run("suggest", "rap-vientiane", "--limit", "1", "--format", form)
    rows = list(csv.DictReader(io.StringIO(done.stdout), delimiter=delimiter))
    assert len(rows) > 10
    assert {row["standing"] for row in rows} == {""}
    assert all(row["subject"].startswith(ID) and row["object"].startswith(ID) and row["reasons"] for row in rows)


def test_table_and_markdown_shorten(run: Run) -> None:
    for form in ("table", "markdown"):
        words = run("suggest", "rap-vientiane", "--limit", "1", "--format", form).stdout
        assert "rap-vientiane/activity/" in words and ID not in words


def test_areas_of_a_later_programme_may_be_suggested_too(run: Run) -> None:
    done = run("suggest", "alm-wp-2016-2020", "--all", "--least", "0", "--format", "sssom")
    assert done.returncode == 0
    rows = [line for line in done.stdout.splitlines() if line.startswith("alm-wp-2016-2020:project/")]
    assert rows and all("\tskos:closeMatch\t" in row for row in rows)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rap-vientian"], "Did you mean 'rap-vientiane'"),
        (["rap-vientiane", "--against", "alm"], "of a plan 'alm'"),
        (["rap-vientiane", "--review", "x.sssom.tsv"], "give --author"),
        (["rap-vientiane", "--review", "x.sssom.tsv", "--author", "Somebody"], "expected an IRI"),
        (["rap-vientiane", "--kind", "footnote"], "is not one of"),
    ],
    ids=["plan", "against", "no-author", "name", "kind"],
)
def test_wrong_use_is_exit_2_and_writes_nothing(run: Run, tmp_path: Path, arguments: list[str], words: str) -> None:
    done = run("suggest", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


# -- judging ---------------------------------------------------------------------------------------------------


def _review(run: Run, answers: str) -> Done:
    return run("suggest", "rap-vientiane", "--all", "--kind", "thematic-area", "--review", "mine.sssom.tsv",
               "--author", AUTHOR, "--date", "2026-11-22", stdin=answers)  # fmt: skip


def test_what_may_not_be_written_is_refused_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    closed = tmp_path / "closed.sssom.tsv"
    closed.write_text("kept", encoding="utf-8")
    closed.chmod(0o400)
    for name, words in (("none/mine.sssom.tsv", "there is no folder"), ("mine.tsv", "ends in .sssom.tsv"),
                        (closed.name, "may not be written")):  # fmt: skip
        judged = run(
            "judge", *PAIR, "--reject", "--confidence", "0.9", "--comment", "No.", "--author", AUTHOR, "--into", name
        )
        asked = run("suggest", "rap-vientiane", "--review", name, "--author", AUTHOR, stdin="y\n")
        for done in (judged, asked):
            assert (done.returncode, done.stdout) == (2, "") and words in done.stderr
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [(closed.name, "kept")]


def test_a_link_stays_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.sssom.tsv").symlink_to("real.sssom.tsv")
    done = run("judge", *PAIR, "--reject", "--confidence", "0.9", "--comment", "No.", "--author", AUTHOR,
               "--into", "mine.sssom.tsv")  # fmt: skip
    assert done.returncode == 0
    assert (tmp_path / "mine.sssom.tsv").is_symlink() and len(read_mappings(tmp_path / "real.sssom.tsv").mappings) == 1


def test_elements_come_in_the_order_of_their_numbers(run: Run) -> None:
    done = run(
        "suggest",
        "rap-vientiane",
        "--kind",
        "thematic-area",
        "--all",
        "--least",
        "0",
        "--limit",
        "1",
        "--format",
        "json",
    )
    subjects = [one["subject"].removeprefix(ID) for one in json.loads(done.stdout)]
    activities = [one.rpartition("/")[2] for one in subjects if one.startswith("rap-vientiane/activity/")]
    assert activities == [*map(str, range(1, 14)), "14a", "14b"]


def test_review_writes_each_judgement_and_goes_on_where_it_ended(run: Run, tmp_path: Path) -> None:
    first = _review(run, "y\n\n1.5\n0.8\nBoth are about the same.\ns\nn\n\n0.7\nNo word is shared.\nq\n")
    assert first.returncode == 0
    assert "The confidence is '1.5'" in first.stdout + first.stderr
    file = tmp_path / "mine.sssom.tsv"
    rows = read_mappings(file).mappings
    assert sorted((row.negated, row.confidence, row.comment, row.date) for row in rows) == [
        (False, "0.8", "Both are about the same.", "2026-11-22"), (True, "0.7", "No word is shared.", "2026-11-22"),
    ]  # fmt: skip
    assert all(row.subject_passage and row.object_passage for row in rows)
    second = _review(run, "y\nakg:serves\n0.6\nThe one that was skipped.\n")  # the input ends: that is quitting
    assert second.returncode == 0 and "1 judged of" in second.stdout
    after = read_mappings(file).mappings
    assert len(after) == 3 and {row.triple for row in rows} < {row.triple for row in after}


def test_review_that_is_quit_writes_no_file(run: Run, tmp_path: Path) -> None:
    done = _review(run, "q\n")
    assert done.returncode == 0 and "Nothing was judged or written." in done.stdout
    assert list(tmp_path.iterdir()) == []


def _judge(run: Run, *pair: str, how: str = "--reject") -> Done:
    return run("judge", *pair, how, "--confidence", "0.9", "--comment", 'No "trafficking" is named.', "--author",
               AUTHOR, "--into", "mine.sssom.tsv")  # fmt: skip


def test_judge_writes_one_row_and_refuses_a_second(run: Run, tmp_path: Path) -> None:
    done = _judge(run, *PAIR)
    assert (done.returncode, done.stderr) == (0, "")
    file = tmp_path / "mine.sssom.tsv"
    (row,) = read_mappings(file).mappings
    assert (row.negated, row.comment) == (True, 'No "trafficking" is named.')
    before = file.read_bytes()
    again = _judge(run, *PAIR, how="--accept")
    assert (again.returncode, again.stdout, file.read_bytes()) == (2, "", before)
    assert "this pair is rejected with akg:serves" in again.stderr


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("rap-vientiane/activity/99", *PAIR[1:]), "No activity, strategy, thematic area, project or target"),
        ((PAIR[0], "akg:severs", PAIR[2]), "Did you mean 'akg:serves'"),
        ((PAIR[0], PAIR[1], "rap-vientiane/activity/2"), "are of one plan"),
    ],
    ids=["subject", "predicate", "one-plan"],
)
def test_judge_of_what_cannot_be_is_exit_2(run: Run, tmp_path: Path, pair: tuple[str, ...], words: str) -> None:
    done = _judge(run, *pair)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


# -- what was measured -----------------------------------------------------------------------------------------


def test_tables_of_the_page_are_those_that_are_measured(bench: ModuleType, store: Store) -> None:
    page = PAGE.read_text(encoding="utf-8")
    measured = bench.tables(store)
    assert bench.written(page, measured) == page, "run `python benchmarks/suggest.py --write docs/suggestions.md`"
    assert page.count(bench.BEGIN) == page.count(bench.END) == 1


def test_every_case_is_a_shipped_mapping_that_nobody_contests(bench: ModuleType, store: Store) -> None:
    shipped = [
        row
        for name in ("rap-vientiane", "slom-wg-wp-2016-2020")
        for row in read_mappings(ROOT / "data" / "alignment" / f"{name}.sssom.tsv").mappings
        if "/thematic-area/" in row.object.value and row.predicate.value.endswith("#serves")
    ]
    rejected = {(row.subject.value, row.object.value) for row in shipped if row.negated}
    accepted = {(row.subject.value, row.object.value) for row in shipped if not row.negated}
    assert set(bench.cases_of(bench.read_corpus(store))) == accepted - rejected
    assert len(accepted - rejected) > 30


def test_rank_counts_equals_as_better_and_other_right_areas_not(bench: ModuleType) -> None:
    scores = {"a": 0.9, "b": 0.5, "c": 0.5, "d": 0.1, "e": 0.0}
    assert bench.rank_of(scores, "b", set()) == 3
    assert bench.rank_of(scores, "b", {"a"}) == 2
    assert bench.rank_of(scores, "d", {"a", "b"}) == 2
    assert bench.rank_of(scores, "e", set()) is None
    assert bench.rank_of(scores, "missing", set()) is None
