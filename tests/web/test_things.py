"""The portraits on the pages of things: roles by plan, words, place, ties, what others call it; names by language.

What is expected is read from data/sources/*/*.txt: rows of the action plan by their number, areas of the programme by
theirs. Not here: the facts by layer below, formats and redirects (test_linked_data).
"""

from __future__ import annotations

import html
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import put_build

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app
from aseankg.web.things.portraits.timeline import timeline_of

BASE = "https://w3id.org/aseankg/"


@pytest.fixture(scope="module")
def client(published: Build) -> FlaskClient:
    settings = Settings(build_dir=str(published.folder.parent))
    engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
    return create_app(engine, settings).test_client()


def page(client: FlaskClient, path: str) -> str:
    response = client.get(f"/id/{path}.html")
    assert response.status_code == 200, path
    return response.text


def portrait(client: FlaskClient, path: str) -> str:
    """The markup of the page above its facts."""
    text = page(client, path)
    assert '<div class="portrait">' in text, path
    return text[text.index('<div class="portrait">') : text.index('id="facts"')]


def plain(markup: str) -> str:
    """The words of some HTML on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def rows(markup: str, heading: str) -> list[list[str]]:
    """The cells of the rows of the table below a heading, that of a group of rows with each of them."""
    table = markup[markup.index(heading) :].partition("</table>")[0].partition("</thead>")[2]
    found, group = [], ""
    for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL):
        group = next((plain(one) for one in re.findall(r"<th scope=\"rowgroup\".*?</th>", row, re.DOTALL)), group)
        found.append([group, *(plain(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL))])
    return found


def values(markup: str, name: str) -> list[str]:
    """What stands beside a term of the list at the head of a portrait."""
    found = re.search(rf"<dt>{name}</dt>(.*?)(?:<dt>|</dl>)", markup, re.DOTALL)
    return [plain(one) for one in re.findall(r"<dd>(.*?)</dd>", found[1], re.DOTALL)] if found else []


# -- bodies, countries, groups -------------------------------------------------------------------------------


def test_a_body_shows_its_roles_by_plan_with_the_words(client: FlaskClient) -> None:
    # alm-work-programme-2016-2020.txt, line 15: areas 14, 21, 22 and 23 end with "(Responsible Body: ACMW)".
    found = rows(portrait(client, "body/acmw"), ">ALM WP</a></h3>")
    assert [(role, area.split(" (")[0], basis) for role, area, basis, _ in found] == [
        ("responsible body 4", f"Thematic area {number}", "said by the text") for number in (14, 21, 22, 23)
    ]
    assert all("“(Responsible Body: ACMW)”" in words for *_, words in found)
    assert "Labour dimension of trafficking in persons" in found[3][1]


def test_a_body_says_which_plan_is_silent_about_it(client: FlaskClient) -> None:
    # The action plan names ACMW nowhere; ACWC, another body, stands in the cells of rows 1 and 2.
    assert "gives it no role" in plain(portrait(client, "body/acmw"))
    acwc = portrait(client, "body/acwc")
    found = rows(acwc, "Regional Action Plan of Vientiane")
    assert [(role, area.split(" (")[0]) for role, area, *_ in found] == [
        ("contributing body 2", "Activity 1"),
        ("contributing body 2", "Activity 2"),
    ]


def test_a_reading_of_row_13_is_no_word_of_the_text(client: FlaskClient) -> None:
    # "SLOM SOMRDPE SOM-AMAF" stands under "Lead Country in SLOM"; the next cell is empty.
    found = rows(portrait(client, "body/som-amaf"), "Regional Action Plan of Vientiane")
    assert {(role.rstrip(" 1"), basis) for role, area, basis, _ in found if area.startswith("Activity 13 ")} == {
        ("contributing body", "our reading"),
        ("involves", "said by the text"),
    }


def test_what_all_member_states_lead_is_inferred_of_one_of_them(client: FlaskClient) -> None:
    # Rows 3, 6 and 14a: "All ASEAN Member States (national level)"; rows 1 and 11 name Viet Nam.
    found = rows(portrait(client, "country/vnm"), "Regional Action Plan of Vientiane")
    told = [(role.rstrip(" 0123456789"), area.split(" (")[0], basis) for role, area, basis, _ in found]
    assert told == [
        ("lead country", "Activity 1", "said by the text"),
        ("lead country", "Activity 11", "said by the text"),
        *(("national lead", f"Activity {number}", "inferred by a rule") for number in ("3", "6", "14a")),
    ]
    assert all("“All ASEAN Member States" in words for role, _, _, words in found if role.startswith("national"))


def test_collaborators_are_counted_with_what_they_do_together(client: FlaskClient) -> None:
    # SOMY contributes to rows 5 (with SOM-ED; the Philippines and Myanmar lead) and 7 (with WG-MSMEs; Lao PDR leads).
    found = rows(portrait(client, "body/somy"), 'id="with"')
    others = {one.split(" ")[0]: together for _, one, together, _ in found}
    assert others == {
        "SOM-ED": "1 : Activity 5 (RAP)",
        "Philippines": "1 : Activity 5 (RAP)",
        "Myanmar": "1 : Activity 5 (RAP)",
        "WG-MSMEs": "1 : Activity 7 (RAP)",
        "Lao": "1 : Activity 7 (RAP)",
    }


def test_a_country_shows_the_codes_by_which_tables_name_it(client: FlaskClient) -> None:
    text = client.get("/id/country/vnm.html").get_data(as_text=True)
    assert "VN, VNM, 704" in text
    assert "M49" not in client.get("/id/body/acmw.html").get_data(as_text=True)


def test_a_group_names_its_members_and_a_member_its_group(client: FlaskClient) -> None:
    (members,) = values(portrait(client, "group/asean-member-states"), "Members")
    assert [one in members for one in ("Brunei Darussalam", "Viet Nam", "Thailand")] == [True] * 3
    (since,) = values(portrait(client, "country/vnm"), "Member of")
    assert since == "ASEAN since 1995-07-28"
    assert values(portrait(client, "body/acmw"), "Part of") == ["SLOM"]


def test_what_became_of_its_activities_is_by_reports(client: FlaskClient) -> None:
    part = portrait(client, "country/khm")  # leads row 2
    assert any(row[1].startswith("Activity 2") and row[2] == "Held as planned" for row in rows(part, 'id="reports"'))
    assert "not by the text" in plain(part)


# -- parts of plans ------------------------------------------------------------------------------------------


def test_an_activity_says_who_leads_it_and_links_to_the_words(client: FlaskClient, published: Build) -> None:
    # Row 5: "The Philippines and Myanmar", "SOM-ED SOMY", 2017, "Objectives of the workshop met".
    part = portrait(client, "rap-vientiane/activity/5")
    leads = values(part, "Lead country")
    assert [one.split(" ")[0] for one in leads] == ["Philippines", "Myanmar"]
    assert all("said by the text" in one and "under “Lead Country in SLOM”" in one for one in leads)
    assert [one.split(" ")[0] for one in values(part, "Contributing body")] == ["SOM-ED", "SOMY"]
    assert values(part, "Timeline")[0].startswith("2017 said by the text")
    assert values(part, "Indicator")[0].startswith("Objectives of the workshop met said by the text")
    links = re.findall(r'href="/sources/(rap-vientiane)\?at=(\d+)-(\d+)#at"', part)
    text = Path("data/sources/rap-vientiane/regional-action-plan-vientiane-declaration.txt").read_bytes().decode()
    words = {text[int(start) : int(end)] for _, start, end in links}
    assert {"The Philippines", "Myanmar", "SOM-ED", "SOMY", "2017", "Knowledge sharing"} <= words
    assert client.get(f"/sources/rap-vientiane?at={links[0][1]}-{links[0][2]}").status_code == 200


def test_row_13_tells_the_printed_role_from_the_read_ones(client: FlaskClient) -> None:
    part = portrait(client, "rap-vientiane/activity/13")
    (lead,) = values(part, "Lead actor")
    assert lead.startswith("SLOM ") and "our reading" in lead and "said by the text" not in lead
    involved = values(part, "Involves")
    assert [one.split(" ")[0] for one in involved] == ["SLOM", "SOMRDPE", "SOM-AMAF"]
    assert all("said by the text" in one for one in involved)


def test_an_activity_stands_in_its_plan_area_and_strategy_between_its_neighbours(client: FlaskClient) -> None:
    text = page(client, "rap-vientiane/activity/5")
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', text, re.DOTALL)
    assert crumbs is not None
    assert plain(crumbs[0]) == ("RAP › Key result area 1 (RAP) › Strategy 6 (Vientiane Declaration) › Activity 5 (RAP)")
    assert re.search(r'rel="prev" href="/id/rap-vientiane/activity/4"', text)
    assert re.search(r'rel="next" href="/id/rap-vientiane/activity/6"', text)
    assert 'rel="prev"' not in page(client, "rap-vientiane/activity/1")
    assert 'rel="next" href="/id/rap-vientiane/activity/9"' in page(client, "rap-vientiane/activity/8")


def test_the_title_is_that_of_the_text_without_its_footnote_mark(client: FlaskClient) -> None:
    printed = re.search(r'<blockquote class="printed">(.*?)</blockquote>', portrait(client, "rap-vientiane/activity/8"))
    assert printed is not None
    assert printed[1] == (
        "Regional Workshop on Promoting Rural Development: Sustainable Tourism and Short Rural Supply Chain"
    )


def test_what_a_text_says_of_another_stands_apart_from_our_mappings(client: FlaskClient) -> None:
    # Footnote 11: "led by Viet Nam", "led by Thailand", and the Regional Framework: three cross-references.
    part = portrait(client, "rap-vientiane/activity/13")
    said, _, ours = part.partition("By mappings of ours")
    assert plain(said).count("the cross-reference") == 3
    assert "proposed alignment with" in said and "Activity 12.a" in said
    assert "serves" in ours and "our mapping" in ours and "tag of-stated" not in ours.partition("</section>")[0]
    (note,) = values(part, "Footnotes")
    assert note.startswith("Footnote 11 (RAP) : Activity 12.a in the Regional Framework")


def test_a_strategy_lists_the_activities_that_carry_it_out(client: FlaskClient) -> None:
    # Strategy 4: rows 13, 14a and 14b.
    part = portrait(client, "vientiane-declaration/strategy/4")
    assert [one in plain(part) for one in ("Activity: 3", "Activity 13 (RAP)", "Activity 14b (RAP)")] == [True] * 3
    assert "Activity 12 (RAP)" not in part


def test_an_activity_known_by_a_footnote_says_so(client: FlaskClient) -> None:
    part = plain(portrait(client, "slom-wg-wp-2016-2020/activity/rap-fn5"))
    assert "Known only because another text speaks of it" in part and "gives no title" in part


def test_a_timeline_is_drawn_and_told_in_words(client: FlaskClient) -> None:
    # Row 7: "13-15 December 2017, Champasack, Lao PDR".
    part = portrait(client, "rap-vientiane/activity/7")
    assert re.search(
        r'<figure class="chart[^"]*" id="[\w-]+" data-name="timeline-activity-7">\s*<svg[^>]*role="group"', part
    )
    (row,) = rows(part, 'id="timeline"')
    assert row[2] == "13-15 December 2017, Champasack, Lao PDR" and row[3].startswith("2017-12-13 to 2017-12-15:")
    assert "portrait-time" not in portrait(client, "rap-vientiane/activity/4")  # no date is printed


def test_bars_lie_in_the_order_of_time_and_inside_the_drawing() -> None:
    def dated(name: str, start: date, end: date) -> dict[str, str]:
        held = dict.fromkeys(("title", "timeline", "event", "event_name", "from", "until", "held", "precision"), "")
        return {"element": name, "name": name, "start": str(start), "end": str(end), **held}

    found = timeline_of(
        [dated("a", date(2017, 1, 1), date(2017, 12, 31)), dated("b", date(2018, 7, 1), date(2025, 12, 31))]
    )
    assert found is not None
    (early,), (late,) = (line.bars for line in found.lines)
    assert 0 < early.x < early.x + early.width < late.x < late.x + late.width < found.width
    assert abs(late.width / early.width - 7.5) < 0.1
    assert [year for _, year in found.marks] == list(range(2017, 2027))
    assert timeline_of([]) is None


# -- concepts ------------------------------------------------------------------------------------------------


def test_a_focus_area_lists_its_activities_as_printed(client: FlaskClient) -> None:
    # "Knowledge sharing" is the focus of rows 2, 5, 7, 8 and 14b.
    found = rows(portrait(client, "concept/focus-area/knowledge-sharing"), 'id="plan-1"')
    assert [row[1].split(" (")[0] for row in found] == [f"Activity {number}" for number in ("2", "5", "7", "8", "14b")]
    assert all(row[2].startswith("said by the text") and "“Knowledge sharing”" in row[3] for row in found)


def test_a_theme_tells_words_from_judgement_and_names_terms_of_others(client: FlaskClient) -> None:
    part = portrait(client, "concept/theme/gender-equality")
    told = {row[1].split(" (")[0]: row[2] for row in rows(part, "Regional Action Plan of Vientiane")}
    assert "by hand" in told["Activity 5"]
    words = {row[1].split(" (")[0]: row[2] for row in rows(part, ">ALM WP <span")}
    assert words["Thematic group 1"] == "our mapping its words name it"
    tvet = portrait(client, "concept/theme/tvet")
    assert [bool(values(tvet, name)) for name in ("EuroVoc", "SDG", "UNBIS", "STW")] == [True] * 4
    assert values(tvet, "Broader") == ["Skills development"]


@pytest.mark.parametrize(
    ("path", "scheme", "said"),
    [
        ("body/ilo", "EuroVoc", "International Labour Organisation eurovoc:2130 · the same"),
        ("country/lao", "Wikidata", "Laos wikidata:Q819 · the same"),
        ("country/lao", "UN M49", "Lao People's Democratic Republic m49:418 · the same"),
        ("group/asean-member-states", "EuroVoc", "ASEAN countries eurovoc:1847 · the same"),
        (
            "concept/indicator/neet-rate",
            "ILOSTAT",
            "not in education, employment or training ilostat:SDG_0861_SEX_RT_A",
        ),
        ("concept/indicator/unemployment-rate-disability", "SDG", "sdg:C080502 · broader"),
    ],
)
def test_what_others_call_a_thing_stands_with_their_name_and_how_near_it_is(
    client: FlaskClient, path: str, scheme: str, said: str
) -> None:
    found = values(portrait(client, path), scheme)
    assert [one for one in found if said in one and "confidence 0." in one and "the reason" in one], found


def test_an_indicator_says_what_it_measures_and_which_theme_it_is_near(client: FlaskClient) -> None:
    part = portrait(client, "concept/indicator/unemployment-rate-disability")
    assert "counted apart for persons with and without disabilities" in part
    assert values(part, "Broader") == ["Unemployment rate"]
    assert values(part, "Related") == ["Workers with disabilities"]
    assert values(portrait(client, "concept/theme/workers-with-disabilities"), "Related") == [
        "Unemployment rate by disability"
    ]


# -- records -------------------------------------------------------------------------------------------------

ROW_13 = "source/rap-vientiane/passage/9353-9374"


def test_a_passage_shows_its_words_and_leads_to_them(client: FlaskClient) -> None:
    part = portrait(client, "source/rap-vientiane/passage/3347-3589")
    assert "Tripartite workshop to share good practices" in part and "Line 38 of" in plain(part)
    assert 'href="/sources/rap-vientiane?at=3347-3589#at"' in part
    assert "Activity 5 (RAP) title" in plain(part)


def test_records_have_titles_that_people_read(client: FlaskClient) -> None:
    def title(path: str) -> str:
        found = re.search(r"<h1>(.*?)</h1>", page(client, path))
        assert found is not None
        return plain(found[1])

    facts = page(client, "rap-vientiane/activity/5").partition('id="facts"')[2]
    statements = re.findall(r'<a href="/id/(statement/\w+)"[^>]*>(.*?)</a>', facts)
    assert statements and not [name for _, name in statements if re.search(r"[0-9a-f]{32}", name)]
    assert all(plain(name) in title(path) or "…" in name for path, name in statements[:6])
    assert title("report/rap-5") == "What became of Activity 5 (RAP)"
    assert title("anomaly/rap-row-13-columns") == "Shifted column: Activity 13 (RAP)"
    assert "SLOM SOMRDPE SOM-AMAF" in plain(portrait(client, "anomaly/rap-row-13-columns"))


def test_the_facts_of_a_thing_with_a_portrait_are_folded_and_complete(client: FlaskClient) -> None:
    assert '<details class="fold" id="facts">' in page(client, "body/acmw")
    assert '<details class="fold" id="facts" open>' in page(client, "membership/vnm")


# -- what every page gives -----------------------------------------------------------------------------------


def test_a_page_can_be_cited_by_its_iri_and_version(client: FlaskClient, published: Build) -> None:
    cited = page(client, "body/acmw").partition('<details class="cite">')[2]
    assert f"{BASE}id/body/acmw" in cited and published.version in cited and "“ACMW”" in cited
    assert "@misc{aseankg-" in cited and "accessed" not in cited and "urldate" not in cited


def test_a_page_shows_the_queries_behind_it_and_they_run(client: FlaskClient) -> None:
    text = page(client, "body/acmw")
    behind = re.findall(r'<li><a href="(/sparql\?query=[^"]+)"', text.partition('class="behind"')[2])
    assert len(behind) > 5
    asked = [parse_qs(urlsplit(html.unescape(link)).query)["query"][0] for link in behind]
    assert all(f"{BASE}id/body/acmw" in query for query in asked)
    answer = client.get("/sparql", query_string={"query": asked[1], "format": "json"})
    assert answer.status_code == 200 and json.loads(answer.data)["results"]["bindings"]
    assert "/sparql?query=DESCRIBE" in text


def test_formats_are_offered_on_every_page(client: FlaskClient) -> None:
    for path in ("body/acmw", "rap-vientiane/activity/5", "concept/theme/tvet", ROW_13):
        assert all(f'href="/id/{path}.{suffix}"' in page(client, path) for suffix in ("ttl", "jsonld", "nt", "rdf"))


# -- the reader's language -----------------------------------------------------------------------------------

RDFS, SKOS = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2004/02/skos/core#"
NAMED = f"""\
<{BASE}id/country/vnm> <{RDFS}label> "Viet Nam"@en <{BASE}graph/reference> .
<{BASE}id/country/vnm> <{RDFS}label> "Vi\u1ec7t Nam"@vi <{BASE}graph/reference> .
<{BASE}id/country/vnm> <{RDFS}label> "Vietnam"@fr <{BASE}graph/reference> .
<{BASE}id/x> <{RDFS}seeAlso> <{BASE}id/country/vnm> <{BASE}graph/reference> .
<{BASE}id/x> <{RDFS}label> "plain" <{BASE}graph/reference> .
<{BASE}id/x> <{RDFS}label> "aaa"@de <{BASE}graph/reference> .
"""


@pytest.mark.parametrize(
    ("wished", "name"),
    [
        ("", "Viet Nam"),
        ("en", "Viet Nam"),
        ("vi", "Vi\u1ec7t Nam"),
        ("fr-CA, en;q=0.5", "Vietnam"),
        ("ja, vi;q=0.2, fr;q=0.1", "Vi\u1ec7t Nam"),
        ("ja", "Viet Nam"),
        ("fr;q=0, en;q=0.1", "Viet Nam"),
        ("*;q=0.1, ,,;q=x, " + "z" * 5000, "Viet Nam"),
    ],
)
def test_names_are_in_the_language_of_the_reader(tmp_path: Path, wished: str, name: str) -> None:
    put_build(tmp_path / "build", "one", NAMED.encode())
    settings = Settings(build_dir=str(tmp_path / "build"), query_log="")
    engine = LocalEngine(load(tmp_path / "build" / "one" / "dataset.nq"), settings, forked=False, build="one")
    small = create_app(engine, settings).test_client()
    for _ in range(2):  # the second is the one that was kept for this reader and no other
        for other in ("vi", wished):
            answer = small.get("/id/country/vnm.html", headers={"Accept-Language": other} if other else {})
        assert f"<h1>{name}</h1>" in answer.text
        assert "Accept-Language" in answer.headers["Vary"]
    link = small.get("/id/x.html", headers={"Accept-Language": wished} if wished else {}).text
    assert f">{name}</a>" in link and "<h1>plain</h1>" in link
    assert "Accept-Language" not in small.get("/id/x.ttl").headers["Vary"]
