"""Shows what of a plan is covered by what: a matrix of plans by plans, themes, targets, actors, years, areas.

Each cell counts elements, says how they are known, and leads to its ties, each with two passages. What is covered by
nothing is a stored question (queries/questions/, keyword coverage). Not here: printing (cli).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from aseankg.catalogue import Query
from aseankg.coverage.elements import ALL_KINDS, WORK, Elements
from aseankg.coverage.evidence import Desk
from aseankg.coverage.matrix import Coverage, Head, get_head
from aseankg.coverage.overview import Ask, Overview, count_findings
from aseankg.coverage.quads import Quads
from aseankg.coverage.ties import NO_DATE, NOT_HELD, Tie, ties_by
from aseankg.errors import UsageError, suggest
from aseankg.identifiers import ELEMENT_KINDS, as_counted

__all__ = ["DIMENSIONS", "look_over", "measure"]

DIMENSIONS = ("plan", "theme", "sdg", "body", "country", "year", "area")


def measure(quads: Quads, plans: Sequence[str] = (), by: str = "plan", kinds: Collection[str] = ()) -> Coverage:
    """Return the matrix of some plans, all where none is named, by one of DIMENSIONS.

    `plans` go by IRI, slug or label, and so do instruments with elements of their own; `kinds` are those of elements in
    IRIs, such as activity. Without any, all that a plan sets out to do counts (by plan and by area also targets, key
    result areas and the like). Raises UsageError for a word that is not known.
    """
    if by not in DIMENSIONS:
        raise UsageError(f"No coverage by {by!r}.{suggest(by, DIMENSIONS)} There are {', '.join(DIMENSIONS)}.")
    desk = Desk(quads)
    elements = Elements.among(quads, _classes(kinds) or (ALL_KINDS if by in ("plan", "area") else WORK))
    chosen = _chosen(plans, elements, desk)
    ties: defaultdict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties_by(by, elements):
        if elements.home[tie.element] in chosen:
            ties[tie.row, tie.column].append(tie)
    rows = _rows(by, elements, chosen, {row for row, _ in ties})
    columns = _columns(by, elements, {column for _, column in ties})
    return Coverage(by, _heads(desk, elements, rows), _heads(desk, elements, columns), dict(ties), desk.lay_out)


def look_over(quads: Quads, questions: Iterable[Query], ask: Ask) -> Overview:
    """Return the plans held against each other, how many elements of each count, and what the questions find."""
    elements = Elements.among(quads, ALL_KINDS)
    counts = Counter(elements.home[element] for element in elements.kind if elements.counts(element))
    matrix = measure(quads)
    return Overview({head.iri: counts[head.iri] for head in matrix.rows}, matrix, count_findings(questions, ask))


def _chosen(names: Sequence[str], elements: Elements, desk: Desk) -> Mapping[str, bool]:
    """The plans and instruments that are looked at, each with whether it was asked for or is a plan: a row anyhow."""
    homes = set(elements.home.values())
    heads = [Head(one, desk.label(one)) for one, is_plan in elements.wholes.items() if is_plan or one in homes]
    if names:
        return {get_head(heads, name, "plan").iri: True for name in names}
    return {head.iri: elements.wholes[head.iri] for head in heads}


def _classes(kinds: Collection[str]) -> frozenset[str]:
    known = {kind: ELEMENT_KINDS[kind][0] for kind in ELEMENT_KINDS if ELEMENT_KINDS[kind][0] in ALL_KINDS}
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                f"No kind {kind!r} is counted.{suggest(kind, known)} There are {', '.join(sorted(known))}."
            )
    return frozenset(known[kind] for kind in kinds)


def _heads(desk: Desk, elements: Elements, things: Iterable[str]) -> tuple[Head, ...]:
    return tuple(
        Head(thing, desk.label(thing) if thing.startswith("http") else thing,
             desk.title(thing) if thing in elements.kind else "")
        for thing in things
    )  # fmt: skip


def _rows(by: str, elements: Elements, chosen: Mapping[str, bool], seen: set[str]) -> list[str]:
    if by != "area":
        return _plans_first(elements, {one for one, anyhow in chosen.items() if anyhow} | seen)
    own = {one for one, kind in elements.kind.items() if kind == "Strategy" and elements.home.get(one) in chosen}
    return sorted(own | seen, key=as_counted)


def _columns(by: str, elements: Elements, seen: set[str]) -> list[str]:
    """What could be covered, also where nothing does: plans, themes, areas, each year of the span."""
    if by == "plan":
        return _plans_first(elements, {one for one, is_plan in elements.wholes.items() if is_plan} | seen)
    if by == "theme":
        return elements.themes()
    if by == "area":
        areas = {one for one, kind in elements.kind.items() if kind == "ThematicArea"}
        return sorted(areas | seen, key=as_counted)
    if by == "year":
        years = [int(year) for year in seen - {NO_DATE, NOT_HELD}]
        span = [str(year) for year in range(min(years), max(years) + 1)] if years else []
        return [*span, *(word for word in (NO_DATE, NOT_HELD) if word in seen)]
    return sorted(seen, key=as_counted)


def _plans_first(elements: Elements, wholes: Iterable[str]) -> list[str]:
    known = [one for one in wholes if one in elements.wholes]
    return sorted(known, key=lambda one: (not elements.wholes[one], one))
