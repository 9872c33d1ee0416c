"""Reads a request by the SPARQL 1.1 Protocol: the one query, its graphs, and the formats its sender takes.

Parameters, media types and their weights are parsed by Werkzeug; here stands only what the protocol says of
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, Forbidden, UnsupportedMediaType
from werkzeug.wrappers import Request

from aseankg.errors import suggest
from aseankg.sheets import WORKBOOK
from aseankg.store.request import FORMATS
from aseankg.web.exchange.negotiation import named_format, ranked_formats

__all__ = ["FOR_PEOPLE", "TOKEN", "VIEWS", "Asked", "read_request", "token_of", "wanted_formats"]

FOR_PEOPLE = ("html", "xlsx")  # made here of an answer; all other formats are the engine's
VIEWS = ("table", "chart", "network")  # of a page
# What `format=` may be; where a name says two things, the query's form decides.
_NAMED: dict[str, tuple[str, ...]] = {name: (name,) for name in (*FORMATS, *FOR_PEOPLE)}
_NAMED |= {known.suffix: (name,) for name, known in FORMATS.items()}
_NAMED |= {"json": ("json", "jsonld"), "xml": ("xml", "rdfxml"), "json-ld": ("jsonld",)}
_NAMED |= {"rdf+xml": ("rdfxml",), "n3": ("turtle",)}  # as SPARQLWrapper says it
# In the server's order of preference; a sender that takes everything alike gets the first that suits the query.
_OFFERS = [(known.media_type, name) for name, known in FORMATS.items()]
_OFFERS += [("application/json", "json"), ("application/xml", "xml"), ("text/xml", "xml"), ("text/html", "html")]
_OFFERS += [(WORKBOOK, "xlsx")]
TOKEN = "^[A-Za-z0-9_-]{22,100}$"  # 128 bits take 22 characters
_NOT_ASCII = re.compile(rb"%[89A-Fa-f]")
_FORM, _DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


@dataclass(frozen=True)
class Asked:
    """What was asked; `text` is None when there is no query, `formats` are best first and may hold those for people.

    With `partial` an answer that reaches a limit is to be cut and to say so. `view` is what a page shows above its
    table, which holds names of things in place of their IRIs where `labels` says so. `token` stops the query.
    """

    text: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    formats: tuple[str, ...]
    partial: bool = False
    view: str = VIEWS[0]
    labels: bool = True
    token: str = ""


def read_request(request: Request) -> Asked:
    """Return what a GET or POST asks (SPARQL 1.1 Protocol 2.1), or raise the HTTP error that says what is wrong."""
    _check_encoding(request.query_string)
    parameters: MultiDict[str, str] = request.args.copy()
    queries: list[str] = []
    if request.method == "POST":
        if request.mimetype == _DIRECT:
            queries = [_text(request.get_data())]
        else:
            _check_media_type(request)
            _check_encoding(request.get_data())
            parameters.update(request.form)
    queries += parameters.getlist("query")
    if "update" in parameters:
        raise Forbidden("This service is for reading only: it takes a query, no update.")
    if len(queries) > 1:
        raise BadRequest(f"The request holds {len(queries)} queries: expected exactly one.")
    return Asked(
        text=queries[0] if queries else None,
        default_graphs=tuple(parameters.getlist("default-graph-uri")),
        named_graphs=tuple(parameters.getlist("named-graph-uri")),
        formats=wanted_formats(request, parameters.get("format")),
        partial=_wants_partial(parameters.get("limit", "error")),
        view=_one_of("view", parameters.get("view", VIEWS[0]), VIEWS),
        labels=_one_of("labels", parameters.get("labels", "yes"), ("yes", "no")) == "yes",
        token=token_of(parameters),
    )


def token_of(parameters: MultiDict[str, str]) -> str:
    """Return the token that its sender made up for a query, empty for none."""
    token = parameters.get("token", "")
    if token and not re.fullmatch(TOKEN, token):
        raise BadRequest("The token is not one: expected 22 to 100 random letters, digits, - and _ of ASCII.")
    return token


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        short = value[:80]
        raise BadRequest(f"{name} is {short!r}: expected one of {', '.join(known)}.{suggest(short, known)}")
    return value


def _wants_partial(limit: str) -> bool:
    """Say what is to be done at a limit: `limit=error` (the default) or `limit=notice`."""
    if limit not in ("error", "notice"):
        raise BadRequest(
            f"limit is {limit!r}: expected error (the default) or notice, which cuts the answer and says so."
        )
    return limit == "notice"


def _check_media_type(request: Request) -> None:
    if request.mimetype == "application/sparql-update":
        raise Forbidden("This service is for reading only: it takes a query, no update.")
    if request.mimetype != _FORM:
        found = request.mimetype or "no media type"
        raise UnsupportedMediaType(f"The request is sent as {found}: expected {_DIRECT} or {_FORM}.")


def _check_encoding(parameters: bytes) -> None:
    """Werkzeug keeps bytes that are no UTF-8 as they are written (%FF); a query must not change in silence."""
    if not parameters.isascii() or _NOT_ASCII.search(parameters):
        _text(unquote_to_bytes(parameters))


def _text(sent: bytes) -> str:
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = sent[error.start]
        raise BadRequest(f"The request is not UTF-8: byte {error.start} is 0x{byte:02X}. Send it in UTF-8.") from None


def wanted_formats(request: Request, override: str | None = None) -> tuple[str, ...]:
    """Return the formats that the sender takes, best first: the `format=` parameter, else the Accept header."""
    if override is not None:
        return named_format(override, _NAMED)
    return ranked_formats(request, _OFFERS)
