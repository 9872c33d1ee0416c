"""Makes a plan of a table: its text, and the facts that the readers of the published plans read in such a text.

Every fact keeps the words of the cell that says so. What cannot be read is told with row and column, and the rest is
read on. Not here: what the graph says of the plan (judgement).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import Literal, Quad

from aseankg.checking.headers import Head, read_heads
from aseankg.checking.tables import Line, Table
from aseankg.errors import DataError, nearest
from aseankg.extract.cells import read_cell
from aseankg.extract.names import ACTORS, BODIES, Entity, Names
from aseankg.extract.reading import Element, Reading
from aseankg.identifiers import ELEMENT_KINDS, element
from aseankg.namespaces import AKG, RDF, RDFS
from aseankg.quads import fact_quads, source_quads
from aseankg.records import Piece, SourceText
from aseankg.sources import Descriptor

__all__ = ["KINDS", "SLUG", "Actor", "Made", "Trouble", "make_plan"]

SLUG = "my-plan"  # of the IRIs that a plan has while it is looked at
# What a row may be, and words for it.
KINDS: Mapping[str, tuple[str, ...]] = {
    "activity": ("activity", "action"), "commitment": ("commitment",), "kra": ("key result area", "kra", "pillar"),
    "mission": ("mission",), "objective": ("objective", "goal"), "project": ("project",), "strategy": ("strategy",),
    "target": ("target", "intermediate target"), "thematic-area": ("thematic area", "area"),
    "thematic-group": ("thematic group",), "vision": ("vision",),
}  # fmt: skip
_ROLES = {  # of who stands in the column of leads, by the kind of the row
    "activity": "leadActor", "commitment": "coordinator", "project": "coordinator", "thematic-area": "responsibleBody",
}  # fmt: skip
_MARKS = re.compile(r"\s*[;,/&]\s*|\s+and\s+")
_SEPARATORS = ["; ", " and ", ", ", " & ", ";", "/", ",", " "]
_NUMBERED = re.compile(
    r"(?:KRA|Key Result Area|Strategy|Pillar)?[\s.-]*(?P<number>\d+(?:\.\d+)*|[A-Z](?=[.:]))\s*[.:)–-]\s*(?P<title>.+)",
    re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_MOST_COMPARED, _LONGEST_NAME = 500, 300  # names that nobody knows, and characters of each, which are compared


@dataclass(frozen=True)
class Trouble:
    """What is wrong in one cell or row: where, how grave (Violation, Warning or Info), and how to mend it."""

    row: int
    column: str
    severity: str
    message: str
    found: str = ""


@dataclass(frozen=True)
class Actor:
    """A name in a cell: what it means (an IRI and a label), or the names that are like it."""

    row: int
    column: str
    written: str
    iri: str = ""
    label: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """A plan made of a table: its quads, the row of each line of its text, and what was found on the way."""

    title: str
    quads: tuple[Quad, ...]
    heads: tuple[Head, ...]
    rows: Mapping[int, int]
    elements: Mapping[str, int]  # IRI -> row
    troubles: tuple[Trouble, ...]
    actors: tuple[Actor, ...]


def make_plan(table: Table, title: str, names: Names) -> Made:
    """Return the plan of a table; `names` are those that the graph knows.

    Raises DataError for a table in which no row can be read.
    """
    heads = read_heads(table.heads, "the table")
    words = [title, "\t".join(table.heads), *("\t".join(line.cells) for line in table.lines)]
    source = SourceText(SLUG, "the table", "\n".join(words) + "\n")
    descriptor = _descriptor(title, source)
    rows = _Rows(Reading(descriptor, source, names), tuple(heads))
    rows.read(table)
    quads = [*fact_quads(rows.reading.result.facts), *source_quads(descriptor, source)]
    numbers = {at: line.number for at, line in enumerate(table.lines, 3)}
    return Made(
        title, tuple(quads), tuple(heads), numbers, rows.places, tuple(rows.troubles), tuple(rows.actors)
    )  # fmt: skip


def _descriptor(title: str, source: SourceText) -> Descriptor:
    none = {"value": "not known", "source": "https://example.org/"}
    columns = [{"header": "number", "holds": "number"}, {"header": "title", "holds": "title"}]
    return Descriptor.model_validate({
        "slug": SLUG, "short": "My plan", "file": "table", "title": title, "organization": "body/asean",
        "sha256": hashlib.sha256(source.text.encode()).hexdigest(), "document-address": "not known",
        "membership-as-of": "2018-01-01", "membership-as-of-reason": "not used", "membership-as-of-source": "none",
        "landing-page": none, "rights": none, "layout": {"kind": "register", "columns": columns, "headings": []},
    })  # fmt: skip


@dataclass
class _Rows:
    """Reads row after row; what cannot be read is noted, and the rest of the row read on."""

    reading: Reading
    heads: tuple[Head, ...]
    places: dict[str, int] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    above: dict[tuple[str, str], Element] = field(default_factory=dict)
    called: dict[tuple[str, str], Element] = field(default_factory=dict)  # kind and number, or words
    indexed: int = 0  # elements that stand in it
    like: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    numbered: dict[str, Element] = field(default_factory=dict)
    waiting: list[tuple[Line, Element, Piece]] = field(default_factory=list)

    def read(self, table: Table) -> None:
        title, _, *lines = self.reading.source.whole().split("\n")
        self.reading.state(self.reading.plan, RDF.type, AKG.Plan)
        self.reading.state(self.reading.plan, RDFS.label, Literal("My plan"))
        self.reading.state(self.reading.plan, AKG.title, Literal(title.text), title)
        for line, whole in zip(table.lines, lines, strict=False):
            cells = {head.holds: piece for head, piece in zip(self.heads, whole.split("\t"), strict=True) if head.holds}
            self._read_row(line, {holds: cell.strip() for holds, cell in cells.items() if cell.strip()})
        self._read_parents()
        if not self.places:
            raise DataError("read no element: every row lacks a title. Fill the column of titles.", "the table")

    # -- one row -----------------------------------------------------------------------------------------------

    def _read_row(self, line: Line, cells: dict[str, Piece]) -> None:
        title = cells.get("title")
        if title is None:
            self._tell(
                line, "title", "Violation", "This row has no title: write what is to be done, or delete the row."
            )
            return
        kind = self._kind(line, cells.get("kind"))
        number, printed = self._number(line, kind, cells.get("number"))
        area = self._heading(line, "kra", cells.get("kra")) if kind not in ("kra", "vision", "mission") else None
        parent = area.iri if area and kind in ("activity", "strategy") else self.reading.plan
        pieces = [cells["kra"]] if area else []
        try:
            read = self.reading.add_element(kind, number, title, parent, *pieces)
        except DataError as error:
            self._tell(line, "number", "Violation", _plain(error))
            return
        self._settle(line, read, cells, area, printed)
        for holds in ("focus", "timeline", "indicator"):
            if holds in cells:
                self._read_cell(line, read, holds, cells[holds])
        for holds in ("lead", "contributing"):
            if holds in cells:
                self._read_actors(line, read, holds, cells[holds])

    def _settle(
        self, line: Line, read: Element, cells: dict[str, Piece], area: Element | None, printed: Piece | None
    ) -> None:
        """Note where the row stands: its number, area, strategy, and the row that it says it is part of."""
        self.places[read.iri.value] = line.number
        if printed is not None:
            self.reading.add_number(read, read.number, printed, column=self._head("number").words)
            self.numbered.setdefault(read.number, read)
        if area and read.kind in ("activity", "strategy"):
            self.reading.state(read.iri, AKG.inKeyResultArea, area.iri, cells["kra"])
        strategy = self._heading(line, "strategy", cells.get("strategy")) if read.kind == "activity" else None
        if strategy:
            self.reading.state(read.iri, AKG.implementsStrategy, strategy.iri, cells["strategy"])
        if "part of" in cells:
            self.waiting.append((line, read, cells["part of"]))

    def _kind(self, line: Line, cell: Piece | None) -> str:
        if cell is None:
            return "activity"
        words = re.sub(r"[\W_]+", " ", cell.text).casefold().strip()
        for kind, called in KINDS.items():
            if (
                words in (*called, *(f"{one}s" for one in called), kind.replace("-", " "))
                or words == f"{called[0][:-1]}ies"
            ):
                return kind
        near = nearest(words, [called[0] for called in KINDS.values()], 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        known = ", ".join(called[0] for called in KINDS.values())
        self._tell(
            line,
            "kind",
            "Violation",
            f"No kind of element: the row is read as an activity.{hint} Known: {known}.",
            cell,
        )
        return "activity"

    def _number(self, line: Line, kind: str, cell: Piece | None) -> tuple[str, Piece | None]:
        """The number as printed and its words; where there is none, the row names the element."""
        own = f"row-{line.number}"
        if cell is None:
            return own, None
        words = cell.text.rstrip(".):")
        if not _NUMBER.fullmatch(words):
            message = "No number: expected letters, digits, full stops and hyphens, such as 4 or 4.a. It is left out."
            self._tell(line, "number", "Violation", message, cell)
            return own, None
        before = self.reading.elements.get(element(SLUG, kind, words))
        if before is not None:
            where = self.places.get(before.iri.value)
            message = f"The number stands in row {where} too: give each row its own. This row is read without."
            self._tell(line, "number", "Violation", message, cell)
            return own, None
        return words, cell.cut(cell.start, cell.start + len(words))

    def _heading(self, line: Line, kind: str, cell: Piece | None) -> Element | None:
        """The key result area or strategy that a cell names: a row of the table, or one that the cell makes known."""
        if cell is None:
            return None
        key = (kind, cell.text.casefold())
        found = self.above.get(key) or self.reading_element(kind, cell.text)
        if found is None:
            match = cell.fullmatch(_NUMBERED)
            words = cell.group(match, "title") if match else cell
            number = match["number"] if match else f"row-{line.number}"
            if element(SLUG, kind, number) in self.reading.elements:
                number = f"row-{line.number}"
            found = self.reading.add_element(kind, number, words, self.reading.plan, cell)
            if match and number == match["number"]:
                self.reading.add_number(found, number, cell.group(match, "number"))
            self.places[found.iri.value] = line.number
        self.above[key] = found
        return found

    def reading_element(self, kind: str, words: str) -> Element | None:
        """Return the element of a kind that has this number or these words, or None."""
        for read in islice(self.reading.elements.values(), self.indexed, None):
            for called in (read.number, read.words.text):
                self.called.setdefault((read.kind, called.casefold()), read)
        self.indexed = len(self.reading.elements)
        return self.called.get((kind, words.casefold().strip(" .:")))

    def _read_parents(self) -> None:
        for line, read, cell in self.waiting:
            words = cell.text.rstrip(".")
            number = re.sub(r"^\D*\s", "", words)
            parent = self.numbered.get(words) or self.numbered.get(number)
            if parent is None or parent is read:
                near = self._near("number", number, self.numbered)[:2]
                hint = f" Near: {', '.join(near)}." if near else ""
                self._tell(
                    line,
                    "part of",
                    "Violation",
                    f"No other row has this number.{hint} Write the number of a row.",
                    cell,
                )
            elif read.kind in ("project", "commitment") and parent.kind == "thematic-area":
                self.reading.state(read.iri, AKG.underThematicArea, parent.iri, cell)
            elif read.kind == "activity" and parent.kind == "strategy":
                self.reading.state(read.iri, AKG.implementsStrategy, parent.iri, cell)
            elif parent.kind == "kra":
                self.reading.state(read.iri, AKG.inKeyResultArea, parent.iri, cell)
            else:
                kinds = f"{ELEMENT_KINDS[read.kind][1].lower()} under {ELEMENT_KINDS[parent.kind][1].lower()}"
                self._tell(
                    line, "part of", "Info", f"The graph has no property for {kinds}: the tie is not kept.", cell
                )

    # -- cells -------------------------------------------------------------------------------------------------

    def _read_cell(self, line: Line, read: Element, holds: str, cell: Piece) -> None:
        if holds == "focus" and read.kind != "activity":
            self._tell(line, holds, "Info", "Only activities have a focus area: the cell is not read.", cell)
            return
        try:
            read_cell(self.reading, read, self._head(holds).column, cell)
        except DataError as error:
            self._tell(line, holds, "Violation", _plain(error), cell)

    def _read_actors(self, line: Line, read: Element, holds: str, cell: Piece) -> None:
        head = self._head(holds)
        if cell.text.casefold() in ("-", "–", "—", "n/a", "none", "tbd", "tbc"):
            return
        for entity, words in self._named(line, head, cell):
            role = _ROLES.get(read.kind, "involves") if holds == "lead" else "contributingBody"
            if holds == "contributing" and not (read.kind == "activity" and entity.kinds & BODIES):
                role = "involves"
                message = f"{entity.label} is no body that contributes to an activity: it is read as involved, no more."
                self._tell(line, holds, "Info", message, cell)
            self.reading.add_actor(read, role, entity, words, column=head.words)
            self.actors.append(Actor(line.number, head.words, words.text, entity.iri.value, entity.label))

    def _named(self, line: Line, head: Head, cell: Piece) -> list[tuple[Entity, Piece]]:
        """The actors of a cell; a name that nobody knows is told, and the others are read."""
        whole = self.reading.names.find_list(cell, _SEPARATORS, ACTORS)
        if whole is not None:
            return whole
        found: list[tuple[Entity, Piece]] = []
        for part in _parts(cell):
            known = self.reading.names.find_list(part, _SEPARATORS, ACTORS)
            if known is None:
                self._tell_unknown(line, head, part)
            found += known or ()
        return found

    def _tell_unknown(self, line: Line, head: Head, part: Piece) -> None:
        known = (name for kind in ("body", "country", "group") for name in self.reading.names.of_kind(kind))
        near = self._near("name", part.text, known)
        hint = f"Did you mean {' or '.join(near)}? Write it so" if near else "Check its spelling"
        message = f"No body, country or group that the graph knows has this name. {hint}, or leave it: it is kept out."
        self.troubles.append(Trouble(line.number, head.words, "Violation", message, part.text))
        self.actors.append(Actor(line.number, head.words, part.text, near=near))

    def _near(self, what: str, words: str, known: Iterable[str]) -> tuple[str, ...]:
        """The known names that words are like; to compare takes long, so that only the first so many are."""
        if (what, words) not in self.like and len(self.like) < _MOST_COMPARED:
            self.like[what, words] = tuple(nearest(words[:_LONGEST_NAME], known))
        return self.like.get((what, words), ())

    # -- telling -----------------------------------------------------------------------------------------------

    def _head(self, holds: str) -> Head:
        return next(head for head in self.heads if head.holds == holds)

    def _tell(self, line: Line, holds: str, severity: str, message: str, cell: Piece | None = None) -> None:
        found = cell.text if cell else ""
        self.troubles.append(Trouble(line.number, self._head(holds).words, severity, message, found))


def _parts(cell: Piece) -> list[Piece]:
    parts, start = [], cell.start
    for match in _MARKS.finditer(cell.source.text, cell.start, cell.end):
        parts.append(cell.cut(start, match.start()).strip())
        start = match.end()
    return [part for part in (*parts, cell.cut(start, cell.end).strip()) if part]


def _plain(error: DataError) -> str:
    """The words of an error without its place, which here is a row and a column."""
    place = f"{error.file}:{error.line}: " if error.line else f"{error.file}: "
    words = str(error).removeprefix(place)
    return re.sub(r"Mend the text if it was copied wrongly; if it is printed so, .*$", "Write it so.", words)
