"""Reads published texts: layouts, never documents. `extract_plan` is the way in."""

from __future__ import annotations

from aseankg.errors import DataError
from aseankg.extract.crossrefs import read_cross_references
from aseankg.extract.frame import own_names, read_frame
from aseankg.extract.matrix import MatrixRows
from aseankg.extract.mentions import read_mentions
from aseankg.extract.names import Entity, Names
from aseankg.extract.reading import Reading
from aseankg.extract.register import RegisterRows
from aseankg.records import Extraction, SourceText
from aseankg.sources import Descriptor, RegisterLayout

__all__ = ["Entity", "Names", "extract_plan"]


def extract_plan(descriptor: Descriptor, source: SourceText, names: Names) -> Extraction:
    """Return all that a text says, each fact with the pieces that say it.

    Raises DataError with file and line for a row, name, date, mark or heading that cannot be read, and when the
    text holds no element at all.
    """
    reading = Reading(descriptor, source, names.with_names(own_names(descriptor, source)))
    layout = descriptor.layout
    rows = RegisterRows(reading, layout) if isinstance(layout, RegisterLayout) else MatrixRows(reading, layout)
    read_frame(reading, rows)
    if not reading.elements:
        raise DataError("read no element: expected rows or sections as the descriptor describes.", source.file)
    read_cross_references(reading)
    read_mentions(reading)
    return reading.result
