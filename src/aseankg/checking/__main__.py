"""The process that checks one plan: a line of JSON and the plan's bytes come on stdin, one JSON object goes out.

It bounds itself before it loads anything: memory, processor time, the files that it may write. Who started it ends it
at the deadline. Not here: the check itself (judgement).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

__all__ = ["main"]

_MB = 1_000_000
_LARGEST_FILE = 200 * _MB
_POLITE = 5  # of 19: the pages of others go first


def main() -> None:
    """Answer one request: the keys form, title, dataset, memory (MB) and seconds."""
    asked = json.loads(sys.stdin.buffer.readline())
    _confine(asked["memory"], asked["seconds"])
    try:
        answer = _judged(asked, sys.stdin.buffer.read())
    except MemoryError:
        answer = {"stopped": "memory"}
    sys.stdout.buffer.write(json.dumps(answer).encode("utf-8", "replace"))


def _confine(megabytes: int, seconds: float) -> None:
    for limit, value in (
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, _LARGEST_FILE), (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_AS, megabytes * _MB),
    ):  # fmt: skip
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    os.nice(_POLITE)
    signal.setitimer(signal.ITIMER_REAL, seconds + 2)  # should who started it be gone


def _judged(asked: dict[str, Any], octets: bytes) -> dict[str, Any]:
    from aseankg.checking.judgement import judge_rdf, judge_table
    from aseankg.errors import AseankgError, DataError

    dataset = Path(asked["dataset"])
    try:
        if asked["form"] == "ttl":
            return judge_rdf(octets, asked["title"], dataset)
        return judge_table(octets, asked["form"], asked["title"], dataset)
    except DataError as error:
        return {"refused": str(error)}
    except AseankgError as error:
        return {"failed": str(error)}


if __name__ == "__main__":
    main()
