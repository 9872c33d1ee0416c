"""Measures what the project promises, beside peers, in one run; prints a Markdown table.

Usage: `make bench`, or `python benchmarks/measure.py --write docs/performance.md`. Each figure is the median of runs
that alternate with its peer's. Not a test: nothing fails when a machine is slow.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
POINT = (
    "PREFIX akg: <https://w3id.org/aseankg/ontology#> SELECT ?area ?title WHERE { "
    "?area akg:responsibleBody <https://w3id.org/aseankg/id/body/acmw> ; akg:title ?title } ORDER BY ?area"
)


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def alternate(runs: int, *works: Callable[[], object]) -> list[float]:
    """Return the median seconds of each work; the runs take turns, so that a busy moment hits all alike."""
    times = [[seconds(work) for work in works] for _ in range(runs)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def command(*arguments: str) -> Callable[[], object]:
    """Return a call of the command line as a whole process."""
    return lambda: subprocess.run([sys.executable, "-m", "aseankg", *arguments], check=True, capture_output=True)


def builds(folder: str) -> list[tuple[str, str, str]]:
    """Measure both reasoners' builds and their inference alone."""
    from aseankg.build import build_dataset
    from aseankg.infer import infer

    rules, owlrl = alternate(
        3, command("build", "--build-dir", folder), command("build", "--reasoner", "owlrl", "--build-dir", folder)
    )
    inferred = {"inferred/stated", "inferred/curated", "shapes", "meta"}
    quads = [
        quad
        for quad in build_dataset(ROOT, [], progress=lambda words: None).quads
        if quad.graph_name.value.partition("/graph/")[2] not in inferred
    ]
    own, oracle = alternate(3, lambda: infer(quads, ROOT, "rules"), lambda: infer(quads, ROOT, "owlrl"))
    return [
        ("build, SPARQL rules and pySHACL, whole process", f"{rules:.1f} s", "at most 10 s"),
        ("build, owlrl and pySHACL, whole process", f"{owlrl:.1f} s", "at most 30 s"),
        (
            "inference alone: SPARQL rules against owlrl",
            f"{own:.2f} s and {oracle:.1f} s, {oracle / own:.0f} times",
            "",
        ),
    ]


def processes() -> list[tuple[str, str, str]]:
    """Measure the commands of people, and the import."""
    ask, version = alternate(9, command("ask", "body-involvement", "--body", "acmw"), command("--version"))
    bare, imported = alternate(
        15,
        lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
        lambda: subprocess.run([sys.executable, "-c", "import aseankg"], check=True),
    )
    return [
        ("`aseankg ask body-involvement --body acmw`, whole process", f"{ask:.2f} s", "at most 0.7 s"),
        ("`aseankg --version`, whole process", f"{version:.2f} s", ""),
        ("`import aseankg`", f"{max(imported - bare, 0):.3f} s", "under 0.15 s"),
    ]


def in_process(folder: str) -> list[tuple[str, str, str]]:
    """Measure a point query in this process: bare pyoxigraph, our engine, rdflib."""
    import rdflib
    from pyoxigraph import QueryResultsFormat

    from aseankg.api import KnowledgeGraph
    from aseankg.settings import Settings

    dataset = Path(folder) / "current" / "dataset.nq"
    kg = KnowledgeGraph(dataset, Settings())
    peer = rdflib.Dataset(default_union=True)
    peer.parse(dataset, format="nquads")
    bare, ours, theirs = alternate(
        50,
        lambda: kg.store.query(POINT, use_default_graph_as_union=True).serialize(format=QueryResultsFormat.JSON),
        lambda: kg.answer(POINT, ("json",)),
        lambda: peer.query(POINT).serialize(format="json"),
    )
    return [
        ("point query in process: bare pyoxigraph", f"{bare * 1000:.2f} ms", ""),
        ("the same through our engine (guard, notices)", f"{ours * 1000:.2f} ms, {ours / bare:.1f} times", ""),
        ("the same on rdflib", f"{theirs * 1000:.2f} ms, {theirs / ours:.0f} times ours", ""),
    ]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def served() -> list[tuple[str, str, str]]:
    """Measure the server: until ready, a point query over one connection, and the memory of all its processes."""
    port = free_port()
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "aseankg", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        connection = connect(port)
        ready = time.perf_counter() - started
        path = "/sparql?" + urllib.parse.urlencode({"query": POINT})
        times = sorted(seconds(lambda: get(connection, path)) for _ in range(1000))
        memory = proportional_memory(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    return [
        ("server ready after its start", f"{ready:.2f} s", "within 2 s"),
        ("point query over HTTP, repeated (kept answer), median", f"{times[500] * 1000:.2f} ms", "at most 3 ms"),
        ("point query over HTTP, repeated (kept answer), 99th percentile", f"{times[990] * 1000:.2f} ms", ""),
        ("memory of all processes (proportional set size)", f"{memory:.0f} MB", "under 250 MB"),
    ]


def connect(port: int) -> http.client.HTTPConnection:
    """Return a connection once the server answers; gives up after 30 s."""
    for _ in range(3000):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            get(connection, "/sparql?query=ASK%7B%7D")
            return connection
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the server did not start within 30 s")


def get(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Return the body of an answer, which must be a good one."""
    connection.request("GET", path, headers={"Accept": "application/sparql-results+json"})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{path}: status {response.status}")
    return body


def proportional_memory(parent: int) -> float:
    """Return the proportional set size in MB of a process and all below it (Linux)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    family, left = [], [parent]
    while left:
        family.append(left.pop())
        left += children.get(family[-1], [])
    lines = [line for pid in family for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def report(rows: list[tuple[str, str, str]]) -> str:
    """Return the table with what it was measured on."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    head = f"Measured by `benchmarks/measure.py` on {machine}; medians, peers in the same run.\n\n"
    return head + "\n".join(
        ["| what | measured | promised |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    )


def main() -> None:
    """Measure all and print the table; write it too where asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", type=Path, help="a Markdown file to write the table to")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASEANKG_BUILD_DIR"] = folder
        rows = [*builds(folder), *processes(), *in_process(folder), *served()]
    table = report(rows)
    print(table)
    if chosen.write:
        chosen.write.write_text(f"# Performance\n\n{table}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
