"""Reads one cell of an activity's row: a concept, actors, a timeline, an indicator; and the marks in it.

Not here: which cell stands where (register).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from aseankg.extract.dates import mentions_time, parse_period
from aseankg.extract.names import ACTORS, BODIES
from aseankg.extract.reading import Element, Mark, Reading, number_of_mark, typed
from aseankg.identifiers import instance, slug_of
from aseankg.namespaces import AKG, RDF, SKOS
from aseankg.records import Piece
from aseankg.sources import Column

__all__ = ["read_cell"]

_MISSPELT = 85  # of 100: how like a known word a new one must be to be taken for a slip


def read_cell(reading: Reading, activity: Element, column: Column, cell: Piece) -> Element:
    """Read a filled cell; return the element that carries the marks of its column's header."""
    if column.holds == "indicator":
        return _read_indicator(reading, activity, column, cell)
    parts = list(_between_marks(reading, activity, column, cell))
    if column.holds == "actors":
        _read_actors(reading, activity, column, parts)
    elif len(parts) != 1:
        raise reading.error(cell, f"{cell.text!r:.60} has a mark inside its words: expected it at their end.")
    elif column.holds == "concept":
        _read_concept(reading, activity, column, parts[0])
    else:
        _read_timeline(reading, activity, column, parts[0])
    return activity


def _between_marks(reading: Reading, activity: Element, column: Column, cell: Piece) -> Iterator[Piece]:
    """Yield the words between the marks of a cell; the marks are carried by the activity."""
    notes, start = reading.descriptor.layout.notes, cell.start
    for match in notes.marks.finditer(cell.source.text, cell.start, cell.end) if notes else ():
        mark = cell.group(match)
        reading.marks.append(Mark(activity, mark, number_of_mark(mark.text), column.header))
        if cell.cut(start, mark.start).strip():
            yield cell.cut(start, mark.start).strip()
        start = mark.end
    if cell.cut(start, cell.end).strip():
        yield cell.cut(start, cell.end).strip()


def _read_concept(reading: Reading, activity: Element, column: Column, cell: Piece) -> None:
    concept = reading.names.find(cell.text, frozenset({f"concept:{column.scheme}"}))
    iri = concept.iri if concept else instance(f"concept/{column.scheme}/{slug_of(cell.text)}")
    if concept is None:
        _refuse_misspelt(reading, column, cell)
        _add_concept(reading, iri, column, cell)
    reading.state(activity.iri, AKG[column.property or "focusArea"], iri, cell, column=column.header)


def _refuse_misspelt(reading: Reading, column: Column, cell: Piece) -> None:
    """A word that differs from a known one by a letter or two is an error; any other is a new word."""
    from rapidfuzz import fuzz, process  # only needed for a word that the scheme lacks

    words = reading.names.of_kind(f"concept:{column.scheme}")
    if close := process.extractOne(cell.text, words, scorer=fuzz.ratio, score_cutoff=_MISSPELT):
        raise reading.error(
            cell,
            f"{cell.text!r} is no word of the scheme {column.scheme}. Did you mean {close[0]!r}? "
            "Mend the text if it was copied wrongly; if it is printed so, add it to the scheme as skos:altLabel.",
        )


def _add_concept(reading: Reading, iri: NamedNode, column: Column, cell: Piece) -> None:
    """A word that no scheme has is kept as a concept of the plan itself."""
    reading.state(iri, RDF.type, SKOS.Concept)
    reading.state(iri, SKOS.prefLabel, Literal(cell.text, language="en"), cell)
    reading.state(iri, SKOS.inScheme, instance(f"concept/{column.scheme}"), cell)


def _read_actors(reading: Reading, activity: Element, column: Column, parts: list[Piece]) -> None:
    for part in parts:
        names = _without_separators(reading, column, _read_national_level(reading, activity, column, part))
        end = names.start
        for entity, words in reading.names.resolve_list(names, column.separators, ACTORS):
            _pass_over_separator(reading, names.cut(end, words.start))
            end = words.end
            kept = {*column.accepts, *(BODIES if "body" in column.accepts else ())}
            role = column.property if column.property and (not column.accepts or entity.kinds & kept) else "involves"
            reading.add_actor(activity, role, entity, words, column=column.header)


def _read_national_level(reading: Reading, activity: Element, column: Column, cell: Piece) -> Piece:
    """State what the words behind the names say, and return the names."""
    if not column.national_level or not cell.text.endswith(column.national_level):
        return cell
    words = cell.cut(cell.end - len(column.national_level), cell.end)
    said = {"as_written": words.text, "column": column.header}
    reading.state(activity.iri, AKG.nationalLevel, typed(True, "boolean"), words, **said)
    return cell.cut(cell.start, words.start).strip()


def _without_separators(reading: Reading, column: Column, piece: Piece) -> Piece:
    """The names of a part of a cell, without the separator that a mark has cut off."""
    for mark in (separator.strip() for separator in column.separators if separator.strip()):
        blank = r"\s+" if mark.isalnum() else r"\s*"  # "and" is a word, and the end of "Thailand" is none
        if match := re.match(rf"{re.escape(mark)}\s+", piece.text):
            _pass_over_separator(reading, piece.cut(piece.start, piece.start + match.end()))
            piece = piece.cut(piece.start + match.end(), piece.end)
        if match := re.search(rf"{blank}{re.escape(mark)}$", piece.text):
            _pass_over_separator(reading, piece.cut(piece.start + match.start(), piece.end))
            piece = piece.cut(piece.start, piece.start + match.start())
    return piece


def _pass_over_separator(reading: Reading, piece: Piece) -> None:
    if piece.strip():
        reading.pass_over(piece.strip(), "separator")


def _read_timeline(reading: Reading, activity: Element, column: Column, cell: Piece) -> None:
    """A period and, behind a comma, the place; `kept-as-text` are words that give no date."""
    said = {"column": column.header}
    reading.state(activity.iri, AKG.timelineText, Literal(cell.text), cell, **said)
    if cell.text in column.kept_as_text:
        return
    comma = cell.text.find(",")
    dates = cell.cut(cell.start, cell.start + comma).strip() if comma >= 0 else cell
    period, written = parse_period(dates), {"as_written": dates.text, **said}
    reading.state(activity.iri, AKG.startDate, typed(period.start, "date"), dates, **written)
    reading.state(activity.iri, AKG.endDate, typed(period.end, "date"), dates, **written)
    reading.state(activity.iri, AKG.datePrecision, Literal(period.precision), dates, **written)
    if comma >= 0:
        venue = cell.cut(cell.start + comma + 1, cell.end).strip()
        if mentions_time(venue.text):
            raise reading.error(
                cell,
                f"{venue.text!r:.60} stands where a place is expected, behind the comma of {cell.text!r:.80}: "
                "if these words are printed so, add the whole cell to `kept-as-text` of the column.",
            )
        reading.state(activity.iri, AKG.venue, Literal(venue.text), venue, **said)


def _read_indicator(reading: Reading, activity: Element, column: Column, cell: Piece) -> Element:
    read = reading.add_element("kpi", f"{activity.number}.1", cell, activity.iri)
    reading.state(activity.iri, AKG.indicator, read.iri, cell, column=column.header)
    return read
