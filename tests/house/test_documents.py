"""What the documents say is so: settings, commands, code blocks, version; and nothing in them is of one machine.

`python tests/house/test_documents.py` writes docs/settings.md anew. Not here: the counts in the README
(test_readme), terms and prefixes (test_terms).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from pyoxigraph import Store

from aseankg.builds import Build
from aseankg.cli import cli
from aseankg.settings import Settings, variable_for

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "docs" / "settings.md"
FILES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")])
DOCUMENTS = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in FILES}
README = DOCUMENTS["README.md"]
# Written so that this file does not hold what it looks for.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.{}-])/(?:[w]ork|[t]mp|[h]ome|[U]sers)\b|\.\./[s]hared\b|--(?:extra-)?[i]ndex-url|--[f]ind-links"
    r"|[p]ypi\.org|[p]ythonhosted|/[s]imple/"
)


def settings_page() -> str:
    """What docs/settings.md holds: every setting of `aseankg.settings`, in its order."""
    rows = []
    for entry in fields(Settings):
        default = f"`{entry.default}`" if entry.default != "" else ""
        rows.append(f"| `{variable_for(entry.name)}` | {default} | {entry.metadata['help']} |")
    return "\n".join([
        "<!-- Made by `python tests/house/test_documents.py` from src/aseankg/settings.py: change it there. -->",
        "# Settings", "",
        "A setting is an environment variable; where a command takes it, also an option (`ASEANKG_BUILD_DIR` is",
        "`--build-dir`), which outranks the variable.", "",
        "| variable | default | what it is |", "|---|---|---|", *rows, "",
    ])  # fmt: skip


def _blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def _commands() -> list[str]:
    """The lines of the README that a person types; those that serve run until they are stopped."""
    typed = "\n".join(_blocks("bash", README)).replace("\\\n", "")
    typed += "\n".join(re.findall(r"^\$ (aseankg .*)$", README, re.MULTILINE))
    lines = [line.removeprefix(".venv/bin/") for line in typed.splitlines()]
    return [line for line in lines if line.startswith("aseankg ") and not line.startswith("aseankg serve")]


@pytest.fixture(scope="module")
def environment(published: Build, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with the command `aseankg` on its path and a build of its own."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(published.folder.parent, folder / "build", symlinks=True)
    command = folder / "bin" / "aseankg"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -W error -m aseankg "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "ASEANKG_BUILD_DIR": str(folder / "build")}


# -- settings and commands -----------------------------------------------------------------------------------


def test_settings_page_is_that_of_the_settings() -> None:
    assert len(fields(Settings)) > 8
    assert SETTINGS.read_text(encoding="utf-8") == settings_page()


def test_documents_name_the_commands_that_there_are() -> None:
    code = "\n".join(re.findall(r"`[^`\n]+`|^(?: {4}|\$ )?aseankg .*$", "\n".join(DOCUMENTS.values()), re.MULTILINE))
    named = set(re.findall(r"(?<![\w/-])aseankg ([a-z]+)", code))
    assert named == set(cli.commands)


def test_help_of_every_command_has_an_example(environment: dict[str, str]) -> None:
    for name in cli.commands:
        done = subprocess.run(["aseankg", name, "--help"], env=environment, capture_output=True, text=True, check=True)
        assert re.search(rf"Examples?:\n +(echo .* \| )?aseankg {name}\b", done.stdout), name


# -- code blocks ---------------------------------------------------------------------------------------------


def test_readme_has_code_of_every_kind() -> None:
    assert len(_commands()) > 5
    assert _blocks("python", README) and _blocks("sparql", README)


@pytest.mark.parametrize("line", _commands())
def test_command_of_the_readme_runs(line: str, environment: dict[str, str], root: Path) -> None:
    done = subprocess.run(["bash", "-c", line], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() and "Warning" not in done.stderr


def test_answer_in_the_readme_is_what_the_command_prints(environment: dict[str, str]) -> None:
    match = re.search(r"^\$ \.venv/bin/(aseankg .*)\n```\n\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert match is not None
    done = subprocess.run(["bash", "-c", match[1]], env=environment, capture_output=True, text=True, check=True)
    shown = [row for row in match[2].splitlines() if "---" not in row]
    printed = [line for line in done.stdout.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(shown) == 5
    assert shown == printed


@pytest.mark.parametrize("block", _blocks("python", README))
def test_python_of_the_readme_runs(block: str, environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", block]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_sparql_of_the_documents_parses(name: str) -> None:
    for block in _blocks("sparql", DOCUMENTS[name]):
        Store().query(block)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_of_the_documents_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", DOCUMENTS[name])
    local = [target for target in targets if not re.match(r"https?:|mailto:", target)]
    assert [target for target in local if not (ROOT / name).parent.joinpath(target).exists()] == []


# -- version, machine ----------------------------------------------------------------------------------------


def test_changelog_names_the_version_first() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert re.findall(r"^## (\d\S*)", DOCUMENTS["CHANGELOG.md"], re.MULTILINE)[0] == project["version"]


def test_no_file_knows_this_machine_or_an_index(texts: dict[str, str]) -> None:
    found = {
        f"{name}:{number}": line[:160]
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    }
    assert found == {}


def test_lock_file_holds_hashes_and_no_addresses(texts: dict[str, str]) -> None:
    lock = texts["requirements.lock"]
    assert "://" not in lock
    assert len(re.findall(r"^[\w.-]+==", lock, re.MULTILINE)) <= lock.count("--hash=sha256:")


def test_git_ignores_no_source_and_no_test(root: Path) -> None:
    command = ["git", "ls-files", "--others", "--ignored", "--exclude-standard"]
    folders = ["src", "tests", "queries", "ontology", "data", "docs"]
    listed = subprocess.run(
        [*command, *folders], cwd=root, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    made = ("__pycache__", "/node_modules/", "/web/static/made/")  # by `make`
    assert [name for name in listed if not any(part in name for part in made)] == []


if __name__ == "__main__":
    SETTINGS.write_text(settings_page(), encoding="utf-8")
