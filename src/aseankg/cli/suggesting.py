"""The commands that propose mappings and write what people judge of them: `suggest`, `judge`.

Not here: how candidates are found (aseankg.suggest) and how files of mappings are written (aseankg.mappings).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pyoxigraph import Store

from aseankg import layout
from aseankg.cli.asking import open_graph
from aseankg.cli.options import data_option
from aseankg.cli.printing import FORMATS, print_rows, progress
from aseankg.errors import UsageError, suggest
from aseankg.namespaces import PREFIXES, shorten

if TYPE_CHECKING:
    from aseankg.suggest import Candidate
    from aseankg.suggest.judging import Judgement
    from aseankg.suggest.profiles import Corpus, Profile

__all__ = ["judge_command", "suggest_command"]

_KINDS = {"activity": "Activity", "commitment": "Commitment", "project": "Project", "strategy": "Strategy",
          "target": "IntermediateTarget", "thematic-area": "ThematicArea"}  # fmt: skip
_COLUMNS = ("subject", "subject title", "predicate", "object", "object title", "score", "reasons", "standing")

_author_option = click.option("--author", help="Who judges: an IRI or ORCID; never a name alone.")
_date_option = click.option("--date", help="The day of the judgement.  [default: today]")


@dataclass(frozen=True)
class _Asked:
    """The options of `suggest`."""

    against: tuple[str, ...]
    kinds: tuple[str, ...]
    limit: int
    least: float
    judged_too: bool
    review: Path | None
    author: str | None
    date: str | None
    form: str


@click.command(
    "suggest",
    epilog="""\b
Examples:
  aseankg suggest rap-vientiane --against alm-wp-2016-2020
  aseankg suggest my-plan --data my-plans --kind thematic-area --format markdown
  aseankg suggest my-plan --data my-plans --review my-plan.sssom.tsv --author orcid:0000-0000-0000-0000
Needs scikit-learn: pip install 'aseankg[align]'.""",
)
@click.argument("plan")
@click.option("--against", multiple=True, metavar="PLAN", help="Look only in this plan; repeatable.  [default: all]")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(_KINDS)),
              help="Suggest only elements of this kind; repeatable.  [default: all]")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="Candidates an element.")
@click.option("--least", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="The least score shown.")
@click.option("--all", "judged_too", is_flag=True, help="Show pairs that are judged already too, with their standing.")
@click.option("--review", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.sssom.tsv",
              help="Ask for a judgement of each candidate and write it into this file.")  # fmt: skip
@_author_option
@_date_option
@click.option("--format", "form", type=click.Choice([*FORMATS, "sssom"]), default="table", show_default=True,
              help="How rows come out; sssom is for reading only: nobody has judged the rows.")  # fmt: skip
@data_option
def suggest_command(plan: str, more: tuple[Path, ...], **options: Any) -> None:
    """Suggest which elements of other plans those of PLAN may belong to, with a score and its reasons."""
    from aseankg.suggest import suggest_matches
    from aseankg.suggest.judging import judged_in

    asked = _Asked(**options)
    _require_readable(asked)
    done = judged_in(asked.review) if asked.review else set()
    corpus = _corpus(more)
    corpus = replace(corpus, judged={**dict.fromkeys(done, f"in {asked.review}"), **corpus.judged})
    found = suggest_matches(corpus, plan, _wanted(corpus, asked))
    if asked.review:
        _review([each for each in found if (each.subject.iri, each.object.iri) not in done], asked)
    else:
        _print(found, asked.form)


def _require_readable(asked: _Asked) -> None:
    """Refuse before the work what would be refused after it."""
    from aseankg.suggest.judging import read_author, read_date, require_writable

    if asked.review and not asked.author:
        raise UsageError("A judgement needs who judges: give --author with an IRI or ORCID.")
    if asked.review:
        require_writable(asked.review)
    if asked.author:
        read_author(asked.author)
    if asked.date:
        read_date(asked.date)


def _wanted(corpus: Corpus, asked: _Asked) -> Any:
    from aseankg.suggest import Wanted

    against = frozenset(one.plan for name in asked.against for one in corpus.of_plan(name))
    kinds = frozenset(_KINDS[kind] for kind in asked.kinds)
    return Wanted(against, kinds, asked.limit, asked.least, asked.judged_too)


def _corpus(more: Sequence[Path]) -> Corpus:
    """The elements of the published graph, or of the project's data and the user's folders together."""
    from aseankg.suggest.profiles import read_corpus

    if not more:
        return read_corpus(open_graph().store)
    from aseankg.build import gather

    store = Store()
    store.extend(gather(layout.resources(), list(more), progress=progress)[1])
    return read_corpus(store)


def _print(found: Sequence[Candidate], form: str) -> None:
    if form == "sssom":
        from aseankg.suggest.sssom import read_only

        click.echo(read_only(found), nl=False)
        return
    if form == "json":
        click.echo(json.dumps([_document(each) for each in found], ensure_ascii=False, indent=2))
        return
    name: Callable[[str], str] = shorten if form in ("table", "markdown") else str
    print_rows(_COLUMNS, [_cells(each, name) for each in found], form)
    if not found:
        progress("No candidate scores so much. --least 0 shows all, --all those that are judged already.")


def _cells(each: Candidate, name: Callable[[str], str]) -> list[str]:
    return [
        name(each.subject.iri), each.subject.title, name(each.predicate.value), name(each.object.iri),
        each.object.title, f"{each.score:.3f}", "; ".join(each.reasons), each.standing,
    ]  # fmt: skip


def _document(each: Candidate) -> dict[str, object]:
    parts = {name: round(value, 4) for name, value in each.parts.items()}
    return {
        "subject": each.subject.iri, "subject_title": each.subject.title, "predicate": each.predicate.value,
        "object": each.object.iri, "object_title": each.object.title, "score": round(each.score, 4), "parts": parts,
        "reasons": list(each.reasons), "standing": each.standing or None,
        "subject_passage": each.subject.passage, "object_passage": each.object.passage,
    }  # fmt: skip


# -- judging by question and answer ---------------------------------------------------------------------------


def _review(found: Sequence[Candidate], asked: _Asked) -> None:
    """Ask for each candidate; each judgement is written before the next is asked for."""
    from aseankg.suggest.judging import judge

    judged = 0
    file = asked.review or Path()
    for number, each in enumerate(found, 1):
        _show(each, f"{number} of {len(found)}")
        try:
            answer = _choice()
            if answer == "q":
                break
            if answer == "s":
                continue
            judgement = _judgement(each, answer == "y", asked)
        except click.Abort:  # the end of the input, or Ctrl-C: what is judged is written
            click.echo("")
            break
        judge(file, each.subject, each.object, judgement)
        judged += 1
    click.echo(f"{judged} judged of {len(found)}; written into {file}." if judged else "Nothing was judged or written.")


def _show(each: Candidate, place: str) -> None:
    click.secho(f"\n{place}: {each.subject.label} – {each.object.label}", bold=True)
    click.echo(f"  {each.subject.title or each.subject.words or '(no title)'}")
    click.echo(f"  {each.object.title or each.object.words or '(no title)'}")
    click.echo(f"  {shorten(each.predicate.value)}, score {each.score:.3f}: {'; '.join(each.reasons)}")


def _choice() -> str:
    return str(click.prompt("y accept, n does not match, s skip, q quit", type=click.Choice(["y", "n", "s", "q"]),
                            default="s", show_choices=False))  # fmt: skip


def _judgement(each: Candidate, accepted: bool, asked: _Asked) -> Judgement:
    from aseankg.suggest.judging import Judgement, read_author, read_comment, read_confidence, read_predicate

    def ask(words: str, read: Callable[[str], Any], **more: Any) -> Any:
        return click.prompt(words, value_proc=_forgiving(read), **more)

    return Judgement(
        predicate=ask("predicate", read_predicate, default=shorten(each.predicate.value)),
        accepted=accepted,
        confidence=ask("confidence from 0 to 1", read_confidence),
        comment=ask("reason", read_comment),
        author=read_author(asked.author or ""),
        date=asked.date or datetime.date.today().isoformat(),
    )


def _forgiving(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """A reader whose refusal is shown, so that click asks again."""

    def again(value: str) -> Any:
        try:
            return read(value)
        except UsageError as error:
            raise click.BadParameter(str(error)) from error

    return again


# -- judging by one line -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """The options of `judge`."""

    accepted: bool | None
    confidence: str
    comment: str
    author: str
    date: str | None
    into: Path


@click.command(
    "judge",
    epilog="""\b
Examples:
  aseankg judge rap-vientiane/activity/2 serves alm-wp-2016-2020/thematic-area/15 --accept \\
    --confidence 0.9 --comment 'Both are about labour inspection.' --author orcid:... --into mine.sssom.tsv""",
)
@click.argument("subject")
@click.argument("predicate")
@click.argument("value", metavar="OBJECT")
@click.option("--accept/--reject", "accepted", default=None, help="Whether the predicate joins the pair.")
@click.option("--confidence", required=True, help="How sure, from 0 to 1.")
@click.option("--comment", required=True, help="The reason, in one to three sentences.")
@click.option("--author", required=True, help="Who judges: an IRI or ORCID; never a name alone.")
@_date_option
@click.option("--into", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The SSSOM file.")
@data_option
def judge_command(subject: str, predicate: str, value: str, more: tuple[Path, ...], **options: Any) -> None:
    """Write into an SSSOM file that PREDICATE joins SUBJECT and OBJECT, or that it does not."""
    from aseankg.suggest.judging import Judgement, judge, read_author, read_confidence, read_predicate, require_writable

    said = _Said(**options)
    if said.accepted is None:
        raise UsageError("Say --accept or --reject.")
    require_writable(said.into)
    date = said.date or datetime.date.today().isoformat()
    judgement = Judgement(read_predicate(predicate), said.accepted, read_confidence(said.confidence), said.comment,
                          read_author(said.author), date)  # fmt: skip
    corpus = _corpus(more)
    row = judge(said.into, _element(corpus, subject), _element(corpus, value), judgement)
    how = "accepted" if said.accepted else "rejected"
    click.echo(f"{row.subject_label} {shorten(row.predicate.value)} {row.object_label}: {how}, in {said.into}.")


def _element(corpus: Corpus, name: str) -> Profile:
    """The element with this IRI, or whose IRI ends so after `id/`."""
    for iri in (name, PREFIXES["id"] + name):
        if iri in corpus.profiles:
            return corpus.profiles[iri]
    known = [shorten(iri) for iri in corpus.profiles]
    raise UsageError(
        f"No activity, strategy, thematic area, project or target {name!r}.{suggest(shorten(name), known)} "
        "`aseankg show PLAN` lists them."
    )
