"""pySHACL and pyshifty give the same report, on every file of the shapes' tests and on the shipped data."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from aseankg.build import Dataset
from aseankg.namespaces import graph
from aseankg.validate import Result, validate, validate_given
from aseankg.validate.inputs import find_inputs
from aseankg.validate.shapes import read_shapes

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "data" / "shapes").glob("*valid/*.ttl"))


SHAPES = cache(lambda: read_shapes(ROOT))


def results(file: Path, engine: str) -> tuple[Result, ...]:
    return validate_given(find_inputs([file]), ROOT, SHAPES(), engine).results


def test_there_are_valid_and_invalid_files() -> None:
    assert {file.parent.name for file in FILES} == {"valid", "invalid"}
    assert len(FILES) > 150


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_engines_agree_on_focus_shape_component_path_severity_value_and_message(file: Path) -> None:
    reference = results(file, "pyshacl")
    assert results(file, "pyshifty") == reference
    assert (reference == ()) == (file.parent.name == "valid")


def test_engines_agree_on_the_shipped_data(dataset: Dataset, root: Path) -> None:
    quads = [quad for quad in dataset.quads if quad.graph_name not in (graph("shapes"), graph("report"))]
    fast = validate(quads, root, "pyshifty")
    assert fast.looked_at == dataset.after.looked_at > 2000
    assert fast.focus_nodes == dataset.after.focus_nodes
    assert [one.key for one in fast.results] == [one.key for one in dataset.after.results]
    assert [one.message for one in fast.results] == [one.message for one in dataset.after.results]
