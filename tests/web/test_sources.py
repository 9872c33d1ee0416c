"""The pages of the texts: the words exactly as published, every passage marked, and what chosen words support.

Expected words and places are read from the files of data/sources. Not here: the passages in RDF (test_linked_data).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import put_build

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.printed.segments import Passage, Segment, around, lines_of, neighbours

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
RAP = "/sources/rap-vientiane"
IDS = "https://w3id.org/aseankg/id/"
AKG = "https://w3id.org/aseankg/ontology#"
GRAPHS = "https://w3id.org/aseankg/graph/"


class _Text(HTMLParser):
    """The characters inside the element with an id, and those of its marks, each with its attributes."""

    def __init__(self, page: str, name: str) -> None:
        super().__init__()
        self.name, self.depth, self.text, self.open = name, 0, "", False
        self.marks: list[tuple[dict[str, str | None], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id") == self.name:
            self.depth = 1
        elif self.depth:
            self.depth += 1
            if tag in ("a", "mark"):
                self.open = True
                self.marks.append((given, ""))

    def handle_endtag(self, tag: str) -> None:
        if self.depth:
            self.depth -= 1
            self.open = self.open and tag not in ("a", "mark")

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.text += data
            if self.open:
                self.marks[-1] = (self.marks[-1][0], self.marks[-1][1] + data)


def served(build: Build | Path, state: Path) -> FlaskClient:
    folder, file = (
        (build, build / "b1" / "dataset.nq") if isinstance(build, Path) else (build.folder.parent, build.dataset)
    )
    settings = Settings(build_dir=str(folder), state_dir=str(state), deadline=20)
    name = "b1" if isinstance(build, Path) else build.manifest["build"]
    return create_app(LocalEngine(load(file), settings, forked=False, build=name), settings).test_client()


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    yield served(published, tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """The text of the action plan as it lies in the repository."""
    file = root / "data/sources/rap-vientiane/regional-action-plan-vientiane-declaration.txt"
    return file.read_bytes().decode("utf-8")


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html"), response.text[:500]
    return response.text


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def panel(client: FlaskClient, at: str) -> str:
    html = page(client, f"{RAP}?at={at}")
    return words_of(html[html.index('id="panel"') : html.index('class="jump"')])


# -- cutting -----------------------------------------------------------------------------------------------------

TEXTS = st.text(alphabet=st.sampled_from("ab ÿ\t\n\r<&\"'\u202e😀¹"), max_size=40)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Passage], Passage | None]:
    text = draw(TEXTS)
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] < pair[1])
    pairs = draw(st.lists(places, max_size=8)) if text else []
    chosen = draw(st.none() | places) if text else None
    return text, [Passage(*pair) for pair in pairs], Passage(*chosen) if chosen else None


def pieces_of(text: str, passages: list[Passage], chosen: Passage | None = None) -> list[Segment]:
    return [piece for line in lines_of(text, passages, chosen) for piece in line.segments]


@given(marked())
def test_the_pieces_are_the_text_and_every_character_of_a_passage_is_marked(
    given_: tuple[str, list[Passage], Passage | None],
) -> None:
    text, passages, chosen = given_
    pieces = pieces_of(text, passages, chosen)
    assert "".join(piece.text for piece in pieces) == text
    by_place = {piece.start + at: piece for piece in pieces for at in range(len(piece.text))}
    assert sorted(by_place) == list(range(len(text)))
    for place, piece in by_place.items():
        holding = [one for one in passages if one.start <= place < one.end]
        assert (piece.passage is None) == (not holding)
        if piece.passage:  # the shortest of those that hold it
            assert piece.passage.end - piece.passage.start == min(one.end - one.start for one in holding)
            assert piece.depth == len(set(holding))
        assert piece.chosen == (chosen is not None and chosen.start <= place < chosen.end)
    assert sum(piece.first for piece in pieces) == (chosen is not None)


@given(marked())
def test_lines_are_those_of_the_text(given_: tuple[str, list[Passage], Passage | None]) -> None:
    text, passages, chosen = given_
    lines = lines_of(text, passages, chosen)
    assert ["".join(piece.text for piece in line.segments) for line in lines] == re.findall(r"[^\n]*\n|[^\n]+$", text)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_passages_around_and_beside_are_in_the_order_of_the_text_and_longer_first() -> None:
    known = [Passage(0, 9), Passage(0, 3), Passage(2, 6), Passage(7, 9)]
    assert around(known, Passage(2, 6)) == [Passage(0, 9), Passage(0, 3)]
    assert neighbours(known, Passage(0, 3)) == (Passage(0, 9), Passage(2, 6))
    assert neighbours(known, Passage(7, 9)) == (Passage(2, 6), None)
    assert neighbours([], Passage(7, 9)) == (None, None)


# -- the text ----------------------------------------------------------------------------------------------------


def test_the_text_alone_is_the_published_file(client: FlaskClient, root: Path) -> None:
    files = sorted((root / "data/sources").glob("*/*.txt"))
    assert len(files) == 2
    for file in files:
        response = client.get(f"/sources/{file.parent.name}?format=text")
        assert response.content_type == "text/plain; charset=utf-8"
        assert response.data == file.read_bytes()
        recorded = re.search(r'sha256 = "(\w+)"', (file.parent / "descriptor.toml").read_text())
        assert recorded is not None and hashlib.sha256(response.data).hexdigest() == recorded[1]


def test_the_page_shows_the_published_characters_and_no_other(client: FlaskClient, root: Path) -> None:
    for file in sorted((root / "data/sources").glob("*/*.txt")):
        shown = _Text(page(client, f"/sources/{file.parent.name}"), "words").text
        assert shown == file.read_bytes().decode("utf-8")


def test_every_passage_of_the_graph_is_marked(client: FlaskClient, printed: str) -> None:
    query = f"SELECT ?passage WHERE {{ ?passage <{AKG}inSource> <{IDS}source/rap-vientiane> }} ORDER BY ?passage"
    rows = client.get("/sparql", query_string={"query": query, "format": "json"}).get_json()["results"]["bindings"]
    places = {tuple(int(end) for end in row["passage"]["value"].rpartition("/")[2].split("-")) for row in rows}
    assert len(places) > 500
    wanted = {at for start, end in places for at in range(start, end)}
    marks = _Text(page(client, RAP), "words").marks
    blank = sum(printed[at].isspace() for at in wanted)
    assert sum(map(len, "".join(words for _, words in marks).split())) == len(wanted) - blank
    linked = {str(given["href"]) for given, _ in marks}
    assert all(re.fullmatch(r"\?at=\d+-\d+#at", link) for link in linked)
    assert {tuple(map(int, link[4:-3].split("-"))) for link in linked} <= places


def test_chosen_words_are_marked_where_they_stand(client: FlaskClient, printed: str) -> None:
    start = printed.index("Myanmar\t")
    html = page(client, f"{RAP}?at={start}-{start + 7}")
    chosen = [(given, words) for given, words in _Text(html, "words").marks if "chosen" in str(given.get("class"))]
    assert [words for _, words in chosen] == ["Myanmar"]
    assert chosen[0][0]["id"] == "at"
    assert html.count('id="at"') == 1


def test_a_passage_says_what_it_supports_with_layer_and_column(client: FlaskClient, printed: str) -> None:
    start = printed.index("Myanmar\t")
    words = panel(client, f"{start}-{start + 7}")
    assert "Activity 5 (RAP) lead country Myanmar said by the text" in words
    assert "in the column “Lead Country in SLOM”" in words
    assert f"Line {printed.count(chr(10), 0, start) + 1}, characters {start} to {start + 7}" in words
    assert "The Philippines and Myanmar holds these words" in words


def test_the_title_of_an_activity_is_what_the_text_has_of_it(client: FlaskClient, printed: str) -> None:
    start = printed.index("Tripartite workshop")
    words = panel(client, f"{start}-{printed.index(chr(9), start)}")
    assert "These words are what the text has of Activity 5 (RAP) ." in words


def test_our_comparisons_are_told_apart_from_what_the_text_says(client: FlaskClient, printed: str) -> None:
    start = printed.index("unemployed youth, women")
    words = panel(client, f"{start}-{start + len('unemployed youth')}")
    assert "How it compares with other plans" in words and "What the text says" not in words
    assert "Activity 5 (RAP) is about" in words


def test_words_on_which_no_fact_rests_are_shown_with_the_passages_around(client: FlaskClient, printed: str) -> None:
    start = printed.index("Myanmar\t")
    words = panel(client, f"{start + 1}-{start + 3}")
    assert "No fact rests on just these words." in words
    assert "Myanmar holds these words" in words
    shown = _Text(page(client, f"{RAP}?at={start + 1}-{start + 3}"), "words")
    assert [piece for given, piece in shown.marks if "chosen" in str(given.get("class"))] == ["ya"]
    assert shown.text == printed
    assert "No passage is around them" in panel(client, "0-2")  # empty lines before the title


def test_oddities_are_marked_in_place_and_say_how_they_are_read(client: FlaskClient, printed: str) -> None:
    start = printed.index("\tb. ") + 1  # the number of activity 14b stands before its title
    html = page(client, RAP)
    marks = [given for given, words in _Text(html, "words").marks if given.get("class") == "oddity" and not words]
    assert len(marks) > 50
    named = [given for given in marks if str(given["href"]).startswith(f"?at={start}-")]
    assert named and "Oddity" in str(named[0]["aria-label"])
    words = words_of(page(client, f"{RAP}{str(named[0]['href']).partition('#')[0]}"))
    assert "How it is read: The number 14b is put together" in words


def test_parts_lead_to_their_words_in_the_order_of_the_text(client: FlaskClient, printed: str) -> None:
    html = page(client, RAP)
    links = re.findall(
        r'<a href="\?at=(\d+)-\d+#at">([^<]+)</a>', html[html.index('class="jump"') : html.index('id="words"')]
    )
    assert [int(start) for start, _ in links] == sorted(int(start) for start, _ in links)
    names = [name for _, name in links]
    assert names[:3] == ["Vision", "Mission", "Objective 1"]
    assert [name for name in names if name.startswith("Activity")] == [
        f"Activity {number}" for number in (*range(1, 14), "14a", "14b")
    ]
    assert int(dict((name, start) for start, name in links)["Activity 5"]) == printed.index("Tripartite workshop")


def test_the_facts_of_the_text_are_shown(client: FlaskClient) -> None:
    words = words_of(page(client, "/sources/alm-wp-2016-2020"))
    assert "2a5c4f407efdb5d1288634e1e8fae8f84830aec50f8f53bfa1ab97de4569db5e" in words
    assert "Publisher" in words and "may be freely quoted or reprinted" in words


# -- bad requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        ("/sources/rap-vientian", 404, "rap-vientiane"),
        ("/sources/%3Cscript%3E", 404, "Texts that are: alm-wp-2016-2020, rap-vientiane."),
        (f"/sources/{'x' * 10_000}", 404, "No text is called"),
        (f"{RAP}?at=", 400, "expected two numbers"),
        (f"{RAP}?at=4", 400, "expected two numbers"),
        (f"{RAP}?at=-1-4", 400, "expected two numbers"),
        (f"{RAP}?at=١-٢", 400, "expected two numbers"),
        (f"{RAP}?at=9-9", 400, "expected a beginning before the end"),
        (f"{RAP}?at=9-5", 400, "expected a beginning before the end"),
        (f"{RAP}?at=0-99999999", 400, "this text has the characters from 0 to"),
        (f"{RAP}?at={'9' * 10_000}-1", 400, "expected two numbers"),
        (f"{RAP}?at=1-2&at=3-4", 400, "given 2 times"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_words(client: FlaskClient, target: str, status: int, words: str) -> None:
    assert words in page(client, target, status).replace("&#39;", "'")


def test_an_unknown_text_suggests_the_nearest(client: FlaskClient) -> None:
    problem = json.loads(client.get("/sources/rap-vientian", headers={"Accept": "application/json"}).data)
    assert [one["link"] for one in problem["suggestions"]] == [RAP]


def test_an_unknown_format_is_refused(client: FlaskClient) -> None:
    assert client.get(f"{RAP}?format=pdf").status_code == 400


# -- hostile text ------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\r\n</div>&amp;\t\"' onclick=x\u202e end\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A service of a graph whose text, labels and addresses try to be more than words."""
    source, passage = f"<{IDS}source/bad>", f"<{IDS}source/bad/passage/0-25>"
    far, claim = f"<{IDS}source/bad/passage/5-900>", f"<{IDS}statement/1>"
    rdf, rdfs = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
    number = "http://www.w3.org/2001/XMLSchema#integer"

    def triple(subject: str, predicate: str, value: str) -> str:
        return f"{subject} <{predicate}> {value} <{GRAPHS}evidence> .\n"

    def place(one: str, start: int, end: int) -> str:
        return (
            triple(one, f"{rdf}type", f"<{AKG}Passage>")
            + triple(one, f"{AKG}inSource", source)
            + triple(one, f"{AKG}startOffset", f'"{start}"^^<{number}>')
            + triple(one, f"{AKG}endOffset", f'"{end}"^^<{number}>')
        )

    quads = (
        triple(source, f"{rdf}type", f"<{AKG}SourceDocument>")
        + triple(source, f"{AKG}sourceText", json.dumps(HOSTILE))
        + triple(source, "http://purl.org/dc/terms/title", '"</title><script>alert(2)</script>"')
        + triple(source, "http://purl.org/dc/terms/publisher", "<javascript:alert(3)>")
        + triple(source, "http://purl.org/dc/terms/rights", '"<img src=x onerror=alert(4)>"')
        + place(passage, 0, 25)
        + place(far, 5, 900)
        + triple(claim, f"{AKG}evidence", passage)
        + triple(claim, f"{rdf}subject", "<javascript:alert(5)>")
        + triple(claim, f"{rdf}predicate", f"<{rdfs}label>")
        + triple(claim, f"{rdf}object", '"<script>alert(6)</script>"')
        + triple(claim, f"{AKG}inGraph", f"<{GRAPHS}evidence>")
        + f'<{GRAPHS}evidence> <{AKG}layer> "stated" <{GRAPHS}meta> .\n'
    )
    folder = tmp_path_factory.mktemp("hostile")
    put_build(folder, "b1", quads.encode())
    return served(folder, tmp_path_factory.mktemp("state"))


@pytest.mark.parametrize("query", ["", "?at=0-25", "?at=3-30"])
def test_markup_in_a_text_is_shown_as_characters(hostile: FlaskClient, query: str) -> None:
    html = page(hostile, f"/sources/bad{query}")
    assert "<script>alert" not in html and "<img" not in html and 'href="javascript:' not in html
    assert _Text(html.replace("&#13;", "\r"), "words").text == HOSTILE
    assert "&#13;\n" in html  # a bare carriage return would be lost when the page is parsed


def test_passages_that_reach_beyond_the_text_are_left_out(hostile: FlaskClient) -> None:
    assert "900" not in page(hostile, "/sources/bad")
    assert hostile.get("/sources/bad?at=5-900").status_code == 400
