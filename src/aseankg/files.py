"""Writes files and folders whole or not at all: beside their place first, then renamed in one step.

Not here: builds, which are kept, turned to and removed besides (publish).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from aseankg.errors import ConfigurationError, UsageError

__all__ = ["FULL", "write_file", "write_folder"]

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of errors, those of a disk or a quota that is full


def write_file(target: Path, octets: bytes) -> None:
    """Write a file, in place of what was there, whole or not at all; a device or a pipe is written to.

    Raises UsageError where the place is a folder or lies in none, ConfigurationError where the disk is full.
    """
    with _told(target):
        _require_home(target)
        if target.is_dir():
            raise UsageError(f"{target} is a folder: expected a file. Name a file in it.")
        if target.exists() and not target.is_file():
            target.write_bytes(octets)
            return
        place = target.resolve()  # a link stays a link
        beside = _beside(place)
        try:
            _write(beside, octets)
            beside.replace(place)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder with files by their names, which may have slashes; whole or not at all.

    Raises UsageError where there is something that is not an empty folder, ConfigurationError where the disk
    is full.
    """
    with _told(target):
        _require_home(target)
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise UsageError(f"{target} exists already and is kept: name a folder that is new or empty.")
        beside = _beside(target.resolve())
        try:
            for name, octets in files.items():
                (beside / name).parent.mkdir(parents=True, exist_ok=True)
                _write(beside / name, octets)
            beside.replace(target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def _require_home(target: Path) -> None:
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{target}: there is no folder {target.parent}. Make it, or name another.")


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}")


def _write(file: Path, octets: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(octets)
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        words = f"{target} cannot be written: {error.strerror or error}. Nothing is half-written."
        if error.errno in FULL:
            raise ConfigurationError(f"{words} Free the disk, or name another place.") from error
        raise UsageError(f"{words} Name another place.") from error
