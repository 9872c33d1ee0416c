"""Judges a plan against the graph: what the shapes find, what it may belong to, which themes and areas it touches.

The result is a table of plain values, which becomes JSON. Nothing that the plan says of the graph's own things is
believed: such triples are counted, told and left out. Not here: reading a table (plan).
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from aseankg.checking.plan import SLUG, Made, make_plan
from aseankg.checking.tables import read_csv, read_xlsx
from aseankg.errors import ConfigurationError, DataError
from aseankg.gazetteer import read_names
from aseankg.identifiers import instance
from aseankg.layout import resources
from aseankg.namespaces import AKG, DCTERMS, GRAPH, ID, PREFIXES, RDF, RDFS, SKOS, graph, shorten
from aseankg.records import Fact, SourceText
from aseankg.store.embedded import load
from aseankg.suggest import Candidate, Wanted, suggest_matches
from aseankg.suggest.profiles import Corpus, read_corpus
from aseankg.themes import read_themes, theme_quads
from aseankg.validate.engines import run
from aseankg.validate.findings import Told, Validation, findings, summary
from aseankg.validate.inputs import Input, read_triples
from aseankg.validate.places import Origin
from aseankg.validate.results import Report
from aseankg.validate.shapes import read_shapes
from aseankg.vocabulary import ontology_quads, scheme_quads

__all__ = ["judge_rdf", "judge_table"]

_MOST_TRIPLES = 50_000
_LEAST, _EACH = 0.1, 3  # the least score of a suggestion, and how many an element gets
_KEPT_BACK = (f"{GRAPH}report", f"{GRAPH}shapes", f"{GRAPH}ontology", f"{GRAPH}meta")
# What only a published text has: nobody is asked for it here.
_OF_PUBLICATION = ("PlanOrganization", "SourceDocument", "SourceMembership")
_Judged = dict[str, Any]


def judge_table(octets: bytes, form: str, title: str, dataset: Path) -> _Judged:
    """Return what is found of a plan that came as a table, in the form `csv` or `xlsx`.

    Raises DataError for a file that cannot be read.
    """
    table = read_xlsx(octets) if form == "xlsx" else read_csv(octets)
    store = load(dataset)
    made = make_plan(table, title, read_names(_triples(store), []))
    judged = _judge([quad.triple for quad in made.quads], store, {instance(f"plan/{SLUG}").value}, Origin())
    for one in judged["findings"]:
        one["row"] = _row(one, made)
    troubles = sorted((asdict(one) for one in made.troubles), key=lambda one: int(one["row"]))
    return judged | {
        "form": form, "title": title, "notes": list(table.notes), "rows": len(table.lines),
        "heads": [asdict(head) for head in made.heads], "troubles": troubles,
        "actors": [asdict(actor) for actor in made.actors], "places": dict(made.elements),
        "table": [list(table.heads), *(list(line.cells) for line in table.lines)],
    }  # fmt: skip


def judge_rdf(octets: bytes, title: str, dataset: Path) -> _Judged:
    """Return what is found of a plan that came as Turtle; nothing that it names is fetched.

    Raises DataError, with the line, for what is no Turtle or holds no triple.
    """
    store = load(dataset)
    with tempfile.TemporaryDirectory(prefix="aseankg-") as folder:
        file = Path(folder) / "plan.ttl"
        file.write_bytes(octets)
        given: list[Triple] = []
        for triple in read_triples(Input(file, "your Turtle", RdfFormat.TURTLE)):
            given.append(triple)
            if len(given) > _MOST_TRIPLES:
                raise DataError(f"holds more than {_MOST_TRIPLES:,} triples: expected fewer. Split it.", "your Turtle")
        triples, ours = _own(given, store)
        if not triples:
            raise DataError("says nothing of things of its own: expected IRIs that the graph has not.", "your Turtle")
        judged = _judge(triples, store, _plans(triples), Origin([file]))
        for one in judged["findings"]:
            one["row"] = one["place"].rpartition(":")[2] if one["place"].startswith(str(file)) else ""
    notes = [_ours_in_words(ours)] if ours else []
    return judged | {"form": "ttl", "title": title, "notes": notes, "rows": len(triples), "heads": [], "troubles": [],
                     "actors": [], "places": {}, "table": []}  # fmt: skip


def _own(triples: Iterable[Triple], store: Store) -> tuple[list[Triple], Counter[str]]:
    """The triples about things that the graph has not, and how many there are about each that it has."""
    own, ours, known = [], Counter[str](), dict[object, bool]()
    for triple in triples:
        subject = triple.subject
        if subject not in known:
            known[subject] = next(store.quads_for_pattern(subject, None, None), None) is not None
        if known[subject]:
            ours[getattr(subject, "value", "")] += 1
        else:
            own.append(triple)
    return own, ours


def _ours_in_words(ours: Counter[str]) -> str:
    named = ", ".join(shorten(iri) for iri, _ in ours.most_common(5))
    more = ", …" if len(ours) > 5 else ""
    words = f"Left out, because they speak of things of the graph itself ({named}{more}), were {sum(ours.values()):,}"
    return f"{words} facts: they change nothing."


def _plans(triples: Iterable[Triple]) -> set[str]:
    found = set()
    for triple in triples:
        if triple.predicate == AKG.inPlan and isinstance(triple.object, NamedNode):
            found.add(triple.object.value)
        elif triple.predicate == RDF.type and triple.object == AKG.Plan:
            found.add(getattr(triple.subject, "value", ""))
    return found


def _triples(store: Store) -> Iterable[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    for quad in store:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            yield quad.subject, quad.predicate, quad.object


# -- judging ---------------------------------------------------------------------------------------------------


def _judge(triples: Sequence[Triple], store: Store, plans: Collection[str], origin: Origin) -> _Judged:
    subjects = {getattr(triple.subject, "value", "") for triple in triples}
    told, checked = _validated(triples, store, subjects, origin)
    kinds = Counter(shorten(triple.object.value) for triple in triples
                    if triple.predicate == RDF.type and isinstance(triple.object, NamedNode)
                    and triple.object.value.startswith(PREFIXES["akg"]))  # fmt: skip
    themes = _themes(triples, store)
    judged: _Judged = {
        "findings": told, "checked": checked, "kinds": dict(sorted(kinds.items())), "turtle": _turtle(triples),
        "themes": _theme_rows(themes, store),
    }  # fmt: skip
    store.extend(Quad(one.subject, one.predicate, one.object, graph(f"plan/{SLUG}")) for one in triples)
    store.extend(themes)
    return judged | _suggested(store, plans)


def _validated(
    triples: Sequence[Triple], store: Store, subjects: Collection[str], origin: Origin
) -> tuple[list[Told], list[str]]:
    """What the shapes find in the plan, read beside what the graph knows; what they find there is not told."""
    root = resources()
    shapes = read_shapes(root)
    known = (quad.triple for quad in store if getattr(quad.graph_name, "value", "") not in _KEPT_BACK)
    words = (quad.triple for quads in (ontology_quads(root), scheme_quads(root)) for quad in quads)
    background = {*known, *words} if _needs_all(triples) else {*_reference(store), *words}
    engine = _engine()
    report = run(triples, shapes, engine, origin, background, "the plan")
    own = tuple(one for one in report.results if one.culprit in subjects and not _of_publication(one.source))
    report = Report(own, report.looked_at, report.focus_nodes, report.contexts, report.notes)
    validation = Validation("your plan", report, shapes, engine)
    return findings(validation), summary(validation)


def _needs_all(triples: Sequence[Triple]) -> bool:
    """Say whether a plan speaks of parts of other plans, which the shapes then have to see."""
    return any(isinstance(one.object, NamedNode) and _is_part(one.object.value) for one in triples)


def _is_part(iri: str) -> bool:
    path = iri.removeprefix(ID)
    first = path.partition("/")[0]
    return path != iri and path.count("/") == 2 and first not in ("concept", "source", SLUG)


def _reference(store: Store) -> Iterable[Triple]:
    return (quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(f"{GRAPH}reference")))


def _engine() -> str:
    """The fast engine where it is installed; both give the same report."""
    try:
        import shifty  # noqa: F401
    except ImportError:
        return "pyshacl"
    return "pyshifty"


def _of_publication(shape: str) -> bool:
    return shape.rpartition("#")[2].startswith(_OF_PUBLICATION)


def _row(one: Told, made: Made) -> str:
    """The row of the table that a finding is about, or nothing for one about the whole."""
    if one["focus_iri"] in made.elements:
        return str(made.elements[one["focus_iri"]])
    line = one["place"].rpartition(":")[2]
    return str(made.rows.get(int(line), "")) if line.isdecimal() else ""


def _turtle(triples: Iterable[Triple]) -> str:
    prefixes = {key: PREFIXES[key] for key in ("akg", "dcterms", "id", "rdf", "rdfs", "skos", "xsd")}
    return (serialize(sorted(triples, key=str), format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


# -- themes ----------------------------------------------------------------------------------------------------


def _themes(triples: Iterable[Triple], store: Store) -> list[Quad]:
    """The tags that the words of the titles earn, and no more: what the plan itself tags is there already."""
    facts = []
    for one in triples:
        if one.predicate == AKG.title and isinstance(one.object, Literal) and isinstance(one.subject, NamedNode):
            words = SourceText(SLUG, "", one.object.value).whole()
            facts.append(Fact(one.subject, AKG.title, one.object, graph(f"plan/{SLUG}"), (words,)))
    plans = _plans(triples)
    titled = (fact for fact in facts if fact.subject.value not in plans)
    tags = theme_quads(titled, read_themes([*store]))
    return [quad for quad in tags if quad.predicate == DCTERMS.subject]


def _theme_rows(tags: Iterable[Quad], store: Store) -> list[dict[str, Any]]:
    """Each theme with the elements of the plan that touch it, and how many of the published plans do."""
    touched: defaultdict[str, list[str]] = defaultdict(list)
    for quad in tags:
        touched[quad.object.value].append(quad.subject.value)  # type: ignore[union-attr]
    scheme = NamedNode(f"{ID}concept/theme")
    rows = []
    for quad in store.quads_for_pattern(None, SKOS.inScheme, scheme):
        ours = {one.subject for one in store.quads_for_pattern(None, DCTERMS.subject, quad.subject)}
        iri = quad.subject.value  # type: ignore[union-attr]
        rows.append({"iri": iri, "label": _label(iri, store), "elements": sorted(set(touched[iri])), "ours": len(ours)})
    return sorted(rows, key=lambda row: (-len(row["elements"]), row["label"]))


def _label(iri: str, store: Store) -> str:
    for term in (SKOS.prefLabel, RDFS.label):
        for quad in store.quads_for_pattern(NamedNode(iri), term, None):
            return str(quad.object.value)  # type: ignore[union-attr]
    return shorten(iri)


# -- suggestions -----------------------------------------------------------------------------------------------


def _suggested(store: Store, plans: Collection[str]) -> _Judged:
    corpus = read_corpus(store)
    found: list[Candidate] = []
    missing = ""
    for plan in sorted({one.plan for one in corpus.profiles.values()} & set(plans)):
        try:
            found += suggest_matches(corpus, plan, Wanted(limit=_EACH, least=_LEAST))
        except ConfigurationError as error:
            missing = str(error)
        except ValueError as error:  # titles of stop words only: there is nothing to compare
            missing = f"Nothing could be compared: {error}."
    return {
        "suggestions": [_row_of(one) for one in found if one.object.plan not in plans],
        "not_suggested": missing,
        "areas": _areas(found, corpus),
    }


def _row_of(one: Candidate) -> dict[str, Any]:
    return {
        "subject": one.subject.iri, "subject_label": one.subject.label, "subject_title": one.subject.title,
        "predicate": one.predicate.value, "object": one.object.iri, "object_label": one.object.label,
        "object_title": one.object.title, "passage": one.object.passage or "", "score": round(one.score, 3),
        "reasons": list(one.reasons),
    }  # fmt: skip


def _areas(found: Iterable[Candidate], corpus: Corpus) -> list[dict[str, Any]]:
    """Each thematic area of the published plans with the elements for which it is among the suggestions."""
    near: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        near[one.object.iri].append(one.subject.iri)
    areas = [one for one in corpus.profiles.values() if one.kind == "ThematicArea" and SLUG not in one.plan]
    rows = [{"iri": one.iri, "label": one.label, "title": one.title, "elements": near[one.iri]} for one in areas]
    return sorted(rows, key=lambda row: (-len(row["elements"]), _order(str(row["label"]))))


def _order(label: str) -> tuple[int, str]:
    digits = "".join(mark for mark in label if mark.isdigit())
    return int(digits[:6] or 0), label
