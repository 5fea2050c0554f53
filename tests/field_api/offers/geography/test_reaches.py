"""Where searches begin: what was learned of a neighbourhood holds for it, and misleads nobody."""

import pytest

from field_api.geo import Position
from field_api.offers import reaches
from field_api.offers.around import Asked, Stored
from field_api.offers.nearest import nearest
from field_api.offers.places import ALL_ROLES
from field_api.offers.reaches import MARGIN, Reaches, known_reach_m, remember_reach
from field_api.store.engine import AnySession
from tests.field_api.offers.geography.atlas import NOW, offer_at, point
from tests.field_api.offers.geography.test_nearest import with_map

HERE, BESIDE, FAR_OFF = Position(45.76, 4.84), Position(45.760_1, 4.840_1), Position(45.8, 4.84)
WANTED = 20


def test_what_was_remembered_here_is_known_beside_it_and_not_far_off() -> None:
    known: Reaches = {}
    remember_reach(known, ALL_ROLES, WANTED, HERE, 1_000.0)
    assert known_reach_m(known, ALL_ROLES, WANTED, BESIDE) == MARGIN * 1_000.0
    assert known_reach_m(known, ALL_ROLES, WANTED, FAR_OFF) is None


def test_other_roles_and_other_numbers_are_searches_of_their_own() -> None:
    known: Reaches = {}
    remember_reach(known, ALL_ROLES, WANTED, HERE, 1_000.0)
    assert known_reach_m(known, 1, WANTED, HERE) is None
    assert known_reach_m(known, ALL_ROLES, WANTED + 1, HERE) is None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaches, "MOST", 10)
    known: Reaches = {}
    for step in range(100):
        remember_reach(known, ALL_ROLES, WANTED, Position(step * 0.5, 4.84), 100.0)
        assert len(known) <= 10


@pytest.mark.parametrize("reach_m", [0.0, 10.0, 300.0, 1_000_000.0])
def test_a_reach_that_is_out_of_date_changes_no_answer_and_is_corrected(session: AnySession, reach_m: float) -> None:
    with_map(session, [offer_at(point(HERE.lat + 0.001 * number, HERE.lon)) for number in range(1, 41)])
    asked, map_ = Asked(HERE, NOW, ALL_ROLES), Stored(session)
    expected = list(nearest(map_, asked, 10_000.0, WANTED, None))
    assert len(expected) == 40
    map_.was_m(asked, WANTED, reach_m)
    assert list(nearest(map_, asked, 10_000.0, WANTED, None)) == expected
    assert map_.guess_m(asked, WANTED) == MARGIN * expected[WANTED - 1].distance_m


def test_where_there_are_too_few_the_next_search_begins_with_all_of_the_circle(session: AnySession) -> None:
    with_map(session, [offer_at(point(HERE.lat, HERE.lon))])
    asked, map_ = Asked(HERE, NOW, ALL_ROLES), Stored(session)
    assert len(list(nearest(map_, asked, 10_000.0, WANTED, None))) == 1
    assert map_.guess_m(asked, WANTED) == MARGIN * 10_000.0
