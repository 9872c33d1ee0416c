"""Load by wrk: point queries of which no two are alike, or one query again and again; loads in turn, medians.

Not here: the servers (servers.py), and what is promised of them (serve.py).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from servers import JSON, UNSEEN, Server, elements, point, target

__all__ = ["Load", "Wrk", "interleave"]

# wrk's own script: every request from a list of elements and a number that never comes twice, or one fixed request.
SCRIPT = """
local elements = { %(elements)s }
local n = 0
function init(arguments) n = tonumber(arguments[1]) end
function request()
  if #elements == 0 then return "%(head)s%(tail)s" end
  n = n + 1
  return "%(head)s" .. elements[n %% #elements + 1] .. "%(limit)s" .. n .. "%(tail)s"
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("BENCH %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, microseconds at the 50th and 99th percentile, answers that were no success."""

    rate: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True)
class Wrk:
    """Load by wrk: point queries that never come twice (`text` empty) or one and the same query."""

    folder: Path
    text: str = ""
    connections: int = 8

    def run(self, server: Server, length: float, first: int = UNSEEN, headers: Mapping[str, str] | None = None) -> Load:
        """Return what the server did with the load of `length` seconds."""
        script = self.folder / "load.lua"
        script.write_text(self._script(server, headers or {}))
        options = ["-t1", f"-c{self.connections}", f"-d{max(1, round(length))}s", "-s", str(script)]
        command = ["wrk", *options, f"http://127.0.0.1:{server.port}", "--", str(first)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        requests, micros, p50, p99, errors = map(int, output.rpartition("BENCH ")[2].split())
        return Load(requests * 1e6 / micros, p50, p99, errors)

    def _script(self, server: Server, headers: Mapping[str, str]) -> str:
        mark, number = "urn:element", 987654321
        asked = target(server.path, self.text or point(mark, number))
        head, _, rest = asked.partition(urllib.parse.quote(mark, safe=""))
        limit, _, tail = rest.partition(str(number))
        named = {"Host": f"127.0.0.1:{server.port}", "Accept": JSON, **headers}
        lines = " HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in named.items()) + "\r\n"
        iris = [] if self.text else [urllib.parse.quote(element, safe="") for element in elements()]
        parts = {"head": f"GET {head}", "limit": limit, "tail": tail + lines}
        quoted = {name: json.dumps(part)[1:-1] for name, part in parts.items()}
        return SCRIPT % (quoted | {"elements": ", ".join(f'"{iri}"' for iri in iris)})


def interleave(rounds: int, loads: Mapping[str, Callable[[int], Load]]) -> dict[str, Load]:
    """Return each load's medians; the loads take turns, after one short turn each that does not count."""
    for load in loads.values():
        load(0)
    seen: dict[str, list[Load]] = {name: [] for name in loads}
    for turn in range(1, rounds + 1):
        for name, load in loads.items():
            seen[name].append(load(turn))
    return {
        name: Load(
            statistics.median(one.rate for one in all_),
            statistics.median(one.p50 for one in all_),
            statistics.median(one.p99 for one in all_),
            sum(one.errors for one in all_),
        )
        for name, all_ in seen.items()
    }
