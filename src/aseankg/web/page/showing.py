"""Makes a page from a template: what all templates may call, and the headers by which a page is kept.

Not here: what a page shows (views).
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, render_template

from aseankg.namespaces import shorten
from aseankg.web.exchange.sending import tagged
from aseankg.web.page.asking import queries_behind
from aseankg.web.page.tables import link_of, text_link
from aseankg.web.site import site

__all__ = ["label_of", "register", "show"]


def register(app: Flask) -> None:
    """Give all templates of the application the names that they may call."""
    app.jinja_env.globals.update(
        {
            "has_page": lambda endpoint: endpoint in current_app.view_functions,
            "label_of": label_of,
            "link_of": link_of,
            "queries_behind": queries_behind,
            "shorten": shorten,
            "text_link": text_link,
            "version_of": lambda: site().version(),
        }
    )


def show(template: str, **context: Any) -> Response:
    """Return a page; who has the same bytes already is told so (304)."""
    response = Response(render_template(template, **context))
    build = site().engine.build
    if build:
        response.headers["Aseankg-Build"] = build
    return tagged(response)


def label_of(iri: str) -> str:
    """Return what the graph calls a thing, the short form of its IRI where it has no name."""
    return site().lookup().get_name(iri) or shorten(iri)
