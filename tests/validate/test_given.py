"""What a user brings: formats, folders, limits, and a clear error with its place for each kind of bad input."""

from __future__ import annotations

import gzip
import http.server
import threading
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from aseankg.errors import ConfigurationError, DataError, UsageError
from aseankg.validate import Report, validate_files, validate_given
from aseankg.validate.fetching import fetch
from aseankg.validate.inputs import FORMATS, find_inputs, read_triples
from aseankg.validate.shapes import read_shapes

SHAPES = Path(__file__).parents[1] / "data" / "shapes"
INVALID = SHAPES / "invalid" / "body-of-two-kinds.ttl"
PERSON = "@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def look(file: Path, root: Path, max_bytes: int = 1_000_000) -> Report:
    return validate_given(find_inputs([file]), root, read_shapes(root), "pyshifty", max_bytes)


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "rdf", "xml", "jsonld", "n3"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_each_format_gives_the_same_results(suffix: str, packed: bool, root: Path, tmp_path: Path) -> None:
    triples = [quad.triple for quad in parse(path=INVALID, format=RdfFormat.TURTLE)]
    body = serialize(triples, format=FORMATS[suffix])
    assert body is not None
    file = tmp_path / f"data.{suffix}{'.gz' if packed else ''}"
    file.write_bytes(gzip.compress(body) if packed else body)
    found = look(file, root).results
    assert [one.source.rpartition("#")[2] for one in found] == ["BodyKindShape"]


LED = """\
@prefix akg: <https://w3id.org/aseankg/ontology#> .
@prefix country: <https://w3id.org/aseankg/id/country/> .
<http://example.org/a> a akg:Activity ; akg:leadCountry {lead} .
"""


def lead_results(lead: str, more: str, root: Path, tmp_path: Path) -> set[str]:
    file = tmp_path / "data.ttl"
    file.write_text(LED.format(lead=lead) + more, encoding="utf-8")
    return {one.source.rpartition("#")[2] for one in look(file, root).results}


def test_who_names_a_known_actor_need_not_say_what_it_is(root: Path, tmp_path: Path) -> None:
    assert "LeadCountryShape" not in lead_results("country:vnm", "", root, tmp_path)
    assert "LeadCountryShape" in lead_results("country:xyz", "", root, tmp_path)


def test_known_actor_is_not_reported_unless_it_is_described(root: Path, tmp_path: Path) -> None:
    assert "ActorLabelShape" not in lead_results("country:vnm", "", root, tmp_path)
    assert "ActorLabelShape" in lead_results("country:vnm", "country:vnm a akg:Country .", root, tmp_path)


def test_folder_is_read_with_all_below_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    (tmp_path / "one" / "two" / "data.ttl").write_bytes(INVALID.read_bytes())
    (tmp_path / "notes.txt").write_text("no RDF", encoding="utf-8")
    assert len(find_inputs([tmp_path])) == 1
    assert len(look(tmp_path, root).results) == 1


def test_folder_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="looked at no file"):
        find_inputs([tmp_path])


@pytest.mark.parametrize("name", ["rows.csv", "data.tttl", "plan.pdf"])
def test_file_of_no_rdf_format_is_wrong_use(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no RDF file by its name"):
        find_inputs([tmp_path / name])


BAD: dict[str, tuple[str, bytes, str]] = {
    "broken Turtle": ("a.ttl", b"@prefix a: <a:> .\n\na:b a:c a:d a:e .\n", r"a\.ttl:3: not Turtle.*column \d+"),
    "empty": ("a.ttl", b"", "looked at no triple"),
    "only a comment": ("a.ttl", b"# nothing\n", "looked at no triple"),
    "Latin-1": ("a.ttl", b'<a:b> <a:c> "caf\xe9" .\n', r"a\.ttl.*UTF-8"),
    "UTF-16": ("a.ttl", "<a:b> <a:c> <a:d> .".encode("utf-16"), "UTF-16"),
    "binary": ("a.nt", b"\x7fELF\x00\x00\x01", "binary"),
    "no gzip": ("a.ttl.gz", b"<a:b> <a:c> <a:d> .", "gzip"),
    "half of a gzip": ("a.ttl.gz", gzip.compress(b"<a:b> <a:c> <a:d> .\n" * 999)[:40], "gzip"),
    "remote context": ("a.jsonld", b'{"@context": "http://127.0.0.1:1/c", "a": "b"}', "never fetched"),
    "entities of entities": (
        "a.rdf",
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>',
        "an entity of the DOCTYPE names another",
    ),
    "a statement about a triple": ("a.nt", b"<a:a> <a:b> <<( <a:b> <a:c> <a:d> )>> .\n", "RDF 1.2"),
    "a text of 20 MB": ("a.nt.gz", gzip.compress(b'<a:b> <a:c> "' + b"a" * 20_000_000), "longer than 16 MiB|unpacks"),
    "a relative name without a base": ("a.ttl", b"<a> a <a:Thing> .", "add a base"),
    "data without a target": ("a.ttl", b"<a:b> a <a:Thing> .", "looked at no focus node.*a:Thing"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "body", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_an_error_that_names_it(name: str, body: bytes, words: str, root: Path, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(DataError, match=words):
        look(tmp_path / name, root)


def test_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.nt"
    with file.open("wb") as stream:
        stream.truncate(1_000_000_001)  # a hole: nothing is written
    (given,) = find_inputs([file])
    with pytest.raises(DataError, match=r"has 1000000001 bytes.*--max-bytes"):
        next(read_triples(given))


def test_packed_file_is_refused_while_it_unpacks(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "bomb.nt.gz"
    file.write_bytes(gzip.compress(b"<a:b> <a:c> <a:d> .\n" * 1_000_000))
    assert file.stat().st_size < 100_000
    with pytest.raises(DataError, match="unpacks to more than 1000000 bytes"):
        look(file, root)


def test_imports_are_named_and_not_fetched(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    imports = "<http://127.0.0.1:1/a> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:1/a> .\n"
    file.write_text(INVALID.read_text(encoding="utf-8") + imports, encoding="utf-8")
    assert look(file, root).notes == ("owl:imports <http://127.0.0.1:1/a> was not fetched.",)


def test_blank_nodes_have_the_same_name_every_time(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("[] a <https://w3id.org/aseankg/ontology#Body> .\n", encoding="utf-8")
    assert look(file, root).results == look(file, root).results != ()


def test_result_names_the_line_of_the_users_file(root: Path) -> None:
    report = validate_files([INVALID], root)
    (focus,) = {one.focus for one in report.results}
    line = int(report.contexts[focus].place.rpartition(":")[2])
    assert INVALID.read_text(encoding="utf-8").splitlines()[line - 1].startswith("<body/slom> a akg:Body")


BAD_SHAPES = {
    "a misspelt term": (
        ":S a sh:NodeShape ; sh:targetClass :A ; sh:minCont 1 .",
        "sh:minCont is no term.*minCount",
    ),
    "a path that is text": (':S a sh:PropertyShape ; sh:targetClass :A ; sh:path "a" .', "not good SHACL"),
    "SPARQL that does not parse": (
        ':S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ a sh:SPARQLConstraint ; sh:select "SELECT WHERE" ] .',
        "does not parse",
    ),
    "a misspelt class of SHACL": (":S a sh:Nodeshape ; sh:targetClass :A .", "sh:Nodeshape is no term.*NodeShape"),
    "a misspelt severity": (
        ":S a sh:NodeShape ; sh:targetClass :A ; sh:severity sh:Warnning .",
        "sh:Warnning is no term",
    ),
    "a count that is text": (
        ':S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :b ; sh:minCount "one" ] .',
        "not good SHACL.*minCount",
    ),
    "a pattern that is none": (
        ':S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :b ; sh:pattern "(" ] .',
        "pattern.*unterminated",
    ),
    "a shape within itself": (
        ":S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :b ; sh:node :S ] .",
        "in a circle",
    ),
    "SHACL that is not run": (":S a sh:NodeShape ; sh:targetClass :A ; sh:rule [] .", "sh:rule .* is not run"),
    "SPARQL that reads elsewhere": (
        ":S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ a sh:SPARQLConstraint ; sh:select "
        '"SELECT $this WHERE { SERVICE <http://127.0.0.1:1/> { $this ?b ?c } }" ] .',
        "uses SERVICE",
    ),
    "SPARQL without a focus node": (
        ":S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ a sh:SPARQLConstraint ; sh:select "
        '"SELECT ?value WHERE { ?value ?b ?c }" ] .',
        "does not select .this",
    ),
    "SPARQL with an undeclared prefix": (
        ":S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ a sh:SPARQLConstraint ; sh:select "
        '"SELECT $this WHERE { $this x:b ?c }" ] .',
        "prefix that is not declared",
    ),
    "no shape": (":a :b :c .", "looked at no shape"),
    "no Turtle": (":S a sh:NodeShape", "not Turtle"),
}


@pytest.mark.parametrize(("body", "words"), BAD_SHAPES.values(), ids=BAD_SHAPES)
def test_shapes_with_a_mistake_are_refused_before_use(body: str, words: str, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PERSON + body, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_shapes(root, [file], own=False)


def test_own_shapes_find_what_they_say(root: Path, tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        PERSON + ':S a sh:NodeShape ; sh:targetClass :A ; sh:property :P .\n'
        ':P a sh:PropertyShape ; sh:path :b ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "Add :b." .\n',
        encoding="utf-8",
    )  # fmt: skip
    data.write_text("@prefix : <http://example.org/> .\n:one a :A .\n:two a :A ; :b 1 .\n", encoding="utf-8")
    for engine in ("pyshacl", "pyshifty"):
        report = validate_given(find_inputs([data]), root, read_shapes(root, [shapes], own=False), engine)
        assert report.looked_at == 2
        (found,) = report.results
        assert (found.severity, found.focus, found.message) == ("Warning", "http://example.org/one", "Add :b.")


def test_dump_of_a_service_is_fetched_whole_or_not_at_all(root: Path, tmp_path: Path) -> None:
    body = serialize([quad.triple for quad in parse(path=INVALID, format=RdfFormat.TURTLE)], format=RdfFormat.N_TRIPLES)
    assert body is not None
    packed = gzip.compress(body)

    class Service(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/dump/aseankg.nq.gz"
            self.send_response(200 if known else 302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(packed if known else b"")

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        for address in (base, base + "/", base + "/sparql", base + "/dump/aseankg.nq.gz"):
            given = fetch(address, tmp_path)
            assert len(validate_given([given], root, read_shapes(root), "pyshifty").results) == 1
        with pytest.raises(ConfigurationError, match="status 302"):
            fetch(base + "/other.ttl", tmp_path)
        with pytest.raises(ConfigurationError, match="more than 10 bytes"):
            fetch(base, tmp_path, max_bytes=10)
        server.shutdown()
    with pytest.raises(ConfigurationError, match="could not be fetched"):
        fetch(base, tmp_path)


def test_private_address_is_not_asked(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="private or reserved"):
        fetch("http://10.0.0.1/", tmp_path)


def test_blank_nodes_of_two_files_stay_two(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("[] a <https://w3id.org/aseankg/ontology#Body> .\n", encoding="utf-8")
    nodes = [
        triple.subject
        for at, given in enumerate(find_inputs([tmp_path]), 1)
        for triple in read_triples(given, number=at)
    ]
    assert len(nodes) == len(set(nodes)) == 2


def test_two_files_of_blank_nodes_are_two_focus_nodes(root: Path, tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("[] a <https://w3id.org/aseankg/ontology#Body> .\n", encoding="utf-8")
    assert look(tmp_path, root).looked_at == 2


GOOD_SHAPES = {
    "a list of values": ":S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :b ; sh:in ( 1 2 ) ] .",
    "a class": ":S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :b ; sh:class :B ] .",
    "a path of two": ":S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path ( :b :c ) ; sh:minCount 1 ] .",
    "not, or, and": ":S a sh:NodeShape ; sh:targetClass :A ; sh:not [ sh:or ( [ sh:and ( [ sh:class :B ] ) ] :T ) ] .\n"
    ":T a sh:NodeShape ; sh:nodeKind sh:IRI .",
}


@pytest.mark.parametrize("body", GOOD_SHAPES.values(), ids=GOOD_SHAPES)
def test_good_shapes_find_the_same_in_both_engines(body: str, root: Path, tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(PERSON + body, encoding="utf-8")
    data.write_text("@prefix : <http://example.org/> .\n:one a :A ; :b 3 .\n", encoding="utf-8")
    read = [read_shapes(root, [shapes], own=False) for _ in range(2)]  # names of shapes are the same every time
    reports = [
        validate_given(find_inputs([data]), root, shape, engine)
        for shape, engine in zip(read, ("pyshacl", "pyshifty"), strict=True)
    ]
    assert [one.key for one in reports[0].results] == [one.key for one in reports[1].results]
    assert len(reports[0].results) == 1


def test_fault_in_xml_has_its_line(root: Path, tmp_path: Path) -> None:
    (tmp_path / "a.rdf").write_text('<?xml version="1.0"?>\n<a xmlns="urn:a">\n<b></a>\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.rdf:3: not RDF/XML.*column \d"):
        look(tmp_path / "a.rdf", root)
