"""Reads a folder of data/sources/: the published text as it came and its descriptor.

A descriptor tells the layout, never the document: it holds no row number, no offset and no name of an activity.
Not here: reading the text itself (extract/).
"""

from __future__ import annotations

import datetime
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from aseankg.errors import DataError, suggest
from aseankg.identifiers import ELEMENT_KINDS, RESERVED, slug_of
from aseankg.records import SourceText

__all__ = [
    "Column", "Descriptor", "Fact", "Heading", "Item", "Label", "MatrixLayout", "Notes", "Phrase", "RegisterLayout",
    "Row", "Section", "find_sources", "read_source", "read_toml",
]  # fmt: skip

_Kind = Annotated[str, Field(pattern="^(" + "|".join(ELEMENT_KINDS) + ")$")]
_Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=True,
    )


def _with_groups(*names: str) -> AfterValidator:
    """A pattern must name the parts that are read from it."""

    def check(pattern: re.Pattern[str]) -> re.Pattern[str]:
        missing = [name for name in names if name not in pattern.groupindex]
        if missing:
            raise ValueError(f"the pattern has no group {' and '.join(f'(?P<{name}>...)' for name in missing)}")
        return pattern

    return AfterValidator(check)


_Numbered = Annotated[re.Pattern[str], _with_groups("number", "title")]


class Item(_Model):
    """A line or paragraph that is one element: a pattern with the groups `number` and `title`."""

    pattern: re.Pattern[str]
    holds: _Kind
    under: _Kind | None = None  # the kind of element, printed before, that this one is part of


class Section(_Model):
    """A heading that stands alone in a line, and what the paragraphs below it are."""

    heading: re.Pattern[str]
    holds: _Kind | None = None  # the paragraphs below are elements of this kind
    items: list[Item] = []


class Phrase(_Model):
    """How a note speaks of another plan: `{work}`, `{actor}` and `{title}` stand for known names and a title."""

    kind: Literal["same-activity", "taken-from", "cites", "implemented-through", "proposed-alignment"]
    pattern: str

    @model_validator(mode="after")
    def _is_a_pattern(self) -> Phrase:
        groups = re.compile(re.sub(r"\{\w+\}", "", self.pattern)).groupindex
        if "work" not in groups:
            raise ValueError("the pattern has no group (?P<work>...), the plan or instrument that it speaks of")
        return self


class Notes(_Model):
    """How marks look in running text, and what they point to."""

    marks: re.Pattern[str]
    holds: Literal["footnote", "note"]
    phrases: list[Phrase] = []  # beside those that every plan's notes are read for
    footnote: _Numbered | None = None  # a paragraph that is a footnote: groups `number` (its mark) and `title`


class Heading(_Model):
    """A row of a register with one filled cell: groups `number` and `title`."""

    pattern: _Numbered
    holds: _Kind
    part_of: str | None = None  # the instrument whose part it is, e.g. "instrument/vientiane-declaration"
    in_header: str | None = None  # the word of the table header that stands for this kind of heading
    property: Literal["implementsStrategy"] | None = None  # how the rows below relate to it


class Column(_Model):
    """A column of a register: its printed header and what its cells hold."""

    header: str
    holds: Literal["number", "title", "concept", "actors", "timeline", "indicator"]
    property: Literal["focusArea", "leadActor", "contributingBody"] | None = None
    scheme: _Slug | None = None
    accepts: list[str] = []  # kinds of actor for which the header's promise holds; others are only `involves`
    separators: list[str] = [" and ", ", ", " "]
    national_level: str | None = None
    kept_as_text: list[str] = []  # words of a timeline that give no date
    letters: Annotated[re.Pattern[str], _with_groups("letter", "title")] | None = None  # "a. Promote ..."
    pattern: Annotated[re.Pattern[str], _with_groups("number")] = re.compile(
        r"(?P<number>[A-Za-z]{0,3}\d+(?:[.-]\d+)*)\.?"
    )  # what a number looks like
    restarts_under: _Kind | None = None  # the kind of heading under which numbers begin anew

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Column:
        if self.holds == "concept" and not (self.scheme and self.property):
            raise ValueError("a column that holds a concept needs `property` and `scheme`")
        if self.holds == "actors" and not self.property:
            raise ValueError("a column that holds actors needs `property`")
        if len({len(mark) for mark in self.separators}) < len(self.separators):
            raise ValueError("two separators have one length: the printed cell could not be composed again")
        return self


class RegisterLayout(_Model):
    """One row an activity; heading rows, repeated header rows and footnotes between."""

    kind: Literal["register"]
    columns: list[Column]
    headings: list[Heading]
    notes: Notes | None = None
    sections: list[Section] = []
    empty: list[str] = ["-", "–", "—"]  # words of a cell that stand for nothing

    @model_validator(mode="after")
    def _has_one_of_each(self) -> RegisterLayout:
        for holds in ("number", "title"):
            if sum(column.holds == holds for column in self.columns) != 1:
                raise ValueError(f"a register has exactly one column that holds {holds!r}")
        return self


class Label(_Model):
    """Words inside an item that open a part of it: an element (`holds`) or a role (`property`, group `actors`)."""

    pattern: re.Pattern[str]
    holds: _Kind | None = None
    property: Literal["responsibleBody", "coordinator"] | None = None
    separators: list[str] = [" and ", ", "]

    @model_validator(mode="after")
    def _names_actors_or_holds(self) -> Label:
        if (self.holds is None) == (self.property is None):
            raise ValueError("a label has `holds` or `property`, one of the two")
        if self.property and "actors" not in self.pattern.groupindex:
            raise ValueError("the pattern of a role has no group (?P<actors>...)")
        return self


class Row(_Model):
    """The rows of a matrix under one label: what their cells hold."""

    label: str
    holds: _Kind
    number: str | None = None  # the last segment of the IRI where nothing is numbered in print
    item: _Numbered | None = None  # one paragraph of a cell: groups `number` and `title`
    bullets: list[str] = []  # marks of a list, outermost first
    columns: bool = False  # each filled cell is the head of a column (the key result areas)
    spans: bool = False  # a row whose only filled cell is the first spans all columns
    group: _Kind | None = None  # what an underlined paragraph is
    labels: list[Label] = []


class MatrixLayout(_Model):
    """Key result areas as columns; the first cell of a row is its label, and may be missing where it spans rows."""

    kind: Literal["matrix"]
    rows: list[Row]
    notes: Notes | None = None
    sections: list[Section] = []


class Fact(_Model):
    """A statement about the publication, with the address in which it was read."""

    value: str
    source: str


class Descriptor(_Model):
    """The descriptor of one published text."""

    slug: _Slug
    short: str
    file: str
    encoding: str = "utf-8"
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    title: str
    organization: str
    membership_as_of: datetime.date
    membership_as_of_reason: str
    membership_as_of_source: str
    publisher: Fact | None = None
    adopted: Fact | None = None
    issued: Fact | None = None
    landing_page: Fact
    document_address: str
    rights: Fact
    layout: Annotated[RegisterLayout | MatrixLayout, Field(discriminator="kind")]

    @property
    def short_slug(self) -> str:
        """The short name as a part of an IRI; the slug where it has no Latin letter and no digit."""
        return slug_of(self.short) or self.slug

    @model_validator(mode="after")
    def _slug_is_free(self) -> Descriptor:
        if self.slug in RESERVED:
            raise ValueError(f"slug {self.slug!r} is reserved; choose another")
        return self


def find_sources(folders: list[Path]) -> list[Path]:
    """Return the descriptors below `sources/` of the data folders, sorted by slug; DataError when there is none."""
    found = sorted(path for folder in folders for path in folder.glob("sources/*/descriptor.toml"))
    if not found:
        raise DataError("looked at no source: expected sources/{plan}/descriptor.toml", folders[0])
    return found


def read_source(path: Path) -> tuple[Descriptor, SourceText]:
    """Return a descriptor and its text; DataError when either is damaged or the text is not the described one."""
    descriptor = _read_descriptor(path)
    file = path.parent / descriptor.file
    if not file.is_file():
        raise DataError(f"file = {descriptor.file!r}: no such file beside the descriptor.", path)
    octets = file.read_bytes()
    found = hashlib.sha256(octets).hexdigest()
    if found != descriptor.sha256:
        raise DataError(
            f"sha256 is {found}, but {path.name} says {descriptor.sha256}: the text is not the one described. "
            "Restore it, or, if the publisher changed it, read it again and write the new sum.",
            file,
        )
    try:
        text = octets.decode(descriptor.encoding)
    except UnicodeDecodeError as error:
        raise DataError(f"byte {error.start} is not {descriptor.encoding}.", file) from error
    return descriptor, SourceText(descriptor.slug, str(file), text)


def _read_descriptor(path: Path) -> Descriptor:
    try:
        descriptor = Descriptor.model_validate(read_toml(path))
    except ValidationError as error:
        # An unknown key explains a missing one: it is told first.
        found = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in found["loc"])
        missing = [str(one["loc"][-1]) for one in error.errors() if one["type"] == "missing"]
        hint = suggest(str(found["loc"][-1]), missing) if found["type"] == "extra_forbidden" else ""
        value = "" if found["type"] == "missing" else f" (found {found['input']!r:.80})"
        raise DataError(f"{key}: {found['msg']}{value}.{hint}", path) from error
    if path.parent.name != descriptor.slug:
        raise DataError(f"slug is {descriptor.slug!r}, but the folder is {path.parent.name!r}.", path)
    return descriptor


def read_toml(path: Path) -> dict[str, object]:
    """Return a TOML file as a dictionary; DataError with the line where it does not parse."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = re.search(r"line (\d+)", str(error))
        raise DataError(f"not TOML: {error}", path, int(place[1]) if place else None) from error
