"""The command as a user runs it: in a process of its own, elsewhere than in the checkout, on the published build."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aseankg.builds import Build

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def environment(published: Build) -> dict[str, str]:
    settings = {"ASEANKG_BUILD_DIR": str(published.folder.parent), "COLUMNS": "300", "TERM": "dumb"}
    return {name: value for name, value in os.environ.items() if not name.startswith("ASEANKG_")} | settings


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Callable[..., Done]:
    """Run `aseankg` somewhere else than in the checkout, with warnings as errors."""

    def _run(*arguments: str | Path, stdin: str = "") -> Done:
        command = [sys.executable, "-W", "error", "-m", "aseankg", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, input=stdin, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        return done

    return _run
