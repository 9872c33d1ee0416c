"""What a WSGI server starts in each of its processes: `aseankg.web.wsgi:create`.

The socket of the query processes comes from the environment, where `aseankg serve` has put it with all
settings.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from aseankg.catalogue import Query, read_query
from aseankg.errors import ConfigurationError, DataError
from aseankg.layout import resources
from aseankg.settings import Settings, variable_for
from aseankg.store.client import PoolClient
from aseankg.web import create_app
from aseankg.web.examples import read_examples

__all__ = ["create"]


def create() -> Flask:
    """Return the application over the pool that the environment names."""
    settings = Settings.from_environment()
    if not settings.socket:
        raise ConfigurationError(f"{variable_for('socket')} is not set: start the server with `aseankg serve`.")
    threading.Thread(target=_end_with, args=(settings.owner or os.getppid(),), daemon=True).start()
    examples = read_examples(_questions(resources() / "queries" / "questions"))
    return create_app(PoolClient(settings.socket, settings), settings, examples)


def _questions(folder: Path) -> Iterator[Query]:
    """The stored questions; one that cannot be read is logged and left out: it is no reason to serve nothing."""
    for file in sorted(folder.glob("*.rq")):
        try:
            query = read_query(file)
            query.require_form()
            yield query
        except DataError as error:
            logging.getLogger(__name__).warning("A question is left out: %s", error)


def _end_with(parent: int) -> None:
    """End this process when the one that started it is gone, however that ended: nobody else would.

    `parent` comes from the settings: asked too late, the system would name the process that inherited this one.
    """
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
