"""Makes quads of facts: the plan and cross-reference graphs, the statements, passages and sources of the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.identifiers import hashed, instance, passage
from aseankg.namespaces import AKG, DCTERMS, FOAF, PROV, RDF, RDFS, XSD, graph
from aseankg.records import Fact, Piece, SourceText
from aseankg.reference import ReferenceFact
from aseankg.sources import Descriptor

__all__ = ["EVIDENCE", "fact_quads", "passage_quads", "publication_facts", "source_quads"]

EVIDENCE = graph("evidence")


def fact_quads(facts: Iterable[Fact]) -> Iterator[Quad]:
    """Yield each fact in its graph; a fact with evidence also as a statement with its passages."""
    for fact in facts:
        yield Quad(fact.subject, fact.predicate, fact.object, fact.graph)
        if fact.evidence:
            yield from _statement_quads(fact)


def _statement_quads(fact: Fact) -> Iterator[Quad]:
    kind = "crossref" if fact.cross_reference else "statement"
    node = hashed(kind, fact.graph, fact.subject, fact.predicate, fact.object)
    for term, value in (
        (RDF.type, RDF.Statement), (RDF.subject, fact.subject), (RDF.predicate, fact.predicate),
        (RDF.object, fact.object), (AKG.inGraph, fact.graph), *_wording(fact), *_cross_reference(fact),
    ):  # fmt: skip
        yield Quad(node, term, value, EVIDENCE)
    for piece in fact.evidence:
        yield Quad(node, AKG.evidence, passage(piece.source.slug, piece.start, piece.end), EVIDENCE)
        yield from passage_quads(piece)


def _wording(fact: Fact) -> Iterator[tuple[NamedNode, Literal]]:
    if fact.as_written is not None:
        yield AKG.asWritten, Literal(fact.as_written)
    if fact.column is not None:
        yield AKG.printedInColumn, Literal(fact.column)


def _cross_reference(fact: Fact) -> Iterator[tuple[NamedNode, NamedNode]]:
    reference = fact.cross_reference
    if reference is None:
        return
    yield RDF.type, AKG.CrossReference
    yield AKG.crossReferenceKind, instance(f"concept/crossref-kind/{reference.kind}")
    if reference.note:
        yield AKG.fromNote, reference.note
    if reference.attributed_to:
        yield PROV.wasAttributedTo, reference.attributed_to


def passage_quads(piece: Piece) -> Iterator[Quad]:
    """Yield the passage of a piece: its source, offsets and exact words."""
    node = passage(piece.source.slug, piece.start, piece.end)
    for term, value in (
        (RDF.type, AKG.Passage), (AKG.inSource, instance(f"source/{piece.source.slug}")),
        (AKG.startOffset, Literal(str(piece.start), datatype=XSD.integer)),
        (AKG.endOffset, Literal(str(piece.end), datatype=XSD.integer)), (AKG.exact, Literal(piece.text)),
    ):  # fmt: skip
        yield Quad(node, term, value, EVIDENCE)


def source_quads(descriptor: Descriptor, source: SourceText) -> Iterator[Quad]:
    """Yield the source document: the decoded text, its checksum, and the day whose membership counts."""
    document, plan = instance(f"source/{source.slug}"), instance(f"plan/{source.slug}")
    for term, value in (
        (RDF.type, AKG.SourceDocument), (RDFS.label, Literal(f"Text of {descriptor.short}")), (AKG.textOf, plan),
        (DCTERMS.title, Literal(descriptor.title)), (AKG.sourceText, Literal(source.text)),
        (AKG.sha256, Literal(descriptor.sha256)),
    ):  # fmt: skip
        yield Quad(document, term, value, EVIDENCE)


def publication_facts(descriptor: Descriptor, file: str) -> Iterator[ReferenceFact]:
    """Yield what the descriptor says of the publication, each with the address in which it was read."""
    plan, document = instance(f"plan/{descriptor.slug}"), instance(f"source/{descriptor.slug}")
    day = Literal(descriptor.membership_as_of.isoformat(), datatype=XSD.date)
    reason = Literal(descriptor.membership_as_of_reason)
    organization = instance(descriptor.organization)
    own = descriptor.membership_as_of_source
    yield ReferenceFact(plan, AKG.ofOrganization, organization, own, file, 1)
    yield ReferenceFact(document, AKG.membershipAsOf, day, own, file, 1)
    yield ReferenceFact(document, AKG.rationale, reason, own, file, 1)
    for said, subject, predicate in (
        (descriptor.publisher, document, DCTERMS.publisher), (descriptor.issued, document, DCTERMS.issued),
        (descriptor.adopted, plan, AKG.adoptedOn), (descriptor.landing_page, plan, FOAF.page),
        (descriptor.rights, document, DCTERMS.rights),
    ):  # fmt: skip
        if said is not None:
            yield ReferenceFact(subject, predicate, _publication_value(predicate, said.value), said.source, file, 1)


def _publication_value(predicate: NamedNode, value: str) -> NamedNode | Literal:
    if predicate == DCTERMS.publisher:
        return instance(value)
    if predicate == FOAF.page:
        return NamedNode(value)
    dated = {10: XSD.date, 7: XSD.gYearMonth, 4: XSD.gYear}.get(len(value), XSD.string)
    return Literal(value, datatype=dated if predicate in (DCTERMS.issued, AKG.adoptedOn) else XSD.string)
