"""Finds the triples that a row of an answer rests on, and those from which a rule has inferred a triple.

The patterns of the query are asked again for the values of the row; whatever fits them is what the row rests on. A
property path is followed edge by edge, and the members of a group behind a count come out one by one. All of it is
asked of the engine, whose limits hold. Not here: reading a query (patterns), what a triple rests on (explain).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, islice

from aseankg.errors import QueryError
from aseankg.namespaces import shorten
from aseankg.patterns import Inner, Level, Path, Pattern, Reading
from aseankg.store.request import Term

__all__ = ["MOST_WAYS", "Ask", "Edge", "Row", "Traced", "derivations_of", "trace_row"]

MOST_WAYS = 100  # solutions of a query's patterns that are looked at for one row
_MOST_EDGES = 2000
_MOST_PATTERNS, _MOST_FRAMES, _MOST_PATHS = 400, 30, 30  # of one query
_LONGEST_PATH, _LONGEST = 1000, 300_000  # characters of a path, and of a query made here

Row = Mapping[str, Term | None]
Ask = Callable[[str], Sequence[Row]]


@dataclass(frozen=True)
class Edge:
    """One triple of the graph."""

    subject: Term
    predicate: Term
    object: Term

    @property
    def text(self) -> str:
        """The triple in N-Triples without its point, which SPARQL reads as well."""
        return f"{self.subject} {self.predicate} {self.object}"


@dataclass(frozen=True)
class Traced:
    """What a row rests on: triples that are there, patterns that nothing fits; `cut` where there are more."""

    edges: tuple[Edge, ...]
    absent: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True)
class _Frame:
    """A level with the group that gives its solutions for one row."""

    level: Level
    base: str


@dataclass(frozen=True)
class _Way:
    """One solution with the triples that it is made of."""

    row: Row
    edges: tuple[Edge, ...]


def trace_row(reading: Reading, row: Row, ask: Ask) -> Traced:
    """Return the triples that a row of the query's answer rests on; without columns, those of all its solutions.

    `ask` answers a SELECT. A column that counts or sums is not asked for: all that it counts comes out.
    """
    columns = [f"?{name}" for name in row if not reading.level.columns or f"?{name}" in reading.level.columns]
    named = [name for name in columns if _is_name(row[name[1:]])]
    unbound = [name for name in columns if row[name[1:]] is None]
    base = _restricted(reading.level.body, named, [[str(row[name[1:]]) for name in named]])
    base += "".join(f" FILTER (!BOUND({name}))" for name in unbound)
    _require_few(reading.level)
    edges: dict[Edge, None] = {}
    absent: dict[str, None] = {}
    frames = list(islice(_frames(_Frame(reading.level, base)), _MOST_FRAMES + 1))
    cut = len(frames) > _MOST_FRAMES or any(_has_more_paths(frame) for frame in frames)
    for frame in frames[:_MOST_FRAMES]:
        ways = _ways(reading, frame, ask)
        cut = cut or len(ways) > MOST_WAYS
        edges |= dict.fromkeys(edge for way in ways[:MOST_WAYS] for edge in way.edges)
        absent |= dict.fromkeys(text for way in ways[:1] for text in _absences(frame.level, way.row))
    return Traced(tuple(edges), tuple(absent), cut)


def _require_few(level: Level) -> None:
    """Raise QueryError for a query of so many patterns that nobody would read what they rest on."""
    found = _count(level)
    if found > _MOST_PATTERNS:
        words = f"The query has {found} triple patterns; what a row rests on is traced for at most {_MOST_PATTERNS}."
        raise QueryError(f"{words} Ask for less at once.")


def _count(level: Level) -> int:
    return len(level.patterns) + sum(_count(inner.level) for inner in level.inner)


def _has_more_paths(frame: _Frame) -> bool:
    paths = [one.path for one in frame.level.patterns if one.path.kind != "link"]
    return len(paths) > _MOST_PATHS or any(len(path.text) > _LONGEST_PATH for path in paths)


def derivations_of(reading: Reading, triples: Sequence[Edge], ask: Ask) -> list[tuple[Edge, tuple[Edge, ...]]]:
    """Return each way in which a CONSTRUCT makes one of the triples: the triple, and the triples it follows from."""
    found = []
    for pattern in reading.template:
        ends = (pattern.subject, pattern.path.text, pattern.object)
        names = [f"?{reading.fresh}_of{at}" if _is_fixed(ends, at) else end for at, end in enumerate(ends)]
        rows = [[str(one.subject), str(one.predicate), str(one.object)] for one in triples]
        pairs = zip(names, ends, strict=True)
        same = "".join(f" FILTER (sameTerm({name}, {end}))" for name, end in pairs if name != end)
        frame = _Frame(reading.level, _restricted(reading.level.body, names, rows) + same)
        for way in _ways(reading, frame, ask, names):
            subject, predicate, value = (way.row[name[1:]] for name in names)
            if subject is not None and predicate is not None and value is not None:
                found.append((Edge(subject, predicate, value), way.edges))
    return found


def _is_fixed(ends: Sequence[str], at: int) -> bool:
    """Say whether an end of a template is a term, or a variable that stands before."""
    return not ends[at].startswith("?") or ends[at] in ends[:at]


def _is_name(term: Term | None) -> bool:
    """Say whether a query can name the term: a blank node of an answer is another one in the next query."""
    return term is not None and "_:" not in str(term)[:4]


def _restricted(body: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not names:
        return f"{{ {body} }}"
    block = " ".join(f"({' '.join(row)})" for row in rows)
    return f"{{ {body} }} VALUES ({' '.join(names)}) {{ {block} }}"


# -- levels ------------------------------------------------------------------------------------------------


def _frames(frame: _Frame) -> Iterator[_Frame]:
    """Yield the frame and those of the sub-selects and EXISTS in it, each for the solutions of the one around."""
    if len(frame.base) > _LONGEST:
        return
    yield frame
    for inner in frame.level.inner:
        group = f"GRAPH {inner.graph} {{ {inner.level.body} }}" if inner.graph else inner.level.body
        names = _shared(frame.level, inner)
        if not inner.exists:
            group = f"{{ {group} }}"
        around = _selected(names, frame.base, inner.needs) if names else ""
        yield from _frames(_Frame(inner.level, f"{around} {group}"))


def _shared(level: Level, inner: Inner) -> list[str]:
    """The variables that a level and one in it have in common."""
    if inner.exists:
        return [name for name in level.variables if name in inner.level.variables]
    names = inner.level.columns or inner.level.variables
    graph = [inner.graph] if inner.graph.startswith("?") else []
    return [name for name in dict.fromkeys([*names, *graph]) if name in level.variables]


def _selected(names: Sequence[str], base: str, needs: Sequence[str]) -> str:
    return f"{{ SELECT DISTINCT {' '.join(names)} WHERE {{ {base}{_taken(needs)} }} }}"


def _taken(needs: Sequence[str]) -> str:
    """The condition that the branches around a pattern were taken."""
    return "".join(f" FILTER (BOUND({need}))" for need in needs)


def _ways(reading: Reading, frame: _Frame, ask: Ask, further: Sequence[str] = ()) -> list[_Way]:
    """Return the solutions of a level, at most one more than are looked at, with their triples."""
    patterns = frame.level.patterns
    terms = [end for one in patterns for end in (one.subject, one.path.text, one.object)]
    plain = {one.path.text for one in patterns if one.path.kind == "link"} | {
        end for one in patterns for end in (one.subject, one.object)
    }
    constants = [term for term in dict.fromkeys(terms) if term in plain and not term.startswith("?")]
    names = {text: f"?{reading.fresh}_is{at}" for at, text in enumerate(constants)}
    columns = [*dict.fromkeys([*frame.level.variables, *further])]
    selection = [*columns, *(f"({text} AS {name})" for text, name in names.items())]
    if not selection:
        return []
    rows = ask(_query(reading, selection, frame.base, MOST_WAYS + 1))
    followed = _followed(reading, frame, ask) if rows else {}
    names |= {name: name for name in columns}
    return [_Way(row, tuple(_edges(patterns, row, names, followed))) for row in rows]


def _query(reading: Reading, selection: Sequence[str], group: str, most: int) -> str:
    columns = " ".join(selection)
    return f"{reading.prologue}\nSELECT DISTINCT {columns} {reading.dataset}\nWHERE {{ {group} }} LIMIT {most}"


def _edges(
    patterns: Sequence[Pattern], row: Row, names: Mapping[str, str], followed: Mapping[str, list[Edge]]
) -> Iterator[Edge]:
    for at, pattern in enumerate(patterns):
        if any(row[need[1:]] is None for need in pattern.needs):
            continue
        start, end = row[names[pattern.subject][1:]], row[names[pattern.object][1:]]
        if pattern.path.kind != "link":
            yield from followed.get(f"{at} {start} {end}", [])
            continue
        link = row[names[pattern.path.text][1:]]
        if start is not None and link is not None and end is not None:
            yield Edge(start, link, end)


def _absences(level: Level, row: Row) -> Iterator[str]:
    """Say in words what must not be there, with the values of the row."""
    for patterns in level.absent:
        texts = []
        for one in patterns:
            ends = [_spoken(end, row) for end in (one.subject, one.path.text, one.object)]
            texts.append(" ".join(ends))
        yield " and ".join(texts)


def _spoken(end: str, row: Row) -> str:
    term = row.get(end[1:]) if end.startswith("?") else None
    if end.startswith("?") and term is None:
        return "…"
    text = end if term is None else str(term)
    return shorten(text[1:-1]) if text.startswith("<") and text.endswith(">") else text


# -- property paths ----------------------------------------------------------------------------------------


def _followed(reading: Reading, frame: _Frame, ask: Ask) -> dict[str, list[Edge]]:
    """Return the edges of each property path by the number of its pattern and its ends."""
    fresh = (f"?{reading.fresh}_at{number}" for number in count())
    columns = [f"?{reading.fresh}_{name}" for name in ("which", "from", "to", "subject", "predicate", "object")]
    blocks = (
        _block(frame, at, _expanded(pattern.path, (pattern.subject, pattern.object), fresh), columns)
        for at, pattern in enumerate(frame.level.patterns)
        if pattern.path.kind != "link" and len(pattern.path.text) <= _LONGEST_PATH
    )
    found: dict[str, list[Edge]] = {}
    few = list(islice(blocks, _MOST_PATHS))
    sizes = accumulate(len(block) for block in few)
    kept = [block for block, size in zip(few, sizes, strict=True) if size <= _LONGEST]
    if not kept:
        return found
    for row in ask(_query(reading, columns, " UNION ".join(kept), _MOST_EDGES)):
        which, start, end, subject, predicate, value = (row[name[1:]] for name in columns)
        if which is None or subject is None or predicate is None or value is None:
            continue
        key = f"{getattr(which, 'value', '')} {start} {end}"
        found.setdefault(key, []).append(Edge(subject, predicate, value))
    return found


def _block(frame: _Frame, at: int, steps: Sequence[tuple[str, tuple[str, str, str]]], columns: Sequence[str]) -> str:
    """The group that gives the edges of one path for every solution of its level."""
    pattern = frame.level.patterns[at]
    ends = dict.fromkeys([pattern.subject, pattern.object, pattern.graph])
    names = [end for end in ends if end.startswith("?")]
    around = _selected(names, frame.base, pattern.needs) if names else f"{{ {frame.base} }}"
    branches = []
    for text, edge in steps:
        group = f"GRAPH {pattern.graph} {{ {text} }}" if pattern.graph else text
        values = (str(at), pattern.subject, pattern.object, *edge)
        bound = " ".join(f"BIND ({value} AS {name})" for value, name in zip(values, columns, strict=True))
        branches.append(f"{{ {around} {group} {bound} }}")
    return " UNION ".join(branches)


def _expanded(path: Path, ends: tuple[str, str], fresh: Iterator[str]) -> list[tuple[str, tuple[str, str, str]]]:
    """Return groups that together bind every edge of a path between two ends, each with the edge (SPARQL 1.1, 9.3)."""
    start, end = ends
    if path.kind == "link":
        return [(f"{start} {path.text} {end} .", (start, path.text, end))]
    if path.kind == "inverse":
        return _expanded(path.parts[0], (end, start), fresh)
    if path.kind == "either":
        return [step for part in path.parts for step in _expanded(part, ends, fresh)]
    if path.kind == "not":
        return _negated(path, ends, fresh)
    if path.kind == "sequence":
        return _in_sequence(path, ends, fresh)
    if path.text.endswith("?"):
        return _expanded(path.parts[0], ends, fresh)
    first, second = next(fresh), next(fresh)
    whole = f"({path.parts[0].text})*"
    return [
        (f"{start} {whole} {first} . {text} {second} {whole} {end} .", edge)
        for text, edge in _expanded(path.parts[0], (first, second), fresh)
    ]


def _in_sequence(path: Path, ends: tuple[str, str], fresh: Iterator[str]) -> list[tuple[str, tuple[str, str, str]]]:
    stops = [ends[0], *(next(fresh) for _ in path.parts[1:]), ends[1]]
    steps = list(zip(stops, path.parts, stops[1:], strict=False))
    found = []
    for at, (start, part, end) in enumerate(steps):
        others = " ".join(f"{one} ({by.text}) {two} ." for n, (one, by, two) in enumerate(steps) if n != at)
        found += [(f"{text} {others}", edge) for text, edge in _expanded(part, (start, end), fresh)]
    return found


def _negated(path: Path, ends: tuple[str, str], fresh: Iterator[str]) -> list[tuple[str, tuple[str, str, str]]]:
    found = []
    for kind, (start, end) in (("link", ends), ("inverse", ends[::-1])):
        texts = [part.text.removeprefix("^") for part in path.parts if part.kind == kind]
        if texts:
            link = next(fresh)
            found.append((f"{start} {link} {end} . FILTER ({link} NOT IN ({', '.join(texts)}))", (start, link, end)))
    return found
