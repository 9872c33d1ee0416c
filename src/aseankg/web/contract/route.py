"""How one view is described in the words of OpenAPI: what it takes, what it gives.

Not here: the views (routes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aseankg.web.contract.schemas import Json

__all__ = ["Route", "choice", "in_query"]


@dataclass(frozen=True)
class Route:
    """One view: its responses by status, the statuses of its problems, and what it takes."""

    summary: str
    responses: Mapping[str, Json]
    failures: tuple[int, ...] = ()
    parameters: tuple[Json, ...] = ()
    body: Json | None = None
    in_path: Mapping[str, Json] = field(default_factory=dict)


def in_query(name: str, words: str, schema: Json, **more: object) -> Json:
    """Return a parameter of the query string."""
    return {"name": name, "in": "query", "description": words, "schema": schema, **more}


def choice(name: str, words: str, values: Iterable[str], **more: object) -> Json:
    """Return a parameter of the query string that has one of these values."""
    return in_query(name, words, {"type": "string", "enum": [*dict.fromkeys(values)], **more})
