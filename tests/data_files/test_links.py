"""data/links/ holds each identifier that was read and verified, with the strength that was judged, and no other.

identifiers.csv beside this file lists what was read: of what, in which scheme, with which match, and either the thing
of ours and the strength of the link, or why it was left out. Not here: how mappings become quads (mappings/).
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from aseankg.errors import DataError
from aseankg.links import Link, find_faults, find_scheme, read_links
from aseankg.namespaces import ID, SKOS, shorten

ROOT = Path(__file__).parents[2]
MATCHES = {
    SKOS.exactMatch: "exact", SKOS.closeMatch: "close", SKOS.broadMatch: "broad", SKOS.narrowMatch: "narrow",
    SKOS.relatedMatch: "related",
}  # fmt: skip
REASONS = {
    "it has no IRI": 37,
    "the form of its IRI was not opened": 24,
    "the item itself was not opened": 22,
    "where it was read cannot be found again": 1,
    "the file that was read has it damaged": 1,
    "the graph has no such thing": 20,
    "matched with an indicator": 30,
    "both ends are other people's": 6,
}


def identifiers() -> list[dict[str, str]]:
    with (Path(__file__).parent / "identifiers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def links() -> list[Link]:
    found, faults = read_links([ROOT / "data"])
    assert faults == []
    return found


def said(links: list[Link]) -> dict[tuple[str, str], str]:
    return {(one.mapping.subject.value.removeprefix(ID), one.object): MATCHES[one.mapping.predicate] for one in links}


def test_each_identifier_that_was_read_is_linked_or_left_out_for_a_reason(links: list[Link]) -> None:
    rows, linked = identifiers(), said(links)
    assert len(rows) > 500
    wrong = [row for row in rows if not row["left_out"] and linked[row["subject"], row["iri"]] != row["strength"]]
    assert wrong == []
    assert Counter(row["left_out"] for row in rows if row["left_out"]) == REASONS


def test_what_was_left_out_is_not_linked(links: list[Link]) -> None:
    linked = said(links)
    objects = {iri for _, iri in linked}
    for row in identifiers():
        kind, _, name = row["entity"].partition(":")
        if row["left_out"] == "matched with an indicator":
            assert any(iri == row["iri"] and end.startswith("concept/indicator/") for end, iri in linked), row
        elif row["left_out"]:
            ours = {"topic": "concept/theme/", "org": "body/"}.get(kind, f"{kind}/") + name.lower()
            assert (ours, row["iri"]) not in linked, row
    assert not [iri for iri in objects if "geonames" in iri or "agrovoc" in iri or "worldbank" in iri]
    assert "http://metadata.un.org/sdg/SL_ISV_IFEM" not in objects


def test_no_link_leads_to_what_was_not_read(links: list[Link]) -> None:
    read = {row["iri"] for row in identifiers()}
    assert {one.object for one in links} - read == set()
    themes = {(row["subject"], row["iri"]) for row in identifiers()}
    others = [pair for pair in said(links) if pair not in themes and not pair[0].startswith("concept/indicator/")]
    assert others == []


def test_no_link_is_stronger_than_the_reading(links: list[Link]) -> None:
    rows = identifiers()
    assert [row for row in rows if row["strength"] == "exact" != row["match"]] == []
    actors = [row for row in rows if row["subject"].startswith(("body/", "country/", "group/"))]
    assert len(actors) == 92
    assert [row for row in actors if row["strength"] != row["match"]] == []


def test_every_country_has_the_same_kinds_of_identifier(links: list[Link]) -> None:
    schemes = {"EU countries", "EuroVoc", "FAO geopolitical ontology", "STW", "UN M49", "UNBIS", "Wikidata"}
    found: dict[str, set[str]] = {}
    for one in links:
        found.setdefault(shorten(one.mapping.subject.value), set()).add(one.scheme)
    countries = {name: of for name, of in found.items() if name.startswith("country/")}
    assert len(countries) == 11
    assert {name: of - {"DBpedia"} for name, of in countries.items()} == dict.fromkeys(countries, schemes)


def test_every_link_says_where_it_was_read_and_has_the_form_of_its_scheme(links: list[Link]) -> None:
    assert len(links) > 350
    assert [one.record for one in links if not one.mapping.object_address] == []
    assert [
        one.object for one in links if (scheme := find_scheme(one.object)) is None or not scheme.holds(one.object)
    ] == []


def test_no_identifier_is_exactly_two_things_and_no_two_exactly_one(links: list[Link]) -> None:
    known = {one.mapping.subject.value for one in links} | {f"{ID}agent/aseankg"}
    assert find_faults(links, known) == []


def test_an_organisation_is_not_its_office_nor_its_members(links: list[Link]) -> None:
    linked = said(links)
    assert linked["body/ilo", "http://eurovoc.europa.eu/2130"] == "exact"  # International Labour Organisation
    assert linked["body/asean", "http://eurovoc.europa.eu/1838"] == "exact"  # ASEAN
    assert linked["group/asean-member-states", "http://eurovoc.europa.eu/1847"] == "exact"  # ASEAN countries
    assert "http://eurovoc.europa.eu/3708" not in {iri for _, iri in linked}  # International Labour Office


@pytest.mark.parametrize(
    ("iri", "name", "holds"),
    [
        ("http://metadata.un.org/sdg/codes/geoArea/096", "UN M49", True),
        ("http://metadata.un.org/sdg/codes/geoArea/96", "UN M49", False),
        ("http://metadata.un.org/sdg/8.b", "SDG", True),
        ("http://metadata.un.org/sdg/C080b01", "SDG", True),
        ("http://metadata.un.org/sdg/8.3.1", "SDG", False),  # indicators have codes: C080301
        ("http://www.wikidata.org/entity/Q54129", "Wikidata", True),
        ("https://www.wikidata.org/wiki/Q54129", None, False),
        ("http://www.wikidata.org/entity/Q54129 ", "Wikidata", False),
        ("http://eurovoc.europa.eu/c_b19d7503", "EuroVoc", True),
        ("http://zbw.eu/stw/descriptor/11201", "STW", False),
        ("https://rplumber.ilo.org/data/indicator/?id=SDG_0831_SEX_ECO_RT_A", "ILOSTAT", True),
        ("https://rplumber.ilo.org/data/indicator/?id=SDG_0831_SEX_ECO_RT", "ILOSTAT", False),  # no _A: no data set
    ],
    ids=lambda value: value.rpartition("/")[2] if isinstance(value, str) else str(value),
)
def test_an_identifier_has_the_form_of_its_scheme_or_not(iri: str, name: str | None, holds: bool) -> None:
    scheme = find_scheme(iri)
    assert (scheme and scheme.name) == name
    assert bool(scheme and scheme.holds(iri)) == holds


def test_a_folder_without_links_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="looked at no link"):
        read_links([tmp_path])
