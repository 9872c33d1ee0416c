"""The words of a question: cut, brought to one spelling and one form, and what each means.

What they mean stands in queries/questions/wording.toml. Not here: the names of things (names), and which question the
words ask (matching).
"""

from __future__ import annotations

import re
import threading
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from aseankg.errors import DataError

__all__ = ["Lexicon", "Word", "plain", "read_lexicon", "stem", "words_of"]

_WORD = re.compile(
    r"\d{4}-\d\d-\d\d"  # a day
    r"|\d+(?:\.\d+)*(?:\.?[a-z])?(?![^\W_])"  # a number, of a part too: 14a, 7.1, 12.a
    r"|[^\W_]+(?:['’][^\W\d_]+)?"
    r"|\{\w+\}|\[\w+\]",  # slots of a phrasing
    re.IGNORECASE,
)
_LONGEST_PHRASE = 5
_STEMMING = threading.Lock()  # Snowball keeps the word that it works on


@dataclass(frozen=True)
class Word:
    """One word: as `written`, in lower case and our `spelling`, and its `stem`."""

    written: str
    spelling: str
    stem: str


@dataclass(frozen=True)
class Lexicon:
    """What words mean: the table of queries/questions/wording.toml."""

    fillers: frozenset[str]
    spelling: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], str]
    wider: Mapping[tuple[str, ...], str]
    turning: frozenset[str]
    light: frozenset[str]
    free: frozenset[str]
    types: frozenset[str]
    roles: Mapping[str, str]
    names: Mapping[str, Sequence[str]]
    known: frozenset[str] = field(default_factory=frozenset)

    def find_phrase(self, words: Sequence[Word]) -> tuple[int, str]:
        """Return how many of the words are the longest phrase at their beginning and what it means; 0 for none."""
        for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
            found = self.concept_of(words[:length])
            if found:
                return length, found
        return 0, ""

    def concept_of(self, words: Sequence[Word]) -> str:
        """Return what a whole phrase means, "" where we know of nothing; its very words come before their stems."""
        stems, spelt = tuple(word.stem for word in words), tuple(word.spelling for word in words)
        return self.phrases.get(spelt) or ("" if spelt in self._filled else self.phrases.get(stems, ""))

    @cached_property
    def _filled(self) -> frozenset[tuple[str, ...]]:
        return frozenset((word,) for word in self.fillers)


def stem(word: str) -> str:
    """Return the stem of an English word in lower case, by Snowball's rules.

    >>> stem("activities"), stem("contributes")
    ('activ', 'contribut')
    """
    return _stem(word)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    with _STEMMING:
        return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer  # type: ignore[import-untyped]  # only needed to read plain words

    return snowballstemmer.stemmer("english")


def plain(text: str) -> str:
    """Return a text without accents, in lower case.

    >>> plain("Évaluation")
    'evaluation'
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if not unicodedata.combining(character))


def words_of(text: str, spelling: Mapping[str, str]) -> list[Word]:
    """Return the words of a text in their order; punctuation and hyphens part words, and a possessive s is dropped.

    >>> [word.spelling for word in words_of("Labor's not-so-odd KRA-1", {"labor": "labour"})]
    ['labour', 'not', 'so', 'odd', 'kra', '1']
    """
    return [word for written in _WORD.findall(text) for word in _words(written, spelling)]


def _words(written: str, spelling: Mapping[str, str]) -> Iterator[Word]:
    low = plain(written).replace("’", "'")
    if low.endswith("n't"):
        low = "not"
    low, _, shortened = low.partition("'")
    yield _word(written, spelling.get(low, low))
    if shortened in ("re", "ve", "ll", "m", "d"):
        yield _word(written, "is")


def _word(written: str, low: str) -> Word:
    return Word(written, low, low if low[:1] in "{[0123456789" else stem(low))


def read_lexicon(file: Path) -> Lexicon:
    """Return the lexicon of a file; DataError where it is not of its form."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        spelling, rules = table["spelling"], table["rules"]
        return Lexicon(
            fillers=frozenset(table["fillers"].split()),
            spelling=spelling,
            phrases=dict(_phrases(table["concepts"], spelling)),
            wider=dict(_phrases(table["wider"], spelling)),
            turning=frozenset(rules["turning"]),
            light=frozenset(rules["light"]),
            free=frozenset(rules["free"]),
            types=frozenset(rules["types"]),
            roles=table["roles"],
            names=table["names"],
            known=frozenset(_spellings(table)),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"not a lexicon: {error!r}. See docs/questions.md.", file) from error


def _phrases(table: Mapping[str, Iterable[str]], spelling: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each phrase twice: by the stems of its words, then by the words; after "=" by the words only."""
    for concept, phrases in table.items():
        for phrase in phrases:
            if not phrase.startswith("="):
                yield tuple(word.stem for word in words_of(phrase, spelling)), concept
    for concept, phrases in table.items():
        for phrase in phrases:
            yield tuple(word.spelling for word in words_of(phrase, spelling)), concept


def _spellings(table: Mapping[str, Any]) -> Iterator[str]:
    """Every word that the lexicon knows, to which a misspelt one may be brought back."""
    yield from table["fillers"].split()
    yield from table["spelling"]
    for phrases in (*table["concepts"].values(), *table["wider"].values(), *table["names"].values()):
        for phrase in phrases:
            yield from (word.spelling for word in words_of(phrase, {}))
