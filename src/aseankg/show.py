"""Composes a register's table again from the graph: roles, dates, titles, numbers, indicators as they were written.

No cell is stored anywhere; each is put together from single statements, so that a test can hold the graph against
the source cell by cell. Not here: printing (cli).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import NamedNode, QuerySolutions, Store, Variable

from aseankg.namespaces import AKG, graph
from aseankg.sources import Column, RegisterLayout

__all__ = ["compose_register"]

# Every statement of the plan about one of its activities, with its wording and its first passage.
_STATEMENTS = """
PREFIX akg: <https://w3id.org/aseankg/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?plan ?activity ?predicate ?object ?written ?column ?label ?start ?end ?exact WHERE {
  GRAPH ?plan { ?activity a akg:Activity ; ?predicate ?object }
  ?statement rdf:subject ?activity ; rdf:predicate ?predicate ; rdf:object ?object ; akg:inGraph ?plan ;
             akg:evidence ?passage .
  ?passage akg:startOffset ?start ; akg:endOffset ?end ; akg:exact ?exact .
  OPTIONAL { ?statement akg:asWritten ?written }
  OPTIONAL { ?statement akg:printedInColumn ?column }
  OPTIONAL { ?object rdfs:label ?short }
  OPTIONAL { ?object skos:prefLabel ?long }
  OPTIONAL { GRAPH ?plan { ?object akg:title ?title } }
  BIND (IF(?predicate = akg:indicator, COALESCE(?title, ""), COALESCE(?short, ?long)) AS ?label)
} ORDER BY ?activity ?start
"""


@dataclass(frozen=True)
class _Said:
    """One statement of a row: its term, its words and where they begin and end."""

    term: NamedNode
    value: str
    written: str
    column: str | None
    start: int
    end: int
    exact: str


def compose_register(store: Store, slug: str, layout: RegisterLayout) -> list[list[str]]:
    """Return the rows of the activities in print order, each with one text a column of the layout."""
    rows: defaultdict[str, list[_Said]] = defaultdict(list)
    solutions = store.query(
        _STATEMENTS, use_default_graph_as_union=True, substitutions={Variable("plan"): graph(f"plan/{slug}")}
    )
    for solution in _solutions(solutions):
        rows[solution["activity"].value].append(_said(solution))
    ordered = sorted(
        rows.values(), key=lambda said: min((one.start for one in said if one.term == AKG.title), default=0)
    )
    table, above = [], ""
    for said in ordered:
        number = next((one.value for one in said if one.term == AKG.number), "")
        digits = "".join(re.findall(r"^\d+", number))
        table.append(
            [_CELLS[column.holds](column, said, "" if digits == above else digits) for column in layout.columns]
        )
        above = digits
    return table


def _solutions(results: object) -> QuerySolutions:
    if not isinstance(results, QuerySolutions):
        raise TypeError("expected the solutions of a SELECT")
    return results


def _said(solution: object) -> _Said:
    def text(name: str) -> str | None:
        term = solution[name]  # type: ignore[index]
        return None if term is None else term.value

    value = text("object") or ""
    label = text("label")
    written = text("written") or (value if label is None else label)
    return _Said(
        solution["predicate"], value, written, text("column"),  # type: ignore[index]
        int(text("start") or 0), int(text("end") or 0), text("exact") or "",
    )  # fmt: skip


def _number_cell(column: Column, said: list[_Said], digits: str) -> str:
    return digits


def _title_cell(column: Column, said: list[_Said], digits: str) -> str:
    """The title with the row's letter before it and the marks where they stand."""
    titles = [one for one in said if one.term == AKG.title]
    if not titles:
        return ""
    title, words = titles[0], titles[0].value
    marks = [one for one in said if one.term == AKG.note]
    # The title leaves out each mark with the blank before it: the passage's length tells if there were blanks.
    left_out = title.end - title.start - len(words) - sum(len(mark.exact) for mark in marks)
    blank = " " if left_out >= len(marks) else ""
    for mark in marks:
        at = mark.start - title.start - len(blank)
        words = words[:at] + blank + mark.exact + words[at:]
    letter = "".join(re.findall(r"[a-z]$", next((one.value for one in said if one.term == AKG.number), "")))
    return f"{letter}. {words}" if letter and column.letters else words


def _actors_cell(column: Column, said: list[_Said], digits: str) -> str:
    """The actors printed in this column, joined as the space between their words says, then the national level."""
    actors = [one for one in said if one.column == column.header and one.term != AKG.nationalLevel]
    cell = "".join(
        one.written if before is None else _separator(column, one.start - before.end) + one.written
        for before, one in zip([None, *actors], actors, strict=False)
    )
    level = [one.written for one in said if one.column == column.header and one.term == AKG.nationalLevel]
    return " ".join(part for part in (cell, *level) if part)


def _separator(column: Column, gap: int) -> str:
    return next((mark for mark in column.separators if len(mark) == gap), " ")


def _concept_cell(column: Column, said: list[_Said], digits: str) -> str:
    return "".join(one.written for one in said if one.term == AKG[column.property or "focusArea"])


def _timeline_cell(column: Column, said: list[_Said], digits: str) -> str:
    """The period, which needs its start, its end and its precision, and the venue."""
    found = {one.term: one.written for one in said if one.column == column.header}
    period = [found[term] for term in (AKG.startDate, AKG.endDate, AKG.datePrecision) if term in found]
    if not period and AKG.venue not in found and found.get(AKG.timelineText) in column.kept_as_text:
        return found[AKG.timelineText]
    parts = ([period[0]] if len(period) == 3 else []) + ([found[AKG.venue]] if AKG.venue in found else [])
    return ", ".join(parts)


def _indicator_cell(column: Column, said: list[_Said], digits: str) -> str:
    return "".join(one.written for one in said if one.term == AKG.indicator)


_CELLS: dict[str, Callable[[Column, list[_Said], str], str]] = {
    "number": _number_cell, "title": _title_cell, "actors": _actors_cell, "concept": _concept_cell,
    "timeline": _timeline_cell, "indicator": _indicator_cell,
}  # fmt: skip
