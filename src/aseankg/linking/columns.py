"""Finds out what each column of a table holds, by its head and by its cells, and says how sure that is and why.

Nothing is guessed in silence: what is found is shown before any work is done, and the caller can say it otherwise. Not
here: how a name is matched (aseankg.reconcile).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from aseankg.errors import UsageError, suggest
from aseankg.linking.cells import find_number, find_period, find_sex, is_age, is_missing
from aseankg.linking.reading import Table
from aseankg.reconcile import KINDS

__all__ = ["HOLDS", "Column", "heads_of", "read_columns"]

# What a column may hold beside the kinds of things that names are matched with.
HOLDS: Mapping[str, str] = {
    "year": "a year, month or day",
    "sex": "a sex",
    "age": "an age",
    "measure": "figures",
    "unit": "the unit of the figures",
    "dimension": "what tells figures apart, such as a sector",
    "text": "words or figures that are kept as they are",
    "ignore": "nothing that is to be read",
}
_HEADS: Mapping[str, str] = {
    "country": "country|countries|economy|nation|member state|ams|location|geo|geography|ref area|reference area|"
    "country name|country code|iso|iso3|iso2|iso code|m49|host country|lead country|area name|country or area",
    "body": "body|organisation|organization|agency|institution|sectoral body|responsible body|committee|lead body",
    "plan": "plan|work plan|work programme|programme|action plan",
    "activity": "activity|planned activity|activity number",
    "thematic-area": "thematic area|priority area",
    "strategy": "strategy",
    "theme": "theme|topic|subject",
    "indicator": "indicator|indicator name|indicator code|series|series name|statistical indicator",
    "year": "year|time|period|date|time period|ref period|reference period|reference year",
    "sex": "sex|gender",
    "age": "age|age group|age band",
    "measure": "value|values|obs value|observation value|figure|number|rate|percent|percentage|share|amount|total",
    "unit": "unit|units|unit measure|unit of measure|unit of measurement|measurement unit|uom",
    "dimension": "classif1|classif2|sector|industry|occupation|economic activity|education|disability|status|"
    "status in employment|frequency|freq|urbanisation|urbanization|geographical coverage",
    "text": "source|note|notes|comment|comments|remark|remarks|footnote|obs status|observation status|description",
}  # fmt: skip
_KNOWN = {head: holds for holds, heads in _HEADS.items() for head in heads.split("|")}
_LOOKED_AT, _DIFFERENT = 1_000, 60  # rows, and different values of a column, from which it is told what it holds
_MOST, _HALF = 0.9, 0.5
_Matches = Callable[[str, Sequence[str]], str]


@dataclass(frozen=True)
class Column:
    """A column: its head, what it holds, how sure that is (said, sure, likely, unsure) and why.

    `period` is the year that its head names, of whose figures it is.
    """

    head: str
    holds: str
    sure: str
    why: str
    period: str = ""

    @property
    def is_linked(self) -> bool:
        """Whether its cells are names of things in the graph."""
        return self.holds in KINDS


def heads_of(columns: Sequence[Column]) -> list[tuple[str, ...]]:
    """Return the heads of the linked table by column: its own, and two more where it is linked; each head once."""
    taken = {column.head for column in columns}
    return [
        (column.head, *(_free(f"{column.head} ({added})", taken) for added in ("IRI", "match") if column.is_linked))
        for column in columns
    ]


def _free(head: str, taken: set[str]) -> str:
    name, again = head, 1
    while name in taken:
        again += 1
        name = f"{head} ({again})"
    taken.add(name)
    return name


def read_columns(table: Table, said: Mapping[str, str], find_kind: _Matches) -> list[Column]:
    """Return what each column holds: what the caller says (`said`, by head), else what it seems to be.

    `find_kind` says of which kind the thing is that a text, in one of some kinds or in any, surely names, or nothing.
    Raises UsageError for a column or a kind that there is not.
    """
    known = {head.casefold(): head for head in table.heads}
    given = {_head(name, known): _kind(name, holds) for name, holds in said.items()}
    values = _values(table)
    found = [
        _said(head, given[head]) if head in given else _Guess(head, values[at], table.heads, find_kind).column()
        for at, head in enumerate(table.heads)
    ]
    return _with_measures(found)


def _head(name: str, known: Mapping[str, str]) -> str:
    if name.casefold() not in known:
        listed = ", ".join(map(repr, islice(known.values(), 20)))
        raise UsageError(f"No column is called {name!r}.{suggest(name, known.values())} There are {listed}.")
    return known[name.casefold()]


def _kind(name: str, holds: str) -> str:
    every = (*KINDS, *HOLDS)
    if holds not in every:
        raise UsageError(f"{name}={holds}: a column holds one of {', '.join(every)}.{suggest(holds, every)}")
    return holds


def _said(head: str, holds: str) -> Column:
    period = find_period(head) if holds == "measure" else None
    return Column(head, holds, "said", "as you say", period.text if period else "")


def _values(table: Table) -> list[list[str]]:
    """Different values of each column, in the order of the table."""
    found: list[dict[str, None]] = [{} for _ in table.heads]
    for row in islice(table.rows(), _LOOKED_AT):
        for cell, seen in zip(row.cells, found, strict=True):
            if len(seen) < _DIFFERENT and not is_missing(cell):
                seen[cell] = None
    return [list(seen) for seen in found]


class _Guess:
    """What a column seems to hold."""

    def __init__(self, head: str, values: Sequence[str], heads: Sequence[str], find_kind: _Matches) -> None:
        self._head = head
        self._values = values
        self._heads = heads
        self._find_kind = find_kind

    def column(self) -> Column:
        label = self._head.lower().removesuffix(".label")
        if label != self._head.lower() and label in map(str.lower, self._heads):
            return self._as("text", "sure", f"it holds the words for the codes of {label!r}")
        if not self._values:
            return self._as("text", "unsure", "it is empty")
        period, figures = find_period(self._head), self._share(find_number)
        if period and figures >= _HALF:
            sure = "sure" if figures >= _MOST else "likely"
            return replace(self._as("measure", sure, f"figures of {period.text}{_but(figures)}"), period=period.text)
        holds = _KNOWN.get(_plain(self._head), "")
        return self._by_head(holds) if holds else self._by_cells()

    def _as(self, holds: str, sure: str, why: str) -> Column:
        return Column(self._head, holds, sure, why)

    def _share(self, fits: Callable[[str], object]) -> float:
        return sum(bool(fits(value)) for value in self._values) / len(self._values)

    def _by_head(self, holds: str) -> Column:
        if holds in KINDS:
            return self._by_names(holds)
        fits: Mapping[str, Callable[[str], object]] = {
            "year": find_period, "sex": find_sex, "measure": find_number,
        }  # fmt: skip
        share = self._share(fits[holds]) if holds in fits else 1.0
        if share >= _HALF:
            return self._as(holds, "sure" if share >= _MOST else "likely", f"its head{_said_of(share)}")
        return self._as("text", "unsure", f"its head means {HOLDS[holds]}, and most cells hold none")

    def _by_names(self, kind: str) -> Column:
        known = sum(self._find_kind(value, (kind,)) == kind for value in self._values)
        counted = f"{known} of {len(self._values)} different values are known"
        if not known:  # a place or an indicator tells figures apart, whoever knows it
            holds = kind if kind in ("country", "indicator") else "text"
            return self._as(holds, "unsure", f"its head means {kind}, and {counted}")
        return self._as(kind, "sure" if known >= _HALF * len(self._values) else "likely", f"its head, and {counted}")

    def _by_cells(self) -> Column:
        if self._share(find_sex) >= _MOST:
            return self._as("sex", "likely", "its cells")
        if self._share(is_age) >= _MOST:
            return self._as("age", "likely", "its cells")
        if self._share(find_period) >= _MOST:
            return self._as("year", "likely", "its cells")
        if self._share(find_number) >= _MOST:
            return self._as("measure", "likely", "its cells are figures")
        kinds = [kind for kind in (self._find_kind(value, ()) for value in self._values) if kind]
        kind = max(set(kinds), key=kinds.count, default="")
        if kinds.count(kind) > _HALF * len(self._values):
            known = f"{kinds.count(kind)} of {len(self._values)} different values are known"
            return self._as(kind, "likely", f"its cells: {known}")
        figures = self._share(find_number)
        return self._as("text", "unsure" if figures >= _HALF else "likely", f"its cells are words{_but(figures)}")


def _said_of(share: float) -> str:
    return " and its cells" if share >= _MOST else f", and {share:.0%} of its different values"


def _but(figures: float) -> str:
    """What to add where some different values are figures, and others are none."""
    return f"; {figures:.0%} of its different values are figures" if 0 < figures < _MOST else ""


def _with_measures(columns: list[Column]) -> list[Column]:
    """Figures are only figures of something: where no column says of which place or time, they are kept as they are.

    A year in the head of a column says so, but where there is a column of years, too.
    """
    dated = any(column.holds == "year" for column in columns)
    columns = [replace(column, period="") if dated else column for column in columns]
    told = dated or any(column.is_linked for column in columns)
    years = any(column.period for column in columns)
    return [
        replace(column, holds="text", why="figures, and nothing says of when" if years else "figures of nothing told")
        if column.holds == "measure" and column.sure != "said" and (not column.period if years else not told)
        else column
        for column in columns
    ]


def _plain(head: str) -> str:
    """A head in lower case, without signs and what stands in brackets.

    >>> _plain("OBS_VALUE"), _plain("Country (ISO)"), _plain("Thematic-area")
    ('obs value', 'country', 'thematic area')
    """
    return " ".join(re.findall(r"\w+", re.sub(r"\(.*?\)", "", head.casefold()).replace("_", " ")))
