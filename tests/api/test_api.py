"""The Python API: what `load()` gives says what is wrong with a question, a setting, a name.

Not here: the answers themselves (tests/queries), the command line (tests/cli).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.builds import Build
from aseankg.errors import ConfigurationError, UsageError
from aseankg.namespaces import ID
from aseankg.settings import Settings, bounds_of

ROOT = Path(__file__).parents[2]


# -- ask ---------------------------------------------------------------------------------------------------


def test_a_misspelt_term_in_a_stored_question_is_in_the_notes(published: Build, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    graph = KnowledgeGraph(published.dataset, Settings())
    graph._queries = tmp_path / "queries"
    file = tmp_path / "queries/questions/coordinators.rq"
    assert graph.ask("coordinators").notes == []
    file.write_text(file.read_text(encoding="utf-8").replace("akg:title", "akg:titel"), encoding="utf-8")
    notes = graph.ask("coordinators").notes
    assert [note for note in notes if "akg:titel is not a term of the ontology" in note]


# -- settings ----------------------------------------------------------------------------------------------

WRONG = [
    ("port", 65_536), ("port", -1), ("deadline", 0), ("deadline", float("nan")), ("deadline", float("inf")),
    ("memory", 10**30), ("wait", -1.0), ("answer_bytes", float("inf")), ("query_length", "long"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_the_callers_or_the_operators(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"^{name} is .*: expected"):
        Settings.from_environment({}, **{name: value})
    with pytest.raises(ConfigurationError, match=f"^ASEANKG_{name.upper()} is .*: expected"):
        Settings.from_environment({f"ASEANKG_{name.upper()}": str(value)})


def test_what_is_given_outranks_a_wrong_variable() -> None:
    assert Settings.from_environment({"ASEANKG_PORT": "-1"}, port=0).port == 0


def test_a_setting_that_there_is_not_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"No setting 'dedline'\. Did you mean 'deadline'"):
        Settings.from_environment({}, dedline=3)


@pytest.mark.parametrize("name", ["port", "deadline", "memory", "wait", "query_length", "answer_bytes"])
def test_the_bounds_themselves_are_allowed(name: str) -> None:
    for value in bounds_of(name):
        assert getattr(Settings.from_environment({}, **{name: value}), name) == value


# -- find --------------------------------------------------------------------------------------------------


def test_an_exact_name_keeps_the_unlike_away(kg: KnowledgeGraph) -> None:
    found = kg.find("acmw")
    assert (found[0].iri, found[0].score) == (f"{ID}body/acmw", 100)
    assert all(one.score >= 80 for one in found)
    assert len(found) < len(kg.find("acm"))


@pytest.mark.parametrize("text", ["rap", "RAP activities of women", "migrant workers"])
def test_a_made_label_is_not_found_where_neither_kind_nor_number_is_named(kg: KnowledgeGraph, text: str) -> None:
    assert not [one for one in kg.find(text, 100) if one.name.endswith("(RAP)") or one.name.endswith("(ALM WP)")]


@pytest.mark.parametrize("text", ["activity 12 (RAP)", "rap activity 12", "activity 12"])
def test_a_made_label_is_found_by_kind_and_number(kg: KnowledgeGraph, text: str) -> None:
    assert f"{ID}rap-vientiane/activity/12" in [one.iri for one in kg.find(text)]


# -- evidence ----------------------------------------------------------------------------------------------


def test_evidence_comes_from_the_stored_report(kg: KnowledgeGraph) -> None:
    (only,) = [one for one in kg.evidence("rap-vientiane/activity/2", "venue") if one.source]
    assert only.words == "Siem Reap, Cambodia" and only.layer == "stated"
    from_reference = kg.evidence("body/acmw", "foundedOn")
    assert [one.address for one in from_reference] and {one.layer for one in from_reference} == {"reference"}
    assert {one.layer for one in kg.evidence("rap-vientiane/activity/13")} >= {"stated", "curated", "inferred"}
