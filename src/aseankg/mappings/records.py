"""What a row of an SSSOM file says, and what rows may not say together.

Not here: how a file is read (reading) and written (writing).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from aseankg.errors import DataError
from aseankg.namespaces import AKG, DCTERMS, SKOS

__all__ = [
    "COLUMNS", "EXTENSIONS", "NEEDED", "PREDICATES", "Mapping", "MappingSet", "find_contradictions", "find_repeated",
    "require_consistent",
]  # fmt: skip

# The order in which files are written: SSSOM's own, then our extension slots.
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "author_id", "reviewer_id", "mapping_date", "confidence", "comment", "subject_passage",
    "object_passage", "object_address", "dissents",
)  # fmt: skip
NEEDED = (
    "subject_id", "predicate_id", "object_id", "mapping_justification", "author_id", "mapping_date", "confidence",
    "comment",
)  # fmt: skip
EXTENSIONS = ("subject_passage", "object_passage", "object_address", "dissents")
# Contract: what a mapping may say.
PREDICATES = (
    AKG.serves, DCTERMS.subject, SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
)  # fmt: skip
_MATCHES = frozenset(PREDICATES) - {AKG.serves, DCTERMS.subject}


@dataclass(frozen=True)
class Mapping:
    """One row; `confidence` is a decimal between 0 and 1 as written, `object_address` says where an object of
    other people's data was read, `line` that of the file, counted from 1."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode
    negated: bool
    dissents: bool
    justification: NamedNode
    authors: tuple[NamedNode, ...]
    reviewers: tuple[NamedNode, ...]
    date: str
    confidence: str
    comment: str
    subject_label: str = ""
    object_label: str = ""
    subject_passage: NamedNode | None = None
    object_passage: NamedNode | None = None
    object_address: str = ""
    file: Path | None = None
    line: int | None = None

    @property
    def triple(self) -> tuple[NamedNode, NamedNode, NamedNode]:
        """Subject, predicate and object."""
        return self.subject, self.predicate, self.object

    @property
    def place(self) -> str:
        """Where the row stands, for people."""
        return f"{self.file.name}:{self.line}" if self.file else "a row not written yet"


@dataclass(frozen=True)
class MappingSet:
    """The rows of one file, and its header: YAML without the `#` of each line, which writing keeps as it is."""

    header: str
    prefixes: Dict[str, str]
    mappings: tuple[Mapping, ...]


def require_consistent(mappings: tuple[Mapping, ...]) -> None:
    """Raise DataError with the line of a row that says again, or against, what another says without declaring it."""
    for fault in (*find_repeated(mappings), *find_contradictions(mappings)):
        raise fault


def find_repeated(mappings: Iterable[Mapping]) -> Iterator[DataError]:
    """Yield the fault of each row that says the same as one before it."""
    first: dict[tuple[object, ...], Mapping] = {}
    for one in mappings:
        known = first.setdefault((*one.triple, one.negated), one)
        if known is not one:
            words = (
                f"this row says the same as {known.place}: expected each judgement once. Remove one; who agrees with a "
                "row is a further author of it (author_id, divided by |)."
            )
            yield DataError(words, one.file, one.line)


def find_contradictions(mappings: Sequence[Mapping]) -> Iterator[DataError]:
    """Yield the fault of each row that is against another: two kinds of match, or no without a row that dissents."""
    said = {(*one.triple, one.negated): one for one in mappings}
    matched: dict[tuple[NamedNode, NamedNode], Mapping] = {}
    for one in mappings:
        words = _contradicted(one, said.get((*one.triple, not one.negated)))
        if one.predicate in _MATCHES and not one.negated:
            first = matched.setdefault((one.subject, one.object), one)
            if first.predicate != one.predicate:
                words = f"{first.place} matches this pair with another predicate: expected one kind of match a pair."
        if words:
            yield DataError(words, one.file, one.line)


def _contradicted(one: Mapping, other: Mapping | None) -> str | None:
    if one.dissents and not other:
        return "this row dissents from no other: expected a row of the same pair with the opposite modifier."
    if other and one.dissents == other.dissents:
        return (
            f"this row contradicts {other.place}: expected one judgement a pair. Remove one; or, where both are to "
            "stand, write true in the column dissents of the one that disagrees."
        )
    return None
