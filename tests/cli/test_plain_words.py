"""`aseankg ask` with a sentence: what was understood goes to the error stream, rows to the output, exit 2 for nothing.

Not here: what is understood (tests/wording).
"""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_sentence_is_answered_and_what_was_understood_is_said_beside_it(run: Run) -> None:
    done = run("ask", "what does Viet Nam lead in 2018", "--format", "csv")
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["activity"].rpartition("/")[2] for row in rows] == ["3"]
    assert "Understood: What does Viet Nam lead in 2018?" in done.stderr
    assert "aseankg ask activities-led --actor country/vnm --year 2018" in done.stderr
    assert "No timeline is printed for these that Viet Nam leads" in done.stderr


def test_the_command_that_is_shown_gives_the_same_rows(run: Run) -> None:
    guessed = run("ask", "activities led by laos", "--format", "tsv")
    line = next(line for line in guessed.stderr.splitlines() if line.strip().startswith("aseankg ask"))
    assert line.split() == ["aseankg", "ask", "activities-led", "--actor", "country/lao", "--year", "''"]
    asked = run("ask", "activities-led", "--actor", "country/lao", "--year", "", "--format", "tsv")
    assert asked.stdout == guessed.stdout and asked.stdout.count("\n") > 2


def test_contributions_of_acmw_are_answered_with_every_role_and_we_say_so(run: Run) -> None:
    done = run("ask", "which activities does ACMW contribute to?")
    assert done.returncode == 0 and "4 rows" in done.stdout
    assert "body: ACMW, from “ACMW”" in done.stderr
    assert "look for contributing body in the column role" in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what is the minimum wage in Viet Nam", "“minimum”, “wage”"),
        ("what does ACWM contribute to", "may be ACMW or ACWC"),
        ("activities led by Viet Nam before 2018", "aseankg ask activities-led --actor country/vnm"),
        ("acmw", "only a name"),
        ("", "no words to understand"),
        ("x" * 10_000, "has 10,000"),
    ],
    ids=["unknown", "unclear", "unused", "name", "empty", "long"],
)
def test_what_is_not_understood_is_exit_2_with_the_reason(run: Run, text: str, words: str) -> None:
    done = run("ask", text)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
