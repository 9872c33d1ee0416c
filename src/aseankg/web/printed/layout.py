"""Lays a plan out again as it was printed: the paragraphs, and the rows and cells of its table, with their places.

A table is known by its tabs. In a register, whose columns have headers, a row is an activity and a cell keeps every
character. In a matrix, whose cells hold lists in markup, the words of each part stand under its key result area. Not
here: what is asked of the graph (plans) and which rows a reader wants (facets).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aseankg.namespaces import AKG
from aseankg.web.printed.spans import Piece, Said, Span, between, cut, spans_of

__all__ = ["Element", "Heading", "Part", "Printed", "Row", "Unread", "lay_out"]

Unread = Mapping[str, str]  # of a note: its words
_TITLED = {
    "Activity", "Commitment", "IntermediateTarget", "KeyResultArea", "Project", "Strategy", "ThematicArea",
    "ThematicGroup",
}  # fmt: skip
_NOTES = {"Note", "Footnote"}
_NAMING = (AKG.title.value, AKG.number.value)
_DEEPEST = 9  # levels of parts within one cell
_UNSHOWN = {"type", "inPlan", "order", "partOf"}  # readings that only hold others together


@dataclass(frozen=True)
class Element:
    """A part of a plan."""

    iri: str
    kind: str
    label: str = ""
    parent: str = ""
    number: str = ""
    title: str = ""
    order: int = 0
    strategy: str = ""
    area: str = ""  # its key result area
    read: bool = False  # whether it is there by our reading only


@dataclass(frozen=True)
class Part:
    """A cell, a paragraph, or the words of one part of a plan in a cell; `depth` is how deep it lies there."""

    pieces: Sequence[Piece]
    owner: str = ""
    readings: Sequence[Said] = ()
    heading: bool = False
    depth: int = 0

    @property
    def text(self) -> str:
        """The words as printed."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Row:
    """A row: its cells by columns, each of parts; `across` where its one cell stands under all columns."""

    cells: Sequence[Sequence[Part]]
    owner: str = ""
    label: Part | None = None
    across: bool = False
    heads: bool = False  # the names of the columns of a matrix


@dataclass(frozen=True)
class Heading:
    """The header of a column: its words as printed."""

    part: Part
    text: str


@dataclass(frozen=True)
class Printed:
    """A plan as printed; `matrix` where its columns are its key result areas."""

    matrix: bool = False
    before: Sequence[Part] = ()
    headings: Sequence[Heading] = ()
    rows: Sequence[Row] = ()
    notes: Sequence[Part] = ()
    after: Sequence[Part] = ()
    words_of_notes: Unread = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Text:
    """A text with what rests on its words."""

    def __init__(self, text: str, statements: Sequence[Said], elements: Mapping[str, Element]) -> None:
        self.text = text
        self.statements = sorted(statements, key=lambda said: said.start)
        self.resting: defaultdict[str, list[Said]] = defaultdict(list)  # of a passage: what it says
        for said in statements:
            if said.layer != "curated":
                self.resting[said.passage].append(said)
        self.elements = elements
        self.spans = spans_of(statements, [one.iri for one in elements.values() if one.kind in _TITLED])

    def lines(self) -> list[_Line]:
        found, at = [], 0
        for text in self.text.split("\n"):
            found.append(_Line(at, text.rstrip("\r")))
            at += len(text) + 1
        return found

    def within(self, start: int, end: int) -> list[Said]:
        return [said for said in between(self.statements, start, end) if said.end <= end]

    def part(self, start: int, end: int, depth: int = 0, owner: str = "") -> Part:
        """Return the words from `start` to `end`, and what we read into them."""
        said = self.within(start, end)
        subjects = [one.subject for one in said if one.predicate in _NAMING and one.layer != "curated"]
        heading = not subjects and any(one.predicate == AKG.partOf.value for one in said)
        readings = _readings(said, self.elements)
        return Part(cut(self.text, start, end, self.spans), owner or next(iter(subjects), ""), readings, heading, depth)


def lay_out(text: str, statements: Sequence[Said], elements: Mapping[str, Element]) -> Printed:
    """Return the plan as printed: a register where statements tell the column that they are printed in."""
    whole = _Text(text, statements, elements)
    lines = whole.lines()
    table = [line for line in lines if "\t" in line.text]
    columns = {said.column for said in statements if said.column}
    header = next((line for line in table if len(columns & set(line.text.split("\t"))) > 1), None)
    matrix = header is None
    rows = _matrix_rows(whole, table) if header is None else _register_rows(whole, table, header)
    headings = [] if header is None else [Heading(part, part.text) for part in _cells(whole, header)]
    paragraphs = [whole.part(line.start, line.end) for line in lines if "\t" not in line.text and line.text.strip()]
    first = table[0].start if table else len(text)
    before = sum(1 for line in lines if "\t" not in line.text and line.text.strip() and line.start < first)
    notes = [part for part in paragraphs if _is_footnote(part, whole)]
    words = {part.owner: part.text.strip() for part in paragraphs if part.owner and _kind(whole, part) in _NOTES}
    above = [part for part in paragraphs[:before] if part not in notes]
    below = [part for part in paragraphs[before:] if part not in notes]
    return Printed(matrix, above, headings, rows, notes, below, words)


def _readings(said: Iterable[Said], elements: Mapping[str, Element]) -> list[Said]:
    read = [one for one in said if one.layer == "curated" and one.subject in elements]
    return [one for one in read if one.predicate.rpartition("#")[2] not in _UNSHOWN]


def _kind(whole: _Text, part: Part) -> str:
    found = whole.elements.get(part.owner)
    return found.kind if found else ""


def _is_footnote(part: Part, whole: _Text) -> bool:
    """Say whether a paragraph is a note under no heading: its own mark says what it belongs to."""
    if _kind(whole, part) not in _NOTES:
        return False
    passages = {piece.passage for piece in part.pieces}
    said = [one for passage in passages for one in whole.resting.get(passage, ())]
    return any(one.subject == part.owner and one.predicate == AKG.partOf.value for one in said)


# -- a register --------------------------------------------------------------------------------------------


def _cells(whole: _Text, line: _Line) -> list[Part]:
    """Return the cells of a line, cut by its tabs."""
    cells, at = [], line.start
    for text in line.text.split("\t"):
        cells.append(whole.part(at, at + len(text)))
        at += len(text) + 1
    return cells


def _register_rows(whole: _Text, table: Sequence[_Line], header: _Line) -> list[Row]:
    """Return the rows below the header, which may be repeated on each page."""
    width = len(header.text.split("\t"))
    rows = []
    for line in table:
        if line.text == header.text or line.start < header.start:
            continue
        cells = _cells(whole, line)
        across = bool(cells[0].text) and not any(cell.text for cell in cells[1:])
        owner = next((cell.owner for cell in cells[:2] if _kind(whole, cell) in _TITLED), "")
        owner = next((cell.owner for cell in cells if _kind(whole, cell) == "Activity"), owner)
        cells += [Part(())] * (width - len(cells))
        rows.append(
            Row([[cell] for cell in (cells[:1] if across else cells)], _titled(whole, line, owner), None, across)
        )
    return rows


def _titled(whole: _Text, line: _Line, otherwise: str) -> str:
    """Return the part whose title the line holds: a number may be shared by two rows, a title is not."""
    found = [one.subject for one in whole.within(line.start, line.end) if one.predicate == AKG.title.value]
    return next((iri for iri in found if iri in whole.elements and whole.elements[iri].kind in _TITLED), otherwise)


# -- a matrix ----------------------------------------------------------------------------------------------


def _matrix_rows(whole: _Text, table: Sequence[_Line]) -> list[Row]:
    areas = [one.iri for one in whole.elements.values() if one.kind == "KeyResultArea"]
    areas.sort(key=lambda iri: (whole.elements[iri].order, iri))
    return [row for line in table for row in [_matrix_row(whole, line, areas)] if any(row.cells)]


def _matrix_row(whole: _Text, line: _Line, areas: Sequence[str]) -> Row:
    groups = _groups(whole, line)
    label = next((part for owner, part in groups if not owner), None)
    cells: list[list[Part]] = [[] for _ in areas or [""]]
    owners = [owner for owner, _ in groups if owner]
    across = not any(_area(whole, owner, areas) for owner in owners)
    for owner, part in groups:
        if owner:
            area = _area(whole, owner, areas)
            cells[areas.index(area) if area else 0].append(part)
    return Row(cells[:1] if across else cells, "", label, across, any(owner in areas for owner in owners))


def _groups(whole: _Text, line: _Line) -> list[tuple[str, Part]]:
    """Return the words of a line by the parts of the plan that they belong to, one after the other."""
    spans = [span for span in between(whole.spans, line.start, line.end) if span.end <= line.end]
    outer = sorted({span for span in spans if not any(_holds(other, span) for other in spans)}, key=_place)
    runs: list[tuple[str, list[Span]]] = []
    for span in outer:
        owner = _owner(whole, span, line)
        if runs and runs[-1][0] == owner:
            runs[-1][1].append(span)
        else:
            runs.append((owner, [span]))
    owners = {owner for owner, _ in runs}
    return [(owner, _joined(whole, owner, run, owners)) for owner, run in runs]


def _holds(outer: Span, inner: Span) -> bool:
    same = (outer.start, outer.end) == (inner.start, inner.end)
    return not same and outer.start <= inner.start and inner.end <= outer.end


def _place(span: Span) -> tuple[int, int]:
    return (span.start, span.end)


def _owner(whole: _Text, span: Span, line: _Line) -> str:
    """Return the part that words belong to: whose title or number they are, else who has a role or a place by them.

    Words that begin a line and only place parts are the label of its row, and belong to none.
    """
    said = whole.resting[span.passage]
    named = [one.subject for one in said if one.predicate in _NAMING]
    acting = [one.subject for one in said if one.actor]
    placed = [one.subject for one in said if one.predicate == AKG.partOf.value and span.start > line.start]
    return next(iter([*named, *acting, *placed]), "")


def _joined(whole: _Text, owner: str, run: Sequence[Span], owners: set[str]) -> Part:
    """Return the words of one part in a cell, without the markup and bullets between them."""
    parts = [whole.part(span.start, span.end) for span in run]
    pieces: list[Piece] = []
    for part in parts:
        pieces += [*([Piece(" ")] if pieces else []), *part.pieces]
    readings = [one for part in parts for one in part.readings]
    depth, above = 0, whole.elements.get(owner, Element("", "")).parent
    while above and above in owners and above in whole.elements and depth < _DEEPEST:
        depth, above = depth + 1, whole.elements[above].parent
    return Part(pieces, owner, readings, not owner, depth)


def _area(whole: _Text, iri: str, areas: Sequence[str]) -> str:
    """Return the key result area that a part is or belongs to, empty for one across all."""
    seen: set[str] = set()
    while iri and iri not in seen:
        if iri in areas:
            return iri
        seen.add(iri)
        iri = whole.elements[iri].parent if iri in whole.elements else ""
    return ""
