"""Reads a matrix: rows with a label, key result areas as columns, cells with numbered items, bullets and brackets.

A row may lack its label cell (a label that spans rows), and the only filled cell of a row may span all columns.
Not here: what stands around the table (frame).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from aseankg.errors import suggest
from aseankg.extract.names import ACTORS, BODIES
from aseankg.extract.reading import TAG, Element, Reading
from aseankg.namespaces import AKG
from aseankg.records import Piece
from aseankg.sources import Label, MatrixLayout, Row

__all__ = ["MatrixRows"]

# A bracket that opens with a few words and a colon, such as "[Country Coordinator: ...]".
_LABEL = re.compile(r"[\[({]\s*[^\W\d_][\w' /.-]{1,60}?\s?: [^\])}]*[\])}]")


@dataclass
class _Place:
    """Where a cell stands: its key result area, or all of them."""

    row: Row
    column: int | None
    heading: Piece


@dataclass
class MatrixRows:
    """Reads row after row; remembers the label above, the heads of the columns and what is numbered."""

    reading: Reading
    layout: MatrixLayout
    width: int | None = None
    row: Row | None = None
    label: Piece | None = None
    areas: dict[int, Element] = field(default_factory=dict)
    group: Element | None = None
    _counts: Counter[str] = field(default_factory=Counter)

    def read_row(self, line: Piece) -> None:
        """Read the cells of one row under its label, its own or the last one above."""
        cells = [cell.strip() for cell in line.split("\t")]
        self.width = self.width or len(cells) - 1
        if len(cells) == self.width + 1:
            label, *cells = cells
            if label:
                self._set_label(label)
        elif len(cells) != self.width:
            raise self.reading.error(
                line,
                f"this row has {len(cells)} cells: expected a label and {self.width} columns, or {self.width} "
                "where the label spans rows.",
            )
        if self.row is None or self.label is None:
            raise self.reading.error(
                line, "a row without a label, and none above it: expected a label in the first cell."
            )
        self._read_cells(self.row, self.label, cells)

    def finish(self) -> None:
        """Nothing is left to do: a matrix has no header."""

    def _set_label(self, label: Piece) -> None:
        rows = {row.label: row for row in self.layout.rows}
        if label.text not in rows:
            raise self.reading.error(
                label,
                f"row label {label.text!r} is not in the descriptor: expected one of {', '.join(rows)}."
                f"{suggest(label.text, rows)}",
            )
        self.row, self.label = rows[label.text], label

    def _read_cells(self, row: Row, label: Piece, cells: list[Piece]) -> None:
        filled = [index for index, cell in enumerate(cells) if cell]
        alone = filled == [0] and (row.spans or not self.areas)
        for index in filled:
            place = _Place(row, None if alone else index, label)
            if row.columns:
                self._add_area(place, cells[index])
            elif row.bullets:
                self._read_bullets(place, cells[index])
            else:
                self._read_paragraphs(place, cells[index])

    # -- elements ------------------------------------------------------------------------------------------

    def _parent(self, place: _Place) -> tuple[NamedNode, list[Piece]]:
        """What the elements of a cell are part of, and the pieces that say so: the column's head, the row's label."""
        area = self._area(place)
        if area is not None:
            return area.iri, [area.words, place.heading]
        if self.group is not None and place.row.group:
            return self.group.iri, [self.group.words]
        return self.reading.plan, [place.heading]

    def _area(self, place: _Place) -> Element | None:
        """The key result area of a cell; None where the cell spans all columns or stands above their heads."""
        if place.column is None or not self.areas:
            return None
        if place.column not in self.areas:
            raise self.reading.error(place.heading, f"column {place.column + 1} is filled below, but has no head.")
        return self.areas[place.column]

    def _add(self, place: _Place, number: str, words: Piece) -> Element:
        parent, said = self._parent(place)
        return self.reading.add_element(place.row.holds, number, words, parent, *said)

    def _running(self, counter: str) -> str:
        self._counts[counter] += 1
        return str(self._counts[counter])

    def _add_area(self, place: _Place, cell: Piece) -> None:
        read = self.reading.add_element(
            place.row.holds, self._running(place.row.holds), cell, self.reading.plan, place.heading
        )
        self.areas[place.column or 0] = read

    # -- lists ---------------------------------------------------------------------------------------------

    def _read_bullets(self, place: _Place, cell: Piece) -> None:
        """Read a list of one or two levels; numbers run on in a continuation row."""
        last: list[Element] = []
        for level, mark, words in self._bullets(place.row, cell):
            self.reading.pass_over(mark, "list mark")
            if level > len(last):
                raise self.reading.error(
                    mark, f"{mark.text!r} stands under no {place.row.bullets[0]!r}: expected one above."
                )
            last = last[:level]
            number = self._bullet_number(place, last)
            if last:
                read = self.reading.add_element(place.row.holds, number, words, last[-1].iri, last[-1].words)
            else:
                read = self._add(place, number, words)
            last.append(read)

    def _bullet_number(self, place: _Place, last: list[Element]) -> str:
        above = last[-1].number if last else "" if place.column is None else str(place.column + 1)
        running = self._running(f"{place.row.holds} {above}")
        return f"{above}.{running}" if above else running

    def _bullets(self, row: Row, cell: Piece) -> Iterator[tuple[int, Piece, Piece]]:
        """Yield level, mark and words of each item of a list."""
        found = []
        for piece in self._between_tags(cell):
            marks = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, row.bullets))})(?!\S)")
            starts = [piece.group(match) for match in marks.finditer(piece.source.text, piece.start, piece.end)]
            if not starts or starts[0].start != piece.start:
                raise self.reading.error(piece, f"{piece.text!r:.60} has no list mark: expected one of {row.bullets}.")
            ends = [mark.start for mark in starts[1:]] + [piece.end]
            found += [(mark, piece.cut(mark.end, end).strip()) for mark, end in zip(starts, ends, strict=True)]
        for mark, words in found:
            yield row.bullets.index(mark.text), mark, words

    def _between_tags(self, cell: Piece) -> Iterator[Piece]:
        """Yield the words between the tags of a cell; the tags are markup."""
        start = cell.start
        for match in TAG.finditer(cell.source.text, cell.start, cell.end):
            self.reading.pass_over(cell.group(match), "markup")
            yield from self._words(cell.cut(start, match.start()))
            start = match.end()
        yield from self._words(cell.cut(start, cell.end))

    def _words(self, piece: Piece) -> Iterator[Piece]:
        if piece.strip():
            yield piece.strip()

    # -- paragraphs ----------------------------------------------------------------------------------------

    def _read_paragraphs(self, place: _Place, cell: Piece) -> None:
        for piece in self._between_tags(cell):
            if place.row.group and self._is_underlined(piece):
                self._add_group(place.row.group, place, piece)
            elif place.row.item is None:
                self._add(place, place.row.number or self._running(place.row.holds), piece)
            else:
                self._read_item(place, piece, place.row.item)

    def _is_underlined(self, piece: Piece) -> bool:
        return piece.source.text[: piece.start].rstrip().endswith("<u>")

    def _add_group(self, kind: str, place: _Place, piece: Piece) -> None:
        self.group = self.reading.add_element(kind, self._running(kind), piece, self.reading.plan, place.heading)

    def _read_item(self, place: _Place, piece: Piece, pattern: re.Pattern[str]) -> None:
        match = piece.fullmatch(pattern)
        if match is None:
            raise self.reading.error(piece, f"{piece.text!r:.60} is no item: expected {pattern.pattern!r}.")
        number, words = piece.group(match, "number"), piece.group(match, "title")
        labels = self._labels(place.row, words)
        title = words.cut(words.start, labels[0][1].start if labels else words.end).strip()
        self._refuse_label(title)
        if before := piece.cut(piece.start, number.start).strip():
            self.reading.pass_over(before, "list mark")
        read = self._add(place, number.text, title)
        self.reading.add_number(read, number.text, piece.cut(number.start, title.start).strip())
        self._relate(read, place)
        self._read_labels(read, labels, words.end)

    def _relate(self, read: Element, place: _Place) -> None:
        area = self._area(place)
        if area is not None:
            self.reading.state(read.iri, AKG.inKeyResultArea, area.iri, area.words)
        elif self.group is not None and place.row.group:
            self.reading.state(read.iri, AKG.underThematicGroup, self.group.iri, self.group.words)

    # -- labels within an item -----------------------------------------------------------------------------

    def _labels(self, row: Row, words: Piece) -> list[tuple[Label, Piece, Piece | None]]:
        """The labels of an item in print order: the label, its words, and its actors where it names some."""
        found = []
        for label in row.labels:
            for match in label.pattern.finditer(words.source.text, words.start, words.end):
                found.append((label, words.group(match), words.group(match, "actors") if label.property else None))
        return sorted(found, key=lambda entry: entry[1].start)

    def _read_labels(self, area: Element, labels: list[tuple[Label, Piece, Piece | None]], end: int) -> None:
        """A role belongs to the nearest project or commitment before it, to the area where there is none."""
        ends = [*(said.start for _, said, _ in labels), end][1:]
        nearest, counts = area, Counter[str]()
        for (label, said, actors), stop in zip(labels, ends, strict=True):
            if label.holds:
                counts[label.holds] += 1
                words = said.cut(said.end, stop).strip()
                self._refuse_label(words)
                nearest = self.reading.add_element(
                    label.holds, f"{area.number}.{counts[label.holds]}", words, area.iri, said.strip()
                )
                self.reading.state(nearest.iri, AKG.underThematicArea, area.iri, said.strip())
            elif label.property and actors:
                self._add_role(area if label.property == "responsibleBody" else nearest, label, said, actors)
                self._refuse_words(said.cut(said.end, stop).strip())

    def _add_role(self, read: Element, label: Label, said: Piece, actors: Piece) -> None:
        kinds = BODIES if label.property == "responsibleBody" else ACTORS
        for entity, words in self.reading.names.resolve_list(actors, label.separators, kinds):
            self.reading.add_actor(read, label.property or "involves", entity, words, said=said)

    def _refuse_label(self, words: Piece) -> None:
        """Words that look like a label which the descriptor does not know must not vanish in a title."""
        match = _LABEL.search(words.source.text, words.start, words.end)
        if match:
            raise self.reading.error(
                words, f"{match[0]!r} looks like a role, but matches no label of the descriptor: mend one of them."
            )

    def _refuse_words(self, piece: Piece) -> None:
        if piece:
            raise self.reading.error(
                piece,
                f"{piece.text!r:.60} follows a bracket and belongs to nothing: expected a label the descriptor knows.",
            )
