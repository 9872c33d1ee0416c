"""A second SPARQL endpoint for the tests of federation: one file of Turtle, served on this machine.

    python tests/clients/endpoint.py tests/clients/statistics.ttl --port 8001

It answers the query operation of the SPARQL 1.1 Protocol, and describes itself where it is asked nothing. Not here:
anything of aseankg; limits, for it is asked by tests only.
"""

from __future__ import annotations

import argparse
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

__all__ = ["Endpoint", "main"]

_ROWS = QueryResultsFormat.JSON
_TRIPLES = RdfFormat.TURTLE
_DESCRIPTION = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
<#service> a sd:Service ; sd:endpoint <> ; sd:supportedLanguage sd:SPARQL11Query .
"""


class Endpoint(BaseHTTPRequestHandler):
    """Answers a query over its store: rows and truths as JSON, triples as Turtle."""

    def __init__(self, *request: object, store: Store) -> None:
        self.store = store
        super().__init__(*request)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer the query of the address; without one, describe the service."""
        asked = urlsplit(self.path).query
        if not asked:
            return self.send(200, _TRIPLES.media_type, _DESCRIPTION.encode())
        return self.answer(asked)

    def do_POST(self) -> None:
        """Answer the query of the body, which is a form or the query itself."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(body, self.headers.get_content_type() == "application/sparql-query")

    def answer(self, sent: str, direct: bool = False) -> None:
        """Send what the store finds, or why it finds nothing (400)."""
        query = sent if direct else "".join(parse_qs(sent).get("query", []))
        try:
            found = self.store.query(query)
        except (SyntaxError, ValueError) as error:
            return self.send(400, "text/plain; charset=utf-8", str(error).encode())
        form = _TRIPLES if isinstance(found, QueryTriples) else _ROWS
        return self.send(200, form.media_type, found.serialize(format=form) or b"")  # type: ignore[arg-type]

    def send(self, status: int, media_type: str, body: bytes) -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing of each request."""


def main() -> None:
    """Serve a file until Ctrl-C; port 0 is a free one. The first line says the address."""
    parser = argparse.ArgumentParser(description="A SPARQL endpoint over one file of Turtle, for the tests.")
    parser.add_argument("file")
    parser.add_argument("--port", type=int, default=8001)
    given = parser.parse_args()
    store = Store()
    store.bulk_load(path=given.file, format=_TRIPLES)
    with ThreadingHTTPServer(("127.0.0.1", given.port), partial(Endpoint, store=store)) as server:
        print(f"http://127.0.0.1:{server.server_port}/sparql", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
