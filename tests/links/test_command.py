"""`aseankg links` and `links check` as a user runs them, on the shipped links and on broken ones of a folder."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aseankg.builds import Build

Run = Callable[..., subprocess.CompletedProcess[str]]
HEADER = """\
#mapping_set_id: https://example.org/mappings
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  agent: https://w3id.org/aseankg/id/agent/
#  body: https://w3id.org/aseankg/id/body/
#  wikidata: http://www.wikidata.org/entity/
"""
ROW = {
    "subject_id": "body:slom", "predicate_id": "skos:closeMatch", "object_id": "wikidata:Q1",
    "mapping_justification": "semapv:ManualMappingCuration", "author_id": "agent:aseankg",
    "mapping_date": "2020-01-31", "confidence": "0.8", "comment": "They are alike.", "object_address": "a page",
}  # fmt: skip


@pytest.fixture
def run(published: Build, tmp_path: Path) -> Run:
    """Run `aseankg links` somewhere else than in the checkout, with warnings as errors."""
    settings = {"ASEANKG_BUILD_DIR": str(published.folder.parent), "COLUMNS": "300", "TERM": "dumb"}

    def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-m", "aseankg", "links", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return _run


def folder_of(base: Path, *changes: dict[str, str]) -> Path:
    lines = ["\t".join(({**ROW, **change}).values()) for change in changes]
    file = base / "mine" / "links" / "mine.sssom.tsv"
    file.parent.mkdir(parents=True)
    file.write_text(HEADER + "\n".join(["\t".join(ROW), *lines]) + "\n", encoding="utf-8")
    return base / "mine"


def test_the_shipped_links_are_counted_by_scheme_and_strength(run: Run) -> None:
    done = run("--format", "csv")
    rows = {row["scheme"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert done.returncode == 0
    assert rows["UN M49"] == {
        "scheme": "UN M49", "the same": "11", "nearly the same": "0", "broader": "0", "narrower": "0", "related": "0",
        "all": "11",
    }  # fmt: skip
    assert sum(int(row["all"]) for row in rows.values()) > 350


@pytest.mark.parametrize(
    "name", ["body/ilo", "https://w3id.org/aseankg/id/body/ilo", "International Labour Organization"]
)
def test_the_links_of_one_thing_are_listed_whatever_it_is_called_by(run: Run, name: str) -> None:
    done = run("--of", name, "--format", "json")
    assert {(row["identifier"], row["strength"]) for row in json.loads(done.stdout)} == {
        ("http://eurovoc.europa.eu/2130", "the same"),
        ("http://www.wikidata.org/entity/Q54129", "the same"),
    }


def test_a_thing_without_links_says_so_and_a_name_of_nothing_is_wrong_use(run: Run) -> None:
    assert "No link leads from body/acmw" in run("--of", "ACMW").stderr
    done = run("--of", "Xyzzyx Qqq")
    assert done.returncode == 2
    assert "No thing is called" in done.stderr


def test_the_shipped_links_have_no_fault(run: Run) -> None:
    done = run("check", "--today", "2026-12-02", "--older-than", "9")
    assert done.returncode == 0, done.stderr
    assert "judged 10 to 10 days before 2026-12-02" in done.stdout
    assert "0 faults" in done.stdout
    assert "more than 9 days before" in done.stdout and "wikidata:Q54129" in done.stdout


def test_every_fault_is_told_with_its_row(run: Run, tmp_path: Path) -> None:
    data = folder_of(
        tmp_path,
        {"object_id": "wikidata:54129"},  # 8: no Q
        {"object_address": ""},
        {"object_id": "wikidata:Q2", "subject_id": "body:solm"},  # 10: misspelt
        {"object_id": "wikidata:Q3"},
        {"object_id": "wikidata:Q3"},  # 12: says again
        {"object_id": "wikidata:Q3", "predicate_id": "skos:exactMatch"},  # 13: says more
        {"object_id": "wikidata:Q4", "predicate_id": "skos:exactMatch"},  # 14: Q3 and Q4 would be one
        {"object_id": "wikidata:Q5", "confidence": "sure"},  # 15: cannot be read
        {"object_id": "wikidata:Q5", "subject_id": "body:almm", "mapping_date": "2020-02-30"},
    )
    done = run("check", "--data", data, "--format", "csv", "--today", "2020-02-10")
    assert done.returncode == 1
    rows = {row["recorded_in"]: row for row in csv.DictReader(io.StringIO(done.stdout)) if row["faults"]}
    found = {int(record.rpartition(":")[2]): row["faults"] for record, row in rows.items()}
    expected = {
        8: ["malformed", "Wikidata"], 9: ["malformed", "object_address"], 10: ["unknown", "body/solm", "body/slom"],
        12: ["repeated", "mine.sssom.tsv:11"], 13: ["contradictory", "mine.sssom.tsv:11"],
        14: ["contradictory", "mine/links/mine.sssom.tsv:13"], 15: ["malformed", "confidence"],
        16: ["malformed", "calendar"],
    }  # fmt: skip
    assert found.keys() == expected.keys()
    assert [line for line, words in expected.items() if [word for word in words if word not in found[line]]] == []
    assert rows["mine/links/mine.sssom.tsv:12"]["age"] == "10"
    assert "8 faults" in done.stderr


def test_a_file_that_cannot_be_read_hides_no_other(run: Run, tmp_path: Path) -> None:
    data = folder_of(tmp_path, {"object_id": "wikidata:54129"})
    (data / "links" / "other.sssom.tsv").write_bytes("é".encode("latin-1"))
    done = run("check", "--data", data)
    assert done.returncode == 1
    assert "expected UTF-8" in done.stdout and "wikidata.org/entity/54129" in done.stdout


def test_an_identifier_that_is_gone_is_broken_and_one_that_moved_is_not(
    run: Run, tmp_path: Path, elsewhere: str
) -> None:
    data = folder_of(tmp_path, *({"object_id": elsewhere + path} for path in ("/alive", "/301/alive")))
    online = ("check", "--online", "--links-loopback", "1", "--pause", "0", "--data", data,
              "--scheme", elsewhere.partition("//")[2])  # fmt: skip
    done = run(*online)
    assert done.returncode == 0, done.stderr
    assert "1 alive, 1 moved, 0 gone, 0 unreachable." in done.stdout
    assert f"{elsewhere}/alive" in done.stdout
    file = data / "links" / "mine.sssom.tsv"
    file.write_text(file.read_text(encoding="utf-8").replace("/301/alive", "/status/404"), encoding="utf-8")
    done = run(*online, "--format", "json")
    assert done.returncode == 1
    assert [row["online"] for row in json.loads(done.stdout)] == ["alive (answers)", "gone (status 404)"]


def test_no_network_is_said_to_be_none_and_not_that_all_are_gone(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    data = folder_of(tmp_path, {"object_id": f"http://127.0.0.1:{port}/a"})
    done = run("check", "--online", "--links-loopback", "1", "--data", data, "--scheme", f"127.0.0.1:{port}")
    assert done.returncode == 3
    assert "Not one of 1 addresses answered" in done.stderr and "Is there a network?" in done.stderr
    assert "gone" not in done.stdout + done.stderr


def test_this_machine_is_not_asked_unless_a_setting_says_so(run: Run, tmp_path: Path, elsewhere: str) -> None:
    data = folder_of(tmp_path, {"object_id": f"{elsewhere}/alive"})
    done = run("check", "--online", "--data", data, "--scheme", elsewhere.partition("//")[2])
    assert done.returncode == 3
    assert "private or reserved" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "--scheme", "Wikdata"), "Wikidata"),
        (("check", "--today", "yesterday"), "yesterday"),
        (("check", "--older-than", "-1"), "-1"),
        (("--format", "csv", "check"), "behind `check`"),
    ],
)
def test_a_slip_on_the_command_line_is_wrong_use(run: Run, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
