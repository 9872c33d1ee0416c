"""Two endpoints are asked as one: by rdflib, by Comunica and by the other endpoint from outside, and by our own SERVICE.

The second endpoint has sample figures of four countries that the plans know and of one that they do not. What is
expected was read in the Action Plan (Viet Nam leads 1 and 11, Lao PDR 7, 8 and 12, Thailand 10 and 14b) and in
statistics.ttl. Not here: which hosts SERVICE may ask, and what happens when they fail (tests/store/test_federation);
clients that ask one endpoint only (tests/web/test_clients).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from tests.clients.conftest import HERE, Comunica, Watched, endpoint
from tests.web.conftest import Served, problem, served

from aseankg.builds import Build
from aseankg.settings import Settings

# rdflib leaves its connections to the garbage collector, and uses its own old classes.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

PREFIXES = """PREFIX akg:  <https://w3id.org/aseankg/ontology#>
PREFIX country: <https://w3id.org/aseankg/id/country/>
PREFIX plan: <https://w3id.org/aseankg/id/plan/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
LEADS = """?activity akg:inPlan plan:rap-vientiane ; akg:number ?number ; akg:leadCountry ?lead .
?lead rdfs:label ?country ; akg:iso3166Alpha3 ?code ."""
FIGURES = """?area skos:notation ?code .
?figure sdmx-dimension:refArea ?area ; sdmx-dimension:refPeriod ?year ; sdmx-measure:obsValue ?value ."""
JSON = "application/sparql-results+json"
COUNTRY = "https://w3id.org/aseankg/id/country/"
CODES = ("brn", "lao", "tha", "vnm")
COLUMNS = ("country", "number", "year", "value")
ROWS = [
    ("Lao PDR", "12", "2022", "33.3"),
    ("Lao PDR", "7", "2022", "33.3"),
    ("Lao PDR", "8", "2022", "33.3"),
    ("Thailand", "10", "2022", "44.4"),
    ("Thailand", "14b", "2022", "44.4"),
    ("Viet Nam", "1", "2020", "55.5"),
    ("Viet Nam", "1", "2022", "66.6"),
    ("Viet Nam", "11", "2020", "55.5"),
    ("Viet Nam", "11", "2022", "66.6"),
]


def join(leads: str, figures: str) -> str:
    """The query for those who lead activities, with their figures; each part is a pattern or a SERVICE with one."""
    return f"{PREFIXES}SELECT ?{' ?'.join(COLUMNS)} WHERE {{ {leads} {figures} }} ORDER BY ?country ?number ?year"


def rows_of(body: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(body)["results"]["bindings"]
    return found


def service(address: str, pattern: str) -> str:
    return f"SERVICE <{address}> {{ {pattern} }}"


# -- several ways, one answer ------------------------------------------------------------------------------


def test_ours_asks_the_other_by_service(ours: Watched, figures: str) -> None:
    reply = ours.service.ask(join(LEADS, service(figures, FIGURES)), Accept=JSON)
    assert [tuple(row[column]["value"] for column in COLUMNS) for row in rows_of(reply.body)] == ROWS


def test_rdflib_asks_for_each_row_of_a_file(ours: Watched) -> None:
    """What is known so far comes with the query, as VALUES behind it. (It asks only one SERVICE of a query: its #3069.)"""
    graph = rdflib.Graph().parse(HERE / "statistics.ttl")
    before = len(ours.asked())
    found = graph.query(join(FIGURES, service(ours.address, LEADS)))
    assert [tuple(map(str, row)) for row in found] == ROWS  # type: ignore[arg-type]
    asked = ours.asked()[before:]
    assert len(asked) == 6 and all("VALUES" in one["query"] and one["outcome"] == "ok" for one in asked)


def test_rdflib_asks_by_post_when_it_asks_for_much(ours: Watched) -> None:
    """From 600 characters on; the answer is asked for as `output=json`."""
    text = f"""{PREFIXES}SELECT ?code {{ SERVICE <{ours.address}> {{
        VALUES ?other {{ {" ".join(f'"{number}"' for number in range(2000))} }}
        country:vnm akg:iso3166Alpha3 ?code FILTER(?other = "7") }} }}"""
    assert [str(row.code) for row in rdflib.Graph().query(text)] == ["VNM"]  # type: ignore[union-attr]


def test_the_other_asks_ours_by_service(ours: Watched, figures: str) -> None:
    """Its SERVICE is that of pyoxigraph."""
    found = rdflib.Graph(SPARQLStore(figures)).query(join(FIGURES, service(ours.address, LEADS)))
    assert [tuple(map(str, row)) for row in found] == ROWS  # type: ignore[arg-type]


def test_comunica_finds_out_who_knows_what(ours: Watched, figures: str, comunica: Comunica) -> None:
    """Its rows are sorted here: Comunica 4.5 does not sort by several keys as ORDER BY asks."""
    before = len(ours.asked())
    rows = comunica.rows(join(LEADS, FIGURES), ours.address, figures)
    assert sorted(tuple(row[column]["value"] for column in COLUMNS) for row in rows) == ROWS
    asked = ours.asked()[before:]
    assert {one["outcome"] for one in asked} == {"ok"}
    texts = [one["query"] for one in asked]
    for what in ("ASK WHERE", r"SELECT \(COUNT\(\*\)", r"SELECT \?.*VALUES \("):
        assert any(re.match(what, text, re.DOTALL) for text in texts), what


def test_comunica_asks_both_by_service(ours: Watched, figures: str, comunica: Comunica) -> None:
    query = join(service(ours.address, LEADS), service(figures, FIGURES))
    rows = comunica.rows(query, ours.address, figures)
    assert sorted(tuple(row[column]["value"] for column in COLUMNS) for row in rows) == ROWS


def test_comunica_leaves_the_other_to_ours(ours: Watched, figures: str, comunica: Comunica) -> None:
    """With ours as the one source it hands the whole query on, SERVICE and all."""
    rows = comunica.rows(join(LEADS, service(figures, FIGURES)), ours.address)
    assert [tuple(row[column]["value"] for column in COLUMNS) for row in rows] == ROWS
    assert ours.asked()[-1]["query"] == join(LEADS, service(figures, FIGURES))


# -- Comunica: the other forms of queries ------------------------------------------------------------------


@pytest.mark.parametrize(("code", "truth"), [("VNM", "true"), ("FRA", "false")])
def test_comunica_learns_whether_both_know_it(
    ours: Watched, figures: str, comunica: Comunica, code: str, truth: str
) -> None:
    query = f"""{PREFIXES}ASK {{ VALUES ?code {{ "{code}" }} ?area skos:notation ?code .
        ?country akg:iso3166Alpha3 ?code }}"""
    assert json.loads(comunica.text(query, JSON, ours.address, figures))["boolean"] is (truth == "true")


def test_comunica_makes_triples_of_both(ours: Watched, figures: str, comunica: Comunica) -> None:
    query = f"""{PREFIXES}CONSTRUCT {{ ?country rdfs:seeAlso ?area ; rdfs:label ?name }}
        WHERE {{ ?country akg:iso3166Alpha3 ?code ; skos:prefLabel ?name . ?area skos:notation ?code }}"""
    graph = rdflib.Graph().parse(data=comunica.text(query, "text/turtle", ours.address, figures), format="turtle")
    found = {(str(one), str(other)) for one, other in graph.subject_objects(rdflib.RDFS.seeAlso)}
    assert found == {(f"{COUNTRY}{code}", f"http://statistics.example/{code.upper()}") for code in CODES}
    names = set(graph.objects(None, rdflib.RDFS.label))
    assert rdflib.Literal("Lao People's Democratic Republic", lang="en") in names and len(names) == 4


def test_comunica_keeps_what_only_one_knows(ours: Watched, figures: str, comunica: Comunica) -> None:
    """Cambodia and Singapore lead activities and have no figure here; Brunei Darussalam has one and leads none."""
    leads = f"""{PREFIXES}SELECT DISTINCT ?code ?value WHERE {{
        ?activity akg:inPlan plan:rap-vientiane ; akg:leadCountry ?lead . ?lead akg:iso3166Alpha3 ?code
        OPTIONAL {{ {FIGURES} }} FILTER(?code IN ("VNM", "KHM", "SGP", "BRN")) }}"""
    rows = comunica.rows(leads, ours.address, figures)
    pairs = sorted((row["code"]["value"], row.get("value", {}).get("value")) for row in rows)
    assert pairs == [("KHM", None), ("SGP", None), ("VNM", "55.5"), ("VNM", "66.6")]
    none = f"""{PREFIXES}SELECT ?lead WHERE {{ ?area skos:exactMatch ?lead . ?lead a akg:Country
        FILTER NOT EXISTS {{ ?activity akg:leadCountry ?lead }} }}"""
    assert [row["lead"]["value"] for row in comunica.rows(none, ours.address, figures)] == [f"{COUNTRY}brn"]


def test_words_of_the_other_endpoint_come_through(ours: Watched, figures: str, comunica: Comunica) -> None:
    words = 'ພາສາລາວ, "quoted" } SERVICE { \\ and a\nnew line'
    pattern = "?area skos:notation ?code . ?figure sdmx-dimension:refArea ?area ; rdfs:comment ?words"
    query = f"{PREFIXES}SELECT ?lead ?words WHERE {{ ?lead akg:iso3166Alpha3 ?code . %s }}"
    expected = [{"value": words, "type": "literal", "xml:lang": "lo"}]
    assert [row["words"] for row in comunica.rows(query % pattern, ours.address, figures)] == expected
    reply = ours.service.ask(query % service(figures, pattern), Accept=JSON)
    assert [row["words"] for row in rows_of(reply.body)] == expected


# -- Comunica: large and limited ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An endpoint with 500 things of the eleven countries, in turn."""
    file = tmp_path_factory.mktemp("many") / "many.ttl"
    codes = ("BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM")
    notation = "<http://www.w3.org/2004/02/skos/core#notation>"
    lines = (f'<http://many.example/{number}> {notation} "{codes[number % 11]}" .' for number in range(500))
    file.write_text("\n".join(lines), encoding="utf-8")
    with endpoint(file) as address:
        yield address


def test_comunica_joins_hundreds_of_rows(ours: Watched, many: str, comunica: Comunica) -> None:
    """It sends them in blocks of VALUES, many at once; what is told to wait (429) comes again, and none is lost."""
    before = len(ours.asked())
    query = f"""{PREFIXES}SELECT (COUNT(*) AS ?rows) (COUNT(DISTINCT ?m49) AS ?countries) WHERE {{
        ?thing skos:notation ?code . ?country akg:iso3166Alpha3 ?code ; akg:m49 ?m49 }}"""
    (row,) = comunica.rows(query, ours.address, many)
    assert (row["rows"]["value"], row["countries"]["value"]) == ("500", "11")
    assert {one["outcome"] for one in ours.asked()[before:]} <= {"ok", "throttled"}


@pytest.mark.parametrize("count", [3, 1000])
def test_comunica_asks_for_a_long_list(ours: Watched, comunica: Comunica, count: int) -> None:
    """A short query comes by GET, a long one by POST of a form."""
    listed = ", ".join(f"<{COUNTRY}{number}>" for number in range(count))
    query = f"{PREFIXES}SELECT ?code {{ ?c akg:iso3166Alpha3 ?code FILTER(?c IN ({listed}, country:vnm)) }}"
    assert [row["code"]["value"] for row in comunica.rows(query, ours.address)] == ["VNM"]


@pytest.fixture(scope="module")
def narrow(published: Build) -> Iterator[Served]:
    """Our service with the hosts of the default, none, and an answer of at most 15,000 rows."""
    with served(Settings(build_dir=str(published.folder.parent), rows=15_000)) as service:
        yield service


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_comunica_fails_when_an_answer_is_cut(narrow: Served, comunica: Comunica, query: str) -> None:
    """The dataset has more triples than that: what came of them must not look like all."""
    comunica.fail(f"{narrow.address}/sparql", "-q", query)


def test_a_join_by_service_is_refused_where_no_host_is_listed(narrow: Served, figures: str) -> None:
    words = problem(narrow.ask(join(LEADS, service(figures, FIGURES))), 403)
    assert f"may not ask {figures.split('/')[2]}" in words and "it allows none" in words


def test_the_other_endpoint_may_not_send_ours_back_to_itself(ours: Watched, figures: str) -> None:
    """Only the listed host and port may be asked, and ours is none of them."""
    words = problem(ours.service.ask(join(service(ours.address, LEADS), service(figures, FIGURES))), 403)
    assert f"may not ask {ours.address.split('/')[2]}" in words


# -- what Comunica reads besides ---------------------------------------------------------------------------


def test_comunica_reads_things_as_documents(ours: Watched, figures: str, comunica: Comunica) -> None:
    """`/id/...` leads to a document in a format that it asks for; joined with an endpoint it is one source of two."""
    query = f"{PREFIXES}SELECT ?area {{ ?country akg:iso3166Alpha3 ?code . ?area skos:notation ?code }}"
    (row,) = comunica.rows(query, f"{ours.service.address}/id/country/tha", figures)
    assert row["area"]["value"] == "http://statistics.example/THA"


# -- what the document shows -------------------------------------------------------------------------------


def shown(language: str) -> str:
    """The one block in this language of docs/federation.md."""
    document = (HERE.parents[1] / "docs" / "federation.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```{language}\n(.*?)```", document, re.DOTALL)
    return str(block)


def test_the_query_of_the_document_is_the_one_of_these_tests() -> None:
    unused = "PREFIX country: <https://w3id.org/aseankg/id/country/>\n"
    assert shown("sparql").split() == join(LEADS, FIGURES).replace(unused, "").split()


def test_the_python_of_the_document_runs(ours: Watched) -> None:
    code = shown("python").replace("http://127.0.0.1:8000/sparql", ours.address)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=HERE.parents[1], capture_output=True, text=True, check=True
    )
    assert [tuple(line.split("\t")) for line in done.stdout.splitlines()] == ROWS
