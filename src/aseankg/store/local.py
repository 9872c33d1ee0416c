"""An engine for one caller, such as the command line: each query in a forked child with the pool's limits.

So the deadline holds, Ctrl-C works, and a query that crashes the engine takes only its child along. Not here:
several callers at once (pool).
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NoReturn

from pyoxigraph import Store

from aseankg.settings import Settings
from aseankg.store.beside import Stores
from aseankg.store.embedded import answer
from aseankg.store.limits import confine, deadline, in_words, stopped
from aseankg.store.request import Answer, QueryRequest
from aseankg.store.wire import Incoming, send_answer, send_error

__all__ = ["LocalEngine", "answer_in_child"]


class LocalEngine:
    """Answers from a store of this process.

    With `forked` false the query runs in this process: no deadline and no memory limit, for callers that must
    not fork, such as a program with threads of its own. `build` names the build that the store is of.
    """

    def __init__(self, store: Store | Stores, settings: Settings, forked: bool = True, build: str = "") -> None:
        self._stores = store if isinstance(store, Stores) else Stores(store, store)
        self._settings = settings
        self._forked = forked
        self.build = build

    def in_flight(self) -> int:
        """How many queries run or wait that others asked: none."""
        return 0

    def answer(self, request: QueryRequest) -> Answer:
        """Return the answer; QueryError says why there is none."""
        work = partial(answer, self._stores.seen_by(request), request, self._settings, alone=self._forked)
        answered = answer_in_child(work, self._settings) if self._forked else work()
        return replace(answered, build=self.build)

    def stop(self, token: str) -> None:
        """Do nothing: its one caller waits for each query."""


def answer_in_child(work: Callable[[], Answer], settings: Settings) -> Answer:
    """Return what `work` returns in a forked child under the limits of `settings`."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _run(work, theirs, settings)
    theirs.close()
    try:
        with ours:
            return Incoming(ours).answer()[0]
    except (EOFError, ConnectionError):
        status, child = os.waitpid(child, 0)[1], 0
        raise stopped(settings, os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM) from None
    finally:
        if child:  # it has answered, or the caller was interrupted
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _run(work: Callable[[], Answer], connection: socket.socket, settings: Settings) -> NoReturn:
    try:
        confine(settings)
        with deadline(settings.deadline):
            _reply(work, connection, settings)
    finally:
        os._exit(0)  # a forked child runs none of its parent's clean-up


def _reply(work: Callable[[], Answer], connection: socket.socket, settings: Settings) -> None:
    """Send what `work` returns, or the error that it raises; whatever it raises, the asker gets words."""
    try:
        answered = work()
    except Exception as error:  # where it is a fault of ours, the process lives on
        send_error(connection, in_words(error, settings))
    else:
        send_answer(connection, answered)
