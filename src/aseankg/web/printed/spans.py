"""Cuts a stretch of a text into pieces, each with what its words name and the passage that they stand in.

A passage may lie within another (a mark or a name within a title): the innermost one tells what its words lead to.
Not here: rows, cells and paragraphs (layout), and links (templates).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from aseankg.namespaces import AKG

__all__ = ["Piece", "Said", "Span", "between", "cut", "spans_of"]

_NAMED = (AKG.number.value, AKG.title.value)


@dataclass(frozen=True)
class Said:
    """One statement that rests on words of the text: its triple, its layer, and the words with their place."""

    subject: str
    predicate: str
    word: str  # what the property is called
    value: str
    label: str
    actor: bool
    layer: str
    column: str
    written: str
    reason: str
    passage: str
    start: int
    end: int
    exact: str


@dataclass(frozen=True)
class Span:
    """Words from `start` to `end` in a passage, and the thing that they name or the note that they are the mark of."""

    start: int
    end: int
    passage: str
    thing: str = ""
    note: str = ""
    numbers: bool = False  # whether it is no more than a number


@dataclass(frozen=True)
class Piece:
    """Words as printed; `at` is the passage that ends with them where its words name a thing, and lead there."""

    text: str
    thing: str = ""
    passage: str = ""
    note: str = ""
    at: str = ""


_Placed = TypeVar("_Placed", Span, Said)


def spans_of(statements: Iterable[Said], leading: Iterable[str]) -> list[Span]:
    """Return the spans of a text by their places; numbers and titles name those subjects that are `leading`."""
    passages: defaultdict[str, list[Said]] = defaultdict(list)
    for said in statements:
        if said.layer != "curated":
            passages[said.passage].append(said)
    known = set(leading)
    return sorted((span for group in passages.values() for span in _spans(group, known)), key=_start)


def _spans(group: Sequence[Said], leading: set[str]) -> list[Span]:
    """Return the spans of one passage: itself, and the names within it."""
    one = group[0]
    whole = Span(one.start, one.end, one.passage)
    note = next((said.value for said in group if said.predicate == AKG.note.value), "")
    if note:
        return [Span(one.start, one.end, one.passage, note=note)]
    named = [span for said in group if said.actor for span in _name(said)]
    if named:
        return named if whole.end - whole.start == named[0].end - named[0].start else [whole, *named]
    things = [said.subject for said in group if said.predicate in _NAMED and said.subject in leading]
    things += [said.value for said in group if said.predicate == AKG.cites.value]
    numbers = all(said.predicate != AKG.title.value for said in group)
    cited = any(said.predicate == AKG.cites.value for said in group)
    return [Span(one.start, one.end, one.passage, things[0] if things else "", numbers=numbers and not cited)]


def _name(said: Said) -> list[Span]:
    """Return the name of an actor within its passage, the whole passage where the name is not found in it."""
    for words in filter(None, (said.written, said.label)):
        found = re.search(rf"(?<![\w-]){re.escape(words)}(?![\w-])", said.exact)
        if found:
            return [Span(said.start + found.start(), said.start + found.end(), said.passage, said.value)]
    return [Span(said.start, said.end, said.passage, said.value)]


def cut(text: str, start: int, end: int, spans: Sequence[Span]) -> list[Piece]:
    """Return the text from `start` to `end` in pieces that together are exactly it.

    >>> [piece.text for piece in cut("a SLOM b", 0, 8, [Span(0, 8, "p"), Span(2, 6, "q", "body")])]
    ['a ', 'SLOM', ' b']
    """
    within = [span for span in between(spans, start, end) if span.start < span.end <= end]
    places = sorted({start, end, *(span.start for span in within), *(span.end for span in within)})
    ends = _ends(within)
    chosen = [(a, b, _innermost(within, a, b)) for a, b in pairwise(places)]
    return [_piece(text[a:b], b, span, ends) for a, b, span in chosen]


def between(placed: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Return what begins in the text from `start` to `end`, of a sequence sorted by its beginnings."""
    first = bisect_left(placed, start, key=_start)
    return placed[first : bisect_left(placed, max(end, start), first, key=_start)]


def _start(placed: Span | Said) -> int:
    return placed.start


def _innermost(spans: Sequence[Span], start: int, end: int) -> Span | None:
    around = [span for span in spans if span.start <= start and end <= span.end]
    return min(around, key=lambda span: (span.end - span.start, not span.thing), default=None)


def _ends(spans: Iterable[Span]) -> Mapping[int, str]:
    """Return the passages that name a thing by where they end; those that are no more than a number left out."""
    return {span.end: span.passage for span in spans if span.thing and not span.numbers}


def _piece(text: str, end: int, span: Span | None, ends: Mapping[int, str]) -> Piece:
    found = Span(end, end, "") if span is None or text.isspace() else span  # a blank is nothing to click on
    return Piece(text, found.thing, found.passage, found.note, ends.get(end, ""))
