"""A server of this machine that links lead to: each path answers in a way of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Elsewhere(BaseHTTPRequestHandler):
    """Answers by the path: `/301/alive` leads to `/alive`, `/status/410` has that status, `/no-head` knows GET only."""

    asked: list[tuple[str, str]]

    def do_HEAD(self) -> None:
        if self.path.startswith("/no-head"):
            self._send(405)
        else:
            self.do_GET()

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path))
        parts = self.path.strip("/").split("/")
        if parts[0] == "status":
            self._send(int(parts[1]))
        elif parts[0] == "private":
            self._send(302, "http://10.0.0.1/")
        elif parts[0] == "loop":
            self._send(302, "/loop")
        elif self.path == "/folder":
            self._send(301, "/folder/")
        elif parts[0].isdigit():
            self._send(int(parts[0]), "/" + "/".join(parts[1:]))
        else:
            self._send(200)

    def _send(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def asked() -> list[tuple[str, str]]:
    """The methods and paths that were asked, in order."""
    return []


@pytest.fixture
def elsewhere(asked: list[tuple[str, str]]) -> Iterator[str]:
    """The address of the server."""
    handler = type("Handler", (Elsewhere,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
