"""The pages for people who look rather than query: one module for each kind of page.

Each view asks its rows (page.asking), puts them in order, and shows them (page.showing). Not here: the pages and
documents of single things (things), the endpoint and the stored questions for programs (querying).
"""

from __future__ import annotations

from types import ModuleType

from flask import Flask

from aseankg.web.views import (
    alignment,
    checking,
    downloads,
    editor,
    explanation,
    home,
    library,
    lists,
    network,
    plans,
    reconciliation,
    search,
    sources,
    timeline,
    validation,
)

__all__ = ["register"]

_VIEWS: tuple[ModuleType, ...] = (
    home,
    search,
    lists,
    editor,
    library,
    plans,
    alignment,
    sources,
    validation,
    timeline,
    network,
    checking,
    explanation,
    downloads,
    reconciliation,
)


def register(app: Flask) -> None:
    """Give the application its pages."""
    for view in _VIEWS:
        view.register(app)
