"""Puts a report into the words and order in which people and programs read it: the one source of all formats.

Not here: the formats (reports, formats).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from aseankg.namespaces import SH, shorten
from aseankg.validate.results import SEVERITIES, Change, Context, Report, Result
from aseankg.validate.shapes import Shapes

__all__ = ["Told", "Validation", "findings", "fingerprint", "summary"]


@dataclass(frozen=True)
class Validation:
    """A report with the name of what was checked, the shapes, and what changed since an old report."""

    name: str
    report: Report
    shapes: Shapes
    engine: str = "pyshacl"
    change: Change | None = None

    @property
    def conforms(self) -> bool:
        """Whether nothing is violated."""
        return not self.report.of("Violation")


Told = dict[str, Any]
_NAMED = 12  # shapes in a sentence


def fingerprint(result: Result) -> str:
    """Return what names a result in every report that has it: 128 bits of a hash of its key."""
    return hashlib.sha256("\n".join(result.key).encode()).hexdigest()[:32]


def findings(validation: Validation) -> list[Told]:
    """Return one table of words for each result, by severity, then shape; explained warnings come last."""
    why = validation.shapes.texts(SH.description)
    order = {name: at for at, name in enumerate(SEVERITIES)}
    told = [_told(one, why, validation) for one in validation.report.results]
    return sorted(
        told, key=lambda one: (one["explained"] != "", order.get(one["severity"], 9), one["shape"], one["focus"])
    )


def _told(result: Result, why: dict[str, str], validation: Validation) -> Told:
    known = validation.report.contexts.get(result.culprit, Context())
    change = validation.change
    return {
        "severity": result.severity, "shape": shorten(result.source), "shape_iri": result.source,
        "focus": shorten(result.culprit), "focus_iri": result.culprit, "label": known.label,
        "path": shorten(result.path) if result.path else "", "value": shorten(result.value),
        "message": _readable(result.message), "why": why.get(result.source, ""), "place": known.place,
        "words": list(known.words),
        "component": shorten(result.component) if result.component else "",
        "explained": shorten(result.explained_by) if result.explained_by else "", "id": fingerprint(result),
        "since": "" if change is None else "new" if result.key in change.new else "standing",
    }  # fmt: skip


def _readable(message: str) -> str:
    """A message with the names of ours as people read them."""
    return re.sub(r"https://w3id\.org/aseankg/[\w/.#-]*[\w/#-]", lambda found: shorten(found[0]), message)


def summary(validation: Validation) -> list[str]:
    """Return the sentences that every report begins with: the counts, what was checked, what was not."""
    report = validation.report
    counts = Counter(one.severity for one in report.results)
    explained = sum(one.explained_by is not None for one in report.results)
    lines = [
        f"{report.looked_at} focus nodes, {counts['Violation']} violations, {counts['Warning']} warnings, "
        f"{explained} of them explained by an anomaly",
        _checked(validation),
        *report.notes,
    ]
    if validation.change is not None:
        change = validation.change
        lines.append(
            f"since the old report: {len(change.new)} new, {len(change.gone)} gone, {len(change.standing)} standing"
        )
    return lines


def _checked(validation: Validation) -> str:
    report = validation.report
    idle = [shorten(shape) for shape in report.idle]
    more = f" and {len(idle) - _NAMED} more, which the JSON report names" if len(idle) > _NAMED else ""
    names = f" ({', '.join(idle[:_NAMED])}{more})" if idle else ""
    return (
        f"checked: {report.looked_at} focus nodes, {validation.shapes.count} shapes, "
        f"{len(idle)} of those with targets found nothing to look at{names}"
    )
