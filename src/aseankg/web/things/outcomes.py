"""What became of a planned thing, by the reports of it: status, what took place, how good the evidence is, its pages.

A report is no word of the plan and stands apart from it; one without evidence tells what was searched, and never that
nothing happened. Not here: what was judged between plans (compared), HTML (templates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyoxigraph import QuerySolution

from aseankg.web.page.tables import Cell, link_of
from aseankg.web.things.facts import ask_about, text_in

__all__ = ["Outcome", "Seen", "outcomes_of"]

_OUTCOMES = """PREFIX akg:     <https://w3id.org/aseankg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov:    <http://www.w3.org/ns/prov#>
PREFIX rdfs:    <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?report ?status ?statusName ?grade ?gradeName ?finding ?rationale ?searched ?date ?recorded ?author
       ?authorName ?event ?what ?from ?until ?precision ?at ?sighting ?page ?says ?pageGrade
WHERE {
  ?report akg:outcomeOf ?thing ; akg:status ?status ; akg:evidenceGrade ?grade ; dcterms:description ?finding .
  OPTIONAL { ?status skos:prefLabel ?statusName }
  OPTIONAL { ?grade skos:prefLabel ?gradeName }
  OPTIONAL { ?report akg:rationale ?rationale }
  OPTIONAL { ?report akg:searched ?searched }
  OPTIONAL { ?report dcterms:created ?date }
  OPTIONAL { ?report akg:recordedIn ?recorded }
  OPTIONAL { ?report prov:wasAttributedTo ?author . OPTIONAL { ?author rdfs:label ?authorName } }
  OPTIONAL {
    ?report akg:tellsOf ?event .
    ?event rdfs:label ?what ; akg:heldFrom ?from ; akg:heldUntil ?until ; akg:heldPrecision ?precision .
    OPTIONAL { ?event akg:heldAt ?at }
  }
  OPTIONAL {
    ?report akg:restsOn ?sighting .
    ?sighting dcterms:source ?page ; dcterms:description ?says .
    OPTIONAL { ?sighting akg:evidenceGrade/skos:prefLabel ?pageGrade }
  }
}
ORDER BY ?report ?sighting"""
_LENGTH = {"year": 4, "month": 7, "day": 10}  # of a date, as far as it was seen


@dataclass(frozen=True)
class Seen:
    """A page that a report rests on, what it says, and whose page it is."""

    address: str
    link: str
    says: str
    grade: str


@dataclass(frozen=True)
class Outcome:
    """A report on a planned thing."""

    name: Cell
    status: Cell
    grade: Cell
    finding: str
    event: Cell
    held: str
    at: str
    rationale: str
    searched: str
    author: Cell
    date: str
    recorded: str
    seen: Sequence[Seen] = ()


def outcomes_of(iri: str) -> list[Outcome]:
    """Return the reports that tell of a thing, by name."""
    found: dict[str, Outcome] = {}
    for row in ask_about(_OUTCOMES, iri):
        known = found.setdefault(text_in(row, "report"), _outcome(row))
        if row["page"] is not None:
            seen = dict.fromkeys((*known.seen, _seen(row)))
            found[text_in(row, "report")] = replace(known, seen=tuple(seen))
    return list(found.values())


def _outcome(row: QuerySolution) -> Outcome:
    return Outcome(
        name=_cell(row, "report", ""),
        status=_cell(row, "status", "statusName"),
        grade=_cell(row, "grade", "gradeName"),
        event=_cell(row, "event", "what"),
        author=_cell(row, "author", "authorName"),
        held=_held(row),
        finding=text_in(row, "finding"),
        at=text_in(row, "at"),
        rationale=text_in(row, "rationale"),
        searched=text_in(row, "searched"),
        date=text_in(row, "date"),
        recorded=text_in(row, "recorded"),
    )


def _cell(row: QuerySolution, column: str, name: str) -> Cell:
    iri = text_in(row, column)
    words = (text_in(row, name) if name else "") or iri.rpartition("/")[2]
    return Cell(words, iri, link_of(iri))


def _held(row: QuerySolution) -> str:
    """From when until when, no more exactly than was seen."""
    length = _LENGTH.get(text_in(row, "precision"), 10)
    days = dict.fromkeys(text_in(row, name)[:length] for name in ("from", "until"))
    return " to ".join(day for day in days if day)


def _seen(row: QuerySolution) -> Seen:
    address = text_in(row, "page")
    return Seen(address, link_of(address), text_in(row, "says"), text_in(row, "pageGrade"))
