"""Measures coverage over plans that nobody made: processor seconds at 10, 100 and 1,000 plans, and how they grow.

Usage: `python benchmarks/coverage.py [--plans 10 100 1000]`; prints a Markdown table. The growth is the exponent of
the time over the number of plans between the first and the last size: 1 is linear, and the last line of the table says
what n log n would be. Not a test: nothing fails when a machine is slow. Not here: the corpus (corpus.py).
"""

from __future__ import annotations

import argparse
import gc
import io
import math
import time
from collections.abc import Callable, Iterator

from corpus import AKG, BASE, DCTERMS, OWL, RDF, RDFS, SEMAPV, SSSOM, generate, hashed
from pyoxigraph import RdfFormat, Store

ROLES = tuple(f"<{AKG}{role}>" for role in ("leadCountry", "contributingBody", "responsibleBody"))
TOPIC = f"<{DCTERMS}subject>"
ALIGNMENT, INFERRED = f"<{BASE}graph/alignment>", f"<{BASE}graph/inferred/stated>"


def corpus(plans: int, activities: int) -> Iterator[str]:
    """Yield the corpus with what rules would add of it (roles) and the statements of theme tags by words."""
    meta = f"<{BASE}graph/meta>"
    yield f'{INFERRED} <{AKG}layer> "inferred" {meta} .\n'
    for kind in ("Activity", "ThematicArea"):
        yield f'<{AKG}{kind}> <{RDFS}label> "{kind}" {meta} .\n'
    source = ""
    for line in generate(plans, activities):
        yield line
        subject, predicate, rest = line.split(" ", 2)
        value = rest.split(" ", 1)[0]
        if predicate in ROLES:
            yield f"{subject} <{AKG}involves> {value} {INFERRED} .\n"
        if predicate == f"<{AKG}leadCountry>":
            yield f"{subject} <{AKG}leadActor> {value} {INFERRED} .\n"
        if predicate in (f"<{RDF}type>",) and "/kpi/" not in subject and AKG in value and "synthetic-0" in subject:
            yield f"{subject} {predicate} <{AKG}PlanElement> {INFERRED} .\n"
        source = value if predicate == f"<{OWL}annotatedSource>" else source
        if predicate == f"<{OWL}annotatedTarget>" and source.endswith("0>"):  # one in ten serves a second area
            yield from second(source, value.rpartition("/")[0] + "/1>")
        if predicate == TOPIC:
            node = hashed("statement", ALIGNMENT, subject, predicate, value)
            yield f"{node} <{RDF}subject> {subject} {ALIGNMENT} .\n"
            yield f"{node} <{RDF}predicate> {predicate} {ALIGNMENT} .\n"
            yield f"{node} <{RDF}object> {value} {ALIGNMENT} .\n"
            yield f"{node} <{SSSOM}mapping_justification> <{SEMAPV}LexicalMatching> {ALIGNMENT} .\n"


def second(source: str, target: str) -> Iterator[str]:
    """Yield one more mapping of an activity."""
    node = hashed("mapping", ALIGNMENT, source, target)
    yield f"{node} <{RDF}type> <{SSSOM}Mapping> {ALIGNMENT} .\n"
    yield f'{node} <{AKG}standing> "asserted" {ALIGNMENT} .\n'
    yield f"{node} <{AKG}inGraph> {ALIGNMENT} {ALIGNMENT} .\n"
    for slots in ((f"{OWL}annotatedSource", f"{OWL}annotatedProperty", f"{OWL}annotatedTarget"),
                  (f"{RDF}subject", f"{RDF}predicate", f"{RDF}object")):  # fmt: skip
        for slot, value in zip(slots, (source, f"<{AKG}serves>", target), strict=True):
            yield f"{node} <{slot}> {value} {ALIGNMENT} .\n"
    yield f"{source} <{AKG}serves> {target} {ALIGNMENT} .\n"


def loaded(plans: int, activities: int) -> Store:
    """Return a store in memory with the corpus."""
    store = Store()
    store.bulk_load(io.BytesIO("".join(corpus(plans, activities)).encode()), format=RdfFormat.N_QUADS)
    return store


def works(store: Store) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name: each matrix with all its counts, and each finding."""
    from aseankg.catalogue import evaluate, read_queries
    from aseankg.coverage import DIMENSIONS, measure
    from aseankg.layout import resources

    found: dict[str, Callable[[], object]] = {
        f"matrix by {by}": lambda by=by: sum(1 for _ in measure(store, by=by))  # type: ignore[misc]
        for by in DIMENSIONS
    }
    for query in read_queries(resources() / "queries" / "questions"):
        if "coverage" in query.front_matter["keywords"]:
            found[query.name] = lambda query=query: sum(1 for _ in evaluate(store, query))  # type: ignore[misc]
    return found


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the least seconds of some runs, in processor time: others may use the machine."""
    times = []
    for _ in range(runs):
        gc.collect()
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def growth(sizes: list[int], took: list[float]) -> str:
    """Return the exponent between the first and the last size, or a dash where there is one."""
    return f"{math.log(took[-1] / took[0]) / math.log(sizes[-1] / sizes[0]):.2f}" if len(sizes) > 1 else "-"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--activities", type=int, default=60)
    given = parser.parse_args()
    table: dict[str, list[float]] = {}
    for plans in given.plans:
        store = loaded(plans, given.activities)
        for name, work in works(store).items():
            table.setdefault(name, []).append(seconds(work, 2 if plans >= 1000 else 3))
    print(f"| what | {' | '.join(f'{plans:,} plans' for plans in given.plans)} | growth |")
    print("|---" * (len(given.plans) + 2) + "|")
    table["all together"] = [sum(column) for column in zip(*table.values(), strict=True)]
    for name, row in table.items():
        print(f"| {name} | {' | '.join(f'{took:.3f} s' for took in row)} | {growth(given.plans, row)} |", flush=True)
    steep = growth(given.plans, [plans * math.log(plans) for plans in given.plans])
    print(f"| n log n {'| ' * len(given.plans)}| {steep} |")


if __name__ == "__main__":
    main()
