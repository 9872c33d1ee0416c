"""What can be drawn of the rows of an answer: bars where they count something, a network where they tie things.

Where nothing can be drawn, words say why. Not here: SVG (templates) and how a network is laid out (static).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from aseankg.web.page.charts import cut
from aseankg.web.page.tables import Cell, Table
from aseankg.web.texts import N_

__all__ = ["MOST_BARS", "MOST_NODES", "Bars", "Group", "Mark", "Network", "bars_of", "network_of"]

MOST_BARS, MOST_NODES = 40, 300
_SERIES = 5  # the stylesheet has colours for as many
_LEFT, _WIDTH, _RIGHT, _THICK, _GAP = 270.0, 480.0, 70.0, 18.0, 8.0
_LONGEST = 40  # characters of a label
_NO_NUMBERS = N_("A chart needs a column of names and a column of numbers: here is no column of numbers.")
_NO_NAMES = N_("A chart needs a column of names and a column of numbers: here is no column of names or other words.")
_NO_THINGS = N_("A network needs two columns of things: here are fewer columns that hold IRIs.")
_NO_TIES = N_("No row ties one thing to another.")
_TRIPLE = ("subject", "predicate", "object")


@dataclass(frozen=True)
class Mark:
    """One bar: its series from 1, where it stands, what it counts."""

    series: int
    left: float
    top: float
    width: float
    end: float
    value: str


@dataclass(frozen=True)
class Group:
    """The bars of one row, beside its label."""

    label: str
    whole: str
    middle: float
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Bars:
    """A bar chart of the first rows; `left_out` is how many more there are, `problem` why there is none."""

    by: str = ""
    series: Sequence[str] = ()
    groups: Sequence[Group] = ()
    left_out: int = 0
    problem: str = ""
    width: float = _LEFT + _WIDTH + _RIGHT
    height: float = 0
    zero: float = _LEFT
    thick: float = _THICK


@dataclass(frozen=True)
class Network:
    """Things of the rows and the ties between them; `left_out` rows did not fit, `problem` says why there is none."""

    nodes: Sequence[dict[str, str]] = ()
    ties: Sequence[dict[str, str]] = ()
    left_out: int = 0
    problem: str = ""
    kinds: Sequence[str] = field(default_factory=list)


def bars_of(table: Table) -> Bars:
    """Return the chart of a table: a group of bars for each row, a bar for each of its columns of numbers."""
    numbers = [at for at in range(len(table.columns)) if _holds_numbers(table, at)][:_SERIES]
    words = [at for at in range(len(table.columns)) if at not in numbers and any(row[at].text for row in table.rows)]
    if not numbers or not words:
        return Bars(problem=_NO_NAMES if numbers else _NO_NUMBERS)
    rows = table.rows[:MOST_BARS]
    by = _telling(rows, words)
    values = [[_number(row[at]) for at in numbers] for row in rows]
    known = [value for row in values for value in row if value is not None]
    low, high = min(0.0, *known), max(0.0, *known)
    scale = _WIDTH / ((high - low) or 1)
    step = _THICK * len(numbers) + _GAP
    groups = []
    for down, (row, found) in enumerate(zip(rows, values, strict=True)):
        top = down * step + _GAP / 2
        label = " · ".join(row[at].shown for at in by)
        marks = [
            _mark(series, value, top, (low, scale), row[at])
            for series, (at, value) in enumerate(zip(numbers, found, strict=True), 1)
            if value is not None
        ]
        groups.append(Group(cut(label, _LONGEST), label, round(top + _THICK * len(numbers) / 2, 2), marks))
    return Bars(
        by=" · ".join(table.columns[at] for at in by),
        series=[table.columns[at] for at in numbers],
        groups=groups,
        left_out=table.count - len(rows),
        height=round(len(rows) * step, 2),
        zero=round(_LEFT - low * scale, 2),
    )


def _mark(series: int, value: float, top: float, scale: tuple[float, float], cell: Cell) -> Mark:
    low, unit = scale
    start = _LEFT + (min(value, 0.0) - low) * unit
    width = abs(value) * unit
    place = top + (series - 1) * _THICK
    return Mark(series, round(start, 2), round(place, 2), round(width, 2), round(start + width, 2), cell.text)


def _holds_numbers(table: Table, at: int) -> bool:
    given = [row[at] for row in table.rows if row[at].text]
    return bool(given) and all(cell.number and _number(cell) is not None for cell in given)


def _number(cell: Cell) -> float | None:
    try:
        found = float(cell.text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _telling(rows: Sequence[Sequence[Cell]], words: Sequence[int]) -> tuple[int, ...]:
    """The fewest columns that tell the rows apart, at most two; else the first."""
    for size in (1, 2):
        for chosen in combinations(words, size):
            if len({tuple(row[at].text for at in chosen) for row in rows}) == len(rows):
                return chosen
    return (words[0],)


def network_of(table: Table) -> Network:
    """Return the things of a table, tied in each row from column to column; a triple is one tie."""
    columns = [at for at in range(len(table.columns)) if any(row[at].whole for row in table.rows)]
    triples = tuple(table.columns) == _TRIPLE
    if len(columns) < 2:
        return Network(problem=_NO_THINGS)
    nodes: dict[str, dict[str, str]] = {}
    ties: dict[tuple[str, str, str], dict[str, str]] = {}
    left_out = 0
    for row in table.rows:
        tied = [*(_of_triple(row) if triples else _of_row(table, row, columns))]
        new = {cell.whole: cell for one, other, _ in tied for cell in (one, other) if cell.whole not in nodes}
        if len(nodes) + len(new) > MOST_NODES:
            left_out += 1
            continue
        nodes |= {iri: _node(cell) for iri, cell in new.items()}
        for one, other, words in tied:
            key = (one.whole, other.whole, words)
            ties.setdefault(key, {"source": one.whole, "target": other.whole, "label": words})
    if not ties:
        return Network(problem=_NO_TIES)
    return Network(list(nodes.values()), list(ties.values()), left_out + table.count - len(table.rows))


def _of_triple(row: Sequence[Cell]) -> Iterator[tuple[Cell, Cell, str]]:
    subject, predicate, value = row
    if subject.whole and value.whole:
        yield subject, value, predicate.shown


def _of_row(table: Table, row: Sequence[Cell], columns: Sequence[int]) -> Iterator[tuple[Cell, Cell, str]]:
    given = [at for at in columns if row[at].whole]
    for one, other in pairwise(given):
        if row[one].whole != row[other].whole:
            yield row[one], row[other], table.columns[other]


def _node(cell: Cell) -> dict[str, str]:
    return {"id": cell.whole, "label": cell.shown, "link": cell.link}
