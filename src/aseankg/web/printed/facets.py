"""Narrows the rows of a plan by what a reader picks, and counts what else could be picked.

Each facet takes one value; several facets together narrow further. The count beside a value is what would be left if
it were picked with the others as they are. Not here: what the rows are marked with (plans).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["FACETS", "Choice", "Mark", "choices", "how_marked", "narrow"]

FACETS = ("body", "country", "focus", "year", "theme")
_MOST_YEARS = 100  # of one row; a date that is wrong must not make a page of chips


@dataclass(frozen=True)
class Mark:
    """One mark of a row: the facet, the value, how it is printed, and the layer that says so."""

    unit: str
    facet: str
    value: str
    how: str
    layer: str


@dataclass(frozen=True)
class Choice:
    """A value to pick: how many rows it would leave, if it is picked, and in how many rows we read a role."""

    value: str
    count: int
    chosen: bool
    read: int


def narrow(units: Sequence[str], marks: Sequence[Mark], picked: Mapping[str, str]) -> list[str]:
    """Return the units that have every picked value.

    >>> marks = [Mark("1", "body", "slom", "", ""), Mark("2", "body", "acwc", "", "")]
    >>> narrow(["1", "2"], marks, {"body": "acwc"})
    ['2']
    """
    having = {(mark.unit, mark.facet, mark.value) for mark in marks}
    return [unit for unit in units if all((unit, facet, value) in having for facet, value in picked.items())]


def choices(units: Sequence[str], marks: Sequence[Mark], picked: Mapping[str, str]) -> dict[str, list[Choice]]:
    """Return the values of each facet that could narrow the rows, most rows first; years in their order."""
    found = {facet: _choices(facet, units, marks, picked) for facet in FACETS}
    return {facet: values for facet, values in found.items() if values}


def _choices(facet: str, units: Sequence[str], marks: Sequence[Mark], picked: Mapping[str, str]) -> list[Choice]:
    others = {name: value for name, value in picked.items() if name != facet}
    left = set(narrow(units, marks, others))
    own = [mark for mark in marks if mark.facet == facet]
    counts = Counter(value for _, value in {(mark.unit, mark.value) for mark in own if mark.unit in left})
    if not picked.get(facet) and len(counts) < 2:
        return []  # nothing to choose between
    read = Counter(
        value for _, value in {(one.unit, one.value) for one in own if one.layer == "curated" and one.unit in left}
    )
    values = [Choice(value, count, picked.get(facet) == value, read[value]) for value, count in counts.items()]
    if picked.get(facet) and picked[facet] not in counts:
        values.append(Choice(picked[facet], 0, True, 0))
    if facet == "year":
        return sorted(values, key=lambda one: one.value)[:_MOST_YEARS]
    return sorted(values, key=lambda one: (-one.count, one.value))


def how_marked(units: Sequence[str], marks: Sequence[Mark], facet: str, value: str) -> list[tuple[str, str, int]]:
    """Return how the units that have a value are marked with it: the words, the layer, and in how many units."""
    own = {(mark.how, mark.layer, mark.unit) for mark in marks if (mark.facet, mark.value) == (facet, value)}
    counts = Counter((how, layer) for how, layer, unit in own if unit in units)
    return sorted(
        ((how, layer, count) for (how, layer), count in counts.items()), key=lambda one: (one[1] == "curated", -one[2])
    )
