"""What a page shows, as a file for a spreadsheet: CSV, or XLSX with a sheet of sources and one of the queries.

Not here: how a file keeps a spreadsheet from running its cells (aseankg.sheets).
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from aseankg.sheets import WORKBOOK, Cell, Sheet, csv_bytes, xlsx_bytes
from aseankg.web.exchange.negotiation import named_format
from aseankg.web.exchange.sending import tagged
from aseankg.web.page.asking import queries_behind
from aseankg.web.site import LICENCE, public_url, site

__all__ = ["EXPORTS", "export", "export_asked"]

EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": WORKBOOK,
}


def export_asked() -> str:
    """Return the format that the request names, csv or xlsx, or nothing for the page; NotAcceptable for another."""
    named = request.args.get("format")
    chosen = "html" if named is None else named_format(named, {name: name for name in (*EXPORTS, "html")})
    return "" if chosen == "html" else chosen


def export(chosen: str, stem: str, sheet: Sheet, sources: Sequence[Sequence[Cell]] = ()) -> Response:
    """Return the table as a file called `stem`; `sources` are rows of what, where read (an address) and its words."""
    body = csv_bytes(sheet) if chosen == "csv" else xlsx_bytes([sheet, _sources(sources), _queries()])
    response = Response(body, content_type=EXPORTS[chosen])
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.{chosen}"'
    return tagged(response)


def _sources(rows: Sequence[Sequence[Cell]]) -> Sheet:
    page = f"{public_url()}{request.full_path.partition('&format=')[0].partition('?format=')[0].rstrip('?')}"
    about = [("This table", page, ""), ("Dataset version", site().version(), ""), ("Licence", LICENCE, "")]
    return Sheet("Sources", ("What", "Where", "Words"), [*about, *rows])


def _queries() -> Sheet:
    return Sheet("Query", ("What it asks", "SPARQL"), [(one.title, one.text) for one in queries_behind()])
