"""Faults of the tables and descriptors: impossible dates, misspelt properties, names that mean two things.

Each error names file and line. Not here: faults in the texts (test_bad_input).
"""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from aseankg.build import Dataset, build_dataset, extract_all
from aseankg.errors import DataError
from aseankg.namespaces import DCTERMS, FOREIGN, ID, OWL, PROV, RDF, SKOS, XSD, graph
from aseankg.reference import read_date, read_memberships, read_reference
from aseankg.sources import read_source
from aseankg.vocabulary import declared_terms

ROOT = Path(__file__).parents[2]
ALM = "sources/alm-wp-2016-2020/descriptor.toml"
ROW = "body/slom,{},{},https://example.org/,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data, to be damaged, in a root with the project's ontology and queries."""
    for name in ("ontology", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path / "data"


def fault_of(data: Path, *more: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        build_dataset(data.parent, list(more), progress=lambda words: None)
    return caught.value


def append(file: Path, row: str) -> int:
    """Append a row and return its line."""
    text = file.read_text(encoding="utf-8") + row
    file.write_text(text, encoding="utf-8")
    return text.count("\n")


def change(file: Path, old: str, new: str) -> int:
    """Change what stands once in a file, and return its line."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


# -- dates -------------------------------------------------------------------------------------------------

NO_DATES = ["2016-05-35", "2016-13", "2007-02-29", "0000", "2016-5-1", "20160501", "2016-W01-1", "٢٠١٦", "May 2016", ""]


@pytest.mark.parametrize("value", NO_DATES)
def test_what_is_no_day_month_or_year_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match="is no date: expected YYYY, YYYY-MM or YYYY-MM-DD"):
        read_date(value)


@given(st.dates(), st.sampled_from([(4, "gYear"), (7, "gYearMonth"), (10, "date")]))
def test_every_day_month_and_year_keeps_its_words_and_its_kind(day: datetime.date, kind: tuple[int, str]) -> None:
    length, datatype = kind
    literal = read_date(day.isoformat()[:length])
    assert literal.value == day.isoformat()[:length]
    assert literal.datatype.value.rpartition("#")[2] == datatype


@pytest.mark.parametrize("name", ["akg:foundedOn", "https://w3id.org/aseankg/ontology#adoptedOn"])
def test_an_impossible_date_in_a_table_is_named_with_its_line(data: Path, name: str) -> None:
    file = data / "reference/bodies.csv"
    line = append(file, ROW.format(name, "2007-13-30"))
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), line)
    assert "'2007-13-30' is no date" in str(error)


@pytest.mark.parametrize("value", ["1967-08-32", "1967-08", "1967-W01-1"])
def test_an_impossible_beginning_of_a_membership_is_named_with_its_line(data: Path, value: str) -> None:
    file = data / "reference/memberships.csv"
    line = append(file, f"country/vnm,body/asean,{value},https://example.org/,\n")
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), line)
    assert value in str(error)


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("adopted", 'value = "2016-05-15"', 'value = "2016-05-35"'),
        ("issued", 'value = "2017-12"', 'value = "2017-13"'),
        ("landing-page", None, "landing-page = { value = 'no address', source = 'https://example.org/' }"),
        ("organization", 'organization = "body/asean"', 'organization = "body/a sean"'),
    ],
)
def test_a_value_of_a_descriptor_that_cannot_be_read_is_named_with_its_line(
    data: Path, key: str, old: str | None, new: str
) -> None:
    file = data / ALM
    if old is None:  # the same key written in one line
        lines = file.read_text(encoding="utf-8").splitlines()
        at = lines.index(f"[{key}]")
        kept = lines[:at] + lines[at + 3 :]
        line = kept.index('document-address = "not known"') + 1
        file.write_text("\n".join([*kept[: line - 1], new, *kept[line - 1 :]]), encoding="utf-8")
    else:
        line = change(file, old, new)
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), line)


def test_facts_of_a_descriptor_know_their_lines(data: Path) -> None:
    from aseankg.quads import publication_facts

    descriptor, _ = read_source(data / ALM)
    lines = (data / ALM).read_text(encoding="utf-8").splitlines()
    facts = list(publication_facts(descriptor, data / ALM))
    assert len(facts) == 8
    for fact in facts:
        assert fact.line is not None
        words = lines[fact.line - 1]
        assert words.partition("=")[2].strip(' "') == fact.object.value.removeprefix(ID)


# -- tables ------------------------------------------------------------------------------------------------


def test_a_table_that_is_no_utf_8_is_named_with_its_line(data: Path) -> None:
    file = data / "reference/countries.csv"
    lines = file.read_bytes().splitlines(keepends=True)
    lines.insert(3, "country/tls,skos:altLabel,Timor Oriental é,https://example.org/,\n".encode("latin-1"))
    file.write_bytes(b"".join(lines))
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), 4)
    assert "is 0xE9: expected UTF-8" in str(error)


def test_a_quotation_mark_that_is_not_closed_is_named(data: Path) -> None:
    file = data / "reference/groups.csv"
    append(file, 'group/x,rdfs:label,"X,https://example.org/,\n')
    error = fault_of(data)
    assert error.file == str(file) and error.line and "not CSV" in str(error)


def test_a_subject_that_makes_no_iri_is_named_with_its_line(data: Path) -> None:
    file = data / "reference/bodies.csv"
    line = append(file, "body/sl om,rdfs:label,X,https://example.org/,\n")
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), line)


@pytest.mark.parametrize("missing", [True, False], ids=["no file", "no row"])
def test_no_membership_is_an_error(data: Path, missing: bool) -> None:
    file = data / "reference/memberships.csv"
    header = file.read_text(encoding="utf-8").splitlines(keepends=True)[0]
    file.unlink() if missing else file.write_text(header, encoding="utf-8")
    assert "looked at no membership" in str(fault_of(data))
    with pytest.raises(DataError, match="looked at no membership"):
        read_memberships([data])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("skos:altLable", "skos:altLabel"),
        ("http://www.w3.org/2004/02/skos/core#prefLable", "skos:prefLabel"),
        ("org:subOrganisationOf", "org:subOrganizationOf"),
        ("foaf:hompage", "foaf:homepage"),
    ],
)
def test_a_misspelt_property_of_another_vocabulary_is_named(data: Path, name: str, meant: str) -> None:
    file = data / "reference/bodies.csv"
    line = append(file, ROW.format(name, "X"))
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), line)
    assert "is no term that the data take" in str(error) and f"'{meant}'" in str(error)


def test_a_misspelt_class_of_another_vocabulary_is_named(data: Path) -> None:
    file = data / "reference/agents.csv"
    line = change(file, "prov:Agent", "prov:Agnet")
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), line)
    assert "'prov:Agent'" in str(error)


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ('predicate = "skos:scopeNote"', 'predicate = "skos:scopNote"', "skos:scopeNote"),
        ('predicate = "akg:title"\nvalue = "Improved', 'predicate = "akg:titel"\nvalue = "Improved', "akg:title"),
        ('predicate = "skos:scopeNote"', 'predicate = "skso:scopeNote"', ""),
    ],
)
def test_a_misspelt_property_of_a_reading_is_named(data: Path, old: str, new: str, meant: str) -> None:
    file = data / "curated/readings.toml"
    line = change(file, old, new)
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), line)
    assert meant in str(error)


def test_a_misspelt_class_of_a_reading_is_named(data: Path) -> None:
    file = data / "curated/readings.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"akg:PerformanceIndicator"', '"akg:titel"', 1), encoding="utf-8")
    error = fault_of(data)
    assert error.file == str(file) and error.line and "'akg:title'" in str(error)


def test_every_foreign_property_is_known_that_the_data_use(dataset: Dataset) -> None:
    """The list is closed, and holds nothing that a row was only meant to say."""
    homes = {graph("reference"), graph("curated")}
    used = {quad.predicate for quad in dataset.quads if quad.graph_name in homes}
    assert SKOS.historyNote in used & FOREIGN
    assert {term for term in FOREIGN if term.value.startswith(OWL.sameAs.value.removesuffix("sameAs"))} == {
        OWL.deprecated
    }
    assert len(FOREIGN) < 65


def test_a_thing_may_be_deprecated_and_replaced(data: Path) -> None:
    """The two rows that make the service answer 410 with what to use (aseankg.web.things.resources)."""
    file = data / "reference/zz-retired.csv"
    rows = (
        "subject,property,value,source,note\n"
        "body/old,owl:deprecated,true,https://example.org/,\n"
        "body/old,dcterms:isReplacedBy,id:body/acmw,https://example.org/,\n"
    )
    file.write_text(rows, encoding="utf-8")
    said = {
        (fact.predicate, fact.object) for fact in read_reference([data], declared_terms(ROOT)) if fact.file == str(file)
    }
    truth = Literal("true", datatype=XSD.boolean)
    assert said == {(OWL.deprecated, truth), (DCTERMS.isReplacedBy, NamedNode(ID + "body/acmw"))}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("body/old,owl:deprecated,yes,https://example.org/,\n", "'yes' is no truth: expected true or false"),
        ("body/old,owl:sameAs,id:body/acmw,https://example.org/,\n", "owl:sameAs is no term that the data take"),
    ],
    ids=["value", "property"],
)
def test_of_owl_the_data_take_deprecated_only(data: Path, row: str, words: str) -> None:
    file = data / "reference/zz-retired.csv"
    file.write_text("subject,property,value,source,note\n" + row, encoding="utf-8")
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), 2)
    assert words in str(error)


# -- who and what ------------------------------------------------------------------------------------------


def test_the_author_of_our_readings_is_described(dataset: Dataset) -> None:
    authors = {quad.object for quad in dataset.quads if quad.predicate == PROV.wasAttributedTo}
    agents = {quad.subject for quad in dataset.quads if quad.predicate == RDF.type and quad.object == PROV.Agent}
    assert authors and {author for author in authors if author.value.startswith(ID + "agent/")} <= agents


@pytest.mark.parametrize(
    ("row", "both"),
    [
        ("body/slom-wg,akg:acronym,SLOM,https://example.org/,\n", "body/slom and body/slom-wg"),
        ("body/acmw,rdfs:label,ACWC,https://example.org/,\n", "body/acwc"),
        ("country/tha,skos:prefLabel,Singapore,https://example.org/,\n", "country/sgp"),
        ("body/acn,akg:acronym,Singapore,https://example.org/,\n", "country/sgp"),
    ],
)
def test_two_bodies_or_countries_of_one_name_are_named(data: Path, row: str, both: str) -> None:
    file = data / "reference/zz-more.csv"
    file.write_text("subject,property,value,source,note\n" + row, encoding="utf-8")
    error = fault_of(data)
    assert (error.file, error.line) == (str(file), 2)
    assert both in str(error) and "are both called" in str(error) and ".csv:" in str(error).partition("called")[2]


def test_a_body_may_have_one_name_twice(data: Path) -> None:
    file = data / "reference/zz-more.csv"
    row = "body/acn,skos:prefLabel,ACN,https://example.org/,"
    file.write_text(f"subject,property,value,source,note\n{row}\n", encoding="utf-8")
    assert len(extract_all([data], data.parent)) == 2


def test_two_sources_of_one_slug_are_named(data: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    shutil.copytree(data / "sources/rap-vientiane", more / "sources/rap-vientiane")
    error = fault_of(data, more)
    descriptor = "sources/rap-vientiane/descriptor.toml"
    assert str(data / descriptor) in str(error) and str(more / descriptor) in str(error)
