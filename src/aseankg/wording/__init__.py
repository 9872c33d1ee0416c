"""Reads a question in plain words as a stored question with its parameters, or says that it could not.

`understand(text, questions, lookup)` never guesses silently: every word of the text that means something must be
used by the stored question, else nothing is understood and the nearest stored questions are named. Not here:
answering (api, web.querying.questions), and finding things by name (lookup).
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from aseankg.catalogue import Query
from aseankg.layout import resources
from aseankg.lookup import Lookup
from aseankg.namespaces import ID
from aseankg.wording.matching import Fit, Meant, best_fits
from aseankg.wording.names import NameIndex
from aseankg.wording.parts import Parser, Parts
from aseankg.wording.phrases import Asked, read_asked, schemes_of, templates_of
from aseankg.wording.records import Correction, Reading, Understanding, Value
from aseankg.wording.words import Lexicon, read_lexicon

__all__ = ["LONGEST_QUESTION", "Correction", "Reading", "Understanding", "Value", "understand"]

LONGEST_QUESTION = 300  # characters
_LEXICON = "queries/questions/wording.toml"
_LEAST, _MARGIN = 0.7, 0.04  # of the score: to be understood at all, and to be surer than of another question
_SHOWN = 3  # alternatives
_EXAMPLE = "Ask, for example, “Which activities does ACMW contribute to?”"
_REASONS = {
    "empty": "There are no words to understand. " + _EXAMPLE,
    "long": "A question has at most {most} characters; this one has {length:,}. " + _EXAMPLE,
    "unclear": "{word} may be {options}: say which.",
    "unknown": "Not known here: {words}. A question is not answered on a part of its words.",
    "name": "There is no question, only a name or names: {words}. " + _EXAMPLE,
    "missing": "There is no {words}.",
    "several": "{words} may be {options}: say which.",
    "unused": "No stored question takes {words} together with the rest.",
    "between": "It may be one of several questions: choose.",
    "nothing": "No stored question asks this.",
}
_ANY = "any"


def understand(text: str, questions: Iterable[Query], lookup: Lookup) -> Understanding:
    """Return what a person's text asks: a stored question with its parameters, or why it was not understood."""
    clean = " ".join("".join(one if _is_text(one) else " " for one in text[: LONGEST_QUESTION + 1]).split())
    if len(text) > LONGEST_QUESTION:
        reason = _REASONS["long"].format(most=LONGEST_QUESTION, length=len(text))
        return Understanding(clean[:LONGEST_QUESTION] + "…", None, reason=reason)
    if not any(character.isalpha() for character in clean):
        return Understanding(clean, None, reason=_REASONS["empty"])
    return _reader(tuple(questions), lookup).understand(unicodedata.normalize("NFKC", clean))


class _Reader:
    """The questions and names that texts are read with, made ready once."""

    def __init__(self, questions: tuple[Query, ...], lookup: Lookup) -> None:
        self.questions = questions
        self.lexicon: Lexicon = read_lexicon(resources() / _LEXICON)
        names = NameIndex(lookup, self.lexicon, schemes_of(questions, lookup))
        # Not the look-up itself: this is kept as long as the look-up is.
        self._labels = {iri: name for iri, _, name in lookup.every_name()} | {
            iri: label for iri, _, _ in lookup.every_name() if (label := lookup.get_name(iri))
        }
        self._parser = Parser(self.lexicon, names, self._label)
        for query in questions:
            for template in templates_of(query):
                self._parser.teach(template)
        self.asked: list[Asked] = [read_asked(query, self._parser, lookup) for query in questions]

    def _label(self, iri: str) -> str:
        return self._labels.get(iri, iri.removeprefix(ID))

    def understand(self, text: str) -> Understanding:
        """Return what a clean text of at most LONGEST_QUESTION characters asks."""
        parts = self._parser.take_apart(text)
        fits = best_fits(parts, self.asked, self.lexicon)
        reason = self._why_not(parts, fits)
        near = [fit for fit in fits if fit.score > 0] or [fit for fit in fits if fit.values and not fit.open]
        reading = None if reason else self._reading(near.pop(0))
        others = tuple(self._reading(fit) for fit in near[:_SHOWN])
        unknown = (*parts.unknown, *parts.unclear)
        return Understanding(text, reading, others, parts.corrections, tuple(dict.fromkeys(unknown)), reason)

    def _why_not(self, parts: Parts, fits: list[Fit]) -> str:
        """Say why a text is not understood; "" where it is."""
        best, second = fits[0], (fits[1] if len(fits) > 1 else None)
        for word, options in parts.unclear.items():
            return _REASONS["unclear"].format(word=_quoted(word), options=" or ".join(options))
        if parts.unknown:
            return _REASONS["unknown"].format(words=_listed(parts.unknown))
        for name in parts.names:
            if name.kind == "element" and not name.things:
                return _REASONS["missing"].format(words=name.words)
        if not parts.concepts and parts.names and not (best.fits and best.score):
            return _REASONS["name"].format(words=_listed(name.words for name in parts.names))
        if not best.fits or best.score < _LEAST:
            return self._why_none(best)
        if second is not None and second.fits and best.score - second.score < _MARGIN:
            return _REASONS["between"]
        return ""

    def _why_none(self, best: Fit) -> str:
        for meant in best.values.values():
            if len(meant.things) > 1 and best.score >= _LEAST:
                options = " or ".join(map(self._label, meant.things))
                return _REASONS["several"].format(words=_quoted(meant.name.words), options=options)
        if best.amiss and best.score >= _LEAST / 2:
            return _REASONS["unused"].format(words=_listed(best.amiss))
        return _REASONS["nothing"]

    def _reading(self, fit: Fit) -> Reading:
        query = fit.asked.query
        values = tuple(self._value(name, fit.values.get(name)) for name in query.parameters)
        if fit.open or any(len(meant.things) > 1 for meant in fit.values.values()):
            return Reading(query.name, query.title, query.question, (), round(fit.score, 2))
        asks = fit.phrase.template
        for value in values:
            asks = asks.replace(f"{{{value.parameter}}}", value.label)
        for slot, meant in fit.values.items():
            asks = asks.replace(slot, meant.name.words) if slot.startswith("[") else asks
        asks = query.question if "{" in asks or "[" in asks else asks[:1].upper() + asks[1:].rstrip("?.") + "?"
        return Reading(query.name, query.title, asks, values, round(fit.score, 2), fit.remarks if fit.fits else ())

    def _value(self, parameter: str, meant: Meant | None) -> Value:
        if meant is None or len(meant.things) > 1:
            return Value(parameter, "", _ANY)
        if not meant.things:
            return Value(parameter, meant.value, meant.value, meant.name.words)
        iri = meant.things[0]
        return Value(parameter, iri.removeprefix(ID), self._label(iri), meant.name.words, iri)


_READERS: WeakKeyDictionary[Lookup, _Reader] = WeakKeyDictionary()
_READING = threading.Lock()


def _reader(questions: tuple[Query, ...], lookup: Lookup) -> _Reader:
    """The reader of a look-up, made anew only where the questions are others."""
    with _READING:
        found = _READERS.get(lookup)
        if found is None or found.questions != questions:
            found = _READERS[lookup] = _Reader(questions, lookup)
        return found


def _is_text(character: str) -> bool:
    """Whether a character may be of a question: no control character, and no bracket of a phrasing's slots."""
    return character.isprintable() and character not in "{}[]"


def _quoted(word: str) -> str:
    return f"“{word}”"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(_quoted, words))
