"""The part of a thing's page that is made for its kind: who a body is, what an activity is, what a passage supports.

A thing of another kind has none; its page then shows its facts alone. Not here: the facts by layer (cards), HTML.
"""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import NamedNode

from aseankg.namespaces import AKG, RDF, SKOS, SSSOM
from aseankg.web.things.facts import Description
from aseankg.web.things.portraits.actors import actor_portrait
from aseankg.web.things.portraits.concepts import concept_portrait
from aseankg.web.things.portraits.elements import element_portrait
from aseankg.web.things.portraits.portrait import Portrait
from aseankg.web.things.portraits.records import (
    anomaly_portrait,
    crossref_portrait,
    document_portrait,
    mapping_portrait,
    passage_portrait,
    record_names,
    report_portrait,
    statement_portrait,
)

__all__ = ["Portrait", "portrait_of", "record_names"]

# The closer class first: a cross-reference and a mapping are statements, too.
_MAKERS: tuple[tuple[tuple[NamedNode, ...], Callable[[Description], Portrait | None]], ...] = (
    ((AKG.Body, AKG.Country, AKG.ActorGroup), actor_portrait),
    ((AKG.Plan, AKG.Instrument, AKG.SourceDocument), document_portrait),
    ((AKG.PlanElement,), element_portrait),
    ((SKOS.Concept,), concept_portrait),
    ((AKG.Passage,), passage_portrait),
    ((AKG.CrossReference,), crossref_portrait),
    ((SSSOM.Mapping,), mapping_portrait),
    ((AKG.SourceAnomaly,), anomaly_portrait),
    ((AKG.ImplementationReport,), report_portrait),
    ((RDF.Statement,), statement_portrait),
)


def portrait_of(found: Description) -> Portrait | None:
    """Return the portrait of a thing, or None where its kind has none or its data are not those of its kind."""
    kinds = {fact.object for fact in found.facts if fact.predicate == RDF.type}
    for classes, make in _MAKERS:
        if kinds.intersection(classes):
            return make(found)
    return None
