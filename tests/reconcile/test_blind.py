"""Names written by a hand that had not read the matcher: how many are matched, and that none is matched wrongly.

What each means stands in blind.tsv, with why. Not here: the set that was written beside the matcher (test_spellings).
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from aseankg.api import KnowledgeGraph
from aseankg.namespaces import ID
from aseankg.reconcile import Reconciler

UNSURE = ("ambiguous", "none")


def _verdict(row: dict[str, str], reconciler: Reconciler) -> str:
    found = reconciler.candidates(row["text"], [row["kind"]] if row["kind"] else ())
    matched = [one.iri.removeprefix(ID) for one in found if one.match]
    if row["expected"] in UNSURE:
        return "wrong" if matched else "left to a person"
    if matched:
        return "right" if matched == [row["expected"]] else "wrong"
    return "first" if found and found[0].iri == ID + row["expected"] else "missed"


def test_no_name_is_matched_wrongly_and_most_that_mean_something_lead_there(kg: KnowledgeGraph) -> None:
    lines = (Path(__file__).parent / "blind.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    sure = [row for row in rows if row["expected"] not in UNSURE]
    assert len(sure) > 80 and len(rows) - len(sure) > 50
    reconciler = Reconciler.of_store(kg.store)
    verdicts = {row["text"]: _verdict(row, reconciler) for row in rows}
    assert [text for text, verdict in verdicts.items() if verdict == "wrong"] == []
    counts = Counter(_verdict(row, reconciler) for row in sure)
    assert counts["right"] >= 0.7 * len(sure)
    assert counts["right"] + counts["first"] >= 0.95 * len(sure)
