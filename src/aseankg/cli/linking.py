"""The command `link`: joins somebody's table to the graph. What it does is in aseankg.linking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aseankg.cli.asking import open_graph
from aseankg.cli.printing import progress, table
from aseankg.errors import UsageError
from aseankg.linking.reading import MOST_ROWS, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from aseankg.linking import Prepared, Wish

__all__ = ["link"]

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(
    epilog="""\b
Examples:
  aseankg link wages.csv --dry-run                   say what the columns seem to be; write nothing
  aseankg link wages.csv                             write wages-linked.csv and more beside it
  aseankg link wages.xlsx --column "Where=country" --column "Rate=measure" --ignore Remarks
  aseankg link wages.csv --into my-data              make a dataset of it, and then
  aseankg query q.rq --with my-data                    query it together with the plans, or
  aseankg serve --with my-data                         do so in a browser
  aseankg link wages.csv --choices wages-linked-report.csv   take the IRIs that you filled in there

\b
A column holds: country, body, plan, activity, thematic-area, strategy, theme, indicator (names of things, which are
linked); year, sex, age, dimension (which tell figures apart); measure (figures), unit; text, ignore.
Exit codes: 0 good (also where names are not known: the report says which), 1 the file is no table, 2 wrong use."""
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", "columns", multiple=True, metavar="HEAD=HOLDS", help="Say what a column holds; repeatable.")
@click.option("--ignore", multiple=True, metavar="HEAD", help="Leave a column out of the RDF; repeatable.")
@click.option("--header/--no-header", default=None, help="Whether the first row holds column heads.")
@click.option("--sheet", default="", help="The sheet of a workbook; else the first that has words.")
@click.option("--delimiter", default="", help="The separator: a character, or comma, semicolon, tab, bar.")
@click.option("--encoding", default="", help="The encoding of the text, such as utf-8 or cp1252.")
@click.option("--max-rows", default=MOST_ROWS, show_default=True, type=click.IntRange(1), help="Most rows.")
@click.option("--base", default="", metavar="IRI", help="Where your own identifiers begin, such as your own site.")
@click.option("--title", default="", help="What the data are called; else as the file is.")
@click.option("--description", default="", help="What the data are.")
@click.option("--choices", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A report of an earlier run, in which you filled in IRIs.")  # fmt: skip
@click.option("--to", type=_FOLDER, help="Folder to write to; else that of FILE.")
@click.option("--into", type=_FOLDER, help="Folder of a dataset of yours to write to, which --with takes.")
@click.option("--dry-run", is_flag=True, help="Say what the columns seem to be, and write nothing.")
def link(file: Path, to: Path | None, into: Path | None, dry_run: bool, **wishes: object) -> None:
    """Link a table (CSV, TSV, XLSX) with the graph: IRIs for its names, a report, RDF.

    FILE is never changed. What the columns seem to hold is said first, with how sure that is; --column says it better.
    """
    if to and into:
        raise UsageError("--to and --into are two folders: give one. --into makes a dataset for --with.")
    from aseankg.linking import link as write
    from aseankg.linking import prepare
    from aseankg.reconcile import Reconciler

    prepared = prepare(file, _wish(wishes), Reconciler.of_store(open_graph().store))
    _tell(prepared, click.echo if dry_run else progress)
    if dry_run:
        return
    with _bar(prepared.table.about) as advance:
        linked = write(prepared, into or to or file.parent, advance)
    click.echo(linked.words)
    click.echo("\nWritten:\n" + "\n".join(f"  {file}" for file in linked.files))
    if into:
        _check(into)


def _wish(given: dict[str, Any]) -> Wish:
    from aseankg.linking import Wish

    columns = dict(map(_pair, given["columns"])) | dict.fromkeys(given["ignore"], "ignore")
    reading = Reading(given["sheet"], given["delimiter"], given["encoding"], given["header"], given["max_rows"])
    return Wish(columns, reading, given["base"], given["title"], given["description"], given["choices"])


def _pair(text: str) -> tuple[str, str]:
    head, sign, holds = text.rpartition("=")
    if not sign or not head.strip():
        raise UsageError(f'--column {text!r}: expected a head, = and what the column holds, as in "Country=country".')
    return head.strip(), holds.strip()


def _tell(prepared: Prepared, say: Callable[[str], None]) -> None:
    """Say how the table is read, before anything is done with it."""
    for note in prepared.table.notes:
        say(note)
    rows = [[column.head, column.holds, column.sure, column.why] for column in prepared.columns]
    say("\n" + table(["column", "holds", "how sure", "why"], rows))
    form = "a table of statistics, which becomes a W3C Data Cube" if prepared.is_statistics else "a list of things"
    say(f"Read as {form}. --column HEAD=HOLDS says otherwise.\n")


@contextmanager
def _bar(about: int) -> Iterator[Callable[[int], None]]:
    """A bar of the rows that are done, on the error stream of a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    parts = TextColumn("Linking rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*parts, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=about)
        yield lambda rows: bar.update(task, completed=rows, total=max(about, rows))


def _check(folder: Path) -> None:
    """Read the dataset as `serve --with` does, so that what is wrong is known now."""
    from aseankg.settings import Settings
    from aseankg.store.beside import read_beside

    count = sum(1 for _ in read_beside([folder], Settings.from_environment().beside_bytes))
    progress(f"{folder} holds {count:,} triples of yours. `aseankg serve --with {folder}` queries them, too.")
