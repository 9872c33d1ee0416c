"""Reads a table that somebody brings, as CSV or XLSX, within limits: columns, rows and where each row stands.

Every cell comes as the text that its reader sees. Not here: what the columns mean (headers).
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aseankg.errors import DataError

__all__ = ["LONGEST_CELL", "MOST_COLUMNS", "MOST_ROWS", "Line", "Table", "read_csv", "read_xlsx"]

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2_000, 60, 10_000
_MOST_UNPACKED, _MOST_RATIO, _MOST_PARTS = 60_000_000, 200, 2_000  # of an XLSX file, which is a ZIP file
_DELIMITERS = ",;\t|"
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One row of a table: its number as a spreadsheet counts, and its cells, as many as there are columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table: the heads of its columns, its rows, and what its reader should know of how it was read."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def read_csv(octets: bytes, name: str = "the table") -> Table:
    """Return the table of a CSV file in UTF-8, UTF-16 or Windows-1252, with commas, semicolons, tabs or bars.

    Raises DataError with the row for what is no table or is over a limit.
    """
    text, encoding = _decoded(octets, name)
    notes = () if encoding.startswith("utf-8") else (f"The text was read as {encoding}.",)
    csv.field_size_limit(max(LONGEST_CELL * 10, 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), _dialect(text), strict=True)
    return _table(_counted(reader, name), name, notes)


def _counted(reader: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number in a spreadsheet: a cell with line breaks takes one row there."""
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        words = f"row {number + 1} (line {reader.line_num}) is no CSV: {error}. Quote cells that hold quotation marks."
        raise DataError(words, name, reader.line_num) from error


def _decoded(octets: bytes, name: str) -> tuple[str, str]:
    encoding = next((known for mark, known in _ENCODINGS if octets.startswith(mark)), "")
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = octets.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, {"cp1252": "Windows-1252"}.get(candidate, candidate)
    raise DataError("is no text in UTF-8, UTF-16 or Windows-1252: expected CSV. Save it as CSV UTF-8.", name)


def _dialect(text: str) -> Any:
    try:
        found = csv.Sniffer().sniff(text[:65_536].partition("\n\n")[0], _DELIMITERS)
    except csv.Error:
        return csv.excel
    head = text.lstrip().partition("\n")[0]
    delimiter = found.delimiter if found.delimiter in head else max(_DELIMITERS, key=head.count)

    class _Sniffed(csv.excel):
        pass

    _Sniffed.delimiter = delimiter
    return _Sniffed


def read_xlsx(octets: bytes, name: str = "the workbook") -> Table:
    """Return the table of the first worksheet that has words; formulas come as their values, merged cells filled.

    Raises DataError for what is no workbook or is over a limit: what it would unpack to is looked at first.
    """
    _require_small(octets, name)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(octets))
        sheets = [(title, book.get_sheet_by_name(title)) for title in book.sheet_names]
        filled = [(title, sheet) for title, sheet in sheets if sheet.height]
        if not filled:
            raise DataError("looked at no row: the workbook is empty. Put the plan on its first sheet.", name)
        title, sheet = filled[0]
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
    except (CalamineError, OSError, ValueError) as error:
        raise DataError(f"is no workbook that can be read: {error}. Save it anew as .xlsx.", name) from error
    _fill_merged(rows, sheet)
    others = [other for other, _ in filled[1:]]
    note = (f"Only the sheet {title!r} was read, not {', '.join(map(repr, others[:5]))}.",) if others else ()
    return _table(((number, [_shown(cell) for cell in row]) for number, row in enumerate(rows, 1)), name, note)


def _require_small(octets: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        words = f"is no .xlsx file: {error}. A workbook with a password, or of Excel before 2007, cannot be read."
        raise DataError(words, name) from error
    size, packed_size = sum(part.file_size for part in parts), max(1, len(octets))
    if len(parts) > _MOST_PARTS or size > _MOST_UNPACKED or (size > 1_000_000 and size / packed_size > _MOST_RATIO):
        words = f"would unpack to {size:,} bytes in {len(parts):,} parts: expected at most {_MOST_UNPACKED:,} in"
        raise DataError(f"{words} {_MOST_PARTS:,}, and no more than {_MOST_RATIO} times the file. Save it anew.", name)


def _fill_merged(rows: list[list[Any]], sheet: Any) -> None:
    """Give every cell of a merged area its value, so that a heading beside several rows is said of each."""
    for (top, left), (bottom, right) in getattr(sheet, "merged_cell_ranges", None) or ():
        if right != left or top >= len(rows) or left >= len(rows[top]):
            continue  # one that spans columns is a heading of its own
        for down in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[down]) and rows[down][left] == "":
                rows[down][left] = rows[top][left]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _table(rows: Iterable[tuple[int, Sequence[str]]], name: str, notes: tuple[str, ...]) -> Table:
    heads: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, cells in rows:
        plain = [_plain(cell, number, name) for cell in cells]
        while plain and not plain[-1]:
            plain.pop()
        if not plain:
            continue
        if not heads:
            heads = _heads(plain, name)
        elif len(plain) > len(heads):
            words = f"has {len(plain)} cells, and the first row {len(heads)}: give each column a head, or quote cells"
            raise DataError(f"row {number} {words} that hold the separator.", name, number)
        else:
            lines.append(Line(number, (*plain, *[""] * (len(heads) - len(plain)))))
        if len(lines) > MOST_ROWS:
            raise DataError(f"has more than {MOST_ROWS:,} rows: expected at most so many. Split the plan.", name)
    if not lines:
        raise DataError("looked at no row: expected a row of column heads and rows below it.", name)
    return Table(heads, tuple(lines), notes)


def _heads(cells: list[str], name: str) -> tuple[str, ...]:
    if len(cells) > MOST_COLUMNS:
        raise DataError(f"has {len(cells)} columns: expected at most {MOST_COLUMNS}. Leave some out.", name, 1)
    return tuple(cells)


def _plain(cell: str, number: int, name: str) -> str:
    """The words of a cell on one line, without control characters."""
    if len(cell) > LONGEST_CELL:
        words = f"a cell of row {number} has {len(cell):,} characters: expected at most {LONGEST_CELL:,}. Shorten it."
        raise DataError(words, name, number)
    return " ".join("".join(mark if mark.isprintable() else " " for mark in cell).split())
