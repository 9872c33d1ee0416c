"""The asking side of the pool: one connection a query, so that an answer can never be another's.

Safe in several threads and processes at once: it holds nothing but the shared board and an address. A query is
admitted to the queue or turned away before anything is sent.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from aseankg.errors import QueryBusyError, QueryStoppedError, QueryTimeoutError
from aseankg.settings import Settings
from aseankg.store.board import Board
from aseankg.store.limits import stopped
from aseankg.store.request import Answer, QueryRequest, request_to_wire
from aseankg.store.wire import Incoming, limit_waiting, send

__all__ = ["PoolClient"]

_LOOK = 0.1  # seconds between two looks at whether the query is to stop
_GRACE = 5.0  # seconds beyond the deadline for an answer to be read
_READING = 65.0  # seconds between two parts of a streamed answer; the query process gives up before


class PoolClient:
    """Answers through the pool that listens at `socket_path`."""

    def __init__(self, socket_path: str, settings: Settings) -> None:
        self._path = socket_path
        self._settings = settings
        self._board: Board | None = None

    @property
    def board(self) -> Board:
        """The board of the pool; QueryBusyError when no pool runs."""
        if self._board is None:
            try:
                self._board = Board(Path(self._path).with_name("board"), self._settings)
            except OSError as error:
                raise _unreachable(error) from None
        return self._board

    @property
    def build(self) -> str:
        """The name of the build that the pool answers from."""
        return self.board.build

    def in_flight(self) -> int:
        """How many queries of all processes run or wait."""
        return self.board.in_flight()

    def answer(self, request: QueryRequest) -> Answer:
        """Return the answer.

        Raises QueryThrottledError and QueryBusyError when the query is not admitted, when no worker takes it within
        `settings.wait` seconds or no pool runs, QueryStoppedError when its token was sent to `stop`, and
        QueryTimeoutError when its worker was killed at a limit.
        """
        asking = _Asking(self._path, self.board, self._settings, request)
        try:
            answer, streamed = asking.ask(request)
        except BaseException:
            asking.close()
            raise
        if streamed:
            return replace(answer, rest=asking)
        asking.close()
        return answer

    def stop(self, token: str) -> None:
        """Stop the query that was asked with this token, by whichever process, unless its answer has begun."""
        self.board.stop(token)


class _Asking:
    """One query on its connection, with its place on the board; also the parts of a streamed answer."""

    def __init__(self, path: str, board: Board, settings: Settings, request: QueryRequest) -> None:
        self._path = path
        self._board = board
        self._settings = settings
        self._place: int | None
        self._place, self._ticket = board.admit(request.client, request.token)
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._incoming = Incoming(self._connection)
        self._began = time.monotonic()

    def ask(self, request: QueryRequest) -> tuple[Answer, bool]:
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            limit_waiting(self._connection, option, self._settings.wait)
        try:
            self._connection.connect(self._path)
            send(self._connection, {**request_to_wire(request), "place": self._place, "ticket": self._ticket})
        except BlockingIOError:
            raise self._busy() from None
        except OSError as error:
            raise _unreachable(error) from None
        try:
            limit_waiting(self._connection, socket.SO_RCVTIMEO, min(_LOOK, self._settings.wait))
            while not self._has_begun():
                pass
            limit_waiting(self._connection, socket.SO_RCVTIMEO, self._settings.deadline + _GRACE)
            return self._incoming.answer()
        except (EOFError, OSError):
            raise self._stopped() from None

    def _has_begun(self) -> bool:
        """Wait a little for the first bytes of the answer, and say if they came."""
        try:
            self._incoming.wait()
            return True
        except BlockingIOError:
            waited, place = time.monotonic() - self._began, self._place
            if place is not None and self._board.stopped(place):
                raise QueryStoppedError("Stopped, as its asker wished.") from None
            if waited >= self._settings.wait and (place is None or not self._board.taken(place)):
                raise self._busy() from None
            if waited > self._settings.wait + self._settings.deadline + _GRACE:
                raise
            return False

    def _busy(self) -> QueryBusyError:
        words = f"All query processes have been busy for {self._settings.wait:g} s. Try again in a moment."
        return QueryBusyError(words)

    def _stopped(self) -> QueryTimeoutError:
        # The kernel may kill a little early by this clock: the worker started its own a moment later.
        return stopped(self._settings, time.monotonic() - self._began >= self._settings.deadline * 0.98)

    def __iter__(self) -> _Asking:
        return self

    def __next__(self) -> bytes:
        limit_waiting(self._connection, socket.SO_RCVTIMEO, _READING)
        try:
            part = self._incoming.part()
        except (EOFError, OSError):
            raise self._stopped() from None
        if not part:
            raise StopIteration
        return part

    def abandon(self) -> None:
        """Have whoever reads find the end; closing the socket under a reading thread might give it another's bytes."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the worker and of the place."""
        self._connection.close()
        if self._place is not None:
            self._board.leave(self._place)
            self._place = None


def _unreachable(error: OSError) -> QueryBusyError:
    return QueryBusyError(f"The query processes cannot be reached ({error}). Restart the server.")
