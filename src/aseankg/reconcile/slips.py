"""Typing errors: which differences between a text and a name are slips of the keyboard and not another name.

Strict, because nobody looks at a match that is made on it. Not here: how like a name a text is otherwise (likeness).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from aseankg.likeness import words_of

__all__ = ["letters_slipped"]

_SHORTEST_NAME, _SHORTEST_WORD, _LONG_WORD = 7, 5, 10  # letters
_MOST = 2  # letters of a name


def letters_slipped(text: str, name: str, is_word: Callable[[str], bool]) -> int | None:
    """Return in how many letters a text is a mistyped name; None where it is not.

    The words are the same but for one letter inside a word of five or more, two inside one of ten or more. A word that
    `is_word` knows as a word of some name is meant as it stands ("formal" is no slip of "informal"), an acronym has no
    slips (ACMW and ACWC), and neither have digits.

    >>> letters_slipped("Phillipines", "Philippines", lambda word: False)
    2
    >>> letters_slipped("ACWM", "ACMW", lambda word: False)
    """
    typed, meant = _words(text), _words(name)
    if len(typed) != len(meant) or len("".join(meant)) < _SHORTEST_NAME:
        return None
    slips = 0
    for one, other in zip(typed, meant, strict=True):
        if one == other:
            continue
        letters = _letters(one, other) if not is_word(one) and not _is_acronym(other, name) else None
        if letters is None:
            return None
        slips += letters
    return slips if slips <= _MOST else None


@lru_cache(2048)
def _words(name: str) -> tuple[str, ...]:
    return tuple(words_of(name))


def _letters(typed: str, meant: str) -> int | None:
    """The letters left out, added, changed or exchanged inside a word; its first and last are as meant."""
    from rapidfuzz.distance import OSA

    both = typed + meant
    if not (both.isascii() and both.isalpha()) or len(meant) < _SHORTEST_WORD:
        return None
    if (typed[0], typed[-1]) != (meant[0], meant[-1]):
        return None
    allowed = 2 if len(meant) >= _LONG_WORD else 1
    slips = OSA.distance(typed, meant, score_cutoff=allowed)
    return slips if slips <= allowed else None


def _is_acronym(word: str, name: str) -> bool:
    """Whether a word stands in a name with a capital inside: SOMSWD, WGMSMEs."""
    return any(any(map(str.isupper, part[1:])) for part in name.split() if word in words_of(part))
