"""What the question `contradictions` finds in a second edition of the Action Plan that contradicts its first.

The edition is the published text with a few cells changed by hand; the rows are read off those cells. Not here: what
the shipped texts contradict (tests/queries/expected/contradictions.csv).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from pyoxigraph import Store

from aseankg.build import build_dataset
from aseankg.catalogue import evaluate, get_query
from aseankg.namespaces import ID

FIRST, SECOND = "rap-vientiane", "rap-second"
TEXT = "regional-action-plan-vientiane-declaration.txt"
TITLE = "Regional Action Plan of Vientiane Declaration"
WORKSHOP = "Regional Workshop on Promoting Rural Development: Sustainable Tourism and Short Rural Supply Chain"
FORUM = "Regional forum to share good practices in measuring informal employment"
NEW_FORUM = FORUM.replace("Regional", "Second regional")

# The words of the first edition and those of the second, cell by cell (tabs stand between cells).
CHANGES = {
    f"\n{TITLE}": f"\nSecond {TITLE}",
    "decent work by 2025.": "decent work from 2017 to 2025.",
    # 1: the lead was no member on 26 November 2018, the day that counts for the plan.
    "Research\tViet Nam\t": "Research\tTimor-Leste\t",
    # 2: another lead and 6: another title say something else; they lack nothing.
    "Knowledge sharing\tCambodia\t": "Knowledge sharing\tThailand\t",
    "Implement skills development programmes (both farm and non-farm)": "Implement skills programmes",
    "WG-MSMEs SOMRDPE\t\tTracers": "WG-MSMEs\t\tTracers",
    # 5: no lead. 8: no timeline, and the title in small letters. 9: a body less.
    "The Philippines and Myanmar": "",
    f"8\t{WORKSHOP}": f"8\t{WORKSHOP.lower()}",
    "22-26 May 2017, Luang Prabang, Lao PDR": "",
    "ASEAN Secretariat\tACSS WG-MSMEs SOMRDPE\t": "ASEAN Secretariat\tACSS SOMRDPE\t",
    # 10: no indicator, and a new title that only the mapping ties to the old one.
    FORUM: NEW_FORUM,
    "\t2018\tObjectives of the forum met": "\t2018\t",
    # 12 and 14b: outside 2017-2025. Row 3 (2017-2025) fills the period and stays within it.
    "\t2018-2019\t": "\t2016-2019\t",
    "\t2018-2020\t": "\t2018-2026\t",
    # 13: the two columns that ran together, as they were meant.
    "\tSLOM SOMRDPE SOM-AMAF\t\t": "\tViet Nam\tSOMRDPE SOM-AMAF\t",
}
PERIOD = """
[[reading]]
subject = "plan/rap-second"
predicate = "akg:{property}"
year = {year}
rationale = "The vision names the years."
source = "rap-second"
exact = "from 2017 to 2025"
"""
MAPPING = """\
#mapping_set_id: https://w3id.org/aseankg/id/mapping-set/editions
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  id: https://w3id.org/aseankg/id/
#  skos: http://www.w3.org/2004/02/skos/core#
subject_id	subject_passage	predicate_id	object_id	object_passage	mapping_justification	author_id	mapping_date	confidence	comment
id:rap-second/activity/10	id:source/rap-second/passage/{subject}	skos:exactMatch	id:rap-vientiane/activity/10	id:source/rap-vientiane/passage/{object}	semapv:ManualMappingCuration	id:agent/aseankg	2026-11-22	0.9	The same forum.
"""


@pytest.fixture(scope="module")
def edition(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the second edition, the period that we read in it, and what ties it to the first."""
    folder = tmp_path_factory.mktemp("editions")
    first, second = (root / "data" / "sources" / FIRST, folder / "sources" / SECOND)
    before, after = _write_text(first, second)
    _write_descriptor(first, second)
    passages = {"subject": _passage(after, NEW_FORUM), "object": _passage(before, FORUM)}
    for name, words in {
        "alignment/editions.sssom.tsv": MAPPING.format(**passages),
        "curated/period.toml": 'author = "agent/aseankg"\ndate = 2026-11-22\n'
        + PERIOD.format(property="periodStart", year=2017)
        + PERIOD.format(property="periodEnd", year=2025),
        "reference/plans.csv": "subject,property,value,source,note\n"
        f"plan/{SECOND},dcterms:replaces,id:plan/{FIRST},https://example.org/,\n",
    }.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(words, encoding="utf-8")
    return folder


def _write_text(first: Path, second: Path) -> tuple[str, str]:
    before = after = (first / TEXT).read_bytes().decode("utf-8")
    for old, new in CHANGES.items():
        assert after.count(old) == 1, old
        after = after.replace(old, new)
    second.mkdir(parents=True)
    (second / TEXT).write_bytes(after.encode("utf-8"))
    return before, after


def _write_descriptor(first: Path, second: Path) -> None:
    words = (first / "descriptor.toml").read_text(encoding="utf-8")
    digest = hashlib.sha256((second / TEXT).read_bytes()).hexdigest()
    for old, new in (
        (r'(?m)^sha256 = "\w+"', f'sha256 = "{digest}"'),
        (rf'(?m)^slug = "{FIRST}"\nshort = "RAP"', f'slug = "{SECOND}"\nshort = "Second RAP"'),
        (rf'(?m)^title = "{TITLE}', f'title = "Second {TITLE}'),
        (r"(?m)^part-of = .*\n", ""),  # a strategy of the Declaration stands in one key result area only
    ):
        words, count = re.subn(old, new, words)
        assert count == 1, old
    (second / "descriptor.toml").write_text(words, encoding="utf-8")


def _passage(text: str, words: str) -> str:
    start = text.index(words)
    return f"{start}-{start + len(words)}"


@pytest.fixture(scope="module")
def rows(root: Path, edition: Path) -> dict[str, list[tuple[str, ...]]]:
    """The rows of the question by their kind: element, what it says, what it stands against, what that says."""
    store = Store()
    store.extend(build_dataset(root, [edition], progress=lambda words: None).quads)
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in evaluate(store, get_query(root / "queries" / "questions", "contradictions")):
        cells = (row[name].value if row[name] else "" for name in ("element", "says", "against", "against_says"))
        found.setdefault(row["kind"].value, []).append(tuple(cell.removeprefix(ID) for cell in cells))
    return found


def test_a_timeline_that_ends_after_the_period_is_found(rows: dict[str, list[tuple[str, ...]]]) -> None:
    assert rows["ends after the period of its plan"] == [
        (f"{SECOND}/activity/14b", "2018-2026", f"plan/{SECOND}", "2025"),
    ]


def test_a_timeline_that_starts_before_the_period_is_found(rows: dict[str, list[tuple[str, ...]]]) -> None:
    assert rows["starts before the period of its plan"] == [
        (f"{SECOND}/activity/12", "2016-2019", f"plan/{SECOND}", "2017"),
    ]


def test_a_lead_that_was_no_member_then_is_found(rows: dict[str, list[tuple[str, ...]]]) -> None:
    # Row 9 is led by the Secretariat in both editions; row 13 of the first by SLOM, as we read it.
    assert rows["led by no Member State"] == [
        (f"{SECOND}/activity/1", "", "country/tls", "Timor-Leste"),
        (f"{SECOND}/activity/9", "", "body/asec", "ASEAN Secretariat"),
        (f"{FIRST}/activity/9", "", "body/asec", "ASEAN Secretariat"),
        (f"{FIRST}/activity/13", "", "body/slom", "SLOM"),
    ]


def test_what_a_successor_lacks_is_found(rows: dict[str, list[tuple[str, ...]]]) -> None:
    assert rows["lacks what its predecessor had"] == [
        (f"{SECOND}/activity/{number}", "", f"{FIRST}/activity/{number}", lacking)
        for number, lacking in (
            ("5", "lead actor: Myanmar"),
            ("5", "lead actor: Philippines"),
            ("8", "timeline text: 22-26 May 2017, Luang Prabang, Lao PDR"),
            ("9", "contributing body: WG-MSMEs"),
            ("10", "indicator: Objectives of the forum met"),
        )
    ]


def test_nothing_else_is_a_contradiction(rows: dict[str, list[tuple[str, ...]]]) -> None:
    assert {kind: len(found) for kind, found in rows.items()} == {
        "ends after the period of its plan": 1,
        "lacks what its predecessor had": 5,
        "led by no Member State": 4,
        "starts before the period of its plan": 1,
    }
