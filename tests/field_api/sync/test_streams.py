"""Streams tell at once that there is something to pull, and cost nothing while there is not."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, text, update

from field_api import clock
from field_api.access.models import Token
from field_api.reps.models import Assignment
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync import feed, streams, watcher
from field_api.sync.routes import switchboard
from field_api.web.identity import Principal
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.world import World


class Stream:
    """An open stream; `next` gives one event or comment, and fails after a minute without any."""

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
        waiting.join(60)
        assert found, "nothing came by the stream"
        return found[0]

    def next_about(self, collection: str) -> str | None:
        """The next event that names the collection."""
        until = time.monotonic() + 60
        while (told := self.next()) is not None and f"event: {collection}\n" not in told:
            assert time.monotonic() < until, "nothing came by the stream but heartbeats"
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
    monkeypatch.setattr(watcher, "AFTER_FAILURE_S", 0.1)


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


def test_streams_go_on_after_their_database_was_away(company: Company) -> None:
    company.create(company.north)
    with streaming(company, company.phone(company.alice).headers) as stream:
        assert stream.next_about("customers")
        end_other_connections(company)
        company.create(company.north)
        assert stream.next_about("customers")


def end_other_connections(company: Company) -> None:
    """As a restart of PostgreSQL would; SQLite has no server that could go away."""
    if company.session.get_bind().dialect.name == "postgresql":
        others = "pid <> pg_backend_pid() AND datname = current_database() AND state = 'idle'"
        company.session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        company.session.rollback()


def test_streams_end_where_the_watcher_cannot_go_on_and_the_next_one_is_told_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = company.phone(company.alice).headers
    with monkeypatch.context() as broken:
        broken.setattr(watcher, "_counts", lambda _connection: 1 // 0)
        with streaming(company, headers) as stream:
            # A watcher that still ran may have told something before it went on.
            assert all(told == ": still here\n\n" for told in iter(stream.next, None))
    with streaming(company, headers) as stream:
        company.create(company.north)
        assert stream.next_about("customers")


def test_streams_end_with_their_process_and_those_that_open_meanwhile_too(company: Company) -> None:
    someone, engine = Principal("somebody", "rep"), company.session.get_bind()
    assert isinstance(engine, Engine)
    board = streams.Switchboard(2)
    told = [streams.events(board, board.open(engine, someone), ["customers"], lambda: someone)]
    assert next(told[0])
    board.end()
    told.append(streams.events(board, board.open(engine, someone), ["customers"], lambda: someone))
    assert next(told[1])
    assert [list(rest) for rest in told] == [[], []]
    assert not board.listening


def switchboard_of(company: Company) -> streams.Switchboard:
    return switchboard(company.client.application)
