"""A build is published whole or not at all, and the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from aseankg.build import Dataset, build_dataset
from aseankg.builds import Build, get_current
from aseankg.errors import ConfigurationError
from aseankg.publish import publish


def test_two_builds_give_the_same_bytes(published: Build, root: Path, tmp_path: Path) -> None:
    again = publish(build_dataset(root, [], progress=lambda words: None), tmp_path, root)
    for name in ("dataset.nq", "manifest.json", "validation.json"):
        assert (again.folder / name).read_bytes() == (published.folder / name).read_bytes()


def test_manifest_counts_and_checksums_are_true(published: Build) -> None:
    manifest = json.loads((published.folder / "manifest.json").read_text(encoding="utf-8"))
    octets = published.dataset.read_bytes()
    assert manifest["files"]["dataset.nq"] == {"bytes": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
    store = Store()
    store.load(octets, format=RdfFormat.N_QUADS)
    assert manifest["quads"] == len(store) == sum(manifest["graphs"].values())
    assert manifest["version"]
    text = "data/sources/rap-vientiane/regional-action-plan-vientiane-declaration.txt"
    assert manifest["inputs"][text] == "6e0f127c2dcbe5c3b3f8bc0c893d43c9e97acde8b53851b314e2c02d720e8d5a"
    assert "/" not in min(manifest["inputs"])[:1]  # paths are relative: another machine gives the same bytes


def test_current_points_to_the_build(published: Build) -> None:
    assert get_current(published.folder.parent).folder == published.folder.resolve()


def test_a_damaged_dataset_is_not_served(dataset: Dataset, root: Path, tmp_path: Path) -> None:
    build = publish(dataset, tmp_path, root)
    with build.dataset.open("ab") as stream:
        stream.write(b"<x:a> <x:b> <x:c> .\n")
    with pytest.raises(ConfigurationError, match="not the file that was published"):
        get_current(tmp_path)


def test_no_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Run `aseankg build`"):
        get_current(tmp_path)


def test_a_full_disk_leaves_the_last_build_in_place(published: Build, root: Path, tmp_path: Path) -> None:
    """The kernel refuses to write more than 100 kB a file, as a full disk would."""
    good = tmp_path / "good"
    good.mkdir()
    (tmp_path / "current").symlink_to("good")
    for file in published.folder.iterdir():
        (good / file.name).write_bytes(file.read_bytes())
    before = sorted(path.name for path in tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "aseankg", "build", "--build-dir", str(tmp_path)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "could not be written" in done.stderr and "untouched" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert get_current(tmp_path).folder == good.resolve()


def test_kill_9_leaves_the_last_build_in_place(dataset: Dataset, published: Build, root: Path, tmp_path: Path) -> None:
    good = publish(dataset, tmp_path, root).folder
    other = Dataset(dataset.quads[:-1], [], dataset.before, dataset.after, dataset.checks, dataset.inputs)
    caught = 0
    for _ in range(20):
        child = multiprocessing.get_context("fork").Process(target=publish, args=(other, tmp_path, root))
        child.start()
        folder = tmp_path / f".building-{child.pid}"
        while not folder.exists() and child.is_alive():
            time.sleep(0.0005)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        caught += child.exitcode == -signal.SIGKILL and folder.exists()
        assert get_current(tmp_path).folder.exists()
        if caught:
            break
    assert caught
    assert get_current(tmp_path).folder == good.resolve()
    publish(dataset, tmp_path, root)
    assert list(tmp_path.glob(".*")) == []  # what the killed one left is gone


def test_old_builds_are_removed_but_not_all(dataset: Dataset, root: Path, tmp_path: Path) -> None:
    for count in range(6):
        part = Dataset(dataset.quads[count:], [], dataset.before, dataset.after, dataset.checks, [])
        current = publish(part, tmp_path, root)
    builds = [path for path in tmp_path.iterdir() if not path.is_symlink() and path.name != "dumps"]
    assert len(builds) == 4 and current.folder in builds
