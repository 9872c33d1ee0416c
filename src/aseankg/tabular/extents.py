"""Looks how far the cells of a workbook reach, before it is read.

Whoever reads a sheet makes room for every place up to the last: one cell in the farthest corner takes more memory than
any machine has, and the whole process with it. Not here: what the cells hold (workbooks).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO
from xml.parsers import expat

from aseankg.errors import DataError

__all__ = ["require_dense"]

_PIECE = 1_000_000  # bytes
_MANY, _MOST_EMPTY = 5_000_000, 10  # places of a sheet that are many; then so many to a cell, at most
_PLACE = re.compile(r"([A-Z]*)0*([0-9]*)", re.IGNORECASE)
_FAULTS = (
    expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, LookupError, ValueError,
)  # fmt: skip
_FAR = 8  # digits and letters of a place that is farther than any


def require_dense(source: BinaryIO, name: object) -> None:
    """Raise DataError for a workbook with a sheet that is all but empty, or with a part that is no XML."""
    with zipfile.ZipFile(source) as packed:
        for part in packed.namelist():
            if part.lower().endswith(".xml"):
                _Extent(name, part).look(packed)
    source.seek(0)


class _Extent:
    """How many cells of one part hold something, and in how many rows and columns they stand."""

    def __init__(self, name: object, part: str) -> None:
        self._name = name
        self._part = part
        self._place = ""
        self._row = ""
        self._cells = self._rows = self._columns = 0

    def look(self, packed: zipfile.ZipFile) -> None:
        """Read the part to its end; DataError for what it is not fit for."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        try:
            with packed.open(self._part) as stream:
                while piece := stream.read(_PIECE):
                    parser.Parse(piece, False)
                parser.Parse(b"", True)
        except _FAULTS as error:
            words = f"is no workbook that can be read: {self._part}: {error}. Save it anew as .xlsx."
            raise DataError(words, self._name) from error
        places = self._rows * self._columns
        if places > max(_MANY, self._cells * _MOST_EMPTY):
            words = f"has a cell far off the others: {self._cells:,} cells of {self._part} take {places:,} places."
            raise DataError(f"{words} Take away the rows and columns that are all but empty.", self._name)

    def _refuse(self, *_: object) -> None:
        raise DataError(f"has a document type (DOCTYPE) in {self._part}: no workbook has. Save it anew.", self._name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "row":
            self._row = attributes.get("r", "")
        elif local == "c":
            self._place = attributes.get("r") or self._row
        elif local in ("v", "is") and self._place:
            self._take(*_PLACE.match(self._place).groups())  # type: ignore[union-attr]
            self._place = ""

    def _take(self, letters: str, digits: str) -> None:
        self._cells += 1
        self._rows = max(self._rows, int(digits[:_FAR] or 0))
        self._columns = max(self._columns, _number(letters[:_FAR]))


def _number(letters: str) -> int:
    """The number of a column: 1 for A and for one without letters, 27 for AA."""
    found = 0
    for letter in letters.upper():
        found = found * 26 + ord(letter) - 64
    return max(1, found)
