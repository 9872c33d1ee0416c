"""Measures the SPARQL service beside its peers, under load and under bombs; prints a Markdown table.

Usage: `python benchmarks/serve.py`, `--quick` for a short run, `--only point,bombs` for some parts, `--json FILE`. Load
comes from wrk (Debian: `apt install wrk`); peers are installed on the first run. What cannot be had is said and left
out. The servers are measured in turn, A B C A B C, and their medians compared. Not a test: nothing fails when a machine
is slow. Not here: the build, the command line and the engine (measure.py).
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from bombs import BOMBS, RATE, throw, watched
from load import Load, Wrk, interleave
from measure import alternate
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Store
from servers import PREFIXES, UNSEEN, Footprint, Server, elements, footprint, ours, peers, point, published, versions

PARTS = ("point", "repeated", "304", "overhead", "memory", "bombs", "leaks")
_JOIN = "{ ?element akg:title ?title ; akg:partOf ?parent . ?parent rdfs:label ?label }"
HUNDRED = {
    "100 rows, sorted": f"{PREFIXES} SELECT DISTINCT ?element ?title ?parent ?label {_JOIN} "
    "ORDER BY ?element ?parent ?title ?label LIMIT 100",
    "100 rows, the first found": f"{PREFIXES} SELECT ?element ?title ?parent ?label {_JOIN} LIMIT 100",
}


@dataclass(frozen=True)
class Length:
    """How long a run takes: turns and seconds of each load, seconds of each bomb, how many bombs in a row."""

    rounds: int
    load: float
    bomb: float
    bombs: int


FULL, QUICK = Length(5, 3, 10, 1000), Length(3, 1, 1, 100)


@dataclass(frozen=True)
class Row:
    """One line of the table; `verdict` is met, missed, or empty where nothing was promised; `number` is for JSON."""

    what: str
    measured: str
    target: str = ""
    verdict: str = ""
    number: float | None = None


def verdict(met: bool) -> str:
    """Return the word for a promise kept or not."""
    return "met" if met else "missed"


# -- load --------------------------------------------------------------------------------------------------


def shown(load: Load) -> str:
    """Return a load in words."""
    faults = f", **{load.errors} failed**" if load.errors else ""
    return f"{load.rate:,.0f}/s (p50 {load.p50 / 1000:.2f} ms, p99 {load.p99 / 1000:.2f} ms{faults})"


def compared(what: str, loads: Mapping[str, Load], promises: Mapping[str, Mapping[str, float]]) -> list[Row]:
    """Return a row for each load, then the ratios (`promises`: ours, then the peer) with what was promised of them."""
    rows = [Row(f"{what}: {name}", shown(load), number=load.rate) for name, load in loads.items()]
    for mine, peer, least in ((mine, peer, least) for mine, all_ in promises.items() for peer, least in all_.items()):
        if peer in loads and mine in loads:
            ratio = loads[mine].rate / loads[peer].rate
            met = ratio >= least and not loads[mine].errors
            rows.append(Row(f"{what}: {mine} / {peer}", f"{ratio:.2f}", f"at least {least:g}", verdict(met), ratio))
    return rows


def points(servers: Sequence[Server], wrk: Wrk, length: Length) -> list[Row]:
    """Measure point queries, no two alike."""
    before = cache_results(servers[0])
    loads = {server.name: partial(repeat, wrk, length.load, {}, server) for server in servers}
    results = interleave(length.rounds, loads)
    rows = compared("uncached point query", results, {"aseankg": {"oxigraph": 0.2, "rdflib-endpoint": 3}})
    hits = cache_results(servers[0]) - before
    said = ", ".join(f"{count:,} {result}" for result, count in hits.items()) or "not told: no cache in /metrics"
    kept = verdict(not hits["hit"]) if hits else ""
    return [*rows, Row("point queries that aseankg's cache knew", said, "no hit", kept), agreement(servers)]


def cache_results(server: Server) -> Counter[str]:
    """Return what /metrics tells of the cache, by result; nothing where it does not."""
    from prometheus_client.parser import text_string_to_metric_families

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/metrics")
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    found: Counter[str] = Counter()
    if response.status == 200:
        for metric in text_string_to_metric_families(text):
            for sample in metric.samples:
                if sample.name == "aseankg_cache_total":
                    found[sample.labels["result"]] += int(sample.value)
    return found


def agreement(servers: Sequence[Server]) -> Row:
    """Say whether the servers give the same distinct rows to some of the point queries."""
    asked = elements()[:: max(1, len(elements()) // 20)]
    same = [len({rows_of(server, point(element, UNSEEN)) for server in servers}) == 1 for element in asked]
    words = f"{sum(same)} of {len(same)} the same on {len(servers)} servers"
    return Row("point queries whose answers were compared", words, "all", verdict(all(same)))


def rows_of(server: Server, text: str) -> frozenset[tuple[str, ...]]:
    """Return the distinct rows of an answer."""
    found = json.loads(server.ask(text)[1])
    names = found["head"]["vars"]
    return frozenset(tuple(row[name]["value"] for name in names) for row in found["results"]["bindings"])


def repeated(servers: Sequence[Server], wrk: Wrk, length: Length, only: set[str]) -> list[Row]:
    """Measure one answer asked again and again, whole and as 304, beside Oxigraph, which keeps no answers."""
    pair = [servers[0], *(server for server in servers if server.name == "oxigraph")]
    before = cache_results(servers[0])
    rows = [row for name, text in HUNDRED.items() for row in one_repeated(pair, name, replace(wrk, text=text), length)]
    if "304" not in only:
        rows = [row for row in rows if "304" not in row.what]
    told = ", ".join(f"{count:,} {result}" for result, count in (cache_results(servers[0]) - before).items())
    return [*rows, Row("repeated queries that aseankg's cache knew", told or "not told: no cache in /metrics")]


def one_repeated(pair: Sequence[Server], name: str, wrk: Wrk, length: Length) -> list[Row]:
    """Measure one query again and again; every server must give it 100 rows."""
    mine = pair[0]
    for server in pair:
        if (found := len(json.loads(server.ask(wrk.text)[1])["results"]["bindings"])) != 100:
            raise SystemExit(f"{server.name} gives {found} rows to the query of 100: {wrk.text}")
    conditional = {"If-None-Match": mine.ask(wrk.text)[0].headers.get("ETag", "")}
    loads = {server.name: partial(repeat, wrk, length.load, {}, server) for server in pair}
    known = mine.ask(wrk.text, conditional)[0].status == 304
    if known:
        loads["aseankg 304"] = partial(repeat, wrk, length.load, conditional, mine)
    results = interleave(length.rounds, loads)
    rows = compared(f"repeated, {name}", results, {"aseankg": {"oxigraph": 4}, "aseankg 304": {"oxigraph": 5}})
    return rows if known else [*rows, Row(f"304, {name}", "not measured: none comes back", "at least 5", "missed")]


def repeat(wrk: Wrk, length: float, headers: Mapping[str, str], server: Server, turn: int) -> Load:
    """Put the load on a server; turn 0 is to warm up, and short."""
    return wrk.run(server, length if turn else 1, UNSEEN * (turn + 1), headers)


# -- overhead, memory --------------------------------------------------------------------------------------


def overhead(servers: Sequence[Server], wrk: Wrk | None) -> list[Row]:
    """Measure the same point queries by bare pyoxigraph in this process, by the pool, and over one connection."""
    from aseankg.settings import Settings
    from aseankg.store.client import PoolClient
    from aseankg.store.pool import start_pool
    from aseankg.store.request import QueryRequest

    store = Store()
    store.bulk_load(path=str(published()), format=RdfFormat.N_QUADS)
    numbers = itertools.count(90 * UNSEEN)

    def all_by(answer: Callable[[str], object]) -> Callable[[], object]:
        return lambda: [answer(point(element, next(numbers))) for element in elements()]

    settings = Settings.from_environment()
    with start_pool(published(), settings) as pool:
        client = PoolClient(pool.socket_path, settings)
        times = alternate(
            9,
            all_by(lambda text: serialized(store.query(text, use_default_graph_as_union=True))),
            all_by(lambda text: client.answer(QueryRequest(text, ("json",)))),
        )
    bare, pooled = (taken / len(elements()) * 1e6 for taken in times)
    rows = [
        Row("point query by bare pyoxigraph, in process", f"{bare:.0f} µs", number=bare),
        Row("the same by the pool's client", f"{pooled:.0f} µs, {pooled - bare:.0f} µs more", number=pooled),
    ]
    one = wrk and replace(wrk, connections=1)
    for server in servers:
        if one is None:
            break
        taken = one.run(server, 2, 91 * UNSEEN).p50
        words = f"{taken:.0f} µs, {taken - bare:.0f} µs more"
        rows.append(Row(f"the same over HTTP: {server.name}", words, number=taken))
    return rows


def serialized(results: QuerySolutions | QueryBoolean | QueryTriples) -> bytes | None:
    """Return the rows in JSON."""
    if not isinstance(results, QuerySolutions):
        raise TypeError("expected the solutions of a SELECT")
    return results.serialize(format=QueryResultsFormat.JSON)


def memory(server: Server) -> list[Row]:
    """Measure what all processes of the server hold after it has answered for a while."""
    for number in range(400):
        server.ask(point(elements()[number % len(elements())], 92 * UNSEEN + number))
    held = footprint(server)
    words = f"{held.proportional:.0f} MB in {held.processes} processes ({held.resident:.0f} MB resident)"
    what = "memory of all processes (proportional set size)"
    return [Row(what, words, "at most 250 MB", verdict(held.proportional <= 250), held.proportional)]


# -- bombs -------------------------------------------------------------------------------------------------


def bombs(length: Length) -> list[Row]:
    """Measure ordinary queries while each bomb is thrown again and again; in a short run with a short deadline."""
    settings = {} if length is FULL else {"deadline": length.bomb}
    with ours(**settings) as server:
        quiet = during(server, "nothing else", "", length.bomb, 100)
        rows = [during(server, name, text, length.bomb, turn) for turn, (name, text) in enumerate(BOMBS.items(), 101)]
    worst = max(row.number or 0 for row in rows)
    what = f"ordinary queries ({RATE}/s, uncached) during any bomb, 99th percentile"
    met = verdict(all(row.verdict == "met" for row in rows))
    return [quiet, *rows, Row(what, f"{worst:.1f} ms at worst", "at most 50 ms", met, worst)]


def during(server: Server, name: str, text: str, length: float, turn: int) -> Row:
    """Measure ordinary queries while one bomb is thrown again and again; without a text, while nothing is."""
    ends: Counter[str] = Counter()
    with watched(server, turn * UNSEEN) as watch:
        until = time.monotonic() + length
        while time.monotonic() < until:
            if text:
                ends[throw(server, text)] += 1
            else:
                time.sleep(length)
    within = f"p50 {watch.at(0.5):.1f}, p99 {watch.at(0.99):.1f}, max {watch.times[-1]:.1f} ms"
    words = f"{within}; {counted(watch.statuses)}" + (f"; bombs: {counted(ends)}" if ends else "")
    met = set(watch.statuses) == {"200"} and watch.at(0.99) <= 50
    return Row(f"ordinary queries during: {name}", words, "at most 50 ms", verdict(met), watch.at(0.99))


def counted(what: Counter[str]) -> str:
    """Return counts in words."""
    return ", ".join(f"{count:,} × {name}" for name, count in what.most_common())


def leaks(length: Length) -> list[Row]:
    """Count what the server holds before and after many bombs in a row, four at a time, under short limits."""
    with ours(deadline=0.1, memory=100, answer_bytes=500_000) as server, ThreadPoolExecutor(4) as throwers:
        for number in range(len(BOMBS)):
            server.ask(point(elements()[0], 93 * UNSEEN + number))
        warming = itertools.islice(itertools.cycle(BOMBS.values()), length.bombs // 2)
        list(throwers.map(partial(throw, server), warming))  # the first bring threads and buffers
        time.sleep(2)
        before = footprint(server)
        thrown = itertools.islice(itertools.cycle(BOMBS.values()), length.bombs)
        start = time.monotonic()
        ends = Counter(throwers.map(partial(throw, server), thrown))
        taken = time.monotonic() - start
        after = settled(server, before)
    same = after.counts == before.counts
    small = after.proportional <= before.proportional * 1.05 + 2
    words = "; ".join(
        f"{name} {getattr(before, name):.0f} → {getattr(after, name):.0f}{unit}"
        for name, unit in (("processes", ""), ("descriptors", ""), ("proportional", " MB"), ("resident", " MB"))
    )
    what = f"held before and after {length.bombs:,} bombs in a row, {length.bombs // 2:,} having gone before"
    return [
        Row(f"{length.bombs:,} bombs in {taken:.0f} s (deadline 0.1 s, 100 MB, four at once)", counted(ends)),
        Row(what, words, "the same", verdict(same and small)),
    ]


def settled(server: Server, before: Footprint) -> Footprint:
    """Return what the server holds as soon as it is as many things as before, or after 15 s."""
    limit = time.monotonic() + 15
    while (after := footprint(server)).counts != before.counts and time.monotonic() < limit:
        time.sleep(0.5)
    return after


# -- the run -----------------------------------------------------------------------------------------------


def measured(only: set[str], length: Length, folder: Path) -> list[Row]:
    """Return the rows of the chosen parts."""
    wrk = Wrk(folder) if shutil.which("wrk") else None
    if not wrk:
        print("wrk is not installed (Debian: apt install wrk): nothing is measured under load.", file=sys.stderr)
    rows = []
    with ExitStack() as stack:
        mine = [stack.enter_context(ours())] if only - {"bombs", "leaks"} else []
        others = peers(folder) if only & {"point", "repeated", "304", "overhead"} else []
        servers = [*mine, *started(stack, others)]
        if wrk and "point" in only:
            rows += points(servers, wrk, length)
        if wrk and only & {"repeated", "304"}:
            rows += repeated(servers, wrk, length, only)
        if "overhead" in only:
            rows += overhead(servers, wrk)
        if "memory" in only:
            rows += memory(servers[0])
    if "bombs" in only:
        rows += bombs(length)
    return rows + (leaks(length) if "leaks" in only else [])


def started(stack: ExitStack, others: Sequence[AbstractContextManager[Server]]) -> list[Server]:
    """Return the peers that start; what keeps another from it is said."""
    servers = []
    for peer in others:
        try:
            servers.append(stack.enter_context(peer))
        except ChildProcessError as error:
            print(error, file=sys.stderr)
    return servers


def report(rows: Sequence[Row], busy: float) -> str:
    """Return the table with what it was measured on; `busy` is the load average before the run."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    machine += f", load average {busy:.1f} before the run"
    lines = [f"| {row.what} | {row.measured} | {row.target} | {row.verdict} |" for row in rows]
    head = f"Measured by `benchmarks/serve.py` on {machine}; wrk with 8 connections, medians, servers in turn."
    beside = ", ".join(f"{name} {version}" for name, version in versions().items()) or "no peers"
    return "\n".join(
        [head, f"Beside it: {beside}.", "", "| what | measured | promised | |", "|---|---|---|---|", *lines]
    )


def chosen(text: str) -> set[str]:
    """Return the parts that `text` names; ValueError for one that is none."""
    found = set(text.split(","))
    if unknown := found - set(PARTS):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: expected some of {', '.join(PARTS)}")
    return found


def main() -> None:
    """Measure what is asked for and print the table; write it as JSON too where asked."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="a run of at most 90 seconds")
    options.add_argument("--only", type=chosen, default=set(PARTS), help=f"some of {','.join(PARTS)}")
    options.add_argument("--json", type=Path, help="a file to write the rows to")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(given.only, QUICK if given.quick else FULL, Path(folder))
    print(report(rows, busy))
    if given.json:
        text = json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False)
        given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
