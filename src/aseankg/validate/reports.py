"""Writes validations for people: text, Markdown, and one HTML page that needs nothing else.

Not here: formats for programs (formats).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from aseankg.validate.findings import Told, Validation, findings, summary

__all__ = ["as_html", "as_markdown", "as_text"]


def as_text(validations: Sequence[Validation]) -> str:
    """Return the report in lines for a terminal."""
    return "\n".join(line for one in validations for line in _text(one)) + "\n"


def _text(validation: Validation) -> Iterator[str]:
    head, *rest = summary(validation)
    yield f"{validation.name}: {head}"
    yield from rest
    for title, told in _sections(validation):
        yield f"\n{title}"
        for one in told:
            yield _headline(one)
            yield from (f"    {name}: {words}" for name, words in _details(one))
    yield from _gone(validation)


def _headline(one: Told) -> str:
    path = f" {one['path']}" if one["path"] else ""
    value = f" (found {one['value']})" if one["value"] else ""
    since = f"[{one['since']}] " if one["since"] else ""
    return f"{since}{one['severity']}: {one['focus']}{path}: {one['message']}{value} [{one['shape']}]"


def _details(one: Told) -> Iterator[tuple[str, str]]:
    if one["label"]:
        yield "what", one["label"]
    if one["place"]:
        yield "where to mend it", one["place"]
    for words in one["words"]:
        yield "words of the source", f"“{' '.join(words.split())}”"
    if one["why"]:
        yield "why", one["why"]
    if one["explained"]:
        yield "explained by", one["explained"]


def _sections(validation: Validation) -> Iterator[tuple[str, list[Told]]]:
    """Yield each severity and shape with its results; explained warnings stand apart."""

    def title(one: Told) -> str:
        return f"Explained by an anomaly: {one['shape']}" if one["explained"] else f"{one['severity']}: {one['shape']}"

    for name, told in groupby(findings(validation), key=title):
        found = list(told)
        yield f"{name} ({len(found)})", found


def _gone(validation: Validation) -> Iterator[str]:
    if validation.change is not None:
        for shape, focus, path, value, _ in validation.change.gone:
            yield f"[gone] {focus} {path} {value} [{shape}]"


def as_markdown(validations: Sequence[Validation]) -> str:
    """Return the report in GitHub's Markdown."""
    lines = ["# Validation report"]
    for one in validations:
        lines += ["", f"## {_plain(one.name)}", "", *(f"- {_plain(line)}" for line in summary(one))]
        for title, told in _sections(one):
            lines += ["", f"### {_plain(title)}", "", f"Why: {_plain(told[0]['why'])}" if told[0]["why"] else ""]
            lines += [line for item in told for line in _item(item)]
        lines += [f"- {_plain(line)}" for line in _gone(one)]
    return "\n".join(lines) + "\n"


def _item(one: Told) -> Iterator[str]:
    yield f"- **{_plain(one['focus'])}**: {_plain(one['message'])}"
    if one["path"] or one["value"]:
        yield f"  - found: {_plain(' '.join(filter(None, (one['path'], one['value']))))}"
    yield from (f"  - {name}: {_plain(words)}" for name, words in _details(one) if name != "why")


def _plain(words: str) -> str:
    """Words as Markdown shows them, whatever they hold."""
    for mark in "\\`*_[]<>|#":
        words = words.replace(mark, "\\" + mark)
    return " ".join(words.split())


def as_html(validations: Sequence[Validation]) -> str:
    """Return the report as one HTML page; every word of the data is escaped."""
    from jinja2 import Environment

    parts = [
        {"name": one.name, "summary": summary(one), "sections": list(_sections(one)), "gone": list(_gone(one))}
        for one in validations
    ]
    return Environment(autoescape=True).from_string(_PAGE).render(parts=parts)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Validation report</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
article { border-left: .25rem solid #c33; margin: 1rem 0; padding: .25rem 1rem; }
article.Warning { border-color: #b80; } article.Info, article.explained { border-color: #888; }
dt { font-weight: 600; } dd { margin: 0 0 .25rem; overflow-wrap: anywhere; } code { overflow-wrap: anywhere; }
</style></head><body><h1>Validation report</h1>
{% for part in parts %}<section><h2>{{ part.name }}</h2>
<ul>{% for line in part.summary %}<li>{{ line }}</li>{% endfor %}</ul>
{% for title, told in part.sections %}<h3>{{ title }}</h3>{% if told[0].why %}<p>Why: {{ told[0].why }}</p>{% endif %}
{% for one in told %}<article id="{{ one.id }}" class="{{ 'explained' if one.explained else one.severity }}">
<p><strong>{{ one.label or one.focus }}</strong> <code>{{ one.focus }}</code>
{% if one.since %} ({{ one.since }}){% endif %}</p>
<p>{{ one.message }}</p><dl>
{% if one.path or one.value %}<dt>Found</dt><dd>{{ one.path }} {{ one.value }}</dd>{% endif %}
{% if one.place %}<dt>Where to mend it</dt><dd><code>{{ one.place }}</code></dd>{% endif %}
{% for words in one.words %}<dt>Words of the source</dt><dd><q>{{ words }}</q></dd>{% endfor %}
{% if one.explained %}<dt>Explained by</dt><dd>{{ one.explained }}</dd>{% endif %}
</dl></article>
{% endfor %}{% endfor %}{% for line in part.gone %}<p>{{ line }}</p>{% endfor %}</section>
{% endfor %}</body></html>
"""
