"""Reads mappings in SSSOM TSV, by the published schema and the rules of the contract, and says where a fault stands."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from aseankg.errors import DataError, suggest
from aseankg.mappings.records import EXTENSIONS, NEEDED, PREDICATES, Mapping, MappingSet, require_consistent
from aseankg.mappings.schema import find_faults, justifications, slots
from aseankg.namespaces import PREFIXES, shorten

__all__ = ["read_mappings", "review_mappings"]

# Prefixes that SSSOM lets a file use without declaring them.
_BUILT_IN = {
    name: PREFIXES[name] for name in ("owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd")
} | {"linkml": "https://w3id.org/linkml/"}  # fmt: skip


def read_mappings(file: Path) -> MappingSet:
    """Return the mappings of an SSSOM TSV file.

    Raises DataError with the line for what is not UTF-8, not SSSOM by the published schema, an unknown prefix,
    predicate or justification, a missing cell, a changed date, and duplicate or contradictory rows.
    """
    found, faults = review_mappings(file)
    for fault in faults:
        raise fault
    require_consistent(found.mappings)
    return found


def review_mappings(file: Path) -> tuple[MappingSet, list[DataError]]:
    """Return the rows of an SSSOM TSV file that can be read, and the fault of each other; DataError for the whole."""
    text = _decoded(file)
    lines = text.splitlines(keepends=True)
    body = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = "".join(line[1:] for line in lines[:body])
    metadata = _metadata(header, file)
    prefixes = _prefixes(metadata, file)
    found, faults = [], []
    for line, cells in _rows("".join(lines[body:]), body, file):
        try:
            found.append(_mapping(_Row(cells, prefixes, file, line)))
        except DataError as fault:
            faults.append(fault)
    if not found and not faults:
        raise DataError("looked at no mapping: expected rows below the header.", file)
    return MappingSet(header, prefixes, tuple(found)), faults


def _decoded(file: Path) -> str:
    octets = file.read_bytes()
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(
            "the file is UTF-16: expected UTF-8. Save it as UTF-8 (in a spreadsheet: Unicode text).", file, 1
        )
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        words = f"byte {error.start} is 0x{octets[error.start]:02X}: expected UTF-8. Save the file as UTF-8."
        raise DataError(words, file, line) from error


def _metadata(header: str, file: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.load(header, yaml.BaseLoader) or {}  # no value becomes a date or a number by itself
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(f"the header is not YAML: {error}", file, mark and mark.line + 1) from error
    if not isinstance(found, dict) or not found.get("mapping_set_id") or not found.get("license"):
        words = "the header says no mapping_set_id or no license: expected lines such as `#license: https://…` on top."
        raise DataError(words, file, 1)
    return found


def _prefixes(metadata: Dict[str, Any], file: Path) -> dict[str, str]:
    declared = metadata.get("curie_map") or {}
    if not isinstance(declared, dict) or not all(isinstance(iri, str) for iri in declared.values()):
        raise DataError("curie_map is no mapping of prefixes to IRIs: expected `#  skos: http://…` lines.", file, 1)
    return _BUILT_IN | declared


def _rows(body: str, before: int, file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line; cells that are empty are left out."""
    reader = csv.DictReader(io.StringIO(body, newline=""), dialect="excel-tab", strict=True)
    try:
        columns = list(reader.fieldnames or [])
        _require_columns(columns, before + 1, file)
        for row in reader:
            line = before + reader.line_num
            if None in row or None in row.values():
                raise DataError(f"expected {len(columns)} cells, one for each column, divided by tabs.", file, line)
            yield line, {name: cell.strip() for name, cell in row.items() if cell.strip()}
    except csv.Error as error:
        raise DataError(f"not tab-separated values: {error}.", file, before + reader.line_num) from error


def _require_columns(columns: list[str], line: int, file: Path) -> None:
    known = {*slots(), *EXTENSIONS}
    for name in columns:
        if name not in known:
            words = f"no column {name!r} in SSSOM or among our extension slots.{suggest(name, sorted(known))}"
            raise DataError(words, file, line)
    missing = [name for name in NEEDED if name not in columns]
    if missing or len(set(columns)) < len(columns):
        words = f"missing: {', '.join(missing)}" if missing else "a column stands twice"
        raise DataError(f"the columns are {', '.join(columns) or 'none'} ({words}).", file, line)


@dataclass(frozen=True)
class _Row:
    """The cells of one row that are not empty, with what is needed to read them and to say where they stand."""

    cells: Dict[str, str]
    prefixes: Dict[str, str]
    file: Path
    line: int

    def fault(self, words: str) -> DataError:
        return DataError(words, self.file, self.line)

    def iri(self, slot: str) -> NamedNode:
        return self._expanded(slot, self.cells[slot])

    def find_iri(self, slot: str) -> NamedNode | None:
        return self.iri(slot) if slot in self.cells else None

    def iris(self, slot: str) -> tuple[NamedNode, ...]:
        return tuple(self._expanded(slot, one) for one in self.cells.get(slot, "").split("|") if one)

    def truth(self, slot: str) -> bool:
        value = self.cells.get(slot, "false")
        if value.lower() not in ("true", "false"):
            raise self.fault(f"{slot} is {value!r}: expected true or false.")
        return value.lower() == "true"

    def _expanded(self, slot: str, value: str) -> NamedNode:
        prefix, colon, local = value.partition(":")
        if re.match(r"https?://", value):
            found = value
        elif colon and prefix in self.prefixes:
            found = self.prefixes[prefix] + local
        else:
            known = ", ".join(self.prefixes)
            hint = suggest(prefix, sorted(self.prefixes))
            raise self.fault(f"{slot} {value!r} has no prefix of curie_map: expected one of {known}.{hint}")
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", found):
            raise self.fault(f"{slot} {value!r} is no IRI: it holds a blank or a sign that no IRI may hold.")
        return NamedNode(found)


def _mapping(row: _Row) -> Mapping:
    cells = row.cells
    for name in NEEDED:
        if name not in cells:
            raise row.fault(f"{name} is empty: expected one in each row.")
    _require_date(row)
    _require_schema(row)
    return Mapping(
        subject=row.iri("subject_id"),
        predicate=_predicate(row),
        object=row.iri("object_id"),
        negated="predicate_modifier" in cells,
        dissents=row.truth("dissents"),
        justification=row.iri("mapping_justification"),
        authors=row.iris("author_id"),
        reviewers=row.iris("reviewer_id"),
        date=cells["mapping_date"],
        confidence=cells["confidence"],
        comment=cells["comment"],
        subject_label=cells.get("subject_label", ""),
        object_label=cells.get("object_label", ""),
        subject_passage=row.find_iri("subject_passage"),
        object_passage=row.find_iri("object_passage"),
        object_address=cells.get("object_address", ""),
        file=row.file,
        line=row.line,
    )


def _require_schema(row: _Row) -> None:
    for slot, words in find_faults(row.cells):
        known = justifications() if slot == "mapping_justification" else []
        hint = f" Known are {', '.join(known)}.{suggest(row.cells[slot], known)}" if known else ""
        raise row.fault(f"{slot or 'the row'}: {words}{hint}")


def _predicate(row: _Row) -> NamedNode:
    found = row.iri("predicate_id")
    if found not in PREDICATES:
        written = row.cells["predicate_id"]
        names = [shorten(known.value) for known in PREDICATES]
        raise row.fault(f"predicate {written!r}: expected one of {', '.join(names)}.{suggest(written, names)}")
    return found


def _require_date(row: _Row) -> None:
    value = row.cells["mapping_date"]
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError("another form")
        datetime.date.fromisoformat(value)
    except ValueError:
        why = " A spreadsheet seems to have changed it." if re.fullmatch(r"\d{5}|\d+[/.]\d+[/.]\d+", value) else ""
        raise row.fault(f"mapping_date is {value!r}: expected YYYY-MM-DD, a day of the calendar.{why}") from None
