"""Which layers an answer drew on: those without whose graphs it would be another.

What the texts say, what people read into them and what rules infer must never be mixed up, so a page tells. The
query is asked again without each layer in turn; a layer is drawn on when the rows then differ, whatever their order.
Not here: naming layers in a query (graphs).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryTriples, Store

from aseankg.namespaces import AKG, graph
from aseankg.store.graphs import OWN, own_graphs

__all__ = ["Datasets", "layers_of"]

Datasets = tuple[list[NamedNode], list[NamedNode]]
_Ask = Callable[[Datasets], Any]


def layers_of(store: Store, datasets: Datasets, ask: _Ask) -> tuple[str, ...] | None:
    """Return the layers that an answer draws on; None for one that is never the same twice, such as of RAND().

    `datasets` are the graphs that the query sees, default and named; `ask` evaluates the query over others.
    """
    layers = _graphs_by_layer(store)
    seen = {node for nodes in datasets for node in nodes}
    chosen = {layer: nodes for layer, nodes in layers.items() if nodes & seen}
    if not chosen:
        return ()
    whole = _content(ask(datasets))
    if _content(ask(datasets)) != whole:
        return None
    return tuple(layer for layer, nodes in chosen.items() if _content(ask(_without(datasets, nodes))) != whole)


def _graphs_by_layer(store: Store) -> dict[str, set[NamedNode]]:
    found: dict[str, set[NamedNode]] = {}
    for quad in store.quads_for_pattern(None, AKG.layer, None, graph("meta")):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            found.setdefault(quad.object.value, set()).add(quad.subject)
    found[OWN] = set(own_graphs(store))
    return {layer: nodes for layer, nodes in sorted(found.items()) if nodes}


def _without(datasets: Datasets, nodes: set[NamedNode]) -> Datasets:
    default, named = ([node for node in dataset if node not in nodes] for dataset in datasets)
    return default, named


def _content(results: Any) -> Sequence[str] | bool:
    """What an answer holds, its order left out."""
    if isinstance(results, QueryBoolean):
        return bool(results)
    if isinstance(results, QueryTriples):
        return sorted(map(str, results))
    return sorted(str(tuple(row)) for row in results)
