"""The words of the interface: marked in templates and here, gathered in one catalogue, said in the reader's language.

The catalogue is `locale/aseankg.pot`, made by `make texts` from the templates and from what `N_` and `translate`
mark in Python; a translation beside it (`locale/fr/LC_MESSAGES/aseankg.mo`) is used for readers who prefer its
language. Not here: which language a reader prefers (languages); the names of things and the titles of stored
questions, which are data; the words of errors, of files to download and of what programs read, which are English.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, current_app

from aseankg.web.languages import language_rank

__all__ = ["DOMAIN", "LANGUAGE", "LOCALE", "N_", "SCRIPTS", "register", "translate"]

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "aseankg"
LANGUAGE = "en"  # of the words in the templates
_NAME = "aseankg.texts"  # of the translations among the extensions of the application


def N_(words: str) -> str:  # noqa: N802 (the name that gettext has for it)
    """Return the words, which are marked by this for the catalogue and translated where they are shown."""
    return words


# The words that scripts (static/*.js) say; a page carries them in the reader's language.
SCRIPTS = (
    N_("%(shown)s of %(all)s rows"),
    N_("Copied."),
    N_("Copy"),
    N_("Copy: %(what)s"),
    N_("Ctrl+Space or typing offers names. Ctrl+Enter asks. Tab indents; Escape and then Tab leaves the editor."),
    N_("Download this figure as %(kind)s"),
    N_("Filter the rows"),
    N_("Query in SPARQL"),
    N_("Running for %(seconds)s s; after %(most)s s the server ends it."),
    N_("Running…"),
    N_("Selected: press Ctrl+C or Cmd+C."),
    N_("Stop"),
    N_("Stopped."),
    N_("Stopped. The server ends the query %(most)s s after its begin at the latest."),
    N_("Suggestions"),
    N_("this text"),
)


@dataclass(frozen=True)
class _Translations:
    """The translations of one folder, by the tag of their language; the language of the templates needs none."""

    known: Mapping[str, gettext.NullTranslations]

    def chosen(self) -> str:
        """The language that the reader of this request likes best."""
        return min((LANGUAGE, *self.known), key=language_rank)

    def words(self) -> gettext.NullTranslations:
        """The words of that language."""
        return self.known.get(self.chosen()) or _AS_WRITTEN


_AS_WRITTEN = gettext.NullTranslations()


def register(app: Flask, folder: Path = LOCALE) -> None:
    """Have the application say its words in the reader's language where `folder` holds a translation."""
    found = _Translations({tag.replace("_", "-"): _read(folder, tag) for tag in _languages(folder)})
    app.extensions[_NAME] = found
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # a line end within a text is a space
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: found.words().gettext(text),
        lambda one, many, count: found.words().ngettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters["translated"] = translate
    app.jinja_env.globals |= {"language": found.chosen, "script_words": _script_words}
    app.after_request(_say_that_it_varies)


def translate(words: str, **values: object) -> str:
    """Return the words in the reader's language, `values` in the place of each `%(name)s`.

    Words without a translation, which may be of the data, come back as they are.
    """
    found: _Translations = current_app.extensions[_NAME]
    said = found.words().gettext(words) if words else ""
    return said % values if values else said


def _script_words() -> dict[str, str]:
    """What scripts say, by the words as written; none for a reader of these."""
    found: _Translations = current_app.extensions[_NAME]
    return {} if found.chosen() == LANGUAGE else {words: translate(words) for words in SCRIPTS}


def _say_that_it_varies(response: Response) -> Response:
    """A page is in the reader's language, and so are the names of things on it."""
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response


def _languages(folder: Path) -> list[str]:
    return sorted(file.parents[1].name for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))


def _read(folder: Path, tag: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(folder), [tag])
