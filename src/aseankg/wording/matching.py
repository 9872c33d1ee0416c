"""Holds what a person's words say against each way to ask each stored question.

A question fits where its slots are filled, every name is used, and every word that means something is one of its own;
how well it fits is the share of what the two have in common. Not here: taking texts apart (parts, phrases), and what is
said where nothing fits (the package).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aseankg.catalogue import Parameter
from aseankg.identifiers import ELEMENT_KINDS
from aseankg.namespaces import ID
from aseankg.wording.names import Named, day_of
from aseankg.wording.parts import Parts
from aseankg.wording.phrases import Asked, Phrase
from aseankg.wording.words import Lexicon

__all__ = ["Fit", "Meant", "best_fits"]

_SLOT, _WORD, _LIGHT, _OWN = 1.5, 1.0, 0.35, 0.5  # weights; _OWN: a word of the question, but not of this way to ask it
_ENDS = {"body": ("body/",), "country": ("country/",), "actor": ("body/", "country/", "group/"),
         "plan": ("plan/", "instrument/"), "area": ("concept/theme/",)}  # fmt: skip
_OF_EVERY_PLAN = "The rows are those of every plan: the column plan tells."
_LOOK_FOR = "The rows are those of every {kind}: look for “{words}”."
_EVERY_ROLE = "The rows give every role: look for {roles} in the column role."
_A_LIST = "The rows are a list: their number is the answer."
_OF_INSTRUMENT = "It is a part of an instrument, which the plan carries out."
_DAY = "Read as of {day}."
_AS_PLANNED = "The rows say what was planned, not whether it took place."


@dataclass(frozen=True)
class Meant:
    """What a name was taken to mean for a parameter."""

    name: Named
    things: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class Fit:
    """How a way to ask a question fits a text.

    `values` are by parameter; `amiss` are the words that it could not use; it `lacks` where it says what the text does
    not.
    """

    asked: Asked
    phrase: Phrase
    values: dict[str, Meant]
    score: float
    amiss: tuple[str, ...]
    remarks: tuple[str, ...]
    lacks: bool

    @property
    def open(self) -> tuple[str, ...]:
        """The slots for which the text names nothing."""
        return tuple(slot for slot in self.phrase.slots if slot not in self.values)

    @property
    def fits(self) -> bool:
        """Whether every word and name is used, and every slot filled with one thing."""
        return not (self.amiss or self.lacks or self.open) and all(len(one.things) <= 1 for one in self.values.values())


def best_fits(parts: Parts, questions: Iterable[Asked], lexicon: Lexicon) -> list[Fit]:
    """Return the best way to ask each question for a text, best first; those that fit come before those that do not."""
    found = []
    for asked in questions:
        fits = [_fit(parts, asked, phrase, lexicon) for phrase in asked.phrases]
        found += sorted(fits, key=_rank)[:1]
    return sorted(found, key=lambda fit: (*_rank(fit), fit.asked.query.name))


def _rank(fit: Fit) -> tuple[bool, float]:
    return (not fit.fits, -fit.score)


def _fit(parts: Parts, asked: Asked, phrase: Phrase, lexicon: Lexicon) -> Fit:
    values, left = _assign(parts.names, asked, phrase)
    remarks, unused = _leftover(left, values, asked)
    extra = set(parts.concepts) - phrase.concepts
    roles = extra & set(lexicon.roles) if "role" in asked.columns else set()
    turned = [one for one in lexicon.turning if (one in parts.concepts) != (one in phrase.concepts)]
    unsaid = (phrase.concepts & set(lexicon.roles)) - set(parts.concepts)
    asks = {parts.asks} - {""} - asked.asks
    amiss = [*turned, *sorted(unsaid), *sorted(asks), *sorted(extra - asked.concepts - lexicon.free - roles)]
    words = [parts.concepts[one] for one in dict.fromkeys(amiss) if one in parts.concepts]
    lacks = any(one not in parts.concepts for one in amiss)
    score = _score(parts, phrase, asked, values, lexicon)
    said = dict.fromkeys([*remarks, *_remarks(parts, asked, phrase, values, lexicon)])
    return Fit(asked, phrase, values, score, (*unused, *words), tuple(said), lacks)


# -- names -----------------------------------------------------------------------------------------------------


def _assign(names: tuple[Named, ...], asked: Asked, phrase: Phrase) -> tuple[dict[str, Meant], list[Named]]:
    """Give each slot the first name that it takes; return also the names that no slot took."""
    values: dict[str, Meant] = {}
    left = list(names)
    for slot in phrase.slots:
        for name in left:
            meant = _taken(name, _parameter(asked, slot), asked.schemes.get(slot, "?"))
            if meant is not None:
                values[slot] = meant
                left.remove(name)
                break
    return _narrowed(values, left), left


def _parameter(asked: Asked, slot: str) -> Parameter:
    """The parameter of a slot; one in square brackets is no parameter, but names rows to look for among others."""
    kind = slot.strip("[]")
    return asked.query.parameters[slot] if kind == slot else Parameter(slot, kind, None, "")


def _taken(name: Named, parameter: Parameter, scheme: str) -> Meant | None:
    """What a name means for a parameter, or None where it is nothing of its kind or, a concept, of its scheme."""
    if parameter.kind == "date":
        return Meant(name, (), day_of(name)) if day_of(name) else None
    if parameter.kind == "year":
        return Meant(name, (), name.value) if name.kind == "year" else None
    things = tuple(thing for thing in name.things if _is_of(thing, parameter, name, scheme))
    return Meant(name, things, "") if things else None


def _is_of(thing: str, parameter: Parameter, name: Named, scheme: str) -> bool:
    end = thing.removeprefix(ID)
    if parameter.kind == "element":
        only = f"/{parameter.name}/" if parameter.name in ELEMENT_KINDS else "/"
        return name.kind == "element" and only in end
    if parameter.kind == "concept":
        return end.startswith(scheme)
    return parameter.kind == "thing" or end.startswith(_ENDS.get(parameter.kind, ("?",)))


def _narrowed(values: dict[str, Meant], left: list[Named]) -> dict[str, Meant]:
    """Take of the parts that a number may mean those of the plan that is named beside it."""
    for slot, meant in values.items():
        plans = {_slug(thing): name for name in left for thing in name.things if _is_whole(thing)}
        within = tuple(thing for thing in meant.things if _owner(thing) in plans)
        if meant.name.kind == "element" and within:
            values[slot] = Meant(meant.name, within, "")
    return values


def _is_whole(thing: str) -> bool:
    return thing.removeprefix(ID).startswith(_ENDS["plan"])


def _slug(thing: str) -> str:
    return thing.rpartition("/")[2]


def _owner(thing: str) -> str:
    return thing.removeprefix(ID).partition("/")[0]


def _leftover(left: list[Named], values: dict[str, Meant], asked: Asked) -> tuple[list[str], list[str]]:
    """Return what is to be said of the names that no slot took, and those of them that are not used at all."""
    remarks, unused = [], []
    taken = {meant.things for meant in values.values() if meant.things}
    for name in left:
        owners = {_owner(thing) for meant in values.values() for thing in meant.things if meant.name.kind == "element"}
        if (
            name.things in taken
            or {*name.things, name.value} & asked.constants
            or {_slug(thing) for thing in name.things} & owners
        ):
            continue
        if _in_rows(name, asked) and not owners:
            remarks.append(_OF_EVERY_PLAN)
        else:
            unused.append(name.words)
    return remarks, unused


def _in_rows(name: Named, asked: Asked) -> bool:
    """Whether a name is that of a plan, and the rows tell of each plan."""
    return "plan" in asked.columns and any(_is_whole(thing) for thing in name.things)


# -- words -----------------------------------------------------------------------------------------------------


def _score(parts: Parts, phrase: Phrase, asked: Asked, values: dict[str, Meant], lexicon: Lexicon) -> float:
    """The harmonic mean of what share of the text is in the phrase, and what share of the phrase in the text."""
    common = phrase.concepts & set(parts.concepts)
    heavy = phrase.concepts - lexicon.light
    if not (common & heavy if heavy else values and (common or not phrase.concepts or parts.alone)):
        return 0.0
    shared = sum(_weight(one, lexicon) for one in common) + _SLOT * len(values)
    extra = sum(
        _weight(one, lexicon) * (_OWN if one in asked.concepts else 1) for one in set(parts.concepts) - phrase.concepts
    )
    foreign = sum(_LIGHT if _in_rows(name, asked) else _SLOT for name in _foreign(parts, values, asked))
    text = shared + extra + foreign + _WORD * len(parts.unknown)
    asks = sum(_weight(one, lexicon) for one in phrase.concepts) + _SLOT * len(phrase.slots)
    return 2 * shared / (text + asks) if text + asks else 0.0


def _foreign(parts: Parts, values: dict[str, Meant], asked: Asked) -> Iterator[Named]:
    used = [meant.name for meant in values.values()]
    yield from (name for name in parts.names if name not in used and not {*name.things, name.value} & asked.constants)


def _weight(concept: str, lexicon: Lexicon) -> float:
    return _LIGHT if concept in lexicon.light else _WORD


def _remarks(parts: Parts, asked: Asked, phrase: Phrase, values: dict[str, Meant], lexicon: Lexicon) -> Iterator[str]:
    """What the answer holds more, or otherwise, than was asked."""
    roles = [lexicon.roles[one] for one in parts.concepts if one in lexicon.roles]
    if roles and "role" in asked.columns and len(asked.concepts & set(lexicon.roles)) > 1:
        yield _EVERY_ROLE.format(roles=" and ".join(roles))
    among = any(slot not in asked.query.parameters for slot in values)
    if "count" in parts.concepts and "count" not in asked.concepts and not among:
        yield _A_LIST
    for slot, meant in values.items():
        if slot not in asked.query.parameters:
            yield _LOOK_FOR.format(kind=slot.strip("[]"), words=meant.name.words)
        if meant.name.kind == "year" and meant.value != meant.name.value:
            yield _DAY.format(day=meant.value)
    if parts.past and "outcome" not in asked.concepts:
        yield _AS_PLANNED
    for written in parts.wider:
        yield f"“{written}” is read as activities of any sort."
