"""Writes a plan as StratML Part 1: the elements in the order that the standard's schema asks, none that it has not.

Not here: what the plan says (describing).
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from aseankg.sheets import fit_for_xml
from aseankg.stratml.records import CORE, Organization, Part, Stakeholder, StrategicPlan

__all__ = ["stratml_bytes"]

_Element = ElementTree.Element


def stratml_bytes(plan: StrategicPlan) -> bytes:
    """Return the plan as a document in UTF-8; the same plan gives the same bytes."""
    root = ElementTree.Element("StrategicPlan", {"xmlns": CORE})
    _texts(root, [("Name", plan.name)], required=("Name",))
    _texts(root, [("Description", plan.description), ("OtherInformation", plan.other)])
    core = ElementTree.SubElement(root, "StrategicPlanCore")
    for organization in plan.organizations:
        _organization(core, organization)
    for name, part in (("Vision", plan.vision), ("Mission", plan.mission)):
        if part is not None:
            texts = [("Description", part.description), ("Identifier", part.identifier)]
            _texts(ElementTree.SubElement(core, name), texts)
    for value in plan.values:
        texts = [("Name", value.name), ("Description", value.description)]
        _texts(ElementTree.SubElement(core, "Value"), texts)
    for goal in plan.goals:
        _goal(core, goal)
    admin = ElementTree.SubElement(root, "AdministrativeInformation")
    _texts(admin, [("StartDate", plan.start), ("EndDate", plan.end), ("PublicationDate", plan.published),
                   ("Source", plan.source)])  # fmt: skip
    ElementTree.indent(root)
    octets: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return octets + b"\n"


def _texts(parent: _Element, texts: Iterable[tuple[str, str]], required: tuple[str, ...] = ()) -> None:
    for name, words in texts:
        if words or name in required:
            ElementTree.SubElement(parent, name).text = fit_for_xml(words)


def _organization(core: _Element, one: Organization) -> None:
    element = ElementTree.SubElement(core, "Organization")
    _texts(element, [("Name", one.name), ("Acronym", one.acronym), ("Identifier", one.identifier),
                     ("Description", one.description)])  # fmt: skip
    _stakeholders(element, one.stakeholders)


def _goal(core: _Element, goal: Part) -> None:
    element = ElementTree.SubElement(core, "Goal")
    _part(element, goal, required=("Name", "Description"))
    for objective in goal.objectives:
        _part(ElementTree.SubElement(element, "Objective"), objective)


def _part(element: _Element, part: Part, required: tuple[str, ...] = ()) -> None:
    texts = [
        ("Name", part.name), ("Description", part.description), ("Identifier", part.identifier),
        ("SequenceIndicator", part.sequence),
    ]  # fmt: skip
    _texts(element, texts, required)
    _stakeholders(element, part.stakeholders)
    _texts(element, [("OtherInformation", part.other)])


def _stakeholders(parent: _Element, stakeholders: Iterable[Stakeholder]) -> None:
    for one in stakeholders:
        attributes = {"StakeholderTypeType": one.kind} if one.kind else {}
        element = ElementTree.SubElement(parent, "Stakeholder", attributes)
        _texts(element, [("Name", one.name), ("Description", one.description)], required=("Name",))
