"""Computes how alike elements are, sign by sign, each between 0 and 1, and says in words what they share.

Sets (themes, bodies, countries) and words are vectors weighted by rarity (TF-IDF) and compared by cosine: what all
elements have counts little. No model is downloaded; nothing is random. Not here: what each sign counts (weights).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from aseankg.errors import ConfigurationError
from aseankg.suggest.profiles import Corpus, Profile

__all__ = ["Space", "dates_alike", "shared_dates", "wording_alike"]

_SETS = ("themes", "bodies", "countries")


class Space:
    """The elements of a corpus as rows of sparse matrices, one matrix a sign; made once, asked often."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.profiles = list(corpus.profiles.values())
        self.row = {one.iri: number for number, one in enumerate(self.profiles)}
        self.vectors: dict[str, Any] = {name: _set_vectors([getattr(one, name) for one in self.profiles])
                                        for name in _SETS}  # fmt: skip
        self._words = _vectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english")
        self.vectors["words"] = _fitted(self._words, [one.words.replace("’", "'") for one in self.profiles])

    @cached_property
    def _vocabulary(self) -> Sequence[str]:
        names: Sequence[str] = self._words.get_feature_names_out()
        return names

    @cached_property
    def _learned(self) -> tuple[list[int], list[int], list[int]]:
        """Rows of elements that are mapped somewhere, grouped by the element they are mapped to, and the groups."""
        sources: list[int] = []
        starts: list[int] = []
        targets: list[int] = []
        for target, mapped in sorted(self.corpus.served.items()):
            rows = [self.row[iri] for iri in sorted(mapped) if iri in self.row]
            if rows and target in self.row:
                starts.append(len(sources))
                targets.append(self.row[target])
                sources += rows
        return sources, starts, targets

    def cosines(self, feature: str, subjects: Sequence[int]) -> Any:
        """Return the array of the likeness of the subjects (rows) to all elements (columns) by one sign."""
        if feature == "neighbours":
            return self._neighbours(subjects)
        vectors = self.vectors[feature]
        return (vectors[list(subjects)] @ vectors.T).toarray()

    def _neighbours(self, subjects: Sequence[int]) -> Any:
        """The likeness of words to that element, of those mapped to the other, which is most like the subject."""
        import numpy

        sources, starts, targets = self._learned
        found = numpy.zeros((len(subjects), len(self.profiles)))
        if sources:
            vectors = self.vectors["words"]
            alike = (vectors[list(subjects)] @ vectors[sources].T).toarray()
            for place, subject in enumerate(subjects):
                alike[place, self._own(subject)] = 0.0
            found[:, targets] = numpy.maximum.reduceat(alike, starts, axis=1)
        return found

    def _own(self, subject: int) -> list[int]:
        """Where among what is learned the subject itself stands, or what a text calls the same: it teaches nothing."""
        iri = self.profiles[subject].iri
        own = {self.row[one] for one in (iri, *self.corpus.same.get(iri, ())) if one in self.row}
        return [place for row in sorted(own) for place in self._places[row]]

    @cached_property
    def _places(self) -> defaultdict[int, list[int]]:
        """Where each row stands among what is learned."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for place, row in enumerate(self._learned[0]):
            found[row].append(place)
        return found

    def nearest_neighbour(self, subject: int, target: int) -> Profile | None:
        """Return the element mapped to the target whose words are most like the subject's; None when none is."""
        iri = self.profiles[subject].iri
        own = {iri, *self.corpus.same.get(iri, ())}
        mapped = [one for one in sorted(self.corpus.served.get(self.profiles[target].iri, ()))
                  if one in self.row and one not in own]  # fmt: skip
        if not mapped:
            return None
        vectors = self.vectors["words"]
        alike = (vectors[[subject]] @ vectors[[self.row[one] for one in mapped]].T).toarray()[0]
        best = int(alike.argmax())
        return self.corpus.profiles[mapped[best]] if alike[best] > 0 else None

    def shared_words(self, one: int, other: int, limit: int = 4) -> list[str]:
        """Return the words and pairs of words that count most in the likeness; no word that stands in a pair."""
        vectors = self.vectors["words"]
        product = vectors[[one]].multiply(vectors[[other]]).tocoo()
        ranked = sorted(zip(-product.data, product.col, strict=True))
        words = [str(self._vocabulary[column]) for _, column in ranked]
        pairs = [word for word in words if " " in word]
        return [word for word in words if not any(word in pair.split() for pair in pairs)][:limit]


def _vectorizer(**options: Any) -> Any:
    """A TF-IDF vectorizer; ConfigurationError where scikit-learn is not installed."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError as error:
        raise ConfigurationError(
            f"Suggestions need scikit-learn, which is not installed ({error}). Run `pip install 'aseankg[align]'`."
        ) from error
    return TfidfVectorizer(**options)


def _set_vectors(sets: list[frozenset[str]]) -> Any:
    return _fitted(_vectorizer(analyzer=sorted), sets)


def _fitted(vectorizer: Any, documents: Iterable[Any]) -> Any:
    """One row a document; without any word in any of them, rows of nothing."""
    documents = list(documents)
    analyze = vectorizer.build_analyzer()
    if not any(analyze(document) for document in documents):
        vectorizer.set_params(vocabulary={"": 0})
    return vectorizer.fit_transform(documents)


def wording_alike(one: Profile, other: Profile) -> float:
    """Return how alike the two titles are as sets of words (rapidfuzz token_set_ratio), 0 where one has none."""
    from rapidfuzz import fuzz, utils

    return fuzz.token_set_ratio(one.title, other.title, processor=utils.default_process) / 100


def shared_dates(one: Profile, other: Profile) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and last day that both have; None where they have none or one is undated."""
    if None in (one.start, one.end, other.start, other.end):
        return None
    first = max(_day(one.start), _day(other.start))
    last = min(_day(one.end), _day(other.end))
    return (first, last) if first <= last else None


def dates_alike(one: Profile, other: Profile) -> float:
    """Return the days that both have as a share of the days that either has, counted from first to last."""
    both = shared_dates(one, other)
    if both is None:
        return 0.0
    first, last = min(_day(one.start), _day(other.start)), max(_day(one.end), _day(other.end))
    return ((both[1] - both[0]).days + 1) / ((last - first).days + 1)


def _day(value: str | None) -> datetime.date:
    return datetime.date.fromisoformat(value or "")
