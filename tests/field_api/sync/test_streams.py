"""Streams tell at once that there is something to pull, and cost nothing while there is not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import delete, update

from field_api import clock
from field_api.access.models import Token
from field_api.reps.models import Assignment
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync import feed, streams
from field_api.sync.routes import switchboard
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.world import World


class Stream:
    """An open stream; `next` gives one event or comment, and fails after ten seconds without any."""

    def __init__(self, company: Company | World, headers: dict[str, str]) -> None:
        self.answer = company.client.get("/v1/sync/stream", headers=headers, buffered=False)
        assert self.answer.status_code == 200
        assert self.answer.mimetype == "text/event-stream"
        self._parts = self.answer.response
        self.first = next(iter(self._parts)).decode()

    def next(self) -> str | None:
        found: list[str | None] = []

        def wait() -> None:
            found.append(next((part.decode() for part in self._parts), None))

        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(10)
        assert found, "nothing came by the stream"
        return found[0]

    def next_about(self, collection: str) -> str | None:
        """The next event that names the collection."""
        while (told := self.next()) is not None and f"event: {collection}\n" not in told:
            pass
        return told


@contextmanager
def streaming(company: Company, headers: dict[str, str]) -> Iterator[Stream]:
    stream = Stream(company, headers)
    try:
        yield stream
    finally:
        stream.answer.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.2)
    monkeypatch.setattr(streams, "RECHECK_S", 0.2)


def test_a_stream_begins_by_asking_for_everything_and_tells_what_changes_after(company: Company) -> None:
    with streaming(company, company.phone(company.alice).headers) as stream:
        assert "event: customers\ndata: RESYNC\n\n" in stream.first
        company.create(company.north)
        assert stream.next_about("customers")


def test_a_stream_tells_nothing_of_what_is_not_in_sight(company: Company) -> None:
    company.create(company.north), company.create(company.south)
    with streaming(company, company.phone(company.alice).headers) as stream:
        stream.next_about("customers")
        company.create(company.south)
        assert [stream.next() for _ in range(6)] == [": still here\n\n"] * 6


def test_a_stream_ends_when_its_token_is_revoked(company: Company) -> None:
    with streaming(company, company.phone(company.alice).headers) as stream:
        with writing(company.session):
            company.session.execute(
                update(Token).where(Token.user_id == company.alice.id).values(revoked_at=clock.now())
            )
        while stream.next() is not None:
            pass
    assert not switchboard_of(company).listening


def test_another_scope_asks_for_everything_again(company: Company) -> None:
    with streaming(company, company.phone(company.alice).headers) as stream:
        with writing(company.session):
            company.session.execute(delete(Assignment).where(Assignment.user_id == company.alice.id))
            feed.scope_changed(company.session, company.alice.id)
        assert "event: consents\n" in (stream.next_about("customers") or "")


def test_past_the_cap_a_stream_is_refused_and_a_closed_one_gives_its_place_back(company: Company, app: Flask) -> None:
    headers = company.phone(company.alice).headers
    cap = app.config["SETTINGS"].streams
    opened = [Stream(company, headers) for _ in range(cap)]
    answer = company.client.get("/v1/sync/stream", headers=headers)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    opened.pop().answer.close()
    opened.append(Stream(company, headers))
    for stream in opened:
        stream.answer.close()


def test_waiting_streams_hold_no_connection(app: Flask) -> None:
    world = World(app)
    opened = [Stream(world, world.phones[0].headers) for _ in range(5)]
    for stream in opened:
        stream.next()
    with app.app_context():
        assert db.engine.pool.checkedout() == 0
    for stream in opened:
        stream.answer.close()


def switchboard_of(company: Company) -> streams.Switchboard:
    return switchboard(company.client.application)
