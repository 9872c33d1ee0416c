"""Writes what a person judges of a pair into an SSSOM file: accepted, or kept as a pair that does not match.

The file is replaced whole after each judgement, or stays as it was. Not here: asking the person (cli).
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from aseankg.errors import UsageError, suggest
from aseankg.mappings import PREDICATES, Mapping, MappingSet, read_mappings, write_mappings
from aseankg.namespaces import ID, SEMAPV, expand, shorten
from aseankg.suggest.profiles import Profile
from aseankg.suggest.sssom import ORCID, new_header, with_prefixes

__all__ = [
    "Judgement", "judge", "judged_in", "read_author", "read_comment", "read_confidence", "read_date",
    "read_predicate", "require_writable",
]  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """What a person says of a pair: whether the predicate joins it, how sure they are, why, who and when."""

    predicate: NamedNode
    accepted: bool
    confidence: str
    comment: str
    author: NamedNode
    date: str


def judge(file: Path, subject: Profile, value: Profile, judgement: Judgement) -> Mapping:
    """Add a row to a file, made where there is none, and return it; rows that are there stay.

    Raises UsageError for a pair of one plan, an empty reason, a pair that the file judges by this predicate already, or
    a file that may not be written; DataError when the file cannot be read, which then stays as it is.
    """
    require_writable(file)
    row = _row(subject, value, judgement)
    known = read_mappings(file) if file.exists() else MappingSet(new_header(file), {}, ())
    _refuse_judged(row, known.mappings, file)
    every = (*known.mappings, row)
    header, prefixes = with_prefixes(known.header, _named(every), dict(known.prefixes))
    write_mappings(file.resolve(), MappingSet(header, prefixes, every))  # a link stays one
    return row


def require_writable(file: Path) -> None:
    """Raise UsageError unless judgements can be written into a file: before a person is asked for any."""
    folder = file.resolve().parent
    if not file.name.endswith(".sssom.tsv"):
        words = "expected a name that ends in .sssom.tsv, for the build reads no other"
    elif not folder.is_dir():
        words = f"there is no folder {folder}. Make it, or name another file"
    elif not os.access(folder, os.W_OK) or (file.exists() and not file.stat().st_mode & 0o222):
        words = "it may not be written. Change who may write it, or name another file"
    else:
        return
    raise UsageError(f"No judgement can be written into {file}: {words}.")


def judged_in(file: Path) -> set[tuple[str, str]]:
    """Return the pairs that a file judges, in either way; none where there is no file."""
    rows = read_mappings(file).mappings if file.exists() else ()
    return {(one.subject.value, one.object.value) for one in rows}


def _row(subject: Profile, value: Profile, judgement: Judgement) -> Mapping:
    if subject.plan == value.plan:
        raise UsageError(
            f"{shorten(subject.iri)} and {shorten(value.iri)} are of one plan, {shorten(subject.plan)}: expected "
            "elements of two plans. Choose another pair."
        )
    return Mapping(
        subject=NamedNode(subject.iri), predicate=judgement.predicate, object=NamedNode(value.iri),
        negated=not judgement.accepted, dissents=False, justification=SEMAPV.ManualMappingCuration,
        authors=(judgement.author,), reviewers=(), date=read_date(judgement.date),
        confidence=read_confidence(judgement.confidence), comment=read_comment(judgement.comment),
        subject_label=subject.label, object_label=value.label, subject_passage=_node(subject.passage),
        object_passage=_node(value.passage),
    )  # fmt: skip


def _node(iri: str | None) -> NamedNode | None:
    return None if iri is None else NamedNode(iri)


def _refuse_judged(row: Mapping, known: Iterable[Mapping], file: Path) -> None:
    for one in known:
        if one.triple == row.triple:
            how = "rejected" if one.negated else "accepted"
            who = ", ".join(shorten(author.value) for author in one.authors)
            raise UsageError(
                f"{file}:{one.line}: this pair is {how} with {shorten(one.predicate.value)} by {who} on {one.date}: "
                "expected a pair that the file does not judge. Change that row by hand; who disagrees with it adds a "
                "row with true in the column dissents."
            )


def _named(rows: Iterable[Mapping]) -> list[str]:
    """Every IRI in the rows, of which each needs a prefix."""
    terms = [
        term
        for one in rows
        for term in (*one.triple, one.justification, *one.authors, *one.reviewers, one.subject_passage,
                     one.object_passage)
    ]  # fmt: skip
    return [term.value for term in terms if term is not None]


# -- what people type ----------------------------------------------------------------------------------------


def read_author(value: str) -> NamedNode:
    """Return the IRI of who judges: an IRI, a CURIE of the project's prefixes, or an ORCID with or without `orcid:`.

    Raises UsageError for what is none of them, or an ORCID whose check digit is wrong (ISO 7064, MOD 11-2).
    """
    written = value.strip()
    orcid = re.fullmatch(rf"(?:orcid:|{ORCID})?(\d{{4}}-\d{{4}}-\d{{4}}-\d{{3}}[\dX])", written)
    if orcid:
        return _orcid(orcid[1])
    if written.startswith("agent:"):
        written = f"{ID}agent/{written.removeprefix('agent:')}"
    try:
        found = expand(written)
    except ValueError:
        found = None
    if found is None or written.startswith((ORCID, "orcid:")) or not _is_iri(found.value):
        raise UsageError(
            f"The author is {value!r}: expected an IRI of the person or project, such as https://orcid.org/ with the "
            "16 digits, or orcid: with them. A name alone does not tell who it is."
        )
    return found


def _is_iri(iri: str) -> bool:
    return re.fullmatch(r"https?://[^\s/<>\"{}|\\^`]+/[^\s<>\"{}|\\^`]+", iri) is not None


def _orcid(digits: str) -> NamedNode:
    total = 0
    for digit in digits.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        raise UsageError(f"{digits} is no ORCID: its last digit does not fit the others. Look for a slip in it.")
    return NamedNode(ORCID + digits)


def read_confidence(value: str) -> str:
    """Return a confidence as it is written: a number from 0 to 1 with a full stop; UsageError for another."""
    written = value.strip()
    if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", written, re.ASCII):
        raise UsageError(f"The confidence is {value!r}: expected a number from 0 to 1 such as 0.85.")
    return written


def read_predicate(value: str) -> NamedNode:
    """Return the predicate of a mapping, given as `akg:serves`, `serves` or an IRI; UsageError for another."""
    names = {shorten(term.value): term for term in PREDICATES}
    ends = {name.partition(":")[2]: term for name, term in names.items()}
    whole = {term.value: term for term in PREDICATES}
    found = names.get(value) or ends.get(value) or whole.get(value)
    if found is None:
        raise UsageError(
            f"{value!r} is no predicate of mappings: expected {', '.join(names)}.{suggest(value, [*names, *ends])}"
        )
    return found


def read_comment(value: str) -> str:
    """Return a reason as one line; UsageError for an empty one."""
    found = " ".join(value.split())
    if not found:
        raise UsageError("The comment is empty: expected the reason of the judgement in one to three sentences.")
    return found


def read_date(value: str) -> str:
    """Return a day as SSSOM has it, YYYY-MM-DD; UsageError for what is none."""
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise UsageError(f"The date is {value!r}: expected a day such as 2026-11-22.") from None
