"""The things that somebody else's name may mean, with all that each is called and how much that says.

Read from the rows of queries/reports/spellings.rq and, for countries, the CLDR. Not here: what is like a text
(matching).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aseankg.namespaces import AKG, ID
from aseankg.reconcile.countries import languages_of, names_of
from aseankg.reconcile.spellings import ends_of

__all__ = ["KINDS", "Kind", "Name", "Thing", "names_of_rows"]

_LONGEST = 1_000  # characters of a name; what is longer is found by its other names
_LONGEST_PLAN = 60  # characters of a plan's name that is said with a part: "Activity 5 (Regional Action Plan)"


@dataclass(frozen=True)
class Kind:
    """A type that a table's names may be of: the IRI of its class or scheme, and what it is called."""

    iri: str
    name: str


KINDS: Mapping[str, Kind] = {
    "body": Kind(AKG.Body.value, "Body"),
    "country": Kind(AKG.Country.value, "Country"),
    "plan": Kind(AKG.Plan.value, "Plan or instrument"),
    "activity": Kind(AKG.Activity.value, "Activity"),
    "thematic-area": Kind(AKG.ThematicArea.value, "Thematic area"),
    "strategy": Kind(AKG.Strategy.value, "Strategy"),
    "theme": Kind(f"{ID}concept/theme", "Theme"),
    "indicator": Kind(f"{ID}concept/indicator", "Indicator"),
}
_KIND_OF_CLASS = {kind.iri: name for name, kind in KINDS.items()} | {
    AKG.Instrument.value: "plan",
    AKG.PerformanceIndicator.value: "indicator",
}
_WAYS = {
    "label": "name", "preferred": "name", "title": "name", "name": "name", "reading": "reading", "acronym": "acronym",
    "alpha-2": "code", "code": "code", "identifier": "identifier", "close": "close",
}  # fmt: skip
_DESCRIBING = ("title", "preferred", "definition")  # the first of them that is not its name


@dataclass(frozen=True)
class Thing:
    """A thing with its name, the types that it is of (none: it only makes a name ambiguous), and what describes it."""

    iri: str
    name: str
    kinds: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Name:
    """What a thing is called, and in which way: `name`, `acronym`, `code`, `identifier`, `close` or `reading`.

    A code may be another thing's word as well. An identifier is an IRI of others for the same; `close` is one for
    something much like it. A `reading` is a name that nobody says is the thing's, but we read so.
    """

    thing: Thing
    text: str
    way: str


_Row = Sequence[Any]


def names_of_rows(rows: Iterable[_Row]) -> list[Name]:
    """Return all names of the things of the rows (thing, class, role, value), each once."""
    rows = list(rows)
    rows_of: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        rows_of[row[0].value].append(row)
    things = {iri: _thing(iri, own) for iri, own in rows_of.items()}
    names = [name for iri, thing in things.items() for name in _own_names(thing, rows_of[iri])]
    names += _native_names(things, {row[0].value: row[3].value for row in rows if row[2].value == "alpha-2"})
    names += list(_with_other_plan_names(names))
    return [name for name in dict.fromkeys(names) if name.text and len(name.text) <= _LONGEST]


def _thing(iri: str, rows: Sequence[_Row]) -> Thing:
    values: dict[str, str] = {}
    for _, _, role, value in rows:
        values.setdefault(role.value, value.value)
    name = values.get("label") or values.get("preferred") or iri.removeprefix(ID)
    described = (values[role] for role in _DESCRIBING if values.get(role, name) != name)
    classes = {row[1].value for row in rows} | {iri.rpartition("/")[0]}  # the scheme of a concept is in its IRI
    kinds = {_KIND_OF_CLASS[each] for each in classes if each in _KIND_OF_CLASS}
    return Thing(iri, name, tuple(kind for kind in KINDS if kind in kinds), next(described, ""))


def _own_names(thing: Thing, rows: Sequence[_Row]) -> Iterator[Name]:
    if "plan" in thing.kinds:
        yield Name(thing, thing.iri.rpartition("/")[2], "name")
    for _, _, role, value in rows:
        way = _WAYS.get(role.value)
        if way is None:
            continue
        yield Name(thing, value.value, way)
        if way in ("identifier", "close"):
            yield from (Name(thing, end, "code" if way == "identifier" else way) for end in ends_of(value.value))


def _native_names(things: Mapping[str, Thing], codes: Mapping[str, str]) -> Iterator[Name]:
    languages = languages_of(codes.values()) if codes else []
    for iri, code in codes.items():
        yield from (Name(things[iri], name, "name") for name in names_of(code, languages))


def _with_other_plan_names(names: Sequence[Name]) -> Iterator[Name]:
    """ "Activity 5 (RAP)" is also Activity 5 (Regional Action Plan)."""
    plans: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        if "plan" in name.thing.kinds and len(name.text) <= _LONGEST_PLAN and name.way in ("name", "acronym"):
            plans[name.thing.name].add(name.text)
    for name in names:
        found = re.fullmatch(r"(.+) \((.+)\)", name.text)
        if found and name.text == name.thing.name:
            yield from (Name(name.thing, f"{found[1]} ({plan})", "name") for plan in sorted(plans.get(found[2], ())))
