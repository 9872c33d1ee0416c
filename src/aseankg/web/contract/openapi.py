"""The description of the service for tools, at `/openapi.json`, in OpenAPI 3.1.

It is made of the routes that the application really has and of the front matter of the stored questions, so
that it cannot name an address that is none. Not here: what the addresses answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version

from flask import Flask, Response, current_app, request
from werkzeug.routing import Rule

from aseankg.catalogue import Parameter, Query
from aseankg.store.request import FORMATS
from aseankg.web.contract.responses import BUSY, FAILURES, content_of, good, refusals
from aseankg.web.contract.routes import ROUTES
from aseankg.web.contract.schemas import SCHEMAS, TEXT, Json, refer
from aseankg.web.exchange.sending import in_json, tagged
from aseankg.web.querying.examples import ANSWER_FORMATS, LONGEST_VALUE, stored_questions
from aseankg.web.site import site

__all__ = ["register"]

_QUESTION = "/api/questions/{name}"
_VARIABLE = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")  # in a rule of Werkzeug
_KINDS: dict[str, Json] = {
    "year": {"type": "string", "pattern": "^([0-9]{4})?$"},
    "date": {"type": "string", "format": "date"},
}
_FORMAT: Json = {
    "name": "format",
    "in": "query",
    "description": "The format of the answer, in place of Accept; html leads to the page of the question.",
    "schema": {"type": "string", "enum": list(ANSWER_FORMATS)},
}


def register(app: Flask) -> None:
    """Give the application the description of its routes."""
    app.add_url_rule("/openapi.json", "openapi", _openapi)


def _openapi() -> Response:
    """Describe this service in OpenAPI 3.1."""
    return tagged(in_json(_document()))


def _document() -> Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ASEAN labour policy plans",
            "version": version("aseankg"),
            "description": "A knowledge graph in which every fact leads to the words of the plan: stored questions "
            "with typed parameters, and a read-only endpoint of the SPARQL 1.1 Protocol. Whatever answers GET "
            "answers HEAD and OPTIONS, too, and may be read from any origin.",
        },
        "servers": [{"url": site().settings.public_url or request.script_root or "/"}],
        "paths": _paths(current_app.url_map.iter_rules()),
        "components": {"schemas": SCHEMAS, "responses": FAILURES},
    }


def _paths(rules: Iterable[Rule]) -> Json:
    paths: dict[str, Json] = {}
    for rule in rules:
        path = _VARIABLE.sub(r"{\1}", rule.rule)
        if rule.endpoint == "static":
            continue
        if path == _QUESTION:
            paths |= {path.format(name=query.name): {"get": _question(query)} for query in stored_questions().values()}
        else:
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            paths.setdefault(path, {}).update({method.lower(): _operation(rule, path, method) for method in methods})
    return dict(sorted(paths.items()))


def _operation(rule: Rule, path: str, method: str) -> Json:
    """Return what the table of the routes says of a view, with the names in its path."""
    route = ROUTES[rule.endpoint, method]
    names = _VARIABLE.findall(rule.rule)
    in_path = [_path_parameter(name, route.in_path.get(name), f"<path:{name}>" in rule.rule) for name in names]
    parameters = [*in_path, *route.parameters]
    return {
        "operationId": f"{method.lower()}_{re.sub('[^A-Za-z0-9]+', '_', path).strip('_') or 'home'}",
        "summary": route.summary,
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": route.body} if route.body else {}),
        "responses": {**route.responses, **refusals(route.failures)},
    }


def _path_parameter(name: str, schema: Json | None, slashes: bool) -> Json:
    words = {"description": "It may hold slashes, which need not be escaped."} if slashes else {}
    return {"name": name, "in": "path", "required": True, **words, "schema": schema or {**TEXT, "minLength": 1}}


# -- the stored questions ----------------------------------------------------------------------------------


def _question(query: Query) -> Json:
    """Return the operation of a stored question, its parameters and columns from the front matter."""
    rows = [FORMATS[name].media_type for name in ("csv", "tsv")]
    content: Json = {
        "application/json": {"schema": _answer_schema(query)},
        FORMATS["json"].media_type: {"schema": refer("Results")},
        **content_of([*rows, ANSWER_FORMATS["xlsx"]]),
    }
    page = {"description": "The page of the question.", "headers": {"Location": {"required": True, "schema": TEXT}}}
    return {
        "operationId": "ask_" + query.name.replace("-", "_"),
        "summary": query.question,
        "description": query.description,
        "tags": [str(word) for word in query.front_matter.get("keywords") or ()],
        "parameters": [*(_parameter(one) for one in query.parameters.values()), _FORMAT],
        "responses": {**good(content), "303": page, **refusals((413, *BUSY))},
    }


def _parameter(parameter: Parameter) -> Json:
    schema = dict(_KINDS.get(parameter.kind, {"type": "string", "maxLength": LONGEST_VALUE}))
    found: Json = {"name": parameter.name, "in": "query", "required": parameter.required}
    words = parameter.description
    if parameter.default is not None:
        schema["default"] = parameter.default
        found |= {"allowEmptyValue": True, "example": parameter.default}
        words += f" Left out, it is {parameter.default}; empty, the rows are those of every value."
    return found | {"description": words, "schema": schema}


def _answer_schema(query: Query) -> Json:
    columns = list((query.front_matter.get("expects") or {}).get("columns") or ())
    whole = refer("Answer")
    if not columns:
        return whole
    rows = {"type": "array", "items": {"required": columns, "propertyNames": {"enum": columns}}}
    return {"allOf": [whole, {"properties": {"columns": {"const": columns}, "rows": rows}}]}
