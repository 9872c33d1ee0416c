"""How Hypothesis runs here: the same examples on every machine, no clock, nothing kept on disk."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, database=None, max_examples=200)
settings.load_profile("house")
