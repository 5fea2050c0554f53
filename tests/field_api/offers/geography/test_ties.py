"""Offers that are shown at the same distance: none is lost or told twice, wherever circles and pages end amid them."""

from itertools import cycle
from typing import Any

import pytest
from geopy.distance import geodesic

from field_api.geo import Position
from field_api.offers import nearest as order
from field_api.offers.around import Asked, Step, Stored
from field_api.offers.models import Offer
from field_api.offers.nearest import Map, nearest
from field_api.offers.places import ALL_ROLES
from field_api.offers.snapshot import Copy, Remembered
from field_api.store.engine import AnySession
from tests.field_api.offers.geography.atlas import NOW, Place, area, box, offer_at, point
from tests.field_api.offers.geography.test_nearest import pages, with_map

CENTRE = Position(45.76, 4.84)
ASKED = Asked(CENTRE, NOW, ALL_ROLES)
# Ten to a tenth of a metre, none near the borders of one, and further ones as often urgent as nearer ones.
OFFERS, APART_M, FIRST_M = 120, 0.01, 0.005
PRIORITIES, BEARINGS = (1, 0, 2, 1, 1, 2, 0), (0, 77, 154, 231, 308)
# Where circles are to end, past the nearest offer: between tenths, amid one, on one, at a metre.
ENDS_M = (0.55, 0.52, 0.58, 0.5, 0.6, 1.0)

near_and_far = pytest.mark.parametrize("nearest_m", [20.0, 2_000.0, 40_000.0])


@near_and_far
def test_no_circle_parts_offers_that_are_shown_at_one_distance(
    session: AnySession, monkeypatch: pytest.MonkeyPatch, nearest_m: float
) -> None:
    # A circle twice as large as one of these holds more, and is halved.
    monkeypatch.setattr(order, "MOST_SPOTS", OFFERS - 10)
    by_hand = _lay_out(session, nearest_m)
    for map_ in _maps(session):
        for end_m in ENDS_M:
            for guess_m in (nearest_m + end_m, 2 * (nearest_m + end_m)):
                monkeypatch.setattr(map_, "guess_m", lambda _asked, _wanted, guess_m=guess_m: guess_m)
                assert list(nearest(map_, ASKED, 3 * nearest_m, OFFERS, None)) == by_hand


@near_and_far
@pytest.mark.parametrize("limit", [1, 4, 50])
def test_no_page_loses_or_repeats_one_of_the_offers_that_are_shown_at_one_distance(
    session: AnySession, nearest_m: float, limit: int
) -> None:
    by_hand = _lay_out(session, nearest_m)
    for map_ in _maps(session):
        assert pages(map_, ASKED, 3 * nearest_m, limit) == by_hand


@near_and_far
def test_a_search_ends_at_its_radius_even_amid_offers_that_are_shown_at_one_distance(
    session: AnySession, nearest_m: float
) -> None:
    within = [step for step in _lay_out(session, nearest_m) if step.distance_m <= nearest_m + 0.4]
    for map_ in _maps(session):
        found = pages(map_, ASKED, nearest_m + 0.5, 4)
        assert found[: len(within)] == within
        assert [step.distance_m for step in found[len(within) :]] == [round(nearest_m + 0.5, 1)] * 5


def _maps(session: AnySession) -> tuple[Map, Map]:
    return Stored(session), Remembered(session, Copy(session, (1, None)))


def _lay_out(session: AnySession, nearest_m: float) -> list[Step]:
    """Store offers from so far on, and nothing else; the order in which they are to be told."""
    offers = {metres: _offer(metres, *of) for metres, *of in _distances(nearest_m)}
    with_map(session, [*offers.values()])
    return sorted(Step(round(metres, 1), -offer.priority, offer.id) for metres, offer in offers.items())


def _distances(nearest_m: float) -> Any:
    """Of each offer the distance, its number, priority and bearing."""
    numbers = [37 * number % OFFERS for number in range(OFFERS)]
    metres = [nearest_m + FIRST_M + APART_M * number for number in numbers]
    return zip(metres, numbers, cycle(PRIORITIES), cycle(BEARINGS), strict=False)


def _offer(metres: float, number: int, priority: int, bearing: int) -> Offer:
    there = geodesic(meters=metres).destination((CENTRE.lat, CENTRE.lon), bearing)
    return offer_at(_place(there, is_area=bearing == 0 and number % 2 == 0), priority=priority)


def _place(there: Any, *, is_area: bool) -> Place:
    """A point, or an area to the north of here that begins there."""
    if not is_area:
        return point(there.latitude, there.longitude)
    west, south = CENTRE.lon - 0.01, there.latitude
    return area(box(west, south, west + 0.02, south + 0.01))
