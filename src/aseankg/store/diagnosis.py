"""Errors that teach: where a query went wrong, what to write instead, which terms the ontology lacks.

The engine says at which position its last attempt failed, which may lie behind the fault; the tokens tell the
commonest faults exactly. Not here: whether a query is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import quote, urljoin

from pyoxigraph import NamedNode, Store

from aseankg.errors import QueryError, suggest
from aseankg.namespaces import GRAPH, PREFIXES
from aseankg.store.tokens import Token, expand_name, place

__all__ = ["explain_syntax", "notices", "relative_iris"]

_MOST_NOTICES = 5
_PUNCTUATION = set("{}()[],;.|/^?*+!=<>&-:~$@_#%'\"\\")
_CLOSES = {"}": "{", ")": "(", "]": "["}
_POSITION = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_EXPECTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|\[[^\]]*\]|[A-Za-z][\w ]*")
_OPENED_IRI = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]*):(//)?[^<>\"{}|^`\\\x00-\x20]*")
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_SPOKEN = {" ": "blank", "\t": "tab"}
_SENTENCES = {"IRI parsing failed": "This IRI is relative or not valid. Write it whole: <http://...>."}
_KEYWORDS = """
A ABS ADJUST AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE
DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG
HASLANGDIR HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES
LATERAL LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE
PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SHA1 SHA256 SHA384 SHA512 STR
STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE
TRIPLE TRUE TZ UCASE UNDEF UNION URI UUID VALUES VERSION WHERE YEAR
"""


def explain_syntax(text: str, tokens: Sequence[Token], prefixes: Mapping[str, str], message: str) -> QueryError:
    """Return the error for a query that does not parse: line, column, the line with a caret, a hint."""
    fault = next(chain(_broken_iris(text, tokens, prefixes), _known_faults(tokens, prefixes)), None)
    if fault is None:
        fault = _engine_fault(text, tokens, message)
    offset, words = fault
    line, column = place(text, offset)
    shown = (text.split("\n") or [""])[line - 1].rstrip("\r")
    start = max(0, column - 60)  # a very long line is shown around the fault
    excerpt = shown[start : start + 120].replace("\t", " ")
    caret = " " * (column - 1 - start) + "^"
    return QueryError(f"Line {line}, column {column}: {words}\n\n  {excerpt}\n  {caret}", line, column)


def _known_faults(tokens: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    if not tokens:
        yield 0, "The query is empty. A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE."
    yield from _undeclared_prefixes(tokens, prefixes)  # the engine often blames something else
    yield from _odd_characters(tokens)
    yield from _unknown_words(tokens)
    yield from _unbalanced(tokens)


def _broken_iris(text: str, tokens: Sequence[Token], declared: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Where `<` opens what looks like an IRI but is none; without `//` it may be a comparison, `?a <b:c`."""
    for token in tokens:
        opened = _OPENED_IRI.match(text, token.start) if token.text == "<" else None
        if opened and (opened[2] or opened[1] not in declared):
            rest, closed, _ = text[opened.end() :].partition("\n")[0].partition(">")
            odd = rest[:1]
            if closed and not re.search(r'[<{}"?$;]' if odd.isspace() else r"\s", rest):
                words = f"An IRI holds no {_SPOKEN.get(odd, odd)}: write {quote(odd)} in its place."
                yield opened.end(), words
            elif opened[2]:
                yield token.start, f"This IRI is never closed: write {opened[0]}>."


def _undeclared_prefixes(tokens: Sequence[Token], declared: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix != "_" and prefix not in declared:
            if prefix in PREFIXES:
                hint = f"Put `PREFIX {prefix}: <{PREFIXES[prefix]}>` before the query."
            else:
                known = ", ".join(f"{name}:" for name in declared) or "none"
                hint = f"Declared here: {known}.{suggest(prefix, PREFIXES)}"
            yield token.start, f"The prefix {prefix}: is not declared. {hint}"


def _unknown_words(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    known = _KEYWORDS.split()
    for token in tokens:
        if token.kind == "word" and token.text.upper() not in known:
            hint = suggest(token.text.upper(), known, 1)
            if token.text in PREFIXES:
                hint = f" A name in the namespace {token.text} is written {token.text}:name."
            yield token.start, f"{token.text} is not a word of SPARQL.{hint}"


def _odd_characters(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if token.kind == "unclosed":
            yield (
                token.start,
                "This quotation mark is never closed on its line. A text over several lines takes three.",
            )
        elif token.kind == "other" and token.text not in _PUNCTUATION:
            hint = " Write straight quotation marks." if token.text in "“”„‘’«»" else ""
            yield (
                token.start,
                f"The character {token.text!r} (U+{ord(token.text):04X}) means nothing here.{hint}",
            )


def _unbalanced(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "other" and token.text in _CLOSES.values():
            opened.append(token)
        elif token.kind == "other" and token.text in _CLOSES:
            if not opened or opened[-1].text != _CLOSES[token.text]:
                yield token.start, f"This {token.text} closes nothing."
                return
            opened.pop()
    if opened:
        yield opened[-1].start, f"This {opened[-1].text} is never closed."


def _engine_fault(text: str, tokens: Sequence[Token], message: str) -> tuple[int, str]:
    match = _POSITION.match(message)
    if match is None:
        return 0, message
    expected = _EXPECTED.findall(match[3].removeprefix("one of "))
    sentences = [entry for entry in expected if " " in entry and entry[0].isalpha()]
    offset = _offset(text, int(match[1]), int(match[2]), expected) - bool(sentences)  # told behind the token
    offset = max((token.start for token in tokens if token.start <= offset), default=0)
    if sentences:
        return offset, _SENTENCES.get(sentences[0], f"{sentences[0]}.")
    found = next(token.text for token in tokens if token.start == offset)
    return offset, f"The query goes wrong at or before {found[:40]!r}."


def _offset(text: str, line: int, column: int, expected: Sequence[str]) -> int:
    """Return where the engine got stuck.

    It compares a keyword by taking as many characters first, so a failed keyword lies its own length before
    the position that the engine reports; single characters and classes of them fail where it says.
    """
    offset = sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + column - 1
    exact = any(entry[0] == '"' or " " in entry or (entry[0] == "[" and entry != "[_]") for entry in expected)
    words = [len(entry) for entry in expected if entry[0].isalpha() and " " not in entry]
    if exact or not words or offset >= len(text.rstrip()):
        return offset
    return offset - min(words)


def notices(store: Store, tokens: Sequence[Token], declared: Mapping[str, str]) -> tuple[str, ...]:
    """Return remarks on terms that our ontology lacks; none when the dataset holds no ontology."""
    graph = NamedNode(GRAPH + "ontology")
    remarks: list[str] = []
    named = {token.text: token for token in tokens if token.kind in ("name", "iri")}
    for iri in dict.fromkeys(expand_name(token, declared) for token in named.values()):
        if len(remarks) >= _MOST_NOTICES:
            break
        if iri is None or not iri.startswith(PREFIXES["akg"]) or iri == PREFIXES["akg"]:
            continue
        if next(store.quads_for_pattern(_node(iri), None, None, graph), None) is None:
            remarks.extend(_unknown_term(store, graph, iri))
    return tuple(remarks[:_MOST_NOTICES])


def relative_iris(tokens: Sequence[Token], base: str) -> tuple[str, ...]:
    """Return a remark on each relative IRI of a query without a BASE: seldom is it what its writer means."""
    relative = dict.fromkeys(token.text for token in tokens if token.kind == "iri" and not _SCHEME.match(token.text))
    if not relative or any(token.kind == "word" and token.text.upper() == "BASE" for token in tokens):
        return ()
    return tuple(
        f"{text} is relative: it is read as <{urljoin(base, text[1:-1])}>. Write the IRI whole: <http://...>."
        for text in list(relative)[:_MOST_NOTICES]
    )


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _unknown_term(store: Store, graph: NamedNode, iri: str) -> Iterator[str]:
    namespace = PREFIXES["akg"]
    quads = store.quads_for_pattern(None, None, None, graph)
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    known = sorted("akg:" + iri.removeprefix(namespace) for iri in subjects if iri.startswith(namespace))
    if known:
        name = "akg:" + iri.removeprefix(namespace)
        yield f"{name} is not a term of the ontology.{suggest(name, known)}"
