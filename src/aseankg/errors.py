"""Every error that aseankg raises, in one tree, by who can mend it.

Each error says what was found, where, what was expected and what to do. Nothing here prints or exits:
the command line and the web turn an error into words for their reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

__all__ = [
    "AseankgError",
    "ConfigurationError",
    "DataError",
    "NonConformanceError",
    "QueryBusyError",
    "QueryError",
    "QueryFormatError",
    "QueryKilledError",
    "QueryRefusedError",
    "QueryStoppedError",
    "QueryThrottledError",
    "QueryTimeoutError",
    "QueryTooLongError",
    "ServiceError",
    "UsageError",
    "nearest",
    "placed",
    "suggest",
]


class AseankgError(Exception):
    """The root of all errors of this package; `exit_code` follows the contract."""

    exit_code = 3


class UsageError(AseankgError):
    """The caller can mend it: a wrong name, option or parameter."""

    exit_code = 2


class DataError(AseankgError):
    """A curator can mend it. Always says in which file, and the line where there is one."""

    exit_code = 1

    def __init__(self, message: str, file: object = None, line: int | None = None) -> None:
        self.file = None if file is None else str(file)
        self.line = line
        place = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__(place + message)


@contextmanager
def placed(file: object, line: int | None) -> Iterator[None]:
    """Give file and line to the faults of a value that are found where its place is not known."""
    try:
        yield
    except DataError as error:
        if error.file is not None:
            raise
        raise DataError(str(error), file, line) from error
    except ValueError as error:
        raise DataError(str(error), file, line) from error


class NonConformanceError(DataError):
    """The graph was read, and its shapes or checks say that it does not conform."""


class ConfigurationError(AseankgError):
    """The operator can mend it: a folder, a limit, a missing or broken build."""


class QueryError(AseankgError):
    """The asker can mend it: the query does not parse or cannot be evaluated."""

    exit_code = 2

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


class QueryRefusedError(QueryError):
    """The query asks for something this service does not do (update, SERVICE, too long)."""


class QueryTooLongError(QueryRefusedError):
    """The query has more characters than the service reads."""


class QueryFormatError(QueryError):
    """The answer does not exist in any format that the asker takes."""


class QueryBusyError(QueryError):
    """No query process was free in time, or none runs; the same query may be answered later."""

    exit_code = 3


class QueryThrottledError(QueryBusyError):
    """One client asks for more at once than any may."""


class QueryTimeoutError(QueryError):
    """The query was stopped at a limit: its deadline, its memory, its rows or bytes."""

    exit_code = 3


class QueryKilledError(QueryTimeoutError):
    """The process of the query is gone: it needed too much memory or stack, or too much time."""


class QueryStoppedError(QueryTimeoutError):
    """Its asker had the query stopped."""


class ServiceError(QueryError):
    """An endpoint that the query asks by SERVICE gave no answer, or none that can be used."""

    exit_code = 3


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the up to `limit` known names most like `name`, best first; empty when none is near."""
    from rapidfuzz import fuzz, process, utils  # only needed when something went wrong

    scorer = fuzz.ratio if ":" in name else fuzz.WRatio  # all prefixed names share a word, their prefix
    choices = list(dict.fromkeys(known))
    found = process.extract(name, choices, scorer=scorer, processor=utils.default_process, limit=limit)
    best = max((score for _, score, _ in found), default=0)
    return [match for match, score, _ in found if score >= max(60, best - 10)]


def suggest(name: str, known: Iterable[str], limit: int = 3) -> str:
    """Return ` Did you mean …?` with the nearest known names, or an empty string."""
    close = nearest(name, known, limit)
    return f" Did you mean {' or '.join(repr(match) for match in close)}?" if close else ""
