"""What a query asks of the graph is read as rdflib reads it, and the triples behind a row are those that make it.

Expected triples are written by hand from small graphs. Not here: what a triple rests on (tests/cli/test_explain.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from rdflib.paths import SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from aseankg.errors import QueryError
from aseankg.pattern_reader import read_patterns
from aseankg.patterns import Level
from aseankg.store.request import Term
from aseankg.trace import Edge, Row, derivations_of, trace_row

QUERIES = sorted((Path(__file__).parents[2] / "queries").rglob("*.rq"))
X = "http://x/"


# -- reading -----------------------------------------------------------------------------------------------


def triples_by_rdflib(part: object) -> Iterator[tuple[object, object, object]]:
    """Every triple pattern of an algebra, wherever it stands."""
    if isinstance(part, CompValue):
        for one in dict(part).get("triples", []):  # those of an EXISTS stand in one row
            yield from zip(one[::3], one[1::3], one[2::3], strict=True)
        for name in part:
            if name not in ("triples", "_vars", "template"):
                yield from triples_by_rdflib(part[name])
    elif isinstance(part, (list, tuple)) and not isinstance(part, str):
        for one in part:
            yield from triples_by_rdflib(one)


def steps(path: object) -> int:
    if isinstance(path, CompValue) and path.name in ("PathAlternative", "PathSequence"):  # of an EXISTS
        return sum(map(steps, path["part"])) if path.name == "PathSequence" or len(path["part"]) == 1 else 1
    return sum(map(steps, path.args)) if isinstance(path, SequencePath) else 1


def count_of(level: Level) -> int:
    return len(level.patterns) + sum(map(len, level.absent)) + sum(count_of(inner.level) for inner in level.inner)


def test_there_are_queries_to_read() -> None:
    assert len(QUERIES) > 30


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_as_many_patterns_are_read_as_rdflib_reads(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = [steps(predicate) for _, predicate, _ in triples_by_rdflib(prepareQuery(text).algebra)]
    assert found and count_of(read_patterns(text).level) == sum(found)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s <x:p> [ <x:q> 'a'@en , 1 ; <x:r> (1 -2 true) ] ; <x:t> ?o ; . }",
        "SELECT * { [] a <x:C> . _:b.1 <x:p> _:b.1 OPTIONAL { ?s ?p '''it's\n}''' } }",
        'SELECT * { ?s <x:p> 5. ?s <x:p> +5 . ?s <x:p> "a"^^<x:d> # } not here\n }',
        "SELECT * { ?s <x:p>/^<x:q>/(<x:r>|!(<x:s>|^<x:t>))*/<x:u>? $o }",
        "SELECT * { { ?s <x:p> ?o } UNION { GRAPH ?g { ?s <x:q> ?o } } MINUS { ?s <x:r> ?o } }",
        "SELECT * { ?s <x:p> ?o ; OPTIONAL { ?s <x:q> ?o FILTER (?o > 1 && NOT EXISTS { ?o <x:r> ?s }) } }",
        "ASK { ?s <x:p> ?o FILTER EXISTS { ?o <x:q> ?s } BIND (IF(EXISTS { ?s <x:r> 1 }, 1, 2) AS ?n) }",
        "SELECT ?s { VALUES (?s) { (<x:a>) } { SELECT ?s (COUNT(*) AS ?n) { ?s <x:p> ?o } GROUP BY ?s } }",
    ],
)
def test_what_the_stored_questions_do_not_use_is_read_as_rdflib_reads_it(text: str) -> None:
    found = [steps(predicate) for _, predicate, _ in triples_by_rdflib(prepareQuery(text).algebra)]
    assert count_of(read_patterns(text).level) == sum(found)
    prepareQuery(f"SELECT * {{ {read_patterns(text).level.body} }}")  # what is made of it is SPARQL


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "another endpoint"),
        ("SELECT * { <<( ?s ?p ?o )>> ?q ?r }", "no term is read"),
        ("DESCRIBE <http://x/>", "only SELECT"),
        ("SELECT * { ?s ?p ", "before its last bracket"),
        ("SELECT * " + "{" * 5000 + "}" * 5000, "nested"),
        ("SELECT * { ?s " + "^" * 5000 + "<x:p> ?o }", "nested"),
        ("SELECT * { ?s " + "(" * 5000 + "<x:p>" + ")" * 5000 + " ?o }", "nested"),
        ("SELECT * { ?s ?p " + "[ ?p " * 5000 + "1" + "]" * 5000 + " }", "nested"),
    ],
    ids=["service", "quoted", "describe", "unclosed", "groups", "inverses", "brackets", "nodes"],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        read_patterns(text)


def test_a_long_query_is_read_in_little_time() -> None:
    text = "SELECT * {" + " ?s ?p ?o ; ?q 'x' , [ ?r 1 ] ." * 3000 + "}"
    start = time.process_time()
    assert len(text) > 90_000 and len(read_patterns(text).level.patterns) == 12_000
    assert time.process_time() - start < 5


# -- rows --------------------------------------------------------------------------------------------------


def graph_of(text: str) -> Store:
    """A store from words: three names a line make a triple of graph `main`, a fourth names another graph."""
    store = Store()
    for line in text.strip().splitlines():
        subject, predicate, value, *name = line.split()
        term = Literal(int(value)) if value.isdigit() else NamedNode(X + value)
        store.add(Quad(NamedNode(X + subject), NamedNode(X + predicate), term, NamedNode(X + (name or ["main"])[0])))
    return store


def asking(store: Store, text: str) -> list[Row]:
    found = store.query(text, use_default_graph_as_union=True, prefixes={"": X})
    return [{name.value: row[name] for name in found.variables} for row in found]  # type: ignore[union-attr]


def local(term: Term) -> str:
    return str(getattr(term, "value", term)).removeprefix(X)


def edges(found: Sequence[Edge]) -> set[str]:
    return {" ".join(map(local, (one.subject, one.predicate, one.object))) for one in found}


def traced(store: Store, text: str, row: int = 0) -> set[str]:
    return edges(trace_row(read_patterns(text), asking(store, text)[row], lambda one: asking(store, one)).edges)


FAMILY = graph_of("""
    ann parent bob
    bob parent cid
    cid parent dee
    ann friend eve
    eve age 7
    bob age 9
    dee age 9
""")


def test_a_count_rests_on_all_that_it_counts() -> None:
    text = "SELECT ?n (COUNT(?who) AS ?count) { ?who :age ?n } GROUP BY ?n ORDER BY DESC(?n)"
    assert traced(FAMILY, text) == {"bob age 9", "dee age 9"}
    assert traced(FAMILY, text, 1) == {"eve age 7"}


def test_an_optional_counts_only_where_it_was_taken() -> None:
    text = "SELECT ?who { ?who :parent ?child OPTIONAL { ?who :friend :eve } } ORDER BY ?who"
    assert traced(FAMILY, text) == {"ann parent bob", "ann friend eve"}
    assert traced(FAMILY, text, 1) == {"bob parent cid"}


def test_a_variable_without_a_value_does_not_match_everything() -> None:
    text = "SELECT ?who ?friend { ?who :parent ?child OPTIONAL { ?who :friend ?friend } } ORDER BY ?who"
    assert traced(FAMILY, text, 1) == {"bob parent cid"}


def test_only_the_branch_of_a_union_that_gave_the_row_counts() -> None:
    text = "SELECT ?who { { ?who :age 7 } UNION { ?who :parent :cid } } ORDER BY ?who"
    assert traced(FAMILY, text) == {"bob parent cid"}
    assert traced(FAMILY, text, 1) == {"eve age 7"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (":parent+", {"ann parent bob", "bob parent cid", "cid parent dee"}),
        (":parent/:parent/:parent", {"ann parent bob", "bob parent cid", "cid parent dee"}),
        ("(:parent|:friend)*", {"ann parent bob", "bob parent cid", "cid parent dee"}),
        ("(:parent/:parent)/:parent?", {"ann parent bob", "bob parent cid", "cid parent dee"}),
        ("^(^:parent/^:parent/^:parent)", {"ann parent bob", "bob parent cid", "cid parent dee"}),
        ("(!:age)+", {"ann parent bob", "bob parent cid", "cid parent dee"}),
    ],
)
def test_a_path_is_followed_edge_by_edge(path: str, expected: set[str]) -> None:
    assert traced(FAMILY, f"SELECT ?end {{ :ann {path} ?end FILTER (?end = :dee) }}") == expected


def test_a_path_of_no_step_rests_on_nothing() -> None:
    assert traced(FAMILY, "SELECT ?end { :dee :parent* ?end }") == set()


def test_a_sub_select_rests_on_what_it_counts() -> None:
    text = """SELECT ?who ?children { ?who :friend ?friend
              { SELECT ?who (COUNT(?child) AS ?children) { ?who :parent ?child } GROUP BY ?who } }"""
    assert traced(FAMILY, text) == {"ann friend eve", "ann parent bob"}


def test_what_must_be_there_and_what_must_not_are_told_apart() -> None:
    text = """SELECT ?who { ?who :age 9 FILTER EXISTS { ?who :parent ?child }
              FILTER NOT EXISTS { ?who :friend ?friend } MINUS { ?who :age 7 } }"""
    row = asking(FAMILY, text)[0]
    found = trace_row(read_patterns(text), row, lambda one: asking(FAMILY, one))
    assert edges(found.edges) == {"bob age 9", "bob parent cid"}
    assert found.absent == ("http://x/bob :friend …", "http://x/bob :age 7")


def test_a_computed_column_chooses_the_row() -> None:
    text = "SELECT (?n + 1 AS ?next) { ?who :age ?n } ORDER BY ?next"
    assert traced(FAMILY, text) == {"eve age 7"}


def test_a_row_of_groups_by_an_expression_rests_on_its_group() -> None:
    text = "SELECT ?old (COUNT(*) AS ?count) { ?who :age ?n } GROUP BY (?n > 8 AS ?old) ORDER BY ?old"
    assert traced(FAMILY, text, 1) == {"bob age 9", "dee age 9"}


def test_a_graph_named_in_the_query_holds_what_the_row_rests_on() -> None:
    store = graph_of("a p b one\na p c two\nb q d two")
    text = "SELECT ?o { GRAPH :two { :a :p ?o } }"
    assert traced(store, text) == {"a p c"}
    assert traced(store, "SELECT ?g { GRAPH ?g { :b (:q)* :d } }") == {"b q d"}


def test_unnamed_nodes_and_lists_of_a_query_are_found() -> None:
    assert traced(FAMILY, "SELECT ?who { ?who :friend [ :age 7 ] ; :parent _:c . _:c :age 9 }") == {
        "ann friend eve", "eve age 7", "ann parent bob", "bob age 9",
    }  # fmt: skip


def test_values_after_a_query_and_variables_with_a_dollar_are_read() -> None:
    assert traced(FAMILY, "SELECT $who { $who :age ?n } VALUES ?n { 7 }") == {"eve age 7"}


def test_what_is_true_rests_on_a_solution() -> None:
    found = trace_row(read_patterns("ASK { ?who :age 7 }"), {}, lambda one: asking(FAMILY, one))
    assert edges(found.edges) == {"eve age 7"}


def test_more_ways_than_are_shown_are_told() -> None:
    store = graph_of("\n".join(f"a{one} p b" for one in range(150)))
    text = "SELECT (COUNT(*) AS ?n) { ?s :p :b }"
    found = trace_row(read_patterns(text), asking(store, text)[0], lambda one: asking(store, one))
    assert found.cut and len(found.edges) == 100


# -- rules -------------------------------------------------------------------------------------------------


def test_a_rule_gives_its_premises_for_the_triple_it_makes() -> None:
    rule = read_patterns("CONSTRUCT { ?c :childOf ?p . ?x :same ?x } WHERE { ?p :parent ?c . ?x :age ?n }")
    made = Edge(NamedNode(X + "cid"), NamedNode(X + "childOf"), NamedNode(X + "bob"))
    found = derivations_of(rule, [made], lambda one: asking(FAMILY, one))
    assert {"bob parent cid"} <= set.union(*(edges(premises) for _, premises in found))
    assert all(edge == made for edge, _ in found)


def test_a_rule_is_no_reason_for_a_triple_that_it_does_not_make() -> None:
    rule = read_patterns("CONSTRUCT { ?c :childOf ?p } WHERE { ?p :parent ?c }")
    other = Edge(NamedNode(X + "cid"), NamedNode(X + "knows"), NamedNode(X + "bob"))
    assert derivations_of(rule, [other], lambda one: asking(FAMILY, one)) == []
