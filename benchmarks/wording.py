"""Measures how well questions in plain words are read as stored questions; prints Markdown.

Usage: `python benchmarks/wording.py`, or with `--write docs/questions.md`. The cases are tests/wording/*.toml. Right is
the stored question with just the values expected (or another that a case names under `also`), or, for a case out of
scope, that nothing was understood; wrong is any other reading; the rest was not understood. Not here: the time, which
differs from machine to machine (tests/wording).
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from aseankg.catalogue import Query, read_queries
from aseankg.lookup import Lookup
from aseankg.wording import Understanding, understand

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- measured: benchmarks/wording.py -->", "<!-- end -->"
SETS = {"paraphrases": "first", "second": "second", "third": "third, by another hand"}  # file: its name in the table


@dataclass(frozen=True)
class Case:
    """A text, and what it asks: a stored question with values, or None where it is out of scope.

    `also` is another stored question with values that answers it as truly.
    """

    text: str
    question: str | None
    parameters: Mapping[str, str]
    also: Case | None = None


def read_cases(name: str) -> list[Case]:
    """Return the cases of a file of tests/wording."""
    table = tomllib.loads((ROOT / "tests" / "wording" / f"{name}.toml").read_text(encoding="utf-8"))
    return [_case(case["text"], case) for case in table["case"]]


def _case(text: str, asked: Mapping[str, Any]) -> Case:
    also = _case(text, asked["also"]) if "also" in asked else None
    return Case(text, asked.get("question"), asked.get("parameters", {}), also)


def verdict(case: Case, found: Understanding, questions: Mapping[str, Query], lookup: Lookup) -> str:
    """Return right, wrong, or not understood."""
    if case.also and verdict(case.also, found, questions, lookup) == "right":
        return "right"
    if found.reading is None:
        return "right" if case.question is None else "not understood"
    if found.reading.question != case.question:
        return "wrong"
    query = questions[found.reading.question]
    values = {name: _term(query, name, value, lookup) for name, value in found.reading.parameters.items()}
    wanted = {name: _term(query, name, value, lookup) for name, value in case.parameters.items()}
    return "right" if values == wanted | {name: "" for name in values.keys() - wanted.keys()} else "wrong"


def _term(query: Query, name: str, value: str, lookup: Lookup) -> str:
    return lookup.get_term(query.parameters[name], value).value if value else ""


def tables(questions: Iterable[Query], lookup: Lookup) -> str:
    """Return the measured table in Markdown."""
    known = {query.name: query for query in questions}
    lines = ["| set | cases | right | not understood | wrong |", "|---|---|---|---|---|"]
    for file, name in SETS.items():
        cases = read_cases(file)
        for scope, chosen in (
            ("in scope", [case for case in cases if case.question]),
            ("out of scope", [case for case in cases if not case.question]),
        ):
            counts = Counter(
                verdict(case, understand(case.text, known.values(), lookup), known, lookup) for case in chosen
            )
            shown = " | ".join(_share(counts[one], len(chosen)) for one in ("right", "not understood", "wrong"))
            lines.append(f"| {name}, {scope} | {len(chosen)} | {shown} |")
    return "\n".join(lines)


def _share(count: int, whole: int) -> str:
    return f"{count} ({round(100 * count / whole)} %)"


def written(page: str, measured: str) -> str:
    """Return a page with the table between its two marks."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{measured}\n\n{END}{rest.partition(END)[2]}"


def _lookup() -> Lookup:
    from aseankg.build import build_dataset

    store = Store()
    store.extend(build_dataset(ROOT, [], progress=lambda words: None).quads)
    return Lookup.of_store(store)


def main() -> None:
    """Print the table, or write it into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page that holds the table between its marks")
    page = parser.parse_args().write
    measured = tables(read_queries(ROOT / "queries" / "questions"), _lookup())
    if page is None:
        print(measured)
    else:
        page.write_text(written(page.read_text(encoding="utf-8"), measured), encoding="utf-8")


if __name__ == "__main__":
    main()
