"""Finds where a triple of the ontology stands in its hand-written Turtle, so that a reader is led to the line to mend.

The house writes each subject at the start of a line, and each of its properties on a line below: no parser is needed
to find them again, and none tells lines. Not here: reading the triples (vocabulary).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from aseankg.layout import resources
from aseankg.namespaces import RDF

__all__ = ["find_turtle_line"]

_PREFIX = re.compile(r"@prefix\s+([\w-]*):\s+<([^>]*)>")
_NAMES = re.compile(r"""\^?(?:<([^<>\s]*)>|(?<![\w:-])([A-Za-z][\w-]*)?:([\w.-]*[\w-]))""")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class _Block:
    """The lines of one subject: the first, by its number, and for each the IRIs and the text on it."""

    file: str
    first: int
    lines: tuple[tuple[frozenset[str], str], ...]


def find_turtle_line(subject: str, predicate: str, value: object) -> str | None:
    """Return `file:line` of ontology/ where a triple is written, or where its subject begins; None for no such subject.

    >>> find_turtle_line("http://x/", "http://x/", None)
    """
    ranked = [
        (_score(line, predicate, value), -at, block)
        for block in _blocks().get(subject, ())
        for at, line in enumerate(block.lines)
    ]
    if not ranked:
        return None
    score, at, block = max(ranked, key=lambda one: one[:2])
    return f"{block.file}:{block.first - at if score else block.first}"


def _score(line: tuple[frozenset[str], str], predicate: str, value: object) -> int:
    names, text = line
    if isinstance(value, NamedNode):
        has_value = value.value in names
    else:
        has_value = isinstance(value, Literal) and str(Literal(value.value)) in text
    return 2 * has_value + (predicate in names)


@cache
def _blocks() -> dict[str, list[_Block]]:
    """The blocks of each subject in the project's Turtle, read once in each process."""
    folder = resources() / "ontology"
    found: defaultdict[str, list[_Block]] = defaultdict(list)
    for file in sorted(folder.rglob("*.ttl")):
        for subject, block in _blocks_of(file, file.relative_to(folder.parent).as_posix()):
            found[subject].append(block)
    return dict(found)


def _blocks_of(file: Path, name: str) -> Iterator[tuple[str, _Block]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    prefixes = {found[1]: found[2] for line in lines if (found := _PREFIX.match(line))}
    starts = [at for at, line in enumerate(lines) if line[:1] not in ("", " ", "\t", "@", "#", "]", ")", "}", ".")]
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        read = [(_iris(line, prefixes), line) for line in lines[first:end]]
        subject = _first(lines[first], prefixes)
        if subject:
            yield subject, _Block(name, first + 1, tuple((frozenset(iris), line) for iris, line in read))


def _iris(line: str, prefixes: dict[str, str]) -> Sequence[str]:
    """The IRIs on a line, in order; `a` is rdf:type."""
    bare = _STRING.sub('""', line)
    found = [
        match[1] if match[1] is not None else prefixes.get(match[2] or "", "") + match[3]
        for match in _NAMES.finditer(bare)
    ]
    return [*found, *([RDF.type.value] if " a " in f" {bare} " else [])]


def _first(line: str, prefixes: dict[str, str]) -> str:
    return next(iter(_iris(line, prefixes)), "")
