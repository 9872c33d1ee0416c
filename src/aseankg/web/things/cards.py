"""Facts as a page shows them: by layer and property, each value with its words, its graph and what it rests on.

What a text says, what is read into it and what a rule infers stand in sections of their own. Not here: reading
the facts (facts), HTML (templates).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from aseankg.namespaces import AKG, BASE, DCTERMS, GRAPH, RDF, RDFS, SKOS, XSD, shorten
from aseankg.store.graphs import OWN
from aseankg.web.languages import language_rank
from aseankg.web.page.charts import cut
from aseankg.web.page.tables import Cell, cell_of, link_of
from aseankg.web.texts import N_, translate
from aseankg.web.things.facts import Description, Fact, Support

__all__ = [
    "LAYERS",
    "Property",
    "Section",
    "Tag",
    "Value",
    "backlinks_of",
    "is_unnamed",
    "kinds_of",
    "lead_of",
    "name_of",
    "named",
    "properties_of",
    "sections_of",
    "tag_of",
]

# The layers in the order of a page, the heading of each, and how far its facts can be trusted.
LAYERS: dict[str, tuple[str, str]] = {
    "stated": (N_("What the text says"), N_("Facts printed in the source, with the words that say so.")),
    "reference": (N_("What reference data say"), N_("Facts from other sources, each with its address.")),
    "curated": (
        N_("What we read into it"),
        N_("Readings of the project, not words of the text; each with its reason."),
    ),
    "alignment": (N_("How it compares with other plans"), N_("Mappings proposed by the project.")),
    "links": (N_("The same in other data sets"), N_("Mappings to the data of others.")),
    "inferred": (N_("What rules infer"), N_("Follows by a rule from facts of other layers; nobody wrote it.")),
    "system": (N_("How it is defined"), N_("The ontology, the shapes and the graph's own description.")),
    OWN: (N_("What you brought"), N_("Your own data, named with --with when the server was started: not the plans'.")),
    "": (N_("In graphs without a layer"), N_("The graph does not say which layer these facts are of.")),
}
# Facts of a graph of the texts that no passage supports: class, made label, order, plan, the parts of a statement.
_FILED = ("filed", (N_("How we file it"), N_("Made by us to find it: not printed.")))
_HEADS = [head for one in LAYERS.items() for head in ((one, _FILED) if one[0] == "stated" else (one,))]
_WORDS = {AKG.exact, AKG.asWritten, AKG.printedInColumn, AKG.evidence}  # the words themselves, or the way to them
_UNNAMED = BASE + ".well-known/genid/"
_NAMES = (RDFS.label, SKOS.prefLabel, AKG.title, DCTERMS.title, AKG.exact)
_PLAIN = {XSD.string.value, RDF.langString.value}
_LONGEST_NAME = 160
_Groups = Mapping[str, Sequence[Fact]]


@dataclass(frozen=True)
class Tag:
    """The layer of a fact, or the graph of an inferred one, and where to read more of it."""

    text: str
    layer: str
    link: str


@dataclass(frozen=True)
class Value:
    """One value of a property; that of an unnamed node is a list of `items` or has `properties` of its own."""

    cell: Cell
    datatype: str = ""
    tags: tuple[Tag, ...] = ()
    support: Sequence[Support] = ()
    items: Sequence[Value] = ()
    properties: Sequence[Property] = ()


@dataclass(frozen=True)
class Property:
    """A property with its values."""

    name: Cell
    values: Sequence[Value]


@dataclass(frozen=True)
class Section:
    """The facts of one layer; `layer` is `filed` for those of the stated one that no text holds."""

    layer: str
    title: str
    words: str
    properties: Sequence[Property]


def is_unnamed(iri: str) -> bool:
    """Say whether the IRI stands for a blank node, which has no page."""
    return iri.startswith(_UNNAMED)


def name_of(iri: str, facts: Iterable[Fact]) -> str:
    """Return what the facts call a thing, its label rather than its title, in the language nearest to the reader's."""
    names = [
        (_NAMES.index(fact.predicate), language_rank(fact.object.language), fact.object.value)
        for fact in facts
        if fact.predicate in _NAMES and isinstance(fact.object, Literal)
    ]
    return _shortened(min(names)[2]) if names else shorten(iri)


def lead_of(facts: Iterable[Fact], name: str) -> str:
    """Return the longer name of a thing whose `name` is its label, or nothing where it has none."""
    given = [fact.object for fact in facts if fact.predicate in (AKG.title, SKOS.prefLabel)]
    longer = sorted((one for one in given if isinstance(one, Literal)), key=lambda one: language_rank(one.language))
    words = [_shortened(one.value) for one in longer]
    return next((one for one in words if one != name), "")


def kinds_of(facts: Iterable[Fact]) -> list[Cell]:
    """Return the classes that a thing is said to be of, those that a rule infers left out."""
    said = {str(fact.object): fact for fact in facts if fact.predicate == RDF.type and fact.layer != "inferred"}
    return [_value(fact, {}).cell for fact in said.values()]


def named(facts: Iterable[Fact], names: Mapping[str, str]) -> list[Fact]:
    """Return the facts, those that lead to a thing without a name under the one that `names` has for it."""
    return [replace(fact, name=fact.name or names.get(str(getattr(fact.object, "value", "")), "")) for fact in facts]


def sections_of(facts: Sequence[Fact], support: Mapping[tuple[str, str, str], Sequence[Support]]) -> list[Section]:
    """Return the facts of one thing by layer; a triple that two layers hold stands in both."""
    layers: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        layer = fact.layer if fact.layer in LAYERS else ""
        layers["filed" if layer == "stated" and not _is_printed(fact, support) else layer].append(fact)
    return [Section(layer, *head, properties_of(layers[layer], support)) for layer, head in _HEADS if layer in layers]


def _is_printed(fact: Fact, support: Mapping[tuple[str, str, str], Sequence[Support]]) -> bool:
    return fact.predicate in _WORDS or (str(fact.predicate), str(fact.object), fact.graph) in support


def properties_of(
    facts: Sequence[Fact],
    support: Mapping[tuple[str, str, str], Sequence[Support]] | None = None,
    inner: _Groups | None = None,
) -> list[Property]:
    """Return the facts of one thing by property; `inner` holds the facts of unnamed nodes, shown in their place."""
    found: defaultdict[NamedNode, defaultdict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        found[fact.predicate][str(fact.object)].append(fact)
    names = {fact.predicate: fact for fact in facts}
    properties = [
        Property(
            _property_name(names[one]), [_stated(same, key, support or {}, inner or {}) for key, same in values.items()]
        )
        for one, values in found.items()
    ]
    return sorted(properties, key=lambda one: _rank(one.name))


def _stated(
    facts: Sequence[Fact], key: str, support: Mapping[tuple[str, str, str], Sequence[Support]], inner: _Groups
) -> Value:
    """The value that the facts of several graphs have in common; `key` is the value in N-Triples."""
    predicate = str(facts[0].predicate)
    tags = tuple(dict.fromkeys(tag_of(fact.graph, fact.layer) for fact in facts))
    rests = [one for fact in facts for one in support.get((predicate, key, fact.graph), ())]
    return replace(_value(facts[0], inner), tags=tags, support=rests)


def backlinks_of(
    description: Description, without: Collection[str] = (), names: Mapping[str, str] | None = None
) -> list[Property]:
    """Return the things that name this one, by the property they do it with, properties of ours first.

    Those of `without`, which the page shows in a place of their own, are left out; `names` are for those without one.
    """
    node = NamedNode(description.iri)
    facts = [fact for fact in description.backlinks if fact.subject.value not in without]
    return properties_of(named([replace(fact, subject=node, object=fact.subject) for fact in facts], names or {}))


def tag_of(graph: str, layer: str) -> Tag:
    """Return the tag of a fact; an inferred one tells the weakest layer among its premises by its graph."""
    name = graph.removeprefix(GRAPH)
    return Tag(name if layer == "inferred" or not layer else layer, layer, link_of(graph))


def _property_name(fact: Fact) -> Cell:
    cell = cell_of(fact.predicate)
    if fact.predicate == DCTERMS.subject and fact.layer == "alignment":
        return replace(cell, text=translate("theme"))
    return replace(cell, text=fact.word) if fact.word else cell


def _rank(name: Cell) -> tuple[bool, str]:
    return not name.whole.startswith(BASE), name.text.casefold()


def _value(fact: Fact, inner: _Groups) -> Value:
    term = fact.object
    if isinstance(term, NamedNode) and is_unnamed(term.value):
        return _unnamed(term.value, inner)
    cell = cell_of(term)
    if isinstance(term, Literal):
        return Value(cell, "" if term.datatype.value in _PLAIN else shorten(term.datatype.value))
    return Value(replace(cell, text=_shortened(fact.name)) if fact.name else cell)


def _unnamed(iri: str, inner: _Groups) -> Value:
    """The value that stands for an unnamed node, itself left out of what lies inside: nodes may form a circle."""
    if not inner.get(iri):
        return Value(Cell(translate("an unnamed node"), iri, link_of(iri)))
    rest = {node: facts for node, facts in inner.items() if node != iri}
    items = [_value(fact, rest) for fact in _members(iri, inner)]
    return Value(Cell(""), items=items, properties=() if items else properties_of(inner[iri], None, rest))


def _members(head: str, inner: _Groups) -> list[Fact]:
    """The members of an RDF list, none where the node is no list."""
    found: list[Fact] = []
    seen: set[str] = set()
    while head in inner and head not in seen:
        seen.add(head)
        found += [fact for fact in inner[head] if fact.predicate == RDF.first]
        rest = (fact.object for fact in inner[head] if fact.predicate == RDF.rest)
        head = next((node.value for node in rest if isinstance(node, NamedNode)), "")
    return found


def _shortened(name: str) -> str:
    return cut(" ".join(name.split()), _LONGEST_NAME)
