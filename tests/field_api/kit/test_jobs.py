"""Jobs are done at least once, by one worker at a time, and only if what promised them was kept."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from field_api import clock
from field_api.store import jobs, worker
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.store.jobs import Job
from field_api.store.worker import Recurring

pytestmark = pytest.mark.usefixtures("session")

KINDS = ("test.ring",)


class Bell:
    """A handler that counts, and breaks as often as told."""

    def __init__(self, breaks: int = 0) -> None:
        self.rung: list[Any] = []
        self.breaks = breaks

    def __call__(self, _session: Any, payload: dict[str, Any]) -> None:
        if self.breaks:
            self.breaks -= 1
            raise RuntimeError("out of order")
        self.rung.append(payload)


def promise(**options: Any) -> None:
    with writing(db.session):
        jobs.enqueue(db.session, KINDS[0], {"n": 1}, **options)


def only_job() -> Job:
    db.session.rollback()
    return db.session.query(Job).one()


def test_a_promised_job_is_done_once_and_its_payload_is_forgotten() -> None:
    promise()
    bell = Bell()
    assert worker.run_one({KINDS[0]: bell})
    assert not worker.run_one({KINDS[0]: bell})
    assert bell.rung == [{"n": 1}]
    assert only_job().done_at
    assert only_job().payload == {}


def test_a_job_promised_in_a_transaction_that_failed_is_never_done() -> None:
    with pytest.raises(ZeroDivisionError), writing(db.session):
        jobs.enqueue(db.session, KINDS[0], {})
        _ = 1 / 0
    assert not worker.run_one({KINDS[0]: Bell()})


def test_the_same_dedup_key_is_one_job() -> None:
    promise(dedup_key="once")
    promise(dedup_key="once")
    assert only_job().dedup_key == "once"


def test_a_job_for_later_waits() -> None:
    promise(run_at=clock.now() + timedelta(hours=1))
    assert not worker.run_one({KINDS[0]: Bell()})
    with clock.ahead_by(timedelta(hours=2)):
        assert worker.run_one({KINDS[0]: Bell()})


def test_a_job_that_breaks_is_tried_again_later_and_later() -> None:
    promise()
    bell = Bell(breaks=2)
    handlers = {KINDS[0]: bell}
    assert worker.run_one(handlers)
    first_wait = only_job().run_at - clock.now()
    assert not worker.run_one(handlers), "it waits"
    with clock.ahead_by(timedelta(minutes=5)):
        assert worker.run_one(handlers)
        assert only_job().run_at - clock.now() > first_wait
    with clock.ahead_by(timedelta(hours=1)):
        assert worker.run_one(handlers)
    assert bell.rung == [{"n": 1}]
    assert only_job().attempts == 3


def test_a_job_that_never_works_is_set_aside_with_the_kind_of_its_error_and_no_more() -> None:
    promise()
    handlers = {KINDS[0]: Bell(breaks=99)}
    for attempt in range(jobs.MOST_ATTEMPTS):
        with clock.ahead_by(timedelta(days=1 + attempt)):
            assert worker.run_one(handlers)
    with clock.ahead_by(timedelta(days=99)):
        assert not worker.run_one(handlers)
    assert only_job().failed_at
    assert only_job().last_error == "RuntimeError"


def test_the_job_of_a_killed_worker_comes_back_when_its_lease_is_over() -> None:
    promise()
    with writing(db.session):
        assert jobs.lease(db.session, KINDS)
    # The worker that held the lease is gone without a word.
    assert not worker.run_one({KINDS[0]: Bell()})
    with clock.ahead_by(jobs.LEASE + timedelta(seconds=1)):
        assert worker.run_one({KINDS[0]: Bell()})


def test_workers_at_the_same_time_never_do_the_same_job(app: Flask) -> None:
    with writing(db.session):
        for n in range(20):
            jobs.enqueue(db.session, KINDS[0], {"n": n})
    db.session.remove()
    bell = Bell()

    def run() -> None:
        with app.app_context():
            while worker.run_one({KINDS[0]: bell}):
                pass

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(payload["n"] for payload in bell.rung) == list(range(20))


def test_a_recurring_job_comes_once_a_period_whatever_the_number_of_workers() -> None:
    hourly = (Recurring("test.ring", every_s=3600),)
    bell = Bell()
    for _restart in range(3):
        worker.promise_recurring(hourly, {})
        worker.run_one({KINDS[0]: bell})
    assert len(bell.rung) == 1
    with clock.ahead_by(timedelta(hours=1)):
        worker.promise_recurring(hourly, {})
        worker.run_one({KINDS[0]: bell})
    assert len(bell.rung) == 2
