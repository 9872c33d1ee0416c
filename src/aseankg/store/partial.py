"""An answer that is cut at a limit, for askers who would rather have a part than an error, and says so itself.

The engine's rows are taken in a format whose rows are lines, cut after a whole one, and written anew by the engine in
the format that was asked for, with a notice in it. Not here: formats that have no place for a notice; they are
refused, because a cut answer must never look whole.
"""

from __future__ import annotations

import json
from typing import IO, Any, cast

from pyoxigraph import (
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from aseankg.errors import QueryFormatError
from aseankg.settings import Settings
from aseankg.store.request import ROW_FORMATS, TRIPLE_FORMATS

__all__ = ["NOTICED", "cut_answer"]

# The formats that can carry a notice of their own; CSV and TSV hold rows only, and JSON-LD has no comments.
NOTICED = ("json", "xml", "turtle", "ntriples", "rdfxml", "trig", "nquads")


class _FullError(Exception):
    """The lines that may be given are there."""


class _Lines:
    """A file that takes whole lines, at most so many of them and so many bytes."""

    def __init__(self, most_bytes: int, most_lines: int) -> None:
        self._bytes, self._lines = most_bytes, most_lines
        self._taken = bytearray()
        self._count = 0

    def write(self, part: Any, /) -> int:
        self._taken += part
        self._count += part.count(b"\n")
        if len(self._taken) > self._bytes or self._count > self._lines:
            raise _FullError
        return len(part)

    def flush(self) -> None:
        """Do nothing."""

    def whole(self) -> bytes:
        """Return the lines that fit, the last of them whole."""
        lines = self._taken[: self._bytes].split(b"\n")[:-1]  # what follows the last line end is no whole line
        return b"".join(line + b"\n" for line in lines[: self._lines])


def cut_answer(results: QuerySolutions | QueryTriples, name: str, settings: Settings) -> tuple[bytes, str | None]:
    """Return the answer in the format `name` and its notice, which is None where nothing had to be cut.

    Raises QueryFormatError for a format that has no place for a notice.
    """
    if name not in NOTICED:
        raise QueryFormatError(
            f"A cut answer in {name} would look whole: it has no place for a notice. With limit=notice ask for "
            f"{', '.join(NOTICED)}, or leave limit=notice out."
        )
    rows = isinstance(results, QuerySolutions)
    lines = _Lines(settings.answer_bytes, settings.rows + rows)  # TSV has a line of names
    cut = not _filled(lines, results)
    body = lines.whole()
    kept = body.count(b"\n") - rows
    again = parse_query_results(body, format=QueryResultsFormat.TSV) if rows else parse(body, RdfFormat.N_TRIPLES)
    whole = _serialised(again, name)
    if not cut:
        return whole, None
    notice = (
        f"Cut: these are the first {kept:,} {'rows' if rows else 'triples'} of more, because this service gives at "
        f"most {settings.rows:,} of them and {settings.answer_bytes:,} bytes. Ask for the rest with LIMIT and OFFSET."
    )
    return _with_notice(whole, name, notice), notice


def _filled(lines: _Lines, results: QuerySolutions | QueryTriples) -> bool:
    """Say whether all results fit into the lines."""
    file = cast(IO[bytes], lines)
    try:
        if isinstance(results, QuerySolutions):
            results.serialize(file, format=QueryResultsFormat.TSV)
        else:
            results.serialize(file, format=RdfFormat.N_TRIPLES)
    except _FullError:
        return False
    return True


def _serialised(found: Any, name: str) -> bytes:
    if name in ROW_FORMATS:
        body: bytes = found.serialize(format=ROW_FORMATS[name])
        return body
    return serialize(found, format=TRIPLE_FORMATS[name]) or b""


def _with_notice(body: bytes, name: str, notice: str) -> bytes:
    if name == "json":  # parsers pass over a member that they do not know, though not all where it stands last
        return b'{"notice":' + json.dumps(notice).encode() + b"," + body[1:]
    if name in ("xml", "rdfxml"):
        end = body.rindex(b"</")
        return body[:end] + f"<!-- {notice} -->".encode() + body[end:]
    return f"# {notice}\n".encode() + body
