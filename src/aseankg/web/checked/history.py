"""What the validation of each published version said, read from the dumps of the versions.

The dump of graph/report of a version stays when its build is removed. Versions of before there was such a graph have
no record, and say so. Not here: the results of the current build (views.validation).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store, parse

from aseankg.builds import DCAT_FILE, DUMPS, find_versions
from aseankg.namespaces import DCT, RDF, RDFS, SH

__all__ = ["Past", "history"]

_REPORT = "report.ttl"
_AFTER = "after inference"  # of the reports of a version the one on the whole


@dataclass(frozen=True)
class Past:
    """What one version said: results by severity, and how many an anomaly explains; not `recorded` where nothing."""

    version: str
    day: str = ""
    recorded: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    explained: int = 0
    looked_at: str = ""

    def count(self, severity: str) -> int:
        """Return how many results have a severity."""
        return self.counts.get(severity, 0)


def history(folder: Path) -> list[Past]:
    """Return what each version whose dumps lie below the folder of the builds said, the newest first."""
    return [_past(version, folder / DUMPS / version) for version in find_versions(folder)]


def _past(version: str, folder: Path) -> Past:
    day = _read_day(*_state(folder / DCAT_FILE))
    found = _read_report(*_state(folder / _REPORT))
    if found is None:
        return Past(version, day)
    return Past(version, day, True, *found)


def _state(file: Path) -> tuple[Path, int]:
    """A file and when it was written: what is read of it is kept until it changes."""
    try:
        return file, file.stat().st_mtime_ns
    except OSError:
        return file, 0


@lru_cache(maxsize=256)
def _read_report(file: Path, written: int) -> tuple[Mapping[str, int], int, str] | None:
    """Return the counts of the report on the whole, how many results are explained, and what it looked at."""
    store = _read(file, written)
    if store is None:
        return None
    for quad in store.quads_for_pattern(None, RDF.type, SH.ValidationReport):
        if _AFTER in _text(store, quad.subject, RDFS.label):  # type: ignore[arg-type]
            results = [found.object for found in store.quads_for_pattern(quad.subject, SH.result, None)]
            severities = (_text(store, one, SH.resultSeverity) for one in results)  # type: ignore[arg-type]
            counts = Counter(severity.rpartition("#")[2] for severity in severities)
            explained = sum(bool(_text(store, one, RDFS.seeAlso)) for one in results)  # type: ignore[arg-type]
            return dict(counts), explained, _text(store, quad.subject, RDFS.comment)  # type: ignore[arg-type]
    return None


@lru_cache(maxsize=256)
def _read_day(file: Path, written: int) -> str:
    store = _read(file, written)
    days = (quad.object for quad in store.quads_for_pattern(None, DCT.modified, None)) if store else iter(())
    return max((str(getattr(day, "value", "")) for day in days), default="")


def _read(file: Path, written: int) -> Store | None:
    """Return the triples of a file; None where there is none, or it cannot be read."""
    if not written:
        return None
    store = Store()
    try:
        store.extend(parse(path=str(file), format=RdfFormat.TURTLE))
    except (OSError, SyntaxError) as error:
        logging.getLogger(__name__).warning("%s is left out of the history of the validation: %s", file, error)
        return None
    return store


def _text(store: Store, subject: NamedNode, predicate: NamedNode) -> str:
    quad = next(store.quads_for_pattern(subject, predicate, None), None)
    return "" if quad is None else str(getattr(quad.object, "value", ""))
