"""Measures coverage for pages, once for each build: matrices, and the findings of the stored questions.

Not here: how it is measured (aseankg.coverage), and what a page shows of it (views.alignment).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Flask, current_app

from aseankg.coverage import measure
from aseankg.coverage.matrix import Coverage
from aseankg.coverage.overview import Finding, count_findings
from aseankg.coverage.quads import Asked
from aseankg.errors import UsageError
from aseankg.grounds import Asker
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.page.asking import rows_of_query
from aseankg.web.querying.examples import stored_questions
from aseankg.web.querying.questions import bindings_of
from aseankg.web.site import site

__all__ = ["findings", "matrix_by", "register"]

_NAME = "aseankg.covering"
_MOST_KEPT = 64  # matrices of one build


@dataclass(frozen=True)
class _Measured:
    """The facts of one build that coverage reads, and the matrices made of them."""

    quads: Asked
    matrices: dict[tuple[str, str], Coverage] = field(default_factory=dict)


@dataclass
class _Kept:
    """What was measured of the build that is answered from; of an engine without builds nothing is kept."""

    build: str = ""
    measured: _Measured | None = None
    making: threading.Lock = field(default_factory=threading.Lock)

    def get(self) -> _Measured:
        """Return what is known of the build of now."""
        engine = site().engine
        with self.making:
            if self.measured is None or not engine.build or engine.build != self.build:
                self.measured = _Measured(Asked(Asker(engine)))
                self.build = engine.build
            return self.measured


def register(app: Flask) -> None:
    """Give the application a place for what was measured."""
    app.extensions[_NAME] = _Kept()


def matrix_by(dimension: str, plan: str = "") -> Coverage:
    """Return the matrix of a plan, or of all, by one of coverage.DIMENSIONS; 404 for a plan that there is not."""
    kept: _Kept = current_app.extensions[_NAME]
    measured = kept.get()
    found = measured.matrices.get((dimension, plan))
    if found is None:
        found = _measure(measured, dimension, plan)
        if len(measured.matrices) < _MOST_KEPT:
            measured.matrices[dimension, plan] = found
    return found


def findings() -> Sequence[Finding]:
    """Return what the stored questions on coverage find; their things are IRIs."""
    return count_findings(stored_questions().values(), _answer)


def _measure(measured: _Measured, dimension: str, plan: str) -> Coverage:
    try:
        return measure(measured.quads, [plan] if plan else (), dimension)
    except UsageError as error:
        raise DetailedError(404, str(error), parameter="plan") from None


def _answer(name: str) -> tuple[Sequence[str], list[list[str]]]:
    query = stored_questions()[name]
    rows = rows_of_query(query, bindings_of(query, {}))
    columns: Mapping[str, object] = rows[0] if rows else dict.fromkeys(query.front_matter["expects"]["columns"])
    return list(columns), [list(row.values()) for row in rows]
