"""Bad input gets an error that names file and line, says what was expected, and offers the nearest match."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RAP = "sources/rap-vientiane/regional-action-plan-vientiane-declaration.txt"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's inputs and code, to be damaged; it has a good build."""
    for name in ("ontology", "data", "queries", "src"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "build" / "good").mkdir(parents=True)
    (tmp_path / "build" / "current").symlink_to("good")
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command of the copy, as a user would run it."""
    return subprocess.run(
        [sys.executable, "-m", "aseankg", *arguments],
        cwd=project, env={"PYTHONPATH": str(project / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def change(project: Path, file: str, old: str, new: str) -> int:
    """Change an input of the copy, mend the descriptor's checksum, and return the line that was changed."""
    path = project / "data" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{text.count(old)} times"
    changed = text.replace(old, new)
    path.write_text(changed, encoding="utf-8", newline="")
    descriptor = path.parent / "descriptor.toml"
    if descriptor.exists():
        sums = [hashlib.sha256(words.encode()).hexdigest() for words in (text, changed)]
        descriptor.write_text(descriptor.read_text(encoding="utf-8").replace(*sums), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def assert_says(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    for word in words:
        assert word in done.stderr
    assert "Traceback" not in done.stderr


TEXT_FAULTS = {
    "a row with too few columns": ("\tSLOM SOMRDPE SOM-AMAF\t", "\t", "6 cells", "expected 7", "Lead Country in SLOM"),
    "a row with too many columns": ("\tSLOM SOMRDPE SOM-AMAF\t", "\tSLOM\tSOMRDPE\t", "8 cells", "expected 7"),
    "a misspelt body": ("\tSOMSWD ACWC\t", "\tSOMSWD AWCW\t", "'AWCW'", "Did you mean", "'ACWC'"),
    "a misspelt country": ("\tResearch\tViet Nam\t", "\tResearch\tVeit Nam\t", "'Veit Nam'", "Did you mean 'Viet Nam'"),
    "a day that does not exist": ("\t24-26 May 2017, Siem Reap", "\t29-31 February 2017, Siem Reap",
                                  "29-31 February 2017", "cannot be read as a period"),
    "a misspelt month": ("\t24-26 May 2017, Siem Reap", "\t24-26 Mai 2017, Siem Reap", "'Mai' is no month", "'May'"),
    "a period that ends before it starts": ("\t24-26 May 2017, Siem Reap", "\t26-24 May 2017, Siem Reap",
                                            "it ends before it starts"),
    "a mark without its note": ("Hard-to-Reach Sectors of ASEAN Member States ³",
                                "Hard-to-Reach Sectors of ASEAN Member States ³⁹", "mark '³⁹'", "no footnote 39"),
    "two rows with one number": ("\n12\tStudy and documentation of existing", "\n11\tStudy and documentation of existing",
                                 "activity 11 stands here and in line 54", "expected each number once"),
    "a heading nobody described": ("Strategy 3: Foster", "Strategem 3: Foster", "Strategem 3", "matches none of"),
    "a paragraph nobody described": ("\nI. Vision\n", "\nForeword\nI. Vision\n", "'Foreword'", "Add a section"),
}  # fmt: skip


@pytest.mark.parametrize("fault", TEXT_FAULTS.values(), ids=TEXT_FAULTS)
def test_fault_in_a_text(project: Path, fault: tuple[str, ...]) -> None:
    old, new, *words = fault
    line = change(project, RAP, old, new) + old.startswith("\n")
    done = run(project, "build")
    assert_says(done, 1, *words)
    assert f"{RAP}:{line}: " in done.stderr
    assert (project / "build" / "current").readlink() == Path("good")


def test_source_whose_checksum_differs(project: Path) -> None:
    text = project / "data" / RAP
    text.write_bytes(text.read_bytes() + b"\n")
    assert_says(run(project, "build"), 1, RAP, "sha256 is", "but descriptor.toml says", "Restore it")


def test_misspelt_term_in_reference_data(project: Path) -> None:
    file = project / "data/reference/bodies.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    number = next(at for at, line in enumerate(lines, 1) if line.startswith("body/acmw,akg:foundedOn"))
    lines[number - 1] = lines[number - 1].replace("foundedOn", "fundedOn")
    file.write_text("".join(lines), encoding="utf-8")
    assert_says(run(project, "build"), 1, f"bodies.csv:{number}: ", "akg:fundedOn", "Did you mean 'akg:foundedOn'")


def test_reference_row_without_its_source(project: Path) -> None:
    file = project / "data/reference/groups.csv"
    file.write_text(file.read_text(encoding="utf-8") + "group/x,rdfs:label,X,,\n", encoding="utf-8")
    line = file.read_text(encoding="utf-8").count("\n")
    assert_says(run(project, "build"), 1, f"groups.csv:{line}: ", "no source")


def test_quotation_that_is_not_in_the_text(project: Path) -> None:
    line = change(project, "curated/anomalies.toml", 'exact = "Tracers studies"', 'exact = "Tracer studies"')
    done = run(project, "build")
    assert_says(done, 1, "anomalies.toml:", "'Tracer studies'", "stands 0 times")
    assert abs(int(done.stderr.split("anomalies.toml:")[1].split(":")[0]) - line) < 8


def test_toml_that_does_not_parse(project: Path) -> None:
    file = project / "data/curated/readings.toml"
    file.write_text('author = "x"\ndate = \n', encoding="utf-8")
    assert_says(run(project, "build"), 1, "readings.toml:2: not TOML")


def test_turtle_that_does_not_parse(project: Path) -> None:
    file = project / "ontology/plan.ttl"
    text = file.read_text(encoding="utf-8")
    line = text[: text.index("akg:venue a ")].count("\n") + 1
    file.write_text(text.replace("akg:venue a ", "akg:venue a a "), encoding="utf-8")
    assert_says(run(project, "build"), 1, f"plan.ttl:{line}: not Turtle")


@pytest.mark.parametrize("folder", ["rules", "checks"])
def test_query_of_the_build_that_does_not_parse(project: Path, folder: str) -> None:
    file = sorted((project / "queries" / folder).glob("*.rq"))[0]
    file.write_text(file.read_text(encoding="utf-8") + "}\n", encoding="utf-8")
    assert_says(run(project, "build"), 1, f"{file.name}:", "not SPARQL")


def test_descriptor_with_an_unknown_key(project: Path) -> None:
    file = project / "data/sources/rap-vientiane/descriptor.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("membership-as-of =", "membership-asof ="), encoding="utf-8"
    )
    assert_says(run(project, "build"), 1, "descriptor.toml", "membership-a")


def test_wrong_use_is_exit_2() -> None:
    for arguments in (
        ["ask", "body-involvment"],
        ["ask", "body-involvement", "--body", "acxw"],
        ["build", "--nonsense"],
    ):
        done = run(ROOT, *arguments)
        assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "body-involvement" in run(ROOT, "ask", "body-involvment").stderr


def test_two_plans_of_one_short_name_are_told_apart_by_the_curator(project: Path) -> None:
    """What footnote 3 of each makes known would be one thing: `rap-fn3`."""
    folder = project / "data" / "sources" / "alm-wp-2016-2020" / "descriptor.toml"
    words = folder.read_text(encoding="utf-8")
    assert words.count('short = "ALM WP"') == 1
    folder.write_text(words.replace('short = "ALM WP"', 'short = "Rap"'), encoding="utf-8")
    other = "data/sources/alm-wp-2016-2020/descriptor.toml too"
    assert_says(
        run(project, "build"), 1, "rap-vientiane/descriptor.toml", "the short name 'RAP'", other, "Give one another"
    )
