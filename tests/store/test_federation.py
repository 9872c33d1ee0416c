"""SERVICE asked of real endpoints on this machine: what is put into the query, and what is refused in which words."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from aseankg.errors import QueryError, QueryRefusedError, ServiceError
from aseankg.settings import Settings
from aseankg.store.federation import federate, without_services
from aseankg.store.tokens import read_tokens

FAR = """
@prefix x: <http://example.org/> .
x:a x:name "A" ; x:size 3 .
x:b x:name "B\\"} SERVICE <http://evil/> {"@en , "back\\\\u0022slash\\nline" .
_:c x:name "blank" .
"""
NEAR = "<http://example.org/a> <http://example.org/near> true ."
DEADLINE = 1.0


class Endpoint(BaseHTTPRequestHandler):
    """A SPARQL endpoint over FAR at /sparql; the other paths misbehave, each in its own way."""

    store: Store
    asked: list[tuple[str, dict[str, str]]]
    released: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body, strict_parsing=True)["query"][0]
        self.asked.append((query, dict(self.headers)))
        getattr(self, "answer_" + self.path.strip("/"))(query)

    def answer_sparql(self, query: str) -> None:
        try:
            found = self.store.query(query)
        except SyntaxError as error:
            return self.send(str(error).encode(), status=400)
        return self.send(found.serialize(format=QueryResultsFormat.JSON))

    def answer_xml(self, query: str) -> None:
        body = self.store.query(query).serialize(format=QueryResultsFormat.XML)
        self.send(body, "application/sparql-results+xml")

    def answer_redirect(self, query: str) -> None:
        self.send(b"", status=307, Location="/sparql")

    def answer_page(self, query: str) -> None:
        self.send(b"<p>Hello", "text/html; charset=utf-8")

    def answer_junk(self, query: str) -> None:
        self.send(b'{"head": {"vars": ["x"]}, "results": {"bindings": [')

    def answer_truth(self, query: str) -> None:
        self.send(b'{"head": {}, "boolean": true}')

    def answer_strange(self, query: str) -> None:
        self.send(json.dumps({"head": {"vars": ["x) { } #"]}, "results": {"bindings": []}}).encode())

    def answer_large(self, query: str) -> None:
        self.send(b" " * 300_000)

    def answer_wide(self, query: str) -> None:
        """Small as JSON, and large where each of its variables is written as UNDEF."""
        head = {"vars": [f"v{number}" for number in range(1000)]}
        self.send(json.dumps({"head": head, "results": {"bindings": [{}] * 10_000}}).encode())

    def answer_short(self, query: str) -> None:
        self.send(b'{"head": {"vars": []}, "results": {"bindings": []}}', **{"Content-Length": "500"})

    def answer_zipped(self, query: str) -> None:
        self.send(b"", **{"Content-Encoding": "gzip"})

    def answer_drip(self, query: str) -> None:
        self.send(b"", **{"Content-Length": "100000"})
        self.drip(b" ")

    def answer_headers(self, query: str) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        self.drip(b"x")

    def drip(self, byte: bytes) -> None:
        while not self.released.wait(0.05):
            try:
                self.wfile.write(byte)
            except OSError:
                return

    def send(
        self, body: bytes, media_type: str = "application/sparql-results+json", status: int = 200, **headers: str
    ) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": media_type, "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """The host and port of the endpoint."""
    Endpoint.store, Endpoint.asked, Endpoint.released = Store(), [], threading.Event()
    Endpoint.store.bulk_load(FAR.encode(), format=RdfFormat.TURTLE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    Endpoint.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def settings(host: str, **more: object) -> Settings:
    given: dict[str, object] = {
        "service_hosts": f"other.example, {host}",
        "service_loopback": 1,
        "service_deadline": DEADLINE,
        "service_bytes": 100_000,
    }
    return Settings(**(given | more))  # type: ignore[arg-type]


def rows(query: str) -> list[tuple[str | None, ...]]:
    """The solutions of a query over NEAR, which has no SERVICE any more."""
    store = Store()
    store.bulk_load(NEAR.encode(), format=RdfFormat.TURTLE)
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    return sorted(tuple(term and term.value for term in solution) for solution in found)


def ask(host: str, pattern: str, path: str = "sparql", head: str = "SELECT *", **more: object) -> list[tuple]:
    text = f"PREFIX x: <http://example.org/> {head} {{ SERVICE <http://{host}/{path}> {{ {pattern} }} }}"
    return rows(federate(text, settings(host, **more)).text)


# -- what is put in its place ----------------------------------------------------------------------------------


def test_a_service_is_joined_with_the_data_here(host: str) -> None:
    text = f"""PREFIX x: <http://example.org/> PREFIX far: <http://{host}/>
        SELECT ?name ?size {{ ?thing x:near true . SERVICE far:sparql {{ ?thing x:name ?name ; x:size ?size }} }}"""
    assert rows(federate(text, settings(host)).text) == [("A", "3")]


@pytest.mark.parametrize("path", ["sparql", "xml"])
def test_words_of_the_other_endpoint_stay_words(host: str, path: str) -> None:
    found = ask(host, "x:b x:name ?name", path, "SELECT ?name")
    assert found == [('B"} SERVICE <http://evil/> {',), ("back\\u0022slash\nline",)]


def test_unbound_variables_stay_unbound(host: str) -> None:
    pattern = "VALUES ?s { x:a x:b } OPTIONAL { ?s x:size ?size }"
    found = ask(host, pattern, head="SELECT ?s ?size")
    assert found == [("http://example.org/a", "3"), ("http://example.org/b", None)]


@pytest.mark.parametrize(("pattern", "count"), [("x:a x:size 3", 1), ("x:a x:size 4", 0)], ids=["fits", "fits not"])
def test_a_pattern_without_variables_gives_one_solution_or_none(host: str, pattern: str, count: int) -> None:
    assert len(ask(host, pattern)) == count


def test_two_services_are_asked_one_by_one_and_in_any_group(host: str) -> None:
    text = f"""PREFIX x: <http://example.org/>
    SELECT ?a ?b {{ service <http://{host}/sparql> {{ x:a x:name ?a }}
      OPTIONAL {{ SERVICE<http://{host}/sparql>{{ x:a x:size ?b }} }} FILTER(?b<4 && "}} SERVICE {{" != ?a) }}"""
    assert rows(federate(text, settings(host)).text) == [("A", "3")]


def test_what_follows_keeps_its_line(host: str) -> None:
    text = f"SELECT * {{\nSERVICE <http://{host}/sparql> {{\n ?s ?p 3 .\n # }}\n}}\nBROKEN }}"
    federated = federate(text, settings(host)).text
    assert federated.count("\n") == text.count("\n")
    assert federated.splitlines()[5] == "BROKEN }"


def test_the_endpoint_is_asked_as_the_protocol_says(host: str) -> None:
    ask(host, "x:a x:size ?n # } SERVICE\n")
    query, headers = Endpoint.asked[-1]
    assert query.split("\n")[0] == "PREFIX x: <http://example.org/> SELECT * WHERE { x:a x:size ?n # } SERVICE"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept"].startswith("application/sparql-results+json")
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


def test_a_query_without_service_stays_as_it_is() -> None:
    text = 'PREFIX SERVICE: <http://a/> SELECT ?SERVICE { ?SERVICE a "SERVICE", <http://a/SERVICE> } # SERVICE'
    assert federate(text, Settings()) == (text, ())


def test_proxies_of_the_environment_are_not_asked(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    assert ask(host, "x:a x:size ?n") == [("3",)]


def test_a_query_can_be_read_without_asking(host: str) -> None:
    before = len(Endpoint.asked)
    text = f"SELECT * {{ SERVICE <http://{host}/sparql> {{ ?s ?p ?o }} }}"
    assert "".join(without_services(text, settings(host)).split()) == "SELECT*{{}}"
    assert len(Endpoint.asked) == before


# -- what is refused before anything is asked ------------------------------------------------------------------

REFUSED = {
    "not listed": ("SELECT * { SERVICE <http://example.com/> { } }", "may not ask example.com"),
    "another port": ("SELECT * { SERVICE <http://other.example:81/> { } }", "may not ask other.example:81"),
    "silent, too": ("SELECT * { SERVICE SILENT <http://example.com/> { } }", "may not ask example.com"),
    "variable": ("SELECT * { SERVICE ?where { } }", "the IRI of one endpoint"),
    "within another": ("SELECT * { SERVICE <http://other.example/> { SERVICE <http://b/> { } } }", "within another"),
    "file": ("SELECT * { SERVICE <file:///etc/passwd> { } }", "http or https"),
    "relative": ("BASE <http://other.example/> SELECT * { SERVICE <sparql> { } }", "http or https"),
    "user before host": ("SELECT * { SERVICE <http://other.example@127.0.0.1/> { } }", "without a user"),
    "ends like a listed host": ("SELECT * { SERVICE <http://an.other.example/> { } }", "may not ask an.other.example"),
    "starts like a listed host": ("SELECT * { SERVICE <http://other.example.com/> { } }", "may not ask other.example"),
    "escaped keyword": (r"SELECT * { S\u0045RVICE <http://other.example/> { } }", "Unicode escapes"),
    "escaped brace": (r"SELECT * { SERVICE <http://other.example/> { \u007D }", "Unicode escapes"),
    "too many": ("SELECT * {" + 11 * " SERVICE <http://other.example/> { }" + "}", "at most 10 SERVICE"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_before_anyone_is_asked(text: str, words: str, host: str) -> None:
    before = len(Endpoint.asked)
    with pytest.raises(QueryRefusedError, match=words) as caught:
        without_services(text, settings(host))
    assert caught.value.line == 1 and text[(caught.value.column or 0) - 1] in "Ss<?\\"
    with pytest.raises(QueryRefusedError):
        federate(text.replace("SILENT", ""), Settings())
    assert len(Endpoint.asked) == before


def test_a_refusal_names_the_hosts_that_may_be_asked() -> None:
    text = "SELECT *\n{ SERVICE <http://example.com/sparql> { ?s ?p ?o } }"
    with pytest.raises(QueryRefusedError, match=r"^Line 2, column 3: .* it allows none\.$"):
        federate(text, Settings())
    with pytest.raises(QueryRefusedError, match=r"it allows one\.example, two\.example:81\.$"):
        federate(text, Settings(service_hosts="One.example, two.example:81,"))


@pytest.mark.parametrize("listed", ["Other.Example", "other.example:443", " other.example ,"])
def test_hosts_are_compared_without_case_and_with_the_usual_port(listed: str) -> None:
    text = "SELECT * { SERVICE <https://OTHER.example/sparql> { } }"
    assert "SERVICE" not in without_services(text, Settings(service_hosts=listed))


@pytest.mark.parametrize("rest", ["", "<http://other.example/>", "<http://other.example/> {", "far:sparql { }", "{ }"])
def test_a_service_that_is_not_whole_is_an_error_with_its_place(rest: str) -> None:
    with pytest.raises(QueryError, match=r"^Line 1, column \d+: SERVICE is to be followed by"):
        without_services(f"SELECT * {{ SERVICE {rest}", Settings(service_hosts="other.example"))


PIECES = [
    "SERVICE", "service", "SILENT", "{", "}", "<http://other.example/>", "<http://[/>", "<http://other.example:x/>", "a:b",
    "?x", "PREFIX a: <http://other.example/>", "BASE", "SELECT", "*", '"', '"}"', "'{'", "#", "\n", "\\u007B", " ", "1e5", "é",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@hypothesis_settings(max_examples=400, deadline=None)
def test_whatever_is_written_no_service_is_left_or_the_asker_is_told(text: str) -> None:
    try:
        found = without_services(text, Settings(service_hosts="other.example"))
    except QueryError as error:
        assert error.line is not None
    else:
        assert "SERVICE" not in {token.text.upper() for token in read_tokens(found) if token.kind == "word"}


# -- addresses that are never asked, whatever is listed --------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]"],
)
def test_this_machine_is_not_asked(name: str, host: str) -> None:
    port = host.rpartition(":")[2]
    before = len(Endpoint.asked)
    with pytest.raises(ServiceError, match="private, of this machine or reserved"):
        ask(f"{name}:{port}", "?s ?p ?o", service_loopback=0)
    assert len(Endpoint.asked) == before


@pytest.mark.parametrize(
    "name",
    ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fc00::1]", "224.0.0.1"],
)
def test_private_addresses_are_not_asked_even_where_this_machine_is(name: str) -> None:
    with pytest.raises(ServiceError, match="private, of this machine or reserved"):
        ask(name, "?s ?p ?o")


# -- endpoints that fail ---------------------------------------------------------------------------------------

FAILURES = {
    "redirect": "leads elsewhere .status 307., which is not followed",
    "page": "answered with 'text/html; charset=utf-8': expected SPARQL results",
    "junk": "no SPARQL results",
    "truth": "answered yes or no",
    "strange": "no SPARQL results: Invalid variable name",
    "large": "more than 100000 bytes",
    "wide": "more than 100000 bytes",
    "short": "could not be asked",
    "zipped": "compressed",
    "drip": "did not answer whole within 1 s",
    "headers": "did not answer whole within 1 s",
}


@pytest.mark.parametrize(("path", "words"), FAILURES.items(), ids=FAILURES)
def test_a_failing_endpoint_is_named(host: str, path: str, words: str) -> None:
    before = len(Endpoint.asked)
    with pytest.raises(ServiceError, match=f"^Line 1, column .* SERVICE <http://{host}/{path}> .*{words}") as caught:
        ask(host, "?s ?p ?o", path)
    assert len(Endpoint.asked) == before + 1
    assert caught.value.line == 1


@pytest.mark.parametrize("path", FAILURES)
def test_a_failing_endpoint_in_silence_is_one_solution_without_bindings(host: str, path: str) -> None:
    """SPARQL 1.1 Federated Query 2.2: "a single solution with no bindings"."""
    text = f"SELECT ?near ?s {{ ?near ?p true . SERVICE SILENT <http://{host}/{path}> {{ ?s ?p ?o }} }}"
    text = text.replace("?p true", "<http://example.org/near> true")
    found = federate(text, settings(host))
    assert rows(found.text) == [("http://example.org/a", None)]
    assert len(found.notices) == 1 and f"<http://{host}/{path}>" in found.notices[0]


def test_a_query_that_the_endpoint_does_not_understand_is_its_status(host: str) -> None:
    with pytest.raises(ServiceError, match="answered with status 400"):
        ask(host, "?s ?p")


def test_a_blank_node_is_refused_because_it_has_no_name_here(host: str) -> None:
    with pytest.raises(ServiceError, match="blank node"):
        ask(host, '?s x:name "blank"')


def test_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        name = f"127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ServiceError, match="could not be asked: ConnectionError"):
            ask(name, "?s ?p ?o")


def test_the_calls_of_one_query_share_one_deadline(host: str) -> None:
    call = f"SERVICE SILENT <http://{host}/drip> {{ ?s ?p ?o }} "
    before = len(Endpoint.asked)
    first, *others = federate(f"SELECT * {{ {5 * call} }}", settings(host)).notices
    assert "did not answer whole within 1 s" in first
    assert len(others) == 4 and all("the calls before it took 1 s" in notice for notice in others)
    assert len(Endpoint.asked) == before + 1


def test_an_endpoint_that_drips_leaves_no_thread(host: str) -> None:
    with pytest.raises(ServiceError):
        ask(host, "?s ?p ?o", "headers", service_deadline=0.2)
    assert _soon(lambda: not [thread for thread in threading.enumerate() if "_fetch" in thread.name])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_listener_that_says_nothing_is_cut_off_also_before_its_certificate(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        name = f"127.0.0.1:{silent.getsockname()[1]}"
        text = f"SELECT * {{ SERVICE <{scheme}://{name}/> {{ ?s ?p ?o }} }}"
        with pytest.raises(ServiceError, match=r"did not answer whole within 0\.3 s"):
            federate(text, settings(name, service_deadline=0.3))
        assert _soon(lambda: not [thread for thread in threading.enumerate() if "_fetch" in thread.name])


def _soon(holds: Callable[[], bool]) -> bool:
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.01)
    return False
