"""What the guard refuses, what it lets through, and that a limit of a query's process holds where it is fooled."""

from __future__ import annotations

import pytest

from aseankg.errors import QueryRefusedError, QueryTooLongError
from aseankg.settings import Settings
from aseankg.store.guard import guard
from aseankg.store.tokens import declared_prefixes, read_tokens

LONGEST = 1000
CALL = "<http://127.0.0.1/> { ?a ?b ?c } }"

UPDATES = {
    "insert data": "INSERT DATA { <a:a> <a:b> 1 }",
    "delete where": "delete where { ?s ?p ?o }",
    "with": "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "load": "LOAD <file:///etc/passwd>",
    "clear": "CLEAR ALL",
    "drop": "Drop Graph <a:g>",
    "create": "CREATE GRAPH <a:g>",
    "add": "ADD <a:g> TO <a:h>",
    "move": "MOVE <a:g> TO <a:h>",
    "copy": "COPY <a:g> TO <a:h>",
    "after prologue": "BASE <http://a/> PREFIX select: <http://b/> # SELECT\nINSERT DATA { select:a select:b 1 }",
    "escaped": "\\u0049NSERT DATA { <a:a> <a:b> 1 }",
}
SERVICES = {
    "plain": "SELECT * { SERVICE " + CALL,
    "lower case": "select * { service silent " + CALL,
    "escaped": "SELECT * { S\\u0045RVICE " + CALL,
    "escaped long": "SELECT * { \\U00000053ERVICE " + CALL,
    "glued": "SELECT * {SERVICE" + CALL,
    "after number": "SELECT * { ?s ?p 1e5SERVICE " + CALL,
    "after boolean": "SELECT * { ?s ?p trueSERVICE " + CALL,
    "after comparison": "SELECT * { FILTER(1<2)SERVICE ?x { ?a ?b ?c } FILTER(3>2) }",
    "as prefix": "PREFIX : <http://127.0.0.1/> SELECT * { SERVICE:x { ?a ?b ?c } }",
    "as declared prefix": "PREFIX : <http://a/> PREFIX service: <http://b/> SELECT * { service:x { ?a ?b ?c } }",
    "bare empty prefix": "PREFIX : <http://127.0.0.1/> SELECT * { SERVICE: { ?a ?b ?c } }",
    "as impossible local name": "PREFIX a: <http://x:> SELECT * { ?s ?p a:SERVICE " + CALL,
    "after a string": 'SELECT * { ?s ?p "a" . SERVICE ' + CALL,
    "after a comment": "SELECT * { # harmless\n SERVICE " + CALL,
    "behind an IRI with a hash": "SELECT * { ?s <http://a/b#c> ?o . SERVICE " + CALL,
    "after a long string": "SELECT * { ?s ?p '''it's''' SERVICE " + CALL,
}
HARMLESS = {
    "in a string": 'ASK { ?s ?p "SERVICE <http://a/> {}" }',
    "in a long string": 'ASK { ?s ?p """INSERT "SERVICE" <http://a/> {}""" }',
    "in an escaped string": r"ASK { ?s ?p 'it\'s SERVICE' }",
    "in a comment": "ASK { ?s ?p ?o } # SERVICE <http://a/> {}",
    "in an IRI": "ASK { ?s <http://a/SERVICE> <http://b#service> }",
    "as a variable": "SELECT ?service $SERVICE { ?service ?p $SERVICE }",
    "as a local name": "PREFIX a: <http://a/> ASK { a:SERVICE a:service ?o }",
    "as a prefix": "PREFIX service: <http://a/> ASK { service:a a service:Insert }",
    "as a language": "ASK { ?s ?p 'x'@service }",
    "update words inside": "PREFIX delete: <http://a/> SELECT ?insert { ?insert delete:load 'DROP' }",
}


@pytest.mark.parametrize("text", UPDATES.values(), ids=UPDATES)
def test_an_update_is_refused_in_words(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="is an update"):
        guard(text, Settings(query_length=LONGEST))


@pytest.mark.parametrize("text", SERVICES.values(), ids=SERVICES)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE is refused") as caught:
        guard(text, Settings(query_length=LONGEST))
    assert caught.value.line and caught.value.column


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_words_that_are_no_keywords_pass(text: str) -> None:
    assert guard(text, Settings(query_length=LONGEST))


def test_a_query_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(QueryTooLongError, match="at most 1000"):
        guard("ASK {}" + " " * LONGEST, Settings(query_length=LONGEST))


def test_a_refusal_names_line_and_column() -> None:
    with pytest.raises(QueryRefusedError, match="Line 2, column 3"):
        guard("ASK {\n  SERVICE <http://a/> {}\n}", Settings())


def test_prefixes_are_read_from_the_prologue() -> None:
    tokens = read_tokens("prefix a: <http://a/> PREFIX : <http://b/> ASK { a:x :y 'PREFIX c: <http://c/>' }")
    assert declared_prefixes(tokens) == {"a": "http://a/", "": "http://b/"}


BULK = ("a-" * 50_000, "<" * 100_000, '"' * 100_001, "'''" + "a" * 99_000, ":" * 100_000, "\\u0041" * 16_000)


@pytest.mark.parametrize("text", BULK, ids=lambda text: text[:6])
def test_the_tokens_of_odd_texts_take_no_long_time(text: str) -> None:
    assert len(read_tokens(text)) <= len(text)
