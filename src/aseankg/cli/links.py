"""The command `links`: how many lead where and how strongly, those of one thing, and `links check`."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from aseankg import layout
from aseankg.cli.asking import open_graph
from aseankg.cli.options import data_option, setting_option
from aseankg.cli.printing import FORMATS, format_option, print_rows, progress
from aseankg.errors import ConfigurationError, DataError, NonConformanceError, UsageError, suggest
from aseankg.links import STATES, STRENGTHS, Answer, Fault, Link, Pace, ask_addresses, find_faults, name_of, read_links
from aseankg.namespaces import ID, shorten
from aseankg.settings import Settings

__all__ = ["links"]

_KNOWN = f"""SELECT DISTINCT ?thing WHERE {{ ?thing a ?class . FILTER (STRSTARTS(STR(?thing), "{ID}"))
  FILTER NOT EXISTS {{ ?thing a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement> }} }} ORDER BY ?thing"""
_COLUMNS = (
    "thing", "strength", "identifier", "name", "scheme", "confidence", "judged", "age", "read_in", "recorded_in",
)  # fmt: skip
_CHECKED = (*_COLUMNS, "faults", "online", "leads_to")


@dataclass(frozen=True)
class _Asked:
    """The options of `links check`."""

    schemes: tuple[str, ...]
    online: bool
    older_than: int | None
    today: datetime.datetime | None
    timeout: float
    pause: float
    at_once: int
    links_loopback: int | None

    @property
    def day(self) -> datetime.date:
        """The day from which ages are counted."""
        return self.today.date() if self.today else datetime.date.today()

    @property
    def pace(self) -> Pace:
        """How addresses are asked."""
        loopback = Settings.from_environment(links_loopback=self.links_loopback).links_loopback
        return Pace(self.timeout, self.pause, self.at_once, bool(loopback))


@dataclass(frozen=True)
class _Checked:
    """What a check found: links, faults of theirs, answers of their addresses, and what is taken for old."""

    links: Sequence[Link]
    faults: Sequence[Fault]
    answers: dict[str, Answer]
    today: datetime.date
    older_than: int | None

    @property
    def counts(self) -> Counter[str]:
        """How many identifiers answered how."""
        return Counter(answer.state for answer in self.answers.values())

    @property
    def old(self) -> list[Link]:
        """Those that were judged longer ago than was asked for."""
        most = self.older_than
        return [] if most is None else [one for one in self.links if one.age(self.today) > most]

    @property
    def broken(self) -> int:
        """The number of faults and of identifiers that are gone."""
        return len(self.faults) + self.counts["gone"]


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  aseankg links                              how many links lead to which scheme, and how strong they are
  aseankg links --of body/ilo                those of one thing
  aseankg links --of "Viet Nam" --format csv
  aseankg links check                        what is wrong with them
  aseankg links check --online               and which addresses still answer""",
)
@click.option("--of", "name", metavar="THING", help="List the links of this thing, by IRI, short form or name.")
@format_option
@data_option
@click.pass_context
def links(context: click.Context, name: str | None, form: str, more: tuple[Path, ...]) -> None:
    """Show the links to other people's data: by scheme and strength, or those of one thing."""
    if context.invoked_subcommand:
        if name or more or form != "table":
            raise UsageError("Give options of `links check` behind `check`: `aseankg links check --format csv`.")
        return
    found, faults = read_links(_folders(more))
    if faults:
        raise DataError(f"{faults[0].words} `aseankg links check` lists every fault.", faults[0].record)
    if name:
        _print_of(name, found, form)
    else:
        _print_counts(found, form)


@links.command(
    "check",
    epilog="""\b
Examples:
  aseankg links check
  aseankg links check --older-than 365              list what was judged longer ago than a year
  aseankg links check --online --scheme Wikidata    ask the addresses of one scheme
  aseankg links check --online --format csv         one line for each link, with how its address answered
  aseankg links check --today 2027-01-01 --format json
Exit code 1: a link is malformed, repeated, contradictory, has an end that nobody describes, or is gone.
Exit code 3: not one address answered.""",
)
@click.option("--scheme", "schemes", multiple=True, metavar="NAME",
              help="Look only at links to this scheme, as `aseankg links` calls it; repeatable.")  # fmt: skip
@click.option("--online", is_flag=True, help="Ask each address whether it still answers.")
@click.option("--older-than", type=click.IntRange(0), metavar="DAYS", help="List links that were judged before that.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
              help="The day from which ages are counted.  [default: today]")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=20.0, show_default=True,
              help="Seconds to wait for an answer.")  # fmt: skip
@click.option("--pause", type=click.FloatRange(0, 60), default=0.5, show_default=True,
              help="Seconds between two questions to one host.")  # fmt: skip
@click.option("--at-once", type=click.IntRange(1, 16), default=4, show_default=True, help="Hosts asked at once.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True,
              help="How the report comes out; csv, tsv, json and markdown have all links.")  # fmt: skip
@setting_option("links_loopback")
@data_option
def _check(form: str, more: tuple[Path, ...], **options: Any) -> None:
    """Say what is wrong with the links, how old they are, and with --online which still answer."""
    asked = _Asked(**options)
    read, slips = read_links(_folders(more))
    found = _of_schemes(read, asked.schemes)
    graph = open_graph()
    rows = graph.solutions(graph.answer(_KNOWN, ("json",))).texts()
    faults = [*slips, *find_faults(found, {ID + name for (name,) in rows})]
    answers = _answers(found, asked.pace) if asked.online else {}
    checked = _Checked(found, faults, answers, asked.day, asked.older_than)
    _print_checked(checked, form)
    if checked.broken:
        raise NonConformanceError(f"{checked.broken} fault{'s' * (checked.broken > 1)}, as listed.")


def _folders(more: Iterable[Path]) -> list[Path]:
    return [layout.resources() / "data", *more]


def _of_schemes(found: Sequence[Link], names: Sequence[str]) -> Sequence[Link]:
    known = sorted({one.scheme for one in found})
    for name in names:
        if name not in known:
            raise UsageError(f"No link leads to {name!r}: expected one of {', '.join(known)}.{suggest(name, known)}")
    return [one for one in found if not names or one.scheme in names]


def _answers(found: Sequence[Link], pace: Pace) -> dict[str, Answer]:
    addresses = list(dict.fromkeys(one.object for one in found))
    with click.progressbar(length=len(addresses), label="asking", file=sys.stderr) as bar:
        answers = ask_addresses(addresses, pace, bar.update)
    if all(answer.status is None for answer in answers.values()):
        why = next(answer.words for answer in answers.values())
        words = f"Not one of {len(addresses)} addresses answered ({why}): nothing is known of them."
        raise ConfigurationError(f"{words} Is there a network? Without --online, the rest is checked.")
    return answers


# -- printing ----------------------------------------------------------------------------------------------


def _print_of(name: str, found: Sequence[Link], form: str) -> None:
    things = {one.mapping.subject.value for one in found}
    iri = next((iri for iri in (name, ID + name) if iri in things), None) or open_graph().lookup.get_iri(name)
    rows = [_row(one, datetime.date.today(), form) for one in found if one.mapping.subject.value == iri]
    if not rows:
        progress(f"No link leads from {shorten(iri)} to other people's data.")
    print_rows(_COLUMNS, rows, form)


def _print_counts(found: Sequence[Link], form: str) -> None:
    counts = Counter((one.scheme, one.strength) for one in found)
    strengths = [*STRENGTHS.values(), *sorted({one.strength for one in found} - set(STRENGTHS.values()))]
    rows = [
        [scheme, *(str(counts[scheme, strength]) for strength in strengths),
         str(sum(counts[scheme, strength] for strength in strengths))]
        for scheme in sorted({one.scheme for one in found}, key=str.casefold)
    ]  # fmt: skip
    print_rows(["scheme", *strengths, "all"], rows, form)


def _row(one: Link, today: datetime.date, form: str) -> list[str]:
    mapping = one.mapping
    ends = [mapping.subject.value, one.object]
    thing, identifier = [shorten(end) for end in ends] if form in ("table", "markdown") else ends
    return [
        thing, one.strength, identifier, mapping.object_label, name_of(one.object), mapping.confidence, mapping.date,
        str(one.age(today)), mapping.object_address, one.record,
    ]  # fmt: skip


def _print_checked(checked: _Checked, form: str) -> None:
    if form == "table":
        _print_summary(checked)
        return
    faults = {fault.record: [one for one in checked.faults if one.record == fault.record] for fault in checked.faults}
    rows = []
    for one in checked.links:
        answer = checked.answers.get(one.object)
        said = "; ".join(f"{fault.kind}: {fault.words}" for fault in faults.pop(one.record, []))
        online = [f"{answer.state} ({answer.words})", answer.leads_to] if answer else ["", ""]
        rows.append([*_row(one, checked.today, form), said, *online])
    for record, ones in faults.items():  # rows that could not be read
        said = "; ".join(f"{fault.kind}: {fault.words}" for fault in ones)
        rows.append([*[""] * (len(_COLUMNS) - 1), record, said, "", ""])
    print_rows(_CHECKED, rows, form)


def _print_summary(checked: _Checked) -> None:
    _print_counts(checked.links, "table")
    ages = sorted(one.age(checked.today) for one in checked.links)
    if ages:
        click.echo(f"{len(ages)} links, judged {ages[0]} to {ages[-1]} days before {checked.today}.")
    if checked.older_than is not None:
        click.echo(f"{len(checked.old)} of them more than {checked.older_than} days before.")
        _print_part([_row(one, checked.today, "table") for one in checked.old], _COLUMNS)
    if checked.answers:
        click.echo(", ".join(f"{checked.counts[state]} {state}" for state in STATES) + ".")
        _print_part([
            [answer.state, iri, answer.words, answer.leads_to]
            for iri, answer in checked.answers.items() if answer.state != "alive"
        ], ["state", "identifier", "answer", "leads_to"])  # fmt: skip
    click.echo(f"{len(checked.faults)} fault{'s' * (len(checked.faults) != 1)} in what is written.")
    _print_part([[one.kind, one.record, one.words] for one in checked.faults], ["fault", "row", "what is wrong"])


def _print_part(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    if rows:
        print_rows(columns, rows, "table")
