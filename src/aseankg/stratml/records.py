"""What a StratML document says, as records; and the lines of OtherInformation that we write and understand.

Not here: XML (writing, reading), and what it is in the graph (describing, taking).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from aseankg.errors import DataError
from aseankg.namespaces import ID

__all__ = [
    "CORE", "KEYS", "Organization", "Part", "Stakeholder", "StrategicPlan", "Value", "as_identifier", "as_iri",
    "as_lines", "read_lines",
]  # fmt: skip

CORE = "urn:ISO:std:iso:17469:tech:xsd:stratml_core"  # the namespace of ISO 17469-1
KEYS = ("IRI", "Kind", "Part of", "Implements", "Focus area", "Timeline", "Indicator", "Known only by reference")
_LINE = re.compile(rf"({'|'.join(KEYS)}): (\S.*)")


@dataclass(frozen=True)
class Stakeholder:
    """Who has a part in something: `kind` is Person, Organization, Generic_Group or nothing."""

    name: str
    description: str = ""
    kind: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Part:
    """A goal, an objective, a vision or a mission; only goals have objectives."""

    name: str = ""
    description: str = ""
    identifier: str = ""
    sequence: str = ""
    stakeholders: tuple[Stakeholder, ...] = ()
    other: str = ""
    objectives: tuple[Part, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class Value:
    """A principle of the organisation."""

    name: str
    description: str = ""


@dataclass(frozen=True)
class Organization:
    """Whose plan it is."""

    name: str
    acronym: str = ""
    identifier: str = ""
    description: str = ""
    stakeholders: tuple[Stakeholder, ...] = ()


@dataclass(frozen=True)
class StrategicPlan:
    """A whole document; dates as xsd:date writes them; `ignored` are sentences on what was not understood."""

    name: str
    description: str = ""
    other: str = ""
    organizations: tuple[Organization, ...] = ()
    vision: Part | None = None
    mission: Part | None = None
    values: tuple[Value, ...] = ()
    goals: tuple[Part, ...] = ()
    start: str = ""
    end: str = ""
    published: str = ""
    source: str = ""
    ignored: tuple[str, ...] = field(default=(), compare=False)


def as_identifier(iri: str) -> str:
    """Return one of our IRIs as StratML's Identifier, an xsd:ID, which has neither colons nor slashes.

    >>> as_identifier("https://w3id.org/aseankg/id/rap-vientiane/activity/14a")
    'id__rap-vientiane__activity__14a'
    """
    if not iri.startswith(ID):
        raise DataError(f"<{iri}> is no IRI of ours: expected one below {ID}.")
    return "id__" + iri.removeprefix(ID).replace("_", "_-").replace("/", "__")


def as_iri(identifier: str) -> str | None:
    """Return the IRI that an Identifier of ours stands for, or None for another's.

    >>> as_iri("id__rap-vientiane__activity__14a")
    'https://w3id.org/aseankg/id/rap-vientiane/activity/14a'
    >>> as_iri("_c5f17a32-1fe8-11e7-b80e-50d26551e223")
    """
    if not identifier.startswith("id__"):
        return None
    path = re.sub("__|_-", lambda found: "/" if found[0] == "__" else "_", identifier.removeprefix("id__"))
    return ID + path


def as_lines(said: Iterable[tuple[str, str]]) -> str:
    """Return what is said under KEYS as lines; what is empty is left out."""
    return "\n".join(f"{key}: {' '.join(words.split())}" for key, words in said if words)


def read_lines(text: str) -> tuple[dict[str, list[str]], str]:
    """Return what lines say under KEYS, and the rest of the text.

    >>> read_lines("Kind: Activity\\nThe rest.")
    ({'Kind': ['Activity']}, 'The rest.')
    """
    said: dict[str, list[str]] = {}
    rest = []
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found:
            said.setdefault(found[1], []).append(found[2])
        else:
            rest.append(line.strip())
    return said, "\n".join(rest).strip()
