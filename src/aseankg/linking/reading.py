"""Reads a table from a file row by row, whatever its size: CSV, TSV or XLSX, with its encoding and separator found.

Nothing is lost: cells come as they are written, lines above the table are kept as remarks on it. Not here: what the
columns hold (columns).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from aseankg.errors import DataError, UsageError
from aseankg.linking.cells import find_number, find_period
from aseankg.tabular.encodings import encoding_of
from aseankg.tabular.records import records_of, undecodable
from aseankg.tabular.workbooks import holds_formulas, open_workbook, shown

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Reading", "Row", "Table", "open_table"]

MOST_ROWS, MOST_COLUMNS = 1_000_000, 500
_LOOKED_AT = 200  # records from which the form of a table is told
_SNIFFED = 20_000  # characters
_MOST_UNPACKED = 2_000_000_000  # bytes of an XLSX file
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_TEXT, _BOOK = {".csv", ".tsv", ".tab", ".txt"}, {".xlsx", ".xlsm"}
_Records = Callable[[], Iterator[tuple[int, list[str]]]]


@dataclass(frozen=True)
class Reading:
    """What the caller says of how a table is to be read; what is left open is found out."""

    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    header: bool | None = None
    most_rows: int = MOST_ROWS


@dataclass(frozen=True)
class Row:
    """One row of a table: its number as a spreadsheet counts, and as many cells as there are columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table that can be read again and again: its heads, words that stand above it, and how it was read.

    `about` is the number of rows that there may be, for a progress bar.
    """

    file: Path
    heads: tuple[str, ...]
    above: tuple[str, ...]
    notes: tuple[str, ...]
    about: int
    most_rows: int
    records: _Records
    first: int

    @property
    def is_book(self) -> bool:
        """Whether the table comes from a workbook."""
        return self.file.suffix.lower() in _BOOK

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold something; DataError, with the row, for one too many or with too many cells."""
        count = 0
        for number, cells in self.records():
            if number < self.first or not _holds(cells):
                continue
            count += 1
            if count > self.most_rows:
                words = f"has more than {self.most_rows:,} rows. Split it, or allow more with --max-rows."
                raise DataError(words, self.file)
            yield Row(number, self._fitted(number, cells))

    def _fitted(self, number: int, cells: list[str]) -> tuple[str, ...]:
        width = len(self.heads)
        if any(cells[width:]):
            words = f"row {number} has {len(cells)} cells, and the table {width} columns: give each column a head, or"
            raise DataError(f"{words} put cells that hold the separator into quotation marks.", self.file, number)
        return (*cells[:width], *[""] * (width - len(cells)))


def open_table(file: Path, reading: Reading) -> Table:
    """Return the table in a file.

    Raises UsageError for a file that is not there or of no kind that is read, DataError for one that holds no rows.
    """
    ending = file.suffix.lower()
    if not file.is_file():
        raise UsageError(f"{file} is no file. Name a table: CSV, TSV or XLSX.")
    if ending not in _TEXT | _BOOK:
        raise UsageError(f"{file} ends in {ending or 'nothing'}: expected .csv, .tsv, .txt or .xlsx.")
    if not file.stat().st_size:
        raise DataError("looked at no row: the file is empty. Expected a row of column heads and rows below.", file)
    records, about, notes = (_book if ending in _BOOK else _text)(file, reading)
    return _table(file, reading, records, about, notes)


def _table(file: Path, reading: Reading, records: _Records, about: int, notes: list[str]) -> Table:
    first = [(number, cells) for number, cells in islice(records(), _LOOKED_AT) if _holds(cells)]
    if not first:
        raise DataError("looked at no row: expected a row of column heads and rows below it.", file)
    at = _start([cells for _, cells in first])
    above = tuple(", ".join(cell.strip() for cell in cells if cell.strip()).lstrip("# ") for _, cells in first[:at])
    body = first[at:]
    width = max(_width(cells) for _, cells in body)
    said = reading.header
    named, why = _has_heads([cells for _, cells in body]) if said is None else (said, "as you say")
    heads = _heads(body[0][1] if named else [], width if not named else _width(body[0][1]), notes, file)
    if named and len(body) < 2:
        where = "".join(f" {note}" for note in notes if note.startswith("Sheet: "))
        words = f"looked at no row: there is one, of column heads.{where} Say --no-header if it is none"
        raise DataError(f"{words}, or --sheet for another sheet." if where else f"{words}.", file)
    notes.append(f"Column heads: row {body[0][0]} ({why})." if named else f"No column heads ({why}).")
    if above:
        notes.append(f"Words above the table, kept as its description: {' / '.join(above)[:300]}")
    start = body[1 if named else 0][0]
    return Table(file, heads, above, tuple(notes), about, reading.most_rows, records, start)


def _holds(cells: Sequence[str]) -> bool:
    return any(map(str.strip, cells))


def _width(cells: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(cells, 1) if cell), default=0)


def _start(rows: Sequence[Sequence[str]]) -> int:
    """Which row the table begins with: before it stand titles, in one cell each, and comments, after a hash."""
    usual = Counter(sum(map(bool, cells)) for cells in rows).most_common(1)[0][0]
    for at, cells in enumerate(rows):
        if not cells[0].startswith("# ") and (usual < 2 or sum(map(bool, cells)) >= 2):
            return at
    return 0


def _has_heads(rows: Sequence[Sequence[str]]) -> tuple[bool, str]:
    """Heads are words, each once and none of them a figure; years may be heads. A list of names may have none."""
    head, below = [cell for cell in rows[0] if cell], rows[1:]
    if any(find_number(cell) and not find_period(cell) for cell in head):
        return False, "the first row holds figures"
    if all(find_period(cell) for cell in head):
        return False, "the first row holds years"
    again = {cell for cells in below for cell in cells} & set(head)
    if again and len(again) * 2 > len(set(head)):
        return False, f"{sorted(again)[0]!r} of the first row stands below it, too"
    return True, "its cells are words"


def _heads(cells: Sequence[str], width: int, notes: list[str], file: Path) -> tuple[str, ...]:
    """The heads, each once: of those that are alike, but for capitals and signs, the second is given a number."""
    if width > MOST_COLUMNS:
        raise DataError(f"has {width} columns: expected at most {MOST_COLUMNS}. Leave some out.", file, 1)
    found: dict[str, str] = {}
    for at in range(width):
        words = " ".join(cells[at].split()) if at < len(cells) else ""
        name, again = words or f"Column {at + 1}", 1
        while _likened(name) in found:
            again += 1
            name = f"{words} ({again})"
        if again > 1:
            notes.append(f"Two columns are called {words!r}: the one at place {at + 1} is called {name!r} here.")
        found[_likened(name)] = name
    return tuple(found.values())


def _likened(head: str) -> str:
    return re.sub(r"[\s_-]+", " ", head).casefold()


def _text(file: Path, reading: Reading) -> tuple[_Records, int, list[str]]:
    read = encoding_of(file, reading.encoding)
    try:
        with file.open(encoding=read.encoding, newline="", errors="replace") as stream:
            sample = stream.read(_SNIFFED)
    except UnicodeError as error:
        raise undecodable(error, read.encoding, file, 1) from error
    delimiter, name = _delimiter(sample, reading.delimiter, file)
    notes = [f"Encoding: {read.encoding} ({read.how}).", f"Separator: {name}."]

    def records() -> Iterator[tuple[int, list[str]]]:
        with file.open(encoding=read.encoding, newline="") as stream:
            yield from records_of(stream, delimiter, file)

    return records, read.lines, notes


def _delimiter(sample: str, said: str, file: Path) -> tuple[str, str]:
    """The separator, and what it is called and how it was found."""
    import clevercsv  # only for files of text

    table = "".join(line for line in sample.splitlines(keepends=True) if not line.startswith("#"))
    if said:
        delimiter, how = _DELIMITERS.get(said, said), "as you say"
    elif file.suffix.lower() in (".tsv", ".tab"):
        delimiter, how = "\t", "by the file's name"
    else:
        sniffed = clevercsv.Detector().detect(table, delimiters=list(_DELIMITERS.values()))
        delimiter, how = (sniffed.delimiter or "" if sniffed else ""), "found by clevercsv"
    if len(delimiter) > 1:
        known = ", ".join(_DELIMITERS)
        raise UsageError(f"The separator {said!r} is more than one character: expected one, or a name: {known}.")

    names = {mark: name for name, mark in _DELIMITERS.items()}
    if not delimiter:
        return ",", "none, one column"
    return delimiter, f"{names.get(delimiter, repr(delimiter))} ({how})"


def _book(file: Path, reading: Reading) -> tuple[_Records, int, list[str]]:
    with file.open("rb") as stream:
        book = open_workbook(stream, file, _MOST_UNPACKED, reading.sheet)
    notes = [f"Sheet: {book.title!r}" + (f", not {', '.join(map(repr, book.others[:5]))}." if book.others else ".")]
    if holds_formulas(file):
        notes.append("The workbook holds formulas: what was last worked out is read, and no formula is run.")

    def records() -> Iterator[tuple[int, list[str]]]:
        return ((number, [shown(cell) for cell in row]) for number, row in enumerate(book.rows(), 1))

    return records, book.height, notes
