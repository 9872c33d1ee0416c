"""A reference to an answer: who made the data, which version, which query, where, and when it was looked at.

As plain text, BibTeX, CSL-JSON and a page, at `/cite?query=…` and at `/q/{name}/cite`. Title, makers and date of
release are those of CITATION.cff, which no installed wheel holds: a test keeps the two alike. Not here: the answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from flask import Flask, Response, json, render_template, request, url_for
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from aseankg.builds import Build
from aseankg.description.release import TITLE
from aseankg.errors import ConfigurationError
from aseankg.store.guard import require_length
from aseankg.web.exchange.negotiation import named_format, ranked_formats
from aseankg.web.querying.permalinks import Kept, address_for, address_of, check, find_name, get_kept
from aseankg.web.site import site

__all__ = ["AUTHORS", "RELEASED", "Reference", "reference_for", "register"]

AUTHORS = ("The aseankg project",)
RELEASED = date(2026, 11, 21)
_SHOWN = 16  # characters of the query's hash
_FORMATS = {
    "text": "text/plain; charset=utf-8",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json",
    "html": "text/html; charset=utf-8",
}
_OFFERS = [(media_type.partition(";")[0], name) for name, media_type in _FORMATS.items()]
_OFFERS += [("application/json", "json"), ("text/x-bibtex", "bibtex")]
_NAMES = {name: name for name in _FORMATS} | {"plain": "text", "txt": "text", "bib": "bibtex", "csl": "json"}
_TEX = {character: f"\\{character}" for character in "&%$#_"} | {
    "{": r"\textbraceleft{}",  # BibTeX counts braces, also those after a backslash
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


_URL_ENDS = re.compile(r"[\s{}\\]")  # what would end a field of BibTeX, or be read as TeX there


@dataclass(frozen=True)
class Reference:
    """A reference to the answer to one query, or to one thing.

    `digest` is the SHA-256 of the query (or of the IRI of the thing, whose name is `thing`), `address` leads to it
    again. One that stands on a page that is kept has no day of looking (`accessed`): its reader adds it.
    """

    version: str
    digest: str
    address: str
    accessed: date | None
    graphs: tuple[str, ...] = ()
    thing: str = ""

    @property
    def key(self) -> str:
        """The name of the entry in a bibliography."""
        return f"aseankg-{self.digest[:_SHOWN]}"

    def plain(self) -> str:
        """Return the reference as one line."""
        return _one_line(
            f"{' and '.join(AUTHORS)} ({RELEASED.year}). {TITLE} [Data set], version {self.version}. "
            f"{self._words()}. {self.address}{self._day(' (accessed ', ')')}."
        )

    def _words(self) -> str:
        if self.thing:
            return f"Description of “{self.thing}”"
        word = "graph" if len(self.graphs) == 1 else "graphs"
        graphs = f" over the {word} {', '.join(self.graphs)}" if self.graphs else ""
        return f"Answer to the query with SHA-256 {self.digest[:_SHOWN]}{graphs}"

    def _day(self, before: str, after: str = "") -> str:
        return f"{before}{self.accessed.isoformat()}{after}" if self.accessed else ""

    def bibtex(self) -> str:
        """Return the reference as an entry of BibTeX, whose `url` is verbatim as `\\url` reads it."""
        fields = {
            "author": " and ".join(f"{{{_tex(author)}}}" for author in AUTHORS),
            "title": f"{{{_tex(TITLE)}}}",
            "year": str(RELEASED.year),
            "version": _tex(self.version),
            "note": _tex(f"Data set, version {self.version}. {self._words()}{self._day('. Accessed ')}"),
            "url": _URL_ENDS.sub(lambda found: quote(found[0]), self.address),
        } | ({"urldate": self.accessed.isoformat()} if self.accessed else {})
        lines = "".join(f"  {name:<8}= {{{value}}},\n" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}}}\n"

    def csl(self) -> list[dict[str, Any]]:
        """Return the reference as CSL-JSON, the form that Zotero and pandoc read."""
        item = {
            "id": self.key,
            "type": "dataset",
            "title": TITLE,
            "author": [{"literal": author} for author in AUTHORS],
            "issued": _csl_date(RELEASED),
            "version": self.version,
            "URL": self.address,
            "note": self._words(),
        }
        return [item | ({"accessed": _csl_date(self.accessed)} if self.accessed else {})]


def reference_for(text: str, graphs: Sequence[str], url: str, build: Build) -> Reference:
    """Return the reference to the answer that `build` gives today to a query over `graphs` (none: all)."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Reference(build.version, digest, url, datetime.now(UTC).date(), tuple(graphs))


def register(app: Flask) -> None:
    """Have the application give references; templates get them by `find_reference` and `find_reference_to`."""
    app.add_url_rule("/cite", "cite", _cite)
    app.add_url_rule("/q/<name>/cite", "cite_kept", _cite_kept)
    app.add_template_global(_find_reference, "find_reference")
    app.add_template_global(_find_reference_to, "find_reference_to")


def _cite() -> Response:
    kept = _read()
    check(kept)
    name = find_name(kept)
    address = address_for("sparql", **kept.parameters()) if name is None else address_of(name)
    return _answer(kept, address, url_for("cite", **kept.parameters()))


def _cite_kept(name: str) -> Response:
    return _answer(get_kept(name), address_of(name), url_for("cite_kept", name=name))


def _read() -> Kept:
    """Return the one query of the request, and its graphs, as the endpoint itself would take them."""
    try:
        unquote_to_bytes(request.query_string).decode()
    except UnicodeDecodeError:
        raise BadRequest("The request is not UTF-8. Send it in UTF-8.") from None
    queries = request.args.getlist("query")
    if len(queries) != 1 or not queries[0].strip():
        raise BadRequest(f"The request holds {len(queries)} queries: expected one, as the parameter `query`.")
    require_length(queries[0], site().settings.query_length)
    default, named = (tuple(request.args.getlist(name)) for name in ("default-graph-uri", "named-graph-uri"))
    limit = request.args.get("limit", "error")
    if limit not in ("error", "notice"):
        raise BadRequest(f"limit is {limit!r}: expected error (the default) or notice.")
    return Kept(queries[0].replace("\r\n", "\n"), default, named, partial=limit == "notice")


def _answer(kept: Kept, address: str, here: str) -> Response:
    form = _wanted()
    reference = _find_reference(kept.query, kept.graphs, address)
    if reference is None:
        raise ServiceUnavailable("There is no published build to refer to. Its operator is to run `aseankg build`.")
    written: dict[str, Callable[[], str]] = {
        "text": lambda: reference.plain() + "\n",
        "bibtex": reference.bibtex,
        "json": lambda: json.dumps(reference.csl(), ensure_ascii=False),
        "html": lambda: render_template("citation.html", reference=reference, address=here),
    }
    # It names the day, and the link that there is by now: nobody is to keep it.
    return Response(written[form](), content_type=_FORMATS[form], headers={"Cache-Control": "no-store"})


def _wanted() -> str:
    if "format" in request.args:
        return named_format(request.args["format"], _NAMES)
    return ranked_formats(request, _OFFERS)[0]


def _find_reference(text: str, graphs: Sequence[str], url: str) -> Reference | None:
    """Return the reference by the current build, or None where there is none."""
    try:
        return reference_for(text, graphs, url, site().build())
    except ConfigurationError:
        return None


def _find_reference_to(iri: str, name: str) -> Reference | None:
    """Return the reference to a thing by the current build, or None where there is none."""
    try:
        version = site().build().version
    except ConfigurationError:
        return None
    return Reference(version, hashlib.sha256(iri.encode()).hexdigest(), iri, None, thing=name)


def _csl_date(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tex(text: str) -> str:
    return re.sub(r"[\\&%$#_{}~^]", lambda found: _TEX[found[0]], _one_line(text))
