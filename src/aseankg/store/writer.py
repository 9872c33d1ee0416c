"""Where the engine writes an answer: it is held back, counted, and let go in parts when it grows large.
CSV and TSV are only let go whole: parsers would take a part of one for all of it (docs/decisions/0007-cut-answers.md).

Not here: counting rows (rows), and what is done with the parts (worker, local).
"""

from __future__ import annotations

from typing import Any, Protocol

from aseankg.errors import QueryTimeoutError
from aseankg.settings import Settings
from aseankg.store.request import Answer
from aseankg.store.rows import rows_of

__all__ = ["HELD", "AnswerWriter", "Outlet", "too_many"]

HELD = 1_000_000  # bytes up to which an answer is kept whole, so that its error can still be a status
_ONLY_WHOLE = ("csv", "tsv")  # cut, they would still be read


class Outlet(Protocol):
    """Takes an answer in parts: `begin` once with all but the body, then `send`."""

    def begin(self, answer: Answer) -> None:
        """Take what is known of the answer before its body."""

    def send(self, part: bytes) -> None:
        """Take the next bytes of the body."""


class AnswerWriter:
    """A file of one answer, bounded in bytes and rows; `answer` is what is known before its body."""

    def __init__(self, format_name: str, settings: Settings, answer: Answer, outlet: Outlet | None = None) -> None:
        self._settings = settings
        self.most_rows = settings.rows
        self._answer = answer
        self._outlet = None if format_name in _ONLY_WHOLE else outlet
        self._begun = False
        self._held = bytearray()
        self._size = 0
        self._rows = rows_of(format_name)

    def write(self, part: Any, /) -> int:
        """Take bytes; QueryTimeoutError where the answer grows beyond its bounds."""
        self._size += len(part)
        if self._size > self._settings.answer_bytes:
            raise QueryTimeoutError(
                f"Stopped: the answer is larger than {self._settings.answer_bytes:,} bytes. "
                "Ask for fewer rows (LIMIT, OFFSET) or columns."
            )
        if self._rows is not None:
            self._rows.add(part)
            if self._rows.count > self.most_rows:
                raise too_many(self.most_rows, "rows")
        self._held += part
        if self._outlet is not None and len(self._held) > HELD:
            self._let_go(self._outlet)
        return len(part)

    def flush(self) -> None:
        """Do nothing: the parts go when they are large."""

    def _let_go(self, outlet: Outlet) -> None:
        if not self._begun:
            outlet.begin(self._answer)
            self._begun = True
        outlet.send(bytes(self._held))
        self._held.clear()

    def getvalue(self) -> bytes:
        """Return the bytes that are still held: the whole answer where none were let go."""
        if self._begun and self._outlet is not None:
            self._let_go(self._outlet)
        return bytes(self._held)


def too_many(most: int, unit: str) -> QueryTimeoutError:
    """Return the error for an answer of too many rows or triples."""
    return QueryTimeoutError(
        f"Stopped: the answer has more than {most:,} {unit}. Ask for fewer (LIMIT, OFFSET), or download the dataset."
    )
