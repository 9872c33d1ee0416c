"""The responses that addresses share, in the words of OpenAPI: an answer, a way to another address, the problems.

Not here: which address has which (routes), and the shapes of JSON (schemas).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from aseankg.web.contract.schemas import TEXT, Json, refer

__all__ = ["BUSY", "FAILURES", "HTML", "content_of", "elsewhere", "good", "refusals"]

HTML = "text/html"
BUSY = (429, 503, 504)  # of whatever asks the engine


def content_of(media_types: Iterable[str]) -> Json:
    """Return the content of a response: a schema where the media type alone says what is sent."""
    return {one: {"schema": TEXT} if one.startswith("text/") else {} for one in media_types}


def good(content: Json, tagged: bool = True) -> dict[str, Json]:
    """Return the responses of an answer that is sent, and that is not sent again to who has it."""
    found: dict[str, Json] = {"200": {"description": "The answer.", "headers": _ABOUT_ANSWER, "content": content}}
    return found | ({"304": {"description": "The answer is the one that If-None-Match names."}} if tagged else {})


def refusals(statuses: Iterable[int]) -> dict[str, Json]:
    """Return references to the problems of these statuses, and to those that any request may meet."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted({400, 406, 500, *statuses})}


def elsewhere(status: int, words: str) -> dict[str, Json]:
    """Return the response that leads to another address."""
    return {str(status): {"description": words, "headers": {"Location": {"required": True, "schema": TEXT}}}}


def _failure(status: int) -> Json:
    found: Json = {"description": f"{HTTPStatus(status).phrase}: {_MEANT[status]}", "content": _PROBLEM}
    if status in (429, 503):
        found["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return found


_ABOUT_ANSWER: Json = {
    "Aseankg-Build": {"description": "The build that an answer to a query is from.", "schema": TEXT},
    "Aseankg-Notice": {"description": "What the answer does not show, or where it was cut.", "schema": TEXT},
    "ETag": {"description": "Strong: the same for the same bytes.", "schema": TEXT},
}
_PROBLEM: Json = {"application/problem+json": {"schema": refer("Problem")}, HTML: {"schema": TEXT}}
_MEANT = {
    400: "the request cannot be read; the problem says where and why.",
    403: "it is an update, names a host that is not allowed, or is more than an operator allows.",
    404: "nothing is there; the problem may suggest what is alike.",
    406: "no format on offer suits Accept.",
    408: "the body did not come in time.",
    410: "deprecated; the problem names the replacement.",
    413: "longer than the limit that the problem names.",
    415: "the body is neither a form nor application/sparql-query.",
    416: "the file has no such range.",
    429: "too many queries of one client at once, or too many short links.",
    500: "the fault is the server's.",
    502: "another endpoint, called by SERVICE, failed.",
    503: "all that can be waited for is taken, or no build is published.",
    504: "the query reached its deadline or another limit, and was ended.",
    507: "the space for short links is used up.",
}
FAILURES: Mapping[str, Json] = {str(status): _failure(status) for status in _MEANT}
