"""`aseankg export` and `aseankg import` as a user runs them. Not here: what the files hold."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, Store

from aseankg.builds import Build
from aseankg.cli import cli
from aseankg.errors import ConfigurationError, DataError, UsageError
from aseankg.files import write_file, write_folder
from aseankg.namespaces import ID

ANOTHER = Path(__file__).parents[1] / "data" / "stratml" / "another-plan.xml"
FORMATS = ["csv", "gexf", "graphml", "jsonld", "nquads", "rocrate", "sssom", "stratml", "trig", "turtle"]


@pytest.fixture(autouse=True)
def elsewhere(published: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASEANKG_BUILD_DIR", str(published.folder.parent))
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def good(*arguments: str) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def test_help_lists_every_format() -> None:
    listed = re.findall(r"^  ([a-z]+)  ", good("export", "--help").stdout, re.MULTILINE)
    assert listed == FORMATS


@pytest.mark.parametrize("form", FORMATS)
def test_help_of_every_format_has_an_example(form: str) -> None:
    assert f"aseankg export {form}" in good("export", form, "--help").stdout


@pytest.mark.parametrize("form", ["gexf", "graphml", "sssom", "trig", "turtle", "nquads", "jsonld"])
def test_output_without_a_file_is_what_the_file_would_hold(form: str) -> None:
    narrow = {"gexf": ["--plan", "rap-vientiane"], "graphml": ["--layer", "curated"]}.get(form, [])
    narrow = narrow or (["--graph", "links"] if form == "sssom" else ["--graph", "alignment"])
    good("export", form, *narrow, "--to", "out")
    assert good("export", form, *narrow).stdout_bytes == Path("out").read_bytes() != b""


def test_same_build_gives_the_same_bytes() -> None:
    for name in ("one", "two"):
        good("export", "graphml", "--to", f"{name}.graphml")
        good("export", "gexf", "--to", f"{name}.gexf")
        good("export", "stratml", "rap-vientiane", "--to", f"{name}.xml")
    for end in ("graphml", "gexf", "xml"):
        assert Path(f"one.{end}").read_bytes() == Path(f"two.{end}").read_bytes()


def test_crate_goes_into_a_folder_or_an_archive() -> None:
    good("export", "rocrate", "--to", "crate")
    good("export", "rocrate", "--to", "crate.zip")
    with zipfile.ZipFile("crate.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {
        file.relative_to("crate").as_posix(): file.read_bytes() for file in Path("crate").rglob("*") if file.is_file()
    }
    assert json.loads(inside["ro-crate-metadata.json"])["@graph"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grafml"], "Did you mean 'graphml'"), (["stratml", "rap-vientian"], "Did you mean 'rap-vientiane'"),
        (["graphml", "--kinds", "bodies"], "Did you mean 'body'"), (["turtle", "--graph", "plan/rap"], "Did you mean 'plan/rap-vientiane'"),
        (["graphml", "--to", "none/x.graphml"], "there is no folder none"), (["graphml", "--to", "."], "is a folder: expected a file"),
        (["csv", "--to", "-"], "cannot go to the standard output"),
    ],
    ids=["format", "plan", "kind", "graph", "no-folder", "folder", "two-files"],
)  # fmt: skip
def test_wrong_use_says_what_to_do(arguments: list[str], words: str) -> None:
    error = run("export", *arguments).exception
    assert isinstance(error, UsageError) and words in str(error)


def test_folder_that_holds_something_is_kept() -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine", encoding="utf-8")
    error = run("export", "csv", "--to", "mine").exception
    assert isinstance(error, UsageError) and "exists already and is kept" in str(error)
    assert [file.name for file in Path("mine").iterdir()] == ["notes.txt"]


def test_full_disk_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    Path("old").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    for write in (lambda: write_file(Path("old"), b"new"), lambda: write_folder(Path("new"), {"a/b": b"x", "c": b"y"})):
        with pytest.raises(ConfigurationError, match=r"No space left on device. Nothing is half-written"):
            write()
    assert [file.name for file in Path().iterdir()] == ["old"] and Path("old").read_bytes() == b"old"


# -- import --------------------------------------------------------------------------------------------------


def test_plan_becomes_a_dataset_that_conforms() -> None:
    result = good("import", str(ANOTHER), "--into", "ours")
    assert "Street vendors" in result.stdout and "2 of 4 names linked" in result.stdout
    store = Store()
    store.load(path="ours/another-plan.trig", format=RdfFormat.TRIG)
    assert [node.value for node in store.named_graphs()] == ["https://example.org/another-plan/graph"]
    assert "0 violations" in good("validate", "ours", "--engine", "pyshifty").stdout
    report = Path("ours/another-plan-report.csv").read_text(encoding="utf-8-sig").splitlines()
    assert report[0] == "line,name,where,iri,remark" and len(report) == 5


def test_long_list_of_unknown_names_is_cut_and_whole_in_the_report() -> None:
    names = "".join(f"<Stakeholder><Name>Nobody {at}</Name></Stakeholder>" for at in range(40))
    goal = f"<Goal><Name>G</Name><Description/>{names}</Goal>"
    plan = f"<StrategicPlan><Name>P</Name><StrategicPlanCore>{goal}</StrategicPlanCore></StrategicPlan>"
    Path("long.xml").write_text(plan, encoding="utf-8")
    assert "and 10 more, which the report lists" in good("import", "long.xml", "--into", "ours").stdout
    assert len(Path("ours/long-report.csv").read_text(encoding="utf-8-sig").splitlines()) == 41


def test_names_of_a_plan_are_read_as_those_of_a_table() -> None:
    names = ("Phillipines", "Kamboja", "Thái Lan", "AMS", "SMEWG", "ACWM", "Nobody")
    who = "".join(f"<Stakeholder><Name>{name}</Name></Stakeholder>" for name in names)
    goal = f"<Goal><Name>G</Name><Description/>{who}</Goal>"
    plan = f"<StrategicPlan><Name>P</Name><StrategicPlanCore>{goal}</StrategicPlanCore></StrategicPlan>"
    Path("who.xml").write_text(plan, encoding="utf-8")
    good("import", "who.xml", "--into", "ours")
    with Path("ours/who-report.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = {row["name"]: row["iri"].removeprefix(ID) for row in csv.DictReader(stream)}
    assert found == {
        "Phillipines": "country/phl", "Kamboja": "country/khm", "Thái Lan": "country/tha",
        "AMS": "group/asean-member-states", "SMEWG": "body/wg-msmes", "ACWM": "", "Nobody": "",
    }  # fmt: skip


def test_plan_that_is_there_already_is_kept() -> None:
    good("import", str(ANOTHER), "--into", "ours", "--slug", "flo")
    error = run("import", str(ANOTHER), "--into", "ours", "--slug", "flo").exception
    assert isinstance(error, UsageError) and "choose another --slug" in str(error)
    good("import", str(ANOTHER), "--into", "ours", "--slug", "flo-2", "--base", "https://labour.example/2/")
    assert sorted(file.name for file in Path("ours").glob("*.trig")) == ["flo-2.trig", "flo.trig"]


def test_file_that_is_no_plan_makes_no_folder() -> None:
    Path("bad.xml").write_text("<html/>", encoding="utf-8")
    error = run("import", "bad.xml", "--into", "ours").exception
    assert isinstance(error, DataError) and str(error).startswith("bad.xml:1: the document is html")
    assert not Path("ours").exists()


def test_import_into_a_folder_that_cannot_be_made_is_told() -> None:
    Path("file").write_bytes(b"")
    error = run("import", str(ANOTHER), "--into", "file/ours").exception
    assert isinstance(error, UsageError) and "cannot be made" in str(error)
