"""How the plans compare, at `/alignment`: what is covered by what, what is not, and every mapping with both its sides.

Each number leads to its ties, and each tie to the words of both sides. Not here: how coverage is measured
(covering), the page of one mapping (resources).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, Response, url_for

from aseankg.coverage import DIMENSIONS
from aseankg.coverage.evidence import Evidence, Words
from aseankg.coverage.matrix import Cell, Coverage, Head
from aseankg.errors import UsageError
from aseankg.namespaces import shorten
from aseankg.sheets import Sheet
from aseankg.web.comparing import covering
from aseankg.web.comparing.mappings import counted, fitting, judged
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.page.charts import STEPS, Part, cut, nice_ticks, parts_of, step_of
from aseankg.web.page.choosing import address_with, chosen_of, only, value_of
from aseankg.web.page.exports import export, export_asked
from aseankg.web.page.showing import label_of, show
from aseankg.web.things.judgements import Judgement

__all__ = ["register"]

_PARAMETERS = ("by", "plan", "row", "column", "view", "standing", "predicate", "page", "format")
_STANDINGS = ("contested", "dissenting", "asserted", "rejected")
_FIRST = ("contested", "text", "reading", "judged_not")  # of the ties behind a number
_DRAWN = ("theme", "sdg", "body", "country", "year")
_MOST_SHOWN, _ON_A_PAGE, _MOST_DRAWN, _SERIES = 300, 100, 40, 5
_LABELS, _BARS, _HIGH = 330, 560, 24  # of the chart: the width of names and of bars, the height of a row


def register(app: Flask) -> None:
    """Give the application its page of alignment."""
    covering.register(app)
    app.add_url_rule("/alignment", "alignment", _alignment)


def _alignment() -> Response:
    only(*_PARAMETERS)
    by = chosen_of("by", DIMENSIONS)
    if chosen_of("view", ("matrix", "mappings")) == "mappings":
        return _mappings()
    if value_of("row") or value_of("column"):
        return _ties(covering.matrix_by(by or "plan", value_of("plan")))
    matrix = covering.matrix_by(by or "plan", value_of("plan"))
    chosen = export_asked()
    if chosen:
        return export(chosen, f"coverage-by-{matrix.by}", _sheet_of(matrix))
    if not by and not value_of("plan"):
        return _overview(matrix)
    return show("alignment/matrix.html", **_laid_out(matrix), chart=_chart(matrix))


# -- the matrix ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shown:
    """A cell with its step of the heat map and the address of its ties."""

    cell: Cell
    step: int
    link: str


def _laid_out(matrix: Coverage) -> dict[str, object]:
    """The matrix for the template, the longer side downwards; each cell knows its own row and column."""
    turned = len(matrix.columns) > len(matrix.rows)
    down, across = (matrix.columns, matrix.rows) if turned else (matrix.rows, matrix.columns)
    most = max((cell.count for _, _, cell in matrix), default=0)
    body = []
    for head in down:
        ends = [(other, head) if turned else (head, other) for other in across]
        body.append((head, [_shown(matrix, row, column, most) for row, column in ends]))
    return {
        "by": matrix.by, "dimensions": DIMENSIONS, "down": down, "across": across, "body": body, "turned": turned,
        "most": most, "steps": range(1, STEPS + 1), "address_with": address_with, "names": _names(),
        "uncovered": _uncovered(matrix), "cut": cut,
    }  # fmt: skip


def _uncovered(matrix: Coverage) -> list[Head]:
    return [one for one in matrix.columns if not any(matrix.at(row.iri, one.iri).count for row in matrix.rows)]


def _shown(matrix: Coverage, row: Head, column: Head, most: int) -> _Shown:
    cell = matrix.at(row.iri, column.iri)
    held = cell.count or cell.contested or cell.judged_not
    plan = value_of("plan") or None
    link = url_for("alignment", by=matrix.by, row=row.names[1], column=column.names[1], plan=plan) if held else ""
    return _Shown(cell, step_of(cell.count, most), link)


def _names() -> dict[str, str]:
    """The names of the plans that may be looked at alone."""
    return {head.names[2]: head.label for head in covering.matrix_by("plan").rows if "/plan/" in head.iri}


def _sheet_of(matrix: Coverage) -> Sheet:
    columns = ["row", "column", "counted", "through the text", "by our reading", "contested", "judged not", "row IRI",
               "column IRI"]  # fmt: skip
    rows = [
        (_full(row), _full(column), cell.count, cell.text, cell.reading, cell.contested, cell.judged_not, row.iri,
         column.iri)
        for row, column, cell in matrix
    ]  # fmt: skip
    return Sheet(f"Coverage by {matrix.by}", columns, rows)


def _full(head: Head) -> str:
    return f"{head.label}: {head.title}" if head.title else head.label


# -- the chart -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bar:
    """A bar of the chart: its name, its parts, where it ends, how many it stands for."""

    head: Head
    name: str
    parts: Sequence[Part]
    top: int
    end: float
    total: int


def _chart(matrix: Coverage) -> dict[str, object] | None:
    """A bar for each column, with a part for each plan; nothing where that says no more than the table."""
    if matrix.by not in _DRAWN or not matrix.ties:
        return None
    counts = [(head, [matrix.at(row.iri, head.iri).count for row in matrix.rows]) for head in matrix.columns]
    if matrix.by != "year":
        counts = sorted((one for one in counts if any(one[1])), key=lambda one: (-sum(one[1]), one[0].label))
    kept = counts[:_MOST_DRAWN]
    series = list(matrix.rows) if len(matrix.rows) <= _SERIES else []
    ticks = nice_ticks(max((sum(one) for _, one in kept), default=0))
    unit = _BARS / ticks[-1]
    return {
        "bars": [_bar(place, head, one if series else [sum(one)], unit) for place, (head, one) in enumerate(kept)],
        "ticks": [(tick, _LABELS + tick * unit) for tick in ticks], "series": series,
        "left_out": len(counts) - len(kept),
        "width": _LABELS + _BARS + 60, "height": _HIGH * len(kept) + 60,
        "foot": _HIGH * len(kept) + 34, "labels": _LABELS,
    }  # fmt: skip


def _bar(place: int, head: Head, counts: Sequence[int], unit: float) -> _Bar:
    parts = parts_of(counts, unit, _LABELS)
    end = parts[-1].left + parts[-1].width if parts else _LABELS
    return _Bar(head, cut(head.label, 46), parts, 30 + _HIGH * place, end, sum(counts))


# -- the ties behind a number ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tie:
    """A tie, and the mapping that it rests on where there is one."""

    said: Evidence
    mapping: Judgement | None


def _ties(matrix: Coverage) -> Response:
    try:
        row, column = matrix.get_heads(value_of("row"), value_of("column"))
    except UsageError as error:
        raise DetailedError(404, str(error)) from None
    mappings = {one.iri: one for one in judged()}
    ties = [_Tie(one, mappings.get(one.statement)) for one in matrix.cell(row.iri, column.iri)]
    ties.sort(key=lambda tie: _FIRST.index(tie.said.known) if tie.said.known in _FIRST else len(_FIRST))
    chosen = export_asked()
    if chosen:
        sources = [(one.said.title, one.said.words.passage, one.said.words.text) for one in ties]
        return export(chosen, f"ties-by-{matrix.by}", _sheet_of_ties(ties), sources)
    return show(
        "alignment/ties.html", by=matrix.by, row=row, column=column, cell=matrix.at(row.iri, column.iri),
        ties=ties[:_MOST_SHOWN], count=len(ties), known_in_order=_FIRST, address_with=address_with,
    )  # fmt: skip


def _sheet_of_ties(ties: Sequence[_Tie]) -> Sheet:
    columns = ["element", "title", "relation", "other", "other title", "known", "how", "words", "where", "other words",
               "other where", "reason", "confidence", "author", "date", "dissent", "mend at"]  # fmt: skip
    rows = [
        (said.element, said.title, shorten(said.relation), said.other, said.other_title, said.known.replace("_", " "),
         ", ".join(filter(None, (said.how, said.via))), said.words.text, _where(said.words), said.other_words.text,
         _where(said.other_words), said.reason, said.confidence, mapping.author if mapping else "",
         mapping.date if mapping else "", " ".join(one.reason for one in mapping.dissent) if mapping else "",
         said.recorded_in)
        for said, mapping in ((tie.said, tie.mapping) for tie in ties)
    ]  # fmt: skip
    return Sheet("Ties", columns, rows)


def _where(words: Words) -> str:
    return f"{words.source}:{words.line}" if words.source else ""


# -- the overview and the list of mappings -----------------------------------------------------------------------------


def _overview(matrix: Coverage) -> Response:
    rows = judged()
    contested = [one for one in rows if one.standing == "contested"]
    counts = counted(rows)["standing"]
    return show(
        "alignment/overview.html", **_laid_out(matrix), contested=contested, counts=counts, findings=covering.findings()
    )


def _mappings() -> Response:
    rows = judged()
    counts = counted(rows)
    plans = {shorten(one).rpartition("/")[2]: one for one in sorted(counts["plan"])}
    plan = chosen_of("plan", plans)
    standing = chosen_of("standing", _STANDINGS)
    found = fitting(rows, standing, chosen_of("predicate", sorted(counts["predicate"])), plans.get(plan, ""))
    chosen = export_asked()
    if chosen:
        sources = [
            (end.name, end.passage, end.words) for one in found for end in (one.subject, one.object) if end.words
        ]
        return export(chosen, "mappings", _sheet_of_mappings(found), sources)
    words = {shorten(one.predicate): one.word for one in rows}
    pages = [str(number + 1) for number in range(max(1, -(-len(found) // _ON_A_PAGE)))]
    first = (int(chosen_of("page", pages, "1")) - 1) * _ON_A_PAGE
    return show(
        "alignment/mappings.html", rows=found[first : first + _ON_A_PAGE], first=first, pages=pages, count=len(found),
        counts=counts | {"plan": {one: counts["plan"][iri] for one, iri in plans.items()}}, words=words,
        plans={one: label_of(iri) for one, iri in plans.items()}, standings=_STANDINGS, address_with=address_with,
        cut=cut,
    )  # fmt: skip


def _sheet_of_mappings(rows: Sequence[Judgement]) -> Sheet:
    columns = ["standing", "subject", "subject IRI", "not", "predicate", "object", "object IRI", "words of the subject",
               "words of the object", "reason", "confidence", "justification", "author", "date", "mend at"]  # fmt: skip
    return Sheet("Mappings", columns, [
        (one.standing, one.subject.name, one.subject.iri, "not" if one.negated else "", shorten(one.predicate),
         one.object.name, one.object.iri, one.subject.words, one.object.words, one.reason, one.confidence,
         one.justification, one.author, one.date, one.recorded)
        for one in rows
    ])  # fmt: skip
