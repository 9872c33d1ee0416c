"""Cuts a text into the pieces that a page marks: what lies inside which passages, line by line.

Passages lie inside each other and overlap; a link cannot. Each piece leads to the shortest passage that holds it. The
pieces of all lines, one after the other, are the text. Not here: what passages support (views.sources), HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Line", "Passage", "Segment", "around", "lines_of", "neighbours"]


@dataclass(frozen=True, order=True)
class Passage:
    """Some characters of a text, from `start` up to and without `end`, and the layers of what rests on them."""

    start: int
    end: int
    layers: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def name(self) -> str:
        """The place as addresses have it: `12-34`."""
        return f"{self.start}-{self.end}"

    def holds(self, other: Passage) -> bool:
        """Say whether all characters of another passage are its own."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Segment:
    """A piece of one line: its shortest passage, how many hold it, if it is chosen, what is odd where it begins.

    `first` is that of the chosen pieces where they begin.
    """

    text: str
    start: int
    passage: Passage | None = None
    depth: int = 0
    chosen: bool = False
    first: bool = False
    oddities: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Line:
    """A line with its number, from 1; its line break, where it has one, is in its last piece."""

    number: int
    segments: Sequence[Segment]


def lines_of(
    text: str,
    passages: Iterable[Passage],
    chosen: Passage | None = None,
    oddities: Mapping[int, Sequence[Mapping[str, str]]] | None = None,
) -> list[Line]:
    """Return the lines of a text, cut where passages and the chosen words begin and end, and around each tab.

    `oddities` are those that begin at an offset. Offsets are of characters and lie inside the text.

    >>> [piece.text for piece in lines_of("ab cd", [Passage(0, 5), Passage(3, 5)])[0].segments]
    ['ab ', 'cd']
    """
    known = sorted(set(passages))
    cuts = _cuts(text, known, chosen, oddities or {})
    lines: list[list[Segment]] = []
    fresh = True
    for start, end, inside in _sweep(known, cuts):
        piece = _segment(text[start:end], start, inside, chosen, (oddities or {}).get(start, ()))
        if fresh:
            lines.append([])
        lines[-1].append(piece)
        fresh = piece.text.endswith("\n")
    return [Line(number, pieces) for number, pieces in enumerate(lines, 1)]


def _cuts(text: str, passages: Sequence[Passage], chosen: Passage | None, odd: Iterable[int]) -> list[int]:
    places = {0, len(text), *odd}
    for one in (*passages, *((chosen,) if chosen else ())):
        places |= {one.start, one.end}
    for at, character in enumerate(text):
        if character == "\n":
            places.add(at + 1)
        elif character == "\t":
            places |= {at, at + 1}
    return sorted(place for place in places if 0 <= place <= len(text))


def _sweep(passages: Sequence[Passage], cuts: Sequence[int]) -> Iterator[tuple[int, int, list[Passage]]]:
    """Yield the stretches between cuts, each with the passages that hold it; `passages` are sorted."""
    open_: list[Passage] = []
    waiting = iter(passages)
    coming = next(waiting, None)
    for start, end in pairwise(cuts):
        open_ = [one for one in open_ if one.end > start]
        while coming is not None and coming.start <= start:
            if coming.end > start:
                open_.append(coming)
            coming = next(waiting, None)
        yield start, end, open_


def _segment(
    text: str, start: int, inside: Sequence[Passage], chosen: Passage | None, oddities: Sequence[Mapping[str, str]]
) -> Segment:
    shortest = min(inside, key=lambda one: (one.end - one.start, -one.start), default=None)
    is_chosen = chosen is not None and chosen.start <= start < chosen.end
    is_first = chosen is not None and chosen.start == start
    return Segment(text, start, shortest, len(inside), is_chosen, is_first, oddities)


def around(passages: Iterable[Passage], chosen: Passage) -> list[Passage]:
    """Return the other passages that share a character with the chosen one, in the order of the text, longer first."""
    shared = {one for one in passages if one.start < chosen.end and chosen.start < one.end and one != chosen}
    return sorted(shared, key=lambda one: (one.start, -one.end))


def neighbours(passages: Iterable[Passage], chosen: Passage) -> tuple[Passage | None, Passage | None]:
    """Return the passages right before and right after the chosen one in the order of the text, longer first."""

    def place(one: Passage) -> tuple[int, int]:
        return one.start, -one.end

    ordered = sorted(set(passages), key=place)
    before = [one for one in ordered if place(one) < place(chosen)]
    after = [one for one in ordered if place(one) > place(chosen)]
    return (before[-1] if before else None), (after[0] if after else None)
