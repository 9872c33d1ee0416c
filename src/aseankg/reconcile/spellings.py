"""What makes two writings one name: letters and digits count; case, accents, spaces, punctuation and "the" do not.

Not here: writings that are nearly a name (slips), and whose names they are (things).
"""

from __future__ import annotations

import re

from aseankg.likeness import plain, words_of
from aseankg.namespaces import PREFIXES

__all__ = ["bag_of", "ends_of", "form_of", "parts_of"]

_SAME = {"&": " and ", "the": " ", "labor": "labour", "program": "programme", "organization": "organisation"}
_REWRITTEN = re.compile(rf"&|\b(?:{'|'.join(word for word in _SAME if word.isalpha())})\b", re.IGNORECASE)
_NUMBER = re.compile(r"0*([0-9]+)(?:\.0+)?")  # as spreadsheets write them
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[^\w]+(?=\d)")
_MARK = re.compile(
    "[\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}\N{SUPERSCRIPT ZERO}-\N{SUPERSCRIPT NINE}]"
)
_OF_NO_WEIGHT = {"and", "for", "in", "of", "on", "to"}
_BREAK = re.compile(r"\s*[()\[\]{}|;]\s*|\s*:\s+|\s*,\s+|\s*/\s*|\s+[-\N{EN DASH}\N{EM DASH}]\s+")
_MOST_PARTS = 8


def form_of(text: str) -> str:
    """Return what two writings of one name have in common; "" where a text has no letter and no digit.

    >>> form_of("A.C.M.W."), form_of("The ASEAN Labor Ministers\N{RIGHT SINGLE QUOTATION MARK} Meeting")
    ('acmw', 'aseanlabourministersmeeting')
    >>> form_of("Activity 1.0"), form_of("Activity 10")
    ('activity1x0', 'activity10')
    >>> form_of("096"), form_of("96.0"), form_of("Malaysia \N{SUPERSCRIPT ONE}")
    ('96', '96', 'malaysia')
    """
    number = _NUMBER.fullmatch(text.strip())
    return number[1] if number else plain(_rewritten(text))


def bag_of(text: str) -> str:
    """Return the words of a name in an order of their own; "" where there are not two that mean something.

    >>> bag_of("Activity 5 (RAP)") == bag_of("activity 5 of the RAP"), bag_of("The Philippines")
    (True, '')
    """
    words = sorted(word for word in words_of(_rewritten(text)) if word not in _OF_NO_WEIGHT)
    return " ".join(words) if len(words) > 1 else ""


def parts_of(text: str) -> list[str]:
    """Return the parts of a text that may be several names, or names of one thing; [] where it is one piece.

    >>> parts_of("VNM: Viet Nam"), parts_of("Lao PDR / Thailand"), parts_of("Timor-Leste")
    (['VNM', 'Viet Nam'], ['Lao PDR', 'Thailand'], [])
    """
    parts = [part for part in _BREAK.split(text) if part]
    return parts if 1 < len(parts) <= _MOST_PARTS else []


def ends_of(iri: str) -> list[str]:
    """Return the ends of an identifier of others by which people write it; none for a bare number.

    ILOSTAT puts how often figures come (A, each year) behind the code of their indicator.

    >>> ends_of("http://www.wikidata.org/entity/Q881"), ends_of("http://eurovoc.europa.eu/5049")
    (['Q881'], [])
    >>> ends_of("https://rplumber.ilo.org/data/indicator/?id=EMP_2IFL_SEX_RT_A")
    ['EMP_2IFL_SEX_RT_A', 'EMP_2IFL_SEX_RT']
    """
    end = re.split(r"[/#=]", iri.rstrip("/"))[-1]
    if not re.search(r"[^\W\d_]", end):
        return []
    return [end, end.removesuffix("_A")] if iri.startswith(PREFIXES["ilostat"]) else [end]


def _rewritten(text: str) -> str:
    """A text without marks of footnotes, with one spelling for words that have two; digits that were apart stay so."""
    text = _REWRITTEN.sub(lambda found: _SAME[found[0].lower()], _MARK.sub("", text))
    return _BETWEEN_DIGITS.sub("x", text)
