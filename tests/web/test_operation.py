"""What an operator sees: readiness, metrics of one and of several processes, and a log without addresses."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from aseankg.builds import Build
from aseankg.errors import QueryBusyError
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.store.request import Answer, Engine, QueryRequest
from aseankg.web import create_app
from aseankg.web.operation import OUTCOMES, Done, Metrics, QueryLog, operation, register

SELECT = Done("ok", 0.004, 1200, "miss", "select", 'SELECT ?é { ?é ?p "x" }', "0123")


class Busy:
    """An engine whose query processes are all busy."""

    build = ""

    def in_flight(self) -> int:
        return 2

    def answer(self, request: QueryRequest) -> Answer:
        raise QueryBusyError("All query processes have been busy for 5 s.")


class Stuck:
    """An engine that answers nothing until it is let go."""

    build = ""

    def in_flight(self) -> int:
        return 1

    def __init__(self) -> None:
        self.released = threading.Event()

    def answer(self, request: QueryRequest) -> Answer:
        self.released.wait()
        raise QueryBusyError("let go")


def make(engine: Engine, build_dir: Path, **more: object) -> Flask:
    app = create_app(engine, Settings(build_dir=str(build_dir), **more))  # type: ignore[arg-type]
    if "ready" not in app.view_functions:
        register(app)
    return app


@pytest.fixture(scope="module")
def engine(published: Build) -> LocalEngine:
    return LocalEngine(load(published.dataset), Settings())


@pytest.fixture
def app(engine: LocalEngine, published: Build) -> Flask:
    return make(engine, published.folder.parent)


def samples(text: str) -> dict[str, float]:
    """The samples of an exposition by name and labels."""
    return {
        sample.name + "".join(f"[{value}]" for _, value in sorted(sample.labels.items())): sample.value
        for family in read_text(text)
        for sample in family.samples
    }


# -- ready -----------------------------------------------------------------------------------------------------


def test_ready_names_the_build(app: Flask, published: Build) -> None:
    response = app.test_client().get("/ready")
    assert response.status_code == 200
    assert response.json == {"status": "ready", "build": published.manifest["build"]}
    assert response.headers["Cache-Control"] == "no-store"


def not_ready(app: Flask) -> str:
    response = app.test_client().get("/ready")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    return str(response.get_json()["detail"])


def test_not_ready_without_a_build(engine: LocalEngine, tmp_path: Path) -> None:
    words = not_ready(make(engine, tmp_path))
    assert words.startswith("The service is not ready.") and "aseankg build" in words


def test_not_ready_while_no_query_process_is_free(published: Build) -> None:
    assert "busy for 5 s" in not_ready(make(Busy(), published.folder.parent))


def test_not_ready_when_queries_hang(published: Build) -> None:
    stuck = Stuck()
    try:
        assert "not answered within 2 s" in not_ready(make(stuck, published.folder.parent))
    finally:
        stuck.released.set()


# -- metrics ---------------------------------------------------------------------------------------------------


def test_metrics_count_what_was_recorded(app: Flask, published: Build) -> None:
    recorder = operation(app)
    for done in (SELECT, SELECT._replace(cache="hit", size=10), Done("timeout", 10.2), Done("never heard of", 0.1)):
        recorder.record(done)
    recorder.metrics.cache_bytes.set(77)
    response = app.test_client().get("/metrics")
    assert response.status_code == 200 and response.mimetype == "text/plain"
    found = samples(response.text)
    outcomes = {name: found[f"aseankg_queries_total[{name}]"] for name in OUTCOMES}
    assert {name: count for name, count in outcomes.items() if count} == {"ok": 2, "timeout": 1, "failed": 1}
    assert found["aseankg_query_seconds_count"] == 4
    assert found["aseankg_query_seconds_sum"] == pytest.approx(10.308)
    assert found["aseankg_query_seconds_bucket[0.005]"] == 2
    assert found["aseankg_query_seconds_bucket[10.0]"] == 3
    assert found["aseankg_answer_bytes_total"] == 1210
    assert [found[f"aseankg_cache_total[{name}]"] for name in ("hit", "miss", "not_modified")] == [1, 1, 0]
    assert found["aseankg_cache_bytes"] == 77
    assert found["aseankg_queries_in_flight"] == 0
    assert [name for name in found if name.startswith("aseankg_build_info")] != []
    assert f'build="{published.manifest["build"]}"' in response.text


def test_metrics_of_a_prometheus_server_are_openmetrics(app: Flask) -> None:
    accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    response = app.test_client().get("/metrics", headers={"Accept": accept})
    assert response.mimetype == "application/openmetrics-text"
    assert "aseankg_queries" in {family.name for family in read_openmetrics(response.text)}


def test_metrics_are_there_without_a_build(engine: LocalEngine, tmp_path: Path) -> None:
    response = make(engine, tmp_path).test_client().get("/metrics")
    assert response.status_code == 200 and "aseankg_build_info" not in samples(response.text)


def test_two_applications_of_one_process_count_apart(engine: LocalEngine, published: Build) -> None:
    one, two = (make(engine, published.folder.parent) for _ in range(2))
    operation(one).record(SELECT)
    assert samples(two.test_client().get("/metrics").text)["aseankg_queries_total[ok]"] == 0


PROCESS = """
import sys
from aseankg.web.operation import Done, Metrics
metrics = Metrics(lambda: None)
if sys.argv[1] == "scrape":
    print(metrics.exposition("")[0].decode())
else:
    metrics.cache_bytes.set(100)
    for _ in range(int(sys.argv[1])):
        metrics.observe(Done("ok", 0.01, 5, "hit"))
    print("counted", flush=True)
    sys.stdin.read()
"""


def test_processes_are_counted_together_and_the_dead_hold_nothing(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def start(argument: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PROCESS, argument],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def scrape() -> dict[str, float]:
        with start("scrape") as process:
            return samples(process.communicate()[0])

    with start("3") as one, start("4") as two:
        assert [process.stdout and process.stdout.readline() for process in (one, two)] == ["counted\n"] * 2
        living = scrape()
        one.kill()
        one.wait()
        after = scrape()
        two.communicate()
    for found in (living, after):
        assert found["aseankg_queries_total[ok]"] == 7
        assert found["aseankg_query_seconds_count"] == 7
        assert found["aseankg_cache_total[hit]"] == 7
    assert [found["aseankg_cache_bytes"] for found in (living, after)] == [200, 100]


def test_a_registry_of_other_code_is_left_alone() -> None:
    from prometheus_client import REGISTRY

    before = {family.name for family in REGISTRY.collect()}
    Metrics(lambda: None)
    assert {family.name for family in REGISTRY.collect()} == before


# -- the query log ---------------------------------------------------------------------------------------------


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_query_is_one_line_without_an_address(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    QueryLog(str(tmp_path / "log")).write(SELECT)
    [found] = lines(tmp_path / "log")
    time = datetime.fromisoformat(str(found.pop("time")))
    assert time.utcoffset() is not None and abs((time - before).total_seconds()) < 60
    assert found == {
        "outcome": "ok", "milliseconds": 4.0, "bytes": 1200, "form": "select", "cache": "miss", "build": "0123",
        "sha256": hashlib.sha256(SELECT.text.encode()).hexdigest(), "query": SELECT.text,
    }  # fmt: skip


def test_the_application_logs_where_the_setting_says(engine: LocalEngine, published: Build, tmp_path: Path) -> None:
    app = make(engine, published.folder.parent, query_log=str(tmp_path / "log"))
    operation(app).record(SELECT)
    assert len(lines(tmp_path / "log")) == 1


def test_no_log_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    QueryLog("").write(SELECT)
    assert list(tmp_path.iterdir()) == []


def test_the_log_may_go_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    QueryLog("-").write(SELECT)
    captured = capfd.readouterr()
    assert json.loads(captured.err)["query"] == SELECT.text and captured.out == ""


@pytest.mark.parametrize("text", ["a\nb\r\n", 'quo"te', "\u2028\x00\x85", "\ud800", "x" * 100_000])
def test_whatever_the_query_holds_is_one_line(tmp_path: Path, text: str) -> None:
    log = QueryLog(str(tmp_path / "log"))
    log.write(SELECT._replace(text=text))
    log.write(SELECT)
    written = (tmp_path / "log").read_bytes().rstrip(b"\n").split(b"\n")
    assert len(written) == 2
    assert json.loads(written[0])["outcome"] == "ok"


def test_a_log_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    log, file = QueryLog(str(tmp_path / "log")), tmp_path / "log"
    log.write(SELECT)
    file.rename(tmp_path / "log.1")
    log.write(SELECT)
    log.write(SELECT)
    assert (len(lines(tmp_path / "log.1")), len(lines(file))) == (1, 2)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_fails_no_query_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    log = QueryLog("/dev/full")
    with caplog.at_level(logging.ERROR):
        log.write(SELECT)
        log.write(SELECT)
    assert len(caplog.records) == 1 and "/dev/full" in caplog.text


def test_a_log_that_cannot_be_opened_is_told_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = QueryLog(str(tmp_path / "folder" / "log"))
    log.write(SELECT)
    assert len(caplog.records) == 1
    (tmp_path / "folder").mkdir()
    log.write(SELECT)
    assert len(lines(tmp_path / "folder" / "log")) == 1


def test_threads_and_logs_share_a_file_line_by_line(tmp_path: Path) -> None:
    logs = [QueryLog(str(tmp_path / "log")) for _ in range(2)]

    def write(number: int) -> None:
        for _ in range(50):
            logs[number % 2].write(SELECT._replace(text=str(number) * 9000))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = lines(tmp_path / "log")
    assert len(found) == 200
    assert all(len(set(str(line["query"]))) == 1 and len(str(line["query"])) == 9000 for line in found)
