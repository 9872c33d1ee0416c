"""Measures the pages on the shipped data: time until a page made anew begins to come, time of one kept, and its weight.

Usage: `python benchmarks/pages.py [--times 9]`; prints a Markdown table, and the load of the machine before it: on a
busy one the median is the neighbours', and the least is nearer to the page's own. A page is made anew for an Accept
header that was not seen before; the weight is that of the gzipped page itself, without style and scripts, which a
browser keeps. Not a test: nothing fails when a machine is slow. Not here: queries at the endpoint (serve.py).
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import itertools
import os
import statistics
import time
from collections.abc import Iterator

from servers import ours, published

PAGES = (
    "/",
    "/find?text=which+activities+does+ACMW+contribute+to%3F",
    "/plans/rap-vientiane",
    "/plans/alm-wp-2016-2020",
    "/bodies",
    "/id/body/acmw.html",
    "/id/country/vnm.html",
    "/id/rap-vientiane/activity/2.html",
    "/id/concept/theme/decent-work.html",
    "/sources/rap-vientiane",
    "/alignment",
    "/alignment?by=theme",
    "/network",
    "/timeline",
    "/validation",
    "/check",
    "/ontology.html",
    "/shapes.html",
    "/questions/body-involvement",
    "/sparql?query=SELECT+%3Fthing+%3Fclass+WHERE+%7B+%3Fthing+a+%3Fclass+%7D+LIMIT+100",
)
_UNSEEN = itertools.count(1)


def first_byte(port: int, path: str, accept: str) -> tuple[float, int]:
    """Return milliseconds until the first byte, and the bytes of the gzipped page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        start = time.perf_counter()
        connection.request("GET", path, headers={"Accept": accept, "Accept-Encoding": "gzip"})
        response = connection.getresponse()
        waited = 1000 * (time.perf_counter() - start)
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{path}: status {response.status}, {body[:300]!r}")
        return waited, len(body if response.headers["Content-Encoding"] else gzip.compress(body))
    finally:
        connection.close()


def measured(port: int, times: int) -> Iterator[tuple[str, float, float, float, int]]:
    """Yield each page with least and median time made anew, median time kept, and its weight."""
    for path in PAGES:
        new = [first_byte(port, path, f"text/html, x/x{next(_UNSEEN)};q=0.1") for _ in range(times + 1)][1:]
        kept = [first_byte(port, path, "text/html") for _ in range(times + 4)][4:]  # of each web process
        waits = [wait for wait, _ in new]
        yield path, min(waits), statistics.median(waits), statistics.median(wait for wait, _ in kept), new[0][1]


def main() -> None:
    """Measure all pages of one service and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=9, help="how often each page is asked for")
    times = parser.parse_args().times
    published()
    print(f"Load average before the run: {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores.\n")
    print("| page | made anew, least ms | median ms | kept, median ms | kB gzipped |\n|---|---|---|---|---|")
    with ours() as server:
        for path, least, new, kept, weight in measured(server.port, times):
            print(f"| `{path}` | {least:.0f} | {new:.0f} | {kept:.1f} | {weight / 1000:.0f} |", flush=True)


if __name__ == "__main__":
    main()
