"""What other people's vocabularies and lists call a thing, by scheme: shown on the page of an actor and of a concept.

Not here: the schemes (aseankg.links), each mapping with its reason (judgements).
"""

from __future__ import annotations

from collections.abc import Sequence

from aseankg.links import name_of
from aseankg.namespaces import shorten
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.things.portraits.portrait import grouped

__all__ = ["elsewhere_of"]


def elsewhere_of(iri: str) -> Sequence[tuple[str, Sequence[Row]]]:
    """Return the names of schemes, each with the rows of the identifiers that a thing has there."""
    rows = [
        {**row, "scheme": name_of(row["other"]), "match": shorten(row["predicate"])}
        for row in rows_of("concept-links", thing=iri)
    ]
    return sorted(((group[0]["scheme"], group) for group in grouped(rows, "scheme")), key=lambda one: one[0].casefold())
