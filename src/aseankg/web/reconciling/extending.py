"""Further columns for a table whose names are matched: values of properties of things.

Not here: what the properties are (properties) and where their values come from (known).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from aseankg.namespaces import ID, XSD
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.reconciling.answers import type_of
from aseankg.web.reconciling.known import Value, find_thing, known
from aseankg.web.reconciling.payload import found_in, list_of, object_of, read_json, shown, text_of, whole_number
from aseankg.web.reconciling.properties import PROPERTIES, get_property
from aseankg.web.reconciling.queries import get_kind, iri_of
from aseankg.web.reconciling.suggesting import page_of

__all__ = ["EXAMPLE", "SETTINGS", "extend_02", "extend_10", "propose"]

EXAMPLE = '{"ids": ["country/vnm"], "properties": [{"id": "iso3"}, {"id": "leads", "settings": {"limit": 5}}]}'
_MOST_IDS, _MOST_PROPERTIES = 1000, 50
_CONTENTS = {"entity": "Matched things", "label": "Names", "id": "Identifiers"}
# The settings in the fields of 1.0-draft; the manifest of 0.2 writes them by its own names.
SETTINGS: Sequence[Mapping[str, Any]] = (
    {
        "id": "limit", "name": "Limit", "type": "number", "default": 0,
        "helpText": "Most values in a cell; 0 is all.",
    },
    {
        "id": "content", "name": "Content", "type": "select", "default": "entity",
        "helpText": "What stands for a value that is a thing itself.",
        "choices": [{"value": value, "name": name} for value, name in _CONTENTS.items()],
    },
)  # fmt: skip


@dataclass(frozen=True)
class _Column:
    """A property that is wanted, at most how many of its values, and what stands for things."""

    pid: str
    limit: int
    content: str

    def head(self) -> dict[str, Any]:
        """Return what the answer says of the column."""
        of = PROPERTIES[self.pid]
        typed = {"type": type_of(of.kind)} if of.kind and self.content == "entity" else {}
        return {"id": self.pid, "name": of.name, **typed}

    def cells(self, identifier: str, tagged: bool) -> list[dict[str, Any]]:
        """Return the values that a thing has, none for what is not known."""
        thing = find_thing(iri_of(identifier))
        values = thing.values.get(self.pid, ()) if thing else ()
        return [self._cell(value, tagged) for value in values[: self.limit or None]]

    def _cell(self, value: Value, tagged: bool) -> dict[str, Any]:
        ours = value.iri.startswith(ID)
        if ours and self.content == "entity":
            return {"id": value.iri.removeprefix(ID), "name": value.text}
        if value.iri:
            text = value.text if self.content == "label" or not ours else value.iri.removeprefix(ID)
            return {"str": text}
        return _literal(value, tagged)


def _literal(value: Value, tagged: bool) -> dict[str, Any]:
    if value.datatype == XSD.date.value:
        return {"date": f"{value.text}T00:00:00Z"}
    if value.datatype in (XSD.integer.value, XSD.gYear.value) or (not value.datatype and value.text.isdecimal()):
        return {"int": int(value.text)}
    return {"str": value.text, **({"lang": value.language} if tagged and value.language else {})}


def extend_02(text: str) -> dict[str, Any]:
    """Return the values that a query of 0.2 asks for: rows by the identifiers that it gave."""
    ids, columns = _asked(read_json(text, "extend", EXAMPLE))
    rows = {one: {column.pid: column.cells(one, False) for column in columns} for one in ids}
    return {"meta": [column.head() for column in columns], "rows": rows}


def extend_10(body: bytes) -> dict[str, Any]:
    """Return the values that a query of 1.0-draft asks for: rows in the order of its identifiers."""
    ids, columns = _asked(read_json(body, "The body", EXAMPLE))
    rows = [
        {"id": one, "properties": [{"id": column.pid, "values": column.cells(one, True)} for column in columns]}
        for one in ids
    ]
    return {"meta": [column.head() for column in columns], "rows": rows}


def _asked(document: Any) -> tuple[Sequence[str], Sequence[_Column]]:
    fields = object_of(document, "The query")
    ids = list_of(found_in(fields, ["ids"], "The query"), "ids")
    wanted = list_of(found_in(fields, ["properties"], "The query"), "properties")
    for name, given, most in (("ids", ids, _MOST_IDS), ("properties", wanted, _MOST_PROPERTIES)):
        if len(given) > most:
            words = f"{name} holds {len(given):,} entries: expected at most {most:,} in one query."
            raise DetailedError(413, words, parameter=name)
    columns = [_column(entry, f"properties[{number}]") for number, entry in enumerate(wanted)]
    return [text_of(one, f"ids[{number}]") for number, one in enumerate(ids)], columns


def _column(entry: Any, place: str) -> _Column:
    fields = object_of(entry, place)
    pid = text_of(found_in(fields, ["id"], place), f"{place}.id")
    get_property(pid, f"{place}.id")
    settings = object_of(fields.get("settings", {}), f"{place}.settings")
    limit, content = settings.get("limit", 0), settings.get("content", "entity")
    if isinstance(limit, str) and limit.isascii() and limit.isdecimal():  # as a form of OpenRefine gives it
        limit = int(limit[:9])
    if content not in _CONTENTS:
        words = f"{place}.settings.content is {shown(content)}: expected {' or '.join(_CONTENTS)}."
        raise DetailedError(400, words, parameter=f"{place}.settings.content")
    return _Column(pid, whole_number(limit, f"{place}.settings.limit", 0), content)


def propose() -> dict[str, Any]:
    """Return the properties that things of the type in the request have; without a type, those of any."""
    kind, have = request.args.get("type", "").strip(), known()
    names = have.properties[get_kind(kind, "type")] if kind else [*PROPERTIES]
    _, most = page_of(())
    listed = names[:most] if "limit" in request.args else names
    found = [{"id": name, "name": PROPERTIES[name].name, "description": PROPERTIES[name].words} for name in listed]
    return {
        "properties": found,
        **({"type": kind} if kind else {}),
        **({"limit": most} if "limit" in request.args else {}),
    }
