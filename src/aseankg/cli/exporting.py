"""The command that hands out: `export`, with a sub-command for each format of other people's tools.

Not here: what the files hold (export, stratml); `query`, which prints answers in the formats of SPARQL.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from aseankg import layout
from aseankg.api import KnowledgeGraph
from aseankg.builds import Build, get_current
from aseankg.cli.asking import open_graph
from aseankg.cli.printing import progress
from aseankg.errors import UsageError, suggest
from aseankg.export import GRAPHS, KINDS, RDF_FORMATS, SPECIFICATIONS, Choice, Network
from aseankg.files import write_file, write_folder
from aseankg.namespaces import LAYERS

__all__ = ["export"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_EXAMPLES = """\b
Examples:
  aseankg export graphml --to network.graphml               the whole network, for Gephi, yEd, Cytoscape
  aseankg export csv --plan rap-vientiane --to network/     nodes.csv and edges.csv
  aseankg export turtle --graph plan/rap-vientiane          one named graph
  aseankg export sssom --to mappings.sssom.tsv              every mapping, also the rejected ones
  aseankg export rocrate --to aseankg-crate.zip             all of it, described for archives
  aseankg export stratml rap-vientiane --to rap.xml         one plan, for tools of strategic planning
"""


class _Formats(click.Group):
    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            hint = suggest(args[0], known)
            raise UsageError(f"No format {args[0]!r}.{hint} `aseankg export --help` lists {', '.join(known)}.")
        return super().resolve_command(ctx, args)


@click.group(cls=_Formats, epilog=_EXAMPLES)
def export() -> None:
    """Write the dataset in a format of other people's tools, from the published build."""


_to = click.option(
    "--to", "place", type=click.Path(allow_dash=True, path_type=Path), default="-", show_default="standard output",
    help="The file, written whole or not at all; - is the standard output.",
)  # fmt: skip


def _chosen(command: _Command) -> _Command:
    """Add the options that choose a part of the network."""
    for option in (
        click.option("--kinds", multiple=True, help=f"Only nodes of this kind; repeatable: {', '.join(KINDS)}."),
        click.option("--layer", "layers", multiple=True,
                     help=f"Only ties of this layer; repeatable: {', '.join(LAYERS[:-1])}."),
        click.option("--plan", "plans", multiple=True, help="Only this plan and what is tied to it; repeatable."),
    ):  # fmt: skip
        command = option(command)
    return command


def _network(plans: tuple[str, ...], layers: tuple[str, ...], kinds: tuple[str, ...]) -> Network:
    from aseankg.export import network_of

    split = [tuple(one for value in values for one in value.split(",")) for values in (plans, layers, kinds)]
    found = network_of(open_graph().store, Choice(*split))
    progress(f"{len(found.nodes)} nodes, {len(found.ties)} edges")
    return found


@export.command(
    "graphml", epilog="\b\nExample:\n  aseankg export graphml --layer stated --layer curated --to said.graphml"
)
@_chosen
@_to
def _graphml(place: Path, plans: tuple[str, ...], layers: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """The network as GraphML: who has which role in what, and what is tied to what, with layer and passage."""
    from aseankg.export import graphml

    _put(place, graphml(_network(plans, layers, kinds)))


@export.command("gexf", epilog="\b\nExample:\n  aseankg export gexf --plan rap-vientiane --to rap.gexf")
@_chosen
@_to
def _gexf(place: Path, plans: tuple[str, ...], layers: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """The network as GEXF 1.2, the format of Gephi."""
    from aseankg.export import gexf

    _put(place, gexf(_network(plans, layers, kinds)))


@export.command("csv", epilog="\b\nExample:\n  aseankg export csv --kinds body,country,activity --to network/")
@_chosen
@click.option("--to", "place", type=click.Path(path_type=Path), required=True, help="A new folder for the two files.")
def _csv(place: Path, plans: tuple[str, ...], layers: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """The network as two tables, nodes.csv and edges.csv, with the columns that Gephi reads."""
    from aseankg.export import csv_files

    _put_folder(place, csv_files(_network(plans, layers, kinds)))


def _rdf_command(name: str) -> click.Command:
    @click.command(name, help=f"The dataset as {_RDF_NAMES[name]}, whole or some of its graphs.",
                   epilog=f"\b\nExample:\n  aseankg export {name} --graph plan/rap-vientiane")  # fmt: skip
    @click.option("--graph", "graphs", multiple=True, help="Only this named graph, such as alignment; repeatable.")
    @_to
    def run(place: Path, graphs: tuple[str, ...]) -> None:
        from aseankg.export import rdf_bytes

        _put(place, rdf_bytes(open_graph().store, name, graphs))

    return run


_RDF_NAMES = {
    "turtle": "Turtle, its graphs merged", "trig": "TriG", "nquads": "N-Quads", "jsonld": "JSON-LD",
}  # fmt: skip
for _name in RDF_FORMATS:
    export.add_command(_rdf_command(_name))


@export.command("sssom", epilog="\b\nExample:\n  aseankg export sssom --graph links --to links.sssom.tsv")
@click.option("--graph", "name", type=click.Choice(GRAPHS), help="Only the mappings of this graph.")
@_to
def _sssom(place: Path, name: str | None) -> None:
    """Every mapping as SSSOM TSV with its metadata: also what is rejected, contested or dissents."""
    from aseankg.export import mapping_table

    graph, build = _opened()
    _put(place, mapping_table(graph.store, build.version, name or ""))


@export.command(
    "rocrate", epilog="\b\nExamples:\n  aseankg export rocrate --to crate.zip\n  aseankg export rocrate --to crate/"
)
@click.option("--to", "place", type=click.Path(path_type=Path), required=True,
              help="A file that ends in .zip, or a new folder.")  # fmt: skip
@click.option("--specification", type=click.Choice(SPECIFICATIONS), default=SPECIFICATIONS[0], show_default=True,
              help="The version of RO-Crate.")  # fmt: skip
def _rocrate(place: Path, specification: str) -> None:
    """An RO-Crate: dumps, ontology, shapes, questions and texts, described for archives such as Zenodo."""
    from aseankg.export import crate_files, zipped

    _, build = _opened()
    files = crate_files(build, layout.resources(), specification)
    progress(f"{len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB")
    if place.suffix == ".zip":
        _put(place, zipped(files))
    else:
        _put_folder(place, files)


@export.command("stratml", epilog="\b\nExample:\n  aseankg export stratml rap-vientiane --to rap-vientiane.xml")
@click.argument("plan")
@_to
def _stratml(plan: str, place: Path) -> None:
    """One PLAN as StratML Part 1 (ISO 17469-1), with what that format cannot hold said in it."""
    from aseankg.stratml import describe, stratml_bytes

    _put(place, stratml_bytes(describe(open_graph().store, plan)))


def _opened() -> tuple[KnowledgeGraph, Build]:
    graph = open_graph()  # makes the first build where there is none
    return graph, get_current(layout.build_folder(graph.settings))


def _put(place: Path, octets: bytes) -> None:
    if str(place) == "-":
        click.echo(octets, nl=False)
        return
    write_file(place, octets)
    progress(f"wrote {place}")


def _put_folder(place: Path, files: dict[str, bytes]) -> None:
    if str(place) == "-":
        raise UsageError(f"{len(files)} files cannot go to the standard output: name a new folder with --to.")
    write_folder(place, files)
    progress(f"wrote {place} with {', '.join(list(files)[:3])}{' …' if len(files) > 3 else ''}")
