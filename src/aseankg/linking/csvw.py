"""Describes a linked table as CSV on the Web (https://www.w3.org/TR/tabular-metadata/), in a file beside it.

The file is called as the standard has it (`X.csv-metadata.json`), so that readers of CSVW find it by themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from aseankg.linking.cells import MISSING
from aseankg.linking.columns import Column, heads_of
from aseankg.linking.own import Own

__all__ = ["description_of"]

# CSVW compares letter by letter, we do not: the marks as people write them.
_NULLS = list(dict.fromkeys([*MISSING, *map(str.upper, MISSING), *map(str.capitalize, MISSING), "NaN"]))


def description_of(name: str, columns: Sequence[Column], own: Own, title: str, description: str) -> bytes:
    """Return the description of the table in the file `name`; a column that is linked has two more behind it."""
    names: list[str] = []
    all_heads = zip(columns, heads_of(columns), strict=True)
    described = [one for column, heads in all_heads for one in _columns(column, heads, own, names)]
    document: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": own.iri("table").value,
        "url": quote(name),
        "dc:title": title,
        "dc:isPartOf": {"@id": own.iri("dataset").value},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "tableSchema": {"columns": described},
    }
    if description:
        document["dc:description"] = description
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _columns(column: Column, heads: Sequence[str], own: Own, names: list[str]) -> list[dict[str, Any]]:
    first: dict[str, Any] = {"name": _name(column.head, names), "titles": column.head, "null": _NULLS}
    # Figures may stand there as people write them ("1,234.5"), so what is read as a number is for the RDF to say.
    first |= {"datatype": "string", "propertyUrl": own.named("property", column.head).value}
    if not column.is_linked:
        return [first]
    linked = {
        "name": _name(f"{column.head} IRI", names),
        "titles": heads[1],
        "datatype": "anyURI",
        "propertyUrl": "http://purl.org/dc/terms/relation",
    }
    linked["valueUrl"] = f"{{+{linked['name']}}}"
    outcome = {"name": _name(f"{column.head} match", names), "titles": heads[2], "datatype": "string"}
    return [first, linked, outcome]


def _name(head: str, taken: list[str]) -> str:
    """A name for a column as a URI template takes it, each once."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", head).strip("_") or "column"
    name, again = plain, 1
    while name in taken:
        again += 1
        name = f"{plain}_{again}"
    taken.append(name)
    return name
