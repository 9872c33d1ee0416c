"""An answer as a workbook for a spreadsheet: its rows with names and IRIs, where they are from, and the query.

SPARQL's own CSV holds every value as it is; in a workbook no text is ever run as a formula. Not here: how cells are
written (aseankg.sheets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aseankg.sheets import Cell, Sheet, xlsx_bytes
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.page import tables
from aseankg.web.site import LICENCE

__all__ = ["MOST_ROWS", "About", "workbook_of"]

MOST_ROWS = 100_000
_LONGEST_NUMBER = 15  # digits that a spreadsheet keeps


@dataclass(frozen=True)
class About:
    """Where an answer is from: what it is called, its address, the version and build of the dataset, the query."""

    title: str
    address: str
    version: str
    build: str
    query: str
    notes: Sequence[str] = ()


def workbook_of(table: tables.Table, heads: Sequence[str], about: About) -> bytes:
    """Return the workbook of a whole table; DetailedError (413) where it has more rows than a workbook takes here."""
    if table.count > MOST_ROWS:
        words = f"The answer has {table.count:,} {table.unit}s: a workbook of this service holds at most {MOST_ROWS:,}."
        raise DetailedError(413, f"{words} Put a LIMIT to the query, or take CSV.")
    query = [(line,) for line in about.query.split("\n")]
    return xlsx_bytes([_answer(table, heads), _sources(about), Sheet("Query", ("SPARQL",), query)])


def _answer(table: tables.Table, heads: Sequence[str]) -> Sheet:
    """A column of IRIs is two: names to read, IRIs to count and join by."""
    if table.truth is not None:
        return Sheet("Answer", ("answer",), [("yes" if table.truth else "no",)])
    named = [any(row[at].whole for row in table.rows) for at in range(len(table.columns))]
    columns = [name for at, head in enumerate(heads) for name in ((head, f"{head} (IRI)") if named[at] else (head,))]
    rows = [[cell for at, one in enumerate(row) for cell in _cells(one, named[at])] for row in table.rows]
    return Sheet("Answer", columns, rows)


def _cells(cell: tables.Cell, named: bool) -> tuple[Cell, ...]:
    return (_value(cell), cell.whole) if named else (_value(cell),)


def _value(cell: tables.Cell) -> Cell:
    if not cell.number or sum(character.isdigit() for character in cell.text) > _LONGEST_NUMBER:
        return cell.shown
    try:
        number = float(cell.text)
    except ValueError:
        return cell.text
    if number != number or abs(number) == float("inf"):  # a spreadsheet has neither
        return cell.text
    return int(number) if number.is_integer() else number


def _sources(about: About) -> Sheet:
    rows = [
        ("Answer to", about.title),
        ("Address", about.address),
        ("Dataset version", about.version),
        ("Build", about.build),
        ("Licence", LICENCE),
        *(("Note", note) for note in about.notes),
    ]
    return Sheet("Sources", ("What", "Words"), [row for row in rows if row[1]])
