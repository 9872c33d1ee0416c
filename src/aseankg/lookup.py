"""Finds things of the graph by what people call them: slugs, acronyms in any writing, names, nearly right names.

Not here: the names printed in the texts (extract.names), which are read exactly.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from aseankg.catalogue import Parameter, Query, evaluate, read_query
from aseankg.errors import UsageError
from aseankg.identifiers import ELEMENT_KINDS
from aseankg.layout import resources
from aseankg.likeness import Names, plain
from aseankg.namespaces import ID, XSD, shorten

__all__ = ["Found", "Lookup", "names_query"]

_NAMES = "queries/reports/names.rq"
_CLASSES = {
    "body": {"Body"}, "country": {"Country"}, "actor": {"Body", "Country", "ActorGroup"},
    "plan": {"Plan", "Instrument"}, "element": {"PlanElement"}, "concept": {"Concept"},
}  # fmt: skip

_RECORDS = {"Mapping", "Sighting", "SourceAnomaly"}  # what people find by what it is about
_SUGGESTED, _LONGEST_SUGGESTED = 3, 60  # names, and characters of one
_LEAST_ALIKE, _LEAST_BESIDE_EXACT = 60, 80


@dataclass(frozen=True)
class Found:
    """One thing that a text was found in: its IRI, its most telling class, its name, and how alike (0 to 100)."""

    iri: str
    kind: str
    name: str
    score: float


def names_query() -> Query:
    """Return the query whose rows a Lookup is made of."""
    return read_query(resources() / _NAMES)


class Lookup:
    """The names of the graph's things, read once."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        """`rows` are those of queries/reports/names.rq: thing, kind, name, made, label."""
        self._classes: defaultdict[str, set[str]] = defaultdict(set)
        self._names: defaultdict[str, list[str]] = defaultdict(list)
        self._labels: dict[str, str] = {}
        self._made: set[tuple[str, str]] = set()
        for thing, kind, name, made, label in rows:
            if label.value == "true":
                self._labels[thing.value] = name.value
            if made.value == "true":
                self._made.add((thing.value, name.value))
            self._classes[thing.value].add(re.split("[/#]", kind.value)[-1])
            if name.value not in self._names[thing.value]:
                self._names[thing.value].append(name.value)

    @classmethod
    def of_store(cls, store: Store) -> Lookup:
        """Return the names of the things in a store."""
        return cls(evaluate(store, names_query()))

    def get_name(self, iri: str) -> str | None:
        """Return the label of the thing, or None for one without."""
        return self._labels.get(iri)

    def every_name(self) -> Iterator[tuple[str, str, str]]:
        """Yield each thing with its most telling class and each of its names; thing by thing, in the order read."""
        for iri, names in self._names.items():
            kind = self._kind(iri)
            yield from ((iri, kind, name) for name in names)

    def names_of(self, kind: str) -> dict[str, str]:
        """Return IRI and name of each thing that a parameter of this kind takes, sorted by name; none for a literal."""
        found = {iri: self._names[iri][0] for iri in self._of_kind(kind)} if kind in (*_CLASSES, "thing") else {}
        return dict(sorted(found.items(), key=lambda entry: (entry[1].casefold(), entry[0])))

    def get_term(self, parameter: Parameter, value: str) -> NamedNode | Literal:
        """Return the term that a person's value means for a parameter; UsageError with near names when none."""
        if parameter.kind == "year":
            return _year(parameter, value)
        if parameter.kind == "date":
            return _date(parameter, value)
        return NamedNode(self.get_iri(value, parameter.kind))

    def get_iri(self, value: str, kind: str | None = None) -> str:
        """Return the IRI of what is called `value`: a full IRI, its end, a slug, an acronym or a name."""
        candidates = self._of_kind(kind)
        for iri in (value, ID + value, f"{ID}{kind}/{value.lower()}", f"{ID}instrument/{value.lower()}"):
            if iri in candidates:
                return iri
        wanted = plain(value)
        called = {iri for iri in candidates if any(plain(name) == wanted for name in self._names[iri])}
        # "ACWC" is the body, not the entry of a list of abbreviations that explains it.
        called = {iri for iri in called if self._classes[iri] & _CLASSES["actor"]} or called
        if len(called) == 1:
            return called.pop()
        if called:
            raise UsageError(f"{value!r} may be {' or '.join(sorted(shorten(iri) for iri in called))}: say which.")
        raise self._unknown(value, kind, candidates)

    def _of_kind(self, kind: str | None) -> list[str]:
        if kind in (None, "thing"):
            return list(self._names)
        return [iri for iri in self._names if self._classes[iri] & _CLASSES[kind]]

    def _unknown(self, value: str, kind: str | None, candidates: list[str]) -> UsageError:
        close = self._find(value, self._of_interest.intersection(candidates), 2 * _SUGGESTED)
        names = {self._short(found): found.iri for found in reversed(close)}  # of one name the thing that is best
        said = " or ".join(f"{name} ({shorten(iri)})" for name, iri in [*reversed(names.items())][:_SUGGESTED])
        hint = f" Did you mean {said}?" if said else ""
        return UsageError(f"No {kind or 'thing'} is called {value!r}.{hint} `aseankg find` searches all names.")

    def _short(self, found: Found) -> str:
        return found.name if len(found.name) <= _LONGEST_SUGGESTED else self._labels.get(found.iri, found.name)

    def find(self, text: str, limit: int = 10) -> list[Found]:
        """Return the things whose names are most like the text, best first, at most `limit`.

        Where a name is the text itself, others must be more like it than where none is. Of things whose names are
        equally like it, those of the plans and their actors come before concepts, which are our own order of them.
        """
        if not plain(text):
            raise UsageError("Say what to find: a name, an acronym or some words of a title.")
        return self._find(text, self._of_interest, limit)

    def _find(self, text: str, candidates: Collection[str], limit: int) -> list[Found]:
        wanted, made = plain(text), _names_a_label(text)
        best: dict[str, Found] = {}
        for number, alike in self._index.rank(text).items():
            iri, name = self._named[number]
            if iri not in candidates or not (made or (iri, name) not in self._made):
                continue
            score = 100.0 if plain(name) == wanted else min(alike, 99.0)
            if iri not in best or score > best[iri].score:
                best[iri] = Found(iri, self._kind(iri), name, score)
        least = _LEAST_BESIDE_EXACT if any(found.score == 100 for found in best.values()) else _LEAST_ALIKE
        found = [one for one in best.values() if one.score >= least]
        return sorted(found, key=lambda one: (-one.score, one.kind == "Concept", len(one.name), one.iri))[:limit]

    @cached_property
    def _named(self) -> list[tuple[str, str]]:
        return [(iri, name) for iri, names in self._names.items() for name in names]

    @cached_property
    def _index(self) -> Names:
        return Names(name for _, name in self._named)

    @cached_property
    def _of_interest(self) -> frozenset[str]:
        return frozenset(iri for iri in self._names if not _RECORDS & self._classes[iri])

    def _kind(self, iri: str) -> str:
        general = {"PlanElement", "Actor", "Organization"}
        return min(self._classes[iri] - general or self._classes[iri])


def _names_a_label(text: str) -> bool:
    """Made labels, such as "Activity 1 (RAP)", are meant by a text that has a number or the name of a kind."""
    kinds = "|".join(words.lower() for _, words in ELEMENT_KINDS.values())
    return re.search(rf"\d|\b(?:{kinds})\b", text.casefold()) is not None


def _year(parameter: Parameter, value: str) -> Literal:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise UsageError(f"{parameter.name} is {value!r}: expected a year such as 2018.")
    return Literal(value, datatype=XSD.integer)


def _date(parameter: Parameter, value: str) -> Literal:
    try:
        return Literal(datetime.date.fromisoformat(value).isoformat(), datatype=XSD.date)
    except ValueError:
        raise UsageError(f"{parameter.name} is {value!r}: expected a day such as 2017-12-31.") from None
