"""A misspelt IRI is an error: every term and prefix that any file writes is declared, and used.

Also the form of the stored queries. Not here: what the terms mean (tests/ontology), what the answers are
(tests/queries).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, Store
from rdflib.plugins.sparql import prepareQuery

from aseankg.catalogue import Query, evaluate, read_queries
from aseankg.namespaces import AKG, BASE, PREFIXES
from aseankg.store.tokens import Token, read_tokens
from aseankg.vocabulary import declared_terms

ROOT = Path(__file__).parents[2]
QUERIES = ROOT / "queries"
QUESTIONS = read_queries(QUERIES / "questions")
CHECKS = read_queries(QUERIES / "checks")
ALL_QUERIES = [query for folder in sorted(QUERIES.iterdir()) for query in read_queries(folder)]
ASKING = [query for query in ALL_QUERIES if query.file.parent.name != "rules"]
HAND_WRITTEN = sorted((ROOT / "ontology").rglob("*.ttl"))

NAME = re.compile(r"(?<![\w:/])(akg|aksh):([A-Za-z][\w-]*)")
IRI = re.compile(re.escape(BASE) + r"(ontology|shapes)#([A-Za-z][\w-]*)|(?<![\w/])(shapes)#([A-Za-z][\w-]*)")
PREFIX = re.compile(r"(?i)(?<![\w])@?prefix\s+([\w-]*):\s*<([^>\s]+)>")
# Names that tests misspell on purpose; nothing else may.
MISSPELT = {
    "akg:fundedOn", "akg:name", "akg:odrer", "akg:servs", "akg:severs", "akg:srves", "akg:titel", "akg:tilte",
    "akg:tïtel", "aksh:Name", "aksh:X",
}  # fmt: skip
AS_IN_THE_GRAMMAR = {"a", "true", "false", "isBlank", "isIRI", "isLiteral", "isNumeric", "langMatches", "sameTerm"}
SCHEMES = {file.stem: f"{BASE}id/concept/{file.stem}/" for file in (ROOT / "ontology" / "schemes").glob("*.ttl")}


def _ids(query: Query) -> str:
    return f"{query.file.parent.name}/{query.name}"


def _names(text: str) -> set[str]:
    """The terms of ours in a text, as prefixed names."""
    found = {f"{prefix}:{local}" for prefix, local in NAME.findall(text)}
    for match in IRI.finditer(text):
        found.add(("akg:" if "ontology" in match.groups() else "aksh:") + (match[2] or match[4]))
    return found


def _strings(source: str) -> Iterator[str]:
    """The string constants of a Python file, docstrings included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.fixture(scope="module")
def declared(root: Path) -> set[str]:
    """The terms of the ontology and the named shapes, as prefixed names."""
    shapes = rdflib.Graph()
    for file in (root / "ontology" / "shapes").glob("*.ttl"):
        shapes.parse(file)
    subjects = {str(subject) for subject in shapes.subjects()} | {term.value for term in declared_terms(root)}
    return {name for subject in subjects for name in _names(subject)}


def _written(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each file in which terms may stand, and the text to look at."""
    for name, text in texts.items():
        if name.endswith(".py"):
            yield name, "\n".join(_strings(text))
        elif name.endswith((".ttl", ".rq", ".html", ".md", ".toml", ".csv", ".jsonld", ".ipynb")):
            yield name, text


# -- terms -------------------------------------------------------------------------------------------------


def test_every_term_that_is_written_is_declared(texts: dict[str, str], declared: set[str]) -> None:
    used = {name: _names(text) - (MISSPELT if name.startswith("tests/") else set()) for name, text in _written(texts)}
    assert len(set().union(*used.values())) > 200
    assert {name: found - declared for name, found in used.items() if found - declared} == {}


def test_what_is_misspelt_on_purpose_is_written_and_not_declared(texts: dict[str, str], declared: set[str]) -> None:
    assert MISSPELT.isdisjoint(declared)
    own = Path(__file__).name
    written = {name for file, text in _written(texts) if not file.endswith(own) for name in _names(text)}
    assert MISSPELT - written == set()


def test_terms_that_python_names_are_declared(declared: set[str]) -> None:
    named = {name for term in AKG for name in _names(term.value)}
    assert len(named) > 50
    assert named - declared == set()


@pytest.mark.parametrize("text", ["<https://w3id.org/aseankg/ontology#titel>", "?x akg:titel ?y", "`akg:titel`"])
def test_a_misspelt_term_is_seen(text: str, declared: set[str]) -> None:
    assert _names(text) - declared == {"akg:titel"}


# -- prefixes ----------------------------------------------------------------------------------------------


def test_a_prefix_means_the_same_everywhere(texts: dict[str, str]) -> None:
    """Also in the queries inside Python, documents and templates; only Turtle and queries must keep to our prefixes."""
    known = PREFIXES | SCHEMES
    looked_at, wrong = 0, set()
    for name, text in _written(texts):
        for prefix, iri in PREFIX.findall(text) if not name.startswith("tests/") else ():
            looked_at += 1
            if (prefix in known or name.endswith((".ttl", ".rq"))) and known.get(prefix) != iri:
                wrong.add((name, prefix, iri))
    assert looked_at > 100
    assert wrong == set()


@pytest.mark.parametrize("query", ALL_QUERIES, ids=_ids)
def test_query_uses_each_prefix_that_it_declares(query: Query) -> None:
    assert _unused(query.text, read_tokens(query.text)) == set()


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=lambda file: file.stem)
def test_turtle_uses_each_prefix_that_it_declares(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    strings = re.findall(r'"""(?s:.*?)"""', text)  # queries inside shapes declare no prefixes of their own
    assert PREFIX.findall(text)
    assert _unused(text, read_tokens(text + "\n" + "\n".join(part.strip('"') for part in strings))) == set()


def _unused(text: str, tokens: list[Token]) -> set[str]:
    names = [token for at, token in enumerate(tokens) if token.kind == "name" and not _declares(tokens, at)]
    return {prefix for prefix, _ in PREFIX.findall(text)} - {token.text.partition(":")[0] for token in names}


def _declares(tokens: list[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].text.upper().lstrip("@") == "PREFIX"


# -- queries -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ALL_QUERIES, ids=_ids)
def test_query_parses_in_both_engines(query: Query) -> None:
    Store().query(query.text)
    prepareQuery(query.text)


@pytest.mark.parametrize("query", ALL_QUERIES, ids=_ids)
def test_keywords_are_upper_case_and_variables_are_words(query: Query) -> None:
    tokens = read_tokens(query.text)
    words = [token.text for token in tokens if token.kind == "word"]
    assert "WHERE" in words
    assert {word for word in words if word != word.upper()} <= AS_IN_THE_GRAMMAR
    assert {token.text for token in tokens if token.kind == "variable" and len(token.text) < 4} == set()


@pytest.mark.parametrize("query", ASKING, ids=_ids)
def test_rows_have_an_order_and_columns_have_names(query: Query) -> None:
    words = [token.text for token in read_tokens(query.text)]
    assert words.count("SELECT") >= 1
    assert any(pair == ("ORDER", "BY") for pair in pairwise(words))
    assert not any(word in ("SELECT", "DISTINCT") and after == "*" for word, after in pairwise(words))
    assert {"LIMIT", "OFFSET"}.isdisjoint(words)


@pytest.mark.parametrize("query", QUESTIONS, ids=_ids)
def test_question_has_complete_front_matter(query: Query) -> None:
    head = query.front_matter
    assert {"title", "question", "description", "keywords", "expects"} <= set(head)
    assert set(head) <= {
        "title",
        "question",
        "description",
        "keywords",
        "expects",
        "parameters",
        "phrasings",
        "silence",
    }
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", query.name)
    assert query.question.endswith("?") and query.description.endswith(".") and not query.title.endswith(".")
    assert head["keywords"] and all(isinstance(word, str) for word in head["keywords"])
    assert set(head["expects"]) == {"columns", "rows"} and head["expects"]["rows"] >= 1
    for name, entry in (head.get("parameters") or {}).items():
        assert set(entry) == {"kind", "default", "description"}
        assert f"?{name}" in query.text
        assert entry["description"].endswith(".")


def test_questions_differ_in_title_question_and_description() -> None:
    for said in ("title", "question", "description"):
        assert len({getattr(query, said) for query in QUESTIONS}) == len(QUESTIONS)


# -- checks ------------------------------------------------------------------------------------------------

G = f"{BASE}graph/"
BAD = {
    "passage-across-cells": """
        graph:evidence { id:source/x\\/passage\\/0-3 akg:exact "a\\tb" }
    """,
    "undeclared-term": """
        graph:ontology { akg:title rdfs:label "title"@en }
        graph:reference { body:acmw akg:titel "ACMW" ; akg:title "ACMW" }
    """,
    "name-not-in-passage": """
        graph:meta { graph:reference akg:layer "reference" }
        graph:ontology { akg:responsibleBody rdfs:subPropertyOf akg:involves }
        graph:reference { body:acmw akg:acronym "ACMW" . body:acwc akg:acronym "ACWC" }
        graph:evidence {
          id:statement\\/1 rdf:subject id:x\\/thematic-area\\/1 ; rdf:predicate akg:responsibleBody ; rdf:object body:acwc ;
            akg:evidence id:source\\/x\\/passage\\/0-24 .
          id:source\\/x\\/passage\\/0-24 akg:exact "(Responsible Body: ACMW)" .
        }
    """,
    "dangling-name": """
        graph:meta { graph:reference akg:layer "reference" }
        graph:reference { body:slom akg:acronym "SLOM" . body:acmw akg:acronym "ACMW" ; akg:mentions body:sloom }
    """,
    "unsourced-reference": """
        graph:reference {
          body:acmw a akg:Body ; rdfs:label "ACMW" ; akg:acronym "ACMW" .
          id:statement\\/1 a rdf:Statement ; rdf:subject body:acmw ; rdf:predicate rdfs:label ; rdf:object "ACMW" ;
            dcterms:source <https://example.org/> .
        }
    """,
    "unstated-fact": """
        graph:meta { graph:plan\\/x akg:layer "stated" . graph:evidence akg:layer "stated" }
        graph:plan\\/x { id:x\\/activity\\/1 a akg:Activity ; akg:title "Study" ; akg:venue "Bangkok" }
        graph:evidence {
          id:statement\\/1 rdf:subject id:x\\/activity\\/1 ; rdf:predicate akg:title ; rdf:object "Study" ;
            akg:inGraph graph:plan\\/x ; akg:evidence id:source\\/x\\/passage\\/0-5 .
          id:source\\/x\\/passage\\/0-5 akg:exact "Study" .
        }
    """,
}
GOOD = {  # the same, mended: each is the change that makes the check fall silent
    "passage-across-cells": ('"a\\tb"', '"a b"'),
    "undeclared-term": ("akg:titel", "akg:title"),
    "name-not-in-passage": ("rdf:object body:acwc", "rdf:object body:acmw"),
    "dangling-name": ("body:sloom", "body:slom"),
    "unsourced-reference": ("; akg:acronym", "; rdfs:label"),
    "unstated-fact": ("akg:venue", "akg:title"),
}
MENDED_VALUES = {"Bangkok": "Study"}


def _store(trig: str) -> Store:
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    store = Store()
    store.load(prefixes + trig.replace("id:source/", "id:source\\/"), format=RdfFormat.TRIG)
    return store


def test_every_check_has_a_fixture() -> None:
    assert {check.name for check in CHECKS} == set(BAD) == set(GOOD)


@pytest.mark.parametrize("check", CHECKS, ids=_ids)
def test_check_can_fail_and_can_pass(check: Query) -> None:
    bad, good = BAD[check.name], BAD[check.name].replace(*GOOD[check.name])
    for old, new in MENDED_VALUES.items():
        good = good.replace(old, new)
    assert len(list(evaluate(_store(bad), check))) == 1
    assert list(evaluate(_store(good), check)) == []


@pytest.mark.parametrize("check", CHECKS, ids=_ids)
def test_check_says_problem_solution_and_severity(check: Query) -> None:
    head = check.front_matter
    assert set(head) == {"title", "problem", "solution", "severity"}
    assert head["severity"] in ("Violation", "Warning")
    assert head["problem"].endswith(".") and head["solution"].endswith(".")
