"""The records of what a query asks of the graph: triple patterns, paths, levels with their branches.

Not here: reading them from a query (pattern_reader).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Inner", "Level", "Path", "Pattern", "Reading"]


@dataclass(frozen=True)
class Path:
    """A predicate or property path (SPARQL 1.1, 9.1).

    `kind` is `link` (an IRI or a variable), `inverse`, `sequence`, `either`, `repeat` or `not`; `text` is its SPARQL.
    """

    kind: str
    text: str
    parts: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """One triple pattern; its ends are SPARQL, `graph` that of GRAPH around it.

    `needs` are variables that are bound only where the OPTIONAL or the branch of the UNION around it was taken.
    """

    subject: str
    path: Path
    object: str
    graph: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inner:
    """A sub-select, or the group of an EXISTS (`exists`), with the graph and the branches around it."""

    level: Level
    exists: bool
    graph: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Level:
    """A SELECT with its group: `body` is the group's SPARQL with a variable for each branch, sequence and blank node.

    `columns` are the variables that a row binds, empty for all of `variables`; `absent` are the patterns of each
    NOT EXISTS and MINUS.
    """

    body: str
    variables: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    inner: tuple[Inner, ...] = ()
    absent: tuple[tuple[Pattern, ...], ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A query: what stands before its WHERE, its form, its template where it is a CONSTRUCT, and its patterns.

    `fresh` starts the names of variables that are not the query's own.
    """

    prologue: str
    form: str
    dataset: str
    template: tuple[Pattern, ...]
    level: Level
    fresh: str
