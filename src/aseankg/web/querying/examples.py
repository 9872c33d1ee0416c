"""The stored questions, and their queries made to stand alone, for people to try and to change.

A parameter is written into the query as VALUES, from its default; one whose default is no end of an IRI of
ours, a year or a day would need the graph to be looked up in, and its question is left out. Not here:
answering them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from aseankg.catalogue import Parameter, Query, read_query, stand_alone
from aseankg.errors import DataError
from aseankg.layout import resources
from aseankg.namespaces import ID
from aseankg.sheets import WORKBOOK
from aseankg.store.request import FORMATS
from aseankg.web.site import Example

__all__ = ["ANSWER_FORMATS", "LONGEST_VALUE", "read_examples", "stored_questions"]

ANSWER_FORMATS = {  # of a stored question, in the server's order of preference
    "json": "application/json",
    "srj": FORMATS["json"].media_type,
    "csv": FORMATS["csv"].media_type,
    "tsv": FORMATS["tsv"].media_type,
    "xlsx": WORKBOOK,
    "html": "text/html",
}
LONGEST_VALUE = 300  # characters of a parameter; no name that one would type is as long

_FOLDERS = {"body": "body/", "country": "country/", "plan": "plan/", "element": "", "concept": "concept/"}


@cache
def stored_questions() -> Mapping[str, Query]:
    """Return the stored questions by name, read once in each process.

    One that cannot be read is logged and left out: it is no reason to serve nothing.
    """
    return {query.name: query for query in _sound_queries()}


def _sound_queries() -> Iterator[Query]:
    for file in sorted((resources() / "queries" / "questions").glob("*.rq")):
        try:
            query = read_query(file)
            query.require_form()
            yield query
        except DataError as error:
            logging.getLogger(__name__).warning("A question is left out: %s", error)


def read_examples(queries: Iterable[Query]) -> list[Example]:
    """Return an example for each query whose parameters can be written into it; those about one thing first."""
    return list(_examples(sorted(queries, key=lambda query: not query.parameters)))


def _examples(queries: Iterable[Query]) -> Iterator[Example]:
    for query in queries:
        given = [parameter for parameter in query.parameters.values() if parameter.default is not None]
        terms = {parameter.name: _term(parameter) for parameter in given}
        text = stand_alone(query, {name: term for name, term in terms.items() if term is not None})
        if None not in terms.values() and text is not None:
            yield Example(query.question, text, query.name)


def _term(parameter: Parameter) -> str | None:
    """Return the default as SPARQL writes it, or None where it must be looked up."""
    default = parameter.default or ""
    if parameter.kind == "year" and re.fullmatch(r"\d{4}", default):
        return default
    if parameter.kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", default):
        return f'"{default}"^^<http://www.w3.org/2001/XMLSchema#date>'
    if parameter.kind in _FOLDERS and re.fullmatch(r"[\w./-]+", default):
        return f"<{ID}{_FOLDERS[parameter.kind]}{default}>"
    return None
