"""Reads a register: a table with one row an activity, under heading rows, with the header repeated on each page.

Not here: what stands around the table (frame) and how names and dates are read (names, dates).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from aseankg.extract.dates import parse_period
from aseankg.extract.names import ACTORS, BODIES
from aseankg.extract.reading import Element, Mark, Reading, number_of_mark, typed
from aseankg.identifiers import instance, slug_of
from aseankg.namespaces import AKG, RDF, SKOS
from aseankg.records import Piece
from aseankg.sources import Column, Heading, RegisterLayout

__all__ = ["RegisterRows"]

_NUMBER = re.compile(r"\d+")


@dataclass
class _Row:
    """The cells of an activity's row by what they hold, and the activity once it was read."""

    cells: dict[str, tuple[Column, Piece]]
    activity: Element


@dataclass
class RegisterRows:
    """Reads row after row; remembers the header, the headings above and the last number."""

    reading: Reading
    layout: RegisterLayout
    header_marks: list[tuple[Column, str, Piece]] = field(default_factory=list)
    headings: dict[str, tuple[Heading, Element, Piece]] = field(default_factory=dict)
    number: Piece | None = None
    _header_seen: bool = False

    def read_row(self, line: Piece) -> None:
        """Read a header row, a heading row or the row of an activity."""
        cells = line.split("\t")
        if len(cells) != len(self.layout.columns):
            headers = " | ".join(column.header for column in self.layout.columns)
            raise self.reading.error(
                line, f"this row has {len(cells)} cells: expected {len(self.layout.columns)} ({headers})."
            )
        if self._is_header(cells):
            self._read_header(cells)
        elif not self._header_seen:
            raise self.reading.error(line, f"a row before the header: {self._header_difference(cells)}")
        elif not any(cell.strip() for cell in cells[1:]):
            self._read_heading(cells[0].strip())
        else:
            self._read_activity(line, [cell.strip() for cell in cells])

    # -- header --------------------------------------------------------------------------------------------

    def _is_header(self, cells: list[Piece]) -> bool:
        return all(self._plain(cell) == column.header for cell, column in zip(cells, self.layout.columns, strict=True))

    def _plain(self, cell: Piece) -> str:
        notes = self.layout.notes
        return re.sub(rf"\s?(?:{notes.marks.pattern})", "", cell.text).strip() if notes else cell.text.strip()

    def _header_difference(self, cells: list[Piece]) -> str:
        for cell, column in zip(cells, self.layout.columns, strict=True):
            if self._plain(cell) != column.header:
                return f"found {self._plain(cell)!r:.60}, expected the header {column.header!r}."
        return ""

    def _read_header(self, cells: list[Piece]) -> None:
        """Keep the header's marks for the headings below; its words say nothing of their own."""
        reason, self._header_seen = "repeated header" if self._header_seen else "column header", True
        self.header_marks = []
        for cell, column in zip(cells, self.layout.columns, strict=True):
            self.reading.pass_over(cell.strip(), reason)
            if self.layout.notes:
                marks = re.compile(rf"(?P<word>\w+)\s?(?P<mark>{self.layout.notes.marks.pattern})")
                for match in marks.finditer(cell.source.text, cell.start, cell.end):
                    self.header_marks.append((column, match["word"], cell.group(match, "mark")))

    # -- headings ------------------------------------------------------------------------------------------

    def _read_heading(self, cell: Piece) -> None:
        for heading in self.layout.headings:
            match = cell.fullmatch(heading.pattern)
            if match:
                self._add_heading(heading, cell, match)
                return
        patterns = [heading.pattern.pattern for heading in self.layout.headings]
        raise self.reading.error(
            cell,
            f"heading {cell.text!r:.60} matches none of {patterns}: mend the row or the descriptor's headings.",
        )

    def _add_heading(self, heading: Heading, cell: Piece, match: re.Match[str]) -> None:
        document = heading.part_of.partition("/")[2] if heading.part_of else None
        parent = instance(heading.part_of) if heading.part_of else self._heading_above(heading) or self.reading.plan
        words = cell.group(match, "title")
        read = self.reading.add_element(heading.holds, match["number"], words, parent, cell, document=document)
        self.reading.add_number(read, match["number"], cell.cut(cell.start, words.start).strip())
        self.headings[heading.holds] = (heading, read, cell)
        if heading.holds != "kra":
            self._state_key_result_area(read)
        for _, word, mark in self.header_marks:
            if word == heading.in_header:
                self._mark(read, mark)

    def _mark(self, read: Element, mark: Piece) -> None:
        self.reading.marks.append(Mark(read, mark, number_of_mark(mark.text)))

    def _heading_above(self, heading: Heading) -> NamedNode | None:
        """The heading of the next higher kind, by the order of the descriptor's headings."""
        kinds = [other.holds for other in self.layout.headings]
        above = [self.headings[kind][1].iri for kind in kinds[: kinds.index(heading.holds)] if kind in self.headings]
        return above[-1] if above else None

    def _state_key_result_area(self, read: Element) -> None:
        if "kra" in self.headings:
            _, area, cell = self.headings["kra"]
            self.reading.state(read.iri, AKG.inKeyResultArea, area.iri, cell)

    # -- activities ----------------------------------------------------------------------------------------

    def _read_activity(self, line: Piece, cells: list[Piece]) -> None:
        by_kind = {column.holds: (column, cell) for column, cell in zip(self.layout.columns, cells, strict=True)}
        activity = self._add_activity(line, *by_kind["number"], *by_kind["title"])
        for column, cell in zip(self.layout.columns, cells, strict=True):
            if cell and column.holds not in ("number", "title"):
                carrier = self._read_cell(activity, column, cell)
                self._mark_by_header(carrier, column)

    def _add_activity(self, line: Piece, number_column: Column, number: Piece, column: Column, cell: Piece) -> Element:
        letter, words = self._letter(column, cell)
        printed = self._number(line, number, letter)
        parent, headings = self._place(line)
        whole = printed.text + (letter.text if letter else "")
        read = self.reading.add_element("activity", whole, words, parent, *headings)
        pieces = [printed, cell.cut(letter.start, letter.end + 1)] if letter else [printed]
        self.reading.add_number(read, whole, *pieces, column=number_column.header)
        self._state_key_result_area(read)
        for heading, above, heading_cell in self.headings.values():
            if heading.property:
                self.reading.state(read.iri, AKG[heading.property], above.iri, heading_cell)
        return read

    def _letter(self, column: Column, cell: Piece) -> tuple[Piece | None, Piece]:
        match = cell.fullmatch(column.letters) if column.letters else None
        return (cell.group(match, "letter"), cell.group(match, "title")) if match else (None, cell)

    def _number(self, line: Piece, number: Piece, letter: Piece | None) -> Piece:
        """The printed number: of this row, or of the row above where only a letter goes on."""
        if number:
            if not number.fullmatch(_NUMBER):
                raise self.reading.error(line, f"{number.text!r} is no number of an activity: expected digits.")
            self.number = number
        elif letter is None or self.number is None:
            raise self.reading.error(line, "this row has no number and no letter: expected one of them.")
        return self.number

    def _place(self, line: Piece) -> tuple[NamedNode, list[Piece]]:
        """What the activity is part of: the key result area above, or the plan where there is none."""
        if "kra" in self.headings:
            return self.headings["kra"][1].iri, [self.headings["kra"][2]]
        return self.reading.plan, [line.split("\t")[0].strip() or line.strip()]

    def _mark_by_header(self, carrier: Element, column: Column) -> None:
        """A mark in a column's header, behind no word that stands for headings, belongs to each cell below."""
        words = {heading.in_header for heading in self.layout.headings}
        for marked, word, mark in self.header_marks:
            if marked == column and word not in words:
                self._mark(carrier, mark)

    def _read_cell(self, activity: Element, column: Column, cell: Piece) -> Element:
        """Read a cell; return the element that carries its marks."""
        if column.holds == "indicator":
            return self._read_indicator(activity, column, cell)
        notes = self.layout.notes
        match = cell.fullmatch(re.compile(rf"(?P<words>.*?)\s?(?P<mark>{notes.marks.pattern})")) if notes else None
        if match:
            self._mark(activity, cell.group(match, "mark"))
            cell = cell.group(match, "words")
        read = {"concept": self._read_concept, "actors": self._read_actors, "timeline": self._read_timeline}
        read[column.holds](activity, column, cell)
        return activity

    # -- cells ---------------------------------------------------------------------------------------------

    def _read_concept(self, activity: Element, column: Column, cell: Piece) -> None:
        concept = self.reading.names.find(cell.text, frozenset({f"concept:{column.scheme}"}))
        iri = concept.iri if concept else instance(f"concept/{column.scheme}/{slug_of(cell.text)}")
        if concept is None:
            self._add_concept(iri, column, cell)
        self.reading.state(activity.iri, AKG[column.property or "focusArea"], iri, cell, column=column.header)

    def _add_concept(self, iri: NamedNode, column: Column, cell: Piece) -> None:
        """A word that no scheme has is kept as a concept of the plan itself; a shape warns of it."""
        self.reading.state(iri, RDF.type, SKOS.Concept)
        self.reading.state(iri, SKOS.prefLabel, Literal(cell.text, language="en"), cell)
        self.reading.state(iri, SKOS.inScheme, instance(f"concept/{column.scheme}"), cell)

    def _read_actors(self, activity: Element, column: Column, cell: Piece) -> None:
        if column.national_level and cell.text.endswith(column.national_level):
            words = cell.cut(cell.end - len(column.national_level), cell.end)
            self.reading.state(
                activity.iri,
                AKG.nationalLevel,
                typed(True, "boolean"),
                words,
                as_written=words.text,
                column=column.header,
            )
            cell = cell.cut(cell.start, words.start).strip()
        end = cell.start
        for entity, words in self.reading.names.resolve_list(cell, column.separators, ACTORS):
            if cell.cut(end, words.start).strip():
                self.reading.pass_over(cell.cut(end, words.start).strip(), "separator")
            end = words.end
            fits = not column.accepts or entity.kinds & {*column.accepts, *self._own(column)}
            role = column.property if fits and column.property else "involves"
            self.reading.add_actor(activity, role, entity, words, column=column.header)

    def _own(self, column: Column) -> frozenset[str]:
        """A body of the plan's own list stands where the column takes any body."""
        return BODIES if "body" in column.accepts else frozenset()

    def _read_timeline(self, activity: Element, column: Column, cell: Piece) -> None:
        said = {"column": column.header}
        self.reading.state(activity.iri, AKG.timelineText, Literal(cell.text), cell, **said)
        if cell.text in column.kept_as_text:
            return
        comma = cell.text.find(",")
        dates = cell.cut(cell.start, cell.start + comma).strip() if comma >= 0 else cell
        period = parse_period(dates)
        for term, value in ((AKG.startDate, period.start), (AKG.endDate, period.end)):
            self.reading.state(activity.iri, term, typed(value, "date"), dates, as_written=dates.text, **said)
        self.reading.state(
            activity.iri, AKG.datePrecision, Literal(period.precision), dates, as_written=dates.text, **said
        )
        if comma >= 0:
            venue = cell.cut(cell.start + comma + 1, cell.end).strip()
            self.reading.state(activity.iri, AKG.venue, Literal(venue.text), venue, **said)

    def _read_indicator(self, activity: Element, column: Column, cell: Piece) -> Element:
        read = self.reading.add_element("kpi", f"{activity.number}.1", cell, activity.iri)
        self.reading.state(activity.iri, AKG.indicator, read.iri, cell, column=column.header)
        return read
