"""Links a table of people's own (CSV, TSV, XLSX) with the graph: `prepare` says what it holds, `link` does the work.

What comes out: the same table with the IRIs of the things that its cells name, a report of what was matched and
what not, the table as RDF (a W3C Data Cube, or things), and its description as CSV on the Web. Rows go by one by one,
so that memory does not grow with them. Not here: the command (cli), matching names (aseankg.reconcile), querying what
comes out together with the plans (store.beside).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode

from aseankg.errors import DataError, UsageError
from aseankg.linking.cells import is_missing
from aseankg.linking.columns import HOLDS, Column, heads_of, read_columns
from aseankg.linking.csvw import description_of
from aseankg.linking.cube import Cube, is_statistics
from aseankg.linking.matching import AMBIGUOUS, CHOSEN, UNMATCHED, Choices, Match, Matcher
from aseankg.linking.outputs import BookFile, CsvFile, RdfFile, all_or_none
from aseankg.linking.own import Own
from aseankg.linking.reading import MOST_ROWS, Reading, Row, Table, open_table
from aseankg.linking.report import COLUMNS, Tally
from aseankg.linking.things import Things
from aseankg.reconcile import Reconciler

__all__ = ["HOLDS", "MOST_ROWS", "Column", "Linked", "Prepared", "Reading", "Wish", "link", "prepare"]

_BY_PERSONS = (AMBIGUOUS, UNMATCHED, CHOSEN)  # outcomes whose IRI, if a report has one, a person has given
_EVERY = 1_000  # rows between two words of progress
_Progress = Callable[[int], None]


@dataclass(frozen=True)
class Wish:
    """What the caller says of a table: what columns hold (by head), its base, title and description, and choices.

    `choices` is a report of an earlier run in which a person has filled in IRIs.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    base: str = ""
    title: str = ""
    description: str = ""
    choices: Path | None = None


@dataclass(frozen=True)
class Prepared:
    """A table that was looked at: what its columns hold, and what it is called."""

    table: Table
    columns: tuple[Column, ...]
    own: Own
    title: str
    description: str
    matcher: Matcher

    @property
    def is_statistics(self) -> bool:
        """Whether it becomes a Data Cube."""
        return is_statistics(self.columns)


@dataclass(frozen=True)
class Linked:
    """What became of a table: the files that were written, the rows, the counts by column, and both in words."""

    files: tuple[Path, ...]
    rows: int
    counts: Mapping[str, Counter[str]]
    words: str


def prepare(file: Path, wish: Wish, reconciler: Reconciler) -> Prepared:
    """Return what a table seems to hold; nothing is written.

    Raises UsageError for what the caller says wrongly, DataError, with the line, for a file that is no table.
    """
    own = Own.of_file(file.stem, wish.base)
    table = open_table(file, wish.reading)
    matcher = Matcher(reconciler, _choices(wish.choices))
    columns = tuple(read_columns(table, wish.columns, matcher.find_kind))
    description = " ".join([*filter(None, [wish.description]), *table.above])
    return Prepared(table, columns, own, wish.title or file.stem.replace("-", " "), description, matcher)


def _choices(file: Path | None) -> Choices:
    """The IRIs that a person has put into a report, by column and text."""
    if file is None:
        return {}
    try:
        return {_key(row): _chosen(row, file) for row in _rows_of(file) if row["IRI"].strip()}
    except OSError as error:
        raise UsageError(f"--choices {file} cannot be read: {error.strerror}.") from None
    except (KeyError, AttributeError, UnicodeDecodeError, csv.Error) as error:
        words = f"is no report of `aseankg link` ({error}): expected the columns column, text and IRI."
        raise DataError(words, file) from error


def _rows_of(report: Path) -> list[dict[str, str]]:
    with report.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    return row["column"], " ".join(row["text"].split())


def _keep_filled(report: Path, choices: Choices) -> None:
    """Raise UsageError rather than write over IRIs that a person has filled into the report of an earlier run."""
    if not report.is_file():
        return
    filled = {_key(row) for row in _rows_of(report) if row.get("outcome") in _BY_PERSONS and row.get("IRI")}
    if lost := filled - choices.keys():
        some = f"{len(lost)} IRI{'' if len(lost) == 1 else 's'} that a person filled in"
        raise UsageError(f"{report} holds {some}: give it back with --choices {report}, or move it away.")


def _chosen(row: Mapping[str, str], file: Path) -> str:
    iri = row["IRI"].strip()
    try:
        return NamedNode(iri).value
    except ValueError as error:
        words = f"the IRI of {row['text'][:80]!r} is {iri[:200]!r}, which is none: {error}. Mend it, or leave it empty."
        raise DataError(words, file) from None


def link(prepared: Prepared, folder: Path, progress: _Progress = lambda rows: None) -> Linked:
    """Write the linked table and all that goes with it into a folder, all files or none.

    Raises UsageError where that would write over what a person has filled into an earlier report.
    """
    stem = f"{prepared.table.file.stem}-linked"
    _keep_filled(folder / f"{stem}-report.csv", prepared.matcher.choices)
    with all_or_none(folder) as place:
        tally = _Work(prepared, place, stem).run(progress)
        words = "\n".join(tally.words())
        report = "\n".join([f"# {prepared.title}, linked", "", *_how(prepared), "", words, ""])
        (place / f"{stem}-report.md").write_text(report, encoding="utf-8")
        _write_report(place / f"{stem}-report.csv", tally)
        described = description_of(f"{stem}.csv", prepared.columns, prepared.own, prepared.title, prepared.description)
        (place / f"{stem}.csv-metadata.json").write_bytes(described)
        names = sorted(file.name for file in place.iterdir())
    return Linked(tuple(folder / name for name in names), tally.rows, tally.counts, words)


def _how(prepared: Prepared) -> Iterator[str]:
    """How the table was read, in Markdown."""
    if prepared.description:
        yield from (prepared.description, "")
    yield from (f"- {note}" for note in prepared.table.notes)
    for column in prepared.columns:
        yield f"- {column.head}: {column.holds} ({column.sure}: {column.why})"


def _write_report(file: Path, tally: Tally) -> None:
    written = CsvFile(file)
    written.write(COLUMNS)
    for row in tally.table():
        written.write(row)
    written.close()


class _Work:
    """One run over the rows of a table."""

    def __init__(self, prepared: Prepared, place: Path, stem: str) -> None:
        self._prepared = prepared
        self._tally = Tally()
        self._linked = [(at, column) for at, column in enumerate(prepared.columns) if column.is_linked]
        kind = Cube if prepared.is_statistics else Things
        self._graph = kind(prepared.own, prepared.columns, prepared.title, prepared.description)
        self._rdf = RdfFile(place / f"{stem}.trig", prepared.own.iri("graph"), prepared.own.base)
        self._tables: list[CsvFile | BookFile] = [CsvFile(place / f"{stem}.csv")]
        if prepared.table.is_book:
            self._tables.append(BookFile(place / f"{stem}.xlsx", "Linked"))

    def run(self, progress: _Progress) -> Tally:
        """Write all rows and return what became of them."""
        try:
            self._write_row([head for heads in heads_of(self._prepared.columns) for head in heads])
            self._rdf.write(self._graph.opening())
            for row in self._prepared.table.rows():
                self._take(row)
                if self._tally.rows % _EVERY == 0:
                    progress(self._tally.rows)
        finally:
            for file in (*self._tables, self._rdf):
                file.close()
        if not self._tally.rows:
            raise DataError("looked at no row: there is none below the column heads.", self._prepared.table.file)
        progress(self._tally.rows)
        return self._tally

    def _take(self, row: Row) -> None:
        self._tally.rows += 1
        matches = {at: self._match(row, at, column) for at, column in self._linked if not is_missing(row.cells[at])}
        cells: list[str] = []
        for at, cell in enumerate(row.cells):
            cells.append(cell)
            if self._prepared.columns[at].is_linked:
                match = matches.get(at)
                cells += (match.iri, match.outcome) if match else ("", "")
        self._write_row(cells)
        self._rdf.write(self._graph.of_row(row, matches))
        for head, text, wrong in self._graph.problems:
            self._tally.take(head, text, Match(wrong), row.number)

    def _match(self, row: Row, at: int, column: Column) -> Match:
        text = row.cells[at].strip()
        match = self._prepared.matcher.match(column.head, column.holds, text)
        self._tally.take(column.head, text, match, row.number)
        return match

    def _write_row(self, cells: Sequence[str]) -> None:
        for table in self._tables:
            table.write(cells)
