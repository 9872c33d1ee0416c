"""The command `serve`. What it starts is in server.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click

from aseankg.api import published_dataset
from aseankg.cli.options import setting_option
from aseankg.cli.printing import progress
from aseankg.layout import build_folder
from aseankg.settings import Settings

__all__ = ["serve"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _every_setting(command: _Command) -> _Command:
    """Give a command the settings as options, in the order of their table, but those that `serve` itself sets."""
    names = [entry.name for entry in fields(Settings) if entry.name not in ("socket", "owner")]
    for name in reversed(names):
        command = setting_option(name, ["granian", "gunicorn"] if name == "server" else ())(command)
    return command


@click.command(name="serve", epilog="\b\nExamples:\n  aseankg serve\n  aseankg serve --port 8080 --deadline 5")
@_every_setting
def serve(**options: Any) -> None:
    """Answer SPARQL over HTTP, on this machine only unless --host says otherwise.

    A build that is made while the server runs is answered from as soon as it is published.
    """
    from aseankg.cli.server import run_server

    settings = Settings.from_environment(None, **options)
    dataset = published_dataset(settings, progress)
    run_server(settings, dataset, build_folder(settings) / "current")
