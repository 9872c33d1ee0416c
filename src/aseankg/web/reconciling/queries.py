"""What is asked about one row of a table, read from the JSON of either version of the protocol.

Version 0.2 has a name and properties; 1.0-draft has conditions, which say more. Both become conditions here. A fault in
one query of a batch leaves the others whole. Not here: finding the candidates (matching).

Source: W3C Entity Reconciliation Community Group, Reconciliation Service API 0.2 and 1.0-draft, "Structure of a
Reconciliation Query". The draft has renamed fields while it was written: `pid` and `v` are read as `propertyId` and
`propertyValue`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aseankg.errors import suggest
from aseankg.namespaces import ID
from aseankg.reconcile import KINDS
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.reconciling.payload import found_in, list_of, object_of, read_json, shown, text_of, whole_number
from aseankg.web.reconciling.properties import get_property

__all__ = [
    "BATCH", "EXAMPLES", "MOST", "Asked", "Condition", "Given", "asked_02", "asked_10", "get_kind", "iri_of", "read_02",
    "read_10",
]  # fmt: skip

BATCH = 50  # queries of one batch
MOST, _USUAL = 100, 10  # candidates of one query: at most, and where no limit is given
_MOST_CONDITIONS, _MOST_VALUES, _MOST_IN_BATCH = 20, 50, 500
EXAMPLES = {
    "0.2": '{"q0": {"query": "Viet Nam", "type": "country"}}',
    "1.0": '{"queries": [{"type": "country", "conditions": [{"matchType": "name", "propertyValue": "Viet Nam"}]}]}',
}
_STRICT = ("any", "all", "should")
_QUANTIFIERS = ("any", "all", "none")


@dataclass(frozen=True)
class Given:
    """One value to compare with: words, or a thing by its IRI."""

    text: str
    iri: str = ""


@dataclass(frozen=True)
class Condition:
    """What a candidate should have: one of these values as its name or, where `pid` names one, as a property."""

    values: tuple[Given, ...]
    pid: str = ""
    required: bool = False
    quantifier: str = "any"
    qualifier: str = ""


@dataclass(frozen=True)
class Asked:
    """One query: its conditions, the kinds of things that are wanted (none: all), and how strictly, how many."""

    conditions: tuple[Condition, ...]
    kinds: tuple[str, ...] = ()
    strict: str = "any"
    limit: int = _USUAL


def iri_of(identifier: str) -> str:
    """Return the IRI of an identifier of this service; an IRI is its own.

    >>> iri_of("country/vnm")
    'https://w3id.org/aseankg/id/country/vnm'
    """
    return identifier if identifier.startswith(("http://", "https://")) else ID + identifier


def get_kind(value: Any, place: str) -> str:
    """Return the type that is named, by its identifier or as an object with one; DetailedError with near names."""
    kind = text_of(value.get("id") if isinstance(value, dict) else value, place)
    if kind not in KINDS:
        near = suggest(kind[:60], KINDS)
        words = f"{place} is {shown(kind)}: expected one of the types {', '.join(KINDS)}.{near}"
        raise DetailedError(400, words, parameter=place)
    return kind


# -- batches -----------------------------------------------------------------------------------------------


def read_02(text: str) -> dict[str, Asked | DetailedError]:
    """Return the queries of a batch by their names, in the form of 0.2; in the place of one a fault that it has."""
    batch = object_of(read_json(text, "queries", EXAMPLES["0.2"]), "queries")
    _check_size(len(batch))
    found = {name: _tried(asked_02, query, f"queries.{name[:60]}") for name, query in batch.items()}
    _check_values(found.values())
    return found


def read_10(body: bytes) -> list[Asked | DetailedError]:
    """Return the queries of a batch in their order, in the form of 1.0-draft; in the place of one a fault of it."""
    document = object_of(read_json(body, "The body", EXAMPLES["1.0"]), "The body")
    batch = list_of(found_in(document, ["queries"], "The body"), "queries")
    _check_size(len(batch))
    found = [_tried(asked_10, query, f"queries[{number}]") for number, query in enumerate(batch)]
    _check_values(found)
    return found


def _check_size(size: int) -> None:
    if size > BATCH:
        words = f"The batch holds {size:,} queries: expected at most {BATCH}, which is the batchSize of the manifest."
        raise DetailedError(413, words, parameter="queries")


def _check_values(batch: Iterable[Asked | DetailedError]) -> None:
    """Each name and each value of a property is looked for among all names."""
    asked = [one for one in batch if isinstance(one, Asked)]
    values = sum(len(condition.values) for one in asked for condition in one.conditions)
    if values > _MOST_IN_BATCH:
        words = f"The batch holds {values:,} names and values: expected at most {_MOST_IN_BATCH}. Send fewer queries."
        raise DetailedError(413, words, parameter="queries")


def _tried(read: Callable[[Any, str], Asked], query: Any, place: str) -> Asked | DetailedError:
    try:
        return read(query, place)
    except DetailedError as fault:
        return fault


# -- one query ---------------------------------------------------------------------------------------------


def asked_02(query: Any, place: str) -> Asked:
    """Return what one query of 0.2 asks."""
    fields = object_of(query, place)
    conditions = []
    if "query" in fields or "properties" not in fields:
        text = text_of(found_in(fields, ["query", "properties"], place), f"{place}.query")
        conditions.append(Condition((Given(text),)))
    for number, entry in enumerate(list_of(fields.get("properties", []), f"{place}.properties")):
        conditions += _property_02(entry, f"{place}.properties[{number}]")
    kinds = fields.get("type", [])
    return Asked(
        _checked(conditions, place),
        tuple(get_kind(kind, f"{place}.type") for kind in (kinds if isinstance(kinds, list) else [kinds])),
        _one_of(fields.get("type_strict", "any"), _STRICT, f"{place}.type_strict"),
        _limit(fields, place),
    )


def _property_02(entry: Any, place: str) -> Iterable[Condition]:
    """A property without a value, such as of an empty cell, asks for nothing."""
    fields = object_of(entry, place)
    pid = text_of(found_in(fields, ["pid"], place), f"{place}.pid")
    get_property(pid, f"{place}.pid")
    values = _values(fields.get("v", []), f"{place}.v")
    return [Condition(values, pid)] if values else []


def asked_10(query: Any, place: str) -> Asked:
    """Return what one query of 1.0-draft asks."""
    fields = object_of(query, place)
    entries = list_of(found_in(fields, ["conditions"], place), f"{place}.conditions")
    conditions = [_condition(entry, f"{place}.conditions[{number}]") for number, entry in enumerate(entries)]
    kinds = (get_kind(fields["type"], f"{place}.type"),) if "type" in fields else ()
    for name in ("lang", "dir"):
        text_of(fields.get(name, "en"), f"{place}.{name}")
    return Asked(_checked(conditions, place), kinds, "any", _limit(fields, place))


def _condition(entry: Any, place: str) -> Condition:
    fields = object_of(entry, place)
    names = ("name", "property")
    of_property = _one_of(found_in(fields, ["matchType"], place), names, f"{place}.matchType") == "property"
    pid = text_of(found_in(fields, ["propertyId", "pid"], place), f"{place}.propertyId") if of_property else ""
    values = _values(found_in(fields, ["propertyValue", "v"], place), f"{place}.propertyValue")
    if not values:
        raise DetailedError(400, f"{place}.propertyValue holds no value: expected one or more.", parameter=place)
    required = fields.get("required", False)
    if not isinstance(required, bool):
        raise DetailedError(400, f"{place}.required is {shown(required)}: expected true or false.", parameter=place)
    quantifier = _one_of(fields.get("matchQuantifier", "any"), _QUANTIFIERS, f"{place}.matchQuantifier")
    return Condition(values, pid, required, quantifier, _qualifier(pid, fields, place))


def _qualifier(pid: str, fields: Mapping[str, Any], place: str) -> str:
    known = [*get_property(pid, f"{place}.propertyId").qualifiers] if pid else ["near", "exact"]
    given = fields.get("matchQualifier", "")
    return _one_of(given, known, f"{place}.matchQualifier") if given else ""


def _checked(conditions: Sequence[Condition], place: str) -> tuple[Condition, ...]:
    if not 1 <= len(conditions) <= _MOST_CONDITIONS:
        words = f"{place} has {len(conditions)} conditions: expected 1 to {_MOST_CONDITIONS}: a name or values."
        raise DetailedError(400, words, parameter=place)
    return tuple(conditions)


def _values(given: Any, place: str) -> tuple[Given, ...]:
    values = given if isinstance(given, list) else [given]
    if len(values) > _MOST_VALUES:
        words = f"{place} holds {len(values):,} values: expected at most {_MOST_VALUES}."
        raise DetailedError(400, words, parameter=place)
    return tuple(found for value in values if (found := _value(value, place)) is not None)


def _value(value: Any, place: str) -> Given | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return Given(str(value).lower())
    if isinstance(value, int | float):
        return Given(str(value).removesuffix(".0"))
    if isinstance(value, dict):
        identifier = text_of(found_in(value, ["id"], place), f"{place}.id")
        return Given(str(value.get("name") or identifier), iri_of(identifier))
    return Given(text_of(value, place))


def _one_of(value: Any, known: Sequence[str], place: str) -> str:
    if value not in known:
        near = suggest(value[:60], known) if isinstance(value, str) else ""
        words = f"{place} is {shown(value)}: expected {' or '.join(known)}.{near}"
        raise DetailedError(400, words, parameter=place)
    return str(value)


def _limit(fields: Mapping[str, Any], place: str) -> int:
    """A limit beyond what this service gives is cut, and the answer still good."""
    return min(whole_number(fields.get("limit", _USUAL), f"{place}.limit"), MOST)
