"""The command `aseankg`. Errors become one message and an exit code: 1 data, 2 wrong use, 3 could not run."""

from __future__ import annotations

import os
import sys

import click

from aseankg.cli.asking import ask, find, query
from aseankg.cli.covering import coverage
from aseankg.cli.differing import diff
from aseankg.cli.explaining import explain
from aseankg.cli.exporting import export
from aseankg.cli.importing import import_command
from aseankg.cli.linking import link
from aseankg.cli.links import links
from aseankg.cli.making import build
from aseankg.cli.reading import evidence, show, stats
from aseankg.cli.serving import serve
from aseankg.cli.suggesting import judge_command, suggest_command
from aseankg.cli.validating import validate
from aseankg.errors import AseankgError, ConfigurationError
from aseankg.files import FULL

__all__ = ["cli", "main"]

_EXAMPLES = """\b
Examples:
  aseankg build                                  make the graph from the texts
  aseankg ask                                    list the stored questions
  aseankg ask body-involvement --body acmw       ask one of them
  aseankg query -q "SELECT ..."                  ask in SPARQL
  aseankg find "labour inspection"               find things by name
  aseankg evidence rap-vientiane/activity/2      show the words behind the facts
  aseankg explain --question leads-by-country    show why a row is there
  aseankg coverage                               see what is covered, and by nothing
  aseankg suggest rap-vientiane                  propose mappings, with reasons
  aseankg validate my-plan.ttl                   say what is wrong, where, and how to mend it
  aseankg diff --help                            compare versions and editions
  aseankg links check                            say what is wrong with links to other people's data
  aseankg export --help                          the formats of other people's tools
  aseankg import our-plan.xml --into our-data    take in a plan of your own
  aseankg link wages.csv                         join your own table to the graph
  aseankg serve                                  answer at http://127.0.0.1:8000/sparql

\b
Exit codes: 0 good, 1 the data do not conform, 2 wrong use, 3 could not run.
"""


@click.group(epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="aseankg")
def cli() -> None:
    """ASEAN labour policy plans as a knowledge graph: every fact leads to the words of the plan."""


for _command in (
    build,
    validate,
    coverage,
    query,
    ask,
    find,
    evidence,
    explain,
    show,
    stats,
    diff,
    links,
    export,
    import_command,
    link,
    serve,
    suggest_command,
    judge_command,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line; the one place where an error becomes words and an exit code."""
    try:
        cli()
    except AseankgError as error:
        click.secho(f"Error: {error}", fg="red", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        if error.errno not in FULL:
            raise
        words = f"A working file could not be written: {os.strerror(error.errno)}. What is published is untouched."
        click.secho(f"Error: {words} Free the disk, or name another folder in TMPDIR.", fg="red", err=True)
        sys.exit(ConfigurationError.exit_code)
