"""A piece never loses its place: whatever is cut from it lies in it, and says what the text says there."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aseankg.extract.reading import number_of_mark
from aseankg.records import Piece, SourceText

TEXTS = st.text(alphabet=st.sampled_from("ab \t\n\r,;²¹é𝒳•"), max_size=40)
SEPARATORS = st.sampled_from([",", "\t", "\n", ", ", "ab", "\r\n"])


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text)))
    return Piece(SourceText("x", "x.txt", text), start, draw(st.integers(start, len(text))))


@given(pieces(), SEPARATORS)
def test_split_is_that_of_strings_and_keeps_offsets(piece: Piece, separator: str) -> None:
    parts = piece.split(separator)
    assert [part.text for part in parts] == piece.text.split(separator)
    assert (parts[0].start, parts[-1].end) == (piece.start, piece.end)
    assert all(after.start - before.end == len(separator) for before, after in pairwise(parts))


@given(pieces())
def test_strip_is_that_of_strings_and_stays_inside(piece: Piece) -> None:
    stripped = piece.strip()
    assert stripped.text == piece.text.strip()
    assert piece.start <= stripped.start <= stripped.end <= piece.end
    assert stripped.strip() == stripped


@given(pieces())
def test_a_piece_is_true_when_it_holds_a_character(piece: Piece) -> None:
    assert bool(piece) == (len(piece.text) > 0)


@given(pieces())
def test_line_counts_line_feeds_from_one(piece: Piece) -> None:
    assert piece.line == len(piece.source.text[: piece.start].split("\n"))


@given(pieces(), st.sampled_from([r"\w+", r"[^,]*", r"(?P<left>\w*)\W*(?P<right>\w*)"]))
def test_a_match_is_of_the_whole_piece_and_its_groups_are_pieces_of_the_text(piece: Piece, expression: str) -> None:
    pattern = re.compile(expression)
    match, alone = piece.fullmatch(pattern), pattern.fullmatch(piece.text)
    assert (match is None) == (alone is None)
    if match is not None and alone is not None:
        assert piece.group(match) == piece
        assert [piece.group(match, name).text for name in match.groupdict()] == list(alone.groupdict().values())


@given(st.integers(0, 99_999))
def test_a_superscript_mark_is_its_number(number: int) -> None:
    assert number_of_mark(str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))) == str(number)


@pytest.mark.parametrize(("mark", "number"), [("¹", "1"), (" ¹⁰ ", "10"), ("13", "13"), ("a", "a")])
def test_marks_as_the_texts_print_them(mark: str, number: str) -> None:
    assert number_of_mark(mark) == number
