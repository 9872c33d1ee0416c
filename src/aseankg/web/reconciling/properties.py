"""The properties by which matching is narrowed, and whose values fill further columns of a table.

Which kinds of things have a property is read from the data (known). Not here: where the values stand in the graph
(queries/pages/reconcile-values.rq, by the same names).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aseankg.errors import suggest
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.reconciling.payload import shown

__all__ = ["PROPERTIES", "QUALIFIERS", "Property", "get_property"]

_LISTED = 12  # properties that a problem lists
QUALIFIERS: Mapping[str, str] = {  # how a value that is given may be compared; the first where none is named
    "near": "As it is called, slips of the keyboard forgiven",
    "exact": "As it is called, in any of its spellings",
    "begins": "Begins so, as a date begins with its year",
}


@dataclass(frozen=True)
class Property:
    """A property: what it is called, and what its values say; `kind` is that of values which are things."""

    name: str
    words: str
    kind: str = ""
    dated: bool = False

    @property
    def qualifiers(self) -> Mapping[str, str]:
        """The ways in which values of this property may be compared."""
        left_out = "near" if self.dated else "begins"
        return {name: words for name, words in QUALIFIERS.items() if name != left_out}


PROPERTIES: Mapping[str, Property] = {
    "iri": Property("IRI", "The full IRI of the thing."),
    "label": Property("Short name", "What the graph calls it, such as Activity 5 (RAP)."),
    "full-name": Property("Full name", "The preferred name, written out."),
    "other-name": Property("Other names", "Further names in use."),
    "acronym": Property("Acronym", "The acronym of a body."),
    "title": Property("Title", "The title as the plan prints it."),
    "number": Property("Number", "The number that the plan prints."),
    "definition": Property("Definition", "What it is, in one sentence."),
    "iso2": Property("ISO 3166-1 alpha-2", "The country's code of two letters."),
    "iso3": Property("ISO 3166-1 alpha-3", "The country's code of three letters."),
    "m49": Property("M49", "The country's number in the UN standard M49, which is that of ISO 3166-1."),
    "plan": Property("Plan", "The plan in which it stands.", "plan"),
    "part-of": Property("Part of", "What it is part of, one step up."),
    "lead": Property("Lead", "Who leads it, Member States of a lead by all of them, too."),
    "contributing-body": Property("Contributing body", "The bodies that contribute to it.", "body"),
    "responsible-body": Property("Responsible body", "The body that is responsible for it.", "body"),
    "coordinator": Property("Coordinator", "Who coordinates it."),
    "actor": Property("Actor", "Bodies, countries and groups that have any role in it."),
    "year": Property("Year", "Each year from its start to its end.", dated=True),
    "start": Property("Start", "The day or year on which it starts; a year begins on 1 January.", dated=True),
    "end": Property("End", "The day or year on which it ends.", dated=True),
    "timeline": Property("Timeline", "Its time as the plan prints it."),
    "venue": Property("Venue", "Where it takes place, as the plan prints it."),
    "strategy": Property("Strategy", "The strategies of the Declaration that it implements.", "strategy"),
    "key-result-area": Property("Key result area", "The key result area that it stands in."),
    "thematic-group": Property("Thematic group", "The thematic group that it stands in."),
    "serves": Property("Serves", "What it serves in another plan, by the project's alignment."),
    "focus-area": Property("Focus area", "What kind of work it is."),
    "theme": Property("Theme", "Its themes, by the project's alignment.", "theme"),
    "indicator": Property("Performance indicator", "By what the plan measures it.", "indicator"),
    "activities": Property("Activities", "The activities that implement it.", "activity"),
    "elements": Property("Parts of plans", "Parts of plans that have this theme."),
    "broader": Property("Broader theme", "The theme above it.", "theme"),
    "body-kind": Property("Kind of body", "What kind of body it is."),
    "parent-body": Property("Parent body", "The body that it is part of.", "body"),
    "founded": Property("Founded", "When it was founded.", dated=True),
    "homepage": Property("Home page", "Its own page on the web."),
    "adopted": Property("Adopted", "When it was adopted.", dated=True),
    "adopted-by": Property("Adopted by", "The body that adopted it.", "body"),
    "leads": Property("Leads", "The activities that it leads, alone or with all Member States.", "activity"),
    "contributes-to": Property("Contributes to", "The activities that it contributes to.", "activity"),
    "responsible-for": Property("Responsible for", "The thematic areas that it is responsible for.", "thematic-area"),
    "coordinates": Property("Coordinates", "What it coordinates."),
    "exact-match": Property("The same elsewhere", "Identifiers of the same thing in other data."),
    "close-match": Property("Alike elsewhere", "Identifiers of things in other data that are nearly the same."),
}


def get_property(name: str, place: str) -> Property:
    """Return the property of this name; DetailedError with the nearest names where there is none."""
    if name not in PROPERTIES:
        listed = ", ".join([*PROPERTIES][:_LISTED])
        words = f"{place} is {shown(name)}: no property is called so.{suggest(name[:60], PROPERTIES)}"
        raise DetailedError(
            400, f"{words} There are {listed} and others: /reconcile/suggest/property.", parameter=place
        )
    return PROPERTIES[name]
