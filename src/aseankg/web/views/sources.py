"""The page of a text: its words as they were published, each passage marked, and beside them what the words support.

`?at=START-END` chooses some words, known passage or not. Not here: how a text is cut for marking (segments), and the
passages as things of the graph (resources).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from flask import Flask, Response, request, url_for

from aseankg.errors import nearest
from aseankg.namespaces import ID, shorten
from aseankg.web.exchange.negotiation import named_format
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import tagged
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.choosing import only, value_of
from aseankg.web.page.showing import label_of, show
from aseankg.web.printed.segments import Passage, around, lines_of, neighbours
from aseankg.web.things.cards import LAYERS, tag_of

__all__ = ["register"]

_AT = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_SURE = ("stated", "curated", "alignment")  # the surest first: a piece is marked by the surest that rests on it
_LONGEST_NAME = 80
_FORMATS = {"html": "html", "text": "text", "txt": "text", "plain": "text"}


@dataclass(frozen=True)
class _Source:
    """A source document: its IRI, the end of it, its text, and what is known of it by the short names of properties."""

    iri: str
    slug: str
    text: str
    facts: Mapping[str, Sequence[Row]]

    def first(self, name: str) -> str:
        """Return the first value of a property, nothing where it has none."""
        return next((row["value"] for row in self.facts.get(name, ())), "")


def register(app: Flask) -> None:
    """Give the application the pages of the texts."""
    app.add_url_rule("/sources/<slug>", "source_text", _source_text)


def _source_text(slug: str) -> Response:
    """The text of a source: a page, or with `format=text` the characters and nothing else."""
    only("at", "format")
    chosen = named_format(value_of("format") or "html", _FORMATS)
    source = _get_source(slug)
    at = _chosen(source.text)
    if chosen == "text":
        return tagged(Response(source.text, content_type="text/plain; charset=utf-8"))
    return show("source.html", **_context(source, at))


# -- reading a request -------------------------------------------------------------------------------------


def _chosen(text: str) -> Passage | None:
    """Return the words that the request chooses; DetailedError 400 where they are no place of this text."""
    if "at" not in request.args:
        return None
    given = value_of("at")
    found = _AT.fullmatch(given)
    if found is None:
        words = f"at is {given[:_LONGEST_NAME]!r}: expected two numbers with a hyphen between them, such as at=0-10."
        raise DetailedError(400, words, parameter="at")
    start, end = int(found[1]), int(found[2])
    if not start < end <= len(text):
        words = (
            f"at is {given!r}, but this text has the characters from 0 to {len(text)}: expected a beginning before "
            "the end, and an end within the text."
        )
        raise DetailedError(400, words, parameter="at")
    return Passage(start, end)


def _get_source(slug: str) -> _Source:
    known = {row["source"].removeprefix(f"{ID}source/"): row for row in rows_of("sources")}
    if slug not in known:
        _refuse_unknown(slug, known)
    facts: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of("source-facts", source=known[slug]["source"]):
        facts[shorten(row["property"]).rpartition(":")[2]].append(row)
    source = _Source(known[slug]["source"], slug, "", facts)
    text = source.first("sourceText")
    if not text:
        raise DetailedError(404, f"The graph knows the source {slug} but does not hold its text.")
    return _Source(source.iri, slug, text, facts)


def _refuse_unknown(slug: str, known: Mapping[str, Row]) -> NoReturn:
    close = nearest(slug[:_LONGEST_NAME], known) or list(known)
    hint = f" Texts that are: {', '.join(known)}." if known else " The graph holds no text."
    things = [
        {"name": row["title"] or one, "iri": row["source"], "link": url_for("source_text", slug=one)}
        for one, row in known.items()
        if one in close
    ]
    raise DetailedError(404, f"No text is called {slug[:_LONGEST_NAME]!r}.{hint}", suggestions=things)


# -- what the page shows -----------------------------------------------------------------------------------


def _context(source: _Source, at: Passage | None) -> dict[str, object]:
    passages = _passages(source)
    chosen = next((one for one in passages if one == at), at)
    odd = _oddities(source)
    named = {one.name for one in passages}
    return {
        "source": source,
        "lines": lines_of(source.text, passages, chosen, odd),
        "layer_of": _layer_of,
        "parts": _parts(source),
        "plan_name": label_of(source.first("textOf")) if source.first("textOf") else "",
        "passages": passages,
        "oddities": len({row["oddity"] for found in odd.values() for row in found}),
        "at": chosen,
        "panel": _panel(source, passages, chosen, odd) if chosen else None,
        "known": chosen is not None and chosen.name in named,
        "tag_of": tag_of,
        "is_iri": _is_iri,
    }


def _passages(source: _Source) -> list[Passage]:
    """The passages of a text, in its order; what lies outside the text, which a text of others may, is left out."""
    layers: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for row in rows_of("source-passages", source=source.iri):
        place = _place(row, len(source.text))
        if place:
            layers[place].add(row["layer"])
    return [Passage(start, end, frozenset(found)) for (start, end), found in sorted(layers.items())]


def _place(row: Row, length: int) -> tuple[int, int] | None:
    if not (row["start"].isdecimal() and row["end"].isdecimal()):
        return None
    start, end = int(row["start"]), int(row["end"])
    return (start, end) if start < end <= length else None


def _layer_of(passage: Passage) -> str:
    return next((layer for layer in _SURE if layer in passage.layers), "none")


def _oddities(source: _Source) -> dict[int, list[Row]]:
    """The oddities of a text by the place where they begin, each once."""
    found: defaultdict[int, dict[tuple[str, str], Row]] = defaultdict(dict)
    for row in rows_of("source-oddities", source=source.iri):
        place = _place(row, len(source.text))
        if place:
            found[place[0]].setdefault((row["oddity"], row["passage"]), row)
    return {start: list(rows.values()) for start, rows in found.items()}


def _parts(source: _Source) -> list[Row]:
    """The parts of the plan in the order of the text, each where it begins first."""
    found: dict[str, Row] = {}
    for row in rows_of("source-elements", source=source.iri):
        if _place(row, len(source.text)):
            found.setdefault(row["element"], row)
    return list(found.values())


def _panel(
    source: _Source, passages: Sequence[Passage], chosen: Passage, odd: Mapping[int, Sequence[Row]]
) -> dict[str, object]:
    """What the chosen words support, and the ways on from them."""
    iri = f"{source.iri}/passage/{chosen.name}"
    rows = rows_of("passage-facts", passage=iri)
    facts: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row["claim"]:
            facts[row["layer"] if row["layer"] in LAYERS else ""].setdefault(row["claim"], row)
    before, after = neighbours(passages, chosen)
    return {
        "iri": iri,
        "words": source.text[chosen.start : chosen.end],
        "line": source.text.count("\n", 0, chosen.start) + 1,
        "things": list(dict.fromkeys(row["subject"] for row in rows if not row["claim"])),
        "facts": [(layer, *LAYERS[layer], list(facts[layer].values())) for layer in LAYERS if layer in facts],
        "mappings": list({row["mapping"]: row for row in rows_of("passage-mappings", passage=iri)}.values()),
        "oddities": [row for row in odd.get(chosen.start, ()) if int(row["end"]) == chosen.end],
        "around": around(passages, chosen),
        "before": before,
        "after": after,
    }


def _is_iri(value: str) -> bool:
    return value.startswith(("http://", "https://"))
