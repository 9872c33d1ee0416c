"""The reconciliation service over real HTTP: every answer is of the protocol's form, and means what the texts say.

The forms stand as JSON Schemas in tests/data/reconciliation, written from the text of the specification. Not here: which
names are understood (tests/reconcile), OpenRefine itself (tests/clients).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest
from tests.web.conftest import Reply, Served, problem, served

from aseankg.api import KnowledgeGraph
from aseankg.builds import Build
from aseankg.reconcile import Reconciler
from aseankg.settings import Settings

SCHEMAS = Path(__file__).parents[1] / "data" / "reconciliation"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
JSON = {"Content_Type": "application/json"}
ID = "https://w3id.org/aseankg/id/"
RAP = "rap-vientiane"


@pytest.fixture(scope="module")
def service(published: Build) -> Iterator[Served]:
    with served(replace(Settings(), build_dir=str(published.folder.parent))) as running:
        yield running


# -- the forms of the protocol -----------------------------------------------------------------------------


def of_form(document: Any, form: str) -> Any:
    """The document, which is of this form, such as 0.2/manifest."""
    schema = json.loads((SCHEMAS / f"{form}.schema.json").read_text(encoding="utf-8"))
    faults = [
        f"{error.instance_path}: {error.message}" for error in jsonschema_rs.validator_for(schema).iter_errors(document)
    ]
    assert faults == []
    return document


FORMS = sorted(
    f"{file.parent.name}/{file.name.removesuffix('.schema.json')}" for file in SCHEMAS.glob("*/*.schema.json")
)
INVALID = sorted(SCHEMAS.glob("*/invalid/*.json"))


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_a_json_schema_that_refuses_something(form: str) -> None:
    assert len(FORMS) == 19
    version, name = form.split("/")
    assert jsonschema_rs.meta.is_valid(json.loads((SCHEMAS / f"{form}.schema.json").read_text(encoding="utf-8")))
    assert [file for file in INVALID if file.parts[-3] == version and file.name.startswith(f"{name}.")]


@pytest.mark.parametrize("file", INVALID, ids=lambda file: f"{file.parts[-3]} {file.stem}")
def test_what_is_not_of_the_form_is_refused(file: Path) -> None:
    form = f"{file.parts[-3]}/{file.name.partition('.')[0]}"
    with pytest.raises(AssertionError):
        of_form(json.loads(file.read_text(encoding="utf-8")), form)


def answered(reply: Reply, form: str) -> Any:
    assert (reply.status, reply.media_type) == (200, "application/json"), reply.body[:500]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    return of_form(json.loads(reply.body), form)


def ask(service: Served, target: str, form: str, **parameters: object) -> Any:
    return answered(service.send("GET", f"/reconcile/{target}?{urlencode(parameters)}".replace("/?", "?")), form)


def match(service: Served, **queries: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The candidates of each query of 0.2, sent as a form."""
    body = urlencode({"queries": json.dumps(of_form(queries, "0.2/query-batch"))}).encode()
    document = answered(service.send("POST", "/reconcile", body, **FORM), "0.2/result-batch")
    assert list(document) == list(queries)
    assert [name for name, one in document.items() if "error" in one] == []
    for one in document.values():
        assert all(a["score"] >= b["score"] for a, b in pairwise(one["result"]))
        assert sum(candidate["match"] for candidate in one["result"]) <= 1
    return {name: one["result"] for name, one in document.items()}


def match_10(service: Served, *queries: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The candidates of each query of 1.0-draft, in their order."""
    body = json.dumps(of_form({"queries": queries}, "1.0/query-batch")).encode()
    document = answered(service.send("POST", "/reconcile/v1/match", body, **JSON), "1.0/result-batch")
    assert len(document["results"]) == len(queries)
    assert [one for one in document["results"] if "error" in one] == []
    return [one["candidates"] for one in document["results"]]


def by_name(value: object, **more: object) -> dict[str, Any]:
    return {"matchType": "name", "propertyValue": value, **more}


def by_property(pid: str, value: object, **more: object) -> dict[str, Any]:
    return {"matchType": "property", "propertyId": pid, "propertyValue": value, **more}


def chosen(candidates: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in candidates if one["match"]]


def ids(candidates: list[dict[str, Any]]) -> set[str]:
    return {one["id"] for one in candidates}


# -- the manifest ------------------------------------------------------------------------------------------


def test_without_parameters_a_program_gets_the_manifest(service: Served) -> None:
    for accept in ("*/*", "application/json", "text/javascript, application/javascript, */*;q=0.1"):
        found = answered(service.send("GET", "/reconcile", Accept=accept), "0.2/manifest")
        assert found["versions"] == ["0.2"] and found["identifierSpace"] == ID
    assert [one["id"] for one in found["defaultTypes"]] == [
        "body", "country", "plan", "activity", "thematic-area", "strategy", "theme", "indicator",
    ]  # fmt: skip
    assert set(found["suggest"]) == {"entity", "property", "type"}
    assert {one["name"] for one in found["extend"]["property_settings"]} == {"limit", "content"}


def test_the_addresses_in_the_manifest_answer(service: Served) -> None:
    found = ask(service, "", "0.2/manifest")
    identifier = quote("country/vnm", safe="")
    addresses = [found["documentation"], found["logo"], found["preview"]["url"], found["view"]["url"]]
    for one in found["suggest"].values():
        addresses.append(one["service_url"] + one["service_path"] + "?prefix=a")
    entity = found["suggest"]["entity"]
    addresses.append(entity["flyout_service_url"] + entity["flyout_service_path"])
    proposing = found["extend"]["propose_properties"]
    addresses.append(proposing["service_url"] + proposing["service_path"] + "?type=country")
    assert len(addresses) == 9
    for address in addresses:
        target = re.sub(r"\{\{id\}\}|\$\{id\}", identifier, address).removeprefix(service.address)
        assert service.send("GET", target).status in (200, 303), target


def test_the_draft_has_a_manifest_of_its_own(service: Served) -> None:
    found = ask(service, "v1", "1.0/manifest")
    assert found["versions"] == ["1.0-draft"] and found["standardizedScore"] is True
    assert found["view"]["url"] == service.address + "/id/{+id}"
    assert "identifierSpace" not in found  # "Remove identifierSpace and schemaSpace"


# -- matching ----------------------------------------------------------------------------------------------


def test_a_batch_is_answered_by_get_and_by_post_alike(service: Served) -> None:
    queries = {"q0": {"query": "Viet Nam", "type": "country"}, "q1": {"query": "ACMW"}}
    posted = match(service, **queries)
    got = ask(service, "", "0.2/result-batch", queries=json.dumps(queries))
    assert got == {name: {"result": found} for name, found in posted.items()}
    assert (chosen(posted["q0"]), chosen(posted["q1"])) == (["country/vnm"], ["body/acmw"])
    assert posted["q0"][0]["type"] == [{"id": "country", "name": "Country"}]


def test_a_type_restricts_one_or_several_may_be_given(service: Served) -> None:
    found = match(
        service,
        one={"query": "activity 5", "type": "strategy", "limit": 100},
        two={"query": "Thailand", "type": ["country", "body"]},
        none={"query": "Thailand", "type": ["body"]},
        all={"query": "Thailand", "type": ["body", "country"], "type_strict": "all"},
        should={"query": "Thailand", "type": ["body"], "type_strict": "should"},
    )
    assert {kind["id"] for one in found["one"] for kind in one["type"]} <= {"strategy"}
    assert chosen(found["two"]) == ["country/tha"]
    assert "country/tha" not in ids(found["none"]) and "country/tha" not in ids(found["all"])
    assert "country/tha" in ids(found["should"]) and chosen(found["should"]) == []


def test_a_property_decides_between_things_of_one_name(service: Served) -> None:
    plan = {"pid": "plan", "v": "RAP"}
    cells = [{"pid": "iso3", "v": ""}, {"pid": "m49", "v": []}]
    found = match(
        service,
        right={"query": "Activity 5", "type": "activity", "properties": [plan]},
        wrong={"query": "Activity 5 (RAP)", "type": "activity", "properties": [{"pid": "plan", "v": "ALM WP"}]},
        empty={"query": "Thailand", "type": "country", "properties": cells},
    )
    assert chosen(found["right"]) == [f"{RAP}/activity/5"]
    assert {"id": "property-plan", "value": 1.0} in found["right"][0]["features"]
    wrong = next(one for one in found["wrong"] if one["id"] == f"{RAP}/activity/5")
    assert wrong["score"] <= 50 and chosen(found["wrong"]) == []
    assert chosen(found["empty"]) == ["country/tha"]


def test_properties_alone_find_what_has_them(service: Served) -> None:
    # "Lead Country in SLOM" of the action plan: Viet Nam in rows 1 and 11, all Member States in 3, 6 and 14 a. Of these
    # only row 3, "2017-2025", has a time.
    lead, plan, year = {"pid": "lead", "v": "Vietnam"}, {"pid": "plan", "v": "RAP"}, {"pid": "year", "v": 2018}
    same = {"pid": "lead", "v": {"id": "country/vnm", "name": "Viet Nam"}}
    found = match(
        service,
        code={"properties": [{"pid": "iso3", "v": "VNM"}]},
        number={"type": "country", "properties": [{"pid": "m49", "v": 704}]},
        lead={"type": "activity", "limit": 100, "properties": [lead, plan]},
        same={"type": "activity", "limit": 100, "properties": [same, plan]},
        year={"type": "activity", "properties": [lead, plan, year]},
    )
    assert chosen(found["code"]) == chosen(found["number"]) == ["country/vnm"]
    whole = {one["id"] for one in found["lead"] if one["score"] == 100}
    assert whole == {f"{RAP}/activity/{number}" for number in ("1", "3", "6", "11", "14a")}
    assert chosen(found["lead"]) == []  # five are not one
    assert {one["id"] for one in found["same"] if one["score"] == 100} == whole
    assert chosen(found["year"]) == [f"{RAP}/activity/3"]


def test_an_identifier_as_name_finds_the_thing(service: Served) -> None:
    found = match(service, short={"query": "country/vnm"}, whole={"query": ID + "country/vnm"})
    assert found["short"][0]["id"] == found["whole"][0]["id"] == "country/vnm"
    assert "http" not in found["whole"][0]["description"]


def test_a_limit_of_a_million_is_cut_and_the_answer_good(service: Served) -> None:
    found = match(
        service, many={"query": "ASEAN labour", "limit": 1_000_000}, few={"query": "ASEAN labour", "limit": 2}
    )
    assert 3 < len(found["many"]) <= 100
    assert len(found["few"]) == 2


def test_queries_of_a_batch_do_not_change_each_other(service: Served) -> None:
    names = ["Viet Nam", "ACMW", "activity 5", "nothing of this name", "Laos"]
    batch = match(service, **{f"q{number}": {"query": name} for number, name in enumerate(names)})
    assert [match(service, q={"query": name})["q"] for name in names] == list(batch.values())


# -- the draft of 1.0 --------------------------------------------------------------------------------------


def test_the_draft_answers_in_the_order_of_the_queries(service: Served) -> None:
    lao, acmw = match_10(
        service,
        {"type": "country", "lang": "en", "conditions": [by_name("Lao PDR", lang="en")]},
        {"limit": 1, "conditions": [by_name("ACMW")]},
    )
    assert (chosen(lao), chosen(acmw)) == (["country/lao"], ["body/acmw"])
    assert len(acmw) == 1 and all(feature["name"] for feature in acmw[0]["features"])


def test_quantifiers_are_or_and_and_not(service: Served) -> None:
    # "Lead Country in SLOM": Viet Nam in rows 1 and 11, Thailand in 10 and 14 b, all Member States in 3, 6 and 14 a.
    def activities(**more: object) -> set[str]:
        lead = by_property("lead", ["Viet Nam", "Thailand"], required=True, **more)
        plan = by_property("plan", "RAP", required=True)
        (found,) = match_10(service, {"type": "activity", "limit": 100, "conditions": [lead, plan]})
        return {identifier.removeprefix(f"{RAP}/activity/") for identifier in ids(found)}

    assert activities(matchQuantifier="any") == activities() == {"1", "3", "6", "10", "11", "14a", "14b"}
    assert activities(matchQuantifier="all") == {"3", "6", "14a"}
    assert activities(matchQuantifier="none") == {"2", "4", "5", "7", "8", "9", "12", "13"}


def test_what_is_required_must_be_there_what_is_not_only_counts(service: Served) -> None:
    def thailand(**more: object) -> list[dict[str, Any]]:
        return match_10(service, {"conditions": [by_name("Thailand"), by_property("iso3", "VNM", **more)]})[0]

    assert "country/tha" in ids(thailand()) and chosen(thailand()) == []
    assert "country/tha" not in ids(thailand(required=True))


def test_qualifiers_say_how_a_value_is_compared(service: Served) -> None:
    def bodies(value: str, qualifier: str) -> set[str]:
        asked = by_property("acronym", value, required=True, matchQualifier=qualifier)
        return ids(match_10(service, {"type": "body", "conditions": [asked]})[0])

    assert bodies("asean oshnet", "exact") == {"body/asean-oshnet"}
    assert bodies("asean oshnt", "exact") == set()
    assert bodies("asean oshnt", "near") == {"body/asean-oshnet"}
    # Rows 10 "2018", 12 "2018-2019" and 14 b "2018-2020" begin in 2018; a year is not the day on which it begins.
    begun, same = (
        match_10(
            service,
            {
                "type": "activity",
                "limit": 100,
                "conditions": [by_property("start", "2018", required=True, matchQualifier=how)],
            },
        )[0]
        for how in ("begins", "exact")
    )
    assert {f"{RAP}/activity/{number}" for number in ("10", "12", "14b")} <= ids(begun)
    assert f"{RAP}/activity/3" not in ids(begun) and same == []


def test_several_values_of_a_name_are_alternatives(service: Served) -> None:
    (found,) = match_10(service, {"type": "country", "conditions": [by_name(["no such land", "Viet Nam"])]})
    assert chosen(found) == ["country/vnm"]
    (two,) = match_10(service, {"type": "country", "conditions": [by_name(["Thailand", "Viet Nam"])]})
    assert ids(two) >= {"country/tha", "country/vnm"} and chosen(two) == []
    (neither,) = match_10(
        service, {"type": "country", "limit": 100, "conditions": [by_name(["Thailand", "VNM"], matchQuantifier="none")]}
    )
    assert len(neither) == 9 and ids(neither).isdisjoint(ids(two))


def test_the_fields_of_earlier_drafts_are_read_too(service: Served) -> None:
    old = {
        "queries": [
            {"conditions": [{"matchType": "name", "v": "x y"}, {"matchType": "property", "pid": "iso3", "v": "VNM"}]}
        ]
    }
    for name in ("match", "reconcile"):
        reply = service.send("POST", f"/reconcile/v1/{name}", json.dumps(old).encode(), **JSON)
        answered(reply, "1.0/result-batch")


# -- suggesting, previews ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.2", "1.0"])
def test_what_is_typed_is_completed(version: str, service: Served) -> None:
    path = "suggest" if version == "0.2" else "v1/suggest"

    def first(sort: str, form: str, **parameters: object) -> list[str]:
        return [one["id"] for one in ask(service, f"{path}/{sort}", f"{version}/{form}", **parameters)["result"]]

    assert first("entity", "suggest-entities", prefix="Viet")[0] == "country/vnm"
    assert first("entity", "suggest-entities", prefix="country/vnm")[0] == "country/vnm"
    assert "alm-wp-2016-2020/thematic-area/21" in first("entity", "suggest-entities", prefix="migrant wor")
    assert first("entity", "suggest-entities", prefix="v", type="country") == ["country/vnm"]
    assert first("property", "suggest-properties", prefix="ISO") == ["iso2", "iso3"]
    assert "theme" in first("type", "suggest-types", prefix="them")
    assert len(first("type", "suggest-types", prefix="")) == 8
    assert first("entity", "suggest-entities", prefix="qqqqqqqq") == []


def test_further_suggestions_follow_on_the_first(service: Served) -> None:
    whole = ask(service, "suggest/entity", "0.2/suggest-entities", prefix="")["result"]
    rest = ask(service, "suggest/entity", "0.2/suggest-entities", prefix="", cursor=7)["result"]
    assert len(whole) == 20 and rest[:13] == whole[7:]
    some = ask(service, "v1/suggest/entity", "1.0/suggest-entities", prefix="", offset=7, limit=3)["result"]
    assert some == whole[7:10]
    assert ask(service, "suggest/entity", "0.2/suggest-entities", prefix="a", cursor=10**17)["result"] == []


def test_a_property_tells_its_qualifiers_in_the_draft(service: Served) -> None:
    found = ask(service, "v1/suggest/property", "1.0/suggest-properties", prefix="start")["result"]
    assert [one["id"] for one in found[0]["matchQualifiers"]] == ["exact", "begins"]
    assert (
        "matchQualifiers" not in ask(service, "suggest/property", "0.2/suggest-properties", prefix="start")["result"][0]
    )


def test_a_type_that_is_called_as_a_property_has_no_qualifiers(service: Served) -> None:
    found = ask(service, "v1/suggest/type", "1.0/suggest-types", prefix="plan")["result"]
    assert [sorted(one) for one in found] == [["description", "id", "name"]]


def test_flyouts_are_a_few_words_in_html(service: Served) -> None:
    for sort, identifier, words in [
        ("entity", "body/acmw", "ACMW"), ("property", "iso3", "alpha-3"), ("type", "country", "11 things"),
    ]:  # fmt: skip
        found = ask(service, f"flyout/{sort}", "0.2/flyout", id=identifier)
        assert found["id"] == identifier and words in found["html"]


@pytest.mark.parametrize("path", ["/reconcile/preview", "/reconcile/v1/preview"])
def test_a_preview_may_be_framed_by_other_sites_and_nothing_else_may(path: str, service: Served) -> None:
    reply = service.send("GET", f"{path}?id=country%2Fvnm")
    assert (reply.status, reply.media_type) == (200, "text/html") and b"Viet Nam" in reply.body
    policy = reply.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy and "default-src 'none'" in policy
    assert reply.headers["X-Frame-Options"] is None
    for other in ("/reconcile", "/", f"{path}?id=nothing"):
        reply = service.send("GET", other, Accept="text/html")
        assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Frame-Options"] == "DENY"


# -- data extension ----------------------------------------------------------------------------------------

WANTED: list[dict[str, Any]] = [
    {"id": "iri"}, {"id": "iso3"}, {"id": "lead"}, {"id": "start"}, {"id": "year"}, {"id": "title"},
    {"id": "plan", "settings": {"content": "id"}},
]  # fmt: skip
# Row 5 of the action plan: "The Philippines and Myanmar", "2017".
ROW_5 = {
    "iri": [{"str": f"{ID}{RAP}/activity/5"}],
    "iso3": [],
    "lead": [{"id": "country/mmr", "name": "Myanmar"}, {"id": "country/phl", "name": "Philippines"}],
    "start": [{"date": "2017-01-01T00:00:00Z"}],
    "year": [{"int": 2017}],
    "plan": [{"str": "plan/rap-vientiane"}],
}


def test_values_are_fetched_as_things_dates_numbers_and_text(service: Served) -> None:
    query = of_form(
        {"ids": [f"{RAP}/activity/5", "country/vnm", "no/such"], "properties": WANTED}, "0.2/extension-query"
    )
    body = urlencode({"extend": json.dumps(query)}).encode()
    found = answered(service.send("POST", "/reconcile", body, **FORM), "0.2/extension-response")
    assert found == ask(service, "", "0.2/extension-response", extend=json.dumps(query))
    assert [one["id"] for one in found["meta"]] == [one["id"] for one in WANTED]
    row = found["rows"][f"{RAP}/activity/5"]
    assert {name: row[name] for name in ROW_5} == ROW_5
    assert found["rows"]["country/vnm"]["iso3"] == [{"str": "VNM"}]
    assert found["rows"]["no/such"] == {one["id"]: [] for one in WANTED}


def test_the_draft_gives_the_same_values_in_the_order_asked_for(service: Served) -> None:
    query = of_form({"ids": ["country/vnm", f"{RAP}/activity/5"], "properties": WANTED}, "1.0/extension-query")
    found = answered(
        service.send("POST", "/reconcile/v1/extend", json.dumps(query).encode(), **JSON), "1.0/extension-response"
    )
    assert [row["id"] for row in found["rows"]] == query["ids"]
    row = {one["id"]: one["values"] for one in found["rows"][1]["properties"]}
    assert {name: row[name] for name in ROW_5} == ROW_5


def test_settings_say_how_many_values_and_in_which_form(service: Served) -> None:
    def leads(**settings: object) -> list[dict[str, Any]]:
        query = {"ids": ["country/vnm"], "properties": [{"id": "leads", "settings": settings}]}
        found = ask(service, "", "0.2/extension-response", extend=json.dumps(query))
        return list(found["rows"]["country/vnm"]["leads"])

    assert {"id": f"{RAP}/activity/1", "name": "Activity 1 (RAP)"} in leads()
    assert {"str": "Activity 1 (RAP)"} in leads(content="label")
    assert {"str": f"{RAP}/activity/1"} in leads(content="id")
    assert len(leads(limit=2)) == len(leads(limit="2")) == 2 < len(leads(limit=0))


def test_the_properties_proposed_for_a_type_have_values(service: Served) -> None:
    found = ask(service, "extend/propose", "0.2/property-proposal", type="country")
    names = [one["id"] for one in found["properties"]]
    assert {"iri", "iso2", "iso3", "m49", "leads"} <= set(names) and "acronym" not in names
    few = ask(service, "v1/extend/propose", "1.0/property-proposal", type="country", limit=2)
    assert [one["id"] for one in few["properties"]] == names[:2] and few["limit"] == 2
    assert len(ask(service, "extend/propose", "0.2/property-proposal")["properties"]) > len(names)


# -- JSONP -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["f", "jQuery3640_17", "a.b.c", "$", "_._"])
def test_a_safe_callback_is_called_with_the_answer(name: str, service: Served) -> None:
    for target in ("/reconcile?", "/reconcile/suggest/type?prefix=a&", "/reconcile/flyout/type?id=body&"):
        reply = service.send("GET", f"{target}callback={quote(name)}")
        assert reply.status == 200 and reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        body = reply.body.decode("ascii")
        assert body.startswith(f"/**/{name}(") and body.endswith(");")
        json.loads(body.removeprefix(f"/**/{name}(").removesuffix(");"))


@pytest.mark.parametrize(
    "name",
    [
        "alert(1)//",
        "<script>",
        "a b",
        "a..b",
        ".a",
        "a.",
        "1a",
        "a;b",
        "a[0]",
        "é",
        "a\n",
        "",
        "a" * 65,
        "a\u2028b",
        "f=>f",
    ],
)
def test_any_other_callback_is_refused_and_not_repeated_as_a_script(name: str, service: Served) -> None:
    for target in ("/reconcile?", f"/reconcile?queries={quote('{}')}&", "/reconcile/extend/propose?"):
        assert "callback is" in problem(service.send("GET", f"{target}callback={quote(name)}"), 400)


# -- bad input ---------------------------------------------------------------------------------------------

MALFORMED = {
    '{"q0": {"query": "x"': (1, 21),
    "{'q0': 1}": (1, 2),
    '{"q0":\n  {"query" "x"}}': (2, 12),
    "": (1, 1),
    "queries": (1, 1),
}


@pytest.mark.parametrize(("text", "place"), MALFORMED.items(), ids=repr)
def test_malformed_json_is_told_by_line_and_column(text: str, place: tuple[int, int], service: Served) -> None:
    replies = [
        service.send("GET", f"/reconcile?queries={quote(text)}"),
        service.send("GET", f"/reconcile?extend={quote(text)}"),
        service.send("POST", "/reconcile/v1/match", text.encode(), **JSON),
        service.send("POST", "/reconcile/v1/extend", text.encode(), **JSON),
    ]
    for reply in replies:
        words, body = problem(reply, 400), json.loads(reply.body)
        assert (body["line"], body["column"]) == place
        assert f"line {place[0]}, column {place[1]}" in words and "Expected {" in words


WRONG = {
    "[]": "expected an object",
    "1": "expected an object",
    '{"q0": [1]}': "expected an object",
    '{"q0": {}}': "has no field query",
    '{"q0": {"querry": "x"}}': "Did you mean 'query'",
    '{"q0": {"query": ""}}': "not empty",
    '{"q0": {"query": 5}}': "expected a string",
    '{"q0": {"query": "x", "type": "contry"}}': "Did you mean 'country'",
    '{"q0": {"query": "x", "type": [["a"]]}}': "queries.q0.type",
    '{"q0": {"query": "x", "limit": 0}}': "1 or more",
    '{"q0": {"query": "x", "limit": -3}}': "1 or more",
    '{"q0": {"query": "x", "limit": 1e999}}': "whole number",
    '{"q0": {"query": "x", "limit": 2.5}}': "whole number",
    '{"q0": {"query": "x", "limit": true}}': "whole number",
    '{"q0": {"query": "x", "type_strict": "none"}}': "any or all or should",
    '{"q0": {"query": "x", "properties": {}}}': "expected an array",
    '{"q0": {"query": "x", "properties": [{"v": 1}]}}': "has no field pid",
    '{"q0": {"query": "x", "properties": [{"pid": "led", "v": 1}]}}': "Did you mean 'lead'",
    '{"q0": {"query": "x", "properties": [{"pid": "lead", "v": {"name": "y"}}]}}': "has no field id",
    '{"q0": {"query": "x"}, "q0": {"query": "y"}}': "stands twice",
    '{"q0": {"query": "x", "limit": NaN}}': "no number of JSON",
    '{"q0": {"query": "\\ud800"}}': "half of a character",
    '{"\\udfff": {"query": "x"}}': "half of a character",
}


@pytest.mark.parametrize(("text", "words"), WRONG.items(), ids=WRONG)
def test_what_is_wrong_in_a_query_is_said(text: str, words: str, service: Served) -> None:
    assert words in problem(service.send("GET", f"/reconcile?queries={quote(text)}"), 400)


WRONG_10 = {
    "[]": "expected an object",
    "{}": "has no field queries",
    '{"queries": {}}': "expected an array",
    '{"queries": [{"conditions": []}]}': "0 conditions",
    '{"queries": [{"conditons": []}]}': "Did you mean 'conditions'",
    '{"queries": [{"conditions": [{"propertyValue": "x"}]}]}': "has no field matchType",
    '{"queries": [{"conditions": [{"matchType": "names", "propertyValue": "x"}]}]}': "Did you mean 'name'",
    '{"queries": [{"conditions": [{"matchType": "property", "propertyValue": "x"}]}]}': "has no field propertyId",
    '{"queries": [{"conditions": [{"matchType": "name", "propertyValue": []}]}]}': "holds no value",
    '{"queries": [{"type": ["a", "b"], "conditions": [{"matchType": "name", "propertyValue": "x"}]}]}': "type is",
    '{"queries": [{"conditions": [{"matchType": "name", "propertyValue": "x", "required": "no"}]}]}': "true or false",
    '{"queries": [{"conditions": [{"matchType": "name", "propertyValue": "x", "matchQuantifier": "some"}]}]}': "any or all or none",
    '{"queries": [{"conditions": [{"matchType": "property", "propertyId": "start", "propertyValue": "x", "matchQualifier": "near"}]}]}': "exact or begins",
}


@pytest.mark.parametrize(("text", "words"), WRONG_10.items(), ids=WRONG_10)
def test_what_is_wrong_in_a_query_of_the_draft_is_said(text: str, words: str, service: Served) -> None:
    assert words in problem(service.send("POST", "/reconcile/v1/match", text.encode(), **JSON), 400)


def test_a_fault_in_one_query_leaves_the_others_whole(service: Served) -> None:
    queries = {"good": {"query": "Thailand"}, "bad": {"query": "Thailand", "type": "contry"}}
    found = ask(service, "", "0.2/result-batch", queries=json.dumps(queries))
    assert chosen(found["good"]["result"]) == ["country/tha"] and "error" not in found["good"]
    assert found["bad"]["result"] == [] and "Did you mean 'country'" in found["bad"]["error"]["detail"]
    batch = {"queries": [{"conditions": []}, {"conditions": [by_name("Thailand")]}]}
    reply = service.send("POST", "/reconcile/v1/match", json.dumps(batch).encode(), **JSON)
    bad, good = answered(reply, "1.0/result-batch")["results"]
    assert chosen(good["candidates"]) == ["country/tha"]
    assert bad["candidates"] == [] and bad["error"]["status"] == 400


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"q":' * 50_000, '{"q": {"query": "x", "limit": ' + "9" * 5000 + "}}"]
)
def test_json_that_is_too_deep_or_too_long_in_a_number_is_refused(text: str, service: Served) -> None:
    body = urlencode({"queries": text}).encode()
    assert "Expected {" in problem(service.send("POST", "/reconcile", body, **FORM), 400)
    problem(service.send("POST", "/reconcile/v1/match", text.encode(), **JSON), 400)


@pytest.mark.parametrize(
    "name", ["x" * 10_000, "Viet Nam " * 1_200, "𝔳" * 10_000, "a b " * 2_500], ids=["x", "words", "wide", "short words"]
)
def test_a_name_of_ten_thousand_characters_is_answered_at_once(name: str, service: Served) -> None:
    began = perf_counter()
    match(service, **{f"q{number}": {"query": name} for number in range(5)})
    match(
        service,
        q={"query": name, "properties": [{"pid": pid, "v": name} for pid in ("title", "definition", "lead", "start")]},
    )
    match(service, q={"properties": [{"pid": "title", "v": name}]})
    assert perf_counter() - began < 5


@pytest.mark.parametrize(
    "name", ["…", "—", "   -", "()", "𓂀", "\x00", "<script>alert(1)</script>", "'; DROP TABLE", "}{"]
)
def test_a_name_of_signs_finds_nothing_and_breaks_nothing(name: str, service: Served) -> None:
    assert chosen(match(service, q={"query": name})["q"]) == []


def test_more_queries_than_a_batch_may_hold_are_refused_with_the_number(service: Served) -> None:
    most = ask(service, "", "0.2/manifest")["batchSize"]
    queries = {f"q{number}": {"query": "x"} for number in range(1000)}
    body = urlencode({"queries": json.dumps(queries)}).encode()
    assert f"at most {most}" in problem(service.send("POST", "/reconcile", body, **FORM), 413)
    many = {"queries": [{"conditions": [by_name("x")]}] * (most + 1)}
    assert f"at most {most}" in problem(
        service.send("POST", "/reconcile/v1/match", json.dumps(many).encode(), **JSON), 413
    )
    full = {"queries": [{"conditions": [by_name(["x"] * 20)]}] * most}
    assert "1,000 names and values" in problem(
        service.send("POST", "/reconcile/v1/match", json.dumps(full).encode(), **JSON), 413
    )
    ids_ = {"ids": ["x"] * 1001, "properties": []}
    problem(service.send("POST", "/reconcile/v1/extend", json.dumps(ids_).encode(), **JSON), 413)


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/v1/match", "/reconcile/v1/extend"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(path: str, service: Served) -> None:
    problem(service.send("POST", path, None, Content_Length="100000000", **FORM), 413)


def test_what_is_asked_in_no_form_of_the_protocol_is_said(service: Served) -> None:
    both = urlencode({"queries": "{}", "extend": "{}"})
    assert "2 of the parameters" in problem(service.send("GET", f"/reconcile?{both}"), 400)
    assert "0 of the parameters" in problem(service.send("POST", "/reconcile", b"query=x", **FORM), 400)
    assert "expected application/x-www-form-urlencoded" in problem(
        service.send("POST", "/reconcile", b"{}", **JSON), 415
    )
    assert "expected application/json" in problem(
        service.send("POST", "/reconcile/v1/match", b"queries={}", **FORM), 415
    )
    problem(service.send("GET", "/reconcile/v1/match"), 405)
    problem(service.send("GET", "/reconcile/suggest/entty?prefix=x"), 404)
    assert "expected a whole number" in problem(service.send("GET", "/reconcile/suggest/entity?prefix=x&cursor=x"), 400)
    assert "country/vnm" in problem(service.send("GET", "/reconcile/preview?id=nothing"), 404)
    assert "Did you mean 'iso3'" in problem(service.send("GET", "/reconcile/flyout/property?id=iso33"), 400)
    assert "Did you mean 'country'" in problem(service.send("GET", "/reconcile/extend/propose?type=contry"), 400)


def test_parameters_that_clients_add_are_ignored(service: Served) -> None:
    ask(service, "", "0.2/manifest", _="1700000000", lang="en")
    ask(service, "suggest/entity", "0.2/suggest-entities", prefix="x", type_strict="any", spell="always", key="")


def test_a_browser_may_send_from_any_site(service: Served) -> None:
    for target in ("/reconcile", "/reconcile/v1/match", "/reconcile/v1/extend"):
        reply = service.send("OPTIONS", target, Origin="https://example.org", Access_Control_Request_Method="POST")
        assert reply.status in (200, 204) and "POST" in reply.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]


def test_candidates_of_equal_score_come_in_the_order_of_the_matcher(service: Served, kg: KnowledgeGraph) -> None:
    for text in ("work", "activity", "skills development", "regional workshop"):
        told = [one["id"] for one in match(service, q={"query": text, "limit": 100})["q"]]
        found = Reconciler.of_store(kg.store).candidates(text, limit=100)
        assert len(found) > 1 and told == [one.iri.removeprefix(ID) for one in found]


# -- the page, and others while names are matched ------------------------------------------------------------


def test_a_browser_gets_the_page_with_the_address_and_what_names_mean(service: Served) -> None:
    reply = service.send("GET", "/reconcile", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert reply.media_type == "text/html" and f"{service.address}/reconcile".encode() in reply.body
    text = service.send(
        "GET", "/reconcile?" + urlencode({"text": "Viet Nam\nqqqqq\n"}), Accept="text/html"
    ).body.decode()
    assert 'href="/id/country/vnm"' in text and "Nothing is called so" in text
    long = urlencode({"text": "x\n" * 51})
    assert "at most 50" in problem(service.send("GET", f"/reconcile?{long}"), 400)


def test_full_batches_do_not_hold_up_queries(service: Served) -> None:
    queries = {f"q{number}": {"query": f"Viet Nam activity {number}"} for number in range(50)}
    body = urlencode({"queries": json.dumps(queries)}).encode()

    def batches(_: int) -> int:
        return [service.send("POST", "/reconcile", body, **FORM).status for _ in range(10)].count(200)

    with ThreadPoolExecutor(4) as matching:
        running = matching.map(batches, range(4))
        times = []
        for number in range(40):
            began = perf_counter()
            assert service.ask(f"SELECT ({number} AS ?number) {{}}").status == 200
            times.append(perf_counter() - began)
        assert sum(running) == 40
    assert median(times) < 0.5
