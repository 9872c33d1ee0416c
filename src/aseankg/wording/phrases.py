"""The ways to ask each stored question: its own words, its title and the `phrasings` of its front matter, taken apart.

Not here: comparing them with what a person asks (matching).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aseankg.catalogue import Parameter, Query
from aseankg.errors import UsageError
from aseankg.lookup import Lookup
from aseankg.namespaces import ID
from aseankg.wording.parts import Parser, Parts

__all__ = ["Asked", "Phrase", "read_asked", "schemes_of", "templates_of"]


@dataclass(frozen=True)
class Phrase:
    """One way to ask: `slots` are the parameters that it names, `constants` the things and years that it is about."""

    template: str
    concepts: frozenset[str]
    slots: tuple[str, ...]
    constants: frozenset[str]
    asks: str


@dataclass(frozen=True)
class Asked:
    """A stored question with the ways to ask it, and all that any of them speaks of.

    `schemes` are the folders of the concepts that its parameters take, such as concept/theme/.
    """

    query: Query
    phrases: tuple[Phrase, ...]
    concepts: frozenset[str]
    constants: frozenset[str]
    asks: frozenset[str]
    schemes: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its answer."""
        return tuple((self.query.front_matter.get("expects") or {}).get("columns", ()))


def schemes_of(questions: Iterable[Query], lookup: Lookup) -> frozenset[str]:
    """Return the folders of the concepts that any question takes, such as concept/theme/."""
    return frozenset(folder for query in questions for folder in _schemes(query, lookup).values())


def _schemes(query: Query, lookup: Lookup) -> dict[str, str]:
    """The folder of concepts that each parameter takes: that of its default."""
    kinds = [parameter for parameter in query.parameters.values() if parameter.kind == "concept"]
    ends = {parameter.name: _default(parameter, lookup).removeprefix(ID) for parameter in kinds}
    return {name: end.rpartition("/")[0] + "/" for name, end in ends.items() if "/" in end}


def templates_of(query: Query) -> list[str]:
    """Return the ways to ask a question as they are written; a title only where it needs no value."""
    title = [] if query.parameters else [query.title]
    return [query.question, *(str(each) for each in query.front_matter.get("phrasings") or ()), *title]


def read_asked(query: Query, parser: Parser, lookup: Lookup) -> Asked:
    """Return a question with the ways to ask it, taken apart."""
    defaults = {_default(parameter, lookup): parameter.name for parameter in query.parameters.values()}
    phrases = tuple(_phrase(template, parser.take_apart(template), defaults) for template in templates_of(query))
    words = parser.take_apart(" ".join(map(str, query.front_matter.get("keywords") or ())))
    concepts = frozenset(words.concepts).union(*(phrase.concepts for phrase in phrases))
    constants = frozenset(one for phrase in phrases for one in phrase.constants)
    asks = frozenset(phrase.asks for phrase in phrases if phrase.asks)
    return Asked(query, phrases, concepts, constants, asks, _schemes(query, lookup))


def _default(parameter: Parameter, lookup: Lookup) -> str:
    try:
        term = lookup.get_term(parameter, parameter.default or "")
    except UsageError:
        return ""
    return term.value


def _phrase(template: str, parts: Parts, defaults: dict[str, str]) -> Phrase:
    """A phrase in whose template the names of defaults have become slots."""
    slots, constants = list(parts.templates), []
    for name in parts.names:
        means = [defaults[each] for each in (*name.things, name.value) if each in defaults]
        if means:
            slots.append(means[0])
            template = template.replace(name.words, f"{{{means[0]}}}")
        else:
            constants += [*name.things, *([name.value] if name.value else [])]
    return Phrase(template, frozenset(parts.concepts), tuple(slots), frozenset(constants), parts.asks)
