"""Sees that queries and shapes ask for what exists: a misspelt term would match nothing, and its check never fail.

Looked at before anything is built: every .rq file, also those that only people use, and every file of shapes.
Not here: the terms of the data (vocabulary), and what queries and shapes find (infer, validate).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pyoxigraph import NamedNode, Store

from aseankg.catalogue import evaluate, read_query
from aseankg.errors import DataError, suggest
from aseankg.namespaces import PREFIXES, shorten
from aseankg.store.tokens import declared_prefixes, expand_name, place, read_tokens
from aseankg.vocabulary import declared_terms, shape_files, shape_quads

__all__ = ["require_known_terms"]

_CLOSED = tuple(PREFIXES[prefix] for prefix in ("akg", "aksh", "sh"))


def require_known_terms(root: Path) -> int:
    """Return how many files were looked at; DataError with file and line for the first that is not sound.

    Sound is a query that parses, whose front matter can be read, and a query or shape each of whose terms of the
    ontology, of the shapes and of SHACL is declared.
    """
    known = _known_terms(root)
    queries = sorted((root / "queries").rglob("*.rq"))
    if not queries:
        raise DataError("looked at no query: expected queries/*/*.rq", root / "queries")
    for file in queries:
        query = read_query(file)
        evaluate(Store(), query)  # parses it
        query.require_form()
        _require_terms(query.text, file, known)
    shapes = shape_files(root)
    for file in shapes:
        _require_terms(file.read_text(encoding="utf-8"), file, known)
    return len(queries) + len(shapes)


def _known_terms(root: Path) -> frozenset[str]:
    from rdflib import SH  # heavy

    shapes = {quad.subject.value for quad in shape_quads(root) if isinstance(quad.subject, NamedNode)}
    ours = {term.value for term in declared_terms(root)}
    words_of_python = {str(SH[name]) for name in ("and", "class", "in", "not", "or")}  # rdflib does not list them
    return frozenset(shapes | ours | words_of_python | {str(term) for term in dir(SH)})


def _require_terms(text: str, file: Path, known: Collection[str]) -> None:
    for iri, offset in _terms(text, {}):
        if iri not in known:
            hint = suggest(shorten(iri), sorted(shorten(term) for term in known))
            words = f"{shorten(iri)} is declared nowhere.{hint} Mend the spelling, or declare it in ontology/."
            raise DataError(words, file, place(text, offset)[0])


def _terms(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The IRIs of the closed namespaces in SPARQL or Turtle, in its strings too (sh:select), and where they stand."""
    tokens = [token._replace(text=token.text.removeprefix("@")) for token in read_tokens(text)]
    declared = {**prefixes, **declared_prefixes(tokens)}
    for token in tokens:
        if token.kind == "string":
            quotes = 3 if token.text[:3] in ('"""', "'" * 3) else 1
            inside = _terms(token.text[quotes:-quotes], declared)
            # In a sentence a colon may follow the name.
            yield from ((iri.rstrip(":"), token.start + quotes + offset) for iri, offset in inside)
        elif (iri := expand_name(token, declared) or "").startswith(_CLOSED) and iri not in _CLOSED:
            yield iri, token.start
