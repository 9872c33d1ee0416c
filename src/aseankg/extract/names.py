"""Looks printed names up: which body, country, group, instrument or plan the words mean.

The names come from the reference data; a plan's own list of abbreviations and its descriptor may add bodies.
A name that means two things, or nothing, is an error: nothing is guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from aseankg.errors import DataError, suggest
from aseankg.records import Piece

__all__ = ["ACTORS", "BODIES", "OWN", "Entity", "Names"]

OWN = "own body"  # a body that only the plan's own list of abbreviations names
BODIES = frozenset({"body", OWN})
ACTORS = BODIES | {"country", "group"}


@dataclass(frozen=True)
class Entity:
    """What a name means; `label` is its short label, `kinds` such as body, country, group, secretariat."""

    iri: NamedNode
    label: str
    kinds: frozenset[str]


class Names:
    """Printed names and what they mean, looked up exactly as printed."""

    def __init__(self, names: Iterable[tuple[str, Entity]]) -> None:
        self._meanings: defaultdict[str, set[Entity]] = defaultdict(set)
        self._patterns: dict[frozenset[str], re.Pattern[str]] = {}
        self._listed: dict[frozenset[str], list[str]] = {}
        self._labels: dict[NamedNode, str] = {}
        for name, entity in names:
            self._meanings[name].add(entity)
            self._labels[entity.iri] = entity.label

    def with_names(self, names: Iterable[tuple[str, Entity]]) -> Names:
        """Return these names and more; a name that is known already keeps its meaning."""
        more = [(name, entity) for name, entity in names if name not in self._meanings]
        return Names([*((name, entity) for name, means in self._meanings.items() for entity in means), *more])

    def find_label(self, iri: NamedNode) -> str | None:
        """Return what a thing is called for short, or None where it has no name."""
        return self._labels.get(iri)

    def find(self, name: str, kinds: frozenset[str]) -> Entity | None:
        """Return what `name` means among the kinds, or None."""
        meanings = self._all(name, kinds)
        return meanings[0] if len(meanings) == 1 else None

    def _all(self, name: str, kinds: frozenset[str]) -> list[Entity]:
        """What a name may mean; a blank is a blank, of whatever kind, and "the" opens a name like "The"."""
        plain = re.sub("^the ", "The ", " ".join(name.split()))
        return [entity for entity in self._meanings.get(plain, ()) if entity.kinds & kinds]

    def resolve(self, piece: Piece, kinds: frozenset[str]) -> Entity:
        """Return what a printed name means; DataError with the nearest names when it means nothing or two things."""
        entity = self.find(piece.text, kinds)
        if entity is None:
            raise self._unreadable(piece, kinds)
        return entity

    def resolve_list(self, piece: Piece, separators: list[str], kinds: frozenset[str]) -> list[tuple[Entity, Piece]]:
        """Return the entities of a cell that lists names, each with its words, in print order.

        Raises DataError with the nearest names where one is not known.
        """
        found, unread = self._read_list(piece, separators, kinds)
        if unread is not None:
            raise self._unreadable(self._most_like(unread, separators, kinds), kinds)
        return found

    def find_list(
        self, piece: Piece, separators: list[str], kinds: frozenset[str]
    ) -> list[tuple[Entity, Piece]] | None:
        """Return the entities of a cell that lists names, or None where one is not known: which one is not sought."""
        found, unread = self._read_list(piece, separators, kinds)
        return found if unread is None else None

    def _read_list(
        self, piece: Piece, separators: list[str], kinds: frozenset[str]
    ) -> tuple[list[tuple[Entity, Piece]], Piece | None]:
        """The entities as far as they are known, and the rest of the cell from the first that is not."""
        found: list[tuple[Entity, Piece]] = []
        start = piece.start
        while start < piece.end:
            rest = piece.cut(start, piece.end)
            known = self._find_longest(rest, separators, kinds)
            if known is None:
                return found, rest
            found.append(known)
            start = known[1].end
            after = piece.source.text[start : piece.end]
            start += max((len(mark) for mark in separators if after.startswith(mark)), default=0)
        return found, None

    def _find_longest(self, piece: Piece, separators: list[str], kinds: frozenset[str]) -> tuple[Entity, Piece] | None:
        """The longest known name at the start of the piece."""
        for end in reversed(self._ends(piece, separators, kinds)):
            entity = self.find(piece.source.text[piece.start : end], kinds)
            if entity:
                return entity, piece.cut(piece.start, end)
        return None

    def _most_like(self, piece: Piece, separators: list[str], kinds: frozenset[str]) -> Piece:
        """The words at the start of the piece that are most like a name."""
        begun = [piece.cut(piece.start, end) for end in self._ends(piece, separators, kinds)]
        return max(begun, key=lambda words: self._likeness(words.text, kinds))

    def _ends(self, piece: Piece, separators: list[str], kinds: frozenset[str]) -> list[int]:
        """Where a name may end, in order: before a separator or with the piece, but not far behind any name."""
        most = 2 * max(map(len, self._known(kinds)), default=0)
        text = piece.source.text[piece.start : min(piece.end, piece.start + most)]
        cuts = {match.start() for mark in separators for match in re.finditer(re.escape(mark), text)} - {0}
        ends = [piece.start + cut for cut in sorted(cuts)]
        return ends if ends and piece.end - piece.start > most else [*ends, piece.end]

    def _likeness(self, words: str, kinds: frozenset[str]) -> float:
        from rapidfuzz import fuzz, process  # only needed when a name cannot be read

        best = process.extractOne(words, self._known(kinds), scorer=fuzz.ratio)
        return best[1] if best else 0

    def of_kind(self, kind: str) -> list[str]:
        """Return the known names of one kind."""
        return self._known(frozenset({kind}))

    def _known(self, kinds: frozenset[str]) -> list[str]:
        if kinds not in self._listed:
            self._listed[kinds] = [
                name for name, means in self._meanings.items() if any(entity.kinds & kinds for entity in means)
            ]
        return self._listed[kinds]

    def occurrences(self, piece: Piece, kinds: frozenset[str]) -> Iterator[tuple[Entity, Piece]]:
        """Yield the names that stand in running text, longest first at each place, in print order."""
        for match in self._pattern(kinds).finditer(piece.source.text, piece.start, piece.end):
            entity = self.find(match[0], kinds)
            if entity is not None:
                yield entity, piece.group(match)

    def alternatives(self, kinds: frozenset[str]) -> str:
        """Return a regular expression that matches any name of the kinds, longest first."""
        known = sorted(self._known(kinds), key=lambda name: (-len(name), name))
        return "|".join(map(re.escape, known)) or r"(?!)"

    def _pattern(self, kinds: frozenset[str]) -> re.Pattern[str]:
        if kinds not in self._patterns:
            self._patterns[kinds] = re.compile(rf"(?<![\w-])(?:{self.alternatives(kinds)})(?![\w-])")
        return self._patterns[kinds]

    def _unreadable(self, piece: Piece, kinds: frozenset[str]) -> DataError:
        if meanings := self._all(piece.text, kinds):
            return DataError(
                f"{piece.text!r} means {' and '.join(sorted(entity.iri.value for entity in meanings))}: expected one. "
                "Take the name away from the others in data/reference/.",
                piece.source.file,
                piece.line,
            )
        return DataError(
            f"{piece.text!r} is no known name of a {' or '.join(sorted(kinds - {OWN}))}."
            f"{suggest(piece.text, self._known(kinds))} "
            "Mend the text if it was copied wrongly; if it is printed so, add it as skos:altLabel in data/reference/.",
            piece.source.file,
            piece.line,
        )
