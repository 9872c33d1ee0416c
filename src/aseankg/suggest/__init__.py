"""Suggests which elements of other plans a plan's elements may belong to: ranked, scored, each with its reasons.

A suggestion is a place to look, never a mapping: a person judges it (judging). The score is the weighted sum of the
signs of `weights`. All pairs are compared by sparse products first; only the best of them are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode

from aseankg.namespaces import AKG, SKOS
from aseankg.suggest.features import Space, dates_alike, shared_dates, wording_alike
from aseankg.suggest.profiles import KINDS, Corpus, Profile
from aseankg.suggest.weights import weights_of

__all__ = ["Candidate", "Wanted", "predicate_for", "suggest_matches"]

_POOL = 100  # the best pairs of an element by all signs that sparse products give
_TELLING = 0.01  # what a sign must add to be a reason
_CELLS = 2_000_000  # numbers of a dense block: 16 MB for each sign
_PAIRWISE = {"wording": wording_alike, "dates": dates_alike}  # of the best pairs only
_SHARED = ("themes", "bodies", "countries", "dates")  # a reason, however little it added
_SERVED = frozenset(["Commitment", "IntermediateTarget", "Project", "ThematicArea"])


@dataclass(frozen=True)
class Candidate:
    """A pair that may belong together: the predicate that would say so, the score from 0 to 1, and why.

    `parts` are the signs that gave the score, each with what it added; `standing` is that of a judged pair.
    """

    subject: Profile
    predicate: NamedNode
    object: Profile
    score: float
    parts: dict[str, float]
    reasons: tuple[str, ...]
    standing: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: which elements to find, how many for each, and whether judged pairs are shown too.

    `against` are IRIs of plans, all others when empty; `kinds` classes of `profiles.KINDS`, all when empty.
    """

    against: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    limit: int = 5
    least: float = 0.1
    judged_too: bool = False
    weights: dict[str, float] = field(default_factory=weights_of)


def predicate_for(subject: str, value: str) -> NamedNode | None:
    """Return the predicate by which an element of one class may be mapped to one of another; None for no such pair.

    The contract's rule: `akg:serves` from activities and strategies, a match between like and like.

    >>> predicate_for("Activity", "ThematicArea").value.partition("#")[2]
    'serves'
    """
    if subject == value:
        return SKOS.closeMatch
    if subject in ("Activity", "Strategy") and value in _SERVED:
        return AKG.serves
    return SKOS.closeMatch if (subject, value) in (("Project", "Activity"), ("Commitment", "Activity")) else None


def suggest_matches(corpus: Corpus, plan: str, wanted: Wanted) -> list[Candidate]:
    """Return the candidates for the elements of a plan, given by IRI or slug: by element, the best first.

    Raises UsageError when the plan has no element, and ConfigurationError without scikit-learn.
    """
    subjects = corpus.of_plan(plan)
    space = Space(corpus)
    rows = [space.row[one.iri] for one in subjects]
    step = max(1, _CELLS // max(1, len(space.profiles)))
    found: list[Candidate] = []
    allowed = _Allowed(space, wanted)
    for start in range(0, len(rows), step):
        found += _of_block(space, rows[start : start + step], allowed, wanted)
    return found


def _of_block(space: Space, rows: Sequence[int], allowed: _Allowed, wanted: Wanted) -> Iterator[Candidate]:
    """The candidates of some elements, whose likeness to all others is computed at once."""
    import numpy

    signs = {name: space.cosines(name, rows) for name in wanted.weights if name not in _PAIRWISE}
    total = numpy.zeros((len(rows), len(space.profiles)))
    for name, alike in signs.items():
        total += wanted.weights[name] * alike
    for place, row in enumerate(rows):
        total[place, ~allowed.mask(row)] = -1.0
        pool = numpy.argpartition(-total[place], min(_POOL, total.shape[1] - 1))[: _POOL + 1]
        others = [int(other) for other in pool if total[place, other] >= 0]
        alike_of = {other: {name: float(alike[place, other]) for name, alike in signs.items()} for other in others}
        yield from _best(space, row, alike_of, wanted)


class _Allowed:
    """Which elements may be suggested for one: of another plan, of a fitting class, asked for, not yet judged."""

    def __init__(self, space: Space, wanted: Wanted) -> None:
        import numpy

        self._space, self._wanted = space, wanted
        self._plans = numpy.unique([one.plan for one in space.profiles], return_inverse=True)[1]
        self._kinds = numpy.array([KINDS.index(one.kind) for one in space.profiles])
        self._asked = numpy.array([
            (not wanted.against or one.plan in wanted.against) and (not wanted.kinds or one.kind in wanted.kinds)
            and bool(one.words)
            for one in space.profiles
        ])  # fmt: skip
        self._judged: dict[str, list[int]] = {}
        for subject, value in space.corpus.judged:
            if value in space.row:
                self._judged.setdefault(subject, []).append(space.row[value])

    def mask(self, row: int) -> Any:
        """Return an array with true for each element that may be suggested for the one in this row."""
        import numpy

        one = self._space.profiles[row]
        fitting = [number for number, kind in enumerate(KINDS) if predicate_for(one.kind, kind) is not None]
        found = self._asked & (self._plans != self._plans[row]) & numpy.isin(self._kinds, fitting)
        if not self._wanted.judged_too:
            found[self._judged.get(one.iri, [])] = False
        return found


def _best(space: Space, row: int, alike_of: dict[int, dict[str, float]], wanted: Wanted) -> list[Candidate]:
    """The best of a pool by all signs, with their reasons."""
    one = space.profiles[row]
    ranked = []
    for row_of_other, alike in alike_of.items():
        other = space.profiles[row_of_other]
        alike = alike | {name: sign(one, other) for name, sign in _PAIRWISE.items() if name in wanted.weights}
        parts = {name: wanted.weights[name] * value for name, value in alike.items() if value > 0}
        ranked.append((round(sum(parts.values()), 6), other.iri, parts))
    ranked.sort(key=lambda entry: (-entry[0], entry[1]))
    kept = [entry for entry in ranked if entry[0] >= wanted.least][: wanted.limit]
    return [_candidate(space, one, other, score, parts) for score, other, parts in kept]


def _candidate(space: Space, one: Profile, iri: str, score: float, parts: dict[str, float]) -> Candidate:
    other = space.corpus.profiles[iri]
    predicate = predicate_for(one.kind, other.kind)
    if predicate is None:
        raise ValueError(f"no mapping joins {one.kind} and {other.kind}")
    standing = space.corpus.judged.get((one.iri, iri), "")
    reasons = tuple(_reasons(space, one, other, parts))
    return Candidate(one, predicate, other, score, parts, reasons, standing)


def _reasons(space: Space, one: Profile, other: Profile, parts: dict[str, float]) -> Iterator[str]:
    """What gave the score, in words; the signs in the order of what they added."""
    for name, added in sorted(parts.items(), key=lambda entry: (-entry[1], entry[0])):
        said = _WORDS[name](space, one, other) if added >= _TELLING or name in _SHARED else ""
        if said:
            yield said


def _listed(space: Space, shared: frozenset[str]) -> str:
    return ", ".join(sorted(space.corpus.names[iri] for iri in shared))


def _in_words(space: Space, one: Profile, other: Profile) -> str:
    words = space.shared_words(space.row[one.iri], space.row[other.iri])
    quoted = ", ".join(f"“{word}”" for word in words)
    return f"share the word{'s' * (len(words) > 1)} {quoted}" if words else ""


def _by_neighbour(space: Space, one: Profile, other: Profile) -> str:
    mapped = space.nearest_neighbour(space.row[one.iri], space.row[other.iri])
    return f"worded like {mapped.label}, which is mapped to it" if mapped else ""


def _by_dates(space: Space, one: Profile, other: Profile) -> str:
    both = shared_dates(one, other)
    return f"both run from {both[0]} to {both[1]}" if both else ""


def _by_wording(space: Space, one: Profile, other: Profile) -> str:
    alike = wording_alike(one, other)
    return f"titles alike ({alike:.0%})".replace("%", " %") if alike >= 0.6 else ""


_WORDS = {
    "themes": lambda space, one, other: f"both are about {_listed(space, one.themes & other.themes)}",
    "words": _in_words,
    "neighbours": _by_neighbour,
    "wording": _by_wording,
    "bodies": lambda space, one, other: f"both name {_listed(space, one.bodies & other.bodies)}",
    "countries": lambda space, one, other: f"both name {_listed(space, one.countries & other.countries)}",
    "dates": _by_dates,
}
