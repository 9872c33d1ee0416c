"""Each shape can fail, fails alone, and is silent about good data.

The files of tests/data/shapes name on their first line the shape they satisfy or break.
Not here: the shapes on the real plans, which the build checks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection

ROOT = Path(__file__).parents[2]
AKSH = "https://w3id.org/aseankg/shapes#"
SHAPES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
MODULES = sorted(set((ROOT / "ontology").rglob("*.ttl")) - set(SHAPES))
VALID = sorted((ROOT / "tests" / "data" / "shapes" / "valid").glob("*.ttl"))
INVALID = sorted((ROOT / "tests" / "data" / "shapes" / "invalid").glob("*.ttl"))


@cache
def shapes() -> Graph:
    return load(SHAPES)


@cache
def ontology() -> Graph:
    return load(MODULES)


def load(files: list[Path]) -> Graph:
    graph = Graph()
    for file in files:
        graph.parse(file)
    return graph


def results(file: Path) -> Graph:
    """Return the validation report on one file, merged with the ontology as the build merges them."""
    data = load([file]) + ontology()
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), inference="none", advanced=False)
    assert isinstance(report, Graph)
    return report


def broken(file: Path) -> set[str]:
    return {str(shape).removeprefix(AKSH) for shape in results(file).objects(None, SH.sourceShape)}


def named(file: Path, word: str) -> str:
    """Return the shape that the first line of a file names."""
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    match = re.fullmatch(rf"# {word}: aksh:(\w+)", first)
    assert match, f"{file}: the first line must read '# {word}: aksh:Name', not {first!r}"
    return match[1]


def all_shapes() -> set[str]:
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {str(shape).removeprefix(AKSH) for kind in kinds for shape in shapes().subjects(RDF.type, kind)}


def silent_shapes() -> set[str]:
    """Return the shapes that others combine (sh:or, sh:xone, sh:not): they report nothing themselves."""
    graph = shapes()
    found = set(graph.objects(None, SH["not"]))
    for combination in (SH["or"], SH.xone):
        for members in graph.objects(None, combination):
            found.update(Collection(graph, members))
    found.update(part for shape in list(found) for part in graph.objects(shape, SH.property))
    return {str(shape).removeprefix(AKSH) for shape in found}


def only_holds_properties(shape: str) -> bool:
    """Say whether a node shape has no constraint of its own, so that only its property shapes report."""
    frame = {RDF.type, SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.property}
    frame |= {SH.severity, SH.message, SH.description, SH.path}
    return set(shapes().predicates(URIRef(AKSH + shape))) <= frame


def test_there_are_shapes_and_files() -> None:
    assert len(SHAPES) == 7
    assert VALID
    assert INVALID
    assert len(all_shapes()) > 100


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_valid_file_gives_no_result(file: Path) -> None:
    assert named(file, "satisfies") in all_shapes()
    assert broken(file) == set()


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_file_breaks_only_the_shape_it_names(file: Path) -> None:
    assert broken(file) == {named(file, "breaks")}


@pytest.mark.parametrize("shape", sorted(all_shapes() - silent_shapes()))
def test_shape_has_its_files(shape: str) -> None:
    satisfied = {named(file, "satisfies") for file in VALID}
    unsettled = {named(file, "breaks") for file in INVALID}
    if only_holds_properties(shape):
        assert shape in satisfied | unsettled
    else:
        assert shape in unsettled


@pytest.mark.parametrize("shape", sorted(all_shapes()))
def test_shape_says_how_bad_what_and_why(shape: str) -> None:
    for term in (SH.severity, SH.message, SH.description):
        assert len(list(shapes().objects(URIRef(AKSH + shape), term))) == 1, term


def test_every_shape_has_a_name() -> None:
    graph = shapes()
    nodes = {shape for kind in (SH.NodeShape, SH.PropertyShape) for shape in graph.subjects(RDF.type, kind)}
    nodes |= set(graph.objects(None, SH.property)) | set(graph.objects(None, SH.sparql))
    unnamed = [node for node in nodes if not str(node).startswith(AKSH)]
    assert unnamed == []


def test_every_property_shape_has_a_target_or_a_shape_that_holds_it() -> None:
    graph = shapes()
    held = set(graph.objects(None, SH.property)) | set(graph.subjects(SH.targetClass))
    loose = [
        shape for shape in graph.subjects(RDF.type, SH.PropertyShape)
        if shape not in held and str(shape).removeprefix(AKSH) not in silent_shapes()
    ]  # fmt: skip
    assert loose == []


def test_shapes_are_good_shacl() -> None:
    conforms, _, text = pyshacl.validate(ontology(), shacl_graph=shapes(), meta_shacl=True, inference="none")
    assert conforms, text
