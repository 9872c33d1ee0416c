"""What each address of the service takes and gives, in the words of OpenAPI: parameters, bodies, statuses, media types.

One table by the names of the views; a test asks that it holds them all. Not here: the stored questions, whose
front matter says this of them (openapi), and the shapes of JSON (schemas).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aseankg.coverage import DIMENSIONS
from aseankg.sheets import WORKBOOK
from aseankg.store.request import FORMATS
from aseankg.web.contract.responses import BUSY, HTML, content_of, elsewhere, good
from aseankg.web.contract.schemas import IRI, PLAN_FORM, TEXT, Json, record, refer
from aseankg.web.page.exports import EXPORTS
from aseankg.web.querying.completions import KINDS
from aseankg.web.querying.protocol import TOKEN
from aseankg.web.things.documents import OF_GRAPHS, OF_THINGS

__all__ = ["ROUTES", "Route"]

_BY_SUFFIX = {known.suffix: known.media_type for known in FORMATS.values()} | {"html": HTML}
_ROWS = [known.media_type for known in FORMATS.values() if known.holds == "rows"]
_TRIPLES = [known.media_type for known in FORMATS.values() if known.holds == "triples"]
_DESCRIPTIONS = [FORMATS[name].media_type for name in ("turtle", "jsonld", "ntriples", "rdfxml")]
_FORM = "application/x-www-form-urlencoded"
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
    [*FORMATS, *(known.suffix for known in FORMATS.values()), "xlsx", "html"],
)
_LIMIT = _choice(
    "limit",
    "What becomes of an answer that reaches a limit: an error, or as much as there is, with a notice.",
    ["error", "notice"],
    default="error",
)
_VIEW = _choice("view", "What a page shows above its table.", ["table", "chart", "network"], default="table")
_LABELS = _choice("labels", "Whether a page shows names in place of IRIs.", ["yes", "no"], default="yes")
_TOKEN = _in_query("token", "Random characters, by which the query can be stopped.", {**TEXT, "pattern": TOKEN})
_SENT = (_DEFAULT_GRAPHS, _NAMED_GRAPHS, _FORMAT, _LIMIT, _VIEW, _LABELS, _TOKEN)
_RDF_FORMAT = _choice(
    "format", "The format, in place of Accept.", ["turtle", "jsonld", "ntriples", "rdfxml", "ttl", "nt", "rdf", "html"]
)
_GRAPH_FORMAT = _choice(
    "format",
    "The format, in place of Accept.",
    [*(name for name, known in FORMATS.items() if known.holds == "triples"), *OF_GRAPHS],
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
        "content": {_FORM: form, "application/sparql-query": direct},
    }


_COMPLETIONS = record(
    {
        "kind": TEXT,
        "completions": {
            "type": "array",
            "items": record({"text": TEXT, "iri": IRI, "label": TEXT, "kind": TEXT, "words": TEXT}),
        },
    }
)
_PLACE: Json = {"type": "integer", "minimum": 1}
_READ = record(
    {
        "sound": {"type": "boolean"},
        "faults": {
            "type": "array",
            "items": record(
                {"severity": TEXT, "line": _PLACE, "column": _PLACE, "length": _PLACE, "words": TEXT},
            ),
        },
    }
)


# -- the table ---------------------------------------------------------------------------------------------

_RESULTS: Json = {_ROWS[0]: {"schema": refer("Results")}}
_ANSWERED = content_of([*_ROWS, *_TRIPLES, HTML, EXPORTS["xlsx"]]) | _RESULTS
_PAGE = good(content_of([HTML]))
_THING = content_of(_BY_SUFFIX[suffix] for suffix in OF_THINGS)
_GRAPH = content_of(_BY_SUFFIX[suffix] for suffix in OF_GRAPHS)
_DESCRIBED = content_of([*_DESCRIPTIONS, HTML])
_REFERENCE = content_of(["text/plain", "application/x-bibtex", "application/vnd.citationstyles.csl+json", HTML])
_PERMALINK: Json = {"application/json": {"schema": refer("Permalink")}, **content_of([HTML])}
_FILE = good(content_of(_FILES)) | {"206": {"description": "The range asked for.", "content": content_of(_FILES)}}
_TABLES = [known.partition(";")[0] for known in EXPORTS.values()]
_TABLE = _choice("format", "What the page shows, as a file for a spreadsheet.", [*EXPORTS, "html"])
_LIST = good(content_of([HTML, *_TABLES]))
_ASKED = (403, 413, *BUSY)
_QUERIED = (*_ASKED, 502)
_SENDING = (408, 415)  # of whatever reads a body


def _json(schema: str, tagged: bool = False) -> dict[str, Json]:
    return good({"application/json": {"schema": refer(schema)}}, tagged)


def _vocabulary(name: str) -> dict[tuple[str, str], Route]:
    document, failures = good(_THING), (404, 410, *BUSY)
    chosen = (_RDF_FORMAT,)
    return {
        (name, "GET"): Route(f"All of the {name}, in the format that suits Accept", document, failures, chosen),
        (f"{name}_document", "GET"): Route(
            f"All of the {name}, in the format of the suffix", document, failures, in_path=_SUFFIX
        ),
        (f"{name}_part", "GET"): Route(
            f"A part of the {name}: a module, or the way to a term in its document",
            document | elsewhere(303, "The term in its document."),
            failures,
            chosen,
        ),
    }


ROUTES: Mapping[tuple[str, str], Route] = {
    ("home", "GET"): Route("The page that says what this is, with questions and their answers of now", _PAGE),
    ("search", "GET"): Route(
        "What a text leads to: things of that name, a stored question in plain words, passages with its words",
        good({HTML: {"schema": TEXT}, "application/json": {"schema": {"type": "object"}}}),
        BUSY,
        (
            _in_query("text", "A name, some words of a text, or a question.", {"type": "string", "maxLength": 500}),
            _choice("format", "The format; html where none is named.", ["html", "json"], default="html"),
        ),
    ),
    ("bodies", "GET"): Route("The bodies, with their roles in each plan", _LIST, BUSY, (_TABLE,)),
    ("countries", "GET"): Route("The countries, with their roles in each plan", _LIST, BUSY, (_TABLE,)),
    ("themes", "GET"): Route("The themes, with the parts of each plan that have them", _LIST, BUSY, (_TABLE,)),
    ("plans", "GET"): Route("The plans and instruments, with their parts counted", _LIST, BUSY, (_TABLE,)),
    ("plan", "GET"): Route(
        "A plan as its own table or as a tree, narrowed by what its rows are marked with",
        _LIST,
        (404, *BUSY),
        (
            _choice("view", "The table as printed, or the tree of its parts.", ["table", "tree"]),
            _in_query("body", "Only what names this body: the end of its IRI.", TEXT, example="acwc"),
            _in_query("country", "Only what names this country or group: the end of its IRI.", TEXT, example="vnm"),
            _in_query("focus", "Only what has this focus area: the end of its IRI.", TEXT, example="analysis"),
            _in_query("year", "Only what has a date in this year; none: what has no date.", TEXT, example="2018"),
            _in_query("theme", "Only what we tagged with this theme: the end of its IRI.", TEXT, example="tvet"),
            _TABLE,
        ),
        in_path={"slug": {"type": "string", "example": "rap-vientiane"}},
    ),
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
    ("stop_query", "POST"): Route(
        "Stop the query that was sent with this token, if it still runs",
        {"204": {"description": "No query with this token runs any more."}},
        (408, 413, *BUSY),
        body={"required": True, "content": {_FORM: {"schema": record({"token": _TOKEN["schema"]})}}},
    ),
    ("thing", "GET"): Route(
        "A thing of the dataset leads to the document about it; with a suffix, that document",
        good(_THING) | elsewhere(303, "The document about the thing that suits Accept."),
        (404, 410, *BUSY),
        (_RDF_FORMAT,),
    ),
    **_vocabulary("ontology"),
    **_vocabulary("shapes"),
    ("graph", "GET"): Route(
        "A named graph, or the union of a layer's graphs: its triples, or a page",
        good(_GRAPH),
        (404, *BUSY),
        (_GRAPH_FORMAT,),
    ),
    ("unnamed", "GET"): Route(
        "A node that had no name in its source leads to the graph that holds it",
        elsewhere(303, "The graph."),
        (404, *BUSY),
    ),
    ("complete", "GET"): Route(
        "What an editor of queries may offer: prefixes, classes and properties, things by their names",
        good({"application/json": {"schema": _COMPLETIONS}}),
        BUSY,
        (
            _choice("kind", "Of which kind.", KINDS, default="thing"),
            _in_query("text", "Words of a name; left out, the first of all.", {"type": "string", "maxLength": 200}),
        ),
    ),
    ("check_query", "POST"): Route(
        "Whether a query can be read, and where it goes wrong; it is not run",
        good({"application/json": {"schema": _READ}}, False),
        (*_SENDING, 413, *BUSY),
        body={"required": True, "content": {_FORM: {"schema": record({"query": TEXT})}}},
    ),
    ("questions", "GET"): Route(
        "The page of the stored questions",
        _PAGE,
        (503,),
        (_in_query("text", "Words that the questions shown hold.", {"type": "string", "maxLength": 300}),),
    ),
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
        good(content_of(_DESCRIPTIONS)) | elsewhere(303, "The page of the question."),
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
        _FILE | elsewhere(308, "The list of the version that is named."),
        (404, 416, 503),
    ),
    ("dump_file", "GET"): Route("A file of one version, which stays", _FILE, (404, 416, 503)),
    ("keep", "POST"): Route(
        "Make a short link to a query, which stays",
        {"200": {"description": "There is such a link.", "content": _PERMALINK}}
        | {"201": {**elsewhere(201, "The link is new.")["201"], "content": _PERMALINK}},
        (*_ASKED, *_SENDING, 507),
        body=_query_body(_DEFAULT_GRAPHS, _NAMED_GRAPHS, _FORMAT, _LIMIT),
    ),
    ("kept", "GET"): Route(
        "Follow a short link; `.csv` and the like at its end choose the format",
        good(_ANSWERED) | elsewhere(307, "The answer of today."),
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
        good({"application/json": {"schema": refer("Explanation")}, HTML: {"schema": TEXT}}),
        (404, *_ASKED),
        _EXPLAINED,
    ),
    ("cite_kept", "GET"): Route(
        "A reference to the answer of a short link", good(_REFERENCE, False), (404, 503), (_CITE_FORMAT,)
    ),
    ("alignment", "GET"): Route(
        "How the plans compare: what covers what, the ties behind a number, all mappings",
        _LIST,
        (404, *BUSY),
        (
            _choice("by", "What the plans are held against.", DIMENSIONS),
            _choice("view", "Numbers, or all mappings.", ["matrix", "mappings"]),
            *(_in_query(one, "Only this, by its name.", TEXT) for one in ("plan", "row", "column", "predicate")),
            _choice("standing", "Only mappings of this standing.", ["contested", "dissenting", "asserted", "rejected"]),
            _in_query("page", "Which hundred of the mappings.", {"type": "integer", "minimum": 1, "default": 1}),
            _TABLE,
        ),
    ),
    ("network", "GET"): Route(
        "Who has which role in what: a drawing and a table; or nodes and edges",
        good(content_of([HTML, "application/json", *_TABLES])),
        BUSY,
        (
            *(_in_query(one, "Only this, by its name.", TEXT) for one in ("plan", "role")),
            _choice("layer", "Only what is known so.", ["said", "read", "inferred"]),
            _choice("format", "A file in place of the page.", [*EXPORTS, "json", "html"]),
        ),
    ),
    ("timeline", "GET"): Route(
        "What was planned for when, and what took place",
        _LIST,
        BUSY,
        (_in_query("plan", "Only this, by its name.", TEXT), _TABLE),
    ),
    ("source_text", "GET"): Route(
        "The text of a source with its passages marked, and what chosen words support; or the text alone",
        good(content_of([HTML, "text/plain"])),
        (404, *BUSY),
        (
            _in_query("at", "Characters of the text, from 0: START-END.", TEXT, example="4-148"),
            _choice("format", "The page, or the text alone.", ["html", "text", "txt", "plain"]),
        ),
    ),
    ("validation", "GET"): Route(
        "What the shapes and checks found, how much they looked at, and what earlier versions said",
        good(content_of([HTML, *_TABLES])),
        BUSY,
        (_TABLE,),
    ),
    ("checking", "GET"): Route("The form on which people check a plan of their own", _PAGE, BUSY),
    ("checked", "POST"): Route(
        "Check a plan: what is wrong in it, what it may belong to, what it covers; nothing is kept",
        good(content_of([HTML, "application/json", "text/turtle", WORKBOOK]), False),
        (408, 413, *BUSY),
        body=PLAN_FORM,
    ),
    ("check_file", "GET"): Route(
        "A template of a plan to fill, or an example",
        good(content_of(["text/csv", WORKBOOK])),
        (404, *BUSY),
        in_path={"name": {"type": "string", "enum": ["template.csv", "template.xlsx", "example.csv", "example.xlsx"]}},
    ),
}
