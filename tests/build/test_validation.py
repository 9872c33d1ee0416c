"""The shipped data conform; faults put into them do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from aseankg.build import Dataset
from aseankg.errors import DataError
from aseankg.namespaces import AKG, RDF, graph
from aseankg.validate import check, validate

ID = "https://w3id.org/aseankg/id/"
RAP, ALM, EVIDENCE = graph("plan/rap-vientiane"), graph("plan/alm-wp-2016-2020"), graph("evidence")
Quads = list[Quad]


def node(path: str) -> NamedNode:
    return NamedNode(ID + path)


def test_shipped_data_have_no_violation_and_every_warning_is_explained(dataset: Dataset) -> None:
    for report in (dataset.before, dataset.after):
        assert report.looked_at > 2000
        assert report.of("Violation") == []
        warnings = report.of("Warning")
        assert len(warnings) == 5
        assert [warning for warning in warnings if warning.explained_by is None] == []
        explained = [(warning.explained_by, warning.source, warning.focus) for warning in warnings]
        assert len(set(explained)) == len(warnings)
    assert dataset.checks.looked_at >= 4
    assert dataset.checks.results == ()


def test_each_anomaly_names_one_shape_and_one_focus_or_none(dataset: Dataset) -> None:
    named = [
        (quad.subject, quad.predicate)
        for quad in dataset.quads
        if quad.predicate in (AKG.explainsShape, AKG.explainsFocus)
    ]
    assert len(named) == 2 * len(dataset.before.of("Warning"))
    assert len(named) == len(set(named))


def _replace(old: Quad, new: Quad) -> Callable[[Quads], Quads]:
    def change(quads: Quads) -> Quads:
        assert old in quads
        return [new if quad == old else quad for quad in quads]

    return change


def _drop(old: Quad) -> Callable[[Quads], Quads]:
    def change(quads: Quads) -> Quads:
        assert old in quads
        return [quad for quad in quads if quad != old]

    return change


def _dropped_body() -> Callable[[Quads], Quads]:
    return _drop(Quad(node("rap-vientiane/activity/2"), AKG.contributingBody, node("body/acwc"), RAP))


def _swapped_bodies(quads: Quads) -> Quads:
    """ACMW and ACWC change places in the plans, but not in the evidence."""
    swap = {node("body/acmw"): node("body/acwc"), node("body/acwc"): node("body/acmw")}
    return [
        Quad(quad.subject, quad.predicate, swap.get(quad.object, quad.object), quad.graph_name)
        if quad.graph_name in (RAP, ALM)
        else quad
        for quad in quads
    ]


def _moved_offset(quads: Quads) -> Quads:
    """The passage "Cambodia" of activity 2 begins one character too early."""
    (old,) = [
        quad
        for quad in quads
        if quad.predicate == AKG.startOffset
        and any(other.subject == quad.subject and other.object.value == "Siem Reap, Cambodia" for other in quads)
    ]
    new = Quad(old.subject, old.predicate, Literal(int(old.object.value) - 1), old.graph_name)
    return [new if quad == old else quad for quad in quads]


def _moved_passage(quads: Quads) -> Quads:
    """Both offsets move by one: the length still fits, the words do not."""
    (subject,) = {
        quad.subject for quad in quads if quad.predicate == AKG.exact and quad.object.value == "Siem Reap, Cambodia"
    }
    return [
        Quad(subject, quad.predicate, Literal(int(quad.object.value) + 1), quad.graph_name)
        if quad.subject == subject and quad.predicate in (AKG.startOffset, AKG.endOffset)
        else quad
        for quad in quads
    ]


def _end_before_start(quads: Quads) -> Quads:
    activity = node("rap-vientiane/activity/12")
    date = NamedNode("http://www.w3.org/2001/XMLSchema#date")
    old = Quad(activity, AKG.endDate, Literal("2019-12-31", datatype=date), RAP)
    return _replace(old, Quad(activity, AKG.endDate, Literal("2017-12-31", datatype=date), RAP))(quads)


def _role_without_statement(quads: Quads) -> Quads:
    return [*quads, Quad(node("rap-vientiane/activity/14b"), AKG.contributingBody, node("body/acwc"), RAP)]


def _statement_without_passage(quads: Quads) -> Quads:
    (statement,) = {
        quad.subject
        for quad in quads
        if quad.predicate == RDF.subject and quad.object == node("rap-vientiane/activity/12")
        if Quad(quad.subject, RDF.predicate, AKG.venue, EVIDENCE) in quads
        or Quad(quad.subject, RDF.predicate, AKG.timelineText, EVIDENCE) in quads
    }
    return [quad for quad in quads if not (quad.subject == statement and quad.predicate == AKG.evidence)]


FAULTS: dict[str, tuple[Callable[[Quads], Quads], str]] = {
    "a dropped body": (_dropped_body(), "StatementTripleShape"),
    "ACMW and ACWC swapped": (_swapped_bodies, "RoleWithoutStatementShape"),
    "an offset moved by one": (_moved_offset, "PassageWordsShape"),
    "both offsets moved by one": (_moved_passage, "PassageWordsShape"),
    "an end before its start": (_end_before_start, "DatedElementOrderShape"),
    "a role without a statement": (_role_without_statement, "RoleWithoutStatementShape"),
    "a statement without a passage": (_statement_without_passage, "StatementSourceShape"),
}


@pytest.mark.parametrize(("change", "shape"), FAULTS.values(), ids=FAULTS)
def test_seeded_fault_violates(dataset: Dataset, root: Path, change: Callable[[Quads], Quads], shape: str) -> None:
    unseen = {graph("inferred/stated"), graph("inferred/curated"), graph("shapes"), graph("meta")}
    stated = [quad for quad in dataset.quads if quad.graph_name not in unseen]
    found = {result.source.rpartition("#")[2] for result in validate(change(stated), root).of("Violation")}
    assert shape in found


def test_acmw_and_acwc_swapped_in_every_graph_but_the_reference_data_are_found_by_their_passages(
    dataset: Dataset, root: Path
) -> None:
    swap = {node("body/acmw"): node("body/acwc"), node("body/acwc"): node("body/acmw")}
    store = Store()
    store.extend(
        quad
        if quad.graph_name == graph("reference")
        else Quad(
            swap.get(quad.subject, quad.subject), quad.predicate, swap.get(quad.object, quad.object), quad.graph_name
        )
        for quad in dataset.quads
    )
    found = [result for result in check(store, root).of("Violation") if result.source == "name-not-in-passage"]
    assert len(found) == 6  # four areas of ACMW, two activities of ACWC


def test_validating_nothing_is_an_error(root: Path) -> None:
    with pytest.raises(DataError, match="looked at no focus node"):
        validate([Quad(node("a"), AKG.title, Literal("b"), RAP)], root)
