"""Says what a published dataset is, in the words of VoID, DCAT, SHACL and the SPARQL service description.

All of it is made from facts: the quads, the dumps, the settings, the package's metadata. Not here: writing (publish)
and serving (web.views.downloads).
"""

from __future__ import annotations

from pathlib import Path

from aseankg.builds import DCAT_FILE, QUESTIONS_FILE, VOID_FILE
from aseankg.description.dcat import dcat_triples, version_triples
from aseankg.description.questions import question_triples
from aseankg.description.release import Release, turtle
from aseankg.description.void import version_void_triples, void_triples

__all__ = ["description_files", "version_files"]


def description_files(release: Release, root: Path) -> dict[str, bytes]:
    """Return the descriptions of what is current, in Turtle by file name; `root` holds `queries/questions`."""
    return {
        DCAT_FILE: turtle(dcat_triples(release)),
        QUESTIONS_FILE: turtle(question_triples(_questions(root), release.lookup)),
        VOID_FILE: turtle(void_triples(release)),
    }


def version_files(release: Release, root: Path) -> dict[str, bytes]:
    """Return the descriptions that lie beside the dumps of a version, of which alone they speak."""
    document = release.place.value + QUESTIONS_FILE
    return {
        DCAT_FILE: turtle(version_triples(release)),
        QUESTIONS_FILE: turtle(question_triples(_questions(root), release.lookup, document)),
        VOID_FILE: turtle(version_void_triples(release, VOID_FILE)),
    }


def _questions(root: Path) -> Path:
    return root / "queries" / "questions"
