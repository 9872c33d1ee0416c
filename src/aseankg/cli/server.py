"""Starts the server: first the query processes, then the web processes, and ends both together.

Not here: the command and its options (serving), and the web itself, which the server's processes import by
name.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path

from aseankg.errors import ConfigurationError, suggest
from aseankg.settings import Settings, variable_for
from aseankg.store.pool import start_pool

__all__ = ["run_server"]

_APPLICATION = "aseankg.web.wsgi:create"
_THREADS = 128  # requests that one web process handles at once
_CONNECTIONS = 4096  # and that may stand idle or wait
_STOP = 3  # seconds that a web process gets to finish its requests when the server stops
_QUESTION = (
    "PREFIX akg: <https://w3id.org/aseankg/ontology#> PREFIX body: <https://w3id.org/aseankg/id/body/> "
    "SELECT ?area ?title { ?area akg:responsibleBody body:acmw ; akg:title ?title } ORDER BY ?area"
)


def run_server(settings: Settings, dataset_path: Path, pointer: Path | None = None) -> None:
    """Answer on `settings.host` and `settings.port` (0: a free one) until interrupted.

    `pointer` is the link to the published build: the server follows it when it turns to a new one. Raises
    ConfigurationError when the port is taken or the dataset cannot be read.
    """
    settings = replace(settings, port=_free_port(settings))
    with start_pool(dataset_path, settings, pointer) as pool:
        _put_into_environment(replace(settings, socket=pool.socket_path, owner=os.getpid()))
        counts = Path(pool.socket_path).with_name("counts")  # where the web processes add up what they count
        counts.mkdir()
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)
        threading.Thread(target=_announce, args=(settings,), daemon=True).start()
        ending, lost = threading.Event(), threading.Event()
        threading.Thread(target=_end_without, args=(pool.pid, ending, lost), daemon=True).start()
        try:
            _run(settings)
        except SystemExit:  # as gunicorn ends
            if not lost.is_set():
                raise
        finally:
            ending.set()
    if lost.is_set():
        raise ConfigurationError("The query processes were ended from outside, and the server with them.")


def _end_without(pid: int, ending: threading.Event, lost: threading.Event) -> None:
    """End the server when the supervisor of the query processes is gone: whoever watches it can start it again."""
    with suppress(ChildProcessError):  # gunicorn waits for every child itself
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    if not ending.is_set():
        lost.set()
        os.kill(os.getpid(), signal.SIGTERM)


def _free_port(settings: Settings) -> int:
    """Return the port, found to be free; a server that shared it with another would get half of the questions."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            f"Stop what listens there, or choose another port with --port or {variable_for('port')}."
        ) from None


def _put_into_environment(settings: Settings) -> None:
    """The web processes read their settings as any process does; what the command line changed must reach them."""
    os.environ.update({variable_for(name): str(value) for name, value in asdict(settings).items() if value != ""})


def _run(settings: Settings) -> None:
    """Run the server of the settings: granian, which is faster, or gunicorn, which installs everywhere."""
    servers = {"granian": _run_granian, "gunicorn": _run_gunicorn}
    name = settings.server or ("granian" if find_spec("granian") else "gunicorn")
    if name not in servers:
        raise ConfigurationError(
            f"{variable_for('server')} is {name!r}: expected granian or gunicorn.{suggest(name, servers)}"
        )
    if find_spec(name) is None:
        raise ConfigurationError(f"{name} is not installed: pip install {name}, or choose another server.")
    servers[name](settings)


def _run_granian(settings: Settings) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    Granian(
        _APPLICATION,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=settings.web_workers,
        blocking_threads=_THREADS,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP,
    ).serve()


def _run_gunicorn(settings: Settings) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication

    sys.argv = ["gunicorn", f"{_APPLICATION}()"]
    os.environ["GUNICORN_CMD_ARGS"] = (
        f"--bind={settings.host}:{settings.port} --workers={settings.web_workers} --threads={_THREADS} "
        f"--worker-connections={_CONNECTIONS} --backlog={_CONNECTIONS} --limit-request-line=8190 "
        f"--graceful-timeout={_STOP} --log-level=warning"
    )
    WSGIApplication().run()


def _announce(settings: Settings) -> None:
    """Say where the server answers, once it does."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    shown = f"[{host}]" if ":" in host else host
    while not _answers(host, settings.port):
        time.sleep(0.02)
    address = f"http://{shown}:{settings.port}"
    print(f"aseankg answers at {address}/  (Ctrl-C stops it). From another terminal:\n")
    print(f"  curl -G -H 'Accept: text/csv' {address}/sparql --data-urlencode \\\n  'query={_QUESTION}'\n", flush=True)


def _answers(host: str, port: int) -> bool:
    """Say whether a query gets an answer; /health says only that the web process lives."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/sparql?query=ASK%7B%7D")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
