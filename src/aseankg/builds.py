"""Finds the published build. Not here: making one (build, publish)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aseankg.errors import ConfigurationError

__all__ = ["DATASET", "MANIFEST", "VALIDATION", "Build", "get_current", "sha256_of"]

DATASET, MANIFEST, VALIDATION = "dataset.nq", "manifest.json", "validation.json"


@dataclass(frozen=True)
class Build:
    """One published build: its folder and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def dataset(self) -> Path:
        """The N-Quads file."""
        return self.folder / DATASET


def get_current(folder: Path) -> Build:
    """Return the published build; ConfigurationError when there is none or its dataset is damaged."""
    current = (folder / "current").resolve()
    try:
        manifest = json.loads((current / MANIFEST).read_text(encoding="utf-8"))
        damaged = sha256_of(current / DATASET) != manifest["files"][DATASET]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"No readable build in {folder}: {error}. Run `aseankg build`.") from error
    if damaged:
        raise ConfigurationError(f"{current / DATASET} is not the file that was published. Run `aseankg build`.")
    return Build(current, manifest)


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
