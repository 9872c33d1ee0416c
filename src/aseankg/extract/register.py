"""Reads a register: a table with one row an activity, under heading rows, with the header repeated on each page.

Not here: what stands around the table (frame) and how names and dates are read (names, dates).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from aseankg.extract.cells import read_cell
from aseankg.extract.reading import Element, Mark, Reading, number_of_mark
from aseankg.identifiers import instance
from aseankg.namespaces import AKG
from aseankg.records import Piece
from aseankg.sources import Column, Heading, RegisterLayout

__all__ = ["RegisterRows"]


@dataclass
class RegisterRows:
    """Reads row after row; remembers the header, the headings above and the last number."""

    reading: Reading
    layout: RegisterLayout
    header_marks: list[tuple[Column, str, Piece]] = field(default_factory=list)
    headings: dict[str, tuple[Heading, Element, Piece]] = field(default_factory=dict)
    carriers: list[tuple[str, Element]] = field(default_factory=list)
    number: tuple[Piece, str] | None = None
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
        elif heading := self._heading_cell(cells):
            self._read_heading(heading)
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
        """Keep the header's marks for what stands below; its words say nothing of their own."""
        reason, self._header_seen = "repeated header" if self._header_seen else "column header", True
        for cell, column in zip(cells, self.layout.columns, strict=True):
            self.reading.pass_over(cell.strip(), reason)
            if self.layout.notes:
                marks = re.compile(rf"(?P<word>\w+)\s?(?P<mark>{self.layout.notes.marks.pattern})")
                for match in marks.finditer(cell.source.text, cell.start, cell.end):
                    self.header_marks.append((column, match["word"], cell.group(match, "mark")))

    def finish(self) -> None:
        """Give each mark of a header, on every page that repeats it, to what it stands for.

        Behind a word that stands for headings ("Strategies ²") it is a mark on each such heading, else on each cell
        of its column.
        """
        headings = {heading.in_header: heading.holds for heading in self.layout.headings if heading.in_header}
        for column, word, mark in self.header_marks:
            for kind, carrier in self.carriers:
                if kind == headings.get(word, column.header):
                    self.reading.marks.append(Mark(carrier, mark, number_of_mark(mark.text)))

    # -- headings ------------------------------------------------------------------------------------------

    def _heading_cell(self, cells: list[Piece]) -> Piece | None:
        """The only filled cell of a row; one that stands in another column than the first must look like a heading."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) != 1:
            return None
        known = any(filled[0].fullmatch(heading.pattern) for heading in self.layout.headings)
        return filled[0] if known or cells[0].strip() else None

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
        self._close_lower(heading)
        self.headings[heading.holds] = (heading, read, cell)
        if heading.holds != "kra":
            self._state_key_result_area(read)
        self.carriers.append((heading.holds, read))

    def _close_lower(self, heading: Heading) -> None:
        """A heading ends the headings of lower kinds: their activities are over."""
        kinds = [other.holds for other in self.layout.headings]
        for lower in kinds[kinds.index(heading.holds) :]:
            self.headings.pop(lower, None)

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
            if cell.text in self.layout.empty:
                self.reading.pass_over(cell, "empty cell")
            elif cell and column.holds not in ("number", "title"):
                carrier = read_cell(self.reading, activity, column, cell)
                self.carriers.append((column.header, carrier))

    def _add_activity(self, line: Piece, number_column: Column, number: Piece, column: Column, cell: Piece) -> Element:
        letter, words = self._letter(column, cell)
        printed, digits = self._number(line, number_column, number, letter)
        parent, headings = self._place(line)
        whole = digits + (letter.text if letter else "")
        above = self.headings.get(number_column.restarts_under or "")
        qualified = f"{above[1].number}.{whole}" if above else whole
        read = self.reading.add_element("activity", qualified, words, parent, *headings)
        pieces = [printed, cell.cut(letter.start, letter.end + 1)] if letter else [printed]
        self.reading.add_number(read, whole, *pieces, column=number_column.header)
        self._state_key_result_area(read)
        for heading, strategy, heading_cell in self.headings.values():
            if heading.property:
                self.reading.state(read.iri, AKG[heading.property], strategy.iri, heading_cell)
        return read

    def _letter(self, column: Column, cell: Piece) -> tuple[Piece | None, Piece]:
        match = cell.fullmatch(column.letters) if column.letters else None
        return (cell.group(match, "letter"), cell.group(match, "title")) if match else (None, cell)

    def _number(self, line: Piece, column: Column, cell: Piece, letter: Piece | None) -> tuple[Piece, str]:
        """The printed number and its digits: of this row, or of the row above where only a letter goes on."""
        if cell:
            match = cell.fullmatch(column.pattern)
            if match is None:
                raise self.reading.error(
                    line, f"{cell.text!r:.60} is no number of an activity: expected {column.pattern.pattern!r}."
                )
            self.number = (cell, match["number"])
        elif letter is None or self.number is None:
            raise self.reading.error(line, "this row has no number and no letter: expected one of them.")
        return self.number

    def _place(self, line: Piece) -> tuple[NamedNode, list[Piece]]:
        """What the activity is part of: the key result area above, or the plan where there is none."""
        if "kra" in self.headings:
            return self.headings["kra"][1].iri, [self.headings["kra"][2]]
        return self.reading.plan, [line.split("\t")[0].strip() or line.strip()]
