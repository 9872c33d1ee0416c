"""Tells what two datasets, or two editions of a plan, have and have not in common: for people, with both wordings.

Not here: what of a dataset is compared (snapshot) and how a difference is printed (cli).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from aseankg.errors import UsageError, suggest
from aseankg.namespaces import AKG, ID, RDFS, shorten
from aseankg.snapshot import Snapshot, Thing, Wording

__all__ = ["Change", "Difference", "compare", "compare_editions"]

_ALIKE = 75  # of 100: below this, two titles of one kind and number are not taken for one element's
_SAID = re.compile("graph:(?:plan/|crossref$)")
_ELSEWHERE = 88  # of 100: how alike titles must be where the numbers differ


@dataclass(frozen=True, order=True)
class Change:
    """One difference: `what` is added, removed or changed; `property` is empty where the thing itself came or went."""

    what: str
    kind: str
    iri: str
    name: str
    property: str
    old: tuple[Wording, ...]
    new: tuple[Wording, ...]


@dataclass(frozen=True)
class Difference:
    """All changes, sorted, and how many things were compared; `pairs`: the elements of two editions taken for one."""

    changes: tuple[Change, ...]
    compared: int
    pairs: tuple[tuple[str, str], ...] = ()

    def of(self, what: str) -> list[Change]:
        """Return the changes of one sort: added, removed or changed."""
        return [change for change in self.changes if change.what == what]

    def as_json(self) -> dict[str, Any]:
        """Return what `aseankg diff --format json` prints (docs/diff.md)."""
        return {
            "compared": self.compared,
            "pairs": [list(pair) for pair in self.pairs],
            "changes": [asdict(change) for change in self.changes],
        }


def compare(old: Snapshot, new: Snapshot) -> Difference:
    """Return what came, went and changed from the old to the new; UsageError when there is nothing to compare."""
    if not old or not new:
        raise UsageError(f"Looked at {len(old)} and {len(new)} things: expected some of each to compare.")
    changes = [change for iri in {*old, *new} for change in _changes(old.get(iri), new.get(iri))]
    return Difference(tuple(sorted(changes)), len({*old, *new}))


def _changes(old: Thing | None, new: Thing | None) -> Iterator[Change]:
    thing = new or old
    if thing is None:
        return
    about = Change("changed", thing.kind, thing.iri, thing.name, "", (), ())
    if old is None or new is None:
        yield replace(about, what="added" if old is None else "removed")
        return
    for predicate in sorted({*old.facts, *new.facts}):
        before, after = old.facts.get(predicate, {}), new.facts.get(predicate, {})
        gone = _sorted(before[key] for key in before.keys() - after.keys())
        came = _sorted(after[key] for key in after.keys() - before.keys())
        if gone or came:
            what = "changed" if gone and came else "added" if came else "removed"
            yield replace(about, what=what, property=shorten(predicate), old=gone, new=came)


def _sorted(wordings: Iterable[Wording]) -> tuple[Wording, ...]:
    return tuple(sorted(wordings))


# -- editions of a plan ------------------------------------------------------------------------------------


def compare_editions(snapshot: Snapshot, old: str, new: str) -> Difference:
    """Return the difference of two plans of one dataset, given by slug, their elements paired by number and title.

    An element of the new plan is that of the old one with its kind and number when their titles are alike; else the
    one of its kind whose title is most like it, when that is very like. Compared is what the two texts say: mappings,
    themes and readings are made for each edition by itself. Raises UsageError for an unknown plan.
    """
    said = {iri: thing for iri, thing in ((iri, _as_said(thing)) for iri, thing in snapshot.items()) if thing.facts}
    before, after = (_elements(said, plan) for plan in (old, new))
    pairs = _pairs(before, after)
    beside = _counterparts(pairs, said)
    before, after = ({**part, **{pair[at].iri: pair[at] for pair in beside}} for at, part in enumerate((before, after)))
    pairs += beside
    renamed = {f"{ID}plan/{new}": f"{ID}plan/{old}"} | {one.iri: other.iri for other, one in pairs}
    moved = {renamed.get(iri, iri): _moved(thing, renamed) for iri, thing in after.items()}
    found = compare({iri: _moved(thing, {}) for iri, thing in before.items()}, moved)
    return replace(found, pairs=tuple((one.iri, other.iri) for one, other in pairs))


def _as_said(thing: Thing) -> Thing:
    """The thing with what texts say of it, in the graphs of plans and cross-references, or in no graph."""
    found = Thing(thing.iri, thing.kinds)
    for predicate, values in thing.facts.items():
        said = {key: wording for key, wording in values.items() if not wording.layer or _SAID.match(wording.layer)}
        if said:
            found.facts[predicate] = said
    return found


def _counterparts(pairs: list[tuple[Thing, Thing]], said: Snapshot) -> list[tuple[Thing, Thing]]:
    """What one footnote in each edition alone makes known, of elements that are taken for one: taken for one too."""
    found: dict[str, tuple[Thing, Thing]] = {}
    for old, new in pairs:
        for predicate in sorted(old.facts.keys() & new.facts.keys()):
            ends = [sorted(_known_by_note(thing, predicate, said)) for thing in (old, new)]
            if len(ends[0]) == len(ends[1]):
                found |= {after: (said[before], said[after]) for before, after in zip(*ends, strict=True)}
    return list(found.values())


def _known_by_note(thing: Thing, predicate: str, said: Snapshot) -> Iterator[str]:
    for key in thing.facts[predicate]:
        iri = key.strip("<>")
        if iri in said and AKG.knownOnlyByReference.value in said[iri].facts:
            yield iri


def _elements(snapshot: Snapshot, plan: str) -> Snapshot:
    found = {iri: thing for iri, thing in snapshot.items() if iri.startswith(f"{ID}{plan}/")}
    if not found:
        plans = {
            iri.removeprefix(ID).partition("/")[0] for iri, thing in snapshot.items() if AKG.inPlan.value in thing.facts
        }
        raise UsageError(f"No elements of a plan {plan!r}.{suggest(plan, plans)} There are {', '.join(sorted(plans))}.")
    return found


def _pairs(before: Snapshot, after: Snapshot) -> list[tuple[Thing, Thing]]:
    """The elements taken for one: those of one kind and number first, the most alike of the rest after them."""
    free = {_place(thing): thing for thing in before.values()}
    pairs, rest = [], []
    for thing in after.values():
        same = free.get(_place(thing))
        if same and (not _title(thing) or _likeness(same, thing) >= _ALIKE):
            pairs.append((free.pop(_place(thing)), thing))
        else:
            rest.append(thing)
    return pairs + list(_moved_elements(list(free.values()), rest))


def _moved_elements(free: list[Thing], rest: list[Thing]) -> Iterator[tuple[Thing, Thing]]:
    ranked = sorted(
        (
            (_likeness(old, new), old.iri, new.iri, old, new)
            for new in rest
            for old in free
            if old.kind == new.kind and _title(old) and _title(new)
        ),
        key=lambda entry: (-entry[0], *entry[1:3]),
    )
    taken: set[str] = set()
    for likeness, _, _, old, new in ranked:
        if likeness >= _ELSEWHERE and not taken & {old.iri, new.iri}:
            taken |= {old.iri, new.iri}
            yield old, new


def _place(thing: Thing) -> str:
    """The end of an element's IRI: its kind and number, e.g. `activity/3`."""
    return thing.iri.removeprefix(ID).partition("/")[2]


def _title(thing: Thing) -> str:
    return next((wording.value for wording in thing.facts.get(AKG.title.value, {}).values()), "")


def _likeness(old: Thing, new: Thing) -> float:
    from rapidfuzz import fuzz, utils

    return fuzz.token_sort_ratio(_title(old), _title(new), processor=utils.default_process)


def _moved(thing: Thing, renamed: Mapping[str, str]) -> Thing:
    """The thing without what tells the editions apart by itself, its neighbours named as the old edition names them."""
    found = Thing(renamed.get(thing.iri, thing.iri), thing.kinds)
    for predicate, values in thing.facts.items():
        if predicate in (AKG.inPlan.value, RDFS.label.value):
            continue
        for key, wording in values.items():
            iri = key.strip("<>")
            found.facts[predicate][f"<{renamed.get(iri, iri)}>" if key.startswith("<") else key] = _plain(wording)
    return found


def _plain(wording: Wording) -> Wording:
    """A wording without the graph, which is another for each edition."""
    return replace(wording, layer=re.sub(r"graph:plan/.*", "graph:plan", wording.layer))
