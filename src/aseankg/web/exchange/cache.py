"""Answers that were given, ready to be sent again: bytes and headers, within a budget of bytes.

An answer is found by what it is (build, query, graphs, format, encoding) and, without reading the query again, by
the request that it answered. Not here: what may be kept (front).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Hashable
from typing import NamedTuple

from cachetools import LRUCache

__all__ = ["AnswerCache", "Kept"]

_OVERHEAD = 1_500  # bytes that an entry takes besides its body: keys, headers, objects


class Kept(NamedTuple):
    """One answer as it is sent: its headers, its entity tag, its bytes; form, text and build are for the log."""

    headers: list[tuple[str, str]]
    etag: str
    body: bytes
    form: str
    text: str
    build: str


class AnswerCache:
    """The answers of one process; `most` bytes at most, the least recently used go first."""

    def __init__(self, most: int) -> None:
        links = most // 5
        self._answers: LRUCache[Hashable, tuple[Kept, int]] = LRUCache(most - links, getsizeof=_size_of)
        self._requests: LRUCache[Hashable, tuple[Hashable, int]] = LRUCache(links, getsizeof=_size_of)
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Kept | None:
        """Return the answer of a key."""
        with self._lock:
            found = self._answers.get(key)
            return None if found is None else found[0]

    def find_for(self, request: Hashable) -> Kept | None:
        """Return the answer that the same request got before."""
        with self._lock:
            key = self._requests.get(request)
            found = None if key is None else self._answers.get(key[0])
            return None if found is None else found[0]

    def keep(self, key: Hashable, kept: Kept) -> None:
        """Keep an answer, unless it alone is larger than a quarter of the budget."""
        size = _size(key, kept.body, kept.text)
        with self._lock:
            if size * 4 <= self._answers.maxsize:
                self._answers[key] = kept, size

    def link(self, request: Hashable, key: Hashable) -> None:
        """Remember which answer a request got, unless the request is too large."""
        size = _size(request, key)
        with self._lock:
            if key in self._answers and size * 4 <= self._requests.maxsize:
                self._requests[request] = key, size

    @property
    def size(self) -> int:
        """The bytes that are kept."""
        return int(self._answers.currsize + self._requests.currsize)


def _size_of(entry: tuple[object, int]) -> int:
    return entry[1]


def _size(*parts: object) -> int:
    """The bytes of an entry, with those of the texts that it is found by: a client may send long ones."""
    return _OVERHEAD + sum(map(_length, parts))


def _length(part: object) -> int:
    if isinstance(part, tuple):
        return sum(map(_length, part))
    return sys.getsizeof(part) if isinstance(part, str | bytes) else 0
