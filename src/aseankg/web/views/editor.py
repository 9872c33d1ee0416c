"""What the editor of the query page asks for while one writes: names to complete, and what is wrong so far.

Programs with an editor of their own may ask the same. Not here: the page (sparql).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import in_json, tagged
from aseankg.web.page.choosing import chosen_of, only, value_of
from aseankg.web.querying.completions import KINDS, completions_of
from aseankg.web.querying.proofreading import faults_of
from aseankg.web.site import site

__all__ = ["register"]

_LONGEST = 200  # characters of what is sought
_FORM = "application/x-www-form-urlencoded"


def register(app: Flask) -> None:
    """Give the application the addresses; the templates get `has_bundle`, and the seconds that a query may take."""
    app.add_url_rule("/complete", "complete", _complete)
    app.add_url_rule("/sparql/check", "check_query", _check, methods=["POST"])
    app.jinja_env.globals["has_bundle"] = _has_bundle
    app.jinja_env.globals["query_deadline"] = lambda: f"{site().settings.deadline:g}"


def _has_bundle(name: str) -> bool:
    """Say whether static/made holds a bundle: it is made by npm, and pages work without it."""
    return (Path(current_app.static_folder or "") / "made" / f"{name}.js").is_file()


def _complete() -> Response:
    """Return what can be written, of one kind."""
    only("kind", "text")
    kind, text = chosen_of("kind", KINDS, "thing"), value_of("text")
    if len(text) > _LONGEST:
        words = f"text has {len(text):,} characters: expected some words of a name, {_LONGEST} characters at most."
        raise DetailedError(400, words, parameter="text")
    return tagged(in_json({"kind": kind, "completions": [asdict(one) for one in completions_of(kind, text)]}))


def _check() -> Response:
    """Say whether a query can be read, and where it goes wrong."""
    if request.mimetype != _FORM:
        raise UnsupportedMediaType(f"The request is sent as {request.mimetype or 'no media type'}: expected {_FORM}.")
    queries = request.form.getlist("query")
    if len(queries) != 1:
        raise BadRequest(f"The request holds {len(queries)} queries: expected one, as the parameter `query` of a form.")
    faults = faults_of(queries[0])
    response = in_json(
        {"sound": all(one.severity != "error" for one in faults), "faults": [asdict(one) for one in faults]}
    )
    response.headers["Cache-Control"] = "no-store"
    return response
