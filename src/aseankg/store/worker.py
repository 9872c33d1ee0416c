"""What one process of the pool does: take one connection at a time and answer one query on it.

Its limits are in `limits`; who replaces it when the kernel kills it is in `zygote`.
"""

from __future__ import annotations

import os
import resource
import select
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, replace

from aseankg.settings import Settings
from aseankg.store.beside import Stores
from aseankg.store.board import Board
from aseankg.store.embedded import answer
from aseankg.store.limits import confine, deadline, grown, in_words, paused, tied, untie
from aseankg.store.request import Answer, QueryRequest, request_from_wire
from aseankg.store.wire import Incoming, Outgoing, limit_waiting, send_answer, send_error
from aseankg.store.writer import HELD

__all__ = ["Bench", "work"]

_PATIENCE = 2.0  # seconds for a client of ours to send its query; it is on this machine and has it ready
_READING = 60.0  # seconds that reading a large answer may take the client


@dataclass(frozen=True)
class Bench:
    """What a worker works with: the stores, the name of their build, and its desk on the board."""

    stores: Stores
    build: str
    board: Board
    desk: int
    settings: Settings


def work(bench: Bench, listener: socket.socket, lifeline: int) -> None:
    """Answer queries until told to end, or until a fresh process should follow: it has grown or lost priority."""
    confine(bench.settings)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    priority = os.getpriority(os.PRIO_PROCESS, 0)
    ready = _Readiness(listener, lifeline)
    while not grown(bench.settings, start) and os.getpriority(os.PRIO_PROCESS, 0) == priority:
        if not ready.wait():
            return
        try:
            connection, _ = listener.accept()
        except (BlockingIOError, ConnectionError):  # another worker was quicker, or the client has gone
            continue
        with connection:
            bench.board.begin(bench.desk)
            _serve(connection, bench)
            bench.board.end(bench.desk)


class _Readiness:
    """Waits for a connection; on Linux it wakes one worker for each instead of all."""

    def __init__(self, listener: socket.socket, lifeline: int) -> None:
        self._lifeline = lifeline
        if hasattr(select, "epoll"):
            self._poll: select.epoll | select.poll = select.epoll()
            self._poll.register(listener.fileno(), select.EPOLLIN | select.EPOLLEXCLUSIVE)
            self._poll.register(lifeline, select.EPOLLIN)
        else:
            self._poll = select.poll()
            self._poll.register(listener.fileno(), select.POLLIN)
            self._poll.register(lifeline, select.POLLIN)

    def wait(self) -> bool:
        """Say whether to go on: false when the zygote has gone or wants this worker to end."""
        return all(descriptor != self._lifeline for descriptor, _ in self._poll.poll())


def _serve(connection: socket.socket, bench: Bench) -> None:
    with suppress(EOFError, OSError):  # the client has gone or broke off
        connection.setblocking(True)
        limit_waiting(connection, socket.SO_RCVTIMEO, _PATIENCE)
        settings = bench.settings
        header = Incoming(connection).header(20 * settings.query_length + 40 * settings.service_bytes + 1_000_000)
        if not bench.board.take(header["place"], header["ticket"]):
            return
        limit_waiting(connection, socket.SO_SNDTIMEO, _READING)
        _reply(request_from_wire(header), connection, bench)


def _has_gone(connection: socket.socket) -> bool:
    """Say whether the asker has closed its end: what it asked before is not to be answered any more."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False


def _reply(request: QueryRequest, connection: socket.socket, bench: Bench) -> None:
    """Send the answer, or the error in its place; whatever goes wrong, the asker gets words."""
    outgoing = _Unhurried(connection, bench.build)
    try:
        with deadline(bench.settings.deadline), tied(connection):
            if _has_gone(connection):
                return
            outlet = outgoing if request.streamed else None
            answered = answer(bench.stores.seen_by(request), request, bench.settings, True, outlet)
    except Exception as error:
        told = in_words(error, bench.settings)
        outgoing.break_off(told) if outgoing.begun else send_error(connection, told)
        return
    if outgoing.begun:
        outgoing.end()
    elif request.streamed and len(answered.body) > HELD:
        outgoing.whole(answered)
    else:
        send_answer(connection, replace(answered, build=bench.build))


class _Unhurried(Outgoing):
    """While the client reads, the deadline of its query stands still; reading has a limit of its own."""

    def __init__(self, connection: socket.socket, build: str) -> None:
        super().__init__(connection, build)
        self._until = time.monotonic() + _READING

    def begin(self, answer: Answer) -> None:
        untie(self._connection)
        super().begin(answer)

    def send(self, part: bytes) -> None:
        limit_waiting(self._connection, socket.SO_SNDTIMEO, self._until - time.monotonic())
        with paused():
            super().send(part)
