"""One suite for both engines: what they answer, how they fail, and what they leave behind."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Store

from aseankg.errors import (
    ConfigurationError,
    QueryBusyError,
    QueryError,
    QueryFormatError,
    QueryRefusedError,
    QueryThrottledError,
    QueryTimeoutError,
    QueryTooLongError,
)
from aseankg.settings import Settings
from aseankg.store.board import Board
from aseankg.store.client import PoolClient
from aseankg.store.embedded import evaluate, load
from aseankg.store.local import LocalEngine, answer_in_child
from aseankg.store.pool import Pool, start_pool
from aseankg.store.request import Engine, QueryRequest
from aseankg.store.tokens import read_tokens

AKG = "https://w3id.org/aseankg/ontology#"
GRAPH = "https://w3id.org/aseankg/graph/"
NASTY = 'a "quoted" \\ back\n{braces} ?x } # no comment \t\u2028 é 😀 \\u0022 \r\n "}},{\r\n'
ANSWER = Settings(deadline=0.5, memory=100, answer_bytes=500_000, rows=5_000, query_length=60_000)
PREFIX = f"PREFIX akg: <{AKG}> PREFIX x: <http://example.org/> "


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [
        f'<{AKG}{term}> <http://www.w3.org/2000/01/rdf-schema#label> "{term}" <{GRAPH}ontology> .'
        for term in ("title", "order")
    ]
    lines += [f'<http://example.org/a/{n}> <{AKG}title> "title {n}" <{GRAPH}plan/one> .' for n in range(200)]
    lines += [
        f'<http://example.org/a/{n}> <{AKG}order> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> <{GRAPH}plan/two> .'
        for n in range(200)
    ]
    lines += [f"<http://example.org/nasty> <{AKG}title> {Literal(NASTY)} <{GRAPH}plan/one> ."]
    file = tmp_path_factory.mktemp("data") / "dataset.nq"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return load(dataset)


@pytest.fixture(scope="module", params=["local", "pool"])
def engine(request: pytest.FixtureRequest, dataset: Path, store: Store) -> Iterator[Engine]:
    if request.param == "local":
        yield LocalEngine(store, ANSWER)
    else:
        with start_pool(dataset, ANSWER) as pool:
            yield PoolClient(pool.socket_path, ANSWER)


def rows(engine: Engine, text: str, **more: object) -> list[list[str]]:
    answer = engine.answer(QueryRequest(PREFIX + text, ("csv",), **more))  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(answer.body.decode())))[1:]


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_select_is_read_by_rdflib(engine: Engine, form: str) -> None:
    query = f"{PREFIX} SELECT ?a ?t {{ ?a akg:order 7 ; akg:title ?t }}"
    answer = engine.answer(QueryRequest(query, (form,)))
    parsed = rdflib.query.Result.parse(io.BytesIO(answer.body), format=form)
    assert answer.form == "select"
    assert [str(term) for term in next(iter(parsed))] == ["http://example.org/a/7", "title 7"]


def test_an_ask_is_answered(engine: Engine) -> None:
    answer = engine.answer(QueryRequest(PREFIX + "ASK { x:nasty akg:title ?t }"))
    assert (answer.form, json.loads(answer.body)["boolean"]) == ("ask", True)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # within rdflib's JSON-LD
@pytest.mark.parametrize(("name", "form"), [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld")])
def test_a_construct_is_read_by_rdflib(engine: Engine, name: str, form: str) -> None:
    query = PREFIX + "CONSTRUCT { ?s akg:title ?o } WHERE { ?s akg:title ?o }"
    answer = engine.answer(QueryRequest(query, (name,)))
    graph = rdflib.Graph().parse(data=answer.body, format=form)
    assert answer.form == "construct"
    assert len(graph) == 201
    assert rdflib.Literal(NASTY) in set(graph.objects())


def test_turtle_is_written_in_the_prefixes_of_the_query(engine: Engine) -> None:
    answer = engine.answer(QueryRequest(PREFIX + "DESCRIBE x:nasty", ("turtle",)))
    assert answer.form == "describe"
    assert b"x:nasty akg:title " in answer.body


def test_the_first_format_that_suits_the_form_is_used(engine: Engine) -> None:
    formats = ("turtle", "tsv", "json")
    assert engine.answer(QueryRequest("ASK {}", formats)).media_type == "text/tab-separated-values"
    assert engine.answer(QueryRequest("DESCRIBE <http://a/>", formats)).media_type == "text/turtle"


def test_a_format_that_does_not_suit_the_form_is_an_error_that_names_the_others(engine: Engine) -> None:
    with pytest.raises(QueryFormatError, match="json, xml, csv, tsv, not as turtle"):
        engine.answer(QueryRequest("ASK {}", ("turtle",)))
    with pytest.raises(QueryFormatError, match="turtle, ntriples, jsonld, rdfxml, trig, nquads, not as csv"):
        engine.answer(QueryRequest("DESCRIBE <http://a/>", ("csv",)))


def test_the_default_graph_is_the_union_of_all(engine: Engine) -> None:
    assert rows(engine, COUNT) == [["403"]]


def test_from_and_the_graphs_of_the_request_choose_graphs(engine: Engine) -> None:
    one, two = GRAPH + "plan/one", GRAPH + "plan/two"
    from_one = f"SELECT (COUNT(*) AS ?n) FROM <{one}> {{ ?s ?p ?o }}"
    assert rows(engine, from_one) == [["201"]]
    assert rows(engine, from_one, default_graphs=(two,)) == [["200"]]
    assert rows(engine, COUNT, default_graphs=(one, two)) == [["401"]]
    assert rows(engine, COUNT, named_graphs=(two,)) == [["0"]]
    assert rows(engine, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", named_graphs=(two,)) == [["200"]]
    assert rows(engine, COUNT, default_graphs=(GRAPH + "none",)) == [["0"]]


GLUED = ["FROM:one", "FROMNAMED<http://a/>", "FR\\u004FM:one"]


@pytest.mark.parametrize("clause", GLUED)
def test_a_from_without_its_blank_is_never_missed(engine: Engine, clause: str) -> None:
    text = f"PREFIX : <{GRAPH}plan/> SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"
    with pytest.raises(QueryError, match="put a blank after FROM"):
        engine.answer(QueryRequest(text, ("csv",)))


def test_a_relative_from_is_read_from_the_base(engine: Engine) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    based = engine.answer(QueryRequest(f"BASE <{GRAPH}> " + count.format("FROM <plan/one>"), ("csv",)))
    assert based.body == b"n\r\n201\r\n"


def test_a_graph_that_is_none_of_ours_is_noticed(engine: Engine) -> None:
    answer = engine.answer(QueryRequest(COUNT, ("csv",), default_graphs=(GRAPH + "plan/on",)))
    assert answer.notices == (f"There is no graph {GRAPH}plan/on: it holds nothing. Did you mean 'plan/one'?",)


def test_a_graph_that_is_no_iri_is_an_error(engine: Engine) -> None:
    with pytest.raises(QueryError, match="'not an iri' is not an absolute IRI"):
        rows(engine, COUNT, default_graphs=("not an iri",))


@pytest.mark.parametrize("term", [Literal(NASTY), str(Literal(NASTY))], ids=["term", "N-Triples"])
def test_a_nasty_literal_is_bound_as_a_term(engine: Engine, term: Literal | str) -> None:
    found = rows(engine, "SELECT ?s ?t { ?s akg:title ?t }", substitutions={"t": term})
    assert found == [["http://example.org/nasty", NASTY]]


def test_iris_and_numbers_are_bound(engine: Engine) -> None:
    bound = {"s": NamedNode("http://example.org/a/3"), "n": Literal(3)}
    assert rows(engine, "SELECT ?s ?n ?t { ?s akg:order ?n ; akg:title ?t }", substitutions=bound)[0][2] == "title 3"


@pytest.mark.parametrize("text", ['"a" . <x:s> <x:p> "b"', "<x:s> <x:p>", '"a', "?x"])
def test_a_value_that_is_not_one_term_is_an_error(engine: Engine, text: str) -> None:
    with pytest.raises(QueryError, match=r"The value of \?t is .* expected one term"):
        rows(engine, "SELECT ?t { ?s ?p ?t }", substitutions={"t": text})


def test_a_bound_variable_must_be_selected(engine: Engine) -> None:
    with pytest.raises(QueryError, match="must stand in the query's SELECT"):
        rows(engine, "SELECT ?s { ?s ?p ?t }", substitutions={"t": Literal(1)})


FAULTS = {
    "known prefix": ("SELECT * {\n  ?s prov:used ?o }", 2, 6, "PREFIX prov: <http://www.w3.org/ns/prov#>"),
    "unknown prefix": ("PREFIX a: <http://a/>\nASK { ?s b:c ?o }", 2, 10, "Declared here: a:"),
    "keyword": ("SELECT * {\n ?s ?p ?o FILTR(?o = 1) }", 2, 11, "'FILTER'"),
    "typographic quotes": ("ASK { ?s ?p “a” }", 1, 13, "straight quotation marks"),
    "open quote": ('ASK { ?s ?p "a }', 1, 13, "never closed"),
    "open brace": ("ASK { ?s ?p ?o ", 1, 5, "never closed"),
    "one brace too many": ("ASK { ?s ?p ?o }\n}", 2, 1, "closes nothing"),
    "missing object": ("ASK { ?s ?p }", 1, 13, "goes wrong at or before"),
    "broken IRI": ("ASK { ?s <http://[title> ?o }", 1, 10, "Write it whole"),
    "name without a colon": ("ASK { ?s a akg }", 1, 12, "written akg:name"),
    "words after a triple": ("ASK { ?s ?p ?o ?q ?r }", 1, 22, "goes wrong at or before"),
    "not grouped": ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", 1, 40, "unbound"),
    "empty": ("  # nothing\n", 1, 1, "empty"),
    "wide characters before": ("ASK { ?s ?p 'é😀é' } x:y", 1, 21, "x: is not declared"),
}


@pytest.mark.parametrize(("text", "line", "column", "words"), FAULTS.values(), ids=FAULTS)
def test_a_syntax_error_teaches(engine: Engine, text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        engine.answer(QueryRequest(text))
    assert words in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    shown, caret = str(caught.value).split("\n")[-2:]
    assert shown.strip() in text
    assert caret.strip() == "^"


def test_a_term_that_the_ontology_lacks_is_noticed(engine: Engine) -> None:
    notices = engine.answer(QueryRequest(PREFIX + "ASK { ?s akg:titel ?o }")).notices
    assert notices == ("akg:titel is not a term of the ontology. Did you mean 'akg:title'?",)
    whole = engine.answer(
        QueryRequest(f"PREFIX o: <{AKG}> ASK {{ ?s <{AKG}titel> ?o . ?s o:odrer 'akg:tilte' }}")
    ).notices
    assert [notice.split()[0] for notice in whole] == ["akg:titel", "akg:odrer"]
    assert not engine.answer(QueryRequest(PREFIX + "ASK { ?s akg:title ?o }")).notices


def test_a_relative_iri_is_read_from_the_endpoint_and_noticed(engine: Engine) -> None:
    answer = engine.answer(QueryRequest("CONSTRUCT { <s> <#p> 1 } WHERE {}", ("ntriples",)))
    base = "https://w3id.org/aseankg/"
    number = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert answer.body.decode() == f"<{base}s> <{base}sparql#p> {number} .\n"
    assert [notice.split(". ")[0] for notice in answer.notices] == [
        f"<s> is relative: it is read as <{base}s>",
        f"<#p> is relative: it is read as <{base}sparql#p>",
    ]
    assert not engine.answer(QueryRequest("BASE <http://a/> ASK { <s> <p> 1 }")).notices


PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f && ?i != ?l) }"
ANY_PATH = "(!<http://example.org/none>|^!<http://example.org/none>)*"
BOMBS = {
    "product": (PRODUCT, "Stopped after 0.5 s"),
    "negated path": (
        f"SELECT (COUNT(*) AS ?n) {{ ?a {ANY_PATH} ?b . ?c {ANY_PATH} ?d . ?e {ANY_PATH} ?f }}",
        "Stopped",
    ),
    "sorted product": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", "Stopped"),
    "joined strings": (
        "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f), STR(?i))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "Stopped",
    ),
    "doubled string": (
        "SELECT (STRLEN(?z) AS ?n) { BIND('" + "a" * 1000 + "' AS ?a) BIND(REPLACE(?a, 'a', ?a) AS ?x) "
        "BIND(REPLACE(?x, 'a', ?a) AS ?z) }",
        "Stopped: the query needed more than 100 MB|Stopped after",
    ),
    "regular expression": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
        "FILTER REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), '^(([a-z0-9])+.)+[A-Z]([a-z0-9])+$') }",
        "Stopped after",
    ),
    "values": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?v{at} {{ {' '.join(map(str, range(2000)))} }}" for at in range(5))
        + " FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 < 0) }",
        "Stopped",
    ),
    "nesting": ("ASK " + "{" * 5_000 + "}" * 5_000, "Line 1, column 55: the brackets are nested more than 50"),
    "open brackets": ("ASK {" + "[" * 5_000, "nested more than 50 deep"),
    "parentheses": ("SELECT ((" + "(" * 400 + "1 +" + ")" * 400 + " AS ?x) {}", "nested more than 50 deep"),
    "long sum": ("SELECT (" + "1+" * 25_000 + "1 AS ?x) {}", "Stopped|goes wrong"),
    "many bytes": ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "Stopped: the answer is larger than 500,000 bytes"),
    "many rows": ("SELECT (1 AS ?one) { ?a ?b ?c . ?d ?e ?f }", "Stopped: the answer has more than 5,000 rows"),
    "many triples": (
        "CONSTRUCT { ?a <x:p> ?d } WHERE { ?a ?b ?c . ?d ?e ?f }",
        "Stopped: the answer has more than 5,000 triples",
    ),
}


@pytest.mark.parametrize(("text", "words"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_stopped_and_the_next_query_answered(engine: Engine, text: str, words: str) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError, match=words):
        engine.answer(QueryRequest(text, ("csv", "turtle")))
    assert time.monotonic() - start < 5
    assert rows(engine, "SELECT ?t { x:a\\/5 akg:title ?t }") == [["title 5"]]


def test_a_query_that_is_too_long_is_refused(engine: Engine) -> None:
    with pytest.raises(QueryTooLongError):
        engine.answer(QueryRequest("ASK {}" + " " * 60_000))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def connections(listener: socket.socket) -> int:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return 0
    return 1


def test_service_is_refused_and_opens_no_connection(engine: Engine, listener: socket.socket) -> None:
    text = f"SELECT * {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryRefusedError, match="SERVICE is refused"):
        engine.answer(QueryRequest(text))
    assert connections(listener) == 0


@pytest.mark.parametrize("word", ["SERVICE", "SERVICE SILENT"])
def test_service_opens_no_connection_even_without_the_guard(store: Store, listener: socket.socket, word: str) -> None:
    text = f"SELECT * {{ {word} <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
    work = partial(evaluate, store, QueryRequest(text), read_tokens(text), ANSWER)
    if "SILENT" in word:
        answer_in_child(work, ANSWER)
    else:
        with pytest.raises(QueryRefusedError, match="needs a connection or a file"):
            answer_in_child(work, ANSWER)
    assert connections(listener) == 0


def children_of(pid: int) -> set[int]:
    try:
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except FileNotFoundError:
        return set()


def workers_of(pool: Pool) -> set[int]:
    """The query processes: below the supervisor stands the zygote, below that they."""
    return set().union(*(children_of(zygote) for zygote in children_of(pool.pid)))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def until(condition: Callable[[], object], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_a_local_query_leaves_no_process_and_no_file_behind(store: Store) -> None:
    engine, children, files = LocalEngine(store, ANSWER), children_of(os.getpid()), open_files()
    for text in ("ASK {}", "ASK {", BOMBS["long sum"][0]):
        try:
            engine.answer(QueryRequest(text))
        except QueryError:
            continue
    assert children_of(os.getpid()) == children
    assert open_files() == files


def test_without_a_fork_the_same_words_come_back(store: Store) -> None:
    engine = LocalEngine(store, ANSWER, forked=False)
    assert rows(engine, COUNT) == [["403"]]
    with pytest.raises(QueryRefusedError):
        engine.answer(QueryRequest("CLEAR ALL"))


def test_a_closed_pool_leaves_no_process_socket_or_folder(dataset: Path) -> None:
    pool = start_pool(dataset, ANSWER)
    assert until(lambda: len(workers_of(pool)) == 2)
    pid, workers, folder = pool.pid, workers_of(pool), Path(pool.socket_path).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    pool.close()
    pool.close()
    assert not any(Path(f"/proc/{number}").exists() for number in {pid, *workers})
    assert not folder.exists()
    with pytest.raises(QueryBusyError, match="cannot be reached"):
        PoolClient(pool.socket_path, ANSWER).answer(QueryRequest("ASK {}"))


def test_a_killed_worker_is_replaced(dataset: Path) -> None:
    with start_pool(dataset, ANSWER) as pool:
        assert until(lambda: len(workers_of(pool)) == 2)
        workers = workers_of(pool)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        assert until(lambda: len(workers_of(pool) - workers) == 2)
        assert rows(PoolClient(pool.socket_path, ANSWER), COUNT) == [["403"]]


def test_a_killed_zygote_is_replaced_and_its_workers_end(dataset: Path) -> None:
    with start_pool(dataset, ANSWER) as pool:
        assert until(lambda: len(workers_of(pool)) == 2)
        (zygote,), workers = children_of(pool.pid), workers_of(pool)
        os.kill(zygote, signal.SIGKILL)
        assert rows(PoolClient(pool.socket_path, ANSWER), COUNT) == [["403"]]
        assert until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
        assert until(lambda: len(workers_of(pool)) == 2)


def test_all_end_when_the_supervisor_is_killed(dataset: Path) -> None:
    pool = start_pool(dataset, ANSWER)
    assert until(lambda: len(workers_of(pool)) == 2)
    below = children_of(pool.pid) | workers_of(pool)
    os.kill(pool.pid, signal.SIGKILL)
    pool.close()
    assert until(lambda: not any(Path(f"/proc/{process}").exists() for process in below))


def asked(pool: Pool, settings: Settings, text: str, client: str = "") -> threading.Thread:
    """A query that is asked in a thread of its own, whatever comes of it."""

    def ask() -> None:
        with suppress(QueryError):
            PoolClient(pool.socket_path, settings).answer(QueryRequest(text, ("csv",), client=client))

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_slow_queries_do_not_keep_quick_ones_waiting(dataset: Path) -> None:
    settings = Settings(deadline=2, wait=1, query_workers=1, slow_workers=3)
    with start_pool(dataset, settings) as pool:
        slow = [asked(pool, settings, PRODUCT) for _ in range(3)]
        assert until(lambda: len(workers_of(pool)) == 4)  # three at work, one ready
        assert rows(PoolClient(pool.socket_path, settings), COUNT) == [["403"]]
        assert {os.getpriority(os.PRIO_PROCESS, worker) for worker in workers_of(pool)} >= {0, 10}
        for thread in slow:
            thread.join()
        assert until(lambda: len(workers_of(pool)) == 1)
        assert PoolClient(pool.socket_path, settings).board.in_flight() == 0


def test_a_query_that_no_process_takes_in_time_is_turned_away(dataset: Path) -> None:
    settings = Settings(deadline=1.5, wait=0.2, query_workers=1, slow_workers=0)
    with start_pool(dataset, settings) as pool:
        slow = asked(pool, settings, PRODUCT)
        client = PoolClient(pool.socket_path, settings)
        assert until(lambda: client.board.busy(0) > 0.01)
        with pytest.raises(QueryBusyError, match=r"busy for 0\.2 s"):
            client.answer(QueryRequest("ASK {}"))
        slow.join()
        assert client.answer(QueryRequest("ASK {}")).form == "ask"


def test_a_query_that_was_given_up_takes_nothing_from_the_one_in_its_place(tmp_path: Path) -> None:
    board = Board(tmp_path / "board", Settings(queue=1), create=True)
    place, old = board.admit("one")
    board.leave(place)
    again, ticket = board.admit("other")
    assert again == place
    assert not board.take(place, old)
    assert not board.taken(place)
    assert board.take(place, ticket)
    assert board.taken(place)


def test_a_token_stops_what_was_admitted_with_it_and_nothing_else(tmp_path: Path) -> None:
    board = Board(tmp_path / "board", Settings(queue=3), create=True)
    places = [board.admit("one", token)[0] for token in ("", "first", "second")]
    board.stop("")
    board.stop("third")
    assert not any(map(board.stopped, places))
    board.stop("second")
    assert list(map(board.stopped, places)) == [False, False, True]
    board.leave(places[2])
    board.stop("second")
    assert not board.stopped(board.admit("two")[0])


def test_a_query_whose_asker_is_gone_ends_at_once(dataset: Path) -> None:
    settings = Settings(deadline=60, query_workers=1, slow_workers=0)
    with start_pool(dataset, settings) as pool:
        asker = os.fork()
        if asker == 0:
            PoolClient(pool.socket_path, settings).answer(QueryRequest(PRODUCT))
        client = PoolClient(pool.socket_path, settings)
        assert until(lambda: client.board.busy(0) > 0.1)
        os.kill(asker, signal.SIGKILL)
        os.waitpid(asker, 0)
        assert until(lambda: _answers(client), 10)


def test_what_its_asker_has_given_up_is_not_answered_any_more(dataset: Path) -> None:
    settings = Settings(deadline=1, wait=0.2, query_workers=1, slow_workers=0)
    with start_pool(dataset, settings) as pool:
        client = PoolClient(pool.socket_path, settings)
        slow = asked(pool, settings, PRODUCT)
        assert until(lambda: client.board.busy(0) > 0.01)
        for _ in range(3):  # each of them would keep the one process busy for a second
            with pytest.raises(QueryBusyError):
                client.answer(QueryRequest(PRODUCT))
        slow.join()
        assert until(lambda: _answers(client), 0.7)


def _answers(client: PoolClient) -> bool:
    try:
        return client.answer(QueryRequest("ASK {}")).form == "ask"
    except QueryBusyError:
        return False


def test_the_queue_is_bounded_for_all_and_for_each(dataset: Path) -> None:
    settings = Settings(deadline=1.5, wait=3, query_workers=1, slow_workers=3, queue=3, client_queries=2)
    with start_pool(dataset, settings) as pool:
        client = PoolClient(pool.socket_path, settings)
        slow = [asked(pool, settings, PRODUCT, "one") for _ in range(2)]
        assert until(lambda: client.board.in_flight() == 2)
        with pytest.raises(QueryThrottledError, match="2 queries from this address"):
            client.answer(QueryRequest("ASK {}", client="one"))
        assert client.answer(QueryRequest("ASK {}", client="other")).form == "ask"
        slow.append(asked(pool, settings, PRODUCT, "other"))
        assert until(lambda: client.board.in_flight() == 3)
        with pytest.raises(QueryBusyError, match="3 queries are running or waiting"):
            client.answer(QueryRequest("ASK {}", client="third"))
        for thread in slow:
            thread.join()
        assert client.board.in_flight() == 0


def test_a_new_build_is_answered_from_without_a_lost_query(dataset: Path, tmp_path: Path) -> None:
    for name, term in (("first", "1"), ("second", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dataset.nq").write_text(f'<x:s> <x:p> "{term}" <x:g> .\n')
    pointer = tmp_path / "current"
    pointer.symlink_to("first")
    with start_pool(pointer / "dataset.nq", ANSWER, pointer) as pool:
        client = PoolClient(pool.socket_path, ANSWER)
        found: list[tuple[str, str]] = []

        def ask() -> None:
            answer = client.answer(QueryRequest("SELECT ?o { <x:s> <x:p> ?o }", ("csv",)))
            found.append((answer.build, answer.body.decode().split()[1]))

        until(lambda: ask() or len(found) > 50)
        (tmp_path / "new").symlink_to("second")
        (tmp_path / "new").replace(pointer)
        assert until(lambda: ask() or found[-1] == ("second", "2"))
        assert set(found) == {("first", "1"), ("second", "2")}
        assert until(lambda: client.board.build == "second")
        (tmp_path / "new").symlink_to("no such build")
        (tmp_path / "new").replace(pointer)
        time.sleep(0.6)  # it looks four times a second
        ask()
        assert found[-1] == ("second", "2")
        assert until(lambda: len(children_of(pool.pid)) == 1)


# -- large answers -----------------------------------------------------------------------------------------

LARGE = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }"  # 403 times 403 rows


def test_a_large_answer_comes_in_parts_that_make_it_whole(dataset: Path) -> None:
    settings = Settings()
    with start_pool(dataset, settings) as pool:
        client = PoolClient(pool.socket_path, settings)
        answer = client.answer(QueryRequest(LARGE, ("tsv",), streamed=True))
        assert answer.body == b""
        assert answer.rest is not None
        parts = list(answer.rest)
        answer.rest.close()
        assert len(parts) > 5
        assert b"".join(parts).count(b"\n") == 403 * 403 + 1
        assert b"".join(parts) == client.answer(QueryRequest(LARGE, ("tsv",))).body
        assert client.board.in_flight() == 0


def test_a_limit_within_a_streamed_answer_is_an_error_after_its_parts(dataset: Path) -> None:
    settings = Settings(rows=100_000)
    with start_pool(dataset, settings) as pool:
        answer = PoolClient(pool.socket_path, settings).answer(QueryRequest(LARGE, ("json",), streamed=True))
        assert answer.rest is not None
        with pytest.raises(QueryTimeoutError, match="more than 100,000 rows"):
            list(answer.rest)
        answer.rest.close()


ODD_ROWS = {
    "no values": "SELECT ?nope { VALUES ?x { 1 2 3 4 5 6 } }",
    "backslashes": "SELECT ?x { VALUES ?x { 'a\\\\' 'b\\\\' 'c\\\\' 'd\\\\' 'e\\\\' 'f\\\\' } }",
    "marks within": "SELECT ?x { VALUES ?x { '},{' '\"}},{\"' '{},{}' ',{' '\\\\\"},{' '\r\n' } }".replace(
        "\r\n", "\\r\\n"
    ),
    "triple terms": "SELECT (TRIPLE(<a:a>, <a:b>, ?x) AS ?t) { VALUES ?x { 1 2 3 4 5 6 } }",
}


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("text", ODD_ROWS.values(), ids=ODD_ROWS)
def test_odd_rows_are_rows_too(store: Store, name: str, text: str) -> None:
    LocalEngine(store, Settings(rows=6), forked=False).answer(QueryRequest(text, (name,)))
    with pytest.raises(QueryTimeoutError, match="more than 5 rows"):
        LocalEngine(store, Settings(rows=5), forked=False).answer(QueryRequest(text, (name,)))


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_exactly_in_every_format(store: Store, name: str) -> None:
    text = "SELECT ?s ?o { ?s ?p ?o }"  # one of the values is full of quotes, braces and line ends
    engine = LocalEngine(store, Settings(rows=403))
    assert engine.answer(QueryRequest(text, (name,))).complete
    with pytest.raises(QueryTimeoutError, match="more than 402 rows"):
        LocalEngine(store, Settings(rows=402)).answer(QueryRequest(text, (name,)))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("name", ["json", "xml"])
def test_who_asks_for_it_gets_a_cut_answer_that_says_so(store: Store, name: str) -> None:
    engine = LocalEngine(store, Settings(rows=100))
    answer = engine.answer(QueryRequest("SELECT ?s ?o { ?s ?p ?o }", (name,), partial=True))
    assert not answer.complete
    assert "Cut: these are the first 100 rows of more" in answer.notices[-1]
    assert b"Cut: these are the first 100 rows of more" in answer.body
    assert len(rdflib.query.Result.parse(io.BytesIO(answer.body), format=name)) == 100
    whole = engine.answer(QueryRequest("SELECT ?s { ?s ?p 7 }", (name,), partial=True))
    assert (whole.complete, whole.notices, b"Cut" in whole.body) == (True, (), False)


@pytest.mark.parametrize("most", range(1000, 1020))
def test_an_answer_is_cut_between_rows_wherever_its_bytes_end(store: Store, most: int) -> None:
    engine = LocalEngine(store, Settings(answer_bytes=most), forked=False)
    answer = engine.answer(
        QueryRequest("SELECT ?o ?s { ?s akg:order ?o }", ("json",), prefixes={"akg": AKG}, partial=True)
    )
    found = [int(row["o"]["value"]) for row in json.loads(answer.body)["results"]["bindings"]]
    assert set(found) <= set(range(200)) and len(found) == len(set(found)) < 200


@pytest.mark.parametrize(("name", "form"), [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml")])
def test_cut_triples_carry_their_notice_as_a_comment(store: Store, name: str, form: str) -> None:
    engine = LocalEngine(store, Settings(rows=100))
    answer = engine.answer(QueryRequest("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", (name,), partial=True))
    assert b"Cut: these are the first 100 triples of more" in answer.body
    assert len(rdflib.Graph().parse(data=answer.body, format=form)) == 100


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_a_format_without_a_place_for_a_notice_is_never_cut(store: Store, name: str) -> None:
    with pytest.raises(QueryFormatError, match=f"A cut answer in {name} would look whole"):
        LocalEngine(store, ANSWER).answer(QueryRequest("SELECT ?s { ?s ?p 7 }", (name,), partial=True))


@pytest.mark.parametrize("content", ["", "no quads\n", None], ids=["empty", "broken", "missing"])
def test_a_pool_without_a_dataset_does_not_start(tmp_path: Path, content: str | None) -> None:
    file, children = tmp_path / "dataset.nq", children_of(os.getpid())
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match=r"dataset\.nq .*aseankg build"):
        start_pool(file, ANSWER)
    assert children_of(os.getpid()) == children
