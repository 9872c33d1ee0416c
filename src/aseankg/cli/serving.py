"""The command `serve`. What it starts is in server.py."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from aseankg.api import published_dataset
from aseankg.cli.options import setting_option, with_option
from aseankg.cli.printing import progress
from aseankg.layout import build_folder
from aseankg.settings import Settings
from aseankg.store.beside import write_beside

__all__ = ["serve"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _every_setting(command: _Command) -> _Command:
    """Give a command the settings as options, in the order of their table, but those that `serve` itself sets."""
    names = [entry.name for entry in fields(Settings) if entry.name not in ("beside", "socket", "owner")]
    for name in reversed(names):
        command = setting_option(name, ["granian", "gunicorn"] if name == "server" else ())(command)
    return command


@click.command(
    name="serve",
    epilog="\b\nExamples:\n  aseankg serve\n  aseankg serve --port 8080 --deadline 5\n"
    "  aseankg serve --with my-data              with data of your own beside the plans",
)
@with_option
@_every_setting
def serve(folders: tuple[Path, ...], **options: Any) -> None:
    """Answer SPARQL over HTTP, on this machine only unless --host says otherwise.

    A build that is made while the server runs is answered from as soon as it is published. What --with names is read
    once, when the server starts; only queries see it, no page and no stored question does.
    """
    from aseankg.cli.server import run_server

    settings = Settings.from_environment(None, **options)
    dataset = published_dataset(settings, progress)
    with tempfile.TemporaryDirectory(prefix="aseankg-") as place:
        if folders:
            beside = write_beside(folders, settings.beside_bytes, Path(place))
            settings = replace(settings, beside=str(beside))
        run_server(settings, dataset, build_folder(settings) / "current")
