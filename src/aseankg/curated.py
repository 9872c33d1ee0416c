"""Reads data/curated/: our readings of the texts and the oddities we found, each with author, date and reason.

A quotation is found in its source by its words (Web Annotation: exact, prefix, suffix); offsets are never written.
Not here: what the texts say themselves (extract/).
"""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pyoxigraph import Literal, NamedNode, Quad

from aseankg.entries import line_of_entry, read_entries
from aseankg.errors import DataError, placed, suggest
from aseankg.identifiers import ELEMENT_KINDS, instance, passage
from aseankg.namespaces import AKG, DCTERMS, PREFIXES, PROV, RDF, RDFS, XSD, expand, graph
from aseankg.quads import passage_quads
from aseankg.records import Piece, SourceText
from aseankg.statements import recorded_in, statement_quads
from aseankg.vocabulary import require_declared

__all__ = ["curated_quads"]

_GRAPH = graph("curated")
_SHOWN = 60  # characters of the words in the name of an oddity


class _Quotation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    exact: str
    prefix: str = ""
    suffix: str = ""


class _Explains(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    shape: str
    focus: str


class _Anomaly(_Quotation):
    slug: str
    kind: str
    about: list[str]
    description: str
    reading: str
    explains: _Explains | None = None


class _Reading(_Quotation):
    subject: str
    predicate: str
    object: str | None = None
    value: str | int | None = None
    year: int | None = None
    type: str | None = None
    rationale: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    author: str
    date: datetime.date
    anomaly: list[_Anomaly] = []
    reading: list[_Reading] = []


def curated_quads(
    folders: Iterable[Path], sources: Mapping[str, SourceText], declared: Collection[NamedNode]
) -> Iterator[Quad]:
    """Yield the readings and anomalies of all `curated/*.toml` of the data folders.

    Raises DataError with file and line for an entry that is not of its form, and for a quotation whose words do
    not stand in the source exactly once.
    """
    for folder in folders:
        for path in sorted(folder.glob("curated/*.toml")):
            yield from _file_quads(path, folder, sources, declared)


def _file_quads(
    path: Path, folder: Path, sources: Mapping[str, SourceText], declared: Collection[NamedNode]
) -> Iterator[Quad]:
    file = read_entries(path, _File)
    with placed(path, _line_of(path, "author")):
        author = instance(file.author)
    signed: dict[NamedNode, NamedNode | Literal] = {
        PROV.wasAttributedTo: author,
        DCTERMS.created: Literal(file.date.isoformat(), datatype=XSD.date),
    }

    def recorded(table: str, index: int) -> dict[NamedNode, NamedNode | Literal]:
        line = line_of_entry(path, table, index)
        return signed | {AKG.recordedIn: Literal(recorded_in(folder, path, line))}

    for index, anomaly in enumerate(file.anomaly):
        piece = _find(anomaly, anomaly.slug, path, sources)
        with placed(path, _line_of(path, f'"{anomaly.slug}"')):
            quads = list(_anomaly_quads(anomaly, piece, recorded("anomaly", index)))
        yield from quads
    for index, reading in enumerate(file.reading):
        _require_terms(reading, path, declared)
        piece = _find(reading, reading.subject, path, sources)
        yield from _reading_quads(reading, piece, recorded("reading", index), path)


def _require_terms(reading: _Reading, path: Path, declared: Collection[NamedNode]) -> None:
    for name in (name for name in (reading.predicate, reading.type) if name):
        line = _line_of(path, f'"{name}"')
        with placed(path, line):
            require_declared(expand(name), declared, path, line)


def _line_of(path: Path, words: str) -> int | None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if words in line:
            return number
    return None


def _find(quotation: _Quotation, name: str, path: Path, sources: Mapping[str, SourceText]) -> Piece:
    """The piece of the source that is quoted; its words must stand there exactly once."""
    source = sources.get(quotation.source)
    if source is None:
        raise DataError(
            f"{name}: no source {quotation.source!r}.{suggest(quotation.source, sources)}",
            path,
            _line_of(path, name),
        )
    whole = quotation.prefix + quotation.exact + quotation.suffix
    count = source.text.count(whole)
    if count != 1 or not quotation.exact:
        raise DataError(
            f"{name}: {whole!r:.80} stands {count} times in {source.slug}: expected once. "
            "Quote the words as printed; add `prefix` or `suffix` where they repeat.",
            path,
            _line_of(path, name),
        )
    start = source.text.index(whole) + len(quotation.prefix)
    return Piece(source, start, start + len(quotation.exact))


def _anomaly_quads(anomaly: _Anomaly, piece: Piece, signed: Mapping[NamedNode, NamedNode | Literal]) -> Iterator[Quad]:
    node = instance(f"anomaly/{anomaly.slug}")
    pairs: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, AKG.SourceAnomaly),
        (RDFS.label, Literal(_name_of(anomaly))),
        (AKG.anomalyKind, instance(f"concept/anomaly-kind/{anomaly.kind}")),
        (AKG.evidence, passage(piece.source.slug, piece.start, piece.end)),
        (DCTERMS.description, Literal(anomaly.description)),
        (AKG.reading, Literal(anomaly.reading)),
        *((AKG.about, instance(about)) for about in anomaly.about),
        *signed.items(),
    ]
    if anomaly.explains:
        pairs.append((AKG.explainsShape, NamedNode(PREFIXES["aksh"] + anomaly.explains.shape.removeprefix("shapes#"))))
        pairs.append((AKG.explainsFocus, instance(anomaly.explains.focus)))
    yield from (Quad(node, term, value, _GRAPH) for term, value in pairs)
    yield from passage_quads(piece)


def _name_of(anomaly: _Anomaly) -> str:
    """What kind of oddity it is, and the first of the words that it is about."""
    words = textwrap.shorten(anomaly.exact, _SHOWN, placeholder=" …")
    return f"{anomaly.kind.replace('-', ' ').capitalize()}: “{words}”"


def _reading_quads(
    reading: _Reading, piece: Piece, signed: Mapping[NamedNode, NamedNode | Literal], path: Path
) -> Iterator[Quad]:
    with placed(path, _line_of(path, reading.subject)):
        subject, predicate, value = instance(reading.subject), expand(reading.predicate), _object(reading)
        label = _label_of(reading.subject) if predicate == RDF.type else None
    yield Quad(subject, predicate, value, _GRAPH)
    if label:
        yield Quad(subject, RDFS.label, Literal(label), _GRAPH)
    more: list[tuple[NamedNode, NamedNode | Literal]] = [
        (AKG.rationale, Literal(reading.rationale)),
        (AKG.evidence, passage(piece.source.slug, piece.start, piece.end)),
        *signed.items(),
    ]
    yield from statement_quads((subject, predicate, value, _GRAPH), more, _GRAPH)
    yield from passage_quads(piece)


def _label_of(subject: str) -> str:
    kind, _, number = subject.partition("/")[2].partition("/")
    if kind not in ELEMENT_KINDS:
        raise DataError(f"{subject}: {kind!r} is no kind of element.{suggest(kind, ELEMENT_KINDS)}")
    return f"{ELEMENT_KINDS[kind][1]} {number} (our reading)"


def _object(reading: _Reading) -> NamedNode | Literal:
    if reading.type:
        return expand(reading.type)
    if reading.object:
        return instance(reading.object)
    if reading.year:
        return Literal(f"{reading.year:04}", datatype=XSD.gYear)
    if isinstance(reading.value, int):
        return Literal(str(reading.value), datatype=XSD.integer)
    if reading.value is None:
        raise DataError(f"{reading.subject} {reading.predicate}: expected `object`, `value`, `year` or `type`.")
    return Literal(reading.value)
