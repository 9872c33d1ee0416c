"""Runs the check of a plan in a process of its own, under limits, few at once, and leaves nothing behind.

The libraries that check change tables of the whole process while they run, and what strangers bring may cost any time
and memory: no thread of the server does it. Not here: the check (aseankg.checking), and pages (views.checking).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from werkzeug.exceptions import ServiceUnavailable

from aseankg.errors import QueryThrottledError
from aseankg.settings import Settings
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.site import site

__all__ = ["Asked", "check", "register"]

_KEY = "aseankg.checking"
_WAIT = 5  # seconds until another try
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Asked:
    """A plan to check: its bytes, their form (csv, xlsx or ttl), and what to call it."""

    octets: bytes
    form: str
    title: str


def register(app: Flask) -> None:
    """Give the application its places for checks."""
    app.extensions[_KEY] = _Places(app.extensions["aseankg"].settings.checks)


class _Places:
    """The checks that one web process runs: so many at once, and of them one for each client."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._clients: list[str] = []
        self._lock = threading.Lock()

    @contextmanager
    def one_for(self, client: str) -> Iterator[None]:
        """Hold a place; QueryThrottledError where the client holds one, ServiceUnavailable where all are held."""
        with self._lock:
            if client and client in self._clients:
                raise QueryThrottledError("A plan from this address is being checked. Wait for it to end.")
            if len(self._clients) >= self._most:
                words = f"{self._most} plans are being checked now, as many as may be. Send yours again in a moment."
                raise ServiceUnavailable(words, retry_after=_WAIT)
            self._clients.append(client)
        try:
            yield
        finally:
            with self._lock:
                self._clients.remove(client)


def check(asked: Asked) -> dict[str, Any]:
    """Return what is found of a plan.

    Raises DetailedError 400 for a plan that cannot be read and 504 for one that reached a limit; ServiceUnavailable
    when too many are being checked, and QueryThrottledError when one of the same client is.
    """
    places: _Places = current_app.extensions[_KEY]
    with places.one_for(request.remote_addr or ""):
        return _understood(_run(asked), site().settings)


def _understood(output: bytes | None, settings: Settings) -> dict[str, Any]:
    if output is None:
        words = f"The check took longer than {settings.check_deadline:g} s and was ended. Send fewer rows."
        raise DetailedError(504, words)
    found: dict[str, Any] = json.loads(output) if output else {"stopped": "memory"}
    if "refused" in found:
        raise DetailedError(400, f"The plan cannot be read: {found['refused']}")
    if "stopped" in found:
        words = f"The check needed more than {settings.check_memory} MB, or crashed, and was ended. Send fewer rows."
        raise DetailedError(504, f"{words} In a workbook, delete what stands far outside the table.")
    if "failed" in found:
        raise DetailedError(503, f"The check cannot be made here: {found['failed']}")
    return found


def _run(asked: Asked) -> bytes | None:
    """What the process writes; None when it was ended at the deadline. Its folder is gone when this returns."""
    settings = site().settings
    head = {
        "form": asked.form, "title": asked.title, "dataset": str(site().build().dataset.resolve()),
        "memory": settings.check_memory, "seconds": settings.check_deadline,
    }  # fmt: skip
    sent = json.dumps(head).encode() + b"\n" + asked.octets
    with tempfile.TemporaryDirectory(prefix="aseankg-check-", ignore_cleanup_errors=True) as folder:
        return _communicated(folder, sent, settings.check_deadline)


def _communicated(folder: str, sent: bytes, seconds: float) -> bytes | None:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "aseankg.checking"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        cwd=folder, env=_environment(folder), start_new_session=True,
    ) as process:  # fmt: skip
        try:
            return process.communicate(sent, seconds)[0]
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process, and whatever it has started, where it still runs."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _environment(folder: str) -> dict[str, str]:
    """Little of the server's own, and one thread: those of numpy take memory each."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**kept, **threads, "TMPDIR": folder, "HOME": str(Path(folder)), "PYTHONDONTWRITEBYTECODE": "1"}
