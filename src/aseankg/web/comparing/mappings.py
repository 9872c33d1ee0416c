"""The mappings of the dataset as a page lists them: in its order, those that fit what a reader chose, and their counts.

Not here: what a mapping says (things.judgements), its own page, and the matrices that mappings count in (covering).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from aseankg.identifiers import as_counted
from aseankg.namespaces import shorten
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.showing import label_of
from aseankg.web.page.tables import Cell
from aseankg.web.site import site
from aseankg.web.things.judgements import Judgement, judgement_in, with_dissent

__all__ = ["counted", "fitting", "judged"]

_RANK = ("contested", "dissenting", "asserted", "rejected")  # what may be argued about first


def judged() -> list[Judgement]:
    """Return all mappings, those that are contested first."""
    found: dict[str, Judgement] = {}
    for row in rows_of("mappings"):
        found.setdefault(row["mapping"], _judgement(row))  # the first author's row, where there are several
    return with_dissent(sorted(found.values(), key=_order))


def fitting(rows: Iterable[Judgement], standing: str, predicate: str, plan: str) -> list[Judgement]:
    """Return the mappings with a standing, a predicate (in short form) and a side in a plan; empty fits all."""
    return [
        one
        for one in rows
        if standing in ("", one.standing)
        and predicate in ("", shorten(one.predicate))
        and (not plan or plan in one.wholes)
    ]


def counted(rows: Iterable[Judgement]) -> dict[str, Counter[str]]:
    """Return how many mappings there are of each standing, predicate (short form), and plan or instrument."""
    rows = list(rows)
    return {
        "standing": Counter(one.standing for one in rows),
        "predicate": Counter(shorten(one.predicate) for one in rows),
        "plan": Counter(whole for one in rows for whole in {*one.wholes}),
    }


def _judgement(row: Row) -> Judgement:
    def name_of(end: str) -> str:
        return site().lookup().get_name(row[end]) or row[f"{end}_name"] or label_of(row[end])

    return judgement_in(row, name_of, (Cell(row["author"]),))


def _order(one: Judgement) -> tuple[int, list[str | int], list[str | int]]:
    rank = _RANK.index(one.standing) if one.standing in _RANK else len(_RANK)
    return rank, as_counted(one.subject.iri), as_counted(one.object.iri)
