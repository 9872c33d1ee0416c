"""The tasks that a reader comes for, each walked through in a browser as a person would: by names, labels and keys.

What is expected was read in the two texts of data/sources and, for judgements, in data/alignment. Not here: whether
each page is sound (test_pages).
"""

from __future__ import annotations

import csv
import io
import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook
from tests.browser.conftest import MADE, Reader
from tests.conftest import need
from tests.web.conftest import Served, until

BOX = "Find a name, or ask in plain words"
RAP = "/id/rap-vientiane"
# “(Responsible Body: ACMW)” stands behind four thematic areas of the Work Programme, and nowhere else.
AREAS_OF_ACMW = ["14", "21", "22", "23"]
# ACWC stands under “Contributing Sectoral Body” in these rows of the Regional Action Plan.
ACTIVITIES_WITH_ACWC = ["1", "2"]
ACWC = """PREFIX akg: <https://w3id.org/aseankg/ontology#>
PREFIX body: <https://w3id.org/aseankg/id/body/>
SELECT ?activity { ?activity akg:contributingBody body:acwc } ORDER BY ?activity"""


def words_of(found: Locator) -> list[str]:
    return [" ".join(words.split()) for words in found.all_inner_texts()]


def downloaded(page: Page, clicked: Locator) -> Path:
    with page.expect_download() as download:
        clicked.click()
    return download.value.path()


def ask_at_home(page: Page, words: str) -> Locator:
    """Ask in the box of the first page; what was understood."""
    page.get_by_label(BOX).fill(words)
    page.get_by_role("button", name="Find", exact=True).click()
    return page.get_by_role("region", name="Understood as a question")


# -- find, and see the words ---------------------------------------------------------------------------------


def test_what_acmw_does_is_found_from_the_first_page(reader: Reader) -> None:
    page = reader.open("/")
    understood = ask_at_home(page, "What does ACMW do?")
    areas = understood.get_by_role("link", name=re.compile(r"^Thematic area \d+ \(ALM WP\)$"))
    assert [re.findall(r"\d+", one)[0] for one in words_of(areas)] == AREAS_OF_ACMW
    understood.get_by_role("link", name="ACMW", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ACMW")
    expect(page.get_by_role("main")).to_contain_text("Rights of Migrant Workers")
    expect(page.get_by_role("main")).not_to_contain_text("Women and Children")
    assert page.get_by_role("link", name="“(Responsible Body: ACMW)”").count() == len(AREAS_OF_ACMW)


def test_who_leads_activity_5_is_answered_by_name(reader: Reader) -> None:
    understood = ask_at_home(reader.open("/"), "who leads activity 5?")
    leads = understood.get_by_role("row").filter(has_text="lead country")
    names = [
        name for row in words_of(leads) for name in ("Myanmar", "Philippines", "Viet Nam", "Thailand") if name in row
    ]
    assert names == ["Myanmar", "Philippines"]


def test_a_question_that_is_not_understood_is_said_to_be_so(reader: Reader) -> None:
    page = reader.open("/")
    ask_at_home(page, "what is the price of rice in Jakarta")
    expect(page.get_by_text(re.compile("not understood", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_role("region", name="Understood as a question", exact=True)).to_have_count(0)


def test_one_click_leads_from_a_fact_to_its_words_in_the_text(reader: Reader) -> None:
    page = reader.open(f"{RAP}/activity/5")
    page.get_by_role("link", name="“The Philippines”").click()
    expect(page).to_have_url(re.compile(r"/sources/rap-vientiane\?at=\d+-\d+#at$"))
    marked = page.locator("#at")
    assert "".join(page.locator(".source-text .chosen").all_inner_texts()) == "The Philippines"
    expect(marked).to_be_in_viewport()
    box = marked.bounding_box()
    assert box is not None and box["width"] > 20 and 0 <= box["y"] <= 900 - box["height"]
    around = page.locator(".text-line", has=marked)
    assert around.inner_text().startswith("5\tTripartite workshop to share good practices")
    panel = page.get_by_role("heading", name="What these words support").locator("..")
    expect(panel.get_by_role("link", name="Activity 5 (RAP)").first).to_be_visible()
    expect(panel).to_contain_text("lead country")


def test_a_passage_opens_beside_the_text_and_back_returns(reader: Reader) -> None:
    page = reader.open("/sources/rap-vientiane")
    expect(page.get_by_role("heading", name="What these words support")).to_have_count(0)
    page.get_by_role("region", name="The text").get_by_role("link", name="Siem Reap, Cambodia").first.click()
    expect(page.get_by_role("heading", name="What these words support")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="What these words support")).to_have_count(0)


def test_a_name_is_found_with_the_keyboard_alone(reader: Reader) -> None:
    page = reader.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    box = page.get_by_role("combobox", name=BOX)
    for _ in range(30):
        if box.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.type("acmw", delay=20)
    offered = page.get_by_role("option").filter(has=page.get_by_text("ACMW", exact=True)).first
    expect(offered).to_be_visible()
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        if offered.get_attribute("aria-selected") == "true":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ACMW")


# -- compare -------------------------------------------------------------------------------------------------


def test_the_alignment_of_activity_2_stands_side_by_side(reader: Reader) -> None:
    page = reader.open("/alignment")
    page.get_by_role("link", name="All mappings").click()
    page.get_by_role("list", name="plan").get_by_role("link", name="RAP", exact=False).first.click()
    page.get_by_role("searchbox", name="Filter the rows").fill("asserted activity 2 thematic area 15")
    row = page.get_by_role("row").filter(has_text="Activity 2 (RAP)").filter(visible=True)
    expect(row).to_have_count(1)
    row.get_by_role("link", name="side by side").click()
    judged = page.get_by_role("article")
    assert words_of(judged.locator("blockquote")) == ["Labour Inspection", "Strengthening labour inspection"]
    expect(judged).to_contain_text("confidence 0.95")
    expect(judged).to_contain_text("Child labour, the other half of the title, is named in no thematic area.")


def test_a_dissent_is_shown_beside_what_it_is_about(reader: Reader) -> None:
    page = reader.open("/alignment")
    page.get_by_role("link", name=re.compile("^contested")).click()
    page.get_by_role("searchbox", name="Filter the rows").fill("activity 1 thematic area 1 (ALM")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Activity 1 (RAP)", exact=True)).first
    row.get_by_role("link", name="side by side").click()
    judged = page.get_by_role("article")
    expect(judged.get_by_text("Yes", exact=True)).to_be_visible()
    expect(judged.get_by_text("No", exact=True)).to_be_visible()
    expect(judged).to_contain_text('Ending discrimination is not yet "Gender mainstreaming"')
    expect(judged.get_by_role("heading")).to_contain_text("contested")


def test_a_number_of_the_matrix_leads_to_the_words_behind_it(reader: Reader) -> None:
    page = reader.open("/alignment?by=theme")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader").filter(has_text="Child labour"))
    row.get_by_role("cell").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Child labour")
    assert page.locator("blockquote").count() > 0


def test_a_point_of_the_network_tells_its_roles_and_their_words(reader: Reader) -> None:
    need((MADE / "cytoscape.js").is_file(), "the drawing library is not bundled (npm)")
    page = reader.open("/network?plan=rap-vientiane")
    page.get_by_label("Show").select_option(label="Cambodia")
    told = page.locator("#network .aside")
    expect(told.get_by_role("heading", name="Cambodia")).to_be_visible()
    expect(told.get_by_role("link", name="Activity 2 (RAP)")).to_be_visible()
    expect(told.locator("q").first).to_have_text("Cambodia")
    told.get_by_role("link", name="in the text").first.click()
    assert "".join(page.locator(".source-text .chosen").all_inner_texts()) == "Cambodia"


# -- tables and files ----------------------------------------------------------------------------------------


def test_a_table_is_sorted_and_filtered(reader: Reader) -> None:
    page = reader.open("/network?plan=rap-vientiane")
    rows = page.locator("table.network-roles tbody tr")
    page.get_by_role("button", name="Who", exact=True).click()
    expect(page.get_by_role("columnheader", name="Who")).to_have_attribute("aria-sort", "ascending")
    names = words_of(rows.locator("td:first-child"))
    assert len(names) > 20 and names == sorted(names, key=str.casefold)
    page.get_by_role("button", name="Who", exact=True).press("Enter")
    assert words_of(rows.locator("td:first-child"))[0] == max(names, key=str.casefold)
    page.get_by_role("searchbox", name="Filter the rows").fill("cambodia labour inspection")
    shown = rows.filter(visible=True)
    assert ["Activity 2 (RAP)" in one for one in words_of(shown)] == [True]


def test_what_a_filtered_plan_shows_is_taken_away_as_csv_and_as_a_workbook(reader: Reader) -> None:
    page = reader.open("/plans/rap-vientiane")
    page.locator("summary", has_text="Body").click()
    page.get_by_role("list", name="Body").get_by_role("link", name=re.compile("^ACWC")).click()
    expect(page.get_by_role("status").first).to_contain_text("2 of")
    text = downloaded(page, page.get_by_role("link", name="CSV", exact=True)).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["No"] for row in rows] == ACTIVITIES_WITH_ACWC
    assert [row["Lead Country in SLOM"] for row in rows] == ["Viet Nam", "Cambodia"]
    book = CalamineWorkbook.from_path(downloaded(page, page.get_by_role("link", name="XLSX", exact=True)))
    assert {"Sources", "Query"} < set(book.sheet_names)
    first, *others = book.get_sheet_by_index(0).to_python()
    assert [str(row[first.index("No")]) for row in others] == ACTIVITIES_WITH_ACWC


@pytest.mark.parametrize(
    ("address", "said"),
    [("/timeline", "24-26 May 2017"), ("/alignment?by=theme", "Child labour")],
    ids=["timeline", "alignment"],
)
def test_a_drawing_is_taken_away_as_svg_and_as_png(address: str, said: str, reader: Reader) -> None:
    page = reader.open(address)
    figure = page.locator("figure.chart").first
    drawn = ElementTree.fromstring(
        downloaded(page, figure.get_by_role("button", name="SVG")).read_text(encoding="utf-8")
    )
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert said in "".join(drawn.itertext())
    png = downloaded(page, figure.get_by_role("button", name="PNG")).read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and png[12:16] == b"IHDR"
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (2 * float(drawn.attrib["width"]), 2 * float(drawn.attrib["height"]))
    assert len(png) > 5_000


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        ("/network?plan=rap-vientiane", ["SVG", "PNG"]),
        (
            "/sparql?view=network&query=SELECT+*+{?activity+<https://w3id.org/aseankg/ontology%23leadCountry>+?lead}",
            ["PNG"],
        ),
    ],
    ids=["roles", "answer"],
)
def test_a_network_is_taken_away_in_what_it_is_offered_in(address: str, kinds: list[str], reader: Reader) -> None:
    need((MADE / "cytoscape.js").is_file(), "the drawing library is not bundled (npm)")
    page = reader.open(address)
    figure = page.locator("figure", has=page.locator("canvas")).first
    expect(figure.get_by_role("button", name="PNG")).to_be_visible()
    assert words_of(figure.locator(".files button")) == kinds
    png = downloaded(page, figure.get_by_role("button", name="PNG")).read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and len(png) > 20_000


# -- ask -----------------------------------------------------------------------------------------------------


def take(page: Page, words: str) -> None:
    """Go down what the editor offers to these words, and take them with Enter."""
    expect(page.get_by_role("option").filter(has_text=words)).to_be_visible()
    page.wait_for_timeout(150)  # a list just opened takes no Enter, so that nothing is taken by mistake
    for _ in range(8):
        if words in page.get_by_role("option", selected=True).inner_text():
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_a_query_is_written_with_what_the_editor_offers(reader: Reader) -> None:
    need((MADE / "codemirror.js").is_file(), "the editor is not bundled (npm)")
    page = reader.open("/sparql")
    editor = page.get_by_role("textbox", name="Query in SPARQL")
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    page.keyboard.type("SELECT ?a { ?a akg:" + "contr", delay=15)
    take(page, "akg:contributingBody")
    page.keyboard.type(" body:acw", delay=15)
    take(page, "ACWC")
    written = editor.inner_text()
    assert "PREFIX akg: <https://w3id.org/aseankg/ontology#>" in written
    assert "PREFIX body: <https://w3id.org/aseankg/id/body/>" in written
    assert "SELECT ?a { ?a akg:contributingBody body:acwc" in written
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator("#summary")).to_contain_text("2 rows")
    found = page.get_by_role("table").get_by_role("link", name=re.compile(r"^Activity \d+ \(RAP\)$"))
    assert sorted(re.findall(r"\d+", one)[0] for one in words_of(found)) == ACTIVITIES_WITH_ACWC


def test_an_error_is_underlined_while_one_types(reader: Reader) -> None:
    need((MADE / "codemirror.js").is_file(), "the editor is not bundled (npm)")
    page = reader.open("/sparql")
    editor = page.get_by_role("textbox", name="Query in SPARQL")
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    page.keyboard.insert_text("SELECT ?a WHERE {\n  ?a ?b }}")
    expect(page.locator(".cm-lintRange-error").first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Line 2")).to_be_visible()
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    page.keyboard.insert_text("SELECT ?a WHERE {\n  ?a ?b ?c }")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


def test_a_query_is_asked_without_scripts(reader: Reader) -> None:
    page = reader.open("/sparql", java_script_enabled=False)
    page.get_by_label("Query in SPARQL").fill(ACWC)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#summary")).to_contain_text("2 rows")
    assert words_of(page.get_by_role("table").get_by_role("link", name=re.compile("^Activity"))) == [
        f"Activity {number} (RAP)" for number in ACTIVITIES_WITH_ACWC
    ]


def test_stop_ends_a_query_on_the_server(reader: Reader, service: Served) -> None:
    page = reader.open("/sparql")
    editor = page.get_by_role("textbox", name="Query in SPARQL")
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    page.keyboard.insert_text("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }")
    # While a page is on its way Playwright waits for it: the reader's click is set up before.
    page.evaluate("setTimeout(() => document.querySelector('.running button').click(), 2000)")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^Stopped\.$"))).to_be_visible()
    assert until(lambda: service.board().in_flight() == 0, service.settings.deadline / 2)
    assert until(lambda: b'aseankg_queries_total{outcome="stopped"} 1.0' in service.send("GET", "/metrics").body)


def test_the_address_of_an_answer_does_not_keep_the_token_of_its_query(reader: Reader) -> None:
    page = reader.open("/sparql?query=ASK+%7B%7D")
    with page.expect_request("**/sparql?*token=*"):
        page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url(re.compile(r"/sparql\?query=ASK\+%7B%7D$"))
    expect(page.locator("#summary")).to_be_visible()


def test_a_question_of_the_library_is_asked_by_its_form_and_shows_its_query(reader: Reader) -> None:
    page = reader.open("/questions")
    page.get_by_label("Words of a question").fill("planned for")
    page.get_by_role("button", name="Search the questions").click()
    page.get_by_role("link", name="Which activities are planned for 2018?").click()
    page.get_by_label("Year").fill("2019")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("region", name="The query")).to_contain_text("2019")
    found = words_of(page.get_by_role("table").get_by_role("link", name=re.compile(r"^Activity \S+ \(RAP\)$")))
    # 2017-2025, 2018-2019 and 2018-2020 are printed in these rows.
    assert set(found) == {"Activity 3 (RAP)", "Activity 12 (RAP)", "Activity 14b (RAP)"}


def test_a_plan_is_checked_from_the_example(reader: Reader) -> None:
    page = reader.open("/check")
    example = downloaded(page, page.get_by_role("link", name="Example (CSV)"))
    page.get_by_label("A file").set_input_files(
        {"name": "example.csv", "mimeType": "text/csv", "buffer": example.read_bytes()}
    )
    page.get_by_role("button", name="Check", exact=True).click(timeout=60_000)  # a process reads it and the shapes
    expect(page.get_by_role("heading", name="Findings", exact=True)).to_be_visible()
    near = page.get_by_role("region", name="What it may belong to").get_by_role(
        "link", name="Activity 2 (RAP)", exact=True
    )
    expect(near.first).to_be_visible()
    book = CalamineWorkbook.from_path(downloaded(page, page.get_by_role("button", name="XLSX", exact=True)))
    assert len(book.sheet_names) > 1
