"""What the tests of linking share: the names of the real graph, and tables that are linked with them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.linking import Linked, Reading, Wish, link, prepare
from aseankg.reconcile import Reconciler

Link = Callable[..., "Result"]


class Result:
    """What came out of a table: what was told, and the files."""

    def __init__(self, linked: Linked, columns: dict[str, str], folder: Path) -> None:
        self.linked = linked
        self.columns = columns
        self.folder = folder

    def rows(self, ending: str = ".csv") -> list[dict[str, str]]:
        with (self.folder / f"table-linked{ending}").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    @property
    def rdf(self) -> Path:
        return self.folder / "table-linked.trig"


@pytest.fixture(scope="session")
def reconciler(kg: KnowledgeGraph) -> Reconciler:
    return Reconciler.of_store(kg.store)


@pytest.fixture
def linked(reconciler: Reconciler, tmp_path: Path) -> Link:
    """Link a table, given as its words, its bytes, or a file."""

    def _link(table: str | bytes | Path, columns: dict[str, str] | None = None, **more: object) -> Result:
        file = table if isinstance(table, Path) else tmp_path / "table.csv"
        if not isinstance(table, Path):
            file.write_bytes(table.encode() if isinstance(table, str) else table)
        reading = Reading(**{name: more.pop(name) for name in list(more) if name in Reading.__dataclass_fields__})  # type: ignore[arg-type]
        prepared = prepare(file, Wish(columns or {}, reading, **more), reconciler)  # type: ignore[arg-type]
        out = tmp_path / "out"
        return Result(link(prepared, out), {column.head: column.holds for column in prepared.columns}, out)

    return _link
