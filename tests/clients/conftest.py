"""What the tests of other people's clients share: our service, a second endpoint beside it, and Comunica.

Comunica is installed by `make test` from the lock file of this folder; without it its tests are skipped as
`tests.conftest.need` says.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import need
from tests.web.conftest import Served, served

from aseankg.builds import Build
from aseankg.settings import Settings

HERE = Path(__file__).parent
COMUNICA = HERE / "node_modules/.bin/comunica-sparql"
PATIENCE = 120  # seconds; a machine may be busy


@contextmanager
def endpoint(file: Path) -> Iterator[str]:
    """Serve a file of Turtle by `endpoint.py` on a free port; gives the address."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "endpoint.py"), str(file), "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture(scope="package")
def figures() -> Iterator[str]:
    """The address of a second endpoint, which has sample figures of some countries."""
    with endpoint(HERE / "statistics.ttl") as address:
        yield address


@dataclass(frozen=True)
class Watched:
    """Our service, the address to ask it at, and the log of what it was asked."""

    service: Served
    log: Path

    @property
    def address(self) -> str:
        return f"{self.service.address}/sparql"

    def asked(self) -> list[dict[str, Any]]:
        """What it has been asked so far, each with the outcome."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="package")
def ours(published: Build, figures: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Our service, which may itself ask the second endpoint."""
    log = tmp_path_factory.mktemp("log") / "queries.jsonl"
    log.touch()
    settings = Settings(
        build_dir=str(published.folder.parent),
        query_log=str(log),
        service_hosts=figures.split("/")[2],
        service_loopback=1,
    )
    with served(settings) as service:
        yield Watched(service, log)


class Comunica:
    """The command `comunica-sparql`: what it answers, and what it warns of is an error.

    It asks as much at once as it can think of, so it is told to come again when it is told so (429, Retry-After).
    """

    def fail(self, *arguments: str) -> str:
        """Run it; it must fail. What it wrote to stderr."""
        done = self._run(*arguments)
        assert done.returncode != 0, done.stdout[-500:]
        return done.stderr

    def rows(self, query: str, *sources: str) -> list[dict[str, Any]]:
        """The solutions of a SELECT over these sources."""
        found: list[dict[str, Any]] = json.loads(self.text(query, "application/sparql-results+json", *sources))[
            "results"
        ]["bindings"]
        return found

    def text(self, query: str, form: str, *sources: str) -> str:
        """The answer in a format."""
        with tempfile.NamedTemporaryFile("w", suffix=".rq", encoding="utf-8") as file:
            file.write(query)
            file.flush()
            done = self._run(*sources, "-f", file.name, "-t", form)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(COMUNICA), "--httpRetryCount", "5", *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@pytest.fixture(scope="package")
def comunica() -> Comunica:
    need(COMUNICA.exists(), "Comunica is not installed (Node 18 or newer with npm; `make test` installs it)")
    return Comunica()
