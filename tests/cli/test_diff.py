"""`aseankg diff`: what came, went and changed, between files, builds and editions of a plan.

The edition is the real Regional Action Plan with a few words changed by hand. Not here: how versions are kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aseankg.cli import cli

TEXT = "regional-action-plan-vientiane-declaration.txt"
BEFORE = """\
@prefix akg: <https://w3id.org/aseankg/ontology#> .
@prefix id: <https://w3id.org/aseankg/id/> .
<https://w3id.org/aseankg/id/p/activity/1> a akg:Activity ; akg:title "A study" ; akg:leadCountry <https://w3id.org/aseankg/id/country/tha> .
<https://w3id.org/aseankg/id/p/activity/2> a akg:Activity ; akg:title "A forum" .
"""
AFTER = """\
@prefix akg: <https://w3id.org/aseankg/ontology#> .
<https://w3id.org/aseankg/id/p/activity/1> a akg:Activity ; akg:title "A long study" ; akg:leadCountry <https://w3id.org/aseankg/id/country/lao> .
<https://w3id.org/aseankg/id/p/activity/3> a akg:Activity ; akg:title "A workshop" .
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["diff", *arguments])


def changes(result: Result) -> list[tuple[str, str, str, list[str], list[str]]]:
    assert result.exit_code == 0, result.output
    return [
        (one["what"], one["iri"].rpartition("/id/")[2], one["property"], values(one["old"]), values(one["new"]))
        for one in json.loads(result.stdout)["changes"]
    ]


def values(wordings: list[dict[str, Any]]) -> list[str]:
    return [one["value"] for one in wordings]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("before.ttl", BEFORE), ("after.ttl", AFTER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "before.ttl"), str(tmp_path / "after.ttl")


def test_two_files_are_compared_with_both_wordings(files: tuple[str, str]) -> None:
    assert changes(run(*files, "--format", "json")) == [
        ("added", "p/activity/3", "", [], []),
        ("changed", "p/activity/1", "akg:leadCountry", ["country/tha"], ["country/lao"]),
        ("changed", "p/activity/1", "akg:title", ["A study"], ["A long study"]),
        ("removed", "p/activity/2", "", [], []),
    ]


def test_the_same_file_has_no_difference(files: tuple[str, str]) -> None:
    assert changes(run(files[0], files[0], "--format", "json")) == []
    assert "Nothing came, went or changed." in run(files[0], files[0]).output


def test_markdown_shows_both_values_in_one_row(files: tuple[str, str]) -> None:
    found = run(*files, "--format", "markdown").output
    assert "| changed | A long study | akg:title | A study | A long study |" in found
    assert found.startswith(f"# {files[0]} -> {files[1]}\n\n3 things compared: 1 added, 1 removed, 2 changed.\n")


@pytest.fixture(scope="module")
def editions(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an edition of the Action Plan: another lead, another date, a title, a row less, one more."""
    folder = tmp_path_factory.mktemp("editions") / "plans"
    home = folder / "sources" / "rap-second"
    home.mkdir(parents=True)
    text = (root / "data" / "sources" / "rap-vientiane" / TEXT).read_bytes().decode("utf-8")
    for old, new in (
        ("Knowledge sharing\tCambodia\t", "Knowledge sharing\tThailand\t"),
        ("\t2018-2020\tObjectives of the conference met", "\t2021\tObjectives of the conference met"),
        ("Regional forum to share good practices in measuring", "Second regional forum to share good practices in measuring"),
        ("Data analysis\tASEAN Secretariat\tACSS WG-MSMEs SOMRDPE\t", "Data analysis\tASEAN Secretariat\tACSS SOMRDPE\t"),
    ):  # fmt: skip
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (home / TEXT).write_bytes(text.encode("utf-8"))
    descriptor = (root / "data" / "sources" / "rap-vientiane" / "descriptor.toml").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    descriptor = re.sub(r'(?m)^sha256 = "\w+"', f'sha256 = "{digest}"', descriptor).replace(
        "rap-vientiane", "rap-second"
    )
    descriptor = descriptor.replace('short = "RAP"', 'short = "Second RAP"')
    (home / "descriptor.toml").write_text(descriptor, encoding="utf-8")
    return folder


def test_two_editions_of_a_plan_are_compared_by_their_elements(editions: Path) -> None:
    result = run("--editions", "rap-vientiane", "rap-second", "--data", str(editions), "--format", "json")
    found = changes(result)
    assert ("changed", "rap-vientiane/activity/2", "akg:leadCountry", ["Cambodia"], ["Thailand"]) in found
    assert ("changed", "rap-vientiane/activity/14b", "akg:startDate", ["2018-01-01"], ["2021-01-01"]) in found
    assert ("removed", "rap-vientiane/activity/9", "akg:contributingBody", ["WG-MSMEs"], []) in found
    assert [one[2] for one in found if one[1] == "rap-vientiane/activity/10"] == ["akg:title"]
    # Points 6 and 7 say "this Regional Action Plan": in the second edition that name is the first one's.
    assert {one[1] for one in found if one[2] == "akg:cites"} == {
        f"rap-vientiane/implementation-point/{n}" for n in "67"
    }
    touched = {one[1] for one in found if one[2] != "akg:cites"}
    assert touched == {f"rap-vientiane/activity/{number}" for number in ("2", "9", "10", "14b")}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nothing.ttl", "current"), 2, "No file, build or version 'nothing.ttl'"),
        (("{before}", "curent"), 2, "current"),
        (("{empty}", "{before}"), 2, "Looked at 0 and"),
        (("{broken}", "{before}"), 1, "broken.ttl:1"),
        (("{text}", "{before}"), 2, "no format of RDF"),
    ],
    ids=["missing", "misspelt", "empty", "broken", "no RDF"],
)
def test_what_cannot_be_compared_is_told(
    files: tuple[str, str], tmp_path: Path, arguments: tuple[str, str], code: int, words: str
) -> None:
    made = {"empty": "", "broken": "<a> <b> .", "text": "x"}
    for name, text in made.items():
        (tmp_path / f"{name}.{'csv' if name == 'text' else 'ttl'}").write_text(text, encoding="utf-8")
    paths = {name: str(tmp_path / f"{name}.{'csv' if name == 'text' else 'ttl'}") for name in made}
    result = CliRunner().invoke(cli, ["diff", *(one.format(before=files[0], **paths) for one in arguments)])
    assert getattr(result.exception, "exit_code", result.exit_code) == code
    assert words in str(result.exception)
