"""The build's own checks can fail: misspelt terms, unreadable queries, severities nobody looks for, dangling names.

Not here: faults of the data that shapes find (test_validation), of texts and tables (test_bad_input,
test_reference_data).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from aseankg.build import Dataset, build_dataset
from aseankg.builds import Build, get_current
from aseankg.errors import ConfigurationError, DataError
from aseankg.namespaces import AKG, ID, ORG, PREFIXES, graph
from aseankg.publish import publish
from aseankg.terms import require_known_terms
from aseankg.validate import check, validate

ROOT = Path(__file__).parents[2]
BODY = "queries/questions/body-involvement.rq"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the ontology and the queries, to be damaged."""
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def change(file: Path, old: str, new: str) -> int:
    """Change the first place where `old` stands, and return its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def fault_of(project: Path) -> DataError:
    """What the build says, before it reads any data: the copy has none."""
    with pytest.raises(DataError) as caught:
        build_dataset(project, [], progress=lambda words: None)
    return caught.value


# -- terms -------------------------------------------------------------------------------------------------

MISSPELT = {
    "in a rule": ("queries/rules/national-leads.rq", "akg:nationalLead ", "nationalLead", "nationalLaed"),
    "in a check": ("queries/checks/passage-across-cells.rq", "akg:exact", "exact", "exakt"),
    "in a report": ("queries/reports/actor-silence.rq", "akg:involves", "involves", "involvs"),
    "in a question": (BODY, "akg:involves", "involves", "involvs"),
    "in the target of a shape": ("ontology/shapes/plan.ttl", "sh:targetClass akg:Activity ", "Activity", "Activty"),
    "in the query of a shape": (
        "ontology/shapes/actor.ttl",
        "{ ?value akg:nationalLead",
        "nationalLead",
        "nationalLaed",
    ),
    "a shape of a shape": ("ontology/shapes/plan.ttl", "sh:property aksh:", "aksh:", "aksh:0"),
    "a word of SHACL": ("ontology/shapes/plan.ttl", "sh:minCount", "minCount", "minCuont"),
    "a severity of SHACL": ("ontology/shapes/plan.ttl", "sh:severity sh:Violation", "Violation", "Voilation"),
}


@pytest.mark.parametrize("case", MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_term_stops_the_build(project: Path, case: tuple[str, str, str, str]) -> None:
    file, place, right, wrong = case
    line = change(project / file, place, place.replace(right, wrong))
    error = fault_of(project)
    assert (error.file, error.line) == (str(project / file), line)
    assert f"{wrong.rstrip(':')}" in str(error) and "is declared nowhere. Did you mean" in str(error)
    assert f":{right}'" in str(error) or place.startswith("sh:property")


def test_a_misspelt_term_under_another_prefix_or_whole_is_seen(project: Path) -> None:
    for number, term in enumerate(("mine:titel", f"<{PREFIXES['akg']}titel>")):
        query = f"#+ title: X\nPREFIX mine: <{PREFIXES['akg']}>\nSELECT ?x\nWHERE {{ ?x {term} ?y }}\n"
        (project / "queries/reports" / f"a{number}.rq").write_text(query)
        assert fault_of(project).line == 4
        (project / "queries/reports" / f"a{number}.rq").unlink()


def test_the_shipped_queries_and_shapes_are_looked_at() -> None:
    files = [*(ROOT / "queries").rglob("*.rq"), *(ROOT / "ontology/shapes").glob("*.ttl")]
    assert require_known_terms(ROOT) == len(files) > 40


def test_no_query_at_all_is_an_error(project: Path) -> None:
    shutil.rmtree(project / "queries")
    assert "looked at no query" in str(fault_of(project))


def test_queries_stand_in_queries_and_statements_are_made_in_one_place() -> None:
    """What people ask, what rules add and what checks find are files; a floor that has none of its own is no place."""
    package = ROOT / "src/aseankg"
    sources = {file.relative_to(package).as_posix(): file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    assert len(sources) > 50
    asking = {name for name, text in sources.items() if re.search(r"\b(SELECT|CONSTRUCT)\b[^\n]*[?{]", text)}
    here = {name for name in asking if not name.startswith(("cli/", "web/"))}  # examples; the page of any resource
    assert here <= {
        "explain.py",
        "pattern_reader.py",
        "trace.py",
        "store/federation.py",
    }  # they read and rewrite queries
    makers = {name for name, text in sources.items() if "(RDF.predicate, " in text}
    assert makers == {"statements.py"}


# -- queries -----------------------------------------------------------------------------------------------

BROKEN = {
    "a question that does not parse": (BODY, "WHERE {", "WHERE {{{", "not SPARQL"),
    "a report that does not parse": ("queries/reports/actor-silence.rq", "BIND (", "BINDE (", "not SPARQL"),
    "front matter that is no YAML": (BODY, "#+ title:", "#+ title: [", "front matter is not YAML"),
    "a question without a title": (BODY, "#+ title:", "#+ titel:", "no title"),
    "a parameter of no kind": (BODY, "kind: body", "kind: bdy", "Did you mean 'body'"),
    "parameters that are a word": (BODY, "{kind: body", "[kind, body", ""),
    "a parameter that the query lacks": (BODY, "#+   body:", "#+   bodies:", "no variable ?bodies"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_query_that_is_broken_stops_the_build(project: Path, case: tuple[str, str, str, str]) -> None:
    file, old, new, words = case
    change(project / file, old, new)
    error = fault_of(project)
    assert error.file == str(project / file) and error.line
    assert words in str(error)


def test_a_query_that_is_no_utf_8_stops_the_build(project: Path) -> None:
    (project / BODY).write_bytes(b"#+ title: \xe9\n")
    assert fault_of(project).file == str(project / BODY)


@pytest.mark.parametrize("severity", ["Voilation", "violation", "", "Error"])
def test_a_check_whose_severity_nobody_looks_for_is_an_error(project: Path, severity: str) -> None:
    file = project / "queries/checks/undeclared-term.rq"
    line = change(file, "severity: Violation", f"severity: {severity}")
    errors = [fault_of(project)]
    with pytest.raises(DataError) as caught:
        check(Store(), project)
    for error in (*errors, caught.value):
        assert (error.file, error.line) == (str(file), line)
        assert "expected one of Violation, Warning, Info" in str(error)


# -- how much was looked at --------------------------------------------------------------------------------


def test_each_shape_says_how_much_it_looked_at(dataset: Dataset, published: Build) -> None:
    counts = {shape.rpartition("#")[2]: count for shape, count in dataset.before.focus_nodes.items()}
    assert counts["ActivityShape"] == 23 + 3  # three are known only through a footnote
    assert counts["ImplementationReportShape"] == 29  # one for each of the 15 activities, 14 of the Work Programme
    assert dataset.before.looked_at < sum(counts.values())  # a node that two shapes look at counts once
    written = json.loads((published.folder / "validation.json").read_text(encoding="utf-8"))
    idle = {stage: written[stage]["looked at nothing"] for stage in ("before inference", "after inference")}
    assert f"{PREFIXES['aksh']}GraphLayerShape" in idle["before inference"]  # layers are told of the whole only
    assert f"{PREFIXES['aksh']}GraphLayerShape" not in idle["after inference"]
    assert all(f"{PREFIXES['aksh']}ActivityShape" not in shapes for shapes in idle.values())
    assert written["checks"]["looked at"] == len(list((ROOT / "queries/checks").glob("*.rq")))


def test_shapes_that_look_at_other_targets_than_classes_are_counted(root: Path) -> None:
    quads = [Quad(NamedNode(ID + "x/activity/1"), AKG.startDate, NamedNode(ID + "x"), graph("plan/x"))]
    report = validate(quads, root)
    assert report.looked_at == 1
    assert [shape for shape, count in report.focus_nodes.items() if count] != []
    assert f"{PREFIXES['aksh']}ActivityShape" in report.idle


# -- dangling names ----------------------------------------------------------------------------------------


def with_fact(dataset: Dataset, *facts: tuple[str, NamedNode, str, str]) -> list[tuple[str, str]]:
    """The focus and value of the results of `dangling-name` when the dataset holds these facts too."""
    store = Store()
    store.extend(dataset.quads)
    for subject, predicate, value, name in facts:
        store.add(Quad(NamedNode(ID + subject), predicate, NamedNode(ID + value), graph(name)))
    found = [result for result in check(store, ROOT).results if result.source == "dangling-name"]
    assert {result.severity for result in found} <= {"Violation"}
    return [(result.focus.removeprefix(ID), result.value.partition(",")[0]) for result in found]


@pytest.mark.parametrize(
    "fact",
    [
        ("body/acmw", ORG.subOrganizationOf, "body/sloom", "reference"),
        ("anomaly/rap-footnote-6-tense", AKG.about, "rap-vientiane/activity/99", "curated"),
        ("rap-vientiane/activity/2", AKG.leadActor, "country/khn", "plan/rap-vientiane"),
    ],
    ids=["of a body's parent", "of an anomaly", "of a plan"],
)
def test_a_name_that_nothing_describes_is_a_violation(dataset: Dataset, fact: tuple[str, NamedNode, str, str]) -> None:
    subject, _, value, _ = fact
    assert with_fact(dataset, fact) == [(value, subject)]
    inferred = (value, AKG.involves, subject, "inferred/stated")  # what a rule for the inverse would add
    assert with_fact(dataset, fact, inferred) == [(value, subject)]
    assert with_fact(dataset, fact, (value, ORG.subOrganizationOf, "body/asean", "reference")) == []


# -- publishing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dataset.nq", "validation.json", "manifest.json"])
def test_publishing_a_damaged_build_again_mends_it(dataset: Dataset, root: Path, tmp_path: Path, name: str) -> None:
    build = publish(dataset, tmp_path, root)
    whole = (build.folder / name).read_bytes()
    with (build.folder / name).open("ab") as stream:
        stream.write(b"<x:a> <x:b> <x:c> .\n")
    if name != "validation.json":
        with pytest.raises(ConfigurationError):
            get_current(tmp_path)
    assert publish(dataset, tmp_path, root).folder == build.folder
    assert get_current(tmp_path).folder == build.folder.resolve()
    assert (build.folder / name).read_bytes() == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([build.folder.name, "current", "dumps"])


def test_a_warning_that_nobody_explained_is_printed_once_a_stage(project: Path) -> None:
    for name in ("data", "src"):
        shutil.copytree(ROOT / name, project / name)
    shutil.copy(ROOT / "pyproject.toml", project)
    file = project / "data/curated/anomalies.toml"
    line = next(line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("explains"))
    change(file, line + "\n", "")
    done = subprocess.run(
        [sys.executable, "-m", "aseankg", "validate"],
        cwd=project, env={"PYTHONPATH": str(project / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count("4 of them explained") == 2
    shape = re.findall(r"shapes#(\w+)", line)[0]
    for stage in done.stdout.split("\nafter inference: "):
        heads = [words for words in stage.splitlines() if words.startswith("Warning: aksh:")]
        assert heads == [f"Warning: aksh:{shape} (1)"]
    assert "\nafter inference: " in done.stdout
