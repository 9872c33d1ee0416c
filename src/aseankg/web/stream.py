"""Answers that are too large to be held: they go out in parts, and one that is broken off never looks whole.

JSON, XML and every RDF format are sent as they come: where a limit ends one, words follow that no parser of these
formats takes, and the connection is broken off where the server can do so. CSV and TSV, which would parse even so,
come from the query process only when they are whole (docs/decisions/0007-cut-answers.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from aseankg.errors import QueryError
from aseankg.store.request import Rest

__all__ = ["broken_off", "packed"]

# Some parsers of XML take a document without an end, and text after any tag; none takes this, wherever it stands.
_SPOILS = "\"'></broken-off>"


class _Parts:
    """Parts of a response; a WSGI server calls `close` when it is done, however that came."""

    def __init__(self, parts: Iterator[bytes], close: Callable[[], None]) -> None:
        self._parts = parts
        self.close = close

    def __iter__(self) -> _Parts:
        return self

    def __next__(self) -> bytes:
        return next(self._parts)


def broken_off(rest: Rest, spoil: bool, ended: Callable[[str, int], None]) -> _Parts:
    """Return the parts; where a limit ends them, an error for the server, before it words that spoil the format.

    The words are left out (`spoil` false) where the client knows the length. `ended` is told the outcome and the
    bytes when all is over.
    """
    state = ["failed", 0]

    def parts() -> Iterator[bytes]:
        try:
            for part in rest:
                state[1] += len(part)  # type: ignore[operator]
                yield part
        except QueryError as error:
            state[0] = "timeout"
            if spoil:
                yield f"\n\nBROKEN OFF: {error}\n{_SPOILS}\n".encode()
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
        try:
            for part in parts:
                pack = packer.compress(part)
                if pack:
                    yield pack
        except QueryError:
            yield packer.flush(zlib.Z_SYNC_FLUSH)  # so that the words come through to whoever reads without an end
            raise
        yield packer.flush()

    return _Parts(packs(), parts.close)
