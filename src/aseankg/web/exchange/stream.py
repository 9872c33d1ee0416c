"""Answers that are too large to be held: they go out in parts, and one that is broken off never looks whole.

JSON, XML and every RDF format are sent as they come: where a limit ends one, words follow that no parser of these
formats takes, and the connection is broken off where the server can do so. CSV and TSV, which would parse even so,
come from the query process only when they are whole (docs/decisions/0007-cut-answers.md). The query process is
free as soon as it has made its answer, however slowly the client reads: what is not yet read waits in a file.
"""

from __future__ import annotations

import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import cache

from aseankg.errors import QueryError
from aseankg.store.request import Rest
from aseankg.web.operation import outcome_of

__all__ = ["Spool", "broken_off", "packed"]

_IN_MEMORY = 1_000_000  # bytes
_PART = 262_144

# Some parsers of XML take a document without an end, and text after any tag; none takes this, wherever it stands.
_SPOILS = "\"'></broken-off>"


class Spool:
    """Takes the parts of an answer as fast as they come, in a thread of its own, and gives them as they are wanted."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by whoever is last
        self._changed = threading.Condition()
        self._taken = self._given = 0
        self._ended = self._unwanted = False
        self._error: Exception | None = None
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        try:
            for part in self._rest:
                self._keep(part)
        except (QueryError, OSError) as error:  # OSError: the disk is full
            self._error = error
        finally:
            self._rest.close()
            with self._changed:
                self._ended = True
                self._changed.notify()
                if self._unwanted:
                    self._file.close()

    def _keep(self, part: bytes) -> None:
        with self._changed:
            if not self._unwanted:
                self._file.seek(self._taken)
                self._file.write(part)
                self._taken += len(part)
                self._changed.notify()

    def __iter__(self) -> Spool:
        return self

    def __next__(self) -> bytes:
        with self._changed:
            while self._given == self._taken and not self._ended:
                self._changed.wait()
            if self._given < self._taken:
                self._file.seek(self._given)
                part = self._file.read(_PART)
                self._given += len(part)
                return part
            if self._error is not None:
                raise self._error
            raise StopIteration

    def abandon(self) -> None:
        """End the taking."""
        self._rest.abandon()

    def close(self) -> None:
        """Say that no more is wanted."""
        with self._changed:
            self._unwanted = True
            if self._ended:
                self._file.close()
        self._rest.abandon()


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
        except (QueryError, OSError) as error:
            state[0] = outcome_of(error)
            if spoil:
                yield f"\n\nBROKEN OFF: {error}\n{_SPOILS}\n".encode()
            raise
        state[0] = "ok"

    @cache  # once, however often a server calls it
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
