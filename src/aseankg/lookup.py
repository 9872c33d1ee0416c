"""Finds things of the graph by what people call them: slugs, acronyms in any writing, names, nearly right names.

Not here: the names printed in the texts (extract.names), which are read exactly.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from aseankg.catalogue import Parameter, Query, evaluate, read_query
from aseankg.errors import UsageError, nearest
from aseankg.identifiers import ELEMENT_KINDS
from aseankg.layout import resources
from aseankg.namespaces import ID, XSD, shorten

__all__ = ["Found", "Lookup", "names_query"]

_NAMES = "queries/reports/names.rq"
_CLASSES = {
    "body": {"Body"}, "country": {"Country"}, "actor": {"Body", "Country", "ActorGroup"},
    "plan": {"Plan", "Instrument"}, "element": {"PlanElement"}, "concept": {"Concept"},
}  # fmt: skip

_RECORDS = {"Mapping", "Sighting", "SourceAnomaly"}  # what people find by what it is about
_LEAST_FUZZY = 4  # characters of a name that need not be the text
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
        wanted = _plain(value)
        called = {iri for iri in candidates if any(_plain(name) == wanted for name in self._names[iri])}
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
        names = {name: iri for iri in candidates for name in self._names[iri] if len(name) < 60}
        close = {names[name]: name for name in reversed(nearest(value, names))}  # the best name of each thing
        said = " or ".join(f"{name} ({shorten(iri)})" for iri, name in reversed(close.items()))
        hint = f" Did you mean {said}?" if said else ""
        return UsageError(f"No {kind or 'thing'} is called {value!r}.{hint} `aseankg find` searches all names.")

    def find(self, text: str, limit: int = 10) -> list[Found]:
        """Return the things whose names are most like the text, best first, at most `limit`.

        Where a name is the text itself, others must be more like it than where none is. Of things whose names are
        equally like it, those of the plans and their actors come before concepts, which are our own order of them.
        """
        from rapidfuzz import fuzz, process

        wanted = _plain(text)
        if not wanted:
            raise UsageError("Say what to find: a name, an acronym or some words of a title.")
        names = self._sought(text)
        ranked = process.extract(
            text,
            [name for _, name in names],
            scorer=fuzz.WRatio,
            processor=_spaced,
            limit=limit * 6,
            score_cutoff=_LEAST_ALIKE,
        )
        best: dict[str, Found] = {}
        for name, score, index in ranked:
            iri = names[index][0]
            exact = 100.0 if _plain(name) == wanted else min(score, 99.0)
            if iri not in best or exact > best[iri].score:
                best[iri] = Found(iri, self._kind(iri), name, exact)
        least = _LEAST_BESIDE_EXACT if any(found.score == 100 for found in best.values()) else _LEAST_ALIKE
        found = [one for one in best.values() if one.score >= least]
        return sorted(found, key=lambda one: (-one.score, one.kind == "Concept", len(one.name), one.iri))[:limit]

    def _sought(self, text: str) -> list[tuple[str, str]]:
        """The names that a text may mean; a made label, such as "Activity 1 (RAP)", if it names a kind or number."""
        wanted, made = _plain(text), _names_a_label(_spaced(text))
        return [
            (iri, name)
            for iri, names in self._names.items()
            if not _RECORDS & self._classes[iri]
            for name in names
            if len(name) >= _LEAST_FUZZY or _plain(name) == wanted  # a code of two letters is in every word
            if made or (iri, name) not in self._made
        ]

    def _kind(self, iri: str) -> str:
        general = {"PlanElement", "Actor", "Organization"}
        return min(self._classes[iri] - general or self._classes[iri])


def _plain(name: str) -> str:
    """A name without case, accents, spaces and punctuation: "ASEAN-OSHNET" is "aseanoshnet"."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _spaced(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _names_a_label(text: str) -> bool:
    kinds = "|".join(words.lower() for _, words in ELEMENT_KINDS.values())
    return re.search(rf"\d|\b(?:{kinds})\b", text) is not None


def _year(parameter: Parameter, value: str) -> Literal:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise UsageError(f"{parameter.name} is {value!r}: expected a year such as 2018.")
    return Literal(value, datatype=XSD.integer)


def _date(parameter: Parameter, value: str) -> Literal:
    try:
        return Literal(datetime.date.fromisoformat(value).isoformat(), datatype=XSD.date)
    except ValueError:
        raise UsageError(f"{parameter.name} is {value!r}: expected a day such as 2017-12-31.") from None
