"""A network as files: GraphML and GEXF (networkx writes them), and tables of nodes and edges as Gephi reads them.

Edges are directed; two things may be tied more than once. Not here: what is in the network (network).
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aseankg.export.network import Network, Node, Tie
from aseankg.sheets import Sheet, csv_bytes, fit_for_xml

if TYPE_CHECKING:
    import networkx

__all__ = ["csv_files", "gexf", "graphml"]

_BETWEEN = " | "  # several passages of one tie


def graphml(network: Network) -> bytes:
    """Return the network as GraphML: the ids of nodes are IRIs, those of edges are counted."""
    from networkx.readwrite.graphml import write_graphml_xml  # its other writer is there only beside lxml

    stream = io.BytesIO()
    write_graphml_xml(_graph(network), stream, named_key_ids=True)
    return stream.getvalue() + b"\n"


def gexf(network: Network) -> bytes:
    """Return the network as GEXF 1.2, without the day on which networkx wrote it."""
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(_graph(network))
    meta = writer.xml.find("meta")
    del meta.attrib["lastmodifieddate"]
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue() + b"\n"


def csv_files(network: Network) -> dict[str, bytes]:
    """Return `nodes.csv` and `edges.csv` with the columns that Gephi knows first; UTF-8 without a byte order mark.

    A text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    sheets = {
        "nodes.csv": [{"Id": node.iri, "Label": node.label, **_facts(node)} for node in network.nodes],
        "edges.csv": [
            {"Id": str(at), "Source": tie.source, "Target": tie.target, "Type": "Directed", "Label": tie.label}
            | _said(tie)
            for at, tie in enumerate(network.ties)
        ],
    }
    return {name: _table(rows, _COLUMNS[name]) for name, rows in sheets.items()}


_COLUMNS = {
    "nodes.csv": ("Id", "Label", "kind", "title", "number", "plan"),
    "edges.csv": (
        "Id", "Source", "Target", "Type", "Label", "property", "family", "layer", "graph", "written", "passage",
        "words", "note",
    ),
}  # fmt: skip


def _table(rows: list[dict[str, str]], columns: tuple[str, ...]) -> bytes:
    body = csv_bytes(Sheet("", columns, [[row[name] for name in columns] for row in rows]))
    return body.removeprefix(codecs.BOM_UTF8)  # Gephi takes the mark for a part of the first column's name


def _facts(node: Node) -> dict[str, str]:
    return {"kind": node.kind, "title": node.title, "number": node.number, "plan": node.plan}


def _said(tie: Tie) -> dict[str, str]:
    return {
        "property": tie.property, "family": tie.family, "layer": tie.layer, "graph": tie.graph,
        "written": tie.written, "passage": _BETWEEN.join(tie.passages), "words": _BETWEEN.join(tie.words),
        "note": tie.note,
    }  # fmt: skip


def _graph(network: Network) -> networkx.MultiDiGraph[str]:
    import networkx

    found: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in network.nodes:
        found.add_node(node.iri, **_clean({"label": node.label, **_facts(node)}))
    for at, tie in enumerate(network.ties):
        found.add_edge(tie.source, tie.target, key=str(at), **_clean({"label": tie.label, **_said(tie)}))
    return found


def _clean(said: Mapping[str, str]) -> dict[str, Any]:
    """What is said, as XML can hold it; empty texts are left out."""
    return {name: fit_for_xml(text) for name, text in said.items() if text}
