"""The manifest of the reconciliation service, by which a client learns what it offers and where.

Not here: the services themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from aseankg.namespaces import ID, PREFIXES
from aseankg.reconcile import KINDS
from aseankg.web.reconciling.answers import type_of
from aseankg.web.reconciling.extending import SETTINGS
from aseankg.web.reconciling.queries import BATCH
from aseankg.web.reconciling.suggesting import SORTS

__all__ = ["NAME", "manifest_02", "manifest_10"]

NAME = "ASEAN labour policy plans"
_PREVIEW = {"width": 430, "height": 300}  # pixels
_OLD_NAMES = {"id": "name", "name": "label", "helpText": "help_text"}  # of a setting's fields, in 0.2


def manifest_02(base: str) -> dict[str, Any]:
    """Return the manifest of 0.2 for a server at `base`."""
    return _shared(base) | {
        "versions": ["0.2"],
        "identifierSpace": ID,
        "schemaSpace": PREFIXES["akg"],
        "view": {"url": base + "/id/{{id}}"},
        "feature_view": {"url": base + "/reconcile#feature-{{id}}"},
        "preview": {"url": base + "/reconcile/preview?id={{id}}", **_PREVIEW},
        "suggest": {sort: _suggest(base, sort) for sort in SORTS},
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/reconcile/extend/propose"},
            "property_settings": [_renamed(setting) for setting in SETTINGS],
        },
    }


def _suggest(base: str, sort: str) -> dict[str, str]:
    return {
        "service_url": base,
        "service_path": f"/reconcile/suggest/{sort}",
        "flyout_service_url": base,
        "flyout_service_path": f"/reconcile/flyout/{sort}?id=${{id}}",
    }


def _renamed(setting: Mapping[str, Any]) -> dict[str, Any]:
    return {_OLD_NAMES.get(name, name): value for name, value in setting.items()}


def manifest_10(base: str) -> dict[str, Any]:
    """Return the manifest of 1.0-draft for a server at `base`; its services stand at fixed paths below it."""
    return _shared(base) | {
        "versions": ["1.0-draft"],
        "view": {"url": base + "/id/{+id}"},
        "featureView": {"url": base + "/reconcile#feature-{id}"},
        "preview": _PREVIEW,
        "suggest": dict.fromkeys(SORTS, True),
        "extend": {"proposeProperties": True, "propertySettings": list(SETTINGS)},
        "standardizedScore": True,
        "lang": "en",
        "dir": "ltr",
    }


def _shared(base: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "defaultTypes": [type_of(kind) for kind in KINDS],
        "documentation": base + "/reconcile",
        "logo": base + "/static/icon.svg",
        "serviceVersion": version("aseankg"),
        "batchSize": BATCH,
    }
