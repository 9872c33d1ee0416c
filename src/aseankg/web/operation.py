"""What an operator watches: if the service is ready, how many queries ended how, and a log of the queries.

No address and no user agent is ever written. Counting works over several web processes where the server has set
`PROMETHEUS_MULTIPROC_DIR` before they start. Not here: `/health`, which says only that a process lives.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response, current_app, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from werkzeug.exceptions import Forbidden, HTTPException, NotAcceptable, RequestEntityTooLarge, ServiceUnavailable

from aseankg.builds import Build
from aseankg.errors import (
    AseankgError,
    ConfigurationError,
    QueryBusyError,
    QueryError,
    QueryFormatError,
    QueryKilledError,
    QueryRefusedError,
    QueryStoppedError,
    QueryThrottledError,
    QueryTimeoutError,
    QueryTooLongError,
)
from aseankg.settings import Settings
from aseankg.store.request import Engine, QueryRequest
from aseankg.web.site import Site, site

__all__ = ["CACHE", "OUTCOMES", "Done", "Metrics", "Operation", "QueryLog", "operation", "outcome_of", "register"]

OUTCOMES = (
    "ok", "bad_query", "refused", "too_long", "timeout", "killed", "stopped", "busy", "throttled", "format", "failed",
)  # fmt: skip
CACHE = ("hit", "miss", "not_modified")
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_READY = 2.0  # seconds in which a query that asks nothing must be answered


class Done(NamedTuple):
    """One query that has ended: its outcome, and what became of it; `cache` is empty where none was looked into."""

    outcome: str
    seconds: float
    size: int = 0
    cache: str = ""
    form: str = ""
    text: str = ""
    build: str = ""


_OUTCOME_OF: list[tuple[type[Exception], str]] = [  # the first class that fits
    (QueryTooLongError, "too_long"),
    (RequestEntityTooLarge, "too_long"),
    (QueryRefusedError, "refused"),
    (QueryFormatError, "format"),
    (NotAcceptable, "format"),
    (Forbidden, "refused"),
    (QueryThrottledError, "throttled"),
    (QueryBusyError, "busy"),
    (QueryKilledError, "killed"),
    (QueryStoppedError, "stopped"),
    (QueryTimeoutError, "timeout"),
    (QueryError, "bad_query"),
    (HTTPException, "bad_query"),
]


def outcome_of(error: Exception) -> str:
    """Return the outcome of a query that ended in an error."""
    return next((outcome for kind, outcome in _OUTCOME_OF if isinstance(error, kind)), "failed")


class Metrics:
    """The counters of one process; `exposition` is those of all processes of the server."""

    def __init__(self, find_build: Callable[[], Build | None], in_flight: Callable[[], int] = int) -> None:
        own = self.registry = CollectorRegistry()
        self._state = _State(find_build, in_flight)
        own.register(self._state)
        queries = Counter("aseankg_queries", "Queries by outcome.", ["outcome"], registry=own)
        cache = Counter("aseankg_cache", "Looks into the cache of answers by result.", ["result"], registry=own)
        self._queries = {name: queries.labels(name) for name in OUTCOMES}
        self._cache = {name: cache.labels(name) for name in CACHE}
        self._seconds = Histogram("aseankg_query_seconds", "Seconds a query took.", buckets=_SECONDS, registry=own)
        self._bytes = Counter("aseankg_answer_bytes", "Bytes of answers sent.", registry=own)
        self.cache_bytes = Gauge(
            "aseankg_cache_bytes", "Bytes of answers kept.", registry=own, multiprocess_mode="livesum"
        )

    def observe(self, done: Done) -> None:
        """Count one query; an outcome that no table here names counts as `failed`."""
        self._queries.get(done.outcome, self._queries["failed"]).inc()
        self._seconds.observe(done.seconds)
        if done.size:
            self._bytes.inc(done.size)
        if done.cache:
            self._cache[done.cache].inc()

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all metrics in the format that the Accept header prefers, and its media type."""
        encode, media_type = choose_encoder(accept)
        registry, folder = self.registry, os.environ.get(_SHARED)
        if folder:
            _forget_dead(Path(folder))
            registry = CollectorRegistry()
            registry.register(self._state)
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return encode(registry), media_type


class _State(Collector):
    """The published build and the queries in flight, looked up when asked for: they are the same for all processes."""

    def __init__(self, find_build: Callable[[], Build | None], in_flight: Callable[[], int]) -> None:
        self._find_build = find_build
        self._in_flight = in_flight

    def describe(self) -> list[Metric]:
        return [
            InfoMetricFamily("aseankg_build", "The build that is published."),
            GaugeMetricFamily("aseankg_queries_in_flight", "Queries that run or wait."),
        ]

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("aseankg_queries_in_flight", "Queries that run or wait.", self._in_flight())
        build = self._find_build()
        if build is not None:
            labels = {"build": str(build.manifest["build"]), "version": build.version}
            yield InfoMetricFamily("aseankg_build", "The build that is published.", labels)


def _forget_dead(folder: Path) -> None:
    """Drop what processes that are gone held just now; what they counted stays."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            continue


class QueryLog:
    """One JSON object a line for each query: appended to a file, on stderr for `-`, nowhere when `name` is empty.

    A line is one write, so that processes may share a file; a file that was moved away is made anew. What cannot be
    written is lost and told once: no query fails for it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._file: int | None = None
        self._torn = self._told = False

    def write(self, done: Done) -> None:
        """Write the line of one query."""
        if not self._name:
            return
        line = (json.dumps(_entry(done), ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
        with self._lock:
            try:
                self._append(line)
                self._told = False
            except OSError as error:
                self._tell(error)

    def _append(self, line: bytes) -> None:
        file = 2 if self._name == "-" else self._opened()
        line = b"\n" + line if self._torn else line
        self._torn = os.write(file, line) < len(line)

    def _opened(self) -> int:
        if self._file is not None and not _is_at(self._file, self._name):
            os.close(self._file)
            self._file = None
        if self._file is None:
            self._file = os.open(self._name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file

    def _tell(self, error: OSError) -> None:
        if not self._told:
            logging.getLogger(__name__).error("Queries cannot be logged in %s: %s", self._name, error)
        self._told = True


def _is_at(file: int, name: str) -> bool:
    """Say whether an open file still stands under its name."""
    try:
        return os.path.samestat(os.fstat(file), Path(name).stat())
    except FileNotFoundError:
        return False


def _entry(done: Done) -> dict[str, object]:
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "outcome": done.outcome,
        "milliseconds": round(done.seconds * 1000, 3),
        "bytes": done.size,
        "form": done.form,
        "cache": done.cache,
        "build": done.build,
        "sha256": hashlib.sha256(done.text.encode("utf-8", "backslashreplace")).hexdigest(),
        "query": done.text,
    }


class Operation:
    """The metrics and the query log of one application."""

    def __init__(
        self, settings: Settings, find_build: Callable[[], Build | None], in_flight: Callable[[], int] = int
    ) -> None:
        self.metrics = Metrics(find_build, in_flight)
        self.log = QueryLog(settings.query_log)

    def record(self, done: Done) -> None:
        """Count and log one query that has ended."""
        self.metrics.observe(done)
        self.log.write(done)


def register(app: Flask) -> None:
    """Have the application say how it is; `operation(app)` is where its queries are recorded."""
    shared: Site = app.extensions["aseankg"]
    app.extensions["aseankg.operation"] = Operation(
        shared.settings, lambda: _find_build(shared), shared.engine.in_flight
    )
    app.add_url_rule("/ready", "ready", _ready)
    app.add_url_rule("/metrics", "metrics", _metrics)


def operation(app: Flask) -> Operation:
    """Return the metrics and the log of an application."""
    found: Operation = app.extensions["aseankg.operation"]
    return found


def _metrics() -> Response:
    accept = request.headers.get("Accept", "")
    body, media_type = operation(current_app).metrics.exposition(accept)
    return Response(body, content_type=media_type, headers={"Cache-Control": "no-store"})


def _ready() -> Response:
    """Say that queries are answered from a published build, having asked one."""
    try:
        build = site().build().manifest["build"]
        _ask_in_time(site().engine)
    except (AseankgError, TimeoutError) as error:
        words = str(error) or f"A query that asks nothing was not answered within {_READY:g} s."
        raise ServiceUnavailable(f"The service is not ready. {words}") from error
    response = jsonify(status="ready", build=build)
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask_in_time(engine: Engine) -> None:
    answered: Future[None] = Future()

    def ask() -> None:
        try:
            engine.answer(QueryRequest("ASK {}"))
            answered.set_result(None)
        except Exception as error:  # raised again where it is waited for
            answered.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    answered.result(_READY)


def _find_build(shared: Site) -> Build | None:
    try:
        return shared.build()
    except ConfigurationError:
        return None
