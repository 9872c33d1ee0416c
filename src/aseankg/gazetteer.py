"""Makes the names by which printed words are looked up, of the reference data, the schemes and the descriptors.

A name that two bodies or countries share is an error here, before a text is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from aseankg.errors import DataError
from aseankg.extract.names import Entity, Names
from aseankg.identifiers import instance
from aseankg.namespaces import AKG, ID, RDF, RDFS, SKOS, shorten
from aseankg.reference import ReferenceFact
from aseankg.sources import Descriptor

__all__ = ["read_names", "require_distinct_names"]

_CLASSES = {
    AKG.Body: "body", AKG.Country: "country", AKG.ActorGroup: "group", AKG.Instrument: "instrument", AKG.Plan: "plan",
}  # fmt: skip
_LABELS = (RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, AKG.acronym)
_OWN_LABELS = (RDFS.label, SKOS.prefLabel, AKG.acronym)  # what one body or country alone is called
_Triples = Iterable[tuple[NamedNode, NamedNode, NamedNode | Literal]]


def read_names(triples: _Triples, descriptors: Iterable[Descriptor]) -> Names:
    """Return the names of bodies, countries, groups, instruments, plans and concepts that the triples label."""
    about: defaultdict[NamedNode, list[tuple[NamedNode, NamedNode | Literal]]] = defaultdict(list)
    for subject, predicate, value in triples:
        about[subject].append((predicate, value))
    for descriptor in descriptors:
        about[instance(f"plan/{descriptor.slug}")] += [
            (RDF.type, AKG.Plan),
            (RDFS.label, Literal(descriptor.short)),
            (SKOS.prefLabel, Literal(descriptor.title)),
        ]
    return Names(entry for subject, pairs in about.items() for entry in _names_of(subject, pairs))


def require_distinct_names(facts: Iterable[ReferenceFact]) -> None:
    """Raise DataError, naming both, when two bodies or countries share a label, preferred label or acronym."""
    facts = list(facts)
    named = {fact.subject for fact in facts if fact.object in (AKG.Body, AKG.Country)}
    called: dict[str, ReferenceFact] = {}
    for fact in facts:
        if fact.predicate in _OWN_LABELS and fact.subject in named:
            first = called.setdefault(fact.object.value, fact)
            if first.subject != fact.subject:
                both = " and ".join(shorten(one.subject.value) for one in (first, fact))
                words = f"{both} are both called {fact.object.value!r} ({first.file}:{first.line}): expected one."
                raise DataError(f"{words} A printed name would mean two things.", fact.file, fact.line)


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
