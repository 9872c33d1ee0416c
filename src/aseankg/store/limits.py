"""What a process that runs queries may take, held by the kernel: time, memory, files, answer bytes.

pyoxigraph can neither be cancelled nor bounded, so the process is: the kernel kills it at the deadline
however deep the engine is. The functions here change the calling process; only forked children call them.
"""

from __future__ import annotations

import faulthandler
import fcntl
import os
import resource
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aseankg.errors import AseankgError, QueryKilledError
from aseankg.settings import Settings

__all__ = [
    "Signals", "confine", "deadline", "grown", "in_words", "listen_for_signals", "paused", "sealed", "stopped",
    "tied", "untie",
]  # fmt: skip

_MB = 1_000_000
_SIGNALS = (signal.SIGALRM, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP, signal.SIGIO)


def confine(settings: Settings) -> None:
    """Make this process fit to run queries: a memory limit, no core dump, a silent stderr, default signals.

    The interrupt key is ignored: who started the process ends it. Without /proc (macOS) there is no memory
    limit.
    """
    signal.set_wakeup_fd(-1)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    size = _address_space()
    if size is not None:
        _lower(resource.RLIMIT_AS, size + settings.memory * _MB)
    faulthandler.disable()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # a dying engine prints to it; the asker gets the same in words
    os.close(silence)


def _address_space() -> int | None:
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * resource.getpagesize() if statm.is_file() else None


def _lower(limit: int, soft: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Have the kernel kill this process `seconds` from now, unless the block is left before."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def paused() -> Iterator[None]:
    """Let the deadline stand still within the block."""
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


@contextmanager
def tied(connection: socket.socket) -> Iterator[None]:
    """Have the kernel kill this process when the other end of the connection closes within the block.

    Any other event of the connection kills, too: nothing may arrive in the block, nor be sent before `untie`. macOS
    knows the signal and does not kill by it: there the deadline ends what nobody waits for.
    """
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(connection, fcntl.F_SETFL, fcntl.fcntl(connection, fcntl.F_GETFL) | fcntl.FASYNC)
    try:
        yield
    finally:
        untie(connection)


def untie(connection: socket.socket) -> None:
    """Let this process outlive the other end of the connection."""
    fcntl.fcntl(connection, fcntl.F_SETFL, fcntl.fcntl(connection, fcntl.F_GETFL) & ~fcntl.FASYNC)


@contextmanager
def sealed() -> Iterator[None]:
    """Open no file and no socket within the block: whatever SERVICE gets past the guard fails here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def grown(settings: Settings, start: int) -> bool:
    """Say whether the process, whose peak was `start` kB, has taken so much that a fresh one is better."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return bool((peak - start) * 1024 > settings.memory * _MB / 4)


class Signals:
    """The signals that a process with nothing to do but wait has been sent."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def wait(self, seconds: float) -> set[int]:
        """Return the numbers of the signals that came, waiting `seconds` for the first."""
        select.select([self._descriptor], [], [], seconds)
        try:
            return set(os.read(self._descriptor, 4096))
        except BlockingIOError:
            return set()


def listen_for_signals(*numbers: int) -> Signals:
    """Have these signals wake the process in `Signals.wait` and do nothing else."""
    wakeup, written = os.pipe()
    os.set_blocking(wakeup, False)
    os.set_blocking(written, False)
    signal.set_wakeup_fd(written, warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, lambda *_: None)
    return Signals(wakeup)


def in_words(error: Exception, settings: Settings) -> AseankgError:
    """Return what an asker is told of an error: it itself where it is one of ours."""
    if isinstance(error, AseankgError):
        return error
    if isinstance(error, MemoryError):
        return stopped(settings, by_deadline=False)
    return AseankgError(f"The engine failed, and not for a fault of the query: {error!r}.")


def stopped(settings: Settings, by_deadline: bool) -> QueryKilledError:
    """Return the error for a query whose process is gone: at the deadline, or out of memory or stack."""
    if by_deadline:
        return QueryKilledError(
            f"Stopped after {settings.deadline:g} s. Ask for less: tie every pattern to the others by a "
            "shared variable, replace open paths by named ones, or add FILTER and LIMIT within the pattern."
        )
    return QueryKilledError(
        f"Stopped: the query needed more than {settings.memory} MB or crashed the engine. Sort, group or "
        "join fewer rows, and nest less deeply."
    )
