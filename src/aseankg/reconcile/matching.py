"""Holds a text against all names: which are called so, which nearly so, which have some words in common.

Not here: what the names are (things), and which of several things is meant (the package).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from aseankg.likeness import Names, words_of
from aseankg.namespaces import BASE, expand
from aseankg.reconcile.slips import letters_slipped
from aseankg.reconcile.spellings import bag_of, form_of, parts_of
from aseankg.reconcile.things import Name

__all__ = ["FEATURES", "Hit", "Spellings"]

FEATURES: Mapping[str, str] = {
    "acronym": "The text is an acronym of it.",
    "name": "The text is a name of it.",
    "code": "The text is a code of it: of a country, or an identifier that others use.",
    "identifier": "The text is an IRI that others use for the same.",
    "iri": "The text is its IRI, or the end of it.",
    "close": "The text is an identifier of something much like it, not of the same.",
    "reading": "The text is a name of it by our reading only.",
    "order": "The text has the words of a name of it, in another order.",
    "parts": "The text has parts that are names of it, such as a code and a name.",
    "part": "A part of the text is a name of it; another part is not.",
    "slip": "The text is a name of it with a typing error: the share of letters that are right.",
    "letters": "No word is like one of a name of it, but the text has nearly its letters: the share.",
    "words-of-text": "The share of the text's words that a name of it has.",
    "words-of-name": "The share of that name's words that the text has.",
    "type": "It is of the type that was asked for.",
}
"""The signs by which a candidate was found, each 0 to 1, in words."""
_PLAINEST = {sign: number for number, sign in enumerate(FEATURES)}

_OUR_BASE = BASE.removeprefix("https://")
_CALLED = frozenset({"name", "acronym", "code", "identifier", "iri", "close", "reading", "order", "parts"})
_UNCERTAIN = frozenset({"close", "reading"})
_SAME, _DOUBTFUL, _REORDERED, _PART = 100.0, 90.0, 95.0, 85.0  # scores
_SLIPPED, _A_SLIP = 97.0, 50.0  # the score of a slip in a very long name; what a slip of every letter would take off
_MOST_OF_WORDS, _OF_TEXT, _OF_NAME = 89.0, 0.65, 0.35  # the score of all words, and what each share adds to it
_LETTERS, _LEAST_LETTERS, _MOST_BY_LETTERS = 80.0, 70.0, 5  # the score of all letters, the least share of a hundred
_LEAST = 50.0
_MAY_BE_SLIP = 60.0
_SHORTEST_CODE = 3  # letters of a code that may be told from a word where no type is asked for


@dataclass(frozen=True)
class Hit:
    """A name that a text is like: how much, in which way (one of FEATURES), and whether that leaves no doubt.

    `shares` are those of the words of the text and of the name that the two have in common.
    """

    name: Name
    score: float
    how: str
    certain: bool
    shares: tuple[float, float] = (1.0, 1.0)

    @property
    def called(self) -> bool:
        """Whether the thing is called so, and not only nearly so."""
        return self.how in _CALLED

    def features(self) -> dict[str, float]:
        """Return the signs by which it was found."""
        of_text, of_name = self.shares
        how = {} if self.how == "words" else {self.how: self._share()}
        return how | {"words-of-text": of_text, "words-of-name": of_name}

    def _share(self) -> float:
        if self.how == "letters":
            return self.score / _LETTERS
        return 1 - (_SLIPPED - self.score) / _A_SLIP if self.slipped else 1.0

    @property
    def slipped(self) -> bool:
        """Whether the text is a name with a typing error."""
        return self.how == "slip"


class Spellings:
    """All names, to be found by texts."""

    def __init__(self, names: Iterable[Name]) -> None:
        """Each name is filed by its letters, by its words, and the words by what is like them."""
        self._forms: defaultdict[str, list[Name]] = defaultdict(list)
        self._bags: defaultdict[str, list[Name]] = defaultdict(list)
        self._iris: dict[str, list[Name]] = {}
        self._worded: list[Name] = []
        for name in names:
            self._iris.setdefault(_bare(name.thing.iri), [Name(name.thing, name.thing.iri, "iri")])
            if "://" in name.text:
                self._iris.setdefault(_bare(name.text), []).append(name)
            else:
                self._file(name)
        self._index = Names(name.text for name in self._worded)

    def _file(self, name: Name) -> None:
        self._forms[form_of(name.text)].append(name)
        if name.way == "name" and (bag := bag_of(name.text)):
            self._bags[bag].append(name)
        if name.way != "code":
            self._worded.append(name)

    def find(self, text: str, typed: bool) -> dict[str, Hit]:
        """Return what a text is like, by IRI, each with its best name; where a type is asked for, codes are sure."""
        found: dict[str, Hit] = {}
        for hits in (self._called(text, typed), self._reordered(text), self._in_parts(text)):
            _keep_best(found, hits)
            if any(hit.called for hit in found.values()):
                break
        _keep_best(found, self._alike(text))
        if not found:
            _keep_best(found, self._by_letters(text))
        return found

    def _called(self, text: str, typed: bool) -> Iterator[Hit]:
        for name in self._iris.get(_bare(text), ()):
            yield Hit(name, _DOUBTFUL if name.way == "close" else _SAME, name.way, name.way != "close")
        for name in self._forms.get(form_of(text), ()):
            certain = name.way not in _UNCERTAIN and (name.way != "code" or typed or _is_plainly_code(text, name))
            yield Hit(name, _SAME if certain else _DOUBTFUL, name.way, certain)

    def _reordered(self, text: str) -> Iterator[Hit]:
        for name in self._bags.get(bag_of(text), ()):
            yield Hit(name, _REORDERED, "order", True)

    def _in_parts(self, text: str) -> Iterator[Hit]:
        """A text of several parts names one thing if each part does, not all by codes; else each may be meant."""
        found = [list(self._called(part, typed=True)) for part in parts_of(text)]
        if not found:
            return
        common = set.intersection(*({hit.name.thing.iri for hit in hits if hit.certain} for hits in found))
        common &= {hit.name.thing.iri for hits in found for hit in hits if hit.how != "code"}
        for hit in (hit for hits in found for hit in hits):
            if hit.name.thing.iri in common:
                yield Hit(hit.name, _SAME, "parts", True)
            else:
                yield Hit(hit.name, _PART, "part", False)

    def _alike(self, text: str) -> Iterator[Hit]:
        shares = dict(self._index.shares(text))
        words = len(words_of(text))
        for number, alike in self._index.joined(text).items():
            if words < len(words_of(self._worded[number].text)):  # else the words tell better
                shares[number] = max(shares.get(number, (0.0, 0.0)), (alike, alike))
        for number, (of_text, of_name) in shares.items():
            score = _MOST_OF_WORDS * (_OF_TEXT * of_text + _OF_NAME * of_name)
            if score < _LEAST:
                continue
            name = self._worded[number]
            slipped = letters_slipped(text, name.text, self._index.has_word) if score >= _MAY_BE_SLIP else None
            if slipped:
                score = _SLIPPED - _A_SLIP * slipped / len(name.text)
                yield Hit(name, score, "slip", name.way == "name", (of_text, of_name))
            else:
                yield Hit(name, score, "words", False, (of_text, of_name))

    def _by_letters(self, text: str) -> Iterator[Hit]:
        """What a person may have meant whose every word has more slips than one: Vietman."""
        near = process.extract(
            form_of(text), self._written, scorer=fuzz.ratio, score_cutoff=_LEAST_LETTERS, limit=_MOST_BY_LETTERS
        )
        for written, alike, _ in near:
            for name in self._forms[written]:
                yield Hit(name, _LETTERS * alike / 100, "letters", False, (0.0, 0.0))

    @cached_property
    def _written(self) -> list[str]:
        """The letters of all names, but not of codes and acronyms: in a short one any letter is another thing."""
        return [form for form, names in self._forms.items() if any(name.way == "name" for name in names)]


def _keep_best(found: dict[str, Hit], hits: Iterable[Hit]) -> None:
    for hit in hits:
        known = found.get(hit.name.thing.iri)
        if known is None or _worth(hit) > _worth(known):
            found[hit.name.thing.iri] = hit


def _worth(hit: Hit) -> tuple[float, bool, int]:
    """Of what is as sure the plainest is told: Laos is a name, though also the end of somebody's IRI."""
    return hit.score, hit.certain, -_PLAINEST.get(hit.how, len(_PLAINEST))


def _bare(iri: str) -> str:
    """An IRI as people write it: prefixed, without the scheme or our base, in any case."""
    iri = iri.strip().strip("<>").rstrip("/")
    if re.fullmatch(r"[a-z]+:[^\s:/]\S*", iri):
        try:
            iri = expand(iri).value
        except ValueError:
            return iri
    bare = re.sub(r"^https?://", "", iri, flags=re.IGNORECASE).lower()
    return bare.removeprefix(_OUR_BASE).removeprefix("id/")


def _is_plainly_code(text: str, name: Name) -> bool:
    """Whether a code is written as codes are, and is no short word or number that may be anything: VNM, not "my"."""
    return len(text) >= _SHORTEST_CODE and text == name.text and not text.isdigit()
