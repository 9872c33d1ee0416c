"""Asks the addresses that links lead to whether they still answer: few at once, each host slowly, no private one.

An identifier is not its page: one that leads with https, or by a redirect that says "for now" (302, 303, 307), to
where it is described is alive. Not here: what the links say (review).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

if TYPE_CHECKING:
    from requests import Response

__all__ = ["STATES", "Answer", "Pace", "ask_addresses"]

STATES = ("alive", "moved", "gone", "unreachable")
_PERMANENT = (301, 308)
_GONE = (404, 410)
_TOO_OFTEN = 429
_FAILURES = 2  # a host that twice in a row does not answer at all is asked no more
_MOST_REDIRECTS = 8


@dataclass(frozen=True)
class Answer:
    """How an address answered: one of STATES, its status where it had one, in words, and where it moved to."""

    state: str
    status: int | None
    words: str
    leads_to: str = ""


@dataclass(frozen=True)
class Pace:
    """How one asks: seconds to wait for an answer, seconds between two questions to a host, hosts asked at once."""

    timeout: float = 20.0
    pause: float = 0.5
    at_once: int = 4
    loopback: bool = False


def ask_addresses(addresses: Iterable[str], pace: Pace, asked: Callable[[int], object]) -> dict[str, Answer]:
    """Return the answer of each address; `asked` is told how many more are done. What follows a # is not sent."""
    documents: dict[str, list[str]] = {}
    for address in dict.fromkeys(addresses):
        documents.setdefault(urldefrag(address).url, []).append(address)
    hosts: dict[str, list[str]] = {}
    for document in documents:
        hosts.setdefault(urlsplit(document).netloc, []).append(document)
    over, lock = threading.Event(), threading.Lock()

    def ask_host(of_host: Sequence[str]) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        with _session(pace) as session:
            for document in of_host:
                found[document] = _skipped(list(found.values())) or _ask(session, document, over, pace)
                with lock:
                    asked(len(documents[document]))
        return found

    with ThreadPoolExecutor(pace.at_once) as pool:
        try:
            found = {one: answer for part in pool.map(ask_host, hosts.values()) for one, answer in part.items()}
        finally:
            over.set()  # Ctrl-C: nobody is asked any more
    return {address: found[document] for document, ones in documents.items() for address in ones}


def _skipped(before: Sequence[Answer]) -> Answer | None:
    """What is said without asking of a host that does not answer, or wants to be left alone."""
    last = before[-_FAILURES:]
    if len(last) == _FAILURES and all(answer.status is None for answer in last):
        return Answer("unreachable", None, f"not asked: its host did not answer {_FAILURES} times")
    if before and before[-1].status == _TOO_OFTEN:
        return Answer("unreachable", _TOO_OFTEN, "not asked: its host says that it was asked too often")
    return None


def _ask(session: Any, address: str, over: threading.Event, pace: Pace) -> Answer:
    """HEAD, and GET where that is refused; the body is never read."""
    import requests
    from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]
    from urllib3.exceptions import HTTPError

    answer = Answer("unreachable", None, "not asked: it was interrupted")
    for method in ("HEAD", "GET"):
        if over.wait(pace.pause):
            return answer
        try:
            with session.request(method, address, stream=True, allow_redirects=True) as response:
                answer = _judged(address, response)
        except InvalidIPAddress as error:
            return Answer("unreachable", None, f"leads to {error}, which is private or reserved and is not asked")
        except requests.TooManyRedirects as error:
            return Answer("unreachable", _status(error), f"leads on and on, {_MOST_REDIRECTS} times and more")
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            answer = Answer("unreachable", None, f"does not answer: {type(error).__name__}")
        if answer.state in ("alive", "moved") or answer.status == _TOO_OFTEN:
            return answer
    return answer


def _status(error: Any) -> int | None:
    return getattr(error.response, "status_code", None)


def _judged(address: str, response: Response) -> Answer:
    status = response.status_code
    if status in _GONE:
        return Answer("gone", status, f"status {status}")
    if not 200 <= status < 300:
        return Answer("unreachable", status, f"status {status}")
    now = _moved_to(address, response)
    if _plain(now) != _plain(address):
        return Answer("moved", status, "answers elsewhere for good", now)
    return Answer("alive", status, "answers")


def _moved_to(address: str, response: Response) -> str:
    """Where redirects that are for good lead, up to the first that is not."""
    for before, after in pairwise([*response.history, response]):
        if before.status_code not in _PERMANENT:
            break
        address = after.url
    return address


def _plain(address: str) -> str:
    """An address without what a server may add and the identifier stays the same: https, and a slash at the end."""
    return re.sub(r"^https?://", "", urldefrag(address).url).rstrip("/")


def _session(pace: Pace) -> Any:
    """A session that asks public addresses only, also where a redirect leads, and takes no proxy or password."""
    from requests_hardened import Config, Manager  # type: ignore[import-untyped]

    session = Manager(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=pace.loopback,
            never_redirect=False,
            default_timeout=(pace.timeout, pace.timeout),
            user_agent_override="aseankg (links check)",
        )
    ).get_session()
    session.trust_env = False
    session.max_redirects = _MOST_REDIRECTS
    return session
