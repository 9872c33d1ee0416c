"""Portraits of themes, focus areas and other concepts: what has them, by plan, and what they are called elsewhere.

Not here: the list of all themes (views), each mapping with its reason (compared).
"""

from __future__ import annotations

from collections.abc import Sequence

from aseankg.namespaces import SKOS
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.things.facts import Description
from aseankg.web.things.portraits.elsewhere import elsewhere_of
from aseankg.web.things.portraits.portrait import Portrait, grouped, literals, own_ends, without_repeats
from aseankg.web.things.portraits.timeline import timeline_of

__all__ = ["concept_portrait"]


def concept_portrait(found: Description) -> Portrait:
    """Return the portrait of a concept."""
    facts = found.facts
    around = without_repeats(rows_of("concept-around", thing=found.iri), "relation", "other")
    shown = {
        "definition": literals(facts, SKOS.definition),
        "names": literals(facts, SKOS.altLabel),
        "schemes": own_ends(facts, SKOS.inScheme),
        "around": [(group[0]["relation"], group) for group in grouped(around, "relation")],
        "plans": _plans(rows_of("concept-elements", thing=found.iri)),
        "elsewhere": elsewhere_of(found.iri),
        "timeline": timeline_of(rows_of("dates", thing=found.iri)),
    }
    return Portrait("portraits/concept.html", shown)


def _plans(rows: Sequence[Row]) -> list[tuple[Row, list[tuple[Row, list[Row]]]]]:
    """By plan the elements, each with its rows: one for each passage."""
    return [
        (of_plan[0], [(group[0], group) for group in grouped(of_plan, "element", "predicate", "layer")])
        for of_plan in grouped(rows, "plan")
    ]
