"""The stored questions as SHACL's executables, in the pattern of the SIB's sparql-examples, so that tools find them.

https://github.com/sib-swiss/sparql-examples says the pattern. Each answers its own question as it stands: the
defaults of its parameters are written in. Not here: answering them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from aseankg.catalogue import Query, read_queries, stand_alone
from aseankg.description.release import about, words
from aseankg.errors import DataError, UsageError
from aseankg.identifiers import instance
from aseankg.lookup import Lookup
from aseankg.namespaces import BASE, DCT, ENDPOINT, OWL, RDF, RDFS, SCHEMA, SH, XSD
from aseankg.store.tokens import declared_prefixes, read_tokens

__all__ = ["DOCUMENT", "question_iri", "question_triples"]

DOCUMENT = BASE + "dump/questions.ttl"
_FORMS = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
}


def question_iri(name: str) -> NamedNode:
    """Return the IRI of a stored question.

    >>> question_iri("body-involvement").value
    'https://w3id.org/aseankg/id/question/body-involvement'
    """
    return instance(f"question/{name}")


def question_triples(folder: Path, lookup: Lookup, document: str = DOCUMENT) -> list[Triple]:
    """Return what `document` says of each question of a folder, and the prefixes that they use.

    `lookup` finds the things that the parameters' defaults name; DataError with file and line where it does not.
    """
    queries = read_queries(folder)
    questions = (triple for query in queries for triple in _question(query, _text(query, lookup), document))
    return [*_prefixes(queries, document), *questions]


def _question(query: Query, text: str, document: str) -> list[Triple]:
    kind, predicate = _form(query)
    keywords = sorted({str(word) for word in query.front_matter.get("keywords", [])})
    return about(
        question_iri(query.name),
        [
            (RDF.type, SH.SPARQLExecutable),
            (RDF.type, kind),
            (RDFS.label, words(query.title)),
            (RDFS.comment, words(query.question)),
            (DCT.description, words(query.description)),
            (predicate, Literal(text)),
            (SH.prefixes, NamedNode(f"{document}#prefixes")),
            (SCHEMA.target, ENDPOINT),
            *((SCHEMA.keywords, Literal(word)) for word in keywords),
        ],
    )


def _form(query: Query) -> tuple[NamedNode, NamedNode]:
    for token in read_tokens(query.text):
        if token.kind == "word" and token.text.upper() in _FORMS:
            return _FORMS[token.text.upper()]
    raise DataError(f"the query is of no form that SHACL knows: expected one of {', '.join(_FORMS)}.", query.file)


def _text(query: Query, lookup: Lookup) -> str:
    """The query without its front matter, with the terms of the defaults."""
    terms = {}
    for name, parameter in query.parameters.items():
        if parameter.default is not None:
            try:
                terms[name] = lookup.get_term(parameter, parameter.default)
            except UsageError as error:
                raise DataError(f"the default of {name}: {error}", query.file, query.line_of(name)) from error
    text = stand_alone(query, terms)
    if text is None:
        raise DataError("no place for the defaults: expected a line that is `WHERE {`.", query.file)
    return text


def _prefixes(queries: Iterable[Query], document: str) -> Iterator[Triple]:
    used: dict[str, str] = {}
    for query in queries:
        used |= declared_prefixes(read_tokens(query.text))
    declared = NamedNode(f"{document}#prefixes")
    yield Triple(declared, RDF.type, OWL.Ontology)
    for prefix, namespace in sorted(used.items()):
        node = NamedNode(f"{document}#prefix-{prefix}")
        yield Triple(declared, SH.declare, node)
        yield Triple(node, SH.prefix, Literal(prefix))
        yield Triple(node, SH.namespace, Literal(namespace, datatype=XSD.anyURI))
