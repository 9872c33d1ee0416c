"""A draft of the matching of names, on `lookup`, until the matcher of branch `recon` takes its place.

Not here: reconciliation over HTTP (web.reconciling).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Store

from aseankg.lookup import Lookup

__all__ = ["KINDS", "Candidate", "Reconciler"]

_A = "https://w3id.org/aseankg/ontology#"
KINDS: Mapping[str, tuple[str, str]] = {
    "body": (_A + "Body", "Body"), "country": (_A + "Country", "Country"), "plan": (_A + "Plan", "Plan"),
    "activity": (_A + "Activity", "Activity"), "thematic-area": (_A + "ThematicArea", "Thematic area"),
    "strategy": (_A + "Strategy", "Strategy"), "theme": ("http://www.w3.org/2004/02/skos/core#Concept", "Theme"),
    "indicator": (_A + "PerformanceIndicator", "Indicator"),
}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """One thing that a name may mean."""

    iri: str
    name: str
    kinds: tuple[str, ...]
    score: float
    match: bool
    features: Mapping[str, float] = field(default_factory=dict)
    spelling: str = ""
    description: str = ""


class Reconciler:
    """The names of the graph, to be matched to."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        """`rows` are those of the query of names."""
        self._lookup = Lookup(rows)

    @classmethod
    def of_store(cls, store: Store) -> Reconciler:
        """Return the names of the things in a store."""
        made = cls(())
        made._lookup = Lookup.of_store(store)
        return made

    def candidates(self, text: str, kinds: Sequence[str] = (), limit: int = 10) -> list[Candidate]:
        """Return the things that the text may mean, best first."""
        if not any(map(str.isalnum, text)):
            return []
        found = self._lookup.find(text[:500], 4 * limit)
        classes = {iri.rpartition("#")[2]: kind for kind, (iri, _) in KINDS.items()} | {"Instrument": "plan"}
        named = [(classes[one.kind], one) for one in found if one.kind in classes]
        chosen = [(kind, one) for kind, one in named if not kinds or kind in kinds][:limit]
        best = [one for _, one in chosen if one.score >= 100]
        return [
            Candidate(
                one.iri, self._lookup.get_name(one.iri) or one.name, (kind,), one.score,
                one.score >= 100 and len(best) == 1, {"alike": one.score}, one.name,
            )
            for kind, one in chosen
        ]  # fmt: skip
