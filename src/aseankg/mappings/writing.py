"""Writes SSSOM TSV: rows sorted, the header as it was, the file replaced whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping as Dict
from pathlib import Path

from pyoxigraph import NamedNode

from aseankg.mappings.reading import read_mappings
from aseankg.mappings.records import COLUMNS, NEEDED, Mapping, MappingSet

__all__ = ["sssom_text", "write_mappings"]


def write_mappings(file: Path, mapping_set: MappingSet) -> None:
    """Write a set as SSSOM TSV, rows sorted; the file is replaced whole or not at all.

    Raises DataError, leaving the file as it was, when what would be written could not be read again.
    """
    temporary = file.with_name(f".{file.name}.writing")
    try:
        temporary.write_text(sssom_text(mapping_set), encoding="utf-8", newline="\n")
        read_mappings(temporary)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def sssom_text(mapping_set: MappingSet) -> str:
    """Return a set as SSSOM TSV, rows sorted, below its header."""
    rows = sorted((_cells(one, mapping_set.prefixes) for one in mapping_set.mappings), key=_order)
    used = [name for name in COLUMNS if name in NEEDED or any(row[name] for row in rows)]
    stream = io.StringIO()
    stream.writelines(f"#{line}" for line in mapping_set.header.splitlines(keepends=True))
    writer = csv.DictWriter(stream, used, dialect="excel-tab", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _order(row: Dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("subject_id", "predicate_id", "object_id", "predicate_modifier"))


def _cells(one: Mapping, prefixes: Dict[str, str]) -> dict[str, str]:
    def short(iri: NamedNode | None) -> str:
        return _shortened(iri.value, prefixes) if iri else ""

    values = (
        short(one.subject), one.subject_label, short(one.predicate), "Not" if one.negated else "", short(one.object),
        one.object_label, short(one.justification), "|".join(map(short, one.authors)),
        "|".join(map(short, one.reviewers)), one.date, one.confidence, one.comment, short(one.subject_passage),
        short(one.object_passage), one.object_address, "true" if one.dissents else "",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _shortened(iri: str, prefixes: Dict[str, str]) -> str:
    """The CURIE with the longest namespace of the file's, else the IRI whole."""
    fitting = [(len(space), name) for name, space in prefixes.items() if iri.startswith(space)]
    if not fitting:
        return iri
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"
