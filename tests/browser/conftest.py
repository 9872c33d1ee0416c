"""A real browser over a real service: what the tests of this folder share.

Chromium comes from the machine (`.ci/run` installs it); what is missing is told as `tests.conftest.need` says. A page
that writes an error to the console fails its test.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.conftest import need
from tests.web.conftest import Served, served

from aseankg.builds import Build
from aseankg.settings import Settings

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
WEB = Path(__file__).parents[2] / "src/aseankg/web"
MADE = WEB / "static/made"
AXE = WEB / "scripts/node_modules/axe-core/axe.min.js"
WIDE, NARROW = (1400, 900), (390, 844)
PATIENCE = 30_000  # milliseconds; a machine may be busy


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    need(path, "no Chromium is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def service(published: Build) -> Iterator[Served]:
    with served(replace(Settings(), build_dir=str(published.folder.parent))) as running:
        yield running


@dataclass
class Reader:
    """Someone with a browser: opens pages of the service, each in a window of its own, and keeps what goes wrong."""

    browser: Browser
    address: str
    closing: ExitStack
    faults: list[str] = field(default_factory=list)

    def window(self, size: tuple[int, int] = WIDE, **options: object) -> BrowserContext:
        """A window without history; `options` are those of Playwright."""
        frame = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(base_url=self.address, viewport=frame, **options)  # type: ignore[arg-type]
        self.closing.callback(context.close)
        context.set_default_timeout(PATIENCE)
        return context

    def open(self, address: str, status: int = 200, **options: object) -> Page:
        """Open an address, which answers with this status; errors of the page stand in `faults`."""
        page = self.window(**options).new_page()  # type: ignore[arg-type]
        refused = f"the server responded with a status of {status}" if status >= 400 else "\0"

        def fault(words: str) -> None:
            if refused not in words:
                self.faults.append(f"{page.url}: {words}")

        page.on("console", lambda said: fault(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: fault(str(error)))
        response = page.goto(address)
        assert response is not None and response.status == status, (address, response and response.status)
        return page


@pytest.fixture
def reader(browser: Browser, service: Served) -> Iterator[Reader]:
    """A reader whose windows are closed at the end; an error on the console of one fails the test."""
    with ExitStack() as closing:
        one = Reader(browser, service.address, closing)
        yield one
    assert one.faults == []
