"""Finds the candidates of a query: by its names, narrowed and ranked by the values of properties.

A value that speaks against a candidate lowers its score and never hides it, unless the query requires the value. Not
here: how like two names are (aseankg.reconcile), the JSON of an answer (answers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rapidfuzz.distance import OSA

from aseankg.likeness import plain
from aseankg.reconcile import Candidate
from aseankg.web.reconciling.known import Known, Thing, Value
from aseankg.web.reconciling.properties import PROPERTIES, Property
from aseankg.web.reconciling.queries import MOST, Asked, Condition, Given

__all__ = ["CALLED", "match"]

CALLED, _ALIKE = 90.0, 70.0  # the least scores of what is called so, and of what is nearly called so
_AGAINST, _UNKNOWN = 0.5, 0.1  # of the score: lost when all values speak against a candidate, or none is known
_OTHER_KIND = 0.8  # of the score: left to a thing of another kind than `type_strict: should` prefers
_WHOLES, _MOST_WHOLES = ("plan", "part-of"), 5  # properties whose values made labels hold in brackets
_SHORT, _LONG, _SLIP = 5, 60, 0.85  # characters of what may have slips; how like the value it is at least


@dataclass(frozen=True)
class _Test:
    """A condition on a property, with the things that each of its values may mean."""

    condition: Condition
    meant: Sequence[frozenset[str]]

    def fits(self, thing: Thing) -> bool | None:
        """Say whether the thing has the values, None where it has no value of the property."""
        values = thing.values.get(self.condition.pid, ())
        hits = [any(self._is(given, value, meant) for value in values) for given, meant in self._pairs()]
        if self.condition.quantifier == "none":
            return not any(hits)
        found = all(hits) if self.condition.quantifier == "all" else any(hits)
        return found if values else None

    def _pairs(self) -> Sequence[tuple[Given, frozenset[str]]]:
        return list(zip(self.condition.values, self.meant, strict=True))

    def _is(self, given: Given, value: Value, meant: frozenset[str]) -> bool:
        if value.iri and (value.iri in meant or value.iri == given.iri):
            return True
        asked, has = plain(given.text), plain(value.text)
        how = self.condition.qualifier or next(iter(PROPERTIES[self.condition.pid].qualifiers))
        if how == "begins":
            return value.text.startswith(given.text.strip())
        near = how == "near" and _SHORT <= len(asked) <= _LONG and asked.isalpha()
        return asked == has or (near and OSA.normalized_similarity(asked, has, score_cutoff=_SLIP) > 0)


def match(asked: Asked, known: Known) -> list[Candidate]:
    """Return the candidates of a query, best first, at most as many as it asks for."""
    tests = [_test(one, known) for one in asked.conditions if one.pid]
    names = [one for one in asked.conditions if not one.pid]
    found = {one.iri: one for one in (_called(names, asked, known) if names else _all(asked, known))}
    found |= _called_within(names, tests, asked, known)
    weighed = [_weighed(one, asked, tests, known.things[one.iri]) for one in found.values() if one.iri in known.things]
    if asked.strict == "all":
        weighed = [(one, fits) for one, fits in weighed if set(asked.kinds) <= set(one.kinds)]
    kept = [(one, fits) for one, fits in weighed if _is_kept(fits, tests, bool(names))]
    decided = _decided(kept, bool(names)) if tests else [one for one, _ in kept]
    return sorted(decided, key=lambda one: -one.score)[: asked.limit]


# -- names -------------------------------------------------------------------------------------------------


def _called(names: Sequence[Condition], asked: Asked, known: Known) -> Sequence[Candidate]:
    """Return what has the names, with the mean of its scores where there are several conditions."""
    kinds = asked.kinds if asked.strict != "should" else ()
    most = MOST if len(asked.conditions) > 1 or asked.strict != "any" else asked.limit
    of_each = [_of_name(one, partial(known.reconciler.candidates, kinds=kinds, limit=most)) for one in names]
    not_called = {iri for one, found in zip(names, of_each, strict=True) if one.quantifier == "none" for iri in found}
    wanted = [(one, found) for one, found in zip(names, of_each, strict=True) if one.quantifier != "none"]
    if not wanted:
        return [one for one in _all(asked, known) if one.iri not in not_called]
    must = [set(found) for one, found in wanted if one.required]
    best: dict[str, Candidate] = {}
    for _, found in wanted:
        best = {**found, **best}
    return [
        replace(one, score=score, match=one.match and all(iri in found for _, found in wanted))
        for iri, one in best.items()
        if iri not in not_called and all(iri in found for found in must)
        for score in [sum(found[iri].score for _, found in wanted if iri in found) / len(wanted)]
    ]


def _of_name(condition: Condition, candidates: partial[list[Candidate]]) -> Mapping[str, Candidate]:
    """Return the candidates of one condition by IRI: by the best of its values or, for all, by the worst."""
    of_each = [{one.iri: one for one in candidates(given.text)} for given in condition.values]
    choose = min if condition.quantifier == "all" else max
    every = dict.fromkeys(iri for found in of_each for iri in found)  # best first: of equal scores, too
    wanted = [iri for iri in every if condition.quantifier != "all" or all(iri in found for found in of_each)]
    least = CALLED if condition.qualifier == "exact" or condition.quantifier == "none" else 0.0
    found = {iri: choose((f[iri] for f in of_each if iri in f), key=lambda one: one.score) for iri in wanted}
    alone = sum(one.match for one in found.values()) == 1
    return {iri: replace(one, match=one.match and alone) for iri, one in found.items() if one.score >= least}


def _called_within(
    names: Sequence[Condition], tests: Sequence[_Test], asked: Asked, known: Known
) -> dict[str, Candidate]:
    """Return what is called so within what it is part of: "Activity 5" in "RAP" is "Activity 5 (RAP)"."""
    wholes = {iri for test in tests if test.condition.pid in _WHOLES for meant in test.meant for iri in meant}
    texts = [
        f"{given.text} ({known.things[iri].name})"
        for one in names
        if one.quantifier == "any"
        for given in one.values
        for iri in sorted(wholes & known.things.keys())[:_MOST_WHOLES]
    ]
    found = (known.reconciler.candidates(text, asked.kinds, 1) for text in texts)
    return {best[0].iri: best[0] for best in found if best and best[0].match}


def _all(asked: Asked, known: Known) -> Sequence[Candidate]:
    kinds = asked.kinds
    things = [thing for thing in known.things.values() if not kinds or thing.kind in kinds]
    return [Candidate(one.iri, one.name, (one.kind,), 100.0, False, {}, "", one.words) for one in things]


# -- properties --------------------------------------------------------------------------------------------


def _test(condition: Condition, known: Known) -> _Test:
    sought = PROPERTIES[condition.pid]
    return _Test(condition, [_meant(given, condition, sought, known) for given in condition.values])


def _meant(given: Given, condition: Condition, sought: Property, known: Known) -> frozenset[str]:
    if given.iri or sought.dated:
        return frozenset([given.iri])
    least = CALLED if condition.qualifier == "exact" else _ALIKE
    found = known.reconciler.candidates(given.text, [sought.kind] if sought.kind else [], 10)
    best = max((one.score for one in found), default=0.0)
    return frozenset(one.iri for one in found if one.score >= max(least, best))


def _weighed(one: Candidate, asked: Asked, tests: Sequence[_Test], thing: Thing) -> tuple[Candidate, list[bool | None]]:
    """Return a candidate with the score that its properties leave it, and which of them it has."""
    fits = [test.fits(thing) for test in tests]
    lost = (_AGAINST * fits.count(False) + _UNKNOWN * fits.count(None)) / (len(fits) or 1)
    of_kind = not asked.kinds or asked.strict != "should" or thing.kind in asked.kinds
    score = one.score * (1 - lost) * (1.0 if of_kind else _OTHER_KIND)
    said = {
        f"property-{test.condition.pid}": float(fit) for test, fit in zip(tests, fits, strict=True) if fit is not None
    }
    features = dict(one.features) | said
    return replace(one, score=score, match=one.match and of_kind and False not in fits, features=features), fits


def _is_kept(fits: Sequence[bool | None], tests: Sequence[_Test], named: bool) -> bool:
    """What is required must be there; a query without a name wants things that have at least one of the values."""
    required = all(fit or not test.condition.required for fit, test in zip(fits, tests, strict=True))
    return required and (named or not tests or True in fits)


def _decided(kept: Sequence[tuple[Candidate, list[bool | None]]], named: bool) -> list[Candidate]:
    """Decide for the one thing that has the name and all of the values, where there is one such thing.

    Without a name the values alone decide.
    """
    whole = [one for one, fits in kept if all(fits) and (not named or one.score >= CALLED)]
    if len(whole) != 1:
        return [one for one, _ in kept]
    return [replace(one, match=one.iri == whole[0].iri) for one, _ in kept]
