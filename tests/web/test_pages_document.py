"""docs/pages.md names every page and every parameter of a page, and no other; every page is kept between requests.

What there is is read from /openapi.json, which test_openapi holds to the truth.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.keeper import keeps

DOCUMENT = (Path(__file__).parents[2] / "docs" / "pages.md").read_text(encoding="utf-8")
# Descriptions of the dataset for programs, shown to people as they are; and addresses that lead to another.
FOR_PROGRAMS = ("/.well-known/void", "/dcat", "/id/question/")
SHARED = ("query", "default-graph-uri", "named-graph-uri", "limit")  # what /cite takes as /sparql does
# Pages that no query, or few, made, and those that must be fresh.
NOT_KEPT = ("/dump", "/q/", "/cite", "/sparql", "/reconcile")


@pytest.fixture(scope="module")
def pages(published: Build) -> dict[str, dict[str, Any]]:
    """What GET does at each address that has a page."""
    engine = LocalEngine(load(published.dataset), Settings(), forked=False, build="one")
    client: FlaskClient = create_app(
        engine, Settings(build_dir=str(published.folder.parent), query_log="")
    ).test_client()
    paths = client.get("/openapi.json").get_json()["paths"]
    return {
        path: said["get"]
        for path, said in paths.items()
        if "text/html" in said.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        and not path.startswith(FOR_PROGRAMS)
    }


def rows() -> dict[str, str]:
    """The rows of the table of pages, by the beginning of each address."""
    found = {}
    for line in re.findall(r"^\| `/.*$", DOCUMENT, re.MULTILINE):
        for address in re.findall(r"`(/[^`]*)`", line.split("|")[1]):
            found[re.split(r"[{.]", address)[0]] = line
    return found


def row_of(path: str) -> str:
    """The row whose address is the longest beginning of the path."""
    fitting = [start for start in rows() if re.fullmatch(rf"{re.escape(start)}(?:(?<=./).+|[/.].*)?", path)]
    assert fitting, f"docs/pages.md has no row for {path}"
    return rows()[max(fitting, key=len)]


def test_every_page_has_a_row(pages: dict[str, dict[str, Any]]) -> None:
    assert len(pages) > 20
    used = {row_of(path) for path in pages}
    assert used == set(rows().values())


def test_every_parameter_of_a_page_is_in_its_row(pages: dict[str, dict[str, Any]]) -> None:
    for path, said in pages.items():
        given = [
            one["name"] for one in said.get("parameters", ()) if one.get("in") == "query" and one["name"] != "format"
        ]
        named = re.findall(r"`([\w-]+)", row_of(path))
        assert set(given) <= {*named, *(SHARED if path == "/cite" else ())}, path


def test_a_page_that_takes_many_queries_is_kept(pages: dict[str, dict[str, Any]]) -> None:
    asked = [path for path in pages if not path.startswith(NOT_KEPT)]
    assert [path for path in asked if not keeps(path)] == []
