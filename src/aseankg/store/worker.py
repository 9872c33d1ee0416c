"""What one process of the pool does: take one connection at a time and answer one query on it.

Its limits are in `limits`; who replaces it when the kernel kills it is in `pool`.
"""

from __future__ import annotations

import resource
import select
import socket
from functools import partial

from pyoxigraph import Store

from aseankg.settings import Settings
from aseankg.store.embedded import answer
from aseankg.store.limits import confine, deadline, grown
from aseankg.store.local import reply
from aseankg.store.request import request_from_wire
from aseankg.store.wire import receive

__all__ = ["TAKEN", "work"]

TAKEN = b"\x01"  # sent as soon as a worker has taken the connection: from here on the deadline counts
_PATIENCE = 2.0  # seconds for a client of ours to send or read; it is on this machine and has its query ready


def work(store: Store, listener: socket.socket, lifeline: int, settings: Settings) -> None:
    """Answer queries until the zygote is gone, or this process has grown and a fresh one should follow."""
    confine(settings)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while not grown(settings, start):
        ready, _, _ = select.select([listener.fileno(), lifeline], [], [])
        if lifeline in ready:
            return
        try:
            connection, _ = listener.accept()
        except (BlockingIOError, ConnectionError):  # another worker was quicker, or the client has gone
            continue
        with connection:
            _serve(connection, store, settings)


def _serve(connection: socket.socket, store: Store, settings: Settings) -> None:
    try:
        connection.settimeout(_PATIENCE)
        connection.sendall(TAKEN)
        request = request_from_wire(receive(connection, 20 * settings.query_length + 1_000_000))
        with deadline(settings.deadline):
            reply(partial(answer, store, request, settings), connection, settings)
    except (EOFError, OSError):  # the client has gone or broke off
        return
