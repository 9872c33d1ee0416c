"""The pages of the plans hold every word of the plan as it was printed, narrowed and exported as the text says.

What is expected is read from the texts in data/sources: their tabs, lines and marks. Not here: how the graph's
statements compose the table (tests/text/test_composed_table.py).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad
from python_calamine import CalamineWorkbook
from tests.web.conftest import put_build

from aseankg.build import Dataset
from aseankg.builds import Build
from aseankg.namespaces import AKG, ID, graph
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.printed.facets import Mark, choices, narrow
from aseankg.web.printed.spans import Span, cut

BROWSER = {"Accept": "text/html"}
RAP, ALM, SLOM_WG = "/plans/rap-vientiane", "/plans/alm-wp-2016-2020", "/plans/slom-wg-wp-2016-2020"
MARKS = "¹²³⁴⁵⁶⁷⁸⁹⁰"
VOID = {"meta", "link", "input", "br"}


class _Page(HTMLParser):
    """The words of a page by the element they stand in, found by tag and class."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.found: list[tuple[tuple[tuple[str, dict[str, str | None]], ...], str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))
            self.found.append((tuple(self.open), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.found.append((tuple(self.open), data))

    def words(self, tag: str, kind: str = "") -> list[str]:
        """Return the words in each element of this tag and class, in their order."""
        wanted: dict[int, str] = {}
        for place, data in self.found:
            for name, attributes in place:
                if name == tag and (not kind or kind in str(attributes.get("class", "")).split()):
                    wanted[id(attributes)] = wanted.get(id(attributes), "") + data
        return list(wanted.values())

    def links(self, kind: str) -> list[str]:
        return [
            str(given["href"]) for tag, given in self.tags if tag == "a" and kind in str(given.get("class")).split()
        ]


@pytest.fixture(scope="module")
def client(published: Build) -> Iterator[FlaskClient]:
    yield _client(published.dataset, published.folder.parent, published.manifest["build"])


def _client(dataset: Path, build_dir: Path, build: str = "") -> FlaskClient:
    settings = Settings(build_dir=str(build_dir), deadline=20)
    return create_app(LocalEngine(load(dataset), settings, forked=False, build=build), settings).test_client()


def page(client: FlaskClient, address: str, status: int = 200) -> _Page:
    response = client.get(address, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html"), response.text[-2000:]
    return _Page(response.text)


def text_of(root: Path, slug: str) -> str:
    return next((root / "data" / "sources" / slug).glob("*.txt")).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def register(root: Path) -> list[list[str]]:
    """The lines of the register's table, cut by their tabs, the header once."""
    lines = [line.split("\t") for line in text_of(root, "rap-vientiane").split("\n") if "\t" in line]
    return [lines[0], *(line for line in lines if line != lines[0])]


@pytest.fixture(scope="module")
def activities(register: list[list[str]]) -> list[list[str]]:
    return [row for row in register[1:] if any(row[1:])]


# -- the register ------------------------------------------------------------------------------------------


def test_the_register_is_printed_cell_by_cell(client: FlaskClient, register: list[list[str]]) -> None:
    found = page(client, RAP)
    printed = [cell for cell in found.words("div", "printed")]
    headings = [row[0] for row in register[1:] if not any(row[1:])]
    assert len(headings) == 3 + 8
    expected = [cell for row in register[1:] for cell in (row if any(row[1:]) else row[:1])]
    assert printed == expected and len(expected) == 15 * 7 + 11
    assert found.words("th")[:7] == register[0]


def test_every_word_outside_the_table_is_printed_too(client: FlaskClient, root: Path) -> None:
    lines = [line for line in text_of(root, "rap-vientiane").split("\n") if line.strip() and "\t" not in line]
    found = page(client, RAP)
    printed = [*found.words("p", "printed"), *found.words("h3")]
    assert sorted(printed) == sorted(lines) and len(lines) > 30


def test_every_mark_leads_to_its_footnote_and_tells_its_words(client: FlaskClient, root: Path) -> None:
    text = text_of(root, "rap-vientiane")
    notes = {number: line for line in text.split("\n") for number in re.findall(rf"^([{MARKS}]+) ", line)}
    assert len(notes) == 13
    found = page(client, RAP)
    marks = [given for tag, given in found.tags if tag == "a" and given.get("class") == "mark"]
    numbers = [str(MARKS.index(mark) + 1) for mark in "¹²³⁴⁵⁶⁷⁸⁹"] + ["10", "11", "12", "13"]
    assert sorted({str(one["href"]) for one in marks}) == sorted(f"#footnote-{number}" for number in numbers)
    assert {str(one["data-words"]) for one in marks} == set(notes.values())
    anchors = {given.get("id") for _, given in found.tags}
    assert {str(one["href"])[1:] for one in marks} <= anchors


def test_words_lead_to_exactly_their_place_in_the_text(client: FlaskClient, root: Path) -> None:
    text = text_of(root, "rap-vientiane")
    found = _words_with_links(client.get(RAP).text)
    assert len(found) > 60
    for words, link in found:
        parts = urlsplit(link)
        start, end = map(int, parse_qs(parts.query)["at"][0].split("-"))
        assert (parts.path, parts.fragment) == ("/sources/rap-vientiane", "at")
        assert words in text[start:end]


def _words_with_links(html: str) -> list[tuple[str, str]]:
    import html as entities

    pairs = re.findall(r'<a class="words" href="([^"]*)">([^<]*)</a>', html)
    return [(entities.unescape(words), entities.unescape(link)) for link, words in pairs]


def test_names_lead_to_who_they_name_as_they_are_printed(client: FlaskClient) -> None:
    html = client.get(RAP).text
    for words, link in (
        ("WGMSMEs", "/id/body/wg-msmes"),
        ("The Philippines", "/id/country/phl"),
        ("All ASEAN Member States", "/id/group/asean-member-states"),
        ("ASEAN-CSR Network", "/id/body/acn"),
        ("14", "/id/rap-vientiane/activity/14a"),
    ):
        assert f'<a href="{link}">{words}</a>' in html


def test_row_13_stands_as_printed_and_our_reading_is_marked(client: FlaskClient) -> None:
    row = re.search(r'<tr id="activity-13">.*?</tr>', client.get(RAP).text, re.DOTALL)
    assert row is not None
    found = _Page(row[0])
    cells = found.words("div", "printed")
    assert cells[3:5] == ["SLOM SOMRDPE SOM-AMAF", ""]
    (read,) = found.words("p")
    assert " ".join(read.split()) == (
        "our reading lead actor: SLOM; contributing body: SOMRDPE; contributing body: SOM-AMAF"
    )
    assert "of-curated" in row[0] and "stands in the wrong column" in row[0]
    others = re.findall(r'<tr id="activity-(\w+)">(?:(?!</tr>).)*of-curated', client.get(RAP).text, re.DOTALL)
    assert others == ["13", "14a"]


# -- the matrix --------------------------------------------------------------------------------------------


def test_every_word_of_the_work_programme_is_printed_in_its_order(client: FlaskClient, root: Path) -> None:
    lines = [line for line in text_of(root, "alm-wp-2016-2020").split("\n") if "\t" in line]
    plain = re.sub(r"<[^>]*>|[•○]", " ", " ".join(lines))
    assert _printed_words(client) == plain.split()


def _printed_words(client: FlaskClient) -> list[str]:
    """The words of the table without our readings."""
    html = re.sub(r'<div class="read">.*?</details>\s*</div>', "", client.get(ALM).text, flags=re.DOTALL)
    html = html.replace("</th>", " </th>")
    (table,) = _Page(html).words("tbody")
    return table.split()


def test_the_columns_of_the_work_programme_are_its_key_result_areas(client: FlaskClient) -> None:
    html = client.get(ALM).text
    heads = re.search(r'<tr class="heads">.*?</tr>', html, re.DOTALL)
    assert heads is not None
    assert _Page(heads[0]).words("th") == [
        "Key result areas (outcome level)", "Skilled and Adaptable Workforce", "Productive Employment",
        "Harmonious, Safe and Progressive Workplace", "Expanded Social Protection",
    ]  # fmt: skip
    column = {area: re.search(rf'data-label="([^"]*)"(?:(?!</td>).)*id="thematic-area-{area}"', html, re.DOTALL)
              for area in (9, 14, 15, 23, 4)}  # fmt: skip
    names = {area: re.findall(r'data-label="([^"]*)"', found[0])[-1] for area, found in column.items() if found}
    assert names[9] == "Skilled and Adaptable Workforce"
    assert names[14] == "Productive Employment"
    assert names[15] == "Harmonious, Safe and Progressive Workplace"
    assert names[23] == "Expanded Social Protection"
    assert re.search(r'colspan="4"(?:(?!</td>).)*id="thematic-area-4"', html, re.DOTALL)


def test_both_bodies_of_one_bracket_are_linked(client: FlaskClient) -> None:
    part = re.search(r'id="thematic-area-15".*?</li>', client.get(ALM).text, re.DOTALL)
    assert part and '/id/body/slom-wg">SLOM-WG</a>' in part[0] and '/id/body/asean-oshnet">ASEAN-OSHNET</a>' in part[0]


# -- a plan without a text ---------------------------------------------------------------------------------


def test_a_plan_without_text_says_so_and_shows_the_words_that_name_it(client: FlaskClient, root: Path) -> None:
    found = page(client, SLOM_WG)
    words = " ".join(found.words("main")).replace("\n", " ")
    assert "The text of this plan is not here" in words and "10 of 10 activities" in words
    quotes = [quote for quote in found.words("q")]
    text = text_of(root, "rap-vientiane")
    assert len(quotes) > 10 and all(quote in text for quote in quotes)
    assert "Champasack Province, Lao PDR" in quotes


# -- the tree ----------------------------------------------------------------------------------------------


def test_the_tree_holds_the_parts_below_what_they_are_part_of(client: FlaskClient) -> None:
    html = client.get(f"{RAP}?view=tree").text
    places = {name: html.index(f'<li id="{name}">') for name in ("kra-1", "activity-8", "kra-2", "activity-9", "kra-3")}
    assert sorted(places, key=places.__getitem__) == ["kra-1", "activity-8", "kra-2", "activity-9", "kra-3"]
    assert html.count('<li id="activity-') == 15
    inner = re.search(r'<li id="target-3\.1">.*?<li id="target-3\.2">', client.get(f"{ALM}?view=tree").text, re.DOTALL)
    assert inner and '<li id="target-3.1.1">' in inner[0]


# -- filters -----------------------------------------------------------------------------------------------


def _chips(client: FlaskClient, address: str, facet: str) -> dict[str, int]:
    html = client.get(address).text
    part = re.search(rf'id="facet-{facet}".*?</div>', html, re.DOTALL)
    chips = (
        re.findall(r'href="([^"]*)"[^>]*>(?:(?!</a>).)*?<span class="count">(\d+)', part[0], re.DOTALL) if part else []
    )
    return {parse_qs(urlsplit(link.replace("&amp;", "&")).query)[facet][0]: int(count) for link, count in chips}


BODIES = {
    "somswd": "SOMSWD", "acwc": "ACWC", "somrdpe": "SOMRDPE", "som-ed": "SOM-ED", "somy": "SOMY", "acss": "ACSS",
    "som-amaf": "SOM-AMAF", "slom": "SLOM", "acn": "ASEAN-CSR Network", "asec": "ASEAN Secretariat",
}  # fmt: skip


def test_bodies_are_counted_as_the_columns_name_them(client: FlaskClient, activities: list[list[str]]) -> None:
    counts = _chips(client, RAP, "body")
    words = {"wg-msmes": r"WG-?MSMEs"} | {slug: re.escape(name) for slug, name in BODIES.items()}
    rows = [f"{row[3]} {row[4]}" for row in activities]
    expected = {
        slug: sum(1 for row in rows if re.search(rf"(?<![\w-]){name}(?![\w-])", row)) for slug, name in words.items()
    }
    assert counts == expected and counts["wg-msmes"] == 8 and "acmw" not in counts


def test_countries_are_counted_as_the_column_names_them(client: FlaskClient, activities: list[list[str]]) -> None:
    names = {"vnm": "Viet Nam", "khm": "Cambodia", "sgp": "Singapore", "phl": "Philippines", "mmr": "Myanmar",
             "lao": "Lao PDR", "tha": "Thailand", "asean-member-states": "All ASEAN Member States"}  # fmt: skip
    expected = {slug: sum(name in row[3] for row in activities) for slug, name in names.items()}
    assert _chips(client, RAP, "country") == expected


def test_focus_areas_are_counted_as_the_column_prints_them(client: FlaskClient, activities: list[list[str]]) -> None:
    printed = [row[2].lower().replace(" ", "-") for row in activities]
    assert _chips(client, RAP, "focus") == {focus: printed.count(focus) for focus in printed}


def test_years_are_those_from_the_first_to_the_last_that_is_printed(
    client: FlaskClient, activities: list[list[str]]
) -> None:
    spans = [[int(year) for year in re.findall(r"\d{4}", row[5])] for row in activities]
    expected = {str(year): sum(bool(one) and one[0] <= year <= one[-1] for one in spans) for year in range(2017, 2026)}
    assert _chips(client, RAP, "year") == {**expected, "none": sum(not one for one in spans)}
    assert expected["2018"] == 4


def test_areas_are_counted_by_their_responsible_bodies_and_coordinators(client: FlaskClient, root: Path) -> None:
    text = text_of(root, "alm-wp-2016-2020")
    brackets = re.findall(r"\(Responsible Bod(?:y|ies): ([^)]*)\)", text)
    said = _chips(client, ALM, "body")
    for slug in ("slom", "slom-wg", "acmw", "asean-oshnet"):
        assert said[slug] == sum(slug.upper() in re.split(" and ", one) for one in brackets)
    # Two projects of area 7 have the same coordinator, and area 7 is one area.
    assert _chips(client, ALM, "country") == {"vnm": 3, "tha": 2, "lao": 1, "mys": 1}


def test_filters_combine_and_each_count_is_what_is_left_when_it_is_picked(client: FlaskClient) -> None:
    address = f"{RAP}?year=none"
    for body, count in _chips(client, address, "body").items():
        html = client.get(f"{address}&body={body}").text
        assert f"{count} of 15 activities" in html
        assert html.count('<tr id="activity-') == count


def test_what_is_left_keeps_its_headings_and_no_others(client: FlaskClient) -> None:
    html = client.get(f"{RAP}?country=sgp").text
    assert re.findall(r'<tr (?:class="[^"]*" )?id="([\w-]+)"', html) == ["kra-1", "strategy-5", "activity-4"]
    areas = client.get(f"{ALM}?body=acmw").text
    assert re.findall(r'id="thematic-(?:area|group)-(\d+)"', areas) == ["14", "21", "22", "23"]
    assert 'id="vision-1"' in areas and 'id="target-4.1"' in areas


def test_a_role_that_we_read_is_told_from_the_printed_column(client: FlaskClient) -> None:
    words = " ".join(" ".join(page(client, f"{RAP}?body=somrdpe").words("p", "how")).split())
    assert words.startswith(
        "Body: SOMRDPE — 6 × Contributing Sectoral Body, 1 × Lead Country in SLOM, 1 × contributing body our reading"
    )


def test_a_known_body_that_a_plan_does_not_name_leaves_nothing_and_the_page_says_so(client: FlaskClient) -> None:
    html = client.get(f"{RAP}?body=acmw").text
    assert "0 of 15 activities" in html and "Nothing in this plan has all of these at once" in html
    assert "<strong>ACMW</strong>" in html


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("body=acww", 400, "ACWC"),
        ("body=" + "x" * 10_000, 400, "The filter body is"),
        ("year=2018.5", 400, "a year of four digits"),
        ("year=%D9%A2%D9%A0%D9%A1%D9%A8", 400, "a year of four digits"),
        ("theme=%3Cscript%3E", 400, "&lt;script&gt;"),
        ("body=acwc&body=somy", 400, "given 2 times"),
        ("view=trees", 400, "tree"),
        ("bodies=acwc", 400, "body"),
        ("format=pdf", 400, "pdf"),
    ],
)
def test_what_cannot_be_filtered_is_refused_in_words(client: FlaskClient, query: str, status: int, words: str) -> None:
    response = client.get(f"{RAP}?{query}", headers=BROWSER)
    assert response.status_code == status
    assert words in response.text and len(response.text) < 20_000


def test_an_unknown_plan_is_not_found_and_others_are_named(client: FlaskClient) -> None:
    response = client.get("/plans/rap-vientianne", headers=BROWSER)
    assert response.status_code == 404 and 'href="/plans/rap-vientiane"' in response.text
    assert client.get("/plans/vientiane-declaration").status_code == 404  # an instrument, no plan


def test_a_value_without_rows_to_choose_between_is_not_offered() -> None:
    marks = [Mark("1", "body", "a", "", "stated"), Mark("2", "body", "a", "", "stated")]
    assert choices(["1", "2"], marks, {}) == {}
    assert narrow(["1", "2"], marks, {"body": "b"}) == []


# -- export ------------------------------------------------------------------------------------------------


def test_csv_has_the_printed_cells_of_what_is_shown(client: FlaskClient, activities: list[list[str]]) -> None:
    response = client.get(f"{RAP}?country=vnm&format=csv")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert [row[2:9] for row in rows[1:]] == [row for row in activities if "Viet Nam" in row[3]]
    assert rows[0][:4] == ["Key result area", "Strategy", "No", "Key Result Areas, Strategies ² and Activities"]
    assert rows[1][0].startswith("KRA-1 : STRENGTHENED") and rows[2][1].startswith("Strategy 2: Promote joint work")
    assert response.headers["Content-Disposition"] == 'attachment; filename="rap-vientiane.csv"'


def test_xlsx_has_the_passages_and_the_queries_beside_the_rows(client: FlaskClient, root: Path) -> None:
    text = text_of(root, "rap-vientiane")
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{RAP}?body=slom&format=xlsx").data))
    assert book.sheet_names == ["RAP", "Sources", "Query"]
    rows = book.get_sheet_by_name("RAP").to_python()
    assert len(rows) == 2 and "SLOM SOMRDPE SOM-AMAF" in rows[1]
    assert "lead actor: SLOM; contributing body: SOMRDPE; contributing body: SOM-AMAF" in rows[1]
    sources = [row for row in book.get_sheet_by_name("Sources").to_python() if "/sources/" in str(row[1])]
    for _, where, words in sources:
        start, end = map(int, parse_qs(urlsplit(str(where)).query)["at"][0].split("-"))
        assert text[start:end] == words
    assert {"SLOM", "SOMRDPE", "SOM-AMAF", "Institutional strengthening"} <= {str(row[2]) for row in sources}
    assert "SELECT" in str(book.get_sheet_by_name("Query").to_python()[1][1])


def test_every_part_of_the_matrix_is_a_row_of_its_file(client: FlaskClient, root: Path) -> None:
    rows = list(csv.reader(io.StringIO(client.get(f"{ALM}?format=csv").data.decode("utf-8-sig"))))
    areas = [row for row in rows if row[2] == "Thematic area"]
    assert [row[3] for row in areas] == [str(number) for number in range(1, 24)]
    assert areas[13][1] == "Productive Employment" and areas[3][1] == ""
    assert areas[3][4] == "4. Promotion of green jobs (Responsible Body: SLOM) [Country Coordinator: Thailand]"
    assert sum(row[2] == "Project" for row in rows) == text_of(root, "alm-wp-2016-2020").count("Project: ")


def test_what_is_known_through_others_is_exported_with_their_words(client: FlaskClient) -> None:
    rows = list(csv.reader(io.StringIO(client.get(f"{SLOM_WG}?country=vnm&format=csv").data.decode("utf-8-sig"))))
    assert len({row[5] for row in rows[1:]}) == 1 and rows[1][5].endswith("/slom-wg-wp-2016-2020/activity/rap-fn11-1")
    assert {row[3] for row in rows[1:]} == {"RAP"}
    assert any(row[1:3] == ["lead country", "Viet Nam"] for row in rows)


# -- the list ----------------------------------------------------------------------------------------------


def test_the_list_has_every_plan_with_its_parts_and_ways_in(client: FlaskClient, published: Build) -> None:
    html = client.get("/plans").text
    words = " ".join("".join(_Page(html).words("main")).split())
    assert "23 thematic areas, 6 projects, 1 commitment, 16 targets, 4 key result areas" in words
    assert "15 activities, 3 key result areas" in words and "10 activities" in words and "9 strategies" in words
    for link in (RAP, ALM, SLOM_WG, "/sources/rap-vientiane", "/dump/plan-rap-vientiane.ttl",
                 "/dump/alignment-slom-wg-wp-2016-2020.sssom.tsv"):  # fmt: skip
        assert f'href="{link}"' in html
        assert client.get(link, buffered=True).status_code == 200


def test_the_links_of_each_plan_lead_somewhere(client: FlaskClient) -> None:
    for address in (RAP, ALM, SLOM_WG):
        (links,) = re.findall(r'<p class="links">.*?</p>', client.get(address).text, re.DOTALL)
        found = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)"', links)]
        assert len(found) >= 5
        answers = [client.get(link, buffered=True, follow_redirects=True).status_code for link in found]
        assert set(answers) == {200}


def test_a_page_is_not_sent_again_to_who_has_it(client: FlaskClient) -> None:
    first = client.get(RAP)
    again = client.get(RAP, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


# -- other people's data -----------------------------------------------------------------------------------

HOSTILE = "<script>alert('x')</script>\"&"


def test_hostile_words_of_a_text_are_shown_as_words(dataset: Dataset, tmp_path: Path) -> None:
    """The text and the titles of the plan, and a label, hold markup and formulas; nothing of it is run."""
    html = _client_of(dataset, tmp_path).get(RAP).text
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html
    page_ = _Page(html)
    assert any(HOSTILE in cell for cell in page_.words("div", "printed"))
    assert not [given for tag, given in page_.tags if any(name.startswith("on") for name in given)]


def test_formulas_of_a_text_are_disarmed_in_files(dataset: Dataset, tmp_path: Path) -> None:
    client = _client_of(dataset, tmp_path)
    rows = list(csv.reader(io.StringIO(client.get(f"{RAP}?format=csv").data.decode("utf-8-sig"))))
    assert "'=1+1" in {row[4] for row in rows}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{RAP}?format=xlsx").data))
    assert any("=1+1" in row for row in book.get_sheet_by_name("RAP").to_python())


def _client_of(dataset: Dataset, folder: Path) -> FlaskClient:
    """Serve the dataset with other words in the register: a formula as focus area of row 1, markup as its indicator."""
    quads = "".join(f"{_changed(quad)} .\n" for quad in dataset.quads)
    put_build(folder, "1", quads.encode())
    return _client(folder / "current" / "dataset.nq", folder)


def _changed(quad: Quad) -> Quad:
    if quad.predicate == AKG.sourceText and isinstance(quad.object, Literal):
        words = quad.object.value.replace("discrimination, including multi-agency collaboration\tResearch\t",
                                          "discrimination, including multi-agency collaboration\t=1+1\t")  # fmt: skip
        words = words.replace("\t\tPublication of the study report\n", f"\t\t{HOSTILE}\n", 1)
        return Quad(quad.subject, quad.predicate, Literal(words), quad.graph_name)
    return quad


def test_a_plan_of_other_people_gets_a_page_of_its_own(dataset: Dataset, tmp_path: Path) -> None:
    """No slug is written in the code: a plan that the dataset has is served, with a text or without."""
    plan, meta = NamedNode(f"{ID}plan/mine"), graph("reference")
    more = [
        Quad(plan, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), AKG.Plan, meta),
        Quad(plan, AKG.title, Literal(f"Mine {HOSTILE}"), meta),
    ]
    put_build(tmp_path, "1", "".join(f"{quad} .\n" for quad in [*dataset.quads, *more]).encode())
    client = _client(tmp_path / "current" / "dataset.nq", tmp_path)
    words = " ".join(" ".join(page(client, "/plans/mine").words("main")).split())
    assert f"Mine {HOSTILE}" in words and "The text of this plan is not here" in words


# -- pieces ------------------------------------------------------------------------------------------------


def test_pieces_are_exactly_the_words_whatever_overlaps() -> None:
    text = "0123456789"
    spans = sorted((Span(a, b, f"{a}-{b}", "thing" if a % 2 else "") for a in range(8) for b in range(a + 1, 10)),
                   key=lambda span: span.start)  # fmt: skip
    for start, end in ((0, 10), (2, 7), (5, 5)):
        pieces = cut(text, start, end, spans)
        assert "".join(piece.text for piece in pieces) == text[start:end]
    assert [piece.text for piece in cut(text, 0, 10, [])] == [text]
