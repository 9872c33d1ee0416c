"""How like a name a text is, word by word: a slip of the keyboard is forgiven, another word is not.

A text fits a name where its words begin, or nearly are, words of the name. Pieces inside other words do not count:
"women" is in "developMENt" for a matcher of letters, and not for a person. Not here: whose names they are (lookup).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

__all__ = ["Names", "plain", "words_of"]

_SMALL = {"a", "an", "and", "as", "at", "by", "for", "in", "is", "of", "on", "or", "the", "to", "with"}
_WEIGHT_OF_SMALL = 0.1
_LONGEST_JOINED = 30  # characters of a name that may be written as one word, such as WGMSMEs
_MOST_WORDS = 40  # of a text; no name has as many
_SHORT, _LONG = 5, 8  # characters: a slip must not be in the first of a short word; a long word may have two
_PREFIX = 2  # characters that a word must have to stand for the longer words that it begins
_WORD_BEGUN, _NUMBER_BEGUN = 0.6, 0.8  # how like the whole is what begins it, at least
_KEPT = 2048  # words whose likenesses are remembered
_ACCENTS = re.compile("[\u0300-\u036f]")  # what a letter of Latin script was taken apart into
_STROKED = str.maketrans("đłø", "dlo")  # Latin letters with a stroke, which Unicode does not take apart
_WORDS = re.compile(r"[^\W_]+")
_EXACT_WORDS = 0.8  # of the worth of a name: having the words of the text; the rest is having no others


class Names:
    """Names, to be ranked by how like them a text is."""

    def __init__(self, names: Iterable[str]) -> None:
        """The names are numbered in the order given."""
        self._lengths: list[float] = []
        words_held: defaultdict[str, set[int]] = defaultdict(set)
        wholes: defaultdict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(names):
            words = words_of(name)
            self._lengths.append(_weight(words))
            for word in words:
                words_held[word].add(number)
            if len(words) > 1 and len(plain(name)) <= _LONGEST_JOINED:
                wholes[plain(name)].add(number)
        self._words, self._wholes = _Holders(words_held), _Holders(wholes)

    def rank(self, text: str) -> Mapping[int, float]:
        """Return the number of each name that is like the text, and how much: up to 100, which is the same words."""
        scores = {number: _score(*shares) for number, shares in self.shares(text).items()}
        for number, alike in self.joined(text).items():
            scores[number] = max(scores.get(number, 0.0), 100 * alike)
        return scores

    def joined(self, text: str) -> Mapping[int, float]:
        """Return of each name of several words that is like the text written as one word how much it is: up to 1."""
        return self._wholes.alike(plain(text))

    def shares(self, text: str) -> Mapping[int, tuple[float, float]]:
        """Return of each name that has words of the text: what share of the text it has, and the text of it; 0 to 1."""
        words = words_of(text)[:_MOST_WORDS]
        whole, found = _weight(words), defaultdict[int, float](float)
        for word in words:
            weight = _weight([word])
            for number, alike in self._words.alike(word).items():
                found[number] += alike * weight
        lengths = self._lengths
        return {number: (fit / whole, min(1.0, fit / lengths[number])) for number, fit in found.items()}

    def has_word(self, word: str) -> bool:
        """Return whether a word, as words_of gives it, is one of a name."""
        return word in self._words.holders


class _Holders:
    """Words, and the numbers of the names that hold each: found by a word that is like theirs."""

    def __init__(self, holders: Mapping[str, set[int]]) -> None:
        self.holders = holders
        self._sorted = sorted(holders)
        self.alike = lru_cache(_KEPT)(self._alike)

    def _alike(self, word: str) -> Mapping[int, float]:
        """Return what holds the words that a word is like, and how much: 0 to 1."""
        found: dict[int, float] = {}
        for other, alike in self._likenesses(word):
            for number in self.holders[other]:
                found[number] = max(found.get(number, 0.0), alike)
        return found

    def _likenesses(self, word: str) -> Iterator[tuple[str, float]]:
        if word in self.holders:
            yield word, 1.0
        if not word or word in _SMALL:
            return
        for other in self._begun(word):
            if other not in _SMALL and (alike := _begins(word, other)):
                yield other, alike
        yield from _slips(word, self._sorted)

    def _begun(self, word: str) -> Iterator[str]:
        """The longer words that a word begins."""
        for at in range(bisect_right(self._sorted, word), len(self._sorted)):
            if not self._sorted[at].startswith(word):
                return
            yield self._sorted[at]


def plain(name: str) -> str:
    """Return a name without case, accents, spaces and punctuation.

    >>> plain("ASEAN-OSHNET"), plain("Viêt Nam")
    ('aseanoshnet', 'vietnam')
    """
    return "".join(character for character in _folded(name) if _is_of_word(character))


def words_of(text: str) -> list[str]:
    """Return the different words of a text without case and accents, in the order of the text.

    >>> words_of("The Déclaration, the ASEAN-OSHNET")
    ['the', 'declaration', 'asean', 'oshnet']
    """
    folded = _folded(text)
    if folded.isascii():
        return list(dict.fromkeys(_WORDS.findall(folded)))
    spaced = "".join(character if _is_of_word(character) else " " for character in folded)
    return list(dict.fromkeys(spaced.split()))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_STROKED)
    return _ACCENTS.sub("", apart)


def _is_of_word(character: str) -> bool:
    """Letters, digits, and the signs that are vowels in the scripts of Thai, Khmer, Burmese or Tamil."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _weight(words: Sequence[str]) -> float:
    return sum(_WEIGHT_OF_SMALL if word in _SMALL else 1.0 for word in words)


def _score(of_text: float, of_name: float) -> float:
    """A name is liked for the words of the text that it has, and a little for having no others."""
    return 100 * of_text * (_EXACT_WORDS + (1 - _EXACT_WORDS) * of_name)


def _begins(word: str, other: str) -> float:
    """A number is not the beginning of a longer one: 1 begins 1a, and not 10."""
    rest = other.removeprefix(word)
    if (word[-1] + rest[0]).isdigit():
        return 0.0
    if word.isdigit():
        return _NUMBER_BEGUN if rest.isalpha() else 0.0
    return _WORD_BEGUN + (1 - _WORD_BEGUN) * len(word) / len(other) if len(word) >= _PREFIX else 0.0


def _slips(word: str, known: Sequence[str]) -> Iterator[tuple[str, float]]:
    """One or two letters left out, added, changed or exchanged; digits are never a slip."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    allowed = 0 if len(word) < 3 or not word.isalpha() else 1 if len(word) < _LONG else 2
    if allowed == 0:
        return
    for other, slips, _ in extract(word, known, scorer=OSA.distance, score_cutoff=allowed, limit=None):
        begun = len(word) < _SHORT and word[0] != other[:1]
        if slips and other.isalpha() and other not in _SMALL and not begun:
            yield other, 1 - slips / len(word)
