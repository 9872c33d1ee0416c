"""The seven forms of a report say the same, each in the form its readers know."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from aseankg.build import Dataset
from aseankg.errors import DataError
from aseankg.namespaces import AKG, RDF, SH, graph
from aseankg.validate import Validation, explain, report_quads, validate, validate_files
from aseankg.validate.formats import as_json, as_junit, as_sarif, as_turtle, read_keys
from aseankg.validate.reports import as_html, as_markdown, as_text
from aseankg.validate.results import compare
from aseankg.validate.shapes import read_shapes

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "data" / "shapes" / "invalid" / "body-of-two-kinds.ttl"


@pytest.fixture(scope="module")
def broken() -> Validation:
    return Validation("my data", validate_files([FILE], ROOT), read_shapes(ROOT))


@pytest.fixture(scope="module")
def shipped(dataset: Dataset) -> Validation:
    """The shipped data with an end before its start: activity 12, whose row is in the text."""
    system = (graph("shapes"), graph("meta"), graph("report"))
    quads = [quad for quad in dataset.quads if quad.graph_name not in system]
    bad = [
        type(quad)(quad.subject, quad.predicate, Literal("2001-01-01", datatype=quad.object.datatype), quad.graph_name)
        if quad.predicate == AKG.endDate and quad.subject.value.endswith("rap-vientiane/activity/12")
        else quad
        for quad in quads
    ]
    report = explain(validate(bad, ROOT, "pyshifty", described=True), bad)
    return Validation("shipped", report, read_shapes(ROOT))


def test_text_tells_what_where_which_words_and_why(shipped: Validation) -> None:
    text = as_text([shipped])
    part = text[text.index("Violation: rap-vientiane/activity/12") :].partition("\nViolation: rap")[0]
    assert "where to mend it: text of rap-vientiane:" in part
    assert "words of the source: “" in part
    assert "why: " in part
    assert "checked: " in text and " shapes, " in text


def test_explained_warnings_stand_apart(shipped: Validation) -> None:
    text = as_text([shipped])
    assert text.index("Violation: aksh:") < text.index("Explained by an anomaly: ")
    assert text.count("explained by: anomaly/") == 5


def test_markdown_shows_no_markup_of_the_data(broken: Validation) -> None:
    evil = replace(broken.report.results[0], message="<img src=x> | **bold** `code`")
    report = replace(broken.report, results=(evil,))
    text = as_markdown([replace(broken, report=report)])
    assert "\\<img src=x\\> \\| \\*\\*bold\\*\\*" in text


def test_html_escapes_what_the_data_hold_and_loads_nothing(broken: Validation) -> None:
    evil = replace(broken.report.results[0], message="<script>alert(1)</script>")
    page = as_html([replace(broken, name="<b>", report=replace(broken.report, results=(evil,)))])
    assert "<script" not in page and "&lt;script&gt;" in page and "<h2><b>" not in page
    assert "src=" not in page and "http" not in page.partition("</style>")[0]
    assert "color-scheme: light dark" in page


def test_json_has_its_schema_and_is_read_again(broken: Validation, tmp_path: Path) -> None:
    written = json.loads(as_json([broken]))
    assert (written["schema"], written["conforms"]) == ("aseankg-validation/1", False)
    (part,) = written["checked"]
    (result,) = part["results"]
    assert result["shape"] == "aksh:BodyKindShape"
    assert result["focus_iri"] == "https://w3id.org/aseankg/id/body/slom"
    assert result["place"] == f"{FILE}:9"
    assert part["looked_at"] == broken.report.looked_at
    file = tmp_path / "old.json"
    file.write_text(json.dumps(written), encoding="utf-8")
    assert read_keys(file, "another name") == [one.key for one in broken.report.results]
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="no report of"):
        read_keys(file, "x")


def test_results_since_an_old_report_are_new_gone_or_standing(broken: Validation) -> None:
    (key,) = [one.key for one in broken.report.results]
    gone = ("aksh:X", "id:y", "", "", "")
    text = as_text([replace(broken, change=compare([key, gone], [key]))])
    assert "0 new, 1 gone, 1 standing" in text
    assert "[standing] Violation" in text and "[gone] id:y" in text
    assert "[new] Violation" in as_text([replace(broken, change=compare([], [key]))])


def test_junit_has_a_case_for_each_shape(broken: Validation) -> None:
    suite = ElementTree.fromstring(as_junit([broken]).partition("\n")[2])[0]
    cases = {case.get("name"): case for case in suite}
    assert {"aksh:BodyShape", "aksh:BodyKindShape"} <= set(cases)
    assert cases["aksh:BodyKindShape"].find("failure") is not None
    assert cases["aksh:ActivityShape"].find("skipped") is not None
    assert cases["aksh:BodyShape"].find("*") is None
    assert suite.get("failures") == "1" and int(suite.get("tests", 0)) == len(suite)


def test_sarif_has_rules_places_and_fingerprints(broken: Validation, shipped: Validation) -> None:
    (run,) = json.loads(as_sarif([broken]))["runs"]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "aksh:BodyKindShape"
    assert result["level"] == "error" and len(result["partialFingerprints"]["aseankg/v1"]) == 32
    place = result["locations"][0]["physicalLocation"]
    assert place["region"]["startLine"] == 9 and place["artifactLocation"]["uri"].endswith(FILE.name)
    (run,) = json.loads(as_sarif([shipped]))["runs"]
    assert sum("suppressions" in one for one in run["results"]) == 5


def test_turtle_is_a_report_of_shacl_without_blank_nodes(broken: Validation) -> None:
    triples = list(parse(as_turtle([broken]), format=RdfFormat.TURTLE))
    assert not [one for one in triples if isinstance(one.subject, BlankNode) or isinstance(one.object, BlankNode)]
    (report,) = [one.subject for one in triples if one.predicate == RDF.type and one.object == SH.ValidationReport]
    assert [one.object.value for one in triples if one.subject == report and one.predicate == SH.conforms] == ["false"]
    assert [one.object.value for one in triples if one.predicate == SH.focusNode] == [broken.report.results[0].focus]


def test_quads_of_the_report_stand_in_its_graph_and_name_shapes(dataset: Dataset) -> None:
    quads = list(report_quads({"before inference": dataset.before, "after inference": dataset.after}))
    assert {quad.graph_name for quad in quads} == {graph("report")}
    reports = {quad.subject for quad in quads if quad.object == SH.ValidationReport}
    assert len(reports) == 2
    shapes = {quad.object for quad in quads if quad.predicate == SH.sourceShape}
    assert shapes and all(isinstance(shape, NamedNode) for shape in shapes)
    assert len([quad for quad in quads if quad.predicate == SH.result]) == 2 * len(dataset.before.results)
    assert len(quads) == len(set(quads))
