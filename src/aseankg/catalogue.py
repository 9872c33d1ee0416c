"""Finds the queries of queries/: text, front matter, typed parameters. One place knows the form of an .rq file.

Front matter is YAML in `#+` lines on top (the form that grlc reads). Parameters are bound as terms, never pasted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from aseankg.errors import DataError, UsageError, suggest

__all__ = ["Parameter", "Query", "evaluate", "get_query", "read_queries", "read_query"]

_PARAMETER_KINDS = ("body", "country", "actor", "plan", "element", "concept", "year", "date")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its kind says which names or values it takes."""

    name: str
    kind: str
    default: str | None
    description: str


@dataclass(frozen=True)
class Query:
    """One .rq file."""

    name: str
    text: str
    file: Path

    @cached_property
    def front_matter(self) -> Mapping[str, Any]:
        """The YAML of the `#+` lines; DataError with its line where it does not parse."""
        import yaml  # rules run without it

        lines = [line[2:].removeprefix(" ") for line in self.text.splitlines() if line.startswith("#+")]
        try:
            found = yaml.safe_load("\n".join(lines)) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise DataError(f"front matter is not YAML: {error}", self.file, mark and mark.line + 1) from error
        if not isinstance(found, dict):
            raise DataError("front matter is no mapping: expected `#+ title: …` lines.", self.file, 1)
        return found

    @property
    def title(self) -> str:
        """What the query is called."""
        return str(self.front_matter.get("title", self.name))

    @property
    def description(self) -> str:
        """One or two sentences on what the rows are."""
        return str(self.front_matter.get("description", ""))

    @property
    def question(self) -> str:
        """The query as a person would ask it."""
        return str(self.front_matter.get("question", self.title))

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, in the order of the front matter."""
        found = {}
        for name, entry in (self.front_matter.get("parameters") or {}).items():
            default = entry.get("default")
            kind = entry.get("kind")
            if kind not in _PARAMETER_KINDS:
                raise DataError(f"parameter {name}: kind is {kind!r}: expected one of {_PARAMETER_KINDS}.", self.file)
            found[name] = Parameter(name, kind, None if default is None else str(default), entry.get("description", ""))
        return found


def read_query(file: Path) -> Query:
    """Return the query of a file."""
    return Query(file.stem, file.read_text(encoding="utf-8"), file)


def read_queries(folder: Path) -> list[Query]:
    """Return the queries of a folder, sorted by name; DataError when it holds none."""
    files = sorted(folder.glob("*.rq"))
    if not files:
        raise DataError("looked at no query: expected *.rq", folder)
    return [read_query(file) for file in files]


def evaluate(store: Store, query: Query) -> Any:
    """Return what a query of the project says of a store, over the union of its graphs.

    Raises DataError with the query's file and line when it does not parse.
    """
    try:
        return store.query(query.text, use_default_graph_as_union=True)
    except SyntaxError as error:
        place = re.search(r"error at (\d+):", str(error))
        raise DataError(f"not SPARQL: {error!s:.200}", query.file, int(place[1]) if place else None) from error


def get_query(folder: Path, name: str) -> Query:
    """Return the query called `name`; UsageError with the nearest names when there is none."""
    known = [file.stem for file in sorted(folder.glob("*.rq"))]
    if not re.fullmatch(r"[a-z0-9-]+", name) or name not in known:
        raise UsageError(f"no question {name!r}.{suggest(name, known)} `aseankg ask` lists them.")
    return read_query(folder / f"{name}.rq")
