"""The command `serve`. What it starts is in server.py."""

from __future__ import annotations

from typing import Any

import click

from aseankg.api import published_dataset
from aseankg.cli.options import setting_option
from aseankg.cli.printing import progress
from aseankg.layout import build_folder
from aseankg.settings import Settings

__all__ = ["serve"]


@click.command(name="serve", epilog="\b\nExamples:\n  aseankg serve\n  aseankg serve --port 8080 --deadline 5")
@setting_option("host")
@setting_option("port")
@setting_option("server", ["granian", "gunicorn"])
@setting_option("web_workers")
@setting_option("query_workers")
@setting_option("deadline")
@setting_option("memory")
@setting_option("build_dir")
def serve(**options: Any) -> None:
    """Answer SPARQL over HTTP, on this machine only unless --host says otherwise."""
    from aseankg.cli.server import run_server

    settings = Settings.from_environment(None, **options)
    dataset = published_dataset(settings, progress)
    run_server(settings, dataset, build_folder(settings) / "current")
