"""Shapes kept ready: of their own database each, never too many, and whole whoever else asks meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine

from field_api.geo import Position
from field_api.offers import shapes
from field_api.offers.areas import Circle
from field_api.offers.models import offer_places
from field_api.offers.shapes import Key, shapes_of
from field_api.store.engine import AnySession
from tests.field_api.offers.geography.atlas import offer_at, point
from tests.field_api.offers.geography.test_nearest import with_map


def laid_out(session: AnySession, count: int) -> list[Key]:
    offers = [offer_at(point(45.0 + 0.001 * number, 4.0, 100.0 + number)) for number in range(count)]
    with_map(session, offers)
    return [(offer.id, 1) for offer in offers]


def test_no_more_are_kept_than_there_is_room_for_and_all_are_given(
    session: AnySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = laid_out(session, 12)
    monkeypatch.setattr(shapes, "MOST_READY", 5)
    for start in range(0, 12, 4):
        found = shapes_of(session.connection(), keys[start : start + 4])
        assert [found[key] for key in keys[start : start + 4]] == [
            Circle(Position(45.0 + 0.001 * number, 4.0), 100.0 + number) for number in range(start, start + 4)
        ]
        assert len(shapes._of_engine[session.connection().engine]) <= 5


def test_whoever_asks_while_others_make_room_misses_nothing(
    session: AnySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "MOST_READY", 3)
    keys = laid_out(session, 8)
    session.commit()
    engine = session.connection().engine

    def ask(turn: int) -> bool:
        wanted = [keys[(turn + step) % 8] for step in range(3)]
        with engine.connect() as connection:
            return all(set(shapes_of(connection, wanted)) == set(wanted) for _ in range(50))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(8)))


def test_another_database_has_shapes_of_its_own(session: AnySession) -> None:
    [key] = laid_out(session, 1)
    assert key in shapes_of(session.connection(), [key])
    other = create_engine("sqlite://")
    with other.connect() as connection:
        offer_places.create(connection)
        assert shapes_of(connection, [key]) == {}
