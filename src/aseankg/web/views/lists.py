"""The lists of the bodies, the countries, the themes and indicators, with how often the plans speak of each.

What is printed, what we read into it and what follows by rule are counted apart; a column is shown only where it says
something that the one before it does not. Not here: the plans (plans), and the page of one thing (resources).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response, request, url_for

from aseankg.namespaces import AKG, ID, shorten
from aseankg.sheets import Cell, Sheet
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.choosing import only
from aseankg.web.page.exports import export, export_asked
from aseankg.web.page.showing import label_of, show
from aseankg.web.page.tables import link_of
from aseankg.web.site import public_url
from aseankg.web.texts import N_

__all__ = ["register"]

_ROLES = {  # in the order of the columns: how a column is headed
    "leadActor": N_("leads"),
    "nationalLead": N_("leads as a Member State"),
    "contributingBody": N_("contributes to"),
    "responsibleBody": N_("responsible for"),
    "coordinator": N_("coordinates"),
    "host": N_("hosts"),
    "mentions": N_("mentioned in"),
}
_WAYS = {"printed": N_("printed"), "read": N_("as read"), "inferred": N_("with what follows")}
_TAGGED = {"printed": N_("printed"), "words": N_("by its words"), "hand": N_("by hand")}
_HEADS = {
    "bodies": (N_("Acronym"), N_("Name"), N_("Kind")),
    "countries": (N_("Country"), N_("ISO code"), N_("Full name")),
    "themes": (N_("Theme"), N_("Above it"), N_("What it means")),
    "focus": (N_("Focus area"), N_("What it means")),
    "indicators": (N_("Indicator"), N_("Above it"), N_("What it means")),
}

_Key = tuple[str, str, str]  # home, role, way
_Counts = Mapping[str, Mapping[_Key, int]]  # by thing


@dataclass(frozen=True)
class _Entry:
    """One thing: where its page is, its first columns, and its numbers, one for each counted column."""

    iri: str
    link: str
    words: Sequence[str]
    counts: Sequence[int]

    @property
    def name(self) -> str:
        """What its link is called: its code or name."""
        return self.words[0] or label_of(self.iri)


@dataclass(frozen=True)
class _Head:
    """What the numbers of a column count: where, and in which role and way."""

    place: str
    words: Sequence[str]

    def __str__(self) -> str:
        return f"{self.place}: {', '.join(self.words)}"


@dataclass(frozen=True)
class _List:
    """One table: what it is of, its heads, which of them are counts, and its rows."""

    name: str
    heads: Sequence[str]
    counted: Sequence[_Head]
    entries: Sequence[_Entry]

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of all columns of a spreadsheet."""
        return (*self.heads, *map(str, self.counted))

    @property
    def sheet(self) -> Sheet:
        """The table for a spreadsheet, with the IRI of each thing."""
        rows: list[tuple[Cell, ...]] = [(*entry.words, *entry.counts, entry.iri) for entry in self.entries]
        return Sheet(self.name, (*self.columns, "IRI"), rows)


def register(app: Flask) -> None:
    """Give the application its lists."""
    for name, view in (("bodies", _bodies), ("countries", _countries), ("themes", _themes)):
        app.add_url_rule(f"/{name}", name, view)


def _bodies() -> Response:
    """The bodies, with their roles in each plan; CSV or XLSX for spreadsheets."""
    only("format")
    words = {row["thing"]: (row["code"], row["name"] or row["label"], row["kind"]) for row in _actors("Body")}
    return _shown("bodies", [_list("bodies", words, _role_counts("Body"))])


def _countries() -> Response:
    """The countries, with their roles in each plan; CSV or XLSX for spreadsheets."""
    only("format")
    words = {row["thing"]: (row["label"], row["code"], row["name"]) for row in _actors("Country")}
    return _shown("countries", [_list("countries", words, _role_counts("Country"))])


def _themes() -> Response:
    """Themes and focus areas, with how many parts of each plan have them, and indicators; CSV or XLSX as well."""
    only("format")
    rows, counts = rows_of("themes"), _tag_counts()
    tables = []
    for scheme, name in (("theme", "themes"), ("focus-area", "focus"), ("indicator", "indicators")):
        of_scheme = [row for row in rows if row["scheme"] == f"{ID}concept/{scheme}"]
        words = {row["thing"]: _theme_words(row, name) for row in of_scheme}
        tables.append(_list(name, words, counts))
    return _shown("themes", tables)


def _theme_words(row: Row, name: str) -> tuple[str, ...]:
    above = (_named(row["broader"]),) if name != "focus" else ()  # no focus area stands above another
    return (row["label"], *above, row["definition"])


# -- the tables --------------------------------------------------------------------------------------------


def _actors(name: str) -> Sequence[Row]:
    return rows_of("actors", **{"class": AKG[name].value})


def _named(iri: str) -> str:
    return label_of(iri) if iri else ""


def _local(iri: str) -> str:
    return shorten(iri).partition(":")[2]


def _role_counts(name: str) -> _Counts:
    """The number of parts of a plan by thing, plan, role and way."""
    rows = rows_of("roles-of-actors", **{"class": AKG[name].value})
    return _by_thing((row, (row["plan"], _local(row["role"]), row["way"])) for row in rows)


def _tag_counts() -> _Counts:
    return _by_thing((row, (row["home"], "", row["way"])) for row in rows_of("themes-counted"))


def _by_thing(rows: Iterable[tuple[Row, _Key]]) -> _Counts:
    found: dict[str, dict[_Key, int]] = {}
    for row, key in rows:
        found.setdefault(row["thing"], {})[key] = int(row["count"])
    return found


def _list(name: str, words: Mapping[str, Sequence[str]], counts: _Counts) -> _List:
    of_things = {thing: counts.get(thing, {}) for thing in words}
    columns = _columns(of_things)
    entries = [
        _Entry(thing, link_of(thing), first, [of_things[thing].get(column, 0) for column in columns])
        for thing, first in words.items()
    ]
    return _List(name, _HEADS[name], [_head(column) for column in columns], entries)


def _columns(counts: _Counts) -> list[_Key]:
    """The columns that have a number, in the order of plans, roles and ways, without those that repeat."""
    places = {(home, role) for found in counts.values() for home, role, _ in found}
    roles = list(_ROLES)
    kept: list[_Key] = []
    for home, role in sorted(places, key=lambda place: (place[0], roles.index(place[1]) if place[1] else 0)):
        numbers: list[int] = []
        for way in dict.fromkeys((*_WAYS, *_TAGGED)):
            column = [found.get((home, role, way), 0) for found in counts.values()]
            if any(column) and column != numbers:
                kept.append((home, role, way))
                numbers = column
    return kept


def _head(column: _Key) -> _Head:
    home, role, way = column
    place = label_of(home) if home else N_("elsewhere")
    return _Head(place, (_ROLES[role], _WAYS[way]) if role else (_TAGGED[way],))


# -- what is sent -------------------------------------------------------------------------------------------


def _shown(name: str, tables: Sequence[_List]) -> Response:
    chosen = export_asked()
    if chosen:
        return export(chosen, name, _joined(tables), [_source(entry) for table in tables for entry in table.entries])
    formats = {label: url_for(name, format=label.lower()) for label in ("CSV", "XLSX")}
    return show("list.html", name=name, tables=tables, formats=formats)


def _joined(tables: Sequence[_List]) -> Sheet:
    """One table of all: where they have not the same columns, a cell of the others is empty."""
    if len(tables) == 1:
        return tables[0].sheet
    heads = list(dict.fromkeys(head for table in tables for head in table.columns[1:]))
    rows: list[tuple[Cell, ...]] = []
    for table in tables:
        for entry in table.entries:
            cells: dict[str, Cell] = dict(zip(table.columns[1:], (*entry.words[1:], *entry.counts), strict=True))
            rows.append((table.name, entry.name, *(cells.get(head, "") for head in heads), entry.iri))
    return Sheet(tables[0].name, ("List", "Name", *heads, "IRI"), rows)


def _source(entry: _Entry) -> tuple[str, str, str]:
    words = " · ".join(word for word in entry.words[:2] if word)
    return words, f"{public_url()}{entry.link.removeprefix(request.script_root)}", ""
