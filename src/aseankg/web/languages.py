"""Which of several names of a thing its reader would read: by Accept-Language, then English.

Not here: the words of the interface, which are translated (texts).
"""

from __future__ import annotations

from functools import lru_cache

from flask import has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

__all__ = ["language_rank"]

_ENGLISH = "en"
_MOST = 20  # languages of a request that are looked at


def language_rank(language: str | None) -> int:
    """Return the place of a name in this language among the reader's wishes, 0 the best.

    Words without a language count as English, which comes after all that the reader names. `pt-BR` and `pt` are one.
    """
    return _rank(request.environ.get("HTTP_ACCEPT_LANGUAGE", "") if has_request_context() else "", language or _ENGLISH)


@lru_cache(maxsize=500)  # a page asks this of thousands of names
def _rank(accepted: str, language: str) -> int:
    wished = _wished(accepted)
    spoken = _primary(language)
    if spoken in wished:
        return wished.index(spoken)
    return len(wished) + (spoken != _ENGLISH)


def _wished(accepted: str) -> list[str]:
    tags = [tag for tag, quality in parse_accept_header(accepted, LanguageAccept) if quality > 0][:_MOST]
    return list(dict.fromkeys(_primary(tag) for tag in tags if tag != "*"))


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()
