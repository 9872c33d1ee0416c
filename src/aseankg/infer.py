"""Adds what follows: SPARQL rules by default, owlrl as another reasoner and as the oracle of the tests.

Rules read what the texts say, the reference data and, in a second round, our readings; never alignment or links.
What is new goes to `graph/inferred/stated`, or to `graph/inferred/curated` when a premise is a reading of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from aseankg.catalogue import Query, evaluate, read_queries
from aseankg.errors import UsageError, suggest
from aseankg.namespaces import AKG, ID, OWL, RDF, RDFS, graph

__all__ = ["REASONERS", "infer"]

_NOT_THINGS = (RDF.Statement, AKG.Passage)
_CURATED = graph("curated")
_Closure = Callable[[set[Triple], list[Query]], set[Triple]]


def infer(quads: Iterable[Quad], root: Path, reasoner: str = "rules") -> list[Quad]:
    """Return the quads that follow from `quads`, none of which is among them.

    `reasoner` is `rules` (queries/rules/*.rq) or `owlrl`, which applies OWL 2 RL with the axioms of the ontology
    and the rules that OWL cannot say. Statements and passages are left out: nothing follows from them.
    """
    if reasoner not in REASONERS:
        raise UsageError(f"no reasoner {reasoner!r}: expected {' or '.join(REASONERS)}.{suggest(reasoner, REASONERS)}")
    rules = read_queries(root / "queries" / "rules")
    things = _things(list(quads))
    stated = {quad.triple for quad in things if quad.graph_name != _CURATED}
    curated = {quad.triple for quad in things}
    closure = REASONERS[reasoner]
    from_stated = closure(stated, rules)
    from_curated = closure(curated | from_stated, rules) - from_stated
    return [
        *(_in_graph(triple, "inferred/stated") for triple in from_stated),
        *(_in_graph(triple, "inferred/curated") for triple in from_curated),
    ]


def _in_graph(triple: Triple, name: str) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph(name))


def _things(quads: list[Quad]) -> list[Quad]:
    records = {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object in _NOT_THINGS}
    return [quad for quad in quads if quad.subject not in records]


def _by_rules(premises: set[Triple], rules: list[Query]) -> set[Triple]:
    """Apply the rules until nothing new follows."""
    store = Store()
    store.extend(Quad(*triple) for triple in premises)
    found: set[Triple] = set()
    while new := {triple for rule in rules for triple in evaluate(store, rule)} - premises - found:
        store.extend(Quad(*triple) for triple in new)
        found |= new
    return {triple for triple in found if _is_about_a_thing(triple)}


def _by_owlrl(premises: set[Triple], rules: list[Query]) -> set[Triple]:
    """Close under OWL 2 RL with owlrl; the rules that no axiom says are applied before and after."""
    own = [rule for rule in rules if not rule.front_matter.get("owl")]
    known = set(premises)
    while True:
        known |= _by_rules(known, own)
        closed = known | _owlrl_closure(known)
        if closed == known:
            return known - premises
        known = closed


def _owlrl_closure(premises: set[Triple]) -> set[Triple]:
    """The triples about instances that owlrl adds, without its reflexive and universal ones."""
    import owlrl  # heavy, and changes tables of rdflib while it runs
    import rdflib
    from pyoxigraph import RdfFormat, parse, serialize

    octets = serialize(premises, format=RdfFormat.N_TRIPLES)
    memory = rdflib.Graph()
    memory.parse(data=octets, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(memory)
    # owlrl makes triples with literals as subjects, which no RDF format can hold: they are left out first.
    about_things = rdflib.Graph()
    for triple in memory:
        if isinstance(triple[0], rdflib.URIRef) and triple[0].startswith(ID):
            about_things.add(triple)
    lines = about_things.serialize(format="nt", encoding="utf-8")
    found = {quad.triple for quad in parse(lines, format=RdfFormat.N_TRIPLES)}
    return {triple for triple in found - premises if not _is_pattern(triple)}


def _is_about_a_thing(triple: Triple) -> bool:
    return isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(ID)


def _is_pattern(triple: Triple) -> bool:
    """owlrl's triples that say nothing: everything is itself, and a thing, and a resource."""
    return triple.predicate == OWL.sameAs or triple.object in (OWL.Thing, RDFS.Resource)


REASONERS: dict[str, _Closure] = {"rules": _by_rules, "owlrl": _by_owlrl}
