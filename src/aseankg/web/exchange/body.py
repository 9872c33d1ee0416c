"""Reads the bodies of requests: whole or not at all, within a size and a time, only so many at once and of one client.

A sender that is too slow is given up; the thread that reads from it ends when the server closes its connection, and
counts until then. Not here: what a body means (protocol).
"""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestTimeout
from werkzeug.wsgi import get_input_stream

from aseankg.errors import QueryBusyError, QueryThrottledError
from aseankg.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["Bodies"]

_AT_ONCE = 64
_PATIENCE = 10.0  # seconds that a sender has for a body


class Bodies:
    """The bodies that one web process is reading."""

    def __init__(self, settings: Settings) -> None:
        self._most = settings.body_bytes
        self._of_one = settings.client_queries
        self._senders: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, environ: WSGIEnvironment, most: int = 0) -> None:
        """Put the whole body, of at most so many bytes (0: of a query), into the environment in place of the stream.

        Raises QueryThrottledError and QueryBusyError where too many are being read, RequestEntityTooLarge,
        RequestTimeout, and BadRequest for what breaks off.
        """
        client = environ.get("REMOTE_ADDR", "")
        self._enter(client)
        body: Future[bytes] = Future()
        threading.Thread(target=self._read, args=(environ, client, body, most or self._most), daemon=True).start()
        try:
            found = body.result(_PATIENCE)
        except TimeoutError:
            words = f"The body of the request did not come within {_PATIENCE:g} s. Send it at once."
            raise RequestTimeout(words) from None
        except RequestEntityTooLarge:
            raise _too_large(most) from None
        except OSError as error:
            raise BadRequest(f"The body of the request broke off or is no HTTP: {error}.") from None
        if len(found) > (most or self._most):  # Werkzeug cuts a body in chunks there, without a word
            raise _too_large(most)
        environ["wsgi.input"] = BytesIO(found)
        environ["CONTENT_LENGTH"] = str(len(found))
        environ.pop("HTTP_TRANSFER_ENCODING", None)

    def _enter(self, client: str) -> None:
        with self._lock:
            if client and self._senders[client] >= self._of_one:
                words = f"{self._of_one} requests from this address are still being sent. Wait for one of them to end."
                raise QueryThrottledError(words)
            if self._senders.total() >= _AT_ONCE:
                raise QueryBusyError("Too many requests are still being sent. Try again in a moment.")
            self._senders[client] += 1

    def _read(self, environ: WSGIEnvironment, client: str, body: Future[bytes], most: int) -> None:
        try:
            body.set_result(get_input_stream(environ, max_content_length=most + 1).read())
        except Exception as error:  # raised again where it is waited for
            body.set_exception(error)
        finally:
            with self._lock:
                self._senders[client] -= 1
                if not self._senders[client]:
                    del self._senders[client]


def _too_large(most: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"The request is too large: expected at most {most:,} bytes." if most else None)
