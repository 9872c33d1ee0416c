"""A pool of query processes that share one store in memory, forked from a process that does nothing else.

`start_pool` forks the *zygote*, which loads the store and forks the workers; a worker that is killed at a
limit is replaced by another fork within milliseconds, its memory shared. The zygote has no threads and runs
no query, so it can always fork. Every process ends when the one above it does, however that ended. Not here:
the asking side (client).
"""

from __future__ import annotations

import gc
import os
import select
import shutil
import signal
import socket
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from pyoxigraph import Store

from aseankg.errors import AseankgError, ConfigurationError
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.worker import work

__all__ = ["Pool", "start_pool"]

_TICK = 0.5  # seconds between two looks at whether the starting process still lives
_BACKLOG = 128


class Pool:
    """A running pool: `socket_path` is where `PoolClient` asks; `close()` ends all of its processes."""

    def __init__(self, socket_path: str, pid: int) -> None:
        self.socket_path = socket_path
        self.pid = pid
        self._owner = os.getpid()

    def close(self) -> None:
        """End the zygote and its workers and wait until they are gone; a fork of the owner closes nothing."""
        if not self.pid or os.getpid() != self._owner:
            return
        pid, self.pid = self.pid, 0
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if not _gone_within(pid, 5.0):
            os.kill(pid, signal.SIGKILL)
            _gone_within(pid, 5.0)
        shutil.rmtree(Path(self.socket_path).parent, ignore_errors=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return True
        except ChildProcessError:  # another part of this process has reaped it
            return True
        time.sleep(0.005)
    return False


def start_pool(dataset_path: Path, settings: Settings) -> Pool:
    """Return a pool that has loaded `dataset_path` and answers.

    Call it before the process has threads: a fork copies only one of them, and their locks for ever. Raises
    ConfigurationError for that, for a dataset that cannot be read, and for a socket that cannot be made.
    """
    if threading.active_count() > 1:
        raise ConfigurationError("The query processes must be started before any thread of this process.")
    folder = tempfile.mkdtemp(prefix="aseankg-")  # mode 0700
    ready, report = os.pipe()
    owner = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(ready)
        _run_zygote(_Start(dataset_path, settings, Path(folder), owner, report))
    os.close(report)
    with os.fdopen(ready, "rb") as stream:
        problem = stream.read().decode()
    pool = Pool(str(Path(folder) / "queries"), pid)
    if problem != "ready":
        pool.close()
        raise ConfigurationError(problem or "The query processes ended while starting.")
    return pool


@dataclass(frozen=True)
class _Start:
    dataset_path: Path
    settings: Settings
    folder: Path
    owner: int
    report: int


def _run_zygote(start: _Start) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the process that started us
    try:
        zygote = _ready_zygote(start)
        zygote.run()
    finally:
        shutil.rmtree(start.folder, ignore_errors=True)
        os._exit(0)


def _ready_zygote(start: _Start) -> _Zygote:
    """Return a zygote with store and socket, but no worker yet; what goes wrong is reported to the starting process."""
    message = b""
    try:
        store = load(start.dataset_path)
        zygote = _Zygote(store, start)
        message = b"ready"
        return zygote
    except Exception as error:
        ours = isinstance(error, AseankgError)
        message = (str(error) if ours else f"The query processes cannot start in {start.folder}: {error}.").encode()
        raise
    finally:
        os.write(start.report, message)
        os.close(start.report)


class _Zygote:
    def __init__(self, store: Store, start: _Start) -> None:
        self._store = store
        self._settings = start.settings
        self._owner = start.owner
        self._workers: set[int] = set()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(start.folder / "queries"))
        self._listener.listen(_BACKLOG)
        self._listener.setblocking(False)  # two workers may wake for one connection
        self._lifeline, self._held = os.pipe()  # at its end of file the workers know that the zygote is gone
        self._wakeup = self._listen_for_signals()
        gc.collect()
        gc.freeze()  # the collector of a worker must not write to shared pages

    def _listen_for_signals(self) -> int:
        wakeup, written = os.pipe()
        os.set_blocking(wakeup, False)
        os.set_blocking(written, False)
        signal.set_wakeup_fd(written, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        return wakeup

    def run(self) -> None:
        """Replace dead workers until told to end or the owner is gone, then end them all."""
        try:
            while os.getppid() == self._owner:
                self._fill()
                select.select([self._wakeup], [], [], _TICK)
                if self._told_to_end():
                    break
                self._reap()
        finally:
            for pid in self._workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for pid in self._workers:
                os.waitpid(pid, 0)

    def _told_to_end(self) -> bool:
        try:
            return bool(set(os.read(self._wakeup, 4096)) & {signal.SIGTERM, signal.SIGHUP})
        except BlockingIOError:
            return False

    def _reap(self) -> None:
        while self._workers:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._workers.discard(pid)

    def _fill(self) -> None:
        """Fork workers until there are enough of them; what the system refuses is tried again."""
        while len(self._workers) < self._settings.query_workers:
            try:
                pid = os.fork()
            except OSError:
                return
            if pid == 0:
                self._become_worker()
            self._workers.add(pid)

    def _become_worker(self) -> NoReturn:
        try:
            os.close(self._held)
            work(self._store, self._listener, self._lifeline, self._settings)
        finally:
            os._exit(0)
