"""Says on one screen what is covered: counts, plan by plan, and each finding in a sentence.

The findings are the stored questions with the keyword coverage, so that all who ask get the same. Not here: printing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from aseankg.catalogue import Query
from aseankg.coverage.matrix import Coverage, Head

__all__ = ["KEYWORD", "Ask", "Finding", "Overview", "count_findings", "is_finding"]

Ask = Callable[[str], tuple[Sequence[str], list[list[str]]]]  # columns and rows of the answer to a question
KEYWORD = "coverage"
_THINGS = ("element", "activity", "area", "thing")  # the column that holds what a finding is about
_SOME = 5
_SURE = ("through the text", "by our reading")  # said of every finding that has words for it, though there be none


@dataclass(frozen=True)
class Finding:
    """The answer to one stored question, counted: `count` distinct things, `by` each word of its column finding."""

    name: str
    title: str
    count: int
    by: Mapping[str, int] = field(default_factory=dict)
    things: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The finding in words."""
        if self.by:
            return f"{self.title}: " + ", ".join(f"{count or 'none'} {word}" for word, count in self.by.items()) + "."
        if not self.things:
            return f"{self.title}: none."
        more = f" and {len(self.things) - _SOME} more" if len(self.things) > _SOME else ""
        plans = {thing.partition("/")[0] for thing in self.things}
        shown = [thing.partition("/")[2] if len(plans) == 1 else thing for thing in self.things[:_SOME]]
        whole = f"{plans.pop()}: " if len(plans) == 1 else ""
        return f"{self.title}: {self.count} ({whole}{', '.join(shown)}{more})."


@dataclass(frozen=True)
class Overview:
    """The elements of each plan that count, the matrix of plans by plans, and the findings."""

    elements: Mapping[str, int]
    matrix: Coverage
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole as documented in docs/coverage.md."""
        return {
            "elements": dict(self.elements),
            "matrix": self.matrix.to_dict(),
            "findings": [
                {**asdict(one), "things": list(one.things), "sentence": one.sentence} for one in self.findings
            ],
        }

    def heads(self) -> tuple[Head, ...]:
        """The plans."""
        return self.matrix.rows


def is_finding(question: Query) -> bool:
    """Say whether a stored question is a finding of coverage."""
    return KEYWORD in question.front_matter.get("keywords", [])


def count_findings(questions: Iterable[Query], ask: Ask) -> tuple[Finding, ...]:
    """Return the findings; `ask` gives columns and rows of the answer to a question, as people read them."""
    return tuple(_finding(question, *ask(question.name)) for question in questions if is_finding(question))


def _finding(question: Query, columns: Sequence[str], rows: list[list[str]]) -> Finding:
    about = next((columns.index(name) for name in _THINGS if name in columns), 0)
    things = tuple(dict.fromkeys(row[about] for row in rows))
    words = [row[columns.index("finding")] for row in rows] if "finding" in columns else []
    by = {word: words.count(word) for word in (*_SURE, *sorted({*words} - {*_SURE}))} if words else {}
    return Finding(question.name, question.title, len(things), by, things)
