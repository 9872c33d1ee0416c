"""Reads a TOML file of entries (`[[anomaly]]`, `[[report]]` …) by its model, and says in which line a fault stands."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from aseankg.errors import DataError
from aseankg.sources import read_toml

__all__ = ["line_of_entry", "read_entries"]

_File = TypeVar("_File", bound=BaseModel)


def read_entries(path: Path, model: type[_File]) -> _File:
    """Return the file as its model; DataError with the line of the entry for what is not of its form."""
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        found = error.errors()[0]
        place = found["loc"]
        table, index = place[0], place[1] if len(place) > 1 else None
        line = line_of_entry(path, str(table), index) if isinstance(index, int) else None
        raise DataError(f"{'.'.join(map(str, place))}: {found['msg']}", path, line) from error


def line_of_entry(path: Path, table: str, index: int) -> int | None:
    """Return the line in which the entry with this place among those of its table, counted from 0, begins."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    starts = [number for number, line in lines if line.strip() == f"[[{table}]]"]
    return starts[index] if index < len(starts) else None
