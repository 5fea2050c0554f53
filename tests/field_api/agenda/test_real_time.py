"""A change of an agenda is heard by whoever follows it, whichever door it came by."""

import time
from statistics import quantiles

import pytest
from flask import Flask

from field_api.agenda import calendars, objects
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync.streams import Listener, Switchboard
from field_api.web.identity import Principal
from tests.field_api.agenda.texts import event
from tests.field_api.people import make_user

PATIENCE_S = 20.0


def heard(listener: Listener, collection: str) -> bool:
    """Whether the collection's news came before patience ended."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if collection in (listener.wait(1.0) or ()):
            return True
    return False


def put(app: Flask, rep: Principal, number: int) -> None:
    with app.app_context(), writing(db.session):
        agenda = calendars.agenda_of(db.session, rep.id)
        objects.put_object(db.session, rep, agenda, "one.ics", event("one", SUMMARY=f"Version {number}"))


@pytest.fixture
def rep(app: Flask) -> Principal:
    with app.app_context():
        return Principal(id=make_user(db.session).id, role="rep")


def opened(app: Flask, principal: Principal, rep: Principal, collection: str) -> Listener:
    """An open stream that has heard all that stands."""
    put(app, rep, 0)
    with app.app_context():
        listener = Switchboard(4).open(db.engine, principal)
    assert heard(listener, collection)
    return listener


def test_the_owners_other_clients_and_the_manager_hear_of_a_put(app: Flask, rep: Principal) -> None:
    manager = Principal(id="m", role="manager", led_ids=frozenset({rep.id}))
    for principal, collection in ((rep, "appointments"), (manager, "team_appointments")):
        listener = opened(app, principal, rep, collection)
        put(app, rep, 1)
        assert heard(listener, collection)
        listener.end()


@pytest.mark.slow
def test_nineteen_of_twenty_changes_are_heard_within_half_a_second(app: Flask, rep: Principal) -> None:
    listener, took = opened(app, rep, rep, "appointments"), list[float]()
    for number in range(1, 41):
        listener.wait(0)
        put(app, rep, number)
        committed = time.monotonic()
        assert heard(listener, "appointments")
        took.append(time.monotonic() - committed)
    listener.end()
    assert quantiles(took, n=20)[-1] < 0.5
