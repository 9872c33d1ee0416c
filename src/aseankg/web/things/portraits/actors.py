"""Portraits of bodies, countries and groups: what they are, their roles by plan, whom they work with, when, and more.

Not here: the list of all bodies or countries (views), roles in one activity (elements).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from aseankg.catalogue import Query, get_query
from aseankg.layout import resources
from aseankg.namespaces import AKG, FOAF, ORG, RDFS, SKOS
from aseankg.web.page.asking import Row, rows_of, rows_of_query
from aseankg.web.things.facts import Description
from aseankg.web.things.portraits.elsewhere import elsewhere_of
from aseankg.web.things.portraits.portrait import (
    LAYER_ORDER,
    Portrait,
    by_role,
    grouped,
    literals,
    own_ends,
    without_repeats,
)
from aseankg.web.things.portraits.timeline import timeline_of

__all__ = ["Collaborator", "Held", "PlanRoles", "actor_portrait"]

_CODES = (AKG.iso3166Alpha2, AKG.iso3166Alpha3, AKG.m49)


@dataclass(frozen=True)
class Held:
    """One role in one part of a plan, with each passage that says so."""

    row: Row
    passages: Sequence[Row]


@dataclass(frozen=True)
class PlanRoles:
    """The roles of an actor in one plan, by role: its name and what it is held in."""

    iri: str
    name: str
    title: str
    roles: Sequence[tuple[str, Sequence[Held]]]


@dataclass(frozen=True)
class Collaborator:
    """An actor with roles in the same undertakings; `layer` is the best that is said of any of them."""

    iri: str
    name: str
    long: str
    layer: str
    elements: Sequence[Row]


def actor_portrait(found: Description) -> Portrait:
    """Return the portrait of a body, country or group."""
    roles = rows_of("actor-roles", thing=found.iri)
    shown = {
        "about": _about(found),
        "plans": _plans(roles),
        "collaborators": _collaborators(rows_of("actor-collaborators", thing=found.iri)),
        "timeline": timeline_of(rows_of("dates", thing=found.iri)),
        "silence": rows_of_query(_silence(), {"actor": NamedNode(found.iri)}),
        "mentions": without_repeats(rows_of("actor-mentions", thing=found.iri), "element", "predicate"),
        "members": without_repeats(rows_of("actor-members", thing=found.iri), "member", "organisation"),
        "elsewhere": elsewhere_of(found.iri),
        "reports": without_repeats(rows_of("reports", thing=found.iri), "element", "report"),
    }
    return Portrait("portraits/actor.html", shown)


def _about(found: Description) -> dict[str, object]:
    facts, back = found.facts, found.backlinks
    pages = [fact.object.value for fact in facts if fact.predicate in (FOAF.page, FOAF.homepage)
             and isinstance(fact.object, NamedNode)]  # fmt: skip
    return {
        "definition": literals(facts, SKOS.definition),
        "notes": literals(facts, SKOS.scopeNote, SKOS.historyNote),
        "kinds": own_ends(facts, AKG.bodyKind),
        "parents": own_ends(facts, ORG.subOrganizationOf),
        "children": own_ends(back, ORG.subOrganizationOf, back=True),
        "founded": literals(facts, AKG.foundedOn),
        "names": [name for name in literals(facts, SKOS.altLabel) if name not in literals(facts, RDFS.label)],
        "codes": [code for one in _CODES for code in literals(facts, one)],
        "pages": list(dict.fromkeys(pages)),
    }


def _plans(rows: Sequence[Row]) -> list[PlanRoles]:
    plans = []
    for of_plan in grouped(rows, "plan"):
        roles = [
            (group[0]["role"], [Held(held[0], held) for held in grouped(group, "element", "layer")])
            for group in grouped(by_role(of_plan), "role")
        ]
        head = of_plan[0]
        plans.append(PlanRoles(head["plan"], head["plan_name"], head["plan_title"], roles))
    return plans


def _collaborators(rows: Sequence[Row]) -> list[Collaborator]:
    """Those with most undertakings first."""
    found = []
    for group in grouped(rows, "other"):
        head, elements = group[0], without_repeats(group, "element")
        layer = min((_weaker(row) for row in group), key=LAYER_ORDER.index)
        found.append(Collaborator(head["other"], head["other_name"], head["other_long"], layer, elements))
    return sorted(found, key=lambda one: (-len(one.elements), one.name.casefold()))


def _weaker(row: Row) -> str:
    """The layer of both roles together."""
    return max(row["layer"], row["other_layer"], key=LAYER_ORDER.index)


@cache
def _silence() -> Query:
    return get_query(resources() / "queries" / "reports", "actor-silence")
