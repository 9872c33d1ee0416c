"""The pages on which people ask: the form, the limits, the layers of an answer, links, references, problems.

What a layer gives is checked by its definition: the answer without its graphs is another. Not here: the protocol
(test_sparql) and pages of things (test_linked_data).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.description.service import LIMITS
from aseankg.errors import AseankgError, QueryBusyError, QueryThrottledError
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.store.request import Answer, QueryRequest
from aseankg.web import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LAYER = "https://w3id.org/aseankg/graph/layer/"
META = "https://w3id.org/aseankg/graph/meta"
AKG = "PREFIX akg: <https://w3id.org/aseankg/ontology#>\n"
TITLES = AKG + "SELECT ?element ?title { ?element akg:title ?title } ORDER BY ?element ?title LIMIT 7"
SETTINGS = Settings(deadline=20, rows=50_000, query_length=20_000, service_hosts="one.example,two.example")
SCRIPT = "</textarea><script>alert('x')</script>"


class _Page(HTMLParser):
    """The tags of a page with their attributes, and the words in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, tag: str, attribute: str, /, **having: str) -> list[str | None]:
        """Return an attribute of each tag that has the others."""
        fits = [given for found, given in self.tags if found == tag and having.items() <= given.items()]
        return [given.get(attribute) for given in fits]


def made(published: Build, state: Path, **more: object) -> FlaskClient:
    settings = replace(SETTINGS, build_dir=str(published.folder.parent), state_dir=str(state), **more)  # type: ignore[arg-type]
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    return create_app(engine, settings).test_client()


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    yield made(published, tmp_path_factory.mktemp("state"))


def page(client: FlaskClient, query: str, graphs: Mapping[str, object] = {}, status: int = 200) -> str:
    response = client.get("/sparql", query_string={"query": query, **graphs}, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html"), response.text
    return response.text


def drawn(text: str) -> list[str]:
    """Return the layers that a page says its answer draws on."""
    part = re.search(r"The answer draws on (?:these layers|this layer):(.*?)</ul>", text, re.DOTALL)
    return re.findall(r'href="/graph/layer/(\w+)"', part[1]) if part else []


# -- the form and the limits -----------------------------------------------------------------------------------


def test_every_limit_is_printed_with_its_value_in_words_for_those_who_ask(client: FlaskClient) -> None:
    text = client.get("/sparql", headers=BROWSER).text
    shown = {name: (words, value) for name, words, value in re.findall(
        r'<div id="limit-(\w+)"><dt>(.*?)</dt><dd>(.*?)</dd></div>', text)}  # fmt: skip
    assert set(shown) == set(LIMITS) and len(shown) > 10
    assert f"{shown['deadline'][0]}." == Settings.__dataclass_fields__["deadline"].metadata["help"]
    assert [words for words, _ in shown.values() if re.search("process|empty:|for tests|1:", words)] == []
    assert shown["deadline"][1] == "20"
    assert shown["rows"][1] == "50,000"
    assert shown["query_length"][1] == "20,000"
    assert shown["service_hosts"][1] == "one.example, two.example"
    assert shown["service_loopback"][1] == "no"


def test_no_host_for_service_is_told_in_a_word(published: Build, tmp_path: Path) -> None:
    text = made(published, tmp_path, service_hosts="").get("/sparql", headers=BROWSER).text
    assert re.search(r'id="limit-service_hosts">.*<dd>none</dd>', text)


@pytest.mark.parametrize("address", ["/", "/sparql"])
def test_every_way_in_leads_somewhere(client: FlaskClient, address: str) -> None:
    links = _Page(client.get(address, headers=BROWSER).text).values("a", "href")
    own = {link for link in links if link and link.startswith("/")}
    assert {"/questions", "/dump/", "/openapi.json", "/.well-known/void", "/dcat", "/sparql"} <= own
    assert {client.get(link, buffered=True, follow_redirects=True).status_code for link in own} == {200}


def test_the_service_description_is_one_link_away(client: FlaskClient) -> None:
    response = client.get("/sparql?format=turtle", headers=BROWSER)
    assert 'href="/sparql?format=turtle"' in client.get("/sparql", headers=BROWSER).text
    assert response.mimetype == "text/turtle" and "limit-deadline" in response.text


def test_the_form_offers_the_layers_of_the_build(client: FlaskClient, published: Build) -> None:
    form = _Page(client.get("/sparql", headers=BROWSER).text)
    offered = form.values("input", "value", name="default-graph-uri", type="checkbox")
    assert {str(value).removeprefix(LAYER) for value in offered} == set(published.manifest["layers"].values())
    assert all("checked" not in given for _, given in form.tags)


def test_without_a_build_the_form_offers_no_layers(published: Build, tmp_path: Path) -> None:
    engine = LocalEngine(load(published.dataset), SETTINGS, forked=False)
    client = create_app(engine, replace(SETTINGS, build_dir=str(tmp_path))).test_client()
    response = client.get("/sparql", headers=BROWSER)
    assert (response.status_code, response.text.count("checkbox")) == (200, 0)


def test_chosen_layers_and_graphs_stay_chosen(client: FlaskClient) -> None:
    given = {"default-graph-uri": [LAYER + "stated", META], "named-graph-uri": [META]}
    form = _Page(page(client, TITLES, given))
    ticked = [given for tag, given in form.tags if tag == "input" and "checked" in given]
    assert [(one["name"], one["value"]) for one in ticked] == [
        ("default-graph-uri", LAYER + "stated"),
        ("default-graph-uri", META),
        ("named-graph-uri", META),
    ]


def test_a_long_query_is_sent_again_by_post(client: FlaskClient) -> None:
    query = f"ASK {{}} # {'é' * 600}"
    text = client.post("/sparql", data={"query": query, "default-graph-uri": META}, headers=BROWSER).text
    found = _Page(text)
    assert set(found.values("form", "method", action="/sparql")) == {"post"}
    assert found.values("button", "value", name="format") == ["xlsx", "csv", "tsv", "json", "xml"]
    assert found.values("input", "value", name="query", type="hidden") == [query, query]  # formats, short link
    assert not [link for link in found.values("a", "href") if "%C3%A9" in str(link)]


# -- the answer ------------------------------------------------------------------------------------------------

DRAWN = {
    "stated": (TITLES.replace(" {", f" FROM <{LAYER}stated> {{", 1), ["stated"]),
    "inferred": (AKG + "SELECT ?part ?whole { ?part akg:partOfTransitive ?whole } ORDER BY ?part ?whole", ["inferred"]),
    "curated": (AKG + "SELECT ?oddity { ?oddity a akg:SourceAnomaly } ORDER BY ?oddity", ["curated"]),
    "three": (
        AKG + "SELECT ?part ?title { ?part akg:partOfTransitive ?whole ; akg:title ?title } ORDER BY ?part ?title",
        ["stated", "curated", "inferred"],
    ),
    "triples": (AKG + "CONSTRUCT { ?a akg:title ?t } WHERE { ?a a akg:Activity ; akg:title ?t }", ["stated"]),
    "truth": (AKG + "ASK { ?oddity a akg:SourceAnomaly }", ["curated"]),
    "nothing": ("SELECT ?x { BIND (1 AS ?x) }", []),
}


@pytest.mark.parametrize(("query", "layers"), DRAWN.values(), ids=DRAWN)
def test_the_page_tells_the_layers_of_the_answer(client: FlaskClient, query: str, layers: list[str]) -> None:
    text = page(client, query)
    assert drawn(text) == layers
    assert ("The answer draws on no single layer" in text) == (not layers)


@pytest.mark.parametrize("name", ["inferred", "curated", "three"])
def test_a_layer_is_told_when_without_it_the_answer_is_another(
    client: FlaskClient, published: Build, name: str
) -> None:
    query, layers = DRAWN[name]
    known = set(published.manifest["layers"].values())

    def rows(chosen: set[str]) -> list[str]:
        given = {"query": query, "format": "csv", "default-graph-uri": [LAYER + layer for layer in chosen]}
        return sorted(client.get("/sparql", query_string=given).text.splitlines())

    assert len(rows(known)) > 10
    assert {layer for layer in known if rows(known - {layer}) != rows(known)} == set(layers)


def test_layers_that_are_not_found_out_are_not_guessed(published: Build, tmp_path: Path) -> None:
    """Answers of 2 MB and more are not asked again."""
    client = made(published, tmp_path)
    numbers = " ".join(str(number) for number in range(40))
    values = " ".join(f"VALUES ?{name} {{ {numbers} }}" for name in "ab")
    long = f"SELECT ?a ?text {{ {values} BIND ('{'x' * 1500}' AS ?text) }}"
    text = page(client, long)
    assert "was not found out" in text and not drawn(text)


def test_graphs_of_from_are_shown(client: FlaskClient) -> None:
    query = f"SELECT ?s FROM <{LAYER}stated> FROM NAMED <{META}> {{ ?s ?p ?o }} LIMIT 1"
    words = " ".join(_Page(page(client, query)).words.split())
    assert "Asked of stated and, for GRAPH, of graph:meta only." in words
    assert "FROM do not" not in words


def test_graphs_beside_the_query_overrule_its_from_and_the_page_says_so(client: FlaskClient) -> None:
    query = f"SELECT ?s FROM <{LAYER}stated> {{ ?s ?p ?o }} LIMIT 1"
    words = " ".join(_Page(page(client, query, {"default-graph-uri": LAYER + "curated"})).words.split())
    assert "Asked of curated only. The graphs chosen beside the query count; those of its FROM do not." in words


FORMATS = {
    "rows": (TITLES, ["xlsx", "csv", "tsv", "json", "xml"]),
    "truth": ("ASK {}", ["xlsx", "csv", "tsv", "json", "xml"]),
    "triples": (DRAWN["triples"][0], ["xlsx", "turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"]),
}


@pytest.mark.parametrize(("query", "formats"), FORMATS.values(), ids=FORMATS)
def test_every_format_is_offered_and_keeps_query_and_graphs(
    client: FlaskClient, query: str, formats: list[str]
) -> None:
    found = _Page(page(client, query, {"default-graph-uri": LAYER + "stated"}))
    links = [str(link) for link in found.values("a", "href") if str(link).startswith("/sparql?format=")]
    asked = [parse_qs(urlsplit(link).query) for link in links]
    assert [one["format"] for one in asked] == [[name] for name in formats]
    assert {(one["query"][0], one["default-graph-uri"][0]) for one in asked} == {(query, LAYER + "stated")}
    assert {client.get(link).status_code for link in links} == {200}


# -- keep and cite ---------------------------------------------------------------------------------------------


def test_the_short_link_form_keeps_the_query_with_its_graphs(client: FlaskClient) -> None:
    given = {"default-graph-uri": [LAYER + "stated", LAYER + "reference"], "named-graph-uri": [META]}
    found = _Page(page(client, TITLES, given))
    assert "/q" in found.values("form", "action", method="post")
    names = ("query", "default-graph-uri", "named-graph-uri")
    sent = {name: found.values("input", "value", name=name, type="hidden") for name in names}
    assert sent == {"query": [TITLES], **given}
    kept = client.post("/q", data=sent, headers=BROWSER)
    assert kept.status_code == 201
    answer = client.get(kept.headers["Location"], headers={"Accept": "text/csv"}, follow_redirects=True)
    asked = {"query": TITLES, **given, "format": "csv"}
    assert answer.status_code == 200 and answer.data == client.get("/sparql", query_string=asked).data


def test_where_no_links_are_made_none_is_offered(published: Build, tmp_path: Path) -> None:
    text = page(made(published, tmp_path, permalink_bytes=0), TITLES)
    assert 'action="/q"' not in text and "Cite this answer" in text


def test_an_answer_can_be_cited(client: FlaskClient, published: Build) -> None:
    found = _Page(page(client, TITLES, {"default-graph-uri": LAYER + "stated"}))
    assert "Cite this answer" in found.words and f"version {published.version}" in found.words
    assert f"over the graph {LAYER}stated" in found.words
    links = [str(link) for link in found.values("a", "href") if str(link).startswith("/cite?")]
    answers = [client.get(link) for link in links]
    assert [answer.mimetype for answer in answers] == [
        "text/plain", "application/x-bibtex", "application/vnd.citationstyles.csl+json",
    ]  # fmt: skip
    assert answers[0].text.strip() in found.words


# -- problems --------------------------------------------------------------------------------------------------


def test_a_syntax_error_shows_place_and_piece_and_keeps_what_was_chosen(client: FlaskClient) -> None:
    query = "SELECT ?s {\n  ?s foaf:page ?o\n}"
    text = page(client, query, {"default-graph-uri": LAYER + "stated"}, 400)
    assert "Line 2, column 6: The prefix foaf: is not declared." in text
    piece = re.search(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)
    assert piece is not None
    line, caret = piece[1].rstrip().split("\n")
    assert line[caret.index("^") :].startswith("foaf:page")
    found = _Page(text)
    assert query in found.words
    ticked = [given["value"] for tag, given in found.tags if tag == "input" and "checked" in given]
    assert ticked == [LAYER + "stated"]


def test_a_query_sent_by_post_stays_in_the_form_of_its_error(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": "SELECT ?typed_by_hand {"}, headers=BROWSER)
    assert response.status_code == 400 and "SELECT ?typed_by_hand {</textarea>" in response.text


def test_a_refused_or_too_long_query_stays_and_leads_to_the_limits(client: FlaskClient) -> None:
    for query, status in (("CLEAR ALL", 403), ("ASK {} #" + "a" * 20_000, 413)):
        text = page(client, query, status=status)
        assert f"{query}</textarea>" in text and 'href="/sparql#limits"' in text


def test_a_stopped_query_stays_and_the_page_says_what_to_do(published: Build, tmp_path: Path) -> None:
    query = "SELECT ?a ?b { VALUES ?a { 1 2 3 } VALUES ?b { 1 2 3 } }"
    text = page(made(published, tmp_path, rows=5), query, status=504)
    assert "more than 5 rows" in text and "LIMIT" in text
    assert f"{query}</textarea>" in text and 'href="/dump/"' in text


class _Refusing:
    """An engine that has no place for anybody."""

    build = ""

    def __init__(self, error: AseankgError) -> None:
        self._error = error

    def answer(self, request: QueryRequest) -> Answer:
        raise self._error

    def in_flight(self) -> int:
        return 0


@pytest.mark.parametrize(
    ("error", "status"), [(QueryThrottledError("Too many."), 429), (QueryBusyError("Full."), 503)], ids=str
)
def test_a_busy_service_keeps_the_query_and_says_to_send_it_again(error: AseankgError, status: int) -> None:
    client = create_app(_Refusing(error), Settings(build_dir="/no builds")).test_client()
    response = client.get("/sparql", query_string={"query": "ASK {}"}, headers=BROWSER)
    assert (response.status_code, response.headers["Retry-After"]) == (status, "2")
    assert "Send it again" in response.text and "ASK {}</textarea>" in response.text


def test_a_misspelt_term_is_noticed_on_the_page(client: FlaskClient) -> None:
    found = _Page(page(client, AKG + "SELECT ?s { ?s akg:titel ?t }"))
    assert "akg:titel is not a term of the ontology" in found.words and "'akg:title'" in found.words
    assert "No row: nothing in the graph fits" in found.words


def test_an_unknown_address_leads_to_what_there_is(client: FlaskClient) -> None:
    for address in ("/id/body/acmx", "/nothing"):
        response = client.get(address, headers=BROWSER)
        assert response.status_code == 404
        assert {"/questions", "/sparql", "/ontology"} <= set(_Page(response.text).values("a", "href"))
        assert "<textarea" not in response.text


@pytest.mark.parametrize(
    "query", [f"ASK {{}} # {SCRIPT}", f"SELECT {SCRIPT}", f"SELECT ?x {{ ?x ?y {SCRIPT} }} #" + "é" * 600], ids=range(3)
)
def test_nothing_typed_becomes_markup(client: FlaskClient, query: str) -> None:
    graph = f'http://a.example/"{SCRIPT}'
    pages = [
        client.post("/sparql", data={"query": query, **more}, headers=BROWSER)
        for more in ({}, {"default-graph-uri": graph}, {"named-graph-uri": graph})
    ]
    for answer in pages:
        assert answer.mimetype == "text/html" and answer.status_code < 500
        assert re.findall("<script(?! type=.module. src=./static/)", answer.text) == []
        assert answer.text.count("</textarea>") == 1
        assert "&lt;/textarea&gt;&lt;script&gt;" in answer.text


def test_pages_hold_no_script_and_no_style_in_their_text(client: FlaskClient) -> None:
    for address in ("/", "/sparql", "/sparql?query=ASK{}", "/sparql?query=ASK", "/questions", "/dump/", "/nothing"):
        found = _Page(client.get(address, headers=BROWSER).text)
        scripts = found.values("script", "src")
        assert [one for one in scripts if not str(one).startswith("/static/")] == [] and "style" not in dict(found.tags)
        assert not [name for _, given in found.tags for name in given if name == "style" or name.startswith("on")]


def test_the_navigation_marks_the_page_that_one_is_on(client: FlaskClient) -> None:
    for address, label in (("/sparql", "Query"), ("/questions", "Questions"), ("/dump/", "Data")):
        text = client.get(address, headers=BROWSER).text
        assert re.findall(r'aria-current="page">(.*?)</a>', text) == [label]
