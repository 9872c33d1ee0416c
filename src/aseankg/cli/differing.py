"""The command that compares: `diff`, of two datasets or of two editions of a plan."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
from pyoxigraph import Quad, RdfFormat, parse

from aseankg import layout
from aseankg.builds import DATASET, DUMPS, find_versions
from aseankg.cli.options import data_option, setting_option
from aseankg.cli.printing import markdown, progress, table
from aseankg.diff import Change, Difference, compare, compare_editions
from aseankg.errors import DataError, UsageError, suggest
from aseankg.settings import Settings
from aseankg.snapshot import take

__all__ = ["diff"]

_EXAMPLES = """\b
Examples:
  aseankg diff 0.1.0-8d8858ea current          two published versions
  aseankg diff old/aseankg.nq.gz current       a dump that you kept, and the published build
  aseankg diff before.ttl after.ttl            two files of RDF
  aseankg diff --editions my-plan-2016 my-plan-2021 --data my-plans
  aseankg diff 0.1.0-8d8858ea current --format markdown
"""


@click.command(epilog=_EXAMPLES)
@click.argument("old")
@click.argument("new")
@click.option("--editions", is_flag=True, help="OLD and NEW are plans by their slugs: two editions of one plan.")
@click.option("--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table", show_default=True,
              help="How the differences come out.")  # fmt: skip
@setting_option("build_dir")
@data_option
def diff(old: str, new: str, editions: bool, form: str, build_dir: str | None, more: tuple[Path, ...]) -> None:
    """Say what came, went and changed from OLD to NEW, with both wordings.

    OLD and NEW are versions or builds as `aseankg build` names them, `current`, or files of RDF (also .gz). What
    rules infer is left out: it follows from the rest.
    """
    if editions:
        found = compare_editions(take(_with_plans(more, build_dir)), old, new)
    else:
        folder = layout.build_folder(Settings.from_environment(build_dir=build_dir))
        found = compare(*(take(_quads(_dataset(name, folder))) for name in (old, new)))
    _print(found, form, f"{old} -> {new}")


def _with_plans(more: tuple[Path, ...], build_dir: str | None) -> Iterable[Quad]:
    """The quads of the published build; or, where there are further folders, what they and ours assert."""
    if more:
        from aseankg.build import gather

        return gather(layout.resources(), list(more), progress=progress)[0]
    return _quads(_dataset("current", layout.build_folder(Settings.from_environment(build_dir=build_dir))))


def _dataset(name: str, folder: Path) -> Path:
    """The file of a dataset that is named by its path, its build, its version, or as the current one."""
    for path in (Path(name), folder / name / DATASET, folder / DUMPS / name / "aseankg.nq.gz"):
        if path.is_file():
            return path
    known = ["current", *find_versions(folder), *(path.parent.name for path in folder.glob(f"[!.c]*/{DATASET}"))]
    hint = suggest(name, known)
    raise UsageError(f"No file, build or version {name!r}: expected a file of RDF or one of {', '.join(known)}.{hint}")


def _quads(file: Path) -> Iterator[Quad]:
    suffixes = [suffix for suffix in file.suffixes if suffix != ".gz"]
    form = RdfFormat.from_extension(suffixes[-1].removeprefix(".")) if suffixes else None
    if form is None:
        raise UsageError(f"{file}: no format of RDF has this ending; expected .nq, .trig, .ttl, .nt, .rdf or .jsonld.")
    opened: Callable[..., object] = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rb") as stream:  # type: ignore[attr-defined]
            yield from parse(stream, format=form)
    except SyntaxError as error:
        raise DataError(f"not {form.name}: {error.msg}", file, error.lineno) from error
    except (OSError, EOFError) as error:
        raise DataError(f"cannot be read: {error}.", file) from error


# -- printing ----------------------------------------------------------------------------------------------


def _print(found: Difference, form: str, title: str) -> None:
    if form == "json":
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    counts = Counter(change.what for change in found.changes)
    summary = ", ".join(f"{counts[what]} {what}" for what in ("added", "removed", "changed"))
    paired = f"; {len(found.pairs)} elements taken for one in both" if found.pairs else ""
    click.echo(f"# {title}\n" if form == "markdown" else title)
    click.echo(f"{found.compared} things compared: {summary}{paired}.")
    for kind in sorted({change.kind for change in found.changes}):
        rows = [_row(change) for change in found.changes if change.kind == kind]
        columns = ["what", "thing", "property", "old", "new"]
        click.echo(f"\n{'## ' if form == 'markdown' else ''}{kind or 'Without a class'}\n")
        click.echo(markdown(columns, rows) if form == "markdown" else table(columns, rows), nl=form == "markdown")
    if not found.changes:
        click.echo("Nothing came, went or changed.")


def _row(change: Change) -> list[str]:
    old, new = ("; ".join(map(str, wordings)) for wordings in (change.old, change.new))
    return [change.what, change.name, change.property, old, new]
