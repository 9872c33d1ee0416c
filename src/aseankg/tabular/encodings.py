"""Finds out how a file of text is encoded: by its mark, as UTF-8, else by what its bytes most likely are.

A file is never read with letters that might be wrong: one whose lines are of two encodings is refused, with the line.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from aseankg.errors import DataError

__all__ = ["LONGEST_LINE", "TextFile", "encoding_of", "marked_encoding"]

LONGEST_LINE = 10_000_000  # bytes
_MOST_LOOKED_AT = 256_000  # bytes of lines that are not UTF-8, from which their encoding is told
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# What bytes are taken for: the encodings in which people of the region save tables; CP1252 where several fit as well.
_LIKELY = ["cp1252", "cp874", "cp1258", "big5", "gb18030", "cp932", "cp949"]


@dataclass(frozen=True)
class TextFile:
    """How a file is encoded, how that was found, and how many lines it has (about, where two bytes are a letter)."""

    encoding: str
    how: str
    lines: int


@dataclass
class _Lines:
    """The lines of a file by what their bytes are."""

    count: int = 0
    letters: int = 0  # the first line that is UTF-8 and not ASCII
    others: int = 0  # the first line that is no UTF-8
    sample: bytes = b""

    def take(self, line: bytes) -> None:
        self.count += 1
        if line.isascii():
            return
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            self.others = self.others or self.count
            self.sample += line[: max(0, _MOST_LOOKED_AT - len(self.sample))]
        else:
            self.letters = self.letters or self.count


def marked_encoding(octets: bytes) -> str:
    """Return the encoding that a byte order mark says, or nothing.

    >>> marked_encoding(codecs.BOM_UTF8 + b"a"), marked_encoding(b"a")
    ('utf-8-sig', '')
    """
    return next((encoding for mark, encoding in _MARKS if octets.startswith(mark)), "")


def encoding_of(file: Path, said: str = "") -> TextFile:
    """Return how a file of text is encoded; `said` is what its owner says.

    Raises DataError for a file that is no text, that mixes encodings (with the line), or is not as its owner says.
    """
    with file.open("rb") as stream:
        marked = marked_encoding(stream.read(4))
        stream.seek(0)
        lines = _read_lines(stream, file, bool(marked) and not marked.startswith("utf-8"))
    if said:
        return TextFile(_known(said, file), "as you say", lines.count)
    if marked:
        return TextFile(marked, "by its byte order mark", lines.count)
    if not lines.others:
        return TextFile("utf-8", "every line is", lines.count)
    if lines.letters:
        words = f"is not UTF-8, and line {lines.letters} is: the file mixes encodings. Save it anew as CSV UTF-8."
        raise DataError(words, file, lines.others)
    return TextFile(_guessed(lines.sample, file, lines.others), "as its letters say", lines.count)


def _read_lines(stream: BinaryIO, file: Path, wide: bool) -> _Lines:
    found = _Lines()
    for line in iter(lambda: stream.readline(LONGEST_LINE + 1), b""):
        if len(line) > LONGEST_LINE:
            words = f"has more than {LONGEST_LINE:,} bytes: expected the rows of a table. Save it anew as CSV."
            raise DataError(words, file, found.count + 1)
        if not wide and b"\0" in line:
            raise DataError("holds bytes that are no text: expected CSV, TSV or XLSX.", file, found.count + 1)
        found.take(b"" if wide else line)
    return found


def _known(name: str, file: Path) -> str:
    try:
        "".encode(name, "replace")  # what is no encoding of text, or cannot go on after a fault, is refused here
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise DataError(f"cannot be read as {name!r}: expected an encoding such as utf-8 or cp1252.", file) from None


def _guessed(sample: bytes, file: Path, line: int) -> str:
    from charset_normalizer import from_bytes  # only for a file that is not UTF-8

    found = list(from_bytes(sample, cp_isolation=_fitting(sample)))
    if not found:
        words = "is no UTF-8, and what it is cannot be told. Save the file anew as CSV UTF-8, or say --encoding."
        raise DataError(words, file, line)
    # A few letters fit several encodings equally well.
    best = min(found, key=lambda one: (one.chaos, -one.coherence, _LIKELY.index(one.encoding)))
    return str(best.encoding)


def _fitting(sample: bytes) -> list[str]:
    return [name for name in _LIKELY if _decodes(sample, name)]


def _decodes(sample: bytes, name: str) -> bool:
    try:
        sample.decode(name)
    except UnicodeDecodeError:
        return False
    return True
