"""Finds the published build, and the dumps of every version published. Not here: making them (build, publish)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aseankg.errors import ConfigurationError

__all__ = [
    "CHECKSUMS", "DATASET", "DCAT_FILE", "DUMPS", "MANIFEST", "QUESTIONS_FILE", "VALIDATION", "VOID_FILE", "Build",
    "checksums_of", "find_versions", "get_current", "input_checksums", "sha256_of",
]  # fmt: skip

DATASET, MANIFEST, VALIDATION = "dataset.nq", "manifest.json", "validation.json"
VOID_FILE, DCAT_FILE, QUESTIONS_FILE = "void.ttl", "dcat.ttl", "questions.ttl"
DUMPS, CHECKSUMS = "dumps", "SHA256SUMS"


@dataclass(frozen=True)
class Build:
    """One published build: its folder and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def dataset(self) -> Path:
        """The N-Quads file."""
        return self.folder / DATASET

    @property
    def version(self) -> str:
        """The version of the dataset, e.g. `0.1.0-3f2a9c1d`."""
        return str(self.manifest["dataset version"])

    @property
    def dumps(self) -> Path:
        """The folder of this version's dumps, which stays when the build is removed."""
        return self.folder.parent / DUMPS / self.version


def get_current(folder: Path) -> Build:
    """Return the published build; ConfigurationError when there is none, or it is damaged or of an older aseankg."""
    current = (folder / "current").resolve()
    try:
        manifest = json.loads((current / MANIFEST).read_text(encoding="utf-8"))
        manifest["dataset version"]  # builds of before there were versions are made anew
        damaged = sha256_of(current / DATASET) != manifest["files"][DATASET]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"No readable build in {folder}: {error}. Run `aseankg build`.") from error
    if damaged:
        raise ConfigurationError(f"{current / DATASET} is not the file that was published. Run `aseankg build`.")
    return Build(current, manifest)


def input_checksums(files: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the SHA-256 of each input of a dataset, by its name below `root`, as manifests have them."""
    return {
        path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix(): sha256_of(path)
        for path in files
    }


def find_versions(folder: Path) -> list[str]:
    """Return the versions whose dumps lie below the folder of the builds, the newest first."""
    made = [(sums.stat().st_mtime, sums.parent.name) for sums in (folder / DUMPS).glob(f"*/{CHECKSUMS}")]
    return [version for _, version in sorted(made, reverse=True)]


def checksums_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each dump in a version's folder, by its name, as the file `SHA256SUMS` has them."""
    lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
