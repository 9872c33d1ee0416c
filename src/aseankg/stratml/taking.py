"""Makes a plan of the graph out of a StratML document: elements of our classes, in a graph of the person's own.

A goal becomes a key result area and an objective an intermediate target, unless the lines of OtherInformation say what
they are. Stakeholders become roles where their name is that of an actor we know; all others are kept as notes and
reported. Nothing of it stands below our own IRIs. Not here: XML (reading), and where the quads go (the command line).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from aseankg.errors import UsageError
from aseankg.identifiers import ELEMENT_KINDS, hashed, required_own, slug_of
from aseankg.namespaces import AKG, DCTERMS, FOAF, ID, PREFIXES, RDF, RDFS, SKOS, XSD
from aseankg.statements import address_of
from aseankg.stratml.records import Organization, Part, Stakeholder, StrategicPlan, read_lines

__all__ = ["Row", "Taken", "own_base", "take"]

_OWN_BASE = "https://example.org/"  # RFC 2606: nobody's
_KIND_OF = {words: kind for kind, (_, words) in ELEMENT_KINDS.items()}
# Label of a role -> the property, the classes of elements that may have it, the kinds of actors that may be in it.
_ANY = ("body", "country", "group")
_ROLES: dict[str, tuple[NamedNode, tuple[str, ...], tuple[str, ...]]] = {
    "contributing body": (AKG.contributingBody, ("activity",), ("body",)),
    "coordinator": (AKG.coordinator, (), _ANY),
    "country coordinator": (AKG.countryCoordinator, (), ("country",)),
    "host": (AKG.host, (), _ANY),
    "lead actor": (AKG.leadActor, ("activity",), _ANY),
    "lead country": (AKG.leadCountry, ("activity",), ("country",)),
    "responsible body": (AKG.responsibleBody, ("thematic-area",), ("body",)),
}
_FOCUS = f"{ID}concept/focus-area/"
_Node = NamedNode | Literal
_Find = Callable[[str, str], str]


@dataclass(frozen=True)
class Row:
    """What became of one name: the IRI of what it is called, or why there is none."""

    line: int | None
    name: str
    where: str
    iri: str
    remark: str


@dataclass(frozen=True)
class Taken:
    """The quads of a plan, its graph, what became of each name, and what else was not taken over."""

    quads: tuple[Quad, ...]
    graph: NamedNode
    rows: tuple[Row, ...]
    remarks: tuple[str, ...]


def own_base(base: str, slug: str) -> str:
    """Return where a person's own identifiers begin: theirs, or one of the slug where nobody's are.

    Raises UsageError for one that is no address or belongs to the plans.
    """
    return required_own(base or f"{_OWN_BASE}{slug}/")


def take(plan: StrategicPlan, slug: str, base: str, digest: str, find: _Find) -> Taken:
    """Return a plan as quads below `base`, as `own_base` gives it; `digest` is the SHA-256 of the document.

    `find` returns the IRI of what is called so, of a kind (actor, concept), and raises UsageError where it knows none.
    """
    if slug != slug_of(slug) or not slug:
        raise UsageError(
            f"--slug {slug!r}: expected small letters, digits and hyphens, such as {slug_of(slug) or 'my-plan'!r}."
        )
    return _Taking(plan, slug, base, find).taken(digest)


class _Taking:
    def __init__(self, plan: StrategicPlan, slug: str, base: str, find: _Find) -> None:
        self._plan, self._slug, self._base, self._find = plan, slug, base, find
        self._graph, self._iri = NamedNode(f"{base}graph"), NamedNode(f"{base}plan")
        self._source = address_of(plan.source) if plan.source else NamedNode(f"{base}source")
        self._actors: dict[str, tuple[str, str]] = {}
        self._quads: list[Quad] = []
        self._rows: list[Row] = []
        self._remarks = list(plan.ignored)
        self._orders: Counter[tuple[NamedNode, str]] = Counter()  # of a whole and a kind
        self._known: dict[str, tuple[NamedNode, str]] = {}  # identifier -> the element and its kind

    def taken(self, digest: str) -> Taken:
        plan = self._plan
        self._say(self._iri, RDF.type, AKG.Plan)
        self._say(self._iri, DCTERMS.source, self._source)
        for term, words in (
            (RDFS.label, self._slug), (AKG.title, plan.name), (SKOS.prefLabel, plan.name),
            (DCTERMS.description, plan.description), (SKOS.scopeNote, plan.other),
        ):  # fmt: skip
            self._write(self._iri, term, words)
        for term, day in ((AKG.periodStart, plan.start), (AKG.periodEnd, plan.end)):
            if day:
                self._say(self._iri, term, Literal(day[:4], datatype=XSD.gYear))
        self._document(digest)
        self._organizations()
        for kind, part in (("vision", plan.vision), ("mission", plan.mission)):
            if part:
                self._element(self._iri, kind, Part(part.description, identifier=part.identifier))
        for value in plan.values:
            self._element(self._iri, "value", Part(value.name, value.description))
        for goal in plan.goals:
            self._goal(goal)
        return Taken(tuple(dict.fromkeys(self._quads)), self._graph, tuple(self._rows), tuple(self._remarks))

    # -- triples -------------------------------------------------------------------------------------------

    def _say(self, subject: NamedNode, predicate: NamedNode, value: _Node) -> None:
        self._quads.append(Quad(subject, predicate, value, self._graph))

    def _write(self, subject: NamedNode, predicate: NamedNode, words: str) -> None:
        if words:
            self._say(subject, predicate, Literal(words))

    def _state(self, subject: NamedNode, predicate: NamedNode, value: NamedNode, written: str) -> None:
        """Say something, and that the document says so in these words."""
        self._say(subject, predicate, value)
        end = hashed("statement", self._graph, subject, predicate, value).value.removeprefix(ID)
        node = NamedNode(self._base + end)
        for term, target in (
            (RDF.type, RDF.Statement), (RDF.subject, subject), (RDF.predicate, predicate), (RDF.object, value),
            (AKG.inGraph, self._graph), (AKG.asWritten, Literal(written)), (DCTERMS.source, self._source),
        ):  # fmt: skip
            self._say(node, term, target)

    def _document(self, digest: str) -> None:
        document = NamedNode(f"{self._base}source")
        self._say(document, RDF.type, FOAF.Document)
        for term, words in (
            (RDFS.label, f"StratML document of {self._slug}"), (DCTERMS.title, self._plan.name),
            (AKG.sha256, digest), (DCTERMS.issued, self._plan.published),
        ):  # fmt: skip
            self._write(document, term, words)
        if self._plan.source:
            self._say(document, DCTERMS.source, self._source)

    # -- the plan ------------------------------------------------------------------------------------------

    def _organizations(self) -> None:
        for at, one in enumerate(self._plan.organizations):
            if at == 0:
                self._state(self._iri, AKG.ofOrganization, self._organization(one), one.name)
            else:
                self._remarks.append(
                    f"{one.name} is a further organization: a plan here is of one. It stands as a note."
                )
                self._write(self._iri, SKOS.scopeNote, f"Organization: {one.name}")
            for stakeholder in one.stakeholders:
                self._stakeholder(self._iri, "plan", stakeholder)

    def _organization(self, one: Organization) -> NamedNode:
        """The body that is called so, or a new one of the person's own."""
        for name in filter(None, (one.name, one.acronym)):
            found, _ = self._actor(name)
            if found.startswith(f"{ID}body/"):
                self._rows.append(Row(None, one.name, "organization", found, ""))
                return NamedNode(found)
        node = NamedNode(f"{self._base}body")
        self._state(node, RDF.type, AKG.Body, one.name)
        for term, words in (
            (SKOS.prefLabel, one.name), (RDFS.label, one.acronym or one.name), (AKG.acronym, one.acronym),
            (SKOS.definition, one.description),
        ):  # fmt: skip
            self._write(node, term, words)
        self._rows.append(
            Row(None, one.name, "organization", node.value, "not known: made anew, as a body of your own")
        )
        return node

    def _goal(self, goal: Part) -> None:
        node, kind = self._element(self._iri, "kra", goal)
        for objective in goal.objectives:
            said, _ = read_lines(objective.other)
            above = self._known.get(said.get("Part of", [""])[0], (node, kind))
            self._element(above[0], "target", objective, above[1])

    def _element(self, above: NamedNode, kind: str, part: Part, above_kind: str = "plan") -> tuple[NamedNode, str]:
        said, rest = read_lines(part.other)
        kind = _KIND_OF.get(said.get("Kind", [""])[0], kind)
        self._orders[above, kind] += 1
        order, parent = self._orders[above, kind], above.value.removeprefix(self._base)
        at = f"{kind}/{order}" if above == self._iri else f"{parent}/{kind}/{order}"
        node = NamedNode(self._base + at)
        name, words = ELEMENT_KINDS.get(kind, ("PlanElement", "Value"))
        self._say(node, RDF.type, NamedNode(PREFIXES["akg"] + name))
        for term, value in ((AKG.inPlan, self._iri), (AKG.partOf, above)):
            self._say(node, term, value)
        self._say(node, AKG.order, Literal(str(order), datatype=XSD.integer))
        self._say(node, DCTERMS.source, self._source)
        self._write(node, RDFS.label, f"{words} {part.sequence or order} ({self._slug})")
        self._write(node, AKG.number, part.sequence)
        if "Known only by reference" in said:
            self._say(node, AKG.knownOnlyByReference, Literal("true", datatype=XSD.boolean))
        else:
            self._write(node, AKG.title, part.name or part.description)
        self._write(node, DCTERMS.description, part.description if part.name else "")
        self._write(node, SKOS.scopeNote, rest)
        self._place(node, kind, (above, above_kind))
        self._details(node, said)
        if part.identifier:
            self._known[part.identifier] = (node, kind)
        for stakeholder in part.stakeholders:
            self._stakeholder(node, kind, stakeholder)
        return node, kind

    def _place(self, node: NamedNode, kind: str, above: tuple[NamedNode, str]) -> None:
        """What the graph says besides of where an element stands."""
        for kinds, within, term in (
            (("activity", "strategy", "thematic-area"), "kra", AKG.inKeyResultArea),
            (("thematic-area",), "thematic-group", AKG.underThematicGroup),
            (("commitment", "project"), "thematic-area", AKG.underThematicArea),
        ):
            if kind in kinds and above[1] == within:
                self._say(node, term, above[0])

    def _details(self, node: NamedNode, said: dict[str, list[str]]) -> None:
        for words in said.get("Timeline", []):
            self._write(node, AKG.timelineText, words)
        for identifier in said.get("Implements", []):
            if identifier in self._known:
                self._say(node, AKG.implementsStrategy, self._known[identifier][0])
        for words in said.get("Focus area", []):
            self._focus(node, words)
        for words in said.get("Indicator", []):
            indicator, _ = self._element(node, "kpi", Part(words))
            self._say(node, AKG.indicator, indicator)

    def _focus(self, node: NamedNode, words: str) -> None:
        concept = _FOCUS + slug_of(words)
        try:
            self._say(node, AKG.focusArea, NamedNode(self._find(concept, "concept")))
        except UsageError:
            self._write(node, SKOS.scopeNote, f"Focus area: {words}")

    # -- who -----------------------------------------------------------------------------------------------

    def _actor(self, name: str) -> tuple[str, str]:
        """The IRI of the actor who is called so, or nothing and why; the same name is looked up once."""
        if name not in self._actors:
            try:
                self._actors[name] = self._find(name, "actor"), ""
            except UsageError as error:
                self._actors[name] = "", str(error)
        return self._actors[name]

    def _stakeholder(self, node: NamedNode, kind: str, one: Stakeholder) -> None:
        found, problem = ("", "a person: no actor here is one.") if one.kind == "Person" else self._actor(one.name)
        if found and kind != "plan":
            self._state(node, self._role(kind, one, found), NamedNode(found), one.name)
        else:
            described = f" ({one.description})" if one.description else ""
            self._write(node, SKOS.scopeNote, f"Stakeholder: {one.name}{described}")
        self._rows.append(Row(one.line, one.name, node.value.removeprefix(self._base), found, problem))

    def _role(self, kind: str, one: Stakeholder, actor: str) -> NamedNode:
        label = one.description.partition(" (")[0].lower()
        term, elements, actors = _ROLES.get(label, (AKG.involves, (), _ANY))
        fits = (not elements or kind in elements) and actor.removeprefix(ID).partition("/")[0] in actors
        return term if fits else AKG.involves
