"""What may be completed while one types: things, types, properties, each beginning with what was typed or like it.

Not here: completion in the editor of queries (web.completions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from aseankg.likeness import words_of
from aseankg.reconcile import KINDS
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.reconciling.answers import type_of
from aseankg.web.reconciling.known import Known, Thing, find_thing, known
from aseankg.web.reconciling.payload import shown
from aseankg.web.reconciling.properties import PROPERTIES, get_property
from aseankg.web.reconciling.queries import MOST, get_kind, iri_of

__all__ = ["SORTS", "Suggested", "get_suggested", "get_thing", "page_of", "suggest_of"]

SORTS = ("entity", "property", "type")
_USUAL = 20
_LONGEST = 200  # characters of what is typed that are read
_FURTHEST = 100_000


@dataclass(frozen=True)
class Suggested:
    """One entity, property or type to choose."""

    identifier: str
    name: str
    words: str
    kind: str = ""  # of an entity

    def in_json(self, qualified: bool) -> dict[str, object]:
        """Return the suggestion as the protocol writes it, a property of 1.0-draft with how its values are compared."""
        found: dict[str, object] = {"id": self.identifier, "name": self.name, "description": self.words}
        if self.kind:
            found["notable"] = [type_of(self.kind)]
        elif qualified:
            qualifiers = PROPERTIES[self.identifier].qualifiers
            found["matchQualifiers"] = [{"id": name, "name": words} for name, words in qualifiers.items()]
        return found


def suggest_of(sort: str, version: str) -> dict[str, object]:
    """Return what the request asks to have completed, from its `prefix`, `limit` and `cursor` or `offset`."""
    typed = request.args.get("prefix", "")[:_LONGEST].strip()
    every = {"entity": _entities, "property": _properties, "type": _types}[sort](typed)
    start, most = page_of(("offset", "cursor"))
    qualified = (sort, version) == ("property", "1.0")
    return {"result": [one.in_json(qualified) for one in [*every][start : start + most]]}


def page_of(skipping: Sequence[str]) -> tuple[int, int]:
    """Return how many are skipped and how many wanted; what is beyond the bounds of this service is cut."""
    skipped = next((name for name in skipping if name in request.args), "")
    return min(_count(skipped, 0), _FURTHEST), min(_count("limit", _USUAL) or _USUAL, MOST)


def _count(name: str, usual: int) -> int:
    given = request.args.get(name, "").strip()
    if not given:
        return usual
    if not (given.isascii() and given.isdecimal() and len(given) <= 18):
        raise DetailedError(400, f"{name} is {shown(given)}: expected a whole number, 0 or more.", parameter=name)
    return int(given)


def get_suggested(sort: str, identifier: str) -> Suggested:
    """Return the entity, property or type of this identifier; DetailedError where there is none."""
    if sort == "entity":
        return _entity(get_thing(identifier))
    if sort == "property":
        found = get_property(identifier, "id")
        return Suggested(identifier, found.name, found.words)
    return _type(get_kind(identifier, "id"), known())


def get_thing(identifier: str) -> Thing:
    """Return the thing of this identifier or IRI; DetailedError (404) where there is none."""
    found = find_thing(iri_of(identifier))
    if found is None:
        words = f"id is {shown(identifier)}: nothing here has it. Expected one such as country/vnm."
        raise DetailedError(404, words, parameter="id")
    return found


# -- entities ----------------------------------------------------------------------------------------------


def _entities(typed: str) -> Iterable[Suggested]:
    """Those that begin so, then those that have a word that does, then those that are called nearly so."""
    have, wanted = known(), _wanted_kinds()
    things = [thing for thing in have.things.values() if not wanted or thing.kind in wanted]
    ranked = sorted((rank, thing.name, thing.iri) for thing in things if (rank := _rank(typed, thing)) is not None)
    found = [iri for *_, iri in ranked]
    if any(map(str.isalnum, typed)):
        found += [one.iri for one in have.reconciler.candidates(typed, wanted, MOST) if one.iri in have.things]
    return [_entity(have.things[iri]) for iri in dict.fromkeys(found)]


def _wanted_kinds() -> Sequence[str]:
    kind = request.args.get("type", "").strip()
    return [get_kind(kind, "type")] if kind else []


def _rank(typed: str, thing: Thing) -> int | None:
    if typed in (thing.identifier, thing.iri):
        return 0
    return _begun(typed, thing.names)


def _begun(typed: str, names: Iterable[str]) -> int | None:
    """Return 1 where a name begins as typed, 2 where each word typed begins a word of it, None where none does."""
    sought = typed.casefold()
    if any(name.casefold().startswith(sought) for name in names):
        return 1
    words = words_of(typed)
    if words and any(_holds(words, words_of(name)) for name in names):
        return 2
    return None


def _holds(words: Sequence[str], of_name: Sequence[str]) -> bool:
    return all(any(other.startswith(word) for other in of_name) for word in words)


def _entity(thing: Thing) -> Suggested:
    return Suggested(thing.identifier, thing.name, thing.words, thing.kind)


# -- properties and types ----------------------------------------------------------------------------------


def _properties(typed: str) -> Iterator[Suggested]:
    for name, one in PROPERTIES.items():
        if _begun(typed, (name, one.name)) is not None:
            yield Suggested(name, one.name, one.words)


def _types(typed: str) -> Iterator[Suggested]:
    have = known()
    for kind in KINDS:
        if _begun(typed, (kind, type_of(kind)["name"])) is not None:
            yield _type(kind, have)


def _type(kind: str, have: Known) -> Suggested:
    names: Mapping[str, None] = {thing.name: None for thing in have.things.values() if thing.kind == kind}
    some = ", ".join(sorted(names)[:3])
    return Suggested(kind, type_of(kind)["name"], f"{len(names)} things, such as {some}." if some else "None yet.")
