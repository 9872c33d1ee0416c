"""The house as it is drawn: floors, sizes, names, and that nothing happens at import.

Read from the syntax trees of src/aseankg; imports inside functions count as any other. Not here: lint and types.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "aseankg"

# Lowest first. A module imports only from floors below its own.
FLOORS = [
    ["errors", "likeness", "namespaces", "reconcile.countries", "records", "sheets", "store.tokens", "tabular"],
    [
        "patterns",
        "settings",
        "identifiers",
        "catalogue",
        "builds",
        "files",
        "links.asking",
        "links.schemes",
        "reconcile.slips",
        "reconcile.spellings",
        "tabular.encodings",
        "tabular.extents",
        "tabular.records",
        "vocabulary",
    ],
    ["reconcile.things", "tabular.workbooks", "triple_reader", "layout", "sources", "statements", "store.graphs"],
    ["reconcile.matching"],
    ["entries", "mappings.records"],
    ["mappings.schema"],
    ["mappings.reading"],
    ["mappings.writing"],
    ["mappings"],
    ["links.review"],
    ["links"],
    [
        "pattern_reader",
        "reference",
        "extract.dates",
        "extract.names",
        "store.request",
        "store.rows",
        "store.limits",
        "terms",
        "turtle_lines",
    ],
    ["quads", "trace"],
    [
        "extract.reading",
        "grounds",
        "store.guard",
        "store.diagnosis",
        "store.wire",
        "store.board",
        "store.writer",
        "gazetteer",
    ],
    [
        "extract.cells",
        "explanation",
        "extract.crossrefs",
        "extract.frame",
        "extract.matrix",
        "extract.mentions",
        "store.partial",
        "store.layers",
    ],
    ["extract.register", "store.embedded"],
    ["store.beside"],
    [
        "snapshot",
        "extract",
        "alignment",
        "curated",
        "themes",
        "lookup",
        "outcomes",
        "passages",
        "reconcile",
        "show",
        "stats",
        "store.local",
    ],
    [
        "diff",
        "explain",
        "store.worker",
        "infer",
        "validate.brought",
        "validate.results",
        "wording.records",
        "wording.words",
    ],
    ["wording.names"],
    ["wording.parts"],
    ["wording.phrases"],
    ["wording.matching"],
    ["wording"],
    ["validate.shapes", "validate.places", "validate.inputs"],
    ["validate.engines", "validate.findings", "validate.fetching"],
    ["validate.checks", "validate.given", "validate.formats", "validate.reports"],
    ["validate"],
    ["store.zygote"],
    ["store.supervisor"],
    ["store", "store.client", "store.pool", "build", "store.federation"],
    ["suggest.weights", "suggest.profiles"],
    ["suggest.features"],
    ["suggest", "checking", "checking.tables"],
    ["suggest.sssom", "checking.headers"],
    ["suggest.judging", "checking.plan"],
    ["checking.judgement"],
    ["checking.__main__"],
    ["description.release"],
    ["description.dumps", "description.questions"],
    ["description.void", "description.dcat"],
    ["description", "description.service"],
    ["publish", "export.crate", "export.mappings", "export.network", "export.rdf"],
    ["export.network_files", "stratml.records"],
    ["export", "stratml.describing", "stratml.reading", "stratml.taking", "stratml.writing"],
    ["stratml"],
    ["coverage.quads"],
    ["coverage.elements"],
    ["coverage.ties"],
    ["coverage.evidence"],
    ["coverage.matrix"],
    ["coverage.overview"],
    ["coverage"],
    ["linking.cells", "linking.own"],
    ["linking.matching", "linking.reading", "linking.outputs"],
    ["linking.columns", "linking.report"],
    ["linking.things", "linking.csvw"],
    ["linking.cube"],
    ["linking"],
    ["api"],
    ["aseankg"],
    ["cli.options", "cli.printing", "cli.server"],
    ["cli.asking", "cli.differing", "cli.making", "cli.serving", "cli.validating"],
    [
        "cli.explaining",
        "cli.covering",
        "cli.exporting",
        "cli.importing",
        "cli.linking",
        "cli.links",
        "cli.reading",
        "cli.suggesting",
    ],
    # The packages of the web stand on each other whole, too: what all share, exchange, page, things, querying, the rest.
    [
        "web.exchange",
        "web.page",
        "web.things",
        "web.things.vocabulary",
        "web.querying",
        "web.printed",
        "web.comparing",
        "web.checked",
        "web.reconciling",
        "web.contract",
    ],
    ["web.languages", "web.site"],
    ["web.texts", "web.operation"],
    [
        "web.exchange.body",
        "web.exchange.cache",
        "web.exchange.conditions",
        "web.exchange.headers",
        "web.exchange.negotiation",
        "web.exchange.problems",
        "web.exchange.sending",
        "web.exchange.stream",
    ],
    ["web.exchange.packing"],
    ["web.page.asking", "web.page.charts", "web.page.choosing", "web.page.tables"],
    ["web.page.exports", "web.page.showing"],
    ["web.things.facts", "web.things.vocabulary.class_diagram"],
    [
        "web.things.cards",
        "web.things.documents",
        "web.things.judgements",
        "web.things.outcomes",
        "web.things.portraits.portrait",
    ],
    [
        "web.things.compared",
        "web.things.portraits.elsewhere",
        "web.things.portraits.timeline",
        "web.things.vocabulary.rules_in_words",
    ],
    [
        "web.things.portraits.actors",
        "web.things.portraits.concepts",
        "web.things.portraits.elements",
        "web.things.portraits.records",
        "web.things.vocabulary.pages",
    ],
    ["web.things.portraits"],
    ["web.things.resources"],
    [
        "web.querying.completions",
        "web.querying.drawings",
        "web.querying.examples",
        "web.querying.protocol",
        "web.querying.snippets",
        "web.querying.workbook",
    ],
    ["web.querying.form", "web.querying.permalinks", "web.querying.proofreading", "web.querying.questions"],
    ["web.querying.answered", "web.querying.citation", "web.querying.sparql"],
    ["web.warming"],
    [
        "web.checked.confined",
        "web.checked.history",
        "web.checked.sheets",
        "web.comparing.covering",
        "web.comparing.mappings",
        "web.comparing.schedule",
        "web.contract.schemas",
        "web.printed.facets",
        "web.printed.passages_found",
        "web.printed.segments",
        "web.printed.spans",
    ],
    ["web.contract.responses", "web.contract.route", "web.printed.layout"],
    ["web.reconciling.payload"],
    ["web.reconciling.properties"],
    ["web.reconciling.known", "web.reconciling.queries"],
    ["web.reconciling.answers", "web.reconciling.matching"],
    ["web.reconciling.suggesting"],
    ["web.reconciling.extending"],
    ["web.contract.reconciling", "web.reconciling.manifest"],
    ["web.contract.routes", "web.printed.plans"],
    ["web.contract.openapi", "web.printed.sheets"],
    [
        "web.views.alignment",
        "web.views.checking",
        "web.views.downloads",
        "web.views.editor",
        "web.views.explanation",
        "web.views.home",
        "web.views.library",
        "web.views.lists",
        "web.views.network",
        "web.views.plans",
        "web.views.reconciliation",
        "web.views.search",
        "web.views.sources",
        "web.views.timeline",
        "web.views.validation",
    ],
    ["web.front", "web.keeper", "web.views"],
    ["web"],
    ["cli", "web.wsgi"],
    ["__main__"],
]
HEAVY = [
    "babel", "cachetools", "click", "flask", "granian", "gunicorn", "jinja2", "jsonschema_rs", "networkx", "owlrl", "pandas", "prometheus_client", "pydantic", "pyoxigraph", "pyshacl", "python_calamine",
    "rapidfuzz", "rdflib", "requests", "rich", "rocrate", "scipy", "shifty", "sklearn", "snowballstemmer", "werkzeug", "xlsxwriter", "yaml",
]  # fmt: skip
VAGUE = {"common", "core", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
LINES_OF_MODULE, LINES_OF_FUNCTION, PARAMETERS, NESTING = 400, 50, 6, 3
AT_IMPORT = {
    "open", "read_text", "read_bytes", "write_text", "getenv", "environ", "load", "bulk_load", "print", "run", "Popen",
    "basicConfig", "addHandler", "seed", "now", "today",
}  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(file: Path) -> str:
    """The module's name after `aseankg.`; that of the package itself is `aseankg`."""
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".") or "aseankg"


FILES = {_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in FILES.items()}
FLOOR = {name: height for height, floor in enumerate(FLOORS) for name in floor}
MODULES = pytest.mark.parametrize("module", FILES)


def _imported(module: str) -> set[str]:
    """The modules of ours that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if _ours(whole) in FILES else str(node.module))
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {_ours(name) for name in found if name.split(".")[0] == "aseankg"}


def _ours(name: str) -> str:
    return name.removeprefix("aseankg.")


def _functions(module: str) -> Iterator[Function]:
    return (node for node in ast.walk(TREES[module]) if isinstance(node, Function))


def _place(function: Function) -> str:
    return f"{function.name} in line {function.lineno}"


def _nesting(node: ast.AST) -> int:
    """How many compound statements lie inside each other below a node; an elif is no level of its own."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (Function, ast.ClassDef)):  # measured by itself
            continue
        opens = isinstance(
            child, (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
        )
        elif_ = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        deepest = max(deepest, _nesting(child) + (opens and not elif_))
    return deepest


def _run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that are evaluated when the module is imported: no bodies of functions, no `__main__` block."""
    waiting: list[ast.AST] = [node for node in tree.body if "__main__" not in ast.dump(node)[:200]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function):
            waiting += [*node.decorator_list, *node.args.defaults, *(kept for kept in node.args.kw_defaults if kept)]
        elif not isinstance(node, ast.Lambda):
            yield node
            waiting += ast.iter_child_nodes(node)


def _defined(tree: ast.Module) -> set[str]:
    """The names that a module makes itself, at its top level."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, (Function, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
    return found


def _exported(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return list(ast.literal_eval(node.value))
    return []


# -- floors ------------------------------------------------------------------------------------------------


def test_every_module_stands_on_one_floor() -> None:
    assert Counter(name for floor in FLOORS for name in floor) == Counter(list(FILES))


@MODULES
def test_imports_go_down(module: str) -> None:
    assert {name for name in _imported(module) if FLOOR[name] >= FLOOR[module]} == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        order = list(TopologicalSorter({module: _imported(module) for module in FILES}).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
    assert len(order) == len(FILES)


@pytest.mark.parametrize(("one", "other"), [("cli", "web"), ("web", "cli")])
def test_command_line_and_web_do_not_know_each_other(one: str, other: str) -> None:
    looked_at = [module for module in FILES if module.split(".")[0] == one]
    assert len(looked_at) > 3
    assert [module for module in looked_at for name in _imported(module) if name.split(".")[0] == other] == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, aseankg; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# -- sizes: the list of exceptions is empty, and stays so -----------------------------------------------------


def test_modules_are_short() -> None:
    lines = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in FILES.items()}
    assert {name: count for name, count in lines.items() if count > LINES_OF_MODULE} == {}


@MODULES
def test_functions_are_short(module: str) -> None:
    lines = {_place(function): (function.end_lineno or 0) - function.lineno + 1 for function in _functions(module)}
    assert {name: count for name, count in lines.items() if count > LINES_OF_FUNCTION} == {}


@MODULES
def test_functions_take_few_parameters(module: str) -> None:
    taken = {}
    for function in _functions(module):
        every = function.args
        named = [*every.posonlyargs, *every.args, *every.kwonlyargs, every.vararg, every.kwarg]
        taken[_place(function)] = len([one for one in named if one and one.arg not in ("self", "cls")])
    assert {name: count for name, count in taken.items() if count > PARAMETERS} == {}


@MODULES
def test_functions_are_flat(module: str) -> None:
    levels = {_place(function): _nesting(function) for function in _functions(module)}
    assert {name: count for name, count in levels.items() if count > NESTING} == {}


def test_nesting_is_counted_as_people_see_it() -> None:
    flat = "def f():\n if a:\n  for b in c:\n   with d: pass\n elif e: pass\n elif g: pass\n"
    deep = "def f():\n if a:\n  for b in c:\n   try: pass\n   finally:\n    while e: pass\n"
    assert [_nesting(ast.parse(text).body[0]) for text in (flat, deep)] == [3, 4]


# -- names and words ---------------------------------------------------------------------------------------


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert {name for name in FILES if VAGUE & set(name.replace("_", ".").split("."))} == set()


@MODULES
def test_module_says_why_it_exists(module: str) -> None:
    words = ast.get_docstring(TREES[module]) or ""
    assert len(words.splitlines()[0]) > 20 if words else pytest.fail("no docstring")


@MODULES
def test_public_functions_and_classes_say_their_result(module: str) -> None:
    public = [node for node in ast.walk(TREES[module]) if isinstance(node, (Function, ast.ClassDef))
              and node.name in _exported(TREES[module])]  # fmt: skip
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@MODULES
def test_all_lists_the_public_names(module: str) -> None:
    tree = TREES[module]
    public = {name for name in _defined(tree) if not name.startswith("_")}
    exported = _exported(tree)
    if FILES[module].name == "__init__.py":  # a package may pass on what its modules make
        public |= {name for name in exported if any(name in _exported(TREES[inner]) for inner in _imported(module))}
    assert sorted(exported) == sorted(public)


# -- what is not done --------------------------------------------------------------------------------------


@MODULES
def test_no_bare_except_and_no_assert(module: str) -> None:
    nodes = list(ast.walk(TREES[module]))
    assert [node.lineno for node in nodes if isinstance(node, ast.ExceptHandler) and node.type is None] == []
    assert [node.lineno for node in nodes if isinstance(node, ast.Assert)] == []


@pytest.mark.parametrize("module", [name for name in FILES if name.split(".")[0] != "cli"])
def test_only_the_command_line_prints(module: str) -> None:
    names = [node for node in ast.walk(TREES[module]) if isinstance(node, ast.Name) and node.id == "print"]
    assert [node.lineno for node in names] == []


@MODULES
def test_nothing_is_read_at_import(module: str) -> None:
    found = []
    for node in _run_at_import(TREES[module]):
        called = node.func if isinstance(node, ast.Call) else node
        if isinstance(called, ast.Attribute) and called.attr in AT_IMPORT:
            found.append(called.attr)
        elif isinstance(node, ast.Call) and isinstance(called, ast.Name) and called.id in AT_IMPORT:
            found.append(called.id)
    assert found == []


@pytest.mark.parametrize("line", ["TEXT = open('x').read()", "HOME = os.environ['HOME']", "KG = api.load()"])
def test_reading_at_import_is_seen(line: str) -> None:
    tree = ast.parse(f"def f():\n    return open('y')\n{line}\n")
    seen = [node.attr for node in _run_at_import(tree) if isinstance(node, ast.Attribute)]
    seen += [node.id for node in _run_at_import(tree) if isinstance(node, ast.Name)]
    assert len(AT_IMPORT & set(seen)) == 1
