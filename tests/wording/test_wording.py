"""Questions in plain words: what is understood, what is said where nothing is, and that nothing is dropped silently.

Not here: what the stored questions answer (tests/queries), and the pages (tests/web).
"""

from __future__ import annotations

import importlib.util
import sys
import time
import tomllib
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from aseankg.api import KnowledgeGraph
from aseankg.errors import DataError
from aseankg.wording import LONGEST_QUESTION, Correction, Understanding
from aseankg.wording.words import read_lexicon, stem, words_of

ROOT = Path(__file__).parents[2]
LEXICON = ROOT / "queries" / "questions" / "wording.toml"
PAGE = ROOT / "docs" / "questions.md"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The module benchmarks/wording.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("bench_wording", ROOT / "benchmarks" / "wording.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _cases(name: str) -> list[dict[str, object]]:
    return list(tomllib.loads((ROOT / "tests" / "wording" / f"{name}.toml").read_text(encoding="utf-8"))["case"])


def _read(kg: KnowledgeGraph, text: str) -> tuple[str, dict[str, str]]:
    found = kg.understand(text)
    assert found.reading is not None, found.reason
    return found.reading.question, dict(found.reading.parameters)


def _refused(kg: KnowledgeGraph, text: str) -> Understanding:
    found = kg.understand(text)
    assert found.reading is None, found.reading
    assert found.reason.endswith((".", "?”"))
    return found


# -- the sets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["paraphrases", "second", "third"])
def test_each_set_has_40_cases_in_scope_and_20_out_of_it(name: str) -> None:
    cases = _cases(name)
    assert [len([case for case in cases if ("question" in case) is scope]) for scope in (True, False)] == [40, 20]
    assert len({case["text"] for case in cases}) == 60


@pytest.mark.parametrize("name", ["paraphrases", "second", "third"])
def test_no_case_is_answered_with_another_question(kg: KnowledgeGraph, bench: ModuleType, name: str) -> None:
    questions = {query.name: query for query in kg.questions()}
    found = {
        case.text: bench.verdict(case, kg.understand(case.text), questions, kg.lookup)
        for case in bench.read_cases(name)
    }
    assert [text for text, said in found.items() if said == "wrong"] == []
    assert list(found.values()).count("right") >= 57


def test_table_of_the_page_is_what_is_measured(kg: KnowledgeGraph, bench: ModuleType) -> None:
    page = PAGE.read_text(encoding="utf-8")
    measured = bench.tables(kg.questions(), kg.lookup)
    assert bench.written(page, measured) == page, "run `python benchmarks/wording.py --write docs/questions.md`"
    assert page.count(bench.BEGIN) == page.count(bench.END) == 1


def test_every_question_understands_its_own_words(kg: KnowledgeGraph) -> None:
    asked = {query.name: kg.understand(query.question) for query in kg.questions()}
    read = {name: found.reading and found.reading.question for name, found in asked.items()}
    assert len(read) > 40
    assert {name: question for name, question in read.items() if question != name} == {}


# -- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "body"),
    [("WGMSMEs", "wg-msmes"), ("wg msmes", "wg-msmes"), ("somed", "som-ed"), ("SOM-ED", "som-ed"), ("OSHNET", "asean-oshnet"),
     ("the Commission on Women and Children", "acwc"), ("the committee on migrant workers", "acmw")],
)  # fmt: skip
def test_a_body_is_known_in_any_writing(kg: KnowledgeGraph, written: str, body: str) -> None:
    assert _read(kg, f"what is {written} involved in?") == ("body-involvement", {"body": f"body/{body}"})


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("Laos", "lao"),
        ("lao pdr", "lao"),
        ("VN", "vnm"),
        ("PH", "phl"),
        ("vietnam", "vnm"),
        ("Burma", "mmr"),
        ("vietnm", "vnm"),
    ],
)
def test_a_country_is_known_in_any_writing(kg: KnowledgeGraph, written: str, country: str) -> None:
    expected = ("activities-led", {"actor": f"country/{country}", "year": ""})
    assert _read(kg, f"which activities does {written} lead") == expected


def test_small_words_are_no_codes_of_countries(kg: KnowledgeGraph) -> None:
    for text in ("what does my country lead", "WHAT DOES MY COUNTRY LEAD", "la la lead"):
        found = kg.understand(text)
        assert found.reading is None or "actor" not in found.reading.parameters


def test_acmw_and_acwc_are_never_taken_for_each_other(kg: KnowledgeGraph) -> None:
    assert _read(kg, "what does ACWC contribute to")[1] == {"body": "body/acwc"}
    assert _read(kg, "what does ACMW contribute to")[1] == {"body": "body/acmw"}
    for between in ("ACWM", "acwm"):
        reason = _refused(kg, f"what does {between} contribute to").reason
        assert "ACMW" in reason and "ACWC" in reason and "say which" in reason


def test_a_number_in_two_plans_is_asked_back_and_the_plan_decides(kg: KnowledgeGraph) -> None:
    reason = _refused(kg, "what does KRA 1 cover?").reason
    assert "Key result area 1 (ALM WP)" in reason and "Key result area 1 (RAP)" in reason
    assert _read(kg, "what does KRA 1 of the Regional Action Plan cover?")[1] == {"element": "rap-vientiane/kra/1"}


def test_activity_14_is_two_activities_and_activity_99_is_none(kg: KnowledgeGraph) -> None:
    assert "14a" in _refused(kg, "who leads activity 14").reason
    assert _refused(kg, "who leads activity 99").reason == "There is no activity 99."


def test_a_part_of_another_plan_is_not_taken_for_it(kg: KnowledgeGraph) -> None:
    assert "work programme" in _refused(kg, "who leads activity 5 of the work programme").reason


# -- what is never dropped ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "who leads the ASEAN Secretariat",
        "which country leads ACMW",
        "which country contributes most",
        "which activities does Viet Nam not lead",
        "activities led by Viet Nam before 2018",
        "activities led by Viet Nam except activity 1",
        "activities led by Viet Nam and Laos",
        "activities from 2017 to 2019",
        "labour inspection activities led by Cambodia",
        "what does ACSS contribute to in 2018",
        "members of SLOM in 2018",
        "who pays for activity 4",
        "how many activities",
        "which activities were held in Thailand",
        "activities starting in 2018",
        "ACMW work plan",
        "Thailand's labour plan",
        "activities in the work plan of the ACMW",
        "were the targets reached",
        "is child labour going down",
        "how many migrant workers are there",
    ],
)
def test_known_words_that_no_question_takes_together_are_refused(kg: KnowledgeGraph, text: str) -> None:
    _refused(kg, text)


def test_words_that_nobody_knows_are_named(kg: KnowledgeGraph) -> None:
    found = _refused(kg, "what is the minimum wage in Viet Nam")
    assert found.unknown == ("minimum", "wage")
    assert "“minimum”, “wage”" in found.reason


def test_a_name_that_is_left_over_is_named(kg: KnowledgeGraph) -> None:
    assert "“2018”" in _refused(kg, "what does ACSS contribute to in 2018").reason


def test_roles_choose_the_question_or_are_named_in_a_remark(kg: KnowledgeGraph) -> None:
    texts = [
        "what does SLOM lead",
        "what does SLOM contribute to",
        "what is SLOM responsible for",
        "what does SLOM coordinate",
    ]
    found = [kg.understand(text).reading for text in texts]
    assert [one and one.question for one in found] == ["activities-led", *["body-involvement"] * 3]
    said = [" ".join(one.remarks) for one in found if one]
    assert [
        word in words for word, words in zip(("", "contributing", "responsible", "coordinator"), said, strict=True)
    ] == [True] * 4
    assert said[0] == ""


def test_a_workshop_is_read_as_an_activity_and_we_say_so(kg: KnowledgeGraph) -> None:
    reading = kg.understand("where are the workshops held").reading
    assert reading is not None and reading.remarks == ("“workshops” is read as activities of any sort.",)


def test_an_open_parameter_stays_open_and_is_not_the_default(kg: KnowledgeGraph) -> None:
    question, parameters = _read(kg, "which activities does Thailand lead?")
    assert parameters == {"actor": "country/tha", "year": ""}
    every, of_2018 = kg.ask(question, **parameters), kg.ask(question, **{**parameters, "year": "2018"})
    assert len(every) > len(of_2018) > 0


# -- what is shown -----------------------------------------------------------------------------------------------


def test_a_correction_is_shown_with_what_it_was_taken_for(kg: KnowledgeGraph) -> None:
    assert Correction("vietnm", "Viet Nam") in kg.understand("which activities does vietnm lead").corrections
    for name in ("Viet Nam", "Burma"):  # Burma is one of the names that EuroVoc gives
        assert kg.understand(f"which activities does {name} lead").corrections == ()


def test_a_reading_says_in_words_what_it_asks_and_how_to_ask_it_again(kg: KnowledgeGraph) -> None:
    reading = kg.understand("what will viet nam lead in 2018").reading
    assert reading is not None
    assert "Viet Nam" in reading.asks and "2018" in reading.asks and reading.asks.endswith("?")
    assert reading.command == "aseankg ask activities-led --actor country/vnm --year 2018"
    assert [(value.words, value.label) for value in reading.values] == [("viet nam", "Viet Nam"), ("2018", "2018")]


def test_where_nothing_is_understood_the_nearest_questions_are_named(kg: KnowledgeGraph) -> None:
    found = _refused(kg, "activities led by Viet Nam before 2018")
    assert found.alternatives[0].question == "activities-led"
    assert 0 < len(found.alternatives) <= 3


def test_a_name_alone_is_no_question(kg: KnowledgeGraph) -> None:
    assert "only a name or names: “ACMW”" in _refused(kg, "ACMW").reason


def test_a_theme_or_focus_area_alone_is_what_the_plans_do_about_it(kg: KnowledgeGraph) -> None:
    assert _read(kg, "forced labor") == ("elements-with-theme", {"theme": "concept/theme/forced-labour"})
    assert _read(kg, "TVET?") == ("elements-with-theme", {"theme": "concept/theme/tvet"})
    assert _read(kg, "research") == ("activities-with-focus-area", {"focus_area": "concept/focus-area/research"})
    for more in ("is there child labour", "child labour Vietnam", "forced labour and child labour"):
        assert "only a name or names" in _refused(kg, more).reason


@pytest.mark.parametrize(
    "text", ["has activity 2 been held?", "did activity 2 take place", "was activity 2 held", "has activity 2 happened"]
)
def test_whether_an_activity_took_place_is_asked_of_its_reports_and_not_of_the_plan(
    kg: KnowledgeGraph, text: str
) -> None:
    assert _read(kg, text) == ("outcome-pages", {"element": "rap-vientiane/activity/2"})


def test_where_the_past_is_asked_and_the_plan_answers_we_say_so(kg: KnowledgeGraph) -> None:
    said = [kg.understand(text).reading for text in ("what took place in 2017", "what takes place in 2017")]
    assert [one and one.question for one in said] == ["activities-by-year"] * 2
    assert [one and one.remarks for one in said] == [("The rows say what was planned, not whether it took place.",), ()]


def test_a_plan_is_of_a_body_only_as_a_noun(kg: KnowledgeGraph) -> None:
    assert _read(kg, "what does Viet Nam plan to lead in 2018")[0] == "activities-led"
    assert _read(kg, "ACMW in the labour plans") == ("body-involvement", {"body": "body/acmw"})


def test_who_is_responsible_for_a_matter_is_a_list_to_look_in(kg: KnowledgeGraph) -> None:
    for text in ("who is responsible for trafficking", "how many bodies are responsible for trafficking"):
        reading = kg.understand(text).reading
        assert reading is not None and reading.question == "responsible-bodies"
        assert reading.remarks == ("The rows are those of every area: look for “trafficking”.",)
    _refused(kg, "who is responsible for trafficking and child labour")
    assert _read(kg, "who is responsible for labour dispute and labour justice")[0] == "responsible-bodies"


# -- bad input ---------------------------------------------------------------------------------------------------

BAD = {
    "empty": "",
    "spaces": "  \t\n ",
    "punctuation": "?!... --- ***",
    "long": "which activities does ACMW lead? " * 400,
    "one long word": "a" * 10_000,
    "markup": "<script>alert(1)</script>",
    "markup in a question": "which activities does <b>Japan</b> lead",
    "right to left": "\u202eتعاون العمل\u202c",
    "control characters": "\x00\x07\x1b[31m",
    "emoji": "🙂🙂",
    "slots": "{body} [plan]",
    "injection": "' } INSERT DATA { <a> <b> <c> } #",
    "words nobody knows": "zzzzzz " * 42,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_a_sentence_and_quickly(kg: KnowledgeGraph, name: str) -> None:
    kg.understand("make the index ready")
    start = time.process_time()
    found = _refused(kg, BAD[name])
    assert time.process_time() - start < 0.25  # with the questions read anew, on a busy machine
    assert len(found.reason) < 600 and len(found.text) <= LONGEST_QUESTION + 1
    assert all(character.isprintable() for character in found.text)


def test_control_characters_and_capitals_change_nothing(kg: KnowledgeGraph) -> None:
    for text in (
        "WHAT DOES VIET NAM LEAD IN 2018",
        "what\x00does\tviet\u00a0nam\nlead in 2018??",
        "What does Việt Nam lead in 2018?",
    ):
        assert _read(kg, text) == ("activities-led", {"actor": "country/vnm", "year": "2018"})


# -- the lexicon -------------------------------------------------------------------------------------------------


def test_no_word_of_the_lexicon_means_two_things() -> None:
    table = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    means: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for concept, phrases in (*table["concepts"].items(), *table["wider"].items()):
        for phrase in phrases:
            words = words_of(phrase, table["spelling"])
            means[tuple(word.spelling if phrase.startswith("=") else word.stem for word in words)].add(concept)
    assert len(means) > 200
    stems = {key: concepts for key, concepts in means.items() if len(concepts) > 1}
    assert stems == {}
    fillers = [(word,) for word in table["fillers"].split()]
    assert len(fillers) == len(set(fillers))
    assert [key for key in fillers if key in means] == []


def test_every_concept_of_the_rules_is_one_of_the_lexicon() -> None:
    table = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    concepts = {each for concept in table["concepts"] for each in concept.split()}
    for named in (*table["rules"].values(), table["roles"], table["wider"]):
        assert set(named) <= concepts


def test_every_other_name_is_one_of_a_thing(kg: KnowledgeGraph) -> None:
    names = tomllib.loads(LEXICON.read_text(encoding="utf-8"))["names"]
    assert len(names) > 20
    for end in names:
        assert kg.lookup.get_iri(end).endswith(end)


def test_every_slot_of_a_phrasing_is_a_parameter(kg: KnowledgeGraph) -> None:
    looked_at = 0
    for query in kg.questions():
        for phrasing in query.front_matter.get("phrasings", ()):
            slots = {word.written.strip("{}") for word in words_of(phrasing, {}) if word.written.startswith("{")}
            looked_at += len(slots)
            assert slots <= set(query.parameters), query.name
    assert looked_at > 50


def test_a_lexicon_that_lacks_a_table_is_named_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "wording.toml"
    file.write_text("fillers = 'a'\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"wording\.toml: not a lexicon: KeyError\('spelling'\)"):
        read_lexicon(file)


def test_words_are_stemmed_in_several_threads_as_in_one() -> None:
    """Snowball's stemmer keeps the word it works on: asked by two threads at once it mixed them up or failed."""
    ends = ("izations", "fulness", "ing", "ied")
    words = [f"{first}{middle}ent{end}" for first in "bdfg" for middle in ("a", "ou", "ili") for end in ends] * 20
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda number: stem(f"x{number}{words[number]}"), range(len(words))))
    finally:
        sys.setswitchinterval(interval)
    stemmer = pytest.importorskip("snowballstemmer").stemmer("english")
    assert together == [stemmer.stemWord(f"x{number}{word}") for number, word in enumerate(words)]
