"""Reads a table that somebody brings, as CSV or XLSX, within limits: columns, rows and where each row stands.

Every cell comes as the text that its reader sees. Not here: what the columns mean (headers).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aseankg.errors import DataError
from aseankg.tabular.encodings import marked_encoding
from aseankg.tabular.records import records_of
from aseankg.tabular.workbooks import open_workbook, shown

__all__ = ["LONGEST_CELL", "MOST_COLUMNS", "MOST_ROWS", "Line", "Table", "read_csv", "read_xlsx"]

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2_000, 60, 10_000
_MOST_UNPACKED = 60_000_000  # bytes of an XLSX file, which is a ZIP file
_DELIMITERS = ",;\t|"


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
    return _table(records_of(io.StringIO(text, newline=""), _delimiter(text), name), name, notes)


def _decoded(octets: bytes, name: str) -> tuple[str, str]:
    encoding = marked_encoding(octets)
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = octets.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, {"cp1252": "Windows-1252"}.get(candidate, candidate)
    raise DataError("is no text in UTF-8, UTF-16 or Windows-1252: expected CSV. Save it as CSV UTF-8.", name)


def _delimiter(text: str) -> str:
    try:
        found = csv.Sniffer().sniff(text[:65_536].partition("\n\n")[0], _DELIMITERS)
    except csv.Error:
        return ","
    head = text.lstrip().partition("\n")[0]
    return found.delimiter if found.delimiter in head else max(_DELIMITERS, key=head.count)


def read_xlsx(octets: bytes, name: str = "the workbook") -> Table:
    """Return the table of the first worksheet that has words; formulas come as their values, merged cells filled.

    Raises DataError for what is no workbook or is over a limit: what it would unpack to is looked at first.
    """
    book = open_workbook(io.BytesIO(octets), name, _MOST_UNPACKED)
    note = f"Only the sheet {book.title!r} was read, not {', '.join(map(repr, book.others[:5]))}."
    rows = ((number, [shown(cell) for cell in row]) for number, row in enumerate(book.rows(), 1))
    return _table(rows, name, (note,) if book.others else ())


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
