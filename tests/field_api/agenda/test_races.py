"""Many writers at once: exactly one of those that held the same version wins, and all who follow end with the same."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from flask import Flask

from field_api.agenda import calendars, changes, objects
from field_api.agenda.calendars import KnownCalendar
from field_api.errors import NotFound, Stale
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import Principal
from tests.field_api.agenda.diary import Diary
from tests.field_api.agenda.texts import event
from tests.field_api.people import make_user
from tests.field_api.sync.phone import Phone


def _rep(app: Flask) -> tuple[Principal, KnownCalendar]:
    with app.app_context():
        rep = Principal(id=make_user(db.session).id, role="rep")
        return rep, calendars.agenda_of(db.session, rep.id)


def test_of_puts_with_the_same_if_match_exactly_one_wins(app: Flask) -> None:
    rep, agenda = _rep(app)
    with app.app_context(), writing(db.session):
        first = objects.put_object(db.session, rep, agenda, "one.ics", event("one")).etag

    def put(number: int) -> bool:
        with app.app_context():
            try:
                with writing(db.session):
                    text = event("one", SUMMARY=f"Writer {number}")
                    objects.put_object(db.session, rep, agenda, "one.ics", text, if_match=first)
            except Stale:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(put, range(8)))
    assert sum(won) == 1
    with app.app_context():
        ((_, _, text),) = objects.read_objects(db.session, agenda)
        assert f"Writer {won.index(True)}".encode() in text


def test_of_two_patches_with_the_same_version_one_is_told_that_it_is_stale(diary: Diary) -> None:
    own_id = diary.make()["id"]
    held = diary.rep | {"If-Match": diary.etags[own_id]}

    def patch(title: str) -> int:
        client = diary.app.test_client()
        return client.patch(f"/v1/appointments/{own_id}", headers=held, json={"title": title}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(patch, ("One", "Two"))) == [200, 412]


class Follower:
    """Keeps a copy of a calendar by its tokens, a few changes at a time."""

    def __init__(self, app: Flask, rep: Principal, agenda: KnownCalendar, limit: int) -> None:
        self.app, self.rep, self.agenda, self.limit = app, rep, agenda, limit
        self.token: str | None = None
        self.copy: dict[str, str] = {}

    def follow(self) -> None:
        more = True
        while more:
            with self.app.app_context():
                page = changes.changes_since(db.session, self.rep, self.agenda, self.token, self.limit)
            self.copy.update(page.changed)
            for href in page.gone:
                self.copy.pop(href, None)
            self.token, more = page.token, page.more


def _write(app: Flask, rep: Principal, agenda: KnownCalendar, seed: int, rounds: int) -> None:
    """Put and remove objects that other writers put and remove too."""
    rng, numbers = random.Random(seed), count()
    for _ in range(rounds):
        href = f"{rng.randrange(20)}.ics"
        with app.app_context():
            try:
                with writing(db.session):
                    if rng.random() < 0.3:
                        objects.delete_object(db.session, rep, agenda, href)
                    else:
                        text = event(href, SUMMARY=f"{seed} {next(numbers)}")
                        objects.put_object(db.session, rep, agenda, href, text)
            except NotFound:
                continue


def _storm(app: Flask, writers: int, rounds: int) -> None:
    rep, agenda = _rep(app)
    followers = [Follower(app, rep, agenda, limit) for limit in (1, 3, 100)]

    def follow(one: Follower) -> None:
        for _ in range(rounds):
            one.follow()

    with ThreadPoolExecutor(writers + len(followers)) as pool:
        done = [pool.submit(_write, app, rep, agenda, seed, rounds) for seed in range(writers)]
        done += [pool.submit(follow, one) for one in followers]
        for each in done:
            each.result()
    with app.app_context():
        stands = {href: etag for href, etag, _ in objects.read_objects(db.session, agenda)}
    for one in followers:
        one.follow()
        assert one.copy == stands


def test_writers_and_followers_end_with_identical_copies(app: Flask) -> None:
    _storm(app, writers=4, rounds=6)


@pytest.mark.slow
def test_eight_writers_and_three_followers_end_with_identical_copies(app: Flask) -> None:
    _storm(app, writers=8, rounds=60)


def test_json_and_calendar_apps_follow_the_same_counter(diary: Diary) -> None:
    phone = Phone(diary.client, diary.rep, diary.territory_id, collection="appointments")
    with diary.app.app_context():
        rep = Principal(id=diary.rep_id, role="rep")
        agenda = calendars.agenda_of(db.session, diary.rep_id)
        with writing(db.session):
            objects.put_object(db.session, rep, agenda, "phone.ics", event("phone"))
    diary.make("By JSON", "2026-03-03T09:00:00")
    phone.pull()
    with diary.app.app_context():
        told = changes.changes_since(db.session, rep, agenda, None)
    assert (len(phone.shown()), len(told.changed), phone.is_whole()) == (2, 2, True)
