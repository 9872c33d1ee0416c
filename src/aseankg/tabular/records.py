"""Yields the rows of CSV, each with the number that a spreadsheet gives it; what is no CSV is said with its row.

Not here: which character separates the cells, which is for whoever reads the table to find.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from aseankg.errors import DataError

__all__ = ["records_of", "undecodable"]


def records_of(stream: TextIO, delimiter: str, name: object) -> Iterator[tuple[int, list[str]]]:
    r"""Yield number and cells of each row: a cell with line breaks takes one row. DataError, with row, for no CSV.

    >>> import io
    >>> list(records_of(io.StringIO('a,"b\nc"\nd,e'), ",", "x.csv"))
    [(1, ['a', 'b\nc']), (2, ['d', 'e'])]
    """
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        words = f"row {number + 1} is no CSV: {error}. Put cells that hold quotation marks or separators into marks."
        raise DataError(words, name, reader.line_num) from error
    except UnicodeError as error:  # not only of decoding: some encodings, such as UTF-16 without a mark, have others
        raise undecodable(error, stream.encoding, name, reader.line_num + 1) from error


def undecodable(error: UnicodeError, encoding: str, name: object, line: int) -> DataError:
    """Return the words for a file that is not in the encoding that it is read in."""
    why = error.reason if isinstance(error, UnicodeDecodeError) else error
    return DataError(f"cannot be read as {encoding}: {why}. Say --encoding, or save it anew as CSV UTF-8.", name, line)
