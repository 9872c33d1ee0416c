"""The asking side of the pool: one connection a query, so that an answer can never be another's.

Safe in several threads and processes at once: it holds nothing but an address.
"""

from __future__ import annotations

import socket
import time

from aseankg.errors import QueryBusyError
from aseankg.settings import Settings
from aseankg.store.limits import stopped
from aseankg.store.request import Answer, QueryRequest, request_to_wire
from aseankg.store.wire import receive_answer, send
from aseankg.store.worker import TAKEN

__all__ = ["PoolClient"]

_GRACE = 5.0  # seconds beyond the deadline for a large answer to be read


class PoolClient:
    """Answers through the pool that listens at `socket_path`."""

    def __init__(self, socket_path: str, settings: Settings) -> None:
        self._path = socket_path
        self._settings = settings

    def answer(self, request: QueryRequest) -> Answer:
        """Return the answer.

        Raises QueryBusyError when no worker takes the query within `settings.wait` seconds or no pool runs,
        and QueryTimeoutError when the worker was killed at a limit.
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            self._hand_over(connection, request)
            taken = time.monotonic()
            connection.settimeout(self._settings.deadline + _GRACE)
            try:
                return receive_answer(connection)
            except (EOFError, ConnectionError, TimeoutError):
                # The kernel may kill a little early by this clock: the worker started its own a moment later.
                spent = time.monotonic() - taken
                raise stopped(self._settings, spent >= self._settings.deadline * 0.98) from None

    def _hand_over(self, connection: socket.socket, request: QueryRequest) -> None:
        connection.settimeout(self._settings.wait)
        try:
            connection.connect(self._path)
            send(connection, request_to_wire(request))
            if connection.recv(1) == TAKEN:
                return
        except (TimeoutError, BlockingIOError):
            raise QueryBusyError(
                f"All query processes have been busy for {self._settings.wait:g} s. Try again in a moment."
            ) from None
        except OSError as error:
            words = f"The query processes cannot be reached ({error}). Restart the server."
            raise QueryBusyError(words) from None
        raise QueryBusyError("The query processes were stopped. Try again in a moment.")
