"""The dumps of a dataset: the whole in three formats, gzipped, each named graph in Turtle, the mappings in SSSOM.

The same quads give the same bytes: sorted, and without the time in the gzip header. Not here: where they are kept
(publish) and how they are served (web.views.downloads).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from aseankg.description.release import HEADING
from aseankg.namespaces import GRAPH, PREFIXES

__all__ = ["MEDIA_TYPES", "dump_name", "mapping_dumps", "packed", "plain_dumps"]

# The end of a name -> media type of what is inside.
MEDIA_TYPES = {
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle",
    ".tsv": "text/tab-separated-values",
}
_AS_THEY_ARE = (".ttl", ".tsv")


def dump_name(graph: str) -> str:
    """Return the name of the Turtle file of a named graph.

    >>> dump_name("https://w3id.org/aseankg/graph/plan/rap-vientiane")
    'plan-rap-vientiane.ttl'
    """
    return graph.removeprefix(GRAPH).replace("/", "-") + ".ttl"


def plain_dumps(quads: Sequence[Quad]) -> dict[str, bytes]:
    """Return the dumps by name before they are packed; `quads` are sorted."""
    ordered = sorted(quads, key=_graph)
    found = {
        "aseankg.jsonld": serialize(ordered, format=RdfFormat.JSON_LD) or b"",
        "aseankg.nq": serialize(quads, format=RdfFormat.N_QUADS) or b"",
        "aseankg.trig": HEADING + (serialize(ordered, format=RdfFormat.TRIG, prefixes=PREFIXES) or b""),
    }
    for name, inside in groupby(ordered, key=_graph):
        triples = (quad.triple for quad in inside)
        found[dump_name(name)] = HEADING + (serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"")
    return found


def mapping_dumps(inputs: Iterable[Path]) -> dict[str, bytes]:
    """Return the SSSOM files among the inputs of a dataset, e.g. `alignment-rap-vientiane.sssom.tsv`."""
    found: dict[str, bytes] = {}
    for file in inputs:
        if file.name.endswith(".sssom.tsv"):
            name = f"{file.parent.name}-{file.name}"
            if name in found:  # of a further data folder
                name = f"{file.parents[1].name}-{name}"
            found[name] = file.read_bytes()
    return found


def packed(plain: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the dumps as they are served: those of the whole gzipped, with no time in them."""
    return dict(_pack(name, octets) for name, octets in sorted(plain.items()))


def _pack(name: str, octets: bytes) -> tuple[str, bytes]:
    if name.endswith(_AS_THEY_ARE):
        return name, octets
    return f"{name}.gz", gzip.compress(octets, compresslevel=6, mtime=0)


def _graph(quad: Quad) -> str:
    return str(quad.graph_name.value)  # type: ignore[union-attr]
