"""The records of a validation: results, reports, what is known of a focus node, and how two reports differ.

Not here: who finds the results (engines, checks), nor how a person reads them (reports).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode, Quad

from aseankg.namespaces import AKG, SH, shorten

__all__ = ["SEVERITIES", "Change", "Context", "Report", "Result", "compare", "explain"]

SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True, order=True)
class Result:
    """One result of a shape or check (SHACL 1.0, 3.6.2); terms are IRIs or literal values as text."""

    severity: str
    source: str
    focus: str
    path: str
    value: str
    message: str
    explained_by: str | None = None
    component: str = ""
    value_term: str = ""  # the value as N-Triples writes it: an IRI and a text look alike else

    def __str__(self) -> str:
        value = f" (found {self.value})" if self.value and self.value != self.culprit else ""
        path = f" {shorten(self.path)}" if self.path else ""
        return f"{self.severity}: {shorten(self.culprit)}{path}: {self.message}{value} [{shorten(self.source)}]"

    @property
    def culprit(self) -> str:
        """What is to be mended: the focus node, or the value that a query names where it looked at a whole."""
        by_query = self.component == SH.SPARQLConstraintComponent.value and self.value_term.startswith("<")
        return self.value if by_query else self.focus

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes this result the same in another report: its words may have been mended since."""
        return self.source, self.focus, self.path, self.value, self.component


@dataclass(frozen=True)
class Context:
    """What the data say of a focus node, and where it can be mended; `place` is `file:line`."""

    label: str = ""
    place: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The results, sorted, and how much was looked at: in all, and the focus nodes of each shape that has targets."""

    results: tuple[Result, ...]
    looked_at: int
    focus_nodes: Mapping[str, int] = field(default_factory=dict)
    contexts: Mapping[str, Context] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def of(self, severity: str) -> list[Result]:
        """Return the results of one severity: Violation, Warning or Info."""
        return [result for result in self.results if result.severity == severity]

    def at_least(self, severity: str) -> list[Result]:
        """Return the results as grave as `severity` or graver; those that an anomaly explains are left out."""
        graver = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return [one for one in self.results if one.severity in graver and one.explained_by is None]

    @property
    def idle(self) -> list[str]:
        """The shapes that looked at nothing: the data have none of what they are about, yet."""
        return sorted(shape for shape, count in self.focus_nodes.items() if not count)


@dataclass(frozen=True)
class Change:
    """What became of the results since an old report: keys of results."""

    new: tuple[tuple[str, ...], ...]
    gone: tuple[tuple[str, ...], ...]
    standing: tuple[tuple[str, ...], ...]


def compare(old: Iterable[tuple[str, ...]], new: Iterable[tuple[str, ...]]) -> Change:
    """Return which keys of results are new, gone and standing, each sorted.

    >>> compare([("a",), ("b",)], [("b",), ("c",)]).gone
    (('a',),)
    """
    before, after = set(old), set(new)
    return Change(*(tuple(sorted(keys)) for keys in (after - before, before - after, before & after)))


def explain(report: Report, quads: Iterable[Quad]) -> Report:
    """Return the report with each warning that an anomaly explains naming that anomaly."""
    shapes: dict[NamedNode, str] = {}
    focuses: dict[NamedNode, str] = {}
    for quad in quads:
        if quad.predicate == AKG.explainsShape:
            shapes[quad.subject] = quad.object.value  # type: ignore[index, union-attr]
        elif quad.predicate == AKG.explainsFocus:
            focuses[quad.subject] = quad.object.value  # type: ignore[index, union-attr]
    named = {(shapes[anomaly], focuses[anomaly]): anomaly.value for anomaly in shapes.keys() & focuses.keys()}
    results = tuple(
        replace(result, explained_by=named.get((result.source, result.culprit)))
        if result.severity == "Warning"
        else result
        for result in report.results
    )
    return replace(report, results=results)
