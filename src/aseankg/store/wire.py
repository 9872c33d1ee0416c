"""How requests and answers travel between processes: a length, a JSON header, and for answers the bytes.

Both ends are ours and of one version; the socket lies in a folder that only this user can enter.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

from aseankg import errors
from aseankg.errors import AseankgError, DataError, QueryError
from aseankg.store.request import Answer

__all__ = ["receive", "receive_answer", "send", "send_answer", "send_error"]

_LENGTH = struct.Struct("!I")


def send(connection: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one header, and a body whose length the header tells."""
    packed = json.dumps(header).encode()
    connection.sendall(_LENGTH.pack(len(packed)) + packed)
    if body:
        connection.sendall(body)


def receive(connection: socket.socket, most: int = 1 << 30) -> dict[str, Any]:
    """Return the next header; EOFError when the other end is gone or it is longer than `most` bytes."""
    (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size))
    if length > most:
        raise EOFError(f"a header of {length} bytes")
    header: dict[str, Any] = json.loads(_read(connection, length))
    return header


def _read(connection: socket.socket, length: int) -> bytes:
    received = bytearray(length)
    view = memoryview(received)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise EOFError("the other end is gone")
        view = view[count:]
    return bytes(received)


def send_answer(connection: socket.socket, answer: Answer) -> None:
    """Send an answer."""
    header = {
        "media_type": answer.media_type,
        "form": answer.form,
        "notices": list(answer.notices),
        "length": len(answer.body),
    }
    send(connection, header, answer.body)


def send_error(connection: socket.socket, error: AseankgError) -> None:
    """Send an error by the name of its class, which `receive_answer` raises at the other end."""
    place = [error.line, error.column] if isinstance(error, QueryError) else []
    send(connection, {"error": type(error).__name__, "message": str(error), "place": place})


def receive_answer(connection: socket.socket) -> Answer:
    """Return the answer that arrives, or raise the error that arrives in its place."""
    header = receive(connection)
    if "error" in header:
        raise _error(header)
    body = _read(connection, header["length"])
    return Answer(body, header["media_type"], header["form"], tuple(header["notices"]))


def _error(header: dict[str, Any]) -> AseankgError:
    kind: type[AseankgError] = getattr(errors, header["error"])
    if issubclass(kind, QueryError):
        return kind(header["message"], *header["place"])
    return DataError(header["message"]) if issubclass(kind, DataError) else kind(header["message"])
