"""IRIs of instances, made in one place after the contract; the same input always gives the same IRI.

Also where the identifiers of people's own data begin, which is never below ours.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from aseankg.errors import DataError, UsageError
from aseankg.namespaces import BASE, ID

__all__ = [
    "ELEMENT_KINDS", "OWN_BASE", "RESERVED", "as_counted", "element", "hashed", "instance", "own_base", "passage",
    "slug_of",
]  # fmt: skip

OWN_BASE = "https://example.org/"  # RFC 2606: nobody's, so it is nobody else's; docs/decisions/0021

# The kind in an element's IRI -> (class, words for its label).
ELEMENT_KINDS: dict[str, tuple[str, str]] = {
    "abbreviation": ("Abbreviation", "Abbreviation"),
    "activity": ("Activity", "Activity"),
    "commitment": ("Commitment", "Commitment"),
    "footnote": ("Footnote", "Footnote"),
    "implementation-point": ("ImplementationPoint", "Implementation point"),
    "kpi": ("PerformanceIndicator", "Indicator"),
    "kra": ("KeyResultArea", "Key result area"),
    "mission": ("Mission", "Mission"),
    "monitoring": ("MonitoringProvision", "Monitoring provision"),
    "note": ("Note", "Note"),
    "objective": ("Objective", "Objective"),
    "project": ("Project", "Project"),
    "strategy": ("Strategy", "Strategy"),
    "target": ("IntermediateTarget", "Intermediate target"),
    "thematic-area": ("ThematicArea", "Thematic area"),
    "thematic-group": ("ThematicGroup", "Thematic group"),
    "vision": ("Vision", "Vision"),
}

# First segments after id/ that no plan may have as its slug.
RESERVED = frozenset(
    [
        "agent",
        "anomaly",
        "body",
        "concept",
        "country",
        "crossref",
        "group",
        "instrument",
        "mapping",
        "mapping-set",
        "membership",
        "plan",
        "question",
        "report",
        "source",
        "statement",
    ]
)


def instance(path: str) -> NamedNode:
    """Return the IRI after `id/`, e.g. `body/acmw`; DataError for characters that would need escapes.

    >>> instance("body/acmw").value
    'https://w3id.org/aseankg/id/body/acmw'
    """
    if not re.fullmatch(r"[\w./-]+", path, re.ASCII):
        raise DataError(f"{path!r} cannot end an IRI: expected ASCII letters, digits, hyphens, full stops and slashes.")
    return NamedNode(ID + path)


def element(document: str, kind: str, number: str) -> NamedNode:
    """Return the IRI of a part of a plan or instrument.

    >>> element("rap-vientiane", "activity", "14a").value
    'https://w3id.org/aseankg/id/rap-vientiane/activity/14a'
    """
    return instance(f"{document}/{kind}/{number}")


def passage(source: str, start: int, end: int) -> NamedNode:
    """Return the IRI of the passage between two offsets of a source."""
    return instance(f"source/{source}/passage/{start}-{end}")


def hashed(
    kind: str, graph: NamedNode, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, sign: str = ""
) -> NamedNode:
    """Return the IRI of a statement, crossref or mapping: a hash of its N-Quad, 128 bits in hexadecimal.

    `sign` sets apart what else is said of the same quad, such as a mapping that denies it.
    """
    line = f"{subject} {predicate} {value} {graph} .{sign}"
    return instance(f"{kind}/{hashlib.sha256(line.encode()).hexdigest()[:32]}")


def as_counted(iri: str) -> list[str | int]:
    """Return the key by which IRIs stand in the order in which people count: numbers by what they are worth.

    >>> sorted(["activity/14a", "activity/2", "target/10.2", "target/8.7"], key=as_counted)
    ['activity/2', 'activity/14a', 'target/8.7', 'target/10.2']
    """
    parts = re.split(r"([0-9]{1,18})", iri)  # a text and a number by turns
    return [int(part) if at % 2 else part for at, part in enumerate(parts)]


def slug_of(words: str) -> str:
    """Return words as the last segment of an IRI: ASCII, lower case, hyphens.

    >>> slug_of("Public-private partnership promotion")
    'public-private-partnership-promotion'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def own_base(base: str, slug: str) -> str:
    """Return where a person's own identifiers begin: at the base that they give, else at one of the slug.

    Raises UsageError for one that is no address, or is below the base of the plans.

    >>> own_base("https://labour.example", "wages"), own_base("", "wages")
    ('https://labour.example/', 'https://example.org/wages/')
    """
    if not base:
        return f"{OWN_BASE}{slug}/"
    if not _is_address(base):
        raise UsageError(f"--base {base!r} is no IRI: expected one such as https://example.org/my-data/.")
    if re.sub("^http:", "https:", base.lower()).startswith(BASE.rstrip("/")):
        raise UsageError(f"--base {base!r} belongs to the plans: choose an address of your own.")
    return base if base.endswith(("/", "#", ":")) else base + "/"


def _is_address(text: str) -> bool:
    try:
        NamedNode(text)
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.netloc if parts.scheme in ("http", "https") else parts.scheme == "urn" and parts.path)
