"""The dataset as RDF, whole or some of its graphs, sorted, so that the same build gives the same bytes.

Not here: the dumps of a version, which are packed and stay (description.dumps).
"""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from aseankg.errors import UsageError, suggest
from aseankg.namespaces import GRAPH, PREFIXES, graph

__all__ = ["RDF_FORMATS", "rdf_bytes"]

RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD,
}  # fmt: skip
_MARKED = (RdfFormat.TURTLE, RdfFormat.TRIG)  # those that have prefixes


def rdf_bytes(store: Store, name: str, graphs: Sequence[str] = ()) -> bytes:
    """Return graphs by their names, such as `plan/rap-vientiane`, or all; Turtle merges what it is given.

    Raises UsageError with near names for a graph that there is not.
    """
    form = RDF_FORMATS[name]
    known = sorted(node.value.removeprefix(GRAPH) for node in store.named_graphs() if isinstance(node, NamedNode))
    for one in graphs:
        if one not in known:
            raise UsageError(f"No graph {one!r}.{suggest(one, known)} There are {', '.join(known)}.")
    quads = [quad for one in graphs or known for quad in _sorted(store, one)]
    prefixes = PREFIXES if form in _MARKED else None
    if form.supports_datasets:
        return serialize(quads, format=form, prefixes=prefixes) or b""
    triples = dict.fromkeys(quad.triple for quad in quads)
    return serialize(sorted(triples, key=str), format=form, prefixes=prefixes) or b""


def _sorted(store: Store, name: str) -> list[Quad]:
    return sorted(store.quads_for_pattern(None, None, None, graph(name)), key=str)
