"""Printed names are looked up exactly, the longest first, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aseankg.errors import DataError
from aseankg.extract.names import ACTORS, BODIES, Entity, Names
from aseankg.identifiers import instance, slug_of
from aseankg.records import Piece, SourceText

LISTED = [
    "SLOM",
    "SLOM-WG",
    "SOMRDPE",
    "SOM-AMAF",
    "WG-MSMEs",
    "ACSS",
    "ASEAN-OSHNET",
    "Lao PDR",
    "Viet Nam",
    "The Philippines",
]
COUNTRIES = {"Lao PDR", "Viet Nam", "The Philippines"}
SEPARATORS = [" ", ", ", " and ", ", and "]


def _entity(name: str) -> Entity:
    kind = "country" if name in COUNTRIES else "group" if name.startswith("All ") else "body"
    return Entity(instance(f"{kind}/{slug_of(name)}"), name, frozenset({kind}))


NAMES = Names((name, _entity(name)) for name in [*LISTED, "ASEAN", "ASEAN Secretariat", "All ASEAN Member States"])


def _cell(words: str) -> Piece:
    return SourceText("x", "x.txt", f"one\ntwo\t{words}\tthree").whole().cut(8, 8 + len(words))


def _labels(words: str, kinds: frozenset[str] = ACTORS) -> list[str]:
    return [entity.label for entity, _ in NAMES.resolve_list(_cell(words), SEPARATORS, kinds)]


@given(st.lists(st.tuples(st.sampled_from(LISTED), st.sampled_from(SEPARATORS)), min_size=1, max_size=6))
def test_a_list_is_read_in_print_order_with_the_words_of_each(listed: list[tuple[str, str]]) -> None:
    words = "".join(name + separator for name, separator in listed[:-1]) + listed[-1][0]
    found = NAMES.resolve_list(_cell(words), SEPARATORS, ACTORS)
    assert [entity.label for entity, _ in found] == [name for name, _ in listed]
    assert [piece.text for _, piece in found] == [name for name, _ in listed]
    assert [piece.line for _, piece in found] == [2] * len(listed)


def test_the_longest_name_is_taken() -> None:
    assert _labels("ASEAN Secretariat") == ["ASEAN Secretariat"]
    assert _labels("ASEAN SLOM") == ["ASEAN", "SLOM"]
    assert _labels("All ASEAN Member States SLOM") == ["All ASEAN Member States", "SLOM"]


def test_an_empty_cell_names_nobody() -> None:
    assert _labels("") == []


@pytest.mark.parametrize(
    ("words", "nearest"),
    [("SLOM SOMRPDE SOM-AMAF", "'SOMRDPE'"), ("Veit Nam", "'Viet Nam'"), ("SLOM and Lao PRD", "'Lao PDR'")],
)
def test_an_unknown_name_is_an_error_with_line_and_nearest_name(words: str, nearest: str) -> None:
    with pytest.raises(DataError) as caught:
        _labels(words)
    assert caught.value.line == 2
    assert f"Did you mean {nearest}" in str(caught.value)


def test_a_name_of_another_kind_is_not_taken() -> None:
    with pytest.raises(DataError, match="'Viet Nam' is no known name of a body"):
        _labels("Viet Nam", BODIES)


def test_a_name_with_two_meanings_is_no_name() -> None:
    twice = Names([("ACN", _entity("ACN one")), ("ACN", _entity("ACN two"))])
    assert twice.find("ACN", BODIES) is None
    with pytest.raises(DataError, match=r"'ACN' means .*body/acn-one and .*body/acn-two: expected one"):
        twice.resolve(_cell("ACN"), BODIES)


def test_any_blank_is_a_blank_and_nothing_else_is_forgiven() -> None:
    found = [NAMES.find(name, ACTORS) for name in ("Viet  Nam", "Viet\N{NO-BREAK SPACE}Nam")]
    assert [entity and entity.label for entity in found] == ["Viet Nam"] * 2
    assert [NAMES.find(name, ACTORS) for name in ("slom", "VietNam", "SLOM WG", "SLOM.")] == [None] * 4


def test_a_known_name_keeps_its_meaning() -> None:
    more = NAMES.with_names([("SLOM", _entity("another")), ("ACWC", _entity("ACWC"))])
    labels = [entity and entity.label for entity in (more.find("SLOM", BODIES), more.find("ACWC", BODIES))]
    assert labels == ["SLOM", "ACWC"]
    assert NAMES.find("ACWC", BODIES) is None


def test_names_in_running_text_are_whole_words_and_the_longest() -> None:
    cell = _cell("the ASEAN Secretariat asks SLOM-WG, SLOM's group, PRESLOM and SLOM.")
    assert [piece.text for _, piece in NAMES.occurrences(cell, BODIES)] == [
        "ASEAN Secretariat",
        "SLOM-WG",
        "SLOM",
        "SLOM",
    ]
