"""What this service does not do is refused in clear words before the engine reads the query.

The guard looks at tokens only, so it can be fooled; the limits of the query's process (no file, no socket)
hold even then. Not here: those limits, and whether the query is right.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode

from aseankg.errors import QueryError, QueryRefusedError, QueryTooLongError
from aseankg.settings import Settings
from aseankg.store.tokens import Token, declared_prefixes, decode_escapes, expand_name, place, read_tokens

__all__ = ["guard", "require_length"]

_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"))
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_PROLOGUE = frozenset(("BASE", "PREFIX", "VERSION"))


def guard(text: str, settings: Settings, further: int = 0) -> list[Token]:
    """Return the tokens of a query that may go to the engine; `further` characters of it are not the asker's.

    Raises QueryTooLongError, QueryError (nested too deeply, where the engine's time grows with the cube of the depth
    and its stack overflows) and QueryRefusedError (updates, SERVICE, also when written with Unicode escapes).
    """
    require_length(text, settings.query_length + further)
    tokens = read_tokens(text)
    _refuse(text, tokens)
    _require_shallow(text, tokens, settings.nesting)
    if "\\u" in text or "\\U" in text:
        decoded = decode_escapes(text)
        _refuse(decoded, read_tokens(decoded))
    return tokens


def require_length(text: str, longest: int) -> None:
    """Raise QueryTooLongError for a query of more characters than this service reads."""
    if len(text) > longest:
        raise QueryTooLongError(
            f"The query has {len(text)} characters; this service reads at most {longest}. "
            "Shorten it, or ask the downloaded dataset."
        )


def _require_shallow(text: str, tokens: Sequence[Token], deepest: int) -> None:
    depth = 0
    for token in tokens:
        if token.kind == "other":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth > deepest:
                line, column = place(text, token.start)
                raise QueryError(
                    f"Line {line}, column {column}: the brackets are nested more than {deepest} deep, as deep as this "
                    "service reads. Nest less.",
                    line,
                    column,
                )


def _refuse(text: str, tokens: Sequence[Token]) -> None:
    words = (token for token in tokens if token.kind == "word" and token.text.upper() not in _PROLOGUE)
    first = next(words, None)
    if first is not None and first.text.upper() in _UPDATES:
        raise _refusal(text, first, f"{first.text.upper()} is an update: this service is for reading only.")
    if "SERVICE" not in text.upper():
        return
    prefixes = declared_prefixes(tokens)
    for before, token in zip([None, *tokens], tokens, strict=False):
        declares = before is not None and before.text.upper() == "PREFIX"
        if not declares and _calls_service(token, prefixes):
            raise _refusal(text, token, "SERVICE is refused: this endpoint asks no other.")


def _refusal(text: str, token: Token, words: str) -> QueryRefusedError:
    line, column = place(text, token.start)
    return QueryRefusedError(f"Line {line}, column {column}: {words}", line, column)


def _calls_service(token: Token, prefixes: dict[str, str]) -> bool:
    """Say whether the engine could read the token as SERVICE.

    It needs no blank between tokens: `1e5SERVICE`, `SERVICE:x` with the empty prefix, and `a:SERVICE` where
    that name makes no valid IRI are all read as SERVICE (found by trying, pyoxigraph 0.5.13).
    """
    if token.kind == "word":
        return "SERVICE" in token.text.upper()
    if token.kind != "name" or "SERVICE" not in token.text.upper():
        return False
    prefix, _, local = token.text.upper().partition(":")
    if prefix.endswith("SERVICE") and "" in prefixes:
        return True
    return local.startswith("SERVICE") and not _is_iri(expand_name(token, prefixes))


def _is_iri(text: str | None) -> bool:
    try:
        return text is not None and bool(NamedNode(text))
    except ValueError:
        return False
