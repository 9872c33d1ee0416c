"""What each address of the service takes and gives, in the words of OpenAPI: parameters, bodies, statuses, media types.

One table by the names of the views; a test asks that it holds them all. Not here: the stored questions, whose
front matter says this of them (openapi), and the shapes of JSON (schemas).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aseankg.store.request import FORMATS
from aseankg.web.documents import OF_GRAPHS, OF_THINGS
from aseankg.web.schemas import IRI, TEXT, Json, refer

__all__ = ["BUSY", "FAILURES", "ROUTES", "Route", "content_of", "good", "refusals"]

_HTML = "text/html"
BUSY = (429, 503, 504)  # of whatever asks the engine
_BY_SUFFIX = {known.suffix: known.media_type for known in FORMATS.values()} | {"html": _HTML}
_ROWS = [known.media_type for known in FORMATS.values() if known.holds == "rows"]
_TRIPLES = [known.media_type for known in FORMATS.values() if known.holds == "triples"]
_DESCRIPTIONS = [FORMATS[name].media_type for name in ("turtle", "jsonld", "ntriples", "rdfxml")]
_FILES = ["application/gzip", "text/plain", "text/tab-separated-values", "text/turtle"]


@dataclass(frozen=True)
class Route:
    """One view: its responses by status, the statuses of its problems, and what it takes."""

    summary: str
    responses: Mapping[str, Json]
    failures: tuple[int, ...] = ()
    parameters: tuple[Json, ...] = ()
    body: Json | None = None
    in_path: Mapping[str, Json] = field(default_factory=dict)


# -- responses ---------------------------------------------------------------------------------------------


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


def _elsewhere(status: int, words: str) -> dict[str, Json]:
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
_PROBLEM: Json = {"application/problem+json": {"schema": refer("Problem")}, _HTML: {"schema": TEXT}}
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


# -- parameters --------------------------------------------------------------------------------------------


def _in_query(name: str, words: str, schema: Json, **more: object) -> Json:
    return {"name": name, "in": "query", "description": words, "schema": schema, **more}


def _choice(name: str, words: str, values: Iterable[str], **more: object) -> Json:
    return _in_query(name, words, {"type": "string", "enum": [*dict.fromkeys(values)], **more})


_SUFFIX: Mapping[str, Json] = {"suffix": {"type": "string", "enum": [*OF_THINGS]}}
_GRAPHS: Json = {"type": "array", "items": IRI}
_QUERY = _in_query("query", "The query, in SPARQL 1.1.", TEXT, example="SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")
_DEFAULT_GRAPHS = _in_query(
    "default-graph-uri", "A graph, or the union of a layer's, to query in place of all.", _GRAPHS
)
_NAMED_GRAPHS = _in_query("named-graph-uri", "A graph that GRAPH may name.", _GRAPHS)
_FORMAT = _choice(
    "format",
    "The format of the answer, in place of Accept; json and xml are also those of triples.",
    [*FORMATS, *(known.suffix for known in FORMATS.values()), "html"],
)
_LIMIT = _choice(
    "limit",
    "What becomes of an answer that reaches a limit: an error, or as much as there is, with a notice.",
    ["error", "notice"],
    default="error",
)
_SENT = (_DEFAULT_GRAPHS, _NAMED_GRAPHS, _FORMAT, _LIMIT)
_RDF_FORMAT = _choice(
    "format", "The format, in place of Accept.", ["turtle", "jsonld", "ntriples", "rdfxml", "ttl", "nt", "rdf", "html"]
)
_CITE_FORMAT = _choice(
    "format", "The format, in place of Accept.", ["text", "plain", "txt", "bibtex", "bib", "json", "csl", "html"]
)


_EXPLAINED = (
    _in_query("subject", "A thing, one fact of which or all are explained: IRI, end of its IRI, or name.", TEXT),
    _in_query("predicate", "The property of the fact: IRI or name.", TEXT),
    _in_query("object", "The value of the fact: IRI, its end, or the text of a literal.", TEXT),
    _in_query("question", "A stored question, a row of whose answer is explained.", TEXT),
    _in_query("parameter", "A parameter of the question, as name=value.", {"type": "array", "items": TEXT}),
    _in_query("query", "A query, a row of whose answer is explained.", TEXT),
    _DEFAULT_GRAPHS,
    _NAMED_GRAPHS,
    _in_query(
        "row", "The row, counted from 1 in the order of the answer.", {"type": "integer", "minimum": 1, "default": 1}
    ),
    _choice("format", "The format, in place of Accept.", ["json", "html"]),
)


def _query_body(*parameters: Json) -> Json:
    """Return the body that the protocol takes: a form with these parameters, or the query itself."""
    fields = {one["name"]: one["schema"] for one in (_QUERY, *parameters)}
    form: Json = {
        "schema": {"type": "object", "required": ["query"], "properties": fields},
        "example": {"query": "ASK {}"},
    }
    direct: Json = {"schema": TEXT, "example": "ASK {}"}
    return {
        "required": True,
        "content": {"application/x-www-form-urlencoded": form, "application/sparql-query": direct},
    }


# -- the table ---------------------------------------------------------------------------------------------

_RESULTS: Json = {_ROWS[0]: {"schema": refer("Results")}}
_ANSWERED = content_of([*_ROWS, *_TRIPLES, _HTML]) | _RESULTS
_PAGE = good(content_of([_HTML]))
_THING = content_of(_BY_SUFFIX[suffix] for suffix in OF_THINGS)
_GRAPH = content_of(_BY_SUFFIX[suffix] for suffix in OF_GRAPHS)
_DESCRIBED = content_of([*_DESCRIPTIONS, _HTML])
_REFERENCE = content_of(["text/plain", "application/x-bibtex", "application/vnd.citationstyles.csl+json", _HTML])
_PERMALINK: Json = {"application/json": {"schema": refer("Permalink")}, **content_of([_HTML])}
_FILE = good(content_of(_FILES)) | {"206": {"description": "The range asked for.", "content": content_of(_FILES)}}
_ASKED = (403, 413, *BUSY)
_QUERIED = (*_ASKED, 502)
_SENDING = (408, 415)  # of whatever reads a body


def _json(schema: str, tagged: bool = False) -> dict[str, Json]:
    return good({"application/json": {"schema": refer(schema)}}, tagged)


def _vocabulary(name: str) -> dict[tuple[str, str], Route]:
    document, failures = good(_THING), (404, 410, *BUSY)
    return {
        (name, "GET"): Route(f"All of the {name}, in the format that suits Accept", document, failures),
        (f"{name}_document", "GET"): Route(
            f"All of the {name}, in the format of the suffix", document, failures, in_path=_SUFFIX
        ),
        (f"{name}_part", "GET"): Route(
            f"A part of the {name}: a module, or the way to a term in its document",
            document | _elsewhere(303, "The term in its document."),
            failures,
        ),
    }


ROUTES: Mapping[tuple[str, str], Route] = {
    ("home", "GET"): Route("The page that says what this is, with questions to try", good(content_of([_HTML]), False)),
    ("health", "GET"): Route("Whether the web process lives", _json("Health")),
    ("ready", "GET"): Route("Whether queries are answered from a published build", _json("Ready"), (503,)),
    ("metrics", "GET"): Route(
        "Counters for Prometheus: queries by outcome, seconds, kills, queue, cache",
        good(content_of(["text/plain", "application/openmetrics-text"]), False),
    ),
    ("openapi", "GET"): Route("This description", good({"application/json": {"schema": {"type": "object"}}})),
    ("sparql", "GET"): Route(
        "Answer a query (SPARQL 1.1 Protocol); without one, the service's description or the page to ask on",
        good(_ANSWERED),
        _QUERIED,
        (_QUERY, *_SENT),
    ),
    ("sparql", "POST"): Route(
        "Answer a query that is sent as a form or as it is (SPARQL 1.1 Protocol)",
        good(_ANSWERED, False),
        (*_QUERIED, *_SENDING),
        _SENT,
        _query_body(*_SENT),
    ),
    ("thing", "GET"): Route(
        "A thing of the dataset leads to the document about it; with a suffix, that document",
        good(_THING) | _elsewhere(303, "The document about the thing that suits Accept."),
        (404, 410, *BUSY),
    ),
    **_vocabulary("ontology"),
    **_vocabulary("shapes"),
    ("graph", "GET"): Route(
        "A named graph, or the union of a layer's graphs: its triples, or a page", good(_GRAPH), (404, *BUSY)
    ),
    ("unnamed", "GET"): Route(
        "A node that had no name in its source leads to the graph that holds it",
        _elsewhere(303, "The graph."),
        (404, *BUSY),
    ),
    ("questions", "GET"): Route("The page of the stored questions", _PAGE, (503,)),
    ("question", "GET"): Route(
        "The page of a stored question: a form and its rows; its parameters are those of /api/questions/{name}",
        _PAGE,
        (404, 413, *BUSY),
    ),
    ("api_questions", "GET"): Route(
        "List the stored questions, with their parameters", _json("Questions", True), (503,)
    ),
    ("question_iri", "GET"): Route(
        "A stored question in RDF, as a sh:SPARQLExecutable",
        good(content_of(_DESCRIPTIONS)) | _elsewhere(303, "The page of the question."),
        (404, 503),
        (_RDF_FORMAT,),
    ),
    ("void", "GET"): Route("What is in the dataset (VoID)", good(_DESCRIBED), (503,), (_RDF_FORMAT,)),
    ("dcat", "GET"): Route("The catalogue (DCAT 3)", good(_DESCRIBED), (503,), (_RDF_FORMAT,)),
    ("dumps", "GET"): Route(
        "The files of the current version and all versions, as a page or as DCAT",
        good(_DESCRIBED),
        (503,),
        (_RDF_FORMAT,),
    ),
    ("dump_version", "GET"): Route(
        "The files of one version, as a page or as DCAT", good(_DESCRIBED), (404, 503), (_RDF_FORMAT,)
    ),
    ("dump", "GET"): Route(
        "A file of the current version",
        _FILE | _elsewhere(308, "The list of the version that is named."),
        (404, 416, 503),
    ),
    ("dump_file", "GET"): Route("A file of one version, which stays", _FILE, (404, 416, 503)),
    ("keep", "POST"): Route(
        "Make a short link to a query, which stays",
        {"200": {"description": "There is such a link.", "content": _PERMALINK}}
        | {"201": {**_elsewhere(201, "The link is new.")["201"], "content": _PERMALINK}},
        (*_ASKED, *_SENDING, 507),
        body=_query_body(*_SENT),
    ),
    ("kept", "GET"): Route(
        "Follow a short link; `.csv` and the like at its end choose the format",
        good(_ANSWERED) | _elsewhere(307, "The answer of today."),
        (404, *_QUERIED),
    ),
    ("cite", "GET"): Route(
        "A reference to the answer to a query",
        good(_REFERENCE, False),
        _ASKED,
        ({**_QUERY, "required": True}, _DEFAULT_GRAPHS, _NAMED_GRAPHS, _CITE_FORMAT, _LIMIT),
    ),
    ("explain", "GET"): Route(
        "Why the graph says a fact, or why a row stands in an answer, down to passages, addresses and reasons",
        good({"application/json": {"schema": refer("Explanation")}, _HTML: {"schema": TEXT}}),
        (404, *_ASKED),
        _EXPLAINED,
    ),
    ("cite_kept", "GET"): Route(
        "A reference to the answer of a short link", good(_REFERENCE, False), (404, 503), (_CITE_FORMAT,)
    ),
}
