"""Mappings in SSSOM TSV: a row is about two things and a predicate, and says who judges so, when, how sure and why.

A row with the modifier Not says that the pair was judged not to match; one that dissents stands beside the row it
disagrees with. Not here: how mappings become quads (alignment).
"""

from aseankg.mappings.reading import read_mappings, review_mappings
from aseankg.mappings.records import (
    COLUMNS,
    PREDICATES,
    Mapping,
    MappingSet,
    find_contradictions,
    find_repeated,
    require_consistent,
)
from aseankg.mappings.writing import sssom_text, write_mappings

__all__ = [
    "COLUMNS",
    "PREDICATES",
    "Mapping",
    "MappingSet",
    "find_contradictions",
    "find_repeated",
    "read_mappings",
    "require_consistent",
    "review_mappings",
    "sssom_text",
    "write_mappings",
]
