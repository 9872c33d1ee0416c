"""The page that finds: things by their names, a question in plain words, and the words of the texts.

What was understood is shown with what was not; nothing is guessed in silence. Not here: how names are compared
(aseankg.lookup), how a text is understood as a question (aseankg.wording).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request, url_for

from aseankg.likeness import plain
from aseankg.lookup import Found
from aseankg.web.exchange.negotiation import named_format
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import in_json, tagged
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.choosing import only
from aseankg.web.page.showing import label_of, show
from aseankg.web.page.tables import link_of, text_link
from aseankg.web.printed.passages_found import Hit, passages_with
from aseankg.web.querying.answered import Answered, answered
from aseankg.web.querying.examples import stored_questions
from aseankg.web.site import public_url, site
from aseankg.wording import Reading, Understanding, understand

__all__ = ["register"]

_LONGEST = 500  # characters of a text; base.html and search.html say so to browsers
_MOST_THINGS, _MOST_ROWS, _MOST_PASSAGES = 24, 5, 25
_EXACT = 100.0
_NOTHING: Mapping[str, Any] = {"text": "", "things": [], "question": None, "passages": []}
# Kinds in the order in which a page shows them; another kind comes after these.
_KINDS = ("Body", "Country", "ActorGroup", "Plan", "Instrument", "Activity", "Strategy", "ThematicArea", "Concept")


@dataclass(frozen=True)
class _Thing:
    """A thing that was found: what it is called and where it leads, where it stands, and a line on it."""

    iri: str
    kind: str
    label: str
    name: str
    link: str
    home: str
    line: str
    score: float


@dataclass(frozen=True)
class _Finding:
    """All that a text led to."""

    text: str
    things: Sequence[_Thing]
    understood: Understanding
    answer: Answered | None
    hits: Sequence[Hit]

    @property
    def groups(self) -> Mapping[str, Sequence[_Thing]]:
        """The things by their kind, the kinds that people look for first before others."""
        found: defaultdict[str, list[_Thing]] = defaultdict(list)
        for thing in self.things:
            found[thing.kind].append(thing)
        rank = {kind: number for number, kind in enumerate(_KINDS)}
        return dict(sorted(found.items(), key=lambda group: rank.get(group[0], len(rank))))

    @property
    def named(self) -> bool:
        """Whether things of that name come first: the text is a name, or it is no question and like names."""
        exact = any(thing.score >= _EXACT for thing in self.things)
        return exact or (bool(self.things) and self.understood.reading is None)


def register(app: Flask) -> None:
    """Give the application its search."""
    app.add_url_rule("/find", "search", _search)


def _search() -> Response:
    """The page, or for programs the JSON, of what a text leads to; without a text the form with examples."""
    chosen, text = _wanted()
    finding = _find(text) if text else None
    if chosen == "json":
        return tagged(in_json(_document(finding) if finding else _NOTHING))
    return show("search.html", text=text, finding=finding, longest=_LONGEST, most=_MOST_PASSAGES, page_of=_page_of)


# -- reading a request -------------------------------------------------------------------------------------


def _wanted() -> tuple[str, str]:
    """Return the format and the text that are asked for; DetailedError where that cannot be said or is too much."""
    only("text", "format")
    named = request.args.get("format", "html")
    chosen = named_format(named[:80], {"html": "html", "json": "json"})
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", request.args.get("text", "")).split())
    if len(text) > _LONGEST:
        words = (
            f"The text to look for has {len(text):,} characters; at most {_LONGEST} are read. "
            "Give a name, some words of a title, or one question."
        )
        raise DetailedError(400, words, parameter="text")
    return chosen, text


# -- finding -----------------------------------------------------------------------------------------------


def _find(text: str) -> _Finding:
    things = _things(site().lookup().find(text, _MOST_THINGS)) if plain(text) else []
    understood = understand(text, stored_questions().values(), site().lookup())
    reading = understood.reading
    answer = answered(reading.question, reading.parameters, _MOST_ROWS) if reading else None
    return _Finding(text, things, understood, answer, passages_with(text))


def _things(found: Sequence[Found]) -> list[_Thing]:
    wanted = "".join(f"<{one.iri}>" for one in found)
    briefs = {row["thing"]: row for row in rows_of("things-in-brief", wanted=wanted)} if found else {}
    return [_thing(one, briefs.get(one.iri, {})) for one in found]


def _thing(found: Found, brief: Row) -> _Thing:
    label, home = label_of(found.iri), brief.get("scheme_title") or _label(brief.get("home"))
    lines = (brief.get("title", ""), brief.get("name", ""), brief.get("definition", ""))
    line = next((words for words in lines if words and plain(words) != plain(label)), "")
    name = "" if plain(found.name) in {plain(words) for words in (label, line)} else found.name
    return _Thing(found.iri, found.kind, label, name, link_of(found.iri), home, line, found.score)


def _label(iri: str | None) -> str:
    return label_of(iri) if iri else ""


def _page_of(reading: Reading) -> str:
    """Where a question is answered with the values of a reading; without one that it has no value for."""
    given: dict[str, Any] = {value.parameter: value.value for value in reading.values if value.value}
    return url_for("question", name=reading.question, **given)


# -- for programs ------------------------------------------------------------------------------------------


def _document(finding: _Finding) -> dict[str, Any]:
    understood, base = finding.understood, public_url()
    return {
        "text": finding.text,
        "things": [_thing_in_json(thing) for thing in finding.things],
        "question": _reading_in_json(understood.reading) if understood.reading else None,
        "reason": understood.reason,
        "unknown": list(understood.unknown),
        "corrections": [{"written": one.written, "read": one.read} for one in understood.corrections],
        "alternatives": [_reading_in_json(reading) for reading in understood.alternatives],
        "passages": [
            {"iri": hit.passage, "url": f"{base}{text_link(hit.passage)}", "words": _words(hit)}
            for hit in finding.hits[:_MOST_PASSAGES]
        ],
    }


def _thing_in_json(thing: _Thing) -> dict[str, Any]:
    return {
        "iri": thing.iri,
        "label": thing.label,
        "kind": thing.kind,
        "name": thing.name or thing.label,
        "line": thing.line,
        "in": thing.home,
        "score": round(thing.score, 1),
        "url": thing.link,
    }


def _reading_in_json(reading: Reading) -> dict[str, Any]:
    return {
        "name": reading.question,
        "title": reading.title,
        "asks": reading.asks,
        "parameters": dict(reading.parameters),
        "labels": {value.parameter: value.label for value in reading.values},
        "remarks": list(reading.remarks),
        "score": round(reading.score, 3),
        "url": _page_of(reading),
    }


def _words(hit: Hit) -> str:
    return "".join(piece.text for piece in hit.pieces)
