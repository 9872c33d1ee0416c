"""The page of the validation: what the shapes and checks found, how much they looked at, and what came before.

The results are those of graph/report; how many focus nodes each shape had, and the checks, stand in the record of the
build. Not here: the shapes in words (the ontology's page), older versions' reports (checked.history).
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response
from pyoxigraph import Literal, NamedNode, Triple

from aseankg.builds import VALIDATION
from aseankg.catalogue import Query, read_queries
from aseankg.errors import AseankgError
from aseankg.layout import build_folder, resources
from aseankg.namespaces import SH
from aseankg.sheets import Sheet
from aseankg.validate.findings import Told, Validation, findings, fingerprint
from aseankg.validate.results import SEVERITIES, Context, Report, Result
from aseankg.validate.shapes import Shapes
from aseankg.web.checked.history import Past, history
from aseankg.web.page.asking import Row, rows_of
from aseankg.web.page.exports import export, export_asked
from aseankg.web.page.showing import label_of, show
from aseankg.web.page.tables import spaced, text_link
from aseankg.web.site import public_url, site

__all__ = ["register"]

_LABEL = "Validation report: "
_MOST_BARS, _WIDTH, _ROW, _LEFT, _RIGHT = 12, 760, 34, 150, 250
_COLUMNS = (
    "Severity", "Rule", "Thing", "IRI", "What is wrong and how to mend it", "Property", "Value found",
    "Why the rule is there", "Where to mend it", "Words of the source", "Explained by", "Found",
)  # fmt: skip


@dataclass(frozen=True)
class _Finding:
    """One result, once for all reports that have it, with its row and the passages of its thing."""

    told: Told
    said: Row
    reports: Sequence[str]
    passages: Sequence[Row]


def register(app: Flask) -> None:
    """Give the application the page of the validation."""
    app.add_url_rule("/validation", "validation", _validation)


def _validation() -> Response:
    """The state of the validation; with `format=csv` or `xlsx` its results as a table."""
    chosen = export_asked()
    found = _findings()
    if chosen:
        cells = [_cells(one) for one in found]
        return export(chosen, "validation", Sheet("Validation", _COLUMNS, cells), _sources(found))
    record = _record()
    whole = record.get("after inference", {})
    pasts = history(build_folder(site().settings))
    return show(
        "validation.html",
        groups=_groups(found),
        counts=Counter(one.told["severity"] for one in found),
        explained=sum(bool(one.said["anomaly"]) for one in found),
        severities=SEVERITIES,
        reports=_reports(record),
        shapes=_shapes(whole.get("focus nodes", {})),
        recorded=bool(record),
        checks=_checks(record.get("checks", {})),
        engines=sorted(site().engines().items()),
        pasts=pasts,
        bars=_bars(pasts),
        current=site().version(),
        in_words=_in_words,
    )


# -- results -----------------------------------------------------------------------------------------------


def _findings() -> list[_Finding]:
    """The results in the order of the reports (findings): those that an anomaly explains come last."""
    rows: defaultdict[Result, list[Row]] = defaultdict(list)
    for row in rows_of("validation-results"):
        rows[_result(row)].append(row)
    passages: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of("validation-words"):
        passages[row["thing"]].append(row)
    contexts = {
        one.culprit: Context(
            label_of(one.culprit), said[0]["place"], tuple(row["words"] for row in passages[one.culprit])
        )
        for one, said in rows.items()
    }
    why = {said[0]["shape"]: said[0]["why"] for said in rows.values() if said[0]["why"]}
    triples = tuple(Triple(NamedNode(shape), SH.description, Literal(words)) for shape, words in why.items())
    report = Report(tuple(sorted(rows)), 0, contexts=contexts)
    by_id = {fingerprint(one): said for one, said in rows.items()}
    told = findings(Validation("graph/report", report, Shapes(triples, ())))
    return [_finding(one, by_id[one["id"]], passages) for one in told]


def _result(row: Row) -> Result:
    return Result(
        severity=row["severity"].rpartition("#")[2],
        source=row["shape"],
        focus=row["thing"],
        path=row["path"],
        value=row["value"],
        message=row["message"],
        explained_by=row["anomaly"] or None,
    )


def _finding(told: Told, said: Sequence[Row], passages: Mapping[str, list[Row]]) -> _Finding:
    reports = sorted({row["report"].removeprefix(_LABEL) for row in said}, reverse=True)
    return _Finding(told, said[0], reports, passages.get(told["focus_iri"], ()))


def _groups(found: Sequence[_Finding]) -> list[tuple[str, str, list[_Finding]]]:
    """The results by severity and rule; of one severity those that an anomaly explains come last."""
    groups: dict[tuple[str, str, bool], list[_Finding]] = {}
    order = {severity: at for at, severity in enumerate(SEVERITIES)}
    for one in sorted(found, key=lambda one: order.get(one.told["severity"], len(order))):
        groups.setdefault((one.told["severity"], one.told["shape_iri"], bool(one.said["anomaly"])), []).append(one)
    return [(severity, shape, each) for (severity, shape, _), each in groups.items()]


def _cells(one: _Finding) -> list[str]:
    told = one.told
    words = " · ".join(row["words"] for row in one.passages)
    explained = label_of(one.said["anomaly"]) if one.said["anomaly"] else ""
    return [
        told["severity"], _in_words(told["shape_iri"]), told["label"], told["focus_iri"], told["message"], told["path"],
        told["value"], told["why"], told["place"], words, explained, ", ".join(one.reports),
    ]  # fmt: skip


def _sources(found: Sequence[_Finding]) -> list[tuple[str, str, str]]:
    host = public_url()
    read = ((one.told["label"], row) for one in found for row in one.passages)
    return [(label, f"{host}{text_link(row['passage'])}", row["words"]) for label, row in read]


def _in_words(shape: str) -> str:
    """The name of a shape as words: `aksh:BodyDefinitionShape` is "Body definition"."""
    name = re.split(r"[#/:]", shape)[-1].removesuffix("Shape")
    return spaced(name)


# -- how much was looked at --------------------------------------------------------------------------------


def _reports(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The reports of the graph, that on what is asserted first, each with the shapes that looked at nothing.

    One of `nothing` had no focus node at all and is no check.
    """
    return [
        {
            "name": row["report"].removeprefix(_LABEL),
            "words": row["words"],
            "nothing": "Looked at 0 " in row["words"],
            "idle": record.get(row["report"].removeprefix(_LABEL), {}).get("looked at nothing", ()),
        }
        for row in rows_of("validation-reports")
    ]


def _record() -> Mapping[str, Any]:
    """What the build that is answered from recorded of its validation; nothing where it is just being replaced."""
    try:
        build = site().build()
    except AseankgError:
        return {}
    return _read_record(build.folder / VALIDATION) if build.manifest.get("build") == site().engine.build else {}


@lru_cache(maxsize=4)
def _read_record(file: Path) -> Mapping[str, Any]:
    """A build does not change: its record is read once."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _shapes(focus_nodes: Mapping[str, int]) -> list[Mapping[str, Any]]:
    """Every shape, with the focus nodes that its own targets reached, or None: it has none, others send theirs."""
    rows: dict[str, Row] = {}
    for row in rows_of("validation-shapes"):
        rows.setdefault(row["shape"], row)
    return [{**row, "focus": focus_nodes.get(shape)} for shape, row in rows.items()]


def _checks(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every check with what a row of it means, and how many rows it had in this build."""
    rows = Counter(result["source"] for result in record.get("results", ()))
    known = [(query, query.front_matter) for query in _check_queries()]
    return [
        {
            "title": query.title,
            "problem": said.get("problem", ""),
            "solution": said.get("solution", ""),
            "severity": said.get("severity", ""),
            "count": rows[query.name] if record else None,
        }
        for query, said in known
    ]


@cache
def _check_queries() -> Sequence[Query]:
    return read_queries(resources() / "queries" / "checks")


# -- history -----------------------------------------------------------------------------------------------


def _bars(pasts: Sequence[Past]) -> list[Mapping[str, Any]]:
    """The bars of the chart, the oldest version on top: pieces with their place and width."""
    shown = list(reversed(pasts[:_MOST_BARS]))
    most = max((sum(past.counts.values()) for past in shown), default=0) or 1
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    return [{"past": past, "y": _ROW * at, "pieces": _pieces(past, scale)} for at, past in enumerate(shown)]


def _pieces(past: Past, scale: float) -> list[tuple[str, float, float]]:
    """The kind of each piece of a bar, where it begins, and how wide it is."""
    parts = [
        ("violation", past.count("Violation")),
        ("warning", past.count("Warning") - past.explained),
        ("explained", past.explained),
        ("info", past.count("Info")),
    ]
    found, left = [], float(_LEFT)
    for kind, count in parts:
        if count > 0:
            found.append((kind, round(left, 1), round(count * scale, 1)))
            left += count * scale
    return found
