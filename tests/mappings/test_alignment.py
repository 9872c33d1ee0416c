"""Mappings in the graph: what makes a direct triple, what stands contested or rejected, and that ends and words exist.

Not here: the form of the files (test_files).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from aseankg.alignment import ALIGNMENT, alignment_quads
from aseankg.errors import DataError
from aseankg.namespaces import AKG, OWL, RDF, SSSOM
from aseankg.records import SourceText

ID = "https://w3id.org/aseankg/id/"
ACTIVITY, AREA, AGENT = (
    NamedNode(ID + end) for end in ("one/activity/1", "two/thematic-area/9", "agent/aseankg")
)  # fmt: skip
KNOWN = {ACTIVITY, AREA, AGENT}
SOURCES = {"one": SourceText("one", "one.txt", "1\tA study of labour inspection\t2017\n")}
HEADER = f"""\
#mapping_set_id: {ID}mapping-set/test
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  akg: https://w3id.org/aseankg/ontology#
#  id: {ID}
"""
COLUMNS = "subject_id predicate_id predicate_modifier object_id mapping_justification author_id mapping_date confidence comment subject_passage dissents"


def quads_of(folder: Path, *changes: dict[str, str]) -> list[Quad]:
    row = {
        "subject_id": "id:one/activity/1", "predicate_id": "akg:serves", "object_id": "id:two/thematic-area/9",
        "mapping_justification": "semapv:ManualMappingCuration", "author_id": "id:agent/aseankg",
        "mapping_date": "2026-11-22", "confidence": "0.9", "comment": "Both are about it.",
    }  # fmt: skip
    lines = ["\t".join({**row, **change}.get(name, "") for name in COLUMNS.split()) for change in changes]
    file = folder / "data" / "alignment" / "test.sssom.tsv"
    file.parent.mkdir(parents=True)
    file.write_text(HEADER + "\n".join(["\t".join(COLUMNS.split()), *lines]) + "\n", encoding="utf-8")
    return list(alignment_quads([folder / "data"], SOURCES, KNOWN))


def standings(quads: list[Quad]) -> list[str]:
    return sorted(quad.object.value for quad in quads if quad.predicate == AKG.standing)  # type: ignore[union-attr]


DIRECT = Quad(ACTIVITY, AKG.serves, AREA, ALIGNMENT)


def test_an_asserted_mapping_makes_the_triple_and_its_statement(tmp_path: Path) -> None:
    quads = quads_of(tmp_path, {})
    assert DIRECT in quads
    assert standings(quads) == ["asserted"]
    [node] = [quad.subject for quad in quads if quad.object == SSSOM.Mapping]
    said = {(quad.predicate, quad.object) for quad in quads if quad.subject == node}
    assert {(OWL.annotatedSource, ACTIVITY), (OWL.annotatedProperty, AKG.serves), (OWL.annotatedTarget, AREA)} <= said
    assert {(RDF.subject, ACTIVITY), (RDF.predicate, AKG.serves), (RDF.object, AREA), (RDF.type, RDF.Statement)} <= said
    [recorded] = [value.value for term, value in said if term == AKG.recordedIn]  # type: ignore[union-attr]
    assert recorded == "data/alignment/test.sssom.tsv:7"


def test_a_rejected_mapping_makes_no_triple(tmp_path: Path) -> None:
    quads = quads_of(tmp_path, {"predicate_modifier": "Not"})
    assert DIRECT not in quads
    assert standings(quads) == ["rejected"]
    assert not [quad for quad in quads if quad.object == RDF.Statement]


def test_a_contested_mapping_makes_no_triple_and_names_its_dissent(tmp_path: Path) -> None:
    quads = quads_of(tmp_path, {}, {"predicate_modifier": "Not", "dissents": "true", "confidence": "0.5"})
    assert DIRECT not in quads
    assert standings(quads) == ["contested", "dissenting"]
    of = {quad.object.value: quad.subject for quad in quads if quad.predicate == AKG.standing}  # type: ignore[union-attr]
    assert of["contested"] != of["dissenting"]
    assert Quad(of["dissenting"], AKG.dissentsFrom, of["contested"], ALIGNMENT) in quads


def test_the_words_of_a_passage_are_those_of_the_source(tmp_path: Path) -> None:
    start = SOURCES["one"].text.index("labour inspection")
    name = f"id:source/one/passage/{start}-{start + len('labour inspection')}"
    quads = quads_of(tmp_path, {"subject_passage": name})
    assert "labour inspection" in [quad.object.value for quad in quads if quad.predicate == AKG.exact]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"object_id": "id:two/thematic-area/99"}, "two/thematic-area/99 is described nowhere.*two/thematic-area/9"),
        ({"subject_id": "id:one/activty/1"}, "one/activty/1 is described nowhere.*one/activity/1"),
        ({"author_id": "id:agent/nobody"}, "agent/nobody is described nowhere"),
        ({"subject_passage": "id:one/activity/1"}, "is no passage"),
        ({"subject_passage": "id:source/three/passage/0-1"}, "no source 'three'"),
        ({"subject_passage": "id:source/one/passage/0-9"}, "within one cell"),
        ({"subject_passage": "id:source/one/passage/5-5"}, "within one cell"),
        ({"subject_passage": "id:source/one/passage/2-999"}, "within one cell"),
    ],
    ids=["object", "subject", "author", "no passage", "source", "across cells", "empty", "beyond the end"],
)
def test_an_end_or_a_passage_that_is_not_there_is_told(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(DataError, match=rf"test\.sssom\.tsv:7: .*{words}"):
        quads_of(tmp_path, change)


def test_rows_of_two_files_may_not_contradict_each_other(tmp_path: Path) -> None:
    quads_of(tmp_path, {})
    first = tmp_path / "data" / "alignment" / "test.sssom.tsv"
    words = first.read_text(encoding="utf-8").replace("akg:serves\t\t", "akg:serves\tNot\t")
    (first.parent / "other.sssom.tsv").write_text(words, encoding="utf-8")
    with pytest.raises(DataError, match=r"contradicts other\.sssom\.tsv:7|contradicts test\.sssom\.tsv:7"):
        list(alignment_quads([tmp_path / "data"], SOURCES, KNOWN))
