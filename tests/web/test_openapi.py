"""The description of the service in OpenAPI is sound, says what is there, and the service keeps to it.

Schemathesis asks what the description allows, and what it does not. Not here: what the answers mean.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def test_the_description_is_openapi_31(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
    assert not OPENAPI_31_VALIDATOR.is_valid({**document, "paths": {"/x": {"get": {"responses": 1}}}})


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
    assert form["schema"]["enum"] == ["json", "srj", "csv", "tsv", "html"]
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
        case.call_and_validate(checks=CHECKS)

    ask()
    return sent
