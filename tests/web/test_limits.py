"""Queries that would take all there is, over the real server with small limits: each gets its status, and nobody else notices.

The bombs are those of the engines' own suite. Not here: answers that are cut on their way (test_streams), broken requests
(test_bad_input).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.store.test_engine import BOMBS
from tests.web.conftest import Reply, Served, children, problem, put_build, served, until

from aseankg.settings import Settings

LIMITS = Settings(
    deadline=0.5, memory=100, answer_bytes=500_000, rows=5_000, query_length=60_000, client_queries=64, query_log=""
)
REFUSED = {
    "nesting": 400,
    "open brackets": 400,
    "parentheses": 400,
}  # before the engine reads them; the others are stopped
POINT = "SELECT ?o {{ <http://example.org/a/{}> <https://w3id.org/aseankg/ontology#title> ?o }}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the size that the bombs are made for: 400 quads."""
    lines = [
        f'<http://example.org/a/{n}> <https://w3id.org/aseankg/ontology#{term}> "{term} {n}" <http://example.org/g> .\n'
        for n in range(200)
        for term in ("title", "order")
    ]
    made = tmp_path_factory.mktemp("limits")
    put_build(made, "first", "".join(lines).encode())
    return made


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Served]:
    with served(Settings(**{**vars(LIMITS), "build_dir": str(folder)})) as running:
        yield running
        assert "Traceback" not in running.errors()


def explode(service: Served, name: str, **headers: str) -> Reply:
    return service.post(BOMBS[name][0], Accept="text/csv, text/turtle", **headers)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_its_status_and_ordinary_queries_are_answered_meanwhile(service: Served, name: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(explode, service, name)
        answered = 0
        while not running.done() or not answered:
            reply = service.ask(POINT.format(answered % 200), [("format", "csv"), ("x", name)])
            assert (reply.status, reply.body) == (200, f"o\r\ntitle {answered % 200}\r\n".encode())
            answered += 1
        bomb = running.result()
    assert re.search(BOMBS[name][1], problem(bomb, REFUSED.get(name, 504)))
    assert bomb.headers["Cache-Control"] != "public, no-cache" and bomb.headers["ETag"] is None


@pytest.mark.parametrize("name", ["product", "many rows"])
def test_for_a_browser_it_is_a_page_with_the_same_words(service: Served, name: str) -> None:
    reply = service.post(BOMBS[name][0], Accept="text/html")
    assert (reply.status, reply.media_type) == (504, "text/html")
    assert b"Stopped" in reply.body


def test_a_query_that_is_too_long_is_413_by_every_way(service: Served) -> None:
    query = "ASK {}" + " " * 60_000
    form = b"query=ASK%7B%7D" + b"%20" * 60_000
    replies = [
        service.post(query),
        service.send("POST", "/sparql", form, Content_Type="application/x-www-form-urlencoded"),
    ]
    replies.append(service.post("ASK {}" + " " * 2_000_000))
    for reply in replies:
        assert re.search(r"at most 60,?000", problem(reply, 413))
    assert service.post("ASK {}" + " " * 59_990).status == 200


# -- as many as may be ---------------------------------------------------------------------------------------


def begin(service: Served, client: str, name: str = "product") -> threading.Thread:
    thread = threading.Thread(target=explode, args=(service, name), kwargs={"X_Forwarded_For": client})
    thread.start()
    return thread


def test_a_client_with_too_many_queries_is_429_and_a_full_queue_503(folder: Path) -> None:
    settings = Settings(build_dir=str(folder), proxies=1, client_queries=2, queue=4, slow_workers=4, deadline=2.5)
    with served(settings) as service:
        board = service.board()
        running = [begin(service, "198.51.100.1") for _ in range(2)]
        assert until(lambda: board.in_flight() == 2)
        many = service.ask("ASK { <x:1> ?p ?o }", X_Forwarded_For="198.51.100.1")
        assert "2 queries from this address" in problem(many, 429)
        other = service.ask("ASK { <x:2> ?p ?o }", X_Forwarded_For="198.51.100.2")
        running += [begin(service, "198.51.100.2") for _ in range(2)]
        assert until(lambda: board.in_flight() == 4)
        full = service.ask("ASK { <x:3> ?p ?o }", X_Forwarded_For="198.51.100.3")
        assert "as many as may be" in problem(full, 503)
        kept = service.ask("ASK { <x:2> ?p ?o }", X_Forwarded_For="198.51.100.2")  # perhaps from memory
        for thread in running:
            thread.join()
        assert other.status == 200 and kept.status in (200, 429, 503)
        assert many.headers["Retry-After"].isdigit() and full.headers["Retry-After"].isdigit()
        assert board.in_flight() == 0
        assert service.ask("ASK { <x:3> ?p ?o }", X_Forwarded_For="198.51.100.1").status == 200


def test_who_waits_longer_than_may_be_is_503(folder: Path) -> None:
    settings = Settings(build_dir=str(folder), query_workers=1, slow_workers=0, wait=0.2, deadline=2)
    with served(settings) as service:
        board = service.board()
        slow = begin(service, "")
        assert until(lambda: board.busy(0) > 0.02)
        reply = service.ask("ASK { <x:1> ?p ?o }")
        slow.join()
        assert "busy for 0.2 s" in problem(reply, 503) and reply.headers["Retry-After"].isdigit()
        assert service.ask("ASK { <x:1> ?p ?o }").status == 200


# -- what is left --------------------------------------------------------------------------------------------


def lasting(service: Served) -> set[int]:
    """All processes but those that answer queries, which are replaced as they are used up."""
    (supervisor,) = children(service.process.pid) - service.web_processes()
    (zygote,) = children(supervisor)
    return {service.process.pid, supervisor, zygote, *service.web_processes()}


def files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def memory(pids: set[int]) -> int:
    """The proportional set size of the processes in MB."""
    rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() for pid in pids)
    return sum(int(line.split()[1]) for lines in rollups for line in lines if line.startswith("Pss:")) // 1000


def state(service: Served) -> tuple[int, dict[int, int], int]:
    """How many processes there are, the open files and the memory of those that last, once all is quiet."""
    board = service.board()
    assert until(lambda: board.in_flight() == 0 and not any(board.busy(desk) for desk in range(board.desks)))
    assert until(lambda: len(service.processes()) == len(lasting(service)) + service.settings.query_workers)
    return len(service.processes()), {pid: files(pid) for pid in lasting(service)}, memory(lasting(service))


def test_a_hundred_bombs_leave_nothing_behind(service: Served) -> None:
    names = (list(BOMBS) * 8)[:104]

    def throw(count: int) -> dict[str, int]:
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda name: explode(service, name), names[:count]))
        found = [(name, reply.status) for name, reply in zip(names, replies, strict=False)]
        assert {status for name, status in found} <= {400, 504}, found
        return {name: len([1 for other, _ in found if other == name]) for name, _ in found}

    throw(52)  # so that whatever is made once is made
    processes, open_files, before = state(service)
    assert sum(throw(104).values()) == 104
    now, open_now, after = state(service)
    assert now == processes
    assert open_now.keys() == open_files.keys()  # none of those that last was replaced
    assert all(open_now[pid] <= open_files[pid] + 2 for pid in open_files), (open_files, open_now)
    assert after <= before + 12, (before, after)  # MB of about 100
    assert list(service.folder.glob("tmp*")) == []
    assert service.ask(POINT.format(3), [("format", "json")]).status == 200
    assert json.loads(service.send("GET", "/ready").body)["status"] == "ready"
