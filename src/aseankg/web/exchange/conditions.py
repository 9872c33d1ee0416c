"""What a request says of the answer that it has and of the coding it takes (RFC 9110, 13.1.2 and 12.5.3).

The headers are parsed by Werkzeug. Not here: which answers have a tag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.http import parse_accept_header, parse_etags

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["UNSENT", "accepted_coding", "matches", "names_tag"]

UNSENT = ("Content-Length", "Content-Encoding", "Content-Type")  # headers that a 304 leaves out


def accepted_coding(environ: WSGIEnvironment) -> str:
    """Return `gzip` where the sender takes it at least as gladly as plain bytes, else an empty string."""
    header = environ.get("HTTP_ACCEPT_ENCODING", "").lower()
    if "gzip" not in header and "*" not in header:
        return ""
    weighed = parse_accept_header(header)
    return "gzip" if weighed["gzip"] > 0 and weighed["gzip"] >= weighed["identity"] else ""


def names_tag(environ: WSGIEnvironment, etag: str) -> bool:
    """Say whether If-None-Match names the tag; not for POST, where that would be 412, which helps nobody."""
    given = environ.get("HTTP_IF_NONE_MATCH")
    if not given or not etag or environ["REQUEST_METHOD"] == "POST":
        return False
    return given == etag or etag.strip('"') in parse_etags(given).as_set(include_weak=True)


def matches(environ: WSGIEnvironment, etag: str) -> bool:
    """Say whether If-None-Match holds for an answer that there is: by its tag, or by `*`."""
    anything = environ.get("HTTP_IF_NONE_MATCH", "").strip() == "*" and environ["REQUEST_METHOD"] != "POST"
    return (anything and bool(etag)) or names_tag(environ, etag)
