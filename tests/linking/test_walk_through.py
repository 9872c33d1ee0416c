"""The walk-through of docs/linking.md, run as it is written there, and the server with data beside the plans."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from aseankg.builds import Build

WALK = "docs/linking.md"
SAMPLE = "data/examples/informal-employment/illustrative-sample.csv"
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def place(root: Path, published: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample and the query where a reader of the checkout finds them."""
    place = tmp_path_factory.mktemp("walk")
    for name in ("data/examples", "queries/joined"):
        shutil.copytree(root / name, place / name)
    return place


@pytest.fixture(scope="module")
def environment(published: Build) -> dict[str, str]:
    settings = {"ASEANKG_BUILD_DIR": str(published.folder.parent), "COLUMNS": "300", "TERM": "dumb"}
    return {name: value for name, value in os.environ.items() if not name.startswith("ASEANKG_")} | settings


def run(place: Path, environment: dict[str, str], *arguments: str) -> Done:
    command = [sys.executable, "-W", "error", "-m", "aseankg", *arguments]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=120)


def written(root: Path) -> list[list[str]]:
    """The commands of the page, without those that serve."""
    text = (root / WALK).read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    commands = [shlex.split(line, comments=True) for line in lines if line.startswith("aseankg ")]
    return [words[1:] for words in commands if words[1] != "serve"]


def test_the_commands_of_the_page_run_and_give_its_rows(root: Path, place: Path, environment: dict[str, str]) -> None:
    commands = written(root)
    assert len(commands) >= 4
    told = {}
    for words in commands:
        done = told[words[1]] = run(place, environment, *words)
        assert done.returncode == 0, (words, done.stderr)
    assert "its head, and 10 of 10 different values are known" in told[SAMPLE].stderr
    found = csv.DictReader(told["queries/joined/leads-with-latest-value.rq"].stdout.splitlines())
    rows = {(row["name"], row["activity"], row["year"], row["value"]) for row in found}
    # The plan prints Thailand as the lead of activity 10; 920 is its last value in the sample. Myanmar's of 2020 is
    # missing there, so its latest is of 2019.
    activity = "https://w3id.org/aseankg/id/rap-vientiane/activity/"
    assert ("Thailand", activity + "10", "2020", "920") in rows
    assert ("Myanmar", activity + "5", "2019", "619") in rows


def test_the_sample_says_in_every_output_that_it_is_none_of_anybody(place: Path, environment: dict[str, str]) -> None:
    assert run(place, environment, "link", SAMPLE, "--into", "again").returncode == 0
    for file in (place / "again").iterdir():
        text = file.read_text(encoding="utf-8-sig")
        assert "ILLUSTRATIVE" in text or "not a real figure" in text or "illustrative" in text, file.name


def test_a_dry_run_writes_nothing(place: Path, environment: dict[str, str]) -> None:
    before = sorted(place.rglob("*"))
    done = run(place, environment, "link", SAMPLE, "--dry-run")
    assert done.returncode == 0 and "its head" in done.stdout
    assert sorted(place.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["link", "none.csv"], 2, "is no file"),
        (["link", SAMPLE, "--column", "Country"], 2, "expected a head, = and what the column holds"),
        (["link", SAMPLE, "--to", "a", "--into", "b"], 2, "are two folders"),
        (["link", SAMPLE, "--max-rows", "5"], 1, "more than 5 rows"),
        (["query", "-q", "ASK {}", "--with", "none"], 2, "no such folder"),
        (["serve", "--with", "none", "--port", "0"], 2, "no such folder"),
    ],
    ids=["no file", "no kind", "two folders", "too many rows", "query", "serve"],
)
def test_wrong_use_is_told_in_words(
    place: Path, environment: dict[str, str], arguments: list[str], code: int, words: str
) -> None:
    done = run(place, environment, *arguments)
    assert done.returncode == code and words in done.stderr and "Traceback" not in done.stderr


# -- the server --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(place: Path, environment: dict[str, str]) -> Iterator[str]:
    assert run(place, environment, "link", SAMPLE, "--into", "served").returncode == 0
    command = [sys.executable, "-m", "aseankg", "serve", "--with", "served", "--port", "0", "--web-workers", "1"]
    with subprocess.Popen(command, cwd=place, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        yield found[0]
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def get(address: str, path: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(address + path, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as response:
        return str(response.read().decode())


def count(address: str) -> int:
    text = "SELECT (COUNT(*) AS ?n) { ?o a <http://purl.org/linked-data/cube#Observation> }"
    return int(
        json.loads(get(address, "/sparql?" + urlencode({"query": text}), "application/sparql-results+json"))["results"][
            "bindings"
        ][0]["n"]["value"]
    )


def test_queries_over_http_see_the_data_and_pages_do_not(address: str) -> None:
    assert count(address) == 29  # 30 rows of the sample, one without a figure
    for path in ("/id/country/vnm", "/countries", "/find?text=observation", "/id/country/vnm.ttl"):
        assert "example.org/illustrative" not in get(address, path), path


def test_the_page_tells_that_an_answer_draws_on_what_was_brought(address: str) -> None:
    text = "SELECT ?o { ?o a <http://purl.org/linked-data/cube#Observation> } ORDER BY ?o LIMIT 3"
    page = get(address, "/sparql?query=" + quote(text), "text/html")
    assert "What you brought" in page
    assert "graph/layer/own" in get(address, "/sparql", "text/html")


def test_the_service_description_names_the_graph(address: str) -> None:
    assert "<https://example.org/illustrative-sample/graph>" in get(address, "/sparql", "text/turtle")


def test_a_reload_keeps_what_was_brought(address: str, published: Build, tmp_path: Path) -> None:
    link = published.folder.parent / "current"
    other = published.folder.parent / "ffffffffffffffff"
    shutil.copytree(published.folder, other)
    before = str(link.readlink())
    try:
        turn(link, other.name)
        end = time.monotonic() + 60
        while "ffffffffffffffff" not in build_of(address) and time.monotonic() < end:
            time.sleep(0.2)
        assert "ffffffffffffffff" in build_of(address)
        assert count(address) == 29
    finally:
        turn(link, before)


def turn(link: Path, name: str) -> None:
    new = link.with_name(".current-test")
    new.symlink_to(name)
    new.replace(link)


def build_of(address: str) -> str:
    with urllib.request.urlopen(f"{address}/sparql?query=ASK%7B%7D", timeout=30) as response:
        return str(response.headers["Aseankg-Build"])
