"""Makes quads of facts: the plan and cross-reference graphs, the statements, passages and sources of the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.errors import placed
from aseankg.identifiers import instance, passage
from aseankg.namespaces import AKG, DCTERMS, FOAF, PROV, RDF, RDFS, XSD, graph
from aseankg.records import Fact, Piece, SourceText
from aseankg.reference import ReferenceFact, read_date
from aseankg.sources import Descriptor
from aseankg.statements import recorded_in, statement_quads

__all__ = ["EVIDENCE", "fact_quads", "passage_quads", "publication_facts", "source_quads"]

EVIDENCE = graph("evidence")


def fact_quads(facts: Iterable[Fact]) -> Iterator[Quad]:
    """Yield each fact in its graph; a fact with evidence also as a statement with its passages."""
    for fact in facts:
        yield Quad(fact.subject, fact.predicate, fact.object, fact.graph)
        if fact.evidence:
            yield from _statement_quads(fact)
        if fact.predicate in (AKG.title, AKG.knownOnlyByReference):  # where the element itself stands
            for piece in fact.evidence:
                yield Quad(fact.subject, AKG.evidence, passage(piece.source.slug, piece.start, piece.end), EVIDENCE)


def _statement_quads(fact: Fact) -> Iterator[Quad]:
    kind = "crossref" if fact.cross_reference else "statement"
    passages = ((AKG.evidence, passage(piece.source.slug, piece.start, piece.end)) for piece in fact.evidence)
    more: list[tuple[NamedNode, NamedNode | Literal]] = [*_wording(fact), *_cross_reference(fact), *passages]
    yield from statement_quads((fact.subject, fact.predicate, fact.object, fact.graph), more, EVIDENCE, kind)
    for piece in fact.evidence:
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


def publication_facts(descriptor: Descriptor, file: Path) -> Iterator[ReferenceFact]:
    """Yield what the descriptor says of the publication, each with the address in which it was read.

    `file` is the descriptor's; raises DataError with the line of the key for a value that cannot be read.
    """
    plan, document = instance(f"plan/{descriptor.slug}"), instance(f"source/{descriptor.slug}")
    own = descriptor.membership_as_of_source
    text = file.read_text(encoding="utf-8")
    for key, subject, predicate, value, source in (
        ("organization", plan, AKG.ofOrganization, descriptor.organization, own),
        ("membership-as-of", document, AKG.membershipAsOf, descriptor.membership_as_of.isoformat(), own),
        ("membership-as-of-reason", document, AKG.rationale, descriptor.membership_as_of_reason, own),
        *_said(descriptor, plan, document),
    ):
        line = _line_of(text, key)
        with placed(file, line):
            term = _publication_value(predicate, value)
        yield ReferenceFact(subject, predicate, term, source, str(file), line, recorded_in(file.parents[2], file, line))


def _said(
    descriptor: Descriptor, plan: NamedNode, document: NamedNode
) -> Iterator[tuple[str, NamedNode, NamedNode, str, str]]:
    """What the descriptor says with a source of its own: key, subject, predicate, value, source."""
    for key, said, subject, predicate in (
        ("publisher", descriptor.publisher, document, DCTERMS.publisher),
        ("issued", descriptor.issued, document, DCTERMS.issued),
        ("adopted", descriptor.adopted, plan, AKG.adoptedOn),
        ("landing-page", descriptor.landing_page, plan, FOAF.page),
        ("rights", descriptor.rights, document, DCTERMS.rights),
    ):
        if said is not None:
            yield key, subject, predicate, said.value, said.source


def _line_of(text: str, key: str) -> int | None:
    """The line of a key's value: `key = …`, or the `value = …` below `[key]`."""
    found = re.search(rf"^\[{key}\]\s*(?:^(?!\[|value\b).*\n)*^value\b|^{key}\s*[.=]", text, re.MULTILINE)
    return None if found is None else text.count("\n", 0, found.end()) + 1


def _publication_value(predicate: NamedNode, value: str) -> NamedNode | Literal:
    if predicate in (DCTERMS.publisher, AKG.ofOrganization):
        return instance(value)
    if predicate == FOAF.page:
        return NamedNode(value)
    if predicate in (DCTERMS.issued, AKG.adoptedOn, AKG.membershipAsOf):
        return read_date(value)
    return Literal(value)
