"""The expected answers were written by reading the texts: every row leads to words that really stand there.

A file is named after its question, or `{question}--{parameter}-{value}.csv` for other values than
the defaults. Its last two columns, source and words, cite `{plan}:{line}` (several separated by
`;`) with the words that stand verbatim in each line (separated by ` | `), or, for facts of the
reference data, the path of a file and words in one line of it.

Not here: whether the queries give these rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = sorted((ROOT / "tests/queries/expected").glob("*.csv"))
QUESTIONS = sorted((ROOT / "queries/questions").glob("*.rq"))


def front_matter(query: Path) -> dict[str, Any]:
    """Return the `#+` lines of a query, read as YAML."""
    lines = query.read_text(encoding="utf-8").splitlines()
    front = [line[2:].removeprefix(" ") for line in lines if line.startswith("#+")]
    found: Any = yaml.safe_load("\n".join(front))
    assert isinstance(found, dict), f"{query.name} has no front matter"
    return found


def read_rows(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Return the columns and the rows of an expected file."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        return list(reader.fieldnames or []), list(reader)


def question_of(path: Path) -> Path:
    """Return the query that an expected file answers."""
    return ROOT / "queries/questions" / f"{path.stem.partition('--')[0]}.rq"


@cache
def lines_of(source: str) -> list[str]:
    """Return the lines of a source's published text, split at line feeds only."""
    texts = sorted((ROOT / "data/sources" / source).glob("*.txt"))
    assert len(texts) == 1, f"data/sources/{source} holds {len(texts)} texts: expected one"
    return texts[0].read_bytes().decode("utf-8").split("\n")


def cited_lines(source: str) -> list[str]:
    """Return the lines a citation points to: one line of a text, or all lines of a file of the repository."""
    if "/" in source:
        return (ROOT / source).read_text(encoding="utf-8").split("\n")
    slug, colon, line = source.rpartition(":")
    assert colon and line.isdigit(), f"{source!r} is no citation: expected `rap-vientiane:25`"
    assert 1 <= int(line) <= len(lines_of(slug)), f"{source}: the text has {len(lines_of(slug))} lines"
    return [lines_of(slug)[int(line) - 1]]


def citations(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a citation and the words that stand there."""
    sources, words = row["source"].split(";"), row["words"].split(" | ")
    assert len(sources) == len(words), f"{len(sources)} citations but {len(words)} quotations: {row}"
    yield from zip(sources, words, strict=True)


def test_there_are_expected_files_and_questions() -> None:
    assert EXPECTED, "no expected file found"
    assert len(QUESTIONS) >= 24, f"{len(QUESTIONS)} questions found: expected 24 or more"


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda path: path.stem)
def test_every_question_has_expected_rows(query: Path) -> None:
    assert query.stem in {path.stem for path in EXPECTED}, f"write tests/queries/expected/{query.stem}.csv"


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_expected_file_has_the_columns_of_its_question(path: Path) -> None:
    expects = front_matter(question_of(path))["expects"]
    columns, rows = read_rows(path)
    assert columns == [*expects["columns"], "source", "words"]
    assert len(rows) >= max(1, expects["rows"]), "an expected answer without rows proves nothing"


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_expected_file_of_other_values_names_a_parameter(path: Path) -> None:
    _, dashes, variant = path.stem.partition("--")
    parameters = front_matter(question_of(path)).get("parameters") or {}
    assert not dashes or any(variant.startswith(f"{name}-") for name in parameters)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_every_expected_row_stands_in_its_source(path: Path) -> None:
    _, rows = read_rows(path)
    for row in rows:
        for source, words in citations(row):
            assert words.strip(), f"{source}: no words quoted in {row}"
            assert any(words in line for line in cited_lines(source)), f"{source} does not hold {words!r}"


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_no_expected_row_is_there_twice(path: Path) -> None:
    columns, rows = read_rows(path)
    answers = [tuple(row[column] for column in columns[:-2]) for row in rows]
    assert len(answers) == len(set(answers))
