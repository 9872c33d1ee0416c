"""The counts in the README are those of the graph."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
CLASSES = {
    "thematic areas": "akg:ThematicArea",
    "key result areas": "akg:KeyResultArea",
    "intermediate targets": "akg:IntermediateTarget",
    "strategies of the Declaration": "akg:Strategy",
    "activities": "akg:Activity",
    "projects and commitments": "akg:Project, akg:Commitment",
    "indicators": "akg:PerformanceIndicator",
    "notes and footnotes": "akg:Note, akg:Footnote",
    "provisions to monitor and implement": "akg:MonitoringProvision, akg:ImplementationPoint",
    "cross-references": "akg:CrossReference",
    "oddities kept and named": "akg:SourceAnomaly",
    "reports of what happened": "akg:ImplementationReport",
    "mappings, those judged not to match included": "sssom:Mapping",
}


def _table() -> dict[str, list[int]]:
    """What the README says: counts for the Work Programme, the Action Plan and elsewhere."""
    part = re.search(r"<!-- counts.*?-->(.*?)<!-- end of counts -->", README, re.DOTALL)
    assert part is not None
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part[1].strip().splitlines()[2:]]
    return {name: [int(cell or 0) for cell in cells] for name, *cells in rows}


@pytest.mark.parametrize(("name", "counts"), _table().items(), ids=_table())
def test_count_in_the_readme(kg: KnowledgeGraph, name: str, counts: list[int]) -> None:
    found = kg.query(
        "PREFIX akg: <https://w3id.org/aseankg/ontology#> PREFIX sssom: <https://w3id.org/sssom/> SELECT ?place (COUNT(DISTINCT ?thing) AS ?count) WHERE { "
        "?thing a ?class . OPTIONAL { ?thing akg:evidence/akg:inSource ?source "
        "FILTER (?class IN (akg:CrossReference, akg:SourceAnomaly)) } "
        f"FILTER (?class IN ({CLASSES[name]})) "
        'BIND (REPLACE(STR(COALESCE(?source, ?thing)), "^.*/(alm-wp-2016-2020|rap-vientiane)(/.*)?$", "$1") AS ?end) '
        'BIND (IF(?end IN ("alm-wp-2016-2020", "rap-vientiane"), ?end, "elsewhere") AS ?place) } GROUP BY ?place'
    )
    graph = {place: int(count) for place, count in found.texts()}
    assert counts == [graph.get(place, 0) for place in ("alm-wp-2016-2020", "rap-vientiane", "elsewhere")]
    assert sum(counts) > 0


def test_the_readme_counts_every_class_once() -> None:
    assert list(_table()) == list(CLASSES)
