"""Which of several names of a thing its reader would read: by Accept-Language, then English.

Not here: the words of the interface, which are translated (texts).
"""

from __future__ import annotations

from flask import has_request_context, request

__all__ = ["language_rank"]

_ENGLISH = "en"
_MOST = 20  # languages of a request that are looked at


def language_rank(language: str | None) -> int:
    """Return the place of a name in this language among the reader's wishes, 0 the best.

    Words without a language count as English, which comes after all that the reader names. `pt-BR` and `pt` are one.
    """
    wished = _wished()
    spoken = _primary(language or _ENGLISH)
    if spoken in wished:
        return wished.index(spoken)
    return len(wished) + (spoken != _ENGLISH)


def _wished() -> list[str]:
    if not has_request_context():
        return []
    tags = [tag for tag, quality in request.accept_languages if quality > 0][:_MOST]
    return list(dict.fromkeys(_primary(tag) for tag in tags if tag != "*"))


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()
