"""The words of the interface stand in one catalogue: every word of a template is marked, and the catalogue is current.

Not here: the names of things, which are data, and the words of errors.
"""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from aseankg.web.texts import DOMAIN, LOCALE

WEB = Path(__file__).parents[2] / "src/aseankg/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SPOKEN = ("aria-label", "placeholder", "title", "alt", "label")
FILLED = "\N{OBJECT REPLACEMENT CHARACTER}"  # in the place of what an expression gives
MAPPINGS = [("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
# Not words: names of formats, standards and programs, which are the same in every language.
NAMES = set(
    "SPARQL RDF SHACL SKOS OWL VoID DCAT OpenAPI Turtle TriG JSON JSON-LD CSV TSV XLSX XML BibTeX CSL-JSON N-Triples"
    " N-Quads RDF/XML SVG PNG IRI SHA-256 SHA256SUMS FROM GRAPH NAMED URL HTTP Python R curl Excel CSL ms B kB MB"
    " SSSOM GraphML ASCII UTF-8 SDG UNBIS EuroVoc STW Gantt".split()
)


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
    words = [word for text in _Words("".join(parts)).found for word in re.findall(r"[^\W\d_][\w/-]+", text)]
    return [word for word in words if word not in NAMES]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.name))
def test_every_word_of_a_template_is_marked(template: Path) -> None:
    assert unmarked(template.read_text(encoding="utf-8")) == []


def test_an_unmarked_word_is_seen() -> None:
    assert unmarked("<p>{% trans %}Marked{% endtrans %} <b title='Hidden'>{{ _('too') }}</b> CSV Word</p>") == ["Hidden", "Word"]


def messages() -> set[tuple[str, ...]]:
    """What the templates mark, as singular and plural."""
    found = extract_from_dir(str(WEB), MAPPINGS, OPTIONS)
    said = [one[2] for one in found]
    return {one if isinstance(one, tuple) else (one,) for one in said}


def test_the_catalogue_holds_what_the_templates_say() -> None:
    catalogue = read_po(io.BytesIO((LOCALE / f"{DOMAIN}.pot").read_bytes()))
    held = {one.id if isinstance(one.id, tuple) else (one.id,) for one in catalogue if one.id}
    assert len(held) > 100
    assert held == messages(), "run: make texts"
