"""The commands that ask: `query`, `ask` with one sub-command a stored question, `find`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from aseankg import catalogue, layout
from aseankg.api import KnowledgeGraph, published_dataset
from aseankg.cli.options import setting_option, with_option
from aseankg.cli.printing import format_option, print_rows, print_solutions, progress
from aseankg.errors import UsageError, suggest
from aseankg.namespaces import shorten
from aseankg.settings import Settings
from aseankg.wording import Reading

__all__ = ["ask", "find", "open_graph", "query"]

_NAME = 0.75  # as like as this to the name of a stored question, a text is a misspelt name


def open_graph(folders: Sequence[Path] = (), **overrides: Any) -> KnowledgeGraph:
    """Return the published graph with the data of `folders` beside it.

    Queries run in a child process, so that their deadline and Ctrl-C hold.
    """
    settings = Settings.from_environment(**overrides)
    return KnowledgeGraph(published_dataset(settings, progress), settings, forked=True, beside=folders)


@click.command(
    epilog="""\b
Examples:
  aseankg query queries/questions/oddities.rq
  aseankg query -q 'SELECT ?plan WHERE { ?plan a akg:Plan }' --format csv
  echo 'DESCRIBE body:acmw' | aseankg query -
  aseankg query my-query.rq --with my-data          with data of your own beside the plans
Prefixes that the project knows need no PREFIX line here (akg:, body:, country:, plan:, rdf:, skos: and others)."""
)
@click.argument("file", required=False, type=click.Path(allow_dash=True, path_type=Path))
@click.option("-q", "--text", help="The query itself, in place of a file.")
@click.option("--format", "form", default="table", show_default=True,
              type=click.Choice(["table", "csv", "tsv", "json", "xml", "markdown", "turtle", "ntriples", "jsonld"]),
              help="Rows: table, csv, tsv, json, xml, markdown. Graphs: turtle, ntriples, jsonld.")  # fmt: skip
@with_option
@setting_option("deadline")
def query(file: Path | None, text: str | None, form: str, folders: tuple[Path, ...], deadline: float | None) -> None:
    """Ask in SPARQL, from FILE (- is the standard input) or with -q."""
    if (file is None) == (text is None):
        raise UsageError("Give a FILE or -q TEXT, one of the two. `aseankg query --help` has examples.")
    asked = text if text is not None else _read(file)
    graph = open_graph(folders, deadline=deadline)
    rows = form in ("table", "markdown")
    answer = graph.answer(asked, ("json", "turtle") if rows else (form,))
    for notice in answer.notices:
        progress(f"Note: {notice}")
    if rows and answer.form == "select":
        print_solutions(graph.solutions(answer), form)
    elif rows and answer.form == "ask":
        click.echo("yes" if b"true" in answer.body else "no")
    else:
        click.echo(answer.body, nl=not answer.body.endswith(b"\n"))


def _read(file: Path | None) -> str:
    if file is None or str(file) == "-":
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error


class _Questions(click.Group):
    """One sub-command a file of queries/questions/, with the parameters of its front matter as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [question.name for question in _catalogue()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = next((question for question in _catalogue() if question.name == cmd_name), None)
        return None if found is None else _command(found)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None:
            if get_close_matches(args[0], self.list_commands(ctx), cutoff=_NAME):
                hint = suggest(args[0], self.list_commands(ctx))
                raise UsageError(f"No question {args[0]!r}.{hint} `aseankg ask` lists them.")
            return args[0], _plain_words(args[0]), args[1:]
        return super().resolve_command(ctx, args)


def _catalogue() -> list[catalogue.Query]:
    return catalogue.read_queries(layout.resources() / "queries" / "questions")


def _command(question: catalogue.Query) -> click.Command:
    options = [
        click.Option([f"--{parameter.name.replace('_', '-')}", parameter.name], default=parameter.default,
                     show_default=True, help=f"{parameter.description} ({parameter.kind})")
        for parameter in question.parameters.values()
    ]  # fmt: skip

    @format_option
    def run(form: str, **parameters: str | None) -> None:
        given = {name: value for name, value in parameters.items() if value is not None}
        print_solutions(open_graph().ask(question.name, **given), form)

    command = click.command(question.name, help=f"{question.question}\n\n{question.description}")(run)
    command.short_help = question.question
    command.params = [*options, *command.params]
    return command


def _plain_words(text: str) -> click.Command:
    """The command that answers a question in plain words, or says why it cannot."""

    @click.command("TEXT", help="A question in plain words.")
    @format_option
    def run(form: str) -> None:
        graph = open_graph()
        found = graph.understand(text)
        for each in found.corrections:
            progress(f"“{each.written}” is understood as {each.read}.")
        if found.reading is None:
            raise UsageError(f"{found.reason}{_nearest(found.alternatives)} `aseankg ask` lists all questions.")
        progress(f"Understood: {found.reading.asks}\n  {found.reading.command}")
        for value in found.reading.values:
            progress(f"  {value.parameter}: {value.label}" + (f", from “{value.words}”" if value.words else ""))
        for remark in found.reading.remarks:
            progress(f"  {remark}")
        progress("".join(f"  or: {other.asks}\n    {other.command}\n" for other in found.alternatives).rstrip("\n"))
        print_solutions(graph.ask(found.reading.question, **found.reading.parameters), form)

    return run


def _nearest(readings: Iterable[Reading]) -> str:
    listed = "".join(f"\n  {one.asks}\n    {one.command}" for one in readings)
    return f"\nNearest questions:{listed}\n" if listed else ""


@click.group(
    cls=_Questions,
    invoke_without_command=True,
    epilog="""\b
Examples:
  aseankg ask                                        list the questions
  aseankg ask body-involvement --body asean-oshnet   ask one
  aseankg ask activities-by-year --year 2018 --format csv
  aseankg ask body-involvement --help                its parameters
  aseankg ask "what does Viet Nam lead in 2018?"     ask in plain words""",
)
@click.pass_context
def ask(ctx: click.Context) -> None:
    """Ask a stored question, by its name or in plain words; without one, list them."""
    if ctx.invoked_subcommand is None:
        rows = [[question.name, question.question, " ".join(f"--{name}" for name in question.parameters)]
                for question in _catalogue()]  # fmt: skip
        print_rows(["question", "asks", "parameters"], rows, "table")


@click.command(epilog="\b\nExamples:\n  aseankg find acmw\n  aseankg find 'labor inspection'")
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100), help="Most rows.")
@format_option
def find(text: tuple[str, ...], limit: int, form: str) -> None:
    """Find bodies, countries, plans, activities, themes by name; spelling need not be exact."""
    found = open_graph().find(" ".join(text), limit)
    rows = [[shorten(one.iri), one.kind, one.name, f"{one.score:.0f}"] for one in found]
    if not rows:
        progress(f"Nothing is called anything like {' '.join(text)!r}. Try fewer or other words.")
    print_rows(["thing", "kind", "name", "alike"], rows, form)
