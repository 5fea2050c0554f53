"""Writers that commit in any order, followers that poll all the while: nobody misses a row."""

import random
import threading
import time

import pytest
from flask import Flask

from tests.field_api.sync.phone import Phone
from tests.field_api.sync.world import EDITED, World

WRITERS = 8
FOLLOWERS = 3
SECONDS = 20


def _write(world: World, seed: int, until: float, failures: list[str]) -> None:
    """Create, change and move customers; several of each in one push, so that transactions last and overlap."""
    chance, office = random.Random(seed), Phone(world.app.test_client(), world.office, page=50)
    mine: list[str] = []
    while time.monotonic() < until:
        for number in range(chance.randint(1, 4)):
            if mine and chance.random() < 0.6:
                doc_id = chance.choice(mine)
                moved = {"territory_id": chance.choice(world.territories).id} if chance.random() < 0.3 else {}
                office.edit(doc_id, job_title=f"{seed} {number} {time.monotonic()}", **moved)
            else:
                office.territory_id = chance.choice(world.territories).id
                mine.append(office.make(f"{seed} {len(mine)}"))
        answer = office.send(rows := office.rows())
        if answer.status_code == 200:
            office.acknowledged(rows, answer.get_json())
        elif answer.status_code != 503:
            failures.append(answer.text)


def _follow(phone: Phone, stop: threading.Event) -> None:
    while not stop.is_set():
        phone.pull()


@pytest.mark.slow
@pytest.mark.parametrize("service", ["postgresql"], indirect=True)
def test_eight_writers_and_three_followers_end_with_identical_replicas(app: Flask) -> None:
    world = World(app)
    followers = [Phone(app.test_client(), world.phones[number].headers, page=50) for number in (0, 2, 3)]
    until, stop, failures = time.monotonic() + SECONDS, threading.Event(), []
    writing = [threading.Thread(target=_write, args=(world, seed, until, failures)) for seed in range(WRITERS)]
    following = [threading.Thread(target=_follow, args=(phone, stop)) for phone in followers]
    for thread in (*writing, *following):
        thread.start()
    for thread in writing:
        thread.join()
    stop.set()
    for thread in following:
        thread.join()
    assert failures == []
    assert len(world.standing()) > 100
    for owner, phone in zip((0, 2, 3), followers, strict=True):
        phone.pull()
        shown = {doc_id: {name: one.get(name) for name in EDITED} for doc_id, one in phone.shown().items()}
        assert shown == world.view(owner)
        assert phone.is_whole()
    print(f"{len(world.standing())} customers, {sum(phone.pages for phone in followers)} pages pulled")
