"""Leads from a tie to two passages: the words of the element, and the words on the other side.

The other side's words are those of the mapping, of the footnote, of the role's cell or of the timeline; for a theme or
a target, which are in no text, its definition or name. Looked up for one cell at a time. Not here: counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from aseankg.coverage.quads import Quads
from aseankg.coverage.ties import NO_DATE, NOT_HELD, Tie
from aseankg.identifiers import as_counted
from aseankg.namespaces import AKG, ID, OWL, PREFIXES, RDF, RDFS, SKOS, SSSOM

__all__ = ["Desk", "Evidence", "Words"]

_SILENT = {NO_DATE: "The text prints no timeline.", NOT_HELD: "The text that would say it is not held."}


@dataclass(frozen=True)
class Words:
    """Words and where they stand; `passage`, `source` and `line` are empty for what is in no text, as a definition."""

    text: str
    passage: str = ""
    source: str = ""
    line: int = 0


@dataclass(frozen=True)
class Evidence:
    """One tie for a reader: both sides with their words, how it is known, why, and where to mend it.

    `via` is the name of the theme that stands between them. `recorded_in` are the places of all that it rests on.
    """

    element: str
    title: str
    relation: str
    other: str
    other_title: str
    known: str
    how: str
    words: Words
    other_words: Words
    reason: str = ""
    confidence: str = ""
    recorded_in: str = ""
    statement: str = ""
    via: str = ""


@dataclass
class Desk:
    """Looks things up in one dataset, and keeps the lines of its source texts."""

    quads: Quads
    _texts: dict[str, str] = field(default_factory=dict)

    def lay_out(self, ties: Iterable[Tie]) -> list[Evidence]:
        """Return the ties with their words, in the order of the elements."""
        ordered = sorted(
            ties, key=lambda tie: (as_counted(tie.element), as_counted(tie.other), tie.known, tie.how, tie.basis)
        )
        return [self._evidence(tie) for tie in ordered]

    def label(self, thing: str) -> str:
        """Return what people call a thing, or the end of its IRI."""
        node = NamedNode(thing)
        for name in (RDFS.label, SKOS.prefLabel):
            found = self._text(node, name)
            if found:
                return found
        mappings = self.quads.quads_for_pattern(None, OWL.annotatedTarget, node)
        names = {self._text(quad.subject, SSSOM.object_label) for quad in mappings} - {""}
        if names:
            number = thing.rpartition("/")[2] + " " if thing.startswith(PREFIXES["sdg"]) else ""
            return number + min(names)
        return thing.removeprefix(ID)

    # -- one tie ---------------------------------------------------------------------------------------------

    def _evidence(self, tie: Tie) -> Evidence:
        basis = [NamedNode(one) for one in tie.basis] or self._statements(tie)
        own, other = self._words(tie, basis)
        last = basis[-1] if basis else None
        relation = self._relation(tie, basis)
        return Evidence(
            tie.element, self.title(tie.element), relation, tie.other, self._name(tie.other), tie.known, tie.how,
            own or self._title_words(tie.element), other, self._joined(basis, RDFS.comment, AKG.rationale),
            self._text(last, SSSOM.confidence), self._joined(basis, AKG.recordedIn), last.value if last else "",
            self.label(tie.via) if tie.via else "",
        )  # fmt: skip

    def _relation(self, tie: Tie, basis: list[NamedNode]) -> str:
        """The relation that is stated: coordinator where all that was asked is whether the actor is involved."""
        stated = self._first(basis[0], RDF.predicate) if basis and tie.relation == AKG.involves.value else None
        return stated.value if isinstance(stated, NamedNode) and not tie.basis else tie.relation

    def _words(self, tie: Tie, basis: list[NamedNode]) -> tuple[Words | None, Words]:
        """The words of the element, where the basis says which, and those of the other side."""
        if tie.how in ("mapping", "by hand", "direct"):
            return self._mapped(tie, basis[0])
        found = [self._passage(one) for statement in basis[:1] for one in self._values(statement, AKG.evidence)]
        longest = max(found, key=lambda one: len(one.text), default=Words(""))
        if tie.column in _SILENT:
            return None, Words(_SILENT[tie.column])
        if tie.how in ("by words", "through a theme"):
            return longest if found else self._mapped(tie, basis[0])[0], self._meaning(tie.other)
        return None, longest

    def _mapped(self, tie: Tie, mapping: NamedNode) -> tuple[Words | None, Words]:
        sides = [self._first(mapping, slot) for slot in (AKG.subjectPassage, AKG.objectPassage)]
        if self._first(mapping, OWL.annotatedSource) not in (None, NamedNode(tie.element)):
            sides.reverse()
        own, other = (self._passage(side) if isinstance(side, NamedNode) else None for side in sides)
        return own, other or self._meaning(tie.other)

    def _statements(self, tie: Tie) -> list[NamedNode]:
        """The statements behind a fact that needs no mapping: a role or a timeline, where inferred, its premise."""
        own = list(self._about(tie.element))
        if tie.relation == AKG.timelineText.value:
            return [one for one, predicate, _ in own if predicate == AKG.timelineText]
        under = self.quads.quads_for_pattern(None, AKG.partOf, NamedNode(tie.element))
        parts = [quad.subject.value for quad in under if isinstance(quad.subject, NamedNode)]
        below = [found for part in parts for found in self._about(part)]
        for among in (own, below):
            named = [
                one for one, predicate, value in among if value == NamedNode(tie.other) and predicate != AKG.mentions
            ]
            if named:
                return named
        groups = [one for one, _, value in own if self._is_group(value)]
        return groups or [one for one, predicate, _ in own if predicate == AKG.title]

    def _about(self, subject: str) -> Iterator[tuple[NamedNode, object, object]]:
        for quad in self.quads.quads_for_pattern(None, RDF.subject, NamedNode(subject)):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject, self._first(quad.subject, RDF.predicate), self._first(quad.subject, RDF.object)

    def _is_group(self, value: object) -> bool:
        if not isinstance(value, NamedNode):
            return False
        return any(True for _ in self.quads.quads_for_pattern(value, RDF.type, AKG.ActorGroup))

    # -- words -----------------------------------------------------------------------------------------------

    def _title_words(self, element: str) -> Words:
        for statement, predicate, _ in self._about(element):
            passage = self._first(statement, AKG.evidence) if predicate == AKG.title else None
            if isinstance(passage, NamedNode):
                return self._passage(passage)
        passage = self._first(NamedNode(element), AKG.evidence)
        return self._passage(passage) if isinstance(passage, NamedNode) else Words(self.title(element))

    def _passage(self, passage: object) -> Words:
        if not isinstance(passage, NamedNode):
            return Words("")
        source = self._first(passage, AKG.inSource)
        start = self._text(passage, AKG.startOffset)
        line = 0
        if isinstance(source, NamedNode) and start:
            text = self._texts.setdefault(source.value, self._text(source, AKG.sourceText))
            line = text.count("\n", 0, int(start)) + 1 if text else 0
        name = source.value.rpartition("/")[2] if isinstance(source, NamedNode) else ""
        return Words(self._text(passage, AKG.exact), passage.value, name, line)

    def _meaning(self, thing: str) -> Words:
        """What stands for a thing that is in no text, or the words of an element's title."""
        node = NamedNode(thing)
        definition = self._text(node, SKOS.definition)
        if definition or not thing.startswith(ID) or "/concept/" in thing:
            return Words(definition or self.label(thing))
        return self._title_words(thing)

    def _joined(self, basis: list[NamedNode], *names: NamedNode) -> str:
        """The text of all that a tie rests on, of each by the first of the predicates that it has."""
        found = [next(filter(None, (self._text(one, name) for name in names)), "") for one in basis]
        return " ".join(dict.fromkeys(words for words in found if words))

    def title(self, element: str) -> str:
        """Return the title of an element as printed, or what people call it."""
        return self._text(NamedNode(element), AKG.title) or self.label(element)

    def _name(self, other: str) -> str:
        return self.title(other) if other.startswith("http") else other

    def _values(self, subject: NamedNode, predicate: NamedNode) -> list[object]:
        return [quad.object for quad in self.quads.quads_for_pattern(subject, predicate, None)]

    def _first(self, subject: object, predicate: NamedNode) -> object:
        if not isinstance(subject, NamedNode):
            return None
        found = sorted(self._values(subject, predicate), key=str)
        return found[0] if found else None

    def _text(self, subject: object, predicate: NamedNode) -> str:
        found = self._first(subject, predicate)
        return found.value if isinstance(found, Literal) else ""
