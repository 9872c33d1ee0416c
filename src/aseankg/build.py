"""Makes the dataset: reads, adds what people decided, infers, validates before and after, and hands it to publish.

The way of the data, in this order: sources, reference, curated -> check -> infer -> check -> publish.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from aseankg.alignment import alignment_quads
from aseankg.curated import curated_quads
from aseankg.errors import DataError, NonConformanceError
from aseankg.extract import extract_plan
from aseankg.gazetteer import read_names, require_distinct_names
from aseankg.infer import infer
from aseankg.namespaces import AKG, graph
from aseankg.outcomes import outcome_quads
from aseankg.quads import fact_quads, publication_facts, source_quads
from aseankg.records import Extraction, SourceText
from aseankg.reference import read_memberships, read_reference, reference_quads
from aseankg.sources import Descriptor, find_sources, read_source
from aseankg.stats import account_for
from aseankg.terms import require_known_terms
from aseankg.themes import read_themes, rejected_tags, theme_quads
from aseankg.validate import Report, check, explain, report_quads, validate
from aseankg.vocabulary import declared_terms, ontology_quads, scheme_quads, shape_quads

__all__ = ["Dataset", "build_dataset", "extract_all", "find_inputs", "gather"]

# Graph name -> layer (contract: Layers and named graphs); a plan's graph is `plan/{slug}`.
_LAYERS = {
    "crossref": "stated", "evidence": "stated", "reference": "reference", "curated": "curated",
    "alignment": "alignment", "links": "links", "inferred/stated": "inferred", "inferred/curated": "inferred",
    "ontology": "system", "shapes": "system", "meta": "system", "report": "system",
}  # fmt: skip

_Progress = Callable[[str], None]


@dataclass
class Dataset:
    """A whole dataset that conforms: its quads, the reports of both checks, and what was read."""

    quads: list[Quad]
    extractions: list[Extraction]
    before: Report
    after: Report
    checks: Report
    inputs: list[Path] = field(default_factory=list)


def build_dataset(root: Path, more: list[Path], reasoner: str = "rules", *, progress: _Progress) -> Dataset:
    """Return the dataset of `root` and of further data folders laid out like data/.

    Raises DataError for an input that cannot be read and NonConformanceError when a shape or check is violated.
    """
    asserted, quads, extractions = gather(root, more, reasoner, progress=progress)
    progress("checking what is asserted, and the whole")
    asserted_report = _beside(validate, asserted, root)
    whole_report = validate(quads, root)
    before = _conforming(explain(asserted_report(), asserted))
    after = _conforming(explain(whole_report, quads))
    reported = report_quads({"before inference": before, "after inference": after})
    quads = sorted({*quads, *shape_quads(root), *reported}, key=str)
    store = Store()
    store.extend(quads)
    checks = _conforming(check(store, root))
    return Dataset(quads, extractions, before, after, checks, find_inputs(root, more))


def gather(
    root: Path, more: list[Path], reasoner: str = "rules", *, progress: _Progress
) -> tuple[list[Quad], list[Quad], list[Extraction]]:
    """Return what is asserted, the same with what is inferred, and what was read; nothing is validated yet."""
    folders = [root / "data", *more]
    require_known_terms(root)
    progress("reading the sources")
    stated, extractions = _read(root, folders)
    # Rules never read what people aligned (contract: Layers and named graphs).
    aligned = _aligned(folders, stated, extractions)
    progress("inferring")
    asserted = [*stated, *aligned]
    whole = [*asserted, *infer(stated, root, reasoner)]
    return asserted, [*whole, *_meta_quads(whole)], extractions


def extract_all(folders: list[Path], root: Path) -> list[tuple[Descriptor, Extraction]]:
    """Return what each source of the data folders says."""
    paths = _descriptors(folders)
    sources = [read_source(path) for path in paths.values()]
    _require_own_short({path: descriptor for path, (descriptor, _) in zip(paths.values(), sources, strict=True)})
    reference = read_reference(folders, declared_terms(root))
    require_distinct_names(reference)
    facts = [(fact.subject, fact.predicate, fact.object) for fact in reference]
    schemes = [(quad.subject, quad.predicate, quad.object) for quad in scheme_quads(root)]
    names = read_names([*facts, *schemes], [descriptor for descriptor, _ in sources])  # type: ignore[list-item]
    return [(descriptor, extract_plan(descriptor, source, names)) for descriptor, source in sources]


def _descriptors(folders: list[Path]) -> dict[str, Path]:
    """The descriptors of the data folders by the slug that is their folder's name."""
    found: dict[str, Path] = {}
    for path in find_sources(folders):
        slug = path.parent.name
        if slug in found:
            raise DataError(f"the slug {slug!r} is that of {found[slug]} too: expected one source. Rename one.", path)
        found[slug] = path
    return found


def _require_own_short(descriptors: Mapping[Path, Descriptor]) -> None:
    """Raise DataError for two plans of one short name: counterparts that their footnotes give would be one."""
    found: dict[str, Path] = {}
    for path, descriptor in descriptors.items():
        other = found.setdefault(descriptor.short_slug, path)
        if other != path:
            words = f"the short name {descriptor.short!r} is that of {other} too: expected one plan. Give one another."
            raise DataError(words, path)


def _read(root: Path, folders: list[Path]) -> tuple[list[Quad], list[Extraction]]:
    """All quads that people and texts say, each once."""
    declared = declared_terms(root)
    read = extract_all(folders, root)
    _refuse_unexplained([extraction for _, extraction in read])
    descriptors = _descriptors(folders)
    texts = _texts(extraction for _, extraction in read)
    quads = {
        *ontology_quads(root),
        *scheme_quads(root),
        *reference_quads(read_reference(folders, declared)),
        *read_memberships(folders),
        *(quad for _, extraction in read for quad in fact_quads(extraction.facts)),
        *(quad for descriptor, extraction in read for quad in source_quads(descriptor, extraction.source)),
        *reference_quads(
            fact for descriptor, _ in read for fact in publication_facts(descriptor, descriptors[descriptor.slug])
        ),
        *curated_quads(folders, texts, declared),
    }
    known = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}
    quads |= set(outcome_quads(folders, known))
    return sorted(quads, key=str), [extraction for _, extraction in read]


def _texts(extractions: Iterable[Extraction]) -> dict[str, SourceText]:
    return {extraction.source.slug: extraction.source for extraction in extractions}


def _aligned(folders: list[Path], stated: list[Quad], extractions: list[Extraction]) -> list[Quad]:
    """The mappings that people judged, and the themes that the words of the plans name."""
    known = {quad.subject for quad in stated if isinstance(quad.subject, NamedNode)}
    mappings = list(alignment_quads(folders, _texts(extractions), known))
    facts = [fact for extraction in extractions for fact in extraction.facts]
    tags = theme_quads(facts, read_themes(stated), rejected_tags(mappings))
    return sorted({*mappings, *tags}, key=str)


def _beside(work: Callable[..., Report], *arguments: object) -> Callable[[], Report]:
    """Begin work in a process beside this one; return what waits for its result.

    A process that has threads must not fork: there the work is done when its result is asked for.
    """
    if threading.active_count() > 1:
        return partial(work, *arguments)
    with_fork = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(max_workers=1, mp_context=with_fork)
    future = pool.submit(work, *arguments)
    pool.shutdown(wait=False)
    return future.result


def _refuse_unexplained(extractions: list[Extraction]) -> None:
    """Every character of a text is evidence or passed over for a reason; else the reader has missed something."""
    for extraction in extractions:
        for piece in account_for(extraction).unexplained:
            raise DataError(
                f"{piece.text!r:.60} is read by nothing: expected every character to say something or to be markup. "
                "Widen the pattern of the descriptor that reads the words beside it.",
                piece.source.file,
                piece.line,
            )


def _conforming(report: Report) -> Report:
    violations = report.of("Violation")
    if violations:
        listed = "\n  ".join(str(violation) for violation in violations[:20])
        raise NonConformanceError(f"{len(violations)} violation{'s' * (len(violations) > 1)}:\n  {listed}")
    return report


def _meta_quads(quads: list[Quad]) -> list[Quad]:
    names = {quad.graph_name for quad in quads} | {graph("meta"), graph("report"), graph("shapes")}
    return [
        Quad(name, AKG.layer, Literal(_layer(name.value)), graph("meta"))
        for name in names
        if isinstance(name, NamedNode)
    ]


def _layer(name: str) -> str:
    short = name.removeprefix(graph("").value)
    return "stated" if short.startswith("plan/") else _LAYERS[short]


def find_inputs(root: Path, more: list[Path]) -> list[Path]:
    """Return every file that a dataset is made from."""
    folders = [
        root / "ontology",
        root / "data",
        root / "queries" / "rules",
        root / "queries" / "checks",
        *more,
    ]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
