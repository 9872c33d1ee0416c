"""Which of the formats on offer the sender of a request takes, by RFC 9110, 12.5.1, or by a `format=` of its own.

Media types and their weights are parsed by Werkzeug. Not here: what the formats are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import BadRequest, NotAcceptable
from werkzeug.http import parse_accept_header, parse_options_header
from werkzeug.wrappers import Request

from aseankg.errors import suggest

__all__ = ["named_format", "ranked_formats"]

_LONGEST = 4000
_Format = TypeVar("_Format")


def ranked_formats(request: Request, offers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of the formats that the Accept header takes, best first; NotAcceptable when it takes none.

    `offers` are pairs of media type and name in the server's order, which decides where the sender has no
    preference; several media types may lead to one name.
    """
    return _ranked(request.headers.get("Accept", ""), tuple(offers))


@lru_cache(maxsize=512)
def _ranked(header: str, offers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return the same; clients send few headers, and weighing them takes longer than many a query."""
    if len(header) > _LONGEST:
        words = f"The Accept header has {len(header)} characters: this service reads at most {_LONGEST}."
        raise NotAcceptable(words)
    if not header.strip():
        return tuple(dict.fromkeys(name for _, name in offers))
    # Parameters such as charset and profile tell one document of a media type from another: here there is one of each.
    given = parse_accept_header(header, MIMEAccept)
    accepted = MIMEAccept((parse_options_header(value)[0], quality) for value, quality in given)
    weighed = [(accepted.quality(media_type), name) for media_type, name in offers]
    taken = sorted((entry for entry in weighed if entry[0] > 0), key=lambda entry: -entry[0])
    if not taken:
        offered = ", ".join(media_type for media_type, _ in offers)
        raise NotAcceptable(f"No format of this service suits the Accept header. It offers {offered}.")
    return tuple(dict.fromkeys(name for _, name in taken))


def named_format(name: str, known: Mapping[str, _Format]) -> _Format:
    """Return the format or formats that `format=` names; BadRequest with the nearest names when there is none."""
    if name.lower() not in known:
        raise BadRequest(f"No format is called {name!r}: expected one of {', '.join(known)}.{suggest(name, known)}")
    return known[name.lower()]
