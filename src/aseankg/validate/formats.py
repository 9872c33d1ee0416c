"""Writes validations for programs: JSON, JUnit, SARIF and the report of SHACL as RDF.

docs/validation.md describes the JSON; its `schema` changes when its form does. Not here: formats for people (reports).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from aseankg.errors import DataError
from aseankg.namespaces import PREFIXES, RDF, RDFS, SH, XSD, graph, shorten
from aseankg.validate.findings import Told, Validation, findings, fingerprint, summary
from aseankg.validate.results import Report, Result

__all__ = ["SCHEMA", "as_json", "as_junit", "as_sarif", "as_turtle", "read_keys", "report_quads"]

SCHEMA = "aseankg-validation/1"
_LEVELS = {"Violation": "error", "Warning": "warning", "Info": "note"}
_HOME = graph("report")


def as_json(validations: Sequence[Validation]) -> str:
    """Return the report as JSON of the schema `aseankg-validation/1`."""
    written = {"schema": SCHEMA, "conforms": all(one.conforms for one in validations)}
    return json.dumps({**written, "checked": [_json(one) for one in validations]}, ensure_ascii=False, indent=2) + "\n"


def _json(validation: Validation) -> dict[str, Any]:
    report, change = validation.report, validation.change
    told = findings(validation)
    keys = {fingerprint(one): list(one.key) for one in report.results}
    for one in told:
        one["key"] = keys[one["id"]]
    return {
        "name": validation.name, "conforms": validation.conforms, "engine": validation.engine,
        "looked_at": report.looked_at, "shapes": validation.shapes.count,
        "focus_nodes": dict(sorted(report.focus_nodes.items())), "idle": report.idle, "notes": list(report.notes),
        "results": told, "gone": [] if change is None else [list(key) for key in change.gone],
    }  # fmt: skip


def read_keys(file: Path, name: str) -> list[tuple[str, ...]]:
    """Return the keys of the results in a JSON report, of the part of that name where it has one.

    Raises DataError when the file is no such report.
    """
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        if written["schema"] != SCHEMA:
            raise KeyError("schema")
        parts = [part for part in written["checked"] if part["name"] == name] or written["checked"]
        return [tuple(one["key"]) for part in parts for one in part["results"]]
    except (ValueError, KeyError, TypeError) as error:
        words = f"is no report of `validate --format json` ({SCHEMA}): {type(error).__name__} {error}. Make it anew."
        raise DataError(words, file) from error


def as_junit(validations: Sequence[Validation]) -> str:
    """Return the report as JUnit's XML: each shape with targets, or with results, is a test case."""
    from xml.etree import ElementTree

    top = ElementTree.Element("testsuites", name="aseankg validate")
    for one in validations:
        _suite(ElementTree.SubElement(top, "testsuite"), one)
    ElementTree.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(top, encoding="unicode") + "\n"


def _suite(suite: Any, validation: Validation) -> None:
    from xml.etree import ElementTree

    told: dict[str, list[Told]] = {shape: [] for shape in sorted(validation.report.focus_nodes)}
    for one in findings(validation):
        told.setdefault(one["shape_iri"], []).append(one)
    failed = skipped = 0
    for shape, results in told.items():
        case = ElementTree.SubElement(suite, "testcase", classname=_xml(validation.name), name=_xml(shorten(shape)))
        broken = [one for one in results if one["severity"] == "Violation"]
        failed += bool(broken)
        if broken:
            ElementTree.SubElement(case, "failure", message=_xml(broken[0]["message"])).text = _lines(broken)
        elif validation.report.focus_nodes.get(shape) == 0:
            skipped += 1
            ElementTree.SubElement(case, "skipped", message="found nothing to look at")
        if len(results) > len(broken):
            ElementTree.SubElement(case, "system-out").text = _lines([one for one in results if one not in broken])
    for name, count in (("tests", len(told)), ("failures", failed), ("errors", 0), ("skipped", skipped)):
        suite.set(name, str(count))
    suite.set("name", _xml(validation.name))


def _lines(told: list[Told]) -> str:
    return _xml("\n".join(f"{one['focus']}: {one['message']} {one['value']} {one['place']}".rstrip() for one in told))


def _xml(words: str) -> str:
    """Words without the characters that XML 1.0 has not."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", words)


def as_sarif(validations: Sequence[Validation]) -> str:
    """Return the report as SARIF 2.1.0: shapes are rules, results have a file and line where these are known."""
    runs = [_run(one) for one in validations]
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": runs}, ensure_ascii=False, indent=2) + "\n"


def _run(validation: Validation) -> dict[str, Any]:
    told = findings(validation)
    rules = {one["shape_iri"]: _rule(one) for one in told}
    driver = {"name": "aseankg validate", "rules": [rules[key] for key in sorted(rules)]}
    at = {key: number for number, key in enumerate(sorted(rules))}
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": validation.name},
        "results": [_sarif(one, at[one["shape_iri"]]) for one in told],
        "properties": {"summary": summary(validation)},
    }


def _rule(one: Told) -> dict[str, Any]:
    rule = {"id": one["shape"], "shortDescription": {"text": one["shape"]}}
    return {**rule, "fullDescription": {"text": one["why"]}} if one["why"] else rule


def _sarif(one: Told, rule: int) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": one["focus_iri"]}]}
    file, _, line = one["place"].rpartition(":")
    if file and line.isdecimal() and not file.startswith("text of "):
        region = {"startLine": int(line)}
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(file)}, "region": region}
    found = f" Found {one['value']}." if one["value"] else ""
    result = {
        "ruleId": one["shape"], "ruleIndex": rule, "level": _LEVELS.get(one["severity"], "note"),
        "message": {"text": f"{one['label'] or one['focus']}: {one['message']}{found}"}, "locations": [location],
        "partialFingerprints": {"aseankg/v1": one["id"]},
    }  # fmt: skip
    if one["explained"]:
        result["suppressions"] = [{"kind": "external", "justification": f"explained by {one['explained']}"}]
    return result


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file.replace("\\", "/"))


def as_turtle(validations: Sequence[Validation]) -> str:
    """Return the validation reports of SHACL (1.0, 3.6) as Turtle, without blank nodes."""
    quads = report_quads({one.name: one.report for one in validations})
    prefixes = {key: PREFIXES[key] for key in ("akg", "aksh", "id", "rdfs", "sh", "xsd")}
    triples = sorted((quad.triple for quad in quads), key=str)
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def report_quads(reports: Mapping[str, Report]) -> Iterator[Quad]:
    """Yield, in `graph/report`, the validation report of each name with its results (SHACL 1.0, 3.6).

    Every node has an IRI: graph/report# and a hash. How much was looked at stands in the report's rdfs:comment.
    """
    for name, report in reports.items():
        node = _named(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "report")
        shapes = len(report.focus_nodes)
        words = f"Looked at {report.looked_at} focus nodes; {len(report.idle)} of {shapes} shapes found none."
        yield Quad(node, RDF.type, SH.ValidationReport, _HOME)
        yield Quad(node, RDFS.label, Literal(f"Validation report: {name}"), _HOME)
        yield Quad(node, RDFS.comment, Literal(words), _HOME)
        conforms = "false" if report.results else "true"  # SHACL 1.0, 3.6.1.1: results of any severity
        yield Quad(node, SH.conforms, Literal(conforms, datatype=XSD.boolean), _HOME)
        for result in report.results:
            one = _named(f"{node.value.rpartition('#')[2]}-{fingerprint(result)}")
            yield Quad(node, SH.result, one, _HOME)
            yield from (Quad(one, term, value, _HOME) for term, value in _result(result))


def _named(fragment: str) -> NamedNode:
    return NamedNode(f"{_HOME.value}#{fragment}")


def _result(result: Result) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield RDF.type, SH.ValidationResult
    yield SH.focusNode, _term(result.focus)
    yield SH.resultSeverity, NamedNode(f"{PREFIXES['sh']}{result.severity}")
    yield SH.resultMessage, Literal(result.message)
    for term, iri in (
        (SH.resultPath, result.path), (SH.sourceShape, result.source), (SH.sourceConstraintComponent, result.component)
    ):  # fmt: skip
        if ":" in iri:  # a check of queries/checks/ is a name, no shape
            yield term, NamedNode(iri)
    if result.value_term or result.value:
        yield SH.value, _parsed(result.value_term) if result.value_term else Literal(result.value)
    if result.explained_by:
        yield RDFS.seeAlso, NamedNode(result.explained_by)


def _term(text: str) -> NamedNode | Literal:
    try:
        return NamedNode(text)
    except ValueError:
        return Literal(text)


def _parsed(text: str) -> NamedNode | Literal:
    (quad,) = parse(f"<x:s> <x:p> {text} .", format=RdfFormat.TURTLE)
    value = quad.object
    return value if isinstance(value, NamedNode) else Literal(text) if not isinstance(value, Literal) else value
