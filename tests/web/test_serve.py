"""The real server in processes of its own: it answers over HTTP, survives a bomb, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.web.conftest import until

import aseankg.settings
from aseankg.cli.server import run_server
from aseankg.errors import ConfigurationError
from aseankg.settings import Settings

START = """
import sys
from importlib.util import find_spec
from pathlib import Path
from aseankg.cli.server import run_server
from aseankg.settings import Settings
run_server(Settings.from_environment(), Path(sys.argv[1]))
"""
SOURCES = Path(aseankg.settings.__file__).parent.parent
BOMB = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + " FILTER(?c1 != ?c9) }"
POINT = "SELECT ?o { <http://example.org/7> <http://example.org/p> ?o }"


@dataclass
class Server:
    """A running server, its address, and the folder that it puts temporary files into."""

    process: subprocess.Popen[str]
    address: str
    folder: Path

    def get(self, path: str, **parameters: str) -> bytes:
        url = f"{self.address}{path}?{urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=20) as response:
            body: bytes = response.read()
            return body


def descendants(pid: int) -> set[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return set()
    return {int(child) for child in children}.union(*(descendants(int(child)) for child in children))


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    file = tmp_path / "dataset.nq"
    quads = (f'<http://example.org/{n}> <http://example.org/p> "{n}" <http://example.org/g> .\n' for n in range(300))
    file.write_text("".join(quads))
    return file


# granian has no wheel for some machines; there gunicorn alone is the server, and it is the one to be tested.
SERVERS = [name for name in ("granian", "gunicorn") if find_spec(name)]


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path: Path, dataset: Path) -> Iterator[Server]:
    folder = tmp_path / "t"
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(SOURCES)}
    environment |= {
        "ASEANKG_SERVER": request.param,
        "ASEANKG_PORT": "0",
        "ASEANKG_DEADLINE": "1",
        "ASEANKG_MEMORY": "200",
    }
    command = [sys.executable, "-c", START, str(dataset)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("aseankg answers at http://127.0.0.1:"), first
        processes = {process.pid, *descendants(process.pid)}
        yield Server(process, first.split()[3].rstrip("/"), folder)
        process.kill()
        for pid in (pid for pid in processes if lives(pid)):
            os.kill(pid, signal.SIGKILL)


def test_it_answers_over_http_as_a_page_and_to_programs(server: Server) -> None:
    assert json.loads(server.get("/health")) == {"status": "ok"}
    assert server.get("/sparql", query=POINT, format="csv") == b"o\r\n7\r\n"
    assert b"<strong>1 row</strong>" in server.get("/sparql", query=POINT, format="html")
    assert b"color-scheme" in server.get("/static/style.css")
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.get("/sparql", query="ASK {")
    with caught.value as error:
        assert error.headers["Content-Type"] == "application/problem+json"
        assert json.loads(error.read())["status"] == 400


def test_while_a_bomb_runs_and_after_other_queries_are_answered(server: Server) -> None:
    def bomb() -> tuple[int, str]:
        try:
            server.get("/sparql", query=BOMB)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())["detail"]
        return 200, ""

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(bomb)
        answered = 0
        while not running.done():
            assert server.get("/sparql", query=POINT, format="csv") == b"o\r\n7\r\n"
            answered += 1
        status, detail = running.result()
    assert (status, detail[:17]) == (504, "Stopped after 1 s")
    assert answered > 10
    assert server.get("/sparql", query=POINT, format="csv") == b"o\r\n7\r\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_however_it_is_ended_nothing_is_left(server: Server, number: signal.Signals) -> None:
    processes = descendants(server.process.pid)
    assert len(processes) >= 5  # a zygote, two query processes, two web processes
    assert list(server.folder.iterdir())
    server.process.send_signal(number)
    server.process.wait(10)
    assert until(lambda: not any(lives(pid) for pid in processes))
    assert until(lambda: not list(server.folder.iterdir()))
    if number != signal.SIGKILL:
        assert server.process.returncode == 0


def test_the_server_ends_when_its_query_processes_are_ended(server: Server) -> None:
    (supervisor,) = (
        child
        for child in descendants(server.process.pid)
        if len(descendants(child)) >= 3  # the zygote and two query processes below it
    )
    os.kill(supervisor, signal.SIGKILL)
    assert server.process.wait(15) != 0


def test_a_port_in_use_is_an_error_that_says_what_to_do(dataset: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port}: .*in use.*--port"):
            run_server(Settings(port=port), dataset)


def test_an_address_of_another_machine_is_an_error(dataset: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Cannot listen on 192\.0\.2\.1"):
        run_server(Settings(host="192.0.2.1", port=0), dataset)
