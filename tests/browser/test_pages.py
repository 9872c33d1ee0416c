"""Every page, as a browser shows it: no console error, no serious fault of accessibility, nothing wider than the screen.

The table below holds addresses for each page of the service; a page without one fails. Not here: the tasks that people
do on them (test_tasks).
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.conftest import AXE, NARROW, WIDE, Opener, need
from tests.web.conftest import Served

from aseankg.web.routes import ROUTES

HEAVIEST = (
    150_000  # bytes, compressed, of a page with its style and scripts, without the editor and the drawing library
)
LIBRARIES = "/static/made/"
RAP = "rap-vientiane"
ACMW = "SELECT ?activity WHERE { ?activity akg:contributingBody body:acmw } ORDER BY ?activity"
# Addresses of the pages, by the name of their view.
PAGES: dict[str, list[str]] = {
    "home": ["/"],
    "search": ["/find", "/find?text=acmw", "/find?text=what+does+Viet+Nam+lead+in+2018", "/find?text=qqqqzzzz"],
    "plans": ["/plans"],
    "plan": [f"/plans/{RAP}", "/plans/alm-wp-2016-2020", "/plans/slom-wg-wp-2016-2020", f"/plans/{RAP}?view=tree"],
    "bodies": ["/bodies"],
    "countries": ["/countries"],
    "themes": ["/themes"],
    "source_text": [f"/sources/{RAP}", "/sources/alm-wp-2016-2020"],
    "alignment": ["/alignment", "/alignment?by=theme", "/alignment?by=year", "/alignment?view=mappings"],
    "network": ["/network"],
    "timeline": ["/timeline"],
    "validation": ["/validation"],
    "checking": ["/check"],
    "thing": [
        "/id/body/acmw", "/id/country/vnm", f"/id/{RAP}/activity/2", "/id/vientiane-declaration/strategy/7",
        "/id/alm-wp-2016-2020/thematic-area/14", "/id/concept/focus-area/knowledge-sharing", f"/id/plan/{RAP}",
    ],
    "ontology": ["/ontology"],
    "shapes": ["/shapes"],
    "graph": ["/graph/curated", "/graph/layer/stated"],
    "questions": ["/questions"],
    "question": ["/questions/body-involvement", "/questions/activities-by-year?year=2018"],
    "sparql": ["/sparql", f"/sparql?query={ACMW}"],
    "explain": [f"/explain?subject={RAP}/activity/5"],
    "dumps": ["/dump/"],
    "cite": [f"/cite?query={ACMW}"],
}  # fmt: skip
# Views whose page is one of the above under another address, or that need what only a POST makes.
ALIKE = {
    "ontology_document", "shapes_document", "ontology_part", "shapes_part", "unnamed", "api_question", "kept", "cite_kept",
    "dump_version", "void", "dcat", "keep",
}  # fmt: skip
ADDRESSES = [address for addresses in PAGES.values() for address in addresses]
SIZES = {"wide": WIDE, "narrow": NARROW}


def test_every_page_has_an_address_here() -> None:
    pages = {
        name for (name, method), route in ROUTES.items() if method == "GET" and "text/html" in str(route.responses)
    }
    assert len(pages) > 15
    assert pages - set(PAGES) - ALIKE == set()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_opens_within_its_frame(address: str, size: str, open_page: Opener) -> None:
    page = open_page(address, SIZES[size])
    assert page.locator("h1").count() == 1
    assert page.title().strip() not in ("", "·")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{wider} pixels wider than the screen: {_widest(page)}"


def _widest(page: Page) -> object:
    return page.evaluate(
        """() => [...document.querySelectorAll('main *, header *')]
          .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                         && !one.parentElement.closest('.scroll'))
          .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_has_no_serious_fault_of_accessibility(address: str, scheme: str, open_page: Opener) -> None:
    need(AXE.is_file(), "axe-core is not installed (npm)")
    page = open_page(address, WIDE if scheme == "light" else NARROW, color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => { const all = await axe.run(document); return all }")
    assert len(found["passes"]) > 10, "axe-core looked at nothing"
    serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    said = [(one["id"], [node["html"][:160] for node in one["nodes"][:4]]) for one in serious]
    assert said == [], json.dumps(said, indent=1)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_is_light(address: str, browser: Browser, service: Served) -> None:
    sizes: dict[str, int] = {}
    with browser.new_context(base_url=service.address) as context:
        page = context.new_page()
        page.on("requestfinished", lambda one: sizes.update({one.url: one.sizes()["responseBodySize"]}))
        page.goto(address, wait_until="networkidle")
    own = {url: size for url, size in sizes.items() if LIBRARIES not in url}
    assert len(own) >= 2
    assert sum(own.values()) <= HEAVIEST, own


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_is_whole_without_scripts(address: str, browser: Browser, service: Served) -> None:
    with browser.new_context(base_url=service.address, java_script_enabled=False) as context:
        page = context.new_page()
        response = page.goto(address)
        assert response is not None and response.status in (200, 404)
        assert len(page.locator("main").inner_text()) > 100
