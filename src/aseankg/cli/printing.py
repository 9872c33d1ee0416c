"""Prints rows: as a table for people, as markdown, or in the formats of SPARQL 1.1 results."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence

import click

from aseankg.api import Solutions

__all__ = ["FORMATS", "format_option", "markdown", "print_rows", "print_solutions", "progress", "table"]

FORMATS = ("table", "csv", "tsv", "json", "markdown")

format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True,
    help="How rows come out; json is SPARQL 1.1 Query Results JSON.",
)  # fmt: skip


def progress(words: str) -> None:
    """Tell on the error stream what is being done."""
    click.echo(words, err=True)


def print_solutions(solutions: Solutions, form: str) -> None:
    """Print solutions for people (table, markdown: IRIs shortened) or for programs (whole IRIs)."""
    if form == "json":
        click.echo(solutions.body)
        return
    whole = [["" if term is None else term.value for term in row] for row in solutions.rows]
    print_rows(solutions.columns, solutions.texts() if form in ("table", "markdown") else whole, form)
    for note in solutions.notes:
        click.echo(f"\n> {note}" if form == "markdown" else note, err=form not in ("table", "markdown"))


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], form: str) -> None:
    """Print rows of text in one of FORMATS; json here is a list of objects."""
    if form == "json":
        click.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=2))
    elif form in ("csv", "tsv"):
        stream = io.StringIO()
        csv.writer(stream, dialect="excel" if form == "csv" else "excel-tab").writerows([columns, *rows])
        click.echo(stream.getvalue(), nl=False)
    elif form == "markdown":
        click.echo(markdown(columns, rows))
    else:
        click.echo(table(columns, rows), nl=False)
        click.echo(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in GitHub's Markdown; pipes and line ends inside cells are escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in lines
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as wide as the terminal, or 160 characters where there is none."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    stream = io.StringIO()
    width = shutil.get_terminal_size((160, 24)).columns
    Console(file=stream, width=width, color_system=None, legacy_windows=False).print(drawn)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"
