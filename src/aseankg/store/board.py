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
_PLACE = struct.Struct("=IIQd")  # a query: who asks, its ticket, for whom (a hash), since when at work
_DESK = struct.Struct("=d")  # a query process: since when it has been at work, 0 when idle


class Board:
    """The shared page in `file`; every process opens it anew or inherits it by a fork."""

    def __init__(self, file: Path, settings: Settings, create: bool = False) -> None:
        self.desks = settings.query_workers + settings.slow_workers + 2
        self._settings = settings
        self._places = _BUILD.size + _TICKET.size + 4
        self._end = self._places + settings.queue * _PLACE.size
        size = self._end + self.desks * _DESK.size
        self._all = struct.Struct("=" + "IIQd" * settings.queue)
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

    def admit(self, client: str) -> tuple[int, int]:
        """Return the place of a new query, to be given back by `leave`, and its ticket, which no other has.

        Raises QueryThrottledError when this client has as many queries as one may have at once, and
        QueryBusyError when all places are taken.
        """
        who = _key(client)
        with self._lock, self._exclusive():
            fields = self._all.unpack_from(self._map, self._places)
            processes, mine = fields[0::4], fields[2::4].count(who)
            if client and mine >= self._settings.client_queries:
                raise QueryThrottledError(
                    f"{mine} queries from this address are being answered; at most that many may be at once. "
                    "Wait for one of them to end."
                )
            free = processes.index(0) if 0 in processes else _of_the_dead(processes)
            ticket = (_TICKET.unpack_from(self._map, _BUILD.size)[0] + 1) % 2**32
            _TICKET.pack_into(self._map, _BUILD.size, ticket)
            _PLACE.pack_into(self._map, self._place(free), os.getpid(), ticket, who, 0.0)
            return free, ticket

    def leave(self, place: int) -> None:
        """Give a place back."""
        _PLACE.pack_into(self._map, self._place(place), 0, 0, 0, 0.0)

    def take(self, place: int, ticket: int) -> bool:
        """Say that the query of a place is being answered from now on; false where its asker has left."""
        process, valid, who, _ = _PLACE.unpack_from(self._map, self._place(place))
        if not process or valid != ticket:
            return False
        _PLACE.pack_into(self._map, self._place(place), process, ticket, who, time.monotonic())
        return True

    def taken(self, place: int) -> bool:
        """Say whether a query process has taken the query of a place."""
        *_, since = _PLACE.unpack_from(self._map, self._place(place))
        return bool(since)

    def in_flight(self) -> int:
        """Return how many queries are admitted."""
        processes = self._all.unpack_from(self._map, self._places)[0::4]
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
