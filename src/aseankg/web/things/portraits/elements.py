"""Portraits of the parts of plans: activities, strategies, areas, targets, projects, footnotes and the like.

The words as printed, where it stands, who has which role, when, by what it is measured, what the texts and we tie it
to, and what was reported of it. Not here: the whole plan (views), what was judged in full (compared).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aseankg.namespaces import DCTERMS, ID
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.things.facts import Description
from aseankg.web.things.portraits.portrait import Portrait, by_role, grouped, without_repeats
from aseankg.web.things.portraits.timeline import timeline_of

__all__ = ["Said", "element_portrait"]

_KNOWN = (
    "title", "number", "workPlanNumber", "timelineText", "venue", "indicator", "note", "focusArea",
    "implementsStrategy", "takenFrom", "mentions", "knownOnlyByReference", "theme",
)  # fmt: skip
_ONE_ROLE = ("actor", "predicate", "layer")


@dataclass(frozen=True)
class Said:
    """One value of a part of a plan, its name or words, and each row with a passage that says so."""

    value: str
    name: str
    title: str
    layer: str
    rows: Sequence[Row]


def element_portrait(found: Description) -> Portrait:
    """Return the portrait of a part of a plan or instrument."""
    iri = found.iri
    said = _said(rows_of("element-facts", thing=iri))
    strategies = said["implementsStrategy"]
    before, after = _neighbours(iri, rows_of("element-siblings", thing=iri))
    shown = {
        "said": said,
        "crumbs": [*without_repeats(rows_of("element-place", thing=iri), "above"), *_crumbs(strategies)],
        "before": before,
        "after": after,
        "actors": [(group[0], group) for group in grouped(by_role(rows_of("element-roles", thing=iri)), *_ONE_ROLE)],
        "parts": [(group[0]["kind"], group) for group in grouped(_parts(iri), "kind")],
        "crossrefs": without_repeats(rows_of("crossrefs", thing=iri), "crossref"),
        "reports": without_repeats(rows_of("reports", thing=iri), "element", "report"),
        "timeline": timeline_of(rows_of("dates", thing=iri)),
    }
    return Portrait("portraits/element.html", shown)


def _said(rows: Sequence[Row]) -> Mapping[str, Sequence[Said]]:
    """The values by the end of their property's IRI, and those of dcterms:subject as `theme`."""
    found: dict[str, list[Said]] = {name: [] for name in _KNOWN}
    for group in grouped(rows, "predicate", "value", "layer"):
        head = group[0]
        name = "theme" if head["predicate"] == DCTERMS.subject.value else re.split("[/#]", head["predicate"])[-1]
        found.setdefault(name, []).append(Said(head["value"], head["name"], head["title"], head["layer"], group))
    return found


def _crumbs(strategies: Sequence[Said]) -> list[Row]:
    return [{"above": one.value, "name": one.name, "title": one.title, "depth": ""} for one in strategies]


def _neighbours(iri: str, siblings: Sequence[Row]) -> tuple[Row | None, Row | None]:
    """The parts of the same kind before and after it in the text."""
    order = without_repeats(siblings, "sibling")
    place = next((number for number, row in enumerate(order) if row["sibling"] == iri), None)
    if place is None:
        return None, None
    return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None


def _parts(iri: str) -> list[Row]:
    """What belongs to it; of a work programme's area not the area itself under another property."""
    return [row for row in without_repeats(rows_of("element-parts", thing=iri), "part") if row["part"].startswith(ID)]
