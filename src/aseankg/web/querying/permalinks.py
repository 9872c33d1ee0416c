"""Short links to queries, which stay: `POST /q` keeps a query, `/q/{name}` leads to its answer of today.

A link's name is the beginning of a hash of what it stands for, so the same query always has the same link. Nothing
kept is ever dropped, because a citation must not rot; when the space is used up, no more are made. So that no one
asker uses it up, a query that is kept may not be long, and each address may make a few at a time only. Not here:
the answer itself (sparql), and references (citation).
"""

from __future__ import annotations

import base64
import hashlib
import math
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

from cachetools import TTLCache
from flask import (
    Flask,
    Response,
    after_this_request,
    current_app,
    json,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
)
from werkzeug.test import EnvironBuilder
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from aseankg.errors import QueryTooLongError
from aseankg.layout import state_folder
from aseankg.settings import variable_for
from aseankg.store.federation import without_services
from aseankg.store.request import QueryRequest
from aseankg.web.exchange.negotiation import ranked_formats
from aseankg.web.querying.protocol import read_request
from aseankg.web.site import public_url, site

__all__ = ["Allowance", "Kept", "address_for", "address_of", "check", "find_kept", "find_name", "get_kept", "register"]

_FILE = "permalinks.sqlite"
_SHORTEST = 10  # characters of a name: 50 bits of the hash
_PAGE = 4096  # bytes of a page of SQLite, by which its file grows
_BUSY = 2.0  # seconds to wait for another process that writes
_MOST = 10_000  # characters of a query and the names of its graphs together
_WINDOWS = ((60, 30), (86_400, 300))  # in so many seconds an address may make so many links
_CLIENTS = 10_000  # addresses that are counted at once
_ALLOWANCE = "aseankg.links"
_LONGEST_ADDRESS = 3500  # in bytes: servers and proxies refuse lines of more than 4 or 8 thousand
_OWN = frozenset(("query", "update", "default-graph-uri", "named-graph-uri"))
_NOWHERE = "urn:x-aseankg:empty-graph"  # a query over no data costs next to nothing, and tells if it parses
# A content is packed by zlib; one in characters is from before that.
_SCHEMA = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, content TEXT NOT NULL, made TEXT NOT NULL)"


@dataclass(frozen=True)
class Kept:
    """What a link stands for; the graphs are sets to SPARQL, so their order does not count."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    form: str = ""
    partial: bool = False

    @property
    def graphs(self) -> tuple[str, ...]:
        """All graphs that it names."""
        return (*self.default_graphs, *self.named_graphs)

    def content(self) -> str:
        """Return it as JSON that is the same for the same query, graphs, format and conduct at a limit."""
        graphs = {"default_graphs": sorted({*self.default_graphs}), "named_graphs": sorted({*self.named_graphs})}
        values = asdict(self) | graphs
        if not self.partial:  # links from before there was this keep their names
            del values["partial"]
        return json.dumps(values, sort_keys=True, ensure_ascii=False)

    def parameters(self) -> dict[str, Any]:
        """Return it as parameters of the endpoint."""
        graphs = {"default-graph-uri": [*self.default_graphs], "named-graph-uri": [*self.named_graphs]}
        form = {"format": self.form} if self.form else {}
        return {"query": self.query} | graphs | form | ({"limit": "notice"} if self.partial else {})


class Allowance:
    """How many links each address may still make; in memory, so each web process counts for itself.

    Counted are addresses of IPv4, and networks of 64 bits of IPv6, which is the least that one household has. Of the
    many addresses of many windows the oldest are forgotten first.
    """

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._lock = threading.Lock()
        self._windows = [_Window(seconds, most, TTLCache(_CLIENTS, seconds, timer)) for seconds, most in _WINDOWS]

    def take(self, client: str) -> int:
        """Count one more link and return 0, or return the seconds after which there may be one more."""
        client = _network(client)
        with self._lock:
            now = self._timer()
            found = [(window, window.find(client, now)) for window in self._windows]
            over = [window.seconds - (now - count.since) for window, count in found if count.made >= window.most]
            if over:
                return max(1, math.ceil(max(over)))
            for _, count in found:
                count.made += 1
            return 0


@dataclass
class _Count:
    """What one address has made since a time."""

    since: float
    made: int = 0


@dataclass(frozen=True)
class _Window:
    """The counts of the last `seconds`; each goes when its time is over, because it is put there only once."""

    seconds: int
    most: int
    counts: TTLCache[str, _Count]

    def find(self, client: str, now: float) -> _Count:
        count = self.counts.get(client)
        if count is None:
            count = self.counts[client] = _Count(now)
        return count


def _network(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:  # a socket of this machine has no address
        return client
    if not isinstance(address, IPv6Address):
        return client
    return str(address.ipv4_mapped or int(address) >> 64)


def register(app: Flask) -> None:
    """Have the application keep queries and lead to them; templates get whole addresses by `address_for`."""
    app.extensions[_ALLOWANCE] = Allowance()
    app.add_template_global(address_for)
    app.add_url_rule("/q", "keep", _keep_query, methods=["POST"])
    app.add_url_rule("/q/<name>", "kept", _follow)


def address_of(name: str) -> str:
    """Return the whole address of a link."""
    return address_for("kept", name=name)


def address_for(endpoint: str, **values: Any) -> str:
    """Return the whole address of a part of the service, as people reach it."""
    return public_url() + url_for(endpoint, **values).removeprefix(request.script_root)


def check(kept: Kept) -> str:
    """Return the form of a query that has an answer here; QueryError when its text or its graphs cannot be read."""
    client = request.remote_addr or ""
    alone = without_services(kept.query, site().settings)
    asked = QueryRequest(alone, default_graphs=(_NOWHERE,), partial=kept.partial, client=client)
    form = site().engine.answer(asked).form
    if kept.graphs:  # whether each can be named at all is for the engine to say, too
        site().engine.answer(QueryRequest("ASK {}", default_graphs=kept.graphs, client=client))
    return form


# -- over HTTP -------------------------------------------------------------------------------------------------


def _keep_query() -> Response:
    if not site().settings.permalink_bytes:
        variable = variable_for("permalink_bytes")
        raise Forbidden(f"This service makes no short links: its operator has set {variable} to 0.")
    kept, form = _read()
    page = ranked_formats(request, [("application/json", "json"), ("text/html", "html")])[0] == "html"
    name, new = _keep(kept)
    address = address_of(name)
    if page:
        response = Response(render_template("permalink.html", name=name, address=address, kept=kept, form=form))
    else:
        response = jsonify(id=name, url=address, cite=f"{address}/cite")
    if new:
        response.status_code = 201
        response.headers["Location"] = url_for("kept", name=name)
    return response


def _read() -> tuple[Kept, str]:
    """Return what the request wants to be kept, if the engine can read it, and the form of the query."""
    asked = read_request(request)
    if not asked.text or not asked.text.strip():
        raise BadRequest("The request holds no query: send one as the parameter `query` of a form.")
    form = asked.formats[0] if "format" in request.values else ""
    text = asked.text.replace("\r\n", "\n")  # as forms write line ends: the same query has the same link
    kept = Kept(text, asked.default_graphs, asked.named_graphs, form, asked.partial)
    if len(text) + sum(map(len, kept.graphs)) > _MOST:
        words = f"A short link stands for at most {_MOST:,} characters of query and names of graphs."
        raise QueryTooLongError(f"{words} This one has more: ask it without a link, by POST to {url_for('sparql')}.")
    return kept, check(kept)


def _count() -> None:
    """Count a new link for its maker; TooManyRequests when that is one too many."""
    allowance: Allowance = current_app.extensions[_ALLOWANCE]
    wait = allowance.take(request.remote_addr or "")
    if not wait:
        return

    @after_this_request  # the page of an error takes its words only
    def say(response: Response) -> Response:
        response.headers["Retry-After"] = str(wait)
        return response

    raise TooManyRequests(f"Too many new links come from your address. Those that exist work; make more in {wait} s.")


def _follow(name: str) -> BaseResponse:
    """Lead to the answer: 307, because the answer is elsewhere for now and HEAD has to stay HEAD."""
    name, _, suffix = name.partition(".")
    kept = get_kept(name)
    further = {name: values for name, values in request.args.lists() if name not in _OWN}
    parameters = kept.parameters() | further | ({"format": suffix} if suffix else {})
    address = url_for("sparql", **parameters)
    if len(address) <= _LONGEST_ADDRESS:
        return redirect(iri_to_uri(address), 307)
    return _answer_here(parameters)


def _answer_here(parameters: dict[str, Any]) -> BaseResponse:
    """Answer in place, as if the query had been sent by a form: its address would be longer than servers read."""
    builder = EnvironBuilder(path=url_for("sparql"), method="POST", data=parameters, environ_base=request.environ)
    with closing(builder):
        environ = builder.get_environ()
    for inherited in [key for key in environ if key.startswith(("flask.", "werkzeug."))]:
        del environ[inherited]
    return Response.from_app(current_app.wsgi_app, environ)


# -- on disk ---------------------------------------------------------------------------------------------------


def get_kept(name: str) -> Kept:
    """Return what a link stands for; NotFound when there is no such link."""
    kept = find_kept(name)
    if kept is None:
        words = f"Look for a slip in the link; a POST to {url_for('keep')} makes one."
        raise NotFound(f"No query is kept as {name!r}. {words}")
    return kept


def find_kept(name: str) -> Kept | None:
    """Return what a link stands for, or None."""
    content = _find_content(name)
    if content is None:
        return None
    values = json.loads(content)
    graphs = (tuple(values["default_graphs"]), tuple(values["named_graphs"]))
    return Kept(values["query"], *graphs, values["form"], values.get("partial", False))


def find_name(kept: Kept) -> str | None:
    """Return the name under which exactly this is kept, or None."""
    content = kept.content()
    for name in _names(content):
        found = _find_content(name)
        if found is None or found == content:
            return None if found is None else name
    return None


def _keep(kept: Kept) -> tuple[str, bool]:
    """Return the name of the link, and whether it is new."""
    content = kept.content()
    with _opened(write=True) as links:
        for name in _names(content):
            new = _select(links, name) is None
            if new:
                _count()
                new = _insert(links, name, content)  # unless another process was quicker
            if new or _select(links, name) == content:
                return name, new
    raise RuntimeError("two contents have one SHA-256")


def _names(content: str) -> Iterator[str]:
    """The names for a content, the shortest first; a longer one is for when another content has the shorter."""
    digest = hashlib.sha256(content.encode()).digest()
    whole = base64.b32encode(digest).decode().lower().rstrip("=")
    return (whole[:length] for length in range(_SHORTEST, len(whole) + 1, 6))


def _find_content(name: str) -> str | None:
    if not (state_folder(site().settings) / _FILE).exists():
        return None
    with _opened(write=False) as links:
        if links.execute("SELECT 1 FROM sqlite_master WHERE name = 'kept'").fetchone() is None:
            return None  # the first link is being made
        return _select(links, name)


def _insert(links: sqlite3.Connection, name: str, content: str) -> bool:
    row = (name, zlib.compress(content.encode(), 9))
    new = links.execute("INSERT OR IGNORE INTO kept VALUES (?, ?, date('now'))", row).rowcount == 1
    links.commit()
    return new


def _select(links: sqlite3.Connection, name: str) -> str | None:
    """Return the content under a name as it was before it was packed."""
    row = links.execute("SELECT content FROM kept WHERE name = ?", (name,)).fetchone()
    if row is None or isinstance(row[0], str):
        return row and str(row[0])
    return zlib.decompress(row[0]).decode()


@contextmanager
def _opened(write: bool) -> Iterator[sqlite3.Connection]:
    """Open the links; what fails is told in words, and to the operator whole."""
    settings = site().settings
    folder = state_folder(settings)
    try:
        with closing(_connect(folder, settings.permalink_bytes, write)) as links:
            yield links
    except (sqlite3.Error, zlib.error, OSError) as error:
        raise _failure(error) from error


def _connect(folder: Path, most: int, write: bool) -> sqlite3.Connection:
    if write:
        folder.mkdir(parents=True, exist_ok=True)
    links = sqlite3.connect(folder / _FILE, timeout=_BUSY)
    if write:
        links.execute(f"PRAGMA page_size = {_PAGE}")
        links.execute("PRAGMA journal_mode = WAL")
        links.execute(f"PRAGMA max_page_count = {max(1, most // _PAGE)}")
        links.execute(_SCHEMA)
    return links


def _failure(error: Exception) -> HTTPException:
    current_app.logger.error("The short links cannot be used: %s", error)
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        full = HTTPException("The space for short links is used up: no more are made. Those that exist stay.")
        full.code = 507
        return full
    return ServiceUnavailable(
        "The short links cannot be read or written just now. Ask the query itself, or try again later."
    )
