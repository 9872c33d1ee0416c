"""The descriptions made at publish are true of the dataset and of its dumps, and are of their published form.

Counts are asked for by SPARQL, checksums by sha256sum, DCAT by the shapes of DCAT-AP as SEMIC publishes them. Not here:
what is served (tests/web/test_downloads.py).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import yaml
from pyoxigraph import Dataset as QuadSet
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse
from rdflib import DCAT, DCTERMS, OWL, RDF, RDFS, SH, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import VOID

from aseankg.api import KnowledgeGraph
from aseankg.build import Dataset
from aseankg.builds import Build, checksums_of, find_versions, get_current
from aseankg.catalogue import read_queries
from aseankg.description import description_files
from aseankg.description.dcat import read_version
from aseankg.description.questions import question_triples
from aseankg.description.release import TITLE, Release
from aseankg.description.service import LIMITS, service_description
from aseankg.errors import ConfigurationError, DataError
from aseankg.publish import publish
from aseankg.settings import Settings

BASE = "https://w3id.org/aseankg/"
DCAT_3 = Namespace(str(DCAT))  # rdflib knows DCAT 2 only
SCHEMA, SD = Namespace("https://schema.org/"), Namespace("http://www.w3.org/ns/sparql-service-description#")
HAS_VERSION, HAS_CURRENT = DCAT_3.hasVersion, DCAT_3.hasCurrentVersion
SPDX = Namespace("http://spdx.org/rdf/terms#")
DATASET = URIRef(BASE + "dcat#dataset")
SHAPES = Path(__file__).parents[1] / "data" / "published-shapes"
FILES = ("void.ttl", "dcat.ttl", "questions.ttl")


@pytest.fixture(scope="module")
def store(published: Build) -> Store:
    made = Store()
    made.load(path=published.dataset, format=RdfFormat.N_QUADS)
    return made


@pytest.fixture(scope="module")
def described(published: Build) -> dict[str, Graph]:
    return {name: Graph().parse(published.folder / name) for name in FILES}


@cache
def dcat_ap() -> Graph:
    """The published shapes; rdflib's own reader of JSON-LD warns of itself."""
    quads = parse(path=SHAPES / "dcat-ap-3.0.0.jsonld", format=RdfFormat.JSON_LD)
    made = Graph().parse(data="".join(f"{quad.triple} .\n" for quad in quads), format="nt")
    assert len(set(made.subjects(RDF.type, SH.NodeShape))) == 42
    return made


def ask(store: Store, query: str, *, union: bool = True) -> list[tuple[object, ...]]:
    found = store.query(query, use_default_graph_as_union=union)
    assert isinstance(found, QuerySolutions)
    return [tuple(solution) for solution in found]


def count(store: Store, what: str, pattern: str = "?s ?p ?o") -> int:
    ((value,),) = ask(store, f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")
    return int(value.value)  # type: ignore[attr-defined]


def one(graph: Graph, subject: URIRef, predicate: URIRef) -> object:
    (found,) = graph.objects(subject, predicate)
    return found.toPython() if isinstance(found, Literal) else found


# -- VoID ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "what", "pattern"),
    [
        ("distinctSubjects", "DISTINCT ?s", "?s ?p ?o"),
        ("distinctObjects", "DISTINCT ?o", "?s ?p ?o"),
        ("properties", "DISTINCT ?p", "?s ?p ?o"),
        ("classes", "DISTINCT ?o", "?s a ?o"),
        ("entities", "DISTINCT ?s", f'?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}id/"))'),
        ("triples", "*", "{ SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"),
    ],
)
def test_void_counts_are_those_of_sparql(
    store: Store, described: dict[str, Graph], term: str, what: str, pattern: str
) -> None:
    assert one(described["void.ttl"], DATASET, VOID[term]) == count(store, what, pattern) > 0


def test_void_has_a_partition_for_each_class_and_property(store: Store, described: dict[str, Graph]) -> None:
    void = described["void.ttl"]
    classes = {one(void, part, VOID["class"]): one(void, part, VOID.entities)
               for part in void.objects(DATASET, VOID.classPartition)}  # fmt: skip
    rows = ask(store, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c")
    assert len(classes) > 30
    assert classes == {URIRef(kind.value): int(n.value) for kind, n in rows}  # type: ignore[attr-defined]
    numbers = (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects)
    properties = {one(void, part, VOID.property): tuple(one(void, part, term) for term in numbers)
                  for part in void.objects(DATASET, VOID.propertyPartition)}  # fmt: skip
    rows = ask(
        store,
        "SELECT ?p (COUNT(*) AS ?t) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) "
        "WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } } GROUP BY ?p",
    )
    assert len(properties) > 60
    assert properties == {URIRef(row[0].value): tuple(int(n.value) for n in row[1:]) for row in rows}  # type: ignore[attr-defined]


def test_void_has_a_subset_for_each_graph_with_its_counts(
    store: Store, described: dict[str, Graph], published: Build
) -> None:
    void = described["void.ttl"]
    subsets = {part: str(graph) for part in void.objects(DATASET, VOID.subset)
               for graph in void.objects(part, URIRef("http://xmlns.com/foaf/0.1/primaryTopic"))}  # fmt: skip
    assert {name.removeprefix(BASE + "graph/") for name in subsets.values()} == set(published.manifest["graphs"])
    for part, name in subsets.items():
        pattern = f"GRAPH <{name}> {{ ?s ?p ?o }}"
        assert one(void, part, VOID.triples) == count(store, "*", pattern)
        assert one(void, part, VOID.distinctSubjects) == count(store, "DISTINCT ?s", pattern)
        assert len(set(void.objects(part, VOID.propertyPartition))) == count(store, "DISTINCT ?p", pattern)


def test_vocabularies_are_namespaces_of_terms_in_use(store: Store, described: dict[str, Graph]) -> None:
    named = {str(term) for term in described["void.ttl"].objects(DATASET, VOID.vocabulary)}
    rows = ask(store, "SELECT DISTINCT ?p WHERE { { ?s ?p ?o } UNION { ?s a ?p } }")
    used = {re.match(r".*[#/]", term.value)[0] for (term,) in rows}  # type: ignore[attr-defined, index]
    assert named == used
    assert {BASE + "ontology#", "http://www.w3.org/2004/02/skos/core#"} <= named


# -- DCAT ---------------------------------------------------------------------------------------------------


def test_dcat_passes_the_shapes_of_dcat_ap(described: dict[str, Graph]) -> None:
    dcat = described["dcat.ttl"]
    focus = {kind: len(set(dcat.subjects(RDF.type, kind))) for kind in dcat_ap().objects(None, SH.targetClass)}
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService, SPDX.Checksum):
        assert focus[kind] > 0, kind
    conforms, _, words = pyshacl.validate(dcat, shacl_graph=dcat_ap())
    assert conforms, words


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [(DATASET, DCTERMS.title), (URIRef(BASE + "dcat#catalogue"), DCTERMS.publisher), (None, DCAT.accessURL),
     (None, SPDX.checksumValue)],
    ids=["title", "publisher", "access", "checksum"],
)  # fmt: skip
def test_dcat_without_what_it_must_have_fails_the_shapes(
    described: dict[str, Graph], subject: URIRef | None, predicate: URIRef
) -> None:
    broken = Graph() + described["dcat.ttl"]
    broken.remove((subject, predicate, None))
    assert not pyshacl.validate(broken, shacl_graph=dcat_ap())[0]


def test_dcat_tells_size_and_checksum_of_each_dump(described: dict[str, Graph], published: Build) -> None:
    dcat, told = described["dcat.ttl"], {}
    for part in dcat.objects(DATASET, DCAT.distribution):
        name = str(one(dcat, part, DCAT.downloadURL)).rpartition("/")[2]
        (checksum,) = dcat.objects(part, SPDX.checksum)
        told[name] = one(dcat, part, DCAT.byteSize), dcat.value(checksum, SPDX.checksumValue).lower()  # type: ignore[union-attr]
        assert dcat.value(part, DCAT.byteSize).datatype == XSD.nonNegativeInteger  # type: ignore[union-attr]
    octets = {path.name: path.read_bytes() for path in published.dumps.iterdir()}
    for name in ("SHA256SUMS", *FILES):
        del octets[name]
    assert told == {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in octets.items()}


def test_licence_title_and_date_are_those_of_the_inputs(described: dict[str, Graph], root: Path) -> None:
    dcat = described["dcat.ttl"]
    licence = str(one(dcat, DATASET, DCTERMS.license))
    assert licence in (root / "data" / "LICENCE.md").read_text(encoding="utf-8")
    assert yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["title"] == TITLE
    assert {str(title) for title in dcat.objects(DATASET, DCTERMS.title)} == {TITLE}
    written = [file.read_text(encoding="utf-8") for file in (root / "data" / "curated").glob("*.toml")]
    days = [day for text in written for day in re.findall(r"^date = (\S+)", text, re.MULTILINE)]
    ontology = "".join(file.read_text(encoding="utf-8") for file in (root / "ontology").rglob("*.ttl"))
    days += re.findall(r'dcterms:created "([\d-]+)"', ontology)
    assert str(one(dcat, DATASET, DCTERMS.modified)) == max(days)


def test_version_is_told_alike_everywhere(described: dict[str, Graph], published: Build) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+-[0-9a-f]{8}", published.version)
    assert published.version.startswith(f"{published.manifest['version']}-")
    for name in ("void.ttl", "dcat.ttl"):
        assert one(described[name], DATASET, OWL.versionInfo) == published.version
        assert one(described[name], DATASET, OWL.versionIRI) == URIRef(f"{BASE}dump/{published.version}/")


# -- the questions ------------------------------------------------------------------------------------------


def test_each_question_is_an_executable_with_one_query_and_a_target(described: dict[str, Graph], root: Path) -> None:
    """What the validator of the SIB's sparql-examples asks for; its shapes are in no package to be had."""
    graph, queries = described["questions.ttl"], read_queries(root / "queries" / "questions")
    found = set(graph.subjects(RDF.type, SH.SPARQLExecutable))
    assert found == {URIRef(f"{BASE}id/question/{query.name}") for query in queries} != set()
    for query in queries:
        node = URIRef(f"{BASE}id/question/{query.name}")
        texts = [text for term in (SH.select, SH.ask, SH.construct) for text in graph.objects(node, term)]
        assert len(texts) == 1 and "#+" not in texts[0]
        assert query.parameters or query.text.endswith(str(texts[0]))
        assert graph.value(node, RDFS.comment) == Literal(query.question, lang="en")
        assert list(graph.objects(node, SCHEMA.target)) == [URIRef(BASE + "sparql")]
        assert {str(word) for word in graph.objects(node, SCHEMA.keywords)} == set(query.front_matter["keywords"])
        assert not list(graph.objects(node, SCHEMA.keyword))


def test_text_of_each_question_gives_the_rows_of_the_question(
    described: dict[str, Graph], store: Store, kg: KnowledgeGraph
) -> None:
    """As it stands: nothing is bound, and the rows are those of `aseankg ask NAME`."""
    texts, looked_at = described["questions.ttl"], 0
    for query in kg.questions():
        (text,) = texts.objects(URIRef(f"{BASE}id/question/{query.name}"), SH.select)
        rows = ask(store, str(text))
        assert sorted(map(str, rows)) == sorted(map(str, kg.ask(query.name).rows)), query.name
        looked_at += bool(query.parameters)
    assert looked_at > 5
    acmw = texts.value(URIRef(f"{BASE}id/question/body-involvement"), SH.select)
    assert f"VALUES ?body {{ <{BASE}id/body/acmw> }}" in str(acmw)


@pytest.mark.parametrize(
    ("default", "where", "words"),
    [("nobody at all", "WHERE {\n", "No body is called 'nobody at all'"), ("acmw", "WHERE { ", "`WHERE {`")],
    ids=["unknown", "no place"],
)
def test_a_question_whose_default_cannot_be_written_in_is_named(
    published: Build, dataset: Dataset, tmp_path: Path, default: str, where: str, words: str
) -> None:
    folder = tmp_path / "queries" / "questions"
    folder.mkdir(parents=True)
    matter = f"#+ title: t\n#+ parameters:\n#+   body: {{kind: body, default: {default}}}\n"
    (folder / "one.rq").write_text(f"{matter}SELECT ?body\n{where}?body ?p ?o }}\n", encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        question_triples(folder, Release(published.version, dataset.quads, {}).lookup)
    assert caught.value.file == str(folder / "one.rq")


def test_prefixes_are_declared_with_names_and_namespaces(described: dict[str, Graph]) -> None:
    graph = described["questions.ttl"]
    (declared,) = set(graph.objects(None, SH.prefixes))
    pairs = {
        str(graph.value(node, SH.prefix)): graph.value(node, SH.namespace)
        for node in graph.objects(declared, SH.declare)
    }
    assert pairs["akg"] == Literal(BASE + "ontology#", datatype=XSD.anyURI)
    assert len(pairs) > 5


# -- the service --------------------------------------------------------------------------------------------


def served(build: Build, settings: Settings) -> Graph:
    graph = Graph()
    for triple in service_description(build, settings, "http://here.example/sparql"):
        graph.parse(data=f"{triple} .", format="nt")
    return graph


def test_service_description_prints_every_limit(published: Build) -> None:
    settings = Settings(deadline=2.5, rows=7, service_hosts="example.org")
    graph = served(published, settings)
    service = URIRef(BASE + "sparql#service")
    limits = {str(one(graph, node, SCHEMA.name)): one(graph, node, SCHEMA.value)
              for node in graph.objects(service, SCHEMA.additionalProperty)}  # fmt: skip
    assert {name: float(value) if isinstance(getattr(settings, name), float) else value  # type: ignore[arg-type]
            for name, value in limits.items()} == {name: getattr(settings, name) for name in LIMITS}  # fmt: skip
    assert {entry.name for entry in fields(Settings) if entry.name.startswith("service_")} <= set(LIMITS)


def test_service_description_tells_what_the_service_can(published: Build) -> None:
    service = URIRef(BASE + "sparql#service")
    plain, federated = served(published, Settings()), served(published, Settings(service_hosts="example.org"))
    assert set(plain.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    assert set(federated.objects(service, SD.feature)) == {SD.UnionDefaultGraph, SD.BasicFederatedQuery}
    assert one(plain, service, SD.endpoint) == URIRef("http://here.example/sparql")
    assert one(plain, service, SD.supportedLanguage) == SD.SPARQL11Query
    formats = {str(form).rpartition("/")[2] for form in plain.objects(service, SD.resultFormat)}
    assert {"SPARQL_Results_JSON", "SPARQL_Results_CSV", "Turtle", "RDF_XML", "JSON-LD", "N-Quads"} <= formats


def test_service_description_names_each_graph_with_its_triples(published: Build, store: Store) -> None:
    graph = served(published, Settings())
    (dataset,) = graph.objects(URIRef(BASE + "sparql#service"), SD.defaultDataset)
    named = {str(one(graph, node, SD.name)): one(graph, one(graph, node, SD.graph), VOID.triples)  # type: ignore[arg-type]
             for node in graph.objects(dataset, SD.namedGraph)}  # fmt: skip
    rows = ask(store, "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert named == {name.value: int(n.value) for name, n in rows}  # type: ignore[attr-defined]
    default = one(graph, dataset, SD.defaultGraph)
    assert one(graph, default, VOID.triples) == count(store, "*", "{ SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }")  # type: ignore[arg-type]
    every = {
        str(graph.value(node, SD.name))
        for node in graph.objects(URIRef(BASE + "sparql#available-graphs"), SD.namedGraph)
    }
    assert every - set(named) >= {BASE + "graph/layer/stated", BASE + "graph/layer/curated"}


def test_service_description_counts_the_triples_of_each_layer(published: Build, kg: KnowledgeGraph) -> None:
    graph = served(published, Settings())
    told = {str(name): graph.value(graph.value(node, SD.graph), VOID.triples)
            for node, name in graph.subject_objects(SD.name) if "/layer/" in name}  # fmt: skip
    assert len(told) > 3
    for layer, triples in told.items():
        ((found,),) = kg.query(f"SELECT (COUNT(*) AS ?n) FROM <{layer}> WHERE {{ ?s ?p ?o }}").rows  # type: ignore[union-attr]
        assert triples is not None and triples.toPython() == int(found.value)  # type: ignore[attr-defined, union-attr]


# -- a version's own ----------------------------------------------------------------------------------------


def test_a_version_says_only_what_is_true_for_ever(published: Build) -> None:
    """What is current, and what is served, is said where it is kept up to date."""
    place = URIRef(f"{BASE}dump/{published.version}/")
    dcat, void = (Graph().parse(published.dumps / name) for name in ("dcat.ttl", "void.ttl"))
    assert one(dcat, place, OWL.versionInfo) == published.version
    assert len(set(dcat.objects(place, DCAT.distribution))) == len(checksums_of(published.dumps))
    assert one(void, place, VOID.triples) == published.manifest["triples"]
    for graph in (dcat, void):
        subjects = {str(node) for node in graph.subjects()}
        assert not [
            node for node in subjects if node.startswith((BASE + "dcat", BASE + "sparql", BASE + ".well-known"))
        ]
        current = {HAS_CURRENT, OWL.versionIRI, VOID.sparqlEndpoint, DCAT.accessService, DCAT.service}
        assert not current & set(graph.predicates())
    assert pyshacl.validate(dcat, shacl_graph=dcat_ap())[0]


def test_the_catalogue_names_every_version_that_is_kept(publish_part: Callable[[int], Build]) -> None:
    builds = [publish_part(left_out) for left_out in range(3)]
    dcat = Graph().parse(builds[-1].folder / "dcat.ttl")
    places = {URIRef(f"{BASE}dump/{build.version}/"): build for build in builds}
    assert set(dcat.objects(DATASET, HAS_VERSION)) == set(places)
    assert set(dcat.objects(URIRef(BASE + "dcat#catalogue"), DCAT.dataset)) == {DATASET, *places}
    assert list(dcat.objects(DATASET, HAS_CURRENT)) == [list(places)[-1]]
    for place, build in places.items():
        told = {str(part).partition("#")[2]: dcat.value(dcat.value(part, SPDX.checksum), SPDX.checksumValue)
                for part in dcat.objects(place, DCAT.distribution)}  # fmt: skip
        assert {name: str(value).lower() for name, value in told.items()} == checksums_of(build.dumps)
    conforms, _, words = pyshacl.validate(dcat, shacl_graph=dcat_ap())
    assert conforms, words


def test_a_version_whose_description_is_damaged_is_left_out_with_a_warning(
    publish_part: Callable[[int], Build], caplog: pytest.LogCaptureFixture
) -> None:
    old = publish_part(0)
    (old.dumps / "dcat.ttl").write_bytes(b"@prefix")
    new = publish_part(1)
    dcat = Graph().parse(new.folder / "dcat.ttl")
    assert list(dcat.objects(DATASET, HAS_VERSION)) == [URIRef(f"{BASE}dump/{new.version}/")]
    assert old.version in caplog.text


def test_of_the_description_of_an_older_version_only_what_stays_true_is_taken(published: Build) -> None:
    """Folders made before hold the whole catalogue as it then was."""
    found = read_version(published.version, (published.folder / "dcat.ttl").read_bytes())
    own = {quad.triple for quad in parse(path=published.dumps / "dcat.ttl", format=RdfFormat.TURTLE)}
    assert own < set(found)
    left = {triple.predicate.value for triple in set(found) - own}  # which said of no thing of ours but what it is
    assert left == {str(RDF.type)}
    with pytest.raises(SyntaxError, match="does not describe the version"):
        read_version("0.0.0-00000000", (published.folder / "dcat.ttl").read_bytes())


def test_a_build_is_another_when_its_descriptions_are(publish_part: Callable[[int], Build]) -> None:
    """What is served is known by the build: the catalogue names one version more."""
    first, _, again = publish_part(0), publish_part(1), publish_part(0)
    assert again.version == first.version
    assert again.folder != first.folder


# -- all of them --------------------------------------------------------------------------------------------


def test_a_dataset_without_a_licence_is_not_described(published: Build, dataset: Dataset) -> None:
    quads = [quad for quad in dataset.quads if quad.predicate != NamedNode(str(DCTERMS.license))]
    with pytest.raises(DataError, match="dcterms:license"):
        description_files(Release(published.version, quads, {}), Path())


@pytest.mark.parametrize("name", FILES)
def test_descriptions_declare_the_prefixes_they_use(published: Build, name: str) -> None:
    for folder in (published.folder, published.dumps):
        text = (folder / name).read_text(encoding="utf-8")
        declared = re.findall(r"^@prefix ([\w-]+):", text, re.MULTILINE)
        body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>|^[@#].*', "", text, flags=re.MULTILINE)
        assert set(declared) == set(re.findall(r"([A-Za-z][\w-]*):", body)) != set()


@pytest.mark.parametrize("name", FILES)
def test_descriptions_have_no_blank_node(described: dict[str, Graph], name: str) -> None:
    nodes = {node for triple in described[name] for node in triple}
    assert len(nodes) > 50
    assert [node for node in nodes if not isinstance(node, (URIRef, Literal))] == []


# -- dumps --------------------------------------------------------------------------------------------------

WHOLE = {
    "aseankg.nq.gz": RdfFormat.N_QUADS,
    "aseankg.trig.gz": RdfFormat.TRIG,
    "aseankg.jsonld.gz": RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("name", WHOLE)
def test_dump_of_the_whole_holds_every_quad(published: Build, name: str) -> None:
    octets = gzip.decompress((published.dumps / name).read_bytes())
    expected = set(parse(path=published.dataset, format=RdfFormat.N_QUADS))
    assert set(parse(octets, format=WHOLE[name])) == expected != set()
    assert (published.dumps / name).read_bytes()[4:8] == bytes(4)  # RFC 1952, MTIME: no time stamp


def test_each_graph_has_its_turtle(published: Build, store: Store) -> None:
    for name in published.manifest["graphs"]:
        file = published.dumps / f"{name.replace('/', '-')}.ttl"
        graph = NamedNode(BASE + "graph/" + name)
        found = QuadSet(Quad(*quad.triple, graph) for quad in parse(path=file, format=RdfFormat.TURTLE))
        assert found == QuadSet(store.quads_for_pattern(None, None, None, graph))
        assert file.read_text(encoding="utf-8").startswith("# Made by `aseankg build`.\n@prefix ")
    assert (published.dumps / "plan-rap-vientiane.ttl").is_file()


def test_sha256sum_accepts_the_checksums(published: Build, root: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=published.dumps,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    tables = [*root.glob("data/alignment/*.sssom.tsv"), *root.glob("data/links/*.sssom.tsv")]
    assert len(done.stdout.splitlines()) == len(published.manifest["graphs"]) + len(tables) + 3 > len(tables) + 12


@pytest.fixture
def publish_part(dataset: Dataset, root: Path, tmp_path: Path) -> Callable[[int], Build]:
    """Publish the dataset without its last quads of the crossref graph, which no description needs."""

    def made(left_out: int) -> Build:
        spare = [quad for quad in dataset.quads if quad.graph_name == NamedNode(BASE + "graph/crossref")][:left_out]
        quads = [quad for quad in dataset.quads if quad not in spare]
        part = Dataset(quads, [], dataset.before, dataset.after, dataset.checks, dataset.inputs)
        return publish(part, tmp_path, root)

    return made


def test_dumps_of_every_version_stay_when_builds_are_removed(publish_part: Callable[[int], Build]) -> None:
    builds = [publish_part(count) for count in range(5)]
    versions = [build.version for build in builds]
    assert len(set(versions)) == 5
    assert not builds[0].folder.exists()
    assert set(find_versions(builds[-1].folder.parent)) == set(versions)
    for build in builds:
        for name, digest in checksums_of(build.dumps).items():
            assert hashlib.sha256((build.dumps / name).read_bytes()).hexdigest() == digest


def test_a_rebuild_of_the_same_touches_no_dump(publish_part: Callable[[int], Build]) -> None:
    first = publish_part(0)
    before = {path.name: path.stat().st_mtime_ns for path in first.dumps.iterdir()}
    again = publish_part(0)
    assert again.folder == first.folder
    assert {path.name: path.stat().st_mtime_ns for path in again.dumps.iterdir()} == before


def test_a_dump_that_was_packed_otherwise_stays_as_it_was_sent(publish_part: Callable[[int], Build]) -> None:
    """Another zlib packs the same otherwise; what is cited by its checksum is not written over."""
    build = publish_part(0)
    file, sums = build.dumps / "aseankg.nq.gz", build.dumps / "SHA256SUMS"
    old = hashlib.sha256(file.read_bytes()).hexdigest()
    octets = gzip.compress(gzip.decompress(file.read_bytes()), compresslevel=1, mtime=0)
    file.write_bytes(octets)
    sums.write_text(sums.read_text().replace(old, hashlib.sha256(octets).hexdigest()))
    again = publish_part(0)
    assert again.version == build.version
    assert file.read_bytes() == octets
    dcat = Graph().parse(again.folder / "dcat.ttl")
    node = URIRef(f"{BASE}dump/{build.version}/#aseankg.nq.gz-sha256")
    assert str(dcat.value(node, SPDX.checksumValue)).lower() == hashlib.sha256(octets).hexdigest()


def test_a_damaged_folder_gives_way_whole(publish_part: Callable[[int], Build]) -> None:
    build = publish_part(0)
    before = build.dumps.stat().st_ino
    (build.dumps / "void.ttl").unlink()
    (build.dumps / "SHA256SUMS").write_bytes(b"\xff\n")
    publish_part(0)
    assert build.dumps.stat().st_ino != before
    assert {"void.ttl", "dcat.ttl", "questions.ttl"} <= {path.name for path in build.dumps.iterdir()}
    assert list(build.folder.parent.glob(".*")) == []


def test_a_damaged_dump_is_whole_after_the_next_build(publish_part: Callable[[int], Build]) -> None:
    build = publish_part(0)
    good = (build.dumps / "meta.ttl").read_bytes()
    (build.dumps / "meta.ttl").write_bytes(good[:10])
    publish_part(0)
    assert (build.dumps / "meta.ttl").read_bytes() == good


def test_two_folders_get_the_same_descriptions_and_dumps(
    published: Build, publish_part: Callable[[int], Build]
) -> None:
    again = publish_part(0)
    assert {path.name: path.read_bytes() for path in again.dumps.iterdir()} == {
        path.name: path.read_bytes() for path in published.dumps.iterdir()
    }
    for name in FILES:
        assert (again.folder / name).read_bytes() == (published.folder / name).read_bytes()


def test_a_build_without_a_version_says_what_to_do(published: Build, tmp_path: Path) -> None:
    assert get_current(published.folder.parent).version == published.version
    old = {key: value for key, value in published.manifest.items() if key != "dataset version"}
    (tmp_path / "current").mkdir()
    (tmp_path / "current" / published.dataset.name).write_bytes(published.dataset.read_bytes())
    (tmp_path / "current" / "manifest.json").write_text(json.dumps(old), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"'dataset version'\. Run `aseankg build`"):
        get_current(tmp_path)
