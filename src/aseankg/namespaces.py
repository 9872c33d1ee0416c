"""Prefixes and terms, in one table. A misspelt term is an AttributeError, never a new IRI.

Not here: how IRIs of instances are made (identifiers) and what the terms mean (ontology/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode

__all__ = [
    "AKG", "BASE", "DCAT", "DCT", "DCTERMS", "ENDPOINT", "FOAF", "FOREIGN", "GRAPH", "ID", "LAYERS", "ORG", "OWL",
    "PAV", "PREFIXES", "PROV", "QB", "RDF", "RDFS", "SCHEMA", "SD", "SDMX_ATTRIBUTE", "SDMX_CODE", "SDMX_CONCEPT",
    "SDMX_DIMENSION", "SDMX_MEASURE", "SEMAPV", "SH", "SKOS", "SPDX", "SSSOM", "TIME", "VOID", "XSD", "expand", "graph",
    "shorten",
]  # fmt: skip

BASE = "https://w3id.org/aseankg/"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
ENDPOINT = NamedNode(BASE + "sparql")
LAYERS = ("stated", "reference", "curated", "alignment", "links", "inferred", "system")

PREFIXES: dict[str, str] = {
    "akg": BASE + "ontology#",
    "aksh": BASE + "shapes#",
    "body": ID + "body/",
    "country": ID + "country/",
    "dbpedia": "http://dbpedia.org/resource/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "esco": "http://data.europa.eu/esco/",
    "eucountry": "http://publications.europa.eu/resource/authority/country/",
    "eurovoc": "http://eurovoc.europa.eu/",
    "faogeo": "http://aims.fao.org/aos/geopolitical.owl#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "graph": GRAPH,
    "id": ID,
    "ilostat": "https://rplumber.ilo.org/data/indicator/?id=",
    "indicator": ID + "concept/indicator/",
    "iptc": "http://cv.iptc.org/newscodes/mediatopic/",
    "m49": "http://metadata.un.org/sdg/codes/geoArea/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pav": "http://purl.org/pav/",
    "plan": ID + "plan/",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
    "sdmx-concept": "http://purl.org/linked-data/sdmx/2009/concept#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sdg": "http://metadata.un.org/sdg/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "sssom": "https://w3id.org/sssom/",
    "stw": "http://zbw.eu/stw/descriptor/",
    "theme": ID + "concept/theme/",
    "time": "http://www.w3.org/2006/time#",
    "unbis": "http://metadata.un.org/thesaurus/",
    "void": "http://rdfs.org/ns/void#",
    "wikidata": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PREFIX_OF = {namespace: prefix for prefix, namespace in reversed(PREFIXES.items())}  # the first of several
_KNOWN = re.compile(f"({'|'.join(map(re.escape, PREFIXES.values()))}).", re.DOTALL)


class _Terms:
    """A closed namespace: `AKG.title` is a NamedNode, `AKG.titel` raises AttributeError."""

    def __init__(self, prefix: str, names: str) -> None:
        self._terms = {name: NamedNode(PREFIXES[prefix] + name) for name in names.split()}

    def __getattr__(self, name: str) -> NamedNode:
        try:
            return self._terms[name]
        except KeyError:
            raise AttributeError(f"no such term: {name}") from None

    def __getitem__(self, name: str) -> NamedNode:
        return self._terms[name]

    def __iter__(self) -> Iterator[NamedNode]:
        return iter(self._terms.values())


# The terms that Python names. All others live in ontology/ and in data; a test compares this list with them.
AKG = _Terms(
    "akg",
    """
    Abbreviation Activity ActorGroup Body Commitment Country CrossReference Footnote ImplementationPoint
    ImplementationReport Instrument IntermediateTarget KeyResultArea Mission MonitoringProvision Note Objective
    Passage PerformanceIndicator Plan PlanElement Project Sighting SourceAnomaly SourceDocument Strategy
    ThematicArea ThematicGroup Vision abbreviates about bodyKind acronym adoptedBy adoptedOn anomalyKind asWritten
    cites contributingBody coordinator countryCoordinator crossReferenceKind datePrecision dissentsFrom endDate
    endOffset evidence evidenceGrade exact explainsFocus explainsShape focusArea foundedOn fromNote heldAt heldFrom
    heldPrecision heldUntil host implementedThrough implementsStrategy inGraph inKeyResultArea inPlan inSource
    indicator involves iso3166Alpha2 iso3166Alpha3 knownOnlyByReference layer leadActor leadCountry m49 membershipAsOf
    mentions nationalLevel note
    number objectPassage ofOrganization order outcomeOf pageDate partOf periodEnd periodStart printedInColumn
    proposedAlignmentWith rationale reading recordedIn responsibleBody restsOn sameActivityAs searched serves sha256
    sourceText standing startDate startOffset status subjectPassage takenFrom tellsOf textOf timelineText title
    underThematicArea underThematicGroup venue workPlanNumber
    """,
)
DCTERMS = _Terms(
    "dcterms", "created description isReplacedBy issued publisher relation replaces rights source subject title type"
)
FOAF = _Terms("foaf", "Agent Document homepage name page primaryTopic")
ORG = _Terms("org", "Membership Organization member memberDuring organization subOrganizationOf")
OWL = _Terms(
    "owl",
    """
    Class Ontology Thing annotatedProperty annotatedSource annotatedTarget deprecated imports sameAs versionIRI
    versionInfo
    """,
)
PAV = _Terms("pav", "authoredBy authoredOn reviewedBy")
PROV = _Terms("prov", "Activity Agent wasAttributedTo wasDerivedFrom")
RDF = _Terms("rdf", "Property Statement first langString object predicate rest subject type")
RDFS = _Terms("rdfs", "Class Resource comment isDefinedBy label range seeAlso subClassOf")
SEMAPV = _Terms(
    "semapv",
    """
    BackgroundKnowledgeBasedMatching CompositeMatching LexicalMatching LexicalSimilarityThresholdMatching
    LogicalReasoning ManualMappingCuration MappingReview SemanticSimilarityThresholdMatching StructuralMatching
    UnspecifiedMatching
    """,
)
SKOS = _Terms(
    "skos",
    """
    Concept ConceptScheme altLabel broadMatch closeMatch definition exactMatch hiddenLabel historyNote inScheme
    narrowMatch prefLabel relatedMatch scopeNote
    """,
)
SSSOM = _Terms(
    "sssom", "Mapping NegatedPredicate confidence mapping_justification object_label predicate_modifier subject_label"
)
TIME = _Terms("time", "Instant Interval hasBeginning inXSDDate")
XSD = _Terms("xsd", "anyURI boolean date decimal gYear gYearMonth hexBinary integer nonNegativeInteger string")
# All that rows of data/reference/ and data/curated/ may take from other vocabularies: a slip is no new property.
FOREIGN = frozenset(term for terms in (DCTERMS, FOAF, ORG, PROV, RDF, RDFS, SKOS, TIME) for term in terms) | {
    OWL.deprecated  # with dcterms:isReplacedBy: what is not to be named any more
}
# Those that only the descriptions of the published dataset take (aseankg.description), and no row of the data.
DCAT = _Terms(
    "dcat",
    """
    Catalog DataService Dataset Distribution accessService accessURL byteSize compressFormat dataset distribution
    downloadURL endpointDescription endpointURL hasCurrentVersion hasVersion isVersionOf keyword landingPage mediaType
    servesDataset service version
    """,
)
DCT = _Terms(  # of dcterms: what DCTERMS has not, which is what data may take
    "dcterms",
    """
    LicenseDocument LinguisticSystem MediaType RightsStatement Standard conformsTo creator description language
    license modified publisher rights source title
    """,
)
SCHEMA = _Terms("schema", "PropertyValue additionalProperty description keywords name target value")
SD = _Terms(
    "sd",
    """
    BasicFederatedQuery Dataset Graph GraphCollection NamedGraph SPARQL11Query Service UnionDefaultGraph
    availableGraphs defaultDataset defaultGraph endpoint feature graph name namedGraph resultFormat supportedLanguage
    """,
)
SH = _Terms(
    "sh",
    """
    NodeShape PropertyShape SPARQLAskExecutable SPARQLConstraintComponent SPARQLConstructExecutable SPARQLExecutable
    SPARQLSelectExecutable ValidationReport ValidationResult ask conforms construct declare description focusNode
    namespace prefix prefixes result resultMessage resultPath resultSeverity select sourceConstraintComponent
    sourceShape targetClass targetNode targetObjectsOf targetSubjectsOf value
    """,
)
SPDX = _Terms("spdx", "Checksum ChecksumAlgorithm algorithm checksum checksumAlgorithm_sha256 checksumValue")
VOID = _Terms(
    "void",
    """
    Dataset DatasetDescription class classPartition classes dataDump distinctObjects distinctSubjects entities
    exampleResource inDataset properties property propertyPartition sparqlEndpoint subset triples uriSpace vocabulary
    """,
)
# Those that tables of people's own take when they are linked (aseankg.linking): W3C Data Cube, and SDMX for it.
QB = _Terms(
    "qb",
    """
    AttributeProperty CodedProperty ComponentSpecification DataSet DataStructureDefinition DimensionProperty
    MeasureProperty Observation attribute codeList component componentProperty componentRequired concept dataSet
    dimension measure order structure
    """,
)
SDMX_ATTRIBUTE = _Terms("sdmx-attribute", "unitMeasure")
SDMX_CODE = _Terms("sdmx-code", "Sex sex sex-F sex-M sex-T")
SDMX_CONCEPT = _Terms("sdmx-concept", "age obsValue refArea refPeriod sex unitMeasure")
SDMX_DIMENSION = _Terms("sdmx-dimension", "age refArea refPeriod sex")
SDMX_MEASURE = _Terms("sdmx-measure", "obsValue")


def graph(name: str) -> NamedNode:
    """Return the IRI of the named graph `name`, e.g. `plan/rap-vientiane`."""
    return NamedNode(GRAPH + name)


def expand(name: str) -> NamedNode:
    """Return the IRI for a prefixed name or an absolute IRI; ValueError when the prefix is unknown.

    >>> expand("akg:title").value
    'https://w3id.org/aseankg/ontology#title'
    """
    if re.match(r"https?://", name):
        return NamedNode(name)
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in PREFIXES:
        raise ValueError(f"{name!r} has no known prefix; known are {', '.join(PREFIXES)}")
    return NamedNode(PREFIXES[prefix] + local)


def shorten(iri: str) -> str:
    """Return what people read instead of the IRI: `activity/2` style for ours, prefixed for known, else whole.

    >>> shorten("https://w3id.org/aseankg/id/body/acmw")
    'body/acmw'
    >>> shorten("http://www.w3.org/2004/02/skos/core#Concept")
    'skos:Concept'
    """
    if iri.startswith(ID):
        return iri.removeprefix(ID)
    found = _KNOWN.match(iri)
    return f"{_PREFIX_OF[found[1]]}:{iri.removeprefix(found[1])}" if found else iri
