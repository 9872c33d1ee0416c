"""Checks the shapes that a user brings before they are used: a mistake in a shape hides mistakes in the data.

Not here: the project's own shapes (their tests look after them), nor what shapes find (engines).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, serialize

from aseankg.errors import DataError, suggest
from aseankg.namespaces import PREFIXES, RDF, SH, graph, shorten
from aseankg.vocabulary import parse_turtle, without_blank_nodes

__all__ = ["read_brought"]

_SH = PREFIXES["sh"]
_PATH, _PATTERN = NamedNode(f"{_SH}path"), NamedNode(f"{_SH}pattern")
_KEYWORDS = frozenset({"and", "class", "in", "not", "or"})  # words of Python, which rdflib's table does not list
# Terms of SHACL that no engine runs here (Advanced Features, SHACL-JS): a constraint of theirs would check nothing.
_NOT_RUN = frozenset({"expression", "filterShape", "js", "rule", "target", "values"})
_OWNS = (NamedNode(f"{_SH}property"), NamedNode(f"{_SH}sparql"))
_NESTED = frozenset(f"{_SH}{name}" for name in ("and", "node", "not", "or", "property", "qualifiedValueShape", "xone"))
_LIST = frozenset({RDF.first.value, RDF.rest.value})
_NOT_CODE = re.compile(r"<[^<>\s]*>|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|#[^\n]*")
_REFUSED = re.compile(r"\b(SERVICE|FROM|MINUS|VALUES)\b", re.IGNORECASE)
_MOST_BYTES = 20_000_000


def read_brought(file: Path, number: int = 1) -> list[Triple]:
    """Return the triples of a Turtle file of shapes; what has no name gets the same IRI every time.

    Raises DataError for a file that is too large, is no Turtle, holds no shape, names a term that SHACL has not or that
    is not run here, refers to itself in a circle (SHACL 1.0, 3.4.3), breaks the shapes of SHACL itself (appendix C),
    or holds a pattern or SPARQL that does not parse or that SHACL does not allow (5.2.1).
    """
    size = file.stat().st_size
    if size > _MOST_BYTES:
        raise DataError(f"has {size} bytes: expected at most {_MOST_BYTES} of shapes. Split the file.", file)
    written = parse_turtle(file)
    triples = _named(written, number)
    targets = any(one.predicate.value.startswith(f"{_SH}target") for one in triples)
    if not targets and not any(one.object in (SH.NodeShape, SH.PropertyShape) for one in triples):
        raise DataError("looked at no shape: expected sh:NodeShape with a target, such as sh:targetClass.", file)
    for require in (_require_terms, _require_patterns, _require_sparql, _require_no_circle):
        require(triples, file)
    _require_meta(written, file)
    return triples


def _named(triples: list[Triple], number: int) -> list[Triple]:
    """Give IRIs to blank nodes, so that a result names its shape alike in every report; paths stay (3.1.1 of SHACL)."""
    inside = {one.object for one in triples if one.predicate == _PATH and isinstance(one.object, BlankNode)}
    below: dict[object, list[object]] = {}
    for one in triples:
        if isinstance(one.object, BlankNode):
            below.setdefault(one.subject, []).append(one.object)
    waiting = list(inside)
    while waiting:
        new = [node for node in below.get(waiting.pop(), ()) if node not in inside]
        inside.update(new)  # type: ignore[arg-type]
        waiting += new  # type: ignore[arg-type]
    # A path is written with IRIs of its own while names are given, and gets its blank nodes back.
    name = graph(f"plan/own-shapes-{number}" if number > 1 else "plan/own-shapes")
    kept = {node: NamedNode(f"urn:path:{at}") for at, node in enumerate(sorted(inside, key=str))}
    back = {iri: node for node, iri in kept.items()}
    covered = [Triple(kept.get(one.subject, one.subject), one.predicate, kept.get(one.object, one.object))  # type: ignore[arg-type]
               for one in triples]  # fmt: skip
    return [
        Triple(back.get(quad.subject, quad.subject), quad.predicate, back.get(quad.object, quad.object))  # type: ignore[arg-type]
        for quad in without_blank_nodes(covered, name)
    ]


def _require_terms(triples: list[Triple], file: Path) -> None:
    """A misspelt constraint constrains nothing, and nobody would notice."""
    from rdflib import SH as KNOWN

    known = {str(name) for name in KNOWN.__annotations__} | _KEYWORDS
    for name in sorted(set(_terms(triples))):
        if name not in known:
            words = f"sh:{name} is no term of SHACL.{suggest(name, sorted(known))} Mend its spelling."
            raise DataError(words, file, _line(file, name))
        if name in _NOT_RUN:
            words = f"sh:{name} is no part of SHACL Core or SHACL-SPARQL, and is not run here. Say it in one of these."
            raise DataError(words, file, _line(file, name))


def _terms(triples: list[Triple]) -> Iterator[str]:
    for triple in triples:
        for term in (triple.predicate, triple.object):
            if isinstance(term, NamedNode) and term.value.startswith(_SH) and term.value != _SH:
                yield term.value.removeprefix(_SH)


def _line(file: Path, name: str) -> int | None:
    named = re.compile(rf"[:#]{re.escape(name)}\b")
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((at for at, words in enumerate(lines, 1) if named.search(words)), None)


def _require_patterns(triples: list[Triple], file: Path) -> None:
    for triple in triples:
        if triple.predicate == _PATTERN and isinstance(triple.object, Literal):
            try:
                re.compile(triple.object.value)
            except re.error as error:
                words = f"the pattern {triple.object.value!r} of {_owner(triple, triples)} is none: {error}. Mend it."
                raise DataError(words, file, _line(file, "pattern")) from error


def _require_sparql(triples: list[Triple], file: Path) -> None:
    declared = _prefixes(triples)
    for triple in triples:
        if triple.predicate in (SH.select, SH.ask) and isinstance(triple.object, Literal):
            owner = _owner(triple, triples)
            fault = _fault(triple.object.value, declared, is_select=triple.predicate == SH.select)
            if fault:
                raise DataError(f"the SPARQL of {owner} {fault}", file, _line(file, triple.predicate.value[len(_SH) :]))


def _fault(text: str, declared: dict[str, str], *, is_select: bool) -> str:
    try:
        Store().query(text.replace("$PATH", "<urn:path>"), prefixes=declared)
    except SyntaxError as error:
        told = str(error)
        if "Prefix not found" in told:
            return "does not parse: it uses a prefix that is not declared. Name sh:prefixes with sh:declare."
        return f"does not parse: {told.partition(': expected one of')[0]}. Mend it."
    code = _NOT_CODE.sub(" ", text)
    refused = _REFUSED.search(code)
    if refused:
        return f"uses {refused[1].upper()}, which SHACL does not allow (5.2.1) or which reads elsewhere. Leave it out."
    chosen = code.upper().partition("WHERE")[0].partition("{")[0]
    if is_select and not re.search(r"[$?]THIS\b", chosen):
        return "does not select $this, the focus node (SHACL 1.0, 5.1). Add it after SELECT."
    return ""


def _owner(triple: Triple, triples: list[Triple]) -> str:
    """The shape that a query or pattern belongs to, as people call it."""
    above = {one.object: one.subject for one in triples if one.predicate in _OWNS}
    node: object = triple.subject
    for _ in range(9):
        if "/.well-known/genid/" not in str(node) or node not in above:
            break
        node = above[node]  # type: ignore[index]
    return shorten(getattr(node, "value", str(node)))


def _prefixes(triples: list[Triple]) -> dict[str, str]:
    names = {one.subject: one.object for one in triples if one.predicate == SH.prefix}
    spaces = {one.subject: one.object for one in triples if one.predicate == SH.namespace}
    found = {names[node].value: spaces[node].value for node in names.keys() & spaces.keys()}  # type: ignore[union-attr]
    return {**{key: PREFIXES[key] for key in ("akg", "aksh", "rdf", "rdfs", "dcterms", "skos", "org", "xsd")}, **found}


def _require_no_circle(triples: list[Triple], file: Path) -> None:
    """SHACL leaves open what a recursive shape means, and engines differ."""
    below: dict[object, set[object]] = {}
    for one in triples:
        if one.predicate.value in _NESTED | _LIST:
            below.setdefault(one.subject, set()).add(one.object)
    ends = [node for node in below if not below[node] & below.keys()]
    above: dict[object, set[object]] = {}
    for node, others in below.items():
        for other in others & below.keys():
            above.setdefault(other, set()).add(node)
    while ends:  # take away what ends, from below: what is left turns in a circle
        gone = ends.pop()
        del below[gone]
        ends += [node for node in above.get(gone, ()) if node in below and not below[node] & below.keys()]
    if below:
        names = sorted(shorten(getattr(node, "value", str(node))) for node in below)
        raise DataError(f"the shape {names[0]} refers to itself in a circle: expected none (3.4.3). Break it.", file)


def _require_meta(triples: list[Triple], file: Path) -> None:
    import logging

    import pyshacl
    import rdflib
    from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError

    shapes = rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    log = logging.getLogger("pyshacl-validate")  # it prints its own report, which the error below tells in short

    def say_nothing(_: logging.LogRecord) -> bool:
        return False

    log.addFilter(say_nothing)
    try:
        pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True, inference="none", do_owl_imports=False)
    except (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("Focus Node", "Result Path", "Message"))] or lines
        raise DataError(f"not good SHACL: {'; '.join(told[:6])}. Mend the shape.", file) from error
    finally:
        log.removeFilter(say_nothing)
