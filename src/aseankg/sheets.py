"""Writes tables for people's spreadsheets: CSV and XLSX in which no cell is ever run as a formula.

SPARQL's own CSV (store) writes values as they are, as its standard asks; here a text that a spreadsheet would take for
a formula is disarmed (OWASP, CSV injection). Not here: what stands in the tables.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["LONGEST_CELL", "WORKBOOK", "Cell", "Sheet", "cleaned", "csv_bytes", "disarmed", "fit_for_xml", "xlsx_bytes"]

Cell = str | int | float
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the media type of XLSX
LONGEST_CELL = 32_767  # characters that XLSX allows in one
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_UNFIT_FOR_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML 1.0, 2.2
_UNFIT_FOR_TITLE = re.compile(r"[\[\]:*?/\\]")
_NO_DAY = datetime(1980, 1, 1)  # the first that ZIP can hold: the same table gives the same bytes on any day
_WIDEST, _NARROWEST = 60, 8  # columns, in characters


@dataclass(frozen=True)
class Sheet:
    """One table with a title; a cell is a text or a number."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def csv_bytes(sheet: Sheet) -> bytes:
    """Return the table as CSV in UTF-8 with a byte order mark, without which Excel takes it for another encoding.

    >>> csv_bytes(Sheet("", ["title"], [["=1+1"], ["plain"]])).decode("utf-8-sig").split()
    ['title', "'=1+1", 'plain']
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([disarmed(name) for name in sheet.columns])
    writer.writerows([disarmed(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return the tables as one workbook: texts as texts, numbers as numbers, the heads fixed and filtered by."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        book.set_properties({"created": _NO_DAY})
        styles = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            _write(book.add_worksheet(_UNFIT_FOR_TITLE.sub(" ", sheet.title)[:31]), sheet, *styles)
    return file.getvalue()


def fit_for_xml(text: str) -> str:
    """Return the text with a replacement character for each that XML 1.0 cannot hold."""
    return _UNFIT_FOR_XML.sub("\ufffd", text)


def _write(page: Any, sheet: Sheet, head: Any, body: Any) -> None:
    for at, name in enumerate(sheet.columns):
        page.write_string(0, at, cleaned(name), head)
        page.set_column(at, at, _width(sheet, at))
    for down, row in enumerate(sheet.rows, 1):
        for at, cell in enumerate(row):
            write = page.write_string if isinstance(cell, str) else page.write_number
            write(down, at, cleaned(cell) if isinstance(cell, str) else cell, body)
    page.freeze_panes(1, 0)
    if sheet.rows and sheet.columns:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def disarmed(cell: Cell) -> Cell:
    """Return the cell so that no spreadsheet takes it for a formula: an apostrophe is put before.

    >>> disarmed("=1+1"), disarmed(-1)
    ("'=1+1", -1)
    """
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def cleaned(text: str) -> str:
    """Return a text as a cell of XLSX may hold it: no characters that XML has not, and not too many."""
    return fit_for_xml(text)[:LONGEST_CELL]


def _width(sheet: Sheet, at: int) -> int:
    longest = max((len(str(row[at])) for row in sheet.rows[:200] if at < len(row)), default=0)
    return min(max(longest, len(sheet.columns[at]), _NARROWEST) + 2, _WIDEST)
