"""Gathers what a fact rests on: the passages of the texts, the address of a reference fact, our reasons, a rule.

Not here: how it is printed (cli, web).
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from aseankg.catalogue import evaluate, read_query
from aseankg.grounds import in_line
from aseankg.layout import resources
from aseankg.namespaces import shorten

__all__ = ["Support", "find_support"]

_SUPPORT = "queries/reports/support.rq"

_LAYERS = ("stated", "curated", "reference", "alignment", "links", "inferred", "system")  # the surest first


@dataclass(frozen=True)
class Support:
    """One fact and one thing it rests on; `before`, `words` and `after` are of one line of the text."""

    predicate: str
    value: str
    layer: str
    written: str | None
    column: str | None
    address: str | None
    reason: str | None
    source: str | None
    line: int | None
    before: str
    words: str
    after: str


def find_support(store: Store, subject: str, predicate: str | None = None, value: str | None = None) -> list[Support]:
    """Return what the facts about `subject` rest on, in the order of the text.

    `predicate` is an IRI; `value` an IRI or the text of a literal. Without them all facts are given.
    """
    solutions = evaluate(store, read_query(resources() / _SUPPORT), {"subject": NamedNode(subject)})
    found = [
        _support({name.value: solution[name] for name in solutions.variables})
        for solution in solutions
        if predicate in (None, solution["predicate"].value) and value in (None, solution["object"].value)
    ]
    return sorted(dict.fromkeys(found), key=lambda support: _LAYERS.index(support.layer))


def _support(row: dict[str, object]) -> Support:
    def text(name: str) -> str | None:
        term = row[name]
        return None if term is None else str(term.value)  # type: ignore[attr-defined]

    before, words, after, line = _in_context(text("text"), text("start"), text("end"))
    reason = text("rationale")
    if reason:
        reason = f"{reason} ({shorten(text('author') or '')}, {text('created')})"
    return Support(
        text("predicate") or "", text("object") or "", text("layer") or "", text("written"), text("column"),
        text("address"), reason, text("source"), line, before, words, after,
    )  # fmt: skip


def _in_context(text: str | None, start: str | None, end: str | None) -> tuple[str, str, str, int | None]:
    """The words of a passage in their line; nothing where there is no passage."""
    if text is None or start is None or end is None:
        return "", "", "", None
    return in_line(text, int(start), int(end))
