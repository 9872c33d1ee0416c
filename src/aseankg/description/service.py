"""The SPARQL 1.1 service description: formats, graphs with their counts, and every limit of this server.

https://www.w3.org/TR/sparql11-service-description/ says the terms; it has none for limits, which are given as
property values of schema.org, named as the settings are. No extension function is offered, so none is named.
What was read at an address U must say `sd:endpoint <U>` (#conformance there), so each server names its own address,
whereas the catalogue and VoID, which are made at build time, name the one of the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from aseankg.builds import Build
from aseankg.description.release import DATASET_IRI, SERVICE, TITLE, Described, about, number, words
from aseankg.description.void import graph_part
from aseankg.namespaces import BASE, DCAT, DCT, ENDPOINT, GRAPH, OWL, RDF, SCHEMA, SD, VOID, XSD
from aseankg.settings import Settings

__all__ = ["LIMITS", "service_description"]

# The settings that say what a query may take; all are printed.
LIMITS = (
    "deadline", "memory", "answer_bytes", "rows", "query_length", "nesting", "wait", "queue", "client_queries",
    "query_workers", "slow_workers", "service_hosts", "service_deadline", "service_bytes", "service_loopback",
)  # fmt: skip
_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
    "RDF_XML", "JSON-LD", "TriG", "N-Quads",
)  # fmt: skip


def service_description(
    build: Build, settings: Settings, endpoint: str, own: Mapping[str, int] | None = None
) -> list[Triple]:
    """Return the description of the service at `endpoint` that answers over `build` within the limits of `settings`.

    `own` are the graphs that are queried beside it, with their triples: whoever runs the service has brought them.
    """
    found = about(SERVICE, _of_service(build, settings, NamedNode(endpoint)))
    for name in LIMITS:
        found += about(_local(f"limit-{name}"), _limit(name, settings))
    dataset, default, every = _local("dataset"), _local("default-graph"), _local("available-graphs")
    found += about(dataset, [(RDF.type, SD.Dataset), (SD.defaultGraph, default), (OWL.versionIRI, _place(build))])
    found += about(default, [(RDF.type, SD.Graph), (VOID.triples, number(build.manifest["triples"]))])
    found.append(Triple(every, RDF.type, SD.GraphCollection))
    for name, count in sorted(build.manifest["graphs"].items()):
        graph = _local(f"graph-{name.replace('/', '-')}")
        found += [Triple(dataset, SD.namedGraph, graph), Triple(every, SD.namedGraph, graph)]
        found += about(
            graph, [(RDF.type, SD.NamedGraph), (SD.name, NamedNode(GRAPH + name)), (SD.graph, graph_part(name))]
        )
        found += about(graph_part(name), [(RDF.type, SD.Graph), (VOID.triples, number(count))])
    for order, (iri, count) in enumerate((own or {}).items(), 1):
        graph = _local(f"own-graph-{order}")
        found += [Triple(dataset, SD.namedGraph, graph), Triple(every, SD.namedGraph, graph)]
        found += about(graph, [(RDF.type, SD.NamedGraph), (SD.name, NamedNode(iri))])
        found += _counted(graph, count)
    for layer in sorted(set(build.manifest["layers"].values())):
        graph = _local(f"graph-layer-{layer}")
        found.append(Triple(every, SD.namedGraph, graph))
        found += about(graph, [(RDF.type, SD.NamedGraph), (SD.name, NamedNode(f"{GRAPH}layer/{layer}"))])
        found += _counted(graph, build.manifest.get("layer triples", {}).get(layer))
    return found


def _counted(layer: NamedNode, triples: int | None) -> list[Triple]:
    """The content of a layer or graph with its triples, each counted once; nothing where they are not known."""
    if triples is None:
        return []
    content = NamedNode(f"{layer.value}-content")
    counted: list[Described] = [(RDF.type, SD.Graph), (VOID.triples, number(triples))]
    return [Triple(layer, SD.graph, content), *about(content, counted)]


def _of_service(build: Build, settings: Settings, endpoint: NamedNode) -> Iterator[Described]:
    yield RDF.type, SD.Service
    yield DCT.title, words(f"SPARQL service of “{TITLE}”")
    yield SD.endpoint, endpoint
    yield SD.supportedLanguage, SD.SPARQL11Query
    yield SD.feature, SD.UnionDefaultGraph
    if settings.service_hosts:
        yield SD.feature, SD.BasicFederatedQuery
    for name in _FORMATS:
        yield SD.resultFormat, NamedNode(f"http://www.w3.org/ns/formats/{name}")
    yield SD.defaultDataset, _local("dataset")
    yield SD.availableGraphs, _local("available-graphs")
    yield OWL.versionInfo, Literal(build.version)
    yield DCAT.servesDataset, DATASET_IRI
    for name in LIMITS:
        yield SCHEMA.additionalProperty, _local(f"limit-{name}")


def _limit(name: str, settings: Settings) -> list[Described]:
    return [
        (RDF.type, SCHEMA.PropertyValue),
        (SCHEMA.name, Literal(name)),
        (SCHEMA.value, _value(getattr(settings, name))),
        (SCHEMA.description, words(Settings.__dataclass_fields__[name].metadata["help"])),
    ]


def _value(value: float | str) -> Literal:
    if isinstance(value, int):
        return number(value)
    return Literal(value) if isinstance(value, str) else Literal(str(value), datatype=XSD.decimal)


def _place(build: Build) -> NamedNode:
    return NamedNode(f"{BASE}dump/{build.version}/")


def _local(name: str) -> NamedNode:
    return NamedNode(f"{ENDPOINT.value}#{name}")
