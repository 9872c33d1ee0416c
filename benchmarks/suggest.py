"""Measures the suggestions of `aseankg suggest` on the shipped mappings, each left out in its turn; prints Markdown.

Usage: `python benchmarks/suggest.py`, or with `--write docs/suggestions.md`. A case is an asserted mapping
(`akg:serves`) of an activity or strategy to a thematic area. All areas of that plan are ranked for the element; the
element's other right areas are taken out of the ranking; where two areas score alike, the right one counts as the
later. What an element, or what a text calls the same activity, is mapped to teaches nothing about the element.
Nothing is random. Not here: the weights, which are not fitted to these cases (aseankg.suggest.weights).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from aseankg.namespaces import shorten
from aseankg.suggest import Wanted, suggest_matches
from aseankg.suggest.profiles import Corpus, read_corpus
from aseankg.suggest.weights import WEIGHTS, weights_of

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- measured: benchmarks/suggest.py -->", "<!-- end -->"
ALONE = {
    "themes": "themes alone, by the rule and by hand",
    "words": "words alone: plain TF-IDF, the baseline",
    "neighbours": "neighbours alone: what is learned from the other mappings",
}
Case = tuple[str, str]  # an element and an area that it serves, as IRIs


@dataclass(frozen=True)
class Run:
    """One way to rank: the corpus it may see, its signs, and whether the mappings of the element's plan are hidden."""

    name: str
    corpus: Corpus
    signs: tuple[str, ...] = ()
    plan_unseen: bool = False


def cases_of(corpus: Corpus) -> list[Case]:
    """Return the asserted mappings of activities and strategies to thematic areas, sorted."""
    kinds = {iri: one.kind for iri, one in corpus.profiles.items()}
    return sorted(
        (source, area)
        for area, sources in corpus.served.items()
        for source in sources
        if kinds.get(area) == "ThematicArea" and kinds.get(source) in ("Activity", "Strategy")
    )


def ranks_of(run: Run, cases: Iterable[Case]) -> dict[Case, int | None]:
    """Return the rank of the right area of each case, from 1; None where no sign speaks for it."""
    right: defaultdict[str, set[str]] = defaultdict(set)
    for element, area in cases:
        right[element].add(area)
    scores = _scores(run, right)
    return {
        (element, area): rank_of(scores[element], area, areas - {area})
        for element, areas in right.items()
        for area in sorted(areas)
    }


def _scores(run: Run, right: dict[str, set[str]]) -> dict[str, dict[str, float]]:
    """The score of each area for each element."""
    areas = {run.corpus.profiles[area].plan for found in right.values() for area in found}
    wanted = Wanted(frozenset(areas), frozenset(["ThematicArea"]), 1_000_000, 0.0, True, weights_of(*run.signs))
    found: dict[str, dict[str, float]] = {element: {} for element in right}
    for plan in sorted({run.corpus.profiles[element].plan for element in right}):
        seen = run.corpus.without_mappings_of([plan]) if run.plan_unseen else run.corpus
        for each in suggest_matches(seen, plan, wanted):
            if each.subject.iri in found:
                found[each.subject.iri][each.object.iri] = each.score
    return found


def rank_of(scores: dict[str, float], area: str, other_right: set[str]) -> int | None:
    """Return the place of an area among those that are not right too; None where no sign speaks for it."""
    own = scores.get(area, 0.0)
    if own <= 0:
        return None
    return 1 + sum(score >= own for other, score in scores.items() if other != area and other not in other_right)


def runs_of(corpus: Corpus) -> list[Run]:
    """Return all ways to rank that are measured."""
    by_rule = corpus.without_tags_by_hand()
    themeless = tuple(one.feature for one in WEIGHTS if one.feature != "themes")
    unseen = "; no mapping of the element's plan known"
    return [
        Run("**all signs, themes by the rule and by hand**", corpus),
        Run("**all signs, themes by the rule only**", by_rule),
        Run("all signs but themes", corpus, themeless),
        Run(f"all signs, themes by the rule and by hand{unseen}", corpus, plan_unseen=True),
        Run(f"all signs, themes by the rule only{unseen}", by_rule, plan_unseen=True),
        Run("themes alone, by the rule only", by_rule, ("themes",)),
        *(Run(ALONE.get(one.feature, f"{one.feature} alone"), corpus, (one.feature,)) for one in WEIGHTS),
    ]


def tables(store: Store) -> str:
    """Return the measured tables with a sentence on what was measured, in Markdown."""
    corpus = read_corpus(store)
    cases = cases_of(corpus)
    areas = [one for one in corpus.profiles.values() if one.kind == "ThematicArea"
             and one.plan in {corpus.profiles[area].plan for _, area in cases}]  # fmt: skip
    elements = {element for element, _ in cases}
    said = (
        f"{len(cases)} mappings of {len(elements)} elements; {len(areas)} thematic areas to choose from. "
        f"By chance: {_share(1, len(areas))} at 1 and {_share(5, len(areas))} at 5, or somewhat more for an element "
        "with several right areas."
    )
    lines = ["| signs | recall at 1 | recall at 5 |", "|---|---|---|"]
    runs = runs_of(corpus)
    lines += [f"| {run.name} | {_recalls(ranks_of(run, cases))} |" for run in runs]
    by_plan = ["All signs, by whose element it is:", "", *_by_plan(runs[:2], cases)]
    return "\n".join([*_weights(), "", said, "", *lines, "", *by_plan])


def _weights() -> list[str]:
    return [
        "| sign | share | why |",
        "|---|---|---|",
        *(f"| {one.feature} | {one.share:.2f} | {one.reason} |" for one in WEIGHTS),
    ]


def _by_plan(runs: list[Run], cases: list[Case]) -> list[str]:
    """A table of the recall in each class of each document."""
    lines = ["| elements | themes | recall at 1 | recall at 5 |", "|---|---|---|---|"]
    for run, themes in zip(runs, ("by the rule and by hand", "by the rule only"), strict=True):
        ranks = ranks_of(run, cases)
        groups: defaultdict[str, dict[Case, int | None]] = defaultdict(dict)
        for case, rank in ranks.items():
            groups[shorten(case[0]).rpartition("/")[0]][case] = rank
        lines += [f"| `{name}` | {themes} | {_recalls(found)} |" for name, found in sorted(groups.items())]
    return lines


def _recalls(ranks: dict[Case, int | None]) -> str:
    found = [sum(rank is not None and rank <= most for rank in ranks.values()) for most in (1, 5)]
    return " | ".join(f"{count} of {len(ranks)} ({_share(count, len(ranks))})" for count in found)


def _share(count: float, whole: int) -> str:
    return f"{round(100 * count / whole)} %"


def written(page: str, measured: str) -> str:
    """Return a page with the tables between its two marks."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{measured}\n\n{END}{rest.partition(END)[2]}"


def _store() -> Store:
    from aseankg.build import build_dataset

    store = Store()
    store.extend(build_dataset(ROOT, [], progress=lambda words: None).quads)
    return store


def main() -> None:
    """Print the tables, or write them into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page that holds the tables between its marks")
    page = parser.parse_args().write
    measured = tables(_store())
    if page is None:
        print(measured)
    else:
        page.write_text(written(page.read_text(encoding="utf-8"), measured), encoding="utf-8")


if __name__ == "__main__":
    main()
