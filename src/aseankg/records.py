"""What the stages hand to each other: pieces of a text, and facts that keep the pieces they came from.

Not here: how texts are read (extract/) and how facts become quads (graphs).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

__all__ = ["CrossReference", "Extraction", "Fact", "PassedOver", "Piece", "SourceText"]


@dataclass(frozen=True)
class SourceText:
    """The decoded file of one published text: `slug` names it, `file` is what errors point to."""

    slug: str
    file: str
    text: str

    def whole(self) -> Piece:
        """Return the piece that is the whole text."""
        return Piece(self, 0, len(self.text))

    def line_of(self, offset: int) -> int:
        """Return the line, counted from 1, in which the character at `offset` stands."""
        return self.text.count("\n", 0, offset) + 1


@dataclass(frozen=True)
class Piece:
    """A slice of a source text; offsets are Unicode code points of the decoded file."""

    source: SourceText = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words, markup included."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line, counted from 1, in which the piece begins."""
        return self.source.line_of(self.start)

    def cut(self, start: int, end: int) -> Piece:
        """Return the piece between two offsets of the whole text."""
        return Piece(self.source, start, end)

    def group(self, match: re.Match[str], name: str | int = 0) -> Piece:
        """Return the piece of a group of a match that was made on the whole text."""
        return Piece(self.source, *match.span(name))

    def strip(self) -> Piece:
        """Return the piece without blank characters at its ends."""
        left = len(self.text) - len(self.text.lstrip())
        return Piece(self.source, self.start + left, max(self.start + left, self.start + len(self.text.rstrip())))

    def split(self, separator: str) -> list[Piece]:
        """Return the pieces between the separators, as str.split does."""
        pieces, start = [], self.start
        for part in self.text.split(separator):
            pieces.append(Piece(self.source, start, start + len(part)))
            start += len(part) + len(separator)
        return pieces

    def fullmatch(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match the whole piece; spans of the match are offsets of the whole text."""
        return pattern.fullmatch(self.source.text, self.start, self.end)

    def __bool__(self) -> bool:
        return self.end > self.start


@dataclass(frozen=True)
class CrossReference:
    """What a reified cross-reference carries beside its triple (contract: Cross-references)."""

    kind: str
    note: NamedNode | None = None
    attributed_to: NamedNode | None = None


@dataclass(frozen=True)
class Fact:
    """One triple of one graph, with the pieces that say so; `as_written` where the words differ from the value."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal
    graph: NamedNode
    evidence: tuple[Piece, ...] = ()
    as_written: str | None = None
    column: str | None = None
    cross_reference: CrossReference | None = None


@dataclass(frozen=True)
class PassedOver:
    """Characters that state nothing, with the reason: a repeated header, markup, a list mark."""

    piece: Piece
    reason: str


@dataclass
class Extraction:
    """All that one text says, and what of it says nothing."""

    source: SourceText
    facts: list[Fact] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
