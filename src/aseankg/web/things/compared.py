"""The mappings that a thing is an end of, as its page shows them: by standing, each beside those that dissent from it.

A reader can take either side. Not here: what a judgement is (judgements), what became of a planned thing (outcomes),
HTML (templates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from pyoxigraph import QuerySolution

from aseankg.identifiers import as_counted
from aseankg.namespaces import BASE, shorten
from aseankg.web.page.tables import Cell, link_of
from aseankg.web.texts import N_
from aseankg.web.things.facts import ask_about, text_in
from aseankg.web.things.judgements import Judgement, judgement_in, with_dissent

__all__ = ["GROUPS", "LARGEST_COMPARISON", "Comparison", "groups_of", "judgements_of"]

LARGEST_COMPARISON = 150
# The standings in the order of a page, the heading of each, and what it says of the triple.
GROUPS: dict[str, tuple[str, str]] = {
    "asserted": (N_("Asserted"), N_("Judged to hold, and a fact of the graph.")),
    "contested": (N_("Contested"), N_("Judged to hold by one row and not to hold by another: no fact of the graph.")),
    "rejected": (N_("Rejected"), N_("Judged not to hold, where a reader could expect it: no fact of the graph.")),
}
_SIDES = ("subject", "object")
_COLUMNS = (
    *("mapping", "standing", "predicate", "word", "modifier", "confidence", "justification", "reason", "author"),
    *("author_label", "date", "reviewer", "address", "recorded", *_SIDES),
    *(
        f"{end}_{part}"
        for end in _SIDES
        for part in ("label", "concept", "given", "title", "passage", "words", "source", "text")
    ),
)
_ENDS = "".join(
    f"""
  OPTIONAL {{ ?{end} rdfs:label ?{end}_label }}
  OPTIONAL {{ ?{end} skos:prefLabel ?{end}_concept FILTER (LANG(?{end}_concept) IN ("", "en")) }}
  OPTIONAL {{ ?mapping sssom:{end}_label ?{end}_given }}
  OPTIONAL {{ ?{end} akg:title ?{end}_title }}
  OPTIONAL {{
    ?mapping akg:{end}Passage ?{end}_passage .
    ?{end}_passage akg:exact ?{end}_words ; akg:inSource ?{end}_source .
    OPTIONAL {{ ?{end}_source rdfs:label ?{end}_text }}
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
SELECT ?thing {" ".join(f"?{column}" for column in _COLUMNS)}
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
  OPTIONAL {{ ?mapping pav:authoredBy ?author . OPTIONAL {{ ?author rdfs:label ?author_label }} }}
  OPTIONAL {{ ?mapping pav:authoredOn ?date }}
  OPTIONAL {{ ?mapping pav:reviewedBy ?reviewer }}
  OPTIONAL {{ ?mapping dcterms:source ?address }}
  OPTIONAL {{ ?mapping akg:recordedIn ?recorded }}{_ENDS}
}}"""


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
        ends = {one.object.iri: one.object.name for one in self.judgements}
        return {iri: f"{shorten(iri)} {name}" for iri, name in ends.items() if not iri.startswith(BASE)}


def judgements_of(iri: str) -> Comparison:
    """Return the mappings that have a thing as subject or object; of a mapping, all of the same two things."""
    found: dict[str, Judgement] = {}
    rows = map(_words, ask_about(_JUDGEMENTS, iri) if ask_about(_ANY, iri) else ())
    for row in sorted(rows, key=itemgetter("subject_title", "object_title")):
        one = _judgement(row)
        known = found.get(one.iri, one)
        found[one.iri] = replace(known, authors=tuple(dict.fromkeys([*known.authors, *one.authors])))
    kept = sorted(found.values(), key=_order)[:LARGEST_COMPARISON]
    return Comparison(_heads(with_dissent(kept)), len(found) > LARGEST_COMPARISON)


def groups_of(comparison: Comparison) -> list[tuple[str, str, Sequence[Judgement]]]:
    """Return the judgements by standing: heading, what it says, and the judgements."""
    groups = [(*head, [one for one in comparison.judgements if one.standing == name]) for name, head in GROUPS.items()]
    return [group for group in groups if group[2]]


def _order(one: Judgement) -> tuple[str, list[str | int], list[str | int], str]:
    return one.predicate, as_counted(one.object.iri), as_counted(one.subject.iri), one.iri


def _heads(rows: Sequence[Judgement]) -> list[Judgement]:
    """Those that stand by themselves; of those that dissent the ones whose contrary is not among the rows."""
    heads = [row for row in rows if row.standing != "dissenting"]
    alone = [row for row in rows if row.standing == "dissenting" and not row.dissent]
    return [*heads, *(replace(row, standing="contested") for row in alone)]


def _words(row: QuerySolution) -> dict[str, str]:
    said = {column: text_in(row, column) for column in _COLUMNS}
    for end in _SIDES:
        said[f"{end}_title"] = " ".join(said[f"{end}_title"].split())
        said[f"{end}_text"] = said[f"{end}_text"] or shorten(said[f"{end}_source"])
    return said


def _judgement(row: dict[str, str]) -> Judgement:
    def name_of(end: str) -> str:
        return row[f"{end}_label"] or row[f"{end}_concept"] or row[f"{end}_given"] or shorten(row[end])

    author = row["author"]
    authors = (Cell(row["author_label"] or shorten(author), author, link_of(author)),) if author else ()
    return judgement_in(row, name_of, authors)
