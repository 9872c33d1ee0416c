"""Reads the triples of a query from its tokens: terms, lists of properties, unnamed nodes, property paths.

Paths are cut at their slashes, so that each step is a pattern of its own (SPARQL 1.1, 9.3). Not here: groups and what
stands in them (pattern_reader).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aseankg.errors import QueryError
from aseankg.namespaces import PREFIXES, RDF
from aseankg.patterns import Inner, Path, Pattern
from aseankg.store.tokens import Token

__all__ = ["Place", "Scope", "TripleReader", "named"]

_DEEPEST = 80  # the guard lets no query nest so deeply
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_TYPE, _NIL = str(RDF.type), f"<{PREFIXES['rdf']}nil>"


@dataclass
class Scope:
    """What has been read of a level so far."""

    patterns: list[Pattern] = field(default_factory=list)
    inner: list[Inner] = field(default_factory=list)
    absent: list[tuple[Pattern, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where a group stands: its scope, the graph around it, its branches."""

    scope: Scope
    graph: str = ""
    needs: tuple[str, ...] = ()
    depth: int = 0

    def within(self, graph: str = "", need: str = "") -> Place:
        if self.depth > _DEEPEST:
            raise QueryError(f"The brackets are nested more than {_DEEPEST} deep. Nest less.")
        needs = (*self.needs, need) if need else self.needs
        return Place(self.scope, graph or self.graph, needs, self.depth + 1)


class TripleReader:
    """Reads tokens one after the other; `_at` is the next."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._made = 0
        self._fresh = "way"
        while any(token.kind == "variable" and token.text[1:].startswith(self._fresh) for token in tokens):
            self._fresh += "_"

    # -- tokens --------------------------------------------------------------------------------------------

    def _next(self, ahead: int = 0) -> str:
        """The next token, a word in upper case; empty at the end."""
        at = self._at + ahead
        token = self._tokens[at] if at < len(self._tokens) else None
        return "" if token is None else token.text.upper() if token.kind == "word" else token.text

    def _kind(self) -> str:
        return self._tokens[self._at].kind

    def _take(self, expected: str = "") -> str:
        found = self._next()
        if expected and found != expected:
            raise self._cannot(f"expected {expected}")
        self._at += 1
        return self._tokens[self._at - 1].text

    def _cannot(self, why: str) -> QueryError:
        found = self._next()
        return QueryError(
            f"What the rows of this query rest on cannot be traced: {why} at {found[:40]!r}. Ask with plain patterns."
        )

    def _skip_balanced(self) -> None:
        """Pass a bracket with all in it."""
        depth = 0
        while True:
            token = self._tokens[self._at]
            depth += (token.text in _OPENING) - (token.text in _CLOSING) if token.kind == "other" else 0
            self._at += 1
            if depth == 0:
                return

    def _text(self, start: int, end: int | None = None) -> str:
        """The tokens from `start` on as they were written, without comments."""
        parts, last = [], -1
        for token in self._tokens[start : self._at if end is None else end]:
            parts.append(token.text if token.start == last else f" {token.text}")
            last = token.start + len(token.text)
        return "".join(parts).strip()

    def _variable(self) -> str:
        self._made += 1
        return f"?{self._fresh}{self._made}"

    # -- triples -------------------------------------------------------------------------------------------

    def _triples_until_end(self, place: Place) -> None:
        while self._next() != "}":
            if self._next() == ".":
                self._at += 1
            else:
                self._triples(place)
        self._take("}")

    def _triples(self, place: Place) -> str:
        """Read the triples of one subject and return them one by one, paths cut at their slashes."""
        first = len(place.scope.patterns)
        bracket = self._next() in ("[", "(")
        subject = self._node(place)
        if not bracket or self._starts_path():
            self._properties(place, subject)
        return " ".join(_written(one) for one in place.scope.patterns[first:])

    def _properties(self, place: Place, subject: str) -> None:
        while True:
            path = self._path(place.depth)
            self._object(place, subject, path)
            while self._next() == ",":
                self._at += 1
                self._object(place, subject, path)
            while self._next() == ";":
                self._at += 1
            if self._next(-1) != ";" or not self._starts_path():
                return

    def _object(self, place: Place, subject: str, path: Path) -> None:
        value = self._node(place)
        if self._next() == "~" or (self._next(), self._next(1)) == ("{", "|"):
            raise self._cannot("annotated triples are not read")
        for start, link, end in self._cut(subject, path, value):
            place.scope.patterns.append(Pattern(start, link, end, place.graph, place.needs))

    def _cut(self, subject: str, path: Path, value: str) -> list[tuple[str, Path, str]]:
        if path.kind == "inverse":
            return self._cut(value, path.parts[0], subject)
        if path.kind != "sequence":
            return [(subject, path, value)]
        ends = [subject, *(self._variable() for _ in path.parts[1:]), value]
        steps = zip(ends, path.parts, ends[1:], strict=False)
        return [one for start, part, end in steps for one in self._cut(start, part, end)]

    def _node(self, place: Place) -> str:
        kind, text = self._kind(), self._next()
        if text == "[":
            return self._unnamed(place.within())
        if text == "(":
            return self._collection(place.within())
        start = self._at
        self._at += 1
        if kind == "variable":
            return named(text)
        if kind == "name" and text.startswith("_:"):
            return f"?{self._fresh}_{text[2:].replace('.', '__').replace('-', '___')}"
        if kind == "string":
            self._pass_kind_of_literal()
        elif kind == "other" and text in "+-":
            self._at += 1
        elif kind not in ("iri", "name", "number") and text not in ("TRUE", "FALSE"):
            self._at -= 1
            raise self._cannot("no term is read")
        return self._text(start).removesuffix(".") if kind in ("number", "other") else self._text(start)

    def _pass_kind_of_literal(self) -> None:
        if self._at < len(self._tokens) and self._kind() == "language":
            self._at += 1
        elif self._next() == "^":
            self._at += 3

    def _unnamed(self, place: Place) -> str:
        self._take("[")
        found = self._variable()
        if self._next() != "]":
            self._properties(place, found)
        self._take("]")
        return found

    def _collection(self, place: Place) -> str:
        self._take("(")
        first = last = self._variable()
        while self._next() != ")":
            item = self._node(place)
            following = _NIL if self._next() == ")" else self._variable()
            for link, end in ((RDF.first, item), (RDF.rest, following)):
                place.scope.patterns.append(Pattern(last, Path("link", str(link)), end, place.graph, place.needs))
            last = following
        self._take(")")
        return first if last != first else _NIL

    # -- paths ---------------------------------------------------------------------------------------------

    def _path(self, depth: int) -> Path:
        if depth > _DEEPEST:
            raise QueryError(f"The brackets are nested more than {_DEEPEST} deep. Nest less.")
        return self._series("|", "either", lambda: self._series("/", "sequence", lambda: self._step(depth + 1)))

    def _series(self, mark: str, kind: str, read: Callable[[], Path]) -> Path:
        parts = [read()]
        while self._next() == mark:
            self._at += 1
            parts.append(read())
        return parts[0] if len(parts) == 1 else Path(kind, mark.join(part.text for part in parts), tuple(parts))

    def _step(self, depth: int) -> Path:
        if self._next() == "^":
            self._at += 1
            inner = self._step(depth + 1) if depth <= _DEEPEST else self._path(depth)
            return Path("inverse", f"^{inner.text}", (inner,))
        found = self._primary(depth)
        while self._next() in ("*", "+", "?") and not self._is_signed_number():
            found = Path("repeat", found.text + self._take(), (found,))
        return found

    def _is_signed_number(self) -> bool:
        ahead = self._tokens[self._at + 1 : self._at + 2]
        return self._next() == "+" and any(
            one.kind == "number" and one.start == self._tokens[self._at].start + 1 for one in ahead
        )

    def _primary(self, depth: int) -> Path:
        if self._next() == "!":
            return self._negated()
        if self._next() != "(":
            return self._link()
        self._take("(")
        inner = self._path(depth)
        self._take(")")
        return inner if inner.kind == "link" else Path(inner.kind, f"({inner.text})", inner.parts)

    def _link(self) -> Path:
        if not self._starts_path() or self._kind() == "other":
            raise self._cannot("no predicate is read")
        text = self._take()
        return Path("link", named(text) if text[0] in "?$" else _TYPE if text == "a" else text)

    def _negated(self) -> Path:
        start = self._at
        self._take("!")
        several, parts = self._next() == "(", list[Path]()
        self._at += several
        while not parts or self._next() == "|":
            self._at += bool(parts)
            back = self._next() == "^"
            self._at += back
            link = self._link()
            parts.append(Path("inverse", f"^{link.text}", (link,)) if back else link)
        if several:
            self._take(")")
        return Path("not", self._text(start), tuple(parts))

    def _starts_path(self) -> bool:
        if self._at >= len(self._tokens):
            return False
        kind, text = self._kind(), self._tokens[self._at].text
        return kind in ("variable", "iri", "name") or text == "a" or text in ("^", "!", "(")


def named(variable: str) -> str:
    """Return a variable as it is written here: `$x` is `?x`."""
    return f"?{variable[1:]}"


def _written(pattern: Pattern) -> str:
    path = pattern.path
    text = path.text if path.kind == "link" else f"({path.text})"
    return f"{pattern.subject} {text} {pattern.object} ."
