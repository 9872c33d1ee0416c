"""The names in a question: bodies, countries, plans, focus areas, themes, numbered parts of plans, years and days.

Read from a Lookup and from the other names of the lexicon. Not here: names that are nearly right (parts), and what a
question does with a name (matching).
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from aseankg.identifiers import ELEMENT_KINDS
from aseankg.lookup import Lookup
from aseankg.namespaces import ID
from aseankg.wording.words import Lexicon, Word, words_of

__all__ = ["NameIndex", "Named", "day_of", "year_of"]

_NAMED = {"Body", "Country", "ActorGroup", "Plan", "Instrument"}
_LONGEST_NAME = 40  # words
_CODE = 2  # letters of a country's code
_LEAST_STEMMED = 5
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_CONCEPT_OF = {"thematic-area": "area", "thematic-group": "group", "kpi": "indicator"}  # kind of element: lexicon


@dataclass(frozen=True)
class Named:
    """A name in a text: the words, the things that it may mean, and whether it is not their name in the graph.

    `kind` is thing, element, year, date or number; `value` what a year, day or number says.
    """

    words: str
    kind: str
    things: tuple[str, ...] = ()
    value: str = ""
    ours: bool = False


class NameIndex:
    """Which words are a name of which things."""

    def __init__(self, lookup: Lookup, lexicon: Lexicon, schemes: frozenset[str]) -> None:
        """`schemes` are the folders of the concepts that may be named, such as concept/theme/."""
        self._things: defaultdict[str, set[str]] = defaultdict(set)
        self._stemmed: defaultdict[str, set[str]] = defaultdict(set)
        self._ours: set[str] = set()
        self._numbered: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.words: set[str] = set()
        self._spelling = lexicon.spelling
        for iri, kind, name in lookup.every_name():
            end = iri.removeprefix(ID)
            if kind in _NAMED or end.startswith(tuple(schemes)):
                self._add(iri, name)
        self._number(lookup)
        known = {iri for iri, _, _ in lookup.every_name()}
        for end, names in lexicon.names.items():
            if ID + end in known:
                self._add_ours(ID + end, names)
        self._spelt_keys, self._stem_keys = sorted(self._things), sorted(self._stemmed)

    def _add(self, iri: str, name: str) -> None:
        words = words_of(name, self._spelling)
        self._things["".join(word.spelling for word in words)].add(iri)
        if re.search("[a-z]{3}", name) and len(name) >= _LEAST_STEMMED:
            self._stemmed["".join(word.stem for word in words)].add(iri)
        self.words.update(word.spelling for word in words if not word.spelling.isdigit())
        self.words.add("".join(word.spelling for word in words) if len(words) <= _CODE else words[0].spelling)

    def _add_ours(self, iri: str, names: Sequence[str]) -> None:
        for name in names:
            key = "".join(word.spelling for word in words_of(name, self._spelling))
            if not self._things.get(key):
                self._ours.add(key)
            self._add(iri, name)

    def _number(self, lookup: Lookup) -> None:
        for iri in lookup.names_of("element"):
            _, kind, number = ("//" + iri.removeprefix(ID)).rsplit("/", 2)
            if kind in ELEMENT_KINDS:
                self._numbered[_CONCEPT_OF.get(kind, kind), number.lower()].append(iri)

    # -- reading -----------------------------------------------------------------------------------------------

    def find(self, words: Sequence[Word], shouting: bool) -> tuple[int, Named | None]:
        """Return how many of the words are the longest name at their beginning, and the name; 0 and None for none."""
        for length in range(self._longest(words), 0, -1):
            found = self._called(words[:length], shouting)
            if found is not None:
                return length, found
        return _find_time(words)

    def _longest(self, words: Sequence[Word]) -> int:
        """How many of the words may begin a name."""
        spelt = stems = ""
        for length, word in enumerate(words[:_LONGEST_NAME]):
            spelt, stems = spelt + word.spelling, stems + word.stem
            if not (_begins(self._spelt_keys, spelt) or _begins(self._stem_keys, stems)):
                return length
        return min(len(words), _LONGEST_NAME)

    def _called(self, words: Sequence[Word], shouting: bool) -> Named | None:
        key = "".join(word.spelling for word in words)
        if len(key) == _CODE and not _is_code(words[0], shouting):
            return None
        things = self._things.get(key) or self._stemmed.get("".join(word.stem for word in words))
        if not things:
            return None
        return Named(" ".join(word.written for word in words), "thing", tuple(sorted(things)), ours=key in self._ours)

    def find_numbered(self, kind: str, words: Sequence[Word]) -> tuple[int, Named | None]:
        """Return the part of a plan that a kind and the number at the beginning of the words name, as `find` does."""
        number, length = _number_of(words)
        if not length or not any(known == kind for known, _ in self._numbered):
            return 0, None
        things = self._numbered.get((kind, number)) or self._lettered(kind, number)
        return length, Named(" ".join(word.written for word in words[:length]), "element", tuple(things), number)

    def _lettered(self, kind: str, number: str) -> list[str]:
        """The parts of which the number is only a beginning: 14 is 14a or 14b."""
        return [iri for (known, full), things in self._numbered.items() for iri in things
                if known == kind and re.fullmatch(rf"{re.escape(number)}\.?[a-z]", full)]  # fmt: skip


def _begins(keys: Sequence[str], start: str) -> bool:
    """Whether any of the sorted keys begins so."""
    at = bisect_left(keys, start)
    return at < len(keys) and keys[at].startswith(start)


def _is_code(word: Word, shouting: bool) -> bool:
    """Whether two letters are a country's code and no word: in capitals among small letters, or without a vowel."""
    return (word.written.isupper() and not shouting) or not re.search("[aeiouy]", word.spelling)


def _number_of(words: Sequence[Word]) -> tuple[str, int]:
    """The number of a part, such as 14a, 14 a, 7.1 or B, and how many words it has."""
    start = 1 if words and words[0].spelling in ("no", "number", "nr") else 0
    if len(words) > start and re.fullmatch(r"\d{1,3}(\.\d+)*(\.?[a-z])?", words[start].spelling):
        number = words[start].spelling
        after = words[start + 1].spelling if len(words) > start + 1 else ""
        if number.isdigit() and after in ("b", "c"):  # "a" is an article
            return number + after, start + 2
        return number, start + 1
    return "", 0


def _find_time(words: Sequence[Word]) -> tuple[int, Named | None]:
    """A day ("2017-12-31", "31 December 2017", "end of 2017") or a year at the beginning of the words."""
    first = words[0].spelling if words else ""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", first):
        return (1, Named(first, "date", value=first)) if _is_day(first) else (0, None)
    written = [word.spelling for word in words[:3]]
    if len(written) == 3 and written[1] in _MONTHS and first.isdigit() and year_of(written[2]):
        day = f"{written[2]}-{_MONTHS.index(written[1]) + 1:02}-{int(first):02}"
        return (3, Named(" ".join(written), "date", value=day)) if _is_day(day) else (0, None)
    if len(written) == 3 and written[:2] == ["end", "of"] and year_of(written[2]):
        return 3, Named(" ".join(written), "date", value=f"{written[2]}-12-31")
    return (1, Named(first, "year", value=first)) if year_of(first) else (0, None)


def year_of(word: str) -> str:
    """Return the word where it is a year of our time, else ""."""
    return word if re.fullmatch(r"(19|20)\d\d", word) else ""


def day_of(name: Named) -> str:
    """Return the day that a name of a day or a year means: of a year its last; "" for any other name."""
    return f"{name.value}-12-31" if name.kind == "year" else name.value if name.kind == "date" else ""


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
