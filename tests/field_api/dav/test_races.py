"""Phones that write at the same time: one wins, the others are told, and whoever follows ends with the same."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.field_api.dav.phone import Phone, event, make_phone

WRITERS, FOLLOWERS = 8, 3


def at_once(count: int, act: Callable[[int], int]) -> Counter[int]:
    """What so many threads are answered that begin together."""
    line = Barrier(count)

    def run(number: int) -> int:
        line.wait(30)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(run, range(count)))


class Patient(Phone):
    """A client that comes back when the server is busy, as it is told to."""

    def call(self, method: str, path: str, body: str | bytes | None = None, **headers: str) -> TestResponse:
        until = time.monotonic() + 120
        while (answer := super().call(method, path, body, **headers)).status_code == 503:
            assert time.monotonic() < until
            time.sleep(0.1)
        return answer


def again(phone: Phone) -> Phone:
    """Another client of the same owner; test clients are not shared by threads."""
    return Patient(phone.client.application.test_client(), phone.user, phone.headers)


def test_of_puts_with_the_same_if_match_exactly_one_wins(phone: Phone) -> None:
    phone = again(phone)
    path = f"{phone.agenda}a.ics"
    for turn in range(3):
        etag = phone.kept("a.ics", event("a", f"SUMMARY:Turn {turn}"))
        answers = at_once(
            WRITERS,
            lambda number, turn=turn, etag=etag: (
                again(phone)  # type: ignore[misc]  # bound at once
                .put(path, event("a", f"SUMMARY:Turn {turn} of {number}"), If_Match=etag)
                .status_code
            ),
        )
        assert answers == {204: 1, 412: WRITERS - 1}


def test_of_puts_of_a_new_object_exactly_one_creates_it(phone: Phone) -> None:
    answers = at_once(
        WRITERS,
        lambda number: (
            again(phone)
            .put(f"{phone.agenda}new.ics", event("new", f"SUMMARY:Of {number}"), If_None_Match="*")
            .status_code
        ),
    )
    assert answers == {201: 1, 412: WRITERS - 1}
    twins = at_once(WRITERS, lambda number: again(phone).put(f"{phone.agenda}{number}.ics", event("twin")).status_code)
    assert twins == {201: 1, 409: WRITERS - 1}


def write(phone: Phone, number: int, times: int) -> int:
    """Put, change and remove objects that other writers change and remove as well."""
    dice, refused = random.Random(number), 0
    for turn in range(times):
        name = f"{dice.randrange(6)}.ics"
        if dice.random() < 0.25:
            status = phone.call("DELETE", f"{phone.agenda}{name}").status_code
        else:
            status = phone.put(f"{phone.agenda}{name}", event(name, f"SUMMARY:{number}-{turn}")).status_code
        assert status in {201, 204, 404, 412}, status
        refused += status in {404, 412}
    return refused


class Follower:
    """A phone that keeps its copy by sync-collection, in small pages."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.held, self._token = phone, dict[str, str](), ""

    def catch_up(self, most: int = 4) -> None:
        """Pages until there is nothing more."""
        while True:
            page = self.phone.sync(self.phone.agenda, self._token or None, most)
            for href, told in page.by_href.items():
                name = href.rpartition("/")[2]
                if told.status == 404:
                    self.held.pop(name, None)
                elif name:
                    self.held[name] = told.text("{DAV:}getetag")
            self._token = page.token or ""
            if self.phone.agenda not in page.by_href:
                return

    def follow(self, over: Event) -> int:
        while not over.is_set():
            self.catch_up()
        self.catch_up()
        return len(self.held)


def all_the_same(phone: Phone, times: int) -> None:
    """Eight writers and three followers; in the end each follower holds what stands."""
    over, followers = Event(), [Follower(again(phone)) for _ in range(FOLLOWERS)]
    with ThreadPoolExecutor(WRITERS + FOLLOWERS) as pool:
        following = [pool.submit(one.follow, over) for one in followers]
        writing = [pool.submit(write, again(phone), number, times) for number in range(WRITERS)]
        try:
            for one in writing:
                one.result(300)
        finally:
            over.set()
        for one in following:
            one.result(60)
    late = Follower(phone)
    late.catch_up(100)
    stands = phone.propfind(phone.agenda, "D:getetag", depth="1").by_href
    etags = {href.rpartition("/")[2]: told.text("{DAV:}getetag") for href, told in stands.items() if href[-1] != "/"}
    assert etags
    assert [one.held for one in (*followers, late)] == [etags] * (FOLLOWERS + 1)


def test_followers_end_with_the_same_as_eight_writers_left(phone: Phone) -> None:
    all_the_same(phone, 4)


@pytest.mark.slow
def test_followers_end_with_the_same_after_many_rounds(app: Flask) -> None:
    for _ in range(3):
        all_the_same(make_phone(app), 60)
