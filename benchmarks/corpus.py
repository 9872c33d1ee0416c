"""Writes plans that nobody made, as N-Quads in the terms of the graph, to measure how the work grows with the data.

Usage: `python benchmarks/corpus.py 100 60 > corpus.nq`: 100 plans of 60 activities. The same numbers give the same
bytes. The countries are the real ones, which the graph has; bodies, plans and words are made up.
Not here: the measuring.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
BASE = "https://w3id.org/aseankg/"
ID, AKG = BASE + "id/", BASE + "ontology#"
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
DCTERMS, SKOS = "http://purl.org/dc/terms/", "http://www.w3.org/2004/02/skos/core#"
PROV, PAV, OWL = "http://www.w3.org/ns/prov#", "http://purl.org/pav/", "http://www.w3.org/2002/07/owl#"
SSSOM, SEMAPV = "https://w3id.org/sssom/", "https://w3id.org/semapv/vocab/"
XSD = "http://www.w3.org/2001/XMLSchema#"
AGENT = f"<{ID}agent/aseankg>"
AREAS, BODIES, THEMES, KEY_RESULT_AREAS, ROOM = 12, 20, 30, 5, 40
WORDS = [
    "inspection", "migrant", "skills", "safety", "wages", "youth", "training", "labour", "statistics",
    "dialogue", "gender", "employment", "social", "protection", "enterprises", "awareness", "standards",
    "market", "information", "workers", "rights", "policy", "national", "regional", "network"
]  # fmt: skip


def iri(path: str) -> str:
    """Return the IRI after `id/` in angle brackets."""
    return f"<{ID}{path}>"


def text(words: str) -> str:
    """Return plain words, which need no escape, as a literal."""
    return f'"{words}"'


def typed(value: object, kind: str) -> str:
    """Return a literal of a datatype of XML Schema."""
    return f'"{value}"^^<{XSD}{kind}>'


def words_for(number: int, count: int = 7) -> str:
    """Return words that are the same for the same number."""
    return " ".join(WORDS[(number * (3 + at) + at * at) % len(WORDS)] for at in range(count))


def hashed(kind: str, *terms: str) -> str:
    """Return the IRI of a statement or mapping, as the project makes it."""
    return iri(f"{kind}/{hashlib.sha256((' '.join(terms) + ' .').encode()).hexdigest()[:32]}")


def generate(plans: int, activities: int = 60, *, mappings: bool = True, evidence: bool = False) -> Iterator[str]:
    """Yield N-Quads lines of `plans` plans of `activities` each, `id/synthetic-0001/activity/1` and so on.

    About 31 quads an activity; with `mappings` each activity serves an area of the plan before it (about 16 quads
    more), with `evidence` every role and title has its statement and passage (about 45 more).
    """
    yield from actors()
    for number in range(1, plans + 1):
        yield from _plan(number)
        if evidence:
            yield from _source(number, activities)
        for area in range(1, AREAS + 1):
            yield from _area(number, area, activities if evidence else None)
        for activity in range(1, activities + 1):
            yield from _activity(number, activity, evidence)
            if mappings and number > 1:
                yield from _mapping(number, activity, evidence)


def actors() -> Iterator[str]:
    """Yield the countries as the project names them, and the bodies."""
    for code, label in sorted(_countries().items()):
        yield from _lines(iri(f"country/{code}"), "reference", [("a", f"<{AKG}Country>"), (f"{RDFS}label", label)])
    for number in range(1, BODIES + 1):
        body = iri(f"body/synthetic-{number}")
        label = text(f"Synthetic Body {number}")
        yield from _lines(body, "reference", [
            ("a", f"<{AKG}Body>"), (f"{RDFS}label", label), (f"{SKOS}prefLabel", label),
            (f"{AKG}bodyKind", iri("concept/body-kind/committee")),
        ])  # fmt: skip
        yield from _statement(
            (body, f"<{RDFS}label>", label, "reference"), (f"{DCTERMS}source", "<https://example.org/>")
        )
    for number in range(1, THEMES + 1):
        yield from _lines(_theme(number), "reference", [
            ("a", f"<{SKOS}Concept>"), (f"{SKOS}prefLabel", text(f"Synthetic theme {number}")),
            (f"{SKOS}inScheme", iri("concept/theme")),
        ])  # fmt: skip


def _countries() -> dict[str, str]:
    found = {}
    with (ROOT / "data/reference/countries.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["property"] == "rdfs:label" and row["subject"].startswith("country/"):
                found[row["subject"].removeprefix("country/")] = f'"{row["value"]}"@en'
    return found


def _lines(subject: str, graph: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    for predicate, value in pairs:
        term = f"{RDF}type" if predicate == "a" else predicate
        yield f"{subject} <{term}> {value} <{BASE}graph/{graph}> .\n"


def _statement(said: tuple[str, str, str, str], *more: tuple[str, str]) -> Iterator[str]:
    subject, predicate, value, graph = said
    home = f"<{BASE}graph/{graph}>"
    node = hashed("statement", subject, predicate, value, home)
    yield from _lines(node, "reference" if graph == "reference" else "evidence", [
        ("a", f"<{RDF}Statement>"), (f"{RDF}subject", subject), (f"{RDF}predicate", predicate),
        (f"{RDF}object", value), (f"{AKG}inGraph", home), *more,
    ])  # fmt: skip


def _slug(number: int) -> str:
    return f"synthetic-{number:04d}"


def _theme(number: int) -> str:
    return iri(f"concept/theme/synthetic-{number}")


def _years(number: int) -> tuple[int, int]:
    start = 2000 + 5 * (number % 10)
    return start, start + 4


def _plan(number: int) -> Iterator[str]:
    slug, (first, last) = _slug(number), _years(number)
    plan, graph = iri(f"plan/{slug}"), f"plan/{slug}"
    yield from _lines(plan, graph, [
        ("a", f"<{AKG}Plan>"), (f"{RDFS}label", text(f"Plan {number}")),
        (f"{AKG}title", text(f"Synthetic Plan {number}")),
        (f"{AKG}ofOrganization", iri("body/synthetic-1")),
        (f"{AKG}periodStart", typed(first, "gYear")), (f"{AKG}periodEnd", typed(last, "gYear")),
    ])  # fmt: skip
    for area in range(1, KEY_RESULT_AREAS + 1):
        yield from _element(number, "kra", "KeyResultArea", area, [(f"{AKG}partOf", plan)])


def _element(number: int, kind: str, name: str, at: int, more: list[tuple[str, str]]) -> Iterator[str]:
    slug = _slug(number)
    yield from _lines(iri(f"{slug}/{kind}/{at}"), f"plan/{slug}", [
        ("a", f"<{AKG}{name}>"), (f"{RDFS}label", text(f"{name} {at} ({slug})")),
        (f"{AKG}title", text(words_for(number * 131 + at))), (f"{AKG}inPlan", iri(f"plan/{slug}")),
        (f"{AKG}order", typed(at, "integer")), (f"{AKG}evidence", _passage(number, at * 10)), *more,
    ])  # fmt: skip
    for predicate, value in more:
        if predicate == f"{DCTERMS}subject":
            yield from _statement(
                (iri(f"{slug}/{kind}/{at}"), f"<{predicate}>", value, f"plan/{slug}"),
                (f"{AKG}evidence", _passage(number, at * 10)),
            )


def _area(number: int, at: int, activities: int | None) -> Iterator[str]:
    slug = _slug(number)
    area, body = iri(f"{slug}/thematic-area/{at}"), iri(f"body/synthetic-{1 + (number + at) % BODIES}")
    kra = iri(f"{slug}/kra/{1 + at % KEY_RESULT_AREAS}")
    yield from _element(number, "thematic-area", "ThematicArea", at, [
        (f"{AKG}partOf", kra), (f"{AKG}inKeyResultArea", kra), (f"{AKG}number", text(str(at))),
        (f"{AKG}responsibleBody", body), (f"{DCTERMS}subject", _theme(1 + (number + at) % THEMES)),
    ])  # fmt: skip
    if activities is not None:
        yield from _supported(
            (area, f"<{AKG}responsibleBody>", body, f"plan/{slug}"), number, 10 * (activities + 1) + at
        )


def _activity(number: int, at: int, evidence: bool) -> Iterator[str]:
    slug = _slug(number)
    activity, indicator = iri(f"{slug}/activity/{at}"), iri(f"{slug}/kpi/{at}.1")
    kra, year = iri(f"{slug}/kra/{1 + at % KEY_RESULT_AREAS}"), _years(number)[0] + at % 5
    yield from _element(number, "activity", "Activity", at, [
        (f"{AKG}partOf", kra), (f"{AKG}inKeyResultArea", kra), (f"{AKG}number", text(str(at))),
        (f"{AKG}focusArea", iri("concept/focus-area/research")), (f"{AKG}indicator", indicator),
        (f"{AKG}timelineText", text(str(year))), (f"{AKG}datePrecision", text("year")),
        (f"{AKG}startDate", typed(f"{year}-01-01", "date")), (f"{AKG}endDate", typed(f"{year}-12-31", "date")),
        (f"{DCTERMS}subject", _theme(1 + (number * 7 + at) % THEMES)), *_roles(number, at),
    ])  # fmt: skip
    yield from _lines(indicator, f"plan/{slug}", [
        ("a", f"<{AKG}PerformanceIndicator>"), (f"{RDFS}label", text(f"Indicator {at}.1 ({slug})")),
        (f"{AKG}title", text(words_for(number + at, 4))), (f"{AKG}inPlan", iri(f"plan/{slug}")),
        (f"{AKG}order", typed(1, "integer")), (f"{AKG}partOf", activity),
        (f"{AKG}evidence", _passage(number, at * 10)),
    ])  # fmt: skip
    if evidence:
        for line, (predicate, value) in enumerate(_roles(number, at)):
            yield from _supported((activity, f"<{predicate}>", value, f"plan/{slug}"), number, at * 10 + line)


def _roles(number: int, at: int) -> list[tuple[str, str]]:
    codes = sorted(_CODES)
    lead = (f"{AKG}leadCountry", iri(f"country/{codes[(number + at) % len(codes)]}"))
    bodies = {1 + (number + at * step) % BODIES for step in (1, 3)}
    return [lead, *((f"{AKG}contributingBody", iri(f"body/synthetic-{body}")) for body in sorted(bodies))]


def _source(number: int, activities: int) -> Iterator[str]:
    """The text in which every passage stands at its offset: each has a room of the same width."""
    slug, rooms = _slug(number), 10 * (activities + 1) + AREAS + 1
    words = "".join(words_for(room, 2).ljust(ROOM) for room in range(rooms))
    yield from _lines(iri(f"source/{slug}"), "evidence", [
        ("a", f"<{AKG}SourceDocument>"), (f"{RDFS}label", text(f"Text of plan {number}")),
        (f"{DCTERMS}title", text(f"Text of synthetic plan {number}")), (f"{AKG}textOf", iri(f"plan/{slug}")),
        (f"{AKG}sourceText", text(words)), (f"{AKG}sha256", text(hashlib.sha256(words.encode()).hexdigest())),
        (f"{AKG}membershipAsOf", typed("2016-01-01", "date")),
    ])  # fmt: skip


def _passage(number: int, room: int) -> str:
    start = room * ROOM
    return iri(f"source/{_slug(number)}/passage/{start}-{start + len(words_for(room, 2))}")


def _supported(said: tuple[str, str, str, str], number: int, room: int) -> Iterator[str]:
    words, start, passage = words_for(room, 2), room * ROOM, _passage(number, room)
    yield from _statement(said, (f"{AKG}evidence", passage))
    yield from _lines(passage, "evidence", [
        ("a", f"<{AKG}Passage>"), (f"{AKG}inSource", iri(f"source/{_slug(number)}")), (f"{AKG}exact", text(words)),
        (f"{AKG}startOffset", typed(start, "integer")), (f"{AKG}endOffset", typed(start + len(words), "integer")),
    ])  # fmt: skip


def _mapping(number: int, at: int, evidence: bool) -> Iterator[str]:
    subject, value = iri(f"{_slug(number)}/activity/{at}"), iri(f"{_slug(number - 1)}/thematic-area/{1 + at % AREAS}")
    predicate, home = f"<{AKG}serves>", f"<{BASE}graph/alignment>"
    yield f"{subject} {predicate} {value} {home} .\n"
    yield from _lines(hashed("mapping", home, subject, predicate, value), "alignment", [
        ("a", f"<{SSSOM}Mapping>"), (f"{OWL}annotatedSource", subject), (f"{OWL}annotatedProperty", predicate),
        (f"{OWL}annotatedTarget", value), (f"{SSSOM}mapping_justification", f"<{SEMAPV}ManualMappingCuration>"),
        (f"{SSSOM}confidence", typed("0.9", "decimal")), (f"{PAV}authoredBy", AGENT),
        (f"{PAV}authoredOn", typed("2026-11-22", "date")), (f"{RDFS}comment", text("made up")),
        (f"{AKG}standing", text("asserted")), (f"{AKG}inGraph", home),
        (f"{AKG}subjectPassage", _passage(number, at * 10)),
        (f"{AKG}objectPassage", _passage(number - 1, 10 * (1 + at % AREAS))),
    ])  # fmt: skip
    said = (subject, predicate, value, "alignment")
    rests_on = (f"{DCTERMS}source", "<https://example.org/>")
    if evidence:
        rests_on = (f"{AKG}evidence", _passage(number, at * 10))
    yield from _statement(said, rests_on, (f"{AKG}rationale", text("made up")), (f"{PROV}wasAttributedTo", AGENT),
                          (f"{DCTERMS}created", typed("2026-11-22", "date")))  # fmt: skip


_CODES = ("brn", "khm", "idn", "lao", "mys", "mmr", "phl", "sgp", "tha", "vnm")


def main() -> None:
    """Write the corpus on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", type=int)
    parser.add_argument("activities", type=int, nargs="?", default=60)
    parser.add_argument("--without-mappings", action="store_true")
    parser.add_argument("--evidence", action="store_true")
    given = parser.parse_args()
    sys.stdout.writelines(
        generate(given.plans, given.activities, mappings=not given.without_mappings, evidence=given.evidence)
    )


if __name__ == "__main__":
    main()
