"""What is said of an address by how it answers, asked of a real server; and whom nobody asks."""

from __future__ import annotations

import socket
import time

import pytest

from aseankg.links import Pace, ask_addresses

HERE = Pace(timeout=2, pause=0, loopback=True)


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/alive", "alive", "answers"),
        ("/no-head", "alive", "answers"),
        ("/303/alive", "alive", "answers"),  # an identifier leads to where it is described
        ("/302/301/alive", "alive", "answers"),
        ("/folder", "alive", "answers"),  # at /folder/, for good: the same
        ("/301/alive/", "moved", "elsewhere for good"),
        ("/308/301/303/alive", "moved", "elsewhere for good"),
        ("/status/404", "gone", "status 404"),
        ("/303/status/410", "gone", "status 410"),
        ("/status/403", "unreachable", "status 403"),
        ("/status/500", "unreachable", "status 500"),
        ("/loop", "unreachable", "leads on and on"),
        ("/private", "unreachable", "10.0.0.1, which is private"),
    ],
)
def test_an_address_is_judged_by_its_answer(elsewhere: str, path: str, state: str, words: str) -> None:
    [answer] = ask_addresses([elsewhere + path], HERE, print).values()
    assert (answer.state, words in answer.words) == (state, True), answer


def test_where_it_moved_to_is_where_the_redirects_for_good_end(elsewhere: str) -> None:
    [answer] = ask_addresses([f"{elsewhere}/301/303/alive"], HERE, print).values()
    assert answer.leads_to == f"{elsewhere}/303/alive"


def test_a_document_is_asked_once_whatever_its_fragments(elsewhere: str, asked: list[tuple[str, str]]) -> None:
    seen: list[int] = []
    found = ask_addresses([f"{elsewhere}/geo#a", f"{elsewhere}/geo#b"], HERE, seen.append)
    assert [answer.state for answer in found.values()] == ["alive", "alive"]
    assert asked == [("HEAD", "/geo")]
    assert seen == [2]


def test_a_host_that_was_asked_too_often_is_left_alone(elsewhere: str, asked: list[tuple[str, str]]) -> None:
    found = ask_addresses([f"{elsewhere}/status/429", f"{elsewhere}/alive"], HERE, print)
    assert [answer.state for answer in found.values()] == ["unreachable", "unreachable"]
    assert asked == [("HEAD", "/status/429")]


def test_a_host_that_does_not_answer_is_asked_no_more_after_two(free_port: int) -> None:
    addresses = [f"http://127.0.0.1:{free_port}/{number}" for number in range(5)]
    found = list(ask_addresses(addresses, HERE, print).values())
    assert {answer.state for answer in found} == {"unreachable"}
    assert ["not asked" in answer.words for answer in found] == [False, False, True, True, True]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.1.1/"])
def test_a_private_address_is_not_asked(address: str) -> None:
    [answer] = ask_addresses([address], Pace(timeout=2, pause=0), print).values()
    assert (answer.state, answer.status) == ("unreachable", None)
    assert "private or reserved" in answer.words


def test_between_two_questions_to_a_host_there_is_a_pause(elsewhere: str) -> None:
    begun = time.monotonic()
    ask_addresses([f"{elsewhere}/a", f"{elsewhere}/b", f"{elsewhere}/c"], Pace(2, 0.2, 4, True), print)
    assert time.monotonic() - begun >= 0.6


def test_a_host_that_says_nothing_is_waited_for_no_longer_than_the_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        [answer] = ask_addresses([address], Pace(0.3, 0, 1, True), print).values()
        assert (answer.state, answer.status) == ("unreachable", None)
        assert time.monotonic() - begun < 5


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
