"""Makes the headers and rows of SSSOM for suggestions and judgements, with prefixes for the plans they name.

Not here: reading and writing of files of judgements (mappings), and who judges (judging).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from aseankg.errors import UsageError
from aseankg.identifiers import RESERVED, slug_of
from aseankg.namespaces import ID, PREFIXES, SEMAPV
from aseankg.suggest import Candidate

__all__ = ["ORCID", "new_header", "prefixes_for", "read_only", "with_prefixes"]

ORCID = "https://orcid.org/"
# What SSSOM writes where nobody has named a licence (sssom-py's DEFAULT_LICENSE).
_NO_LICENCE = "https://w3id.org/sssom/license/unspecified"
_EXTENSIONS = (
    "extension_definitions:",
    "- slot_name: subject_passage", "  property: akg:subjectPassage", "  type_hint: linkml:Uriorcurie",
    "- slot_name: object_passage", "  property: akg:objectPassage", "  type_hint: linkml:Uriorcurie",
    "- slot_name: dissents", "  property: akg:dissentsFrom", "  type_hint: xsd:boolean",
)  # fmt: skip
_OF_EXTENSIONS = {"akg": PREFIXES["akg"], "linkml": "https://w3id.org/linkml/", "xsd": PREFIXES["xsd"]}
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "mapping_tool",
    "similarity_score", "similarity_measure", "comment",
)  # fmt: skip
_MEASURE = "weighted sum of shared themes, words, neighbours, wording, bodies, countries and dates"


def prefixes_for(iris: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    """Return the prefixes that these IRIs need and `known` has not: one a plan, one for the passages of its text.

    >>> prefixes_for(["https://w3id.org/aseankg/id/rap-vientiane/activity/2"], {})
    {'rap-vientiane': 'https://w3id.org/aseankg/id/rap-vientiane/'}
    """
    found: dict[str, str] = {}
    for iri in sorted(set(iris)):
        taken = {**known, **found}
        if not any(iri.startswith(space) for space in taken.values()):
            name, space = _prefix_of(iri)
            found[_free(name, space, taken)] = space
    return found


def _prefix_of(iri: str) -> tuple[str, str]:
    """A prefix and its namespace: ours by the plan's slug, else of the project's table, else all to the last mark."""
    text = re.match(re.escape(ID) + r"source/([\w-]+)/passage/", iri)
    if text:
        return f"{text[1]}-text", text[0]
    own = re.match(re.escape(ID) + r"([\w-]+)/", iri)
    if own and own[1] not in RESERVED:
        return own[1], own[0]
    spaces = {**PREFIXES, "agent": f"{ID}agent/", "orcid": ORCID}
    fitting = [(len(space), name) for name, space in spaces.items() if iri.startswith(space)]
    if fitting:
        name = max(fitting)[1]
        return name, spaces[name]
    space = re.sub(r"[^/#]*$", "", iri)
    return slug_of(space.partition("//")[2]), space


def _free(name: str, space: str, taken: dict[str, str]) -> str:
    """The name, or the name with a number where it stands for another namespace already; no digit begins it."""
    name = name if name[:1].isalpha() else f"n{name}"
    numbered = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in numbered if taken.get(one, space) == space)


def new_header(file: Path) -> str:
    """Return the header of a new file of judgements, YAML without `#`; its licence is for its author to name."""
    stem = file.name.partition(".")[0]
    return (
        f"mapping_set_id: {ID}mapping-set/{slug_of(stem) or 'judgements'}\n"
        f"mapping_set_title: Judgements in {slug_of(stem) or 'judgements'}\n"
        f"license: {_NO_LICENCE}\n"
    )


def with_prefixes(header: str, iris: Iterable[str], known: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Return a header that declares our extension slots and the prefixes of the IRIs, and all prefixes.

    All else of the header stays as it is. Raises UsageError where its curie_map is not one line a prefix.
    """
    iris = list(iris)
    prefixes = {**_OF_EXTENSIONS, **known}
    prefixes |= prefixes_for(iris, prefixes)
    used = {*_OF_EXTENSIONS, *(_name_for(iri, prefixes) for iri in iris)}
    lines = header.splitlines()
    left = " " * _indent(lines[0]) if lines else ""
    if "extension_definitions:" not in header:
        lines += [left + line for line in _EXTENSIONS]
    declared = _declared(lines, {name: prefixes[name] for name in used}, left)
    return "".join(f"{line}\n" for line in declared), prefixes


def _name_for(iri: str, prefixes: dict[str, str]) -> str:
    """The prefix with the longest namespace that the IRI begins with."""
    return max((len(space), name) for name, space in prefixes.items() if iri.startswith(space))[1]


def _declared(lines: list[str], prefixes: dict[str, str], left: str) -> list[str]:
    """The lines of a header, its curie_map holding these prefixes too, sorted."""
    if not any(line.strip().startswith("curie_map:") for line in lines):
        lines = [*lines, f"{left}curie_map:"]
    at = next((at for at, line in enumerate(lines) if line.strip() == "curie_map:"), None)
    if at is None:
        raise UsageError("curie_map is not written one line a prefix: expected `#  skos: http://…` lines. Rewrite it.")
    end = at + 1
    while end < len(lines) and _indent(lines[end]) > _indent(lines[at]):
        end += 1
    names = {_name(line) for line in lines[at + 1 : end]}
    inner = " " * _indent(lines[at + 1]) if end > at + 1 else f"{left}  "
    added = [f"{inner}{name}: {space}" for name, space in prefixes.items() if name not in names]
    return [*lines[: at + 1], *sorted([*lines[at + 1 : end], *added], key=_name), *lines[end:]]


def _name(line: str) -> str:
    return line.partition(":")[0].strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def read_only(candidates: Iterable[Candidate]) -> str:
    """Return candidates as SSSOM TSV: each with a score and its reasons, and no author, date or confidence.

    Nobody has judged them: the build refuses such a file, and that is meant.
    """
    candidates = list(candidates)
    named = [one for each in candidates for one in (each.subject.iri, each.object.iri, each.predicate.value)]
    prefixes = prefixes_for([*named, SEMAPV.CompositeMatching.value], {})
    stream = io.StringIO()
    title = "mapping_set_title: Suggestions that nobody has judged"
    head = [f"mapping_set_id: {ID}mapping-set/suggestions", title, f"license: {_NO_LICENCE}", "curie_map:",
            *sorted(f"  {name}: {space}" for name, space in prefixes.items())]  # fmt: skip
    stream.writelines(f"#{line}\n" for line in head)
    writer = csv.writer(stream, dialect="excel-tab", lineterminator="\n")
    writer.writerows([_COLUMNS, *sorted(_row(each, prefixes) for each in candidates)])
    return stream.getvalue()


def _row(each: Candidate, prefixes: dict[str, str]) -> list[str]:
    def short(iri: str) -> str:
        name = _name_for(iri, prefixes)
        return f"{name}:{iri.removeprefix(prefixes[name])}"

    return [
        short(each.subject.iri), each.subject.label, short(each.predicate.value), short(each.object.iri),
        each.object.label, short(SEMAPV.CompositeMatching.value), "aseankg suggest", f"{each.score:.4f}", _MEASURE,
        "; ".join(each.reasons),
    ]  # fmt: skip
