"""The options that several commands share; those that are settings come from the table of `aseankg.settings`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from aseankg.settings import Settings, bounds_of, help_for

__all__ = ["data_option", "setting_option", "with_option"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

data_option = click.option(
    "--data", "more", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A further folder laid out like data/ (sources/, reference/, curated/); repeatable.",
)  # fmt: skip
with_option = click.option(
    "--with", "folders", multiple=True, metavar="DIR", type=click.Path(path_type=Path),
    help="A folder with RDF of your own, to be queried with the plans; repeatable.",
)  # fmt: skip


def setting_option(name: str, choices: Sequence[str] = ()) -> Callable[[_Command], _Command]:
    """Return the option of a setting, of its kind and within its bounds; a wrong value is named by the option."""
    return click.option("--" + name.replace("_", "-"), type=_kind(name, choices), help=help_for(name))


def _kind(name: str, choices: Sequence[str]) -> click.ParamType[Any]:
    if choices:
        return click.Choice(choices)
    least, most = bounds_of(name)
    default = Settings.__dataclass_fields__[name].default
    if isinstance(default, int):
        return click.IntRange(least, most)
    return click.FloatRange(least, most) if isinstance(default, float) else click.STRING
