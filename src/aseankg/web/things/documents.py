"""Documents about things and graphs: their formats and suffixes, their bytes, and the headers that lead on.

Whole graphs come as the engine writes them, without one object of Python for a triple. Not here: which facts stand in
a document about a thing (facts), and which path it has (resources).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from flask import Response, request
from pyoxigraph import NamedNode, Triple, serialize
from werkzeug.exceptions import NotAcceptable

from aseankg.errors import QueryBusyError
from aseankg.namespaces import PREFIXES
from aseankg.store.request import FORMATS, TRIPLE_FORMATS, QueryRequest
from aseankg.web.exchange.negotiation import named_format, ranked_formats
from aseankg.web.exchange.sending import tagged
from aseankg.web.page.tables import link_of
from aseankg.web.site import LICENCE, site

__all__ = [
    "OF_GRAPHS",
    "OF_THINGS",
    "document_links",
    "finish",
    "graphs_response",
    "link_header",
    "negotiated_suffix",
    "nothing_response",
    "triples_response",
]

# Suffixes in the order of the server's preference; the last two only where graphs matter.
_SUFFIXES = ("ttl", "html", "jsonld", "nt", "rdf", "trig", "nq")
_NAMES = {known.suffix: name for name, known in FORMATS.items() if known.holds == "triples"}
_MEDIA_TYPES = {one: FORMATS[_NAMES[one]].media_type if one in _NAMES else "text/html" for one in _SUFFIXES}
_ALSO = [("application/xhtml+xml", "html"), ("application/json", "jsonld"), ("application/xml", "rdf")]
_WITH_PREFIXES = ("ttl", "rdf", "trig")
_WITH_CHARSET = ("ttl", "rdf", "html")
_WITH_COMMENTS = ("ttl", "nt", "trig", "nq")  # in which a line may begin with #
_ATTEMPTS = 3
_UNFIT_FOR_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # XML 1.0, 2.2
_DIRECTIVES = re.compile(rb"(?:@prefix [^\n]*\n)*")  # which the engine writes on top, for all prefixes it is given
# Sorted, so that a subject stands in one block and the same build gives the same bytes.
_CONTENT = """CONSTRUCT { ?subject ?predicate ?object } WHERE { ?subject ?predicate ?object }
ORDER BY ?subject ?predicate ?object"""
_CONTENT_OF_VERSION = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
CONSTRUCT { ?subject ?predicate ?object . ?document owl:versionIRI ?version } WHERE { ?subject ?predicate ?object }
ORDER BY ?subject ?predicate ?object"""

OF_GRAPHS = _SUFFIXES
OF_THINGS = tuple(suffix for suffix in _SUFFIXES if suffix not in ("trig", "nq"))


def negotiated_suffix(suffixes: Sequence[str]) -> str:
    """Return the suffix of the format that `format=` names, or else that the Accept header prefers.

    BadRequest for a format that is not known; NotAcceptable when the header takes none.
    """
    if "format" in request.args:
        return named_format(
            request.args["format"], {name: one for one in suffixes for name in (_NAMES.get(one, one), one)}
        )
    offers = [(_MEDIA_TYPES[suffix], suffix) for suffix in suffixes]
    return ranked_formats(request, [*offers, *_ALSO])[0]


def document_links(iri: str, suffixes: Iterable[str]) -> dict[str, str]:
    """Return the path of the document about an IRI in each format."""
    return {suffix: f"{link_of(iri)}.{suffix}" for suffix in suffixes}


def link_header(relation: str, links: Mapping[str, str]) -> str:
    """Return the documents as a Link header (RFC 8288) has them."""
    return ", ".join(f'<{link}>; rel="{relation}"; type="{_MEDIA_TYPES[suffix]}"' for suffix, link in links.items())


def triples_response(triples: Iterable[Triple], suffix: str) -> Response:
    """Return the triples in one format, in a fixed order; NotAcceptable for what RDF/XML cannot hold."""
    ordered = sorted(triples, key=str)
    body = serialize(ordered, format=TRIPLE_FORMATS[_NAMES[suffix]], prefixes=_prefixes(ordered, suffix)) or b""
    return _response(body, suffix)


def graphs_response(graphs: Sequence[str], suffix: str, version: tuple[str, str] | None = None) -> Response:
    """Return the triples of the graphs together, or each graph with its name in the formats that have it.

    `version` is a document and the IRI of its version, which is then said beside the triples. NotAcceptable for what
    RDF/XML cannot hold; errors of the engine where a limit ends it.
    """
    if suffix == "nq":
        body = b"".join(_quads(graph, text) for graph, text in zip(graphs, _texts(graphs, "nt"), strict=True))
    elif suffix == "trig":
        body = _trig(graphs, _texts(graphs, "ttl"))
    else:
        body = site().engine.answer(_request(graphs, suffix, version)).body
    return _response(body, suffix)


def nothing_response(words: str, suffix: str) -> Response:
    """Return a document without triples; `words`, one line, say why where the format has comments."""
    body = serialize((), format=TRIPLE_FORMATS[_NAMES[suffix]]) or b""
    return _response(f"# {words}\n".encode() + body if suffix in _WITH_COMMENTS else body, suffix)


def _request(graphs: Sequence[str], suffix: str, version: tuple[str, str] | None = None) -> QueryRequest:
    names = zip(("document", "version"), version or (), strict=False)
    return QueryRequest(
        _CONTENT_OF_VERSION if version else _CONTENT,
        (_NAMES[suffix],),
        substitutions={name: NamedNode(iri) for name, iri in names},
        default_graphs=tuple(graphs),
        prefixes=PREFIXES,
        client=request.remote_addr or "",
    )


def _texts(graphs: Sequence[str], suffix: str) -> list[bytes]:
    """Return each graph as a text of its own, all of one build; QueryBusyError while builds change and change."""
    for _ in range(_ATTEMPTS):
        answers = [site().engine.answer(_request([graph], suffix)) for graph in graphs]
        if len({answer.build for answer in answers}) == 1:
            return [answer.body for answer in answers]
    raise QueryBusyError("A new build is being put in place. Try again in a moment.")


def _quads(graph: str, triples: bytes) -> bytes:
    """N-Triples as N-Quads: a line is a triple, and a line end within a literal is escaped."""
    return triples.replace(b" .\n", f" {NamedNode(graph)} .\n".encode())


def _trig(graphs: Sequence[str], texts: Sequence[bytes]) -> bytes:
    """Turtle as TriG: the directives, which are the same in all, then each graph in a block."""
    head = _DIRECTIVES.match(texts[0])
    end = head.end() if head else 0
    blocks = (
        b"%s {\n%s}\n" % (str(NamedNode(one)).encode(), text[end:]) for one, text in zip(graphs, texts, strict=True)
    )
    return texts[0][:end] + b"".join(blocks)


def _response(body: bytes, suffix: str) -> Response:
    if suffix == "rdf":
        if _UNFIT_FOR_XML.search(body):
            raise NotAcceptable("A literal of this document holds a character that XML cannot write: ask for Turtle.")
        body = body.replace(b"\r", b"&#xD;")  # a parser of XML reads a bare one as a line feed
    return Response(body, content_type=_content_type(suffix))


def finish(response: Response, iri: str, suffix: str, links: Mapping[str, str]) -> Response:
    """Say where the document lies, what it is about and in which other formats it comes; 304 to who has it."""
    response.headers["Content-Location"] = links[suffix]
    others = {one: link for one, link in links.items() if one != suffix}
    about = f'<{iri}>; rel="describes", <{request.script_root}/.well-known/void>; rel="describedby"'
    response.headers["Link"] = f'{link_header("alternate", others)}, {about}, <{LICENCE}>; rel="license"'
    # Of the bytes, not of the build: while a new build comes in, the web and the queries may stand at two.
    return tagged(response)


def _prefixes(triples: Iterable[Triple], suffix: str) -> dict[str, str] | None:
    """The prefixes that the triples need, in the formats that have some."""
    if suffix not in _WITH_PREFIXES:
        return None
    text = "".join(map(str, triples))
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if f"<{namespace}" in text}


def _content_type(suffix: str) -> str:
    media_type = _MEDIA_TYPES[suffix]
    return f"{media_type}; charset=utf-8" if suffix in _WITH_CHARSET else media_type
