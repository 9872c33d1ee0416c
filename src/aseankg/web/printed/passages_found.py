"""Finds words in the stored texts: the longest passages that hold all of them, with the words marked.

Not here: the names of things (aseankg.lookup), and the pages of the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aseankg.web.page.asking import Row, rows_of

__all__ = ["Hit", "Piece", "passages_with"]

_MOST_WORDS = 20
_AROUND = 160  # characters before the first word and after the last that are shown


@dataclass(frozen=True)
class Piece:
    """A part of a passage: its words, and whether they were looked for."""

    text: str
    sought: bool = False


@dataclass(frozen=True)
class Hit:
    """A passage that holds the words: its IRI, its source, the thing that it supports, if any, and its pieces."""

    passage: str
    source: str
    thing: str
    pieces: Sequence[Piece]


def passages_with(text: str) -> list[Hit]:
    """Return the longest passages in which every word of a text begins a word, in the order of the sources."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", text.casefold())))[:_MOST_WORDS]
    if not words:
        return []
    rows = rows_of("passages-with-word", word=max(words, key=len))
    holding = [row for row in rows if all(_pattern([word]).search(row["exact"]) for word in words)]
    return [
        Hit(row["passage"], row["source"], row["thing"], _pieces(row["exact"], _pattern(words)))
        for row in _longest(holding)
    ]


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Words as a person types them, which may be the beginnings of longer words."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in words)})\w*", re.IGNORECASE)


def _longest(rows: Iterable[Row]) -> list[Row]:
    """Leave out what lies within a passage that is shown; of those that begin together the longest comes first."""
    kept: list[Row] = []
    for row in rows:
        last = kept[-1] if kept else None
        if last is None or last["source"] != row["source"] or int(row["end"]) > int(last["end"]):
            kept.append(row)
    return kept


def _pieces(exact: str, pattern: re.Pattern[str]) -> list[Piece]:
    spans = [match.span() for match in pattern.finditer(exact)]
    start, end = _from(exact, spans[0][0]), _until(exact, spans[-1][1])
    pieces, at = [Piece("… " if start else "")], start
    for first, last in spans:
        pieces += [Piece(exact[at:first]), Piece(exact[first:last], sought=True)]
        at = last
    return [piece for piece in (*pieces, Piece(exact[at:end]), Piece(" …" if end < len(exact) else "")) if piece.text]


def _from(exact: str, first: int) -> int:
    """Where to begin, so that no word is cut."""
    space = exact.rfind(" ", 0, first - _AROUND) if first > _AROUND else -1
    return space + 1


def _until(exact: str, last: int) -> int:
    space = exact.find(" ", last + _AROUND)
    return len(exact) if space < 0 else space
