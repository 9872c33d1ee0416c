"""Publishes a dataset whole or not at all.

A build is written into a temporary folder, synced to disk, renamed to its checksum, and `current` is then turned to
it in one step: whoever reads `current` sees the last good build or the new one, never half of one. The dumps of a
version are put in place in the same way before that, and stay when the build is removed: people cite them. A dump
that was published once is never written otherwise.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from aseankg.build import Dataset
from aseankg.builds import (
    CHECKSUMS,
    DATASET,
    DCAT_FILE,
    DUMPS,
    MANIFEST,
    VALIDATION,
    Build,
    checksums_of,
    find_versions,
    input_checksums,
)
from aseankg.description import description_files, version_files
from aseankg.description.dcat import read_version
from aseankg.description.dumps import mapping_dumps, packed, plain_dumps
from aseankg.description.release import DumpFile, Release
from aseankg.errors import ConfigurationError
from aseankg.namespaces import AKG, graph
from aseankg.validate import Report

__all__ = ["publish"]

_KEPT = 3  # builds kept beside the current one


@dataclass(frozen=True)
class _Prepared:
    """All that is to be written: the files of the build and of its version's dumps, by name."""

    manifest: dict[str, Any]
    files: Mapping[str, bytes]
    dumps: Mapping[str, bytes]


def publish(dataset: Dataset, folder: Path, root: Path) -> Build:
    """Write a dataset below `folder` and turn `current` to it; the same dataset gives the same bytes.

    Raises ConfigurationError, leaving the last good build in place, when the folder cannot be written, and
    DataError when a question of `root` is not of its form.
    """
    prepared = _prepare(dataset, root, folder)
    temporary, beside = folder / f".building-{os.getpid()}", folder / f".building-dumps-{os.getpid()}"
    target = folder / prepared.manifest["build"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        _write_all(temporary, prepared.files)
        _keep(prepared.dumps, beside, folder / DUMPS / prepared.manifest["dataset version"])
        _put(temporary, target)
        _turn(folder, target)
    except OSError as error:
        for path in (temporary, beside):
            shutil.rmtree(path, ignore_errors=True)
        raise ConfigurationError(
            f"The build could not be written below {folder}: {error.strerror or error}. "
            "The last good build, if there is one, is untouched. Free the disk or set ASEANKG_BUILD_DIR."
        ) from error
    _remove_old(folder, target)
    return Build(target, prepared.manifest)


def _prepare(dataset: Dataset, root: Path, folder: Path) -> _Prepared:
    plain = plain_dumps(dataset.quads) | mapping_dumps(dataset.inputs)
    files = {DATASET: plain["aseankg.nq"], VALIDATION: _json(_validation(dataset))}
    # What is inside the archives counts, not how one version of zlib packs it.
    name = f"{version('aseankg')}-{_digest(files | plain)[:8]}"
    dumps = _sent_before(folder / DUMPS / name, packed(plain))
    entries = {name: DumpFile(len(octets), _sha256(octets)) for name, octets in dumps.items()}
    release = Release(name, dataset.quads, entries, _others(folder, name))
    described, own = description_files(release, root), version_files(release, root)
    sums = "".join(f"{entry.sha256}  {name}\n" for name, entry in entries.items()).encode()
    # Descriptions are of the build, for what is served is known by it; they are not of the version.
    build = _digest(files | plain | described | {f"{DUMPS}/{name}": octets for name, octets in own.items()})[:16]
    manifest = _manifest(dataset, root, build, files) | {"dataset version": name, "dumps": _entries(dumps)}
    return _Prepared(manifest, {**files, **described, MANIFEST: _json(manifest)}, {**dumps, CHECKSUMS: sums, **own})


def _digest(files: Mapping[str, bytes]) -> str:
    return _sha256(_json({name: _sha256(octets) for name, octets in files.items()}))


def _sent_before(folder: Path, dumps: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the dumps of a version, those that lie there whole as they lie: another zlib may pack them otherwise."""
    try:
        known = checksums_of(folder)
    except (OSError, UnicodeDecodeError):  # there is none yet, or it is damaged
        return dict(dumps)
    files = {name: folder / name for name in dumps if name in known and (folder / name).is_file()}
    found = {name: file.read_bytes() for name, file in files.items()}
    return {**dumps, **{name: octets for name, octets in found.items() if _sha256(octets) == known[name]}}


def _others(folder: Path, current: str) -> dict[str, list[Triple]]:
    """What the other versions that are kept say of themselves; one that cannot be read is logged and left out."""
    found = {}
    for name in sorted(set(find_versions(folder)) - {current}):
        file = folder / DUMPS / name / DCAT_FILE
        try:
            found[name] = read_version(name, file.read_bytes())
        except (OSError, SyntaxError) as error:
            logging.getLogger(__name__).warning("%s is left out of the catalogue: %s", file, error)
    return found


def _keep(dumps: Mapping[str, bytes], temporary: Path, target: Path) -> None:
    """Put the dumps of a version where they stay; where they are already, nothing is written.

    A folder that is damaged or whose descriptions are older gives way whole: nobody finds half of each.
    """
    if all((target / name).is_file() and (target / name).read_bytes() == octets for name, octets in dumps.items()):
        return
    target.parent.mkdir(exist_ok=True)
    _write_all(temporary, dumps)
    _exchange(temporary, target)
    _sync(target.parent)


def _exchange(temporary: Path, target: Path) -> None:
    """Rename the folder to its target; what stood there is put aside before, and put back where that fails."""
    old = temporary.with_name(f".building-old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        temporary.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, octets in files.items():
        _write(folder / name, octets)
    _sync(folder)


def _write(file: Path, octets: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(octets)
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


def _manifest(dataset: Dataset, root: Path, build: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    names = Counter(_short(str(quad.graph_name.value)) for quad in dataset.quads)  # type: ignore[union-attr]
    layers = {_short(quad.subject.value): quad.object.value for quad in dataset.quads if quad.predicate == AKG.layer}  # type: ignore[union-attr]
    return {
        "build": build,
        "version": version("aseankg"),
        "engines": {name: version(name) for name in ("owlrl", "pyoxigraph", "pyshacl", "rdflib")},
        "quads": len(dataset.quads),
        "triples": len({quad.triple for quad in dataset.quads}),
        "graphs": dict(names),
        "layers": layers,
        "layer triples": _layer_triples(dataset, layers),
        "files": _entries(files),
        "inputs": input_checksums(dataset.inputs, root),
    }


def _layer_triples(dataset: Dataset, layers: Mapping[str, str]) -> dict[str, int]:
    """How many triples each layer has, one that stands in two of its graphs counted once."""
    found: dict[str, set[Triple]] = defaultdict(set)
    for quad in dataset.quads:
        layer = layers.get(_short(str(quad.graph_name.value)))  # type: ignore[union-attr]
        if layer is not None:
            found[layer].add(quad.triple)
    return {layer: len(triples) for layer, triples in found.items()}


def _short(name: str) -> str:
    return name.removeprefix(graph("").value)


def _entries(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: {"bytes": len(octets), "sha256": _sha256(octets)} for name, octets in files.items()}


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


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
