"""Reads what the footnotes say of other plans and instruments, and the counterparts known only through them.

The phrases are those of ASEAN work plans, filled with the known names. Facts go to `graph/crossref`.
Not here: names that merely stand in running text (mentions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from aseankg.extract.dates import parse_period
from aseankg.extract.names import ACTORS, BODIES, Entity
from aseankg.extract.reading import Element, Mark, Reading, typed, unless_same
from aseankg.identifiers import element
from aseankg.namespaces import AKG, RDF, RDFS
from aseankg.records import CrossReference, Piece

__all__ = ["read_cross_references"]

_WORKS = frozenset({"plan", "instrument"})

# {work} is a plan or instrument, {actor} a body, country or group, {body} a body: replaced by the known names. A
# descriptor may add phrases of its own ([[layout.notes.phrases]]).
_TITLE = r"(?:“(?P<quoted>[^”]+)”|(?P<plain>[^“”]+?))"
_PHRASES: list[tuple[str, str]] = [
    ("same-activity", r"(?:Activity|Project)(?: (?P<number>\d[\w.]*))? in the (?P<work>{work})"),
    ("taken-from", r"[Tt]aken from (?:the Preamble of )?the (?P<work>{work})"),
    ("cites", r"Strategy (?P<number>\d+) in the (?P<work>{work})"),
    (
        "implemented-through",
        r"(?:was|is|will be|will also be) implemented through the (?:convening|conduct|holding) of (?:the )?{title}"
        r"(?: to be hosted by (?P<host>{actor}))?(?: led by (?P<lead>{actor}))?"
        r"(?:, which was planned in| as planned in| in) the (?P<work>{work})",
    ),
    (
        "proposed-alignment",
        r"(?P<proposer>{actor}) proposed (?:this|the) (?:project|activity) to be aligned with (?:the )?"
        r"(?:project|activity)(?: titled)? {title}(?: led by (?P<lead>{actor}))? in the (?P<work>{work})",
    ),
]
_PREDICATES = {
    "same-activity": AKG.sameActivityAs,
    "taken-from": AKG.takenFrom,
    "cites": AKG.cites,
    "implemented-through": AKG.implementedThrough,
    "proposed-alignment": AKG.proposedAlignmentWith,
}
_ADOPTED = (
    r"The (?P<short>\w+) (?:was|were) adopted by the (?:\d+\w\w )?(?P<body>{body}).*? on (?P<date>\d+ \w+ \d\d\d\d)"
)
_CONVENED = r"The (?P<short>[\w ]+?) was (?:convened|held) on (?P<date>[\w ,–-]*?\d{4}) (?:in|at) (?P<venue>.+?)\.?$"


@dataclass(frozen=True)
class _Phrase:
    """A phrase found in a note: its kind, its match, and the last segment for a counterpart known only by it."""

    kind: str
    note: Element
    match: re.Match[str]
    counterpart: str
    order: int

    def piece(self, group: str | int = 0) -> Piece | None:
        """The piece of a group, or None where the phrase has no such words."""
        if isinstance(group, str) and not self.match.groupdict().get(group):
            return None
        return self.note.words.group(self.match, group)

    @property
    def said(self) -> Piece:
        return self.note.words.group(self.match)


@dataclass
class _CrossReferences:
    reading: Reading
    counterparts: int = 0

    @cached_property
    def patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """The phrases with their kinds and the known names in them; the descriptor's own come first."""
        notes = self.reading.descriptor.layout.notes
        own = [(phrase.kind, phrase.pattern) for phrase in notes.phrases] if notes else []
        return [(kind, re.compile(self._filled(phrase))) for kind, phrase in [*own, *_PHRASES]]

    def _filled(self, phrase: str) -> str:
        phrase = phrase.replace("{title}", _TITLE)
        for name, kinds in (("{work}", _WORKS), ("{actor}", ACTORS), ("{body}", BODIES)):
            if name in phrase:
                phrase = phrase.replace(name, self.reading.names.alternatives(kinds))
        return phrase

    def read(self) -> None:
        for note in [read for read in self.reading.elements.values() if read.kind in ("footnote", "note")]:
            carriers = [mark for mark in self.reading.marks if mark.number == note.number]
            for phrase in self._phrases(note):
                self._read_phrase(phrase, carriers)
            self._read_adoption(note, carriers)

    def _phrases(self, note: Element) -> list[_Phrase]:
        """The phrases of a note in print order; its counterparts are numbered where it has several."""
        text, start, end = note.words.source.text, note.words.start, note.words.end
        found = [(match, kind) for kind, pattern in self.patterns for match in pattern.finditer(text, start, end)]
        found.sort(key=lambda entry: entry[0].start())
        unnumbered = [match for match, _ in found if not match.groupdict().get("number")]
        phrases = []
        for match, kind in found:
            tail = f"-{unnumbered.index(match) + 1}" if match in unnumbered and len(unnumbered) > 1 else ""
            name = f"{self.reading.descriptor.short_slug}-fn{note.number}{tail}"
            self.counterparts += kind not in ("taken-from", "cites") and match in unnumbered
            phrases.append(_Phrase(kind, note, match, name, self.counterparts))
        return phrases

    def _read_phrase(self, phrase: _Phrase, carriers: list[Mark]) -> None:
        target = self._target(phrase)
        proposer = phrase.piece("proposer")
        attributed = self.reading.names.resolve(proposer, ACTORS).iri if proposer else None
        reference = CrossReference(phrase.kind, phrase.note.iri, attributed)
        for mark in carriers:
            self.reading.state_of_others(
                mark.carrier.iri, _PREDICATES[phrase.kind], target, phrase.said,
                as_written=phrase.said.text, cross_reference=reference,
            )  # fmt: skip

    def _target(self, phrase: _Phrase) -> NamedNode:
        """What the phrase points to: the work itself, a numbered part of it, or a counterpart known only by it."""
        work = self.reading.names.resolve(phrase.note.words.group(phrase.match, "work"), _WORKS)
        if phrase.kind == "taken-from":
            return work.iri
        number = phrase.piece("number")
        return self._numbered(phrase, work, number) if number else self._counterpart(phrase, work)

    # -- parts of other works ------------------------------------------------------------------------------

    def _add_part(self, iri: NamedNode, label: str, order: int, work: Entity, phrase: _Phrase) -> None:
        """An element that is known only by reference: where it belongs, and nothing that the words do not give."""
        kind = iri.value.split("/")[-2]
        state = self.reading.state_of_others
        state(iri, RDF.type, AKG[kind.capitalize()])
        state(iri, RDFS.label, Literal(f"{label} ({work.label})"))
        state(iri, AKG.order, typed(order, "integer"))
        state(iri, AKG.knownOnlyByReference, typed(True, "boolean"), phrase.said)
        state(iri, AKG.partOf, work.iri, phrase.said)
        if "plan" in work.kinds:
            state(iri, AKG.inPlan, work.iri)

    def _numbered(self, phrase: _Phrase, work: Entity, number: Piece) -> NamedNode:
        kind = "strategy" if phrase.kind == "cites" else "activity"
        iri = element(_slug(work), kind, number.text)
        if iri not in self.reading.elements:
            order = int("".join(re.findall(r"^\d+", number.text)))
            self._add_part(iri, f"{kind.capitalize()} {number.text}", order, work, phrase)
            self.reading.state_of_others(iri, AKG.number, Literal(number.text), number)
        return iri

    def _counterpart(self, phrase: _Phrase, work: Entity) -> NamedNode:
        """An activity of another plan that only this note tells of."""
        iri = element(_slug(work), "activity", phrase.counterpart)
        label = f"Activity in {self.reading.descriptor.short} footnote {phrase.counterpart.rpartition('-fn')[2]}"
        self._add_part(iri, label, phrase.order, work, phrase)
        title = phrase.piece("quoted") or phrase.piece("plain") if "quoted" in phrase.match.groupdict() else None
        if title:
            self.reading.state_of_others(iri, AKG.title, Literal(title.text), title)
            self._read_convening(iri, phrase.note, title)
        self._add_role(iri, AKG.host, phrase.piece("host"))
        self._add_role(iri, AKG.leadActor, phrase.piece("lead"))
        return iri

    def _add_role(self, iri: NamedNode, role: NamedNode, words: Piece | None) -> None:
        if words is None:
            return
        actor = self.reading.names.resolve(words, ACTORS)
        term = AKG.leadCountry if role == AKG.leadActor and "country" in actor.kinds else role
        self.reading.state_of_others(iri, term, actor.iri, words, as_written=unless_same(actor.label, words.text))

    def _read_convening(self, iri: NamedNode, note: Element, title: Piece) -> None:
        """`The Regional Workshop was convened on … in …`: days and place of what the title names."""
        match = re.compile(_CONVENED).search(note.words.source.text, title.end, note.words.end)
        if match is None or not title.text.startswith(match["short"]):
            return
        dates, venue = note.words.group(match, "date"), note.words.group(match, "venue")
        period, state = parse_period(dates), self.reading.state_of_others
        state(iri, AKG.timelineText, Literal(dates.text), dates)
        state(iri, AKG.startDate, typed(period.start, "date"), dates, as_written=dates.text)
        state(iri, AKG.endDate, typed(period.end, "date"), dates, as_written=dates.text)
        state(iri, AKG.datePrecision, Literal(period.precision), dates, as_written=dates.text)
        state(iri, AKG.venue, Literal(venue.text), venue)

    # -- what a note says of an instrument -----------------------------------------------------------------

    def _read_adoption(self, note: Element, carriers: list[Mark]) -> None:
        """`The Guidelines was adopted by the … on …`: of the instrument named before the mark."""
        match = re.compile(self._filled(_ADOPTED)).search(note.words.source.text, note.words.start, note.words.end)
        if match is None:
            return
        words, day = note.words.group(match, "body"), note.words.group(match, "date")
        body = self.reading.names.resolve(words, BODIES)
        adopted = typed(parse_period(day).start, "date")
        for work in {work.iri for mark in carriers for work in self._named_before(mark, match["short"])}:
            self.reading.state_of_others(work, AKG.adoptedBy, body.iri, words, as_written=words.text)
            self.reading.state_of_others(work, AKG.adoptedOn, adopted, day, as_written=day.text)

    def _named_before(self, mark: Mark, short: str) -> list[Entity]:
        found = self.reading.names.occurrences(mark.carrier.words, _WORKS)
        return [work for work, words in found if words.end <= mark.piece.end and short in words.text]


def _slug(work: Entity) -> str:
    return work.iri.value.rpartition("/")[2]


def read_cross_references(reading: Reading) -> None:
    """Read what a text says of other texts, once all its elements and marks are known."""
    _CrossReferences(reading).read()
