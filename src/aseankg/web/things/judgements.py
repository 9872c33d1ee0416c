"""What was judged of two things: a mapping with the words of both sides, its reason, and those that say the contrary.

Not here: which mappings a page shows: those of one thing (compared), or all of them (comparing.mappings).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from aseankg.namespaces import DCTERMS, SKOS, shorten
from aseankg.web.page.tables import Cell, link_of
from aseankg.web.texts import N_, translate

__all__ = ["PREDICATES", "Judgement", "Side", "judgement_in", "with_dissent"]

PREDICATES = {  # in words
    DCTERMS.subject: N_("is about"),
    SKOS.exactMatch: N_("is an exact match of"),
    SKOS.closeMatch: N_("is a close match of"),
    SKOS.broadMatch: N_("has as broader match"),
    SKOS.narrowMatch: N_("has as narrower match"),
    SKOS.relatedMatch: N_("is a related match of"),
}


@dataclass(frozen=True)
class Side:
    """One end of a mapping: what people call it, its plan or instrument, and the words of a text that speak for it."""

    iri: str
    name: str
    title: str
    whole: str
    words: str
    passage: str
    text: str

    @property
    def cell(self) -> Cell:
        """Its name, which leads to its page."""
        return Cell(self.name, self.iri, link_of(self.iri))


@dataclass(frozen=True)
class Judgement:
    """One row of a mapping file, with the rows of the same triple that say the contrary.

    `negated` where it says that the triple does not hold.
    """

    iri: str
    subject: Side
    object: Side
    predicate: str
    word: str
    negated: bool
    standing: str
    confidence: str
    justification: str
    reason: str
    authors: Sequence[Cell]
    date: str
    reviewed: bool
    address: str
    recorded: str
    dissent: Sequence[Judgement]

    @property
    def triple(self) -> tuple[str, str, str]:
        """What is judged, whichever way."""
        return self.subject.iri, self.predicate, self.object.iri

    @property
    def author(self) -> str:
        """The name of the first who judged."""
        return self.authors[0].text if self.authors else ""

    @property
    def file(self) -> str:
        """The file that it is recorded in."""
        return self.recorded.rpartition(":")[0]

    @property
    def wholes(self) -> tuple[str, ...]:
        """The plans and instruments of both sides."""
        return tuple(one for one in (self.subject.whole, self.object.whole) if one)


def judgement_in(row: Mapping[str, str], name_of: Callable[[str], str], authors: Sequence[Cell]) -> Judgement:
    """Return the judgement of a row, whose columns may be fewer; `name_of` gives the name of the subject or object."""
    said = ("predicate", "standing", "confidence", "reason", "date", "address", "recorded")
    return Judgement(
        iri=row["mapping"],
        subject=_side(row, "subject", name_of("subject")),
        object=_side(row, "object", name_of("object")),
        word=translate(PREDICATES.get(NamedNode(row["predicate"]), "")) or row["word"] or shorten(row["predicate"]),
        negated=bool(row["modifier"]),
        justification=shorten(row["justification"]),
        authors=authors,
        reviewed=bool(row["reviewer"]),
        dissent=(),
        **{column: row.get(column, "") for column in said},
    )


def with_dissent(rows: Iterable[Judgement]) -> list[Judgement]:
    """Return the judgements, each with those among them that say the contrary of the same triple."""
    rows = list(rows)
    triples: defaultdict[tuple[str, str, str], list[Judgement]] = defaultdict(list)
    for one in rows:
        triples[one.triple].append(one)
    return [replace(one, dissent=[row for row in triples[one.triple] if row.negated != one.negated]) for one in rows]


def _side(row: Mapping[str, str], end: str, name: str) -> Side:
    parts = ("title", "whole", "words", "passage", "text")
    return Side(row[end], name, **{part: row.get(f"{end}_{part}", "") for part in parts})
