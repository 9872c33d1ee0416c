"""A layer names the union of its graphs, in FROM and as the protocol's default graph."""

from __future__ import annotations

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.errors import QueryError
from aseankg.store.request import QueryRequest

LAYER = "https://w3id.org/aseankg/graph/layer/"
LEADS_13 = "{ <https://w3id.org/aseankg/id/rap-vientiane/activity/13> akg:leadActor ?who }"


@pytest.mark.parametrize(
    ("layer", "who"),
    [("stated", []), ("curated", [["body/slom"]]), ("inferred", [])],
    ids=["stated", "curated", "inferred"],
)
def test_a_layer_in_from(kg: KnowledgeGraph, layer: str, who: list[list[str]]) -> None:
    assert kg.query(f"SELECT ?who FROM <{LAYER}{layer}> WHERE {LEADS_13}").texts() == who


def test_two_layers_in_from_are_their_union(kg: KnowledgeGraph) -> None:
    both = f"FROM <{LAYER}stated> FROM <{LAYER}inferred>"
    activity = "<https://w3id.org/aseankg/id/rap-vientiane/activity/1>"
    rows = kg.query(f"SELECT ?role {both} WHERE {{ {activity} ?role country:vnm }} ORDER BY ?role").texts()
    assert rows == [["dcterms:relation"], ["akg:involves"], ["akg:leadActor"], ["akg:leadCountry"]]


def test_a_layer_as_default_graph_of_the_protocol(kg: KnowledgeGraph) -> None:
    prefix = "PREFIX akg: <https://w3id.org/aseankg/ontology#> "
    asked = QueryRequest(f"{prefix} SELECT ?who WHERE {LEADS_13}", ("csv",), default_graphs=(LAYER + "curated",))
    assert kg.engine.answer(asked).body.splitlines()[1:] == [b"https://w3id.org/aseankg/id/body/slom"]


def test_an_unknown_layer_is_an_error_with_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="Did you mean 'stated'"):
        kg.query(f"SELECT ?s FROM <{LAYER}statd> WHERE {{ ?s ?p ?o }}")
