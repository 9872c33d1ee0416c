"""The words of the interface stand in one catalogue: every word of a template is marked, and the catalogue is current.

That a reader gets a translation is tested with the pages (web/test_languages). Not here: the names of things, which
are data, and the words of errors.
"""

from __future__ import annotations

import io
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from aseankg.web.texts import DOMAIN, LOCALE, SCRIPTS

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src/aseankg/web"
TEMPLATES = sorted(file for file in (WEB / "templates").rglob("*") if file.suffix in (".html", ".svg"))
MARKS = {"N_": None, "translate": None}  # in Python; the Makefile names them, too
SPOKEN = ("aria-label", "placeholder", "title", "alt", "label")
FILLED = "\N{OBJECT REPLACEMENT CHARACTER}"  # in the place of what an expression gives
# Not words: names of formats, standards and programs, which are the same in every language.
NAMES = """
SPARQL RDF SHACL SKOS OWL VoID DCAT OpenAPI Turtle TriG JSON JSON-LD CSV TSV XLSX XML BibTeX CSL-JSON N-Triples N-Quads
RDF/XML SVG PNG IRI SHA-256 SHA256SUMS FROM GRAPH NAMED URL HTTP Python R curl Excel CSL ms B kB MB SSSOM GraphML ASCII
UTF-8 SDG UNBIS EuroVoc STW Gantt
"""


class _Words(HTMLParser):
    """The words of a page that a person sees or hears, without those of code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.silent: list[str] = []
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("code", "pre", "script", "style"):
            self.silent.append(tag)
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def unmarked(source: str) -> list[str]:
    """The words of a template that stand outside `trans` and `_()`."""
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    parts = []
    for output in environment.parse(source).find_all(nodes.Output):
        parts += [one.data if isinstance(one, nodes.TemplateData) else FILLED for one in output.nodes]
    words = [word for text in _Words("".join(parts)).found for word in re.findall(r"(?<![.\w])[^\W\d_][\w/-]+", text)]
    return [word for word in words if word not in NAMES.split()]  # nor the end of a file's name, such as .csv


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.name))
def test_every_word_of_a_template_is_marked(template: Path) -> None:
    assert len(TEMPLATES) > 40
    assert unmarked(template.read_text(encoding="utf-8")) == []


def test_an_unmarked_word_is_seen() -> None:
    assert unmarked("<p>{% trans %}Marked{% endtrans %} <b title='Hidden'>{{ _('too') }}</b> CSV Word</p>") == [
        "Hidden",
        "Word",
    ]


def test_what_a_conditional_expression_shows_is_marked() -> None:
    """`{{ "Yes" if holds else "No" }}` hides its words from the test of the templates."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    hidden = [
        (template.name, one.value)
        for template in TEMPLATES
        for output in environment.parse(template.read_text(encoding="utf-8")).find_all(nodes.Output)
        for choice in (node for node in output.nodes if isinstance(node, nodes.CondExpr))
        for one in (choice.expr1, choice.expr2)
        if isinstance(one, nodes.Const) and re.search(r"^[A-Z][a-z]|[a-z] [a-z]", str(one.value or ""))
    ]
    classes = {" against", " empty", " number", " quiet", "Plan"}
    assert [one for one in hidden if one[1] not in classes] == []


# -- the catalogue -----------------------------------------------------------------------------------------


def ways() -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    """How the words of a file are found, as `make texts` does: the methods by pattern, and their options."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods, options = [], {}
    for one in told:
        for pattern in [one["pattern"]] if isinstance(one["pattern"], str) else one["pattern"]:
            methods.append((pattern, one["method"]))
            options[pattern] = {name: value for name, value in one.items() if name not in ("pattern", "method")}
    return methods, options


def messages() -> set[tuple[str, ...]]:
    """What templates and modules mark, as singular and plural."""
    methods, options = ways()
    found = extract_from_dir(
        str(WEB),
        methods,
        options,
        DEFAULT_KEYWORDS | MARKS,
        directory_filter=lambda folder: "node_modules" not in folder,
    )
    said = {one[2] if isinstance(one[2], tuple) else (one[2],) for one in found}
    plural = {one[0] for one in said if len(one) > 1}  # the catalogue holds these once, also where they have no number
    return {one for one in said if len(one) > 1 or one[0] not in plural}


def test_the_catalogue_holds_what_templates_and_modules_say() -> None:
    catalogue = read_po(io.BytesIO((LOCALE / f"{DOMAIN}.pot").read_bytes()))
    held = {one.id if isinstance(one.id, tuple) else (one.id,) for one in catalogue if one.id}
    assert len(held) > 400
    assert held == messages(), "run: make texts"
    assert {
        ("Skip to the content",),
        ("What the text says",),
        ("Copied.",),
    } <= held  # template, table of Python, script


def test_the_catalogue_names_no_place_and_no_time() -> None:
    """So it changes only where words do."""
    lines = (LOCALE / f"{DOMAIN}.pot").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("#") and line != "#, python-format"] == []
    first = [line[len('msgid "') : -1] for line in lines if line.startswith("msgid ")]
    assert first == sorted(first) and len(first) == len(set(first))


def test_every_word_that_a_script_says_is_carried_by_the_pages() -> None:
    said = set()
    for file in (WEB / "static").glob("*.js"):
        with file.open("rb") as source:
            said |= {
                one[1] if isinstance(one[1], str) else one[1][0] for one in extract("javascript", source, {"_": None})
            }
    assert said == set(SCRIPTS)


def test_a_word_of_a_script_that_a_person_sees_is_marked() -> None:
    """What is set as text, title, label or placeholder comes through `_`, not straight from a string."""
    straight = re.compile(
        r"""(?:\.(?:textContent|title|placeholder)\s*=|"aria-label"\s*[,:]|\bsay\()\s*(["`])(?!\1)(?=[^"`]*[A-Za-z]{3})([^"`]+)\1"""
    )
    found = [
        (file.name, words)
        for file in (WEB / "static").glob("*.js")
        for _, words in straight.findall(file.read_text(encoding="utf-8"))
    ]
    assert [one for one in found if one[1] not in NAMES.split()] == []
    assert straight.search('button.textContent = "Copy";')
