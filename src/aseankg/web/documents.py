"""Documents about things and graphs: their formats and suffixes, their bytes, and the headers that lead on.

Not here: which facts stand in a document (facts), and which path it has (resources).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from flask import Response, request
from pyoxigraph import Quad, RdfFormat, Triple, serialize
from werkzeug.exceptions import NotAcceptable

from aseankg.namespaces import PREFIXES
from aseankg.web.negotiation import ranked_formats
from aseankg.web.page import link_of

__all__ = [
    "OF_GRAPHS",
    "OF_THINGS",
    "document_links",
    "finish",
    "link_header",
    "negotiated_suffix",
    "quads_response",
    "triples_response",
]

# Suffix -> media type, in the order of the server's preference; the last two only where graphs matter.
_FORMATS = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "html": ("text/html", None),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "trig": ("application/trig", RdfFormat.TRIG),
    "nq": ("application/n-quads", RdfFormat.N_QUADS),
}
_ALSO = [("application/xhtml+xml", "html"), ("application/json", "jsonld"), ("application/xml", "rdf")]
_WITH_PREFIXES = ("ttl", "rdf", "trig")
_WITH_CHARSET = ("ttl", "rdf", "html")
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"  # as data/LICENCE.md and the headers of ontology/ say
_UNFIT_FOR_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # XML 1.0, 2.2

OF_GRAPHS = tuple(_FORMATS)
OF_THINGS = tuple(suffix for suffix in _FORMATS if suffix not in ("trig", "nq"))


def negotiated_suffix(suffixes: Iterable[str]) -> str:
    """Return the suffix of the format that the Accept header prefers; NotAcceptable when it takes none."""
    offers = [(_FORMATS[suffix][0], suffix) for suffix in suffixes]
    return ranked_formats(request, [*offers, *_ALSO])[0]


def document_links(iri: str, suffixes: Iterable[str]) -> dict[str, str]:
    """Return the path of the document about an IRI in each format."""
    return {suffix: f"{link_of(iri)}.{suffix}" for suffix in suffixes}


def link_header(relation: str, links: Mapping[str, str]) -> str:
    """Return the documents as a Link header (RFC 8288) has them."""
    return ", ".join(f'<{link}>; rel="{relation}"; type="{_FORMATS[suffix][0]}"' for suffix, link in links.items())


def triples_response(triples: Iterable[Triple], suffix: str) -> Response:
    """Return the triples in one format, in a fixed order; NotAcceptable for what RDF/XML cannot hold."""
    ordered = sorted(triples, key=str)
    body = serialize(ordered, format=_FORMATS[suffix][1], prefixes=_prefixes(ordered, suffix)) or b""
    if suffix == "rdf":
        if _UNFIT_FOR_XML.search(body):
            raise NotAcceptable("A literal of this document holds a character that XML cannot write: ask for Turtle.")
        body = body.replace(b"\r", b"&#xD;")  # a parser of XML reads a bare one as a line feed
    return Response(body, content_type=_content_type(suffix))


def quads_response(quads: Sequence[Quad], suffix: str) -> Response:
    """Return the quads in one of the formats that name graphs."""
    prefixes = _prefixes([quad.triple for quad in quads], suffix)
    return Response(serialize(quads, format=_FORMATS[suffix][1], prefixes=prefixes), content_type=_content_type(suffix))


def finish(response: Response, iri: str, suffix: str, links: Mapping[str, str]) -> Response:
    """Say where the document lies, what it is about and in which other formats it comes; 304 to who has it."""
    response.headers["Content-Location"] = links[suffix]
    others = {one: link for one, link in links.items() if one != suffix}
    about = f'<{iri}>; rel="describes", <{request.script_root}/.well-known/void>; rel="describedby"'
    response.headers["Link"] = f'{link_header("alternate", others)}, {about}, <{_LICENCE}>; rel="license"'
    # Of the bytes, not of the build: while a new build comes in, the web and the queries may stand at two.
    response.add_etag()
    response.make_conditional(request)
    return response


def _prefixes(triples: Iterable[Triple], suffix: str) -> dict[str, str] | None:
    """The prefixes that the triples need, in the formats that have some."""
    if suffix not in _WITH_PREFIXES:
        return None
    text = "".join(map(str, triples))
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if f"<{namespace}" in text}


def _content_type(suffix: str) -> str:
    media_type = _FORMATS[suffix][0]
    return f"{media_type}; charset=utf-8" if suffix in _WITH_CHARSET else media_type
