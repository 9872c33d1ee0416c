"""Gives coverage its facts by pattern, from a store or from an engine that can only be asked.

An engine is asked for all facts of a predicate at once, and only when one of them is wanted: a question for each fact
would be thousands. Not here: what is read out of the facts (elements, evidence).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pyoxigraph import NamedNode, Quad, Store

from aseankg.grounds import Asker
from aseankg.namespaces import RDF

__all__ = ["Asked", "Quads"]

_REPORT = "coverage-facts"
_Want = tuple[NamedNode, ...]  # a predicate, or rdf:type and a class: there are too many types to have them all


class Quads(Protocol):
    """What gives the quads that fit a pattern, as a pyoxigraph store does."""

    def quads_for_pattern(self, subject: Any, predicate: Any, object: Any, graph_name: Any = None, /) -> Iterator[Quad]:
        """Yield the quads that fit; None fits all."""


@dataclass(frozen=True)
class Asked:
    """The quads of one build by way of `ask`, each asked for once and then kept; threads may share it."""

    ask: Asker
    _kept: Store = field(default_factory=Store)
    _known: set[_Want] = field(default_factory=set)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def quads_for_pattern(self, subject: Any, predicate: Any, object: Any, graph_name: Any = None, /) -> Iterator[Quad]:
        """Yield the quads that fit a pattern with a predicate, and with a class where that is rdf:type."""
        want = (RDF.type, object) if predicate == RDF.type else (predicate,)
        if None in want:
            raise ValueError("a pattern without a predicate, or rdf:type without a class, asks for too much")
        with self._asking:
            if want not in self._known:
                self._kept.extend(self._read(want))
                self._known.add(want)
        return self._kept.quads_for_pattern(subject, predicate, object, graph_name)

    def _read(self, want: _Want) -> Iterator[Quad]:
        columns = ("predicate", "object")[: len(want)]
        for row in self.ask.about(_REPORT, columns, [want]):
            subject, predicate, value, graph = (row[name] for name in ("subject", "predicate", "object", "graph"))
            yield Quad(subject, predicate, value, graph)  # type: ignore[arg-type]
