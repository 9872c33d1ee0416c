"""What every view of one application shares: its engine, its settings, its example questions."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from aseankg.settings import Settings
from aseankg.store.request import Engine

__all__ = ["Example", "Site", "site"]


@dataclass(frozen=True)
class Example:
    """A question as a person would ask it, and the query that answers it."""

    question: str
    text: str


@dataclass(frozen=True)
class Site:
    """The parts of one application."""

    engine: Engine
    settings: Settings
    examples: tuple[Example, ...]


def site() -> Site:
    """Return the parts of the application that handles this request."""
    found: Site = current_app.extensions["aseankg"]
    return found
