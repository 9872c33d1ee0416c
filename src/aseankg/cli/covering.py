"""The command `coverage`: an overview, a matrix, the rows behind a cell, the findings."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from aseankg.cli.asking import open_graph
from aseankg.cli.printing import format_option, print_rows
from aseankg.errors import UsageError
from aseankg.namespaces import shorten

if TYPE_CHECKING:
    from aseankg.api import KnowledgeGraph
    from aseankg.coverage.evidence import Evidence, Words
    from aseankg.coverage.matrix import Cell, Coverage
    from aseankg.coverage.overview import Overview

__all__ = ["coverage"]

_LEGEND = "5+2: 5 by what a text says, 2 more by our reading. ~1: 1 more contested. A dot: nothing."
_WIDTH = 46
_BY = ("plan", "theme", "sdg", "body", "country", "year", "area")


@click.command(
    epilog="""\b
Examples:
  aseankg coverage                                       all on one screen
  aseankg coverage --by theme                            how many activities, areas, strategies are about what
  aseankg coverage rap-vientiane --by body --format csv  one plan, a line for each cell
  aseankg coverage --by area                             strategies by thematic areas
  aseankg coverage --by theme --cell rap-vientiane child-labour   the rows behind one number, with both passages
  aseankg coverage --findings                            gaps, orphans, contradictions and more, counted
  aseankg ask areas-no-activity-serves                   one of the findings in full"""
)
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option("--by", type=click.Choice(_BY), help="What the plans are held against.")
@click.option("--kind", "kinds", multiple=True,
              help="Count only elements of this kind, such as activity or thematic-area; repeatable.")  # fmt: skip
@click.option("--cell", nargs=2, metavar="ROW COLUMN", help="Show the rows behind one cell, each with two passages.")
@click.option("--findings", is_flag=True, help="Show what is covered by nothing, and what does not fit.")
@format_option
def coverage(
    plans: tuple[str, ...],
    by: str | None,
    kinds: tuple[str, ...],
    cell: tuple[str, str] | None,
    findings: bool,
    form: str,
) -> None:
    """Show what of the plans is covered by what, how that is known, and what is covered by nothing."""
    graph = open_graph()
    if findings and (plans or by or kinds or cell):
        raise UsageError("--findings looks at all plans: give no PLAN, --by, --kind or --cell with it.")
    if findings:
        _print_findings(graph, form)
    elif cell:
        _print_cell(graph.coverage(*plans, by=by or "plan", kinds=kinds), cell, form)
    elif plans or by or kinds:
        _print_matrix(graph.coverage(*plans, by=by or "plan", kinds=kinds), form)
    else:
        _print_overview(graph.overview(), form)


# -- matrices --------------------------------------------------------------------------------------------------


def _print_matrix(matrix: Coverage, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(matrix.to_dict(), ensure_ascii=False, indent=2))
    elif form in ("csv", "tsv"):
        columns = ["row", "column", "row_label", "column_label", "count", "text", "reading", "contested", "judged_not"]
        print_rows(columns, [
            [row.iri, column.iri, row.label, column.label,
             *(str(number) for number in (cell.count, cell.text, cell.reading, cell.contested, cell.judged_not))]
            for row, column, cell in matrix
        ], form)  # fmt: skip
    else:
        _print_table(matrix, form)
        click.echo(_LEGEND)


def _print_table(matrix: Coverage, form: str) -> None:
    """Print the longer side downwards, so that lines stay short."""
    upright = len(matrix.columns) < len(matrix.rows)
    down, across = (matrix.rows, matrix.columns) if upright else (matrix.columns, matrix.rows)
    room = shutil.get_terminal_size((160, 24)).columns - 7 * len(across)
    rows = [
        [_short(f"{head.names[2]} {head.title}" if head.title else head.label, room), *(
            _mark(matrix.at(head.iri, other.iri) if upright else matrix.at(other.iri, head.iri)) for other in across
        )]
        for head in down
    ]  # fmt: skip
    corner = "area, by strategy" if matrix.by == "area" else "" if upright else matrix.by
    print_rows([corner, *(_short(head.names[2] if head.title else head.label) for head in across)], rows, form)
    click.echo(f"Counted are elements of what stands {'at the left' if upright else 'on top'}.")


def _mark(cell: Cell) -> str:
    counts = f"{cell.text}+{cell.reading}" if cell.reading else str(cell.text) if cell.text else ""
    return f"{counts}{' ' if counts and cell.contested else ''}{f'~{cell.contested}' if cell.contested else ''}" or "."


def _short(words: str, room: int = _WIDTH) -> str:
    width = max(10, min(room, _WIDTH))
    return words if len(words) <= width else words[: width - 1] + "…"


# -- the rows behind -------------------------------------------------------------------------------------------


def _print_cell(matrix: Coverage, cell: tuple[str, str], form: str) -> None:
    row, column = matrix.get_heads(*cell)
    found = matrix.cell(row.iri, column.iri)
    _print_evidence(found, form)
    if form == "table":
        click.echo(f"{len(found)} row{'' if len(found) == 1 else 's'}: {row.label}, {column.label}")


def _print_evidence(rows: list[Evidence], form: str) -> None:
    if form == "json":
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    if form == "table":
        for row in rows:
            _print_one(row)
        return
    columns = ["element", "relation", "other", "known", "how", "words", "where", "other_words", "other_where",
               "reason", "confidence", "recorded_in", "via"]  # fmt: skip
    print_rows(columns, [
        [_name(row.element, form), _name(row.relation, form), _name(row.other, form), row.known, row.how,
         row.words.text, _where(row.words), row.other_words.text, _where(row.other_words), row.reason,
         row.confidence, row.recorded_in, row.via]
        for row in rows
    ], form)  # fmt: skip


def _print_one(row: Evidence) -> None:
    click.secho(f"{shorten(row.element)}  {shorten(row.relation)}  {shorten(row.other)}", bold=True, nl=False)
    how = ", ".join(filter(None, (row.how, row.via)))
    sure = f" confidence {row.confidence}" if row.confidence else ""
    click.echo(f"  [{row.known.replace('_', ' ')}: {how}]{sure}")
    for words in (row.words, row.other_words):
        if words.text:
            click.echo(f"  {_where(words)}: »{words.text}«" if words.source else f"  in no text: {words.text}")
    if row.reason:
        click.echo(f"  our reason: {row.reason}")
    if row.recorded_in:
        click.echo(f"  wrong? mend {row.recorded_in}")


def _where(words: Words) -> str:
    return f"{words.source}:{words.line}" if words.source else ""


def _name(iri: str, form: str) -> str:
    return shorten(iri) if form == "markdown" else iri


# -- findings and the overview ---------------------------------------------------------------------------------


def _print_findings(graph: KnowledgeGraph, form: str) -> None:
    found = graph.overview().findings
    if form == "json":
        click.echo(
            json.dumps([{**asdict(one), "sentence": one.sentence} for one in found], ensure_ascii=False, indent=2)
        )
        return
    print_rows(["question", "count", "finding"], [[one.name, str(one.count), one.sentence] for one in found], form)


def _print_overview(overview: Overview, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(overview.to_dict(), ensure_ascii=False, indent=2))
        return
    if form in ("csv", "tsv"):
        _print_matrix(overview.matrix, form)
        return
    counts = ", ".join(f"{overview.elements[plan.iri]} of {plan.label}" for plan in overview.heads())
    click.echo(f"Elements that count (no notes, indicators, abbreviations): {counts}.\n")
    _print_matrix(overview.matrix, form)
    click.echo()
    for one in overview.findings:
        click.echo(f"- {one.sentence}")
    click.echo("\n`aseankg ask QUESTION` gives a finding in full; `aseankg coverage --findings` names the questions.")
