"""Lays the classes of the ontology out as a drawing: boxes in columns, and the properties that join them as lines.

What stands in it comes from the data (queries/pages/ontology-classes.rq, ontology-links.rq); only the column of a box
is fixed, so that the drawing stays the same from build to build. Not here: SVG (templates/vocabulary).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aseankg.namespaces import RDF, shorten

__all__ = ["Box", "Diagram", "Link", "draw"]

# The column of each family of classes, from what is printed to who is named; others come last.
_COLUMNS = {
    "akg:SourceDocument": 0, "akg:Passage": 0, "akg:SourceAnomaly": 0,
    "akg:Plan": 1, "akg:Instrument": 1, "akg:CrossReference": 1, "sssom:Mapping": 1,
    "akg:PlanElement": 2,
    "akg:Actor": 3, "skos:Concept": 3, "akg:ImplementationReport": 3, "akg:Sighting": 3,
}  # fmt: skip
_WIDTH, _GAP, _TOP, _LINE, _HEAD = 218, 152, 8, 17, 40
_SHOWN, _WORDS = 2, 13  # names of properties beside a line, and the height of one


@dataclass(frozen=True)
class Box:
    """A class with the classes below it: (name, link, things), and where it stands."""

    iri: str
    name: str
    count: int
    kinds: tuple[tuple[str, str, int], ...]
    x: int
    y: int
    height: int
    width: int = _WIDTH

    @property
    def middle(self) -> int:
        """The height at which lines meet the box."""
        return self.y + self.height // 2


@dataclass(frozen=True)
class Link:
    """The properties that lead from one box to another, most used first, and the line between the boxes."""

    start: Box
    end: Box
    properties: tuple[tuple[str, int], ...]
    path: str
    x: int
    y: int

    @property
    def words(self) -> Sequence[str]:
        """The most used properties, and how many there are beside."""
        names = [name for name, _ in self.properties[:_SHOWN]]
        more = len(self.properties) - len(names)
        return [*names, *([f"+ {more}"] if more else [])]


@dataclass(frozen=True)
class Diagram:
    """The drawing."""

    boxes: Sequence[Box]
    links: Sequence[Link]
    width: int
    height: int


def draw(counts: Mapping[str, int], above: Mapping[str, str], joined: Iterable[tuple[str, str, str, int]]) -> Diagram:
    """Return the drawing of the classes with things; `above` leads from a class to the one of ours that it is part of.

    `joined` are class, property, class and how many facts; a class counts as its family's.
    """
    families: defaultdict[str, list[str]] = defaultdict(list)
    for iri in sorted(counts):
        top = _top(iri, above)
        if counts[iri] and iri != top:
            families[top].append(iri)
        elif counts[iri]:
            families[top]
    boxes = _placed({top: tuple(families[top]) for top in families if counts.get(top)}, counts)
    used: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for source, name, target, count in joined:
        pair = _top(source, above), _top(target, above)
        if name != RDF.type.value and pair[0] in boxes and pair[1] in boxes and pair[0] != pair[1]:
            used[pair][name] = max(used[pair][name], count)
    drawn = _drawn(used, boxes)
    columns = 1 + max((box.x for box in boxes.values()), default=0)
    height = max([box.y + box.height for box in boxes.values()] + [one.y + 40 for one in drawn], default=0) + _TOP
    return Diagram(list(boxes.values()), drawn, columns + _WIDTH + 8, height)


def _top(iri: str, above: Mapping[str, str]) -> str:
    seen = {iri}
    while above.get(iri) and above[iri] not in seen:
        iri = above[iri]
        seen.add(iri)
    return iri


def _name(iri: str) -> str:
    """A term as the drawing names it: ours without their prefix."""
    return shorten(iri).removeprefix("akg:")


def _placed(families: Mapping[str, Sequence[str]], counts: Mapping[str, int]) -> dict[str, Box]:
    columns: defaultdict[int, list[str]] = defaultdict(list)
    order = list(_COLUMNS)
    for top in sorted(families, key=lambda iri: (order.index(shorten(iri)) if shorten(iri) in order else 99, iri)):
        columns[_COLUMNS.get(shorten(top), 4)].append(top)
    tallest = max((_column_height(tops, families) for tops in columns.values()), default=0)
    found = {}
    for place, number in enumerate(sorted(columns)):
        free = tallest - sum(_height(families[top]) for top in columns[number])
        space = free // (len(columns[number]) + 1)
        y = _TOP + space
        for top in columns[number]:
            kinds = tuple((_name(one), one, counts[one]) for one in families[top])
            box = Box(top, _name(top), counts[top], kinds, 4 + place * (_WIDTH + _GAP), y, _height(families[top]))
            found[top] = box
            y += box.height + space
    return found


def _column_height(tops: Sequence[str], families: Mapping[str, Sequence[str]]) -> int:
    return sum(_height(families[top]) for top in tops) + 46 * (len(tops) + 1)


def _height(kinds: Sequence[str]) -> int:
    return _HEAD + (_LINE * len(kinds) + 8 if kinds else 0)


def _drawn(used: Mapping[tuple[str, str], Counter[str]], boxes: Mapping[str, Box]) -> list[Link]:
    """The lines between neighbours, through the gap beside them; the words of a gap stand below each other."""
    near = [pair for pair in used if abs(boxes[pair[0]].x - boxes[pair[1]].x) <= _WIDTH + _GAP]
    near.sort(key=lambda pair: (boxes[pair[1]].middle, boxes[pair[0]].middle, pair))
    last = max((box.x for box in boxes.values()), default=0)
    total = Counter((one, _side(boxes[one], boxes[other], last)) for pair in near for one, other in (pair, pair[::-1]))
    met: Counter[tuple[str, str]] = Counter()
    found = []
    for pair in near:
        points = []
        for one, other in (pair, pair[::-1]):
            box, side = boxes[one], _side(boxes[one], boxes[other], last)
            met[one, side] += 1
            y = box.y + box.height * met[one, side] // (total[one, side] + 1)
            points.append((box.x + (box.width if side == "right" else 0), y))
        found.append(_link((boxes[pair[0]], boxes[pair[1]]), used[pair], points, last))
    return _spread(found)


def _side(box: Box, other: Box, last: int) -> str:
    """Where a line leaves a box; those within the last column go round on its left."""
    if other.x == box.x:
        return "left" if box.x == last else "right"
    return "right" if other.x > box.x else "left"


def _link(pair: tuple[Box, Box], properties: Counter[str], points: Sequence[tuple[int, int]], last: int) -> Link:
    (x, y), (to_x, to_y) = points
    names = tuple((_name(name), count) for name, count in properties.most_common())
    round_ = 34 if pair[0].x != last else -34
    bend, to_bend = (round_, round_) if x == to_x else ((to_x - x) // 2, (x - to_x) // 2)
    path = f"M{x},{y} C{x + bend},{y} {to_x + to_bend},{to_y} {to_x},{to_y}"
    middle = x + (_GAP // 2 if round_ > 0 else -_GAP // 2) if x == to_x else (x + to_x) // 2
    return Link(*pair, names, path, middle, (y + to_y) // 2)


def _spread(links: Sequence[Link]) -> list[Link]:
    """The links with the words of each gap moved down as far as they would cover others."""
    free: dict[int, int] = {}
    found = []
    for link in sorted(links, key=lambda one: (one.x, one.y)):
        tall = _WORDS * len(link.words)
        top = max(link.y - tall // 2, free.get(link.x, 0))
        free[link.x] = top + tall + 5
        found.append(replace(link, y=top + _WORDS))
    return found
