"""A reader whose language there is a translation for gets the interface in it; all others get English.

The translation is a made-up one, of a few words. Not here: that every word is marked (house/test_texts), names of
things, which are data (test_things).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app, texts

Serve = Callable[..., FlaskClient]
WORDS = {  # as marked in a template, in a table of Python, with a value, with a plural, in a script
    "Skip to the content": "Saute al enhavo",
    "ASEAN labour policy plans": "Planoj",
    "What the text says": "Kion la teksto diras",
    "This page as %(formats)s.": "Tiu paĝo kiel %(formats)s.",
    ("%(number)s triple of the layer <a href=\"%(link)s\">%(layer)s</a>.", "%(number)s triples of the layer <a href=\"%(link)s\">%(layer)s</a>."): ("unu en %(layer)s", "%(number)s faktoj en %(layer)s"),
    "Copied.": "Kopiita.",
    "Bodies": "Instancoj",
}  # fmt: skip


def translate_into(folder: Path, tag: str) -> None:
    catalogue = Catalog(locale=tag.replace("-", "_"), domain=texts.DOMAIN)
    for words, said in WORDS.items():
        catalogue.add(words, said, flags=["python-format"] if "%(" in str(words) else [])
    file = folder / tag / "LC_MESSAGES" / f"{texts.DOMAIN}.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as written:
        write_mo(written, catalogue)


@pytest.fixture
def serve(published: Build, tmp_path: Path) -> Serve:
    """Serves the graph with translations into the languages that it is called with."""

    def _serve(*tags: str) -> FlaskClient:
        for tag in tags:
            translate_into(tmp_path, tag)
        settings = Settings(build_dir=str(published.folder.parent), query_log="")
        engine = LocalEngine(load(published.dataset), settings, forked=False, build=published.manifest["build"])
        app = create_app(engine, settings)
        texts.register(app, tmp_path)
        return app.test_client()

    return _serve


def page(client: FlaskClient, address: str, wished: str) -> str:
    answer = client.get(address, headers={"Accept-Language": wished, "Accept": "text/html"})
    assert answer.status_code == 200
    assert "Accept-Language" in answer.headers["Vary"]
    return answer.text


def language_of(markup: str) -> str:
    found = re.search(r'<html lang="([\w-]+)">', markup)
    assert found is not None
    return found[1]


def test_a_reader_gets_the_language_that_there_is(serve: Serve) -> None:
    client = serve("eo")
    said = page(client, "/bodies", "eo")
    assert language_of(said) == "eo"
    assert "Saute al enhavo</a>" in said and "Skip to the content" not in said
    assert "<h1>Instancoj</h1>" in said
    assert "As a file:" in said  # has no translation


def test_words_of_python_are_translated_where_they_are_shown(serve: Serve) -> None:
    said = page(serve("eo"), "/id/rap-vientiane/activity/5.html", "eo")
    assert '<h2 id="layer-stated">Kion la teksto diras</h2>' in said
    assert re.search(r"Tiu paĝo kiel <a [^>]*>Turtle</a>", said)


def test_numbers_choose_the_plural(serve: Serve) -> None:
    assert re.search(r"<p>[\d,]+ faktoj en curated", page(serve("eo"), "/graph/curated", "eo"))


def test_scripts_get_their_words_from_the_page(serve: Serve) -> None:
    client = serve("eo")
    found = re.search(
        r'<script type="application/json" id="script-words">(.*?)</script>', page(client, "/sparql", "eo")
    )
    assert found is not None
    words = json.loads(found[1])
    assert set(words) == set(texts.SCRIPTS)
    assert (words["Copied."], words["Stop"]) == ("Kopiita.", "Stop")
    assert "script-words" not in page(client, "/sparql", "en")


@pytest.mark.parametrize(
    ("wished", "language"),
    [
        ("", "en"), ("eo", "eo"), ("eo-XX, en;q=0.5", "eo"), ("en, eo", "en"), ("ja, eo;q=0.2", "eo"), ("ja", "en"),
        ("eo;q=0, ja", "en"), ("*", "en"), ("en;q=0.1, eo;q=0.9", "eo"), ("de, pt;q=0.5", "pt-BR"),
        (",,;q=x, " + "z" * 5000, "en"),
    ],
)  # fmt: skip
def test_the_reader_s_wishes_are_weighed(serve: Serve, wished: str, language: str) -> None:
    assert language_of(page(serve("eo", "pt_BR"), "/bodies", wished)) == language


def test_a_page_that_is_kept_is_given_to_readers_of_its_language_only(serve: Serve) -> None:
    client = serve("eo")
    for wished in ("eo", "en", "eo", "", "en"):
        assert language_of(page(client, "/bodies", wished)) == ("eo" if wished == "eo" else "en")
    tags = {client.get("/bodies", headers={"Accept-Language": wished}).headers["ETag"] for wished in ("eo", "en")}
    assert len(tags) == 2


def test_errors_have_the_frame_of_the_reader_s_language(serve: Serve) -> None:
    answer = serve("eo").get("/plans/no-such", headers={"Accept-Language": "eo", "Accept": "text/html"})
    assert answer.status_code == 404
    assert language_of(answer.text) == "eo" and "Accept-Language" in answer.headers["Vary"]


def test_what_programs_read_is_in_no_language(serve: Serve) -> None:
    client = serve("eo")
    for address in ("/bodies?format=csv", "/id/body/acmw.ttl", "/api/questions"):
        answers = [client.get(address, headers={"Accept-Language": wished}) for wished in ("eo", "en")]
        assert answers[0].data == answers[1].data and "Accept-Language" not in answers[0].headers["Vary"]


def test_words_of_data_come_back_as_they_are(serve: Serve) -> None:
    """A filter meets them too: a name may hold what would be a place for a value."""
    client = serve("eo")
    with client.application.test_request_context(headers={"Accept-Language": "eo"}):
        assert [texts.translate(words) for words in ("100 % of %(x)s", "%", "")] == ["100 % of %(x)s", "%", ""]
