"""The page on which people check a plan of their own: a form, and what is found of what they send.

Nothing is kept: the plan goes to a process that is gone when the page is sent, and the page itself carries the plan for
whoever wants the result as a file. Not here: the check (aseankg.checking) and its limits (confined).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from aseankg.checking.headers import HOLDS
from aseankg.checking.tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from aseankg.errors import nearest
from aseankg.namespaces import shorten
from aseankg.settings import Settings
from aseankg.sheets import Sheet, csv_bytes, xlsx_bytes
from aseankg.web.checked import confined
from aseankg.web.checked.confined import Asked
from aseankg.web.checked.sheets import sheets_of
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.exchange.sending import tagged
from aseankg.web.page.asking import rows_of
from aseankg.web.page.exports import EXPORTS
from aseankg.web.page.showing import show
from aseankg.web.site import site

__all__ = ["FORMS", "RESULTS", "register"]

FORMS = ("auto", "csv", "xlsx", "ttl")
RESULTS = {"json": "application/json", "ttl": "text/turtle; charset=utf-8", "xlsx": EXPORTS["xlsx"]}
_TITLE = "My plan"
_LONGEST_TITLE = 200
_EXAMPLES = 6  # rows of the example
_ORDER = (  # of the columns of the template; the variable of the query that fills the example
    ("number", "number"), ("kind", ""), ("title", "title"), ("kra", "area"), ("strategy", "strategy"),
    ("focus", "focus"), ("lead", "leads"), ("contributing", "bodies"), ("timeline", "timeline"),
    ("indicator", "indicator"), ("part of", ""),
)  # fmt: skip
_SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True)
class _Sent:
    """What was sent: a plan, whether it was a file, and the form of the answer that is asked for (html or a file)."""

    plan: Asked
    from_file: bool
    answer: str


def register(app: Flask) -> None:
    """Have the application check plans at /check."""
    confined.register(app)
    app.add_url_rule("/check", "checking", _form)
    app.add_url_rule("/check", "checked", _checked, methods=["POST"])
    app.add_url_rule("/check/<name>", "check_file", _file)


# -- the form and its files ----------------------------------------------------------------------------------


def _form() -> Response:
    return show("checking.html", **_about())


def _about() -> dict[str, Any]:
    settings = site().settings
    return {
        "columns": [(holds, names[0], names[1:5]) for holds, names in HOLDS.items()],
        "limits": _limits(settings),
        "longest_title": _LONGEST_TITLE,
    }


def _limits(settings: Settings) -> dict[str, int | float]:
    return {
        "bytes": settings.check_bytes, "rows": MOST_ROWS, "columns": MOST_COLUMNS, "cell": LONGEST_CELL,
        "seconds": settings.check_deadline, "megabytes": settings.check_memory, "at_once": settings.checks,
    }  # fmt: skip


def _file(name: str) -> Response:
    """A template to fill, or an example that is filled from the printed rows of the Regional Action Plan."""
    stem, _, suffix = name.partition(".")
    if stem not in ("template", "example") or suffix not in EXPORTS:
        known = [f"{one}.{form}" for one in ("template", "example") for form in EXPORTS]
        near = [
            {"name": one, "iri": one, "link": url_for("check_file", name=one)} for one in nearest(name[:100], known)
        ]
        raise DetailedError(404, f"There is no file {name[:100]!r}: there are {', '.join(known)}.", suggestions=near)
    rows = _example() if stem == "example" else []
    sheet = Sheet("Plan", [HOLDS[holds][0] for holds, _ in _ORDER], rows)
    body = csv_bytes(sheet) if suffix == "csv" else xlsx_bytes([sheet])
    response = Response(body, content_type=EXPORTS[suffix])
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{stem}.{suffix}"'
    return tagged(response)


def _example() -> list[list[str]]:
    rows = rows_of("check-example")[:_EXAMPLES]
    return [[row[variable] if variable else ("activity" if holds == "kind" else "") for holds, variable in _ORDER]
            for row in rows]  # fmt: skip


# -- a plan that was sent ------------------------------------------------------------------------------------


def _checked() -> Response:
    sent: _Sent | None = None
    try:
        sent = _read()
        found = confined.check(sent.plan)
    except DetailedError as error:
        if error.code not in (400, 413) or not _for_people():
            raise
        return _refused(error, sent)
    if sent.answer != "html":
        return _as_file(found, sent.answer)
    text = "" if sent.plan.form == "xlsx" else sent.plan.octets.decode("utf-8", "replace")
    response = show("checked.html", text=text or _as_csv(found["table"]), **_shown(found))
    return _unkept(response)


def _unkept(response: Response) -> Response:
    """No cache, here or on the way, may keep what somebody has sent."""
    response.headers.pop("ETag", None)
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_people() -> bool:
    return request.accept_mimetypes.best_match(["application/problem+json", "text/html"]) == "text/html"


def _refused(error: DetailedError, sent: _Sent | None) -> Response:
    """The form again, with what is wrong and what was pasted."""
    pasted = sent.plan.octets.decode("utf-8", "replace") if sent and not sent.from_file else ""
    response = show("checking.html", fault=error.description, text=pasted, **_about())
    response.status_code = error.code or 400
    return _unkept(response)


def _read() -> _Sent:
    request.max_content_length = request.max_form_memory_size = site().settings.check_body_bytes
    try:
        form = request.form
        upload = request.files.get("file")
    except RequestEntityTooLarge as error:
        raise _too_large() from error
    octets = upload.read() if upload and upload.filename else b""
    from_file = bool(octets)
    octets = octets or form.get("text", "").encode("utf-8", "replace")
    if not octets.strip():
        raise DetailedError(400, "There is nothing to check: choose a file, or paste a table or Turtle.")
    if len(octets) > site().settings.check_bytes:
        raise _too_large(len(octets))
    name = (upload.filename or "") if upload and from_file else ""
    plan = Asked(octets, _form_of(form.get("kind", "auto"), name, octets), _title(form.get("title", "")))
    return _Sent(plan, from_file, _answer(form.get("format", "html")))


def _too_large(size: int = 0) -> DetailedError:
    found = f"has {size:,} bytes" if size else "is too large"
    return DetailedError(413, f"The plan {found}: expected at most {site().settings.check_bytes:,} bytes. Split it.")


def _title(words: str) -> str:
    plain = " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())
    return plain[:_LONGEST_TITLE] or _TITLE


def _answer(named: str) -> str:
    if named not in (*RESULTS, "html"):
        raise DetailedError(400, f"format is {named[:50]!r}: expected html, {', '.join(RESULTS)}.")
    return named


def _form_of(named: str, file: str, octets: bytes) -> str:
    """The form of a plan: as it was named, else by the end of the file's name, else by how it begins."""
    if named not in FORMS:
        raise DetailedError(400, f"kind is {named[:50]!r}: expected {', '.join(FORMS)}.")
    if named != "auto":
        return named
    suffix = file.rpartition(".")[2].lower()
    if octets.startswith(b"PK\x03\x04") or suffix in ("xlsx", "xlsm"):
        return "xlsx"
    if suffix in ("ttl", "turtle"):
        return "ttl"
    if suffix in ("rdf", "owl", "xml", "jsonld", "nt", "nq", "trig", "xls", "ods", "doc", "docx", "pdf"):
        raise DetailedError(
            400, f"A file .{suffix} is not read here: expected .csv, .xlsx or .ttl. Save it as one of them."
        )
    start = octets[:5000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return "ttl" if start.startswith((b"@prefix", b"@base", b"prefix ", b"base <", b"<http")) else "csv"


# -- what is shown -------------------------------------------------------------------------------------------


def _shown(found: Mapping[str, Any]) -> dict[str, Any]:
    elements = {row["subject"]: row["subject_label"] for row in found["suggestions"]}
    graves = Counter(one["severity"] for one in (*found["troubles"], *found["findings"]))
    return {
        "found": found,
        "counts": {name.removeprefix("akg:"): count for name, count in found["kinds"].items() if name not in _FILED},
        "graves": [(name, graves[name]) for name in _SEVERITIES],
        "groups": _groups(found["findings"]),
        "suggested": [
            (subject, list(rows)) for subject, rows in groupby(found["suggestions"], lambda row: row["subject"])
        ],
        "names": {
            iri: elements.get(iri) or shorten(iri)
            for row in (*found["themes"], *found["areas"])
            for iri in row["elements"]
        },
        "limits": _limits(site().settings),
        "known": [one for one in found["actors"] if one["iri"]],
        "unknown": [one for one in found["actors"] if not one["iri"]],
        "longest_title": _LONGEST_TITLE,
    }


_FILED = ("akg:Passage", "akg:SourceDocument")


def _groups(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The findings of one rule together."""
    grouped = []
    for shape, found in groupby(findings, lambda one: one["shape_iri"]):
        rows = list(found)
        first, same = rows[0], len({one["message"] for one in rows}) == 1
        told = {"shape": shape, "severity": first["severity"], "message": first["message"], "why": first["why"]}
        grouped.append({**told, "same": same, "rows": rows})
    return grouped


def _as_csv(table: Sequence[Sequence[str]]) -> str:
    """The table as it was read, to be sent again: it goes back to us, so that no cell is changed for a spreadsheet."""
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue()


def _as_file(found: Mapping[str, Any], form: str) -> Response:
    if form == "ttl":
        body: str | bytes = found["turtle"]
    elif form == "json":
        body = json.dumps(
            {key: value for key, value in found.items() if key not in ("turtle", "table")}, ensure_ascii=False, indent=1
        )
    else:
        body = xlsx_bytes(sheets_of(found, site().version()))
    response = Response(body, content_type=RESULTS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="checked-plan.{form}"'
    return _unkept(response)
