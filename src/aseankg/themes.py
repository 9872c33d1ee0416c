"""Tags elements of plans with themes by a stated rule, so that anybody can see and dispute why a tag is there.

The rule: an element is about a theme when one of the theme's labels (preferred, alternative or hidden, SKOS Reference
5.1) stands in the element's title, as printed, as whole words, whatever the case. Where two labels overlap, the longer
stands and the shorter does not; of two that are as long, the first. A hyphen joins words: "CSR" does not stand in
"ASEAN-CSR Network". A footnote's mark ends a word. A tag that a person has rejected is not made.

Footnotes and the lists of abbreviations get no tag: their titles name other texts and bodies, and plan nothing.
Not here: tags that a person gives by hand (alignment), and the themes themselves (ontology/schemes/theme.ttl).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.errors import DataError
from aseankg.identifiers import instance, passage
from aseankg.namespaces import AKG, DCT, DCTERMS, OWL, PROV, RDF, SEMAPV, SKOS, SSSOM, graph, shorten
from aseankg.quads import passage_quads
from aseankg.records import Fact, Piece
from aseankg.statements import statement_quads

__all__ = ["Occurrence", "Themes", "read_themes", "rejected_tags", "theme_quads"]

_GRAPH = graph("alignment")
_SCHEME = instance("concept/theme")
_LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
_NOT_PLANNED = (AKG.Abbreviation, AKG.Footnote, AKG.Plan)
_FILE = "ontology/schemes/theme.ttl"
_MARKS = "\u00b9\u00b2\u00b3\u2070-\u2079"  # superscript digits, which Python counts among the word characters
_WORD = re.compile(rf"(?<![\w-])[^\W{_MARKS}]+")
_AFTER = rf"(?!-|[^\W{_MARKS}])"

_Label = tuple[re.Pattern[str], NamedNode]


@dataclass(frozen=True)
class Occurrence:
    """A theme's label where it stands in a text."""

    theme: NamedNode
    words: Piece


@dataclass(frozen=True)
class Themes:
    """The labels of the themes, by their first word, and who made the scheme when."""

    labels: dict[str, list[_Label]]
    author: NamedNode
    created: Literal

    def occurrences(self, piece: Piece) -> list[Occurrence]:
        """Return the labels that stand in a piece, in print order; none overlaps another."""
        longest_first = sorted(self._all(piece), key=lambda one: (one.words.start - one.words.end, one.words.start))
        kept: list[Occurrence] = []
        for one in longest_first:
            if all(one.words.end <= other.words.start or other.words.end <= one.words.start for other in kept):
                kept.append(one)
        return sorted(kept, key=lambda one: one.words.start)

    def _all(self, piece: Piece) -> Iterator[Occurrence]:
        text = piece.text
        for word in _WORD.finditer(text):
            for pattern, theme in self.labels.get(word[0].casefold(), ()):
                if match := pattern.match(text, word.start()):
                    yield Occurrence(theme, piece.cut(piece.start + match.start(), piece.start + match.end()))


def read_themes(quads: Collection[Quad]) -> Themes:
    """Return the themes of the scheme id/concept/theme.

    Raises DataError when the scheme has no theme, no author or no date, and when two themes have the same label.
    """
    named: dict[str, NamedNode] = {}
    for theme, words in _written_labels(quads):
        _add_label(named, theme, words)
    if not named:
        raise DataError("looked at no theme: expected concepts of the scheme id/concept/theme with labels.", _FILE)
    labels: defaultdict[str, list[_Label]] = defaultdict(list)
    for label, theme in sorted(named.items()):
        labels[_first_word(label, theme)].append((_pattern(label), theme))
    about = {quad.predicate: quad.object for quad in quads if quad.subject == _SCHEME}
    author, created = about.get(DCT.creator), about.get(DCTERMS.created)
    if not isinstance(author, NamedNode) or not isinstance(created, Literal):
        raise DataError("the scheme lacks dcterms:creator or dcterms:created: every tag carries both. Add it.", _FILE)
    return Themes(dict(labels), author, created)


def _written_labels(quads: Collection[Quad]) -> Iterator[tuple[NamedNode, str]]:
    themes = {quad.subject for quad in quads if quad.predicate == SKOS.inScheme and quad.object == _SCHEME}
    for quad in quads:
        theme, label = quad.subject, quad.object
        if (
            quad.predicate in _LABELS
            and isinstance(theme, NamedNode)
            and isinstance(label, Literal)
            and theme in themes
        ):
            yield theme, label.value


def _add_label(named: dict[str, NamedNode], theme: NamedNode, words: str) -> None:
    other = named.setdefault(" ".join(words.split()).casefold(), theme)
    if other != theme:
        both = " and ".join(sorted(shorten(one.value) for one in (other, theme)))
        raise DataError(f"{words!r} is a label of {both}: expected one theme. Take it away from the other.", _FILE)


def _first_word(label: str, theme: NamedNode) -> str:
    word = _WORD.match(label)
    if not word:
        words = f"{label!r}, a label of {shorten(theme.value)}, begins with no word: expected a letter or a digit."
        raise DataError(words, _FILE)
    return word[0]


def _pattern(label: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, label.split())) + _AFTER, re.IGNORECASE)


def rejected_tags(quads: Iterable[Quad]) -> frozenset[tuple[NamedNode, NamedNode]]:
    """Return the elements and themes that hand-made mappings say do not go together, by the mappings' quads."""
    mappings: defaultdict[object, dict[object, object]] = defaultdict(dict)
    for quad in quads:
        if quad.predicate in (AKG.standing, OWL.annotatedSource, OWL.annotatedTarget):
            mappings[quad.subject][quad.predicate] = quad.object
    rejected = [one for one in mappings.values() if one.get(AKG.standing) == Literal("rejected")]
    return frozenset((one[OWL.annotatedSource], one[OWL.annotatedTarget]) for one in rejected)  # type: ignore[misc]


def theme_quads(
    facts: Iterable[Fact], themes: Themes, rejected: Collection[tuple[NamedNode, NamedNode]] = ()
) -> Iterator[Quad]:
    """Yield the tags that the titles among the facts of the texts bear out, each with its statement and passages.

    `rejected` are the pairs of element and theme that people have rejected: the words of these mislead.
    """
    facts = list(facts)
    passed = {fact.subject for fact in facts if fact.predicate == RDF.type and fact.object in _NOT_PLANNED}
    titles = (fact for fact in facts if fact.predicate == AKG.title and fact.subject not in passed)
    for title in titles:
        for theme, pieces in _about(title, themes).items():
            if (title.subject, theme) not in rejected:
                yield from _tag_quads(title.subject, theme, pieces, themes)


def _about(title: Fact, themes: Themes) -> dict[NamedNode, list[Piece]]:
    """The themes of a title, each with the places that say so."""
    found: defaultdict[NamedNode, list[Piece]] = defaultdict(list)
    for piece in title.evidence:
        for one in themes.occurrences(piece):
            found[one.theme].append(one.words)
    return found


def _tag_quads(element: NamedNode, theme: NamedNode, pieces: list[Piece], themes: Themes) -> Iterator[Quad]:
    words = sorted({piece.text for piece in pieces})
    quoted = " and ".join(f'"{one}"' for one in words)
    yield Quad(element, DCTERMS.subject, theme, _GRAPH)
    more: list[tuple[NamedNode, NamedNode | Literal]] = [
        (SSSOM.mapping_justification, SEMAPV.LexicalMatching),
        (AKG.rationale, Literal(f"The title says {quoted}, which the scheme lists among the labels of the theme.")),
        (PROV.wasAttributedTo, themes.author),
        (DCTERMS.created, themes.created),
        (AKG.recordedIn, Literal(_FILE)),
        *((AKG.asWritten, Literal(one)) for one in words),
        *((AKG.evidence, passage(piece.source.slug, piece.start, piece.end)) for piece in pieces),
    ]
    yield from statement_quads((element, DCTERMS.subject, theme, _GRAPH), more, _GRAPH)
    for piece in pieces:
        yield from passage_quads(piece)
