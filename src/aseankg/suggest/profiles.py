"""Reads what is known of each element that a mapping may be about: words, themes, actors, dates, and what was judged.

From any store with the graph's form, whoever built it. Not here: how alike two elements are (features).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Store

from aseankg.errors import UsageError, suggest
from aseankg.namespaces import AKG, DCTERMS, ID, OWL, PREFIXES, RDF, RDFS, SEMAPV, SKOS, SSSOM, graph, shorten

__all__ = ["KINDS", "Corpus", "Profile", "read_corpus"]

# The classes that mappings are about.
KINDS = ("Activity", "Commitment", "IntermediateTarget", "Project", "Strategy", "ThematicArea")
_ROLES = (
    AKG.responsibleBody, AKG.coordinator, AKG.countryCoordinator, AKG.leadActor, AKG.leadCountry, AKG.contributingBody,
)  # fmt: skip
_SAID = (AKG.sameActivityAs, AKG.implementedThrough, AKG.proposedAlignmentWith)
_MAPPED = (AKG.serves, SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_Pairs = dict[str, list[str]]


@dataclass(frozen=True)
class Profile:
    """One element: `words` are its title and those of its indicators and undertakings; IRIs are strings."""

    iri: str
    plan: str
    kind: str
    label: str
    title: str
    words: str
    themes: frozenset[str]
    themes_by_hand: frozenset[str]
    bodies: frozenset[str]
    countries: frozenset[str]
    start: str | None
    end: str | None
    passage: str | None


@dataclass(frozen=True)
class Corpus:
    """All elements of a store by IRI, in order, with the names of what they share and what is known of pairs.

    `judged` gives the standing of each pair that was mapped or rejected ("stated" where a text itself joins it);
    `served` the elements that are mapped to an element by an asserted row; `same` what a text calls the same as one.
    """

    profiles: dict[str, Profile]
    names: dict[str, str]
    judged: dict[tuple[str, str], str]
    served: dict[str, frozenset[str]]
    same: dict[str, frozenset[str]]

    def of_plan(self, plan: str) -> list[Profile]:
        """Return the elements of a plan, given by IRI or slug, in the order of their numbers; UsageError for none."""
        found = [one for one in self.profiles.values() if plan in (one.plan, _slug(one.plan))]
        found.sort(key=lambda one: _place(one.iri))
        if not found:
            known = sorted({_slug(one.plan) for one in self.profiles.values()})
            raise UsageError(
                f"The graph knows no activity, strategy, thematic area, project or target of a plan {plan!r}."
                f"{suggest(plan, known)} There are {', '.join(known) or 'none'}; --data adds plans of yours."
            )
        return found

    def without_tags_by_hand(self) -> Corpus:
        """Return the corpus with the themes that the word rule alone found."""
        bare = {
            iri: replace(one, themes=one.themes - one.themes_by_hand, themes_by_hand=frozenset())
            for iri, one in self.profiles.items()
        }
        return replace(self, profiles=bare)

    def without_mappings_of(self, plans: Iterable[str]) -> Corpus:
        """Return the corpus in which nothing is learned from the mappings of the elements of these plans."""
        left_out = {iri for iri, one in self.profiles.items() if one.plan in set(plans)}
        return replace(self, served={iri: sources - left_out for iri, sources in self.served.items()})


def _slug(plan: str) -> str:
    return plan.rpartition("/")[2]


def _place(iri: str) -> tuple[str, list[int], str]:
    """The order of people: 2 before 10, 14a after 14."""
    before, _, number = iri.rpartition("/")
    return before, [int(digits) for digits in re.findall(r"\d+", number)], number


def read_corpus(store: Store) -> Corpus:
    """Return the elements of all plans in a store, and what was judged of them."""
    mappings = list(_mappings(store))
    joined = [(subject, value) for term in _SAID for subject, value in _pairs(store, term)]
    profiles = _profiles(store)
    return Corpus(
        profiles=profiles,
        names=_names(store, profiles.values()),
        judged=dict.fromkeys(_both_ways(joined), "stated") | _standings(mappings),
        served=_served(mappings),
        same=_same(store),
    )


# -- elements ------------------------------------------------------------------------------------------------


def _profiles(store: Store) -> dict[str, Profile]:
    kinds = {iri: kind for kind in KINDS for iri in _instances(store, AKG[kind])}
    plans = _plans(store)
    titles = dict(_pairs(store, AKG.title))
    words = _words(store, kinds, titles)
    themes, by_hand = _themes(store)
    actors, countries = _actors(store), set(_instances(store, AKG.Country))
    label, start, end = (dict(_pairs(store, term)) for term in (RDFS.label, AKG.startDate, AKG.endDate))
    passages = _title_passages(store)
    return {
        iri: Profile(
            iri, plans[iri], kinds[iri], label.get(iri, shorten(iri)), titles.get(iri, ""), words.get(iri, ""),
            frozenset(themes[iri]), frozenset(by_hand[iri]),
            frozenset(set(actors[iri]) - countries), frozenset(countries & set(actors[iri])),
            start.get(iri), end.get(iri), passages.get(iri),
        )
        for iri in sorted(kinds)
        if iri in plans
    }  # fmt: skip


def _plans(store: Store) -> dict[str, str]:
    """The plan of each element; a strategy of an instrument is of the plan whose key result area it is in, or of none.

    One of none counts as of its instrument, so that a mapping of it is seen.
    """
    plans = dict(_pairs(store, AKG.inPlan))
    through = ((iri, plans.get(area)) for iri, area in _pairs(store, AKG.inKeyResultArea))
    instruments = set(_instances(store, AKG.Instrument))
    whole = {iri: found for iri, found in _pairs(store, AKG.partOf) if found in instruments}
    return whole | {iri: plan for iri, plan in through if plan is not None} | plans


def _words(store: Store, kinds: dict[str, str], titles: dict[str, str]) -> dict[str, str]:
    """Titles of the element, of its indicators and of what is undertaken under it, or of what is called the same."""
    more = _grouped(_pairs(store, AKG.indicator))
    for part, area in _pairs(store, AKG.underThematicArea):
        more[area].append(part)
    same = _same(store)
    found = {}
    for iri in kinds:
        own = [iri, *sorted(more[iri])]
        told = [titles[one] for one in own if one in titles]
        told = told or [titles[one] for one in sorted(same.get(iri, ())) if one in titles]
        found[iri] = ". ".join(dict.fromkeys(told))
    return found


def _themes(store: Store) -> tuple[defaultdict[str, list[str]], defaultdict[str, list[str]]]:
    """The themes of each element, and those of them that the word rule did not find."""
    tagged = {
        (iri, theme)
        for term in (DCTERMS.subject, AKG.serves)
        for iri, theme in _pairs(store, term)
        if theme.startswith(PREFIXES["theme"])
    }
    by_rule = {
        (_first(store, statement, RDF.subject), _first(store, statement, RDF.object))
        for statement in _having(store, SSSOM.mapping_justification, SEMAPV.LexicalMatching)
    }
    return _grouped(tagged), _grouped(tagged - by_rule)


def _actors(store: Store) -> defaultdict[str, list[str]]:
    """Who has a role; `involves` only where a text or a curator says no more than that."""
    roles = (pair for term in _ROLES for pair in _pairs(store, term, inferred=True))
    return _grouped([*roles, *_pairs(store, AKG.involves)])


def _title_passages(store: Store) -> dict[str, str]:
    """The first passage of the statement that gives each title."""
    statements = _having(store, RDF.predicate, AKG.title)
    found = ((_first(store, one, RDF.subject), _first(store, one, AKG.evidence)) for one in statements)
    return {element: passage for element, passage in found if passage}


def _names(store: Store, profiles: Iterable[Profile]) -> dict[str, str]:
    """What people call the themes and actors: acronym, else preferred label, else label."""
    shared = {iri for one in profiles for iri in (*one.themes, *one.bodies, *one.countries)}
    names: dict[str, str] = {}
    for term in (RDFS.label, SKOS.prefLabel, AKG.acronym):
        for iri in sorted(shared):
            values = sorted(_text(quad.object) for quad in store.quads_for_pattern(NamedNode(iri), term, None))
            names[iri] = values[0] if values else names.get(iri, shorten(iri))
    return names


# -- judgements ----------------------------------------------------------------------------------------------


def _mappings(store: Store) -> Iterator[tuple[str, str, str, str]]:
    """Subject, predicate, object and standing of each mapping row."""
    predicates, targets, standings = (
        dict(_pairs(store, term)) for term in (OWL.annotatedProperty, OWL.annotatedTarget, AKG.standing)
    )
    for mapping, source in _pairs(store, OWL.annotatedSource):
        if mapping in predicates and mapping in targets:
            yield source, predicates[mapping], targets[mapping], standings.get(mapping, "asserted")


def _standings(mappings: Iterable[tuple[str, str, str, str]]) -> dict[tuple[str, str], str]:
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, _, value, standing in mappings:
        found[subject, value].add(standing)
    return {pair: " and ".join(sorted(standings)) for pair, standings in found.items()}


def _served(mappings: Iterable[tuple[str, str, str, str]]) -> dict[str, frozenset[str]]:
    meant = {term.value for term in _MAPPED}
    pairs = ((value, subject) for subject, predicate, value, standing in mappings
             if standing == "asserted" and predicate in meant)  # fmt: skip
    return {iri: frozenset(sources) for iri, sources in _grouped(pairs).items()}


def _same(store: Store) -> dict[str, frozenset[str]]:
    """What a text calls the same activity as one, or what it is implemented through; both ways."""
    pairs = [pair for term in (AKG.sameActivityAs, AKG.implementedThrough) for pair in _pairs(store, term)]
    return {iri: frozenset(others) for iri, others in _grouped(_both_ways(pairs)).items()}


# -- reading -------------------------------------------------------------------------------------------------


def _pairs(store: Store, predicate: NamedNode, inferred: bool = False) -> Iterator[tuple[str, str]]:
    """Subject and object of each triple with a predicate, as strings; what rules inferred is passed over."""
    rules = graph("inferred/").value
    for subject, _, value, name in store.quads_for_pattern(None, predicate, None):
        if inferred or not getattr(name, "value", "").startswith(rules):
            yield _text(subject), _text(value)


def _instances(store: Store, kind: NamedNode) -> list[str]:
    return [one.value for one in _having(store, RDF.type, kind)]


def _having(store: Store, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
    found = (quad.subject for quad in store.quads_for_pattern(None, predicate, value))
    return [subject for subject in found if isinstance(subject, NamedNode)]


def _first(store: Store, subject: NamedNode, predicate: NamedNode) -> str:
    """The first value in the order of text; "" where there is none."""
    return min((_text(quad.object) for quad in store.quads_for_pattern(subject, predicate, None)), default="")


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))


def _both_ways(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {way for one, other in pairs if one.startswith(ID) for way in ((one, other), (other, one))}


def _grouped(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
