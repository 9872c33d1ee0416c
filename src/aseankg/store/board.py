"""A page of memory that the asking processes, the query processes and their parents share.

It says which build answers, which queries are admitted and for whom, and since when each query process has been
at work. It makes the queue bounded and fair over all web processes, and lets slow queries be seen from outside.
Not here: the queries themselves, which travel over a socket (wire).
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from aseankg.errors import QueryBusyError, QueryThrottledError
from aseankg.settings import Settings

__all__ = ["Board"]

_BUILD = struct.Struct("=64s")
_TICKET = struct.Struct("=I")  # the last that was given
# A query: who asks, its ticket, for whom and by which token (hashes), since when at work, whether it is to stop.
_FIELDS = "IIQ16sd?"
_PLACE = struct.Struct("=" + _FIELDS)
_SINCE, _STOP = struct.calcsize("=IIQ16s"), struct.calcsize("=IIQ16sd")
_DESK = struct.Struct("=d")  # a query process: since when it has been at work, 0 when idle


class Board:
    """The shared page in `file`; every process opens it anew or inherits it by a fork."""

    def __init__(self, file: Path, settings: Settings, create: bool = False) -> None:
        self.desks = settings.query_workers + settings.slow_workers + 2
        self._settings = settings
        self._places = _BUILD.size + _TICKET.size + 4
        self._end = self._places + settings.queue * _PLACE.size
        size = self._end + self.desks * _DESK.size
        self._all = struct.Struct("=" + _FIELDS * settings.queue)
        self._file = os.open(file, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
        if create:
            os.truncate(self._file, size)
        self._map = mmap.mmap(self._file, size)
        self._lock = threading.Lock()

    # -- the build that answers ----------------------------------------------------------------------------

    @property
    def build(self) -> str:
        """The name of the build that new queries are answered from."""
        return self._map[: _BUILD.size].rstrip(b"\0").decode()

    @build.setter
    def build(self, name: str) -> None:
        _BUILD.pack_into(self._map, 0, name.encode())

    # -- queries -------------------------------------------------------------------------------------------

    def admit(self, client: str, token: str = "") -> tuple[int, int]:
        """Return the place of a new query, to be given back by `leave`, and its ticket, which no other has.

        Whoever knows the token can `stop` the query.
        Raises QueryThrottledError when this client has as many queries as one may have at once, and
        QueryBusyError when all places are taken.
        """
        who = _key(client)
        with self._lock, self._exclusive():
            fields = self._all.unpack_from(self._map, self._places)
            processes, mine = fields[0::6], fields[2::6].count(who)
            if client and mine >= self._settings.client_queries:
                raise QueryThrottledError(
                    f"{mine} queries from this address are being answered; at most that many may be at once. "
                    "Wait for one of them to end."
                )
            free = processes.index(0) if 0 in processes else _of_the_dead(processes)
            ticket = (_TICKET.unpack_from(self._map, _BUILD.size)[0] + 1) % 2**32
            _TICKET.pack_into(self._map, _BUILD.size, ticket)
            _PLACE.pack_into(self._map, self._place(free), os.getpid(), ticket, who, _digest(token), 0.0, False)
            return free, ticket

    def leave(self, place: int) -> None:
        """Give a place back."""
        self._map[self._place(place) : self._place(place + 1)] = bytes(_PLACE.size)

    def take(self, place: int, ticket: int) -> bool:
        """Say that the query of a place is being answered from now on; false where its asker has left."""
        process, valid, *_ = _PLACE.unpack_from(self._map, self._place(place))
        if not process or valid != ticket:
            return False
        _DESK.pack_into(self._map, self._place(place) + _SINCE, time.monotonic())
        return True

    def taken(self, place: int) -> bool:
        """Say whether a query process has taken the query of a place."""
        *_, since, _ = _PLACE.unpack_from(self._map, self._place(place))
        return bool(since)

    def stop(self, token: str) -> None:
        """Say that the query that was admitted with this token is to stop; there may be none."""
        with self._lock, self._exclusive():
            tokens = self._all.unpack_from(self._map, self._places)[3::6]
            for place in [at for at, known in enumerate(tokens) if token and known == _digest(token)]:
                self._map[self._place(place) + _STOP] = True

    def stopped(self, place: int) -> bool:
        """Say whether the query of a place is to stop."""
        return bool(self._map[self._place(place) + _STOP])

    def in_flight(self) -> int:
        """Return how many queries are admitted."""
        processes = self._all.unpack_from(self._map, self._places)[0::6]
        return len(processes) - processes.count(0)

    # -- query processes -----------------------------------------------------------------------------------

    def begin(self, desk: int) -> None:
        """Say that the process at a desk begins a query."""
        _DESK.pack_into(self._map, self._desk(desk), time.monotonic())

    def end(self, desk: int) -> None:
        """Say that the process at a desk is idle, or gone."""
        _DESK.pack_into(self._map, self._desk(desk), 0.0)

    def busy(self, desk: int) -> float:
        """Return for how many seconds the process at a desk has been at its query; 0 when it is idle."""
        since: float = _DESK.unpack_from(self._map, self._desk(desk))[0]
        return time.monotonic() - since if since else 0.0

    def _place(self, at: int) -> int:
        return self._places + at * _PLACE.size

    def _desk(self, at: int) -> int:
        return self._end + at * _DESK.size

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)


def _key(client: str) -> int:
    return int.from_bytes(hashlib.blake2b(client.encode(), digest_size=8).digest(), "big")


def _digest(token: str) -> bytes:
    return hashlib.blake2b(token.encode(), digest_size=16).digest() if token else bytes(16)


def _of_the_dead(processes: Sequence[int]) -> int:
    """Return a place whose process is gone without having given it back."""
    for at, process in enumerate(processes):
        if not _lives(process):
            return at
    words = f"{len(processes)} queries are running or waiting, as many as may be. Try again in a moment."
    raise QueryBusyError(words)


def _lives(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
