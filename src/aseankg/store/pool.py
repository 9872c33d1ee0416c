"""A pool of query processes that share one store in memory, as the process that starts it sees it.

`start_pool` forks the supervisor, which forks the zygote, which loads the store and forks the workers. Every process
ends when the one above it does, however that ended. Not here: the asking side (client).
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from aseankg.errors import ConfigurationError
from aseankg.settings import Settings
from aseankg.store.supervisor import Origin, supervise

__all__ = ["Pool", "start_pool"]


class Pool:
    """A running pool: `socket_path` is where `PoolClient` asks; `close()` ends all of its processes."""

    def __init__(self, socket_path: str, pid: int) -> None:
        self.socket_path = socket_path
        self.pid = pid
        self._owner = os.getpid()

    def close(self) -> None:
        """End the supervisor and all below it and wait until they are gone; a fork of the owner closes nothing."""
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


def start_pool(dataset_path: Path, settings: Settings, pointer: Path | None = None) -> Pool:
    """Return a pool that has loaded `dataset_path` and answers.

    `pointer` is the link to the published build: when it turns to another, the pool answers from that one.
    Call it before the process has threads: a fork copies only one of them, and their locks for ever. Raises
    ConfigurationError for that, for a dataset that cannot be read, and for a socket that cannot be made.
    """
    if threading.active_count() > 1:
        raise ConfigurationError("The query processes must be started before any thread of this process.")
    folder = tempfile.mkdtemp(prefix="aseankg-")  # mode 0700
    ready, report = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ready)
        supervise(Origin(dataset_path, pointer), settings, Path(folder), report)
    os.close(report)
    with os.fdopen(ready, "rb") as stream:
        problem = stream.read().decode()
    pool = Pool(str(Path(folder) / "queries"), pid)
    if problem != "ready":
        pool.close()
        raise ConfigurationError(problem or "The query processes ended while starting.")
    return pool
