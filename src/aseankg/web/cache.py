"""Answers that were given, ready to be sent again: bytes and headers, within a budget of bytes.

An answer is found by what it is (build, query, graphs, format, encoding) and, without reading the query again, by
the request that it answered. Not here: what may be kept (front).
"""

from __future__ import annotations

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
        self._answers: LRUCache[Hashable, Kept] = LRUCache(most, getsizeof=_size)
        self._requests: LRUCache[Hashable, Hashable] = LRUCache(most // 4, getsizeof=lambda key: _OVERHEAD)
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Kept | None:
        """Return the answer of a key."""
        with self._lock:
            return self._answers.get(key)

    def find_for(self, request: Hashable) -> Kept | None:
        """Return the answer that the same request got before."""
        with self._lock:
            key = self._requests.get(request)
            return None if key is None else self._answers.get(key)

    def keep(self, key: Hashable, kept: Kept) -> None:
        """Keep an answer, unless it alone is larger than a quarter of the budget."""
        with self._lock:
            if _size(kept) * 4 <= self._answers.maxsize:
                self._answers[key] = kept

    def link(self, request: Hashable, key: Hashable) -> None:
        """Remember which answer a request got."""
        with self._lock:
            if key in self._answers:
                self._requests[request] = key

    @property
    def size(self) -> int:
        """The bytes that are kept."""
        return int(self._answers.currsize + self._requests.currsize)


def _size(kept: Kept) -> int:
    return len(kept.body) + len(kept.text) + _OVERHEAD
