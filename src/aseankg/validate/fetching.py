"""Fetches the dump of a running service, whole and bounded in bytes and time; no redirect is followed.

Not here: what is in it (inputs).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aseankg.errors import ConfigurationError, UsageError
from aseankg.validate.inputs import FORMATS, MAX_BYTES, Input, find_inputs

__all__ = ["DUMP", "fetch", "is_address"]

DUMP = "/dump/aseankg.nq.gz"
_SECONDS, _PIECE = 120.0, 1 << 16


def is_address(text: str) -> bool:
    """Say whether an argument is an address of HTTP."""
    return text.startswith(("http://", "https://"))


def fetch(address: str, folder: Path, max_bytes: int = MAX_BYTES, seconds: float = _SECONDS) -> Input:
    """Return the file behind an address, or below it the dump of a service, kept in `folder`.

    Private addresses are refused; those of this machine are not. Raises ConfigurationError when it cannot be had.
    """
    import requests
    from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]
    from urllib3.exceptions import HTTPError

    whole = _dump_of(address)
    file = folder / urlsplit(whole).path.rpartition("/")[2]
    try:
        with _session() as session, session.get(whole, stream=True, headers={"Accept-Encoding": "identity"}) as answer:
            _keep(answer, file, max_bytes, time.monotonic() + seconds)
    except InvalidIPAddress as error:
        raise ConfigurationError(f"<{whole}> is not fetched: its address {error} is private or reserved.") from error
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise ConfigurationError(f"<{whole}> could not be fetched: {type(error).__name__}. Is it running?") from error
    (found,) = find_inputs([file])
    return Input(found.path, whole, found.form, found.packed)


def _dump_of(address: str) -> str:
    parts = urlsplit(address)
    if not parts.hostname or "@" in parts.netloc:
        raise UsageError(f"<{address}> is no address: expected http(s)://host/…, without a user.")
    ends = parts.path.lower().removesuffix(".gz").rpartition("/")[2].rpartition(".")[2]
    base = parts.path.rstrip("/").removesuffix("/sparql")
    return address if ends in FORMATS and "." in parts.path else f"{parts.scheme}://{parts.netloc}{base}{DUMP}"


def _session() -> Any:
    from requests_hardened import Config, Manager  # type: ignore[import-untyped]

    session = Manager(
        Config(ip_filter_enable=True, ip_filter_allow_loopback_ips=True, never_redirect=True, default_timeout=(5, 30))
    ).get_session()
    session.trust_env = False
    return session


def _keep(answer: Any, file: Path, most: int, end: float) -> None:
    if answer.status_code != 200:
        raise ConfigurationError(f"<{answer.url}> answered with status {answer.status_code}: expected 200 and a dump.")
    size = 0
    with file.open("wb") as kept:
        while piece := answer.raw.read(_PIECE):
            size += len(piece)
            if size > most:
                raise ConfigurationError(f"<{answer.url}> has more than {most} bytes. Raise --max-bytes to take it.")
            if time.monotonic() > end:
                raise ConfigurationError(f"<{answer.url}> did not come whole within the time allowed.")
            kept.write(piece)
