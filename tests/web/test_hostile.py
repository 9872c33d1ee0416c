"""Data, files and a published build as somebody hostile, or only careless, would leave them: pages stay pages.

Every text of the served build holds markup, formulas and marks that turn the direction of writing. Not here: hostile
requests (test_bad_input, test_fuzz), what a check finds in honest plans (test_checking).
"""

from __future__ import annotations

import io
import json
import shutil
import time
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize
from tests.web.conftest import put_build
from tests.web.test_checking import BROWSER, made, send

from aseankg.builds import Build, get_current
from aseankg.checking.plan import make_plan
from aseankg.checking.tables import Line, Table, read_csv
from aseankg.errors import DataError
from aseankg.extract.names import ACTORS, Entity, Names
from aseankg.namespaces import AKG, BASE, XSD
from aseankg.records import SourceText
from aseankg.web.views.checking import RESULTS

MARKUP = "</script></title></textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}\u202e=cmd|x"
QUERY = "/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+200"
PAGES = (
    "/", "/find?text=ACMW", "/find?text=script", "/plans", "/plans/rap-vientiane", "/plans/rap-vientiane?view=tree",
    "/bodies", "/countries", "/themes", "/sources/rap-vientiane?at=4-148", "/alignment", "/alignment?view=mappings",
    "/alignment?by=plan&row=plan/alm-wp-2016-2020&column=plan/rap-vientiane", "/network", "/timeline", "/validation",
    "/check", "/ontology", "/shapes", "/questions", "/questions/body-involvement?body=body/acmw", "/id/body/acmw.html",
    "/id/rap-vientiane/activity/5.html", "/id/plan/rap-vientiane.html", "/id/country/vnm.html", "/id/source/rap-vientiane.html",
    "/explain?subject=rap-vientiane/activity/5", f"{QUERY}&view=table", f"{QUERY}&view=chart", f"{QUERY}&view=network",
)  # fmt: skip


class Page(HTMLParser):
    """What a browser would run, load or follow that no template of ours writes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        runs = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if runs or tag in ("img", "style", "iframe", "object", "embed", "base"):
            self.found.append((tag, attrs))
        self.found += [(tag, name) for name in given if name.startswith("on") or name == "style" or "<" in name]
        addresses = [given.get(name) or "" for name in ("href", "src", "action", "formaction")]
        self.found += [one for one in addresses if urlsplit(one.strip()).scheme not in ("", "http", "https")]


def spoilt(quad: Quad) -> Quad:
    """The quad with markup in its text, or with an address of others that a browser would run."""
    value = quad.object
    if quad.predicate == AKG.layer:  # one of four words, and no text
        return quad
    if isinstance(value, Literal) and (value.language or value.datatype == XSD.string):
        more = {"language": value.language} if value.language else {}
        return Quad(quad.subject, quad.predicate, Literal(value.value + MARKUP, **more), quad.graph_name)
    if isinstance(value, NamedNode) and not value.value.startswith((BASE, "http://www.w3.org", "http://purl.org")):
        return Quad(
            quad.subject, quad.predicate, NamedNode(f"javascript:alert(1)//{len(value.value)}"), quad.graph_name
        )
    return quad


@pytest.fixture(scope="module")
def hostile(published: Build, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("hostile")
    quads = (spoilt(quad) for quad in parse(published.dataset.read_bytes(), RdfFormat.N_QUADS))
    put_build(folder, "spoilt", serialize(quads, format=RdfFormat.N_QUADS) or b"")
    return made(get_current(folder), tmp_path_factory.mktemp("state"))


@pytest.mark.parametrize("address", PAGES)
def test_texts_with_markup_and_addresses_that_run_are_only_words(hostile: FlaskClient, address: str) -> None:
    response = hostile.get(address, headers=BROWSER)
    assert response.status_code == 200, response.text[:300]
    assert "alert(1)" in response.text or address in ("/check", "/questions")
    assert Page(response.text).found == []


@pytest.mark.parametrize("address", ["/bodies", "/plans/rap-vientiane", "/alignment?view=mappings", "/timeline"])
def test_texts_that_are_formulas_stay_texts_in_a_workbook(hostile: FlaskClient, address: str) -> None:
    body = hostile.get(f"{address}{'&' if '?' in address else '?'}format=xlsx").data
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 3 and not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


# -- a build that is taken away ------------------------------------------------------------------------------


@pytest.fixture
def vanished(published: Build, tmp_path: Path) -> Iterator[tuple[FlaskClient, Path]]:
    put_build(tmp_path, "gone", published.dataset.read_bytes())
    yield made(get_current(tmp_path), tmp_path / "state"), tmp_path / "gone"


def test_where_files_of_a_build_are_gone_a_page_says_so_without_their_place(
    vanished: tuple[FlaskClient, Path],
) -> None:
    client, folder = vanished
    for address in ("/dump/", "/dump/void.ttl", "/dcat", "/.well-known/void", "/id/question/body-involvement"):
        response = client.get(address, headers=BROWSER)
        assert response.status_code == 503, address
        assert "aseankg build" in response.text and str(folder.parent) not in response.text
    shutil.rmtree(folder)
    for address in ("/plans", "/ontology", "/dump/"):
        response = made_again(client).get(address, headers={"Accept": "*/*"})
        assert response.status_code == 503 and str(folder.parent) not in response.text, address


def made_again(client: FlaskClient) -> FlaskClient:
    """The client of an application that has not yet looked at its build."""
    client.application.extensions["aseankg"]._kept.clear()
    return client


# -- plans that are slow to read -----------------------------------------------------------------------------


def test_long_cells_of_unknown_names_are_read_in_time() -> None:
    """An eighth of what may be sent took minutes: at each blank of a cell, all names were compared with all before."""
    names = Names((f"Body number {at}", entity(f"body/b{at}")) for at in range(400))
    rows = tuple(Line(at, (f"Activity {at}", f"Ministry {at} " * 150)) for at in range(2, 52))
    began = time.process_time()
    found = make_plan(Table(("Title", "Lead"), rows), "Ours", names)
    assert time.process_time() - began < 10
    assert len(found.actors) == 50 and not any(actor.iri for actor in found.actors)


def test_the_words_of_a_list_that_are_most_like_a_name_are_named_in_its_error() -> None:
    names = Names([("Viet Nam", entity("country/vnm")), ("Lao PDR", entity("country/lao"))])
    cell = SourceText("x", "x", "Lao PDR, Viet Nan and " + "others " * 500).whole()
    assert names.find_list(cell, [", ", " and ", " "], ACTORS) is None
    with pytest.raises(DataError, match=r"'Viet Nan' is no known name of a .*'Viet Nam'"):
        names.resolve_list(cell, [", ", " and ", " "], ACTORS)


def entity(path: str) -> Entity:
    return Entity(NamedNode(f"{BASE}id/{path}"), path, frozenset({path.partition("/")[0]}))


def test_a_number_in_digits_of_another_script_does_not_refuse_the_plan() -> None:
    table = read_csv("KRA,Title\nKRA-٤: Decent work,Labour inspection\n".encode())
    made_plan = make_plan(table, "Ours", Names([]))
    assert [iri.rpartition("my-plan/")[2] for iri in made_plan.elements] == ["kra/row-2", "activity/row-2"]


def test_a_workbook_with_a_cell_at_its_far_end_is_refused_in_words(published: Build, tmp_path: Path) -> None:
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Title", "Lead"])
        sheet.write_row(1, 0, ["Labour inspection", "Viet Nam"])
        sheet.write(1_048_575, 16_383, "x")
    response = send(made(published, tmp_path), file.getvalue(), "plan.xlsx")
    assert response.status_code == 400 and "far off the others" in response.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize("form", sorted(RESULTS))
def test_a_result_as_a_file_is_kept_by_nobody(published: Build, tmp_path: Path, form: str) -> None:
    response = send(
        made(published, tmp_path), f"Title\n{json.dumps(MARKUP)[1:-1]!s}\n".replace('\\"', ""), "p.csv", format=form
    )
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"] == f'attachment; filename="checked-plan.{form}"'
