"""An installed wheel works without the checkout: ontology, queries and data travel in it."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


def _run(arguments: list[str], cwd: Path, **environment: str) -> str:
    """Run Python somewhere, with no setting of ours from outside; what it says on the error stream is for us."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASEANKG_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files that git has or would take: nothing else may be needed to build the wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    copy = tmp_path_factory.mktemp("checkout")
    for name in filter(None, listed):
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(["-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], checkout)
    (file,) = folder.glob("aseankg-*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_wheel_holds_inputs_and_pages_and_no_tests(wheel: Path, checkout: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    inputs = {
        f"aseankg/resources/{file.relative_to(checkout).as_posix()}"
        for folder in ("ontology", "data", "queries")
        for file in (checkout / folder).rglob("*")
        if file.is_file()
    }
    files = {file.relative_to(checkout / "src").as_posix() for file in (checkout / "src").rglob("*") if file.is_file()}
    code = {name for name in files if not name.startswith("aseankg/web/scripts/")}
    assert len(inputs) > 50 and len(code) > 60 and code < files
    assert (inputs | code) - held == set()
    rest = {name for name in held - inputs - code if ".dist-info/" not in name}
    assert rest == set()


def test_wheel_holds_the_bundled_scripts_where_they_were_made(checkout: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(checkout, tmp_path / "checkout")
    for name in ("static/made/codemirror.js", "scripts/node_modules/esbuild/index.js"):
        file = copy / "src" / "aseankg" / "web" / name
        file.parent.mkdir(parents=True)
        file.write_text("export {};", encoding="utf-8")
    _run(["-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], copy)
    (file,) = tmp_path.glob("aseankg-*.whl")
    with zipfile.ZipFile(file) as archive:
        held = set(archive.namelist())
    assert "aseankg/web/static/made/codemirror.js" in held
    assert [name for name in held if "node_modules" in name or "web/scripts" in name] == []


def test_wheel_works_elsewhere(installed: Path, tmp_path: Path, root: Path) -> None:
    """The checkout may stand on the path behind the wheel, as an editable install puts it: it must not be used."""
    found = _run(["-c", "import aseankg; print(aseankg.__file__)"], tmp_path, PYTHONPATH=str(installed)).strip()
    assert Path(found).is_relative_to(installed) and not Path(found).is_relative_to(root)

    build = tmp_path / "build"
    said = _run(["-m", "aseankg", "build", "--build-dir", str(build)], tmp_path, PYTHONPATH=str(installed))
    assert f"published as {build.resolve()}" in said

    ask = ["-m", "aseankg", "ask", "body-involvement", "--body", "acmw", "--format", "csv"]
    answer = _run(ask, tmp_path, PYTHONPATH=str(installed), ASEANKG_BUILD_DIR=str(build))
    rows = list(csv.DictReader(io.StringIO(answer)))
    assert [row["element"].rpartition("/")[2] for row in rows] == ["14", "21", "22", "23"]


def test_wheel_makes_its_first_build_in_the_cache_of_the_user(installed: Path, tmp_path: Path) -> None:
    code = "import aseankg; print(len(aseankg.load().ask('responsible-bodies')))"
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert _run(["-c", code], tmp_path, PYTHONPATH=str(installed), **home) == "24\n"
    assert [file.relative_to(tmp_path).parts[0] for file in tmp_path.rglob("manifest.json")] != []
    assert [path for path in installed.rglob("*") if path.name in ("build", "dataset.nq")] == []
