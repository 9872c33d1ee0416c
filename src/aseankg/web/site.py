"""What every view of one application shares: its engine, its settings, its example questions, the current build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import current_app
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from aseankg.builds import Build, get_current
from aseankg.errors import ConfigurationError
from aseankg.layout import build_folder
from aseankg.lookup import Lookup, names_query
from aseankg.settings import Settings
from aseankg.store.request import Engine, QueryRequest

__all__ = ["Example", "Site", "site"]

_Kept = TypeVar("_Kept")


@dataclass(frozen=True)
class Example:
    """A question as a person would ask it, the query that answers it, and its name among the stored questions."""

    question: str
    text: str
    name: str = ""


@dataclass(frozen=True)
class Site:
    """The parts of one application."""

    engine: Engine
    settings: Settings
    examples: tuple[Example, ...]
    _kept: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def build(self) -> Build:
        """Return the published build; it is read anew only when `current` points to another.

        Where that cannot be read, it is the last that could be, from which queries are still answered.
        """
        folder = build_folder(self.settings)
        before = self._kept.get("build")

        def read() -> Build:
            try:
                return get_current(folder)
            except ConfigurationError:
                if before is None:
                    raise
                build: Build = before[1]
                return build

        return self._keep("build", str((folder / "current").resolve()), read)

    def lookup(self) -> Lookup:
        """Return the names of the things of the published build."""
        return self._keep("lookup", self.build().manifest["build"], lambda: Lookup(self._names()))

    def _names(self) -> QuerySolutions:
        answer = self.engine.answer(QueryRequest(names_query().text, ("json",)))
        found = parse_query_results(answer.body, format=QueryResultsFormat.JSON)
        if not isinstance(found, QuerySolutions):
            raise TypeError("expected the solutions of a SELECT")
        return found

    def _keep(self, name: str, state: str, make: Callable[[], _Kept]) -> _Kept:
        """Return what `make` made for this state, making it at most once for each."""
        known = self._kept.get(name)
        if known is None or known[0] != state:
            known = self._kept[name] = (state, make())
        value: _Kept = known[1]
        return value


def site() -> Site:
    """Return the parts of the application that handles this request."""
    found: Site = current_app.extensions["aseankg"]
    return found
