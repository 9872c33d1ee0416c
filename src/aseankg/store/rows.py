"""Counts the rows of an answer in its bytes as they pass, by what the engine writes between two rows of each format.

Nothing is read row by row in Python. Not here: what is done when there are too many (writer).
"""

from __future__ import annotations

import re

__all__ = ["CsvRows", "JsonRows", "MarkedRows", "rows_of"]

_ESCAPED = re.compile(rb"\\.", re.DOTALL)


class MarkedRows:
    """Rows with a mark that stands in no value.

    >>> counter = MarkedRows(b"<result>", 0)
    >>> counter.add(b"<results><res")
    >>> counter.add(b"ult></result><result>")
    >>> counter.count
    2
    """

    def __init__(self, mark: bytes, besides: int) -> None:
        self._marks = _Count(mark)
        self._besides = besides

    def add(self, part: bytes) -> None:
        """Count the next bytes in."""
        self._marks.add(part)

    @property
    def count(self) -> int:
        """The rows so far."""
        return self._marks.found + self._besides


class CsvRows:
    r"""Rows of CSV (RFC 4180): line ends outside quotation marks, the header's not counted.

    >>> counter = CsvRows()
    >>> counter.add(b'a\r\n"x\r')
    >>> counter.add(b'\ny""\r\n"\r\n')
    >>> counter.count
    1
    """

    def __init__(self) -> None:
        self._within = False
        self._rest = b""
        self.count = -1

    def add(self, part: bytes) -> None:
        """Count the next bytes in."""
        pieces = (self._rest + part).split(b'"')
        self._rest = b"\r" if pieces[-1].endswith(b"\r") else b""  # its line feed may come with the next bytes
        self.count += sum(piece.count(b"\r\n") for piece in pieces[self._within :: 2])
        self._within ^= len(pieces) % 2 == 0


class JsonRows:
    r"""Rows of SPARQL results in JSON: `},{` outside strings stands between two of them and nowhere else.

    >>> counter = JsonRows()
    >>> counter.add(b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"value":"\\"},{\\\\"}')
    >>> counter.add(b'},{}]}}')
    >>> counter.count
    2
    """

    def __init__(self) -> None:
        self._within = False
        self._rest = b""
        self._marks = _Count(b"},{")

    def add(self, part: bytes) -> None:
        """Count the next bytes in."""
        joined = _ESCAPED.sub(b"", self._rest + part)
        self._rest = b"\\" if joined.endswith(b"\\") else b""  # what it escapes comes with the next bytes
        pieces = joined.removesuffix(b"\\").split(b'"')
        self._marks.add(b"".join(pieces[self._within :: 2]))
        self._within ^= len(pieces) % 2 == 0

    @property
    def count(self) -> int:
        """The rows so far; an answer without any counts as one."""
        return self._marks.found + 1


class _Count:
    """Counts a mark in bytes that come in parts."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark
        self._rest = b""
        self.found = 0

    def add(self, part: bytes) -> None:
        joined = self._rest + part
        self.found += joined.count(self._mark)
        self._rest = joined[-(len(self._mark) - 1) :] if len(self._mark) > 1 else b""


def rows_of(format_name: str) -> MarkedRows | CsvRows | JsonRows | None:
    """Return a counter for a format of rows; None for the formats of triples, which are counted before."""
    if format_name == "csv":
        return CsvRows()
    if format_name == "json":
        return JsonRows()
    marks = {"xml": (b"<result>", 0), "tsv": (b"\n", -1)}
    return MarkedRows(*marks[format_name]) if format_name in marks else None
