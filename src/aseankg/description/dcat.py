"""DCAT 3 of a release: a catalogue with one dataset, its version, the files it can be had in, and the service.

Sizes and checksums are those of the files as they are served. Made to fit DCAT-AP 3.0 as well, whose shapes ask
that licences, media types and the like are typed. The catalogue names every version whose files are kept, so that an
old citation is found; what lies in a version's own folder speaks of that version only, for it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from aseankg.description.dumps import MEDIA_TYPES
from aseankg.description.release import (
    CATALOGUE,
    DATASET_IRI,
    SERVICE,
    TITLE,
    Described,
    DumpFile,
    Release,
    about,
    place_of,
    words,
)  # fmt: skip
from aseankg.namespaces import BASE, DCAT, DCT, ENDPOINT, FOAF, OWL, PROV, RDF, RDFS, SPDX, XSD

__all__ = ["dcat_triples", "read_version", "version_triples"]

_HERE = BASE + "dcat#"
_IANA = "https://www.iana.org/assignments/media-types/"
_ENGLISH = NamedNode("http://publications.europa.eu/resource/authority/language/ENG")
_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")


def dcat_triples(release: Release) -> list[Triple]:
    """Return the whole catalogue: the dataset, the current version and the others that are kept, and the service."""
    found = [
        *version_triples(release),
        *about(CATALOGUE, _of_catalogue(release)),
        *about(DATASET_IRI, _of_dataset(release)),
        *about(SERVICE, _of_service(release)),
        *_rights(release, _HERE),
        *(Triple(_named(release, name), DCAT.accessService, SERVICE) for name in release.dumps),
        Triple(NamedNode(BASE), RDF.type, FOAF.Document),
        Triple(ENDPOINT, RDF.type, RDFS.Resource),
        Triple(_PROTOCOL, RDF.type, DCT.Standard),
    ]
    for triples in release.others.values():
        found += triples
    return found


def version_triples(release: Release) -> list[Triple]:
    """Return what is true for ever: the version and the files it can be had in. It stands in the version's folder."""
    start = f"{release.place.value}#"
    found = [*about(release.place, _shared(release, start)), Triple(release.place, DCAT.isVersionOf, DATASET_IRI)]
    found += [*_known(release), *_rights(release, start)]
    for name, dump in release.dumps.items():
        found += _distribution(release, name, dump)
    return found


def read_version(version: str, octets: bytes) -> list[Triple]:
    """Return what the DCAT in a version's folder says of that version; SyntaxError where it is not Turtle.

    Folders made by an older aseankg also speak of the dataset, the catalogue and the service as they then were: that
    is left out.
    """
    place, found = place_of(version), [quad.triple for quad in parse(octets, format=RdfFormat.TURTLE)]
    if Triple(place, RDF.type, DCAT.Dataset) not in found:
        raise SyntaxError(f"it does not describe the version {version}")
    return [triple for triple in found if triple.predicate != DCAT.accessService and not _of_now(triple)]


def _of_now(triple: Triple) -> bool:
    return isinstance(triple.subject, NamedNode) and triple.subject.value.startswith((_HERE, ENDPOINT.value))


def _of_catalogue(release: Release) -> Iterator[Described]:
    yield RDF.type, DCAT.Catalog
    yield DCT.title, words(f"Catalogue of “{TITLE}”")
    yield DCT.description, words("The dataset, its files and its SPARQL service.")
    yield DCT.publisher, release.creator
    yield DCT.license, release.licence
    yield DCT.language, _ENGLISH
    yield DCAT.dataset, DATASET_IRI
    for version in (release.version, *release.others):
        yield DCAT.dataset, place_of(version)
    yield DCAT.service, SERVICE
    yield FOAF.homepage, NamedNode(BASE)
    yield from _modified(release)


def _of_dataset(release: Release) -> Iterator[Described]:
    """The dataset through all its versions."""
    yield from _shared(release, _HERE)
    yield DCAT.hasCurrentVersion, release.place
    yield OWL.versionIRI, release.place
    yield DCAT.landingPage, NamedNode(BASE)
    for version in (release.version, *release.others):
        yield DCAT.hasVersion, place_of(version)


def _shared(release: Release, start: str) -> Iterator[Described]:
    yield RDF.type, DCAT.Dataset
    yield DCT.title, words(TITLE)
    yield DCT.description, words(release.summary)
    yield DCT.creator, release.creator
    yield DCT.publisher, release.creator
    yield DCT.license, release.licence
    yield DCT.language, _ENGLISH
    yield DCAT.version, Literal(release.version)
    yield OWL.versionInfo, Literal(release.version)
    yield from _modified(release)
    for word in release.keywords:
        yield DCAT.keyword, words(word)
    for source, rights in release.sources:
        yield PROV.wasDerivedFrom, source
        if rights:
            yield DCT.rights, _rights_of(source, start)
    for name in release.dumps:
        yield DCAT.distribution, _named(release, name)


def _modified(release: Release) -> Iterator[Described]:
    if release.modified is not None:
        yield DCT.modified, Literal(release.modified, datatype=XSD.date)


def _of_service(release: Release) -> Iterator[Described]:
    yield RDF.type, DCAT.DataService
    yield DCT.title, words("SPARQL service")
    yield DCT.description, words("A SPARQL 1.1 endpoint, read-only; its description says the formats and the limits.")
    yield DCT.publisher, release.creator
    yield DCT.license, release.licence
    yield DCT.conformsTo, _PROTOCOL
    yield DCAT.endpointURL, ENDPOINT
    yield DCAT.endpointDescription, ENDPOINT
    yield DCAT.servesDataset, DATASET_IRI


def _known(release: Release) -> Iterator[Triple]:
    """What the things are that a version only points to."""
    yield Triple(release.licence, RDF.type, DCT.LicenseDocument)
    for node in (release.place, *(NamedNode(release.place.value + name) for name in release.dumps)):
        yield Triple(node, RDF.type, RDFS.Resource)
    yield Triple(_ENGLISH, RDF.type, DCT.LinguisticSystem)
    yield Triple(SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm)
    yield from about(release.creator, [
        (RDF.type, FOAF.Agent), (RDF.type, PROV.Agent), (FOAF.name, Literal(release.creator_name))
    ])  # fmt: skip


def _rights(release: Release, start: str) -> Iterator[Triple]:
    for source, rights in release.sources:
        if rights:
            yield from about(_rights_of(source, start), [(RDF.type, DCT.RightsStatement), (RDFS.label, words(rights))])


def _rights_of(source: NamedNode, start: str) -> NamedNode:
    return NamedNode(f"{start}rights-{source.value.rpartition('/')[2]}")


def _named(release: Release, name: str, more: str = "") -> NamedNode:
    return NamedNode(f"{release.place.value}#{name}{more}")


def _distribution(release: Release, name: str, dump: DumpFile) -> Iterator[Triple]:
    file, checksum = PurePosixPath(name), _named(release, name, "-sha256")
    gzipped = file.suffix == ".gz"
    kind = NamedNode(_IANA + MEDIA_TYPES[PurePosixPath(file.stem).suffix if gzipped else file.suffix])
    described: list[Described] = [
        (RDF.type, DCAT.Distribution),
        (DCT.title, words(name)),
        (DCT.license, release.licence),
        (DCAT.accessURL, release.place),
        (DCAT.downloadURL, NamedNode(release.place.value + name)),
        (DCAT.mediaType, kind),
        (DCAT.byteSize, Literal(str(dump.octets), datatype=XSD.nonNegativeInteger)),
        (SPDX.checksum, checksum),
    ]
    types = {kind}
    if gzipped:
        described.append((DCAT.compressFormat, NamedNode(_IANA + "application/gzip")))
        types.add(NamedNode(_IANA + "application/gzip"))
    yield from about(_named(release, name), described)
    yield from (Triple(media_type, RDF.type, DCT.MediaType) for media_type in types)
    yield from about(checksum, [
        (RDF.type, SPDX.Checksum), (SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
        (SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary)),
    ])  # fmt: skip
