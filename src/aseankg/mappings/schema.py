"""The published schema of SSSOM, which each row is checked with: see ontology/published/README.md.

Not here: what the rules of the contract ask beside it (reading).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from functools import cache
from typing import Any

from aseankg.layout import resources
from aseankg.mappings.records import EXTENSIONS

__all__ = ["find_faults", "justifications", "slots"]

_SCHEMA = "ontology/published/sssom-1.1.0a5.schema.json"


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources() / _SCHEMA).read_text(encoding="utf-8"))
    return found


def slots() -> dict[str, Any]:
    """Return the JSON Schema of each slot of a mapping, by name."""
    found: dict[str, Any] = _schema()["$defs"]["Mapping"]["properties"]
    return found


def justifications() -> list[str]:
    """Return the justifications that the schema knows, as CURIEs of semapv."""
    return [option["const"] for option in slots()["mapping_justification"]["anyOf"]]


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for({"$defs": _schema()["$defs"], "$ref": "#/$defs/Mapping"})


def find_faults(cells: Dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the slot and a sentence for each fault of a row whose cells are texts; extension slots are let be."""
    document = {slot: _typed(slot, cell) for slot, cell in cells.items() if slot not in EXTENSIONS}
    for error in _validator().iter_errors(document):
        yield ".".join(str(part) for part in error.instance_path), f"{error.message} (the schema of SSSOM)."


def _typed(slot: str, cell: str) -> object:
    """A cell as JSON has it: the TSV form divides lists by `|`, and writes numbers as text."""
    kinds = slots()[slot].get("type", ())
    if "array" in kinds:
        return cell.split("|")
    return float(cell) if "number" in kinds and re.fullmatch(r"\d+(\.\d+)?", cell, re.ASCII) else cell
