"""What the reconciliation service knows of the published build, read once: names, kinds, values of properties.

Not here: which properties there are and what they mean (properties).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from aseankg.catalogue import get_query
from aseankg.layout import resources
from aseankg.namespaces import ID
from aseankg.reconcile import KINDS, Reconciler, spellings_query
from aseankg.web.reconciling.properties import PROPERTIES
from aseankg.web.site import site

__all__ = ["Known", "Thing", "Value", "find_thing", "known"]

_NAMES = ("label", "full-name", "acronym", "title", "other-name")
_WORDS = ("title", "definition", "full-name")  # what tells more of a thing than its label, the first it has


@dataclass(frozen=True)
class Value:
    """One value of a property: its words; of a thing, IRI and name; of a literal, language and datatype."""

    text: str
    iri: str = ""
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Thing:
    """One thing that names can be matched to, with the values of its properties by their names."""

    iri: str
    kind: str
    values: Mapping[str, Sequence[Value]]

    @property
    def identifier(self) -> str:
        """Its identifier in this service: its IRI after the identifier space."""
        return self.iri.removeprefix(ID)

    @property
    def name(self) -> str:
        """What the graph calls it."""
        return self.values["label"][0].text

    @property
    def words(self) -> str:
        """A line that tells more than its name, empty where there is none."""
        texts = (value.text for name in _WORDS for value in self.values.get(name, ()))
        return next((text for text in texts if text != self.name), "")

    @property
    def names(self) -> Sequence[str]:
        """All that it is called, its label first."""
        return list(dict.fromkeys(value.text for name in _NAMES for value in self.values.get(name, ())))


@dataclass(frozen=True)
class Known:
    """The matcher of names, the things by IRI, and the properties that things of each kind have."""

    reconciler: Reconciler
    things: Mapping[str, Thing]
    properties: Mapping[str, Sequence[str]]


def known() -> Known:
    """Return what is known of the build that is answered from."""
    return site().of_build("reconciling", _read)


def find_thing(iri: str) -> Thing | None:
    """Return the thing with this IRI, or None where none that names are matched to has it."""
    return known().things.get(iri)


def _read() -> tuple[str, Known]:
    build, names = site().solutions(spellings_query())
    _, rows = site().solutions(get_query(resources() / "queries" / "pages", "reconcile-values"))
    things = _things(rows)
    having: defaultdict[str, set[str]] = defaultdict(set)
    for thing in things.values():
        having[thing.kind].update(thing.values)
    properties = {kind: [name for name in PROPERTIES if name in having[kind]] for kind in KINDS}
    return build, Known(Reconciler(names), things, properties)


def _things(rows: Iterable[Sequence[Any]]) -> dict[str, Thing]:
    """`rows` are those of queries/pages/reconcile-values.rq."""
    values: defaultdict[tuple[str, str], defaultdict[str, dict[str, Value]]] = defaultdict(lambda: defaultdict(dict))
    for thing, kind, name, value, called in rows:
        values[thing.value, kind.value][name.value].setdefault(str(value), _value(value, called.value))
    return {
        iri: Thing(iri, kind, _whole(iri, {name: [*found.values()] for name, found in of_thing.items()}))
        for (iri, kind), of_thing in values.items()
    }


def _value(term: NamedNode | Literal, called: str) -> Value:
    if isinstance(term, NamedNode):
        return Value(called or term.value.removeprefix(ID), term.value)
    return Value(term.value, "", term.language or "", term.datatype.value)


def _whole(iri: str, values: dict[str, list[Value]]) -> Mapping[str, Sequence[Value]]:
    """Return the values with those that follow from others: a label for each thing, the years of its time."""
    years = [int(value.text[:4]) for name in ("start", "end") for value in values.get(name, ())]
    if years:
        values["year"] = [Value(str(year)) for year in range(min(years), max(years) + 1)]
    named = values.get("label") or values.get("full-name") or [Value(iri.removeprefix(ID))]
    return values | {"iri": [Value(iri)], "label": named}
