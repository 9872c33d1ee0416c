"""What every view of one application shares: its engine, its settings, its example questions, the current build."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import current_app, request
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from aseankg.builds import Build, get_current
from aseankg.catalogue import Query
from aseankg.errors import AseankgError, ConfigurationError
from aseankg.layout import build_folder
from aseankg.lookup import Lookup, names_query
from aseankg.settings import Settings
from aseankg.store.request import Engine, QueryRequest

__all__ = ["FAULT", "LICENCE", "Example", "Site", "public_url", "site"]

_CALLING = 8  # threads of one process that may wait for endpoints asked by SERVICE
LICENCE = "https://creativecommons.org/licenses/by/4.0/"  # as data/LICENCE.md and the headers of ontology/ say
FAULT = "aseankg.fault"  # in the environment of a request: the error that a layer in front of Flask met
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
    calling: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(_CALLING))
    _making: threading.Lock = field(default_factory=threading.Lock)

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

    def version(self) -> str:
        """Return the version of the published dataset, empty where none is published."""
        try:
            return self.build().version
        except AseankgError:
            return ""

    def engines(self) -> Mapping[str, str]:
        """Return the libraries that made and validated the published build, with their versions; none without one."""
        try:
            found: Mapping[str, str] = self.build().manifest.get("engines", {})
        except AseankgError:
            return {}
        return found

    def _published(self) -> str:
        """The name of the published build, empty where there is none: an engine may answer from other data."""
        try:
            return str(self.build().manifest["build"])
        except AseankgError:
            return ""

    def lookup(self) -> Lookup:
        """Return the names of the things of the build that is answered from."""

        def read() -> tuple[str, Lookup]:
            build, rows = self.solutions(names_query())
            return build, Lookup(rows)

        return self.of_build("lookup", read)

    def of_build(self, name: str, make: Callable[[], tuple[str, _Kept]]) -> _Kept:
        """Return what `make` makes of the build that is answered from, made once for each build.

        It returns the build with it, which may be newer than the one that was looked for.
        """
        build = self.engine.build or self._published()
        with self._making:
            known = self._kept.get(name)
            if known is None or known[0] != build:
                made_of, made = make()
                known = self._kept[name] = (made_of or build, made)
        found: _Kept = known[1]
        return found

    def solutions(self, query: Query) -> tuple[str, QuerySolutions]:
        """Return the build that a SELECT of the project was answered from, empty where it has no name, and the rows."""
        answer = self.engine.answer(QueryRequest(query.text, ("tsv",)))
        found = parse_query_results(answer.body, format=QueryResultsFormat.TSV)
        if not isinstance(found, QuerySolutions):
            raise TypeError("expected the solutions of a SELECT")
        return answer.build or "", found

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


def public_url() -> str:
    """Return the address of this server for links, without a slash at its end: the setting, else the request's."""
    return (site().settings.public_url or request.url_root).rstrip("/")
