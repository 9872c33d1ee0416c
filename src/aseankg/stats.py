"""Accounts for every character of a source: which kinds of statement it supports, or why it supports none.

What is neither supported nor passed over for a reason is unexplained; a good build leaves no such character.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from aseankg.namespaces import shorten
from aseankg.records import Extraction, Piece

__all__ = ["Account", "account_for"]

_BLANK = "blank (spaces, tabs, line ends)"


@dataclass(frozen=True)
class Account:
    """The characters of one source. A character may support several kinds of statement, but has one reason at most."""

    source: str
    characters: int
    supporting: int
    by_kind: dict[str, int]
    by_reason: dict[str, int]
    unexplained: tuple[Piece, ...]

    @property
    def unexplained_characters(self) -> int:
        """How many characters are neither evidence nor passed over for a reason."""
        return sum(piece.end - piece.start for piece in self.unexplained)


def account_for(extraction: Extraction) -> Account:
    """Return the account of one extraction; counts are Unicode code points."""
    kinds: defaultdict[str, set[int]] = defaultdict(set)
    for fact in extraction.facts:
        for piece in fact.evidence:
            kinds[shorten(fact.predicate.value)].update(range(piece.start, piece.end))
    supporting: set[int] = set().union(*kinds.values())
    reasons: defaultdict[str, set[int]] = defaultdict(set)
    for passed in extraction.passed_over:
        reasons[passed.reason].update(range(passed.piece.start, passed.piece.end))
    text = extraction.source.text
    explained = supporting.union(*reasons.values())
    reasons[_BLANK] = {at for at, character in enumerate(text) if character.isspace() and at not in explained}
    left = sorted(set(range(len(text))) - explained - reasons[_BLANK])
    return Account(
        extraction.source.slug,
        len(text),
        len(supporting),
        {kind: len(offsets) for kind, offsets in sorted(kinds.items())},
        {reason: len(offsets - supporting) for reason, offsets in sorted(reasons.items())},
        tuple(_runs(extraction, left)),
    )


def _runs(extraction: Extraction, offsets: list[int]) -> list[Piece]:
    """Neighbouring offsets as pieces."""
    pieces: list[Piece] = []
    for offset in offsets:
        if pieces and pieces[-1].end == offset:
            pieces[-1] = pieces[-1].cut(pieces[-1].start, offset + 1)
        else:
            pieces.append(Piece(extraction.source, offset, offset + 1))
    return pieces
