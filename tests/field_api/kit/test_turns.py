"""Threads that write take turns: none starves, and whoever fails or talks to the outside lets the next one in."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from field_api.store import audit
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import let_go, writing


def write(app: Flask) -> None:
    with app.app_context(), writing(db.session):
        audit.record(db.session, audit.SYSTEM, "test.write", new_id())


def in_threads(number: int, work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_fifty_threads_write_and_none_is_told_that_the_database_is_busy(app: Flask) -> None:
    in_threads(50, lambda: write(app))
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(AuditEntry)).scalar_one() == 50


def test_who_fails_lets_the_next_one_in(app: Flask) -> None:
    for _ in range(2):
        with app.app_context(), pytest.raises(RuntimeError), writing(db.session):
            raise RuntimeError
    in_threads(1, lambda: write(app))


def test_who_talks_to_the_outside_lets_others_write_meanwhile(app: Flask) -> None:
    with app.app_context(), writing(db.session):
        with let_go(db.session):
            in_threads(2, lambda: write(app))
        audit.record(db.session, audit.SYSTEM, "test.write", new_id())
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(AuditEntry)).scalar_one() == 3
