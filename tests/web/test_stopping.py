"""A query that was sent with a token is stopped by it, over the real servers: from any process, and no other query.

The deadline is far beyond what a test waits. Not here: the button (browser/test_tasks), deadlines (test_limits).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.store.test_engine import PRODUCT
from tests.web.conftest import SERVERS, Reply, Served, problem, put_build, served, until

from aseankg.settings import Settings
from aseankg.store.client import PoolClient

DEADLINE = 60
ONE, OTHER, UNKNOWN = "a" * 22, "B-_" * 12, "c" * 32
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build for which PRODUCT would take hours."""
    quads = [f'<http://example.org/{n}> <http://example.org/p> "{n}" <http://example.org/g> .\n' for n in range(400)]
    made = tmp_path_factory.mktemp("stopping")
    put_build(made, "first", "".join(quads).encode())
    return made


@pytest.fixture(scope="module", params=SERVERS)
def service(folder: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    settings = Settings(build_dir=str(folder), server=request.param, deadline=DEADLINE, proxies=1, wait=20)
    with served(settings) as running:
        yield running
        assert "Traceback" not in running.errors()


def stop(service: Served, token: str) -> Reply:
    return service.send("POST", "/sparql/stop", urlencode({"token": token}).encode(), **FORM)


def send(service: Served, token: str, accept: str = "text/csv") -> Reply:
    return service.ask(PRODUCT, [("token", token)], Accept=accept)


@contextmanager
def asked(service: Served, *tokens: str, accept: str = "text/csv") -> Iterator[list[Future[Reply]]]:
    """Heavy queries that are at work; at the end none is left."""
    board = service.board()
    assert until(lambda: board.in_flight() == 0)
    with ThreadPoolExecutor(len(tokens)) as pool:
        try:
            running = [pool.submit(send, service, token, accept) for token in tokens]
            assert until(lambda: busy(service) == len(tokens))
            yield running
        finally:
            for token in tokens:
                stop(service, token)
    assert until(lambda: board.in_flight() == busy(service) == 0)


def busy(service: Served) -> int:
    """How many processes are at a query."""
    board = service.board()
    return sum(board.busy(desk) > 0.02 for desk in range(board.desks))


def test_a_stopped_query_is_told_so_and_its_process_and_place_are_free(service: Served) -> None:
    with asked(service, ONE) as (running,):
        assert stop(service, ONE).status == 204
        assert problem(running.result(10), 504) == "Stopped, as its asker wished."
        assert until(lambda: busy(service) == 0 and service.board().in_flight() == 0)
        assert b'outcome="stopped"' in service.send("GET", "/metrics").body
        assert service.ask("ASK {}", [("token", ONE)]).status == 200


def test_for_a_browser_the_page_says_the_same(service: Served) -> None:
    with asked(service, ONE, accept="text/html") as (running,):
        stop(service, ONE)
        reply = running.result(10)
    assert (reply.status, reply.media_type) == (504, "text/html")
    assert b"Stopped, as its asker wished." in reply.body


def test_a_token_stops_its_own_query_only(service: Served) -> None:
    with asked(service, ONE, OTHER) as (one, other):
        assert stop(service, UNKNOWN).status == 204
        assert stop(service, OTHER).status == 204
        problem(other.result(10), 504)
        assert not one.done() and service.board().in_flight() == 1


def test_another_process_stops_a_query_through_the_board(service: Served) -> None:
    with asked(service, ONE) as (running,):
        address = next(service.folder.glob("aseankg-*/queries"))
        PoolClient(str(address), service.settings).stop(ONE)
        problem(running.result(10), 504)
        assert until(lambda: busy(service) == 0)


def test_a_query_that_waits_for_a_process_is_stopped_too(folder: Path) -> None:
    settings = Settings(build_dir=str(folder), deadline=DEADLINE, query_workers=1, slow_workers=0, wait=50)
    with served(settings) as service, asked(service, ONE), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(send, service, OTHER)
        assert until(lambda: service.board().in_flight() == 2)
        stop(service, OTHER)
        assert problem(waiting.result(10), 504) == "Stopped, as its asker wished."


@pytest.mark.parametrize("token", ["", "short", "a" * 101, "a" * 21 + "é", "a" * 22 + "\n", "a b" * 12], ids=repr)
def test_what_is_no_token_is_refused(service: Served, token: str) -> None:
    assert "token" in problem(stop(service, token), 400)
    if token:
        assert "22 to 100" in problem(service.ask("ASK {}", [("token", token)]), 400)


def test_a_token_changes_nothing_about_an_answer(service: Served) -> None:
    plain, named = service.ask("ASK {}"), service.ask("ASK {}", [("token", ONE)])
    assert (plain.body, plain.headers["ETag"]) == (named.body, named.headers["ETag"])
