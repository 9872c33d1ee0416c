"""Every setting in one table: name, default, kind and words; environment and command line are read from it.

A setting `deadline` is the variable `ASEANKG_DEADLINE` and, where a command takes it, the option `--deadline`.
Nothing is read at import: `Settings.from_environment()` reads, and says what is wrong with a value.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from aseankg.errors import AseankgError, ConfigurationError, UsageError, suggest

__all__ = ["Settings", "bounds_of", "help_for", "variable_for"]


def _setting(default: Any, words: str, least: float | None = None, most: float | None = None) -> Any:
    return field(default=default, metadata={"help": words, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """The settings of one run. Units stand in the words of each."""

    build_dir: str = _setting("", "Folder of the builds; empty: build/ in a checkout, else a user cache.")
    host: str = _setting("127.0.0.1", "Address the server listens on; the default is this machine only.")
    port: int = _setting(8000, "Port the server listens on.", 0, 65_535)
    public_url: str = _setting("", "Address under which people reach the server, for links; empty: the request's.")
    proxies: int = _setting(0, "Reverse proxies in front, whose X-Forwarded- headers are believed.", 0, 10)
    server: str = _setting("", "WSGI server, granian or gunicorn; empty: granian where it is installed.")
    web_workers: int = _setting(2, "Web processes.", 1, 1000)
    query_workers: int = _setting(2, "Query processes that stand ready; they share the store in memory.", 1, 1000)
    slow_workers: int = _setting(8, "Further query processes for queries that take longer than 50 ms.", 0, 1000)
    deadline: float = _setting(10.0, "Seconds after which a query is killed.", 0.05, 86_400)
    memory: int = _setting(1024, "MB a query may take beyond the store.", 16, 10_000_000)
    answer_bytes: int = _setting(50_000_000, "Largest answer in bytes.", 1000, 10**12)
    rows: int = _setting(1_000_000, "Most rows or triples in one answer.", 1, 10**10)
    query_length: int = _setting(100_000, "Longest query in characters.", 10, 10**8)
    nesting: int = _setting(50, "Deepest nesting of brackets in a query.", 5, 200)
    wait: float = _setting(5.0, "Seconds a query waits for a free query process before it is turned away.", 0.05, 3600)
    queue: int = _setting(64, "Queries of all clients that may run or wait at once.", 1, 10_000)
    client_queries: int = _setting(8, "Queries of one client address that may run or wait at once.", 1, 10_000)
    cache_bytes: int = _setting(16_000_000, "Bytes of answers that each web process keeps; 0: none.", 0, 10**12)
    service_hosts: str = _setting("", "Hosts that SERVICE may ask, with commas between them; empty: none.")
    service_deadline: float = _setting(5.0, "Seconds for all that a query asks by SERVICE.", 0.05, 600)
    service_bytes: int = _setting(1_000_000, "Largest answer in bytes of a host asked by SERVICE.", 1000, 10**9)
    service_loopback: int = _setting(0, "1: SERVICE may ask this machine, for tests; private addresses never.", 0, 1)
    query_log: str = _setting("", "File to log queries in, one JSON object a line; - is stderr; empty: none.")
    state_dir: str = _setting("", "Folder of the short links; empty: state/ in a checkout, else a user folder.")
    permalink_bytes: int = _setting(20_000_000, "Bytes that all short links may take; 0: none are made.", 0, 10**12)
    checks: int = _setting(2, "Plans that each web process checks at once, one of each client address.", 1, 100)
    check_bytes: int = _setting(1_000_000, "Bytes of the largest plan that is checked.", 1000, 100_000_000)
    check_deadline: float = _setting(30.0, "Seconds after which the check of a plan is ended.", 0.1, 3600)
    check_memory: int = _setting(2000, "MB that the check of a plan may take.", 200, 1_000_000)
    socket: str = _setting("", "Socket of the query processes; `serve` sets it for its web processes.")
    owner: int = _setting(0, "Process with which the web processes end; `serve` sets it.", 0, 2**31)

    @property
    def body_bytes(self) -> int:
        """The bytes of the largest request: a character of a query takes at most twelve in a form."""
        return 12 * self.query_length + 10_000

    @property
    def check_body_bytes(self) -> int:
        """The bytes of the largest request that brings a plan: in a form, a byte takes at most three."""
        return 3 * self.check_bytes + 10_000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Return the settings of the environment, with `overrides` that are not None on top.

        Raises ConfigurationError naming the variable when a value is not of its kind or out of its bounds, and
        UsageError naming the setting when that value was given by the caller, or no setting has its name.
        """
        environment = os.environ if environment is None else environment
        for name in overrides.keys() - cls.__dataclass_fields__.keys():
            raise UsageError(f"No setting {name!r}.{suggest(name, cls.__dataclass_fields__)}")
        values: dict[str, Any] = {}
        for entry in fields(cls):
            given, found = overrides.get(entry.name), environment.get(variable_for(entry.name))
            if given is not None:
                values[entry.name] = _read(entry, given, entry.name, UsageError)
            elif found is not None:
                values[entry.name] = _read(entry, found, variable_for(entry.name), ConfigurationError)
        return cls(**values)


def _read(entry: Field[Any], raw: Any, name: str, error: type[AseankgError]) -> Any:
    kind: type[Any] = type(entry.default)
    try:
        value = kind(raw)
    except (TypeError, ValueError, OverflowError):
        raise error(f"{name} is {raw!r}: expected {kind.__name__}.") from None
    least, most = bounds_of(entry.name)
    if least is not None and most is not None and not least <= value <= most:  # as for one that is no number (NaN)
        raise error(f"{name} is {raw!r}: expected {least} to {most}.")
    return value


def bounds_of(name: str) -> tuple[Any, Any]:
    """Return the least and the greatest value of a setting that is a number, else None twice.

    >>> bounds_of("port")
    (0, 65535)
    """
    metadata = Settings.__dataclass_fields__[name].metadata
    return metadata["least"], metadata["most"]


def variable_for(name: str) -> str:
    """Return the environment variable of a setting.

    >>> variable_for("deadline")
    'ASEANKG_DEADLINE'
    """
    return "ASEANKG_" + name.upper()


def help_for(name: str) -> str:
    """Return the words of a setting for `--help`, with its variable and default."""
    entry = next(entry for entry in fields(Settings) if entry.name == name)
    shown = "" if entry.default == "" else f" [default: {entry.default}]"
    return f"{entry.metadata['help']} [{variable_for(name)}]{shown}"
