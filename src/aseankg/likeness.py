"""How like a name a text is, word by word: a slip of the keyboard is forgiven, another word is not.

A text fits a name where its words begin, or nearly are, words of the name. Pieces inside other words do not count:
"women" is in "developMENt" for a matcher of letters, and not for a person. Not here: whose names they are (lookup).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Names", "plain", "words_of"]

_SMALL = {"a", "an", "and", "as", "at", "by", "for", "in", "is", "of", "on", "or", "the", "to", "with"}
_WEIGHT_OF_SMALL = 0.1
_LONGEST_JOINED = 30  # characters of a name that may be written as one word, such as WGMSMEs
_MOST_WORDS = 40  # of a text; no name has as many
_SHORT, _LONG = 5, 8  # characters: a slip must not be in the first of a short word; a long word may have two
_PREFIX = 2  # characters that a word must have to stand for the longer words that it begins
_WORD_BEGUN, _NUMBER_BEGUN = 0.6, 0.8  # how like the whole is what begins it, at least
_EXACT_WORDS = 0.8  # of the worth of a name: having the words of the text; the rest is having no others


class Names:
    """Names, to be ranked by how like them a text is."""

    def __init__(self, names: Iterable[str]) -> None:
        """The names are numbered in the order given."""
        self._lengths: list[float] = []
        self._holding: defaultdict[str, set[int]] = defaultdict(set)
        self._wholes: defaultdict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(names):
            words = words_of(name)
            self._lengths.append(_weight(words))
            for word in words:
                self._holding[word].add(number)
            if len(words) > 1 and len(plain(name)) <= _LONGEST_JOINED:
                self._wholes[plain(name)].add(number)

    def rank(self, text: str) -> Mapping[int, float]:
        """Return the number of each name that is like the text, and how much: up to 100, which is the same words."""
        words = words_of(text)[:_MOST_WORDS]
        whole, found = _weight(words), defaultdict[int, float](float)
        for word in words:
            for number, alike in self._alike(word).items():
                found[number] += alike * _weight([word])
        scores = {number: self._score(fit, whole, number) for number, fit in found.items()}
        for number, alike in _best(plain(text), self._wholes).items():
            scores[number] = max(scores.get(number, 0.0), 100 * alike)
        return scores

    def _alike(self, word: str) -> Mapping[int, float]:
        return _best(word, self._holding)

    def _score(self, fit: float, whole: float, number: int) -> float:
        """A name is liked for the words of the text that it has, and a little for having no others."""
        return 100 * fit / whole * (_EXACT_WORDS + (1 - _EXACT_WORDS) * min(1.0, fit / self._lengths[number]))


def plain(name: str) -> str:
    """Return a name without case, accents, spaces and punctuation.

    >>> plain("ASEAN-OSHNET"), plain("Viêt Nam")
    ('aseanoshnet', 'vietnam')
    """
    return "".join(character for character in _folded(name) if character.isalnum())


def words_of(text: str) -> list[str]:
    """Return the different words of a text without case and accents, in the order of the text.

    >>> words_of("The Déclaration, the ASEAN-OSHNET")
    ['the', 'declaration', 'asean', 'oshnet']
    """
    return list(dict.fromkeys(re.findall(r"[^\W_]+", _folded(text))))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in apart if not unicodedata.combining(character))


def _weight(words: Sequence[str]) -> float:
    return sum(_WEIGHT_OF_SMALL if word in _SMALL else 1.0 for word in words)


def _best(word: str, known: Mapping[str, set[int]]) -> dict[int, float]:
    """Return what holds the known words that a word is like, and how much: 0 to 1."""
    found: dict[int, float] = {}
    for other, alike in _likenesses(word, known):
        for number in known[other]:
            found[number] = max(found.get(number, 0.0), alike)
    return found


def _likenesses(word: str, known: Iterable[str]) -> Iterator[tuple[str, float]]:
    for other in known:
        if other == word:
            yield other, 1.0
        elif word in _SMALL or other in _SMALL:
            continue
        elif alike := _begins(word, other) or _slip(word, other):
            yield other, alike


def _begins(word: str, other: str) -> float:
    """A number is not the beginning of a longer one: 1 begins 1a, and not 10."""
    rest = other.removeprefix(word)
    if rest == other or (word[-1] + rest[0]).isdigit():
        return 0.0
    if word.isdigit():
        return _NUMBER_BEGUN if rest.isalpha() else 0.0
    return _WORD_BEGUN + (1 - _WORD_BEGUN) * len(word) / len(other) if len(word) >= _PREFIX else 0.0


def _slip(word: str, other: str) -> float:
    """One or two letters left out, added, changed or exchanged; digits are never a slip."""
    from rapidfuzz.distance import OSA

    allowed = 0 if len(word) < 3 or not (word + other).isalpha() else 1 if len(word) < _LONG else 2
    if abs(len(word) - len(other)) > allowed or (len(word) < _SHORT and word[:1] != other[:1]):
        return 0.0
    slips = OSA.distance(word, other, score_cutoff=allowed)
    return 1 - slips / len(word) if 0 < slips <= allowed else 0.0
