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
    "Incoming", "Outgoing", "limit_waiting", "send", "send_answer", "send_error",
]  # fmt: skip

_LENGTH = struct.Struct("!I")
_TIME = struct.Struct("ll")  # the system's struct timeval
_BROKEN = 0xFFFFFFFF
_AT_ONCE, _PART = 65_536, 1_000_000  # bytes


def limit_waiting(connection: socket.socket, option: int, seconds: float) -> None:
    """Have the kernel end a send or receive after the time (`option`: SO_SNDTIMEO, SO_RCVTIMEO) with BlockingIOError.

    Python's own time-out costs a poll for each call, which a process without files may not even ask for.
    """
    whole, part = divmod(max(seconds, 0.001), 1)
    connection.setsockopt(socket.SOL_SOCKET, option, _TIME.pack(int(whole), int(part * 1_000_000)))


def send(connection: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one header, and a body whose length the header tells."""
    packed = json.dumps(header).encode()
    connection.sendall(b"".join((_LENGTH.pack(len(packed)), packed, body)))


class Incoming:
    """What arrives on a connection, read in as few calls as may be."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._held = b""

    def wait(self) -> None:
        """Wait for the first bytes; EOFError when the other end is gone."""
        if not self._held:
            self._held = self._connection.recv(_AT_ONCE)
            if not self._held:
                raise EOFError("the other end is gone")

    def _read(self, length: int) -> bytes:
        while len(self._held) < length and length - len(self._held) < _AT_ONCE:
            part = self._connection.recv(_AT_ONCE)
            if not part:
                raise EOFError("the other end is gone")
            self._held += part
        if len(self._held) >= length:
            taken, self._held = self._held[:length], self._held[length:]
            return taken
        return self._read_much(length)

    def _read_much(self, length: int) -> bytes:
        whole = bytearray(length)
        view, self._held, held = memoryview(whole), b"", self._held
        view[: len(held)] = held
        view = view[len(held) :]
        while view:
            count = self._connection.recv_into(view)
            if not count:
                raise EOFError("the other end is gone")
            view = view[count:]
        return bytes(whole)

    def header(self, most: int = 1 << 30) -> dict[str, Any]:
        """Return the next header; EOFError when the other end is gone or it is longer than `most` bytes."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > most:
            raise EOFError(f"a header of {length} bytes")
        header: dict[str, Any] = json.loads(self._read(length))
        return header

    def answer(self) -> tuple[Answer, bool]:
        """Return the answer that arrives and if its body is still to come in parts, or raise the error that arrives."""
        header = self.header()
        if "error" in header:
            raise _error(header)
        streamed = header["length"] is None
        layers = header["layers"]
        answer = Answer(
            b"" if streamed else self._read(header["length"]),
            header["media_type"],
            header["form"],
            tuple(header["notices"]),
            header["build"],
            header["complete"],
            None if layers is None else tuple(layers),
            size=header["size"],
        )
        return answer, streamed

    def part(self) -> bytes:
        """Return the next part of a streamed answer, b"" at the end; raises the error that comes in its place."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length == _BROKEN:
            raise _error(self.header())
        return self._read(length)


def _header(answer: Answer, length: int | None) -> dict[str, Any]:
    return {
        "media_type": answer.media_type,
        "form": answer.form,
        "notices": list(answer.notices),
        "build": answer.build,
        "complete": answer.complete,
        "layers": None if answer.layers is None else list(answer.layers),
        "length": length,
        "size": answer.size,
    }


def send_answer(connection: socket.socket, answer: Answer) -> None:
    """Send a whole answer."""
    send(connection, _header(answer, len(answer.body)), answer.body)


def send_error(connection: socket.socket, error: AseankgError) -> None:
    """Send an error by the name of its class, which `Incoming.answer` raises at the other end."""
    place = [error.line, error.column] if isinstance(error, QueryError) else []
    send(connection, {"error": type(error).__name__, "message": str(error), "place": place})


class Outgoing:
    """An answer on its way out in parts."""

    def __init__(self, connection: socket.socket, build: str) -> None:
        self._connection = connection
        self._build = build
        self.begun = False

    def whole(self, answer: Answer) -> None:
        """Send an answer that is whole, in parts."""
        self.begin(replace(answer, size=len(answer.body)))
        for start in range(0, len(answer.body), _PART):
            self.send(answer.body[start : start + _PART])
        self.end()

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


def _error(header: dict[str, Any]) -> AseankgError:
    kind: type[AseankgError] = getattr(errors, header["error"])
    if issubclass(kind, QueryError):
        return kind(header["message"], *header["place"])
    return DataError(header["message"]) if issubclass(kind, DataError) else kind(header["message"])
