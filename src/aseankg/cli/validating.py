"""The command `validate`: what is wrong in a graph, where, why and how to mend it.

Not here: `build`, which validates too and publishes nothing that does not conform.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pyoxigraph import RdfFormat, parse, serialize

from aseankg import layout
from aseankg.cli.options import data_option
from aseankg.cli.printing import progress
from aseankg.errors import ConfigurationError, DataError, NonConformanceError, UsageError
from aseankg.files import write_file
from aseankg.namespaces import graph
from aseankg.settings import Settings

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from aseankg.validate import Report, Validation
    from aseankg.validate.inputs import Input
    from aseankg.validate.shapes import Shapes

__all__ = ["validate"]

_ENGINES, _SEVERITIES = ["pyshacl", "pyshifty"], ["Violation", "Warning", "Info"]
_FORMATS = ["text", "markdown", "html", "json", "junit", "sarif", "turtle"]
_INPUTS = ["ttl", "nt", "nq", "trig", "rdf", "jsonld", "n3"]
_MOST_TABLE = 20_000_000  # bytes; the largest table here has a hundredth of it
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class _Wish:
    """What the options ask for."""

    engine: str
    form: str
    severity: str
    max_bytes: int
    input_format: str | None


@click.command(
    epilog="\b\nExamples:\n  aseankg validate\n  aseankg validate my-plan.ttl\n"
    "  aseankg validate my-data/ --engine pyshifty --format html --output report.html\n"
    "  aseankg validate http://127.0.0.1:8000/ --against old-report.json"
)
@click.argument("inputs", nargs=-1, metavar="[FILE|FOLDER|ADDRESS|-]...")
@click.option("--engine", type=click.Choice(_ENGINES), default="pyshacl", show_default=True,
              help="pySHACL is the reference; pyshifty gives the same results sooner.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True,
              help="The form of the report.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path),
              help="File of the report, written whole or not at all; else standard output.")  # fmt: skip
@click.option("--severity", type=click.Choice(_SEVERITIES), default="Violation", show_default=True,
              help="Exit with 1 for results as grave as this, or graver.")  # fmt: skip
@click.option("--against", type=_EXISTING, help="An old JSON report or data file: tell new, gone and standing results.")
@click.option("--shapes", multiple=True, type=_EXISTING, help="A Turtle file of your own shapes, beside the project's.")
@click.option("--only-shapes", is_flag=True, help="Use your own shapes alone.")
@click.option("--max-bytes", type=click.IntRange(1), default=500_000_000, show_default=True,
              help="Largest file or dump that is read, unpacked.")  # fmt: skip
@click.option("--input-format", type=click.Choice(_INPUTS), help="The format of standard input (-).")
@data_option
def validate(
    inputs: tuple[str, ...], output: Path | None, against: Path | None, shapes: tuple[Path, ...],
    more: tuple[Path, ...], **wishes: object,
) -> None:  # fmt: skip
    """Check the project's data, or RDF files, folders and dumps of services, with shapes; publish nothing."""
    from aseankg.validate.shapes import read_shapes

    own = not wishes.pop("only_shapes")
    wish = _Wish(**wishes)  # type: ignore[arg-type]
    if not own and not shapes:
        raise UsageError("--only-shapes without --shapes leaves no shape: name your file with --shapes.")
    read = read_shapes(layout.resources(), shapes, own=own)
    with tempfile.TemporaryDirectory(prefix="aseankg-") as kept:
        job = _Job(read, wish, list(more), Path(kept))
        found = job.given(inputs) if inputs else job.shipped()
        found = [_compared(one, against, job) for one in found]
    _write(_as(wish.form)(found), output)
    _fail(found, wish.severity)


def _as(form: str) -> Callable[[Sequence[Validation]], str]:
    from aseankg.validate import formats, reports

    return {
        "text": reports.as_text, "markdown": reports.as_markdown, "html": reports.as_html, "json": formats.as_json,
        "junit": formats.as_junit, "sarif": formats.as_sarif, "turtle": formats.as_turtle,
    }[form]  # fmt: skip


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text.encode())
    progress(f"wrote {output}")


def _fail(found: list[Validation], severity: str) -> None:
    grave = [result for one in found for result in one.report.at_least(severity)]
    if grave:
        names = ", ".join(dict.fromkeys(one.name for one in found))
        words = "violations" if severity == "Violation" else f"results of severity {severity} or graver"
        raise NonConformanceError(f"{len(grave)} {words} in {names}.")


def _compared(one: Validation, against: Path | None, job: _Job) -> Validation:
    from aseankg.validate.results import compare

    if against is None:
        return one
    keys = [result.key for result in one.report.results]
    return replace(one, change=compare(job.old_keys(against, one.name), keys))


def _checked(file: Path, inferred: bool, shapes: Shapes, engine: str) -> Report:
    """What the shapes find in a dataset, with or without what was inferred; what others are made of it is left out."""
    from aseankg.validate.engines import run
    from aseankg.validate.places import Origin

    made = {graph(name) for name in ("shapes", "report")}
    left_out = made if inferred else made | {graph("inferred/stated"), graph("inferred/curated"), graph("meta")}
    quads = (quad for quad in parse(path=file, format=RdfFormat.N_QUADS) if quad.graph_name not in left_out)
    return run((quad.triple for quad in quads), shapes, engine, Origin())


def _renamed(error: DataError, copies: dict[Path, str]) -> DataError:
    """The error with the names that the caller gave his files."""
    words = str(error)
    for copy, name in copies.items():
        words = words.replace(str(copy), name)
    return DataError(words)


def _replaced(report: Report, copies: dict[Path, str], kept: Path) -> Report:
    """The report whose places name the caller's files, and not the copies of them."""
    names = {str(copy.relative_to(kept)): name for copy, name in copies.items()}

    def place(written: str) -> str:
        file, _, line = written.rpartition(":")
        return f"{names[file]}:{line}" if file in names else written

    known = {node: replace(one, place=place(one.place)) for node, one in report.contexts.items()}
    return replace(report, contexts=known)


@dataclass(frozen=True)
class _Job:
    """One run of the command: the shapes, the options, further data folders, and a folder to keep things in."""

    shapes: Shapes
    wish: _Wish
    more: list[Path]
    kept: Path

    def shipped(self) -> list[Validation]:
        """Validate the project's data, before and after inference: as published, or made anew where they changed."""
        from aseankg.validate import Validation

        file = self._dataset()
        progress("checking before and after inference")
        with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as beside:
            reports = beside.map(_checked, repeat(file), (False, True), repeat(self.shapes), repeat(self.wish.engine))
            names = ("before inference", "after inference")
            found = dict(zip(names, reports, strict=True))
        return [Validation(name, report, self.shapes, self.wish.engine) for name, report in found.items()]

    def _dataset(self) -> Path:
        """The published dataset if its inputs are as they were, else one made anew."""
        from aseankg.build import find_inputs, gather
        from aseankg.builds import get_current, input_checksums

        root = layout.resources()
        with suppress(ConfigurationError):
            build = get_current(layout.build_folder(Settings.from_environment()))
            if build.manifest["inputs"] == input_checksums(find_inputs(root, self.more), root):
                progress(f"reading version {build.version}: its inputs are as they were")
                return build.dataset
        file = self.kept / "dataset.nq"
        serialize(gather(root, self.more, progress=progress)[1], file, format=RdfFormat.N_QUADS)
        return file

    def given(self, names: Sequence[str]) -> list[Validation]:
        """Validate what the arguments name, together; rows of mappings beside the project's own data."""
        from aseankg.validate import Validation, validate_given

        tables = [Path(name) for name in names if name.lower().endswith(".sssom.tsv")]
        inputs = [one for name in names if Path(name) not in tables for one in self._inputs(name)]
        if len(inputs) > 1:
            progress(f"reading {len(inputs)} files")
        copies = self._copied(tables)
        mapped = self._mapped(copies) if tables else []
        root, wish = layout.resources(), self.wish
        report = validate_given(inputs, root, self.shapes, wish.engine, wish.max_bytes, mapped)
        return [Validation(", ".join(names), _replaced(report, copies, self.kept), self.shapes, wish.engine)]

    def _copied(self, tables: list[Path]) -> dict[Path, str]:
        """Return copies of SSSOM files, laid out like `data/`, with the names that the caller gave them."""
        shipped = (layout.resources() / "data").resolve()
        copies = {}
        for number, table in enumerate(tables):
            self._require_small(table)
            if shipped not in table.resolve().parents:  # else it is read with the project's data
                copy = self.kept / f"given-{number}" / "alignment" / table.name  # two may have one name
                copy.parent.mkdir(parents=True)
                copies[copy] = str(table)
                shutil.copyfile(table, copy)
        return copies

    def _mapped(self, copies: dict[Path, str]) -> list[Quad]:
        """What is asserted by the project's data and the rows of SSSOM files."""
        from aseankg.build import gather

        folders = [copy.parents[1] for copy in copies]
        try:
            return gather(layout.resources(), [*self.more, *folders], progress=progress)[0]
        except DataError as error:
            raise _renamed(error, copies) from error

    def _require_small(self, table: Path) -> None:
        if not table.is_file():
            raise UsageError(f"there is no file {str(table)!r}: name one that exists.")
        size, most = table.stat().st_size, min(self.wish.max_bytes, _MOST_TABLE)
        if size > most:
            words = f"has {size} bytes: expected at most {most} of a table of mappings. Split the file."
            raise DataError(words, table)

    def old_keys(self, against: Path, name: str) -> list[tuple[str, ...]]:
        """Return the keys of the results of an old JSON report, or of those that an old data file gives now."""
        if against.suffix != ".json":
            return [result.key for result in self.given([str(against)])[0].report.results]
        from aseankg.validate.formats import read_keys

        return read_keys(against, name)

    def _inputs(self, name: str) -> list[Input]:
        from aseankg.validate.fetching import fetch, is_address
        from aseankg.validate.inputs import find_inputs, standard_input

        if name == "-":
            if self.wish.input_format is None:
                raise UsageError(f"standard input has no name: say its format with --input-format {'|'.join(_INPUTS)}.")
            return [standard_input(sys.stdin.buffer, self.wish.input_format, self.kept, self.wish.max_bytes)]
        if is_address(name):
            progress(f"fetching {name}")
            return [fetch(name, self.kept, self.wish.max_bytes)]
        if not Path(name).exists():
            raise UsageError(f"there is no file or folder {name!r}: name one that exists, or an address of http.")
        return find_inputs([Path(name)])
