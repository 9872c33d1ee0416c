"""Finds, for the focus nodes of results, their label, the words they rest on, and where they can be mended.

A hand-made fact says so itself (akg:recordedIn); what a text says leads to the line of the text; what a user brought
leads to the line of his file that names it first. Not here: who asks (engines), who prints (reports).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from pyoxigraph import NamedNode, Store

from aseankg.namespaces import AKG, DCTERMS, RDF, RDFS, SKOS
from aseankg.validate.results import Context, Result

__all__ = ["Origin", "contexts"]

_MOST_BYTES, _MOST_WORDS = 50_000_000, 3
_NAMES = (RDFS.label, SKOS.prefLabel, AKG.title, DCTERMS.title)


@dataclass
class Origin:
    """The plain files that the triples came from; empty for data of the project."""

    files: list[Path] = field(default_factory=list)


def contexts(results: Iterable[Result], store: Store, origin: Origin) -> dict[str, Context]:
    """Return what is known of each node to be mended that the data describe."""
    texts = {file: file.read_text(encoding="utf-8", errors="replace").splitlines() for file in _readable(origin)}
    return {focus: _context(focus, store, texts) for focus in sorted({result.culprit for result in results})}


def _readable(origin: Origin) -> Iterator[Path]:
    return (file for file in origin.files if file.suffix != ".gz" and file.stat().st_size <= _MOST_BYTES)


def _context(focus: str, store: Store, texts: dict[Path, list[str]]) -> Context:
    try:
        node = NamedNode(focus)
    except ValueError:  # a literal
        return Context()
    passages = list(dict.fromkeys(_passages(node, store)))
    words = tuple(filter(None, (_value(passage, AKG.exact, store) for passage in passages[:_MOST_WORDS])))
    place = (
        _value(node, AKG.recordedIn, store)
        or _line_of(focus, texts)
        or next(_lines_of(passages, store), "")
        or next(filter(None, (_value(one, AKG.recordedIn, store) for one in _statements(node, store))), "")
    )
    return Context(_label(node, store), place, words)


def _value(node: NamedNode, term: NamedNode, store: Store) -> str:
    quad = next(store.quads_for_pattern(node, term, None), None)
    return "" if quad is None else quad.object.value  # type: ignore[union-attr]


def _label(node: NamedNode, store: Store) -> str:
    return next(filter(None, (_value(node, term, store) for term in _NAMES)), "")


def _statements(node: NamedNode, store: Store) -> Iterator[NamedNode]:
    for quad in store.quads_for_pattern(None, RDF.subject, node):
        if isinstance(quad.subject, NamedNode):
            yield quad.subject


def _passages(node: NamedNode, store: Store) -> Iterator[NamedNode]:
    if _value(node, AKG.exact, store):
        yield node
    terms = (AKG.evidence, AKG.subjectPassage, AKG.objectPassage)
    for one, term in product((node, *_statements(node, store)), terms):
        for quad in store.quads_for_pattern(one, term, None):
            if isinstance(quad.object, NamedNode):
                yield quad.object


def _lines_of(passages: list[NamedNode], store: Store) -> Iterator[str]:
    """The lines of the source texts in which passages begin."""
    for passage in passages:
        source, start = _value(passage, AKG.inSource, store), _value(passage, AKG.startOffset, store)
        text = _value(NamedNode(source), AKG.sourceText, store) if source else ""
        if text and start.isdecimal():
            yield f"text of {source.rpartition('/')[2]}:{text.count(chr(10), 0, int(start)) + 1}"


def _line_of(focus: str, texts: dict[Path, list[str]]) -> str:
    """`file:line` of the line that names the node first, whole or by the end of its name as Turtle shortens it."""
    pieces = re.split(r"(?<=[/#:])", focus)
    tails = ["".join(pieces[at:]) for at in range(len(pieces))]
    places = (_first(tail, texts, whole=tail == focus) for tail in tails if len(tail) > 1)
    return next(filter(None, places), "")


def _first(tail: str, texts: dict[Path, list[str]], *, whole: bool) -> str:
    before = "" if whole else r"(?:^|[<:/#\s\"])"
    named = re.compile(rf"{before}{re.escape(tail)}(?![\w/-])")
    for file, lines in texts.items():
        for number, line in enumerate(lines, 1):
            if tail in line and named.search(line):
                return f"{file}:{number}"
    return ""
