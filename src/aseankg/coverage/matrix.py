"""The table of a coverage: rows, columns, and in each cell how many elements there are and how that is known.

Not here: how the ties come out of the graph (ties), and how a table is printed (cli).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from aseankg.coverage.evidence import Evidence
from aseankg.coverage.ties import Tie
from aseankg.errors import UsageError, suggest
from aseankg.namespaces import shorten

if TYPE_CHECKING:
    import pandas

__all__ = ["Cell", "Coverage", "Head", "find_head", "get_head"]


@dataclass(frozen=True)
class Head:
    """The head of a row or column: the IRI (or the year, `no date`, `not held`), what people call it, and the words
    of its title where it is an element: a strategy or an area."""

    iri: str
    label: str
    title: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be asked for by: IRI, shortened IRI, last segment, label."""
        short = shorten(self.iri)
        return (self.iri, short, re.split("[/:]", short)[-1], self.label)


@dataclass(frozen=True)
class Cell:
    """How many distinct elements meet in a cell: `count` is `text` (a text says so) and `reading` (only we say so).

    `contested` and `judged_not` are counted beside, of elements that do not count. `how` counts the elements known in
    each way; an element known in two ways is in both.
    """

    count: int = 0
    text: int = 0
    reading: int = 0
    contested: int = 0
    judged_not: int = 0
    how: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Coverage:
    """A matrix; cells with nothing in them are not stored, and `at` gives an empty one."""

    by: str
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    ties: Mapping[tuple[str, str], Sequence[Tie]]
    evidence: Callable[[Iterable[Tie]], list[Evidence]] = field(repr=False)

    def __iter__(self) -> Iterator[tuple[Head, Head, Cell]]:
        """Yield row, column and cell, of the cells that hold anything, in the order of the matrix."""
        rows, columns = _places(self.rows), _places(self.columns)
        filled = ((rows[row], columns[column]) for row, column in self.ties if row in rows and column in columns)
        for row, column in sorted(filled):
            yield self.rows[row], self.columns[column], self.at(self.rows[row].iri, self.columns[column].iri)

    def at(self, row: str, column: str) -> Cell:
        """Return the counts where the row and the column of these IRIs meet."""
        return _cell(self.ties.get((row, column), ()))

    def get_heads(self, row: str, column: str) -> tuple[Head, Head]:
        """Return the row and the column that are called so, by IRI, slug or label; the other way round where that fits.

        Raises UsageError for a row or column that there is not, with the nearest names, and for a name of several.
        """
        fits = find_head(self.rows, row) and find_head(self.columns, column)
        if not fits and find_head(self.rows, column) and find_head(self.columns, row):
            row, column = column, row
        return get_head(self.rows, row, "row"), get_head(self.columns, column, "column")

    def cell(self, row: str, column: str) -> list[Evidence]:
        """Return what is behind a cell: each tie with its two passages; rows and columns as for `get_heads`."""
        here, there = self.get_heads(row, column)
        return self.evidence(self.ties.get((here.iri, there.iri), ()))

    def to_dict(self) -> dict[str, Any]:
        """Return the whole as documented in docs/coverage.md, to be written as JSON."""
        return {
            "by": self.by,
            "rows": [asdict(head) for head in self.rows],
            "columns": [asdict(head) for head in self.columns],
            "cells": [{"row": row.iri, "column": column.iri, **asdict(cell)} for row, column, cell in self],
        }

    def to_pandas(self) -> pandas.DataFrame:
        """Return the counts as a pandas DataFrame, labels as index and columns; needs `pip install aseankg[pandas]`."""
        import pandas

        counts = [[self.at(row.iri, column.iri).count for column in self.columns] for row in self.rows]
        heads = [head.label for head in self.columns]
        return pandas.DataFrame(counts, index=[head.label for head in self.rows], columns=heads)


def find_head(heads: Iterable[Head], name: str) -> Head | None:
    """Return the head that is called `name`, whatever the case, or None; an IRI goes before a label.

    Raises UsageError where several are called so, as areas of two plans with the same number.
    """
    wanted = name.casefold()
    ranked = [(place, head) for head in heads for place, known in enumerate(head.names) if known.casefold() == wanted]
    best = [head for place, head in ranked if place == min(ranked, key=lambda one: one[0])[0]]
    if len(best) > 1:
        raise UsageError(f"{name!r} may be {' or '.join(head.names[1] for head in best)}. Give one of these.")
    return best[0] if best else None


def get_head(heads: Sequence[Head], name: str, what: str) -> Head:
    """Return the head that is called `name`; UsageError with the nearest names when there is none."""
    found = find_head(heads, name)
    if found is None:
        known = [known for head in heads for known in head.names[2:]]
        listed = ", ".join(head.names[2] for head in heads[:12]) + (", …" if len(heads) > 12 else "")
        raise UsageError(f"No {what} {name!r}.{suggest(name, known)} There are {listed or 'none'}.")
    return found


def _places(heads: Iterable[Head]) -> dict[str, int]:
    return {head.iri: place for place, head in enumerate(heads)}


def _cell(ties: Sequence[Tie]) -> Cell:
    known: dict[str, set[str]] = {"text": set(), "reading": set(), "contested": set(), "judged_not": set()}
    how: dict[str, set[str]] = {}
    for tie in ties:
        known.setdefault(tie.known, set()).add(tie.element)
        if tie.known in ("text", "reading"):
            how.setdefault(tie.how, set()).add(tie.element)
    text, sure = known["text"], known["text"] | known["reading"]
    contested = known["contested"] - sure
    return Cell(
        len(sure), len(text), len(sure - text), len(contested), len(known["judged_not"] - sure - contested),
        {way: len(elements) for way, elements in sorted(how.items())},
    )  # fmt: skip
