"""Identifiers of a person's own: for their table, its rows, and what the graph does not know.

They stand below a base of the person's, never below that of the plans. Not here: what is said of them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import NamedNode

from aseankg.identifiers import required_own, slug_of

__all__ = ["OWN_BASE", "Own", "own_base"]

OWN_BASE = "https://example.org/"  # RFC 2606: nobody's, so it is nobody else's; docs/decisions/0021
_LONGEST = 60


def own_base(base: str, stem: str) -> str:
    """Return the base of a person's own identifiers: theirs, else one of the file's name below OWN_BASE.

    Raises UsageError for one that is no address, or is below the base of the plans.

    >>> own_base("", "Informal employment 2020")
    'https://example.org/informal-employment-2020/'
    """
    if not base:
        return f"{OWN_BASE}{_slug(stem)}/"
    return required_own(base)


@dataclass(frozen=True)
class Own:
    """Makes the identifiers below a base; the same words always give the same one, other words another."""

    base: str

    def iri(self, *parts: object) -> NamedNode:
        """Return the IRI of what is filed under some segments, e.g. `row/12`."""
        return NamedNode(self.base + "/".join(quote(str(part), safe="") for part in parts))

    def named(self, kind: str, words: str) -> NamedNode:
        """Return the IRI of what is called so, among what is of this kind."""
        return self.iri(_slug(kind), _slug(words))


@lru_cache(10_000)
def _slug(words: str) -> str:
    """Words as the end of an IRI; where letters are lost by it, a sum of the words tells them from others."""
    slug = slug_of(words)[:_LONGEST].strip("-")
    if slug == re.sub(r"[\s_-]+", "-", words.strip().lower()):
        return slug
    digest = hashlib.sha256(words.encode()).hexdigest()[:8]
    return f"{slug}-{digest}" if slug else digest
