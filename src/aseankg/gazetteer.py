"""Makes the names by which printed words are looked up, of the reference data, the schemes and the descriptors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from aseankg.extract.names import Entity, Names
from aseankg.identifiers import instance
from aseankg.namespaces import AKG, ID, RDF, RDFS, SKOS
from aseankg.sources import Descriptor

__all__ = ["read_names"]

_CLASSES = {
    AKG.Body: "body", AKG.Country: "country", AKG.ActorGroup: "group", AKG.Instrument: "instrument", AKG.Plan: "plan",
}  # fmt: skip
_LABELS = (RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, AKG.acronym)
_Triples = Iterable[tuple[NamedNode, NamedNode, NamedNode | Literal]]


def read_names(triples: _Triples, descriptors: Iterable[Descriptor]) -> Names:
    """Return the names of bodies, countries, groups, instruments, plans and concepts that the triples label."""
    about: defaultdict[NamedNode, list[tuple[NamedNode, NamedNode | Literal]]] = defaultdict(list)
    for subject, predicate, value in triples:
        about[subject].append((predicate, value))
    names = [entry for subject, pairs in about.items() for entry in _names_of(subject, pairs)]
    for descriptor in descriptors:
        plan = Entity(instance(f"plan/{descriptor.slug}"), descriptor.short, frozenset({"plan"}))
        names.append((descriptor.title, plan))
    return Names(names)


def _names_of(subject: NamedNode, pairs: list[tuple[NamedNode, NamedNode | Literal]]) -> Iterator[tuple[str, Entity]]:
    kinds = frozenset(_kinds(pairs))
    labels: dict[NamedNode, str] = {predicate: value.value for predicate, value in pairs if predicate in _LABELS}
    if not kinds or not labels:
        return
    entity = Entity(subject, labels.get(RDFS.label, labels.get(SKOS.prefLabel, "")), kinds)
    for predicate, value in pairs:
        if predicate in _LABELS:
            yield value.value, entity


def _kinds(pairs: list[tuple[NamedNode, NamedNode | Literal]]) -> Iterator[str]:
    for predicate, value in pairs:
        if predicate == RDF.type and isinstance(value, NamedNode) and value in _CLASSES:
            yield _CLASSES[value]
        elif predicate == AKG.bodyKind:
            yield value.value.rpartition("/")[2]
        elif predicate == SKOS.inScheme:
            yield "concept:" + value.value.removeprefix(ID + "concept/")
