"""Data of people's own beside the plans: checked before anything is served, seen by queries, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.builds import Build
from aseankg.errors import AseankgError, DataError, UsageError
from aseankg.settings import Settings
from aseankg.store.beside import read_beside, write_beside
from aseankg.store.request import QueryRequest

MINE = """\
@prefix akg: <https://w3id.org/aseankg/ontology#> .
@prefix country: <https://w3id.org/aseankg/id/country/> .
@prefix my: <https://example.org/my/> .
my:graph { my:visit my:to country:vnm ; a my:Visit . country:vnm my:population 97 . }
"""
MOST = 10_000_000
SUBJECTS = (
    "SELECT ?s { ?s ?p <https://w3id.org/aseankg/id/country/vnm> FILTER(STRSTARTS(STR(?s), 'https://example.org/')) }"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "visits.trig").write_text(MINE, encoding="utf-8")
    (folder / "visits.csv").write_text("not read", encoding="utf-8")
    return folder


@pytest.fixture
def both(published: Build, folder: Path) -> KnowledgeGraph:
    return KnowledgeGraph(published.dataset, Settings(), beside=[folder])


def test_a_query_sees_both(both: KnowledgeGraph) -> None:
    text = "SELECT ?visit ?activity { ?visit <https://example.org/my/to> ?c . ?activity akg:leadCountry ?c } ORDER BY ?activity"
    found = both.query(text).texts()  # type: ignore[union-attr]
    assert ["https://example.org/my/visit", "rap-vientiane/activity/1"] in found


def test_what_is_not_a_query_that_people_write_sees_the_plans_alone(both: KnowledgeGraph, kg: KnowledgeGraph) -> None:
    assert len(both.query(SUBJECTS)) == 1  # type: ignore[arg-type]
    assert both.engine.answer(QueryRequest(SUBJECTS, ("csv",))).body.split() == [b"s"]
    assert both.ask("leads-by-country").rows == kg.ask("leads-by-country").rows
    assert len(both.describe("country/vnm")) == len(kg.describe("country/vnm"))


def test_the_graphs_have_a_layer_of_their_own(both: KnowledgeGraph) -> None:
    layer = "https://w3id.org/aseankg/graph/layer/"
    for name, expected in (("own", 1), ("stated", 0)):
        request = QueryRequest(SUBJECTS, ("csv",), default_graphs=(layer + name,), beside=True)
        assert len(both.engine.answer(request).body.split()) == 1 + expected
    answer = both.engine.answer(QueryRequest(SUBJECTS, ("csv",), beside=True, layers=True))
    assert answer.layers == ("own",)


def test_a_turtle_file_is_a_graph_named_for_the_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.ttl").write_text("_:b <urn:p> <urn:o> .", encoding="utf-8")
    quads = list(read_beside([tmp_path], MOST))
    assert [quad.graph_name.value.rpartition("/")[2] for quad in quads] == ["one", "two"]  # type: ignore[union-attr]
    assert quads[0].subject != quads[1].subject  # blank nodes of two files are two


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.trig", "<urn:g> { <urn:s> <urn:p> }", "a.trig:1: is no trig"),
        ("a.nq", "<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> .\n", "a.nq:2: is no nq"),
        ("a.trig", "<urn:s> <urn:p> <urn:o> .", "stands in no named graph"),
        ("a.trig", "_:g { <urn:s> <urn:p> <urn:o> }", "stands in no named graph"),
        ("a.trig", "<https://w3id.org/aseankg/graph/curated> { <urn:s> <urn:p> <urn:o> }", "are those of the plans"),
        ("a.trig", "<https://w3id.org/aseankg/mine> { <urn:s> <urn:p> <urn:o> }", "are those of the plans"),
        ("a.ttl", "<https://w3id.org/aseankg/id/country/vnm> <https://w3id.org/aseankg/ontology#leads> <urn:o> .", "for the plans to say"),
        ("a.ttl", "<https://w3id.org/aseankg/id/country/vnm> a <urn:Planet> .", "for the plans to say"),
        ("a.ttl", "<https://w3id.org/aseankg/ontology#Plan> <urn:p> <urn:o> .", "for the plans to say"),
        ("a.ttl", "# nothing\n", "looked at no triple"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_file(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        list(read_beside([tmp_path], MOST))


def test_a_folder_without_rdf_one_that_is_not_there_and_one_too_large_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for asked, most, words in (
        (tmp_path / "empty", MOST, "holds no RDF"), (tmp_path / "none", MOST, "no such folder"), (folder, 10, "at most 10"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            list(read_beside([asked], most))


def test_the_published_file_is_not_written_to(both: KnowledgeGraph, published: Build) -> None:
    before = published.dataset.read_bytes()
    with pytest.raises(AseankgError):
        both.query("INSERT DATA { <urn:s> <urn:p> <urn:o> }")
    assert published.dataset.read_bytes() == before
    assert "example.org/my" not in before.decode()


def test_what_is_written_for_a_server_is_called_by_what_it_holds(folder: Path, tmp_path: Path) -> None:
    first = write_beside([folder], MOST, tmp_path)
    assert write_beside([folder], MOST, tmp_path) == first
    (folder / "visits.trig").write_text(MINE.replace("97", "98"), encoding="utf-8")
    assert write_beside([folder], MOST, tmp_path) != first
    assert len(first.read_text(encoding="utf-8").splitlines()) == 3
