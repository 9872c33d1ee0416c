"""The command line from the outside: what a person types, what comes out, and the exit code.

Each command is a process of its own over one published build. Not here: `build` and bad input (tests/build),
`serve` (tests/web), the README's commands (tests/house).
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from aseankg.builds import Build
from aseankg.catalogue import read_queries
from aseankg.namespaces import BASE, ID

ROOT = Path(__file__).parents[2]
SHAPES = ROOT / "tests" / "data" / "shapes"
QUESTIONS = read_queries(ROOT / "queries" / "questions")
PREFIX = "PREFIX akg: <https://w3id.org/aseankg/ontology#> "
PLANS = PREFIX + "SELECT DISTINCT ?plan WHERE { ?plan a akg:Plan } ORDER BY ?plan"
AREAS = [f"{ID}alm-wp-2016-2020/thematic-area/{number}" for number in (14, 21, 22, 23)]
BOMB = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c != ?i) }"

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def _good(done: Done) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def _table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


# -- the command itself ----------------------------------------------------------------------------------------


def test_version_is_that_of_the_project(run: Run) -> None:
    version = re.search(r'(?m)^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert version is not None
    assert _good(run("--version")).rstrip().endswith(f"version {version[1]}")


def test_help_has_examples_and_exit_codes(run: Run) -> None:
    words = _good(run("--help"))
    assert "Examples:" in words and "aseankg ask body-involvement --body acmw" in words
    assert "Exit codes: 0 good, 1 the data do not conform, 2 wrong use, 3 could not run." in words


@pytest.mark.parametrize("arguments", [["frobnicate"], ["ask", "--frobnicate"], ["query"], ["find"], ["show"]],
                         ids=" ".join)  # fmt: skip
def test_wrong_use_is_exit_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: " in done.stderr


def test_a_setting_that_cannot_be_read_is_named(run: Run, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "aseankg", "ask", "coordinators"]
    wrong = environment | {"ASEANKG_DEADLINE": "soon"}
    done = subprocess.run(command, env=wrong, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "ASEANKG_DEADLINE is 'soon': expected float" in done.stderr


def test_a_damaged_build_is_exit_3(published: Build, environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "b" / "one"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes((published.folder / "manifest.json").read_bytes())
    (folder / "dataset.nq").write_bytes(published.dataset.read_bytes()[:-1])
    (folder.parent / "current").symlink_to("one")
    command = [sys.executable, "-m", "aseankg", "find", "acmw"]
    other = environment | {"ASEANKG_BUILD_DIR": str(folder.parent)}
    done = subprocess.run(command, env=other, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "is not the file that was published. Run `aseankg build`." in done.stderr


@pytest.mark.parametrize("command", ["ask where-in-the-text --format tsv", "stats", "ask", "show rap-vientiane"])
def test_a_reader_that_has_seen_enough_is_no_fault(environment: dict[str, str], command: str) -> None:
    line = f"{shlex.quote(sys.executable)} -m aseankg {command} | head -1"
    done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


# -- ask -------------------------------------------------------------------------------------------------------


def test_ask_alone_lists_every_question(run: Run) -> None:
    lines = _good(run("ask")).splitlines()
    for question in QUESTIONS:
        assert [line for line in lines if line.split()[:1] == [question.name] and question.question in line]
    assert lines[-1] == f"{len(QUESTIONS)} rows"


def test_ask_as_a_table_shortens_iris_and_says_what_no_text_says(run: Run) -> None:
    words = _good(run("ask", "body-involvement", "--body", "acmw"))
    assert "alm-wp-2016-2020/thematic-area/14" in words and BASE not in words
    assert "4 rows\n" in words
    assert words.rstrip().endswith("names ACMW in a role; 15 were read.")


def test_ask_in_json_gives_sparql_results(run: Run) -> None:
    done = run("ask", "body-involvement", "--body", "acmw", "--format", "json")
    results = parse_query_results(done.stdout.encode(), format=QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)
    assert [row["element"].value for row in results] == AREAS
    assert set(json.loads(done.stdout)) == {"head", "results"}
    assert done.returncode == 0


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_ask_in_csv_and_tsv_gives_whole_iris_and_nothing_else(run: Run, form: str, delimiter: str) -> None:
    done = run("ask", "body-involvement", "--body", "acmw", "--format", form)
    rows = list(csv.DictReader(io.StringIO(done.stdout), delimiter=delimiter))
    assert [row["element"] for row in rows] == AREAS
    assert "names ACMW in a role" in done.stderr
    assert done.returncode == 0


def test_ask_in_markdown_gives_a_table(run: Run) -> None:
    lines = [line for line in _good(run("ask", "responsible-bodies", "--format", "markdown")).splitlines() if line]
    assert lines[1].replace("|", " ").split() == ["---"] * (lines[0].count("|") - 1)
    assert len(lines) == 2 + 24
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1


def test_ask_takes_a_name_in_any_writing(run: Run) -> None:
    said = {_good(run("ask", "country-involvement", "--country", name)) for name in ("vnm", "Viet Nam", "VIETNAM")}
    assert len(said) == 1


def test_help_of_a_question_names_its_parameters(run: Run) -> None:
    words = _good(run("ask", "body-involvement", "--help"))
    assert "Which activities does ACMW contribute to?" in words
    assert re.search(r"--body TEXT\s+The body, by acronym or name.", words)
    assert "[default: acmw]" in re.sub(r"\s+", " ", words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["body-involvment"], "Did you mean 'body-involvement'"),
        (["body-involvement", "--body", "oshnett"], "(body/asean-oshnet)?"),
        (["body-involvement", "--body", "viet nam"], "No body is called 'viet nam'."),
        (["activities-by-year", "--year", "MMXVIII"], "expected a year such as 2018"),
        (["members-at-a-date", "--date", "31.12.2017"], "expected a day such as 2017-12-31"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_ask_says_what_it_expected(run: Run, arguments: list[str], words: str) -> None:
    done = run("ask", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


# -- query -----------------------------------------------------------------------------------------------------


def test_query_comes_from_an_option_a_file_or_the_standard_input(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plans.rq"
    file.write_text(PLANS, encoding="utf-8")
    answers = [
        _good(run("query", "-q", PLANS, "--format", "csv")),
        _good(run("query", file, "--format", "csv")),
        _good(run("query", "-", "--format", "csv", stdin=PLANS)),
    ]
    slugs = ("alm-wp-2016-2020", "rap-vientiane", "slom-wg-wp-2016-2020")
    assert _table(answers[0]) == [["plan"], *([f"{ID}plan/{slug}"] for slug in slugs)]
    assert answers[1:] == answers[:1] * 2


def test_every_stored_question_may_be_asked_as_a_file(run: Run) -> None:
    words = _good(run("query", ROOT / "queries" / "questions" / "responsible-bodies.rq"))
    assert words.rstrip().endswith("24 rows")


def test_query_gives_a_graph_in_turtle(run: Run) -> None:
    text = PREFIX + "CONSTRUCT { ?area akg:title ?title } WHERE { ?area a akg:ThematicArea ; akg:title ?title }"
    graph = rdflib.Graph().parse(data=_good(run("query", "-q", text)), format="turtle")
    assert len(graph) == 23
    lines = _good(run("query", "-q", text, "--format", "ntriples")).splitlines()
    assert len(lines) == 23


@pytest.mark.parametrize(("truth", "word"), [("acmw", "yes"), ("nobody", "no")])
def test_query_answers_yes_or_no(run: Run, truth: str, word: str) -> None:
    text = f"{PREFIX} ASK {{ ?area akg:responsibleBody <{ID}body/{truth}> }}"
    assert _good(run("query", "-q", text)) == word + "\n"


def test_syntax_error_says_line_and_column(run: Run) -> None:
    done = run("query", "-q", "SELECT ?s\nWHERE { ?s ?p }\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(r"Error: Line 2, column 1\d: ", done.stderr)


@pytest.mark.parametrize(
    "text", ["DELETE WHERE { ?s ?p ?o }", "SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }"],
    ids=["update", "service"],
)  # fmt: skip
def test_what_is_not_for_reading_is_refused(run: Run, text: str) -> None:
    done = run("query", "-q", text)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Line 1, column " in done.stderr


def test_misspelt_term_gets_a_note_beside_its_empty_answer(run: Run) -> None:
    done = run("query", "-q", PREFIX + "SELECT ?s WHERE { ?s akg:titel ?o }", "--format", "csv")
    assert (done.returncode, _table(done.stdout)) == (0, [["s"]])
    assert done.stderr.startswith("Note: akg:titel is not a term of the ontology. Did you mean 'akg:title'")


def test_query_is_stopped_at_its_deadline(run: Run) -> None:
    done = run("query", "--deadline", "0.3", "-q", BOMB)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("Error: Stopped after 0.3 s.")


# -- find, evidence, show, stats -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "thing"),
    [("acmv", "body/acmw"), ("asean oshnett", "body/asean-oshnet"), ("Veit Nam", "country/vnm"),
     ("migrant wrokers rights", "alm-wp-2016-2020/thematic-area/22"), ("labor inspection", None)],
)  # fmt: skip
def test_find_forgives_a_slip(run: Run, typed: str, thing: str | None) -> None:
    found = json.loads(_good(run("find", typed, "--limit", "5", "--format", "json")))
    assert 0 < len(found) <= 5
    if thing is None:
        assert any("labour inspection" in one["name"].lower() for one in found)
    else:
        assert thing in [one["thing"] for one in found][:3]


def test_find_says_when_nothing_is_alike(run: Run) -> None:
    done = run("find", "zzqxjk", "--format", "csv")
    assert (done.returncode, _table(done.stdout)) == (0, [["thing", "kind", "name", "alike"]])
    assert "Nothing is called anything like 'zzqxjk'" in done.stderr


def test_evidence_shows_words_in_their_line(run: Run) -> None:
    words = _good(run("evidence", "rap-vientiane/activity/2", "venue"))
    assert words.splitlines() == [
        "akg:venue Siem Reap, Cambodia  [stated]",
        "  in column 'Timeline of implementation'",
        "  source/rap-vientiane line 25: 24-26 May 2017, »Siem Reap, Cambodia«",
    ]


def test_evidence_tells_layers_apart(run: Run) -> None:
    words = _good(run("evidence", "rap-vientiane/activity/13"))
    assert re.search(r"akg:involves body/slom +\[stated\]", words)
    assert re.search(r"akg:leadActor body/slom +\[curated\](?s:.*?)our reading: ", words)


def test_evidence_in_json_is_the_passage(run: Run) -> None:
    (one,) = json.loads(_good(run("evidence", "rap-vientiane/activity/12", "leadCountry", "--format", "json")))
    assert (one["layer"], one["value"], one["words"]) == ("stated", f"{ID}country/lao", "Lao PDR")


def test_evidence_of_a_reference_fact_is_its_address(run: Run) -> None:
    assert "read at https://" in _good(run("evidence", "acmw", "foundedOn"))


def test_evidence_of_what_is_not_said_is_exit_2(run: Run) -> None:
    done = run("evidence", "rap-vientiane/activity/2", "venu")
    assert done.returncode == 2 and "Did you mean 'venue'" in done.stderr


def test_show_as_a_tree_indents_parts_below_their_whole(run: Run) -> None:
    lines = _good(run("show", "alm-wp-2016-2020")).splitlines()
    depth = {line.split()[0]: (len(line) - len(line.lstrip())) // 2 for line in lines}
    assert [depth[part] for part in ("kra/3", "target/3.1", "target/3.1.1")] == [0, 1, 2]
    assert [depth[part] for part in ("thematic-group/1", "thematic-area/1", "project/1.1")] == [0, 1, 2]
    assert sum(part.startswith("thematic-area/") for part in depth) == 23


def test_show_as_source_is_the_printed_table(run: Run) -> None:
    header, *rows = _table(_good(run("show", "rap-vientiane", "--as", "source", "--format", "csv")))
    assert len(header) == 7 and header[0] == "No"
    assert [row[0] for row in rows] == [*map(str, range(1, 15)), ""]
    assert rows[12][3] == "SLOM SOMRDPE SOM-AMAF"


def test_show_of_what_is_no_plan_is_exit_2(run: Run) -> None:
    for arguments in (["rap-vientian"], ["rap-vientian", "--as", "source"], ["alm-wp-2016-2020", "--as", "source"]):
        done = run("show", *arguments)
        assert (done.returncode, done.stdout) == (2, "")


def test_stats_leave_no_character_unexplained(run: Run) -> None:
    rows = _table(_good(run("stats", "--format", "csv")))
    counts = {(source, what): int(count) for source, what, kind, count in rows[1:] if not kind}
    for folder in (ROOT / "data" / "sources").iterdir():
        text = next(folder.glob("*.txt")).read_bytes().decode("utf-8")
        assert counts[folder.name, "all characters"] == len(text)
        assert counts[folder.name, "unexplained"] == 0
        assert counts[folder.name, "supports any statement"] > len(text) / 2


# -- validate --------------------------------------------------------------------------------------------------


def test_validate_names_the_line_that_is_no_turtle(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text(
        "@prefix akg: <https://w3id.org/aseankg/ontology#> .\n\n<a:b> a akg:Plan akg:Body .\n", encoding="utf-8"
    )
    done = run("validate", file)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {file}:3: not Turtle")


def test_validate_of_valid_files_is_exit_0(run: Run) -> None:
    files = sorted((SHAPES / "valid").glob("*.ttl"))
    assert len(files) > 20
    for file in (files[0], files[1], files[-1]):
        assert re.search(r": [1-9]\d* focus nodes, 0 violations, ", _good(run("validate", file)))


def test_validate_of_an_invalid_file_names_shape_and_focus_node(run: Run) -> None:
    done = run("validate", SHAPES / "invalid" / "body-of-two-kinds.ttl")
    assert done.returncode == 1
    assert re.search(r"(?m)^Violation: body/slom akg:bodyKind: .*\[aksh:BodyKindShape\]$", done.stdout)
    assert done.stderr.startswith("Error: 1 violations in ")


def test_validate_of_nothing_is_an_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "empty.ttl"
    file.write_text("# nothing\n", encoding="utf-8")
    done = run("validate", file)
    assert done.returncode == 1
    assert "looked at no" in done.stderr
