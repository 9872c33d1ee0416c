"""The page of the validation: results in words with their sources, how much was looked at, and what came before.

Expected results are counted in the record that the build makes of its reports, and read in the texts. Not here: what the
shapes find (tests/validate) and how a report is told on a terminal.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from tests.web.conftest import put_build

from aseankg.build import Dataset
from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.validate import Report, Result, report_quads
from aseankg.web import create_app
from aseankg.web.checked.history import history

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SHAPES = "https://w3id.org/aseankg/shapes#"
IDS = "https://w3id.org/aseankg/id/"


def served(folder: Path, file: Path, build: str, state: Path) -> FlaskClient:
    settings = Settings(build_dir=str(folder), state_dir=str(state), deadline=20)
    return create_app(LocalEngine(load(file), settings, forked=False, build=build), settings).test_client()


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    state = tmp_path_factory.mktemp("state")
    yield served(published.folder.parent, published.dataset, published.manifest["build"], state)


def reported(tmp_path: Path, *results: Result, looked_at: int = 7) -> FlaskClient:
    """Return a service whose graph holds a report with these results and nothing else, and no record of the build."""
    reports = {"after inference": Report(tuple(results), looked_at, {f"{SHAPES}S": looked_at})}
    lines = "".join(f"{quad} .\n" for quad in report_quads(reports))
    put_build(tmp_path / "build", "b1", lines.encode())
    return served(tmp_path / "build", tmp_path / "build" / "b1" / "dataset.nq", "b1", tmp_path / "state")


def page(client: FlaskClient) -> str:
    response = client.get("/validation", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/html"), response.text[:500]
    return response.text


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").replace("&#34;", '"').split())


# -- results -----------------------------------------------------------------------------------------------------


def test_every_result_of_the_build_is_told_once(client: FlaskClient, dataset: Dataset) -> None:
    results = {one.key for one in (*dataset.before.results, *dataset.after.results)}
    assert len(results) > 5
    html = page(client)
    assert html.count('<article class="shape-result"') == len(results)
    counts = Counter(one.severity for one in dataset.after.results)
    stats = re.findall(r"<dt>([\w ]+)</dt><dd>(\d+)</dd>", html[html.index('class="stats"') :])
    told = {name: int(count) for name, count in stats}
    assert told["Violations"] == counts["Violation"] == 0
    assert (told["Warnings"], told["Remarks"]) == (counts["Warning"], counts["Info"])
    assert "The data conform:" in html


def test_a_result_has_its_thing_its_words_and_the_reading_that_explains_it(client: FlaskClient, root: Path) -> None:
    html = page(client)
    part = next(one for one in html.split("<article")[1:] if "Activity 13 (RAP)" in one).partition("</article>")[0]
    assert 'href="/id/rap-vientiane/activity/13"' in part
    text = (root / "data/sources/rap-vientiane/regional-action-plan-vientiane-declaration.txt").read_bytes().decode()
    link = re.search(r'href="/sources/rap-vientiane\?at=(\d+)-(\d+)#at"', part)
    assert link is not None
    assert text[int(link[1]) : int(link[2])].startswith("Social insurance for informal workers")
    assert "We read SLOM as the leading actor" in part
    assert "settle the roles in the curated data" in part


def test_results_stand_under_their_rule_in_words_by_severity(client: FlaskClient) -> None:
    html = page(client)
    severities = re.findall(r'class="shape-rule of-(\w+)"', html)
    assert severities == sorted(severities, key=["violation", "warning", "info"].index)
    words = words_of(html)
    assert "Warning , explained Number composed 2" in words.replace("Warning, explained", "Warning , explained")
    assert "Why the rule is there: Nobody who searches the text for the number will find it." in words


def test_a_violation_is_said_in_words_and_not_by_colour_alone(tmp_path: Path) -> None:
    broken = Result("Violation", f"{SHAPES}S", f"{IDS}x/activity/1", "", "", "It has no title: add one.")
    words = words_of(page(reported(tmp_path, broken)))
    assert "1 rule is broken: do not rely on the things named below." in words
    assert "The data conform" not in words
    assert "It has no title: add one." in words


def test_the_result_of_a_query_names_the_thing_to_be_mended(tmp_path: Path) -> None:
    component, thing = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent", f"{IDS}x/activity/2"
    whole = Result("Warning", f"{SHAPES}S", f"{SHAPES}All", "", thing, "Odd.", None, component, f"<{thing}>")
    html = page(reported(tmp_path, whole))
    assert 'href="/id/x/activity/2"' in html[html.index('<article class="shape-result"') : html.index("</article>")]


def test_markup_in_results_is_shown_as_characters(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>"
    html = page(reported(tmp_path, Result("Warning", f"{SHAPES}S", "javascript:alert(2)", "", bad, bad)))
    assert "<script>alert" not in html and 'href="javascript:' not in html
    assert "&lt;script&gt;alert(1)" in html


# -- how much was looked at --------------------------------------------------------------------------------------


def test_each_shape_says_how_much_it_looked_at(client: FlaskClient, dataset: Dataset) -> None:
    words = words_of(page(client))
    assert f"Looked at {dataset.after.looked_at} focus nodes" in words
    rows = dict(re.findall(r"(Activity|Mapping dissent) (?:Violation|Warning) ([\d,]+)", words))
    assert rows["Activity"] == str(dataset.after.focus_nodes[f"{SHAPES}ActivityShape"])


def test_a_graph_without_reports_is_not_called_good(tmp_path: Path) -> None:
    put_build(tmp_path / "build", "b1", b"<https://a.example/s> <https://a.example/p> <https://a.example/o> .\n")
    client = served(tmp_path / "build", tmp_path / "build" / "b1" / "dataset.nq", "b1", tmp_path / "state")
    words = words_of(page(client))
    assert "nothing was checked, so nothing is known to be right" in words
    assert "The data conform" not in words
    assert "is not recorded for this build" in words


def test_a_report_that_looked_at_nothing_says_so(tmp_path: Path) -> None:
    words = words_of(page(reported(tmp_path, looked_at=0)))
    assert "It looked at nothing: this is no check." in words
    assert "The data conform" not in words


def test_shapes_that_found_nothing_to_look_at_are_named(published: Build, tmp_path: Path) -> None:
    record = json.loads((published.folder / "validation.json").read_text())
    record["after inference"]["focus nodes"][f"{SHAPES}CommitmentShape"] = 0
    put_build(tmp_path / "build", "b1", published.dataset.read_bytes())
    (tmp_path / "build" / "b1" / "validation.json").write_text(json.dumps(record))
    client = served(tmp_path / "build", published.dataset, "b1", tmp_path / "state")
    words = words_of(page(client))
    assert "1 shape found nothing to look at, so it has checked nothing: Commitment ." in words


def test_every_check_is_listed_with_its_problem(client: FlaskClient, root: Path) -> None:
    words = words_of(page(client))
    titles = [re.search(r"#\+ title: (.+)", file.read_text()) for file in (root / "queries/checks").glob("*.rq")]
    assert len(titles) > 4
    assert [title[1] for title in titles if title and f"{title[1]} Violation 0" not in words] == []


# -- history -----------------------------------------------------------------------------------------------------

REPORT = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix x: <https://x.example/> .
x:before a sh:ValidationReport ; rdfs:label "Validation report: before inference" ; sh:result x:1 , x:2 , x:3 .
x:after a sh:ValidationReport ; rdfs:label "Validation report: after inference" ; sh:result x:1 , x:2 ;
  rdfs:comment "Looked at 12 focus nodes; 0 of 3 shapes found none." .
x:1 a sh:ValidationResult ; sh:resultSeverity sh:Warning ; rdfs:seeAlso x:anomaly .
x:2 a sh:ValidationResult ; sh:resultSeverity sh:Violation .
x:3 a sh:ValidationResult ; sh:resultSeverity sh:Info .
"""


def put_version(folder: Path, name: str, written: int, report: str | None) -> None:
    place = folder / "dumps" / name
    place.mkdir(parents=True)
    (place / "SHA256SUMS").write_text("")
    os.utime(place / "SHA256SUMS", (written, written))
    if report is not None:
        (place / "report.ttl").write_text(report)


def test_history_takes_the_report_on_the_whole_of_each_version(tmp_path: Path) -> None:
    put_version(tmp_path, "0.1.0-old", 100, None)
    put_version(tmp_path, "0.1.0-new", 300, REPORT)
    put_version(tmp_path, "0.1.0-torn", 200, REPORT[:-20])
    new, torn, old = history(tmp_path)
    assert (new.version, new.recorded, dict(new.counts), new.explained) == (
        "0.1.0-new", True, {"Warning": 1, "Violation": 1}, 1,
    )  # fmt: skip
    assert new.looked_at.startswith("Looked at 12 focus nodes")
    assert [(one.version, one.recorded) for one in (torn, old)] == [("0.1.0-torn", False), ("0.1.0-old", False)]


def test_the_page_shows_every_version_and_says_which_have_no_record(tmp_path: Path) -> None:
    client = reported(tmp_path, Result("Info", f"{SHAPES}S", f"{IDS}x/activity/1", "", "", "Say more."))
    put_version(tmp_path / "build", "0.1.0-old", 100, None)
    put_version(tmp_path / "build", "0.1.0-new", 300, REPORT)
    html = page(client)
    words = words_of(html[html.index('id="history"') :])
    assert "0.1.0-old not recorded: this version has no report among its files" in words
    assert "1 violations, 1 warnings, 0 remarks" in words
    assert html.count('class="bar-violation"') == 1 and 'data-name="validation-history"' in html


def test_the_published_version_is_in_its_own_history(client: FlaskClient, published: Build) -> None:
    html = page(client)
    assert f"{published.version}</a> (this one)" in html[html.index('id="history"') :]


# -- export ------------------------------------------------------------------------------------------------------


def test_the_results_come_as_csv(client: FlaskClient, dataset: Dataset) -> None:
    response = client.get("/validation?format=csv")
    assert response.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert len(rows) == len({one.key for one in (*dataset.before.results, *dataset.after.results)})
    (row,) = [row for row in rows if row["IRI"].endswith("thematic-area/12")]
    assert (row["Severity"], row["Rule"], row["Thing"]) == ("Warning", "Title brackets", "Thematic area 12 (ALM WP)")
    assert row["Words of the source"].startswith("Promotion of inclusive employment")
    assert row["Found"] == "before inference, after inference"


def test_the_workbook_names_the_words_and_the_queries(client: FlaskClient) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/validation?format=xlsx").data))
    assert book.sheet_names == ["Validation", "Sources", "Query"]
    sources = book.get_sheet_by_name("Sources").to_python()
    assert any("/sources/alm-wp-2016-2020?at=" in str(row[1]) for row in sources)
    assert any("sh:ValidationReport" in str(row[1]) for row in book.get_sheet_by_name("Query").to_python())


def test_formula_characters_of_results_are_disarmed(tmp_path: Path) -> None:
    bad = Result("Warning", f"{SHAPES}S", f"{IDS}x/activity/1", "", "=1+1", "@SUM(A1)")
    client = reported(tmp_path, bad, replace(bad, message="-2"))
    text = client.get("/validation?format=csv").data.decode("utf-8-sig")
    assert "'=1+1" in text and "'@SUM(A1)" in text and "'-2" in text


@pytest.mark.parametrize("target", ["/validation?format=pdf", "/validation?format=" + "x" * 10_000])
def test_an_unknown_format_is_refused_with_words(client: FlaskClient, target: str) -> None:
    response = client.get(target)
    assert response.status_code == 400 and "expected one of" in response.text
