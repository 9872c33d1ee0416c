"""The process that keeps one zygote running: it starts another when that dies, or when a new build is published.

It owns the socket that the asking processes connect to, so nothing that was asked is lost while zygotes change: the
new one answers before the old one is told to finish. It reads no dataset and has no threads. Not here: the query
processes (zygote), the process that started all (pool).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from aseankg.builds import DATASET, sha256_of
from aseankg.errors import AseankgError, ConfigurationError
from aseankg.settings import Settings
from aseankg.store.beside import load_stores
from aseankg.store.board import Board
from aseankg.store.limits import listen_for_signals
from aseankg.store.zygote import DRAIN, Zygote

__all__ = ["Origin", "supervise"]

_TICK = 0.25  # seconds between two looks at the published build and at the owner
_PAUSE = 1.0  # seconds before a zygote that did not start is tried again
_BACKLOG = 1024
_DRAINED = 0.1  # seconds in which idle query processes are gone


@dataclass(frozen=True)
class Origin:
    """Where the dataset comes from: a file, or the link to the published build, which is followed when it turns."""

    dataset: Path
    pointer: Path | None = None

    def now(self) -> Path:
        """Return the dataset to be answered from now."""
        return self.dataset if self.pointer is None else self.pointer.resolve() / DATASET


def supervise(origin: Origin, settings: Settings, folder: Path, report: int) -> NoReturn:
    """Run the pool in `folder` until told to end or the owner is gone; says `ready`, or what is wrong, on `report`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the process that started us
    supervisor = None
    try:
        supervisor = _Supervisor(origin, settings, folder, report)
        os.write(report, b"ready")
        os.close(report)
        supervisor.run()
    except Exception as error:
        ours = isinstance(error, AseankgError)
        with suppress(OSError):
            words = str(error) if ours else f"The query processes cannot start in {folder}: {error}."
            os.write(report, words.encode())
    finally:
        if supervisor is not None:
            supervisor.end()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


class _Supervisor:
    def __init__(self, origin: Origin, settings: Settings, folder: Path, report: int) -> None:
        self._origin = origin
        self._settings = settings
        self._report: int | None = report
        self._owner = os.getppid()
        self._board = Board(folder / "board", settings, create=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / "queries"))
        self._listener.listen(_BACKLOG)
        self._listener.setblocking(False)  # two workers may wake for one connection
        self._signals = listen_for_signals(signal.SIGCHLD, signal.SIGTERM)
        self._zygotes: set[int] = set()
        self._dataset = self._tried = origin.now()
        self._current, self._board.build = self._start(self._dataset)
        self._report = None

    def run(self) -> None:
        """Keep a zygote running on the build that is published."""
        while os.getppid() == self._owner:
            if signal.SIGTERM in self._signals.wait(_TICK):
                return
            self._reap()
            wanted = self._origin.now()
            if self._current not in self._zygotes:
                self._follow(self._dataset)
            elif wanted != self._tried:  # a build that cannot be read is not tried again until the link turns
                self._tried = wanted
                self._follow(wanted)

    def _follow(self, dataset: Path) -> None:
        """Have a new zygote answer from `dataset`, then tell the old one to finish; the old one stays if it cannot."""
        try:
            successor = self._start(dataset)
        except ConfigurationError as error:
            os.write(2, f"aseankg: {error} The service goes on with the build it has.\n".encode())
            time.sleep(_PAUSE)
            return
        before, self._current, self._dataset = self._current, successor[0], dataset
        if before in self._zygotes:
            os.kill(before, DRAIN)
            time.sleep(_DRAINED)  # from then on no process of the old build takes a query
        self._board.build = successor[1]

    def _start(self, dataset: Path) -> tuple[int, str]:
        """Return the process of a new zygote that answers, and its build; ConfigurationError says why there is none."""
        ready, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            if self._report is not None:  # at its end of file the owner knows that nothing will start
                os.close(self._report)
            self._become_zygote(dataset, report)
        os.close(report)
        with os.fdopen(ready, "rb") as stream:
            state, _, words = stream.read().decode().partition(" ")
        if state != "ready":
            os.waitpid(pid, 0)
            raise ConfigurationError(f"{state} {words}".strip() or "The query processes ended while starting.")
        self._zygotes.add(pid)
        return pid, words

    def _become_zygote(self, dataset: Path, report: int) -> NoReturn:
        try:
            beside = Path(self._settings.beside) if self._settings.beside else None
            stores = load_stores(dataset, beside)
            build = dataset.parent.name if self._origin.pointer else sha256_of(dataset)[:16]
            zygote = Zygote(stores, build, self._listener, self._board, self._settings)
            os.write(report, f"ready {build}".encode())
            os.close(report)
            zygote.run()
        except Exception as error:
            with suppress(OSError):
                os.write(report, str(error).encode())
        finally:
            os._exit(0)

    def _reap(self) -> None:
        while self._zygotes:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._zygotes.discard(pid)

    def end(self) -> None:
        """End every zygote, and with it its workers."""
        for pid in self._zygotes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for pid in self._zygotes:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
