"""How long `aseankg link` takes, and how much memory, by the number of rows: `python benchmarks/linking.py [ROWS...]`.

The table has the columns of ILOSTAT; its figures are random. Each run is a process of its own.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNTRIES = [
    "Viet Nam",
    "Laos",
    "Burma",
    "Brunei",
    "Philippines",
    "THA",
    "IDN",
    "Malaysia",
    "Singapore",
    "Cambodia",
    "Japan",
]


def write_table(file: Path, rows: int) -> None:
    chance = random.Random(1)
    with file.open("w", encoding="utf-8") as stream:
        stream.write("ref_area,indicator,sex,classif1,time,obs_value,note\n")
        for row in range(rows):
            sex = chance.choice(["SEX_T", "SEX_M", "SEX_F"])
            cells = (chance.choice(COUNTRIES), "SDG_0831_SEX_ECO_RT", sex, f"ECO_{row // 300}", 1990 + row % 30)
            stream.write(",".join(map(str, cells)) + f",{chance.random() * 100:.2f},note {row}\n")


def measure(rows: int, place: Path) -> None:
    file = place / f"{rows}.csv"
    write_table(file, rows)
    began = time.perf_counter()
    command = [sys.executable, "-m", "aseankg", "link", str(file), "--to", str(place / "out")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    memory = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    outcome = "" if status == 0 else f" FAILED ({status})"
    print(f"{rows:>9,} rows: {seconds:6.1f} s ({used.ru_utime:.1f} s of a core), {memory:.0f} MB{outcome}", flush=True)


def main() -> None:
    print(f"{os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as place:
        for rows in [int(text) for text in sys.argv[1:]] or [1_000, 10_000, 100_000]:
            measure(rows, Path(place))


if __name__ == "__main__":
    main()
