"""Reads what a query asks of the graph: its triple patterns, where each stands, and what must not be there.

A small reader of tokens, linear in the length of the query, for queries that the engine has accepted: nothing here
judges a query, and no grammar that an asker could make slow is involved. What it cannot read it refuses in words.
Not here: evaluating (store), and what is asked to find the triples behind a row (trace).
"""

from __future__ import annotations

from aseankg.errors import QueryError
from aseankg.patterns import Inner, Level, Reading
from aseankg.store.tokens import read_tokens
from aseankg.triple_reader import Place, Scope, TripleReader, named

__all__ = ["read_patterns"]

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_CHANGING = frozenset(["NOW", "RAND", "UUID", "STRUUID", "BNODE"])
_MODIFIERS = frozenset(["GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"])


def read_patterns(text: str) -> Reading:
    """Return what a SELECT, ASK or CONSTRUCT asks of the graph; QueryError where it uses what is not read here."""
    reader = _Reader(read_tokens(text))
    try:
        return reader.query()
    except IndexError:
        raise QueryError("The query ends before its last bracket is closed.") from None


class _Reader(TripleReader):
    # -- a query -------------------------------------------------------------------------------------------

    def query(self) -> Reading:
        while self._next() in ("PREFIX", "BASE", "VERSION"):
            self._at += 3 if self._next() == "PREFIX" else 2
        prologue = self._text(0)
        form = self._next()
        if form not in ("SELECT", "ASK", "CONSTRUCT"):
            raise self._cannot("only SELECT, ASK and CONSTRUCT have patterns")
        self._at += 1
        template, place = Scope(), Place(Scope())
        selected = self._selection() if form == "SELECT" else []
        short = form == "CONSTRUCT" and self._next() != "{"
        if form == "CONSTRUCT" and not short:
            self._take("{")
            self._triples_until_end(Place(template))
        dataset = self._dataset()
        level = self._level(place, selected, binds_row=form == "SELECT")
        pattern = level.patterns if short else tuple(template.patterns)
        return Reading(prologue, form.lower(), dataset, pattern, level, self._fresh)

    def _dataset(self) -> str:
        start = self._at
        while self._next() == "FROM":
            self._at += 3 if self._next(1) == "NAMED" else 2
        return self._text(start)

    def _selection(self) -> list[tuple[str, str]]:
        """The columns of a SELECT, each with its expression where it has one; none for `*`."""
        found = []
        while self._next() not in ("WHERE", "FROM", "{"):
            token = self._tokens[self._at]
            if token.text == "(":
                start = self._at + 1
                self._skip_balanced()
                name = self._tokens[self._at - 2].text
                found.append((named(name), self._text(start, self._at - 3)))
            else:
                found += [(named(token.text), "")] if token.kind == "variable" else []
                self._at += 1
        return found

    def _level(self, place: Place, selected: list[tuple[str, str]], binds_row: bool) -> Level:
        """The group of a query or sub-select with its modifiers, which have computed columns of their own."""
        start = self._at
        if self._next() == "WHERE":
            self._at += 1
        body = self._group(place)
        computed = [*self._grouping(), *((name, text) for name, text in selected if text)]
        body += self._closing_values()
        for name, text in computed:
            body += f" BIND ({text} AS {name})" if _is_steady(text) else ""
        names = {named(token.text): None for token in self._tokens[start : self._at] if token.kind == "variable"}
        lost = {name for name, text in computed if text and not _is_steady(text)}
        columns = [name for name, _ in selected if name not in lost] if binds_row else []
        return self._finished(place.scope, body, [*names], tuple(columns) if selected else ())

    def _finished(self, scope: Scope, body: str, names: list[str], columns: tuple[str, ...] = ()) -> Level:
        made = [end for one in scope.patterns for end in (one.subject, one.object, *one.needs)]
        needs = [need for one in scope.inner for need in one.needs]
        every = dict.fromkeys([*names, *(end for end in [*made, *needs, *columns] if end.startswith("?"))])
        found = (tuple(scope.patterns), tuple(scope.inner), tuple(scope.absent))
        return Level(body, tuple(every), *found, columns)

    def _grouping(self) -> list[tuple[str, str]]:
        """The columns that GROUP BY computes; the other modifiers are passed, for they choose among whole rows."""
        found, grouping = [], False
        while self._at < len(self._tokens) and self._next() not in ("VALUES", "}"):
            word, start = self._next(), self._at
            grouping = word == "GROUP" or (grouping and word not in _MODIFIERS)
            if word == "(":
                self._skip_balanced()
                if grouping and self._next(-3) == "AS":
                    found.append((named(self._next(-2)), self._text(start + 1, self._at - 3)))
            else:
                self._at += 1
        return found

    def _closing_values(self) -> str:
        start = self._at
        if self._next() == "VALUES":
            self._pass_values()
        return f" {self._text(start)}" if self._at > start else ""

    def _pass_values(self) -> None:
        self._take("VALUES")
        if self._next() == "(":
            self._skip_balanced()
        else:
            self._at += 1
        self._skip_balanced()

    # -- a group -------------------------------------------------------------------------------------------

    def _group(self, place: Place) -> str:
        """Read `{ ... }` and return what stands in it, with the marks of its branches."""
        self._take("{")
        if self._next() == "SELECT":
            return self._sub_select(place)
        parts = []
        while self._next() != "}":
            parts.append(self._part(place))
        self._take("}")
        return " ".join(part for part in parts if part)

    def _sub_select(self, place: Place) -> str:
        start = self._at
        self._take("SELECT")
        selected = self._selection()
        scope = Scope()
        level = self._level(Place(scope, place.graph, (), place.within().depth), selected, binds_row=True)
        text = self._text(start)
        self._take("}")
        place.scope.inner.append(Inner(level, False, place.graph, place.needs))
        return f"{{ {text} }}"

    def _part(self, place: Place) -> str:
        word, start = self._next(), self._at
        if word in ("OPTIONAL", "LATERAL", "MINUS", "GRAPH", "{"):
            return self._nested(place, word)
        if word == "SERVICE":
            raise self._cannot("another endpoint is asked")
        if word == "FILTER":
            self._filter(place)
        elif word == "BIND":
            self._at += 1
            self._expression(place)
        elif word == "VALUES":
            self._pass_values()
        elif word == ".":
            self._at += 1
            return ""
        else:
            return self._triples(place)
        return self._text(start)

    def _nested(self, place: Place, word: str) -> str:
        start = self._at
        if word == "{":
            return self._union(place)
        self._at += 1
        if word == "MINUS":
            self._absence(place)
            return self._text(start)
        if word == "GRAPH":
            graph = self._node(place)
            return f"GRAPH {graph} {{ {self._group(place.within(graph))} }}"
        mark = self._variable()
        return f"{word} {{ {self._group(place.within(need=mark))} BIND (true AS {mark}) }}"

    def _union(self, place: Place) -> str:
        marks = [self._variable()]
        branches = [self._group(place.within(need=marks[0]))]
        while self._next() == "UNION":
            self._at += 1
            marks.append(self._variable())
            branches.append(self._group(place.within(need=marks[-1])))
        pairs = zip(branches, marks, strict=True)
        return " UNION ".join(f"{{ {branch} BIND (true AS {mark}) }}" for branch, mark in pairs)

    def _absence(self, place: Place) -> None:
        scope = Scope()
        self._group(Place(scope, place.graph, (), place.within().depth))
        place.scope.absent.append(tuple(scope.patterns))

    def _filter(self, place: Place) -> None:
        self._take("FILTER")
        while self._next() not in ("(", "EXISTS"):  # NOT, or the name of a function
            self._take()
        if self._next() == "EXISTS":
            self._exists(place)
        else:
            self._expression(place)

    def _expression(self, place: Place) -> None:
        """Pass an expression in brackets; an EXISTS in it has patterns of its own."""
        depth = 0
        while True:
            if self._next() == "EXISTS" and self._next(1) == "{":
                self._exists(place)
                continue
            token = self._take()
            depth += (token == "(") - (token == ")")
            if depth == 0:
                return

    def _exists(self, place: Place) -> None:
        denied = self._next(-1) in ("NOT", "!")
        self._take("EXISTS")
        if denied:
            return self._absence(place)
        start, scope = self._at, Scope()
        body = self._group(Place(scope, place.graph, (), place.within().depth))
        names = [named(token.text) for token in self._tokens[start : self._at] if token.kind == "variable"]
        place.scope.inner.append(Inner(self._finished(scope, body, names), True, place.graph, place.needs))


def _is_steady(text: str) -> bool:
    """Say whether an expression is of one solution, not of a group of them, and the same each time."""
    words = {token.text.upper() for token in read_tokens(text) if token.kind == "word"}
    return not words & (_AGGREGATES | _CHANGING)
