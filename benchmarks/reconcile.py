"""Measures the reconciliation of names: how many are right and how many a second, also over HTTP; prints Markdown.

Usage: `python benchmarks/reconcile.py [--names 10000] [--no-http]`. The names asked for are those of
tests/reconcile/spellings.tsv, each with a letter left out, doubled or exchanged in every other turn; which, is drawn
from a fixed seed. The peer is `rapidfuzz.process.extract` over all names, which takes what is 95 alike and nearer than
the next thing. Not here: that the verdicts hold (tests/reconcile).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import resource
import statistics
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import RdfFormat, Store
from rapidfuzz import process
from servers import ours, published

from aseankg.catalogue import evaluate
from aseankg.namespaces import ID
from aseankg.reconcile import Reconciler, spellings_query
from aseankg.reconcile.things import Name, names_of_rows

ROWS = Path(__file__).parent.parent / "tests" / "reconcile" / "spellings.tsv"
BATCH, SEED = 10, 20261122
TAKEN = 95.0  # points at which the peer takes a name
Row = tuple[str, str, str, str]  # verdict, type asked for, thing, text
Matcher = Callable[[str, str], str]  # text and type to the thing that is taken, or ""


def rows() -> list[Row]:
    """Return the rows of the test set."""
    lines = [line.split("\t") for line in ROWS.read_text(encoding="utf-8").split("\n") if line[:1] not in ("", "#")]
    return [(verdict, kind, thing, text) for verdict, kind, thing, text in lines[1:]]


def texts(number: int) -> Iterator[str]:
    """Yield that many names, every other one mistyped."""
    draw, known = random.Random(SEED), [text for _, _, _, text in rows() if len(text) > 3]
    for turn in range(number):
        text = draw.choice(known)
        at = draw.randrange(1, len(text) - 1)
        wrong = (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
        yield draw.choice(wrong) if turn % 2 else text


def verdicts(take: Matcher) -> tuple[int, int, int]:
    """Return how many of the test set are taken rightly, taken wrongly, and left to a person though they are sure."""
    taken = [(verdict, thing, take(text, kind)) for verdict, kind, thing, text in rows()]
    right = sum(verdict == "match" and found == thing for verdict, thing, found in taken)
    wrong = sum(bool(found) and not (verdict == "match" and found == thing) for verdict, thing, found in taken)
    missed = sum(verdict == "match" and not found for verdict, thing, found in taken)
    return right, wrong, missed


def our_matcher(reconciler: Reconciler) -> Matcher:
    """Return what takes a candidate that is a match."""

    def take(text: str, kind: str) -> str:
        found = reconciler.candidates(text, [kind] if kind else [])
        return next((one.iri.removeprefix(ID) for one in found if one.match), "")

    return take


def peer_matcher(names: Sequence[Name]) -> Matcher:
    """Return what takes the name that rapidfuzz finds most alike."""
    kinds = {kind for _, kind, _, _ in rows()}
    choices = {kind: [name for name in names if not kind or kind in name.thing.kinds] for kind in kinds}
    written = {kind: [name.text.casefold() for name in found] for kind, found in choices.items()}

    def take(text: str, kind: str) -> str:
        found = process.extract(text.casefold(), written[kind], limit=BATCH)
        best = {choices[kind][at].thing.iri for _, score, at in found if score == found[0][1] >= TAKEN}
        return best.pop().removeprefix(ID) if len(best) == 1 else ""

    return take


def timed(take: Callable[[str], object], wanted: Iterable[str]) -> tuple[float, float, float]:
    """Return names a second, and milliseconds of one at the median and the 95th percentile."""
    spent = []
    for text in wanted:
        start = time.perf_counter()
        take(text)
        spent.append(1000 * (time.perf_counter() - start))
    parts = statistics.quantiles(spent, n=20)
    return 1000 * len(spent) / sum(spent), statistics.median(spent), parts[18]


def over_http(port: int, wanted: Sequence[str]) -> tuple[float, float, float]:
    """Return names a second in batches over one connection, and milliseconds of a batch, median and 95th percentile."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    batches = [wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH)]
    spent = []
    for batch in batches:
        asked = json.dumps({f"q{number}": {"query": text} for number, text in enumerate(batch)})
        start = time.perf_counter()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/reconcile", urllib.parse.urlencode({"queries": asked}), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        spent.append(1000 * (time.perf_counter() - start))
        if response.status != 200 or len(answer) != len(batch):
            raise SystemExit(f"/reconcile answered {response.status}: {str(answer)[:300]}")
    return 1000 * len(wanted) / sum(spent), statistics.median(spent), statistics.quantiles(spent, n=20)[18]


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--names", type=int, default=10_000, help="how many names are asked for")
    parser.add_argument("--no-http", action="store_true", help="measure in process only")
    options = parser.parse_args()
    store = Store()
    store.bulk_load(path=str(published()), format=RdfFormat.N_QUADS)
    start = time.perf_counter()
    reconciler = Reconciler.of_store(store)
    made = time.perf_counter() - start
    names = [name for name in names_of_rows(evaluate(store, spellings_query())) if name.thing.kinds]
    mine, peer = our_matcher(reconciler), peer_matcher(names)
    wanted = list(texts(options.names))
    print(f"{len(names)} names, read in {made:.2f} s; {len(rows())} spellings.\n")
    print("| matcher | taken rightly | taken wrongly | sure, but left to a person |\n|---|---|---|---|")
    for name, take in (("aseankg", mine), ("rapidfuzz alone", peer)):
        print(f"| {name} | {' | '.join(map(str, verdicts(take)))} |")
    print("\n| what | names/s | median ms | 95th percentile ms |\n|---|---|---|---|")
    few = wanted[: max(100, options.names // 20)]
    busy = time.process_time()
    show("aseankg in process, one name", timed(reconciler.candidates, wanted))
    busy = time.process_time() - busy
    show("rapidfuzz alone, one name", timed(lambda text: peer(text, ""), few))
    before = _resident()
    show("aseankg in process, the same again", timed(reconciler.candidates, wanted))
    grown = _resident() - before
    if not options.no_http:
        with ours() as server:
            show(f"aseankg over HTTP, batches of {BATCH}, a batch", over_http(server.port, wanted))
    print(f"\nIn process: {len(wanted) / busy:,.0f} names a second of processor time.")
    print(f"Memory grew by {grown:.1f} MB when asked again; load average {os.getloadavg()[0]:.1f}.")


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(what: str, figures: tuple[float, float, float]) -> None:
    """Print a row."""
    rate, median, worst = figures
    print(f"| {what} | {rate:,.0f} | {median:.2f} | {worst:.2f} |", flush=True)


if __name__ == "__main__":
    main()
