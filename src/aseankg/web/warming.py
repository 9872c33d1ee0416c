"""Makes ready what the first page of a process would wait for: names of things, templates, the ways to ask a question.

That takes a thread of its own, beside the serving, once in each process and again for what a new build changes. What
cannot be made ready is made by the request that needs it, which can say what is wrong. Not here: finished pages, of
which each differs by what its reader accepts (keeper).
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from flask import Flask

from aseankg.errors import AseankgError
from aseankg.web.querying.examples import stored_questions
from aseankg.web.site import Site
from aseankg.wording import understand

__all__ = ["keep_warm"]

_PAUSE = 1.0  # seconds before the first look at which build is answered from, and between two
_ANY_NAME = "ASEAN"


def keep_warm(app: Flask) -> None:
    """Begin to make the application ready, and go on for as long as its process lives."""
    threading.Thread(target=_follow, args=(app,), daemon=True).start()


def _follow(app: Flask) -> None:
    time.sleep(_PAUSE)  # until the server is ready, which needs none of this
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    shared: Site = app.extensions["aseankg"]
    ready = ""
    while True:
        with suppress(AseankgError):  # a pool that is just being started or ended
            if shared.engine.build != ready:
                ready = _read_names(shared)
        time.sleep(_PAUSE)


def _read_names(shared: Site) -> str:
    """Have the names of the build that is answered from, what finds them, and what reads a question; return which."""
    build, names = shared.engine.build, shared.lookup()
    names.find(_ANY_NAME)
    understand(_ANY_NAME, stored_questions().values(), names)
    return build
