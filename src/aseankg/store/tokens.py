"""The words of a SPARQL query, cut apart by one regular expression: to guard and explain, never to parse.

Whether a query is right is for the engine to say. Not here: nesting, grammar, meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urljoin

__all__ = [
    "Token",
    "base_of",
    "declared_prefixes",
    "decode_escapes",
    "expand_name",
    "normalise",
    "place",
    "read_tokens",
]

# Possessive quantifiers (`*+`) keep the time linear in the length of the query.
# A string that is never closed is taken whole as well: tried again at each quotation mark it would take quadratic time.
_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]{4})*+>)
    | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*+'{3}
               | (?!\"{3}|'{3})(?:"(?:[^"\\\r\n]|\\.)*+" | '(?:[^'\\\r\n]|\\.)*+'))
    | (?P<unclosed>\"{3}(?:[^"\\]|\\.|"(?!""))*+ | '{3}(?:[^'\\]|\\.|'(?!''))*+
               | "(?:[^"\\\r\n]|\\.)*+ | '(?:[^'\\\r\n]|\\.)*+)
    | (?P<variable>[?$]\w++)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<name>(?:[^\W\d][\w.\-]{0,80})?:
               (?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]|\.++(?=[\w:\-%\\]))*+)
    | (?P<number>(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+)
    | (?P<word>[^\W\d]\w*+)
    | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_LINE_ENDS, _BLANKS, _DOUBTFUL = re.compile(r"[\r\n]+"), re.compile(r"[ \t\n]+"), re.compile(r"[\"'\\#]")
_WHOLE_IRI = re.compile(r"<https?://[^\s<>\"'{}|^`\\]*+>")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """One token: its kind (a group of the expression above), its text, and where it starts in the query."""

    kind: str
    text: str
    start: int


def read_tokens(query: str) -> list[Token]:
    """Return the tokens of a query without its comments; anything unknown is one character of kind `other`.

    >>> [token.kind for token in read_tokens('ASK { ?s akg:title "#x" } # SERVICE')]
    ['word', 'other', 'variable', 'name', 'string', 'other']
    """
    found = _TOKEN.finditer(query)
    return [
        Token(match.lastgroup or "", match.group(), match.start()) for match in found if match.lastgroup != "comment"
    ]


def decode_escapes(query: str) -> str:
    r"""Return the query with `\uXXXX` and `\UXXXXXXXX` decoded, as SPARQL 1.1, 19.2 has it before parsing.

    >>> decode_escapes(r"S\u0045RVICE")
    'SERVICE'
    """

    def decode(match: re.Match[str]) -> str:
        point = int(match[1] or match[2], 16)
        return chr(point) if point <= 0x10FFFF else match[0]

    return _ESCAPE.sub(decode, query)


def normalise(query: str) -> str:
    """Return the query without what surely means nothing: blanks at the ends of lines, lines of comment.

    Blanks within lines go where no quotation mark, backslash or `#` makes it doubtful what they belong to. Two queries
    that give the same here are the same; two that mean the same may give different ones.

    >>> normalise("# who\\nASK  {\\n  ?s   ?p <http://a#b>\\n}")
    'ASK { ?s ?p <http://a#b> }'
    >>> normalise("ASK {  \\n  ?s ?p 'a  b' }")
    "ASK {\\n?s ?p 'a  b' }"
    """
    if '"""' in query or "'''" in query:  # a text over several lines
        return query
    lines = (line.strip(" \t") for line in _LINE_ENDS.split(query))
    text = "\n".join(line for line in lines if line and not line.startswith("#"))
    return text if _DOUBTFUL.search(_WHOLE_IRI.sub("", text)) else _BLANKS.sub(" ", text)


def declared_prefixes(tokens: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that the query declares, without their colons.

    >>> declared_prefixes(read_tokens("PREFIX : <http://a/> ASK {}"))
    {'': 'http://a/'}
    """
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return {
        name.text[:-1]: iri.text[1:-1]
        for word, name, iri in triples
        if word.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def base_of(tokens: Sequence[Token], default: str) -> str:
    """Return the base IRI of a query: its last BASE, itself read from the one before.

    >>> base_of(read_tokens("BASE <http://a/b/> BASE <c/> ASK {}"), "http://x/")
    'http://a/b/c/'
    """
    for word, iri in pairwise(tokens):
        if word.kind == "word" and word.text.upper() == "BASE" and iri.kind == "iri":
            default = urljoin(default, decode_escapes(iri.text[1:-1]))
    return default


def expand_name(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI of an IRI token or prefixed name; None for an undeclared prefix and other kinds."""
    if token.kind == "iri":
        return decode_escapes(token.text[1:-1])
    prefix, _, local = token.text.partition(":")
    if token.kind != "name" or prefix not in prefixes:
        return None
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def place(query: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1.

    >>> place("ASK {\\n x", 7)
    (2, 2)
    """
    before = query[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
