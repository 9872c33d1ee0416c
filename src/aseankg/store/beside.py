"""Datasets of people's own that are queried beside the plans: folders of RDF, checked before anything is served.

Their graphs stay their own. None may have a name of ours, none may say with our terms what a plan says, and pages and
stored questions never see them: only queries that people write do. Not here: making such folders (linking, importing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from aseankg.errors import DataError, UsageError
from aseankg.identifiers import OWN_BASE, slug_of
from aseankg.namespaces import BASE, ID, OWL, PREFIXES, RDF, RDFS, SKOS
from aseankg.settings import variable_for
from aseankg.store.embedded import load
from aseankg.store.request import QueryRequest

__all__ = ["Stores", "load_stores", "read_beside", "write_beside"]

_FORMATS = {".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS, ".ttl": RdfFormat.TURTLE}
# What would make a thing of ours another: its classes, its names, what it is the same as.
_DEFINING = {RDF.type, RDFS.label, SKOS.prefLabel, OWL.sameAs}


@dataclass(frozen=True)
class Stores:
    """The published dataset, and the same with what is beside it; one and the same store where there is nothing."""

    published: Store
    every: Store

    def seen_by(self, request: QueryRequest) -> Store:
        """Return the store that a request is answered from."""
        return self.every if request.beside else self.published


def read_beside(folders: Sequence[Path], most: int) -> Iterator[Quad]:
    """Yield what the folders hold, one quad at a time: all .trig, .nq and .ttl in them; other files are left alone.

    Raises UsageError for a folder that is not there or holds none, DataError, with file and line, for what is no RDF,
    for graphs and statements that would pass as ours, and for more than `most` bytes.
    """
    files = [file for folder in folders for file in _files(folder)]
    size = sum(file.stat().st_size for file in files)
    if size > most:
        words = f"{', '.join(map(str, folders))} hold {size:,} bytes of RDF: expected at most {most:,}."
        raise UsageError(f"{words} Leave some out, or raise {variable_for('beside_bytes')}.")
    empty = True
    for quad in (quad for file in files for quad in _read(file)):
        empty = False
        yield quad
    if files and empty:
        raise DataError("looked at no triple: the RDF files are empty.", files[0])


def write_beside(folders: Sequence[Path], most: int, place: Path) -> Path:
    """Write what the folders hold as N-Quads into one file in `place`, from which every reload of a server reads it.

    The file is called by its checksum, so that answers which were sent with other data are not taken for these.
    """
    file = place / "beside.nq"
    with file.open("w+b") as stream:
        serialize(read_beside(folders, most), stream, format=RdfFormat.N_QUADS)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return file.rename(place / f"{digest}.nq")


def load_stores(dataset: Path, beside: Iterable[Quad] | Path | None) -> Stores:
    """Return the published dataset, and the same with the quads, or the N-Quads of a file, beside it."""
    published = load(dataset)
    if beside is None:
        return Stores(published, published)
    every = load(dataset)
    if isinstance(beside, Path):
        every.bulk_load(path=str(beside), format=RdfFormat.N_QUADS)
    else:
        every.bulk_extend(beside)
    return Stores(published, every)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UsageError(f"--with {folder}: there is no such folder. `aseankg link FILE --into {folder}` makes one.")
    found = sorted(file for file in folder.iterdir() if file.suffix in _FORMATS and file.is_file())
    if not found:
        raise UsageError(f"--with {folder}: the folder holds no RDF. Expected files ending in {', '.join(_FORMATS)}.")
    return found


def _read(file: Path) -> Iterator[Quad]:
    # The graph of a Turtle file is named for the file.
    own = NamedNode(f"{OWN_BASE}{slug_of(file.parent.resolve().name) or 'data'}/{slug_of(file.stem) or 'graph'}")
    try:
        # Blank nodes of two files are never the same.
        for quad in parse(path=str(file), format=_FORMATS[file.suffix], rename_blank_nodes=True):
            yield _checked(_moved(quad, own) if file.suffix == ".ttl" else quad, file)
    except SyntaxError as error:
        raise DataError(f"is no {file.suffix.removeprefix('.')}: {error.msg}.", file, error.lineno) from error
    except OSError as error:
        raise DataError(f"cannot be read: {error}.", file) from error


def _moved(quad: Quad, graph: NamedNode) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def _checked(quad: Quad, file: Path) -> Quad:
    graph = quad.graph_name
    if not isinstance(graph, NamedNode):
        words = "stands in no named graph. Put your triples into one of your own: <IRI> { … }."
        raise DataError(f"{quad.subject} {words}", file)
    if graph.value.startswith(BASE.rstrip("/")):
        words = f"names below {BASE} are those of the plans. Take one of your own."
        raise DataError(f"names a graph <{graph.value}>: {words}", file)
    if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(BASE):
        _require_own(quad.subject, quad.predicate, file)
    return quad


def _require_own(subject: NamedNode, predicate: NamedNode, file: Path) -> None:
    """Whoever says something of a thing of ours says it with words of their own: ours are what the plans say."""
    ours = not subject.value.startswith(ID) or predicate.value.startswith(PREFIXES["akg"]) or predicate in _DEFINING
    if ours:
        words = f"says <{predicate.value}> of <{subject.value}>, which is for the plans to say. Say it with a property"
        raise DataError(f"{words} of your own, or of a thing of your own that is tied to this one.", file)
