"""Says what ties an element of a plan to another plan, a theme, a target, an actor, a year or an area.

One tie is one reason why an element counts in a cell. Not here: how the store is read (elements), the words behind a
tie (evidence), and the table of counts (matrix).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from aseankg.coverage.elements import Elements, Said
from aseankg.namespaces import AKG, GRAPH, ID, PREFIXES

__all__ = ["NOT_HELD", "NO_DATE", "Tie", "ties_by"]

NO_DATE, NOT_HELD = "no date", "not held"
_THEME, _SDG = ID + "concept/theme/", PREFIXES["sdg"]
_SERVING = ("Activity", "ImplementationPoint", "Strategy")  # what can serve a thematic area
_KNOWN = {"crossref": "text", "asserted": "reading", "by words": "reading", "rejected": "judged_not"}


@dataclass(frozen=True, slots=True)
class Tie:
    """One reason why an element counts in a cell.

    `known` is text (a text says it), reading (we say it), contested, dissenting or judged_not; only the first two
    count. `how` is the way within it, `basis` the statements, mappings or cross-references that it rests on, and
    `via` the theme where that stands between the element and the other side.
    """

    element: str
    row: str
    column: str
    relation: str
    other: str
    known: str
    how: str
    basis: tuple[str, ...] = ()
    via: str = ""


def ties_by(dimension: str, elements: Elements) -> Iterator[Tie]:
    """Return the ties of a dimension: plan, theme, sdg, body, country, year or area; KeyError for another word."""
    return _READERS[dimension](elements)


def _tie(element: str, row: str, column: str, said: Said, how: str) -> Tie:
    """A tie as it is said, seen from `element`."""
    other = said.target if element == said.source else said.source
    known = _KNOWN.get(said.standing, said.standing)
    return Tie(element, row, column, said.relation, other, known, how, (said.statement,))


def _way(said: Said) -> str:
    return "cross-reference" if said.standing == "crossref" else "mapping"


# -- plan by plan, and strategies by areas -------------------------------------------------------------------------


def _plan_ties(elements: Elements) -> Iterator[Tie]:
    for said in elements.ties():
        here, there = (elements.home.get(end, end) for end in (said.source, said.target))
        if here != there:
            if elements.counts(said.source):
                yield _tie(said.source, here, there, said, _way(said))
            if elements.counts(said.target):
                yield _tie(said.target, there, here, said, _way(said))


def _area_ties(elements: Elements) -> Iterator[Tie]:
    """A strategy's own ties and those of its activities are in its row; what has no strategy is in its plan's.

    A cross-reference to a part of an area is one to the area.
    """
    strategies = {activity: strategy for activity, strategy, _ in elements.pairs(AKG.implementsStrategy)}
    areas = [one for one, kind in elements.kind.items() if kind == "ThematicArea"]
    parts = {part: area for area in areas for part in elements.subjects(AKG.partOf, NamedNode(area))}
    for said in elements.ties():
        source, kind = said.source, elements.kind.get(said.source)
        area = parts.get(said.target, said.target) if said.standing == "crossref" else said.target
        if elements.kind.get(area) != "ThematicArea" or kind not in _SERVING or not elements.counts(source):
            continue
        home = elements.home[source]
        if home != elements.home.get(area):
            yield _tie(source, source if kind == "Strategy" else strategies.get(source, home), area, said, _way(said))


# -- themes and targets -------------------------------------------------------------------------------------------


def _theme_ties(elements: Elements) -> Iterator[Tie]:
    """What a person judged not to be so does not count, though the words would say it."""
    refused: set[tuple[str, str]] = set()
    for said in elements.ties():
        if said.target.startswith(_THEME) and elements.counts(said.source):
            if said.standing not in ("asserted", "crossref"):
                refused.add((said.source, said.target))
            yield _tie(said.source, elements.home[said.source], said.target, said, "by hand")
    for said in elements.tags():
        if elements.counts(said.source) and (said.source, said.target) not in refused:
            yield _tie(said.source, elements.home[said.source], said.target, said, "by words")


def _sdg_ties(elements: Elements) -> Iterator[Tie]:
    matches: dict[str, list[Said]] = {}
    for said in elements.ties():
        if not said.target.startswith(_SDG):
            continue
        if said.source.startswith(_THEME) and said.standing == "asserted":
            matches.setdefault(said.source, []).append(said)
        elif elements.counts(said.source):
            yield _tie(said.source, elements.home[said.source], said.target, said, "direct")
    for tag in _theme_ties(elements):
        for match in matches.get(tag.column, ()) if tag.known == "reading" else ():
            basis = (*tag.basis, match.statement)
            yield Tie(
                tag.element, tag.row, match.target, tag.relation, match.target, "reading", "through a theme", basis,
                tag.column,
            )  # fmt: skip


# -- actors and years ---------------------------------------------------------------------------------------------


def _layers(elements: Elements) -> Mapping[str, tuple[str, str]]:
    """Each graph with what is known by it, and how: its own name where it is inferred, else its layer."""
    found = {}
    for quad in elements.quads.quads_for_pattern(None, AKG.layer, None, NamedNode(GRAPH + "meta")):
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, Literal):
            continue
        name, layer = quad.subject.value.removeprefix(GRAPH), quad.object.value
        text = layer in ("stated", "reference") or name == "inferred/stated"
        found[GRAPH + name] = ("text" if text else "reading", name if layer == "inferred" else layer)
    return found


def _actor_ties(elements: Elements, kind: str) -> Iterator[Tie]:
    layers = _layers(elements)
    for actor in elements.members(kind):
        for element, _, graph in elements.pairs(AKG.involves, NamedNode(actor)):
            if elements.counts(element):
                known, how = layers.get(graph, ("reading", graph.removeprefix(GRAPH)))
                yield Tie(element, elements.home[element], actor, AKG.involves.value, actor, known, how)


def _body_ties(elements: Elements) -> Iterator[Tie]:
    return _actor_ties(elements, "Body")


def _country_ties(elements: Elements) -> Iterator[Tie]:
    return _actor_ties(elements, "Country")


def _year_ties(elements: Elements) -> Iterator[Tie]:
    layers, dated = _layers(elements), set()
    ends = {(element, graph): end for element, end, graph in elements.pairs(AKG.endDate)}
    for element, start, graph in elements.pairs(AKG.startDate):
        end = ends.get((element, graph))
        if end and elements.counts(element):
            dated.add(element)
            known, how = layers.get(graph, ("reading", graph.removeprefix(GRAPH)))
            for year in map(str, range(int(start[:4]), int(end[:4]) + 1)):
                yield Tie(element, elements.home[element], year, AKG.timelineText.value, year, known, how)
    not_held = set(elements.subjects(AKG.knownOnlyByReference, Literal(True)))
    for element, kind in elements.kind.items():
        if kind == "Activity" and elements.counts(element) and element not in dated:
            column = NOT_HELD if element in not_held else NO_DATE
            yield Tie(element, elements.home[element], column, AKG.timelineText.value, column, "text", "stated")


_READERS: dict[str, Callable[[Elements], Iterator[Tie]]] = {
    "plan": _plan_ties, "theme": _theme_ties, "sdg": _sdg_ties, "body": _body_ties, "country": _country_ties,
    "year": _year_ties, "area": _area_ties,
}  # fmt: skip
