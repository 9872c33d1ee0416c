"""Makes quads of the mappings that people judged: data/alignment/ between plans, data/links/ to other people's data.

Only an asserted mapping makes a direct triple. One that is contested stands beside the one that dissents from it, and
a rejected one keeps a pair from being proposed again. Not here: the form of the files (mappings).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Dict
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.errors import DataError, placed, suggest
from aseankg.identifiers import hashed
from aseankg.mappings import Mapping, read_mappings, require_consistent
from aseankg.namespaces import (
    AKG,
    DCTERMS,
    ID,
    OWL,
    PAV,
    PROV,
    RDF,
    RDFS,
    SSSOM,
    XSD,
    graph,
    shorten,
)
from aseankg.quads import passage_quads
from aseankg.records import Piece, SourceText
from aseankg.statements import address_of, recorded_in, statement_quads

__all__ = ["ALIGNMENT", "LINKS", "alignment_quads"]

ALIGNMENT, LINKS = graph("alignment"), graph("links")
_FOLDERS = {"alignment": ALIGNMENT, "links": LINKS}
_PASSAGE = re.compile(re.escape(ID) + r"source/([^/]+)/passage/(\d+)-(\d+)")
_Pairs = list[tuple[NamedNode, NamedNode | Literal]]


def alignment_quads(
    folders: Iterable[Path], sources: Dict[str, SourceText], known: Collection[NamedNode]
) -> Iterator[Quad]:
    """Yield the mappings of `alignment/*.sssom.tsv` and `links/*.sssom.tsv` of the data folders, each in its graph.

    `known` are the things that the graph describes. Raises DataError with file and line for a row that cannot be
    read, says again or against what another says, has an end of ours that nothing describes, or a passage that is none.
    """
    folders = list(folders)
    for name, home in _FOLDERS.items():
        yield from _folder_quads(_read(folders, name), home, sources, known)


def _read(folders: list[Path], name: str) -> dict[Mapping, str]:
    """The rows of the files of one kind, each with where it is recorded; they may not contradict each other."""
    found = {
        one: recorded_in(folder, file, one.line)
        for folder in folders
        for file in sorted(folder.glob(f"{name}/*.sssom.tsv"))
        for one in read_mappings(file).mappings
    }
    require_consistent(tuple(found))
    return found


def _folder_quads(
    found: Dict[Mapping, str], home: NamedNode, sources: Dict[str, SourceText], known: Collection[NamedNode]
) -> Iterator[Quad]:
    signs = {(*one.triple, one.negated) for one in found}
    for one, record in found.items():
        _require_ends(one, known)
        yield from _mapping_quads(one, (*one.triple, not one.negated) in signs, record, home)
        for passage in filter(None, (one.subject_passage, one.object_passage)):
            yield from passage_quads(_piece(passage, one, sources))


def _require_ends(one: Mapping, known: Collection[NamedNode]) -> None:
    for end in (one.subject, one.object, *one.authors):
        if end.value.startswith(ID) and end not in known:
            names = [shorten(thing.value) for thing in known]
            name = shorten(end.value)
            words = f"{name} is described nowhere in the graph: expected a thing that is.{suggest(name, names)}"
            raise DataError(words, one.file, one.line)


def _mapping_quads(one: Mapping, contested: bool, record: str, home: NamedNode) -> Iterator[Quad]:
    node = _node(one, home, one.negated)
    standing = _standing(one, contested)
    about: _Pairs = [
        (RDF.type, SSSOM.Mapping),
        (OWL.annotatedSource, one.subject),
        (OWL.annotatedProperty, one.predicate),
        (OWL.annotatedTarget, one.object),
        (SSSOM.mapping_justification, one.justification),
        (SSSOM.confidence, Literal(one.confidence, datatype=XSD.decimal)),
        (PAV.authoredOn, Literal(one.date, datatype=XSD.date)),
        (RDFS.comment, Literal(one.comment)),
        (RDFS.label, Literal(_label(one))),
        (AKG.standing, Literal(standing)),
        (AKG.recordedIn, Literal(record)),
        (AKG.inGraph, home),
        *((PAV.authoredBy, author) for author in one.authors),
        *((PAV.reviewedBy, reviewer) for reviewer in one.reviewers),
        *_details(one, home),
    ]
    yield from (Quad(node, term, value, home) for term, value in about)
    if standing == "asserted":
        yield Quad(*one.triple, home)
        yield from statement_quads((*one.triple, home), _statement_of(one), home, "mapping")


def _standing(one: Mapping, contested: bool) -> str:
    if one.dissents:
        return "dissenting"
    if contested:
        return "contested"
    return "rejected" if one.negated else "asserted"


def _details(one: Mapping, home: NamedNode) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """What not every row says."""
    for term, words in ((SSSOM.subject_label, one.subject_label), (SSSOM.object_label, one.object_label)):
        if words:
            yield term, Literal(words)
    if one.subject_passage:
        yield AKG.subjectPassage, one.subject_passage
    if one.object_passage:
        yield AKG.objectPassage, one.object_passage
    if one.object_address:
        yield DCTERMS.source, address_of(one.object_address)
    if one.negated:
        yield SSSOM.predicate_modifier, SSSOM.NegatedPredicate
    if one.dissents:
        yield AKG.dissentsFrom, _node(one, home, not one.negated)


def _statement_of(one: Mapping) -> _Pairs:
    """What the statement of an asserted mapping rests on, as every other statement says it."""
    return [
        (AKG.rationale, Literal(one.comment)),
        (DCTERMS.created, Literal(one.date, datatype=XSD.date)),
        *((PROV.wasAttributedTo, author) for author in one.authors),
        *((AKG.evidence, passage) for passage in (one.subject_passage, one.object_passage) if passage),
    ]


def _node(one: Mapping, home: NamedNode, negated: bool) -> NamedNode:
    return hashed("mapping", home, *one.triple, " Not" if negated else "")


def _label(one: Mapping) -> str:
    subject, target = (one.subject_label or shorten(one.subject.value), one.object_label or shorten(one.object.value))
    return f"{'Not: ' * one.negated}{subject} {shorten(one.predicate.value).partition(':')[2]} {target}"


def _piece(passage: NamedNode, one: Mapping, sources: Dict[str, SourceText]) -> Piece:
    """The words of a passage that a row names; DataError unless it lies within one cell or paragraph of a source."""
    match = _PASSAGE.fullmatch(passage.value)
    if not match:
        raise DataError(f"{shorten(passage.value)} is no passage: expected source/…/passage/0-10.", one.file, one.line)
    slug, start, end = match[1], int(match[2]), int(match[3])
    if slug not in sources:
        raise DataError(f"no source {slug!r}.{suggest(slug, sources)}", one.file, one.line)
    piece = Piece(sources[slug], start, end)
    with placed(one.file, one.line):
        if not piece or end > len(piece.source.text) or re.search(r"[\t\n]", piece.text):
            raise ValueError(
                f"{shorten(passage.value)} is {piece.text!r:.60}: expected words within one cell or paragraph of "
                f"the {len(piece.source.text)} characters of {slug}."
            )
    return piece
