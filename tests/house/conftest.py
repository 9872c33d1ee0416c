"""What the house tests look at: the files of the repository, as git lists them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def texts(root: Path) -> dict[str, str]:
    """The text of every file that git has or would take, by its path; what is no UTF-8 is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    found = {}
    for name in filter(None, listed):
        try:
            found[name] = (root / name).read_bytes().decode("utf-8")
        except (UnicodeDecodeError, FileNotFoundError):  # a picture; a file that was removed but not yet committed
            continue
    assert len(found) > 200
    return found
