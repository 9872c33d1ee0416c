"""What a portrait is: the part of a thing's page that is made for its kind, and what its rows have in common.

Not here: the portraits themselves (actors, elements, concepts, records) and their HTML (templates/portraits).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from aseankg.namespaces import BASE
from aseankg.web.page.asking import Row
from aseankg.web.things.facts import Fact

__all__ = ["LAYER_ORDER", "Portrait", "by_role", "grouped", "literals", "own_ends", "without_repeats"]

# From what a text says to what was only made of it: the weakest of several counts.
LAYER_ORDER = ("stated", "reference", "curated", "alignment", "links", "inferred", "system", "")


_ROLES = (
    "leadCountry", "leadActor", "nationalLead", "responsibleBody", "countryCoordinator", "coordinator",
    "contributingBody", "host", "involves",
)  # fmt: skip


@dataclass(frozen=True)
class Portrait:
    """A template below web/templates, what it shows, and a title and lead where the thing has no name of its own."""

    template: str
    shown: Mapping[str, Any]
    title: str = ""
    lead: str = ""


def grouped(rows: Iterable[Row], *columns: str) -> list[list[Row]]:
    """Return the rows in groups of the same values of these columns, each group where its first row stands.

    >>> [len(group) for group in grouped([{"a": "x"}, {"a": "y"}, {"a": "x"}], "a")]
    [2, 1]
    """
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), []).append(row)
    return list(found.values())


def by_role(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of roles with those who lead first, and those whose role is not known last."""
    places = {name: place for place, name in enumerate(_ROLES)}
    return sorted(rows, key=lambda row: places.get(row["predicate"].rpartition("#")[2], len(places)))


def without_repeats(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Return the first row of each group: one for each thing, however many names or passages it has."""
    return [group[0] for group in grouped(rows, *columns)]


def literals(facts: Iterable[Fact], *predicates: NamedNode) -> list[str]:
    """Return the texts that a thing has under these properties, each once."""
    found = [fact.object.value for one in predicates for fact in facts if fact.predicate == one
             and isinstance(fact.object, Literal)]  # fmt: skip
    return list(dict.fromkeys(found))


def own_ends(facts: Sequence[Fact], *predicates: NamedNode, back: bool = False) -> list[tuple[str, str]]:
    """Return IRI and name of the things of the dataset that these properties lead to, or come from (`back`)."""
    ends = {
        str((fact.subject if back else fact.object).value): fact.name
        for fact in facts
        if fact.predicate in predicates and isinstance(fact.object, NamedNode)
    }
    return [(iri, name) for iri, name in ends.items() if iri.startswith(BASE)]
