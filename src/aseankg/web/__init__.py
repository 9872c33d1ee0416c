"""The web floor: the query endpoint and its pages over HTTP, in Flask.

`create_app` makes the application for any engine; `wsgi` is what a server starts. A request meets `front` (/sparql for
programs), then `keeper` (documents that are finished), then its address: a single thing in `things`, a query in
`querying`, any other page in `views`, which take what they show from `printed`, `comparing` and `checked`. All of them
make pages with `page` and speak HTTP with `exchange`; `contract` says what each address gives. Not here: how a query
is answered (store), and the command that starts the server (cli).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.middleware.proxy_fix import ProxyFix

from aseankg.settings import Settings
from aseankg.store.request import Engine
from aseankg.web import operation, texts, views
from aseankg.web.contract import openapi
from aseankg.web.exchange import problems
from aseankg.web.exchange.cache import AnswerCache
from aseankg.web.exchange.headers import FOR_ALL, PREFLIGHT
from aseankg.web.exchange.packing import pack
from aseankg.web.front import Front
from aseankg.web.keeper import Keeper
from aseankg.web.page import showing
from aseankg.web.querying import citation, permalinks, questions, sparql
from aseankg.web.site import FAULT, Example, Site
from aseankg.web.things import resources

__all__ = ["create_app"]


def create_app(engine: Engine, settings: Settings, examples: Sequence[Example] = ()) -> Flask:
    """Return the application that answers through `engine` and shows `examples` on its pages."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = settings.body_bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    shared = app.extensions["aseankg"] = Site(engine, settings, tuple(examples))
    app.add_url_rule("/health", "health", _health)
    app.add_url_rule("/sparql", "sparql", sparql.answer_query, methods=["GET", "POST"])
    app.add_url_rule("/sparql/stop", "stop_query", sparql.stop_query, methods=["POST"])
    for part in (texts, showing, problems, questions, resources, openapi, permalinks, citation, views, operation):
        part.register(app)
    app.before_request(_raise_fault)
    app.after_request(_add_headers)
    app.after_request(pack)
    cache, watch = AnswerCache(settings.cache_bytes), operation.operation(app)
    app.wsgi_app = Keeper(app.wsgi_app, shared, cache, watch)  # type: ignore[method-assign]
    app.wsgi_app = Front(app.wsgi_app, shared, cache, watch)  # type: ignore[method-assign]
    if settings.proxies:
        behind = dict.fromkeys(("x_for", "x_proto", "x_host"), settings.proxies)
        app.wsgi_app = ProxyFix(app.wsgi_app, **behind)  # type: ignore[method-assign]
    return app


def _health() -> Response:
    """Say that the web process lives, at once: that queries are answered is seen at /sparql, which may be busy."""
    return jsonify(status="ok")


def _raise_fault() -> None:
    """Answer what went wrong in the layers in front, as any other error."""
    fault = request.environ.get(FAULT)
    if fault is not None:
        raise fault


def _add_headers(response: Response) -> Response:
    headers: dict[str, Any] = FOR_ALL | (PREFLIGHT if request.method == "OPTIONS" else {})
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    response.vary.add("Accept")
    return response
