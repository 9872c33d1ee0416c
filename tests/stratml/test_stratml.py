"""StratML: what is written is valid by the rules of the standard, and reading it again loses nothing that it can hold.

The rules stand in tests/data/stratml/part1.xsd. Not here: the commands (tests/export/test_command).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from aseankg.api import KnowledgeGraph
from aseankg.errors import DataError, UsageError
from aseankg.identifiers import own_base
from aseankg.namespaces import AKG, BASE, DCTERMS, ID, RDF, SKOS
from aseankg.stratml import Taken, describe, read_stratml, stratml_bytes, take
from aseankg.stratml.records import as_identifier, as_iri
from aseankg.validate import validate_files

DATA = Path(__file__).parents[1] / "data" / "stratml"
OWN = "https://labour.example/flo/"
PLANS = ("rap-vientiane", "alm-wp-2016-2020", "slom-wg-wp-2016-2020")
ROLES = (
    AKG.leadActor, AKG.leadCountry, AKG.contributingBody, AKG.responsibleBody, AKG.coordinator, AKG.countryCoordinator,
    AKG.host, AKG.involves,
)  # fmt: skip
SILENT = ("footnote", "abbreviation", "note", "monitoring", "implementation-point")  # what StratML has no place for


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(DATA / "part1.xsd")


def imported(kg: KnowledgeGraph, slug: str) -> Taken:
    plan = read_stratml(stratml_bytes(describe(kg.store, slug)))
    return take(plan, slug, OWN, "0" * 64, kg.lookup.get_iri)


@pytest.fixture(scope="module")
def another(kg: KnowledgeGraph) -> Taken:
    plan = read_stratml((DATA / "another-plan.xml").read_bytes(), "another-plan.xml")
    return take(plan, "flo", OWN, "0" * 64, kg.lookup.get_iri)


def values(quads: tuple[Quad, ...], end: str, predicate: NamedNode) -> list[str]:
    return [quad.object.value for quad in quads if quad.subject.value == OWN + end and quad.predicate == predicate]


# -- writing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", PLANS)
def test_plan_is_valid_by_the_rules_of_the_standard(kg: KnowledgeGraph, schema: xmlschema.XMLSchema, slug: str) -> None:
    assert [error.reason for error in schema.iter_errors(stratml_bytes(describe(kg.store, slug)).decode())] == []


def test_rules_refuse_what_the_standard_refuses(kg: KnowledgeGraph, schema: xmlschema.XMLSchema) -> None:
    good = stratml_bytes(describe(kg.store, "rap-vientiane")).decode()
    for old, new in (
        ("id__body__asean", "body/asean"),
        ("<Goal>", "<Gaol>"),
        ("id__body__asean", "id__rap-vientiane__kra__1"),
    ):
        bad = good.replace(old, new).replace("</Goal>", "</Gaol>" if new == "<Gaol>" else "</Goal>")
        assert list(schema.iter_errors(bad)) != []


def test_plan_without_any_known_part_is_no_stratml(kg: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="Did you mean 'rap-vientiane'"):
        describe(kg.store, "rap-vientian")


def test_action_plan_has_its_goals_activities_and_leads(kg: KnowledgeGraph) -> None:
    plan = describe(kg.store, "rap-vientiane")
    assert [goal.sequence for goal in plan.goals] == ["", "1", "2", "3"]  # the objective, then the key result areas
    assert plan.vision and plan.vision.description.startswith("A better quality of life")
    inside = {part.identifier: part for goal in plan.goals for part in goal.objectives}
    assert sum("__activity__" in identifier for identifier in inside) == 15
    assert sum("__strategy__" in identifier for identifier in inside) == 8
    first = inside["id__rap-vientiane__activity__1"]
    assert [(one.name, one.description) for one in first.stakeholders if "lead" in one.description] == [
        ("Viet Nam", "lead country")
    ]
    assert "Indicator: Publication of the study report" in first.other


def test_role_that_is_our_reading_says_so(kg: KnowledgeGraph) -> None:
    inside = {part.identifier: part for goal in describe(kg.store, "rap-vientiane").goals for part in goal.objectives}
    roles = {one.description for one in inside["id__rap-vientiane__activity__13"].stakeholders}
    assert "involves" in roles and "lead actor (as read by aseankg; not printed so)" in roles


@given(st.from_regex(r"[\w./-]+", fullmatch=True).filter(str.isascii))
def test_identifier_leads_back_to_its_iri(path: str) -> None:
    assert as_iri(as_identifier(ID + path)) == ID + path
    assert ":" not in as_identifier(ID + path) and "/" not in as_identifier(ID + path)


# -- the round trip ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", PLANS)
def test_reading_gives_the_plan_that_was_written(kg: KnowledgeGraph, slug: str) -> None:
    plan = describe(kg.store, slug)
    read = read_stratml(stratml_bytes(plan))
    assert [strip(part) for part in read.goals] == [strip(part) for part in plan.goals]
    assert (read.name, read.organizations, read.start, read.end, read.source, read.ignored) == (
        plan.name, plan.organizations, plan.start, plan.end, plan.source, ()
    )  # fmt: skip


def strip(part: object) -> object:
    """A part as plain values, without the lines of the file."""
    fields = {name: value for name, value in vars(part).items() if name != "line"}
    return {name: tuple(map(strip, value)) if isinstance(value, tuple) else value for name, value in fields.items()}


@pytest.mark.parametrize("slug", ["rap-vientiane", "alm-wp-2016-2020"])
def test_import_of_an_export_has_the_same_titles_numbers_and_order_under_the_same_wholes(
    kg: KnowledgeGraph, slug: str
) -> None:
    found = elements_of(imported(kg, slug).quads, NamedNode(OWN + "plan"))
    said = [quad for quad in kg.store.quads_for_pattern(None, None, None, None)]
    expected = elements_of(said, NamedNode(f"{ID}plan/{slug}"))
    borrowed = [row for row in found if row[0] == "Strategy"]
    assert len(borrowed) == (8 if slug == "rap-vientiane" else 0)  # the Declaration's, not the plan's own
    assert Counter(found) - Counter(borrowed) == Counter(expected) and len(expected) > 30


def elements_of(quads: object, plan: NamedNode) -> list[tuple[str, str, str, str, str]]:
    """Class, title, number, order and the title of the whole, of each element that StratML has a place for."""
    said: dict[tuple[str, NamedNode], list[str]] = {}
    for quad in quads:  # type: ignore[attr-defined]
        if not quad.graph_name.value.startswith(BASE + "graph/inferred"):
            said.setdefault((quad.subject.value, quad.predicate), []).append(quad.object.value)

    def one(iri: str, predicate: NamedNode) -> str:
        return next(iter(said.get((iri, predicate), [])), "")

    elements = [iri for (iri, predicate), objects in said.items() if predicate == AKG.inPlan and plan.value in objects]
    rows = [
        (one(iri, RDF.type).rpartition("#")[2], one(iri, AKG.title), one(iri, AKG.number), one(iri, AKG.order),
         "" if one(iri, AKG.partOf) == plan.value else one(one(iri, AKG.partOf), AKG.title))
        for iri in elements if not any(f"/{kind}/" in iri for kind in SILENT)
    ]  # fmt: skip
    return [
        row
        for row in rows
        if not (row[0] == "PerformanceIndicator" and row[4].startswith("Improved employment in rural areas Labour"))
    ]


@pytest.mark.parametrize("slug", ["rap-vientiane", "alm-wp-2016-2020"])
def test_import_of_an_export_has_the_same_roles(kg: KnowledgeGraph, slug: str) -> None:
    taken = imported(kg, slug)
    titles = {quad.subject: quad.object.value for quad in taken.quads if quad.predicate == AKG.title}
    found = Counter((titles[q.subject], q.predicate.value, q.object.value) for q in taken.quads if q.predicate in ROLES)
    expected: Counter[tuple[str, str, str]] = Counter()
    for role in ROLES:
        for quad in kg.store.quads_for_pattern(None, role, None, None):
            if f"/{slug}/" in quad.subject.value and "inferred" not in quad.graph_name.value:
                (title,) = {one.object.value for one in kg.store.quads_for_pattern(quad.subject, AKG.title, None, None)}
                expected[title, role.value, quad.object.value] += 1
    assert found == expected and len(found) > 20
    assert all(row.iri for row in taken.rows)


@pytest.mark.parametrize("slug", ["rap-vientiane", "alm-wp-2016-2020"])
def test_import_of_an_export_conforms(kg: KnowledgeGraph, root: Path, tmp_path: Path, slug: str) -> None:
    file = tmp_path / "plan.trig"
    file.write_bytes(serialize(imported(kg, slug).quads, format=RdfFormat.TRIG) or b"")
    assert validate_files([file], root).of("Violation") == []


# -- reading another's ---------------------------------------------------------------------------------------


def test_goals_and_objectives_become_elements_of_the_graph(another: Taken) -> None:
    quads = another.quads
    assert values(quads, "kra/1", AKG.title) == ["Formal work"] and values(quads, "kra/1", AKG.number) == ["I"]
    assert values(quads, "kra/1", DCTERMS.description) == ["More people work with a contract."]
    assert values(quads, "kra/1", SKOS.scopeNote) == ["Reviewed every year."]
    assert values(quads, "kra/1/target/1", AKG.title) == ["Contracts"]
    assert values(quads, "kra/1/target/2", AKG.title) == ["Count contracts & their signers."]  # it has no name
    assert values(quads, "kra/1/target/2", AKG.partOf) == [OWN + "kra/1"]
    assert values(quads, "vision/1", AKG.title) == ["Decent work for\neverybody."]
    assert values(quads, "value/1", AKG.title) == ["Openness"]
    assert not any(quad.subject.value == OWN + "mission/1" for quad in quads)  # an empty one is none
    assert (values(quads, "plan", AKG.periodStart), values(quads, "plan", AKG.periodEnd)) == (["2021"], ["2025"])


def test_known_actors_are_linked_and_others_kept_and_told(another: Taken) -> None:
    assert values(another.quads, "kra/1", AKG.involves) == [ID + "country/lao"]
    assert values(another.quads, "kra/1/target/1", AKG.involves) == [ID + "body/asean-oshnet"]
    assert values(another.quads, "kra/1/target/1", SKOS.scopeNote) == ["Stakeholder: Street vendors (Those concerned)"]
    (unknown,) = [row for row in another.rows if not row.iri]
    assert (unknown.name, unknown.line, unknown.where) == ("Street vendors", 36, "kra/1/target/1")


def test_person_is_no_country_of_that_name(kg: KnowledgeGraph) -> None:
    who = '<Stakeholder StakeholderTypeType="Person"><Name>Singapore</Name></Stakeholder>'
    plan = read_stratml(f"{HEAD}{CORE.replace('<Description/>', '<Description/>' + who)}</StrategicPlan>".encode())
    taken = take(plan, "p", OWN, "", kg.lookup.get_iri)
    assert values(taken.quads, "kra/1", SKOS.scopeNote) == ["Stakeholder: Singapore"]
    assert [(row.name, row.iri) for row in taken.rows] == [("Singapore", "")]


def test_organization_that_nobody_knows_becomes_a_body_of_ones_own(another: Taken) -> None:
    assert values(another.quads, "plan", AKG.ofOrganization) == [OWN + "body"]
    assert values(another.quads, "body", SKOS.prefLabel) == ["Fictional Labour Office"]


def test_who_submitted_it_is_not_taken_over(another: Taken) -> None:
    assert another.remarks == ("line 54: who submitted the document is not taken over.",)
    assert not any(quad.object.value == "Body" for quad in another.quads)


def test_nothing_of_it_stands_below_our_own_iris(another: Taken) -> None:
    assert {quad.graph_name.value for quad in another.quads} == {OWN + "graph"}
    assert [quad for quad in another.quads if not quad.subject.value.startswith(OWN)] == []


def test_another_plan_conforms(another: Taken, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.trig"
    file.write_bytes(serialize(another.quads, format=RdfFormat.TRIG) or b"")
    assert validate_files([file], root).of("Violation") == []


def test_every_role_has_a_statement_with_the_name_as_written(another: Taken) -> None:
    written = sorted(quad.object.value for quad in another.quads if quad.predicate == AKG.asWritten)
    assert written == ["ASEAN-OSHNET", "Fictional Labour Office", "Fictional Labour Office", "Laos"]


# -- bad input -----------------------------------------------------------------------------------------------

HEAD = '<StrategicPlan xmlns="urn:ISO:std:iso:17469:tech:xsd:stratml_core"><Name>P</Name>'
CORE = "<StrategicPlanCore><Goal><Name>G</Name><Description/></Goal></StrategicPlanCore>"
LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ha"}">' for at in range(10))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not XML: no element found"),
        ("{}", "not XML"),
        (f"{HEAD}\n<StrategicPlanCore>", "x.xml:2: not XML"),
        (f"<!DOCTYPE x [{LAUGHS}]>\n<x>&l9;</x>", "x.xml:1: has a document type"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "document type"),
        ('<!DOCTYPE StrategicPlan SYSTEM "http://example.org/x.dtd"><StrategicPlan/>', "document type"),
        ("<html/>", "the document is html: expected StrategicPlan"),
        ('<StrategicPlan xmlns="urn:other"/>', "in the namespace 'urn:other'"),
        ('<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:stratml_core"/>', "only Part 1 is read"),
        (f"{HEAD}</StrategicPlan>", "looked at no goal"),
        (f"{HEAD}\n<StrategicPlanCore/></StrategicPlan>", "x.xml:2: looked at no goal"),
        (f"<StrategicPlan>{CORE}</StrategicPlan>", "the plan has no Name"),
        (f"{HEAD}{CORE}\n<AdministrativeInformation><StartDate>soon</StartDate></AdministrativeInformation></StrategicPlan>",
         "x.xml:2: StartDate is 'soon': expected a day"),
        ("<a>" * 60, "more than 50 deep"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "unknown encoding"),
    ],
)  # fmt: skip
def test_bad_document_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(DataError) as caught:
        read_stratml(text.encode(), "x.xml")
    assert words in str(caught.value)


def test_document_that_is_too_large_is_not_parsed() -> None:
    with pytest.raises(DataError, match="20000001 bytes"):
        read_stratml(b" " * 20_000_001)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_are_read_as_they_are_declared(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{HEAD.replace(">P<", ">Plan café<")}{CORE}</StrategicPlan>'
    assert read_stratml(text.encode(encoding)).name == "Plan café"


def test_wrong_bytes_are_told_with_their_line() -> None:
    with pytest.raises(DataError, match=r"x\.xml:2: not XML: not well-formed"):
        read_stratml(f"<a>\n{'é'}</a>".encode("latin-1"), "x.xml")


def test_unknown_elements_are_told_and_the_rest_is_read() -> None:
    text = f"{HEAD}<Colour>red</Colour>{CORE.replace('</Goal>', '<Objectives/></Goal>')}</StrategicPlan>"
    assert read_stratml(text.encode()).ignored == (
        "line 1: Colour in StrategicPlan is not read.",
        "line 1: Objectives in Goal is not read. Did you mean 'Objective'?",
    )


@pytest.mark.parametrize("base", ["https://w3id.org/aseankg/id/", "no iri", "javascript:alert(1)", "https://x/<y>"])
def test_base_that_is_ours_or_none_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="--base"):
        own_base(base, "x")


@pytest.mark.parametrize("slug", ["", "Not A Slug", "../up", "é"])
def test_slug_that_would_need_escapes_is_refused(kg: KnowledgeGraph, slug: str) -> None:
    plan = read_stratml(f"{HEAD}{CORE}</StrategicPlan>".encode())
    with pytest.raises(UsageError, match="expected small letters"):
        take(plan, slug, OWN, "", kg.lookup.get_iri)
