"""The web floor: the query endpoint and its pages over HTTP, in Flask.

`create_app` makes the application for any engine; `wsgi` is what a server starts. Not here: how a query is
answered (store), and the command that starts the server (cli).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, jsonify, render_template, request

from aseankg.settings import Settings
from aseankg.store.request import Engine
from aseankg.web import problems, sparql
from aseankg.web.site import Example, Site, site

__all__ = ["create_app"]

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, Aseankg-Notice, Retry-After, Server-Timing",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}


def create_app(engine: Engine, settings: Settings, examples: Sequence[Example] = ()) -> Flask:
    """Return the application that answers through `engine` and shows `examples` on its pages."""
    app = Flask(__name__)
    # A character of a query takes at most twelve bytes in a form; what is longer never reaches the parser of forms.
    app.config["MAX_CONTENT_LENGTH"] = 12 * settings.query_length + 10_000
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["aseankg"] = Site(engine, settings, tuple(examples))
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/health", "health", _health)
    app.add_url_rule("/sparql", "sparql", sparql.answer_query, methods=["GET", "POST"])
    for part in (problems,):
        part.register(app)
    app.after_request(_add_headers)
    return app


def _home() -> str:
    """The page that says what this is, with three questions to try."""
    return render_template("home.html", examples=site().examples[:3])


def _health() -> Response:
    """Say that the web process lives, at once: that queries are answered is seen at /sparql, which may be busy."""
    return jsonify(status="ok")


def _add_headers(response: Response) -> Response:
    headers: dict[str, Any] = _HEADERS | (_PREFLIGHT if request.method == "OPTIONS" else {})
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    response.vary.add("Accept")
    return response
