"""Says what a published dataset is, in the words of VoID, DCAT, SHACL and the SPARQL service description.

All of it is made from facts: the quads, the dumps, the settings, the package's metadata. Not here: writing (publish)
and serving (web.downloads).
"""

from __future__ import annotations

from pathlib import Path

from aseankg.builds import DCAT_FILE, QUESTIONS_FILE, VOID_FILE
from aseankg.description.dcat import dcat_triples
from aseankg.description.questions import question_triples
from aseankg.description.release import Release, turtle
from aseankg.description.void import void_triples

__all__ = ["description_files"]


def description_files(release: Release, root: Path) -> dict[str, bytes]:
    """Return the descriptions of a release in Turtle by file name; `root` holds `queries/questions`."""
    return {
        DCAT_FILE: turtle(dcat_triples(release)),
        QUESTIONS_FILE: turtle(question_triples(root / "queries" / "questions")),
        VOID_FILE: turtle(void_triples(release)),
    }
