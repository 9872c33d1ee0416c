"""The words of the interface: marked in the templates, gathered in one catalogue, shown in the reader's language.

The catalogue is `locale/aseankg.pot`, made from the templates by `make texts`; a translation beside it
(`locale/fr/LC_MESSAGES/aseankg.mo`) is used for readers who prefer its language. Not here: the names of things,
which are data.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from flask import Flask, request

__all__ = ["DOMAIN", "LANGUAGE", "LOCALE", "register"]

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "aseankg"
LANGUAGE = "en"  # of the words in the templates


def register(app: Flask) -> None:
    """Have the templates of the application say their words in the reader's language where there is a translation."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # a line end within a text is a space
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: _translations(_chosen()).gettext(words),
        lambda one, many, count: _translations(_chosen()).ngettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals["language"] = _chosen


@cache
def _languages() -> tuple[str, ...]:
    """The languages that there is a translation for, and that of the templates."""
    return (LANGUAGE, *sorted(file.parents[1].name for file in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


@cache
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(LOCALE), [language], fallback=True)


def _chosen() -> str:
    return request.accept_languages.best_match(_languages(), default=LANGUAGE) or LANGUAGE
