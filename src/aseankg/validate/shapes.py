"""Reads shapes: the project's own and those a user brings, and counts the focus nodes that their targets reach.

Not here: how a user's shapes are checked before use (brought), nor what the shapes find (engines).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from aseankg.namespaces import OWL, RDF, RDFS, SH
from aseankg.validate.brought import read_brought
from aseankg.vocabulary import parse_turtle, shape_files

__all__ = ["Shapes", "Targets", "read_shapes"]


@dataclass(frozen=True)
class Shapes:
    """Shapes as triples, with what people read of them."""

    triples: tuple[Triple, ...]
    files: tuple[str, ...]

    @property
    def body(self) -> bytes:
        """The shapes as N-Triples, which every engine reads."""
        return serialize(self.triples, format=RdfFormat.N_TRIPLES) or b""

    def texts(self, term: NamedNode) -> dict[str, str]:
        """Return the text (message, description) of each shape that has one."""
        return {one.subject.value: one.object.value for one in self.triples if one.predicate == term}  # type: ignore[union-attr]

    @property
    def count(self) -> int:
        """How many node and property shapes there are."""
        kinds = {SH.NodeShape, SH.PropertyShape}
        return len({one.subject for one in self.triples if one.predicate == RDF.type and one.object in kinds})


def read_shapes(root: Path, more: Iterable[Path] = (), *, own: bool = True) -> Shapes:
    """Return the project's shapes and those of further Turtle files.

    Raises DataError for a file with a mistake in it (brought).
    """
    files = shape_files(root) if own else []
    brought = list(more)
    triples = [triple for file in files for triple in parse_turtle(file)]
    for number, file in enumerate(brought, 1):
        triples += read_brought(file, number)
    return Shapes(tuple(triples), tuple(str(file) for file in (*files, *brought)))


class Targets:
    """Watches triples go by, and counts the focus nodes that each shape's targets reach (SHACL 1.0, 2.1.3)."""

    def __init__(self, shapes: Shapes) -> None:
        self._classes: dict[str, list[NamedNode]] = {}
        self._nodes: dict[str, list[object]] = {}
        self._subjects: dict[str, list[str]] = {}
        self._objects: dict[str, list[str]] = {}
        self.imports: set[str] = set()
        self.triples = 0
        self._seen_by_class: dict[object, set[object]] = {}
        self._seen_by_predicate: dict[tuple[str, str], set[object]] = {}
        self._seen_nodes: set[object] = set()
        self._above: dict[object, set[object]] = {}
        self._read(shapes)

    def _read(self, shapes: Shapes) -> None:
        kinds = {SH.NodeShape, SH.PropertyShape}
        named = {one.subject for one in shapes.triples if one.predicate == RDF.type and one.object in kinds}
        for subject, predicate, target in shapes.triples:
            shape = getattr(subject, "value", "")
            if predicate == SH.targetClass:
                self._classes.setdefault(shape, []).append(target)
            elif predicate == SH.targetNode:
                self._nodes.setdefault(shape, []).append(target)
            elif predicate == SH.targetSubjectsOf:
                self._subjects.setdefault(shape, []).append(target.value)
            elif predicate == SH.targetObjectsOf:
                self._objects.setdefault(shape, []).append(target.value)
            elif predicate == RDF.type and target in (RDFS.Class, OWL.Class) and subject in named:
                self._classes.setdefault(shape, []).append(subject)

    def watch(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Yield the triples as they come."""
        wanted = {
            **{(name, "subject"): set() for names in self._subjects.values() for name in names},
            **{(name, "object"): set() for names in self._objects.values() for name in names},
        }  # type: dict[tuple[str, str], set[object]]
        self._seen_by_predicate = wanted
        nodes = {node for found in self._nodes.values() for node in found}
        properties = {node.value for node in nodes if isinstance(node, NamedNode)}
        rdf_type, below, imports = RDF.type.value, RDFS.subClassOf.value, OWL.imports.value
        by_class, triples_seen = self._seen_by_class, 0
        subjects = {name: wanted[name, at] for name, at in wanted if at == "subject"}
        objects = {name: wanted[name, at] for name, at in wanted if at == "object"}
        for triple in triples:
            triples_seen += 1
            subject, predicate, value = triple.subject, triple.predicate.value, triple.object
            if predicate == rdf_type:
                by_class.setdefault(value, set()).add(subject)
            elif predicate == below:
                self._above.setdefault(value, set()).add(subject)
            elif predicate == imports:
                self.imports.add(getattr(value, "value", ""))
            if predicate in subjects:
                subjects[predicate].add(subject)
            if predicate in objects:
                objects[predicate].add(value)
            if predicate in properties:
                self._seen_nodes.add(triple.predicate)
            if nodes and (subject in nodes or value in nodes):
                self._seen_nodes.update({subject, value} & nodes)
            yield triple
        self.triples = triples_seen

    def learn(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Yield the triples of an ontology as they come: only what they say of sub-classes counts."""
        for triple in triples:
            if triple.predicate == RDFS.subClassOf:
                self._above.setdefault(triple.object, set()).add(triple.subject)
            yield triple

    def reached(self) -> dict[str, set[object]]:
        """Return the focus nodes of each shape that has targets."""
        found: dict[str, set[object]] = {}
        for shape, classes in self._classes.items():
            for one in classes:
                found.setdefault(shape, set()).update(*(self._seen_by_class.get(c, ()) for c in self._below(one)))
        for shape, wanted in self._nodes.items():
            found.setdefault(shape, set()).update(self._seen_nodes.intersection(wanted))
        for at, table in (("subject", self._subjects), ("object", self._objects)):
            for shape, names in table.items():
                found.setdefault(shape, set()).update(*(self._seen_by_predicate[name, at] for name in names))
        return found

    def classes(self) -> list[str]:
        """Return the classes that the data have instances of, the commonest first."""
        counts = Counter({getattr(kind, "value", ""): len(nodes) for kind, nodes in self._seen_by_class.items()})
        return [kind for kind, _ in counts.most_common() if kind]

    def _below(self, kind: object) -> set[object]:
        found, waiting = {kind}, [kind]
        while waiting:
            new = self._above.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found
