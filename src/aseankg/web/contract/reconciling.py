"""What the addresses of the reconciliation service take and give, in the words of OpenAPI.

Not here: all other addresses (web.routes), the forms of the documents, which are the specification's.
"""

from __future__ import annotations

from collections.abc import Mapping

from aseankg.reconcile import KINDS
from aseankg.web.contract.responses import BUSY, HTML, good
from aseankg.web.contract.route import Route, choice, in_query
from aseankg.web.contract.schemas import TEXT, Json
from aseankg.web.reconciling.extending import EXAMPLE
from aseankg.web.reconciling.queries import EXAMPLES
from aseankg.web.reconciling.suggesting import SORTS

__all__ = ["RECONCILING"]

_OBJECT: Json = {"type": "object"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_JSON: Json = {"application/json": {"schema": _OBJECT}}
_SCRIPT: Json = {"text/javascript": {"schema": TEXT}}
_PAGE: Json = {HTML: {"schema": TEXT}}
_QUERIES = in_query("queries", "A batch of queries of version 0.2, in JSON.", TEXT, example=EXAMPLES["0.2"])
_EXTEND = in_query("extend", "A query of data extension, in JSON, in place of a batch.", TEXT, example=EXAMPLE)
_CALLBACK = in_query("callback", "The function that a script is to call with the answer (JSONP).", TEXT)
_OF_PAGE = (
    in_query("text", "Names to try on the page, one a line.", TEXT),
    choice("type", "Of which type they are.", KINDS),
)
_PREFIX = in_query("prefix", "What was typed so far.", TEXT)
_LIMIT = in_query("limit", "How many are wanted.", _COUNT)
_TYPE = choice("type", "Only of this type.", KINDS)
_ID = in_query("id", "The identifier.", TEXT, required=True)
_SENDING = (408, 413, 415)  # of whatever reads a body
_SORT: Mapping[str, Json] = {"sort": {"type": "string", "enum": [*SORTS]}}
_FIELDS = {one["name"]: one["schema"] for one in (_QUERIES, _EXTEND)}
_FORM: Json = {
    "schema": {**_OBJECT, "properties": _FIELDS, "minProperties": 1, "maxProperties": 1},
    "example": {"queries": EXAMPLES["0.2"]},
}


def _body(words: str) -> Json:
    return {"required": True, "description": words, "content": _JSON}


def _suggest(skipping: str, content: Json) -> Route:
    parameters = (_PREFIX, in_query(skipping, "How many are skipped.", _COUNT), _LIMIT, _TYPE)
    more = (_CALLBACK,) if "text/javascript" in content else ()
    return Route(
        "What may be meant by what was typed", good(content), (404, *BUSY), (*parameters, *more), in_path=_SORT
    )


def _propose(content: Json, *more: Json) -> Route:
    return Route("The properties that things of a type have", good(content), BUSY, (_TYPE, _LIMIT, *more))


_PREVIEW = Route("A thing in brief, as a page that other sites may frame", good(_PAGE), (404, *BUSY), (_ID,))

_MATCH = Route(
    "Match the names of a batch of 1.0-draft",
    good(_JSON, False),
    (*_SENDING, *BUSY),
    body=_body(f"A batch, such as {EXAMPLES['1.0']}"),
)

RECONCILING: Mapping[tuple[str, str], Route] = {
    ("reconcile", "GET"): Route(
        "The reconciliation service 0.2: its manifest, or the answer to a batch; for people a page to try names on",
        good({**_JSON, **_SCRIPT, **_PAGE}),
        (413, *BUSY),
        (_QUERIES, _EXTEND, _CALLBACK, *_OF_PAGE),
    ),
    ("reconcile", "POST"): Route(
        "Match the names of a batch, or fetch values of things that were matched",
        good(_JSON, False),
        (*_SENDING, *BUSY),
        body={"required": True, "content": {"application/x-www-form-urlencoded": _FORM}},
    ),
    ("reconcile_suggest", "GET"): _suggest("cursor", {**_JSON, **_SCRIPT}),
    ("reconcile_flyout", "GET"): Route(
        "A few words on a thing, property or type, in HTML",
        good({**_JSON, **_SCRIPT}),
        (404, *BUSY),
        (_ID, _CALLBACK),
        in_path=_SORT,
    ),
    ("reconcile_preview", "GET"): _PREVIEW,
    ("reconcile_propose", "GET"): _propose({**_JSON, **_SCRIPT}, _CALLBACK),
    ("reconcile_v1", "GET"): Route("The manifest of the reconciliation service 1.0-draft", good(_JSON)),
    ("reconcile_v1_match", "POST"): _MATCH,
    ("reconcile_v1_reconcile", "POST"): _MATCH,
    ("reconcile_v1_suggest", "GET"): _suggest("offset", _JSON),
    ("reconcile_v1_preview", "GET"): _PREVIEW,
    ("reconcile_v1_extend", "POST"): Route(
        "Fetch values of things that were matched",
        good(_JSON, False),
        (*_SENDING, *BUSY),
        body=_body(f"What is wanted, such as {EXAMPLE}"),
    ),
    ("reconcile_v1_propose", "GET"): _propose(_JSON),
}
