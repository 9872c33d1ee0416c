"""Every mapping of the graph as one table of SSSOM: also those that are rejected, contested or dissent.

The rows are read from the graph, so that what is served is what is written. Not here: the form of the file (mappings).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Store

from aseankg.errors import UsageError
from aseankg.identifiers import instance
from aseankg.mappings import Mapping, MappingSet, sssom_text
from aseankg.namespaces import AKG, DCTERMS, OWL, PAV, PREFIXES, RDF, RDFS, SSSOM, graph

__all__ = ["GRAPHS", "mapping_table"]

GRAPHS = ("alignment", "links")
_Node = NamedNode | Literal
_HEADER = """\
mapping_set_id: {id}
mapping_set_title: {title}
mapping_set_version: "{version}"
license: https://creativecommons.org/licenses/by/4.0/
extension_definitions:
- slot_name: subject_passage
  property: akg:subjectPassage
  type_hint: linkml:Uriorcurie
- slot_name: object_passage
  property: akg:objectPassage
  type_hint: linkml:Uriorcurie
- slot_name: object_address
  property: dcterms:source
  type_hint: xsd:string
- slot_name: dissents
  property: akg:dissentsFrom
  type_hint: xsd:boolean
curie_map:
{prefixes}"""
_TITLES = {
    "alignment": "Mappings between ASEAN labour plans and to themes",
    "links": "Mappings from ASEAN labour plans to other people's data",
}


def mapping_table(store: Store, version: str, name: str = "") -> bytes:
    """Return the mappings of the graph `alignment` or `links`, or of both, as SSSOM TSV with its metadata on top."""
    chosen = [name] if name else list(GRAPHS)
    found = tuple(one for each in chosen for one in _mappings(store, graph(each)))
    if not found:
        raise UsageError(f"There are no mappings in {' and '.join(chosen)}: nothing to export.")
    prefixes = {prefix: iri for prefix, iri in PREFIXES.items()} | {
        "agent": instance("agent/").value, "linkml": "https://w3id.org/linkml/",
    }  # fmt: skip
    header = _HEADER.format(
        id=instance(f"mapping-set/{name or 'all'}").value,
        title=_TITLES.get(name, "Every mapping of ASEAN labour plans"),
        version=version,
        prefixes="".join(f"  {prefix}: {iri}\n" for prefix, iri in sorted(prefixes.items())),
    )
    return sssom_text(MappingSet(header, prefixes, found)).encode()


def _mappings(store: Store, home: NamedNode) -> Iterator[Mapping]:
    for quad in store.quads_for_pattern(None, RDF.type, SSSOM.Mapping, home):
        said: dict[NamedNode, list[_Node]] = defaultdict(list)
        for each in store.quads_for_pattern(quad.subject, None, None, home):
            said[each.predicate].append(each.object)  # type: ignore[arg-type]
        yield _mapping(said)


def _mapping(said: dict[NamedNode, list[_Node]]) -> Mapping:
    def words(term: NamedNode) -> str:
        return "".join(node.value for node in said[term])

    return Mapping(
        subject=_only(said[OWL.annotatedSource]),
        predicate=_only(said[OWL.annotatedProperty]),
        object=_only(said[OWL.annotatedTarget]),
        negated=bool(said[SSSOM.predicate_modifier]),
        dissents=words(AKG.standing) == "dissenting",
        justification=_only(said[SSSOM.mapping_justification]),
        authors=_named(said[PAV.authoredBy]),
        reviewers=_named(said[PAV.reviewedBy]),
        date=words(PAV.authoredOn),
        confidence=_decimal(words(SSSOM.confidence)),
        comment=words(RDFS.comment),
        subject_label=words(SSSOM.subject_label),
        object_label=words(SSSOM.object_label),
        subject_passage=next(iter(_named(said[AKG.subjectPassage])), None),
        object_passage=next(iter(_named(said[AKG.objectPassage])), None),
        object_address=words(DCTERMS.source),
    )


def _named(nodes: list[_Node]) -> tuple[NamedNode, ...]:
    return tuple(sorted((node for node in nodes if isinstance(node, NamedNode)), key=str))


def _only(nodes: list[_Node]) -> NamedNode:
    (found,) = _named(nodes)
    return found


def _decimal(text: str) -> str:
    return format(Decimal(text).normalize(), "f")
