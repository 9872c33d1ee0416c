"""Reads JSON that a client of the reconciliation service sends: what is wrong in it is said with its place.

A key that stands twice is refused, because one of its values would be lost without a word. Not here: what the
documents mean (queries, extending).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from aseankg.errors import suggest
from aseankg.web.exchange.problems import DetailedError

__all__ = ["found_in", "list_of", "object_of", "read_json", "shown", "text_of", "whole_number"]

_SHOWN = 60  # characters of a wrong value in a problem
_HALF = re.compile("[\ud800-\udfff]")  # half of a character, which no answer can repeat


def read_json(text: str | bytes, parameter: str, example: str) -> Any:
    """Return the document; DetailedError with line and column, and with an example of what is expected."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        words = f"{parameter} is no JSON: line {error.lineno}, column {error.colno}: {error.msg}. Expected {example}"
        raise DetailedError(400, words, parameter=parameter, line=error.lineno, column=error.colno) from None
    except UnicodeDecodeError as error:
        words = f"{parameter} is not in UTF-8: {error.reason} at byte {error.start}. Expected {example}"
        raise DetailedError(400, words, parameter=parameter) from None
    except RecursionError:
        words = f"{parameter} is nested too deeply. Expected {example}"
        raise DetailedError(400, words, parameter=parameter) from None
    except ValueError as error:
        raise DetailedError(
            400, f"{parameter} cannot be read: {error}. Expected {example}", parameter=parameter
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {shown(key)} stands twice in one object")
        if _HALF.search(key) or (isinstance(value, str) and _HALF.search(value)):
            raise ValueError(f"half of a character (a lone surrogate) stands at the key {shown(key)}")
        found[key] = value
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def shown(value: object) -> str:
    """Return a wrong value as a problem shows it: as JSON, cut."""
    try:
        text = json.dumps(value)
    except RecursionError:
        return "nested too deeply"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def object_of(value: Any, place: str) -> Mapping[str, Any]:
    """Return the value, which must be an object, without the fields that are null."""
    if not isinstance(value, dict):
        raise DetailedError(400, f"{place} is {shown(value)}: expected an object.", parameter=place)
    return {name: field for name, field in value.items() if field is not None}


def list_of(value: Any, place: str) -> Sequence[Any]:
    """Return the value, which must be an array."""
    if not isinstance(value, list):
        raise DetailedError(400, f"{place} is {shown(value)}: expected an array.", parameter=place)
    return value


def text_of(value: Any, place: str) -> str:
    """Return the value, which must be a string that is not blank."""
    if not isinstance(value, str) or not value.strip() or _HALF.search(value):
        raise DetailedError(400, f"{place} is {shown(value)}: expected a string that is not empty.", parameter=place)
    return value


def whole_number(value: Any, place: str, least: int = 1) -> int:
    """Return the value, which must be a whole number, `least` or more."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if not whole or isinstance(value, bool) or value < least:
        words = f"{place} is {shown(value)}: expected a whole number, {least} or more."
        raise DetailedError(400, words, parameter=place)
    return int(value)


def found_in(document: Mapping[str, Any], names: Sequence[str], place: str) -> Any:
    """Return the first field of these names that the document has; DetailedError with near names where it has none."""
    for name in names:
        if name in document:
            return document[name]
    near = suggest(next(iter(document), "")[:_SHOWN], names)
    words = f"{place} has no field {names[0]}: it has {', '.join(map(shown, document)) or 'none'}.{near}"
    raise DetailedError(400, words[:1000], parameter=place)
