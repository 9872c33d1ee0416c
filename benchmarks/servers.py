"""Starts aseankg and its peers over the published build, each in a session of its own, and counts what they hold.

The peers are Oxigraph's own server and rdflib-endpoint, installed once into `benchmarks/.peers`. Not here:
load (load.py).
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from measure import free_port

__all__ = [
    "JSON",
    "PREFIXES",
    "UNSEEN",
    "Footprint",
    "Server",
    "elements",
    "footprint",
    "ours",
    "peers",
    "point",
    "published",
    "target",
    "versions",
]

PEERS = Path(__file__).parent / ".peers"
JSON = "application/sparql-results+json"
PREFIXES = "PREFIX akg: <https://w3id.org/aseankg/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
ELEMENTS = PREFIXES + "SELECT DISTINCT ?element { ?element akg:title ?title } ORDER BY ?element"
UNSEEN = 1_000_000  # the LIMIT of point queries begins here; no answer has so many rows


@dataclass(frozen=True)
class Server:
    """A running server: its name, its process (the leader of a session of its own), where it answers queries."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    path: str

    def ask(self, text: str, headers: Mapping[str, str] | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        """Return response and body to a query by GET over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", target(self.path, text), headers={"Accept": JSON, **(headers or {})})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


@dataclass(frozen=True)
class Footprint:
    """What all processes of a server hold together; sizes in MB."""

    processes: int
    descriptors: int
    resident: float
    proportional: float

    @property
    def counts(self) -> tuple[int, int]:
        """What must be the same exactly."""
        return self.processes, self.descriptors


def target(path: str, text: str) -> str:
    """Return the request target that asks `text` by GET."""
    return f"{path}?query={urllib.parse.quote(text, safe='')}"


def point(element: str, number: int) -> str:
    """Return a look-up of one element; with another number it is another query with the same answer."""
    return f"SELECT ?p ?o {{ <{element}> ?p ?o }} LIMIT {number}"


@cache
def published() -> Path:
    """Return the dataset of the published build; it is built when there is none."""
    from aseankg.api import published_dataset
    from aseankg.settings import Settings

    return published_dataset(Settings.from_environment(), lambda words: None).resolve()


@cache
def elements() -> tuple[str, ...]:
    """Return the IRIs of all that has a title in the published build."""
    from pyoxigraph import QuerySolutions, RdfFormat, Store

    store = Store()
    store.bulk_load(path=str(published()), format=RdfFormat.N_QUADS)
    found = store.query(ELEMENTS, use_default_graph_as_union=True)
    if not isinstance(found, QuerySolutions):
        raise TypeError("expected the solutions of a SELECT")
    return tuple(row[0].value for row in found)


@contextmanager
def running(name: str, command: Sequence[str], port: int, path: str, **more: str) -> Iterator[Server]:
    """Run a server until the block is left, then end every process of its session; ChildProcessError: no answer."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            env=os.environ | more,
            start_new_session=True,
        )
        server = Server(name, process, port, path)
        try:
            if not answers(server):
                words.seek(0)
                raise ChildProcessError(f"{name} did not start: {words.read()[-2000:].decode(errors='replace')}")
            yield server
        finally:
            end(process)


def answers(server: Server) -> bool:
    """Say whether the server answers within 60 s."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit and server.process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            if server.ask(point(elements()[0], UNSEEN))[0].status == 200:
                return True
        time.sleep(0.05)
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server in order, then whatever of its family is left."""
    left = family(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    for pid in left | family(process.pid):
        if process.pid in ancestry(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    process.wait()


def ancestry(pid: int) -> tuple[int, ...]:
    """Return parent and session of a process; nothing when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ()
    return int(fields[1]), int(fields[3])


def family(leader: int) -> set[int]:
    """Return the processes of a server: its session, also those whose parent is gone, and all descendants (Linux)."""
    known = {int(entry.name): ancestry(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")}
    found = {pid for pid, above in known.items() if pid == leader or leader in above[1:]}
    while more := {pid for pid, above in known.items() if above and above[0] in found} - found:
        found |= more
    return found


def ours(**settings: object) -> AbstractContextManager[Server]:
    """Return our server as `make serve` starts it, with other settings where some are given."""
    port = free_port()
    command = [sys.executable, "-m", "aseankg", "serve", "--port", str(port)]
    changed = {f"ASEANKG_{name.upper()}": str(value) for name, value in settings.items()}
    return running("aseankg", command, port, "/sparql", **changed)


def peers(folder: Path) -> list[AbstractContextManager[Server]]:
    """Return the other servers over the same data; none, with a word, when they cannot be installed."""
    programs = PEERS / "bin"
    if not (PEERS / "ready").is_file():
        install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", PEERS], check=True)
            subprocess.run([*install, "oxigraph", "rdflib-endpoint", "uvicorn[standard]"], check=True)
            (PEERS / ".gitignore").write_text("*\n")
            (PEERS / "ready").touch()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"The peers cannot be installed, so nothing is compared with them: {error}", file=sys.stderr)
            return []
    location = str(folder / "oxigraph")
    oxigraph = str(programs / "oxigraph")
    load = [oxigraph, "load", "--location", location, "--file", str(published())]
    subprocess.run(load, check=True, capture_output=True)
    one, two = free_port(), free_port()
    read = [oxigraph, "serve-read-only", "--location", location, "--union-default-graph", "--bind", f"127.0.0.1:{one}"]
    endpoint = [str(programs / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(two), str(published())]
    return [
        running("oxigraph", read, one, "/query"),
        running("rdflib-endpoint", endpoint, two, "/"),
    ]


def versions() -> dict[str, str]:
    """Return the versions of the installed peers by name."""
    folders = [str(folder) for folder in PEERS.glob("lib/*/site-packages")]
    found = {package.name: package.version for package in distributions(path=folders)}
    return {name: found[name] for name in ("oxigraph", "rdflib-endpoint") if name in found}


def footprint(server: Server) -> Footprint:
    """Return what the processes of a server hold; one that ends meanwhile holds nothing."""
    pids = family(server.process.pid)
    sizes = Counter({"Rss:": 0, "Pss:": 0})
    descriptors = 0
    for pid in pids:
        with suppress(OSError):
            descriptors += len(list(Path(f"/proc/{pid}/fd").iterdir()))
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
                sizes[line.split()[0]] += int(line.split()[1])
    return Footprint(len(pids), descriptors, sizes["Rss:"] / 1024, sizes["Pss:"] / 1024)
