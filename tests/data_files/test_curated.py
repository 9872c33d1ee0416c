"""Reference and curated data by hand: each row leads to a source, each oddity to a place, each reading to a reason.

Not here: that the build refuses bad rows (tests/build/test_bad_input).
"""

from __future__ import annotations

import csv
import datetime
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aseankg.build import Dataset
from aseankg.namespaces import ID, RDFS, SKOS, graph

DATA = Path(__file__).parents[2] / "data"
REFERENCE = sorted((DATA / "reference").glob("*.csv"))
CURATED = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((DATA / "curated").glob("*.toml"))
}
ANOMALIES: list[dict[str, Any]] = [anomaly for file in CURATED.values() for anomaly in file.get("anomaly", [])]
READINGS: list[dict[str, Any]] = [reading for file in CURATED.values() for reading in file.get("reading", [])]
BY_SLUG = {anomaly["slug"]: anomaly for anomaly in ANOMALIES}
SCHEMES = DATA.parent / "ontology" / "schemes"

TEXT = f"{ID}source/"  # a name as one of the two texts prints it
OURS = "https://w3id.org/aseankg/ontology"  # what the model makes of a thing: its class, its kind, its short label
# The properties whose value may be of our own making; all others were read somewhere.
OF_OUR_MAKING = {
    "rdf:type", "rdfs:label", "skos:hiddenLabel", "akg:bodyKind", "akg:membersOf", "akg:ofOrganization",
}  # fmt: skip

# Read by hand in the facts that were collected: asean.org's own words on its history, and for Timor-Leste those on
# the 47th Summit. "established on 8 August 1967 ... by ... Indonesia, Malaysia, Philippines, Singapore and Thailand.
# Brunei Darussalam joined ASEAN on 7 January 1984, followed by Viet Nam on 28 July 1995, Lao PDR and Myanmar on
# 23 July 1997, and Cambodia on 30 April 1999"; "the Signing of the Declaration on the Admission of Timor-Leste into
# ASEAN took place at the Opening Ceremony of the 47th ASEAN Summits ... held on 26 October 2025".
MEMBERS = {
    "idn": "1967-08-08", "mys": "1967-08-08", "phl": "1967-08-08", "sgp": "1967-08-08", "tha": "1967-08-08",
    "brn": "1984-01-07", "vnm": "1995-07-28", "lao": "1997-07-23", "mmr": "1997-07-23", "khm": "1999-04-30",
    "tls": "2025-10-26",
}  # fmt: skip

# The oddities that the project was asked to keep: slug, kind, what it is about, and words that it quotes.
ASKED_FOR = [
    ("rap-row-13-columns", "shifted-column", "rap-vientiane/activity/13", "SLOM SOMRDPE SOM-AMAF"),
    ("rap-row-6-tracers", "spelling", "rap-vientiane/kpi/6.1", "Tracers studies"),
    ("rap-row-11-systemize", "spelling", "rap-vientiane/activity/11", "systemize"),
    ("rap-row-2-wgmsmes", "name-variant", "rap-vientiane/activity/2", "WGMSMEs"),
    ("rap-strategy-order", "numbering-order", "vientiane-declaration/strategy/5", "Strategy 5: "),
    ("rap-row-14a-number", "composed-number", "rap-vientiane/activity/14a", "a. "),
    ("rap-row-14b-number", "composed-number", "rap-vientiane/activity/14b", "b. "),
    ("alm-note-3-nested-letters", "numbering-order", "alm-wp-2016-2020/monitoring/b.a", "a. "),
    ("rap-footnote-1-declaration-title", "title-variant", "instrument/vientiane-declaration", "Decent Work in ASEAN"),
    ("rap-footnote-2-declaration-title", "title-variant", "instrument/vientiane-declaration", "Decent Work in ASEAN"),
    ("rap-footnote-13-declaration-title", "title-variant", "instrument/vientiane-declaration", "toward Decent Work"),
    ("rap-acronym-ilo", "unlisted-acronym", "body/ilo", "ILO"),
    ("alm-acronym-acmw", "unlisted-acronym", "body/acmw", "ACMW"),
    ("alm-acronym-asean-oshnet", "unlisted-acronym", "body/asean-oshnet", "ASEAN-OSHNET"),
    ("rap-headings-in-number-column", "markup-damage", "rap-vientiane/kra/1", "KRA-1"),
    ("alm-lists-not-closed", "markup-damage", "alm-wp-2016-2020/target/1.1", "<ul style"),
    ("alm-targets-continuation-row", "continuation-row", "alm-wp-2016-2020/target/3.4", "labour inspection"),
    ("alm-area-4-coordinator", "orphan-role", "alm-wp-2016-2020/thematic-area/4", "green jobs"),
    ("alm-area-12-bracket", "unbalanced-bracket", "alm-wp-2016-2020/thematic-area/12", "/SMEs)"),
]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _facts() -> Iterator[tuple[str, dict[str, str]]]:
    for file in REFERENCE:
        for line, row in enumerate(_rows(file), 2):
            yield f"{file.name}:{line}", row


@pytest.fixture(scope="module")
def things(dataset: Dataset) -> set[str]:
    """The ends of the IRIs that are subjects of the graph."""
    return {quad.subject.value.removeprefix(ID) for quad in dataset.quads if quad.subject.value.startswith(ID)}


def _concepts(scheme: str) -> set[str]:
    text = (SCHEMES / f"{scheme}.ttl").read_text(encoding="utf-8")
    return set(re.findall(rf"(?m)^{scheme}:([\w-]+) a skos:Concept", text))


# -- reference -------------------------------------------------------------------------------------------------


def test_every_row_leads_to_an_address() -> None:
    rows = list(_facts())
    assert len(rows) > 250
    assert [place for place, row in rows if not re.fullmatch(r"https?://[^\s/]+\.[a-z]+(/\S*)?", row["source"])] == []


def test_only_what_the_model_makes_of_a_thing_cites_the_model() -> None:
    ours = [(place, row) for place, row in _facts() if row["source"].startswith("https://w3id.org/aseankg/")]
    assert {row["source"] for _, row in ours} == {OURS, TEXT + "alm-wp-2016-2020", TEXT + "rap-vientiane"}
    made = [(place, row["property"]) for place, row in ours if row["source"] == OURS]
    assert [one for one in made if one[1] not in OF_OUR_MAKING] == []


def test_a_name_that_cites_a_text_stands_in_it() -> None:
    texts = {
        folder.name: next(folder.glob("*.txt")).read_bytes().decode("utf-8") for folder in (DATA / "sources").iterdir()
    }
    printed = [(place, row) for place, row in _facts() if row["source"].startswith(TEXT)]
    named = [(place, row) for place, row in printed if not row["value"].startswith("id:")]
    assert len(named) > 70
    assert [place for place, row in named if row["value"] not in texts[row["source"].removeprefix(TEXT)]] == []


def test_rows_are_sorted_and_stand_once() -> None:
    for file in REFERENCE:
        rows = [tuple(row.values())[:3] for row in _rows(file)]
        assert rows == sorted(set(rows)), file.name


def test_members_and_their_days() -> None:
    rows = _rows(DATA / "reference" / "memberships.csv")
    assert {row["organization"] for row in rows} == {"body/asean"}
    assert {row["country"].removeprefix("country/"): row["beginning"] for row in rows} == MEMBERS


def test_members_in_the_graph_are_those_of_the_table(dataset: Dataset) -> None:
    found = {
        quad.subject.value.split("/")[-2]: quad.object.value
        for quad in dataset.quads
        if quad.predicate.value.endswith("time#inXSDDate") and quad.graph_name == graph("reference")
    }
    assert found == MEMBERS


def test_acmw_and_acwc_are_two_bodies_with_no_name_in_common() -> None:
    rows = _rows(DATA / "reference" / "bodies.csv")
    names = {
        body: {row["value"].casefold() for row in rows if row["subject"] == body and "abel" in row["property"]}
        for body in ("body/acmw", "body/acwc")
    }
    assert any("migrant workers" in name for name in names["body/acmw"])
    assert any("women and children" in name for name in names["body/acwc"])
    assert names["body/acmw"].isdisjoint(names["body/acwc"])


def test_no_name_of_reference_means_two_things(dataset: Dataset) -> None:
    owners: dict[str, set[str]] = {}
    for quad in dataset.quads:
        named = quad.graph_name == graph("reference") and quad.predicate in (RDFS.label, SKOS.prefLabel, SKOS.altLabel)
        if named and not quad.subject.value.startswith(f"{ID}concept/"):
            owners.setdefault(quad.object.value, set()).add(quad.subject.value)
    assert len(owners) > 60
    assert {name: things for name, things in owners.items() if len(things) > 1} == {}


# -- curated ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CURATED)
def test_curated_file_says_who_and_when(name: str) -> None:
    file = CURATED[name]
    assert file["author"] == "agent/aseankg"
    assert datetime.date(2026, 1, 1) <= file["date"]
    assert type(file["date"]) is datetime.date
    assert set(file) - {"author", "date"} <= {"anomaly", "reading"}


def test_anomalies_are_many_and_each_has_its_slug() -> None:
    assert len(ANOMALIES) >= 150
    assert len(BY_SLUG) == len(ANOMALIES)
    assert [slug for slug in BY_SLUG if not re.fullmatch(r"(rap|alm)-[a-z0-9]+(-[a-z0-9]+)*", slug)] == []
    prefixes = {"rap": "rap-vientiane", "alm": "alm-wp-2016-2020"}
    assert [slug for slug, one in BY_SLUG.items() if prefixes[slug[:3]] != one["source"]] == []


def test_anomalies_are_of_known_kinds_and_every_kind_occurs() -> None:
    assert {anomaly["kind"] for anomaly in ANOMALIES} == _concepts("anomaly-kind")


def test_anomalies_are_about_things_of_the_graph(things: set[str]) -> None:
    assert [(one["slug"], about) for one in ANOMALIES for about in one["about"] if about not in things] == []
    assert [one["slug"] for one in ANOMALIES if not one["about"] or len(set(one["about"])) != len(one["about"])] == []


def test_anomalies_are_described_and_read_in_sentences() -> None:
    for key in ("description", "reading"):
        assert [
            one["slug"] for one in ANOMALIES if not re.fullmatch(r"[^a-z\s].{10,}[.\"?)]", one[key], re.DOTALL)
        ] == []


@pytest.mark.parametrize(("slug", "kind", "about", "words"), ASKED_FOR, ids=[slug for slug, *_ in ASKED_FOR])
def test_oddity_that_was_asked_for_is_kept(slug: str, kind: str, about: str, words: str) -> None:
    anomaly = BY_SLUG[slug]
    assert anomaly["kind"] == kind
    assert about in anomaly["about"]
    assert words in anomaly["exact"]


def test_every_explanation_names_a_shape_and_a_thing(things: set[str]) -> None:
    shapes = "\n".join(file.read_text(encoding="utf-8") for file in (SCHEMES.parent / "shapes").glob("*.ttl"))
    explained = [one["explains"] for one in ANOMALIES if "explains" in one]
    assert explained
    for one in explained:
        assert re.search(rf"(?m)^aksh:{one['shape'].removeprefix('shapes#')} a sh:", shapes)
        assert one["focus"] in things


def test_every_warning_is_explained_by_its_anomaly(dataset: Dataset) -> None:
    warnings = [*dataset.before.of("Warning"), *dataset.after.of("Warning"), *dataset.checks.of("Warning")]
    assert len(warnings) > 3
    assert [str(warning) for warning in warnings if warning.explained_by is None] == []


def test_no_explanation_is_left_without_its_warning(dataset: Dataset) -> None:
    used = {warning.explained_by for warning in (*dataset.before.of("Warning"), *dataset.after.of("Warning"))}
    assert {one["slug"] for one in ANOMALIES if "explains" in one} == {str(iri).rpartition("/")[2] for iri in used}


def test_readings_say_why() -> None:
    assert len(READINGS) >= 3
    assert [one["subject"] for one in READINGS if not re.fullmatch(r"\S.{15,}\.", one["rationale"], re.DOTALL)] == []


def test_readings_of_row_13_are_the_three_roles() -> None:
    row = [(one["predicate"], one.get("object")) for one in READINGS if one["subject"] == "rap-vientiane/activity/13"]
    assert row == [
        ("akg:leadActor", "body/slom"),
        ("akg:contributingBody", "body/somrdpe"),
        ("akg:contributingBody", "body/som-amaf"),
    ]


def test_readings_stand_in_the_curated_graph_with_author_date_and_reason(dataset: Dataset) -> None:
    about: dict[str, set[str]] = {}
    for quad in dataset.quads:
        if quad.graph_name == graph("curated") and quad.subject.value.startswith(f"{ID}statement/"):
            about.setdefault(quad.subject.value, set()).add(re.split("[#/]", quad.predicate.value)[-1])
    assert len(about) == len(READINGS)
    needed = {"wasAttributedTo", "created", "rationale", "evidence", "subject", "predicate", "object", "inGraph"}
    assert [iri for iri, said in about.items() if not needed <= said] == []
