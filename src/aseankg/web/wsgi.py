"""What a WSGI server starts in each of its processes: `aseankg.web.wsgi:create`.

The socket of the query processes comes from the environment, where `aseankg serve` has put it with all
settings.
"""

from __future__ import annotations

import os
import threading
import time

from flask import Flask

from aseankg.errors import ConfigurationError
from aseankg.settings import Settings, variable_for
from aseankg.store.client import PoolClient
from aseankg.web import create_app
from aseankg.web.querying.examples import read_examples, stored_questions
from aseankg.web.warming import keep_warm

__all__ = ["create"]


def create() -> Flask:
    """Return the application over the pool that the environment names."""
    settings = Settings.from_environment()
    if not settings.socket:
        raise ConfigurationError(f"{variable_for('socket')} is not set: start the server with `aseankg serve`.")
    threading.Thread(target=_end_with, args=(settings.owner or os.getppid(),), daemon=True).start()
    examples = read_examples(stored_questions().values())
    app = create_app(PoolClient(settings.socket, settings), settings, examples)
    keep_warm(app)
    return app


def _end_with(parent: int) -> None:
    """End this process when the one that started it is gone, however that ended: nobody else would.

    `parent` comes from the settings: asked too late, the system would name the process that inherited this one.
    """
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
