"""SSSOM files: what is read and written, and how each slip is told with its line.

Not here: what mappings become in the graph (test_alignment), and whether the shipped judgements are good.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import sssom_pydantic
import tqdm
from pyoxigraph import NamedNode

from aseankg.errors import DataError
from aseankg.mappings import COLUMNS, MappingSet, read_mappings, write_mappings

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "data").glob("*/*.sssom.tsv"))
ID = "https://w3id.org/aseankg/id/"

HEADER = """\
#mapping_set_id: https://w3id.org/aseankg/id/mapping-set/test
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  agent: https://w3id.org/aseankg/id/agent/
#  akg: https://w3id.org/aseankg/ontology#
#  alm: https://w3id.org/aseankg/id/alm-wp-2016-2020/
#  rap: https://w3id.org/aseankg/id/rap-vientiane/
#  text: https://w3id.org/aseankg/id/source/rap-vientiane/passage/
"""
ROW = {
    "subject_id": "rap:activity/2",
    "subject_label": "Activity 2 (RAP)",
    "predicate_id": "akg:serves",
    "object_id": "alm:thematic-area/15",
    "mapping_justification": "semapv:ManualMappingCuration",
    "author_id": "agent:aseankg",
    "mapping_date": "2026-11-22",
    "confidence": "0.9",
    "comment": "Both are about labour inspection.",
}


def written(folder: Path, *rows: dict[str, str], header: str = HEADER, columns: tuple[str, ...] = COLUMNS) -> Path:
    """Write rows, each the good one with some cells changed, below line 9, which holds the columns."""
    lines = ["\t".join(columns)]
    lines += ["\t".join(({**ROW, **row}).get(name, "") for name in columns) for row in rows]
    file = folder / "test.sssom.tsv"
    file.write_text(header + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return file


def test_there_are_shipped_files() -> None:
    assert {file.name for file in SHIPPED} >= {
        "rap-vientiane.sssom.tsv",
        "slom-wg-wp-2016-2020.sssom.tsv",
        "themes.sssom.tsv",
    }


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_another_reader_of_sssom_finds_the_same_rows(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tqdm.tqdm, "monitor_interval", 0)  # else its progress bar leaves a thread in this process
    theirs = sssom_pydantic.read(file).mappings
    ours = read_mappings(file).mappings
    assert [(one.subject.curie, one.object.curie, one.predicate_modifier, one.confidence) for one in theirs] == [
        (row["subject_id"], row["object_id"], "Not" if row["predicate_modifier"] else None, float(row["confidence"]))
        for row in rows_of(file)
    ]
    assert len(theirs) == len(ours)


def rows_of(file: Path) -> list[dict[str, str]]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [{"predicate_modifier": "", **row} for row in csv.DictReader(lines, dialect="excel-tab")]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_writing_what_was_read_gives_the_same_bytes(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / file.name
    write_mappings(copy, read_mappings(file))
    assert copy.read_bytes() == file.read_bytes()


def test_a_row_is_read_with_its_line(tmp_path: Path) -> None:
    [one] = read_mappings(written(tmp_path, {"subject_passage": "text:10-20", "confidence": "0.85"})).mappings
    assert one.subject == NamedNode(f"{ID}rap-vientiane/activity/2")
    assert one.predicate == NamedNode("https://w3id.org/aseankg/ontology#serves")
    assert one.object == NamedNode(f"{ID}alm-wp-2016-2020/thematic-area/15")
    assert one.authors == (NamedNode(f"{ID}agent/aseankg"),)
    assert one.reviewers == ()
    assert one.subject_passage == NamedNode(f"{ID}source/rap-vientiane/passage/10-20")
    assert (one.confidence, one.negated, one.dissents, one.line) == ("0.85", False, False, 10)


def test_a_judgement_and_its_dissent_stand_side_by_side(tmp_path: Path) -> None:
    found = read_mappings(written(tmp_path, {}, {"predicate_modifier": "Not", "dissents": "true"})).mappings
    assert [(one.negated, one.dissents) for one in found] == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"predicate_id": "akg:srves"}, ["'akg:srves'", "akg:serves"]),
        ({"predicate_id": "owl:sameAs"}, ["'owl:sameAs'", "skos:exactMatch"]),
        ({"subject_id": ""}, ["subject_id is empty"]),
        ({"object_id": ""}, ["object_id is empty"]),
        ({"comment": ""}, ["comment is empty"]),
        ({"author_id": ""}, ["author_id is empty"]),
        ({"subject_id": "rpa:activity/2"}, ["'rpa:activity/2'", "rap"]),
        ({"subject_id": "rap:activity/2 3"}, ["is no IRI"]),
        ({"mapping_date": "11/22/2026"}, ["'11/22/2026'", "YYYY-MM-DD", "spreadsheet"]),
        ({"mapping_date": "46348"}, ["'46348'", "spreadsheet"]),
        ({"mapping_date": "2026-02-30"}, ["'2026-02-30'", "calendar"]),
        ({"confidence": "1.4"}, ["confidence", "1.4"]),
        ({"confidence": "0,9"}, ["confidence", "0,9"]),
        ({"confidence": "sure"}, ["confidence", "sure"]),
        ({"predicate_modifier": "Nein"}, ["predicate_modifier", "Nein"]),
        ({"mapping_justification": "semapv:ManualMapping"}, ["semapv:ManualMappingCuration"]),
        ({"dissents": "perhaps", "predicate_modifier": "Not"}, ["dissents is 'perhaps'"]),
        ({"dissents": "true", "predicate_modifier": "Not"}, ["dissents from no other"]),
    ],
    ids=lambda value: next(iter(value.items()))[1] or next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_slip_in_a_row_is_told_with_its_line(tmp_path: Path, cells: dict[str, str], words: list[str]) -> None:
    file = written(tmp_path, cells)
    with pytest.raises(DataError) as caught:
        read_mappings(file)
    assert str(caught.value).startswith(f"{file}:10: ")
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({}, "says the same as test.sssom.tsv:10"),
        ({"comment": "Another reason.", "confidence": "0.5"}, "says the same as test.sssom.tsv:10"),
        ({"predicate_modifier": "Not"}, "contradicts test.sssom.tsv:"),
    ],
    ids=["twice", "twice with another reason", "for and against"],
)
def test_rows_that_repeat_or_contradict_are_refused(tmp_path: Path, second: dict[str, str], words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_mappings(written(tmp_path, {}, second))


def test_two_kinds_of_match_for_one_pair_are_refused(tmp_path: Path) -> None:
    first, second = ({"predicate_id": name} for name in ("skos:exactMatch", "skos:broadMatch"))
    with pytest.raises(DataError, match="one kind of match"):
        read_mappings(written(tmp_path, first, second))


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "mapping_set_id"),
        (HEADER.encode(), "columns"),
        (HEADER.encode() + "\t".join(COLUMNS).encode() + b"\n", "looked at no mapping"),
        (HEADER.encode() + b"subject_id\tpredicate\n", "no column 'predicate'"),
        (HEADER.encode() + b"subject_id\tobject_id\n", "missing: predicate_id"),
        ("é".encode("latin-1") + HEADER.encode(), "0xE9"),
        ((HEADER + "subject_id").encode("utf-16"), "UTF-16"),
        (b"#license: [\n" + HEADER.encode(), "not YAML"),
        (HEADER.replace("#license", "#licence").encode(), "license"),
    ],
    ids=["empty", "header only", "no row", "unknown column", "missing column", "Latin-1", "UTF-16", "YAML", "licence"],
)
def test_a_file_of_another_form_is_told(tmp_path: Path, octets: bytes, words: str) -> None:
    file = tmp_path / "test.sssom.tsv"
    file.write_bytes(octets)
    with pytest.raises(DataError, match=words) as caught:
        read_mappings(file)
    assert str(file) in str(caught.value)


def test_a_row_with_a_cell_too_many_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, {"comment": "a\tb"})
    with pytest.raises(DataError, match=r"test.sssom.tsv:10: expected 16 cells"):
        read_mappings(file)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = written(tmp_path, {})
    before, known = file.read_bytes(), read_mappings(file)
    with pytest.raises(DataError):
        write_mappings(file, MappingSet(known.header, known.prefixes, known.mappings * 2))
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
