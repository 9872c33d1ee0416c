"""The shapes of what the service sends as JSON, as JSON Schemas of the OpenAPI document.

Not here: which address sends what (routes), and the columns of each stored question (openapi).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ADDRESS", "IRI", "PLAN_FORM", "SCHEMAS", "TEXT", "Json", "record", "refer"]

Json = dict[str, Any]


def record(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None, more: bool = False) -> Json:
    """Return the schema of an object; it may have members that are not named here only with `more`."""
    properties = {**required, **(optional or {})}
    closed = {} if more else {"additionalProperties": False}
    return {"type": "object", "required": list(required), "properties": properties, **closed}


def refer(name: str) -> Json:
    """Return a reference to one of the schemas here."""
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Json = {"type": "string"}
IRI: Json = {"type": "string", "format": "iri"}
ADDRESS: Json = {"type": "string", "format": "uri-reference"}
PLAN_FORM: Json = {  # the body by which a plan is sent to be checked
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": record({}, {
                "file": {"type": "string", "contentMediaType": "application/octet-stream"}, "text": TEXT, "title": TEXT,
                "kind": {"type": "string", "enum": ["auto", "csv", "xlsx", "ttl"]},
                "format": {"type": "string", "enum": ["html", "json", "ttl", "xlsx"]},
            }),
            "example": {"text": "Title\nWorkshop on labour inspection\n", "kind": "csv"},
        }
    },
}  # fmt: skip
_COUNT: Json = {"type": "integer", "minimum": 0}
_BUILD: Json = {**TEXT, "description": "The build of the dataset that the rows come from, as in Aseankg-Build."}
_VERSION: Json = {
    "type": ["string", "null"],
    "description": "The version of the dataset in that build, which a reference names; null while another comes in.",
}
_QUESTION: Mapping[str, Json] = {
    "name": TEXT,
    "title": TEXT,
    "question": {**TEXT, "description": "What is asked; where values are not the defaults, its title with the values."},
    "example": {**TEXT, "description": "The question as it is asked with the defaults."},
    "description": TEXT,
    "url": ADDRESS,
    "page": ADDRESS,
}
_CELL: Json = {
    "description": "An RDF term, or null where the row has none.",
    "oneOf": [
        {"type": "null"},
        record({"type": {"const": "iri"}, "value": IRI}, {"label": TEXT}),
        record({"type": {"const": "literal"}, "value": TEXT}, {"lang": TEXT, "datatype": IRI}),
    ],
}
_DECLARED = record(
    {
        "name": TEXT,
        "kind": TEXT,
        "default": {"type": ["string", "null"]},
        "description": TEXT,
        "required": {"type": "boolean"},
    }
)
_LISTED = record({**_QUESTION, "parameters": {"type": "array", "items": _DECLARED}})
_ANSWER = record(
    {
        "question": refer("Question"),
        "parameters": {
            "type": "array",
            "description": "What was asked with: the terms that the values given, or the defaults, stand for.",
            "items": record({"name": TEXT, "kind": TEXT, "value": refer("Cell")}),
        },
        "columns": {"type": "array", "items": TEXT},
        "count": {**_COUNT, "description": "How many rows there are."},
        "rows": {"type": "array", "items": {"type": "object", "additionalProperties": refer("Cell")}},
        "notes": {
            "type": "array",
            "description": "What the rows do not show, such as a plan that names a body in no role.",
            "items": TEXT,
        },
        "build": _BUILD,
        "dataset_version": _VERSION,
    }
)
_PROBLEM = record(
    {
        "type": ADDRESS,
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {**TEXT, "description": "What was found, what was expected, and what to do."},
    },
    {
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": ["integer", "null"], "minimum": 1},
        "parameter": {**TEXT, "description": "The parameter of the request that is wrong."},
    },
    more=True,
)

_NUMBERS: Json = {"type": "array", "items": {"type": "integer", "minimum": 1}}
_TEXTS: Json = {"type": "array", "items": TEXT}
_RULE = record(
    {"rule": TEXT, "title": TEXT, "premises": _NUMBERS, "other_ways": _COUNT, "mend": TEXT},
)
_FACT = record(
    {
        "number": {"type": "integer", "minimum": 1},
        "subject": {**TEXT, "description": "A term in N-Triples, as predicate and object."},
        "predicate": TEXT,
        "object": TEXT,
        "graphs": {
            "type": "array",
            "items": record({"graph": IRI, "layer": TEXT, "grounds": {"type": "array", "items": {"type": "object"}}}),
        },
        "inferred": {"oneOf": [{"type": "null"}, _RULE]},
    }
)
_EXPLANATION = record(
    {
        "about": TEXT,
        "row": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        "roots": {**_NUMBERS, "description": "The facts asked about, or that the row is made of, by number."},
        "facts": {"type": "array", "items": _FACT},
        "absent": {**_TEXTS, "description": "Patterns that nothing in the graph fits, as the query requires."},
        "filed": {**_TEXTS, "description": "Triples of the row that only place words in a text."},
        "names": {"type": "object", "additionalProperties": TEXT},
        "notes": _TEXTS,
    }
)

SCHEMAS: Mapping[str, Json] = {
    "Answer": _ANSWER,
    "Cell": _CELL,
    "Explanation": _EXPLANATION,
    "Health": record({"status": {"const": "ok"}}),
    "Permalink": record({"id": TEXT, "url": {**TEXT, "format": "uri"}, "cite": {**TEXT, "format": "uri"}}),
    "Problem": _PROBLEM,
    "Question": record(_QUESTION),
    "Questions": record({"count": _COUNT, "questions": {"type": "array", "items": _LISTED}}),
    "Ready": record({"status": {"const": "ready"}, "build": TEXT}),
    "Results": record(
        {"head": {"type": "object"}},
        {"results": {"type": "object"}, "boolean": {"type": "boolean"}},
        more=True,
    ),
}
