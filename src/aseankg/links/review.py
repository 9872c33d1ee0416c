"""Reads the links of data folders and says what is wrong with them, each fault with where it is written.

The build stops at the first fault; here all are looked for. Not here: whether an address still answers (asking).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from aseankg.errors import DataError, suggest
from aseankg.links.schemes import find_scheme, name_of
from aseankg.mappings import Mapping, find_contradictions, find_repeated, review_mappings
from aseankg.namespaces import ID, SKOS, shorten
from aseankg.statements import recorded_in

__all__ = ["STRENGTHS", "Fault", "Link", "find_faults", "read_links"]

# What their end is to ours.
STRENGTHS = {
    SKOS.exactMatch: "the same", SKOS.closeMatch: "nearly the same", SKOS.broadMatch: "broader",
    SKOS.narrowMatch: "narrower", SKOS.relatedMatch: "related",
}  # fmt: skip


@dataclass(frozen=True)
class Link:
    """One row: what it says, and where it is written, e.g. `data/links/bodies.sssom.tsv:19`."""

    mapping: Mapping
    record: str

    @property
    def object(self) -> str:
        """The IRI of the other people's end."""
        return self.mapping.object.value

    @property
    def scheme(self) -> str:
        """What the scheme of that end is called."""
        return name_of(self.object)

    @property
    def strength(self) -> str:
        """What that end is to ours, in words; a rejected link says so."""
        words = STRENGTHS.get(self.mapping.predicate, shorten(self.mapping.predicate.value))
        return f"not {words}" if self.mapping.negated else words

    def age(self, today: datetime.date) -> int:
        """Return the days since it was judged; fewer than 0 for a day that is still to come."""
        return (today - datetime.date.fromisoformat(self.mapping.date)).days


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: of which kind, in a sentence, and where it is written."""

    kind: str
    words: str
    record: str


def read_links(folders: Iterable[Path]) -> tuple[list[Link], list[Fault]]:
    """Return the links of `links/*.sssom.tsv` of the data folders, and the faults of rows that cannot be read.

    Raises DataError when there is no such file: nothing would be looked at.
    """
    links: list[Link] = []
    faults: list[Fault] = []
    folders = list(folders)
    files = [(folder, file) for folder in folders for file in sorted(folder.glob("links/*.sssom.tsv"))]
    if not files:
        raise DataError("looked at no link: expected links/*.sssom.tsv", next(iter(folders), None))
    for folder, file in files:
        try:
            found, slips = review_mappings(file)
        except DataError as whole:
            faults.append(_fault("malformed", whole, recorded_in(folder, file, whole.line)))
            continue
        links += [Link(one, recorded_in(folder, file, one.line)) for one in found.mappings]
        faults += [_fault("malformed", slip, recorded_in(folder, file, slip.line)) for slip in slips]
    return links, faults


def find_faults(links: Sequence[Link], known: Collection[str]) -> list[Fault]:
    """Return the faults of links that were read; `known` are the IRIs of the things that the graph describes."""
    records = {(str(one.mapping.file), one.mapping.line): one.record for one in links}
    mappings = [one.mapping for one in links]
    judged = (("repeated", find_repeated), ("contradictory", find_contradictions))
    return [
        *(fault for one in links for fault in _slips(one)),
        *(_fault(kind, slip, records[str(slip.file), slip.line]) for kind, find in judged for slip in find(mappings)),
        *_merging(links),
        *(fault for one in links for fault in _strangers(one, known)),
    ]


def _fault(kind: str, error: DataError, record: str) -> Fault:
    place = f"{error.file}:{error.line}: " if error.line else f"{error.file}: "
    return Fault(kind, str(error).removeprefix(place), record)


def _slips(one: Link) -> Iterator[Fault]:
    scheme = find_scheme(one.object)
    if scheme and not scheme.holds(one.object):
        words = f"<{one.object}> has not the form of {scheme.name}: expected {scheme.base} and then {scheme.local}"
        yield Fault("malformed", words, one.record)
    if not one.mapping.object_address:
        words = "object_address is empty: expected the file or page in which the identifier was read."
        yield Fault("malformed", words, one.record)


def _merging(links: Iterable[Link]) -> Iterator[Fault]:
    """skos:exactMatch is transitive (S45): two of one scheme for one thing, or two things for one, become the same."""
    first: dict[tuple[str, ...], Link] = {}
    for one in links:
        if one.mapping.predicate != SKOS.exactMatch or one.mapping.negated:
            continue
        subject = one.mapping.subject.value
        for key, what in (((subject, one.scheme), one.scheme), ((one.object,), "it")):
            other = first.setdefault(key, one)
            if (other.mapping.subject, other.object) != (one.mapping.subject, one.object):
                words = f"{other.record} has an exactMatch with {what} too: two things become one. Keep one of the two."
                yield Fault("contradictory", words, one.record)


def _strangers(one: Link, known: Collection[str]) -> Iterator[Fault]:
    mapping = one.mapping
    for end in chain((mapping.subject, mapping.object), mapping.authors):
        if end.value.startswith(ID) and end.value not in known:
            name = shorten(end.value)
            close = suggest(name, [shorten(iri) for iri in known])
            words = f"{name} is described nowhere in the graph: expected a thing that is.{close}"
            yield Fault("unknown", words, one.record)
    if not mapping.subject.value.startswith(ID):
        yield Fault("unknown", f"<{mapping.subject.value}> is no thing of ours: expected one below {ID}.", one.record)
