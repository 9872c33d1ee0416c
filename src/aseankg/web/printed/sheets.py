"""A plan as a sheet: its rows as printed, what we read into them, and the passages that they were read from.

Not here: CSV and XLSX (exports) and the page (views).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from aseankg.sheets import Cell, Sheet
from aseankg.web.page.tables import spaced
from aseankg.web.printed.layout import Element, Part, Printed, Row
from aseankg.web.printed.plans import Mention
from aseankg.web.printed.spans import Said

__all__ = ["column_names", "mentions_sheet", "passages_of", "printed_sheet"]

_READING = "Our reading"
_ADDRESS = "IRI"
_MATRIX = ("Row", "Key result area", "Kind", "Number", "As printed", _READING, _ADDRESS)
_MENTIONS = ("Part", "What is said", "Value", "In words of", "Words", _ADDRESS)


def printed_sheet(printed: Printed, elements: Mapping[str, Element], title: str) -> Sheet:
    """Return the rows of a register, or the parts in the cells of a matrix, as printed."""
    if printed.matrix:
        return Sheet(title, _MATRIX, list(_parts(printed, elements)))
    above = list(
        dict.fromkeys(elements[row.owner].kind for row in printed.rows if row.across and row.owner in elements)
    )
    columns = [*map(spaced, above), *(heading.text for heading in printed.headings), _READING, _ADDRESS]
    return Sheet(title, columns, list(_register(printed, elements, above)))


def _register(printed: Printed, elements: Mapping[str, Element], above: Sequence[str]) -> Iterable[list[Cell]]:
    under: dict[str, str] = {}
    for row in printed.rows:
        if row.across:
            kind = elements[row.owner].kind if row.owner in elements else ""
            under[kind] = row.cells[0][0].text
            continue
        readings = [one for cell in row.cells for part in cell for one in part.readings]
        cells = ["".join(part.text for part in cell) for cell in row.cells]
        yield [*(under.get(kind, "") for kind in above), *cells, _read(readings), row.owner]


def _parts(printed: Printed, elements: Mapping[str, Element]) -> Iterable[list[Cell]]:
    label, names = "", column_names(printed)
    for row in printed.rows:
        label = row.label.text if row.label else label
        for at, cell in enumerate(row.cells):
            for part in cell:
                one = elements.get(part.owner, Element(part.owner, ""))
                area = "" if row.across or at >= len(names) else names[at]
                yield [label, area, spaced(one.kind), one.number, part.text, _read(part.readings), part.owner]


def column_names(printed: Printed) -> list[str]:
    """Return the names of the columns of a matrix."""
    heads = next((row for row in printed.rows if row.heads), None)
    return ["".join(part.text for part in cell) for cell in heads.cells] if heads else []


def _read(readings: Iterable[Said]) -> str:
    return "; ".join(f"{one.word}: {one.label or one.value}" for one in readings)


def passages_of(
    rows: Iterable[Row], statements: Iterable[Said], name: Callable[[str], str]
) -> list[tuple[str, str, str]]:
    """Return what each passage of the rows says, the passage, and its words, each passage once."""
    words = {one.passage: one.exact for one in statements}
    found: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        for part in (part for cell in row.cells for part in cell):
            for passage in _passages(part):
                found.setdefault(passage, (name(row.owner or part.owner), passage, words.get(passage, "")))
    return list(found.values())


def _passages(part: Part) -> list[str]:
    return [piece.passage for piece in part.pieces if piece.passage] + [one.passage for one in part.readings]


def mentions_sheet(mentions: Mapping[str, Sequence[Mention]], names: Callable[[str], str], title: str) -> Sheet:
    """Return what other texts say of the parts of a plan, one statement a row."""
    rows = [
        [names(part), f"{one.word} (of)" if one.inverse else one.word, one.label, one.said_in, one.exact, part]
        for part, found in mentions.items()
        for one in found
    ]
    return Sheet(title, _MENTIONS, rows)
