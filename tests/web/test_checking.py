"""Checking a plan of one's own: tables and Turtle as people send them, what is found, what is refused, what is left.

What a row of the Regional Action Plan says is read in its text (data/sources/rap-vientiane). The checks run in processes
of their own, as they do in service.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from aseankg.builds import Build
from aseankg.checking.headers import read_heads
from aseankg.checking.tables import read_csv, read_xlsx
from aseankg.errors import DataError
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
AKG, ID = "https://w3id.org/aseankg/ontology#", "https://w3id.org/aseankg/id/"
PLAN = """\
No.;Activities;Focus area;Lead countries;Contributing bodies;When;KPIs;Key result area;Budget
1;Workshop on labour inspection for migrant workers;Knowledge sharing;Viet Nam;ACMW, SOMSWD;Q1 2017;Workshop held;KRA-1: Promotion;5
2;Study <script>alert(1)</script> of informal employment;Knowlege sharing;Lao PDR;ACMV and SOMSWD;sometime;=1+1;KRA-1: Promotion;6
2;Campaign on social protection;Research;ILO;Thailand;2017-2019;Reach;KRA-2: Protection;7
"""
SETTINGS = Settings(deadline=20, check_deadline=120, check_bytes=200_000, checks=2)


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    yield made(published, tmp_path_factory.mktemp("state"))


def made(published: Build, state: Path, **more: object) -> FlaskClient:
    settings = replace(SETTINGS, build_dir=str(published.folder.parent), state_dir=str(state), **more)  # type: ignore[arg-type]
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    return create_app(engine, settings).test_client()


def send(client: FlaskClient, content: bytes | str, name: str = "", **fields: str) -> TestResponse:
    """Send a plan as a file where it has a name, else pasted."""
    octets = content.encode() if isinstance(content, str) else content
    data: dict[str, Any] = {**fields, **({"file": (io.BytesIO(octets), name)} if name else {"text": octets.decode()})}
    return client.post("/check", data=data, content_type="multipart/form-data")


def workbook(rows: list[list[Any]], more: str = "") -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Plan")
        for down, row in enumerate(rows):
            sheet.write_row(down, 0, row)
        if more:
            book.add_worksheet(more).write(0, 0, "left out")
    return file.getvalue()


@pytest.fixture(scope="module")
def found(client: FlaskClient) -> dict[str, Any]:
    """What is found of PLAN."""
    response = send(client, PLAN, "plan.csv", format="json", title="Ours")
    assert (response.status_code, response.mimetype) == (200, "application/json"), response.text
    result: dict[str, Any] = json.loads(response.data)
    return result


# -- what is found -------------------------------------------------------------------------------------------


def test_faults_of_cells_have_row_and_column_and_say_how_to_mend(found: dict[str, Any]) -> None:
    told = {(one["row"], one["column"]): (one["found"], one["message"]) for one in found["troubles"]}
    assert told[3, "Focus area"][0] == "Knowlege sharing" and "'Knowledge sharing'" in told[3, "Focus area"][1]
    assert told[3, "When"][0] == "sometime" and "24-26 May 2017" in told[3, "When"][1]
    assert told[3, "Contributing bodies"][0] == "ACMV" and "ACMW" in told[3, "Contributing bodies"][1]
    assert told[4, "No."][0] == "2" and "row 3" in told[4, "No."][1]
    assert told[4, "Contributing bodies"][0] == "Thailand"
    assert len(told) == 5


def test_actors_are_recognised_or_named_with_what_is_like_them(found: dict[str, Any]) -> None:
    read = {(one["row"], one["written"]): (one["iri"].removeprefix(ID), one["near"]) for one in found["actors"]}
    assert read[2, "ACMW"] == ("body/acmw", [])
    assert read[2, "SOMSWD"] == read[3, "SOMSWD"] == ("body/somswd", [])
    assert read[2, "Viet Nam"][0] == "country/vnm" and read[4, "ILO"][0] == "body/ilo"
    assert read[3, "ACMV"][0] == "" and "ACMW" in read[3, "ACMV"][1]


def test_rules_of_the_graph_tell_the_row(found: dict[str, Any]) -> None:
    rows = {(one["row"], one["shape"]) for one in found["findings"]}
    assert ("3", "aksh:ActivityFocusAreaMissingShape") in rows
    assert {row for row, shape in rows if shape == "aksh:ActivityFocusAreaMissingShape"} == {"3"}
    assert all("my-plan" in one["focus"] for one in found["findings"])


def test_columns_that_are_not_read_are_named(found: dict[str, Any]) -> None:
    heads = {one["words"]: one["holds"] for one in found["heads"]}
    assert heads == {
        "No.": "number", "Activities": "title", "Focus area": "focus", "Lead countries": "lead",
        "Contributing bodies": "contributing", "When": "timeline", "KPIs": "indicator", "Key result area": "kra",
        "Budget": "",
    }  # fmt: skip


def test_suggestions_lead_to_elements_that_are_about_the_same(found: dict[str, Any]) -> None:
    """Thematic area 15 is "Strengthening labour inspection", 22 speaks of the rights of migrant workers."""
    near = {one["object"] for one in found["suggestions"] if one["subject"].endswith("/activity/1")}
    assert near & {f"{ID}alm-wp-2016-2020/thematic-area/{number}" for number in ("15", "21", "22")}
    assert all(one["reasons"] and 0 < one["score"] <= 1 for one in found["suggestions"])


def test_coverage_names_what_is_touched_and_what_is_not(found: dict[str, Any]) -> None:
    themes = {one["iri"].rpartition("/")[2]: one["elements"] for one in found["themes"]}
    assert themes["labour-inspection"] == [f"{ID}my-plan/activity/1"]
    assert themes["social-protection"] == [f"{ID}my-plan/activity/row-4"]
    assert sum(not elements for elements in themes.values()) > 10
    assert len(found["areas"]) == 23 and any(not one["elements"] for one in found["areas"])


def test_every_fact_of_the_made_graph_rests_on_words_of_the_table(client: FlaskClient) -> None:
    response = send(client, PLAN, "plan.csv", format="ttl")
    assert response.mimetype == "text/turtle"
    from pyoxigraph import Literal, NamedNode, RdfFormat, Store

    store = Store()
    store.load(response.data, format=RdfFormat.TURTLE)
    (text,) = [quad.object.value for quad in store.quads_for_pattern(None, NamedNode(f"{AKG}sourceText"), None)]
    words = set()
    for quad in store.quads_for_pattern(None, NamedNode(f"{AKG}startOffset"), None):
        (end,) = store.quads_for_pattern(quad.subject, NamedNode(f"{AKG}endOffset"), None)
        (exact,) = store.quads_for_pattern(quad.subject, NamedNode(f"{AKG}exact"), None)
        assert text[int(quad.object.value) : int(end.object.value)] == exact.object.value
        words.add(exact.object.value)
    assert {"Viet Nam", "ACMW", "Q1 2017", "Workshop held"} <= words
    lead = (NamedNode(f"{ID}my-plan/activity/1"), NamedNode(f"{AKG}leadCountry"), NamedNode(f"{ID}country/vnm"))
    assert list(store.quads_for_pattern(*lead))
    start = next(store.quads_for_pattern(lead[0], NamedNode(f"{AKG}startDate"), None)).object
    assert isinstance(start, Literal) and start.value == "2017-01-01"


# -- the pages -----------------------------------------------------------------------------------------------


def test_the_page_of_a_result_shows_markup_as_text_and_is_not_kept(client: FlaskClient) -> None:
    response = client.post("/check", data={"text": PLAN, "title": "<b>Ours</b>"}, headers=BROWSER)
    assert response.status_code == 200
    assert "<script>alert" not in response.text and "&lt;script&gt;alert(1)" in response.text
    assert "<b>Ours" not in response.text and "&lt;b&gt;Ours" in response.text
    assert response.headers["Cache-Control"] == "no-store" and "ETag" not in response.headers
    assert "form-action 'self'" in response.headers["Content-Security-Policy"]
    assert re.search(r"<q>ACMV</q>", response.text) and 'href="/id/body/acmw"' in response.text


def test_the_form_states_its_limits(client: FlaskClient) -> None:
    page = client.get("/check").text
    for words in ("Nothing is kept", "200,000", "2,000", "120"):
        assert words in page
    assert 'enctype="multipart/form-data"' in page and 'action="/check"' in page


@pytest.mark.parametrize("name", ["template.csv", "template.xlsx", "example.csv", "example.xlsx"])
def test_templates_and_examples_are_read_back_with_every_column(client: FlaskClient, name: str) -> None:
    response = client.get(f"/check/{name}")
    assert response.status_code == 200 and name in response.headers["Content-Disposition"]
    if name.startswith("template"):  # the head alone is no table yet
        body = response.data
        heads = body.decode("utf-8-sig").strip().split(",") if name.endswith("csv") else []
        heads = heads or [
            str(cell) for cell in CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()[0]
        ]
    else:
        table = read_csv(response.data) if name.endswith("csv") else read_xlsx(response.data)
        heads = list(table.heads)
        assert len(table.lines) == 6
    assert all(head.holds and head.how == "by its head" for head in read_heads(heads, name))


def test_the_example_is_as_the_plan_prints_it_and_has_no_fault_of_cells(client: FlaskClient) -> None:
    """Row 2 of the plan: Cambodia leads, three bodies contribute, 24-26 May 2017 in Siem Reap."""
    body = client.get("/check/example.csv").data
    table = read_csv(body)
    row = dict(zip(table.heads, table.lines[1].cells, strict=True))
    assert (row["Number"], row["Lead"], row["Timeline"]) == ("2", "Cambodia", "24-26 May 2017, Siem Reap, Cambodia")
    assert set(row["Contributing body"].split(", ")) == {"WG-MSMEs", "SOMSWD", "ACWC"}
    found = json.loads(send(client, body, "example.csv", format="json").data)
    assert found["troubles"] == [] and not [one for one in found["findings"] if one["severity"] == "Violation"]


def test_an_unknown_file_is_not_found_and_near_ones_are_named(client: FlaskClient) -> None:
    response = client.get("/check/exmple.csv")
    assert response.status_code == 404
    assert "/check/example.csv" in [one["link"] for one in response.json["suggestions"]]  # type: ignore[index]


def test_a_workbook_holds_every_part_and_no_formula(client: FlaskClient) -> None:
    response = send(client, PLAN, "plan.csv", format="xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    assert book.sheet_names == ["Findings", "Suggestions", "Coverage", "Actors", "About"]
    assert any("ACMV" in row for row in book.get_sheet_by_name("Actors").to_python())
    with zipfile.ZipFile(io.BytesIO(response.data)) as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist() if "sheet" in name)


# -- other ways in -------------------------------------------------------------------------------------------


def test_a_workbook_is_read_with_numbers_merged_cells_and_a_note_on_other_sheets(client: FlaskClient) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write_row(0, 0, ["No", "Title", "Key result area", "Year"])
        sheet.write_row(1, 0, [1, "Labour inspection", "", 2017])
        sheet.write_row(2, 0, [2, "Social protection", "", 2018])
        sheet.merge_range(1, 2, 2, 2, "KRA-1: Both")
        sheet.write_formula(2, 3, "=2000+18", None, 2018)
        book.add_worksheet("Notes").write(0, 0, "x")
    found = json.loads(send(client, file.getvalue(), "plan.xlsx", format="json").data)
    assert found["kinds"]["akg:Activity"] == 2 and found["kinds"]["akg:KeyResultArea"] == 1
    assert found["troubles"] == [] and "'Notes'" in found["notes"][0]


TURTLE = f"""\
@prefix akg: <{AKG}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://plans.example/p> a akg:Plan ; akg:title "A plan" ; owl:imports <http://127.0.0.1:9/never> .
<https://plans.example/a1> a akg:Activity ; akg:inPlan <https://plans.example/p> ; rdfs:label "A 1" ;
  akg:title "Training on labour inspection" ; akg:leadActor <{ID}country/vnm> .
<{ID}body/acmw> rdfs:label "No such body" ; akg:leads <https://plans.example/a1> .
"""


def test_turtle_is_checked_compared_and_cannot_speak_for_the_graph(client: FlaskClient) -> None:
    before = client.get("/id/body/acmw.nt").data
    found = json.loads(send(client, TURTLE, "plan.ttl", format="json").data)
    assert "were 2 facts" in found["notes"][0] and "body/acmw" in found["notes"][0]
    assert {one["focus_iri"] for one in found["findings"]} <= {"https://plans.example/p", "https://plans.example/a1"}
    assert any(one["row"] == "5" for one in found["findings"])
    assert any(one["object"].endswith("thematic-area/15") for one in found["suggestions"])
    assert client.get("/id/body/acmw.nt").data == before
    assert b"No such body" not in send(client, TURTLE, "plan.ttl", format="ttl").data


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "", "nothing to check"),
        (b"\x00\x01\x02\xff" * 400, "x.csv", "is no text"),
        (b"PK\x03\x04" + b"\x00" * 200, "x.xlsx", "no .xlsx file"),
        (b"a,b\n1,2\n", "x.csv", "no column of titles"),
        (b"Title\n", "x.csv", "looked at no row"),
        (b'Title\n"a\n', "x.csv", "is no CSV"),
        (b"Title,No\na,1,2\n", "x.csv", "row 2 has 3 cells"),
        (b"Title\n" + b"x\n" * 2_500, "x.csv", "more than 2,000 rows"),
        (b"Title\n" + b"x" * 12_000 + b"\n", "x.csv", "12,000 characters"),
        (b"@prefix akg: <x:y> .\nakg:a akg:b .", "x.ttl", "your Turtle:2"),
        (b"<rdf:RDF/>", "x.rdf", "A file .rdf is not read"),
        (b"", "x.csv", "nothing to check"),
    ],
    ids=["nothing", "binary", "no-zip", "no-title", "head-only", "open-quote", "ragged", "rows", "cell", "turtle", "rdf", "empty"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(client: FlaskClient, content: bytes, name: str, words: str) -> None:
    response = send(client, content, name)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert words in response.json["detail"] and "Traceback" not in response.text  # type: ignore[index]


def test_a_browser_gets_the_form_again_with_the_fault_and_what_was_pasted(client: FlaskClient) -> None:
    response = client.post("/check", data={"text": "a,b\n1,</textarea><script>2\n"}, headers=BROWSER)
    assert response.status_code == 400 and 'role="alert"' in response.text
    assert "no column of titles" in response.text and "&lt;/textarea&gt;&lt;script&gt;2" in response.text


@pytest.mark.parametrize("fields", [{"kind": "pdf"}, {"format": "doc"}])
def test_unknown_choices_are_refused(client: FlaskClient, fields: dict[str, str]) -> None:
    assert send(client, "Title\nx\n", **fields).status_code == 400


def test_relative_iris_of_turtle_are_refused_with_their_line(client: FlaskClient) -> None:
    response = send(client, b"<a> <b> <c> .\n", "x.ttl")
    assert response.status_code == 400 and "your Turtle:1" in response.json["detail"]  # type: ignore[index]


# -- limits --------------------------------------------------------------------------------------------------


def test_a_plan_over_the_limit_is_refused_before_it_is_read(client: FlaskClient) -> None:
    response = send(client, "Title\n" + "x\n" * 150_000, "x.csv")
    assert response.status_code == 413 and "200,000 bytes" in response.json["detail"]  # type: ignore[index]


def test_a_request_over_the_limit_is_not_read_to_its_end(published: Build, tmp_path: Path) -> None:
    response = send(made(published, tmp_path, check_bytes=2_000), "Title\n" + "x\n" * 50_000, "x.csv")
    assert response.status_code == 413 and "16,000 bytes" in response.json["detail"]  # type: ignore[index]


def test_a_workbook_that_would_unpack_to_much_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    began = time.perf_counter()
    with pytest.raises(DataError, match="would unpack to 70,000,000 bytes"):
        read_xlsx(file.getvalue())
    assert time.perf_counter() - began < 5


def test_a_check_that_takes_too_long_is_ended_and_leaves_nothing(
    published: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    response = send(made(published, tmp_path / "state", check_deadline=0.2), PLAN, "plan.csv")
    assert response.status_code == 504 and "0.2 s" in response.json["detail"]  # type: ignore[index]
    assert not list(tmp_path.glob("aseankg*"))


def test_a_check_that_needs_too_much_memory_is_ended(published: Build, tmp_path: Path) -> None:
    response = send(made(published, tmp_path, check_memory=200), PLAN, "plan.csv")
    assert response.status_code == 504 and "200 MB" in response.json["detail"]  # type: ignore[index]


def test_a_good_check_leaves_nothing_behind(published: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert send(made(published, tmp_path / "state"), "Title\nLabour inspection\n", "../../x.csv").status_code == 200
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_more_checks_than_may_be_are_turned_away(published: Build, tmp_path: Path) -> None:
    client = made(published, tmp_path, checks=1)
    with client.application.extensions["aseankg.checking"].one_for("198.51.100.1"):
        response = send(client, PLAN, "plan.csv")
    assert response.status_code == 503 and int(response.headers["Retry-After"]) > 0


def test_one_client_holds_one_of_the_places(published: Build, tmp_path: Path) -> None:
    client = made(published, tmp_path, checks=2)
    with client.application.extensions["aseankg.checking"].one_for("127.0.0.1"):
        response = send(client, PLAN, "plan.csv")
        client.environ_base["REMOTE_ADDR"] = "198.51.100.1"
        other = send(client, PLAN, "plan.csv")
    assert response.status_code == 429 and int(response.headers["Retry-After"]) > 0
    assert "from this address" in response.json["detail"]  # type: ignore[index]
    client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    assert [other.status_code, send(client, PLAN, "plan.csv").status_code] == [200, 200]


def test_without_scikit_learn_all_but_the_suggestions_is_found_and_the_words_say_so(published: Build) -> None:
    """In a process of its own, as a check is, in which the import fails."""
    code = (
        "import json, sys; from pathlib import Path; sys.modules['sklearn'] = None\n"
        "from aseankg.checking.judgement import judge_table\n"
        f"found = judge_table(sys.stdin.buffer.read(), 'csv', 'Ours', Path({str(published.dataset)!r}))\n"
        "print(json.dumps({one: found[one] for one in ('rows', 'findings', 'suggestions', 'not_suggested')}))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=PLAN.encode(), capture_output=True, check=True)
    found = json.loads(done.stdout)
    assert found["rows"] > 0 and found["findings"] and found["suggestions"] == []
    assert found["not_suggested"].startswith("Suggestions need scikit-learn, which is not installed")
    assert "pip install 'aseankg[align]'" in found["not_suggested"]


# -- reading tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_csv_is_read_in_each_encoding_and_with_each_separator(encoding: str, mark: str) -> None:
    text = mark.join(("No", "Title")) + "\r\n" + mark.join(("1", "Étude – première")) + "\r\n"
    table = read_csv(text.encode(encoding))
    assert table.heads == ("No", "Title") and table.lines[0].cells == ("1", "Étude – première")


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    table = read_csv(b'No,Title\n1,"two\nlines"\n\n3,third\n')
    assert [(line.number, line.cells) for line in table.lines] == [(2, ("1", "two lines")), (4, ("3", "third"))]


@pytest.mark.parametrize(
    ("head", "holds"),
    [("ACTIVITIES", "title"), ("Key Performance Indicators", "indicator"), ("Contributing Sectoral Bodies", "contributing"),
     ("Lead Country in SLOM", "lead"), ("Timeline of implementation", "timeline"), ("Time-frame", "timeline"), ("Nr.", "number"),
     ("Budget", ""), ("", "")],
)  # fmt: skip
def test_heads_are_known_whatever_case_number_and_signs(head: str, holds: str) -> None:
    assert read_heads([head, "Activity title", "Title"], "x")[0].holds == holds
