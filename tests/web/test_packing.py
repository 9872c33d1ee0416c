"""What a browser is sent is packed, also what is made anew for each request."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from aseankg.builds import Build
from aseankg.settings import Settings
from aseankg.store.embedded import load
from aseankg.store.local import LocalEngine
from aseankg.web import create_app

ADDRESSES = [
    "/sparql?query=ASK+{}",
    "/.well-known/void",
    "/dump/",
    "/nothing/here",
    "/static/style.css",
    "/static/editor.js",
]


@pytest.fixture(scope="module")
def client(published: Build) -> FlaskClient:
    chosen = Settings(build_dir=str(published.folder.parent))
    return create_app(LocalEngine(load(published.dataset), chosen), chosen).test_client()


@pytest.mark.parametrize("address", ADDRESSES)
def test_text_is_packed_for_who_takes_it_and_only_for_them(address: str, client: FlaskClient) -> None:
    plain = client.get(address, headers={"Accept": "text/html, */*;q=0.5"})
    packed = client.get(address, headers={"Accept": "text/html, */*;q=0.5", "Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < 0.6 * len(plain.data)
    assert gzip.decompress(packed.data)[:15] == plain.data[:15]
    assert "Accept-Encoding" in packed.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]
