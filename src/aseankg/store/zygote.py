"""The process that holds one build in memory and forks the query processes, their memory shared with it.

It has no threads and runs no query, so it can always fork. A worker that is killed at a limit is replaced within
milliseconds; one whose query turns out slow gives up its place among the ready ones: it runs on at a lower
priority, and another is forked, so that slow queries do not keep quick ones waiting. Not here: starting, replacing
and ending zygotes (supervisor).
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from aseankg.settings import Settings
from aseankg.store.beside import Stores
from aseankg.store.board import Board
from aseankg.store.limits import listen_for_signals
from aseankg.store.worker import Bench, work

__all__ = ["DRAIN", "Zygote"]

DRAIN = signal.SIGHUP  # finish what is being answered, take nothing new, then end
_TICK = 0.02  # seconds between two looks at how long the workers have been busy
_SLOW = 0.05  # seconds after which a query is slow
_LOWER = 10  # by how much the priority of a slow query is lowered


@dataclass
class _Worker:
    desk: int
    slow: bool = False


class Zygote:
    """Keeps `settings.query_workers` ready, and up to `settings.slow_workers` more at slow queries."""

    def __init__(self, stores: Stores, build: str, listener: socket.socket, board: Board, settings: Settings) -> None:
        self._stores = stores
        self._build = build
        self._listener = listener
        self._board = board
        self._settings = settings
        self._parent = os.getppid()
        self._workers: dict[int, _Worker] = {}
        self._lifeline, self._held = os.pipe()  # at its end of file the workers know that they should end
        self._signals = listen_for_signals(signal.SIGCHLD, signal.SIGTERM, DRAIN)
        gc.collect()
        gc.freeze()  # the collector of a worker must not write to shared pages

    def run(self) -> None:
        """Replace dead workers and relieve slow ones until told to end or the parent is gone, then end them all."""
        try:
            draining = False
            while os.getppid() == self._parent and not (draining and not self._workers):
                if not draining:
                    self._fill()
                received = self._signals.wait(_TICK)
                if signal.SIGTERM in received:
                    break
                if DRAIN in received and not draining:
                    draining = True
                    os.close(self._held)
                self._reap()
                self._relieve()
        finally:
            for pid in self._workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for pid in self._workers:
                os.waitpid(pid, 0)

    def _reap(self) -> None:
        while self._workers:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._board.end(self._workers.pop(pid).desk)

    def _relieve(self) -> None:
        """Count those out whose query is slow, and have the system prefer the others."""
        for pid, worker in self._workers.items():
            if not worker.slow and self._board.busy(worker.desk) > _SLOW:
                worker.slow = True
                with suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + _LOWER)

    def _fill(self) -> None:
        """Fork workers until enough are ready; what the system refuses is tried again."""
        slow = sum(worker.slow for worker in self._workers.values())
        wanted = self._settings.query_workers + min(slow, self._settings.slow_workers)
        while len(self._workers) < wanted:
            taken = {worker.desk for worker in self._workers.values()}
            desk = next(desk for desk in range(self._board.desks) if desk not in taken)
            try:
                pid = os.fork()
            except OSError:
                return
            if pid == 0:
                self._become_worker(desk)
            self._workers[pid] = _Worker(desk)

    def _become_worker(self, desk: int) -> NoReturn:
        try:
            with suppress(OSError):  # closed already while draining
                os.close(self._held)
            bench = Bench(self._stores, self._build, self._board, desk, self._settings)
            work(bench, self._listener, self._lifeline)
        finally:
            os._exit(0)
