"""The mappings of the dataset as a page lists them: each with its two ends, and those that say the contrary of it.

Not here: the page of one mapping (judgements), and the matrices that mappings count in (covering).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aseankg.identifiers import as_counted
from aseankg.namespaces import shorten
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.showing import label_of
from aseankg.web.site import site
from aseankg.web.things.judgements import word_of

__all__ = ["End", "Judged", "Judgements", "counted", "fitting", "judged"]

_RANK = ("contested", "dissenting", "asserted", "rejected")  # what may be argued about first


@dataclass(frozen=True)
class End:
    """One side of a mapping: what people call it, the plan or instrument that it is of, and the words it rests on."""

    iri: str
    name: str
    whole: str
    words: str
    passage: str


@dataclass(frozen=True)
class Judged:
    """One mapping; `negated` where it says that the triple does not hold."""

    iri: str
    subject: End
    object: End
    predicate: str
    word: str
    negated: bool
    standing: str
    confidence: str
    justification: str
    reason: str
    author: str
    date: str
    reviewed: bool
    recorded: str

    @property
    def triple(self) -> tuple[str, str, str]:
        """What is judged, whichever way."""
        return self.subject.iri, self.predicate, self.object.iri

    @property
    def wholes(self) -> tuple[str, ...]:
        """The plans and instruments of both sides."""
        return tuple(one for one in (self.subject.whole, self.object.whole) if one)


@dataclass(frozen=True)
class Judgements:
    """All mappings: by IRI in the order of a page, and those of one triple together."""

    by_iri: Mapping[str, Judged]
    by_triple: Mapping[tuple[str, str, str], Sequence[Judged]]

    def contrary(self, one: Judged) -> list[Judged]:
        """Return the mappings that say the contrary of one."""
        return [other for other in self.by_triple[one.triple] if other.negated != one.negated]


def judged() -> Judgements:
    """Return all mappings, those that are contested first."""
    found: dict[str, Judged] = {}
    for row in rows_of("mappings"):
        found.setdefault(row["mapping"], _judged(row))  # the first author's row, where there are several
    ordered = sorted(found.values(), key=_order)
    triples: defaultdict[tuple[str, str, str], list[Judged]] = defaultdict(list)
    for one in ordered:
        triples[one.triple].append(one)
    return Judgements({one.iri: one for one in ordered}, triples)


def fitting(rows: Iterable[Judged], standing: str, predicate: str, plan: str) -> list[Judged]:
    """Return the mappings with a standing, a predicate (in short form) and a side in a plan; empty fits all."""
    return [
        one
        for one in rows
        if standing in ("", one.standing)
        and predicate in ("", shorten(one.predicate))
        and (not plan or plan in one.wholes)
    ]


def counted(rows: Iterable[Judged]) -> dict[str, Counter[str]]:
    """Return how many mappings there are of each standing, predicate (short form), and plan or instrument."""
    rows = list(rows)
    return {
        "standing": Counter(one.standing for one in rows),
        "predicate": Counter(shorten(one.predicate) for one in rows),
        "plan": Counter(whole for one in rows for whole in {*one.wholes}),
    }


def _judged(row: Row) -> Judged:
    return Judged(
        iri=row["mapping"],
        subject=_end(row, "subject"),
        object=_end(row, "object"),
        predicate=row["predicate"],
        word=word_of(row["predicate"], row["word"]),
        negated=bool(row["modifier"]),
        reviewed=bool(row["reviewer"]),
        justification=shorten(row["justification"]),
        **{name: row[name] for name in ("standing", "confidence", "reason", "author", "date", "recorded")},
    )


def _end(row: Row, side: str) -> End:
    iri = row[side]
    name = site().lookup().get_name(iri) or row[f"{side}_name"] or label_of(iri)
    return End(iri, name, row[f"{side}_whole"], row[f"{side}_words"], row[f"{side}_passage"])


def _order(one: Judged) -> tuple[int, list[str | int], list[str | int]]:
    rank = _RANK.index(one.standing) if one.standing in _RANK else len(_RANK)
    return rank, as_counted(one.subject.iri), as_counted(one.object.iri)
