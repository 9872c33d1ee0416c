"""VoID of a release: how much there is of what, in the whole and in each named graph, counted from the quads.

https://www.w3.org/TR/void/ says what the terms mean. Partitions and subsets have IRIs: no blank node is published.
Of the dataset as it is now in the document at the well-known place, of one version in that version's own document.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from aseankg.description.dumps import dump_name
from aseankg.description.release import DATASET_IRI, TITLE, Described, Release, about, number, words
from aseankg.namespaces import BASE, DCT, ENDPOINT, FOAF, GRAPH, ID, OWL, PROV, RDF, VOID, shorten

__all__ = ["DOCUMENT", "graph_part", "version_void_triples", "void_triples"]

DOCUMENT = NamedNode(BASE + ".well-known/void")
_Term = object  # a term of pyoxigraph, to be counted only


@dataclass
class _Counts:
    """What a set of triples holds: subjects and objects, by property; instances, by class."""

    triples: int = 0
    subjects: set[_Term] = field(default_factory=set)
    objects: set[_Term] = field(default_factory=set)
    by_property: dict[NamedNode, tuple[list[_Term], list[_Term]]] = field(
        default_factory=lambda: defaultdict(lambda: ([], []))
    )
    by_class: dict[NamedNode, set[_Term]] = field(default_factory=lambda: defaultdict(set))


def graph_part(name: str) -> NamedNode:
    """Return the IRI of the subset that a named graph is, `name` as after `graph/`."""
    return _part(DOCUMENT, f"graph-{name}")


def void_triples(release: Release) -> list[Triple]:
    """Return the description of the dataset as it is now, at which version, and the service that answers from it."""
    current = [(OWL.versionIRI, release.place), (VOID.sparqlEndpoint, ENDPOINT)]
    return [*_described(release, DATASET_IRI, DOCUMENT), *about(DATASET_IRI, current)]


def version_void_triples(release: Release, name: str) -> list[Triple]:
    """Return the description of one version, to be called `name` among its files: what is true of it for ever."""
    return _described(release, release.place, NamedNode(release.place.value + name))


def _described(release: Release, dataset: NamedNode, document: NamedNode) -> list[Triple]:
    """A dataset, its subsets by graph, and the partitions of each."""
    graphs: dict[str, list[Triple]] = defaultdict(list)
    for quad in release.quads:
        graphs[str(quad.graph_name.value)].append(quad.triple)  # type: ignore[union-attr]
    whole = _count({triple for triples in graphs.values() for triple in triples})
    found = [*about(document, _of_document(release, dataset)), *about(dataset, _of_dataset(release, whole))]
    found += _partitions(dataset, f"{document.value}#", whole)
    for iri, triples in sorted(graphs.items()):
        name = iri.removeprefix(GRAPH)
        part = _part(document, f"graph-{name}")
        found.append(Triple(dataset, VOID.subset, part))
        found += about(part, _of_graph(release, iri))
        found += _partitions(part, f"{part.value}-", _count(triples))
    return found


def _of_document(release: Release, dataset: NamedNode) -> Iterator[Described]:
    yield RDF.type, VOID.DatasetDescription
    yield DCT.title, words(f"Description of the dataset “{TITLE}”")
    yield DCT.creator, release.creator
    yield DCT.license, release.licence
    yield FOAF.primaryTopic, dataset


def _of_dataset(release: Release, counts: _Counts) -> Iterator[Described]:
    yield RDF.type, VOID.Dataset
    yield DCT.title, words(TITLE)
    yield DCT.description, words(release.summary)
    yield DCT.creator, release.creator
    yield DCT.publisher, release.creator
    yield DCT.license, release.licence
    yield OWL.versionInfo, Literal(release.version)
    yield VOID.uriSpace, Literal(ID)
    yield VOID.entities, number(sum(_is_entity(subject) for subject in counts.subjects))
    for name in release.dumps:
        if name.endswith(".gz"):
            yield VOID.dataDump, _dump(release, name)
    for plan in release.plans():
        yield VOID.exampleResource, plan
    for namespace in sorted(_namespaces([*counts.by_property, *counts.by_class])):
        yield VOID.vocabulary, NamedNode(namespace)
    for source, _ in release.sources:
        yield PROV.wasDerivedFrom, source


def _of_graph(release: Release, iri: str) -> Iterator[Described]:
    yield RDF.type, VOID.Dataset
    yield DCT.title, words(f"Named graph {iri.removeprefix(GRAPH)}")
    yield DCT.license, release.licence
    yield FOAF.primaryTopic, NamedNode(iri)
    yield VOID.dataDump, _dump(release, dump_name(iri))


def _dump(release: Release, name: str) -> NamedNode:
    return NamedNode(release.place.value + name)


def _count(triples: Collection[Triple]) -> _Counts:
    counts = _Counts(len(triples))
    for subject, predicate, value in triples:
        subjects, objects = counts.by_property[predicate]
        subjects.append(subject)
        objects.append(value)
    for subjects, objects in counts.by_property.values():
        counts.subjects.update(subjects)
        counts.objects.update(objects)
    for subject, kind in zip(*counts.by_property.get(RDF.type, ([], [])), strict=True):
        if isinstance(kind, NamedNode):
            counts.by_class[kind].add(subject)
    return counts


def _partitions(dataset: NamedNode, start: str, counts: _Counts) -> Iterator[Triple]:
    """The numbers of a dataset and a partition for each of its classes and properties, their IRIs from `start`."""
    yield from about(dataset, [
        (VOID.triples, number(counts.triples)), (VOID.classes, number(len(counts.by_class))),
        (VOID.properties, number(len(counts.by_property))), (VOID.distinctSubjects, number(len(counts.subjects))),
        (VOID.distinctObjects, number(len(counts.objects))),
    ])  # fmt: skip
    for kind, instances in counts.by_class.items():
        part = NamedNode(f"{start}class-{_fragment(shorten(kind.value))}")
        yield Triple(dataset, VOID.classPartition, part)
        yield from about(part, [(VOID["class"], kind), (VOID.entities, number(len(instances)))])
    for term, (subjects, objects) in counts.by_property.items():
        part = NamedNode(f"{start}property-{_fragment(shorten(term.value))}")
        yield Triple(dataset, VOID.propertyPartition, part)
        yield from about(part, [
            (VOID.property, term), (VOID.triples, number(len(subjects))),
            (VOID.distinctSubjects, number(len(set(subjects)))), (VOID.distinctObjects, number(len(set(objects)))),
        ])  # fmt: skip


def _part(document: NamedNode, name: str) -> NamedNode:
    return NamedNode(f"{document.value}#{_fragment(name)}")


def _fragment(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)


def _is_entity(subject: _Term) -> bool:
    return isinstance(subject, NamedNode) and subject.value.startswith(ID)


def _namespaces(terms: Iterable[NamedNode]) -> set[str]:
    """The namespaces of the terms: what stands before the last `#` or `/`, with it."""
    return {re.sub(r"[^#/]*$", "", term.value) for term in terms}
