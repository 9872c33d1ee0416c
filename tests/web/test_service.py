"""The service holds together: a broken question, a busy pool, a false Host, a wrong option, a broken IRI.

Not here: the protocol and the pages (test_sparql), the processes of the real server (test_serve).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.cli.server import _answers
from aseankg.errors import QueryBusyError, QueryError
from aseankg.settings import Settings
from aseankg.store.embedded import answer
from aseankg.store.request import Answer, QueryRequest
from aseankg.web import create_app

ROOT = Path(__file__).parents[2]


class BusyEngine:
    """An engine none of whose query processes is free."""

    build = ""

    def in_flight(self) -> int:
        return 2

    def answer(self, request: QueryRequest) -> Answer:
        raise QueryBusyError("No query process is free.")


@pytest.fixture
def busy() -> FlaskClient:
    return create_app(BusyEngine(), Settings()).test_client()


def test_health_answers_while_no_query_process_is_free(busy: FlaskClient) -> None:
    assert busy.get("/sparql?query=ASK{}").status_code == 503
    health = busy.get("/health")
    assert (health.status_code, health.json) == (200, {"status": "ok"})


def test_the_queries_in_flight_are_those_of_the_engine(busy: FlaskClient) -> None:
    assert "\naseankg_queries_in_flight 2.0\n" in busy.get("/metrics").text


def test_the_home_page_does_not_repeat_the_host_that_a_client_claims(busy: FlaskClient) -> None:
    page = busy.get("/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).text
    assert "evil.example" not in page
    assert "<code>/sparql</code>" in page


# -- a broken question -------------------------------------------------------------------------------------

CREATE = """
from aseankg.web.wsgi import create
from aseankg.web.site import Site
app = create()
print(len(app.extensions["aseankg"].examples), app.test_client().get("/").status_code)
"""
BROKEN = {
    "a kind that is none": b"#+ title: X\n#+ parameters:\n#+   body: {kind: bdy}\nSELECT ?body\nWHERE { ?body ?p ?o }\n",
    "front matter that is no YAML": b"#+ title: [\nSELECT ?s\nWHERE { ?s ?p ?o }\n",
    "parameters that are no mapping": b"#+ title: X\n#+ parameters: [body]\nSELECT ?s\nWHERE { ?s ?p ?o }\n",
    "bytes that are no UTF-8": b"#+ title: \xe9\nSELECT ?s\nWHERE { ?s ?p ?o }\n",
}


def examples(project: Path) -> tuple[str, str]:
    """What a web process of the copy says: how many examples it shows, and its log."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(project / "src"), "ASEANKG_SOCKET": "nowhere"}
    done = subprocess.run([sys.executable, "-c", CREATE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_a_broken_question_is_logged_and_the_rest_is_served(tmp_path: Path) -> None:
    for name in ("queries", "src"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "ontology").mkdir()
    whole, log = examples(tmp_path)
    assert whole.endswith(" 200\n") and int(whole.split()[0]) > 20 and log == ""
    for number, octets in enumerate(BROKEN.values()):
        (tmp_path / "queries/questions" / f"a-broken-{number}.rq").write_bytes(octets)
    shown, log = examples(tmp_path)
    assert shown == whole
    for number in range(len(BROKEN)):
        assert f"a-broken-{number}.rq" in log


# -- settings of serve -------------------------------------------------------------------------------------


def serve(published: Build, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "ASEANKG_BUILD_DIR": str(published.folder.parent), **variables}
    return subprocess.run(
        [sys.executable, "-m", "aseankg", "serve", *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--deadline", "0"), ("--deadline", "nan"), ("--deadline", "inf"), ("--deadline", "soon"),
        ("--port", "65536"), ("--port", "-1"), ("--port", "8000.5"), ("--memory", "1"), ("--web-workers", "0"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_wrong_use_and_named(published: Build, option: str, value: str) -> None:
    done = serve(published, option, value)
    assert done.returncode == 2, done.stderr
    assert option.strip("-").replace("-", "_") in done.stderr.replace("-", "_") and "ASEANKG_" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DEADLINE", "0"), ("DEADLINE", "nan"), ("DEADLINE", "inf"), ("PORT", "65536"), ("MEMORY", "9" * 400)],
)
def test_a_wrong_variable_is_the_operators_and_named(published: Build, variable: str, value: str) -> None:
    done = serve(published, **{f"ASEANKG_{variable}": value})
    assert done.returncode == 3, done.stderr
    assert f"ASEANKG_{variable} is '{value}'" in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_option_of_query_is_wrong_use_too(published: Build) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aseankg", "query", "-q", "ASK {}", "--deadline", "0"],
        env={"PATH": os.environ["PATH"], "ASEANKG_BUILD_DIR": str(published.folder.parent)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "--deadline" in done.stderr


# -- broken IRIs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "column", "words"),
    [
        ("ASK { <http://x/y z> ?p ?o }", 18, "An IRI holds no blank: write %20 in its place."),
        ("ASK { <urn:x y> ?p ?o }", 13, "An IRI holds no blank"),
        ("ASK { <http://x/{y}> ?p ?o }", 17, "An IRI holds no {: write %7B in its place."),
        ("ASK { <http://x/y ?p ?o }", 7, "This IRI is never closed: write <http://x/y>."),
        ("ASK { <http://x/y ?p ?o FILTER (?o > 3) }", 7, "This IRI is never closed"),
        ("PREFIX a: <http://b/ ASK { ?s a:b ?o }", 11, "This IRI is never closed: write <http://b/>."),
    ],
)
def test_a_broken_iri_is_told_before_its_scheme_is_taken_for_a_prefix(query: str, column: int, words: str) -> None:
    from pyoxigraph import Store

    with pytest.raises(QueryError) as caught:
        answer(Store(), QueryRequest(query), Settings(), alone=False)
    assert caught.value.column == column
    assert words in str(caught.value)


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?o FILTER (?o <foo:bar(?s)) }", "ASK { ?s foo:bar ?o }"])
def test_an_undeclared_prefix_is_still_told(query: str) -> None:
    from pyoxigraph import Store

    with pytest.raises(QueryError, match="The prefix foo: is not declared"):
        answer(Store(), QueryRequest(query), Settings(), alone=False)


def test_an_application_is_made_without_any_example() -> None:
    assert isinstance(create_app(BusyEngine(), Settings()), Flask)


class _Busy(BaseHTTPRequestHandler):
    """A web process that lives while no query process answers."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 503)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def test_a_server_is_announced_when_it_answers_queries_not_when_it_only_lives() -> None:
    with HTTPServer(("127.0.0.1", 0), _Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert not _answers("127.0.0.1", server.server_port)
        server.shutdown()
