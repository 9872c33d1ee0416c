"""Finds the queries of queries/: text, front matter, typed parameters. One place knows the form of an .rq file.

Front matter is YAML in `#+` lines on top (the form that grlc reads). Parameters are bound as terms, never pasted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple, Variable

from aseankg.errors import DataError, UsageError, suggest

__all__ = ["Parameter", "Query", "evaluate", "get_query", "read_queries", "read_query", "silences", "stand_alone"]

_PARAMETER_KINDS = ("body", "country", "actor", "plan", "element", "concept", "thing", "year", "date")
_Term = NamedNode | BlankNode | Literal | Triple
_SEVERITIES = ("Violation", "Warning", "Info")
_WHERE = "\nWHERE {\n"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its kind says which names or values it takes."""

    name: str
    kind: str
    default: str | None
    description: str

    @property
    def required(self) -> bool:
        """Whether a value must be given: there is no default to take its place."""
        return self.default is None


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
            raise DataError(f"front matter is not YAML: {error}", self.file, mark and self._line(mark.line)) from error
        if not isinstance(found, dict):
            raise DataError("front matter is no mapping: expected `#+ title: …` lines.", self.file, 1)
        return found

    def _line(self, number: int) -> int:
        """The line of the file that holds the front matter's line `number`, counted from 0."""
        lines = [at for at, line in enumerate(self.text.splitlines(), 1) if line.startswith("#+")]
        return lines[min(number, len(lines) - 1)]

    def line_of(self, key: str) -> int | None:
        """Return the line in which a key of the front matter stands first, or None."""
        found = (at for at, line in enumerate(self.text.splitlines(), 1) if re.match(rf"#\+\s*{re.escape(key)}:", line))
        return next(found, None)

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

    def get_severity(self) -> str:
        """Return how bad the rows of a check are; DataError with its line when it is a word that nobody looks for."""
        found = str(self.front_matter.get("severity", ""))
        if found not in _SEVERITIES:
            words = f"severity is {found!r}: expected one of {', '.join(_SEVERITIES)}.{suggest(found, _SEVERITIES)}"
            raise DataError(words, self.file, self.line_of("severity"))
        return found

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, in the order of the front matter; DataError where they are not of their form."""
        entries = self.front_matter.get("parameters") or {}
        if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
            words = "parameters are no mapping: expected `name: {kind: …, default: …, description: …}`."
            raise DataError(words, self.file, self.line_of("parameters"))
        found = {}
        for name, entry in entries.items():
            default, kind = entry.get("default"), str(entry.get("kind", ""))
            if kind not in _PARAMETER_KINDS:
                words = f"parameter {name}: kind is {kind!r}: expected one of {', '.join(_PARAMETER_KINDS)}."
                raise DataError(words + suggest(kind, _PARAMETER_KINDS), self.file, self.line_of(name))
            text = None if default is None else str(default)
            found[name] = Parameter(name, kind, text, str(entry.get("description", "")))
        return found

    def require_form(self) -> None:
        """Raise DataError with file and line unless the front matter and all that is read from it are of their form."""
        if not self.front_matter.get("title"):
            raise DataError("no title in the front matter: expected `#+ title: …` lines on top.", self.file, 1)
        for name in self.parameters:
            if f"?{name}" not in self.text:
                words = f"parameter {name}: the query has no variable ?{name}."
                raise DataError(words, self.file, self.line_of(name))
        if self.file.parent.name == "checks":
            self.get_severity()


def read_query(file: Path) -> Query:
    """Return the query of a file; DataError when it is not UTF-8."""
    try:
        return Query(file.stem, file.read_text(encoding="utf-8"), file)
    except UnicodeDecodeError as error:
        raise DataError(f"byte {error.start} is not UTF-8.", file) from error


def read_queries(folder: Path) -> list[Query]:
    """Return the queries of a folder, sorted by name; DataError when it holds none."""
    files = sorted(folder.glob("*.rq"))
    if not files:
        raise DataError("looked at no query: expected *.rq", folder)
    return [read_query(file) for file in files]


def evaluate(store: Store, query: Query, bindings: Mapping[str, _Term] | None = None) -> Any:
    """Return what a query of the project says of a store, over the union of its graphs.

    `bindings` are the terms of its variables. Raises DataError with the query's file and line when it does not parse.
    """
    bound = {Variable(name): term for name, term in (bindings or {}).items()}
    try:
        return store.query(query.text, use_default_graph_as_union=True, substitutions=bound)
    except SyntaxError as error:
        place = re.search(r"error at (\d+):", str(error))
        raise DataError(f"not SPARQL: {error!s:.200}", query.file, int(place[1]) if place else None) from error


def get_query(folder: Path, name: str) -> Query:
    """Return the query called `name`; UsageError with the nearest names when there is none."""
    known = [file.stem for file in sorted(folder.glob("*.rq"))]
    if not re.fullmatch(r"[a-z0-9-]+", name) or name not in known:
        raise UsageError(f"no question {name!r}.{suggest(name, known)} `aseankg ask` lists them.")
    return read_query(folder / f"{name}.rq")


def stand_alone(query: Query, terms: Mapping[str, object]) -> str | None:
    """Return the query's text with its parameters written in as VALUES, or None where it has no place for them.

    A term is written as its `str`, which SPARQL reads: that of pyoxigraph's terms, or text made here.
    """
    text = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+")).strip() + "\n"
    if terms and _WHERE not in text:
        return None
    block = "".join(f"  VALUES ?{name} {{ {term} }}\n" for name, term in terms.items())
    return text.replace(_WHERE, _WHERE + block, 1)


def silences(
    query: Query,
    bindings: Mapping[str, _Term],
    rows_of: Callable[[Query, dict[str, _Term]], Iterable[Mapping[str, _Term | None]]],
) -> Iterator[str]:
    """Sentences made of the rows of a question's silence report: what no text says of the thing asked about.

    `rows_of` answers the report with its own variables bound. A question asked without the thing has no silence.
    """
    asked = dict(query.front_matter.get("silence") or {})
    name = asked.pop("report", None)
    if name is None or not bindings.keys() >= set(asked.values()):
        return
    report = read_query(query.file.parents[1] / "reports" / f"{name}.rq")
    for row in rows_of(report, {variable: bindings[parameter] for variable, parameter in asked.items()}):
        words = {name: _in_words(getattr(term, "value", "")) for name, term in row.items()}
        yield str(report.front_matter["sentence"]).format(**words)


def _in_words(text: str) -> str:
    """A list joined by commas as words: "a, b, c" is "a, b or c"."""
    *first, last = text.split(", ")
    return f"{', '.join(first)} or {last}" if first else last
