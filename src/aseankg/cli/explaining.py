"""The command `explain`: why a fact or a row of an answer is there, as a tree that ends at words, addresses, reasons.

Not here: finding it out (aseankg.explain).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import click
from pyoxigraph import NamedNode

from aseankg.cli.asking import open_graph
from aseankg.errors import UsageError
from aseankg.explanation import STANDINGS, Branch, Explanation, Fact, branches_of, document
from aseankg.grounds import Ground, Standing, Words
from aseankg.namespaces import BASE, FOREIGN, GRAPH, shorten
from aseankg.store.request import Term

__all__ = ["explain"]

_LONGEST = 160
_UNNAMED = BASE + ".well-known/genid/"


@click.command(
    epilog="""\b
Examples:
  aseankg explain rap-vientiane/activity/2 dcterms:relation body/acwc
  aseankg explain rap-vientiane/activity/13 leadActor
  aseankg explain --question leads-by-country --row 3
  aseankg explain --question body-involvement --parameter body=slom --row 2
  aseankg explain -q 'SELECT (COUNT(?a) AS ?n) WHERE { ?a akg:leadCountry country:vnm }' --format markdown
Rows are counted from 1, in the order of the answer."""
)
@click.argument("subject", required=False, metavar="[SUBJECT]")
@click.argument("predicate", required=False, metavar="[PROPERTY]", default="")
@click.argument("value", required=False, metavar="[VALUE]", default="")
@click.option("--question", default="", help="A stored question, one row of whose answer is explained.")
@click.option("--parameter", "given", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option("-q", "--text", default="", help="A query, one row of whose answer is explained.")
@click.option("--row", default=1, show_default=True, help="The row, counted from 1.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def explain(**options: str | int | tuple[str, ...] | None) -> None:
    """Show why the graph says something: of SUBJECT, or in a row of an answer."""
    found = _explanation(**options)
    if options["form"] == "json":
        click.echo(json.dumps(document(found), ensure_ascii=False, indent=2))
        return
    lines = _Teller(found).lines()
    if options["form"] == "markdown":
        click.echo("\n".join(f"{'  ' * depth}- {_escaped(words)}" for depth, words in lines))
    else:
        click.echo("\n".join(f"{'  ' * depth}{words}" for depth, words in lines))


def _explanation(**options: object) -> Explanation:
    subject, question, text = (str(options[name] or "") for name in ("subject", "question", "text"))
    if sum(map(bool, (subject, question, text))) != 1:
        raise UsageError("Give a SUBJECT, --question NAME or -q TEXT, one of the three: see `aseankg explain --help`.")
    graph, row = open_graph(), options["row"]
    if subject:
        return graph.explain(subject, str(options["predicate"] or ""), str(options["value"] or ""))
    return graph.explain_row(int(str(row)), question, text, **_parameters(options["given"]))


def _parameters(given: object) -> dict[str, str]:
    pairs = [str(one).partition("=") for one in given] if isinstance(given, tuple) else []
    wrong = [name for name, mark, _ in pairs if not mark or name in ("row", "question", "text")]
    if wrong:
        raise UsageError(f"--parameter {wrong[0]}: expected NAME=VALUE, such as body=slom.")
    return {name: value for name, _, value in pairs}


# -- in words ----------------------------------------------------------------------------------------------

_Lines = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class _Teller:
    """Tells an explanation in lines, each with its depth; what was told before is named by its number."""

    found: Explanation

    def lines(self) -> _Lines:
        yield 0, f"Why {self.found.about}"
        for name, term in self.found.row.items():
            yield 1, f"{name}: {self._words(term)}"
        for branch in branches_of(self.found):
            yield from self._branch(branch, 1)
        for absent in self.found.absent:
            yield 1, f"and the graph does not hold: {absent}"
        if self.found.filed:
            several = "s" if len(self.found.filed) > 1 else ""
            yield 1, f"and {len(self.found.filed)} triple{several} that place words in a text"
        for note in self.found.notes:
            yield 1, f"Note: {note}"

    def _branch(self, branch: Branch, depth: int) -> _Lines:
        edge = branch.fact.edge
        words = " ".join(map(self._words, (edge.subject, edge.predicate, edge.object)))
        yield depth, f"({branch.number}) {words}{': see above' if branch.before else ''}"
        if branch.before:
            return
        for standing, same in zip(branch.fact.standings, branch.same, strict=True):
            if standing.layer != "inferred":
                yield from ((depth + 1 + further, line) for further, line in _of_standing(standing, same))
        if branch.fact.inferred:
            yield depth + 1, _inferred(branch.fact)
        for premise in branch.premises:
            yield from self._branch(premise, depth + 2)

    def _words(self, term: Term | None) -> str:
        if term is None:
            return "(nothing)"
        if not isinstance(term, NamedNode):
            return f"“{_cut(str(getattr(term, 'value', term)))}”"
        name = self.found.names.get(term.value, "")
        if term.value.startswith(_UNNAMED) and name:
            return name
        foreign = name and not term.value.startswith(BASE) and term not in FOREIGN
        return f"{shorten(term.value)} “{_cut(name)}”" if foreign else shorten(term.value)


def _inferred(fact: Fact) -> str:
    graphs = " and ".join(one.graph.removeprefix(GRAPH) for one in fact.standings if one.held)
    way = fact.derivation
    if way is None:
        return graphs
    others = f"; {way.others} other way{'s' if way.others > 1 else ''}" if way.others else ""
    return f"{graphs}: follows by the rule “{way.title}” (queries/rules/{way.rule}.rq{others}) from"


def _of_standing(standing: Standing, same: int) -> _Lines:
    graph = standing.graph.removeprefix(GRAPH)
    yield 0, f"{standing.layer or 'no layer'}, in {graph}" if standing.held else f"not asserted: judged in {graph}"
    if same:
        yield 1, f"on the same grounds as ({same})"
        return
    for ground in standing.grounds:
        yield from ((1, line) for line in _of_ground(ground, standing.layer))


def _of_ground(ground: Ground, layer: str) -> Iterator[str]:
    how = f" (semapv:{ground.justification})" if ground.justification else ""
    if ground.standing:
        sure = f", confidence {ground.confidence}" if ground.confidence else ""
        yield f"{STANDINGS.get(ground.standing, ground.standing)}{sure}{how}"
    elif ground.justification:
        yield f"justification: semapv:{ground.justification}"
    yield from (_passage(one) for one in ground.passages)
    if ground.column:
        yield f"in the column “{ground.column}”"
    if ground.written and ground.written not in (one.words for one in ground.passages):
        yield f"written “{_cut(ground.written)}”"
    yield from (f"read at {one}" for one in ground.addresses)
    who = ", ".join(shorten(one) for one in (ground.author, ground.created) if one)
    if ground.reason or who:
        yield f"because: {ground.reason}{f' ({who})' if who else ''}" if ground.reason else f"written by {who}"
    if ground.mend:
        how = "the text as it came; how it is read: src/aseankg/extract" if layer == "stated" else "mended there"
        yield f"wrong? {ground.mend}{f' ({how})' if ':' in ground.mend else ''}"


def _passage(one: Words) -> str:
    before, after = one.near
    return f"{shorten(one.source)} line {one.line}: {before}»{one.words}«{after}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _escaped(text: str) -> str:
    """Keep what Markdown would read as its own."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>|#" else one for one in text).replace("\n", " ")
