"""The command `serve`. What it starts is in serve.py."""

from __future__ import annotations

from typing import Any

import click

from aseankg.api import published_dataset
from aseankg.cli.printing import progress
from aseankg.settings import Settings, help_for

__all__ = ["serve"]


@click.command(name="serve", epilog="\b\nExamples:\n  aseankg serve\n  aseankg serve --port 8080 --deadline 5")
@click.option("--host", help=help_for("host"))
@click.option("--port", type=int, help=help_for("port"))
@click.option("--server", type=click.Choice(["granian", "gunicorn"]), help=help_for("server"))
@click.option("--web-workers", type=int, help=help_for("web_workers"))
@click.option("--query-workers", type=int, help=help_for("query_workers"))
@click.option("--deadline", type=float, help=help_for("deadline"))
@click.option("--memory", type=int, help=help_for("memory"))
@click.option("--build-dir", help=help_for("build_dir"))
def serve(**options: Any) -> None:
    """Answer SPARQL over HTTP, on this machine only unless --host says otherwise."""
    from aseankg.cli.server import run_server

    settings = Settings.from_environment(None, **options)
    run_server(settings, published_dataset(settings, progress))
