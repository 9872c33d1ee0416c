"""Serves what the build has published beside the graph: the dumps of every version, VoID, DCAT, the questions in RDF.

`/dump/` and `/dump/{version}/` list files for people and are DCAT for programs; `/dcat` and `/.well-known/void` are the
descriptions of the current version. Names are looked up among those there are, never joined into a path unseen.
Not here: making the files (publish, description) and the service description (querying.sparql).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flask import Flask, Response, redirect, render_template, request, send_file, url_for
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from aseankg.builds import (
    CHECKSUMS,
    DCAT_FILE,
    DUMPS,
    QUESTIONS_FILE,
    VOID_FILE,
    checksums_of,
    find_versions,
    sha256_of,
)
from aseankg.description.dumps import MEDIA_TYPES
from aseankg.description.questions import question_iri
from aseankg.errors import suggest
from aseankg.namespaces import PREFIXES
from aseankg.web.exchange.negotiation import named_format, ranked_formats
from aseankg.web.site import site
from aseankg.web.texts import translate

__all__ = ["register"]

_RDF = {
    "turtle": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
}
_OFFERS = [(made.media_type, name) for name, made in _RDF.items()]
_HTML = ("text/html", "html")
_NAMES = {name: name for name in (*_RDF, "html")} | {made.file_extension: name for name, made in _RDF.items()}
_DESCRIPTIONS = (VOID_FILE, DCAT_FILE, QUESTIONS_FILE)
_YEAR = 31_536_000


@dataclass(frozen=True)
class _Listed:
    """One file of a list: its name, length, checksum."""

    name: str
    octets: int
    sha256: str


def register(app: Flask) -> None:
    """Add the routes of the downloads and of the descriptions."""
    app.add_url_rule("/dump/", "dumps", _show_versions)
    app.add_url_rule("/dump/<name>", "dump", _send_current)
    app.add_url_rule("/dump/<version>/", "dump_version", _show_version)
    app.add_url_rule("/dump/<version>/<name>", "dump_file", _send_versioned)
    app.add_url_rule("/.well-known/void", "void", _show_void)
    app.add_url_rule("/dcat", "dcat", _show_dcat)
    app.add_url_rule("/id/question/<name>", "question_iri", _show_question)


def _show_versions() -> AnyResponse:
    """The files of the current version and the list of all versions; the catalogue for programs."""
    return _list_version(site().build().version, "dumps")


def _show_version(version: str) -> AnyResponse:
    return _list_version(_get_version(version), "dump_version")


def _list_version(version: str, endpoint: str) -> AnyResponse:
    """The files for people; for programs the DCAT of the version, or the whole catalogue where no version is named."""
    folder = _folder(version)
    chosen = _wanted([_HTML, *_OFFERS])
    if chosen != "html":
        return _send_rdf((folder if endpoint == "dump_version" else site().build().folder) / DCAT_FILE, chosen)
    page = render_template(
        "dumps.html",
        version=version,
        files=_listed(folder),
        versions=find_versions(folder.parent.parent),
        current=site().build().version,
        endpoint=endpoint,
        descriptions=_DESCRIPTIONS,
    )
    return Response(page)


def _send_current(name: str) -> AnyResponse:
    """One file of the current version, or the way to the list of a version named without its slash."""
    build = site().build()
    if name in find_versions(build.folder.parent):
        return redirect(url_for("dump_version", version=name), 308)
    if name in _DESCRIPTIONS:
        file = build.folder / name
        return _send(file, sha256_of(file), None)
    return _send_dump(build.version, name, None)


def _send_versioned(version: str, name: str) -> AnyResponse:
    return _send_dump(_get_version(version), name, _YEAR)


def _send_dump(version: str, name: str, age: int | None) -> AnyResponse:
    """One file of a version; what a dump holds stays, its descriptions may be put in better words."""
    folder = _folder(version)
    known = _files_of(folder) | {CHECKSUMS: sha256_of(folder / CHECKSUMS)}
    if name not in known:
        raise NotFound(f"No dump is called {name!r}: expected one of {', '.join(known)}.{suggest(name, known)}")
    stays = age is not None and name not in _DESCRIPTIONS
    response = _send(folder / name, known[name], age if stays else None)
    if stays:
        response.cache_control.immutable = True
        response.cache_control.public = True
    return response


def _send(file: Path, sha256: str, age: int | None) -> Response:
    """The file as it lies there, whole or the range asked for; its checksum is its strong entity tag."""
    return send_file(file, mimetype=_media_type(file.name), conditional=True, etag=sha256, max_age=age)


def _media_type(name: str) -> str:
    """What a file is as it is sent: an archive stays one, nobody is to unpack it on the way."""
    if name.endswith(".gz"):
        return "application/gzip"
    return MEDIA_TYPES.get(PurePosixPath(name).suffix, "text/plain")


def _show_void() -> AnyResponse:
    """VoID of the current version, at the well-known place (VoID, section 7.2)."""
    return _show(VOID_FILE, translate("What is in the dataset (VoID)"), "void")


def _show_dcat() -> AnyResponse:
    return _show(DCAT_FILE, translate("Catalogue (DCAT)"), "dcat")


def _show(name: str, title: str, endpoint: str) -> AnyResponse:
    file = site().build().folder / name
    chosen = _wanted([*_OFFERS, _HTML])
    if chosen != "html":
        return _send_rdf(file, chosen)
    text = file.read_text(encoding="utf-8")
    return Response(
        render_template("described.html", title=title, text=text, formats=list(_RDF), path=url_for(endpoint))
    )


def _show_question(name: str) -> AnyResponse:
    """What the questions' description says of one of them, by Accept or by suffix; people are led to its page."""
    stem, _, suffix = name.rpartition(".")
    name = stem if suffix in _NAMES else name
    file = site().build().folder / QUESTIONS_FILE
    found = list(parse(path=file, format=RdfFormat.TURTLE))
    start = question_iri("x").value[:-1]
    names = sorted({quad.subject.value.removeprefix(start) for quad in found if quad.subject.value.startswith(start)})
    if name not in names:
        raise NotFound(f"No question is called {name!r}: expected one of {', '.join(names)}.{suggest(name, names)}")
    chosen = _NAMES[suffix] if suffix in _NAMES else _wanted([*_OFFERS, _HTML])
    if chosen == "html":
        return redirect(url_for("question", name=name), 303)
    return _tagged(
        _serialised((quad.triple for quad in found if quad.subject == NamedNode(start + name)), chosen), chosen
    )


def _wanted(offers: list[tuple[str, str]]) -> str:
    """The format that the sender wants most: by `format=`, else by Accept."""
    if "format" in request.args:
        return named_format(request.args["format"], _NAMES)
    return ranked_formats(request, offers)[0]


def _send_rdf(file: Path, chosen: str) -> AnyResponse:
    """A Turtle file as it lies there, or read and written in another format."""
    if chosen == "turtle":
        return _send(file, sha256_of(file), None)
    return _tagged(_serialised((quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE)), chosen), chosen)


def _serialised(triples: Iterable[Triple], chosen: str) -> bytes:
    return serialize(triples, format=_RDF[chosen], prefixes=PREFIXES) or b""


def _tagged(octets: bytes, chosen: str) -> Response:
    media_type = _RDF[chosen].media_type
    charset = "; charset=utf-8" if media_type.startswith("text/") or "xml" in media_type else ""
    response = Response(octets, content_type=media_type + charset)
    response.set_etag(hashlib.sha256(octets).hexdigest())
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _listed(folder: Path) -> list[_Listed]:
    return [_Listed(name, (folder / name).stat().st_size, digest) for name, digest in _files_of(folder).items()]


def _files_of(folder: Path) -> dict[str, str]:
    """The dumps of a version and those of its descriptions that are there, each with its checksum."""
    described = {name: sha256_of(folder / name) for name in _DESCRIPTIONS if (folder / name).is_file()}
    return checksums_of(folder) | described


def _get_version(version: str) -> str:
    known = find_versions(site().build().folder.parent)
    if version not in known:
        raise NotFound(
            f"No version is called {version!r}: expected one of {', '.join(known)}.{suggest(version, known)}"
        )
    return version


def _folder(version: str) -> Path:
    """The folder of a version that is known to be there."""
    return site().build().folder.parent / DUMPS / version
