"""Publishes a dataset whole or not at all.

A build is written into a temporary folder, synced to disk, renamed to its checksum, and `current` is then turned to
it in one step: whoever reads `current` sees the last good build or the new one, never half of one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, serialize

from aseankg.build import Dataset
from aseankg.builds import DATASET, MANIFEST, VALIDATION, Build, sha256_of
from aseankg.errors import ConfigurationError
from aseankg.namespaces import graph
from aseankg.validate import Report

__all__ = ["publish"]

_KEPT = 3  # builds kept beside the current one


def publish(dataset: Dataset, folder: Path, root: Path) -> Build:
    """Write a dataset below `folder` and turn `current` to it; the same dataset gives the same bytes.

    Raises ConfigurationError, leaving the last good build in place, when the folder cannot be written.
    """
    temporary = folder / f".building-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        temporary.mkdir()
        _write(temporary / DATASET, serialize(dataset.quads, format=RdfFormat.N_QUADS))
        _write(temporary / VALIDATION, _json(_validation(dataset)))
        manifest = _manifest(dataset, temporary, root)
        _write(temporary / MANIFEST, _json(manifest))
        _sync(temporary)
        target = folder / manifest["build"]
        _put(temporary, target)
        _turn(folder, target)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise ConfigurationError(
            f"The build could not be written below {folder}: {error.strerror or error}. "
            "The last good build, if there is one, is untouched. Free the disk or set ASEANKG_BUILD_DIR."
        ) from error
    _remove_old(folder, target)
    return Build(target, manifest)


def _write(file: Path, octets: bytes | None) -> None:
    with file.open("wb") as stream:
        stream.write(octets or b"")
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(temporary: Path, target: Path) -> None:
    """Rename the folder to its checksum; where that is published already, each file takes the place of its equal.

    So a build that was damaged is whole again, and who reads a good one never finds it missing.
    """
    if not target.exists():
        temporary.rename(target)
        return
    for file in temporary.iterdir():
        file.replace(target / file.name)
    _sync(target)
    temporary.rmdir()


def _turn(folder: Path, target: Path) -> None:
    """Make `current` point to the target in one step: a new link takes the place of the old."""
    link = folder / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(folder / "current")
    _sync(folder)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _manifest(dataset: Dataset, folder: Path, root: Path) -> dict[str, Any]:
    files = {name: _file_entry(folder / name) for name in (DATASET, VALIDATION)}
    counts = Counter(quad.graph_name.value.removeprefix(graph("").value) for quad in dataset.quads)  # type: ignore[union-attr]
    digest = hashlib.sha256(_json(files)).hexdigest()
    return {
        "build": digest[:16],
        "version": version("aseankg"),
        "engines": {name: version(name) for name in ("owlrl", "pyoxigraph", "pyshacl", "rdflib")},
        "quads": len(dataset.quads),
        "graphs": dict(counts),
        "files": files,
        "inputs": {_name(path, root): sha256_of(path) for path in dataset.inputs},
    }


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _file_entry(file: Path) -> dict[str, Any]:
    return {"bytes": file.stat().st_size, "sha256": sha256_of(file)}


def _validation(dataset: Dataset) -> dict[str, Any]:
    named = {"before inference": dataset.before, "after inference": dataset.after, "checks": dataset.checks}
    return {name: _report(report) for name, report in named.items()}


def _report(report: Report) -> dict[str, Any]:
    return {
        "looked at": report.looked_at,
        "looked at nothing": report.idle,
        "focus nodes": dict(report.focus_nodes),
        "results": [asdict(result) for result in report.results],
    }


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed build left: temporary folders and links whose process is gone."""
    for path in [*folder.glob(".building-*"), *folder.glob(".current-*")]:
        if not _runs(int(path.name.rpartition("-")[2])):
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path)


def _runs(process: int) -> bool:
    if process == os.getpid():
        return False  # a leftover of an earlier process that had our number
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, 0)
        return True
    return False


def _remove_old(folder: Path, current: Path) -> None:
    """Keep the current build and the newest before it."""
    others: Iterable[Path] = (path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.is_symlink())
    old = sorted((path for path in others if path != current), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in old[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
