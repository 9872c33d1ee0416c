"""What the tests over real HTTP share: a service in processes of its own, what it answers, and builds of a few quads.

Test modules import these names from `tests.web.conftest`; pytest has loaded it before them. Not here: fixtures, because
each module serves other data under other limits.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http.client import HTTPMessage
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from aseankg.builds import DATASET, MANIFEST
from aseankg.settings import Settings, variable_for
from aseankg.store.board import Board

# granian has no wheel for some machines; there gunicorn alone is the server, and it is the one to be tested.
SERVERS = [name for name in ("granian", "gunicorn") if find_spec(name)]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()


def problem(reply: Reply, *statuses: int) -> str:
    """The words of an error, which has one of these statuses and the one shape of all errors."""
    assert reply.status in statuses, (reply.status, reply.body[:500])
    assert reply.media_type == "application/problem+json"
    body = json.loads(reply.body)
    assert body["status"] == reply.status and body["title"]
    return str(body["detail"])


@dataclass(frozen=True)
class Served:
    """A running service, its settings, and the folder that it puts its temporary files into."""

    process: subprocess.Popen[str]
    address: str
    settings: Settings
    folder: Path

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    def send(self, method: str, target: str, body: bytes | None = None, /, **headers: str) -> Reply:
        """Send one request on a connection of its own; `content_type` and the like are header names."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        try:
            connection.request(method, target, body, named)
            response = connection.getresponse()
            return Reply(response.status, response.msg, response.read())
        finally:
            connection.close()

    def ask(self, query: str, more: Sequence[tuple[str, str]] | None = None, /, **headers: str) -> Reply:
        """Send a query by GET, with `more` parameters."""
        return self.send("GET", "/sparql?" + urlencode([("query", query), *(more or [])]), **headers)

    def post(self, query: str, /, **headers: str) -> Reply:
        """Send a query of any length."""
        return self.send("POST", "/sparql", query.encode(), **{"Content_Type": "application/sparql-query"} | headers)

    def errors(self) -> str:
        """What the service has written to stderr."""
        return (self.folder / "stderr").read_text()

    def board(self) -> Board:
        """The page that its processes share."""
        return Board(next(self.folder.glob("aseankg-*/board")), self.settings)

    def web_processes(self) -> set[int]:
        """The processes that answer HTTP; unlike that of the queries they have none below."""
        return {pid for pid in children(self.process.pid) if not children(pid)}

    def processes(self) -> set[int]:
        """All of its processes."""
        return {self.process.pid, *descendants(self.process.pid)}


@contextmanager
def served(settings: Settings, before: Callable[[], None] | None = None) -> Iterator[Served]:
    """Run `aseankg serve` on a free port under these settings; `before` is called in its process before it starts."""
    with tempfile.TemporaryDirectory(prefix="served-") as folder, Path(folder, "stderr").open("w") as errors:
        settings = replace(settings, port=0, state_dir=settings.state_dir or str(Path(folder, "state")))
        given = {variable_for(name): str(value) for name, value in asdict(settings).items() if value != ""}
        environment = {**os.environ, **given, "TMPDIR": folder}
        with subprocess.Popen(
            [sys.executable, "-m", "aseankg", "serve"],
            env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, preexec_fn=before,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            first = process.stdout.readline()
            assert "http://127.0.0.1:" in first, (first, Path(folder, "stderr").read_text())
            try:
                yield Served(process, first.split()[3].rstrip("/"), settings, Path(folder))
            finally:
                process.terminate()


def put_build(folder: Path, name: str, quads: bytes) -> None:
    """Write a build of these quads below `folder` and turn `current` to it in one step."""
    (folder / name).mkdir(parents=True)
    (folder / name / DATASET).write_bytes(quads)
    entry = {"bytes": len(quads), "sha256": hashlib.sha256(quads).hexdigest()}
    (folder / name / MANIFEST).write_text(
        json.dumps({"build": name, "dataset version": f"0-{name}", "files": {DATASET: entry}})
    )
    turn(folder, name)


def turn(folder: Path, name: str) -> None:
    """Make `current` point to a build in one step, as `publish` does."""
    (folder / "new").symlink_to(name)
    (folder / "new").replace(folder / "current")


def children(pid: int) -> set[int]:
    """The processes right below one."""
    try:
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except (FileNotFoundError, ProcessLookupError):
        return set()


def descendants(pid: int) -> set[int]:
    """The processes below one."""
    return children(pid).union(*(descendants(child) for child in children(pid)))


def until(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    """Say whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
