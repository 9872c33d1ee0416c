"""Says a plan of the graph in the words of StratML.

Goals are what stands right below the plan: objectives, key result areas, thematic groups and the like. What stands
below a goal, at whatever depth, is an objective of it, and says what it is part of. Strategies that a plan takes
from an instrument are objectives of their key result area. Not here: XML (writing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Store

from aseankg.errors import UsageError
from aseankg.export.network import Choice, Network, Node, Tie, network_of
from aseankg.identifiers import ELEMENT_KINDS, as_counted
from aseankg.namespaces import AKG, DCTERMS, FOAF, ID, SKOS
from aseankg.stratml.records import Organization, Part, Stakeholder, StrategicPlan, as_identifier, as_lines

__all__ = ["LOST", "describe"]

LOST = (
    "StratML has no place for: the passages on which each fact rests and their words, who read what into the text, "
    "footnotes and cross-references, mappings to other plans, dates and venues as data, and more than two levels. "
    "The IRIs lead to all of that. An Identifier is the end of an IRI, its slashes written as two underscores."
)
_NO_GOALS = ("abbreviation", "footnote", "kpi", "mission", "note", "vision", "implementation-point", "monitoring")
_OTHER = ("note", "monitoring", "implementation-point")
_RANK = ("objective", "kra", "thematic-group", "strategy", "target", "thematic-area")  # then all others
_READ = " (as read by aseankg; not printed so)"


def describe(store: Store, slug: str) -> StrategicPlan:
    """Return a plan; UsageError where there is none of that slug, or nothing of it is known but its name."""
    choice = Choice(plans=(slug,), layers=("stated", "curated"), families=("role", "part"))
    return _Plan(store, slug, network_of(store, choice)).described()


def _rank(kind: str) -> int:
    return _RANK.index(kind) if kind in _RANK else len(_RANK)


class _Plan:
    def __init__(self, store: Store, slug: str, network: Network) -> None:
        self._store, self._iri = store, f"{ID}plan/{slug}"
        self._nodes = {node.iri: node for node in network.nodes}
        self._by_source: defaultdict[str, list[Tie]] = defaultdict(list)
        for tie in network.ties:
            self._by_source[tie.source].append(tie)

    def described(self) -> StrategicPlan:
        goals = tuple(self._goal(node) for node in self._children[self._iri] if node.kind not in _NO_GOALS)
        if not goals:
            raise UsageError(f"Of {self._nodes[self._iri].label} no part is known: StratML needs a goal at least.")
        start, end = (self._value(self._iri, term) for term in (AKG.periodStart, AKG.periodEnd))
        return StrategicPlan(
            name=self._value(self._iri, SKOS.prefLabel) or self._nodes[self._iri].label,
            other="\n".join(self._other()),
            organizations=tuple(self._organizations()),
            vision=self._statement("vision"),
            mission=self._statement("mission"),
            goals=goals,
            start=f"{start}-01-01" if start else "",
            end=f"{end}-12-31" if end else "",
            source=self._value(self._iri, FOAF.page),
        )

    @cached_property
    def _children(self) -> dict[str, list[Node]]:
        """The parts of each whole in their order; strategies of an instrument before what carries them out."""
        found: defaultdict[str, list[Node]] = defaultdict(list)
        for node in self._nodes.values():
            above = self._above(node)
            if above:
                found[above].append(node)
        for nodes in found.values():
            nodes.sort(key=lambda node: (_rank(node.kind), self._order(node), as_counted(node.iri)))
        return found

    def _above(self, node: Node) -> str:
        wanted = AKG.inKeyResultArea if self._borrowed(node) else AKG.partOf
        above = (tie.target for tie in self._by_source[node.iri] if tie.property == wanted.value)
        return next((iri for iri in above if iri in self._nodes), "")

    def _borrowed(self, node: Node) -> bool:
        return node.kind == "strategy" and node.plan != self._iri

    def _order(self, node: Node) -> int:
        return int(self._value(node.iri, AKG.order) or 0)

    def _goal(self, node: Node) -> Part:
        below = tuple(self._part(inner, node.iri) for inner in self._below(node.iri))
        return self._part(node, self._iri, below)

    def _below(self, iri: str) -> Iterator[Node]:
        for node in self._children.get(iri, ()):
            if node.kind not in _NO_GOALS:
                yield node
                yield from self._below(node.iri)

    def _part(self, node: Node, goal: str, objectives: tuple[Part, ...] = ()) -> Part:
        known_only = self._value(node.iri, AKG.knownOnlyByReference) == "true"
        return Part(
            name=node.title or node.label,
            identifier=as_identifier(node.iri),
            sequence=node.number,
            stakeholders=tuple(self._stakeholders(node)),
            other=as_lines([*self._lines(node, goal), ("Known only by reference", "true" if known_only else "")]),
            objectives=objectives,
        )

    def _lines(self, node: Node, goal: str) -> Iterator[tuple[str, str]]:
        yield "IRI", node.iri
        yield "Kind", ELEMENT_KINDS[node.kind][1]
        above = self._above(node)
        yield "Part of", as_identifier(above) if above != goal else ""
        for term, key in ((AKG.implementsStrategy, "Implements"), (AKG.focusArea, "Focus area")):
            for value in self._values(node.iri, term):
                yield key, as_identifier(value) if key == "Implements" else self._value(value, SKOS.prefLabel)
        yield "Timeline", self._value(node.iri, AKG.timelineText)
        for inner in self._children.get(node.iri, ()):
            if inner.kind == "kpi":
                yield "Indicator", inner.title

    def _stakeholders(self, node: Node) -> Iterator[Stakeholder]:
        for tie in self._by_source[node.iri]:
            if tie.family == "role":
                actor = self._nodes[tie.target]
                kind = "Generic_Group" if actor.kind == "group" else "Organization"
                name = self._value(actor.iri, SKOS.prefLabel) or actor.label
                yield Stakeholder(name, tie.label + (_READ if tie.layer == "curated" else ""), kind)

    def _organizations(self) -> Iterator[Organization]:
        for iri in self._values(self._iri, AKG.ofOrganization):
            name, acronym = (self._value(iri, term) for term in (SKOS.prefLabel, AKG.acronym))
            yield Organization(name, acronym, as_identifier(iri), self._value(iri, SKOS.definition))

    def _statement(self, kind: str) -> Part | None:
        """The one vision or mission that StratML has: the texts of all, one below the other."""
        nodes = [node for node in self._children[self._iri] if node.kind == kind]
        if not nodes:
            return None
        return Part(description="\n".join(node.title for node in nodes), identifier=as_identifier(nodes[0].iri))

    def _other(self) -> Iterator[str]:
        yield f"IRI: {self._iri}"
        for node in self._children[self._iri]:
            if node.kind in _OTHER:
                yield f"{ELEMENT_KINDS[node.kind][1]} {node.number}: {node.title}"
        document = self._iri.replace("/plan/", "/source/")
        rights = self._value(document, DCTERMS.rights)
        if rights:
            yield f"Rights in the text: {rights}"
        yield LOST

    def _values(self, iri: str, term: NamedNode) -> list[str]:
        quads = self._store.quads_for_pattern(NamedNode(iri), term, None, None)
        return sorted({quad.object.value for quad in quads if isinstance(quad.object, (Literal, NamedNode))})

    def _value(self, iri: str, term: NamedNode) -> str:
        return next(iter(self._values(iri, term)), "")
