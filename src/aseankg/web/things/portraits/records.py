"""Portraits of records: passages, statements, cross-references, mappings, oddities, reports, plans and texts.

They have no name that a person would use: a title is made of what they say. Not here: how a mapping was judged
(compared), what a report tells (outcomes), which the page shows by itself.
"""

from __future__ import annotations

import re

from aseankg.namespaces import AKG, ID, shorten
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.charts import cut
from aseankg.web.page.tables import spaced
from aseankg.web.texts import translate
from aseankg.web.things.facts import Description
from aseankg.web.things.outcomes import outcomes_of
from aseankg.web.things.portraits.portrait import Portrait, literals, own_ends, without_repeats

__all__ = [
    "anomaly_portrait",
    "crossref_portrait",
    "document_portrait",
    "mapping_portrait",
    "passage_portrait",
    "record_names",
    "report_portrait",
    "statement_portrait",
]

_LONGEST_TITLE = 90


def passage_portrait(found: Description) -> Portrait | None:
    """Return the portrait of a passage: its words, where they stand, and what rests on them."""
    rows = rows_of("passage-support", thing=found.iri)
    if not rows:
        return None
    facts = [_named(row) for row in without_repeats(rows, "statement") if row["statement"]]
    title = f"“{_cut(rows[0]['words'])}”"
    return Portrait("portraits/passage.html", {"passage": rows[0], "facts": facts}, title)


def statement_portrait(found: Description) -> Portrait | None:
    """Return the portrait of a statement: the fact, its words or address, and who read it so."""
    rows = rows_of("record-said", thing=found.iri)
    if not rows:
        return None
    said = _named(rows[0])
    return Portrait("portraits/statement.html", {"said": said, "grounds": rows}, _sentence(said))


def crossref_portrait(found: Description) -> Portrait | None:
    """Return the portrait of a cross-reference: which text says what of what."""
    rows = rows_of("crossrefs", thing=found.iri)
    if not rows:
        return None
    said = _named(rows[0])
    shown = {"said": said, "crossrefs": without_repeats(rows, "crossref")}
    return Portrait("portraits/crossref.html", shown, _sentence(said))


def mapping_portrait(found: Description) -> Portrait:
    """Return the portrait of a mapping: a title and if it holds; the page itself shows both sides and the reason."""
    rows = rows_of("record-said", thing=found.iri)
    title = translate("Mapping: %(what)s", what=_sentence(_named(rows[0]))) if rows else ""
    return Portrait("portraits/mapping.html", {}, title)


def anomaly_portrait(found: Description) -> Portrait | None:
    """Return the portrait of an oddity of a text: what is odd, how we read it, and the words."""
    rows = rows_of("anomaly", thing=found.iri)
    if not rows:
        return None
    shown = {"anomaly": rows[0], "about": without_repeats([row for row in rows if row["about"]], "about")}
    shown["passages"] = without_repeats([row for row in rows if row["passage"]], "passage")
    return Portrait(
        "portraits/anomaly.html", shown, f"{rows[0]['kind_name'] or translate('Oddity')}: {_cut(_of(rows))}"
    )


def report_portrait(found: Description) -> Portrait:
    """Return the portrait of an implementation report: of what it tells, and what."""
    about = own_ends(found.facts, AKG.outcomeOf)
    told = [one for iri, _ in about[:1] for one in outcomes_of(iri) if one.name.whole == found.iri]
    names = _first([name for _, name in about if name])
    shown = {"about": about, "told": told}
    return Portrait("portraits/report.html", shown, translate("What became of %(names)s", names=names) if names else "")


def document_portrait(found: Description) -> Portrait:
    """Return what leads from a plan or a source to the page that shows all of it."""
    kind, _, slug = found.iri.removeprefix(ID).partition("/")
    shown = {"kind": kind, "slug": slug, "texts": own_ends(found.backlinks, AKG.textOf, back=True)}
    return Portrait("portraits/document.html", shown, lead=next(iter(literals(found.facts, AKG.title)), ""))


def record_names(iri: str) -> dict[str, str]:
    """Return what a page calls the records that name a thing, which have but a hash: the fact that each is of."""
    return {
        row["statement"]: " · ".join((row["subject_name"], row["word"], row["object_name"]))
        for row in rows_of("statements-about", thing=iri)
    }


def _named(row: Row) -> Row:
    """The row with words in place of what has no name: the end of a property, a literal, a short IRI."""
    word = row["word"] or spaced(re.split("[/#]", row["predicate"])[-1]).lower()
    subject, value = row["subject"], row["object"]
    names = {"subject_name": row["subject_name"] or shorten(subject), "object_name": row["object_name"]}
    if not names["object_name"] and value.startswith(("http://", "https://")):
        names["object_name"] = shorten(value)
    return {**row, **names, "word": word}


def _sentence(said: Row) -> str:
    return " · ".join((said["subject_name"], said["word"], _cut(said["object_name"] or said["object"])))


def _of(rows: list[Row]) -> str:
    names = list(dict.fromkeys(row["name"] for row in rows if row["name"]))
    return _first(names) or rows[0]["said"]


def _first(names: list[str]) -> str:
    some = ", ".join(names[:3])
    return translate("%(some)s and others", some=some) if len(names) > 3 else some


def _cut(text: str) -> str:
    return cut(" ".join(text.split()), _LONGEST_TITLE)
