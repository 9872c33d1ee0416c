"""What `aseankg link` makes of good tables and of bad ones: nothing is lost, nothing is run, every fault has its words."""

from __future__ import annotations

import codecs
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from tests.linking.conftest import Link

from aseankg.api import KnowledgeGraph
from aseankg.errors import AseankgError, DataError, UsageError

VNM, LAO, MMR, THA = (f"https://w3id.org/aseankg/id/country/{code}" for code in ("vnm", "lao", "mmr", "tha"))
COUNTRIES = "Country,Value of it\nViet Nam,1\nLaos,2\nBurma,3\n"


def book(file: Path, *rows: list[object], formula: str = "") -> Path:
    with xlsxwriter.Workbook(str(file)) as made:
        page = made.add_worksheet("Data")
        for down, row in enumerate(rows):
            for at, cell in enumerate(row):
                page.write(down, at, cell)
        if formula:
            page.write_formula(len(rows), 1, formula, None, 7)
    return file


def test_names_are_joined_to_the_countries_that_they_mean(linked: Link) -> None:
    rows = linked(COUNTRIES).rows()
    assert [(row["Country"], row["Country (IRI)"], row["Country (match)"]) for row in rows] == [
        ("Viet Nam", VNM, "matched"), ("Laos", LAO, "matched"), ("Burma", MMR, "matched"),
    ]  # fmt: skip


def test_every_cell_comes_out_as_it_went_in(linked: Link) -> None:
    text = 'Country,Words\nViet Nam," two  blanks, a comma\nand a line"\nLaos,"say ""hello"""\n,007\n'
    rows = linked(text).rows()
    assert [(row["Country"], row["Words"]) for row in rows] == [
        ("Viet Nam", " two  blanks, a comma\nand a line"), ("Laos", 'say "hello"'), ("", "007"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-1+1", "\tx"])
def test_what_a_spreadsheet_would_run_is_disarmed(linked: Link, text: str) -> None:
    assert linked(f'Country,Words\nLaos,"{text}"\n').rows()[0]["Words"] == "'" + text


@pytest.mark.parametrize("number", ["-5.2", "+3", "-1,234"])
def test_a_number_with_a_sign_is_no_formula(linked: Link, number: str) -> None:
    assert linked(f'Country,Words\nLaos,"{number}"\n').rows()[0]["Words"] == number


# -- how a file is read ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (codecs.BOM_UTF8 + "Country\nCôte d'Ivoire\nLaos\n".encode(), "byte order mark"),
        ("Country\nCôte d'Ivoire\nLaos\n".encode("utf-16"), "byte order mark"),
        ("Country\nCôte d'Ivoire\nLaos\n".encode("cp1252"), "as its letters say"),
        ("Country\nCôte d'Ivoire\nLaos\n".encode(), "every line is"),
    ],
    ids=["mark", "utf-16", "cp1252", "utf-8"],
)
def test_the_encoding_is_found_and_told(linked: Link, octets: bytes, told: str) -> None:
    result = linked(octets, {"Country": "country"})
    assert [row["Country"] for row in result.rows()] == ["Côte d'Ivoire", "Laos"]
    assert told in (result.folder / "table-linked-report.md").read_text(encoding="utf-8")


def test_letters_of_thailand_are_read_in_the_encoding_in_which_thai_spreadsheets_are_saved(linked: Link) -> None:
    text = "ประเทศ,หมายเหตุ\nประเทศไทย,ข้อมูลการจ้างงานนอกระบบของประเทศไทย\nลาว,แรงงานนอกระบบในประเทศลาว\n"
    rows = linked(text.encode("cp874"), {"ประเทศ": "country"}, encoding="cp874").rows()
    assert rows[0]["ประเทศ"] == "ประเทศไทย"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(linked: Link, mark: str) -> None:
    rows = linked(f"Country{mark}Year{mark}Value\nViet Nam{mark}2015{mark}1\nLaos{mark}2016{mark}2\n").rows()
    assert [row["Year"] for row in rows] == ["2015", "2016"]


def test_a_list_of_names_without_a_head_is_one_column(linked: Link) -> None:
    rows = linked("Viet Nam\nLaos\nThailand\n", {"Column 1": "country"}, header=False).rows()
    assert [row["Column 1 (IRI)"] for row in rows] == [VNM, LAO, THA]


def test_of_two_heads_that_are_alike_the_second_gets_a_number(linked: Link) -> None:
    rows = linked("Country,Note,Note\nLaos,a,b\n").rows()
    assert (rows[0]["Note"], rows[0]["Note (2)"]) == ("a", "b")


def test_a_linked_table_can_be_linked_again(linked: Link) -> None:
    columns = {"Country": "country", "Country (IRI)": "text", "Country (match)": "text"}
    result = linked("Country,Country (IRI),Country (match)\nLaos,mine,yours\n", columns)
    described = json.loads((result.folder / "table-linked.csv-metadata.json").read_text(encoding="utf-8"))
    heads = [column["titles"] for column in described["tableSchema"]["columns"]]
    row = result.rows()[0]
    assert heads == list(row) and len(set(heads)) == 5
    assert (row["Country (IRI)"], row["Country (IRI) (2)"], row["Country (match)"]) == ("mine", LAO, "yours")


def test_figures_below_heads_that_differ_in_capitals_or_signs_are_all_kept(linked: Link) -> None:
    result = linked("Country,Year,In work,in_work,IN-WORK\nLaos,2015,1,2,3\n")
    assert list(result.columns) == ["Country", "Year", "In work", "in_work (2)", "IN-WORK (3)"]
    assert result.rdf.read_text(encoding="utf-8").count(" qb:Observation") == 3


def test_the_description_of_the_table_holds_its_address_and_every_mark_for_no_figure(
    linked: Link, tmp_path: Path
) -> None:
    file = tmp_path / "Work #1, 100%.csv"
    file.write_text("Country,Note\nLaos,NA\n")
    described = json.loads((linked(file).folder / f"{file.stem}-linked.csv-metadata.json").read_text(encoding="utf-8"))
    assert described["url"] == "Work%20%231%2C%20100%25-linked.csv"
    assert {"", "..", "NA", "na", "N/A", "n/a", "NaN", "NULL"} <= set(described["tableSchema"]["columns"][0]["null"])


def test_words_above_the_table_become_its_description(linked: Link) -> None:
    result = linked("# Sample, made up\n" + COUNTRIES)
    described = json.loads((result.folder / "table-linked.csv-metadata.json").read_text(encoding="utf-8"))
    assert described["dc:description"] == "Sample, made up"
    assert len(result.rows()) == 3


# -- workbooks ---------------------------------------------------------------------------------------------


def test_a_workbook_comes_out_as_a_workbook_and_as_csv(linked: Link, tmp_path: Path) -> None:
    result = linked(book(tmp_path / "table.xlsx", ["Country", "Year"], ["Laos", 2016], ["Viet Nam", 2015]))
    assert [row["Year"] for row in result.rows()] == ["2016", "2015"]
    again = linked(result.folder / "table-linked.xlsx")
    assert again.columns["Country (IRI)"] != "ignore"


def test_formulas_of_a_workbook_come_as_values_and_that_is_told(linked: Link, tmp_path: Path) -> None:
    file = book(tmp_path / "table.xlsx", ["Country", "Value"], ["Laos", 2], formula="=A1&B1")
    result = linked(file)
    assert result.rows()[-1]["Value"] == "7"
    assert "holds formulas" in (result.folder / "table-linked-report.md").read_text(encoding="utf-8")


def test_a_merged_cell_is_said_of_each_of_its_rows(linked: Link, tmp_path: Path) -> None:
    file = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(str(file)) as made:
        page = made.add_worksheet()
        for at, head in enumerate(["Nothing", "Country", "Year"]):
            page.write(0, at, head)
        page.merge_range(1, 1, 2, 1, "Laos")
        page.write(1, 2, 2015)
        page.write(2, 2, 2016)
    assert [(row["Country"], row["Year"]) for row in linked(file).rows()] == [("Laos", "2015"), ("Laos", "2016")]


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(linked: Link, tmp_path: Path) -> None:
    file = book(tmp_path / "table.xlsx", ["Country"], ["Laos"])
    with pytest.raises(UsageError, match=r"has no sheet 'Dta': it has 'Data'.*Did you mean 'Data'"):
        linked(file, sheet="Dta")


# -- tables that are none ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n ,\n", "looked at no row"),
        (b"Country,Value\n", "there is one, of column heads"),
        (b"Country,Value\nLaos,1\nViet Nam,2,3\n", "row 3 has 3 cells, and the table 2 columns"),
        (b'Country,Value\n"Laos,1\nViet Nam,2\n', "no CSV"),
        (b"Country,Value\nLaos\0,1\n", "csv:2: holds bytes that are no text"),
        ("Country,Value\nCôte,1\n".encode() + "Viêt Nam,2\n".encode("cp1252"), "csv:3: is not UTF-8, and line 2 is"),
        (b"Country,Value\n" + b"x" * 200_000 + b",1\n", "field larger"),
    ],
    ids=["empty", "blank", "heads only", "too many cells", "open quote", "bytes", "two encodings", "long cell"],
)
def test_a_bad_table_is_refused_with_its_place_and_leaves_no_file(
    linked: Link, tmp_path: Path, octets: bytes, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        linked(octets, {"Country": "country"} if b"Country" in octets else {})
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["table.csv"]


def test_a_byte_that_the_encoding_has_not_is_said_with_the_encoding(linked: Link) -> None:
    with pytest.raises(DataError, match=r"cannot be read as cp1252"):  # 0x81 is no letter of it
        linked(b"Country,Value\nLaos,1\n\x81,2\n", encoding="cp1252")


def test_one_row_too_many_is_refused_and_what_was_there_before_stays(linked: Link) -> None:
    before = linked(COUNTRIES)
    with pytest.raises(DataError, match=r"more than 2 rows. Split it, or allow more with --max-rows"):
        linked(COUNTRIES, most_rows=2)
    assert len(before.rows()) == 3
    assert not list(before.folder.glob(".linking-*"))


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"columns": {"Contry": "country"}}, "No column is called 'Contry'. Did you mean 'Country'"),
        ({"columns": {"Country": "contry"}}, "Did you mean 'country'"),
        ({"base": "https://w3id.org/aseankg/mine/"}, "belongs to the plans"),
        ({"base": "HTTP://W3ID.org/aseankg/mine/"}, "belongs to the plans"),
        ({"base": "my data"}, "is no IRI"),
        ({"base": "http://[x/"}, "is no IRI"),
        ({"base": "https://x.example/%zz"}, "is no IRI"),
        ({"base": "http:"}, "is no IRI"),
        ({"delimiter": "--"}, "more than one character"),
    ],
    ids=[
        "column",
        "kind",
        "our base",
        "our base in capitals",
        "no base",
        "no host",
        "no octet",
        "no place",
        "separator",
    ],
)
def test_a_wrong_wish_is_named(linked: Link, wish: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        linked(COUNTRIES, **wish)


def test_a_file_of_another_kind_is_refused(linked: Link, tmp_path: Path) -> None:
    (tmp_path / "table.pdf").write_bytes(b"%PDF")
    with pytest.raises(AseankgError, match=r"expected .csv, .tsv, .txt or .xlsx"):
        linked(tmp_path / "table.pdf")


# -- what columns hold -------------------------------------------------------------------------------------


def test_columns_in_the_manner_of_ilostat_are_known(linked: Link) -> None:
    text = (
        "ref_area,ref_area.label,indicator,sex,classif1,time,obs_value,obs_status\n"
        "VNM,Viet Nam,SDG_0831_SEX_ECO_RT,SEX_T,AGE_AGGREGATE_TOTAL,2015,1.5,\n"
        "THA,Thailand,SDG_0831_SEX_ECO_RT,SEX_F,AGE_AGGREGATE_TOTAL,2016,2.5,U\n"
    )
    assert linked(text).columns == {
        "ref_area": "country", "ref_area.label": "text", "indicator": "indicator", "sex": "sex",
        "classif1": "dimension", "time": "year", "obs_value": "measure", "obs_status": "text",
    }  # fmt: skip


def test_columns_without_telling_heads_are_known_by_their_cells(linked: Link) -> None:
    text = "a,b,c,d\nViet Nam,2015,1.5,ACMW\nThailand,2016,2.5,SLOM-WG\nLaos,2017,3.25,SOMSWD\n"
    assert linked(text).columns == {"a": "country", "b": "year", "c": "measure", "d": "body"}


def test_a_column_of_names_that_nobody_knows_is_not_taken_for_countries(linked: Link) -> None:
    assert linked("Place,Year,Value\nNarnia,2015,1\nOz,2016,2\n").columns["Place"] == "text"


def test_a_column_of_a_year_stays_figures_where_one_of_them_has_the_mark_of_a_footnote(linked: Link) -> None:
    made = linked("Country,2019,2020\nViet Nam,68.5,67\nLaos,82.9*,81\nMyanmar,79.9,78\n")
    assert made.columns["2019"] == "measure"
    assert "82.9*" in (made.folder / "table-linked-report.md").read_text("utf-8")


def test_of_a_column_kept_as_words_it_is_told_that_most_are_figures(linked: Link) -> None:
    told = (linked("Country,Budget\nViet Nam,300\nLaos,?\nMyanmar,40\n").folder / "table-linked-report.md").read_text()
    assert "Budget: text (unsure: its cells are words; 67% of its different values are figures)" in told


def test_what_the_caller_says_is_not_guessed(linked: Link) -> None:
    assert linked(COUNTRIES, {"country": "text"}).columns["Country"] == "text"


# -- the report --------------------------------------------------------------------------------------------


def test_a_name_of_nothing_and_a_name_of_many_are_reported_with_their_rows(linked: Link) -> None:
    result = linked("Country,Activity\nNarnia,Activity 5\nLaos,Activity 5\n", {"Activity": "activity"})
    report = {(row["column"], row["text"]): row for row in result.rows("-report.csv")}
    nothing, many = report["Country", "Narnia"], report["Activity", "Activity 5"]
    assert (nothing["outcome"], nothing["first row"]) == ("unmatched", "2")
    assert (many["outcome"], many["rows"]) == ("ambiguous", "2")
    assert "rap-vientiane/activity/5" in many["candidates"]
    assert [row["Activity (IRI)"] for row in result.rows()] == ["", ""]


def test_the_report_says_how_to_go_on_only_where_a_name_is_open(linked: Link) -> None:
    def words(text: str) -> str:
        return (linked(text).folder / "table-linked-report.md").read_text("utf-8")

    assert "--choices" in words("Country,Value\nLaos,1\nBirma,2\n")
    assert "--choices" not in words(COUNTRIES)


def test_an_iri_that_a_person_fills_into_the_report_is_taken_and_never_written_over(linked: Link) -> None:
    text = "Country,Activity\nLaos,Activity 5\n"
    report = linked(text, {"Activity": "activity"}).folder / "table-linked-report.csv"
    iri = "https://w3id.org/aseankg/id/rap-vientiane/activity/5"
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    filled = [line.replace("ambiguous,1,2,,", f"ambiguous,1,2,{iri},") for line in lines]
    assert filled != lines
    report.write_text("\n".join(filled), encoding="utf-8")
    with pytest.raises(UsageError, match="holds 1 IRI that a person filled in: give it back with --choices"):
        linked(text, {"Activity": "activity"})
    assert report.read_text(encoding="utf-8").splitlines() == filled
    row = linked(text, {"Activity": "activity"}, choices=report).rows()[0]
    assert (row["Activity (IRI)"], row["Activity (match)"]) == (iri, "chosen")


def test_python_links_a_table_too(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("Where,Words\nLaos,a\nOz,b\n", encoding="utf-8")
    done = kg.link(tmp_path / "table.csv", tmp_path / "mine", Where="country")
    assert done.counts["Where"] == {"matched": 1, "unmatched": 1}
    assert {file.name for file in done.files} == {file.name for file in (tmp_path / "mine").iterdir()}


@pytest.mark.parametrize("name", ["base64", "idna", "utf-16", "undefined"])
def test_an_encoding_in_which_the_file_cannot_be_read_is_told(linked: Link, name: str) -> None:
    with pytest.raises(DataError, match=f"cannot be read as '?{name}"):
        linked(COUNTRIES, encoding=name)


def test_a_choice_that_is_no_iri_is_told(linked: Link, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text("column,text,IRI\nCountry,Laos,not one\n", encoding="utf-8")
    with pytest.raises(DataError, match="the IRI of 'Laos' is 'not one'"):
        linked(COUNTRIES, choices=report)


def test_a_sheet_before_that_of_the_table_is_named(linked: Link, tmp_path: Path) -> None:
    file = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(str(file)) as made:
        made.add_worksheet("Cover").write(0, 0, "Hello")
        made.add_worksheet("Data").write_column(0, 0, ["Country", "Laos"])
    with pytest.raises(DataError, match=r"Sheet: 'Cover', not 'Data'\. .* or --sheet for another"):
        linked(file)
    assert linked(file, sheet="Data").rows()[0]["Country (IRI)"] == LAO


# -- workbooks that harm ---------------------------------------------------------------------------------


def patched(file: Path, part: str, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert old in parts[part]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, octets in parts.items():
            packed.writestr(name, octets.replace(old, new) if name == part else octets)
    return file


@pytest.mark.parametrize("place", [b"XFD1048576", b"A99999999999999999999", b"ZZZZZZZZ3", b"a000005000001"])
def test_a_cell_far_off_is_told_and_takes_no_memory(linked: Link, tmp_path: Path, place: bytes) -> None:
    file = book(tmp_path / "far.xlsx", ["Country", "Value"], ["Laos", 1], ["Burma", 2])
    patched(file, "xl/worksheets/sheet1.xml", b'r="A3"', b'r="' + place + b'"')
    with pytest.raises(DataError, match="a cell far off the others: 6 cells"):
        linked(file)


def test_a_workbook_with_a_document_type_is_not_read(linked: Link, tmp_path: Path) -> None:
    file = book(tmp_path / "bomb.xlsx", ["Country", "Value"], ["Laos", 1])
    with pytest.raises(DataError, match="document type"):
        linked(patched(file, "xl/worksheets/sheet1.xml", b"<worksheet", b"<!DOCTYPE worksheet><worksheet"))


def test_a_workbook_whose_bytes_are_spoilt_is_told(linked: Link, tmp_path: Path) -> None:
    file = book(tmp_path / "spoilt.xlsx", ["Country", "Value"], ["Laos", 1])
    octets = bytearray(file.read_bytes())
    at = octets.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    octets[at : at + 40] = b"\xff" * 40
    file.write_bytes(octets)
    with pytest.raises(DataError, match=r"is no workbook that can be read: xl/worksheets/sheet1\.xml"):
        linked(file)
