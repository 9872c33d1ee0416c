"""The pages of the ontology and of the shapes: every term with its definition, its use and the rules about it.

Not here: the documents for programs, and how a reader comes to them (resources).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for

from aseankg.namespaces import BASE, GRAPH, PREFIXES, RDF, shorten
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.tables import link_of
from aseankg.web.things.cards import LAYERS, Property, is_unnamed, name_of, properties_of
from aseankg.web.things.facts import Fact
from aseankg.web.things.vocabulary.class_diagram import Diagram, draw
from aseankg.web.things.vocabulary.rules_in_words import Rule, Rules, read_rules

__all__ = ["terms_page"]

_OWL, _RDFS, _SKOS = PREFIXES["owl"], PREFIXES["rdfs"], PREFIXES["skos"]
_KINDS = ((f"{_OWL}Class", "classes"), (f"{_OWL}ObjectProperty", "object"), (f"{_OWL}DatatypeProperty", "datatype"))
_ABOVE = (f"{_RDFS}subClassOf", f"{_RDFS}subPropertyOf")
_AXIOMS = ("TransitiveProperty", "SymmetricProperty")  # what the template has words for
_TEXTS = {"definition": f"{_SKOS}definition", "note": f"{_SKOS}scopeNote", "example": f"{_SKOS}example"}
_ENDS = {"domain": f"{_RDFS}domain", "range": f"{_RDFS}range"}
_INVERSE = f"{_OWL}inverseOf"
_MOST_JOINED = 8  # pairs of classes that a property is shown to join

_Said = Mapping[str, Sequence[Fact]]


@dataclass(frozen=True)
class _Use:
    """How often each term is used, which classes properties join, the rules about each, what leads to it."""

    classes: Mapping[str, int]
    properties: Mapping[str, int]
    inferred: Mapping[str, int]
    joined: Mapping[str, Sequence[Row]]
    rules: Rules
    pointing: Mapping[tuple[str, str], Sequence[str]]


@dataclass(frozen=True)
class _Term:
    """One term of the ontology as its page shows it; `above` to `inverse` are IRIs of terms."""

    iri: str
    label: str
    kind: str
    texts: Mapping[str, Sequence[str]]
    above: Sequence[str]
    below: Sequence[str]
    inverse: Sequence[str]
    axioms: Sequence[str]
    ends: Mapping[str, Sequence[str]]
    count: int
    inferred: int
    joined: Sequence[Row]
    rules: Sequence[Rule]
    properties: Sequence[Property]

    @property
    def fragment(self) -> str:
        """The end of the term's IRI, where it is one of ours."""
        return self.iri.partition("#")[2] if self.iri.startswith(BASE) else ""

    @property
    def name(self) -> str:
        """The short form of the term's IRI."""
        return shorten(self.iri)

    @property
    def query(self) -> str:
        """The address of a query for what uses the term."""
        pattern = f"?thing a <{self.iri}>" if self.kind == "classes" else f"?subject <{self.iri}> ?object"
        columns = "?thing" if self.kind == "classes" else "?subject ?object"
        text = f"SELECT DISTINCT {columns} WHERE {{ {pattern} }} ORDER BY {columns} LIMIT 100"
        return url_for("sparql", query=text)


def terms_page(iri: str, facts: Sequence[Fact], links: Mapping[str, str], version: str | None) -> str:
    """Return the page of the ontology or of the shapes, of which `facts` are all; `version` is the IRI of its dump."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.subject.value, []).append(fact)
    shared = {
        "title": name_of(iri, groups.get(iri, ())),
        "iri": iri,
        "about": properties_of(groups.get(iri, ())),
        "version": version and (version, request.script_root + "/" + version.removeprefix(BASE)),
        "links": links,
    }
    if iri == f"{BASE}shapes":
        return _shapes_page(iri, groups, shared)
    return _ontology_page(iri, groups, shared)


# -- the ontology ------------------------------------------------------------------------------------------


def _ontology_page(iri: str, groups: _Said, shared: Mapping[str, object]) -> str:
    use = _use(groups)
    inner = {node: said for node, said in groups.items() if is_unnamed(node)}
    terms = [_term(one, groups, inner, use) for one in groups if one != iri and not is_unnamed(one)]
    terms.sort(key=lambda term: (not term.fragment, term.label.casefold()))
    kinds = [kind for _, kind in _KINDS] + [""]
    sections = [(kind, [term for term in terms if term.kind == kind]) for kind in kinds]
    return render_template(
        "vocabulary/terms.html",
        **shared,
        sections=[(kind, found) for kind, found in sections if found],
        terms=[term for term in terms if term.fragment],
        diagram=_diagram(terms, use),
        layers=_layers(),
    )


def _diagram(terms: Sequence[_Term], use: _Use) -> Diagram:
    ours = {term.iri for term in terms if term.fragment}
    above = {term.iri: next((one for one in term.above if one in ours), "") for term in terms}
    rows = [row for found in use.joined.values() for row in found]
    return draw(use.classes, above, [(row["begin"], row["property"], row["end"], int(row["count"])) for row in rows])


def _layers() -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """Each layer with its words and its graphs: name, address, facts."""
    graphs: defaultdict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in rows_of("graphs"):
        graphs[row["layer"]].append((row["graph"].removeprefix(GRAPH), link_of(row["graph"]), int(row["count"])))
    return [(layer, words, graphs[layer]) for layer, (_, words) in LAYERS.items() if layer in graphs]


def _use(groups: _Said) -> _Use:
    properties = rows_of("ontology-properties")
    joined: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of("ontology-links"):
        joined[row["property"]].append(row)
    return _Use(
        classes={row["class"]: int(row["count"]) for row in rows_of("ontology-classes")},
        properties={row["property"]: int(row["count"]) for row in properties},
        inferred={row["property"]: int(row["inferred"]) for row in properties},
        joined=joined,
        rules=read_rules(),
        pointing=_pointing(groups),
    )


def _term(iri: str, groups: _Said, inner: _Said, use: _Use) -> _Term:
    said = groups[iri]
    types = set(_values(said, RDF.type.value))
    kind = next((name for term, name in _KINDS if term in types), "")
    inverse = [*_values(said, _INVERSE), *use.pointing.get((_INVERSE, iri), ())]
    rules = use.rules.about_class(iri) if kind == "classes" else use.rules.about_property(iri)
    return _Term(
        iri=iri,
        label=name_of(iri, said),
        kind=kind,
        texts={name: _values(said, term) for name, term in _TEXTS.items()},
        above=[one for term in _ABOVE for one in _values(said, term)],
        below=[one for term in _ABOVE for one in use.pointing.get((term, iri), ())],
        inverse=list(dict.fromkeys(inverse)),
        axioms=[name for name in _AXIOMS if f"{_OWL}{name}" in types],
        ends={name: _values(said, term) for name, term in _ENDS.items()},
        count=use.classes.get(iri, 0) or use.properties.get(iri, 0),
        inferred=use.inferred.get(iri, 0),
        joined=_narrowest(use.joined.get(iri, ()), groups),
        rules=rules,
        properties=properties_of(said, None, inner),
    )


def _values(said: Sequence[Fact], predicate: str) -> list[str]:
    return [str(getattr(fact.object, "value", "")) for fact in said if fact.predicate.value == predicate]


def _pointing(groups: _Said) -> Mapping[tuple[str, str], Sequence[str]]:
    """The named things that lead by a property to a thing."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one, said in groups.items():
        for fact in () if is_unnamed(one) else said:
            found[fact.predicate.value, str(getattr(fact.object, "value", ""))].append(one)
    return found


def _narrowest(rows: Sequence[Row], groups: _Said) -> list[Row]:
    """The pairs of classes that a property joins, without those that a narrower pair says as well; most used first."""

    above = {one: _values(groups.get(one, ()), _ABOVE[0]) for row in rows for one in (row["begin"], row["end"])}

    def told_by(narrow: Row, wide: Row) -> bool:
        starts = wide["begin"] in (narrow["begin"], *above[narrow["begin"]])
        ends = wide["end"] in (narrow["end"], *above[narrow["end"]])
        return starts and ends and narrow is not wide

    kept = [row for row in rows if not any(told_by(other, row) for other in rows)]
    return sorted(kept, key=lambda row: -int(row["count"]))[:_MOST_JOINED]


# -- the shapes --------------------------------------------------------------------------------------------


def _shapes_page(iri: str, groups: _Said, shared: Mapping[str, object]) -> str:
    rules = read_rules()
    inner = {node: said for node, said in groups.items() if is_unnamed(node)}
    written = {
        one: properties_of(said, None, inner) for one, said in groups.items() if one != iri and not is_unnamed(one)
    }
    severities = Counter(rule.severity for rule in rules.by_iri.values())
    return render_template(
        "vocabulary/shapes.html",
        **shared,
        heads=rules.heads(),
        parts=rules.parts,
        rules=rules.by_iri,
        severities=severities,
        written=dict(sorted(written.items(), key=lambda entry: shorten(entry[0]).casefold())),
    )
