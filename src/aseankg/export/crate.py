"""An RO-Crate of the dataset: the dumps, the ontology, shapes, questions and texts, and how one was made of the other.

A crate is a folder whose `ro-crate-metadata.json` describes each file (https://w3id.org/ro/crate/). What it says is
read from the build. Not here: DCAT and VoID, which say it in other words (description).
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, parse

from aseankg.builds import CHECKSUMS, MANIFEST, VALIDATION, Build
from aseankg.description.dumps import MEDIA_TYPES
from aseankg.description.release import TITLE, Release
from aseankg.errors import ConfigurationError

__all__ = ["SPECIFICATIONS", "crate_files", "zipped"]

SPECIFICATIONS = ("1.1", "1.2")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # that ZIP can hold: the same files give the same bytes on any day
_MEDIA_TYPES = {
    **MEDIA_TYPES, ".json": "application/json", ".rq": "application/sparql-query", ".md": "text/markdown",
    ".toml": "application/toml", ".txt": "text/plain", ".gz": "application/gzip",
}  # fmt: skip
_FOLDERS = {
    "dumps": "The dataset: whole in three formats, each named graph in Turtle, and the mappings in SSSOM.",
    "ontology": "The terms of the dataset, its concept schemes, and the SHACL shapes that it conforms to.",
    "questions": "Questions that people ask of the dataset, as SPARQL with what each means.",
    "sources": "The published texts that the dataset was made from, each with a description of how it is read.",
}
_DESCRIPTIONS = {
    MANIFEST: "What this build was made of and what it holds, with the SHA-256 of every input.",
    VALIDATION: "What the shapes and checks found in this build.",
    "LICENCE.md": "The licences of the data and the rights in the texts.",
}
_PLAN_TEXT = "Published text of a plan, or how it is read."
_CONTEXT = {"sha256": "http://schema.org/sha256"}  # of schema.org, and younger than RO-Crate 1.1


def crate_files(build: Build, root: Path, specification: str = "1.1") -> dict[str, bytes]:
    """Return the files of the crate by their names in it; `root` holds ontology/, data/ and queries/.

    Raises ConfigurationError where an input is not that of the build any more.
    """
    files = dict(sorted(_files(build, root).items()))
    release = Release(build.version, [*parse(path=build.dataset, format=RdfFormat.N_QUADS)], {})
    metadata = _described(files, build, release, specification)
    octets = (json.dumps(metadata, indent=2, ensure_ascii=False) + "\n").encode()
    return {"ro-crate-metadata.json": octets, **files}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one ZIP archive, with no day in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in files.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, octets)
    return stream.getvalue()


def _files(build: Build, root: Path) -> dict[str, bytes]:
    """The files in their places, without the one that describes them."""
    found = {
        f"dumps/{file.name}": file.read_bytes()
        for file in build.dumps.iterdir()
        if file.name.endswith((*MEDIA_TYPES, ".gz")) or file.name == CHECKSUMS
    }
    found |= {name: (build.folder / name).read_bytes() for name in (MANIFEST, VALIDATION)}
    found["LICENCE.md"] = _input(build, root, root / "data" / "LICENCE.md")
    for name, folder, pattern in (
        ("ontology", root / "ontology", "**/*.ttl"),
        ("questions", root / "queries" / "questions", "*.rq"),
        ("sources", root / "data" / "sources", "*/*"),
    ):
        for file in folder.glob(pattern):
            found[f"{name}/{file.relative_to(folder).as_posix()}"] = _input(build, root, file)
    return found


def _input(build: Build, root: Path, file: Path) -> bytes:
    name, octets = file.relative_to(root).as_posix(), file.read_bytes()
    known = build.manifest["inputs"].get(name)
    if known not in (None, _sha256(octets)):
        raise ConfigurationError(f"{name} was changed after the build. Run `aseankg build`, then export again.")
    return octets


def _described(files: Mapping[str, bytes], build: Build, release: Release, specification: str) -> dict[str, Any]:
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=specification)
    if specification == "1.1":
        crate.metadata.extra_terms.update(_CONTEXT)
    for entity in _around(build, release):
        crate.add_jsonld(entity)
    for entity in _parts(files, release):
        crate.add_jsonld(entity)
    crate.root_dataset.append_to("hasPart", [{"@id": name} for name in _top(files)])
    for name, value in _about(build, release).items():
        crate.root_dataset[name] = value
    crate.metadata["name"] = "Description of this RO-Crate"
    generated: dict[str, Any] = crate.metadata.generate()
    return generated


def _about(build: Build, release: Release) -> dict[str, Any]:
    """What the crate says of itself."""
    return {
        "name": TITLE,
        "description": release.summary,
        "datePublished": release.modified,
        "version": build.version,
        "keywords": ", ".join(release.keywords),
        "license": {"@id": release.licence.value},
        "author": {"@id": release.creator.value},
        "publisher": {"@id": release.creator.value},
        "identifier": {"@id": "#identifier"},
        "mainEntity": {"@id": "dumps/aseankg.trig.gz"},
        "mentions": {"@id": "#build"},
    }


def _around(build: Build, release: Release) -> Iterator[dict[str, Any]]:
    """What is no file: licence, makers, the version's address, and the making."""
    software = f"aseankg {build.manifest['version']}"
    inputs = sorted(name for name in build.manifest["inputs"] if name.startswith("data/sources/"))
    licence = "Creative Commons Attribution 4.0 International"
    yield {
        "@id": release.licence.value, "@type": "CreativeWork", "name": licence,
        "description": "You may share and adapt the data if you give credit.", "url": release.licence.value,
    }  # fmt: skip
    yield {
        "@id": release.creator.value, "@type": "Organization", "name": release.creator_name,
        "url": release.creator.value,
    }  # fmt: skip
    yield {
        "@id": "#identifier", "@type": "PropertyValue", "name": "Address of this version", "propertyID": "url",
        "value": release.place.value, "url": release.place.value,
    }  # fmt: skip
    yield {
        "@id": "#software", "@type": "SoftwareApplication", "name": software,
        "softwareVersion": build.manifest["version"], "version": build.manifest["version"], "url": "https://w3id.org/aseankg/",
        "description": ", ".join(f"{name} {at}" for name, at in build.manifest["engines"].items()),
    }  # fmt: skip
    yield {
        "@id": "#build", "@type": "CreateAction", "name": f"Build {build.manifest['build']}",
        "description": "The texts were read, curated and reference data added, rules run, and the whole validated.",
        "instrument": {"@id": "#software"}, "agent": {"@id": release.creator.value},
        "object": [{"@id": name.removeprefix("data/")} for name in inputs],
        "result": {"@id": "dumps/"},
    }  # fmt: skip


def _top(files: Mapping[str, bytes]) -> Iterator[str]:
    yield from dict.fromkeys(name.partition("/")[0] + "/" if "/" in name else name for name in files)


def _parts(files: Mapping[str, bytes], release: Release) -> Iterator[dict[str, Any]]:
    """The folders and files of the crate."""
    for folder, words in _FOLDERS.items():
        inside = [{"@id": name} for name in files if name.startswith(f"{folder}/")]
        yield {"@id": f"{folder}/", "@type": "Dataset", "name": folder, "description": words, "hasPart": inside}
    rights = dict(_rights(release))
    for name, octets in files.items():
        plan = name.split("/")[1] if name.startswith("sources/") else ""
        yield {
            "@id": name, "@type": "File", "name": name.rpartition("/")[2], "description": _words(name),
            "encodingFormat": _media_type(name), "contentSize": str(len(octets)), "sha256": _sha256(octets),
            **({"conditionsOfAccess": rights[plan]} if plan in rights else {}),
        }  # fmt: skip


def _rights(release: Release) -> Sequence[tuple[str, str]]:
    return [(node.value.rpartition("/")[2], words) for node, words in release.sources if words]


def _words(name: str) -> str:
    folder, _, rest = name.rpartition("/")
    if folder == "dumps":
        return "SHA-256 of each dump." if rest == CHECKSUMS else "The dataset or a part of it, by the name of the file."
    if folder.startswith("sources"):
        return _PLAN_TEXT
    return _DESCRIPTIONS.get(name) or _FOLDERS[name.partition("/")[0]]


def _media_type(name: str) -> str:
    return next((kind for end, kind in _MEDIA_TYPES.items() if name.endswith(end)), "text/plain")


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
