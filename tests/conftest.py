"""What many tests need: the repository, what the texts say, a published build. Each is made once.

What a test needs of the machine (a browser, Node) and does not find, it says by `need`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.build import Dataset, build_dataset, extract_all
from aseankg.builds import Build
from aseankg.publish import publish
from aseankg.records import Extraction
from aseankg.settings import Settings
from aseankg.sources import Descriptor

_MISSING = "this machine lacks something: "


def need(found: object, words: str) -> None:
    """Skip the test, loudly, when something of the machine is missing; under CI that is a failure."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{words}: .ci/run must install it")
    pytest.skip(_MISSING + words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was missing; read from the reports, because the tests may have run in processes of their own."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    if missing := sorted({reason.partition(_MISSING)[2] for reason in reasons if _MISSING in reason}):
        terminalreporter.section("NOT TESTED HERE", sep="!", red=True, bold=True)
        for words in missing:
            terminalreporter.line(f"{words}. The tests that need it were skipped.")


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def extractions(root: Path) -> dict[str, tuple[Descriptor, Extraction]]:
    """What each of the two texts says, by slug."""
    return {descriptor.slug: (descriptor, read) for descriptor, read in extract_all([root / "data"], root)}


@pytest.fixture(scope="session")
def dataset(root: Path) -> Dataset:
    """The whole dataset, made by the default reasoner and checked."""
    return build_dataset(root, [], progress=lambda words: None)


@pytest.fixture(scope="session")
def published(dataset: Dataset, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The dataset as published in a folder of the tests."""
    return publish(dataset, tmp_path_factory.mktemp("build"), root)


@pytest.fixture(scope="session")
def kg(published: Build) -> Iterator[KnowledgeGraph]:
    yield KnowledgeGraph(published.dataset, Settings())
