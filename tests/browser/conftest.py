"""A real browser over a real service: what the tests of this folder share.

Chromium comes from the machine (`.ci/run` installs it); where there is none the tests are skipped and say so at the
end of the run, and under CI they fail instead. A page that writes an error to the console fails its test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.web.conftest import Served, served

from aseankg.builds import Build
from aseankg.settings import Settings

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MADE = Path(__file__).parents[2] / "src/aseankg/web/static/made"
AXE = Path(__file__).parents[2] / "src/aseankg/web/scripts/node_modules/axe-core/axe.min.js"
WIDE, NARROW = (1400, 900), (390, 844)
_missing: set[str] = set()


def need(found: object, words: str) -> None:
    """Skip the test, loudly, when something of the machine is missing; under CI that is a failure."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{words}: .ci/run must install it")
    _missing.add(words)
    pytest.skip(words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for words in sorted(_missing):
        terminalreporter.section("BROWSER TESTS WERE SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{words}. The pages were not looked at by a browser.")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    need(path, "no Chromium is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def service(published: Build) -> Iterator[Served]:
    with served(replace(Settings(), build_dir=str(published.folder.parent))) as running:
        yield running


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, service: Served) -> Iterator[Opener]:
    """Open an address of the service in a new window; what goes wrong in it fails the test at its end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opener(address: str, size: tuple[int, int] = WIDE, **options: object) -> Page:
        given = {"base_url": service.address, "viewport": {"width": size[0], "height": size[1]}}
        context = browser.new_context(**given, accept_downloads=True, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.goto(address, wait_until="networkidle")
        return page

    yield opener
    for context in contexts:
        context.close()
    assert faults == []
