"""Reads what stands around the table of a plan: its title, sections, footnotes; rows go to the layout's reader.

Also ties every mark to its note once the whole text was read. Not here: what a row means (register, matrix).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from aseankg.errors import suggest
from aseankg.extract.names import BODIES, OWN, Entity
from aseankg.extract.reading import Element, Reading, number_of_mark
from aseankg.identifiers import element, instance, slug_of
from aseankg.namespaces import AKG, RDF, RDFS, SKOS
from aseankg.records import Piece, SourceText
from aseankg.sources import Descriptor, Item, Section

__all__ = ["Rows", "own_names", "read_frame"]

_BYTE_ORDER_MARK = "\ufeff"
_WORDLESS = re.compile(r"[\W_]*")


class Rows(Protocol):
    """What reads the rows of one layout."""

    def read_row(self, line: Piece) -> None:
        """Read one line that has cells."""

    def finish(self) -> None:
        """Do what only the whole text allows."""


class _Frame:
    def __init__(self, reading: Reading, rows: Rows) -> None:
        self.reading, self.rows = reading, rows
        self.layout = reading.descriptor.layout
        self.section: Section | None = None
        self.heading: Piece | None = None
        self.last: dict[str, Element] = {}
        self.counts: Counter[str] = Counter()

    def read_line(self, line: Piece) -> None:
        if not line.strip():
            return
        if "\t" in line.text:
            self.section = None  # the table ends a section: what stands between its rows belongs to none
            self.rows.read_row(line)
        elif not self._read_footnote(line) and not self._read_heading(line) and not self._read_item(line):
            self._pass_over_or_fail(line)

    def _read_footnote(self, line: Piece) -> bool:
        notes = self.layout.notes
        match = line.fullmatch(notes.footnote) if notes and notes.footnote else None
        if match is None:
            return False
        mark = line.group(match, "number")
        number = number_of_mark(mark.text)
        self._pass_over_rest(line, match)
        read = self.reading.add_element("footnote", number, line.group(match, "title"), self.reading.plan, mark)
        self.reading.add_number(read, number, mark)
        return True

    def _read_heading(self, line: Piece) -> bool:
        for section in self.layout.sections:
            if line.strip().fullmatch(section.heading):
                self.section, self.heading, self.last = section, line.strip(), {}
                return True
        return False

    def _read_item(self, line: Piece) -> bool:
        section = self.section
        if section is None or self.heading is None:
            return False
        for item in section.items:
            match = line.fullmatch(item.pattern)
            if match:
                self._add_item(item, line, match, self.heading)
                return True
        if section.holds is None:
            return False
        self.counts[section.holds] += 1
        number = str(self.counts[section.holds])
        self.reading.add_element(section.holds, number, line.strip(), self.reading.plan, self.heading)
        return True

    def _add_item(self, item: Item, line: Piece, match: re.Match[str], heading: Piece) -> None:
        printed, words = line.group(match, "number"), line.group(match, "title")
        parent = self._parent(item, line)
        nested = parent is not None and parent.kind == item.holds
        notes = self.layout.notes
        own = number_of_mark(printed.text) if notes and notes.holds == item.holds else printed.text
        number = f"{parent.number}.{own}" if parent and nested else own
        owner = parent.iri if parent else self.reading.plan
        above = parent.words if parent else heading
        read = self.reading.add_element(item.holds, number, words, owner, above)
        self._pass_over_rest(line, match)
        if not nested:  # a nested item does not become the parent of its sisters
            self.last[item.holds] = read
        if item.holds == "abbreviation":
            self.reading.state(read.iri, AKG.acronym, Literal(printed.text), printed)
        else:
            self.reading.add_number(read, printed.text, printed)

    def _pass_over_rest(self, line: Piece, match: re.Match[str]) -> None:
        """What of a line is neither its number nor its words: a dash, a bracket, a colon."""
        for start, end in ((line.start, match.start("number")), (match.end("number"), match.start("title"))):
            if line.cut(start, end).strip():
                self.reading.pass_over(line.cut(start, end).strip(), "list mark")

    def _parent(self, item: Item, line: Piece) -> Element | None:
        if item.under is None:
            return None
        if item.under not in self.last:
            raise self.reading.error(line, f"this {item.holds} stands under no {item.under}: expected one above it.")
        return self.last[item.under]

    def _pass_over_or_fail(self, line: Piece) -> None:
        if _WORDLESS.fullmatch(line.text):
            self.reading.pass_over(line.strip(), "markup")
            return
        headings = [section.heading.pattern for section in self.layout.sections]
        raise self.reading.error(
            line,
            f"{line.text.strip()!r:.80} is no row, footnote, heading or item of a section that the descriptor "
            f"describes.{suggest(line.text.strip(), headings)} Add a section to the descriptor's layout.",
        )


def own_names(descriptor: Descriptor, source: SourceText) -> Iterator[tuple[str, Entity]]:
    """Yield the abbreviations that a plan explains itself: any may turn out to be a body that has a role."""
    items = [item for section in descriptor.layout.sections for item in section.items if item.holds == "abbreviation"]
    for line in source.whole().split("\n"):
        for item in items:
            match = line.fullmatch(item.pattern)
            if match:
                body = instance(f"body/{slug_of(match['number'])}")
                yield match["number"], Entity(body, match["number"], frozenset({OWN}))


def read_frame(reading: Reading, rows: Rows) -> None:
    """Read a whole text: the first line with words is the plan's title."""
    frame, title = _Frame(reading, rows), None
    for line in _lines(reading):
        if title is None and line.strip():
            title = line.strip()
            _add_plan(reading, title)
        elif title is not None:
            frame.read_line(line)
    if title is None:
        raise reading.error(reading.source.whole(), "the text is empty: expected a title, sections and a table.")
    rows.finish()
    _tie_marks(reading)
    _tie_abbreviations(reading)


def _lines(reading: Reading) -> list[Piece]:
    """The lines of the text, without the byte-order mark that may stand before them."""
    whole = reading.source.whole()
    if whole.text.startswith(_BYTE_ORDER_MARK):
        reading.pass_over(whole.cut(0, 1), "markup")
        whole = whole.cut(1, whole.end)
    return whole.split("\n")


def _add_plan(reading: Reading, title: Piece) -> None:
    reading.state(reading.plan, RDF.type, AKG.Plan)
    reading.state(reading.plan, RDFS.label, Literal(reading.descriptor.short))
    reading.state(reading.plan, AKG.title, Literal(title.text), title)


def _tie_abbreviations(reading: Reading) -> None:
    """State which body an entry stands for; a body that only this list names is described by it."""
    printed = [fact for fact in reading.result.facts if fact.predicate == AKG.acronym]
    for entry in printed:
        body = reading.names.find(entry.object.value, BODIES)
        if body is None or (OWN in body.kinds and body.iri not in reading.own_bodies):
            continue  # it stands for no body, or for one that has no role
        words = reading.elements[entry.subject].words
        reading.state(entry.subject, AKG.abbreviates, body.iri, *entry.evidence)
        if OWN not in body.kinds and reading.names.find(words.text, BODIES) != body:
            raise reading.error(
                words,
                f"{body.label} is {words.text!r} here, which is no name of {body.iri.value}: add it to that body as "
                "skos:altLabel in data/reference/, or, if another body is meant, give that one a name of its own.",
            )
        if OWN in body.kinds:
            reading.state(body.iri, RDF.type, AKG.Body)
            reading.state(body.iri, RDFS.label, entry.object)
            reading.state(body.iri, AKG.acronym, entry.object, *entry.evidence)
            reading.state(body.iri, SKOS.prefLabel, Literal(words.text, language="en"), words)


def _tie_marks(reading: Reading) -> None:
    """State which element carries which note, wherever its mark stands; a mark without its note is an error."""
    kind = reading.descriptor.layout.notes.holds if reading.descriptor.layout.notes else "note"
    places: dict[tuple[NamedNode, NamedNode, str | None], list[Piece]] = {}
    for mark in reading.marks:
        note = element(reading.descriptor.slug, kind, mark.number)
        if note not in reading.elements:
            raise reading.error(
                mark.piece, f"mark {mark.piece.text.strip()!r} has no {kind} {mark.number}: expected its text."
            )
        places.setdefault((mark.carrier.iri, note, mark.column), []).append(mark.piece)
    for (carrier, note, column), pieces in places.items():
        reading.state(carrier, AKG.note, note, *pieces, as_written=pieces[0].text.strip(), column=column)
