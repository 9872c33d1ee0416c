"""Real OpenRefine matches a table to the graph by the reconciliation service, and fills new columns from it.

OpenRefine runs without a window (Debian's package `openrefine`, 3.6) and is driven by its own HTTP API, as its pages drive
it. Not here: every form of the protocol (web/test_reconcile), which names are understood (tests/reconcile).
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from tests.conftest import need
from tests.web.conftest import Served, served, until

from aseankg.builds import Build
from aseankg.settings import Settings

ID = "https://w3id.org/aseankg/id/"
SCHEMA = "https://w3id.org/aseankg/ontology#"
WHOLE = json.dumps({"facets": [], "mode": "row-based"})
# Rows 5 and 12 of the action plan: "The Philippines and Myanmar", "2017"; "Lao PDR", "2018-2019".
TABLE = "name,plan\nVietnam,\nacmw,\nActivity 5,RAP\nActivity 12,RAP\nno such thing at all,\n"
MEANT = ["country/vnm", "body/acmw", "rap-vientiane/activity/5", "rap-vientiane/activity/12"]


@dataclass(frozen=True)
class Refine:
    """A running OpenRefine."""

    address: str

    def get(self, command: str, **parameters: object) -> Any:
        with urlopen(f"{self.address}/command/core/{command}?{urlencode(parameters)}", timeout=60) as response:
            return json.load(response)

    def send(self, command: str, project: str = "", body: bytes = b"", media_type: str = "", **fields: object) -> Any:
        """Send a command as a form, or with a body of its own; the address where it led to and what came back."""
        query = {"csrf_token": self.get("get-csrf-token")["token"], **({"project": project} if project else {})}
        headers = {"Content-Type": media_type or "application/x-www-form-urlencoded"}
        sent = Request(
            f"{self.address}/command/core/{command}?{urlencode(query)}", body or urlencode(fields).encode(), headers
        )
        with urlopen(sent, timeout=60) as response:
            return response.url, response.read().decode()

    def create(self, table: str) -> str:
        """Make a project of a table in CSV, and return its number."""
        options = json.dumps({"separator": ",", "headerLines": 1, "encoding": "UTF-8"})
        parts = {'name="project-name"': "names", 'name="format"': "text/line-based/*sv", 'name="options"': options,
                 'name="project-file"; filename="names.csv"': table}  # fmt: skip
        lines = [
            f"--part\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n" for name, value in parts.items()
        ]
        body = "".join([*lines, "--part--\r\n"]).encode()
        address, _ = self.send("create-project-from-upload", "", body, "multipart/form-data; boundary=part")
        return parse_qs(urlsplit(address).query)["project"][0]

    def run(self, command: str, project: str, **fields: object) -> None:
        """Run a command that takes its time, to its end."""
        self.send(command, project, **fields)
        assert until(lambda: not self.get("get-processes", project=project)["processes"], 60)

    def judged(self, project: str) -> list[dict[str, Any]]:
        """How OpenRefine judges the first cell of each row."""
        found = self.get("get-rows", project=project, start=0, limit=100)
        return [found["pool"]["recons"][row["cells"][0]["r"]] for row in found["rows"]]

    def rows(self, project: str) -> list[dict[str, str]]:
        _, text = self.send("export-rows/names.csv", project, format="csv", engine=WHOLE)
        return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def service(published: Build) -> Iterator[Served]:
    with served(replace(Settings(), build_dir=str(published.folder.parent))) as running:
        yield running


@pytest.fixture(scope="module")
def refine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refine]:
    program = shutil.which("openrefine")
    need(program, "OpenRefine is not installed (Debian: apt-get install --no-install-recommends openrefine).")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    folder = tmp_path_factory.mktemp("openrefine")
    command = [
        str(program),
        "-d",
        str(folder),
        "-i",
        "127.0.0.1",
        "-p",
        port,
        "-m",
        "512M",
        "-x",
        "refine.headless=true",
    ]
    with (
        Path(folder, "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        started = Refine(f"http://127.0.0.1:{port}")
        try:
            assert until(lambda: _answers(started), 90), Path(folder, "log").read_text()
            yield started
        finally:
            subprocess.run(["kill", "--", f"-{process.pid}"], check=False)  # the script and its Java


def _answers(one: Refine) -> bool:
    with suppress(OSError):
        return bool(one.get("get-version"))
    return False


@pytest.fixture(scope="module")
def project(refine: Refine, service: Served) -> str:
    """The table with its names matched, the plan of each beside it as a property."""
    made = refine.create(TABLE)
    config = {
        "mode": "standard-service", "service": f"{service.address}/reconcile", "identifierSpace": ID, "schemaSpace": SCHEMA,
        "autoMatch": True, "limit": 0, "columnDetails": [{"column": "plan", "property": {"id": "plan", "name": "Plan"}}],
    }  # fmt: skip
    refine.run("reconcile", made, columnName="name", engine=WHOLE, config=json.dumps(config))
    return made


def test_openrefine_guesses_the_types_of_a_column(refine: Refine, service: Served) -> None:
    made = refine.create("name\nVietnam\nThailand\nLao PDR\n")
    _, text = refine.send("guess-types-of-column", made, columnName="name", service=f"{service.address}/reconcile")
    assert json.loads(text)["types"][0]["id"] == "country"


def test_openrefine_matches_what_is_certain_and_leaves_the_rest(refine: Refine, project: str) -> None:
    found = refine.judged(project)
    assert [one["m"]["id"] for one in found[:4]] == MEANT
    assert {one["j"] for one in found[:4]} == {"matched"}
    assert found[4]["j"] == "none"
    assert {one["identifierSpace"] for one in found} == {ID}


def test_openrefine_fills_columns_from_what_it_matched(refine: Refine, project: str, service: Served) -> None:
    wanted = [{"id": "iri", "name": "IRI"}, {"id": "iso3"}, {"id": "lead", "settings": {"limit": "1"}}, {"id": "start"}]
    refine.run(
        "extend-data", project, baseColumnName="name", columnInsertIndex=1, engine=WHOLE, identifierSpace=ID, schemaSpace=SCHEMA,
        endpoint=f"{service.address}/reconcile", extension=json.dumps({"properties": wanted}),
    )  # fmt: skip
    rows = refine.rows(project)
    assert [row["IRI"] for row in rows] == [*(ID + one for one in MEANT), ""]
    assert [row["ISO 3166-1 alpha-3"] for row in rows] == ["VNM", "", "", "", ""]
    assert [row["Lead"] for row in rows] == ["", "", "Myanmar", "Lao PDR", ""]
    assert [row["Start"][:10] for row in rows] == ["", "", "2017-01-01", "2018-01-01", ""]


def test_a_person_decides_what_was_left_and_searches_for_it(refine: Refine, project: str, service: Served) -> None:
    reply = service.send("GET", "/reconcile/suggest/entity?prefix=Thail&type_strict=any&callback=jQuery1_2")
    assert b"country/tha" in reply.body  # as its page asks while one types
    refine.send(
        "recon-judge-one-cell", project, row=4, cell=0, judgment="matched", identifierSpace=ID, schemaSpace=SCHEMA,
        service=f"{service.address}/reconcile", id="country/tha", name="Thailand", types="country", score=100,
    )  # fmt: skip
    assert refine.judged(project)[4]["m"]["id"] == "country/tha"
