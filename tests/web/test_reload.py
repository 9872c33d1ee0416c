"""A new build is published while the service is asked without pause, and the service is ended while it answers.

Not here: how the query processes follow a build (tests/store), what a stop leaves on a server that is idle (test_serve).
"""

from __future__ import annotations

import http.client
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from tests.web.conftest import SERVERS, Served, descendants, problem, put_build, served, turn, until

from aseankg.build import Dataset
from aseankg.builds import Build
from aseankg.publish import publish
from aseankg.settings import Settings

PROBE = "SELECT ?word { <http://example.org/probe> <http://example.org/says> ?word }"
OLD, NEW = b'<http://example.org/probe> <http://example.org/says> "old" <http://example.org/g> .\n', b'"new"'
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"


def variant(dataset: Dataset, word: str) -> Dataset:
    """The dataset with one more quad, which says the word."""
    probe = NamedNode("http://example.org/probe"), NamedNode("http://example.org/says"), Literal(word)
    return replace(dataset, quads=[*dataset.quads, Quad(*probe, dataset.quads[0].graph_name)])


@pytest.fixture(params=SERVERS)
def service(
    request: pytest.FixtureRequest, dataset: Dataset, root: Path, tmp_path: Path
) -> Iterator[tuple[Served, Build]]:
    """A service over a published build that says `old`."""
    build = publish(variant(dataset, "old"), tmp_path, root)
    with served(Settings(build_dir=str(tmp_path), server=request.param)) as running:
        yield running, build


class Asking:
    """Asks again and again on one connection after the other, and keeps what came back."""

    def __init__(self, service: Served, target: str, ended: threading.Event) -> None:
        self.found: list[tuple[int, str, str, bytes]] = []
        self.failed: list[Exception] = []
        self._service, self._target, self._ended = service, target, ended
        self.thread = threading.Thread(target=self._ask)
        self.thread.start()

    def _ask(self) -> None:
        while not self._ended.is_set():
            try:
                reply = self._service.send("GET", self._target)
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(error)
                return
            headers = reply.headers
            self.found.append((reply.status, headers.get("Aseankg-Build", ""), headers.get("ETag", ""), reply.body))


def test_a_new_build_is_followed_without_a_failed_request(
    service: tuple[Served, Build], dataset: Dataset, root: Path
) -> None:
    running, old = service
    ended = threading.Event()
    csv = urlencode({"query": PROBE, "format": "csv"})
    changing = urlencode({"query": PROBE.replace("?word {", "?word (NOW() AS ?t) {"), "format": "csv"})
    targets = [f"/sparql?{csv}", f"/sparql?{changing}", f"/sparql?{urlencode({'query': PROBE})}", "/id/body/acmw.ttl"]
    askers = [Asking(running, target, ended) for target in targets]
    try:
        assert until(lambda: all(len(asker.found) > 20 for asker in askers))
        new = publish(variant(dataset, "new"), old.folder.parent, root)
        names = [build.manifest["build"] for build in (old, new)]
        assert names[0] != names[1]
        assert until(lambda: all(asker.found[-1][1] == names[1] for asker in askers[:3]), 20)
        assert until(lambda: all(len(asker.found) > 60 for asker in askers))
    finally:
        ended.set()
        for asker in askers:
            asker.thread.join()
    assert [asker.failed for asker in askers] == [[], [], [], []]
    assert {status for asker in askers for status, *_ in asker.found} == {200}
    for asker in askers[:3]:
        words = {(build, b"old" in body, b"new" in body) for _, build, _, body in asker.found}
        assert words == {(names[0], True, False), (names[1], False, True)}
    for asker in (askers[0], askers[2]):  # a build, a tag
        assert (
            len({(build, tag) for _, build, tag, _ in asker.found}) == len({tag for _, _, tag, _ in asker.found}) == 2
        )
    after_it_all(running, names, askers[0].found[0][2])


def after_it_all(running: Served, names: list[str], tag: str) -> None:
    """Once the query processes of the old build have gone, nothing of it is given any more, from memory or anew."""
    assert until(
        lambda: len(descendants(running.process.pid)) == 6
    )  # two, their zygote, its supervisor, two for the web
    replies = [running.ask(PROBE, [("format", "csv")]) for _ in range(40)]
    assert {(reply.status, reply.headers["Aseankg-Build"], reply.body) for reply in replies} == {
        (200, names[1], b"word\r\nnew\r\n")
    }
    stale = running.ask(PROBE, [("format", "csv")], If_None_Match=tag)
    assert (stale.status, stale.body) == (200, b"word\r\nnew\r\n")
    assert running.ask(PROBE, [("format", "csv")], If_None_Match=stale.headers["ETag"]).status == 304
    assert json.loads(running.send("GET", "/ready").body)["build"] == names[1]
    assert running.errors() == ""


BROKEN = {"no dataset": None, "nonsense": b"<html>\n", "cut in the midst": OLD + OLD[:40]}


@pytest.fixture(scope="module", params=list(BROKEN.values()), ids=list(BROKEN))
def broken(request: pytest.FixtureRequest) -> bytes | None:
    found: bytes | None = request.param
    return found


def test_a_broken_build_is_passed_over_with_a_word_and_the_next_is_followed(
    tmp_path: Path, broken: bytes | None
) -> None:
    put_build(tmp_path, "first", OLD)
    with served(Settings(build_dir=str(tmp_path))) as running:
        assert running.ask(PROBE, [("format", "csv")]).body == b"word\r\nold\r\n"
        if broken is None:
            turn(tmp_path, "second")
        else:
            put_build(tmp_path, "second", broken)
        assert until(lambda: "The service goes on with the build it has" in running.errors())
        for number in range(20):
            reply = running.ask(f"{PROBE} LIMIT {number % 10 + 1}", [("format", "csv")])
            assert (reply.status, reply.headers["Aseankg-Build"], reply.body) == (200, "first", b"word\r\nold\r\n")
        assert running.errors().count("\n") == 1 and "Run `aseankg build`" in running.errors()
        put_build(tmp_path, "third", OLD.replace(b'"old"', NEW))
        assert until(lambda: running.ask(PROBE, [("format", "csv")]).body == b"word\r\nnew\r\n")
        assert "Traceback" not in running.errors()


@pytest.mark.parametrize("server", SERVERS)
def test_a_stop_does_not_wait_for_a_slow_query_and_leaves_nothing(published: Build, server: str) -> None:
    settings = Settings(build_dir=str(published.folder.parent), server=server, deadline=60)
    with served(settings) as running:
        processes = running.processes()
        found: list[int] = []

        def ask() -> None:
            with suppress(OSError, http.client.HTTPException):  # the connection may be closed
                found.append(running.ask(HEAVY).status)

        slow = threading.Thread(target=ask)
        slow.start()
        assert until(lambda: running.board().in_flight() == 1)
        processes |= running.processes()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0  # far less than its deadline
        slow.join(10)
        assert not slow.is_alive() and found in ([], [503], [504])
        assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in processes))
        assert until(lambda: not list(running.folder.glob("aseankg-*")))
        assert "Traceback" not in running.errors()


@pytest.mark.parametrize("server", SERVERS)
def test_a_query_that_is_nearly_answered_gets_its_answer_before_the_stop(published: Build, server: str) -> None:
    """The web processes have 3 s to finish what they have begun; this query is stopped at 1 s of them."""
    settings = Settings(build_dir=str(published.folder.parent), server=server, deadline=1)
    with served(settings) as running:
        replies: list[str] = []
        slow = threading.Thread(target=lambda: replies.append(problem(running.ask(HEAVY), 503, 504)))
        slow.start()
        assert until(lambda: running.board().in_flight() == 1)
        running.process.send_signal(signal.SIGTERM)
        slow.join(10)
        assert len(replies) == 1 and replies[0].startswith("Stopped")
