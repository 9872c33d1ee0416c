"""Answers that are too large to be held: they go out in parts, and one that is broken off never looks whole.

JSON, XML and every RDF format are sent as they come: where a limit ends one, words follow that no parser of these
formats takes, and the connection is broken off where the server can do so. CSV and TSV would parse even so: they are
written to a file first, so that their limit is an error status (docs/decisions/0007-cut-answers.md).
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from aseankg.errors import QueryError
from aseankg.store.request import Answer, Rest

__all__ = ["Spool", "broken_off", "packed", "spooled"]

_IN_MEMORY = 1_000_000
_PART = 262_144


class _Parts:
    """Parts of a response; a WSGI server calls `close` when it is done, however that came."""

    def __init__(self, parts: Iterator[bytes], close: Callable[[], None]) -> None:
        self._parts = parts
        self.close = close

    def __iter__(self) -> _Parts:
        return self

    def __next__(self) -> bytes:
        return next(self._parts)


def broken_off(rest: Rest, ended: Callable[[str, int], None]) -> _Parts:
    """Return the parts; where a limit ends them, with words that spoil the format, and then an error for the server.

    `ended` is told the outcome and the bytes when all is over.
    """
    state = ["failed", 0]

    def parts() -> Iterator[bytes]:
        try:
            for part in rest:
                state[1] += len(part)  # type: ignore[operator]
                yield part
        except QueryError as error:
            state[0] = "timeout"
            yield f"\n\nBROKEN OFF: {error}\n".encode()
            raise
        state[0] = "ok"

    def close() -> None:
        rest.close()
        ended(*state)  # type: ignore[arg-type]

    return _Parts(parts(), close)


def packed(parts: _Parts) -> _Parts:
    """Return the parts in gzip; what is broken off has no end in gzip either."""
    packer = zlib.compressobj(5, wbits=31)

    def packs() -> Iterator[bytes]:
        for part in parts:
            pack = packer.compress(part)
            if pack:
                yield pack
        yield packer.flush()

    return _Parts(packs(), parts.close)


class Spool:
    """A whole answer in a file of its own, as the parts of it; `size` is its bytes."""

    def __init__(self, file: tempfile.SpooledTemporaryFile[bytes]) -> None:
        self._file = file
        self.size = file.tell()
        file.seek(0)

    def __iter__(self) -> Spool:
        return self

    def __next__(self) -> bytes:
        part = self._file.read(_PART)
        if not part:
            raise StopIteration
        return part

    def close(self) -> None:
        self._file.close()


def spooled(answer: Answer) -> Answer:
    """Return the answer once all of its parts are there; QueryError where a limit ends it before."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever takes the parts closes it
    try:
        for part in answer.rest or ():
            file.write(part)
    except BaseException:
        file.close()
        raise
    finally:
        if answer.rest is not None:
            answer.rest.close()
    return replace(answer, rest=Spool(file))
