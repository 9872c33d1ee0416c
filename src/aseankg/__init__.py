"""ASEAN labour policy plans as a knowledge graph in which every fact leads to the words of the plan.

`aseankg.load()` is the way in; importing this package loads nothing heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aseankg.api import KnowledgeGraph, load

__all__ = ["KnowledgeGraph", "load"]


def __getattr__(name: str) -> object:
    """Load the API when it is first asked for."""
    if name in __all__:
        from aseankg import api

        return getattr(api, name)
    raise AttributeError(f"module 'aseankg' has no attribute {name!r}")
