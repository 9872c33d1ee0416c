"""The plans, at `/plans`, and each plan as its own table and tree, at `/plans/<slug>`.

A plan whose text is here is laid out as it was printed, to be narrowed by what its rows are marked with; of one that
is known only through others the page shows their words. Not here: the layout and the filters (printed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request, url_for

from aseankg.builds import DUMPS, checksums_of
from aseankg.errors import nearest
from aseankg.namespaces import GRAPH, ID
from aseankg.sheets import Cell, Sheet
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.page.choosing import chosen_of, only, value_of
from aseankg.web.page.exports import export, export_asked
from aseankg.web.page.showing import label_of, show
from aseankg.web.page.tables import link_of, spaced, text_link
from aseankg.web.printed.facets import FACETS, Mark, choices, how_marked, narrow
from aseankg.web.printed.layout import Element, Printed, Row, lay_out
from aseankg.web.printed.plans import (
    Mention,
    Plan,
    elements_of,
    marks_of,
    mentions_of,
    plans,
    statements_of,
    text_of,
    unit_of,
    units_of,
)
from aseankg.web.printed.sheets import column_names, mentions_sheet, passages_of, printed_sheet
from aseankg.web.printed.spans import Said
from aseankg.web.site import public_url, site

__all__ = ["register"]

_SHOWN = 80  # characters of a wrong value in a problem
_VIEWS = ("table", "tree")
_FOLDERS = {  # of a facet: where the IRIs of its values lie
    "body": ("body/",),
    "country": ("country/", "group/"),
    "focus": ("concept/focus-area/",),
    "theme": ("concept/theme/",),
}
_COUNTED = ("Activity", "ThematicArea", "Project", "Commitment", "IntermediateTarget", "KeyResultArea", "Strategy")


@dataclass(frozen=True)
class _Shown:
    """A plan as it is shown: its parts, its text, and which of its units are left."""

    plan: Plan
    elements: Mapping[str, Element]
    units: Sequence[str]
    left: Sequence[str]
    picked: Mapping[str, str]
    marks: Sequence[Mark]
    statements: Sequence[Said] = ()
    printed: Printed | None = None
    mentions: Mapping[str, Sequence[Mention]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Node:
    """A part of a plan in the tree, with what lies below it."""

    element: Element
    below: Sequence[_Node]


def register(app: Flask) -> None:
    """Give the application the pages of the plans."""
    app.add_url_rule("/plans", "plans", _list)
    app.add_url_rule("/plans/<slug>", "plan", _plan)


# -- the list ----------------------------------------------------------------------------------------------


def _list() -> Response:
    only("format")
    found = plans()
    chosen = export_asked()
    if chosen:
        return export(chosen, "plans", _list_sheet(found))
    dumps = {plan.slug: _dumps(plan.slug) for plan in found}
    return show("plans.html", plans=found, dumps=dumps, kinds=_COUNTED, source_link=_source_link)


def _list_sheet(found: Sequence[Plan]) -> Sheet:
    columns = ("Name", "Short name", "Kind", "Begins", "Ends", "Adopted", "Publisher", *_COUNTED, "IRI")
    rows: list[list[Cell]] = [
        [plan.name, plan.short, plan.kind, plan.begins, plan.ends, plan.adopted,
         "; ".join(map(label_of, plan.publishers)), *(plan.counts.get(kind, 0) for kind in _COUNTED), plan.iri]
        for plan in found
    ]  # fmt: skip
    return Sheet("Plans", columns, rows)


def _dumps(slug: str) -> dict[str, str]:
    """Return the files of the current version that hold a plan or its mappings, and where they are."""
    build = site().build()
    folder = build.folder.parent / DUMPS / build.version
    names = {"turtle": f"plan-{slug}.ttl", "sssom": f"alignment-{slug}.sssom.tsv"}
    try:
        known = checksums_of(folder)
    except FileNotFoundError:
        return {}
    return {kind: url_for("dump", name=name) for kind, name in names.items() if name in known}


def _source_link(plan: Plan) -> str:
    """Return the page of the text of a plan, empty where there is none."""
    if not plan.source_slug or "source_text" not in current_app.view_functions:
        return link_of(plan.source) if plan.source else ""
    return url_for("source_text", slug=plan.source_slug)


# -- one plan ----------------------------------------------------------------------------------------------


def _plan(slug: str) -> Response:
    plan = _get_plan(slug)
    only("view", "format", *FACETS)
    view = chosen_of("view", _VIEWS, "table")
    chosen = export_asked()
    shown = _shown(plan)
    if chosen:
        return _export(chosen, shown)
    return show(
        "plan.html",
        shown=shown,
        plan=plan,
        view=view,
        tree=_tree(shown) if view == "tree" else (),
        facets=choices(shown.units, shown.marks, shown.picked),
        how=[
            (facet, value, how_marked(shown.left, shown.marks, facet, value)) for facet, value in shown.picked.items()
        ],
        dumps=_dumps(slug),
        graph=_graph(shown),
        source_link=_source_link(plan),
        place_of=_place_of,
        address=lambda **changed: _address(shown, view, changed),
        words_of=_words_of,
        anchor_of=_anchor_of,
        kind_words=spaced,
        columns=column_names(shown.printed) if shown.printed else (),
    )


def _get_plan(slug: str) -> Plan:
    """Return the plan of a slug; 404 with the nearest for another."""
    found = {plan.slug: plan for plan in plans(counted=False) if plan.kind == "Plan"}
    if slug in found:
        return found[slug]
    close = nearest(slug[:_SHOWN], [*found, *(plan.name for plan in found.values())]) or list(found)
    alike = [plan for plan in found.values() if plan.slug in close or plan.name in close]
    things = [{"name": plan.name, "iri": plan.iri, "link": url_for("plan", slug=plan.slug)} for plan in alike]
    raise DetailedError(
        404, f"No plan is called {slug[:_SHOWN]!r}. /plans lists all that there are.", suggestions=things
    )


def _shown(plan: Plan) -> _Shown:
    elements = elements_of(plan.iri)
    units = units_of(elements)
    marks = marks_of(plan.iri, elements, units)
    picked = {facet: _picked(facet, value_of(facet), marks) for facet in FACETS if value_of(facet)}
    left = narrow(units, marks, picked)
    shown = _Shown(plan, elements, units, left, picked, marks)
    text = text_of(plan.iri)
    if not text:
        return replace(shown, mentions=mentions_of(plan.iri))
    statements = statements_of(plan.iri)
    printed = lay_out(text, statements, elements)
    return replace(shown, statements=statements, printed=replace(printed, rows=_left(printed, shown)))


def _picked(facet: str, given: str, marks: Iterable[Mark]) -> str:
    """Return the value that the reader means: of this plan, or a known one that this plan does not have; else 400."""
    values = {_slug_of(mark.value): mark.value for mark in marks if mark.facet == facet}
    if given in values:
        return values[given]
    if facet == "year":
        if re.fullmatch(r"[0-9]{4}|none", given):
            return given
    else:
        known = (f"{ID}{folder}{given}" for folder in _FOLDERS[facet])
        found = next((iri for iri in known if site().lookup().get_name(iri)), None)
        if found:
            return found
    raise _unknown(facet, given, values)


def _unknown(facet: str, given: str, values: Mapping[str, str]) -> DetailedError:
    names = {name: slug for slug, iri in values.items() for name in (slug, _words_of(facet, iri))}
    close = dict.fromkeys(names[name] for name in nearest(given[:_SHOWN], names))
    things = [
        {
            "name": _words_of(facet, values[one]),
            "iri": values[one],
            "link": f"{request.script_root}{request.path}?{urlencode({facet: one})}",
        }
        for one in close
    ]
    expected = "a year of four digits, or none" if facet == "year" else "the end of the IRI of one that the graph knows"
    words = f"The filter {facet} is {given[:_SHOWN]!r}: expected {expected}. The page of the plan lists its own."
    return DetailedError(400, words, suggestions=things, parameter=facet)


def _slug_of(iri: str) -> str:
    return iri.rpartition("/")[2]


def _words_of(facet: str, value: str) -> str:
    """Return what a value of a facet is called."""
    return value if facet == "year" else label_of(value)


def _left(printed: Printed, shown: _Shown) -> list[Row]:
    """Return the rows whose units are left, and headings that something is left under."""
    if not shown.picked:
        return list(printed.rows)
    return _left_in_matrix(printed, shown) if printed.matrix else _left_in_register(printed, shown)


def _left_in_register(printed: Printed, shown: _Shown) -> list[Row]:
    above = {
        iri
        for unit in shown.left
        for iri in (shown.elements[unit].strategy, shown.elements[unit].area, shown.elements[unit].parent)
    }
    return [row for row in printed.rows if row.owner in shown.left or (row.across and row.owner in above)]


def _left_in_matrix(printed: Printed, shown: _Shown) -> list[Row]:
    left = set(shown.left)
    groups = {shown.elements[unit].parent for unit in left}
    hidden = {
        iri for iri, one in shown.elements.items()
        if _unit(iri, shown) not in (left | {""}) or (one.kind == "ThematicGroup" and iri not in groups)
    }  # fmt: skip
    rows = [
        replace(row, cells=[[p for p in cell if p.owner not in hidden] for cell in row.cells]) for row in printed.rows
    ]
    return [row for row in rows if any(row.cells)]


def _unit(iri: str, shown: _Shown) -> str:
    return unit_of(iri, shown.elements, shown.units)


def _tree(shown: _Shown) -> list[_Node]:
    """Return the parts of a plan by what they are part of, in the order of the text."""
    places: dict[str, int] = {}
    for said in shown.statements:
        if said.predicate.endswith(("#title", "#number")):
            places.setdefault(said.subject, said.start)
    hidden = {iri for iri in shown.elements if _unit(iri, shown) not in {*shown.left, ""}}
    return _below(shown.plan.iri, shown, places, hidden)


def _below(iri: str, shown: _Shown, places: Mapping[str, int], hidden: set[str]) -> list[_Node]:
    parts = [one for one in shown.elements.values() if one.parent == iri and one.iri not in hidden and one.iri != iri]
    parts.sort(key=lambda one: (places.get(one.iri, 0), one.order, one.iri))
    rest = hidden | {iri}  # what is part of itself is shown once
    return [_Node(one, _below(one.iri, shown, places, rest)) for one in parts]


def _graph(shown: _Shown) -> str:
    """Return where the graph of a plan is as Turtle; that of the plan alone where it has no graph."""
    iri = f"{GRAPH}plan/{shown.plan.slug}" if shown.printed else shown.plan.iri
    return f"{link_of(iri)}.ttl"


def _place_of(passage: str) -> str:
    """Return where the words of a passage are shown in their text; each address is made once for a page."""
    known: dict[str, str] = g.setdefault("places", {})
    if passage not in known:
        known[passage] = text_link(passage) if "source_text" in current_app.view_functions else link_of(passage)
    return known[passage]


def _anchor_of(iri: str) -> str:
    """Return the name of a part within the page."""
    return "-".join(iri.split("/")[-2:])


def _address(shown: _Shown, view: str, changed: Mapping[str, str]) -> str:
    """Return the address of this page with other values of its parameters; an empty one is left out."""
    values: dict[str, Any] = {facet: _slug_of(value) for facet, value in shown.picked.items()}
    values = {**values, "view": "" if view == "table" else view, **changed}
    values = {name: _slug_of(value) for name, value in values.items() if value}
    return url_for("plan", slug=shown.plan.slug, **values)


# -- export ------------------------------------------------------------------------------------------------


def _export(chosen: str, shown: _Shown) -> Response:
    title, stem = shown.plan.short, shown.plan.slug

    def name(iri: str) -> str:
        one = shown.elements.get(iri)
        return one.label if one and one.label else label_of(iri) if iri else title

    if shown.printed is None:
        mentions = {part: found for part, found in shown.mentions.items() if part in shown.left}
        sources = [(name(part), one.passage, one.exact) for part, found in mentions.items() for one in found]
        sheet = mentions_sheet(mentions, name, title)
    else:
        sources = passages_of(shown.printed.rows, shown.statements, name)
        sheet = printed_sheet(shown.printed, shown.elements, title)
    placed = [(what, f"{public_url()}{_place_of(passage)}", words) for what, passage, words in dict.fromkeys(sources)]
    return export(chosen, stem, sheet, placed)
