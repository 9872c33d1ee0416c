"""Measures validation: the shipped data with both engines, and made-up plans with the fast one; prints a table.

Usage: `python benchmarks/validate.py [PLANS ...]`, e.g. 10 50 200. Each row is a process of its own, so that its peak
of memory is its own. Not a test: nothing fails when a machine is slow.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def measure(*arguments: str) -> tuple[float, int, int]:
    """Return the seconds, peak MB and exit code of one run of the command."""
    started = time.perf_counter()
    done = subprocess.Popen([sys.executable, "-m", "aseankg", "validate", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(done.pid, 0)
    done.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - started, usage.ru_maxrss // 1024, done.returncode


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", type=int, nargs="*", default=[10, 50])
    parser.add_argument("--dump", type=Path, default=ROOT / "build/current/dataset.nq")
    given = parser.parse_args()
    print("| data | quads | engine | s | peak MB | exit code |\n|---|---|---|---|---|---|")
    for engine in ("pyshacl", "pyshifty"):
        quads = given.dump.read_bytes().count(b"\n")
        row("published dump", quads, engine, str(given.dump))
    with tempfile.TemporaryDirectory() as folder:
        for plans in given.plans:
            file = Path(folder) / f"{plans}.nq"
            with file.open("wb") as stream:
                command = [sys.executable, str(ROOT / "benchmarks/corpus.py"), str(plans), "60", "--evidence"]
                subprocess.run(command, stdout=stream, check=True)
            row(f"{plans} plans of 60 activities", file.read_bytes().count(b"\n"), "pyshifty", str(file))


def row(name: str, quads: int, engine: str, file: str) -> None:
    """Print one row."""
    seconds, peak, code = measure(file, "--engine", engine, "--max-bytes", "10000000000")
    print(f"| {name} | {quads:,} | {engine} | {seconds:.1f} | {peak} | {code} |", flush=True)


if __name__ == "__main__":
    main()
