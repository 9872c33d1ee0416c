"""The network: as many nodes and ties as the graph has, each with its layer and passage; read again by networkx.

Not here: the command (test_command).
"""

from __future__ import annotations

import csv
import io
from collections import Counter

import networkx
import pytest

from aseankg.api import KnowledgeGraph
from aseankg.errors import UsageError
from aseankg.export import Choice, Network, csv_files, gexf, graphml, network_of

ID = "https://w3id.org/aseankg/id/"
FORMS = {"graphml": (graphml, networkx.read_graphml), "gexf": (gexf, networkx.read_gexf)}


@pytest.fixture(scope="module")
def network(kg: KnowledgeGraph) -> Network:
    return network_of(kg.store)


def count(kg: KnowledgeGraph, pattern: str) -> int:
    found = kg.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(next(iter(found))["n"].value)  # type: ignore[union-attr,arg-type,call-overload]


def read(form: str, network: Network) -> networkx.MultiDiGraph:
    write, reader = FORMS[form]
    return reader(io.BytesIO(write(network)))


@pytest.mark.parametrize("form", FORMS)
def test_networkx_reads_every_node_and_tie_again(network: Network, form: str) -> None:
    found = read(form, network)
    assert set(found.nodes) == {node.iri for node in network.nodes}
    ties = Counter((one, other, said["property"], said["graph"]) for one, other, said in found.edges(data=True))
    assert ties == Counter((tie.source, tie.target, tie.property, tie.graph) for tie in network.ties)
    assert len(network.ties) > 900


@pytest.mark.parametrize("form", FORMS)
def test_tie_keeps_layer_passage_and_words(network: Network, form: str) -> None:
    found = read(form, network)
    (said,) = found.get_edge_data(ID + "rap-vientiane/activity/1", ID + "country/vnm").values()
    assert (said["layer"], said["graph"]) == ("stated", "plan/rap-vientiane")
    assert said["words"] == "Viet Nam" and said["passage"].startswith(ID + "source/rap-vientiane/passage/")


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("body", "?x a akg:Body"), ("country", "?x a akg:Country"), ("plan", "?x a akg:Plan"),
        ("activity", "?x a akg:Activity"), ("thematic-area", "?x a akg:ThematicArea"),
    ],
)  # fmt: skip
def test_kinds_are_counted_as_sparql_counts_them(kg: KnowledgeGraph, network: Network, kind: str, pattern: str) -> None:
    assert sum(node.kind == kind for node in network.nodes) == count(kg, pattern) > 0


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("leadCountry", "GRAPH ?g { ?s akg:leadCountry ?o }"),
        ("responsibleBody", "GRAPH ?g { ?s akg:responsibleBody ?o }"),
        ("nationalLead", "GRAPH ?g { ?s akg:nationalLead ?o }"),
        ("cites", "GRAPH ?g { ?s akg:cites ?o }"),
        ("serves", "GRAPH ?g { ?s akg:serves ?o }"),
        ("partOf", "GRAPH ?g { ?s akg:partOf ?o }"),
    ],
)
def test_ties_are_counted_as_sparql_counts_them(kg: KnowledgeGraph, network: Network, name: str, pattern: str) -> None:
    assert sum(tie.property.endswith(f"#{name}") for tie in network.ties) == count(kg, pattern) > 0


def test_what_a_rule_only_turns_round_or_widens_is_no_tie_of_its_own(network: Network) -> None:
    inferred = Counter(tie.property.rpartition("#")[2] for tie in network.ties if tie.layer == "inferred")
    assert inferred == {"nationalLead": 30, "countryCoordinator": 6, "coordinator": 1}


def test_layers_can_be_chosen(kg: KnowledgeGraph) -> None:
    found = network_of(kg.store, Choice(layers=("curated",)))
    assert {tie.layer for tie in found.ties} == {"curated"}
    assert all(tie.note for tie in found.ties if tie.family == "role")  # our reading says why


def test_plan_has_its_parts_and_what_is_tied_to_them(kg: KnowledgeGraph) -> None:
    found = network_of(kg.store, Choice(plans=("rap-vientiane",), kinds=("activity", "country", "plan")))
    assert {node.kind for node in found.nodes} == {"activity", "country", "plan"}
    activities = {node.iri for node in found.nodes if node.plan == ID + "plan/rap-vientiane"}
    assert len(activities) == 15
    assert all({tie.source, tie.target} & activities for tie in found.ties)


@pytest.mark.parametrize(
    ("choice", "hint"),
    [
        (Choice(plans=("rap",)), "'rap-vientiane'"), (Choice(layers=("curate",)), "'curated'"),
        (Choice(kinds=("bodies",)), "'body'"),
    ],
    ids=["plan", "layer", "kind"],
)  # fmt: skip
def test_misspelt_choice_names_the_nearest(kg: KnowledgeGraph, choice: Choice, hint: str) -> None:
    with pytest.raises(UsageError, match=f"Did you mean {hint}"):
        network_of(kg.store, choice)


def test_tables_have_the_columns_of_gephi_and_every_row(network: Network) -> None:
    files = csv_files(network)
    rows = {name: list(csv.DictReader(io.StringIO(octets.decode("utf-8")))) for name, octets in files.items()}
    assert list(rows["nodes.csv"][0])[:2] == ["Id", "Label"]
    assert list(rows["edges.csv"][0])[:5] == ["Id", "Source", "Target", "Type", "Label"]
    assert (len(rows["nodes.csv"]), len(rows["edges.csv"])) == (len(network.nodes), len(network.ties))
    assert {row["Type"] for row in rows["edges.csv"]} == {"Directed"}
    assert {row["Source"] for row in rows["edges.csv"]} <= {row["Id"] for row in rows["nodes.csv"]}


def test_things_of_other_peoples_data_have_names(network: Network) -> None:
    outside = {node.iri: node.label for node in network.nodes if node.kind == "external"}
    assert outside["http://eurovoc.europa.eu/1074"] == "vocational training"
    assert all(label and label != iri for iri, label in outside.items())
