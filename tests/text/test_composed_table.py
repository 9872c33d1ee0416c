"""`show rap-vientiane --as source` puts the table together from single statements; each cell is the source's."""

from __future__ import annotations

import pytest
from pyoxigraph import Quad, Store

from aseankg.build import Dataset
from aseankg.namespaces import AKG, graph, shorten
from aseankg.records import Extraction
from aseankg.show import compose_register
from aseankg.sources import Descriptor

SLUG = "rap-vientiane"
PLAN = graph(f"plan/{SLUG}")
Extractions = dict[str, tuple[Descriptor, Extraction]]

# Which column a triple's cell stands in (0 number, 1 title ... 6 indicator); None: it is written in no cell.
COLUMN_OF = {
    "akg:title": 1, "akg:note": 1, "akg:focusArea": 2, "akg:leadCountry": 3, "akg:leadActor": 3, "akg:nationalLevel": 3,
    "akg:involves": 3, "akg:contributingBody": 4, "akg:startDate": 5, "akg:endDate": 5, "akg:datePrecision": 5,
    "akg:venue": 5, "akg:indicator": 6,
    "akg:partOf": None, "akg:inKeyResultArea": None, "akg:implementsStrategy": None, "akg:timelineText": None,
    "akg:inPlan": None, "akg:order": None, "rdf:type": None, "rdfs:label": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def printed(extractions: Extractions) -> list[list[str]]:
    """The rows of the activities, cut from the text by their tabs."""
    rows = [line.split("\t") for line in extractions[SLUG][1].source.text.split("\n") if "\t" in line]
    return [row for row in rows if any(row[1:]) and row[0] != "No"]


@pytest.fixture(scope="module")
def store(dataset: Dataset) -> Store:
    found = Store()
    found.extend(dataset.quads)
    return found


def test_every_cell_is_equal_to_the_source(store: Store, extractions: Extractions, printed: list[list[str]]) -> None:
    composed = compose_register(store, SLUG, extractions[SLUG][0].layout)
    assert len(printed) == 15
    assert sum(len(row) for row in printed) == 105
    assert composed == printed


def _activity_triples(dataset: Dataset) -> list[Quad]:
    activities = {quad.subject for quad in dataset.quads if quad.graph_name == PLAN and quad.object == AKG.Activity}
    return [quad for quad in dataset.quads if quad.graph_name == PLAN and quad.subject in activities]


def test_removing_a_triple_changes_its_cell_and_no_other(
    store: Store, dataset: Dataset, extractions: Extractions, printed: list[list[str]]
) -> None:
    layout = extractions[SLUG][0].layout
    numbers = {quad.subject: quad.object.value for quad in dataset.quads if quad.predicate == AKG.number}
    rows = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14a", "14b"]
    tried = 0
    for quad in _activity_triples(dataset):
        term = shorten(quad.predicate.value)
        if term in ("akg:number", "rdf:type", "akg:title"):
            continue  # without its number, type or title a row is another row: the tests below
        store.remove(quad)
        composed = compose_register(store, SLUG, layout)
        store.add(quad)
        changed = {
            (row, column)
            for row, (now, before) in enumerate(zip(composed, printed, strict=True))
            for column in range(7)
            if now[column] != before[column]
        }
        column = COLUMN_OF[term]
        assert changed == (set() if column is None else {(rows.index(numbers[quad.subject]), column)}), quad
        tried += 1
    assert tried > 150


def test_removing_a_title_or_number_changes_its_row_only(
    store: Store, dataset: Dataset, extractions: Extractions, printed: list[list[str]]
) -> None:
    layout = extractions[SLUG][0].layout
    for quad in _activity_triples(dataset):
        if quad.predicate not in (AKG.title, AKG.number):
            continue
        store.remove(quad)
        composed = compose_register(store, SLUG, layout)
        store.add(quad)
        missing = [row for row in printed if row not in composed]
        # 14a and 14b share the printed "14": without 14a's number the next row shows it.
        assert len(missing) == 1 or (len(missing) == 2 and quad.subject.value.endswith("/14a")), quad
