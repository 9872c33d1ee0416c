"""Takes from a dataset what people compare: each thing with its facts, each fact with the words that say it.

Left out is what is made from the rest (the inferred and the system graphs but the ontology), and what only says where
something stands (offsets, passages, lines). Not here: the comparison (diff).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.namespaces import AKG, GRAPH, RDF, RDFS, SKOS, SSSOM, shorten

__all__ = ["Snapshot", "Thing", "Wording", "take"]

_LEFT_OUT = frozenset(
    {
        AKG.evidence, AKG.inGraph, AKG.order, AKG.recordedIn, AKG.subjectPassage, AKG.objectPassage, AKG.layer,
        AKG.startOffset, AKG.endOffset, AKG.exact, AKG.inSource, RDF.subject, RDF.predicate, RDF.object,
        RDFS.isDefinedBy, AKG.sourceText, AKG.sha256,
    }
)  # fmt: skip
_RECORDS = frozenset({RDF.Statement, AKG.Passage})
_NAMES = (AKG.title, SKOS.prefLabel, RDFS.label)


@dataclass(frozen=True, order=True)
class Wording:
    """One value of a fact: for people, as the source writes it where that differs, and the layer that says it."""

    value: str
    written: str = ""
    layer: str = ""

    def __str__(self) -> str:
        return f"{self.value} (written »{self.written}«)" if self.written else self.value


@dataclass
class Thing:
    """A thing with its facts: values by predicate, each under the term that tells it from others."""

    iri: str
    kinds: set[str] = field(default_factory=set)
    facts: defaultdict[str, dict[str, Wording]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def name(self) -> str:
        """What people call it: its title, or its label, or the end of its IRI."""
        for term in _NAMES:
            for wording in self.facts.get(term.value, {}).values():
                return wording.value
        return shorten(self.iri)

    @property
    def kind(self) -> str:
        """Its class, e.g. `Activity`; the first by name where there are several."""
        return min((shorten(kind).rpartition(":")[2] for kind in self.kinds), default="")


Snapshot = dict[str, Thing]


def take(quads: Iterable[Quad]) -> Snapshot:
    """Return the things of a dataset by IRI."""
    kept = [quad for quad in quads if _counts(quad)]
    records = {quad.subject for quad in kept if quad.predicate == RDF.type and quad.object in _RECORDS}
    records -= {quad.subject for quad in kept if quad.predicate == RDF.type and quad.object == SSSOM.Mapping}
    names, written = _names(kept), _written(kept)
    found: Snapshot = {}
    for quad in kept:
        if quad.subject not in records and isinstance(quad.subject, NamedNode):
            _note(found, quad, names, written)
    return found


def _counts(quad: Quad) -> bool:
    short = quad.graph_name.value.removeprefix(GRAPH) if isinstance(quad.graph_name, NamedNode) else ""
    return not short.startswith(("inferred/", "meta", "report", "shapes"))


def _names(quads: Iterable[Quad]) -> dict[str, str]:
    """What things are called, for values that name them."""
    found: dict[str, str] = {}
    for term in reversed((RDFS.label, SKOS.prefLabel)):
        found |= {q.subject.value: q.object.value for q in quads if q.predicate == term}  # type: ignore[union-attr]
    return found


def _written(quads: Iterable[Quad]) -> dict[tuple[str, str, str], str]:
    """The words of the source for each triple whose statement keeps them."""
    wanted = (RDF.subject, RDF.predicate, RDF.object, AKG.asWritten)
    of: defaultdict[str, dict[NamedNode, NamedNode | Literal]] = defaultdict(dict)
    for quad in quads:
        if quad.predicate in wanted:
            of[quad.subject.value][quad.predicate] = quad.object  # type: ignore[union-attr, assignment]
    whole = (one for one in of.values() if len(one) == len(wanted))
    return {tuple(str(one[term]) for term in wanted[:3]): one[AKG.asWritten].value for one in whole}  # type: ignore[misc]


def _note(found: Snapshot, quad: Quad, names: Mapping[str, str], written: Mapping[tuple[str, str, str], str]) -> None:
    subject, predicate, value = quad.subject, quad.predicate, quad.object
    thing = found.setdefault(subject.value, Thing(subject.value))  # type: ignore[union-attr]
    if predicate == RDF.type:
        thing.kinds.add(value.value)  # type: ignore[union-attr]
    elif predicate not in _LEFT_OUT:
        words = written.get((str(subject), str(predicate), str(value)), "")
        text = value.value  # type: ignore[union-attr]
        if isinstance(value, NamedNode):
            text = names.get(text, shorten(text))
        layer = shorten(quad.graph_name.value) if isinstance(quad.graph_name, NamedNode) else ""
        thing.facts[predicate.value].setdefault(str(value), Wording(text, words if words != text else "", layer))
