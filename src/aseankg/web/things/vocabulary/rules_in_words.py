"""The rules of the shapes in words: what each looks at, what it asks, how grave a breach is, and why it is there.

Not here: the shapes as they are written (pages shows them beside), and what they find (the validation).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aseankg.namespaces import PREFIXES, shorten
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.things.cards import is_unnamed

__all__ = ["Rule", "Rules", "read_rules"]

_CLASS = f"{PREFIXES['sh']}targetClass"


@dataclass(frozen=True)
class Rule:
    """One shape: its severity (Violation, Warning or Info), message and reason, the property and targets it is about.

    `owners` are the node shapes that it belongs to.
    """

    iri: str
    severity: str
    message: str
    why: str
    path: str = ""
    targets: tuple[tuple[str, str], ...] = ()  # how (targetClass, targetSubjectsOf ...) and what
    owners: tuple[str, ...] = ()

    @property
    def fragment(self) -> str:
        """The end of the shape's IRI."""
        return self.iri.rpartition("#")[2]

    @property
    def name(self) -> str:
        """What people call it."""
        return shorten(self.iri)


@dataclass(frozen=True)
class Rules:
    """All rules by IRI, with the ways to find those about a term."""

    by_iri: Mapping[str, Rule]

    @cached_property
    def _of_owner(self) -> Mapping[str, Sequence[Rule]]:
        return _grouped((owner, one) for one in self.by_iri.values() for owner in one.owners)

    @cached_property
    def _of_class(self) -> Mapping[str, Sequence[Rule]]:
        return _grouped((what, one) for one in self.by_iri.values() for how, what in one.targets if how == _CLASS)

    @cached_property
    def _of_property(self) -> Mapping[str, Sequence[Rule]]:
        return _grouped(
            (about, one)
            for one in self.by_iri.values()
            for about in dict.fromkeys([one.path, *(what for how, what in one.targets if how != _CLASS)])
        )

    def about_class(self, iri: str) -> Sequence[Rule]:
        """Return the rules for the things of a class: its node shapes, each before its property shapes."""
        heads = self._of_class.get(iri, ())
        return list(dict.fromkeys(rule for head in heads for rule in (head, *self.parts(head.iri))))

    def about_property(self, iri: str) -> Sequence[Rule]:
        """Return the rules about the values of a property, or about what carries it."""
        return self._of_property.get(iri, ())

    def parts(self, owner: str) -> Sequence[Rule]:
        """Return the property shapes of a node shape."""
        return self._of_owner.get(owner, ())

    def heads(self) -> Sequence[tuple[tuple[tuple[str, str], ...], Sequence[Rule]]]:
        """Return the shapes that have targets, grouped by these; what has none is part of another."""
        grouped: defaultdict[tuple[tuple[str, str], ...], list[Rule]] = defaultdict(list)
        for one in self.by_iri.values():
            if one.targets:
                grouped[one.targets].append(one)
        return sorted(grouped.items(), key=lambda entry: (entry[0][0][0] != _CLASS, shorten(entry[0][0][1]).casefold()))


def read_rules() -> Rules:
    """Return the rules of the published shapes."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of("ontology-rules"):
        if not is_unnamed(row["rule"]):
            rows[row["rule"]].append(row)
    return Rules({iri: _rule(iri, found) for iri, found in rows.items()})


def _grouped(pairs: Iterable[tuple[str, Rule]]) -> Mapping[str, Sequence[Rule]]:
    found: defaultdict[str, list[Rule]] = defaultdict(list)
    for about, rule in pairs:
        found[about].append(rule)
    return found


def _rule(iri: str, rows: Sequence[Row]) -> Rule:
    first = rows[0]
    path = "" if is_unnamed(first["path"]) else first["path"]
    targets = tuple(dict.fromkeys((row["aim"], row["target"]) for row in rows if row["target"]))
    owners = tuple(_named(row["owner"] for row in rows))
    return Rule(iri, first["severity"].rpartition("#")[2], first["message"], first["why"], path, targets, owners)


def _named(iris: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(iri for iri in iris if iri and not is_unnamed(iri))
