"""Reads the cells of people's tables: numbers, years, sexes, ages, and the marks for what is missing.

What cannot be read stays as it is written and is reported: nothing is invented. Not here: names (matching).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

__all__ = ["MISSING", "Period", "find_number", "find_period", "find_sex", "is_age", "is_missing", "is_percent"]

# How tables of statistics write that there is no figure.
MISSING = ("", "-", "–", "—", "..", "...", "…", ":", "n/a", "na", "n.a.", "nan", "null", "none", "not available")
_MISSING = frozenset(MISSING)
_SPACES = re.compile(r"[\s   ']+")
_SIMPLE = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)  # most numbers are, and need no look at their signs
_ENGLISH = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
_CONTINENTAL = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+(?=,)|\d+)(?:,\d+)?")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}")
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:\.0)?")
_MONTH = re.compile(r"((?:1[89]|20)\d\d)[-/M]((?:0?[1-9])|1[0-2])")
_DAY = re.compile(r"(?:1[89]|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_SPAN = re.compile(r"(?:1[89]|20)\d\d\s?(?:[-–/]\s?(?:(?:1[89]|20)?\d\d)|-?Q[1-4]|-?S[12])")
_AGE = re.compile(
    r"AGE_\w+|\d{1,3}\s?[-–]\s?\d{1,3}|\d{1,3}\s?\+|(?:under |over |below )?\d{1,3} years?.*", re.IGNORECASE
)
_SEXES = {
    "F": ("f", "female", "females", "woman", "women", "girl", "girls", "sex_f", "sex: female"),
    "M": ("m", "male", "males", "man", "men", "boy", "boys", "sex_m", "sex: male"),
    "T": ("t", "total", "both", "both sexes", "all", "sex_t", "sex: total", "male and female"),
}
_SEX = {word: code for code, words in _SEXES.items() for word in words}


class Period(NamedTuple):
    """A time as written in one way, and the XML Schema type of it; no type for one that has none."""

    text: str
    kind: str


def is_missing(cell: str) -> bool:
    """Say whether a cell holds no figure, by a mark that tables use.

    >>> is_missing(" .. "), is_missing("0")
    (True, False)
    """
    return cell.strip().casefold() in _MISSING


def is_percent(cell: str) -> bool:
    """Say whether a number is written with the sign for per cent."""
    return cell.rstrip().endswith("%")


def find_number(cell: str) -> str | None:
    """Return the number that a cell holds, as XML Schema writes a decimal, or None.

    Points and commas are read where only one reading is possible: "1,234" is a thousand and "12,5" twelve and a half.

    >>> find_number("1,234.5"), find_number("12 %"), find_number("12,5"), find_number("1.234.567,8"), find_number("3*")
    ('1234.5', '12', '12.5', '1234567.8', None)
    """
    if _SIMPLE.fullmatch(cell):
        return cell
    text = _SPACES.sub("", cell.strip().removesuffix("%")).replace("−", "-")
    if not any(character.isdigit() for character in text) or len(text) > 60:
        return None
    if _ENGLISH.fullmatch(text):
        return _decimal(text.replace(",", ""))
    if _CONTINENTAL.fullmatch(text):
        return _decimal(text.replace(".", "").replace(",", "."))
    return _decimal(text) if _SCIENTIFIC.fullmatch(text) else None


def _decimal(text: str) -> str | None:
    try:
        return format(Decimal(text), "f")
    except InvalidOperation:
        return None


def find_period(cell: str) -> Period | None:
    """Return the year, month, day or span of time that a cell holds, or None.

    >>> find_period("2018"), find_period("2018-03"), find_period("2018Q1")
    (Period(text='2018', kind='gYear'), Period(text='2018-03', kind='gYearMonth'), Period(text='2018Q1', kind=''))
    """
    text = cell.strip()
    if _YEAR.fullmatch(text):
        return Period(text[:4], "gYear")
    month = _MONTH.fullmatch(text)
    if month:
        return Period(f"{month[1]}-{int(month[2]):02}", "gYearMonth")
    if _DAY.fullmatch(text) and _is_day(text):
        return Period(text, "date")
    return Period(text, "") if _SPAN.fullmatch(text) else None


def _is_day(text: str) -> bool:
    """The 31st of February is none: as a date of XML Schema it could not be compared."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def find_sex(cell: str) -> str | None:
    """Return the code of SDMX for a sex, or None.

    >>> find_sex("SEX_F"), find_sex("Both sexes"), find_sex("X")
    ('F', 'T', None)
    """
    return _SEX.get(cell.strip().casefold())


def is_age(cell: str) -> bool:
    """Say whether a cell names an age or a span of ages, as in ILOSTAT's codes or in words.

    >>> is_age("AGE_YTHADULT_YGE15"), is_age("15-24"), is_age("65+"), is_age("2015")
    (True, True, True, False)
    """
    return _AGE.fullmatch(cell.strip()) is not None
