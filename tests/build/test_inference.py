"""The SPARQL rules say what owlrl says of the instances; owlrl is the oracle."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Triple

from aseankg.build import Dataset
from aseankg.infer import infer
from aseankg.namespaces import AKG, graph

ID = "https://w3id.org/aseankg/id/"
INFERRED = {graph("inferred/stated"), graph("inferred/curated")}


@pytest.fixture(scope="module")
def premises(dataset: Dataset) -> list[Quad]:
    system = {*INFERRED, graph("shapes"), graph("meta")}
    return [quad for quad in dataset.quads if quad.graph_name not in system]


def test_rules_and_owlrl_infer_the_same_of_instances(premises: list[Quad], root: Path) -> None:
    rules = set(infer(premises, root, "rules"))
    owlrl = set(infer(premises, root, "owlrl"))
    print(f"rules {len(rules)}, owlrl {len(owlrl)}, only rules {len(rules - owlrl)}, only owlrl {len(owlrl - rules)}")
    assert len(rules) > 2000
    assert rules ^ owlrl == set()


def test_nothing_inferred_is_stated_already(dataset: Dataset, premises: list[Quad]) -> None:
    stated = {quad.triple for quad in premises}
    inferred = [quad for quad in dataset.quads if quad.graph_name in INFERRED]
    assert len(inferred) > 2000
    assert [quad for quad in inferred if quad.triple in stated] == []


@pytest.mark.parametrize(
    ("graph_name", "subject", "term", "value"),
    [
        # inverses and super-roles
        ("stated", "body/acmw", "responsibleFor", "alm-wp-2016-2020/thematic-area/14"),
        ("stated", "alm-wp-2016-2020/thematic-area/14", "involves", "body/acmw"),
        ("stated", "body/acmw", "involvedIn", "alm-wp-2016-2020/thematic-area/14"),
        ("stated", "rap-vientiane/activity/1", "leadActor", "country/vnm"),
        # what is part of a part
        ("stated", "alm-wp-2016-2020/project/1.1", "partOfTransitive", "plan/alm-wp-2016-2020"),
        ("stated", "alm-wp-2016-2020/monitoring/b.a", "partOfTransitive", "alm-wp-2016-2020/note/3"),
        # symmetric links
        ("stated", "slom-wg-wp-2016-2020/activity/rap-fn3", "sameActivityAs", "rap-vientiane/activity/2"),
        # chains: the coordinator of the project coordinates its area
        ("stated", "alm-wp-2016-2020/thematic-area/1", "countryCoordinator", "country/vnm"),
        # groups
        ("stated", "rap-vientiane/activity/14a", "nationalLead", "country/brn"),
        ("stated", "country/brn", "leadsNationally", "rap-vientiane/activity/14a"),
        # our reading of row 13 is a premise: its consequences are kept apart
        ("curated", "body/slom", "leads", "rap-vientiane/activity/13"),
        ("curated", "body/som-amaf", "contributesTo", "rap-vientiane/activity/13"),
        ("stated", "body/slom", "involvedIn", "rap-vientiane/activity/13"),
    ],
)
def test_inferred(dataset: Dataset, graph_name: str, subject: str, term: str, value: str) -> None:
    predicate = NamedNode(f"https://w3id.org/aseankg/ontology#{term}")
    triple = Triple(NamedNode(ID + subject), predicate, NamedNode(ID + value))
    assert [quad.graph_name for quad in dataset.quads if quad.triple == triple] == [graph(f"inferred/{graph_name}")]


def test_no_lead_or_date_is_copied_to_a_counterpart(dataset: Dataset) -> None:
    counterparts = f"{ID}slom-wg-wp-2016-2020/activity/rap-fn3"
    terms = {quad.predicate for quad in dataset.quads if quad.subject.value == counterparts}
    assert terms.isdisjoint({AKG.leadActor, AKG.leadCountry, AKG.startDate, AKG.title})


def test_timor_leste_leads_nothing(dataset: Dataset) -> None:
    tls = NamedNode(f"{ID}country/tls")
    assert any(quad.object == tls for quad in dataset.quads)
    assert not any(quad.object == tls and "national" in quad.predicate.value.lower() for quad in dataset.quads)
