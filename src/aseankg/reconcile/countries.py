"""Names of countries in the languages that are spoken there, from the Unicode Common Locale Data Repository (CLDR).

Babel brings the CLDR; which languages are a country's own is said there too. Not here: names with a source of our own,
which are data (data/reference/countries.csv).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["cldr_version", "languages_of", "names_of"]

_READ_BY_ALL = "en"
_ASIDE = re.compile(r"\s*[(（]([^()（）]+)[)）]")  # "Myanmar (Burma)": each is a name


def cldr_version() -> str:
    """Return the version of the CLDR that the installed Babel brings."""
    from babel.core import get_cldr_version

    return str(get_cldr_version())


def languages_of(codes: Iterable[str]) -> list[str]:
    """Return the official languages of countries, given by their ISO 3166-1 alpha-2 codes, and English, sorted.

    A language that the CLDR has no names in, such as Tetum, is left out.

    >>> languages_of(["LA", "SG"])
    ['en', 'lo', 'ms', 'ta', 'zh']
    """
    from babel.languages import get_official_languages
    from babel.localedata import exists

    own = {language for code in codes for language in get_official_languages(code.upper(), de_facto=True)}
    return sorted(language for language in own | {_READ_BY_ALL} if exists(language))


def names_of(code: str, languages: Iterable[str]) -> Iterator[str]:
    """Yield the different names of a country in some languages.

    >>> list(names_of("MM", ["en", "ms", "zh"]))
    ['Myanmar', 'Burma', '缅甸']
    """
    from babel import Locale

    found = (Locale.parse(language).territories.get(code.upper(), "") for language in languages)
    names = (part for name in found for part in (_ASIDE.sub("", name), *_ASIDE.findall(name)) if part)
    yield from dict.fromkeys(names)
