"""Programs of others that are not libraries: what their tests share.

They come from the machine; where one is missing its tests are skipped and say so at the end of the run.
"""

from __future__ import annotations

import pytest

_missing: set[str] = set()


def need(found: object, words: str) -> None:
    """Skip the test, loudly, when a program is missing."""
    if not found:
        _missing.add(words)
        pytest.skip(words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for words in sorted(_missing):
        terminalreporter.section("TESTS OF CLIENTS WERE SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(words)
