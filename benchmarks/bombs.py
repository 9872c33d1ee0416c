"""Queries that mean harm, who throws them, and who asks ordinary questions meanwhile from a process of its own.

The bombs come from tests/store/test_engine.py and from what is known to hurt engines. Not here: what is promised.
"""

from __future__ import annotations

import http.client
import itertools
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from servers import JSON, Server, elements, point, target

__all__ = ["BOMBS", "RATE", "Watch", "throw", "watched"]

RATE = 100  # ordinary queries a second while a bomb runs, over two connections
_JSON = "# in JSON"  # a bomb whose answer is streamed
_PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
_DOUBLED = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
_REPLACED = " ".join(f"BIND(REPLACE(?v{n}, 'a', ?v0) AS ?v{n + 1})" for n in range(4))
_VALUES = " ".join(map(str, range(8000)))
BOMBS = {
    "cartesian product": f"SELECT (COUNT(*) AS ?n) {{ {_PRODUCT} FILTER(?c != ?f && ?f != ?i) }}",
    "negated path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b }",
    "ORDER BY of a product": f"SELECT * {{ {_PRODUCT} }} ORDER BY ?c ?f ?i",
    "GROUP_CONCAT of a product": "SELECT (GROUP_CONCAT(?c) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
    "DISTINCT of a product": "SELECT DISTINCT ?c ?f ?i { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = 1 || ?f != ?i) }",
    "string doubled by CONCAT": f"SELECT (STRLEN(?v40) AS ?n) {{ BIND('{'a' * 100}' AS ?v0) {_DOUBLED} }}",
    "string doubled by REPLACE": f"SELECT (STRLEN(?v4) AS ?n) {{ BIND('{'a' * 1000}' AS ?v0) {_REPLACED} }}",
    "regular expression": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    "FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '((a*)*(b|ab)*.*.*.*.*){1,60}=$')) }",
    "huge VALUES": f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {_VALUES} }} VALUES ?b {{ {_VALUES} }} "
    "FILTER(?a = -?b) }",
    "nested brackets": "ASK {" + "[" * 25_000,
    "nested groups": "ASK " + "{" * 25_000 + "}" * 25_000,
    "400 parentheses": "SELECT ((" + "(" * 400 + "1 +" + ")" * 400 + " AS ?x) {}",
    "45 parentheses": "SELECT (" + "(" * 45 + "1" + ")" * 45 + " AS ?x) {}",
    "endless rows": f"SELECT * {{ {_PRODUCT} }}",
    "endless rows, streamed": f"{_JSON}\nSELECT * {{ {_PRODUCT} }}",
}


def throw(server: Server, text: str) -> str:
    """Return how the server ends a bomb: the status, `broken off` within an answer, or `no answer` at all."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    status = ""
    try:
        headers = {"Accept": JSON if text.startswith(_JSON) else "text/csv", "Content-Type": "application/sparql-query"}
        connection.request("POST", server.path, text.encode(), headers)
        response = connection.getresponse()
        status = str(response.status)
        while response.read(1 << 20):
            pass
        # A body that ends before its Content-Length is no error to http.client where it is read in parts.
        return f"{status} broken off" if response.length else status
    except (OSError, http.client.HTTPException):
        return f"{status} broken off" if status else "no answer"
    finally:
        connection.close()


@dataclass
class Watch:
    """What an asker of ordinary queries saw: milliseconds of each answer in ascending order, counts of statuses."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def at(self, share: float) -> float:
        """Return the milliseconds that `share` of the answers stayed within."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


@contextmanager
def watched(server: Server, first: int) -> Iterator[Watch]:
    """Ask ordinary queries while the block runs, in another process; the result is there after the block."""
    command = [sys.executable, __file__, str(server.port), server.path, str(first)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    watch = Watch()
    try:
        assert child.stdout is not None
        child.stdout.readline()  # it has begun
        yield watch
        output, _ = child.communicate("")
        seen = json.loads(output)
        watch.times += sorted(took for took, _ in seen)
        watch.statuses.update(status for _, status in seen)
    finally:
        child.kill()
        child.wait()


def _ask_in_turn(port: int, path: str, numbers: Iterator[int], stop: threading.Event, seen: list[object]) -> None:
    """Ask half of RATE queries a second. One that a slow answer held up is timed from when it was due."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    due = time.perf_counter()
    while not stop.is_set():
        due += 2 / RATE
        late = time.perf_counter() > due
        time.sleep(max(0.0, due - time.perf_counter()))
        start = due if late else time.perf_counter()
        number = next(numbers)
        try:
            asked = target(path, point(elements()[number % len(elements())], number))
            connection.request("GET", asked, headers={"Accept": JSON})
            response = connection.getresponse()
            response.read()
            status = str(response.status)
        except (OSError, http.client.HTTPException):
            connection.close()
            status = "no answer"
        seen.append(((time.perf_counter() - start) * 1000, status))


def _watch(port: int, path: str, first: int) -> None:
    """Be the other process of `watched`: ask until the standard input ends, then print what was seen."""
    elements()
    stop = threading.Event()
    seen: list[object] = []
    numbers = itertools.count(first)
    threads = [threading.Thread(target=_ask_in_turn, args=(port, path, numbers, stop, seen)) for _ in range(2)]
    for thread in threads:
        thread.start()
    print("asking", flush=True)
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    print(json.dumps(seen))


if __name__ == "__main__":
    _watch(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
