"""The JSON of candidates in either version of the protocol, and JSONP.

Not here: which candidates there are (matching).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response

from aseankg.namespaces import ID
from aseankg.reconcile import KINDS, Candidate
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import in_json
from aseankg.web.reconciling.payload import shown
from aseankg.web.reconciling.properties import PROPERTIES

__all__ = ["answer_02", "answer_10", "feature_name", "in_script", "type_of"]

_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST_CALLBACK = 64
_Answers = Sequence[Candidate] | DetailedError


def type_of(kind: str) -> dict[str, str]:
    """Return a kind of things as a type of the protocol."""
    return {"id": kind, "name": KINDS[kind].name}


def feature_name(feature: str) -> str:
    """Return the name of a feature for people.

    >>> feature_name("words-of-name"), feature_name("property-iso3")
    ('Words of name', 'Property: ISO 3166-1 alpha-3')
    """
    pid = feature.removeprefix("property-")
    return (
        f"Property: {PROPERTIES[pid].name}"
        if pid in PROPERTIES and pid != feature
        else feature.capitalize().replace("-", " ")
    )


def answer_02(found: Mapping[str, _Answers]) -> dict[str, Any]:
    """Return the answer to a batch of 0.2; a query that has a fault has no candidates, and its fault beside them."""
    return {name: _result(one, "result", named=False) for name, one in found.items()}


def answer_10(found: Iterable[_Answers]) -> dict[str, Any]:
    """Return the answer to a batch of 1.0-draft, in the order of its queries."""
    return {"results": [_result(one, "candidates", named=True) for one in found]}


def _result(found: _Answers, name: str, named: bool) -> dict[str, Any]:
    if isinstance(found, DetailedError):
        return {name: [], "error": {"status": found.code, "detail": found.description, **found.members}}
    return {name: [_candidate(one, named) for one in found]}


def _candidate(one: Candidate, named: bool) -> dict[str, Any]:
    return {
        "id": one.iri.removeprefix(ID),
        "name": one.name,
        "description": _words(one),
        "type": [type_of(kind) for kind in one.kinds],
        "score": round(one.score, 1),
        "match": one.match,
        "features": [
            {"id": feature, **({"name": feature_name(feature)} if named else {}), "value": round(value, 3)}
            for feature, value in one.features.items()
        ],
    }


def _words(one: Candidate) -> str:
    """Return what describes a thing, after the name by which it was found where that is another than its own."""
    known = one.spelling in ("", one.name, one.description, one.iri)
    other = "" if known else f"Also called {one.spelling}."
    return f"{other} {one.description}".strip()


def in_script(document: object, callback: str | None) -> Response:
    """Return the document as JSON or, with the name of a function, as a script that calls it with the document.

    DetailedError for what is not the name of a function: it would be run as a script.
    """
    if callback is None:
        return in_json(document)
    if len(callback) > _LONGEST_CALLBACK or not _CALLBACK.fullmatch(callback):
        words = (
            f"callback is {shown(callback)}: expected the name of a function, letters, digits, _ and $ with dots "
            f"between, at most {_LONGEST_CALLBACK} characters. Leave it out: any site may read the JSON itself (CORS)."
        )
        raise DetailedError(400, words, parameter="callback")
    script = (
        f"/**/{callback}({json.dumps(document)});"  # ASCII: no line separators; the comment stops Flash and the like
    )
    return Response(script, content_type="text/javascript; charset=utf-8")
