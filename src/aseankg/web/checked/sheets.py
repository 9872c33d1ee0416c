"""The result of a check as worksheets: findings, suggestions, coverage, actors, and what it was compared with.

Not here: how a workbook is written (aseankg.sheets).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aseankg.namespaces import BASE, PREFIXES, shorten
from aseankg.sheets import Cell, Sheet

__all__ = ["sheets_of"]

_Rows = list[Sequence[Cell]]
_FINDINGS = ("Row", "Column", "Severity", "What is wrong, and how to mend it", "Found", "Rule")
_SUGGESTIONS = ("Yours", "Title", "As", "Of the graph", "Title there", "Score", "Reasons", "IRI")
_COVERAGE = ("What", "Name", "Title", "Of your elements", "Of the published plans")
_ACTORS = ("Row", "Column", "Written", "Read as", "IRI", "Near names")


def sheets_of(found: Mapping[str, Any], version: str) -> list[Sheet]:
    """Return the sheets of what a check found; `version` is that of the dataset it was made with."""
    about: _Rows = [
        ("Plan", found["title"]), ("Compared with", f"{BASE} version {version}"),
        ("Suggestions", "Places to look, which nobody has judged"), ("Rules", PREFIXES["aksh"]),
    ]  # fmt: skip
    return [
        Sheet("Findings", _FINDINGS, _findings(found)), Sheet("Suggestions", _SUGGESTIONS, _suggestions(found)),
        Sheet("Coverage", _COVERAGE, _coverage(found)), Sheet("Actors", _ACTORS, _actors(found)),
        Sheet("About", ("What", "Value"), about),
    ]  # fmt: skip


def _findings(found: Mapping[str, Any]) -> _Rows:
    read: _Rows = [(one["row"], one["column"], one["severity"], one["message"], one["found"], "")
                   for one in found["troubles"]]  # fmt: skip
    told: _Rows = [
        (one["row"], one["path"], one["severity"], one["message"], one["label"] or one["focus"], one["shape"])
        for one in found["findings"]
    ]
    return [*read, *told]


def _suggestions(found: Mapping[str, Any]) -> _Rows:
    return [
        (one["subject_label"], one["subject_title"], shorten(one["predicate"]), one["object_label"],
         one["object_title"], one["score"], "; ".join(one["reasons"]), one["object"])
        for one in found["suggestions"]
    ]  # fmt: skip


def _coverage(found: Mapping[str, Any]) -> _Rows:
    themes: _Rows = [("theme", row["label"], "", len(row["elements"]), row["ours"]) for row in found["themes"]]
    return [
        *themes,
        *(("thematic area", row["label"], row["title"], len(row["elements"]), "") for row in found["areas"]),
    ]


def _actors(found: Mapping[str, Any]) -> _Rows:
    return [(one["row"], one["column"], one["written"], one["label"], one["iri"], ", ".join(one["near"]))
            for one in found["actors"]]  # fmt: skip
