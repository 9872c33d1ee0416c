"""Packs pages that are made anew for each request, such as that of a query, when the browser takes gzip.

Not here: documents with an entity tag, which are kept packed (keeper), and the answers of /sparql (front).
"""

from __future__ import annotations

import gzip

from flask import Response, request

from aseankg.web.exchange.conditions import accepted_coding

__all__ = ["pack"]

_WORTH_PACKING = 1_000  # bytes


def pack(response: Response) -> Response:
    """Return the response with its page packed where that is allowed and worth it."""
    if response.mimetype != "text/html" or response.is_streamed or "ETag" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= _WORTH_PACKING and accepted_coding(request.environ):
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.content_encoding = "gzip"
    return response
