"""What many tests need: the repository, what the texts say, a published build. Each is made once."""

from __future__ import annotations

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
