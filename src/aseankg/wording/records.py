"""What was understood of a person's question: the stored question, its values, what was corrected, what was not used.

Frozen records only. Not here: how they come about (names, lexicon, matching), and how they are shown (cli, web).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Correction", "Reading", "Understanding", "Value"]


@dataclass(frozen=True)
class Value:
    """The value of a parameter: `value` as `ask` and the web address take it, "" for one that stays open.

    `label` is the name that people know, `words` are the person's own that it was read from ("" where it is open),
    `iri` the thing, "" for a year or a day.
    """

    parameter: str
    value: str
    label: str
    words: str = ""
    iri: str = ""


@dataclass(frozen=True)
class Correction:
    """Words that were not understood as written: `written` by the person, `read` by us; always to be shown."""

    written: str
    read: str


@dataclass(frozen=True)
class Reading:
    """One way to understand the text: a stored question with a value for each of its parameters.

    `question` is its name, `asks` a sentence that asks it with these values, `score` how well the words fit (0 to 1);
    `remarks` are sentences on what the answer holds more, or less, than was asked: always to be shown.
    """

    question: str
    title: str
    asks: str
    values: tuple[Value, ...]
    score: float
    remarks: tuple[str, ...] = ()

    @property
    def parameters(self) -> Mapping[str, str]:
        """Every parameter with its value, for `ask` and for a web address; "" leaves one open."""
        return {one.parameter: one.value for one in self.values}

    @property
    def command(self) -> str:
        """The command that asks the same without any guessing."""
        given = "".join(f" --{one.parameter.replace('_', '-')} {_quoted(one.value)}" for one in self.values)
        return f"aseankg ask {self.question}{given}"


@dataclass(frozen=True)
class Understanding:
    """What was made of a text: `reading` is None where it was not understood, and `reason` says why in a sentence.

    `alternatives` are other readings, or, where nothing was understood, the stored questions that are nearest; one
    of which the text does not name all values has none, and asks with its defaults.
    `unknown` are the words that nobody could make anything of.
    """

    text: str
    reading: Reading | None
    alternatives: tuple[Reading, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unknown: tuple[str, ...] = ()
    reason: str = ""


def _quoted(value: str) -> str:
    return value if value and value.replace("-", "").replace("/", "").replace(".", "").isalnum() else f"'{value}'"
