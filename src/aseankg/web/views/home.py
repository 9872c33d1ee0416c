"""The first page: what this is, one box to ask in, real questions with their answers of now, and how sure it all is.

It is shown also while no query is answered: then it says so, and leaves the answers out. Not here: search itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from flask import Flask, Response, render_template

from aseankg.errors import QueryError
from aseankg.namespaces import shorten
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.showing import show
from aseankg.web.querying.answered import Answered, answered
from aseankg.web.site import site

__all__ = ["register"]

_SHACL = "http://www.w3.org/ns/shacl#"
_MOST_ROWS, _MOST_READ = 4, 100
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _Question:
    """A stored question that the page answers: its name, its values, the properties that are shown if not all."""

    name: str
    given: Mapping[str, str] = field(default_factory=dict)
    properties: tuple[str, ...] = ()


_OF_ACTIVITY = ("title", "lead country", "contributing body", "timeline text")
_QUESTIONS = (
    _Question("body-involvement", {"body": "acmw"}),
    _Question("where-in-the-text", {"element": "rap-vientiane/activity/5"}, _OF_ACTIVITY),
    _Question("areas-no-activity-serves"),
)


@dataclass(frozen=True)
class _Validation:
    """What the last report says: the results by severity, what was looked at, and what looked."""

    counts: Mapping[str, int]
    looked: str
    engine: str


def register(app: Flask) -> None:
    """Give the application its first page."""
    app.add_url_rule("/", "home", _home)


def _home() -> Response:
    """The page that says what this is, with questions and their answers."""
    asking = _Asking()
    context = {
        "counts": asking.ask(_counts),
        "answers": [asking.ask(partial(_answer, question)) for question in _QUESTIONS],
        "validation": asking.ask(_validation),
        "latest": asking.ask(_latest),
    }
    if asking.trouble:  # of no build, and kept by nobody
        page = render_template("home.html", trouble=asking.trouble, **context)
        return Response(page, headers={"Cache-Control": "no-store"})
    return show("home.html", **context)


class _Asking:
    """Asks until a question is not answered, and then no more: a reader does not wait for the same silence twice."""

    def __init__(self) -> None:
        self.trouble = ""

    def ask(self, make: Callable[[], _Result]) -> _Result | None:
        """Return what `make` makes, or None where no query is answered, or not this one."""
        if self.trouble:
            return None
        try:
            return make()
        except DetailedError:  # other data may hold nothing of this name
            return None
        except QueryError as error:
            self.trouble = str(error)
            return None


def _counts() -> Mapping[str, int]:
    return {shorten(row["class"]).partition(":")[2]: int(row["count"]) for row in rows_of("counts")}


def _latest() -> str:
    """The last day on which something hand-made was written down, empty where the data name none."""
    return next((row["latest"] for row in rows_of("latest-day")), "")


def _answer(question: _Question) -> Answered:
    """The first rows of the answer, or those of the properties that are wanted."""
    if not question.properties:
        return answered(question.name, question.given, _MOST_ROWS)
    whole = answered(question.name, question.given, _MOST_READ)
    return replace(whole, rows=[row for row in whole.rows if row["property"].text in question.properties])


def _validation() -> _Validation | None:
    """What was found in the whole dataset, after rules had added what follows."""
    rows = rows_of("validation-state")
    last: Sequence[Row] = [row for row in rows if row["report"].endswith("#after-inference")]
    if not last:
        return None
    found = {row["severity"].removeprefix(_SHACL): int(row["count"]) for row in last if row["severity"]}
    counts = {severity: found.get(severity, 0) for severity in ("Violation", "Warning", "Info")}
    return _Validation(counts, last[0]["looked"], _engine())


def _engine() -> str:
    """The library that validated, with its version, as far as the build says."""
    version = site().engines().get("pyshacl", "")
    return f"pySHACL {version}" if version else ""
