"""Finds what somebody else's names mean in the graph, and says when there is no doubt.

`Reconciler.candidates` returns what a text may mean, best first, each with a score:

* 100: it is called exactly so, whatever the case, accents, spaces and punctuation;
* 90 and more: it is called so but for the order of the words, or a typing error in a long name; or called so in a way
  that others may be too (a code of two letters where no type is asked for);
* 70: most words of the text and of a name are the same;
* 50, the least that is returned: some words are the same.

The score says how alike they are, `match` whether a person need look. It is true for one candidate at most: the one
that the text names and nothing else does. Not here: other ways to find things (lookup), HTTP (web), tables (linking).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Store

from aseankg.catalogue import Query, evaluate, read_query
from aseankg.errors import UsageError, suggest
from aseankg.layout import resources
from aseankg.reconcile.matching import FEATURES, Hit, Spellings
from aseankg.reconcile.things import KINDS, Kind, names_of_rows

__all__ = ["FEATURES", "KINDS", "LONGEST", "Candidate", "Kind", "Reconciler", "spellings_query"]

LONGEST = 1_000  # characters of a text that may be a name
_RIVAL = 10  # points that another candidate must be behind one with a typing error
_ORDER = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Candidate:
    """One thing that a text may mean.

    `kinds` are ids of KINDS, the most telling first; `score` is 0 to 100; `match` is true only where there is no doubt;
    `features` (FEATURES says what they are) is why; `spelling` is the name that the text is like.
    """

    iri: str
    name: str
    kinds: tuple[str, ...]
    score: float
    match: bool
    features: dict[str, float]
    spelling: str
    description: str


def spellings_query() -> Query:
    """Return the query whose rows a Reconciler is made of."""
    return read_query(resources() / "queries/reports/spellings.rq")


class Reconciler:
    """The names of the graph's things in every spelling, read once; it may be asked from several threads."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        """`rows` are those of queries/reports/spellings.rq: thing, class, role, value."""
        self._spellings = Spellings(names_of_rows(rows))

    @classmethod
    def of_store(cls, store: Store) -> Reconciler:
        """Return the names of the things in a store."""
        return cls(evaluate(store, spellings_query()))

    def candidates(self, text: str, kinds: Sequence[str] = (), limit: int = 10) -> list[Candidate]:
        """Return what a text may mean, best first, at most `limit`; of the kinds given, or of any.

        A text that has nothing of a name gives none, and so does one of more than LONGEST characters. UsageError for a
        kind that is not in KINDS.
        """
        for kind in kinds:
            if kind not in KINDS:
                raise UsageError(f"No type is called {kind!r}.{suggest(kind, KINDS)} Types are {', '.join(KINDS)}.")
        text = text.strip()
        hits = self._spellings.find(text, typed=bool(kinds)) if len(text) <= LONGEST else {}
        if kinds:
            hits = {iri: hit for iri, hit in hits.items() if not set(kinds).isdisjoint(hit.name.thing.kinds)}
        sure = _find_sure(list(hits.values()))
        ranked = sorted((hit for hit in hits.values() if hit.name.thing.kinds), key=_rank)
        return [_candidate(hit, hit is sure, bool(kinds)) for hit in ranked[: max(0, limit)]]


def _find_sure(hits: Sequence[Hit]) -> Hit | None:
    """Return the one thing that the text names beyond doubt, or None.

    Where things are called so, it is sure if there is one such. Else a typing error is sure if nothing else is near.
    """
    called = [hit for hit in hits if hit.called]
    best = max(called or hits, key=lambda hit: hit.score, default=None)
    if best is None or not best.certain or not best.name.thing.kinds:
        return None
    rivals = called if called else [hit for hit in hits if hit.score > best.score - _RIVAL]
    return best if len(rivals) == 1 else None


def _rank(hit: Hit) -> tuple[float, int, int, str]:
    thing = hit.name.thing
    return -hit.score, _ORDER[thing.kinds[0]], len(hit.name.text), thing.iri


def _candidate(hit: Hit, match: bool, typed: bool) -> Candidate:
    thing = hit.name.thing
    features = {name: round(value, 2) for name, value in hit.features().items()} | ({"type": 1.0} if typed else {})
    score = round(hit.score, 1)
    return Candidate(thing.iri, thing.name, thing.kinds, score, match, features, hit.name.text, thing.description)
