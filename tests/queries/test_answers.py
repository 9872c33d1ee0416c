"""Every stored question gives the answer that a person wrote down by reading the texts (tests/queries/expected/)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.catalogue import read_queries
from aseankg.namespaces import AKG, ID

HERE = Path(__file__).parent
EXPECTED = sorted((HERE / "expected").glob("*.csv"))
QUESTIONS = read_queries(HERE.parent.parent / "queries" / "questions")


def _parameters(kg: KnowledgeGraph, file: Path) -> tuple[str, dict[str, str]]:
    """`body-involvement--body-acwc.csv` asks body-involvement with body acwc."""
    name, _, rest = file.stem.partition("--")
    for parameter in kg.question(name).parameters:
        if rest.startswith(parameter + "-"):
            return name, {parameter: rest.removeprefix(parameter + "-")}
    return name, {}


@pytest.mark.parametrize("file", EXPECTED, ids=[file.stem for file in EXPECTED])
def test_answer_is_what_the_texts_say(kg: KnowledgeGraph, file: Path) -> None:
    name, parameters = _parameters(kg, file)
    header, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines(keepends=True))
    answer = kg.ask(name, **parameters)
    assert answer.columns == header[:-2]
    assert answer.texts() == [row[:-2] for row in rows]


def test_every_question_has_an_expected_answer() -> None:
    assert len(QUESTIONS) >= 20
    assert {question.name for question in QUESTIONS} == {file.stem.partition("--")[0] for file in EXPECTED}


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.name for question in QUESTIONS])
def test_front_matter_tells_what_comes_out(kg: KnowledgeGraph, question) -> None:
    answer = kg.ask(question.name)
    expects = question.front_matter["expects"]
    assert answer.columns == expects["columns"]
    assert len(answer) >= expects["rows"]
    assert question.title and question.question.endswith("?") and question.description


def test_26_pairs_of_activity_and_contributing_body_are_printed(kg: KnowledgeGraph) -> None:
    # Counted in the text, row by row: 2+3+1+3+2+2+2+0+3+3+1+2+0+2+0.
    answer = kg.ask("bodies-by-contributions")
    printed = answer.columns.index("printed")
    assert sum(int(row[printed]) for row in answer.texts()) == 26


def test_acmw_has_four_areas_and_no_activity(kg: KnowledgeGraph) -> None:
    answer = kg.ask("body-involvement", body="acmw")
    assert [row["element"].value.rpartition("/")[2] for row in answer] == ["14", "21", "22", "23"]
    assert answer.notes == [
        "No activity of the plan “Regional Action Plan of Vientiane Declaration on Transition from Informal Employment "
        "to Formal Employment towards Decent Work Promotion in ASEAN” names ACMW in a role; 15 were read."
    ]


def test_acwc_is_not_acmw(kg: KnowledgeGraph) -> None:
    answer = kg.ask("body-involvement", body="acwc")
    assert [row["element"].value.rpartition("/")[2] for row in answer] == ["1", "2"]
    assert len(answer.notes) == 1 and "Work Programme 2016-2020” names ACWC" in answer.notes[0]
    both = f"ASK {{ ?element ?role <{ID}body/acmw>, <{ID}body/acwc> . FILTER (?role != <{AKG.about.value}>) }}"
    assert kg.query(both) is False


@pytest.mark.parametrize("body", ["acmw", "asean-oshnet"])
def test_the_words_about_silence_are_made_for_any_body(kg: KnowledgeGraph, body: str) -> None:
    assert [note.split("” names")[0].split("“")[0] for note in kg.ask("body-involvement", body=body).notes] == [
        "No activity of the plan "
    ]
