"""Says what became of a table's names and figures: counts, and each different text with its rows and its candidates.

It is written as a table, which can be filled in and given back (`--choices`), and in words. Not here: matching.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aseankg.linking.matching import AMBIGUOUS, CHOSEN, MATCHED, UNMATCHED, Match
from aseankg.namespaces import shorten
from aseankg.reconcile import Candidate

__all__ = ["COLUMNS", "Entry", "Tally"]

COLUMNS = ("column", "text", "outcome", "rows", "first row", "IRI", "name", "score", "candidates")
_MOST = 20_000  # different texts that are told one by one
_IN_WORDS = 20  # of those, how many the summary shows
_ADVICE = (
    "The number behind a candidate is its score, of 100. Where you know what a name means, write its IRI into the "
    "column IRI of the report's table, and link again with --choices and that table."
)
_ORDER = {AMBIGUOUS: 0, UNMATCHED: 1, CHOSEN: 3, MATCHED: 4}  # what needs a person first; problems of figures between


@dataclass
class Entry:
    """One text in one column: what became of it, in how many rows, and in which first."""

    column: str
    text: str
    outcome: str
    match: Match
    first: int
    rows: int = 0


@dataclass
class Tally:
    """What became of each cell, counted while the rows go by."""

    rows: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    _entries: dict[tuple[str, str, str], Entry] = field(default_factory=dict)
    left_out: int = 0

    def take(self, column: str, text: str, match: Match, row: int) -> None:
        """Count what a cell of a row became."""
        self.counts.setdefault(column, Counter())[match.outcome] += 1
        key = (column, text, match.outcome)
        entry = self._entries.get(key)
        if entry is None:
            if len(self._entries) >= _MOST:
                self.left_out += 1
                return
            entry = self._entries[key] = Entry(column, text, match.outcome, match, row)
        entry.rows += 1

    def entries(self) -> list[Entry]:
        """Return what is told one by one: what a person has to look at comes first."""
        return sorted(self._entries.values(), key=lambda one: (_ORDER.get(one.outcome, 2), one.column, one.first))

    def table(self) -> Iterator[tuple[str | int | float, ...]]:
        """Yield the rows of the report, with COLUMNS."""
        for one in self.entries():
            found = one.match
            candidates = "; ".join(map(_candidate, found.candidates))
            score = round(found.score) if found.score else ""
            yield one.column, one.text, one.outcome, one.rows, one.first, found.iri, found.name, score, candidates

    def words(self) -> list[str]:
        """Return the report in Markdown, line by line: the counts, and what a person has to look at."""
        lines = [f"{self.rows:,} row{'' if self.rows == 1 else 's'} read.", ""]
        for column, counts in self.counts.items():
            told = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items(), key=_by_order))
            lines.append(f"- {column}: {told}")
        open_ones = [one for one in self.entries() if one.outcome not in (MATCHED, CHOSEN)]
        if open_ones:
            lines += ["", "To look at:", ""]
            lines += [f"- {_line(one)}" for one in open_ones[:_IN_WORDS]]
        if len(open_ones) > _IN_WORDS:
            lines.append(f"- and {len(open_ones) - _IN_WORDS:,} more texts, in the report's table")
        if any(one.outcome in (AMBIGUOUS, UNMATCHED) for one in open_ones):
            lines += ["", _ADVICE]
        if self.left_out:
            lines += ["", f"{self.left_out:,} cells are counted above only: the table tells {_MOST:,} different texts."]
        return lines


def _by_order(counted: tuple[str, int]) -> tuple[int, str]:
    return -_ORDER.get(counted[0], 2), counted[0]


def _candidate(one: Candidate) -> str:
    return f"{shorten(one.iri)} “{one.name}” {one.score:.0f}"


def _line(one: Entry) -> str:
    words: Sequence[str] = [_candidate(candidate) for candidate in one.match.candidates]
    hint = f": {' or '.join(words)}" if words else ""
    more = f" and {one.rows - 1:,} more" if one.rows > 1 else ""
    return f"{one.column} {one.text[:80]!r} (row {one.first}{more}), {one.outcome}{hint}"
