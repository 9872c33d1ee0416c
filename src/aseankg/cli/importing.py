"""The command that takes in: `import`, of a plan in StratML, as a dataset of the person's own beside the plans.

Not here: what becomes of the plan (stratml); tables of numbers, which are linked and not imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import click
from pyoxigraph import RdfFormat, serialize

from aseankg.cli.asking import open_graph
from aseankg.cli.printing import print_rows, progress
from aseankg.errors import UsageError
from aseankg.files import write_file
from aseankg.identifiers import own_base, slug_of
from aseankg.namespaces import PREFIXES, shorten
from aseankg.sheets import Sheet, csv_bytes
from aseankg.stratml import MAX_BYTES, Taken, read_stratml, take

__all__ = ["import_command"]

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_USED = ("akg", "dcterms", "foaf", "rdf", "rdfs", "skos", "xsd")
_MOST_SHOWN = 30  # names that are not linked
_COLUMNS = ("line", "name", "where", "iri", "remark")


@click.command(
    "import",
    epilog="\b\nExamples:\n  aseankg import our-plan.xml --into our-data\n"
    "  aseankg import our-plan.xml --into our-data --slug labour-plan-2021 --base https://labour.example/\n"
    "  aseankg validate our-data",
)
@click.argument("file", type=_EXISTING)
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="Folder of a dataset of yours to write to; made where there is none.")  # fmt: skip
@click.option("--slug", default="", help="Short name of the plan, in small letters and hyphens; else that of the file.")
@click.option("--base", default="", metavar="IRI", help="Where your own identifiers begin, such as your own site.")
def import_command(file: Path, into: Path, slug: str, base: str) -> None:
    """Take in a plan in StratML Part 1 (ISO 17469-1) as a dataset of your own, its actors linked with the graph.

    Writes NAME.trig, which can be asked together with the plans, and NAME-report.csv: what each name was taken for.
    """
    octets = _read(file)
    plan = read_stratml(octets, str(file))
    name = slug or slug_of(file.stem)
    target = into / f"{name}.trig"
    if target.exists():
        raise UsageError(f"{target} exists already and is kept: choose another --slug, or take it away.")
    place = own_base(base, name)
    progress(f"reading {sum(1 + len(goal.objectives) for goal in plan.goals)} goals and objectives")
    taken = take(plan, name, place, hashlib.sha256(octets).hexdigest(), _finder())
    _make(into)
    prefixes = {prefix: PREFIXES[prefix] for prefix in _USED} | {"own": place}
    write_file(target, serialize(sorted(taken.quads, key=str), format=RdfFormat.TRIG, prefixes=prefixes) or b"")
    rows = [tuple(str(getattr(row, column) or "") for column in _COLUMNS) for row in taken.rows]
    write_file(into / f"{name}-report.csv", csv_bytes(Sheet("", _COLUMNS, rows)))
    _tell(taken, target)


def _finder() -> Callable[[str, str], str]:
    """What finds things by their names as `link` does; what that leaves open, and groups, by their exact names."""
    from aseankg.reconcile import Reconciler

    graph = open_graph()
    reconciler = Reconciler.of_store(graph.store)

    def find(name: str, kind: str) -> str:
        found = reconciler.candidates(name, ("body", "country"), 1) if kind == "actor" else []
        return found[0].iri if found and found[0].match else graph.lookup.get_iri(name, kind)

    return find


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}. Name another folder with --into.") from None


def _read(file: Path) -> bytes:
    """The bytes of a file, at most one more than is read of a plan."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _tell(taken: Taken, target: Path) -> None:
    for remark in taken.remarks:
        progress(remark)
    unknown = [[str(row.line or ""), row.name, row.where, row.remark] for row in taken.rows if row.remark]
    if unknown:
        print_rows(["line", "name", "where", "why it is not linked"], unknown[:_MOST_SHOWN], "table")
    if len(unknown) > _MOST_SHOWN:
        click.echo(f"and {len(unknown) - _MOST_SHOWN} more, which the report lists")
    click.echo(
        f"wrote {target}: {len(taken.quads)} triples in the graph {shorten(taken.graph.value)}; "
        f"{len(taken.rows) - len(unknown)} of {len(taken.rows)} names linked"
    )
