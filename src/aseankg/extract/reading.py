"""Collects what one text says while it is read: elements, facts with their pieces, and what was passed over.

The readers of the layouts (frame, register, matrix) call this; it knows elements and marks, no layout.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from aseankg.errors import DataError
from aseankg.extract.names import OWN, Entity, Names
from aseankg.identifiers import ELEMENT_KINDS, element, instance, slug_of
from aseankg.namespaces import AKG, RDF, RDFS, XSD, graph
from aseankg.records import Extraction, Fact, PassedOver, Piece, SourceText
from aseankg.sources import Descriptor

__all__ = ["TAG", "Element", "Mark", "Reading", "number_of_mark", "typed", "unless_same"]

_CROSSREF = graph("crossref")
_NUMBER = re.compile(r"[\w.-]+", re.ASCII)
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# Lead and coordinator have a form of their own where the actor is a country (contract: Properties).
_COUNTRY_FORM = {"leadActor": "leadCountry", "coordinator": "countryCoordinator"}
# A plan has one of these: their labels need no number.
_ALONE = frozenset({"vision", "mission"})


@dataclass(frozen=True)
class Element:
    """An element that was read: its IRI, kind, number or running number, and its words."""

    iri: NamedNode
    kind: str
    number: str
    words: Piece


@dataclass(frozen=True)
class Mark:
    """A footnote mark and the element whose words carry it."""

    carrier: Element
    piece: Piece
    number: str
    column: str | None = None


@dataclass
class Reading:
    """One text while it is read."""

    descriptor: Descriptor
    source: SourceText
    names: Names
    result: Extraction = field(init=False)
    elements: dict[NamedNode, Element] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    own_bodies: set[NamedNode] = field(default_factory=set)
    _order: Counter[tuple[NamedNode, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.result = Extraction(self.source)
        self.plan = instance(f"plan/{self.descriptor.slug}")
        self.graph = graph(f"plan/{self.descriptor.slug}")

    # -- facts ---------------------------------------------------------------------------------------------

    def state(
        self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, *pieces: Piece, **how: Any
    ) -> None:
        """Note one fact of the plan graph; `how` is `as_written` and `column` of the record Fact."""
        self.result.facts.append(Fact(subject, predicate, value, self.graph, pieces, **how))

    def state_of_others(
        self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, *pieces: Piece, **how: Any
    ) -> None:
        """Note one fact about another text; `how` is `as_written` and `cross_reference` of the record Fact."""
        self.result.facts.append(Fact(subject, predicate, value, _CROSSREF, pieces, **how))

    def pass_over(self, piece: Piece, reason: str) -> None:
        """Note characters that say nothing, with the reason."""
        self.result.passed_over.append(PassedOver(piece, reason))

    def error(self, piece: Piece, message: str) -> DataError:
        """Return the error for a piece: its file, its line and the message."""
        return DataError(message, self.source.file, piece.line)

    # -- elements ------------------------------------------------------------------------------------------

    def add_element(
        self,
        kind: str,
        number: str,
        words: Piece,
        parent: NamedNode,
        *heading: Piece,
        document: str | None = None,
    ) -> Element:
        """Note an element with its title; `heading` are the pieces that say what it is part of.

        Raises DataError when two elements of one kind have one number.
        """
        if not _NUMBER.fullmatch(number):
            raise self.error(words, f"{number!r} cannot end an IRI: expected letters, digits, hyphens and full stops.")
        read = Element(element(document or self.descriptor.slug, kind, number), kind, number, words)
        before = self.elements.get(read.iri)
        if before is not None:
            raise self.error(
                words,
                f"{kind} {number} stands here and in line {before.words.line}: expected each number once.",
            )
        self.elements[read.iri] = read
        self._describe(read, parent, heading or (words,), document)
        return read

    def _describe(self, read: Element, parent: NamedNode, heading: tuple[Piece, ...], document: str | None) -> None:
        self._order[parent, read.kind] += 1
        order = int(read.number) if document and read.number.isdigit() else self._order[parent, read.kind]
        class_name, label = ELEMENT_KINDS[read.kind]
        owner = f" ({self.names.find_label(parent) or document})" if document else f" ({self.descriptor.short})"
        self.state(read.iri, RDF.type, AKG[class_name])
        number = "" if read.kind in _ALONE and read.number == "1" else f" {read.number}"
        self.state(read.iri, RDFS.label, Literal(f"{label}{number}{owner}"))
        self.state(read.iri, AKG.order, Literal(str(order), datatype=XSD.integer))
        if document is None:
            self.state(read.iri, AKG.inPlan, self.plan)
        self.state(read.iri, AKG.partOf, parent, *heading)
        title = self._without_marks(read)
        self.state(read.iri, AKG.title, Literal(title), read.words, as_written=unless_same(title, read.words.text))

    def add_number(self, read: Element, number: str, *pieces: Piece, **column: str | None) -> None:
        """Note the number of an element as the pieces print it."""
        written = " ".join(piece.text for piece in pieces)
        self.state(read.iri, AKG.number, Literal(number), *pieces, as_written=unless_same(number, written), **column)

    def _without_marks(self, read: Element) -> str:
        """The words without marks and markup; each mark is noted as carried by the element."""
        notes = self.descriptor.layout.notes
        words, kept, start = read.words, [], read.words.start
        cuts = [(match, False) for match in TAG.finditer(words.source.text, words.start, words.end)]
        if notes:
            marks = re.compile(rf"\s?(?P<mark>{notes.marks.pattern})")
            cuts += [(match, True) for match in marks.finditer(words.source.text, words.start, words.end)]
        for match, is_mark in sorted(cuts, key=lambda cut: cut[0].start()):
            kept.append(words.source.text[start : match.start()])
            start = match.end()
            if is_mark:
                self.marks.append(Mark(read, words.group(match, "mark"), number_of_mark(match["mark"])))
        return "".join([*kept, words.source.text[start : words.end]]).strip()

    # -- roles ---------------------------------------------------------------------------------------------

    def add_actor(
        self,
        read: Element,
        role: str,
        entity: Entity,
        words: Piece,
        *,
        said: Piece | None = None,
        **column: str | None,
    ) -> None:
        """Note a role: `words` are the actor's name, `said` the passage that gives the role (default the name)."""
        if OWN in entity.kinds:
            self.own_bodies.add(entity.iri)
        if "country" in entity.kinds:
            role = _COUNTRY_FORM.get(role, role)
        self.state(
            read.iri,
            AKG[role],
            entity.iri,
            said or words,
            as_written=unless_same(entity.label, words.text),
            **column,
        )


def unless_same(value: str, written: str) -> str | None:
    """Return the written words where they differ from the value."""
    return None if value == written else written


def number_of_mark(mark: str) -> str:
    """Return the number that a mark shows, or the names of its characters where it shows none.

    >>> number_of_mark("¹⁰"), number_of_mark("[3]"), number_of_mark("**")
    ('10', '3', 'asterisk-asterisk')
    """
    number = "".join(character for character in mark.translate(_DIGITS) if character.isalnum())
    return number or "-".join(slug_of(unicodedata.name(character, "mark")) for character in mark.strip())


def typed(value: object, datatype: str) -> Literal:
    """Return a literal of an XSD type, e.g. `typed(3, "integer")`."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Literal(text, datatype=XSD[datatype])
