"""The command `validate`: where its report goes, and what it says of rows of mappings."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aseankg.cli.validating import validate
from aseankg.errors import DataError, UsageError

ROOT = Path(__file__).parents[2]
INVALID = str(ROOT / "tests" / "data" / "shapes" / "invalid" / "body-of-two-kinds.ttl")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(validate, [*arguments, "--engine", "pyshifty"])


def test_output_that_cannot_be_written_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    error = run(INVALID, "--output", str(tmp_path / "file" / "report.txt")).exception
    assert isinstance(error, UsageError)
    error = run(INVALID, "--output", str(tmp_path / ("x" * 300))).exception
    assert isinstance(error, UsageError) and "cannot be written" in str(error)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]  # nothing half-written


def test_output_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "report.txt")
    run(INVALID, "--output", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert "1 violations" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_output_to_a_device_leaves_the_device(tmp_path: Path) -> None:
    device = Path("/dev/null")
    run(INVALID, "--output", str(device))
    assert device.is_char_device()


def test_table_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    table = tmp_path / "large.sssom.tsv"
    with table.open("wb") as stream:
        stream.truncate(1_000_000_001)
    error = run(str(table)).exception
    assert isinstance(error, DataError) and "has 1000000001 bytes" in str(error)


@pytest.fixture
def rows(tmp_path: Path) -> tuple[Path, list[str], int]:
    """A table with the header and first row of a shipped one."""
    shipped = (ROOT / "data" / "alignment" / "rap-vientiane.sssom.tsv").read_text(encoding="utf-8").splitlines()
    head = next(at for at, line in enumerate(shipped) if not line.startswith("#")) + 1
    return tmp_path / "mine.sssom.tsv", shipped[: head + 1], head


def test_fault_in_a_row_names_the_file_as_the_caller_did(rows: tuple[Path, list[str], int]) -> None:
    table, lines, head = rows
    table.write_text("\n".join([*lines, lines[head], ""]), encoding="utf-8")
    error = run(str(table)).exception
    assert isinstance(error, DataError) and str(error).startswith(f"{table}:{head + 2}: this row says the same")


def test_result_of_a_row_names_its_line_in_the_callers_file(rows: tuple[Path, list[str], int]) -> None:
    table, lines, head = rows
    cells = lines[head].split("\t")
    cells[4] = cells[0]  # both ends in one plan
    table.write_text("\n".join([*lines[:head], "\t".join(cells), ""]), encoding="utf-8")
    found = run(str(table))
    assert "MappingOfOnePlanShape" in found.output
    assert f"where to mend it: {table}:{head + 1}" in found.output
