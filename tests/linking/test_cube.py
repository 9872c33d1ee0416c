"""A table of statistics becomes a well-formed Data Cube: the integrity constraints of section 11.1 hold, and can fail.

https://www.w3.org/TR/vocab-data-cube/#wf-rules. Those of slices (IC-7 to IC-10, IC-18), of measure dimensions (IC-15 to
IC-17) and of hierarchies (IC-20, IC-21) have nothing to look at here. Each query finds faults.
"""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse
from tests.linking.conftest import Link

from aseankg.namespaces import PREFIXES, XSD

CONSTRAINTS = {
    "IC-1": """ { ?o a qb:Observation FILTER NOT EXISTS { ?o qb:dataSet ?any } }
        UNION { ?o a qb:Observation ; qb:dataSet ?one, ?two FILTER (?one != ?two) }""",
    "IC-2": """ { ?d a qb:DataSet FILTER NOT EXISTS { ?d qb:structure ?any } }
        UNION { ?d a qb:DataSet ; qb:structure ?one, ?two FILTER (?one != ?two) }""",
    "IC-3": """ ?s a qb:DataStructureDefinition
        FILTER NOT EXISTS { ?s qb:component/qb:componentProperty/a qb:MeasureProperty }""",
    "IC-4": " ?d a qb:DimensionProperty FILTER NOT EXISTS { ?d rdfs:range ?any }",
    "IC-5": " ?d a qb:DimensionProperty ; rdfs:range skos:Concept FILTER NOT EXISTS { ?d qb:codeList ?any }",
    "IC-6": """ ?s qb:component ?c . ?c qb:componentRequired false ; qb:componentProperty ?p
        FILTER NOT EXISTS { ?p a qb:AttributeProperty }""",
    "IC-11": """ ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty ?d . ?d a qb:DimensionProperty
        FILTER NOT EXISTS { ?o ?d ?any }""",
    "IC-12": """ { SELECT ?one ?two { ?one qb:dataSet ?s . ?two qb:dataSet ?s FILTER (STR(?one) < STR(?two))
        FILTER NOT EXISTS { ?s qb:structure/qb:component/qb:componentProperty ?d . ?d a qb:DimensionProperty .
                            ?one ?d ?a . ?two ?d ?b FILTER (?a != ?b) } } }""",
    "IC-13": """ ?o qb:dataSet/qb:structure/qb:component ?c . ?c qb:componentRequired true ; qb:componentProperty ?a
        FILTER NOT EXISTS { ?o ?a ?any }""",
    "IC-14": """ ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty ?m . ?m a qb:MeasureProperty
        FILTER NOT EXISTS { ?o ?m ?any }""",
    "IC-19": """ ?o qb:dataSet/qb:structure/qb:component/qb:componentProperty ?d . ?d a qb:DimensionProperty ;
        qb:codeList ?list . ?list a skos:ConceptScheme . ?o ?d ?code
        FILTER NOT EXISTS { ?code a skos:Concept ; skos:inScheme ?list }""",
}
LONG = (
    "ref_area,indicator,sex,classif1,time,obs_value,unit,note\n"
    'VNM,X,SEX_T,ECO_A,2015,"1,234.5",%,a\nVNM,X,SEX_F,ECO_A,2015,12 %,%,\nTHA,X,SEX_T,ECO_B,2016-03,7,%,b\n'
    "Narnia,X,SEX_M,ECO_B,2016,..,%,\nNarnia,X,SEX_M,ECO_B,2017,8,%,\nVNM,X,SEX_T,ECO_A,2015,9,%,again\n,X,SEX_T,ECO_A,2015,9,%,\n"
)
WIDE = "Country,Sector,2015,2016,2017\nLaos,A,1,2,3\nLaos,B,4,..,6\nBurma,A,7,8,9\n"
SEVERAL = "Country,Year,Men employed,Women employed\nLaos,2015,1,2\nLaos,2016,3,n/a\nBurma,2015,5,6\n"
TWO_OF_INDICATORS = (
    "Country Name,Indicator Name,Indicator Code,2015,2016\nLaos,Informal,IFL,1,2\nBurma,Informal,IFL,3,..\n"
)
CALLED_AS_OURS = "Country,Year,Measure,Dimension,Men,Women\nLaos,2015,Men,sector,1,2\nBurma,2015,Women,measure,3,4\n"
NO_SUCH_DAY = "Country,Date,Value\nLaos,2018-02-31,1\nLaos,2018-03-01,2\n"
TABLES = pytest.mark.parametrize(
    ("text", "columns"),
    [
        (LONG, {}), (WIDE, {}), (SEVERAL, {}), (TWO_OF_INDICATORS, {}), (NO_SUCH_DAY, {}),
        (CALLED_AS_OURS, {"Measure": "dimension", "Dimension": "dimension"}),
    ],
    ids=["long", "wide", "several columns of figures", "names and codes of indicators", "no such day", "called as ours"],
)  # fmt: skip
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


def read(result: object) -> Store:
    store = Store()
    store.extend(
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in parse(path=str(result.rdf), format=RdfFormat.TRIG)  # type: ignore[attr-defined]
    )
    return store


def rows(store: Store, text: str) -> list[tuple[str, ...]]:
    found = store.query(PROLOGUE + text)
    return [tuple("" if term is None else term.value for term in row) for row in found]  # type: ignore[union-attr]


def broken(store: Store) -> set[str]:
    return {name for name, text in CONSTRAINTS.items() if store.query(f"{PROLOGUE}ASK {{ {text} }}")}


@TABLES
def test_the_cube_is_well_formed(linked: Link, text: str, columns: dict[str, str]) -> None:
    store = read(linked(text, columns))
    assert rows(store, "SELECT (COUNT(*) AS ?n) { ?o a qb:Observation }") not in ([], [("0",)])
    assert broken(store) == set()
    assert not store.query(
        PROLOGUE
        + "ASK { ?o a qb:Observation ; ?d ?one, ?two . ?d a qb:DimensionProperty FILTER (STR(?one) < STR(?two)) }"
    )


@pytest.mark.parametrize(
    ("name", "removed"),
    [
        ("IC-1", "?s qb:dataSet ?o"), ("IC-2", "?s qb:structure ?o"), ("IC-3", "?s a qb:MeasureProperty"),
        ("IC-4", "?s rdfs:range ?o"), ("IC-5", "?s qb:codeList ?o"), ("IC-6", "?s a qb:AttributeProperty"),
        ("IC-11", "?s sdmx-dimension:refPeriod ?o"), ("IC-14", "?s sdmx-measure:obsValue ?o"),
        ("IC-19", "?s skos:inScheme ?o"),
    ],
)  # fmt: skip
def test_every_constraint_can_fail(linked: Link, name: str, removed: str) -> None:
    store = read(linked(LONG))
    store.update(f"{PROLOGUE}DELETE {{ {removed} }} WHERE {{ {removed} }}")
    assert name in broken(store)


def test_two_figures_of_the_same_place_and_time_break_the_cube(linked: Link) -> None:
    store = read(linked(LONG))
    store.update(
        PROLOGUE + "INSERT { <urn:x> ?p ?v } WHERE { ?o a qb:Observation ; ?p ?v ; sdmx-dimension:refArea country:tha }"
    )
    assert broken(store) == {"IC-12"}


def test_figures_have_the_place_the_time_and_the_sex_of_sdmx(linked: Link) -> None:
    found = rows(
        read(linked(LONG)),
        "SELECT ?area ?period ?sex ?value { ?o sdmx-dimension:refArea ?area ; sdmx-dimension:refPeriod ?period ; "
        "sdmx-dimension:sex ?sex ; sdmx-measure:obsValue ?value } ORDER BY ?value",
    )
    code, country = PREFIXES["sdmx-code"], PREFIXES["country"]
    own = "https://example.org/table/code/ref-area/narnia"
    assert sorted(found) == sorted([
        (country + "tha", "2016-03", code + "sex-T", "7"), (own, "2017", code + "sex-M", "8"),
        (country + "vnm", "2015", code + "sex-F", "12"), (country + "vnm", "2015", code + "sex-T", "1234.5"),
    ])  # fmt: skip


def test_literals_have_the_types_of_xml_schema(linked: Link) -> None:
    quads = list(parse(path=str(linked(LONG).rdf), format=RdfFormat.TRIG))
    typed = {(quad.predicate.value.rpartition("#")[2], quad.object.datatype) for quad in quads
             if isinstance(quad.object, Literal)}  # fmt: skip
    assert {("obsValue", XSD.decimal), ("refPeriod", XSD.gYear), ("refPeriod", XSD.gYearMonth)} <= typed
    assert all(isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode) for quad in quads)


def test_what_is_no_observation_is_reported_and_not_invented(linked: Link) -> None:
    told = [
        (row["column"], row["text"], row["outcome"].split(" (")[0], row["first row"])
        for row in linked(LONG).rows("-report.csv")
    ]
    assert ("obs_value", "..", "missing", "5") in told
    assert ("obs_value", "", "of the same place, time and all else as one before", "7") in told
    assert ("ref_area", "", "empty, and its figures need it", "8") in told


def test_years_in_the_heads_are_the_times_of_their_figures(linked: Link) -> None:
    found = rows(
        read(linked(WIDE)),
        "SELECT ?period ?value { ?o sdmx-dimension:refArea country:lao ; sdmx-dimension:refPeriod ?period ; "
        "sdmx-measure:obsValue ?value } ORDER BY ?period ?value",
    )
    # "Sector" tells the rows of one country apart.
    assert found == [("2015", "1"), ("2015", "4"), ("2016", "2"), ("2017", "3"), ("2017", "6")]


def test_the_graph_is_the_persons_own(linked: Link) -> None:
    base = "https://data.example.org/mine/"
    quads = list(parse(path=str(linked(LONG, base=base).rdf), format=RdfFormat.TRIG))
    assert {quad.graph_name.value for quad in quads} == {base + "graph"}  # type: ignore[union-attr]
    assert not any(quad.subject.value.startswith("https://w3id.org/aseankg/") for quad in quads)  # type: ignore[union-attr]


def test_a_table_without_figures_becomes_things_tied_to_the_graph(linked: Link) -> None:
    store = read(linked("Name,Country\nA workshop,Laos\nA study,Viet Nam\n"))
    found = rows(
        store,
        "SELECT ?label ?country { ?row a ?class ; rdfs:label ?label ; dcterms:relation ?country } ORDER BY ?label",
    )
    assert found == [("A study", PREFIXES["country"] + "vnm"), ("A workshop", PREFIXES["country"] + "lao")]


def test_codes_that_are_alike_stay_two(linked: Link) -> None:
    store = read(linked("Country,Year,Sector,Value\nLaos,2015,A & B,1\nLaos,2015,A / B,2\n"))
    assert len(rows(store, "SELECT DISTINCT ?code { ?code a skos:Concept }")) == 2
