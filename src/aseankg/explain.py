"""Explains why something is said: from a fact or a row of an answer down to the words, addresses and reasons below it.

What a rule has inferred is taken back to the triples that it follows from, and those in turn, until each stands on a
text, on reference data, on a reading of ours or on the ontology. No fact is explained by itself. Not here: the triples
behind a row (trace), what a triple rests on (grounds), how it is shown (cli, web).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from pyoxigraph import NamedNode, RdfFormat, parse

from aseankg.catalogue import Query, read_queries
from aseankg.errors import QueryError, UsageError, suggest
from aseankg.explanation import Derivation, Explanation, Fact
from aseankg.grounds import Asker, names_of, rows_of, standings_of, triples_of_statements
from aseankg.layout import resources
from aseankg.lookup import Lookup
from aseankg.namespaces import BASE, GRAPH, ID, OWL, PREFIXES, RDF, expand, shorten
from aseankg.pattern_reader import read_patterns
from aseankg.patterns import Reading
from aseankg.store.request import Answer, Term
from aseankg.trace import Edge, Row, Traced, derivations_of, trace_row

__all__ = ["explain_facts", "explain_named", "explain_row", "get_subject"]

_DEEPEST = 8  # steps of inference
_MOST_FACTS = 300  # that one explanation holds
_RECORDS = tuple(f"{ID}{kind}/" for kind in ("statement", "crossref", "mapping"))
_NAME = re.compile(r"[\w.-]+(/[\w.-]+)+")
_INFERRED, _UNNAMED = GRAPH + "inferred/", BASE + ".well-known/genid/"
_OF_TEXTS = (f"{GRAPH}layer/stated", f"{GRAPH}layer/reference", f"{GRAPH}ontology", f"{_INFERRED}stated")
_OF_READINGS = (*_OF_TEXTS, f"{GRAPH}layer/curated", f"{_INFERRED}curated")


# -- facts -------------------------------------------------------------------------------------------------


def get_subject(ask: Asker, lookup: Lookup, name: str) -> str:
    """Return the IRI of a thing by IRI, prefixed name, the end of its IRI or its name; UsageError with near names."""
    try:
        return expand(name).value
    except ValueError:
        pass
    try:
        return lookup.get_iri(name)
    except UsageError:
        if _NAME.fullmatch(name) and _said_of(ask, ID + name):  # a thing without a name, such as membership/vnm
            return ID + name
        raise


def _said_of(ask: Asker, subject: str) -> list[Edge]:
    """The triples of a thing, with those that mappings only judge."""
    node = NamedNode(subject)
    judged = "".join(f"; {OWL[f'annotated{part}']} {to}" for part, to in (("Property", "?link"), ("Target", "?object")))
    rows = ask.rows(
        f"SELECT DISTINCT ?link ?object WHERE {{ {{ {node} ?link ?object }} UNION "
        f"{{ ?mapping {OWL.annotatedSource} {node} {judged} }} }} ORDER BY ?link ?object"
    )
    return [Edge(node, link, value) for row in rows if (link := row["link"]) and (value := row["object"])]


def explain_named(ask: Asker, subject: str, predicate: str = "", value: str = "") -> Explanation:
    """Return why the graph says something of a thing, given by its IRI.

    `predicate` is `title`, `akg:title` or an IRI, `value` an IRI, its end, or the text of a literal; without them
    all facts of the thing are explained. Pairs that mappings judge are among them, whether or not they stand. For a
    whole statement, cross-reference or mapping it is the triple that it is about. UsageError with the nearest names
    where nothing is said.
    """
    about = f"{shorten(subject)} {predicate} {value}".strip()
    is_record = subject.startswith(_RECORDS) and not predicate
    about_record = triples_of_statements(ask, [NamedNode(subject)]) if is_record else {}
    found = [*about_record.values()] or _said_of(ask, subject)
    if not found:
        raise UsageError(f"The graph says nothing of {shorten(subject)}.")
    if predicate:
        found = _with_predicate(found, predicate)
    if value:
        found = _with_value(found, value)
    return explain_facts(ask, found, about)


def _with_predicate(edges: Sequence[Edge], name: str) -> list[Edge]:
    wanted = [edge for edge in edges if name in _writings(edge.predicate)]
    if not wanted:
        known = sorted({_short(edge.predicate) for edge in edges})
        hint = suggest(name, known if ":" in name else [one.partition(":")[2] for one in known])
        raise UsageError(f"{_short(edges[0].subject)} has no {name!r}.{hint} It has {', '.join(known)}.")
    return wanted


def _with_value(edges: Sequence[Edge], value: str) -> list[Edge]:
    wanted = [edge for edge in edges if value in _writings(edge.object) or _ends_in(edge.object, value)]
    if not wanted:
        known = list(dict.fromkeys(_short(edge.object)[:80] for edge in edges))
        about = f"{_short(edges[0].subject)} {_short(edges[0].predicate)}"
        more = f" and {len(known) - 12} more" if len(known) > 12 else ""
        raise UsageError(
            f"{about} has no value {value!r}.{suggest(value, known)} It has {', '.join(known[:12])}{more}."
        )
    return wanted


def _writings(term: Term) -> set[str]:
    """The ways to write a term: `akg:title`, `title`, the IRI; `body/acwc`, `acwc`, the IRI; the text of a literal."""
    whole, short = str(getattr(term, "value", term)), _short(term)
    if not isinstance(term, NamedNode):
        return {whole, str(term)}
    return {whole, str(term), short, short.partition(":")[2] or short}


def _ends_in(term: Term, value: str) -> bool:
    return isinstance(term, NamedNode) and term.value.endswith(f"/{value}")


def _short(term: Term) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))


def explain_facts(ask: Asker, edges: Sequence[Edge], about: str) -> Explanation:
    """Return why the graph holds these triples; UsageError where it holds none of them."""
    roots = list(dict.fromkeys(edges))
    facts = _facts(ask, roots[:_MOST_FACTS])
    found = tuple(edge for edge in roots if edge in facts)
    if not found:
        raise UsageError(f"The graph does not hold {about}.")
    notes = _remarks(facts, len(roots) > _MOST_FACTS)
    facts, names = _shown(ask, found, facts)
    return Explanation(about, found, facts, names=names, notes=notes)


def _shown(ask: Asker, roots: Sequence[Edge], facts: Mapping[Edge, Fact]) -> tuple[dict[Edge, Fact], dict[str, str]]:
    """The facts that are shown, and what things are called in them; a list is called by its items, and no fact."""
    cells = {one for one in facts if _iri(one.subject).startswith(_UNNAMED) and one not in roots}
    shown = {edge: _without(facts[edge], cells) for edge in _in_order(roots, facts) if edge not in cells}
    terms = {term for edge in shown for term in (edge.subject, edge.predicate, edge.object)}
    return shown, names_of(ask, sorted(terms, key=str)) | _lists(cells)


def _without(fact: Fact, cells: Collection[Edge]) -> Fact:
    way = fact.derivation
    if way is None:
        return fact
    return replace(fact, derivation=replace(way, premises=tuple(one for one in way.premises if one not in cells)))


def _lists(cells: Iterable[Edge]) -> dict[str, str]:
    """What each list is called, written as in Turtle."""
    first, rest = (
        {one.subject: one.object for one in cells if one.predicate == link} for link in (RDF.first, RDF.rest)
    )
    found = {}
    for head in first:
        items, at = list[str](), head
        while at in first and len(items) < len(first):
            items.append(_short(first[at]))
            at = rest.get(at, at)
        found[_iri(head)] = f"( {' '.join(items)} )"
    return found


def _remarks(facts: Mapping[Edge, Fact], cut: bool) -> tuple[str, ...]:
    unknown = [edge for edge, fact in facts.items() if fact.inferred and fact.derivation is None]
    cut = cut or len(facts) >= _MOST_FACTS
    return (
        *([f"Only the first {_MOST_FACTS} facts are explained."] if cut else []),
        *(f"No rule of queries/rules/ gives {_short(one.subject)} {_short(one.predicate)} {_short(one.object)}."
          for one in unknown[:3] if not cut),
    )  # fmt: skip


def _in_order(roots: Iterable[Edge], facts: Mapping[Edge, Fact]) -> dict[Edge, None]:
    """The facts that are shown, each before those that it follows from."""
    found: dict[Edge, None] = {}
    waiting = list(roots)[::-1]
    while waiting:
        edge = waiting.pop()
        if edge not in found:
            found[edge] = None
            derivation = facts[edge].derivation
            waiting += reversed(derivation.premises if derivation else ())
    return found


def _facts(ask: Asker, roots: Sequence[Edge]) -> dict[Edge, Fact]:
    """Return the facts with all from which they may follow, each by the shortest way there is."""
    facts: dict[Edge, Fact] = {}
    ways: dict[Edge, list[Derivation]] = {}
    new = [edge for edge in roots if _is_nameable(edge)]
    for _ in range(_DEEPEST):
        found = {edge: Fact(edge, standings) for edge, standings in standings_of(ask, new).items()} if new else {}
        facts |= found
        made = _derivations(ask, [fact for fact in found.values() if fact.inferred])
        ways |= made
        premises = (one for several in made.values() for way in several for one in way.premises)
        room = max(0, _MOST_FACTS - len(facts))
        new = [edge for edge in dict.fromkeys(premises) if edge not in facts and _is_nameable(edge)][:room]
    return _grounded(facts, ways)


def _is_nameable(edge: Edge) -> bool:
    """Say whether a query can name the triple: no end is a blank node, or a triple."""
    return not any(text.startswith(("_:", "<<")) for text in map(str, (edge.subject, edge.object)))


def _grounded(facts: dict[Edge, Fact], ways: Mapping[Edge, list[Derivation]]) -> dict[Edge, Fact]:
    """Give each inferred fact the derivation with the fewest steps down to what nobody has inferred.

    Built from the ground up, so that no fact comes to rest on itself.
    """
    depth = {edge: 0 for edge, fact in facts.items() if not fact.inferred}
    while True:
        open_ways = [(edge, way) for edge, several in ways.items() if edge not in depth for way in several]
        ready = [
            (max((depth[one] for one in way.premises), default=0), len(way.premises), at)
            for at, (_, way) in enumerate(open_ways)
            if all(one in depth for one in way.premises)
        ]
        if not ready:
            return {edge: _counted(fact, facts, ways) for edge, fact in facts.items()}
        for steps, _, at in sorted(ready):
            edge, way = open_ways[at]
            if edge not in depth:
                depth[edge] = steps + 1
                facts[edge] = replace(facts[edge], derivation=way)


def _counted(fact: Fact, facts: Mapping[Edge, Fact], ways: Mapping[Edge, list[Derivation]]) -> Fact:
    """Say in how many other ways the fact follows, those that rest on the fact itself not counted."""
    if fact.derivation is None:
        return fact
    found = (way for way in ways[fact.edge] if all(one in facts for one in way.premises))
    sound = [way for way in found if fact.edge not in _in_order(way.premises, facts)]
    return replace(fact, derivation=replace(fact.derivation, others=max(0, len(sound) - 1)))


def _derivations(ask: Asker, facts: Sequence[Fact]) -> dict[Edge, list[Derivation]]:
    """Return the ways in which rules make the facts; a fact of the texts alone follows from the texts alone."""
    found: dict[Edge, dict[Derivation, None]] = {}
    from_texts = [fact.edge for fact in facts if any(one.graph == f"{_INFERRED}stated" for one in fact.standings)]
    from_readings = [fact.edge for fact in facts if fact.edge not in set(from_texts)]
    for edges, graphs in ((from_texts, _OF_TEXTS), (from_readings, _OF_READINGS)):
        among = ask.among(*graphs).rows
        for rule, reading in _rules() if edges else ():
            for edge, premises in derivations_of(reading, edges, among):
                way = Derivation(rule.name, str(rule.front_matter["title"]), tuple(dict.fromkeys(premises)))
                found.setdefault(edge, {}).update({} if edge in premises else {way: None})
    return {edge: list(ways) for edge, ways in found.items()}


@cache
def _rules() -> tuple[tuple[Query, Reading], ...]:
    """The rules, read once in each process."""
    return tuple((rule, read_patterns(rule.text)) for rule in read_queries(resources() / "queries" / "rules"))


# -- rows --------------------------------------------------------------------------------------------------


def explain_row(ask: Asker, text: str, answer: Answer, number: int, about: str) -> Explanation:
    """Return why row `number`, counted from 1, stands in the answer to a query.

    `answer` is the query's own, in JSON or N-Triples; `text` the query with its parameters written into it.
    UsageError where there is no such row, QueryError where the query cannot be traced.
    """
    if answer.form == "describe":
        return explain_facts(ask, [_triple(answer, number)], about)
    reading = read_patterns(text)
    if answer.form == "construct":
        edge = _triple(answer, number)
        row: Row = {"subject": edge.subject, "predicate": edge.predicate, "object": edge.object}
        ways = derivations_of(reading, [edge], ask.rows)
        traced = Traced(tuple(dict.fromkeys(one for _, premises in ways for one in premises)))
    else:
        row = _row(answer, number)
        traced = _traced(reading, row, ask)
    return replace(_of_row(ask, traced, about), row=row, absent=traced.absent, build=answer.build)


def _traced(reading: Reading, row: Row, ask: Asker) -> Traced:
    try:
        return trace_row(reading, row, ask.rows)
    except QueryError as error:
        if error.line is None:  # a limit was reached
            raise
        words = f"What the row rests on cannot be traced: asked again, its patterns are no query here ({error})."
        raise QueryError(words) from error


def _row(answer: Answer, number: int) -> Row:
    if answer.form == "ask":
        _require_row(number, 1)
        return {}
    rows = rows_of(answer)
    _require_row(number, len(rows))
    return rows[number - 1]


def _triple(answer: Answer, number: int) -> Edge:
    _require_row(number, answer.body.count(b"\n"))
    line = next(islice(answer.body.splitlines(), number - 1, None))
    quad = next(iter(parse(line, RdfFormat.N_TRIPLES)))
    return Edge(quad.subject, quad.predicate, quad.object)


def _require_row(number: int, count: int) -> None:
    if not 1 <= number <= count:
        has = "no row" if not count else "1 row" if count == 1 else f"{count:,} rows"
        raise UsageError(f"There is no row {number}: the answer has {has}, counted from 1.")


def _of_row(ask: Asker, traced: Traced, about: str) -> Explanation:
    """Explain the triples of a row: a statement by the fact that it is about, once; places in a text apart."""
    records = dict.fromkeys(edge.subject for edge in traced.edges if _iri(edge.subject).startswith(_RECORDS))
    triples = triples_of_statements(ask, records) if records else {}
    roots, filed = dict[Edge, None](), list[Edge]()
    for edge in traced.edges:
        if _is_filing(edge):
            filed.append(edge)
        else:
            roots[triples.get(edge.subject, edge)] = None
    notes = ["This row comes about in more ways than are shown."] if traced.cut else []
    if not roots:
        why = "Its values do not come from the graph." if not traced.edges else "Only places in a text stand behind it."
        return Explanation(about, (), {}, filed=tuple(filed), notes=(*notes, why))
    facts = _facts(ask, list(roots)[:_MOST_FACTS])
    kept = tuple(edge for edge in roots if edge in facts)
    remarks = (*notes, *_remarks(facts, len(roots) > _MOST_FACTS))
    facts, names = _shown(ask, kept, facts)
    return Explanation(about, kept, facts, filed=tuple(filed), names=names, notes=remarks)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _is_filing(edge: Edge) -> bool:
    """Say whether a triple only tells where words stand, or which layer a graph is of."""
    subject = _iri(edge.subject)
    return subject.startswith((f"{ID}source/", GRAPH)) or _iri(edge.predicate) == PREFIXES["akg"] + "layer"
