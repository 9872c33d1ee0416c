"""Reads StratML Part 1 of anybody, and says where a fault stands. No document type is read, so no entity is expanded
and nothing is fetched.

Elements may stand in any order: many documents keep none. Not here: what becomes of it in the graph (taking).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from aseankg.errors import DataError, suggest
from aseankg.stratml.records import CORE, Organization, Part, Stakeholder, StrategicPlan, Value

__all__ = ["MAX_BYTES", "read_stratml"]

MAX_BYTES = 20_000_000  # some thousand times a long plan
_DEEPEST = 50
_OLDER = "http://www.stratml.net"  # the namespace before the standard was ISO's
_TYPES = ("Person", "Organization", "Generic_Group")
# What the elements hold, by the schema of ISO 17469-1.
_INSIDE = {
    "StrategicPlan": "Name Description OtherInformation StrategicPlanCore AdministrativeInformation",
    "StrategicPlanCore": "Organization Vision Mission Value Goal",
    "Organization": "Name Acronym Identifier Description Stakeholder",
    "Vision": "Description Identifier",
    "Mission": "Description Identifier",
    "Value": "Name Description",
    "Goal": "Name Description Identifier SequenceIndicator Stakeholder OtherInformation Objective",
    "Objective": "Name Description Identifier SequenceIndicator Stakeholder OtherInformation",
    "Stakeholder": "Name Description",
    "AdministrativeInformation": "StartDate EndDate PublicationDate Source Submitter",
    "Submitter": "GivenName Surname PhoneNumber EmailAddress",
}


@dataclass
class _Element:
    """An element while it is read: its name without the namespace."""

    name: str
    line: int
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[_Element]:
        return (child for child in self.children if child.name == name)

    def find(self, name: str) -> _Element | None:
        return next(self.all(name), None)

    def text(self, name: str) -> str:
        """The words of a child: lines trimmed, since indents are no part of what is said."""
        child = self.find(name)
        lines = "".join(child.texts).splitlines() if child else []
        return "\n".join(line.strip() for line in lines).strip()


def read_stratml(octets: bytes, name: str = "the document") -> StrategicPlan:
    """Return what a document says; `name` is what it is called in errors.

    Raises DataError with the line for what is no XML, has a document type, is no StratML Part 1, is too large, has no
    name, no goal, or a date that is none.
    """
    if len(octets) > MAX_BYTES:
        words = f"has {len(octets)} bytes: expected at most {MAX_BYTES}, which is far more than any plan. Split it."
        raise DataError(words, name)
    root = _Reader(name).read(octets)
    _require_plan(root, name)
    core, admin = root.find("StrategicPlanCore"), root.find("AdministrativeInformation")
    if core is None or core.find("Goal") is None:
        raise DataError("looked at no goal: expected StrategicPlanCore with Goal.", name, (core or root).line)
    if not root.text("Name"):
        raise DataError("the plan has no Name: expected what it is called.", name, root.line)
    start, end, published = (_date(admin, each, name) for each in ("StartDate", "EndDate", "PublicationDate"))
    return StrategicPlan(
        name=root.text("Name"),
        description=root.text("Description"),
        other=root.text("OtherInformation"),
        organizations=tuple(_organization(one) for one in core.all("Organization") if one.text("Name")),
        vision=_statement(core, "Vision"),
        mission=_statement(core, "Mission"),
        values=tuple(_values(core)),
        goals=tuple(_part(one) for one in core.all("Goal")),
        start=start,
        end=end,
        published=published,
        source=admin.text("Source") if admin else "",
        ignored=tuple(_ignored(root)),
    )


class _Reader:
    """Makes a tree of elements of the bytes of a document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[_Element] = []
        self._root: _Element | None = None
        self._space = ""

    def read(self, octets: bytes) -> _Element:
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(octets, True)
        except expat.ExpatError as error:
            raise DataError(f"not XML: {expat.ErrorString(error.code)}.", self._name, error.lineno) from error
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or of several bytes
            words = f"its encoding cannot be read: {error}. Save it as UTF-8."
            raise DataError(words, self._name, 1) from error
        if self._root is None:
            raise DataError("the document is empty.", self._name, 1)
        if self._space not in (CORE, _OLDER, ""):
            words = f"{self._root.name} is in the namespace {self._space!r}: expected {CORE!r}."
            raise DataError(words, self._name, self._root.line)
        return self._root

    def _refuse(self, *_: object) -> None:
        words = "has a document type (DOCTYPE), which may hold entities: none is read. Take it out."
        raise DataError(words, self._name, self._parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        element = _Element(local, self._parser.CurrentLineNumber, attributes)
        if len(self._open) >= _DEEPEST:
            raise DataError(f"elements lie more than {_DEEPEST} deep: no plan does.", self._name, element.line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root, self._space = element, space
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _characters(self, words: str) -> None:
        self._open[-1].texts.append(words)


def _require_plan(root: _Element, name: str) -> None:
    if root.name == "StrategicPlan":
        return
    part_two = " That is Part 2 of StratML: only Part 1 is read." if root.name == "PerformancePlanOrReport" else ""
    raise DataError(f"the document is {root.name}: expected StrategicPlan.{part_two}", name, root.line)


def _date(admin: _Element | None, wanted: str, name: str) -> str:
    words = admin.text(wanted) if admin else ""
    try:
        return datetime.date.fromisoformat(words[:10]).isoformat() if words else ""
    except ValueError:
        found = admin.find(wanted) if admin else None
        line = found.line if found else None
        raise DataError(f"{wanted} is {words!r}: expected a day such as 2016-01-01.", name, line) from None


def _statement(core: _Element, name: str) -> Part | None:
    found = core.find(name)
    return _part(found) if found and found.text("Description") else None


def _values(core: _Element) -> Iterator[Value]:
    for one in core.all("Value"):
        name, words = one.text("Name"), one.text("Description")
        if name or words:
            yield Value(name or words, words if name else "")


def _organization(one: _Element) -> Organization:
    return Organization(
        one.text("Name"), one.text("Acronym"), one.text("Identifier"), one.text("Description"), _stakeholders(one)
    )


def _part(one: _Element) -> Part:
    return Part(
        one.text("Name"), one.text("Description"), one.text("Identifier"), one.text("SequenceIndicator"),
        _stakeholders(one), one.text("OtherInformation"), tuple(_part(each) for each in one.all("Objective")), one.line,
    )  # fmt: skip


def _stakeholders(one: _Element) -> tuple[Stakeholder, ...]:
    """The stakeholders that have names; forms leave empty ones behind."""
    return tuple(
        Stakeholder(each.text("Name"), each.text("Description"), _type_of(each), each.line)
        for each in one.all("Stakeholder")
        if each.text("Name")
    )


def _type_of(one: _Element) -> str:
    found = one.attributes.get("StakeholderTypeType", "")
    return found if found in _TYPES else ""


def _ignored(one: _Element) -> Iterator[str]:
    """A sentence for each element that stands where the standard has none, and for what is not taken."""
    known = _INSIDE.get(one.name, "").split()
    for child in one.children:
        if child.name == "Submitter":
            yield f"line {child.line}: who submitted the document is not taken over."
        elif child.name not in known:
            yield f"line {child.line}: {child.name} in {one.name} is not read.{suggest(child.name, known)}"
        else:
            yield from _ignored(child)
