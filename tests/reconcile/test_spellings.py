"""Names as people write them lead to what they mean; a match is made only where there is no doubt.

What each row of spellings.tsv should give was decided by reading, not by running. Not here: what a candidate tells
(test_candidates).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from babel import Locale

from aseankg.api import KnowledgeGraph
from aseankg.namespaces import ID
from aseankg.reconcile import Reconciler
from aseankg.reconcile.countries import languages_of

LEAST_ROWS = 150
OURS = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN")


@dataclass(frozen=True)
class Row:
    """A text with the types asked for, what it means, and whether that is sure."""

    verdict: str
    kinds: tuple[str, ...]
    thing: str
    text: str


def _rows() -> list[Row]:
    lines = (Path(__file__).parent / "spellings.tsv").read_text(encoding="utf-8").split("\n")
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert cells.pop(0) == ["verdict", "kinds", "thing", "text"]
    return [Row(verdict, tuple(filter(None, [kinds])), thing, text) for verdict, kinds, thing, text in cells]


ROWS = _rows()


@pytest.fixture(scope="module")
def reconciler(kg: KnowledgeGraph) -> Reconciler:
    return Reconciler.of_store(kg.store)


def test_there_are_many_spellings_of_each_verdict() -> None:
    verdicts = [row.verdict for row in ROWS]
    assert set(verdicts) == {"match", "ask", "no"}
    assert len(ROWS) >= LEAST_ROWS
    assert min(verdicts.count(verdict) for verdict in set(verdicts)) > LEAST_ROWS / 4


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.text or 'nothing'}-{'-'.join(row.kinds)}")
def test_a_spelling_leads_to_what_is_meant(reconciler: Reconciler, row: Row) -> None:
    found = reconciler.candidates(row.text, row.kinds)
    matches = [candidate.iri.removeprefix(ID) for candidate in found if candidate.match]
    assert matches == ([row.thing] if row.verdict == "match" else [])
    if row.verdict != "no":
        assert [candidate.iri.removeprefix(ID) for candidate in found][:1] == [row.thing]


def test_no_other_country_or_region_of_the_world_is_a_country_of_asean(reconciler: Reconciler) -> None:
    names = {
        name
        for language in languages_of(OURS)
        for code, name in Locale.parse(language).territories.items()
        if code not in OURS
    }
    assert len(names) > 1_000
    assert {name for name in names for one in reconciler.candidates(name, ["country"]) if one.match} == set()


def test_the_code_of_another_country_is_no_country_of_asean(reconciler: Reconciler) -> None:
    codes = {code for code in Locale.parse("en").territories if code not in OURS}
    assert len(codes) > 250
    assert {code for code in codes for one in reconciler.candidates(code, ["country"]) if one.match} == {}.keys()
