"""Writes what a linked table becomes, all files or none: in a folder beside, from which they are moved at the end.

Cells keep their words; what a spreadsheet would run as a formula is disarmed. Not here: what the files say.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from aseankg.errors import DataError, UsageError
from aseankg.linking.cells import find_number
from aseankg.namespaces import PREFIXES
from aseankg.sheets import cleaned, disarmed

__all__ = ["BookFile", "CsvFile", "RdfFile", "all_or_none"]

_MOST_BOOK_ROWS = 1_048_575  # of a sheet of XLSX, below its heads
_AT_ONCE = 20_000  # triples that are written together
_USED = (
    "country", "body", "plan", "id", "dcterms", "rdf", "rdfs", "skos", "xsd", "qb", "sdmx-attribute", "sdmx-code",
    "sdmx-concept", "sdmx-dimension", "sdmx-measure",
)  # fmt: skip


@contextmanager
def all_or_none(folder: Path) -> Iterator[Path]:
    """Give a new folder to write in; its files are moved into `folder` when all are written, else they are gone.

    Raises UsageError where the folder cannot be written into.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".linking-", dir=folder))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written into: {error.strerror}. Name another folder with --to.") from None
    try:
        yield temporary
        for file in sorted(temporary.iterdir()):
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class CsvFile:
    """A table as CSV in UTF-8 with a mark, without which Excel takes it for another encoding."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._stream)

    def write(self, cells: Sequence[str | int | float]) -> None:
        """Write a row."""
        self._writer.writerow([_safe(cell) for cell in cells])

    def close(self) -> None:
        """Write what is left."""
        self._stream.close()


class BookFile:
    """A table as XLSX; no text in it is a formula."""

    def __init__(self, file: Path, title: str) -> None:
        import xlsxwriter  # only for workbooks

        self._file = file
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(file), {**options, "tmpdir": str(file.parent)})
        self._page = self._book.add_worksheet(title)
        self._down = 0

    def write(self, cells: Sequence[str | int | float]) -> None:
        """Write a row; DataError for one more than a sheet holds."""
        if self._down > _MOST_BOOK_ROWS:
            raise DataError(f"has more rows than the {_MOST_BOOK_ROWS:,} of a sheet. Give it as CSV.", self._file.name)
        for at, cell in enumerate(cells):
            if cell != "":
                self._page.write_string(self._down, at, cleaned(str(cell)))
        self._down += 1

    def close(self) -> None:
        """Write what is left."""
        self._book.close()


class RdfFile:
    """A graph as TriG, written some thousand triples at a time."""

    def __init__(self, file: Path, graph: NamedNode, base: str) -> None:
        self._stream: IO[bytes] = file.open("wb")
        self._graph = graph
        self._prefixes = {name: PREFIXES[name] for name in _USED} | {"own": base}
        self._waiting: list[Quad] = []
        self._begun = False

    def write(self, triples: Iterator[Triple]) -> None:
        """Write triples."""
        self._waiting += [Quad(triple.subject, triple.predicate, triple.object, self._graph) for triple in triples]
        if len(self._waiting) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            text: Any = serialize(self._waiting, format=RdfFormat.TRIG, prefixes=self._prefixes)
            # Each prefix is one line, and is needed once.
            self._stream.write(text.split(b"\n", len(self._prefixes))[-1] if self._begun else text)
            self._waiting, self._begun = [], True

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._stream.close()


def _safe(cell: str | int | float) -> str | int | float:
    """A number is no formula, though it begins with a sign."""
    safe = disarmed(cell)
    return cell if safe == cell or find_number(str(cell)) is not None else safe
