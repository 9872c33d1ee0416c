"""How requests and answers travel between processes: a length, a JSON header, and for answers the bytes.

A streamed answer follows its header in parts, each after its length; a part of length 0 is its end, and one of the
greatest length means that an error follows in the place of more. Both ends are ours and of one version; the socket
lies in a folder that only this user can enter.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import replace
from typing import Any

from aseankg import errors
from aseankg.errors import AseankgError, DataError, QueryError
from aseankg.store.request import Answer

__all__ = [
    "Incoming", "Outgoing", "receive", "receive_answer", "send", "send_answer", "send_error",
]  # fmt: skip

_LENGTH = struct.Struct("!I")
_BROKEN = 0xFFFFFFFF


def send(connection: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one header, and a body whose length the header tells."""
    packed = json.dumps(header).encode()
    connection.sendall(b"".join((_LENGTH.pack(len(packed)), packed, body)))


def receive(connection: socket.socket, most: int = 1 << 30) -> dict[str, Any]:
    """Return the next header; EOFError when the other end is gone or it is longer than `most` bytes."""
    (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size))
    if length > most:
        raise EOFError(f"a header of {length} bytes")
    header: dict[str, Any] = json.loads(_read(connection, length))
    return header


def _read(connection: socket.socket, length: int) -> bytes:
    received = connection.recv(length, socket.MSG_WAITALL) if length else b""
    if len(received) == length:
        return received
    whole = bytearray(received)
    while len(whole) < length:
        part = connection.recv(length - len(whole))
        if not part:
            raise EOFError("the other end is gone")
        whole += part
    return bytes(whole)


def _header(answer: Answer, length: int | None) -> dict[str, Any]:
    return {
        "media_type": answer.media_type,
        "form": answer.form,
        "notices": list(answer.notices),
        "build": answer.build,
        "complete": answer.complete,
        "layers": None if answer.layers is None else list(answer.layers),
        "length": length,
    }


def send_answer(connection: socket.socket, answer: Answer) -> None:
    """Send a whole answer."""
    send(connection, _header(answer, len(answer.body)), answer.body)


def send_error(connection: socket.socket, error: AseankgError) -> None:
    """Send an error by the name of its class, which `receive_answer` raises at the other end."""
    place = [error.line, error.column] if isinstance(error, QueryError) else []
    send(connection, {"error": type(error).__name__, "message": str(error), "place": place})


class Outgoing:
    """An answer on its way out in parts."""

    def __init__(self, connection: socket.socket, build: str) -> None:
        self._connection = connection
        self._build = build
        self.begun = False

    def begin(self, answer: Answer) -> None:
        """Send all but the body."""
        self.begun = True
        send(self._connection, _header(replace(answer, build=self._build), None))

    def send(self, part: bytes) -> None:
        """Send the next part; an empty one ends nothing and is not sent."""
        if part:
            self._connection.sendall(_LENGTH.pack(len(part)) + part)

    def end(self) -> None:
        """Say that the answer is whole."""
        self._connection.sendall(_LENGTH.pack(0))

    def break_off(self, error: AseankgError) -> None:
        """Say why no more will come."""
        self._connection.sendall(_LENGTH.pack(_BROKEN))
        send_error(self._connection, error)


class Incoming:
    """A streamed answer on its way in."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def part(self) -> bytes:
        """Return the next part, b"" at the end; raises the error that comes in its place."""
        (length,) = _LENGTH.unpack(_read(self._connection, _LENGTH.size))
        if length == _BROKEN:
            raise _error(receive(self._connection))
        return _read(self._connection, length)


def receive_answer(connection: socket.socket) -> tuple[Answer, bool]:
    """Return the answer that arrives and if its body is still to come in parts, or raise the error that arrives."""
    header = receive(connection)
    if "error" in header:
        raise _error(header)
    streamed = header["length"] is None
    layers = header["layers"]
    answer = Answer(
        b"" if streamed else _read(connection, header["length"]),
        header["media_type"],
        header["form"],
        tuple(header["notices"]),
        header["build"],
        header["complete"],
        None if layers is None else tuple(layers),
    )
    return answer, streamed


def _error(header: dict[str, Any]) -> AseankgError:
    kind: type[AseankgError] = getattr(errors, header["error"])
    if issubclass(kind, QueryError):
        return kind(header["message"], *header["place"])
    return DataError(header["message"]) if issubclass(kind, DataError) else kind(header["message"])
