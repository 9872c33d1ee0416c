"""Reads which elements count, in which plan or instrument, and what is said of them, by patterns.

Coverage reads every element, role, date and mapping that there is, so it asks for patterns: over 1,000 plans
the same in SPARQL took five times as long, and grew faster than the plans. Not here: what ties elements (ties).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from aseankg.coverage.quads import Quads
from aseankg.namespaces import AKG, DCTERMS, ID, OWL, PREFIXES, RDF, SKOS, SSSOM

__all__ = ["ALL_KINDS", "WORK", "Elements", "Said"]

WORK = frozenset({"Activity", "Commitment", "Project", "Strategy", "ThematicArea"})  # what a plan sets out to do
ALL_KINDS = WORK | {
    "ImplementationPoint", "IntermediateTarget", "KeyResultArea", "Mission", "MonitoringProvision", "Objective",
    "ThematicGroup", "Vision",
}  # fmt: skip
_THEMES = NamedNode(ID + "concept/theme")
_BY_WORDS = NamedNode(PREFIXES["semapv"] + "LexicalMatching")
_MAPPED = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
_STATED = (RDF.subject, RDF.predicate, RDF.object)


class Said(NamedTuple):
    """A cross-reference (standing `crossref`), a mapping (its standing) or a tag by words (`by words`)."""

    source: str
    relation: str
    target: str
    standing: str
    statement: str


@dataclass(frozen=True)
class Elements:
    """The elements of a dataset with their kinds, those of `kinds` counting, and the whole in which each counts.

    `wholes` are the plans (True) and instruments (False). What has no kind, such as an indicator, never counts itself
    but has a home: a tie to it is one to its plan.
    """

    quads: Quads
    kinds: frozenset[str]
    wholes: dict[str, bool] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    kind: dict[str, str] = field(default_factory=dict)

    @classmethod
    def among(cls, quads: Quads, kinds: frozenset[str]) -> Elements:
        """Return the elements that there are, of which those of `kinds` count."""
        found = cls(quads, kinds)
        for name in ("Instrument", "Plan"):
            found.wholes.update(dict.fromkeys(found.members(name), name == "Plan"))
        for kind in sorted(ALL_KINDS):
            found.kind.update(dict.fromkeys(found.members(kind), kind))
        found.home.update(found._homes())
        return found

    def counts(self, element: str) -> bool:
        """Say whether the element is one of those that count, somewhere."""
        return self.kind.get(element) in self.kinds and element in self.home

    def members(self, kind: str) -> list[str]:
        """Return the IRIs of the things of a class of ours, sorted."""
        return self.subjects(RDF.type, NamedNode(PREFIXES["akg"] + kind))

    def subjects(self, predicate: NamedNode, value: NamedNode | Literal) -> list[str]:
        """Return the IRIs of what has this value, sorted."""
        return sorted({quad.subject.value for quad in self._quads(predicate, value)})

    def pairs(self, predicate: NamedNode, value: NamedNode | None = None) -> Iterator[tuple[str, str, str]]:
        """Yield subject, value and graph of each fact with this predicate."""
        for quad in self._quads(predicate, value):
            yield quad.subject.value, quad.object.value, quad.graph_name.value

    def themes(self) -> list[str]:
        """Return the IRIs of the themes in the order of their names."""
        names = {
            theme: self._value(NamedNode(theme), SKOS.prefLabel) for theme in self.subjects(SKOS.inScheme, _THEMES)
        }
        return sorted(names, key=lambda theme: (names[theme], theme))

    def ties(self) -> Iterator[Said]:
        """Yield every cross-reference and every mapping with its standing."""
        for node in self._quads(RDF.type, AKG.CrossReference):
            yield self._said(node.subject, _STATED, "crossref")
        for quad in self._quads(AKG.standing):
            yield self._said(quad.subject, _MAPPED, quad.object.value)

    def tags(self) -> Iterator[Said]:
        """Yield every tag that the words of an element earn it; those by hand are mappings, and come with the ties."""
        for quad in self._quads(SSSOM.mapping_justification, _BY_WORDS):
            said = self._said(quad.subject, _STATED, "by words")
            if said.relation == DCTERMS.subject.value:
                yield said

    def _homes(self) -> Iterator[tuple[str, str]]:
        """The instrument that an element is part of; before it, the plan that carries a strategy out, or its own."""
        for whole in (one for one, is_plan in self.wholes.items() if not is_plan):
            yield from ((part, whole) for part in self.subjects(AKG.partOf, NamedNode(whole)))
        plans = {element: plan for element, plan, _ in self.pairs(AKG.inPlan)}
        for strategy in (one for one, kind in self.kind.items() if kind == "Strategy"):
            plan = plans.get(self._value(NamedNode(strategy), AKG.inKeyResultArea))
            if plan:
                yield strategy, plan
        yield from plans.items()

    def _said(self, node: Any, slots: tuple[NamedNode, ...], standing: str) -> Said:
        source, relation, target = (self._value(node, slot) for slot in slots)
        return Said(source, relation, target, standing, node.value)

    def _value(self, node: Any, predicate: NamedNode) -> str:
        for quad in self._quads(predicate, subject=node):
            return str(quad.object.value)
        return ""

    def _quads(self, predicate: NamedNode, value: Any = None, subject: Any = None) -> Iterator[Any]:
        return self.quads.quads_for_pattern(subject, predicate, value)
