"""The plans as a network: actors, plans, elements and concepts tied by roles, parts, cross-references and mappings.

Each tie keeps its layer, its graph, the words of the text and the passages, so that nobody takes a reading of ours for
what a plan says. Not here: the files (network_files).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Store

from aseankg.catalogue import evaluate, read_query
from aseankg.errors import UsageError, suggest
from aseankg.identifiers import ELEMENT_KINDS
from aseankg.layout import resources
from aseankg.namespaces import GRAPH, ID, LAYERS, PREFIXES

__all__ = ["FAMILIES", "KINDS", "Choice", "Network", "Node", "Tie", "network_of"]

FAMILIES = ("role", "part", "cross-reference", "mapping")
_AKG = PREFIXES["akg"]
_KIND_OF = {_AKG + name: kind for kind, (name, _) in ELEMENT_KINDS.items()} | {
    f"{_AKG}Body": "body", f"{_AKG}Country": "country", f"{_AKG}ActorGroup": "group", f"{_AKG}Plan": "plan",
    f"{_AKG}Instrument": "instrument", f"{PREFIXES['skos']}Concept": "concept",
    f"{PREFIXES['rdfs']}Resource": "external",
}  # fmt: skip
KINDS = tuple(sorted(_KIND_OF.values()))


@dataclass(frozen=True)
class Node:
    """A thing: `kind` is one of KINDS, `plan` the IRI of the plan or instrument that it is a part of, if any."""

    iri: str
    kind: str
    label: str
    title: str
    number: str
    plan: str


@dataclass(frozen=True)
class Tie:
    """One statement of one graph; `passages` and `words` are those that say it, `note` our reason where it is ours."""

    source: str
    target: str
    property: str
    label: str
    family: str
    graph: str
    layer: str
    written: str
    note: str
    passages: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """Nodes sorted by IRI; ties between them, sorted too."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class Choice:
    """What of the network is wanted: plans by slug, layers, kinds of nodes; none of them stands for all."""

    plans: Collection[str] = ()
    layers: Collection[str] = ()
    kinds: Collection[str] = ()
    families: Collection[str] = ()


def network_of(store: Store, choice: Choice = Choice()) -> Network:
    """Return the network of a store; of a plan, its parts with all that is tied to them.

    Raises UsageError with near names for a plan, layer or kind that there is not.
    """
    nodes = {node.iri: node for node in _nodes(_rows(store, "network-things"))}
    _require_known(nodes.values(), choice)
    plans = {f"{ID}plan/{slug}" for slug in choice.plans}
    kept = {iri for iri, node in nodes.items() if not choice.kinds or node.kind in choice.kinds}
    own = {iri for iri in kept if not plans or iri in plans or nodes[iri].plan in plans}
    ties = tuple(
        tie
        for tie in _ties(_rows(store, "network-ties"))
        if {tie.source, tie.target} <= kept
        and {tie.source, tie.target} & own
        and (not choice.layers or tie.layer in choice.layers)
        and (not choice.families or tie.family in choice.families)
    )
    shown = own.union(*({tie.source, tie.target} for tie in ties))
    return Network(tuple(nodes[iri] for iri in sorted(shown)), ties)


def _require_known(nodes: Iterable[Node], choice: Choice) -> None:
    plans = sorted(node.iri.rpartition("/")[2] for node in nodes if node.kind == "plan")
    for word, given, known in (
        ("plan", choice.plans, plans), ("layer", choice.layers, LAYERS), ("kind", choice.kinds, KINDS),
        ("family of ties", choice.families, FAMILIES),
    ):  # fmt: skip
        for name in given:
            if name not in known:
                raise UsageError(f"No {word} {name!r}.{suggest(name, known)} There are {', '.join(known)}.")


def _rows(store: Store, name: str) -> Iterator[dict[str, str]]:
    found: Any = evaluate(store, read_query(resources() / "queries" / "reports" / f"{name}.rq"))
    columns = [variable.value for variable in found.variables]
    for row in found:
        yield {name: getattr(row[name], "value", "") for name in columns}


def _nodes(rows: Iterable[dict[str, str]]) -> Iterator[Node]:
    for row in rows:
        name = row["label"] or row["thing"]
        yield Node(row["thing"], _KIND_OF[row["class"]], name, row["title"], row["number"], row["plan"])


def _ties(rows: Iterable[dict[str, str]]) -> Iterator[Tie]:
    """One tie for each statement; its passages stand in rows of their own."""
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault((row["source"], row["property"], row["target"], row["graph"]), []).append(row)
    for (source, property_, target, graph), same in found.items():
        first = same[0]
        evidence = dict(sorted((row["passage"], row["words"]) for row in same if row["passage"]))
        yield Tie(
            source, target, property_, first["label"] or property_.rpartition("#")[2].rpartition("/")[2],
            first["family"], graph.removeprefix(GRAPH), first["layer"], first["written"], first["note"],
            tuple(evidence), tuple(evidence.values()),
        )  # fmt: skip
