"""Composes a register's table again from the graph: roles, dates, titles, numbers, indicators as they were written.

No cell is stored anywhere; each is put together from single statements, so that a test can hold the graph against
the source cell by cell. Not here: printing (cli).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from aseankg.catalogue import read_query
from aseankg.layout import resources
from aseankg.namespaces import AKG, graph
from aseankg.sources import Column, RegisterLayout

__all__ = ["compose_register"]

_STATEMENTS = "queries/reports/register.rq"


@dataclass(frozen=True)
class _Said:
    """One statement of a row: its term, its words and where they begin and end."""

    of_indicator: bool
    term: NamedNode
    value: str
    written: str
    column: str | None
    start: int
    end: int
    exact: str


def compose_register(store: Store, slug: str, layout: RegisterLayout) -> list[list[str]]:
    """Return the rows of the activities in print order, each with one text a column of the layout."""
    query = read_query(resources() / _STATEMENTS)
    bound: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {Variable("plan"): graph(f"plan/{slug}")}
    rows: defaultdict[str, list[_Said]] = defaultdict(list)
    for solution in _solutions(store.query(query.text, use_default_graph_as_union=True, substitutions=bound)):
        rows[solution["activity"].value].append(_said(solution))
    table, above = [], -1
    for said in sorted(rows.values(), key=_place):
        number = next((one.start for one in said if one.term == AKG.number), -1)
        cells = [_CELLS[column.holds](column, said) for column in layout.columns]
        # A number that two rows share is printed in the first of them.
        table.append([
            "" if column.holds == "number" and number == above else cell
            for column, cell in zip(layout.columns, cells, strict=True)
        ])  # fmt: skip
        above = number
    return table


def _place(said: list[_Said]) -> int:
    """Where the row's title begins."""
    return min((one.start for one in said if one.term == AKG.title and not one.of_indicator), default=0)


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
        text("ofIndicator") == "true",
        solution["predicate"], value, written, text("column"),  # type: ignore[index]
        int(text("start") or 0), int(text("end") or 0), text("exact") or "",
    )  # fmt: skip


def _number_cell(column: Column, said: list[_Said]) -> str:
    return next((one.exact for one in said if one.term == AKG.number), "")


def _title_cell(column: Column, said: list[_Said]) -> str:
    """The title with its marks, and before it the letter that is the second place of the number."""
    own = [one for one in said if not one.of_indicator]
    letter = [one.exact for one in own if one.term == AKG.number][1:]
    words = _with_marks(own)
    return " ".join([*letter, words]) if words else ""


def _with_marks(said: list[_Said]) -> str:
    """A title with the marks where they stand in its passage."""
    titles = [one for one in said if one.term == AKG.title]
    if not titles:
        return ""
    title, words = titles[0], titles[0].value
    marks = [one for one in said if one.term == AKG.note and title.start <= one.start < title.end]
    # The title leaves out each mark with the blank before it: the passage's length tells if there were blanks.
    left_out = title.end - title.start - len(words) - sum(len(mark.exact) for mark in marks)
    blank = " " if left_out >= len(marks) else ""
    for mark in marks:
        at = mark.start - title.start - len(blank)
        words = words[:at] + blank + mark.exact + words[at:]
    return words


def _actors_cell(column: Column, said: list[_Said]) -> str:
    """The words printed in this column: actors, marks, the national level, joined as the gap between them says."""
    words = [one for one in said if one.column == column.header]
    return "".join(
        one.written if before is None else _separator(column, before, one) + one.written
        for before, one in zip([None, *words], words, strict=False)
    )


def _separator(column: Column, before: _Said, one: _Said) -> str:
    """What stands between two words of a cell: a mark and the national level are set off by a blank or nothing."""
    gap = one.start - before.end
    if AKG.note in (one.term, before.term) and gap <= 1:
        return " " * gap
    return next((mark for mark in column.separators if len(mark) == gap), " ")


def _marks_behind(column: Column, said: list[_Said]) -> str:
    """The marks at the end of a cell that holds one thing."""
    words = [one for one in said if one.column == column.header]
    end = max((one.end for one in words if one.term != AKG.note), default=0)
    return "".join(" " * (one.start - end == 1) + one.exact for one in words if one.term == AKG.note)


def _concept_cell(column: Column, said: list[_Said]) -> str:
    words = "".join(one.written for one in said if one.term == AKG[column.property or "focusArea"])
    return words + _marks_behind(column, said)


def _timeline_cell(column: Column, said: list[_Said]) -> str:
    """The period, which needs its start, its end and its precision, and the venue."""
    found = {one.term: one.written for one in said if one.column == column.header}
    period = [found[term] for term in (AKG.startDate, AKG.endDate, AKG.datePrecision) if term in found]
    if not period and AKG.venue not in found and found.get(AKG.timelineText) in column.kept_as_text:
        return found[AKG.timelineText]
    parts = ([period[0]] if len(period) == 3 else []) + ([found[AKG.venue]] if AKG.venue in found else [])
    return ", ".join(parts) + _marks_behind(column, said)


def _indicator_cell(column: Column, said: list[_Said]) -> str:
    return _with_marks([one for one in said if one.of_indicator])


_CELLS: dict[str, Callable[[Column, list[_Said]], str]] = {
    "number": _number_cell, "title": _title_cell, "actors": _actors_cell, "concept": _concept_cell,
    "timeline": _timeline_cell, "indicator": _indicator_cell,
}  # fmt: skip
