"""Reads the names that stand in running text: bodies are mentioned, other plans and instruments are cited.

Not here: what a footnote's phrases say of other plans (crossrefs).
"""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from aseankg.extract.names import Entity
from aseankg.extract.reading import Element, Reading, unless_same
from aseankg.identifiers import element
from aseankg.namespaces import AKG, ID, RDFS
from aseankg.records import CrossReference, Piece

__all__ = ["read_mentions"]

_NAMED = frozenset({"body", "plan", "instrument"})
_URL = re.compile(r"https?://[^\s<>()]+")


def read_mentions(reading: Reading) -> None:
    """Note the names in the words of each element, and in the plan's title."""
    for read in list(reading.elements.values()):
        _read_names(reading, read)
        for match in _URL.finditer(read.words.source.text, read.words.start, read.words.end):
            reading.state(read.iri, RDFS.seeAlso, NamedNode(match[0]), read.words.group(match))
    title = next(fact for fact in reading.result.facts if fact.subject == reading.plan and fact.predicate == AKG.title)
    for work, words in reading.names.occurrences(title.evidence[0], frozenset({"instrument"})):
        _cite(reading, reading.plan, work, [words])


def _read_names(reading: Reading, read: Element) -> None:
    """Note each body and work that an element names, with every place where it does."""
    places: dict[Entity, list[Piece]] = {}
    for entity, words in reading.names.occurrences(read.words, _NAMED):
        places.setdefault(entity, []).append(words)
    for entity, pieces in places.items():
        if "body" in entity.kinds:
            _mention(reading, read, entity, pieces)
        elif entity.iri != reading.plan:
            _cite(reading, read.iri, entity, pieces)


def _mention(reading: Reading, read: Element, body: Entity, pieces: list[Piece]) -> None:
    """The plan's own association is left out: it is the air that all of it breathes. So is what an entry defines."""
    if body.iri.value != ID + reading.descriptor.organization and read.kind != "abbreviation":
        written = unless_same(body.label, pieces[0].text)
        reading.state(read.iri, AKG.mentions, body.iri, *pieces, as_written=written)


def _cite(reading: Reading, subject: NamedNode, work: Entity, pieces: list[Piece]) -> None:
    reference = CrossReference("cites", _note_behind(reading, pieces[0]))
    written = pieces[0].text
    reading.state_of_others(subject, AKG.cites, work.iri, *pieces, as_written=written, cross_reference=reference)


def _note_behind(reading: Reading, words: Piece) -> NamedNode | None:
    """The note whose mark stands right behind a name."""
    notes = reading.descriptor.layout.notes
    for mark in reading.marks:
        if notes and not words.cut(words.end, mark.piece.start).strip() and mark.piece.start >= words.end:
            return element(reading.descriptor.slug, notes.holds, mark.number)
    return None
