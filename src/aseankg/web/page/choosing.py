"""Reads what a reader chose on a page out of its address: each parameter once, each value one that there is.

Not here: the parameters of stored questions, which have kinds (questions).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import request, url_for

from aseankg.errors import suggest
from aseankg.web.exchange.problems import DetailedError

__all__ = ["address_with", "chosen_of", "only", "value_of"]

_SHOWN = 80  # characters of a wrong value in a problem


def only(*names: str) -> None:
    """Refuse a parameter that the page does not take, and one that is given twice; 400 in words."""
    for name, values in request.args.lists():
        if name not in names:
            words = f"{request.path} takes no parameter {name[:_SHOWN]!r}.{suggest(name[:_SHOWN], names)}"
            raise DetailedError(400, f"{words} It takes {', '.join(names)}.", parameter=name[:_SHOWN])
        if len(values) > 1:
            words = f"The parameter {name} is given {len(values)} times: expected once."
            raise DetailedError(400, words, parameter=name)


def value_of(name: str) -> str:
    """Return the value of a parameter, empty where it is not given."""
    return request.args.get(name, "").strip()


def chosen_of(name: str, known: Collection[str], default: str = "") -> str:
    """Return which of the known values a parameter has; 400 with the nearest for one that is not known."""
    value = value_of(name) or default
    if value and value not in known:
        listed = ", ".join(known) if len(known) <= 40 else f"{len(known)} values"
        words = f"{name} is {value[:_SHOWN]!r}: expected one of {listed or 'none: there is nothing to choose from'}."
        raise DetailedError(400, f"{words}{suggest(value[:_SHOWN], known)}", parameter=name)
    return value


def address_with(**changed: str) -> str:
    """Return the address of this page with other values for some of its parameters, without those that are empty."""
    values: dict[str, Any] = {**request.args.to_dict(), **changed}
    return url_for(request.endpoint or "home", **{name: value for name, value in values.items() if value})
