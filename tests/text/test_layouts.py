"""What a layout allows, and what it refuses rather than misread: small plans made up for each case."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from aseankg.build import extract_all
from aseankg.errors import DataError
from aseankg.identifiers import instance
from aseankg.namespaces import AKG, shorten
from aseankg.records import Extraction
from aseankg.stats import account_for

HEAD = """slug = "small"
short = "Small"
file = "plan.txt"
title = "A small plan"
organization = "body/asean"
membership-as-of = 2027-01-01
membership-as-of-reason = "Made up."
membership-as-of-source = "https://example.org/small"
document-address = "not known"
landing-page = { value = "https://example.org/small", source = "https://example.org/small" }
rights = { value = "Made up.", source = "https://example.org/small" }
"""
REGISTER = """
[layout]
kind = "register"
[layout.notes]
marks = '\\[\\d\\]|\\*+'
holds = "footnote"
footnote = '(?P<number>\\[\\d\\]|\\*+) (?P<title>.+)'
[[layout.sections]]
heading = 'Aim'
holds = "objective"
[[layout.sections]]
heading = 'Short forms'
[[layout.sections.items]]
pattern = '(?P<number>\\w+): (?P<title>.+)'
holds = "abbreviation"
[[layout.headings]]
pattern = 'Area (?P<number>\\d+): (?P<title>.+)'
holds = "kra"
[[layout.headings]]
pattern = 'Way (?P<number>\\d+): (?P<title>.+)'
holds = "strategy"
property = "implementsStrategy"
[[layout.columns]]
header = "No"
holds = "number"
NUMBER_KEYS
[[layout.columns]]
header = "What"
holds = "title"
[[layout.columns]]
header = "With"
holds = "actors"
property = "contributingBody"
accepts = ["body"]
[[layout.columns]]
header = "When"
holds = "timeline"
"""
MATRIX = """
[layout]
kind = "matrix"
[[layout.rows]]
label = "Results"
holds = "kra"
columns = true
[[layout.rows]]
label = "Aims"
holds = "target"
bullets = ["-", "*"]
[[layout.rows]]
label = "Fields"
holds = "thematic-area"
item = '(?P<number>\\d+)\\. (?P<title>.+)'
spans = true
[[layout.rows.labels]]
pattern = '\\(Responsible Body: (?P<actors>[^)]*)\\)'
property = "responsibleBody"
[[layout.rows.labels]]
pattern = 'Project: '
holds = "project"
"""
Read = Callable[..., Extraction]


@pytest.fixture
def read(root: Path, tmp_path: Path) -> Read:
    """Read a text in one of the layouts above."""

    def reader(text: str, layout: str = REGISTER, number_keys: str = "") -> Extraction:
        folder = tmp_path / "sources" / "small"
        folder.mkdir(parents=True)
        (folder / "plan.txt").write_bytes(text.encode())
        checksum = f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n'
        (folder / "descriptor.toml").write_text(checksum + HEAD + layout.replace("NUMBER_KEYS", number_keys))
        found = {descriptor.slug: extraction for descriptor, extraction in extract_all([root / "data", tmp_path], root)}
        assert account_for(found["small"]).unexplained == ()
        return found["small"]

    return reader


def register(*rows: str) -> str:
    return "\n".join(["A small plan", "Aim", "Good work.", "No\tWhat\tWith\tWhen", *rows]) + "\n"


def said(extraction: Extraction, element: str, term: str) -> list[str]:
    subject = instance(f"small/{element}")
    return [
        shorten(fact.object.value)
        for fact in extraction.facts
        if fact.subject == subject and fact.predicate == AKG[term]
    ]


@pytest.mark.parametrize(
    ("stray", "words"),
    [
        ("Page 2 of 6, printed in Jakarta", "is no row, footnote, heading or item"),
        ("Area 2: A heading that lost its tabs", "is no row, footnote, heading or item"),
        ("1\tA row that lost a cell\tSLOM", "3 cells: expected 4"),
    ],
)
def test_what_stands_between_rows_is_never_taken_for_something_else(read: Read, stray: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read(register("1\tA study\tSLOM\t2027", stray, "2\tA forum\tSLOM\t2028"))
    assert caught.value.line == 6


def test_a_heading_ends_the_lower_headings_before_it(read: Read) -> None:
    text = register("Area 1: ONE\t\t\t", "Way 1: On foot\t\t\t", "1\tA\t\t", "Area 2: TWO\t\t\t", "2\tB\t\t")
    extraction = read(text)
    assert said(extraction, "activity/1", "implementsStrategy") == ["small/strategy/1"]
    assert said(extraction, "activity/2", "implementsStrategy") == []
    assert said(extraction, "activity/2", "inKeyResultArea") == ["small/kra/2"]


def test_a_heading_may_stand_in_any_column(read: Read) -> None:
    assert said(read(register("\tArea 1: ONE\t\t", "1\tA\t\t")), "activity/1", "inKeyResultArea") == ["small/kra/1"]


@pytest.mark.parametrize(
    ("cell", "number"), [("1.", "1"), ("1.1", "1.1"), ("A1", "A1"), ("2-3", "2-3")], ids=["1.", "1.1", "A1", "2-3"]
)
def test_numbers_in_many_writings(read: Read, cell: str, number: str) -> None:
    assert said(read(register(f"{cell}\tA study\t\t")), f"activity/{number}", "number") == [number]


def test_numbers_may_restart_under_a_heading(read: Read) -> None:
    text = register("Area 1: ONE\t\t\t", "1\tA\t\t", "Area 2: TWO\t\t\t", "1\tB\t\t")
    extraction = read(text, number_keys='restarts-under = "kra"')
    assert said(extraction, "activity/2.1", "title") == ["B"]
    assert said(extraction, "activity/2.1", "number") == ["1"]


def test_marks_of_other_kinds_stand_anywhere_in_a_cell(read: Read) -> None:
    text = register("1\tA study [1] of ports\tILO *, SLOM\t2027 [1]", "[1] By sea.", "* As observer.")
    extraction = read(text)
    assert said(extraction, "activity/1", "title") == ["A study of ports"]
    assert said(extraction, "activity/1", "contributingBody") == ["body/ilo", "body/slom"]
    assert set(said(extraction, "activity/1", "note")) == {"small/footnote/1", "small/footnote/asterisk"}
    assert said(extraction, "activity/1", "endDate") == ["2027-12-31"]


def test_empty_words_and_hard_blanks(read: Read) -> None:
    extraction = read(register("1\tA study\tASEAN\u00a0Secretariat\t–"))
    assert said(extraction, "activity/1", "contributingBody") == ["body/asec"]
    assert said(extraction, "activity/1", "timelineText") == []


def test_a_byte_order_mark_is_no_part_of_the_title(read: Read) -> None:
    extraction = read("\ufeff" + register("1\tA\t\t"))
    (title,) = [
        fact for fact in extraction.facts if fact.subject == instance("plan/small") and fact.predicate == AKG.title
    ]
    assert title.object.value == "A small plan"
    assert title.evidence[0].start == 1  # offsets count it


def test_lines_may_end_as_on_windows(read: Read) -> None:
    extraction = read(register("1\tA study\tSLOM\t2027").replace("\n", "\r\n"))
    assert said(extraction, "activity/1", "timelineText") == ["2027"]


@pytest.mark.parametrize("rest", ["and June 2027", "09:00, Bangkok", "or later in May"])
def test_what_follows_a_period_is_a_place_or_an_error(read: Read, rest: str) -> None:
    with pytest.raises(DataError, match="where a place is expected"):
        read(register(f"1\tA study\tSLOM\tMay 2027, {rest}"))


def test_an_abbreviation_that_means_another_body_is_an_error(read: Read) -> None:
    text = register("1\tA study\tSLOM\t2027", "Short forms", "SLOM: South Lake Order of Music")
    with pytest.raises(DataError, match="'South Lake Order of Music' here, which is no name of"):
        read(text)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("'Area (?P<number>", "'Area (?P<numbr>", "no group"),
        ('property = "contributingBody"\n', "", "needs `property`"),
        ('header = "What"\nholds = "title"', 'header = "What"\nholds = "timeline"', "exactly one column"),
        ("'(?P<number>\\w+): (?P<title>.+)'", "'(?P<number>\\w+: (?P<title>.+)'", "descriptor.toml"),
    ],
)
def test_a_descriptor_that_cannot_work_is_refused(read: Read, old: str, new: str, words: str) -> None:
    assert REGISTER.count(old) == 1
    with pytest.raises(DataError, match=r"descriptor\.toml") as caught:
        read(register("1\tA\t\t"), REGISTER.replace(old, new))
    assert words in str(caught.value)


def test_a_list_mark_inside_a_word_is_no_list_mark(read: Read) -> None:
    text = "A small plan\nResults\tOne\tTwo\nAims\t- Better well-being of workers\t- More * Some * Others\n"
    extraction = read(text, MATRIX)
    assert said(extraction, "target/1.1", "title") == ["Better well-being of workers"]
    assert said(extraction, "target/2.1.2", "title") == ["Others"]


@pytest.mark.parametrize(
    "bracket",
    ["[Country Coordinators: Malaysia]", "[Co-ordinator: Malaysia]", "(in charge: Malaysia)", "{Lead: Malaysia}"],
)
def test_a_bracket_that_looks_like_a_role_does_not_vanish_in_a_title(read: Read, bracket: str) -> None:
    text = f"A small plan\nResults\tOne\tTwo\nFields\t1. Ports {bracket}\t2. Ships\n"
    with pytest.raises(DataError, match="looks like a role"):
        read(text, MATRIX)


def test_an_area_across_all_columns_needs_no_group(read: Read) -> None:
    text = "A small plan\nResults\tOne\tTwo\nFields\t1. Ports (Responsible Body: SLOM)\t\n"
    assert said(read(text, MATRIX), "thematic-area/1", "partOf") == ["plan/small"]


def test_what_stands_before_an_item_s_number_is_a_list_mark(read: Read) -> None:
    text = "A small plan\nResults\tOne\tTwo\nFields\t(1. Ports\t2. Ships\n"
    layout = MATRIX.replace("item = '(?P<number>", "item = '\\(?(?P<number>")
    assert layout != MATRIX
    assert said(read(text, layout), "thematic-area/1", "title") == ["Ports"]


def test_a_new_word_of_a_scheme_is_kept(read: Read) -> None:
    layout = (
        REGISTER
        + '[[layout.columns]]\nheader = "Kind"\nholds = "concept"\nproperty = "focusArea"\nscheme = "focus-area"\n'
    )
    head = "A small plan\nNo\tWhat\tWith\tWhen\tKind\n"
    assert said(read(head + "1\tA\t\t\tTraining\n", layout), "activity/1", "focusArea") == [
        "concept/focus-area/training"
    ]


def test_a_slip_in_a_word_of_a_scheme_is_found(read: Read) -> None:
    layout = (
        REGISTER
        + '[[layout.columns]]\nheader = "Kind"\nholds = "concept"\nproperty = "focusArea"\nscheme = "focus-area"\n'
    )
    with pytest.raises(DataError, match="Did you mean 'Research'"):
        read("A small plan\nNo\tWhat\tWith\tWhen\tKind\n1\tA\t\t\tReserch\n", layout)


def test_a_name_within_a_sentence_may_open_with_a_small_article(read: Read) -> None:
    layout = REGISTER.replace('property = "contributingBody"\naccepts = ["body"]', 'property = "leadActor"')
    extraction = read(register("1\tA study\tIndonesia and the Philippines\t2027"), layout)
    assert said(extraction, "activity/1", "leadCountry") == ["country/idn", "country/phl"]
