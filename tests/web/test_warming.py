"""A process makes ready what its first page needs, follows a new build, and outlives an engine that is busy."""

from __future__ import annotations

import pytest
from flask import Flask
from tests.web.conftest import until

from aseankg.builds import Build
from aseankg.errors import QueryBusyError
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.store.request import Answer, QueryRequest
from aseankg.web import create_app
from aseankg.web.warming import keep_warm


class Asked(LocalEngine):
    """The real engine, which counts what it is asked and is busy for the first `refusals` times."""

    def __init__(self, build: Build, settings: Settings) -> None:
        super().__init__(load(build.dataset), settings, forked=False, build="first")
        self.asked = self.refusals = 0

    def answer(self, request: QueryRequest) -> Answer:
        self.asked += 1
        if self.asked <= self.refusals:
            raise QueryBusyError("All query processes are busy.")
        return super().answer(request)


@pytest.fixture
def engine(published: Build) -> Asked:
    return Asked(published, Settings(build_dir=str(published.folder.parent)))


@pytest.fixture
def app(published: Build, engine: Asked) -> Flask:
    return create_app(engine, Settings(build_dir=str(published.folder.parent)))


def test_names_and_templates_are_ready_for_the_first_request(app: Flask, engine: Asked) -> None:
    keep_warm(app)
    assert until(lambda: engine.asked)
    names = app.extensions["aseankg"].lookup()
    assert names.get_name("https://w3id.org/aseankg/id/body/acmw") == "ACMW"
    assert engine.asked == 1
    cache = app.jinja_env.cache
    assert cache is not None and len(cache) == len(app.jinja_env.list_templates()) > 40


def test_a_new_build_is_made_ready_without_a_request(app: Flask, engine: Asked) -> None:
    keep_warm(app)
    assert until(lambda: engine.asked == 1)
    app.extensions["aseankg"].lookup()  # once it is read: an answer on its way is of the build at its end
    engine.build = "second"
    assert until(lambda: engine.asked == 2)


def test_what_a_busy_engine_refuses_is_asked_again(app: Flask, engine: Asked) -> None:
    engine.refusals = 1
    keep_warm(app)
    assert until(lambda: engine.asked == 2)
    assert app.extensions["aseankg"].lookup().get_name("https://w3id.org/aseankg/id/country/vnm") == "Viet Nam"
    assert engine.asked == 2
