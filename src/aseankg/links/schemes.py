"""The vocabularies and lists of other people that our links lead to: what each is called, and how its IRIs look.

A slip in an identifier gives another identifier that looks as good; what does not even have the form is caught here.
Not here: which of their terms match ours (data/links/), and whether they still answer (asking).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aseankg.namespaces import PREFIXES

__all__ = ["SCHEMES", "Scheme", "find_scheme", "name_of"]


@dataclass(frozen=True)
class Scheme:
    """One of them: its short name, where its IRIs begin, and the pattern of what follows there."""

    name: str
    base: str
    local: str

    def holds(self, iri: str) -> bool:
        """Say whether an IRI has the form of this scheme's."""
        return iri.startswith(self.base) and bool(re.fullmatch(self.local, iri.removeprefix(self.base), re.ASCII))


_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# A goal or target, an indicator, a series.
_SDG = r"\d{1,2}(\.[1-9a-d]\d?)?|C\d\d(\d\d|0[a-d])\d\d|[A-Z]{2}(_[A-Z0-9]{2,}){1,3}"
SCHEMES = (
    Scheme("DBpedia", PREFIXES["dbpedia"], r"[A-Z][A-Za-z0-9_]+"),
    Scheme("ESCO", PREFIXES["esco"], rf"(skill|occupation)/{_UUID}"),
    Scheme("EU countries", PREFIXES["eucountry"], r"[A-Z]{3}"),
    Scheme("EuroVoc", PREFIXES["eurovoc"], r"\d+|c_[0-9a-f]{8}"),
    Scheme("FAO geopolitical ontology", PREFIXES["faogeo"], r"[A-Z][A-Za-z_-]+"),
    Scheme("ILOSTAT", PREFIXES["ilostat"], r"[A-Z0-9]+(_[A-Z0-9]+){2,}_A"),
    Scheme("IPTC Media Topics", PREFIXES["iptc"], r"\d{8}"),
    Scheme("STW", PREFIXES["stw"], r"\d{5}-\d"),
    Scheme("UN M49", PREFIXES["m49"], r"\d{3}"),
    Scheme("SDG", PREFIXES["sdg"], _SDG),
    Scheme("UNBIS", PREFIXES["unbis"], r"\d{6,7}"),
    Scheme("Wikidata", PREFIXES["wikidata"], r"Q[1-9]\d*"),
)


def find_scheme(iri: str) -> Scheme | None:
    """Return the scheme with the longest base that an IRI begins with, or None where we know none.

    >>> find_scheme("http://metadata.un.org/sdg/codes/geoArea/096").name
    'UN M49'
    """
    return max((one for one in SCHEMES if iri.startswith(one.base)), key=lambda one: len(one.base), default=None)


def name_of(iri: str) -> str:
    """Return what the scheme of an IRI is called; the host of its address where we know none.

    >>> name_of("https://example.org/a")
    'example.org'
    """
    scheme = find_scheme(iri)
    return scheme.name if scheme else iri.split("/")[2]
