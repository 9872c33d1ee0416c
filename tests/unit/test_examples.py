"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src"


def test_every_doctest_holds() -> None:
    names = [".".join(file.relative_to(SOURCES).with_suffix("").parts) for file in sorted(SOURCES.rglob("[!_]*.py"))]
    results = {name: doctest.testmod(importlib.import_module(name)) for name in names}
    assert {name: result for name, result in results.items() if result.failed} == {}
    assert sum(result.attempted for result in results.values()) > 8
