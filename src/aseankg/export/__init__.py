"""Writes the dataset in the formats of other people's tools: networks, RDF, SSSOM, RO-Crate.

Everything comes from the published build, so the same build gives the same bytes; no date comes from the clock.
Not here: StratML, which is read as well (stratml); the dumps (description.dumps); where the bytes go (files).
"""

from aseankg.export.crate import SPECIFICATIONS, crate_files, zipped
from aseankg.export.mappings import GRAPHS, mapping_table
from aseankg.export.network import FAMILIES, KINDS, Choice, Network, network_of
from aseankg.export.network_files import csv_files, gexf, graphml
from aseankg.export.rdf import RDF_FORMATS, rdf_bytes

__all__ = [
    "FAMILIES", "GRAPHS", "KINDS", "RDF_FORMATS", "SPECIFICATIONS", "Choice", "Network", "crate_files", "csv_files",
    "gexf", "graphml", "mapping_table", "network_of", "rdf_bytes", "zipped",
]  # fmt: skip
