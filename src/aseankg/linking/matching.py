"""Matches the names in a table's columns with things of the graph, each different name once.

What is remembered is bounded, so a table may have any number of rows. Not here: how like a name is (aseankg.reconcile).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aseankg.reconcile import Candidate, Reconciler

__all__ = ["AMBIGUOUS", "CHOSEN", "MATCHED", "UNMATCHED", "Choices", "Match", "Matcher"]

MATCHED, AMBIGUOUS, UNMATCHED, CHOSEN = "matched", "ambiguous", "unmatched", "chosen"
_REMEMBERED = 50_000  # different names
_SHOWN = 5  # candidates of one name
Choices = Mapping[tuple[str, str], str]  # column and text -> the IRI that a person chose


@dataclass(frozen=True)
class Match:
    """What a text names: matched or chosen (with the IRI), ambiguous (with candidates) or unmatched."""

    outcome: str
    iri: str = ""
    name: str = ""
    score: float = 0.0
    candidates: tuple[Candidate, ...] = ()


class Matcher:
    """Matches texts; of a text that was matched before the match is remembered."""

    def __init__(self, reconciler: Reconciler, choices: Choices | None = None) -> None:
        self._candidates = reconciler.candidates
        self.choices = choices or {}
        self._found: Callable[[str, str], Match] = lru_cache(_REMEMBERED)(self._find)

    def match(self, column: str, kind: str, text: str) -> Match:
        """Return what the text in a column of this kind names."""
        plain = " ".join(text.split())
        chosen = self.choices.get((column, plain))
        return Match(CHOSEN, chosen, score=100.0) if chosen else self._found(kind, plain)

    def _find(self, kind: str, text: str) -> Match:
        found = self._candidates(text, (kind,), _SHOWN)
        if not found:
            return Match(UNMATCHED)
        best = found[0]
        if best.match:
            return Match(MATCHED, best.iri, best.name, best.score)
        return Match(AMBIGUOUS, candidates=tuple(found))

    def find_kind(self, text: str, kinds: Sequence[str]) -> str:
        """Return the kind of the thing that a text surely names, or nothing."""
        found = self._candidates(" ".join(text.split()), tuple(kinds), 1)
        if not found or not found[0].match:
            return ""
        return kinds[0] if len(kinds) == 1 else found[0].kinds[0]
