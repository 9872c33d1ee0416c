"""Where marks of a drawing stand: a scale of days, a scale of counts, the ticks of both, the steps of a heat map.

Pure arithmetic, in the units of the drawing; and words cut to the room that they have, there and in headings. Not here:
what is drawn (views), and the SVG (templates).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["STEPS", "Days", "Part", "cut", "nice_ticks", "parts_of", "step_of"]

STEPS = 5  # of a heat map; the stylesheet has a class for each


@dataclass(frozen=True)
class Days:
    """A scale of whole years: from the first of January of `first` to the last of December of `last`."""

    first: int
    last: int
    left: float
    width: float

    @classmethod
    def over(cls, days: Iterable[date], left: float, width: float) -> Days:
        """Return the scale that holds all of the days; of this millennium's first year where there are none."""
        years = sorted({day.year for day in days}) or [2001]
        return cls(years[0], years[-1], left, width)

    def at(self, day: date) -> float:
        """Return where a day begins.

        >>> Days(2017, 2018, 100, 730).at(date(2018, 1, 1))
        465.0
        """
        begin = date(self.first, 1, 1)
        whole = (date(self.last, 12, 31) - begin).days + 1
        return round(self.left + self.width * (day - begin).days / whole, 2)

    def span(self, first: date, last: date) -> tuple[float, float]:
        """Return where the time from the begin of one day to the end of another stands, and how wide it is."""
        left = self.at(first)
        right = self.left + self.width if last == date.max else self.at(last + timedelta(days=1))
        return left, round(max(right - left, 0.0), 2)

    def years(self) -> list[tuple[int, float]]:
        """Return each year with where it begins."""
        return [(year, self.at(date(year, 1, 1))) for year in range(self.first, self.last + 1)]


@dataclass(frozen=True)
class Part:
    """One part of a bar that is put together: of which series (from 1), how much, where it begins, how long it is."""

    series: int
    count: int
    left: float
    width: float


def parts_of(counts: Sequence[int], unit: float, left: float = 0.0) -> list[Part]:
    """Return the parts of a bar one after the other, `unit` long for each of a count; none for a count of 0."""
    found = []
    for series, count in enumerate(counts, 1):
        if count:
            found.append(Part(series, count, round(left, 2), round(count * unit, 2)))
            left += count * unit
    return found


def nice_ticks(most: int, about: int = 5) -> list[int]:
    """Return whole numbers from 0 that reach `most`, evenly spaced by 1, 2 or 5 times a power of ten.

    >>> nice_ticks(23)
    [0, 5, 10, 15, 20, 25]
    """
    rough = max(most, 1) / about
    power = 10 ** max(math.floor(math.log10(rough)), 0)
    step = next(int(power * one) for one in (1, 2, 5, 10) if power * one >= rough)
    return list(range(0, step * math.ceil(max(most, 1) / step) + 1, step))


def step_of(count: int, most: int) -> int:
    """Return the step of a heat map for a count: 0 for none, 1 to STEPS for others; `most` has the last.

    By the root, so that small counts differ too.
    """
    if count <= 0 or most <= 0:
        return 0
    return min(STEPS, max(1, math.ceil(STEPS * math.sqrt(count / most) - 1e-9)))


def cut(words: str, most: int) -> str:
    """Return words cut at the end of one, with an ellipsis, so that they have no more characters than `most`.

    >>> cut("Regional conference to share", 20)
    'Regional conference…'
    """
    if len(words) <= most:
        return words
    head = words[:most]
    return (head.rpartition(" ")[0] or head[: most - 1]).rstrip(" ,;:") + "…"
