"""What an explanation is made of, and how it travels as JSON: facts by number, each naming those it follows from.

Not here: finding one (explain), and what a fact rests on in one graph (grounds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aseankg.grounds import Ground, Standing
from aseankg.trace import Edge, Row

__all__ = ["STANDINGS", "Branch", "Derivation", "Explanation", "Fact", "branches_of", "document"]

# What a mapping of each standing says of its triple.
STANDINGS = {
    "asserted": "a mapping that stands",
    "contested": "a mapping that is contested",
    "dissenting": "a mapping that dissents: it does not hold",
    "rejected": "judged not to hold",
}


@dataclass(frozen=True)
class Derivation:
    """A rule of queries/rules and the triples from which it makes another; `others` counts its other ways."""

    rule: str
    title: str
    premises: tuple[Edge, ...]
    others: int = 0


@dataclass(frozen=True)
class Fact:
    """A triple with the graphs that hold or judge it, and how it follows where only rules have made it."""

    edge: Edge
    standings: tuple[Standing, ...]
    derivation: Derivation | None = None

    @property
    def inferred(self) -> bool:
        """Whether nothing but rules says it."""
        return self.held and all(one.layer == "inferred" for one in self.standings if one.held)

    @property
    def held(self) -> bool:
        """Whether it is in the graph, and not only the subject of a mapping that is contested or rejected."""
        return any(one.held for one in self.standings)


@dataclass(frozen=True)
class Explanation:
    """Why something is said: `roots` are the triples asked about, `facts` all that they rest on, themselves first.

    `row` are the values of the row that is explained, `absent` what must not be in the graph for it to be there,
    `filed` triples that only place words in a text, `names` what IRIs are called, `notes` what is not shown.
    """

    about: str
    roots: tuple[Edge, ...]
    facts: Mapping[Edge, Fact]
    row: Row = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    filed: tuple[Edge, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    build: str = ""


@dataclass(frozen=True)
class Branch:
    """A fact as people are shown it, numbered; one that stands further up `before` has no more than its number.

    `same` are, for each of the fact's standings, the number of the fact on whose grounds it rests too; 0 for none.
    """

    number: int
    fact: Fact
    before: bool
    same: tuple[int, ...] = ()
    premises: tuple[Branch, ...] = ()


def branches_of(explanation: Explanation) -> tuple[Branch, ...]:
    """Return the facts that were asked about, each as a tree of what it follows from."""
    numbers: dict[Edge, int] = {}
    told: dict[tuple[Ground, ...], int] = {}
    return tuple(_branch(edge, explanation.facts, numbers, told) for edge in explanation.roots)


def _branch(
    edge: Edge, facts: Mapping[Edge, Fact], numbers: dict[Edge, int], told: dict[tuple[Ground, ...], int]
) -> Branch:
    fact = facts[edge]
    if edge in numbers:
        return Branch(numbers[edge], fact, before=True)
    number = numbers[edge] = len(numbers) + 1
    first = [told.setdefault(one.grounds, number) for one in fact.standings]
    same = tuple(
        at if at != number and any(ground.is_long for ground in one.grounds) else 0
        for at, one in zip(first, fact.standings, strict=True)
    )
    premises = fact.derivation.premises if fact.derivation else ()
    return Branch(number, fact, False, same, tuple(_branch(one, facts, numbers, told) for one in premises))


def document(explanation: Explanation) -> dict[str, object]:
    """Return an explanation as plain JSON values: facts are numbered, and name their premises by number."""
    numbers = {edge: number for number, edge in enumerate(explanation.facts, 1)}
    return {
        "about": explanation.about,
        "row": {name: None if term is None else str(term) for name, term in explanation.row.items()},
        "roots": [numbers[edge] for edge in explanation.roots],
        "facts": [_entry(fact, numbers) for fact in explanation.facts.values()],
        "absent": list(explanation.absent),
        "filed": [edge.text if len(edge.text) <= 500 else edge.text[:500] + "…" for edge in explanation.filed],
        "names": dict(explanation.names),
        "notes": list(explanation.notes),
    }


def _entry(fact: Fact, numbers: Mapping[Edge, int]) -> dict[str, object]:
    edge, way = fact.edge, fact.derivation
    inferred = way and {
        "rule": way.rule,
        "title": way.title,
        "premises": [numbers[one] for one in way.premises],
        "other_ways": way.others,
        "mend": f"queries/rules/{way.rule}.rq",
    }
    return {
        "number": numbers[edge],
        "subject": str(edge.subject),
        "predicate": str(edge.predicate),
        "object": str(edge.object),
        "held": fact.held,
        "graphs": [_placed(standing) for standing in fact.standings],
        "inferred": inferred,
    }


def _placed(standing: Standing) -> dict[str, object]:
    grounds = [
        {name: value for name, value in vars(ground).items() if value and name != "passages"}
        | {"passages": [dict(vars(one)) for one in ground.passages]}
        for ground in standing.grounds
    ]
    return {"graph": standing.graph, "layer": standing.layer, "held": standing.held, "grounds": grounds}
