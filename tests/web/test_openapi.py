"""The description of the service in OpenAPI is sound, says what is there, and the service keeps to it.

Schemathesis asks what the description allows, and what it does not. Not here: what the answers mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

QUESTIONS = sorted(file.stem for file in (Path(__file__).parents[2] / "queries" / "questions").glob("*.rq"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def app(published: Build) -> Flask:
    chosen = Settings(build_dir=str(published.folder.parent), deadline=2)
    return create_app(LocalEngine(load(published.dataset), chosen), chosen)


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return found


def operations_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    paths = document["paths"].items()
    return {f"{method.upper()} {path}": one for path, methods in paths for method, one in methods.items()}


def schemas_in(part: object) -> Iterator[Any]:
    """Every JSON Schema of a document: what stands at `schema`, and the schemas of the components."""
    if isinstance(part, dict):
        yield from part.get("schemas", {}).values()
        yield from (one for name, one in part.items() if name == "schema")
        yield from (found for one in part.values() for found in schemas_in(one))
    elif isinstance(part, list):
        yield from (found for one in part for found in schemas_in(one))


def test_the_description_is_openapi_31(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
    assert not OPENAPI_31_VALIDATOR.is_valid({**document, "paths": {"/x": {"get": {"responses": 1}}}})


def test_every_schema_in_the_description_is_one_of_json_schema_2020_12(document: dict[str, Any]) -> None:
    # OpenAPI's own schema leaves Schema Objects to their dialect (3.1.0, "Schema Object").
    schemas = list(schemas_in(document))
    assert len(schemas) > 100
    assert [one for one in schemas if not jsonschema_rs.meta.is_valid(one)] == []


def test_every_reference_in_the_description_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(document)))
    assert len(references) > 10
    found = {f"{kind}/{name}" for kind, parts in document["components"].items() for name in parts}
    assert references - found == set()


def test_the_parameters_of_a_path_are_those_that_its_template_names(document: dict[str, Any]) -> None:
    # OpenAPI 3.1.0, "Path Templating": each template expression is a path parameter, and the other way round.
    for path, methods in document["paths"].items():
        for operation in methods.values():
            given = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"]
            assert given == re.findall(r"{([^{}]+)}", path), path
    assert document["paths"]["/ontology.{suffix}"]["get"]["parameters"][0]["schema"]["enum"] == [
        "ttl", "html", "jsonld", "nt", "rdf",
    ]  # fmt: skip


def test_each_answer_has_its_media_types_and_each_refusal_its_name(document: dict[str, Any]) -> None:
    for label, operation in operations_of(document).items():
        responses = operation["responses"]
        assert all("content" in responses[status] for status in responses if status in ("200", "201", "206")), label
        assert all(re.fullmatch("[1-5][0-9][0-9]", status) for status in responses), label
        assert {"400", "406", "500"} < set(responses), label
        assert len(operation["summary"]) > 15 and "_" not in operation["summary"], label
    failures = document["components"]["responses"]
    assert {status for status, one in failures.items() if "Retry-After" in one.get("headers", {})} == {"429", "503"}


STATUSES = {
    "GET /sparql": {"200", "304", "400", "403", "406", "413", "429", "500", "502", "503", "504"},
    "POST /sparql": {"200", "400", "403", "406", "408", "413", "415", "429", "500", "502", "503", "504"},
    "POST /q": {"200", "201", "400", "403", "406", "408", "413", "415", "429", "500", "503", "504", "507"},
    "GET /q/{name}": {
        "200", "304", "307", "400", "403", "404", "406", "413", "429", "500", "502", "503", "504",
    },
    "GET /id/{path}": {"200", "303", "304", "400", "404", "406", "410", "429", "500", "503", "504"},
    "GET /api/questions/body-involvement": {"200", "303", "304", "400", "406", "413", "429", "500", "503", "504"},
}  # fmt: skip


@pytest.mark.parametrize(("label", "statuses"), STATUSES.items(), ids=STATUSES)
def test_an_operation_names_its_statuses(document: dict[str, Any], label: str, statuses: set[str]) -> None:
    assert set(operations_of(document)[label]["responses"]) == statuses


SPARQL = ["default-graph-uri", "named-graph-uri", "format", "limit"]
TAKEN = {
    "GET /sparql": (["query", *SPARQL, "view", "labels", "token"], None),
    "POST /sparql": ([*SPARQL, "view", "labels", "token"], ["query", *SPARQL, "view", "labels", "token"]),
    "POST /q": ([], ["query", *SPARQL]),
    "GET /cite": (["query", *SPARQL], None),
    "GET /dcat": (["format"], None),
}


@pytest.mark.parametrize(("label", "taken"), TAKEN.items(), ids=TAKEN)
def test_an_operation_names_what_it_takes(
    document: dict[str, Any], label: str, taken: tuple[list[str], list[str] | None]
) -> None:
    operation = operations_of(document)[label]
    assert [one["name"] for one in operation.get("parameters", ())] == taken[0]
    content = operation.get("requestBody", {}).get("content", {})
    form = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
    assert (list(form["properties"]) if form else None) == taken[1]
    assert set(content) == ({"application/x-www-form-urlencoded", "application/sparql-query"} if form else set())


def test_what_must_be_given_is_said(document: dict[str, Any]) -> None:
    found = operations_of(document)
    assert [one["name"] for one in found["GET /cite"]["parameters"] if one.get("required")] == ["query"]
    assert found["POST /q"]["requestBody"]["required"]


OFFERED = {
    "GET /id/{path}": "/id/body/acmw.{suffix}",
    "GET /ontology": "/ontology",
    "GET /shapes": "/shapes",
    "GET /graph/{path}": "/graph/meta",
    "GET /.well-known/void": "/.well-known/void",
    "GET /dcat": "/dcat",
    "GET /dump/": "/dump/",
    "GET /metrics": "/metrics",
    "GET /ready": "/ready",
    "GET /cite": "/cite?query=ASK+%7B%7D",
    "GET /questions": "/questions",
    "GET /api/questions": "/api/questions",
    "GET /api/questions/abbreviations": "/api/questions/abbreviations",
}
SUFFIXES = {
    "text/turtle": "ttl", "text/html": "html", "application/ld+json": "jsonld", "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
}  # fmt: skip


@pytest.mark.parametrize(("label", "address"), OFFERED.items(), ids=OFFERED)
def test_every_media_type_that_is_promised_is_sent(
    app: Flask, document: dict[str, Any], label: str, address: str
) -> None:
    promised = operations_of(document)[label]["responses"]["200"]["content"]
    for media_type in promised:
        place = address.format(suffix=SUFFIXES.get(media_type))
        response = app.test_client().get(place, headers={"Accept": media_type})
        response.close()
        assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize(
    ("label", "address"), [("GET /sparql", "/sparql?query=ASK+%7B%7D"), ("GET /cite", "/cite?query=ASK+%7B%7D"),
                           ("GET /dcat", "/dcat?"), ("GET /sparql", "/sparql?query=DESCRIBE+%3Cx:y%3E")],
)  # fmt: skip
def test_every_format_that_is_promised_is_known(app: Flask, document: dict[str, Any], label: str, address: str) -> None:
    [form] = [one for one in operations_of(document)[label]["parameters"] if one["name"] == "format"]
    found = [app.test_client().get(f"{address}&format={name}").status_code for name in form["schema"]["enum"]]
    assert len(found) > 6 and set(found) <= {200, 406}  # 406: rows are asked for as triples


def test_each_question_and_each_route_is_described_and_no_other(app: Flask, document: dict[str, Any]) -> None:
    of_questions = {path for path in document["paths"] if path.startswith("/api/questions/")}
    assert len(QUESTIONS) > 20 and of_questions == {f"/api/questions/{name}" for name in QUESTIONS}
    routes = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    assert {path for path in document["paths"] if "{" not in path} - of_questions == {
        path for path in routes.values() if "<" not in path
    }
    assert set(document["paths"]["/sparql"]) == {"get", "post"}


def test_parameters_and_columns_are_those_of_the_front_matter(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/questions/members-at-a-date"]["get"]
    date, form = operation["parameters"]
    assert (date["name"], date["in"], date["required"]) == ("date", "query", False)
    assert (date["schema"]["format"], date["example"]) == ("date", "2017-12-31")
    assert form["schema"]["enum"] == ["json", "srj", "csv", "tsv", "xlsx", "html"]
    columns = operation["responses"]["200"]["content"]["application/json"]["schema"]["allOf"][1]["properties"][
        "columns"
    ]
    assert columns == {"const": ["date", "country", "name", "beginning"]}


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) > len(QUESTIONS)


# Schemathesis reads a response and leaves it open, which shows where the response is a file.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_service_keeps_to_its_description(app: Flask, document: dict[str, Any], mode: GenerationMode) -> None:
    # By the strategies themselves: Schemathesis 4.32's fixture for pytest reads an attribute that pytest 9 has not.
    described = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations = [found.ok() for found in described.get_all_operations()]
    labels = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert {one.label for one in operations} == labels - {"GET /openapi.json"}
    asked = [one for one in operations if mode.is_positive or _can_be_broken(one.definition.raw)]
    assert len(asked) > len(QUESTIONS)
    counts = [_ask(operation, mode) for operation in asked]
    assert min(counts) > 0


def _can_be_broken(operation: dict[str, Any]) -> bool:
    """Whether there is a request that the operation does not allow: any text will do as a part of a path."""
    return "requestBody" in operation or any(one["in"] == "query" for one in operation.get("parameters", ()))


def _ask(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> int:
    """How many requests of an operation were sent, none of which the service answered against its description."""
    sent = 0

    @settings(max_examples=5, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})  # it unpacks nothing over WSGI

    ask()
    return sent
