"""Asks the graph for a plan: its facts, its parts, the statements that its text makes, and what tells its parts apart.

Not here: how the plan is laid out (layout), filters (facets) and pages (views).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aseankg.namespaces import AKG, ID, RDF, RDFS, shorten
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.printed.facets import Mark
from aseankg.web.printed.layout import Element
from aseankg.web.printed.spans import Said

__all__ = [
    "Mention",
    "Plan",
    "elements_of",
    "marks_of",
    "mentions_of",
    "plans",
    "statements_of",
    "text_of",
    "unit_of",
    "units_of",
]

_UNITS = ("Activity", "ThematicArea")  # what a reader filters: the first kind that a plan has
_PLAIN = {"PlanElement", "Note", "Entity"}  # of a part that is of a closer kind as well
_FIRST = ("short", "name", "printed", "begins", "ends", "adopted", "page", "source")


@dataclass(frozen=True)
class Plan:
    """A plan or instrument; what is not known of it is empty."""

    iri: str
    kind: str  # Plan or Instrument
    short: str
    name: str
    printed: str = ""
    begins: str = ""
    ends: str = ""
    adopted: str = ""
    page: str = ""
    source: str = ""
    adopters: Sequence[str] = ()
    publishers: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict)  # of a kind: how many parts

    @property
    def slug(self) -> str:
        """The end of its IRI."""
        return self.iri.rpartition("/")[2]

    @property
    def source_slug(self) -> str:
        """The end of the IRI of the source that holds its text."""
        return self.source.removeprefix(f"{ID}source/") if self.source.startswith(f"{ID}source/") else ""


@dataclass(frozen=True)
class Mention:
    """What another text says of a part: the property, the value, and the words."""

    word: str
    value: str
    label: str
    passage: str
    exact: str
    said_in: str  # the plan whose text has the words
    inverse: bool


def plans(counted: bool = True) -> list[Plan]:
    """Return the plans and instruments, plans first, with their parts `counted`."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows_of("plan-counts") if counted else ():
        counts[row["plan"]][_last(row["kind"])] = int(row["count"])
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of("plans"):
        groups[row["plan"]].append(row)
    found = [_plan(iri, rows, counts[iri]) for iri, rows in groups.items()]
    return sorted(found, key=lambda plan: (plan.kind != "Plan", not plan.source, plan.name))


def _plan(iri: str, rows: Sequence[Row], counts: Mapping[str, int]) -> Plan:
    first = {name: next((row[name] for row in rows if row[name]), "") for name in _FIRST}
    first["name"] = first["name"] or first["printed"] or first["short"] or shorten(iri)
    first["short"] = first["short"] or first["name"]
    several = [sorted({row[name] for row in rows if row[name]}) for name in ("adopter", "publisher")]
    kind = "Plan" if any(_last(row["kind"]) == "Plan" for row in rows) else "Instrument"
    return Plan(iri, kind, **first, adopters=several[0], publishers=several[1], counts=counts)


def elements_of(plan: str) -> dict[str, Element]:
    """Return the parts of a plan and the strategies of its activities, by IRI."""
    said: defaultdict[str, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows_of("plan-elements", plan=plan):
        said[row["element"]][row["property"]].append(row)
    return {iri: _element(iri, properties) for iri, properties in said.items()}


def _element(iri: str, properties: Mapping[str, Sequence[Row]]) -> Element:
    def first(property_: str) -> str:
        return next((row["value"] for row in properties.get(property_, ())), "")

    kinds = [_last(row["value"]) for row in properties.get(RDF.type.value, ())]
    order = first(AKG.order.value)
    return Element(
        iri,
        next((kind for kind in kinds if kind not in _PLAIN), next(iter(kinds), "")),
        first(RDFS.label.value),
        first(AKG.partOf.value),
        first(AKG.number.value),
        first(AKG.title.value),
        int(order) if order.isdecimal() else 0,
        first(AKG.implementsStrategy.value),
        first(AKG.inKeyResultArea.value),
        all(row["layer"] == "curated" for row in properties.get(RDF.type.value, ())),
    )


def units_of(elements: Mapping[str, Element]) -> list[str]:
    """Return the parts that a reader filters, activities where there are any, in the order of the plan."""
    for kind in _UNITS:
        found = [one for one in elements.values() if one.kind == kind]
        if found:
            return [one.iri for one in sorted(found, key=lambda one: (one.parent, one.order, one.iri))]
    return []


def text_of(plan: str) -> str:
    """Return the stored text of a plan, empty where there is none."""
    return next((row["text"] for row in rows_of("plan-text", plan=plan)), "")


def statements_of(plan: str) -> list[Said]:
    """Return every statement that rests on the text of a plan, in the order of the words."""
    return [_said(row) for row in rows_of("plan-statements", plan=plan)]


def _said(row: Row) -> Said:
    words = ("subject", "predicate", "word", "label", "layer", "column", "written", "reason", "passage", "exact")
    return Said(
        value=row["object"],
        actor=row["actor"] == "true",
        start=int(row["start"]),
        end=int(row["end"]),
        **{name: row[name] for name in words},
    )


def marks_of(plan: str, elements: Mapping[str, Element], units: Sequence[str]) -> list[Mark]:
    """Return what the units of a plan, with the parts below them, can be filtered by."""
    found = [mark for row in rows_of("plan-roles", plan=plan) for mark in _role(row, elements, units)]
    dates: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows_of("plan-marks", plan=plan):
        unit = unit_of(row["element"], elements, units)
        kind = _last(row["property"])
        if kind in ("startDate", "endDate"):
            dates[unit][kind] = row["value"][:4]
        elif unit and _scheme(row["value"]):
            found.append(
                Mark(unit, _scheme(row["value"]), row["value"], "", "stated" if kind != "subject" else "alignment")
            )
    for unit in units:
        found += [Mark(unit, "year", year, "", "stated") for year in _years(dates[unit])]
    return list(dict.fromkeys(found))


def _role(row: Row, elements: Mapping[str, Element], units: Sequence[str]) -> list[Mark]:
    unit = unit_of(row["element"], elements, units)
    facet = "body" if _last(row["kind"]) == "Body" else "country"
    how = row["column"] or row["word"]
    return [Mark(unit, facet, row["actor"], how, row["layer"])] if unit else []


def _scheme(iri: str) -> str:
    """Return the facet of a concept by its scheme; empty for one that is none."""
    return {"focus-area": "focus", "theme": "theme"}.get(iri.removeprefix(f"{ID}concept/").partition("/")[0], "")


def _years(dates: Mapping[str, str]) -> list[str]:
    """Return each year from the first to the last, or the mark of what has no date."""
    years = [int(year) for year in dates.values() if year.isdecimal()]
    return [str(year) for year in range(min(years), max(years) + 1)] if years else ["none"]


def unit_of(iri: str, elements: Mapping[str, Element], units: Sequence[str]) -> str:
    """Return the unit that a part is or lies below, empty where there is none."""
    seen: set[str] = set()
    while iri and iri not in seen:
        if iri in units:
            return iri
        seen.add(iri)
        iri = elements[iri].parent if iri in elements else ""
    return ""


def mentions_of(plan: str) -> dict[str, list[Mention]]:
    """Return what the texts of other plans say of each part of a plan."""
    found: defaultdict[str, list[Mention]] = defaultdict(list)
    for row in rows_of("plan-mentions", plan=plan):
        label = row["label"] or row["value"]
        found[row["element"]].append(
            Mention(
                row["word"], row["value"], label, row["passage"], row["exact"], row["textOf"], row["direction"] == "by"
            )
        )
    return found


def _last(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
