"""The headers that every response carries, whichever part of the server makes it.

Not here: those of one answer, such as its entity tag.
"""

from __future__ import annotations

import re

_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})

__all__ = ["FOR_ALL", "FRAMED", "PREFLIGHT", "header_value"]

FOR_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, Aseankg-Build, Aseankg-Notice, Content-Location, ETag, Link, "
    "Location, Retry-After, Server-Timing",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# The policy of a page that other sites show in a frame: it has no scripts and no forms.
FRAMED = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def header_value(text: str) -> str:
    """Return the text as a header may hold it: ASCII, no control characters (RFC 9110, 5.5), typographic signs plain.

    >>> header_value("é\\r\\nX: 1")
    '\\\\xe9  X: 1'
    """
    return re.sub(r"[\x00-\x1f\x7f]", " ", text.translate(_PLAIN)).encode("ascii", "backslashreplace").decode()
