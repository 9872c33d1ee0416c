"""The addresses of the reconciliation service: /reconcile for version 0.2, /reconcile/v1 for 1.0-draft.

At /reconcile a browser gets a page, where names can be tried, and a program the manifest. Parameters that the protocol
does not have are ignored: its clients send some of their own. Not here: what is answered (web.reconciling).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import BoundedSemaphore
from typing import Any

from flask import Flask, Response, current_app, render_template, request

from aseankg.errors import QueryBusyError
from aseankg.reconcile import FEATURES, KINDS, Candidate
from aseankg.web.exchange.headers import FRAMED
from aseankg.web.exchange.negotiation import ranked_formats
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import in_json, tagged
from aseankg.web.page.choosing import chosen_of
from aseankg.web.page.showing import show
from aseankg.web.page.tables import link_of
from aseankg.web.reconciling.answers import answer_02, answer_10, feature_name, in_script, type_of
from aseankg.web.reconciling.extending import EXAMPLE, extend_02, extend_10, propose
from aseankg.web.reconciling.known import known
from aseankg.web.reconciling.manifest import manifest_02, manifest_10
from aseankg.web.reconciling.matching import match
from aseankg.web.reconciling.properties import PROPERTIES
from aseankg.web.reconciling.queries import BATCH, EXAMPLES, Asked, Condition, Given, read_02, read_10
from aseankg.web.reconciling.suggesting import SORTS, get_suggested, get_thing, suggest_of
from aseankg.web.site import public_url, site

__all__ = ["register"]

_FORM = "application/x-www-form-urlencoded"
_OFFERS = [
    ("application/json", "json"),
    ("text/javascript", "json"),
    ("application/javascript", "json"),
    ("text/html", "html"),
]
_AT_ONCE = 1  # batches that one process matches at once: others must not wait for names
_PLACES = "aseankg.matching"  # of these, among the extensions of the application
_TRIED, _SHOWN = 3, 6  # candidates of a name on the page; properties of a thing in a preview
_LONGEST = 20_000  # characters that can be tried on the page
# fmt: off
_IN_PREVIEW = (
    "iri", "other-name", "plan", "lead", "timeline", "body-kind", "parent-body", "iso3", "broader", "start", "end",
    "leads", "responsible-for",
)
# fmt: on


def register(app: Flask) -> None:
    """Give the application the service; its previews may be shown in frames of other sites."""
    app.extensions[_PLACES] = BoundedSemaphore(_AT_ONCE)
    app.add_url_rule("/reconcile", "reconcile", _reconcile, methods=["GET", "POST"])
    app.add_url_rule("/reconcile/v1", "reconcile_v1", _manifest_10, strict_slashes=False)
    for name in ("match", "reconcile"):  # the draft has called it so, too
        app.add_url_rule(f"/reconcile/v1/{name}", f"reconcile_v1_{name}", _match_10, methods=["POST"])
    app.add_url_rule("/reconcile/v1/extend", "reconcile_v1_extend", _extend_10, methods=["POST"])
    for path, name, version in (("/reconcile", "reconcile", "0.2"), ("/reconcile/v1", "reconcile_v1", "1.0")):
        sorts = f"<any({', '.join(SORTS)}):sort>"
        app.add_url_rule(f"{path}/suggest/{sorts}", f"{name}_suggest", partial(_suggest, version))
        app.add_url_rule(f"{path}/preview", f"{name}_preview", _preview)
        app.add_url_rule(f"{path}/extend/propose", f"{name}_propose", _propose)
    app.add_url_rule(f"/reconcile/flyout/{sorts}", "reconcile_flyout", _flyout)
    app.after_request(_let_frame)


def _let_frame(response: Response) -> Response:
    """Take from a preview the header that older browsers obey; its policy says who may frame it."""
    if response.headers.get("Content-Security-Policy") == FRAMED:
        response.headers.pop("X-Frame-Options", None)
    return response


# -- matching ----------------------------------------------------------------------------------------------


def _reconcile() -> Response:
    """Answer a batch of queries or a query of data extension; without either, the manifest or the page."""
    if request.method == "POST":
        _require_type(_FORM)
        return in_json(_answer_02(request.form))
    if "queries" in request.args or "extend" in request.args:
        return tagged(in_script(_answer_02(request.args), request.args.get("callback")))
    if "text" in request.args or ("callback" not in request.args and ranked_formats(request, _OFFERS)[0] == "html"):
        return _page()
    return tagged(in_script(manifest_02(public_url()), request.args.get("callback")))


def _answer_02(given: Any) -> dict[str, Any]:
    sent = [(name, text) for name in ("queries", "extend") for text in given.getlist(name)]
    if len(sent) != 1:
        words = (
            f"The request holds {len(sent)} of the parameters queries and extend: expected one, "
            f"such as queries={EXAMPLES['0.2']} or extend={EXAMPLE}."
        )
        raise DetailedError(400, words, parameter="queries")
    name, text = sent[0]
    if name == "extend":
        return extend_02(text)
    batch = read_02(text)
    return answer_02(dict(zip(batch, _matched(batch.values()), strict=True)))


def _match_10() -> Response:
    """Answer a batch of queries of 1.0-draft."""
    return in_json(answer_10(_matched(read_10(_json_body()))))


def _matched(batch: Iterable[Asked | DetailedError]) -> list[Sequence[Candidate] | DetailedError]:
    """Return the candidates of each query; where all have faults, the first fault is the answer to the batch."""
    asked = list(batch)
    faults = [one for one in asked if isinstance(one, DetailedError)]
    if faults and len(faults) == len(asked):
        raise faults[0]
    have, places = known(), current_app.extensions[_PLACES]
    if not places.acquire(timeout=site().settings.wait):
        raise QueryBusyError("Too many names are being matched. Try again in a moment.")
    try:
        return [one if isinstance(one, DetailedError) else match(one, have) for one in asked]
    finally:
        places.release()


def _require_type(media_type: str) -> None:
    if request.mimetype != media_type:
        words = f"The request is sent as {request.mimetype or 'no media type'}: expected {media_type}."
        raise DetailedError(415, words)


def _json_body() -> bytes:
    _require_type("application/json")
    return request.get_data()


# -- the other services ------------------------------------------------------------------------------------


def _manifest_10() -> Response:
    """Say what the service offers, in the words of 1.0-draft."""
    return tagged(in_json(manifest_10(public_url())))


def _suggest(version: str, sort: str) -> Response:
    """Return what may be meant by what was typed so far."""
    return _sent(lambda: suggest_of(sort, version))


def _propose() -> Response:
    """Return the properties that things of a type have."""
    return _sent(propose)


def _flyout(sort: str) -> Response:
    """Return a few words on a thing, property or type, as HTML within JSON."""
    identifier = request.args.get("id", "")

    def made() -> dict[str, str]:
        return {"id": identifier, "html": render_template("reconcile-flyout.html", one=get_suggested(sort, identifier))}

    return _sent(made)


def _sent(make: Callable[[], dict[str, Any]]) -> Response:
    """Return the document, of 0.2 as a script where one is asked for."""
    callback = None if request.path.startswith("/reconcile/v1") else request.args.get("callback")
    return tagged(in_script(make(), callback))


def _extend_10() -> Response:
    """Return values of properties, as a query of 1.0-draft asks."""
    return in_json(extend_10(_json_body()))


def _preview() -> Response:
    """Show a thing in brief, for a frame."""
    thing = get_thing(request.args.get("id", ""))
    facts = [(PROPERTIES[name], thing.values[name]) for name in _IN_PREVIEW if name in thing.values][:_SHOWN]
    response = show(
        "reconcile-preview.html", thing=thing, kind=type_of(thing.kind), facts=facts, link=link_of(thing.iri)
    )
    response.headers["Content-Security-Policy"] = FRAMED
    return response


# -- the page ----------------------------------------------------------------------------------------------


def _page() -> Response:
    """Show what the service is, and what it makes of names that a reader brings."""
    kind, text = chosen_of("type", KINDS), request.args.get("text", "")
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if len(names) > BATCH or len(text) > _LONGEST:
        words = f"text holds {len(names):,} names, {len(text):,} characters: expected at most {BATCH} lines."
        raise DetailedError(400, f"{words} OpenRefine asks for any number of them.", parameter="text")
    kinds = (kind,) if kind else ()
    asked = [Asked((Condition((Given(name),)),), kinds, limit=_TRIED) for name in names]
    return show(
        "reconcile.html",
        address=f"{public_url()}/reconcile",
        text=text,
        kind=kind,
        kinds=[type_of(one) for one in KINDS],
        rows=list(zip(names, _matched(asked), strict=True)),
        having=known().properties,
        properties=PROPERTIES,
        features=FEATURES,
        feature_name=feature_name,
        most=BATCH,
    )
