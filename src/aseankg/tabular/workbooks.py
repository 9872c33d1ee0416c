"""Opens a workbook (XLSX) that somebody brings: looks first at what it would unpack to, and gives the rows of a sheet.

Formulas come as the values that were last worked out; the cells of a merged column have the value of the first.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from aseankg.errors import DataError, UsageError, suggest
from aseankg.tabular.extents import require_dense

__all__ = ["Workbook", "holds_formulas", "open_workbook", "shown"]

_MOST_RATIO, _MOST_PARTS = 200, 2_000  # of an XLSX file, which is a ZIP file
_PACKED = 1_000_000  # bytes unpacked below which nobody asks how well they were packed
_FORMULA = re.compile(rb"<f[ />]")
_PIECE = 1_000_000  # bytes


@dataclass(frozen=True)
class Workbook:
    """One sheet of a workbook that is open: its title, the sheets that are not read, and its rows."""

    sheet: Any
    title: str
    others: tuple[str, ...]

    @property
    def height(self) -> int:
        """How many rows the sheet has."""
        return int(self.sheet.total_height)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the values of each row, merged cells filled downwards, so that a heading is said of each row."""
        top: dict[int, list[tuple[int, int]]] = {}  # the first row of a merged area -> its columns and last rows
        left = self.sheet.start[1] if self.sheet.start else 0
        for (first, column), (last, right) in getattr(self.sheet, "merged_cell_ranges", None) or ():
            if right == column:  # one that spans columns is a heading of its own
                top.setdefault(first, []).append((column - left, last))
        running: dict[int, tuple[int, Any]] = {}
        for number, row in enumerate(self.sheet.iter_rows()):
            _fill(row, number, running)
            running |= {column: (last, row[column]) for column, last in top.get(number, ()) if column < len(row)}
            yield row


def _fill(row: list[Any], number: int, running: dict[int, tuple[int, Any]]) -> None:
    for column, (last, value) in running.items():
        if number <= last and column < len(row) and row[column] == "":
            row[column] = value


def open_workbook(source: BinaryIO, name: object, most: int, wanted: str = "") -> Workbook:
    """Return the sheet called `wanted`, else the first that has words, of a workbook of at most `most` bytes unpacked.

    Raises DataError for what is no workbook, is empty or over the limit, UsageError where no sheet is called so.
    """
    _require_small(source, name, most)
    require_dense(source, name)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(source)
        sheets = {title: book.get_sheet_by_name(title) for title in book.sheet_names if not wanted or title == wanted}
    except (CalamineError, OSError, ValueError) as error:
        raise DataError(f"is no workbook that can be read: {error}. Save it anew as .xlsx.", name) from error
    if wanted and not sheets:
        listed = ", ".join(map(repr, book.sheet_names[:20]))
        raise UsageError(f"{name} has no sheet {wanted!r}: it has {listed}.{suggest(wanted, book.sheet_names)}")
    filled = [title for title, sheet in sheets.items() if sheet.height]
    if not filled:
        raise DataError("looked at no row: the workbook is empty. Put the table on its first sheet.", name)
    return Workbook(sheets[filled[0]], filled[0], () if wanted else tuple(filled[1:]))


def _require_small(source: BinaryIO, name: object, most: int) -> None:
    try:
        size_packed = max(1, source.seek(0, 2))
        with zipfile.ZipFile(source) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        words = f"is no .xlsx file: {error}. A workbook with a password, or of Excel before 2007, cannot be read."
        raise DataError(words, name) from error
    source.seek(0)
    size = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or size > most or (size > _PACKED and size / size_packed > _MOST_RATIO):
        words = f"would unpack to {size:,} bytes in {len(parts):,} parts: expected at most {most:,} in"
        raise DataError(f"{words} {_MOST_PARTS:,}, and no more than {_MOST_RATIO} times the file. Save it anew.", name)


def holds_formulas(file: Path) -> bool:
    """Say whether a cell of any sheet is a formula; the workbook was opened before, so its size is known to be fit."""
    with zipfile.ZipFile(file) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(_has_formula(packed, name) for name in sheets)


def _has_formula(packed: zipfile.ZipFile, name: str) -> bool:
    before = b""
    with packed.open(name) as part:
        while piece := part.read(_PIECE):
            if _FORMULA.search(before + piece):
                return True
            before = piece[-3:]
    return False


def shown(value: Any) -> str:
    """Return a value as its reader sees it: whole numbers without a fraction, days in ISO 8601.

    >>> shown(2018.0), shown(True), shown(datetime.datetime(2018, 3, 1))
    ('2018', 'true', '2018-03-01')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
