"""The stored questions as queries that stand alone, for people to try and to change.

A parameter is written into the query as VALUES, from its default; one whose default is no end of an IRI of
ours, a year or a day would need the graph to be looked up in, and its question is left out. Not here:
answering them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aseankg.catalogue import Parameter, Query
from aseankg.namespaces import ID
from aseankg.web.site import Example

__all__ = ["read_examples"]

_WHERE = "\nWHERE {\n"
_FOLDERS = {"body": "body/", "country": "country/", "plan": "plan/", "element": "", "concept": "concept/"}


def read_examples(queries: Iterable[Query]) -> list[Example]:
    """Return an example for each query whose parameters can be written into it; those about one thing first."""
    return list(_examples(sorted(queries, key=lambda query: not query.parameters)))


def _examples(queries: Iterable[Query]) -> Iterator[Example]:
    for query in queries:
        text = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+")).strip() + "\n"
        values = [_values(parameter) for parameter in query.parameters.values() if parameter.default is not None]
        if None not in values and (not values or _WHERE in text):
            block = "".join(f"  {line}\n" for line in values)
            yield Example(query.question, text.replace(_WHERE, _WHERE + block, 1), query.name)


def _values(parameter: Parameter) -> str | None:
    """Return `VALUES ?body { <…> }`, or None where the default must be looked up."""
    default = parameter.default or ""
    if parameter.kind == "year" and re.fullmatch(r"\d{4}", default):
        term = default
    elif parameter.kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", default):
        term = f'"{default}"^^<http://www.w3.org/2001/XMLSchema#date>'
    elif parameter.kind in _FOLDERS and re.fullmatch(r"[\w./-]+", default):
        term = f"<{ID}{_FOLDERS[parameter.kind]}{default}>"
    else:
        return None
    return f"VALUES ?{parameter.name} {{ {term} }}"
