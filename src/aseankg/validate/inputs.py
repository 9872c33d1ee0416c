"""Reads what a user brings: RDF files, plain or packed, and folders of them, each with a limit on its bytes.

Nothing that a file names is fetched: no owl:imports, no context of JSON-LD. Not here: addresses (fetching).
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, parse

from aseankg.errors import DataError, UsageError, suggest
from aseankg.namespaces import graph
from aseankg.vocabulary import without_blank_nodes

__all__ = ["FORMATS", "MAX_BYTES", "Input", "find_inputs", "read_triples", "standard_input"]

FORMATS = {
    "ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML, "xml": RdfFormat.RDF_XML, "owl": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD,
    "n3": RdfFormat.N3,
}  # fmt: skip
MAX_BYTES = 500_000_000
# Entities made of entities grow without end while they are read; those that stand for an IRI do not.
_NESTED_ENTITY = re.compile(rb"<!ENTITY\s[^>]*&(?!#|lt;|gt;|amp;|apos;|quot;)[^>]*>|<!ENTITY\s+%")
# What a dump of the project holds of its own working: not data to be checked.
_SYSTEM = {graph("shapes"), graph("meta"), graph("report")}


@dataclass(frozen=True)
class Input:
    """One RDF file: where it lies, what it is called in messages, and its format."""

    path: Path
    name: str
    form: RdfFormat
    packed: bool = False


def find_inputs(paths: Iterable[Path]) -> list[Input]:
    """Return the RDF files among files and, recursively, in folders.

    Raises UsageError for a file of no format of RDF, DataError for a folder without any.
    """
    return [one for path in paths for one in (_in_folder(path) if path.is_dir() else [_as_input(path)])]


def _in_folder(folder: Path) -> list[Input]:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and _format_of(file) is not None)
    if not files:
        raise DataError(f"looked at no file: expected RDF files ({', '.join('.' + name for name in FORMATS)}).", folder)
    return [_as_input(file) for file in files]


def _format_of(file: Path) -> RdfFormat | None:
    return FORMATS.get(file.name.lower().removesuffix(".gz").rpartition(".")[2])


def _as_input(file: Path) -> Input:
    form = _format_of(file)
    if form is None:
        suffix = file.name.lower().removesuffix(".gz").rpartition(".")[2]
        table = " Rows of a table are no RDF: `aseankg link` reads tables." if suffix in ("csv", "tsv", "xlsx") else ""
        known = ", ".join("." + name for name in FORMATS)
        hint = suggest(suffix, FORMATS)
        raise UsageError(f"{file} is no RDF file by its name: expected {known}, or one of them with .gz.{hint}{table}")
    return Input(file, str(file), form, file.name.lower().endswith(".gz"))


def standard_input(stream: IO[bytes], form: str, folder: Path, max_bytes: int = MAX_BYTES) -> Input:
    """Return what a stream holds, kept in a file of `folder`; DataError when it is too large."""
    file = folder / f"standard-input.{form}"
    with file.open("wb") as kept:
        bounded = _Bounded(stream, "standard input", max_bytes)
        while piece := bounded.read(1 << 16):
            kept.write(piece)
    return Input(file, "standard input", FORMATS[form])


def read_triples(given: Input, max_bytes: int = MAX_BYTES, number: int = 1) -> Iterator[Triple]:
    """Yield the triples of a file, those of all its graphs merged; blank nodes get IRIs that are the same every time,
    and those of another file (`number`) others.

    Raises DataError for a file that is too large (before it is read; of a packed one, while it is unpacked), is not
    of its format (with line and column), or holds no triple.
    """
    size = given.path.stat().st_size
    if size > max_bytes:
        raise _too_large(given.name, f"has {size} bytes", max_bytes)
    blank: list[Triple] = []
    found = False
    for triple in _parsed(given, max_bytes):
        found = True
        if isinstance(triple.object, Triple):
            raise DataError(
                "holds a statement about a triple (RDF 1.2): expected RDF 1.1. Write it as rdf:Statement.", given.name
            )
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            blank.append(triple)
        else:
            yield triple
    if not found:
        raise DataError("looked at no triple: the file is empty.", given.name)
    if blank:
        yield from (
            quad.triple
            for quad in without_blank_nodes(blank, graph(f"plan/given-{number}" if number > 1 else "plan/given"))
        )


def _parsed(given: Input, max_bytes: int) -> Iterator[Triple]:
    with gzip.open(given.path) if given.packed else given.path.open("rb") as raw:
        stream = _Bounded(raw, given.name, max_bytes)
        try:
            _require_text(stream, given)
            quads: Iterable[Quad] = parse(stream, format=given.form, rename_blank_nodes=True)  # type: ignore[arg-type]
            yield from (quad.triple for quad in quads if quad.graph_name not in _SYSTEM)
        except SyntaxError as error:
            raise _not_parsed(error, given) from error
        except MemoryError as error:  # pyoxigraph's own limit on the length of one term
            words = "a line or text is longer than 16 MiB, which the parser does not take. Break it up"
            raise DataError(f"{words}: {error}.", given.name) from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DataError(f"is not whole or no gzip file: {error}. Pack or fetch it again.", given.name) from error


def _require_text(stream: _Bounded, given: Input) -> None:
    start = stream.peek(1 << 16)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") and given.form != RdfFormat.RDF_XML:
        raise DataError("the file is UTF-16: expected UTF-8. Save it as UTF-8.", given.name, 1)
    if b"\0" in start and start[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError("the file is binary: expected RDF as text in UTF-8, plain or packed as .gz.", given.name)
    if given.form == RdfFormat.RDF_XML and _NESTED_ENTITY.search(start):
        raise DataError("an entity of the DOCTYPE names another: expected none. Write it out.", given.name)
    if start[:3] == b"\xef\xbb\xbf":
        stream.read(3)  # a mark of the encoding, which the parsers do not know


def _not_parsed(error: SyntaxError, given: Input) -> DataError:
    place = re.search(r"line (\d+)(?: column (\d+))?", str(error))
    line = error.lineno or (int(place[1]) if place else None)
    column = error.offset or (int(place[2]) if place and place[2] else None)
    if line is None and given.form == RdfFormat.RDF_XML and not given.packed:
        line, column = _place_in_xml(given.path)
    words = "JSON-LD" if given.form == RdfFormat.JSON_LD else given.form.name
    words = {"RDF/XML": "RDF/XML", "N-Triples": "N-Triples", "N-Quads": "N-Quads"}.get(words, words)
    at = f" (column {column})" if column else ""
    told = re.sub(r"^Parser error .*?: (?=\S)", "", error.msg or str(error))
    if "No scheme found" in told:
        told += ". A name is relative, and the file says to what nowhere: add a base, or write the whole IRI"
    if given.form == RdfFormat.JSON_LD and "context" in told.lower():
        told += ". A remote context is never fetched: write the context into the file"
    if "utf-8" in told.lower() or "utf8" in told.lower():
        told += ". Save the file as UTF-8"
    return DataError(f"not {words}: {told}{at}", given.name, line)


def _place_in_xml(file: Path) -> tuple[int | None, int | None]:
    """Line and column at which a file is no XML at all; none where it is XML and only no RDF."""
    from xml.parsers.expat import ExpatError, ParserCreate

    try:
        with file.open("rb") as stream:
            ParserCreate().ParseFile(stream)
    except ExpatError as error:
        return error.lineno, error.offset + 1
    return None, None


def _too_large(name: str, found: str, most: int) -> DataError:
    return DataError(f"{found}: expected at most {most}. Split the file, or raise --max-bytes.", name)


class _Bounded(io.RawIOBase):
    """A stream that counts the bytes that come out of it, unpacked, and ends in a DataError when they are too many."""

    def __init__(self, stream: Any, name: str, most: int) -> None:
        self._stream, self._name, self._most = io.BufferedReader(stream, 1 << 16), name, most
        self._count = 0

    def readable(self) -> bool:
        return True

    def peek(self, size: int) -> bytes:
        """Return what comes next without taking it."""
        return self._stream.peek(size)[:size]

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        piece = self._stream.read(size)
        self._count += len(piece)
        if self._count > self._most:
            raise _too_large(self._name, f"unpacks to more than {self._most} bytes", self._most)
        return piece
