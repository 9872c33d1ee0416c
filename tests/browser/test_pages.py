"""Every page, as a browser shows it: no console error, no serious fault of accessibility, nothing wider than the screen.

The table below holds addresses for each page of the service; a page without one fails. A page is opened once, wide and
light, then made narrow and dark, then opened without scripts. Not here: the tasks that people do on them (test_tasks).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import AXE, NARROW, WIDE, Reader
from tests.conftest import need

from aseankg.web.contract.routes import ROUTES

HEAVIEST = 150_000  # bytes, compressed, of a page with its style and scripts, without the libraries below
LIBRARIES = "/static/made/"
RAP = "rap-vientiane"
QUERY = quote(
    "PREFIX akg: <https://w3id.org/aseankg/ontology#> "
    "SELECT ?activity ?body WHERE { ?activity akg:contributingBody ?body } ORDER BY ?activity ?body"
)
TABLE = "Number,Title,Lead,Contributing body,Timeline\n1,Workshop on labour inspection,Cambodia,ACWC,2019\n2,,Atlantis,XYZ,soon\n"
# Addresses of the pages, by the name of their view.
PAGES: dict[str, list[str]] = {
    "home": ["/"],
    "search": ["/find", "/find?text=acmw", "/find?text=what+does+Viet+Nam+lead+in+2018", "/find?text=qqqqzzzz"],
    "plans": ["/plans"],
    "plan": [
        f"/plans/{RAP}", f"/plans/{RAP}?body=acwc&year=2017", f"/plans/{RAP}?view=tree", f"/plans/{RAP}?body=acwc&year=2030",
        "/plans/alm-wp-2016-2020", "/plans/slom-wg-wp-2016-2020",
    ],
    "bodies": ["/bodies"],
    "countries": ["/countries"],
    "themes": ["/themes"],
    "source_text": [f"/sources/{RAP}", f"/sources/{RAP}?at=4-148", "/sources/alm-wp-2016-2020"],
    "alignment": [
        "/alignment", "/alignment?by=theme", "/alignment?by=year", "/alignment?by=area", "/alignment?by=body",
        "/alignment?by=theme&row=child-labour&column=rap-vientiane", "/alignment?view=mappings",
    ],
    "network": ["/network", f"/network?plan={RAP}"],
    "timeline": ["/timeline", f"/timeline?plan={RAP}"],
    "validation": ["/validation"],
    "checking": ["/check"],
    "reconcile": ["/reconcile", "/reconcile?text=Vietnam%0Aactivity+5%0Aqqqq", "/reconcile?text=skills&type=theme"],
    "reconcile_preview": [f"/reconcile/preview?id={RAP}%2Factivity%2F5"],
    "reconcile_v1_preview": ["/reconcile/v1/preview?id=country%2Fvnm"],
    "thing": [
        "/id/body/acmw", "/id/country/vnm", f"/id/{RAP}/activity/2", "/id/vientiane-declaration/strategy/7",
        "/id/alm-wp-2016-2020/thematic-area/14", "/id/concept/focus-area/knowledge-sharing", f"/id/plan/{RAP}",
    ],
    "ontology": ["/ontology"],
    "shapes": ["/shapes"],
    "graph": ["/graph/curated", "/graph/layer/stated"],
    "questions": ["/questions", "/questions?text=country", "/questions?text=zzzzz"],
    "question": ["/questions/body-involvement", "/questions/activities-by-year?year=2018"],
    "sparql": [
        "/sparql", f"/sparql?query={QUERY}", f"/sparql?query={QUERY}&view=network", "/sparql?query=ASK+{}",
        "/sparql?view=chart&query=SELECT+(1+AS+?one)+(2+AS+?two)+{}",
    ],
    "explain": [f"/explain?subject={RAP}/activity/5"],
    "dumps": ["/dump/"],
    "void": ["/.well-known/void"],
    "dcat": ["/dcat"],
    "cite": [f"/cite?query={QUERY}"],
}  # fmt: skip
# Views whose page is one of the above under another address; what a form leads to is below.
ALIKE = {
    "ontology_document", "shapes_document", "ontology_part", "shapes_part", "kept", "cite_kept", "dump_version",
}  # fmt: skip
REFUSED = {
    "/id/body/acmv": 404, "/plans/rap-vientiene": 404, "/sources/rap": 404, "/questions/body-involvment": 404,
    "/alignment?by=colour": 400, f"/plans/{RAP}?year=soon": 400, "/sparql?query=SELECT": 400, "/nothing/here": 404,
}  # fmt: skip
ADDRESSES = [address for addresses in PAGES.values() for address in addresses]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BYTES = """() => performance.getEntries().filter((one) => one.encodedBodySize)
  .map((one) => [one.name, one.encodedBodySize])"""
# Of rows and sections that are made alike, axe-core looks at the first: it takes long for thousands.
CUT = """() => document.querySelectorAll(
  ["tr", "section", "li", "details", "dt", "dd", ".text-line"].map((one) => `main ${one}:nth-of-type(n+16)`).join(),
).forEach((one) => one.remove())"""
JUDGE = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...rules });
  const said = found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 4).map((node) => `${node.html.slice(0, 200)} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
  return [said, found.passes.length];
}"""
# What may be sound in a wide light window and not in a narrow dark one.
OF_LOOKS = {"runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]}


def test_every_page_has_an_address_here() -> None:
    pages = {
        name for (name, method), route in ROUTES.items() if method == "GET" and "text/html" in str(route.responses)
    }
    assert len(pages) > 15
    assert pages - set(PAGES) - ALIKE == set()
    assert set(PAGES) - pages == set()


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_is_sound(address: str, reader: Reader) -> None:
    page = reader.open(address)
    assert [*_missing_without_scripts(page, reader), *_faults_of_weight(page), *_faults_of_look(page)] == []


@pytest.mark.parametrize(("address", "status"), REFUSED.items())
def test_the_page_of_a_refusal_is_sound(address: str, status: int, reader: Reader) -> None:
    page = reader.open(address, status)
    assert [*_faults_of_look(page), *_faults_of_weight(page)] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_page_of_a_checked_plan_is_sound(scripts: bool, reader: Reader) -> None:
    page = reader.open("/check", java_script_enabled=scripts)
    page.get_by_label("Or its rows").fill(TABLE)
    page.get_by_role("button", name="Check", exact=True).click(timeout=60_000)  # a process reads it and the shapes
    expect(page.get_by_role("heading", name="Findings", exact=True)).to_be_visible()
    assert [*_faults_of_weight(page), *(_faults_of_look(page) if scripts else _sideways(page))] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_page_of_a_short_link_is_sound(scripts: bool, reader: Reader) -> None:
    page = reader.open(f"/sparql?query={QUERY}", java_script_enabled=scripts)
    page.get_by_role("button", name="Short link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Short link")
    assert [*_faults_of_weight(page), *(_faults_of_look(page) if scripts else _sideways(page))] == []


def _faults_of_look(page: Page) -> Iterator[str]:
    """What is wrong in a wide light window, then in a narrow dark one."""
    if page.locator("h1").count() != 1 or not page.title().strip(" ·"):
        yield f"{page.locator('h1').count()} headings of the first level; the title is “{page.title()}”"
    narrow = {"width": NARROW[0], "height": NARROW[1]}
    yield from (f"wide: {fault}" for fault in _sideways(page))
    page.set_viewport_size(narrow)
    yield from (f"narrow: {fault}" for fault in _sideways(page))
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.evaluate(CUT)
    yield from (f"wide and light: {fault}" for fault in _inaccessible(page, {}))
    page.set_viewport_size(narrow)
    page.emulate_media(color_scheme="dark")
    yield from (f"narrow and dark: {fault}" for fault in _inaccessible(page, OF_LOOKS))


def _sideways(page: Page) -> Iterator[str]:
    wider = page.evaluate(SIDEWAYS)
    if wider > 0:
        parts = page.evaluate(
            """() => [...document.querySelectorAll('main *, header *, footer *')]
              .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                               && !one.parentElement.closest('.scroll'))
              .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""
        )
        yield f"{wider} pixels wider than the screen: {parts}"


def _inaccessible(page: Page, rules: dict[str, list[str]]) -> list[str]:
    """What axe-core finds; it needs scripts, and without them never ends."""
    need(AXE.is_file(), "axe-core is not installed (npm)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    said, passed = page.evaluate(JUDGE, rules)
    assert passed > (0 if rules else 10), "axe-core looked at nothing"
    return list(said)


def _faults_of_weight(page: Page) -> Iterator[str]:
    page.wait_for_load_state("load")  # a form's page may still await its style and scripts,
    page.wait_for_function(f"({BYTES})().length > 1")  # and a browser writes down late what it had fetched
    sizes = {url: size for url, size in page.evaluate(BYTES) if LIBRARIES not in url}
    assert len(sizes) >= 2, sizes
    if sum(sizes.values()) > HEAVIEST:
        yield f"{sum(sizes.values()):,} bytes: {sizes}"


def _missing_without_scripts(page: Page, reader: Reader) -> Iterator[str]:
    """What of the page's words is not there for someone without scripts."""
    plain = reader.open(page.url, java_script_enabled=False)
    with_scripts, without = (len(one.locator("main").inner_text()) for one in (page, plain))
    if without < 100 or without < 0.8 * with_scripts:
        yield f"without scripts {without} characters, with them {with_scripts}"
