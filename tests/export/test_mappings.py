"""Mappings as SSSOM and graphs as RDF: what is written is what was read, by our readers and by others'."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sssom_pydantic
from pyoxigraph import Quad, RdfFormat, parse

from aseankg.api import KnowledgeGraph
from aseankg.errors import UsageError
from aseankg.export import GRAPHS, RDF_FORMATS, mapping_table, rdf_bytes
from aseankg.mappings import Mapping, read_mappings
from aseankg.namespaces import graph

FORMS = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}


def shipped(root: Path, name: str) -> Counter[Mapping]:
    return Counter(
        bare(one) for file in sorted((root / "data" / name).glob("*.sssom.tsv")) for one in read_mappings(file).mappings
    )


def bare(one: Mapping) -> Mapping:
    """The row without its place, its confidence as the number that it is."""
    return replace(one, file=None, line=None, confidence=str(Decimal(one.confidence).normalize()),
                   authors=tuple(sorted(one.authors, key=str)))  # fmt: skip


def written(kg: KnowledgeGraph, folder: Path, name: str = "") -> Path:
    file = folder / "out.sssom.tsv"
    file.write_bytes(mapping_table(kg.store, "1.0", name))
    return file


@pytest.mark.parametrize("name", GRAPHS)
def test_reading_again_gives_the_rows_that_people_wrote(
    kg: KnowledgeGraph, root: Path, tmp_path: Path, name: str
) -> None:
    found = Counter(bare(one) for one in read_mappings(written(kg, tmp_path, name)).mappings)
    assert found == shipped(root, name)


def test_all_of_them_stand_in_one_table(kg: KnowledgeGraph, root: Path, tmp_path: Path) -> None:
    found = Counter(bare(one) for one in read_mappings(written(kg, tmp_path)).mappings)
    assert found == shipped(root, "alignment") + shipped(root, "links")
    assert sum(one.negated and not one.dissents for one in found) > 50  # rejected
    assert sum(one.dissents for one in found) == 10  # each beside the row that it contests


def test_library_of_sssom_reads_every_row(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = written(kg, tmp_path)
    mappings, _, metadata = sssom_pydantic.read(file)
    assert len(mappings) == len(read_mappings(file).mappings)
    assert sum(bool(one.predicate_modifier) for one in mappings) == sum(
        one.negated for one in read_mappings(file).mappings
    )
    assert str(metadata.id) == "https://w3id.org/aseankg/id/mapping-set/all"


@pytest.mark.parametrize("form", FORMS)
def test_graph_is_read_again_as_it_is(kg: KnowledgeGraph, form: str) -> None:
    home = graph("plan/rap-vientiane")
    found = set(parse(rdf_bytes(kg.store, form, ("plan/rap-vientiane",)), format=FORMS[form]))
    assert found == set(kg.store.quads_for_pattern(None, None, None, home)) and len(found) > 300


def test_turtle_merges_the_graphs_that_are_asked_for(kg: KnowledgeGraph) -> None:
    names = ("alignment", "links")
    found = {quad.triple for quad in parse(rdf_bytes(kg.store, "turtle", names), format=RdfFormat.TURTLE)}
    assert found == {
        quad.triple for name in names for quad in kg.store.quads_for_pattern(None, None, None, graph(name))
    }


def test_whole_is_every_quad(kg: KnowledgeGraph) -> None:
    found: set[Quad] = set(parse(rdf_bytes(kg.store, "nquads"), format=RdfFormat.N_QUADS))
    assert len(found) == len(kg.store)


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_graph_that_is_none_names_the_nearest(kg: KnowledgeGraph, form: str) -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'plan/rap-vientiane'"):
        rdf_bytes(kg.store, form, ("plan/rap",))
