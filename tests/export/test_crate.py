"""The RO-Crate: valid by the validator of its community, offline; whole; and the same bytes each time.

The validator asks for the JSON-LD context of the specification, which is put in its cache from the copy that the
library `rocrate` carries. Not here: the command (test_command).
"""

from __future__ import annotations

import hashlib
import importlib.resources
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

from aseankg.builds import Build
from aseankg.errors import ConfigurationError
from aseankg.export import SPECIFICATIONS, crate_files, zipped
from aseankg.files import write_folder


@pytest.fixture(scope="module")
def files(published: Build, root: Path) -> dict[str, bytes]:
    return crate_files(published, root)


# Recommendations of 1.2 that cannot be met truly: the project has no identifier of ROR, and no address for letters;
# nothing is fetched, so no identifier resolves.
LEFT = {
    "1.1": (),
    "1.2": (
        "Organization: RECOMMENDED contactPoint references ContactPoint entity",
        "Organization: SHOULD have ROR identifier",
        "Root Data Entity: at least one author/publisher SHOULD have contactPoint",
        "Root Data Entity: identifier SHOULD resolve to RO-Crate content",
    ),
}


def entities(octets: bytes) -> dict[str, dict[str, Any]]:
    return {entity["@id"]: entity for entity in json.loads(octets)["@graph"]}


class Shipped(HTTPAdapter):
    """Answers with the context that `rocrate` carries; nothing is fetched."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        known = json.loads(importlib.resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_text("utf-8"))
        body = io.BytesIO(json.dumps({"@context": known["@context"]}).encode())
        headers = {"Content-Type": "application/ld+json"}
        return self.build_response(
            request, HTTPResponse(body, headers, 200, preload_content=False, request_url=request.url)
        )


def fill_cache(cache: Path, address: str) -> None:
    """Put the context in the validator's cache as if it had been fetched."""
    with CachedSession(cache_name=str(cache), backend="sqlite", expire_after=-1) as session:
        session.mount("https://", Shipped())
        assert session.get(address, timeout=1).status_code == 200


@pytest.mark.parametrize("specification", SPECIFICATIONS)
def test_validator_finds_nothing_that_can_be_mended(
    published: Build, root: Path, tmp_path: Path, specification: str
) -> None:
    write_folder(tmp_path / "crate", crate_files(published, root, specification))
    fill_cache(tmp_path / "cache", f"https://w3id.org/ro/crate/{specification}/context")
    report = tmp_path / "report.json"
    subprocess.run(
        [Path(sys.executable).with_name("rocrate-validator"), "--no-interactive", "validate", tmp_path / "crate",
         "--offline", "--cache-path", tmp_path / "cache", "--profile-identifier", f"ro-crate-{specification}",
         "--requirement-severity", "recommended", "--output-format", "json", "--output-file", report],
        check=False, capture_output=True, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    found = json.loads(report.read_text(encoding="utf-8"))
    issues = {(one["severity"], one["check"]["name"]) for one in found["issues"]}
    assert issues == {("RECOMMENDED", name) for name in LEFT[specification]}
    assert found["skipped_checks"] < 20


def test_every_file_is_described_by_its_own_bytes(files: dict[str, bytes]) -> None:
    known = entities(files["ro-crate-metadata.json"])
    data = {name: octets for name, octets in files.items() if name != "ro-crate-metadata.json"}
    assert {name for name, entity in known.items() if entity["@type"] == "File"} == set(data)
    for name, octets in data.items():
        assert (known[name]["contentSize"], known[name]["sha256"]) == (
            str(len(octets)),
            hashlib.sha256(octets).hexdigest(),
        )


def test_texts_lead_to_the_dumps_by_the_build(files: dict[str, bytes], root: Path) -> None:
    known = entities(files["ro-crate-metadata.json"])
    texts = {one["@id"] for one in known["#build"]["object"]}
    assert texts == {f"sources/{file.parent.name}/{file.name}" for file in (root / "data" / "sources").glob("*/*")}
    assert texts <= set(files) and known["#build"]["result"] == {"@id": "dumps/"}
    assert "acknowledgement" in known["sources/rap-vientiane/descriptor.toml"]["conditionsOfAccess"]


def test_crate_holds_what_the_dataset_is_made_and_asked_with(files: dict[str, bytes], root: Path) -> None:
    assert {
        "dumps/aseankg.trig.gz",
        "ontology/plan.ttl",
        "ontology/shapes/plan.ttl",
        "LICENCE.md",
        "manifest.json",
    } <= set(files)
    assert sum(name.startswith("questions/") for name in files) == len(
        list((root / "queries" / "questions").glob("*.rq"))
    )


def test_same_build_gives_the_same_bytes(published: Build, root: Path, files: dict[str, bytes]) -> None:
    again = crate_files(published, root)
    assert again == files and zipped(again) == zipped(files)


def test_day_is_that_of_the_data(files: dict[str, bytes]) -> None:
    assert entities(files["ro-crate-metadata.json"])["./"]["datePublished"] == "2026-11-22"  # the latest akg judgement


def test_input_that_was_changed_after_the_build_is_no_part_of_it(published: Build, root: Path) -> None:
    manifest = published.manifest | {"inputs": published.manifest["inputs"] | {"ontology/plan.ttl": "0" * 64}}
    with pytest.raises(ConfigurationError, match=r"ontology/plan\.ttl was changed after the build"):
        crate_files(Build(published.folder, manifest), root)
