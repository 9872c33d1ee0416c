"""Who has which role in what, at `/network`: bodies, countries, plans and activities, as a drawing and as a table.

The browser draws what `format=json` gives; the table says the same to those who cannot see or run it. Not here: the
drawing itself (static/network.js, drawing.js).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from flask import Flask, Response, request

from aseankg.export.network import Network, Node, Tie
from aseankg.export.network_files import graphml
from aseankg.identifiers import ELEMENT_KINDS
from aseankg.namespaces import GRAPH, PREFIXES
from aseankg.sheets import Sheet
from aseankg.web.exchange.sending import in_json, tagged
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.choosing import address_with, chosen_of, only
from aseankg.web.page.exports import export, export_asked
from aseankg.web.page.showing import label_of, show
from aseankg.web.page.tables import link_of, text_link

__all__ = ["register"]

_AKG = PREFIXES["akg"]
_LAYERS = ("said", "read", "inferred")  # by the text, by us, by a rule
_MOST_SHOWN = 1000


def register(app: Flask) -> None:
    """Give the application its network."""
    app.add_url_rule("/network", "network", _network)


@dataclass(frozen=True)
class _Role:
    """One role of an actor in an element of a plan; `how` is one of _LAYERS, `layer` that of its graph."""

    actor: str
    kind: str
    element: str
    sort: str
    plan: str
    title: str
    role: str
    role_name: str
    how: str
    layer: str
    words: str
    passage: str


def _network() -> Response:
    only("plan", "role", "layer", "format")
    every = _roles()
    plans = {one.plan.rpartition("/")[2]: one.plan for one in every}
    plan, role, layer = (
        chosen_of("plan", sorted(plans)),
        chosen_of("role", sorted({one.role for one in every})),
        chosen_of("layer", _LAYERS),
    )
    found = [
        one
        for one in every
        if plan in ("", one.plan.rpartition("/")[2]) and role in ("", one.role) and layer in ("", one.how)
    ]
    named = request.args.get("format", "").lower()
    if named in _DRAWN:
        return _DRAWN[named](found)
    chosen = export_asked()
    if chosen:
        sources = [(label_of(one.element), one.passage, one.words) for one in found if one.passage]
        return export(chosen, "network", _sheet(found), sources)
    return show(
        "network.html", roles=found[:_MOST_SHOWN], count=len(found), counts=_counts(every), layers=_LAYERS,
        plans={one: label_of(plans[one]) for one in sorted(plans)},
        names={one.role: one.role_name for one in every}, address_with=address_with,
    )  # fmt: skip


def _roles() -> list[_Role]:
    """All roles, each once in a layer; where several passages say it, with the first."""
    found: dict[tuple[str, str, str, str], _Role] = {}
    for row in rows_of("network"):
        one = _role(row)
        found.setdefault((one.actor, one.element, one.role, one.how), one)
    return list(found.values())


def _role(row: Row) -> _Role:
    local = {name: row[name].removeprefix(_AKG) for name in ("kind", "sort", "role")}
    how = "inferred" if row["layer"] == "inferred" else "said" if row["layer"] in ("stated", "reference") else "read"
    return _Role(
        row["actor"], local["kind"], row["element"], local["sort"], row["plan"], row["title"], local["role"],
        row["role_name"] or local["role"], how, row["graph"].removeprefix(GRAPH) if how == "inferred" else row["layer"],
        row["words"] or row["written"], row["passage"],
    )  # fmt: skip


def _counts(roles: Iterable[_Role]) -> dict[str, Counter[str]]:
    roles = list(roles)
    return {
        "plan": Counter(one.plan.rpartition("/")[2] for one in roles),
        "role": Counter(one.role for one in roles),
        "layer": Counter(one.how for one in roles),
    }


def _sheet(roles: Sequence[_Role]) -> Sheet:
    columns = ["who", "role", "in", "title", "plan", "how", "layer", "words", "who IRI", "in IRI", "passage"]
    rows = [
        (label_of(one.actor), one.role_name, label_of(one.element), one.title, label_of(one.plan), one.how, one.layer,
         one.words, one.actor, one.element, one.passage)
        for one in roles
    ]  # fmt: skip
    return Sheet("Network", columns, rows)


def _json(roles: Sequence[_Role]) -> Response:
    """The nodes and edges of the roles, for the drawing and for other programs."""
    nodes = {
        iri: {"id": iri, "name": label_of(iri), "kind": kind, "title": title, "link": link_of(iri)}
        for one in roles
        for iri, kind, title in (
            (one.plan, "Plan", ""), (one.element, one.sort, one.title), (one.actor, one.kind, ""),
        )
    }  # fmt: skip
    edges = [asdict(one) | {"link": text_link(one.passage) if one.passage else ""} for one in roles]
    parts = sorted({(one.element, one.plan) for one in roles})
    body = {
        "nodes": list(nodes.values()),
        "roles": edges,
        "parts": [{"element": element, "plan": plan} for element, plan in parts],
    }
    return tagged(in_json(body))


def _graphml(roles: Sequence[_Role]) -> Response:
    """The same nodes and edges for tools that draw networks; `aseankg export graphml` gives the whole network."""
    nodes = {
        iri: Node(iri, kind, label_of(iri), title, "", plan)
        for one in roles
        for iri, kind, title, plan in (
            (one.plan, "plan", "", ""),
            (one.element, _KINDS[one.sort], one.title, one.plan),
            (one.actor, _KINDS[one.kind], "", ""),
        )
    }
    ties = tuple(
        Tie(
            one.element, one.actor, _AKG + one.role, one.role_name, "role", "", one.layer, "", "",
            (one.passage,) if one.passage else (), (one.words,) if one.words else (),
        )
        for one in roles
    )  # fmt: skip
    response = Response(graphml(Network(tuple(nodes.values()), ties)), content_type="application/graphml+xml")
    response.headers["Content-Disposition"] = 'attachment; filename="network.graphml"'
    return tagged(response)


_KINDS = {name: kind for kind, (name, _) in ELEMENT_KINDS.items()} | {
    "Body": "body", "Country": "country", "ActorGroup": "group",
}  # fmt: skip
_DRAWN = {"json": _json, "graphml": _graphml}
