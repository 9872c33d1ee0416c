"""The timeline: the dates that the plans print, read from their texts, apart from what our reports tell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

BROWSER = {"Accept": "text/html"}
# Of the action plan, by the timeline column of its text: what is printed, the days it means, how exact it is.
PRINTED = {
    "2": ("24-26 May 2017, Siem Reap, Cambodia", "2017-05-24", "2017-05-26", "day"),
    "3": ("2017-2025", "2017-01-01", "2025-12-31", "year"),
    "5": ("2017", "2017-01-01", "2017-12-31", "year"),
    "7": ("13-15 December 2017, Champasack, Lao PDR", "2017-12-13", "2017-12-15", "day"),
    "8": ("22-26 May 2017, Luang Prabang, Lao PDR", "2017-05-22", "2017-05-26", "day"),
    "10": ("2018", "2018-01-01", "2018-12-31", "year"),
    "12": ("2018-2019", "2018-01-01", "2019-12-31", "year"),
    "14b": ("2018-2020", "2018-01-01", "2020-12-31", "year"),
}
WITHOUT = {"1", "4", "6", "9", "11", "13", "14a"}


@pytest.fixture(scope="module")
def client(published: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = str(tmp_path_factory.mktemp("state"))
    settings = replace(Settings(), build_dir=str(published.folder.parent), state_dir=folder)
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    yield create_app(engine, settings).test_client()


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def test_the_printed_dates_are_those_of_the_text(client: FlaskClient, root: Path) -> None:
    [source] = (root / "data" / "sources" / "rap-vientiane").glob("*.txt")
    words = source.read_text(encoding="utf-8")
    found = {
        row["IRI"].rpartition("/")[2]: (row["printed"], row["planned from"], row["planned until"], row["exact to the"])
        for row in rows(client, "/timeline?plan=rap-vientiane&format=csv")
    }
    assert found == PRINTED | dict.fromkeys(WITHOUT, ("", "", "", ""))
    assert all(printed in words for printed, *_ in PRINTED.values())


def test_an_activity_without_a_printed_date_stands_in_a_list_of_its_own_and_not_in_the_drawing(
    client: FlaskClient,
) -> None:
    page = client.get("/timeline?plan=rap-vientiane", headers=BROWSER).text
    drawing = page[page.index("<svg") : page.index("</svg>")]
    part = page[page.index('<h2 id="undated">') : page.index('<h2 id="table">')]
    assert set(re.findall(r'href="/id/rap-vientiane/activity/(\w+)"', drawing)) == set(PRINTED)
    assert set(re.findall(r'href="/id/rap-vientiane/activity/(\w+)"', part)) == WITHOUT


def test_days_and_years_are_drawn_differently(client: FlaskClient) -> None:
    page = client.get("/timeline?plan=rap-vientiane", headers=BROWSER).text
    drawing = page[page.index("</g>") : page.index("</svg>")]  # after the legend
    assert drawing.count('class="planned day"') == sum(1 for one in PRINTED.values() if one[3] == "day")
    assert drawing.count('class="planned year"') == sum(1 for one in PRINTED.values() if one[3] == "year")


def test_a_bar_begins_with_its_year(client: FlaskClient) -> None:
    page = client.get("/timeline?plan=rap-vientiane", headers=BROWSER).text
    years = {year: float(at) - 4 for at, year in re.findall(r'<text class="tick" x="([\d.]+)" y="\d+">(\d{4})<', page)}
    left, width = re.search(
        r'class="planned year" x="([\d.]+)"[^>]*width="([\d.]+)"[^>]*><title>2018-2019 ', page
    ).groups()  # type: ignore[union-attr]
    assert float(left) == pytest.approx(years["2018"], abs=0.02)
    assert float(left) + float(width) == pytest.approx(years["2020"], abs=0.02)


def test_what_took_place_is_told_apart_from_what_was_planned(client: FlaskClient) -> None:
    page = client.get("/timeline?plan=rap-vientiane", headers=BROWSER).text
    held = re.findall(r'class="held (\w+) \w+"[^>]*><title>([^<]+)</title>', page)
    told = [row for row in rows(client, "/timeline?plan=rap-vientiane&format=csv") if row["held from"]]
    assert len(held) == len(told) > 3
    assert {"kept", "told"} <= {kind for kind, _ in held}
    assert all(row["status"] and row["event"] for row in told)


def test_no_report_is_read_as_not_done(client: FlaskClient) -> None:
    page = client.get("/timeline", headers=BROWSER).text
    assert "no report says that a thing was not done" in page
    assert "not held<" not in page.lower().replace("text not held<", "")


def test_an_element_known_only_by_a_footnote_is_marked_so(client: FlaskClient) -> None:
    page = client.get("/timeline?plan=slom-wg-wp-2016-2020", headers=BROWSER).text
    part = page[page.index('<h2 id="unheld">') : page.index('<h2 id="table">')]
    assert len(re.findall(r'href="/id/slom-wg-wp-2016-2020/activity/', part)) == 9  # of ten, one has a date
    assert 'id="undated"' not in page


def test_printed_words_lead_to_the_text(client: FlaskClient) -> None:
    page = client.get("/timeline?plan=rap-vientiane", headers=BROWSER).text
    assert re.search(r'<a href="/sources/rap-vientiane\?at=\d+-\d+#at">2018-2019</a>', page)


def test_each_line_leads_to_its_activity_and_says_its_title(client: FlaskClient) -> None:
    page = client.get("/timeline?plan=rap-vientiane", headers=BROWSER).text
    assert re.search(r'<a href="/id/rap-vientiane/activity/10" aria-label="Activity 10 [^"]*Regional forum', page)
    assert 'style="' not in page


@pytest.mark.parametrize(
    ("address", "words"),
    [("/timeline?plan=rap-vientian", "rap-vientiane"), ("/timeline?year=2018", "takes plan"), ("/timeline?plan=a&plan=b", "2 times"),
     ("/timeline?plan=" + "x" * 10_000, "expected one of")],
)  # fmt: skip
def test_a_wrong_parameter_is_answered_with_the_right_ones(client: FlaskClient, address: str, words: str) -> None:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == 400 and words in response.text
