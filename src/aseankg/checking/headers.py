"""Finds out what the columns of a table hold, by their heads: whatever the case, in one or many, by common words.

A head that is not known is named, and its column is shown and kept, but not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aseankg.errors import DataError, nearest
from aseankg.sources import Column

__all__ = ["HOLDS", "Head", "read_heads"]

# What a column may hold: the head that the template gives it, and other heads that are read so.
HOLDS: Mapping[str, tuple[str, ...]] = {
    "number": ("Number", "No", "Nr", "#", "Id", "Activity number", "Ref", "Reference"),
    "title": (
        "Title", "Activity", "Action", "Name", "Description", "Activity title", "Planned activity", "Project",
        "Intervention", "Key Result Areas, Strategies and Activities",
    ),
    "kind": ("Kind", "Type", "Level", "Element"),
    "part of": ("Part of", "Parent", "Belongs to", "Under"),
    "strategy": ("Strategy", "Implements strategy"),
    "kra": ("Key result area", "KRA", "Result area", "Pillar", "Priority area", "Outcome"),
    "focus": ("Focus area", "Focus", "Type of activity", "Type of action"),
    "lead": (
        "Lead", "Lead country", "Lead body", "Lead actor", "Lead agency", "Led by", "In charge", "Responsible",
        "Responsible body", "Lead Country in SLOM", "Coordinator",
    ),
    "contributing": (
        "Contributing body", "Contributing sectoral body", "Contributor", "Partner", "Collaborator", "With",
        "Supporting body", "Other bodies",
    ),
    "timeline": ("Timeline", "Timeline of implementation", "Timeframe", "Date", "When", "Period", "Year", "Schedule"),
    "indicator": ("Indicator", "Key performance indicator", "Performance indicator", "KPI", "Measure", "Output"),
}  # fmt: skip
_ALIKE = 88  # of 100


@dataclass(frozen=True)
class Head:
    """A column: its head as it stands, what it holds (empty: it is not read), and how that was found."""

    words: str
    holds: str = ""
    how: str = ""

    @property
    def column(self) -> Column:
        """The column as the readers of cells know it."""
        more = _COLUMNS[self.holds]
        return Column.model_validate({"header": self.words, **more})


_COLUMNS: Mapping[str, Mapping[str, object]] = {
    "timeline": {"holds": "timeline"},
    "indicator": {"holds": "indicator"},
    "focus": {"holds": "concept", "property": "focusArea", "scheme": "focus-area"},
}


def read_heads(heads: Sequence[str], name: str) -> list[Head]:
    """Return the columns in order; of two heads with one meaning the first is read.

    Raises DataError where no column holds titles.
    """
    known = {_plain(word): holds for holds, words in HOLDS.items() for word in words}
    found: list[Head] = []
    for words in heads:
        head = _read(words, known)
        taken = next((one for one in found if head.holds and one.holds == head.holds), None)
        found.append(Head(words, "", f"not read: {taken.words!r} holds the same") if taken else head)
    if not any(head.holds == "title" for head in found):
        listed = ", ".join(repr(word) for word in heads[:12])
        words = (
            f"has no column of titles: found {listed}. Name one of them {' or '.join(map(repr, HOLDS['title'][:3]))}"
        )
        raise DataError(f"{words}; the template shows all columns.", name, 1)
    return found


def _read(words: str, known: Mapping[str, str]) -> Head:
    plain = _plain(words)
    if plain in known:
        return Head(words, known[plain], "by its head")
    close = _close(plain, known) if plain else ""
    if close:
        return Head(words, known[close], f"its head is like {close!r}")
    near = nearest(words, [names[0] for names in HOLDS.values()], 1) if plain else []
    return Head(words, "", f"not read; did you mean {near[0]!r}?" if near else "not read")


def _close(plain: str, known: Mapping[str, str]) -> str:
    from rapidfuzz import fuzz, process  # only for a head that no table knows

    best = process.extractOne(plain, list(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return str(best[0]) if best else ""


def _plain(words: str) -> str:
    """Words in lower case and in the singular, without signs.

    >>> _plain("Key Performance Indicators (KPIs)"), _plain("Contributing Bodies:")
    ('key performance indicator kpi', 'contributing body')
    """
    found = re.findall(r"\w+|#", words.casefold().replace("_", " "))
    return " ".join(
        re.sub(r"ies$", "y", word) if word.endswith("ies") else re.sub(r"(?<=[^s])s$", "", word) for word in found
    )
