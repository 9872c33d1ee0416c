"""What was judged of a thing: the mappings that it is an end of, each with the words of both sides and its reason.

A contested mapping stands beside those that dissent from it, so that a reader can take either side. Not here: what
became of a planned thing (outcomes), HTML (templates).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, QuerySolution

from aseankg.identifiers import as_counted
from aseankg.namespaces import BASE, DCTERMS, SKOS, shorten
from aseankg.web.facts import ask_about, text_in
from aseankg.web.page import Cell, cell_of, link_of
from aseankg.web.texts import N_, translate

__all__ = [
    "GROUPS",
    "LARGEST_COMPARISON",
    "PREDICATES",
    "Comparison",
    "Judgement",
    "Side",
    "groups_of",
    "judgements_of",
    "word_of",
]

LARGEST_COMPARISON = 150
# The standings in the order of a page, the heading of each, and what it says of the triple.
GROUPS: dict[str, tuple[str, str]] = {
    "asserted": (N_("Asserted"), N_("Judged to hold, and a fact of the graph.")),
    "contested": (N_("Contested"), N_("Judged to hold by one row and not to hold by another: no fact of the graph.")),
    "rejected": (N_("Rejected"), N_("Judged not to hold, where a reader could expect it: no fact of the graph.")),
}
PREDICATES = {  # in words
    DCTERMS.subject: N_("is about"),
    SKOS.exactMatch: N_("is an exact match of"),
    SKOS.closeMatch: N_("is a close match of"),
    SKOS.broadMatch: N_("has as broader match"),
    SKOS.narrowMatch: N_("has as narrower match"),
    SKOS.relatedMatch: N_("is a related match of"),
}
_SIDES = ("subject", "object")
_COLUMNS = """?standing ?predicate ?word ?modifier ?confidence ?justification ?reason ?author ?authorLabel ?date
       ?reviewer ?address ?recorded """ + " ".join(
    f"?{end}{part}"
    for end in _SIDES
    for part in ("", "Label", "Concept", "Given", "Title", "Passage", "Words", "Source", "Text")
)
_ENDS = "".join(
    f"""
  OPTIONAL {{ ?{end} rdfs:label ?{end}Label }}
  OPTIONAL {{ ?{end} skos:prefLabel ?{end}Concept FILTER (LANG(?{end}Concept) IN ("", "en")) }}
  OPTIONAL {{ ?mapping sssom:{end}_label ?{end}Given }}
  OPTIONAL {{ ?{end} akg:title ?{end}Title }}
  OPTIONAL {{
    ?mapping akg:{end}Passage ?{end}Passage .
    ?{end}Passage akg:exact ?{end}Words ; akg:inSource ?{end}Source .
    OPTIONAL {{ ?{end}Source rdfs:label ?{end}Text }}
  }}"""
    for end in _SIDES
)
_JUDGED = """
      {
        VALUES ?end { owl:annotatedSource owl:annotatedTarget }
        ?mapping ?end ?thing ; akg:standing ?standing ;
                 owl:annotatedSource ?subject ; owl:annotatedProperty ?predicate ; owl:annotatedTarget ?object
      } UNION {
        ?thing owl:annotatedSource ?subject ; owl:annotatedTarget ?object .
        ?mapping owl:annotatedSource ?subject ; owl:annotatedTarget ?object ; owl:annotatedProperty ?predicate ;
                 akg:standing ?standing
      }"""
# Asked first, because of most things nothing was judged, and only to read the many clauses of the other takes the
# engine 7 ms.
_ANY = f"""PREFIX akg: <https://w3id.org/aseankg/ontology#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?thing ?mapping WHERE {{{_JUDGED} }} LIMIT 1"""
_JUDGEMENTS = f"""PREFIX akg:     <https://w3id.org/aseankg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl:     <http://www.w3.org/2002/07/owl#>
PREFIX pav:     <http://purl.org/pav/>
PREFIX rdfs:    <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom:   <https://w3id.org/sssom/>
SELECT ?thing ?mapping {_COLUMNS}
WHERE {{
  {{
    SELECT DISTINCT ?thing ?mapping ?standing ?subject ?predicate ?object WHERE {{{_JUDGED}
    }}
    ORDER BY ?mapping LIMIT {LARGEST_COMPARISON + 1}
  }}
  OPTIONAL {{ ?predicate rdfs:label ?word }}
  OPTIONAL {{ ?mapping sssom:predicate_modifier ?modifier }}
  OPTIONAL {{ ?mapping sssom:confidence ?confidence }}
  OPTIONAL {{ ?mapping sssom:mapping_justification ?justification }}
  OPTIONAL {{ ?mapping rdfs:comment ?reason }}
  OPTIONAL {{ ?mapping pav:authoredBy ?author . OPTIONAL {{ ?author rdfs:label ?authorLabel }} }}
  OPTIONAL {{ ?mapping pav:authoredOn ?date }}
  OPTIONAL {{ ?mapping pav:reviewedBy ?reviewer }}
  OPTIONAL {{ ?mapping dcterms:source ?address }}
  OPTIONAL {{ ?mapping akg:recordedIn ?recorded }}{_ENDS}
}}"""


@dataclass(frozen=True)
class Side:
    """One end of a mapping: its name and title, and the words of a text that speak for it, where a text has any."""

    iri: str
    name: Cell
    title: str
    words: str
    passage: str
    text: str


@dataclass(frozen=True)
class Judgement:
    """One row of a mapping file, with the rows of the same triple that say the contrary."""

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
    dissent: Sequence[Judgement] = ()

    @property
    def triple(self) -> tuple[str, str, str]:
        """What is judged, whichever way."""
        return self.subject.iri, self.predicate, self.object.iri

    @property
    def file(self) -> str:
        """The file that it is recorded in."""
        return self.recorded.rpartition(":")[0]


@dataclass(frozen=True)
class Comparison:
    """The judgements of a thing, those that dissent each beside its contrary; `cut` where there are more of them."""

    judgements: Sequence[Judgement]
    cut: bool = False

    @property
    def mappings(self) -> frozenset[str]:
        """The IRIs of all rows, those that dissent too."""
        return frozenset(row.iri for one in self.judgements for row in (one, *one.dissent))

    @property
    def names(self) -> dict[str, str]:
        """What the rows call the things of others that they lead to, which the graph itself does not name."""
        ends = {one.object.iri: one.object.name.text for one in self.judgements}
        return {iri: f"{shorten(iri)} {name}" for iri, name in ends.items() if not iri.startswith(BASE)}


def judgements_of(iri: str) -> Comparison:
    """Return the mappings that have a thing as subject or object; of a mapping, all of the same two things."""
    rows = ask_about(_JUDGEMENTS, iri) if ask_about(_ANY, iri) else ()
    found: dict[str, Judgement] = {}
    for row in sorted(rows, key=lambda row: [text_in(row, name) for name in ("subjectTitle", "objectTitle")]):
        known = found.get(text_in(row, "mapping"))
        found[text_in(row, "mapping")] = _with_author(known, row) if known else _judgement(row)
    cut = len(found) > LARGEST_COMPARISON
    return Comparison(_paired(sorted(found.values(), key=_order)[:LARGEST_COMPARISON]), cut)


def word_of(predicate: str, label: str) -> str:
    """Return what the predicate of a mapping is called; `label` is what the graph calls it, which may be nothing."""
    return translate(PREDICATES.get(NamedNode(predicate), "")) or label or shorten(predicate)


def groups_of(comparison: Comparison) -> list[tuple[str, str, Sequence[Judgement]]]:
    """Return the judgements by standing: heading, what it says, and the judgements."""
    groups = [(*head, [one for one in comparison.judgements if one.standing == name]) for name, head in GROUPS.items()]
    return [group for group in groups if group[2]]


def _order(one: Judgement) -> tuple[str, list[str | int], list[str | int], str]:
    return one.predicate, as_counted(one.object.iri), as_counted(one.subject.iri), one.iri


def _paired(rows: Sequence[Judgement]) -> list[Judgement]:
    """Those that dissent beside what they dissent from; one whose contrary is not among the rows by itself."""
    against = [row for row in rows if row.standing == "dissenting"]
    heads = [row for row in rows if row.standing != "dissenting"]
    paired = [replace(row, dissent=[one for one in against if _contrary(one, row)]) for row in heads]
    alone = [one for one in against if not any(_contrary(one, row) for row in heads)]
    return [*paired, *(replace(one, standing="contested") for one in alone)]


def _contrary(one: Judgement, other: Judgement) -> bool:
    return one.triple == other.triple and one.negated != other.negated


def _judgement(row: QuerySolution) -> Judgement:
    return Judgement(
        iri=text_in(row, "mapping"),
        subject=_side(row, "subject"),
        object=_side(row, "object"),
        predicate=text_in(row, "predicate"),
        word=word_of(text_in(row, "predicate"), text_in(row, "word")),
        negated=row["modifier"] is not None,
        justification=shorten(text_in(row, "justification")),
        authors=_authors(row),
        reviewed=row["reviewer"] is not None,
        standing=text_in(row, "standing"),
        confidence=text_in(row, "confidence"),
        reason=text_in(row, "reason"),
        date=text_in(row, "date"),
        address=text_in(row, "address"),
        recorded=text_in(row, "recorded"),
    )


def _with_author(known: Judgement, row: QuerySolution) -> Judgement:
    return replace(known, authors=tuple(dict.fromkeys([*known.authors, *_authors(row)])))


def _authors(row: QuerySolution) -> tuple[Cell, ...]:
    return (_named(row, "author", ("authorLabel",)),) if row["author"] is not None else ()


def _side(row: QuerySolution, end: str) -> Side:
    return Side(
        iri=text_in(row, end),
        name=_named(row, end, (f"{end}Label", f"{end}Concept", f"{end}Given")),
        title=" ".join(text_in(row, f"{end}Title").split()),
        words=text_in(row, f"{end}Words"),
        passage=text_in(row, f"{end}Passage"),
        text=text_in(row, f"{end}Text") or shorten(text_in(row, f"{end}Source")),
    )


def _named(row: QuerySolution, column: str, names: Iterable[str]) -> Cell:
    """The cell of a thing under the first of its names."""
    term = row[column]
    name = next((text_in(row, one) for one in names if text_in(row, one)), "")
    if isinstance(term, NamedNode) and name:
        return Cell(name, term.value, link_of(term.value))
    return cell_of(term)
