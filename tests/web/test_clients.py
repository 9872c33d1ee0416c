"""The programs that researchers use get the texts' answers from the service: SPARQLWrapper, rdflib, pandas, curl, pyoxigraph.

What is expected was read in the Work Programme: the areas whose bracket says "(Responsible Body: ACMW)", and how many areas each body has.
Not here: what HTTP asks of the endpoint (test_protocol).
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pyoxigraph
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed
from tests.web.conftest import served

from aseankg.builds import Build
from aseankg.settings import Settings

# rdflib and SPARQLWrapper leave their connections to the garbage collector, and rdflib uses its own old classes.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

AKG = rdflib.Namespace("https://w3id.org/aseankg/ontology#")
BODY = rdflib.Namespace("https://w3id.org/aseankg/id/body/")
AREA = "https://w3id.org/aseankg/id/alm-wp-2016-2020/thematic-area/"
PREFIXES = f"PREFIX akg: <{AKG}>\nPREFIX body: <{BODY}>\n"
TITLES = {
    14: "Governing mechanisms of labour mobility (e.g. recruitment, job placement, reintegration programmes)",
    21: "Social protection of migrant workers in ASEAN",
    22: "Protection and promotion of the rights of migrant workers",
    23: "Labour dimension of trafficking in persons",
}
ROWS = [(f"{AREA}{number}", title) for number, title in TITLES.items()]
SELECT = (
    PREFIXES
    + "SELECT ?area ?title WHERE { body:acmw akg:responsibleFor ?area . ?area akg:title ?title } ORDER BY ?area"
)
CONSTRUCT = (
    PREFIXES + "CONSTRUCT { ?area akg:title ?title } WHERE { ?area akg:responsibleBody body:acmw ; akg:title ?title }"
)
DESCRIBE = PREFIXES + "DESCRIBE body:acmw"
STATED = "https://w3id.org/aseankg/graph/plan/alm-wp-2016-2020"
# How many areas the Work Programme gives to each; area 15 says "(Responsible Bodies: SLOM-WG and ASEAN-OSHNET)".
AREAS = {"slom": 8, "slom-wg": 9, "asean-oshnet": 3, "acmw": 4}


@pytest.fixture(scope="module")
def endpoint(published: Build) -> Iterator[str]:
    """The address of `/sparql` of a service over the published build."""
    with served(Settings(build_dir=str(published.folder.parent))) as service:
        yield service.address + "/sparql"


def titles(graph: rdflib.Graph) -> list[tuple[str, str]]:
    return sorted((str(subject), str(title)) for subject, title in graph.subject_objects(AKG.title))


# -- SPARQLWrapper -----------------------------------------------------------------------------------------


def wrapped(endpoint: str, query: str, form: str, method: str = GET, sent: str = URLENCODED) -> Any:
    wrapper = SPARQLWrapper(endpoint, returnFormat=form)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(sent)
    wrapper.setQuery(query)
    return wrapper.queryAndConvert()


WAYS = {"GET": (GET, URLENCODED), "POST": (POST, URLENCODED), "direct POST": (POST, POSTDIRECTLY)}


@pytest.mark.parametrize(("method", "sent"), WAYS.values(), ids=WAYS)
def test_sparqlwrapper_gets_the_rows(endpoint: str, method: str, sent: str) -> None:
    bindings = wrapped(endpoint, SELECT, JSON, method, sent)["results"]["bindings"]
    assert [(row["area"]["value"], row["title"]["value"]) for row in bindings] == ROWS
    document = wrapped(endpoint, SELECT, XML, method, sent)
    literals = [node.firstChild.data for node in document.getElementsByTagName("literal")]
    assert literals == [title for _, title in ROWS]
    for form, delimiter in ((CSV, ","), (TSV, "\t")):
        text = wrapped(endpoint, SELECT, form, method, sent).decode("utf-8")
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        assert header == ["area", "title"] if form == CSV else ["?area", "?title"]
        assert [title for _, title in rows] == [title for _, title in ROWS]


@pytest.mark.parametrize(("method", "sent"), WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("form", [TURTLE, RDFXML, XML, JSONLD, N3])
def test_sparqlwrapper_gets_the_triples(endpoint: str, form: str, method: str, sent: str) -> None:
    """XML is its default, also for CONSTRUCT, and travels as `format=xml`."""
    found = wrapped(endpoint, CONSTRUCT, form, method, sent)
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert titles(found) == ROWS


def test_sparqlwrapper_gets_a_description_without_naming_a_format(endpoint: str) -> None:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(DESCRIBE)
    found: Any = wrapper.queryAndConvert()
    assert {str(area) for area in found.objects(BODY.acmw, AKG.responsibleFor)} == {area for area, _ in ROWS}


@pytest.mark.parametrize("form", [JSON, XML])
def test_sparqlwrapper_gets_a_truth(endpoint: str, form: str) -> None:
    query = PREFIXES + "ASK { body:acmw akg:responsibleFor ?area }"
    found = wrapped(endpoint, query, form)
    told = found["boolean"] if form == JSON else found.getElementsByTagName("boolean")[0].firstChild.data == "true"
    assert told is True


def test_sparqlwrapper_chooses_the_graph(endpoint: str) -> None:
    wrapper = SPARQLWrapper(endpoint, returnFormat=JSON, defaultGraph=STATED)
    wrapper.setQuery("SELECT (COUNT(*) AS ?n) { ?s a <http://www.w3.org/2002/07/owl#Class> }")
    found: Any = wrapper.queryAndConvert()
    assert found["results"]["bindings"][0]["n"]["value"] == "0"


def test_sparqlwrapper_is_told_what_is_wrong_with_a_query(endpoint: str) -> None:
    with pytest.raises(QueryBadFormed, match="PREFIX foaf:"):
        wrapped(endpoint, "SELECT ?s { ?s foaf:name ?o }", JSON)


# -- rdflib ------------------------------------------------------------------------------------------------


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def graph(endpoint: str, request: pytest.FixtureRequest) -> rdflib.Graph:
    return rdflib.Graph(store=SPARQLStore(endpoint, method=request.param))


def test_rdflib_asks_as_if_the_graph_were_its_own(graph: rdflib.Graph) -> None:
    assert [tuple(map(str, row)) for row in graph.query(SELECT)] == ROWS  # type: ignore[arg-type]
    assert titles(graph.query(CONSTRUCT).graph or rdflib.Graph()) == ROWS
    assert graph.query(PREFIXES + "ASK { body:acmw akg:responsibleFor ?area }").askAnswer is True


def test_rdflib_binds_a_variable(graph: rdflib.Graph) -> None:
    query = "SELECT ?body ?area WHERE { ?body akg:responsibleFor ?area } ORDER BY ?area"
    rows = graph.query(query, initBindings={"body": BODY.acmw}, initNs={"akg": AKG})
    assert [str(row.area) for row in rows] == [area for area, _ in ROWS]  # type: ignore[union-attr]


def test_rdflib_walks_the_triples(graph: rdflib.Graph) -> None:
    areas = {str(area) for _, _, area in graph.triples((BODY.acmw, AKG.responsibleFor, None))}
    assert areas == {area for area, _ in ROWS}
    assert str(graph.value(rdflib.URIRef(f"{AREA}23"), AKG.title)) == TITLES[23]
    assert (BODY.acmw, AKG.responsibleFor, rdflib.URIRef(f"{AREA}14")) in graph
    assert (BODY.acmw, AKG.responsibleFor, rdflib.URIRef(f"{AREA}1")) not in graph


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_reads_each_format(endpoint: str, form: str) -> None:
    store = SPARQLStore(endpoint, returnFormat=form)
    assert [tuple(map(str, row)) for row in rdflib.Graph(store=store).query(SELECT)] == ROWS  # type: ignore[arg-type]


def test_rdflib_sees_one_graph_of_the_dataset(endpoint: str) -> None:
    """Which body is responsible is stated; the inverse is inferred, and stands in another graph."""
    stated = rdflib.Graph(store=SPARQLStore(endpoint), identifier=rdflib.URIRef(STATED))
    assert {str(area) for area in stated.subjects(AKG.responsibleBody, BODY.acmw)} == {area for area, _ in ROWS}
    assert list(stated.objects(BODY.acmw, AKG.responsibleFor)) == []


# -- pandas ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [None, {"Accept-Encoding": "gzip"}], ids=["plain", "gzip"])
def test_pandas_reads_the_address_of_a_query(endpoint: str, options: dict[str, str] | None) -> None:
    query = PREFIXES + "SELECT ?area ?body { ?area akg:responsibleBody ?body }"
    address = endpoint + "?" + urlencode({"query": query, "format": "csv"})
    frame = pd.read_csv(address, storage_options=options)
    assert frame["body"].str.removeprefix(str(BODY)).value_counts().to_dict() == AREAS


def test_pandas_reads_tsv_by_the_accept_header_alone(endpoint: str) -> None:
    query = "SELECT (COUNT(*) AS ?areas) { ?area a <" + AKG + "ThematicArea> }"
    address = endpoint + "?" + urlencode({"query": query})
    frame = pd.read_csv(address, sep="\t", storage_options={"Accept": "text/tab-separated-values"})
    assert frame.to_dict("records") == [{"?areas": 23}]


# -- curl --------------------------------------------------------------------------------------------------

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
EXPECTED = "".join(f'{area},"{title}"\r\n' if "," in title else f"{area},{title}\r\n" for area, title in ROWS)


def curl(*arguments: str, good: int = 0) -> str:
    done = subprocess.run(["curl", "-sS", "--max-time", "20", *arguments], capture_output=True, check=False)
    assert done.returncode == good, done.stderr
    return done.stdout.decode("utf-8")


@needs_curl
def test_curl_gets_the_same_rows_in_every_way(endpoint: str, tmp_path: Path) -> None:
    file = tmp_path / "query.rq"
    file.write_text(SELECT)
    accept, encoded = ("-H", "Accept: text/csv"), f"query={SELECT}"
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", f"@{file}")
    answers = [
        curl(endpoint, *accept, "-G", "--data-urlencode", encoded),
        curl(endpoint, *accept, "--compressed", "-G", "--data-urlencode", encoded),
        curl(endpoint, *accept, "--data-urlencode", encoded),
        curl(endpoint, *accept, "--data-urlencode", f"query@{file}", "-d", "format=csv"),
        curl(endpoint, *accept, "-X", "POST", *direct),
        curl(endpoint, *accept, "-H", "Transfer-Encoding: chunked", *direct),
        curl(endpoint, *accept, "-H", "Expect: 100-continue", *direct),
        curl(endpoint, *accept, "--http1.0", *direct),
    ]
    assert answers == ["area,title\r\n" + EXPECTED] * len(answers)


@needs_curl
def test_curl_fails_on_an_error_and_shows_its_words(endpoint: str) -> None:
    told = curl(endpoint, "--fail-with-body", "-G", "--data-urlencode", "query=SELECT ?s { ?s foaf:name ?o }", good=22)
    assert "PREFIX foaf:" in json.loads(told)["detail"]


@needs_curl
def test_curl_does_not_fetch_what_it_has(endpoint: str, tmp_path: Path) -> None:
    tag = str(tmp_path / "tag")
    ask = (endpoint, "-G", "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv")
    assert curl(*ask, "--etag-save", tag).count("\r\n") == 5
    assert curl(*ask, "--etag-compare", tag, "-w", "%{http_code}") == "304"


@needs_curl
def test_curl_asks_for_the_head(endpoint: str) -> None:
    assert (
        curl(endpoint, "-I", "-G", "--data-urlencode", f"query={SELECT}", "-o", os.devnull, "-w", "%{http_code}")
        == "200"
    )


# -- pyoxigraph --------------------------------------------------------------------------------------------


@needs_curl
@pytest.mark.parametrize("form", ["JSON", "XML", "TSV"])
def test_pyoxigraph_reads_rows(endpoint: str, form: str) -> None:
    known: pyoxigraph.QueryResultsFormat = getattr(pyoxigraph.QueryResultsFormat, form)
    body = curl(
        endpoint, "-G", "--data-urlencode", f"query={SELECT}", "-H", f"Accept: {known.media_type}"
    )  # with its charset
    rows = pyoxigraph.parse_query_results(body.encode(), format=known)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    assert [(row["area"].value, row["title"].value) for row in rows] == ROWS


@needs_curl
@pytest.mark.parametrize("form", ["TURTLE", "N_TRIPLES", "RDF_XML", "JSON_LD", "TRIG", "N_QUADS"])
def test_pyoxigraph_reads_triples(endpoint: str, form: str) -> None:
    known: pyoxigraph.RdfFormat = getattr(pyoxigraph.RdfFormat, form)
    body = curl(endpoint, "-G", "--data-urlencode", f"query={CONSTRUCT}", "-H", f"Accept: {known.media_type}")
    quads = pyoxigraph.parse(body.encode(), known)
    assert sorted((quad.subject.value, quad.object.value) for quad in quads) == ROWS
