"""What the editor of the query page offers while one writes: prefixes, classes and properties, things by their names.

Terms are those of the ontology and those of other vocabularies that the graph uses. Not here: whether a query is right
(proofreading), and the editor itself (static/editor.js).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from aseankg.namespaces import ID, PREFIXES
from aseankg.web.page.asking import rows_of
from aseankg.web.site import site

__all__ = ["KINDS", "MOST", "Completion", "completions_of", "terms", "written"]

KINDS = ("prefix", "term", "thing", "body", "country", "plan", "element", "concept")
MOST = 40  # things that are offered at once
_OURS = "akg"
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w-]*[\w])?", re.ASCII)  # of the names that SPARQL reads without escapes
_LEAST_USES = 1
_RECORDS = re.compile(re.escape(ID) + r"(?:anomaly|mapping|sighting|statement)/")  # found by what they are about


@dataclass(frozen=True)
class Completion:
    """One thing to write: its text in a query, its IRI, what it is called, its kind, and what it means."""

    text: str
    iri: str
    label: str
    kind: str
    words: str = ""


def completions_of(kind: str, text: str) -> list[Completion]:
    """Return what there is of a kind, the whole of prefixes and terms; of things, those that `text` may mean."""
    if kind == "prefix":
        return [Completion(f"{name}:", iri, name, "prefix") for name, iri in PREFIXES.items()]
    if kind == "term":
        return list(terms(site().engine.build).values())
    return list(_things(kind, text.strip()))


def terms(build: str) -> Mapping[str, Completion]:
    """Return the classes and properties by IRI, ours first; read once for each build that has a name."""
    return _kept_terms(build) if build else _read_terms()


@lru_cache(maxsize=2)
def _kept_terms(build: str) -> Mapping[str, Completion]:
    return _read_terms()


def _read_terms() -> Mapping[str, Completion]:
    found = [
        Completion(written(row["term"]), row["term"], row["label"], row["kind"], row["definition"])
        for row in rows_of("editor-terms")
        if row["label"] or int(row["uses"]) >= _LEAST_USES
    ]
    ours = f"{_OURS}:"
    return {one.iri: one for one in sorted(found, key=lambda one: (not one.text.startswith(ours), one.text))}


def _things(kind: str, text: str) -> Iterator[Completion]:
    lookup = site().lookup()
    names = {iri: name for iri, name in lookup.names_of(kind).items() if not _RECORDS.match(iri)}
    words = text.casefold().split()
    near = {iri: name for iri, name in names.items() if _holds(words, name, iri)}
    if len(near) < MOST and any(map(str.isalnum, text)):  # nearly right names, and the others that a thing has
        found = lookup.find(text, MOST)
        near |= {one.iri: lookup.get_name(one.iri) or one.name for one in found if one.iri in names}
    for iri, name in list(near.items())[:MOST]:
        yield Completion(written(iri), iri, lookup.get_name(iri) or name, kind)


def _holds(words: Iterable[str], name: str, iri: str) -> bool:
    text = f"{name} {iri.rpartition('/')[2]}".casefold()
    return all(word in text for word in words)


def written(iri: str) -> str:
    """Return an IRI as a query writes it: with a prefix where it can be without escapes, else whole.

    >>> written("https://w3id.org/aseankg/id/body/acmw"), written("https://w3id.org/aseankg/id/rap-vientiane/kra/1")
    ('body:acmw', '<https://w3id.org/aseankg/id/rap-vientiane/kra/1>')
    """
    fits = [name for name, namespace in PREFIXES.items() if iri.startswith(namespace)]
    name = max(fits, key=lambda one: len(PREFIXES[one]), default="")
    local = iri.removeprefix(PREFIXES.get(name, ""))
    return f"{name}:{local}" if name and _LOCAL.fullmatch(local) else f"<{iri}>"
