"""The command that makes: `build`. Not here: `validate`, which publishes nothing."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aseankg import layout
from aseankg.cli.options import data_option, setting_option
from aseankg.cli.printing import progress
from aseankg.settings import Settings

if TYPE_CHECKING:
    from aseankg.build import Dataset
    from aseankg.validate import Report, Result

__all__ = ["build"]


@click.command(
    epilog="\b\nExamples:\n  aseankg build\n  aseankg build --reasoner owlrl\n  aseankg build --data my-plans"
)
@click.option("--reasoner", type=click.Choice(["rules", "owlrl"]), default="rules", show_default=True,
              help="What infers: the SPARQL rules of queries/rules/, or owlrl.")  # fmt: skip
@setting_option("build_dir")
@data_option
def build(reasoner: str, build_dir: str | None, more: tuple[Path, ...]) -> None:
    """Make the graph from the texts, check it, and publish it whole or not at all."""
    from aseankg.build import build_dataset
    from aseankg.publish import publish

    started, root = time.monotonic(), layout.resources()
    folder = layout.build_folder(Settings.from_environment(build_dir=build_dir))
    dataset = build_dataset(root, list(more), reasoner, progress=progress)
    published = publish(dataset, folder, root)
    for graph, count in sorted(published.manifest["graphs"].items()):
        click.echo(f"{count:>7} {graph}")
    click.echo(f"{published.manifest['quads']:>7} quads in all, published as {published.folder}")
    _print_both(dataset)
    click.echo(f"{dataset.checks.looked_at} checks passed; {time.monotonic() - started:.1f} s")


def _print_both(dataset: Dataset) -> None:
    """Print the reports before and after inference, each unexplained warning once."""
    _print_report("before inference", dataset.before, known=dataset.after.results)
    _print_report("after inference", dataset.after)


def _print_report(name: str, report: Report, known: Collection[Result] = ()) -> None:
    warnings = report.of("Warning")
    explained = sum(warning.explained_by is not None for warning in warnings)
    click.echo(
        f"{name}: {report.looked_at} focus nodes, {len(report.of('Violation'))} violations, {len(warnings)} warnings, "
        f"{explained} of them explained by an anomaly"
    )
    for warning in warnings:
        if warning.explained_by is None and warning not in known:
            click.echo(f"  {warning}")
