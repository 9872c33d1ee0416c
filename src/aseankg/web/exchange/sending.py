"""How a response leaves: JSON as it is written everywhere here, and a tag by which nobody is sent the same bytes twice.

Not here: pages (showing), tables as files (exports), and problems.
"""

from __future__ import annotations

import json

from flask import Response, request

__all__ = ["in_json", "tagged"]


def in_json(document: object) -> Response:
    """Return the response that holds a document of JSON."""
    return Response(json.dumps(document, ensure_ascii=False), content_type="application/json")


def tagged(response: Response) -> Response:
    """Return the response with an ETag of its bytes where it has none; who has them already is told so (304)."""
    response.add_etag()
    response.make_conditional(request)
    return response
