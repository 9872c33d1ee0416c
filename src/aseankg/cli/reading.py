"""The commands that lead back to the texts: `evidence`, `show`, `stats`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aseankg import layout
from aseankg.cli.asking import open_graph
from aseankg.cli.options import data_option
from aseankg.cli.printing import format_option, print_rows, print_solutions
from aseankg.errors import DataError, UsageError, suggest
from aseankg.namespaces import shorten
from aseankg.passages import Support

if TYPE_CHECKING:
    from aseankg.sources import RegisterLayout

__all__ = ["evidence", "show", "stats"]


@click.command(
    epilog="""\b
Examples:
  aseankg evidence rap-vientiane/activity/2
  aseankg evidence rap-vientiane/activity/2 contributingBody body/wg-msmes
  aseankg evidence rap-vientiane/activity/13 leadActor"""
)
@click.argument("iri")
@click.argument("predicate", required=False, metavar="[PROPERTY]")
@click.argument("value", required=False, metavar="[VALUE]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def evidence(iri: str, predicate: str | None, value: str | None, form: str) -> None:
    """Print the passages on which the facts about IRI rest, in their context."""
    found = open_graph().evidence(iri, predicate, value)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for fact in dict.fromkeys((one.predicate, one.value, one.layer) for one in found):
        _print_fact([one for one in found if (one.predicate, one.value, one.layer) == fact])


def _print_fact(found: list[Support]) -> None:
    first = found[0]
    click.secho(f"{shorten(first.predicate)} {shorten(first.value):.160}", bold=True, nl=False)
    click.echo(f"  [{first.layer}]")
    if first.written is not None and first.written != first.value:
        click.echo(f"  written {first.written!r:.160}")
    if first.column:
        click.echo(f"  in column {first.column!r}")
    for one in found:
        if one.source:
            before = one.before if len(one.before) < 80 else "…" + one.before[-79:]
            after = one.after if len(one.after) < 80 else one.after[:79] + "…"
            click.echo(f"  {shorten(one.source)} line {one.line}: {before}", nl=False)
            click.secho(f"»{one.words}«", bold=True, nl=False)
            click.echo(after)
    for words in (
        first.address and f"read at {first.address}",
        first.reason and f"our reading: {first.reason}",
    ):
        if words:
            click.echo(f"  {words}")
    if first.layer == "inferred":
        click.echo("  follows by the rules of queries/rules/")


@click.command(
    epilog="\b\nExamples:\n  aseankg show rap-vientiane --as source\n  aseankg show alm-wp-2016-2020 --as tree"
)
@click.argument("plan")
@click.option("--as", "manner", type=click.Choice(["tree", "source"]), default="tree", show_default=True,
              help="The parts of the plan, or its table composed again from single statements.")  # fmt: skip
@data_option
@format_option
def show(plan: str, manner: str, more: tuple[Path, ...], form: str) -> None:
    """Show a plan: its parts as a tree, or its table as printed."""
    graph = open_graph()
    if manner == "source":
        layout_of = _register(plan, more)
        from aseankg.show import compose_register

        columns = [column.header for column in layout_of.columns]
        print_rows(columns, compose_register(graph.store, plan, layout_of), form)
        return
    solutions = graph.ask("plan-tree", plan=plan)
    if form != "table":
        print_solutions(solutions, form)
        return
    children: dict[str, list[tuple[str, str]]] = {}
    for row in solutions.texts():
        cells = dict(zip(solutions.columns, row, strict=True))
        children.setdefault(cells["parent"], []).append((cells["element"], cells["title"]))
    if not children:
        raise UsageError(f"The graph knows no part of {plan}.")
    _print_tree(children, solutions.texts()[0][0], 0)


def _print_tree(children: dict[str, list[tuple[str, str]]], parent: str, depth: int) -> None:
    for element, title in children.get(parent, []):
        click.echo(f"{'  ' * depth}{element.partition('/')[2]}  {title or '(no title printed)'}")
        _print_tree(children, element, depth + 1)


def _register(plan: str, more: tuple[Path, ...]) -> RegisterLayout:
    from aseankg.sources import RegisterLayout, find_sources, read_source

    found = {source.parent.name: source for source in find_sources([layout.resources() / "data", *more])}
    if plan not in found:
        raise UsageError(
            f"No text of {plan!r}.{suggest(plan, found)} There are {', '.join(found)}; --data names further folders."
        )
    read = read_source(found[plan])[0].layout
    if not isinstance(read, RegisterLayout):
        raise UsageError(f"{plan} is a matrix: only a register is composed again. Try --as tree.")
    return read


@click.command(epilog="\b\nExamples:\n  aseankg stats --format markdown\n  aseankg stats --data my-plans")
@data_option
@format_option
def stats(more: tuple[Path, ...], form: str) -> None:
    """Account for every character of the sources: what it supports, or why it supports nothing."""
    from aseankg.build import extract_all
    from aseankg.stats import account_for

    root = layout.resources()
    accounts = [account_for(extraction) for _, extraction in extract_all([root / "data", *more], root)]
    rows = []
    for account in accounts:
        rows += [[account.source, "supports", kind, str(count)] for kind, count in account.by_kind.items()]
        rows += [
            [account.source, "supports nothing", reason, str(count)] for reason, count in account.by_reason.items()
        ]
        rows.append([account.source, "supports any statement", "", str(account.supporting)])
        rows.append([account.source, "unexplained", "", str(account.unexplained_characters)])
        rows.append([account.source, "all characters", "", str(account.characters)])
    print_rows(["source", "what", "kind", "characters"], rows, form)
    left = [piece for account in accounts for piece in account.unexplained]
    if left:
        raise DataError(
            f"{left[0].text!r} and {len(left) - 1} more pieces are unexplained.",
            left[0].source.file,
            left[0].line,
        )
