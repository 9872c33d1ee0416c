"""What a published version is, as the descriptions need it: its quads, its dumps, and what these say of the whole.

Title, licence, creator and date are read from the quads and from the package's metadata, so that a fact stands
in one place. No date comes from the clock. Not here: the descriptions themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import metadata

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from aseankg.errors import DataError
from aseankg.lookup import Lookup
from aseankg.namespaces import AKG, BASE, DCT, DCTERMS, PREFIXES, RDF, RDFS, SKOS, XSD, shorten
from aseankg.store.tokens import read_tokens

__all__ = [
    "CATALOGUE", "DATASET_IRI", "HEADING", "SERVICE", "TITLE", "Described", "DumpFile", "Node", "Release",
    "about", "number", "place_of", "turtle", "words",
]  # fmt: skip

Node = NamedNode | Literal
Described = tuple[NamedNode, Node]

TITLE = "aseankg: ASEAN labour policy plans as a knowledge graph"
CATALOGUE = NamedNode(BASE + "dcat#catalogue")
DATASET_IRI = NamedNode(BASE + "dcat#dataset")
SERVICE = NamedNode(BASE + "sparql#service")
HEADING = b"# Made by `aseankg build`.\n"


@dataclass(frozen=True)
class DumpFile:
    """One dump as it is served: its length and the SHA-256 of its bytes."""

    octets: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """One version of the dataset with its dumps by name, and what the other versions that are kept say of them."""

    version: str
    quads: Sequence[Quad]
    dumps: Mapping[str, DumpFile]
    others: Mapping[str, Sequence[Triple]] = field(default_factory=dict)

    @property
    def place(self) -> NamedNode:
        """The IRI of this version, where its dumps lie."""
        return place_of(self.version)

    @cached_property
    def summary(self) -> str:
        """One sentence on the dataset: the package's own."""
        return f"{metadata('aseankg')['Summary']}."

    @cached_property
    def keywords(self) -> list[str]:
        """The package's keywords."""
        return sorted((metadata("aseankg")["Keywords"] or "").split(","))

    @cached_property
    def licence(self) -> NamedNode:
        """The licence that the ontology states."""
        return self._get_named(NamedNode(BASE + "ontology"), DCT.license)

    @cached_property
    def creator(self) -> NamedNode:
        """The agent that the ontology names as its creator."""
        return self._get_named(NamedNode(BASE + "ontology"), DCT.creator)

    @cached_property
    def creator_name(self) -> str:
        """What that agent is called."""
        found = (quad.object for quad in self._with(RDFS.label) if quad.subject == self.creator)
        return next((term.value for term in found if isinstance(term, Literal)), shorten(self.creator.value))

    @cached_property
    def modified(self) -> str | None:
        """The latest day on which something of ours was written, as the data say; None when they name no day."""
        found = (quad.object for quad in self._with(DCTERMS.created))
        days = (term.value for term in found if isinstance(term, Literal) and term.datatype == XSD.date)
        return max(days, default=None)

    @cached_property
    def lookup(self) -> Lookup:
        """The names of its things."""
        store = Store()
        store.extend(self.quads)
        return Lookup.of_store(store)

    @cached_property
    def sources(self) -> list[tuple[NamedNode, str]]:
        """The source documents, each with what is known of the rights in it, if anything is."""
        said = {quad.subject: quad.object for quad in self._with(DCTERMS.rights)}
        rights = {node: term.value for node, term in said.items() if isinstance(term, Literal)}
        return [(node, rights.get(node, "")) for node in self._instances(AKG.SourceDocument)]

    def plans(self) -> list[NamedNode]:
        """Return the plans that have a preferred label."""
        labelled = {quad.subject for quad in self._with(SKOS.prefLabel)}
        return [node for node in self._instances(AKG.Plan) if node in labelled]

    @cached_property
    def _by_predicate(self) -> dict[NamedNode, list[Quad]]:
        found: dict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in self.quads:
            found[quad.predicate].append(quad)
        return found

    def _with(self, predicate: NamedNode) -> list[Quad]:
        return self._by_predicate.get(predicate, [])

    def _instances(self, kind: NamedNode) -> list[NamedNode]:
        found = {quad.subject for quad in self._with(RDF.type) if quad.object == kind}
        return sorted((node for node in found if isinstance(node, NamedNode)), key=str)

    def _get_named(self, subject: NamedNode, predicate: NamedNode) -> NamedNode:
        found = (quad.object for quad in self._with(predicate) if quad.subject == subject)
        for term in found:
            if isinstance(term, NamedNode):
                return term
        raise DataError(f"<{subject.value}> has no {shorten(predicate.value)}: state it in the header of ontology/.")


def place_of(version: str) -> NamedNode:
    """Return the IRI of a version."""
    return NamedNode(f"{BASE}dump/{version}/")


def about(subject: NamedNode, described: Iterable[Described]) -> list[Triple]:
    """Return what is said of one subject as triples."""
    return [Triple(subject, predicate, value) for predicate, value in described]


def words(text: str) -> Literal:
    """Return a text in English."""
    return Literal(text, language="en")


def number(count: int) -> Literal:
    """Return a whole number."""
    return Literal(str(count), datatype=XSD.integer)


def turtle(triples: Iterable[Triple]) -> bytes:
    """Return the triples as Turtle with those of our prefixes that they use, sorted, after a line on what made it."""
    ordered = sorted(set(triples), key=str)
    every = _written(ordered, PREFIXES).decode()
    body = every.split("\n", len(PREFIXES))[-1]  # each prefix is one line
    used = {token.text.partition(":")[0] for token in read_tokens(body) if token.kind == "name"}
    return HEADING + _written(ordered, {name: iri for name, iri in PREFIXES.items() if name in used})


def _written(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
