"""The description of the service for tools, at `/openapi.json`, in OpenAPI 3.1.

It is made of the routes that the application really has and of the front matter of the stored questions, so
that it cannot name an address that is none. Not here: what the addresses answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.routing import Rule

from aseankg.catalogue import Parameter, Query
from aseankg.store.request import FORMATS
from aseankg.web.examples import ANSWER_FORMATS, LONGEST_VALUE, stored_questions

__all__ = ["register"]

_JSON = dict[str, Any]
_QUESTION = "/api/questions/{name}"
_ROWS = [known.media_type for known in FORMATS.values() if known.holds == "rows"]
_TRIPLES = [known.media_type for known in FORMATS.values() if known.holds == "triples"]
_PAGE = "text/html"
_MEDIA_TYPES = {  # by the first words of the path; of a path that is not listed, the media type is left open
    "/api/questions": ["application/json"],
    "/graph/": [*_TRIPLES, _PAGE],
    "/health": ["application/json"],
    "/id/": [*_TRIPLES, _PAGE],
    "/ontology": [*_TRIPLES, _PAGE],
    "/openapi.json": ["application/json"],
    "/shapes": [*_TRIPLES, _PAGE],
    "/sparql": [*_ROWS, *_TRIPLES, _PAGE],
}
_KINDS: dict[str, _JSON] = {
    "year": {"type": "string", "pattern": "^([0-9]{4})?$"},
    "date": {"type": "string", "format": "date"},
}


def register(app: Flask) -> None:
    """Give the application the description of its routes."""
    app.add_url_rule("/openapi.json", "openapi", _openapi)


def _openapi() -> Response:
    """Describe this service in OpenAPI 3.1."""
    response = Response(json.dumps(_document(), ensure_ascii=False), content_type="application/json")
    response.add_etag()
    response.make_conditional(request)
    return response


def _document() -> _JSON:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ASEAN labour policy plans",
            "version": version("aseankg"),
            "description": "A knowledge graph in which every fact leads to the words of the plan: stored questions "
            "with typed parameters, and a read-only endpoint of the SPARQL 1.1 Protocol.",
        },
        "servers": [{"url": "/"}],
        "paths": _paths(current_app.url_map.iter_rules()),
        "components": {"schemas": _SCHEMAS, "responses": {"Problem": _PROBLEM_RESPONSE}},
    }


def _paths(rules: Iterable[Rule]) -> _JSON:
    paths: dict[str, _JSON] = {}
    for rule in rules:
        path = re.sub(r"<(?:[^<>:]+:)?([^<>:]+)>", r"{\1}", rule.rule)
        if rule.endpoint == "static":
            continue
        if path == _QUESTION:
            paths |= {path.format(name=query.name): {"get": _question(query)} for query in stored_questions().values()}
        else:
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            paths.setdefault(path, {}).update({method.lower(): _operation(rule, path, method) for method in methods})
    return dict(sorted(paths.items()))


def _operation(rule: Rule, path: str, method: str) -> _JSON:
    """Return what is known of any route: the words of its view, the names in its path, its media types."""
    words = (current_app.view_functions[rule.endpoint].__doc__ or rule.endpoint).strip().partition("\n")[0]
    parameters = [_path_parameter(name) for name in sorted(rule.arguments)]
    operation: _JSON = {
        "operationId": f"{method.lower()}_{re.sub('[^A-Za-z0-9]+', '_', path).strip('_') or 'home'}",
        "summary": words,
        "responses": _responses(_content(path)),
    }
    if path == "/sparql" and method == "GET":
        parameters += _PROTOCOL
    elif path == "/sparql":
        operation["requestBody"] = _QUERY_BODY
    if parameters:
        operation["parameters"] = parameters
    return operation


def _path_parameter(name: str) -> _JSON:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _content(path: str) -> _JSON | None:
    media_types = next((found for start, found in _MEDIA_TYPES.items() if path.startswith(start)), None)
    if media_types is None:
        return None
    schema = {"schema": {"$ref": "#/components/schemas/Questions"}} if path == "/api/questions" else {}
    return {media_type: schema for media_type in media_types}


def _responses(content: _JSON | None) -> _JSON:
    good: _JSON = {"description": "The answer."} | ({} if content is None else {"content": content})
    return {
        "200": good,
        "3XX": {"description": "Not modified, or found at the address in Location."},
        "4XX": {"$ref": "#/components/responses/Problem"},
        "5XX": {"$ref": "#/components/responses/Problem"},
    }


# -- the stored questions ----------------------------------------------------------------------------------


def _question(query: Query) -> _JSON:
    """Return the operation of a stored question, its parameters and columns from the front matter."""
    content: _JSON = {
        "application/json": {"schema": _answer_schema(query)},
        FORMATS["json"].media_type: {"schema": {"type": "object", "required": ["head", "results"]}},
        FORMATS["csv"].media_type: {"schema": {"type": "string"}},
        FORMATS["tsv"].media_type: {"schema": {"type": "string"}},
    }
    return {
        "operationId": "ask_" + query.name.replace("-", "_"),
        "summary": query.question,
        "description": query.description,
        "tags": [str(word) for word in query.front_matter.get("keywords") or ()],
        "parameters": [*(_parameter(one) for one in query.parameters.values()), _FORMAT],
        "responses": _responses(content),
    }


def _parameter(parameter: Parameter) -> _JSON:
    schema = dict(_KINDS.get(parameter.kind, {"type": "string", "maxLength": LONGEST_VALUE}))
    found: _JSON = {"name": parameter.name, "in": "query", "required": parameter.required}
    words = parameter.description
    if parameter.default is not None:
        schema["default"] = parameter.default
        found |= {"allowEmptyValue": True, "example": parameter.default}
        words += f" Left out, it is {parameter.default}; empty, the rows are those of every value."
    return found | {"description": words, "schema": schema}


def _answer_schema(query: Query) -> _JSON:
    columns = list((query.front_matter.get("expects") or {}).get("columns") or ())
    whole = {"$ref": "#/components/schemas/Answer"}
    if not columns:
        return whole
    rows = {"type": "array", "items": {"required": columns, "propertyNames": {"enum": columns}}}
    return {"allOf": [whole, {"properties": {"columns": {"const": columns}, "rows": rows}}]}


# -- what is always the same -------------------------------------------------------------------------------


def _record(required: Mapping[str, _JSON], optional: Mapping[str, _JSON] | None = None, more: bool = False) -> _JSON:
    properties = {**required, **(optional or {})}
    closed = {} if more else {"additionalProperties": False}
    return {"type": "object", "required": list(required), "properties": properties, **closed}


_TEXT: _JSON = {"type": "string"}
_IRI: _JSON = {"type": "string", "format": "iri"}
_ADDRESS: _JSON = {"type": "string", "format": "uri-reference"}
_COUNT: _JSON = {"type": "integer", "minimum": 0}
_ABOUT = {"name": _TEXT, "title": _TEXT, "question": _TEXT, "description": _TEXT, "url": _ADDRESS, "page": _ADDRESS}
_CELL: _JSON = {
    "description": "An RDF term, or null where the row has none.",
    "oneOf": [
        {"type": "null"},
        _record({"type": {"const": "iri"}, "value": _IRI}, {"label": _TEXT}),
        _record({"type": {"const": "literal"}, "value": _TEXT}, {"lang": _TEXT, "datatype": _IRI}),
    ],
}
_DECLARED = _record(
    {
        "name": _TEXT,
        "kind": _TEXT,
        "default": {"type": ["string", "null"]},
        "description": _TEXT,
        "required": {"type": "boolean"},
    }
)
_SCHEMAS: _JSON = {
    "Cell": _CELL,
    "Question": {**_record(_ABOUT), "description": "A stored question; its words name the defaults of its parameters."},
    "Questions": _record(
        {
            "count": _COUNT,
            "questions": {
                "type": "array",
                "items": _record({**_ABOUT, "parameters": {"type": "array", "items": _DECLARED}}),
            },
        }
    ),
    "Answer": _record(
        {
            "question": {"$ref": "#/components/schemas/Question"},
            "parameters": {
                "type": "array",
                "description": "What was asked with: the terms that the values given, or the defaults, stand for.",
                "items": _record({"name": _TEXT, "kind": _TEXT, "value": {"$ref": "#/components/schemas/Cell"}}),
            },
            "columns": {"type": "array", "items": _TEXT},
            "count": {**_COUNT, "description": "How many rows there are."},
            "rows": {
                "type": "array",
                "items": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Cell"}},
            },
            "notes": {
                "type": "array",
                "description": "What the rows do not show, such as a plan that names a body in no role.",
                "items": _TEXT,
            },
            "version": {**_TEXT, "description": "The build of the dataset that the rows come from."},
        }
    ),
    "Problem": _record(
        {
            "type": _ADDRESS,
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {**_TEXT, "description": "What was found, what was expected, and what to do."},
        },
        {
            "line": {"type": "integer", "minimum": 1},
            "column": {"type": ["integer", "null"], "minimum": 1},
            "parameter": {**_TEXT, "description": "The parameter of the request that is wrong."},
        },
        more=True,
    ),
}
_PROBLEM_RESPONSE: _JSON = {
    "description": "What is wrong, by RFC 9457; the same words as a page for browsers.",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        _PAGE: {"schema": _TEXT},
    },
}
_FORMAT: _JSON = {
    "name": "format",
    "in": "query",
    "description": "The format of the answer, in place of Accept; html leads to the page of the question.",
    "schema": {"type": "string", "enum": list(ANSWER_FORMATS)},
}
_GRAPHS: _JSON = {"type": "array", "items": _IRI}
_PROTOCOL: list[_JSON] = [
    {
        "name": "query",
        "in": "query",
        "description": "The query, in SPARQL 1.1.",
        "schema": {"type": "string"},
        "example": "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1",
    },
    {
        "name": "default-graph-uri",
        "in": "query",
        "description": "A graph to query, in place of all.",
        "schema": _GRAPHS,
    },
    {"name": "named-graph-uri", "in": "query", "description": "A graph that GRAPH may name.", "schema": _GRAPHS},
    {
        "name": "format",
        "in": "query",
        "description": "The format of the answer, in place of Accept.",
        "schema": {"type": "string", "enum": [*FORMATS, "html"]},
    },
]
_QUERY_BODY: _JSON = {
    "required": True,
    "content": {
        "application/sparql-query": {"schema": _TEXT, "example": "ASK {}"},
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["query"],
                "properties": {"query": _TEXT, "default-graph-uri": _GRAPHS, "named-graph-uri": _GRAPHS},
            },
            "example": {"query": "ASK {}"},
        },
    },
}
