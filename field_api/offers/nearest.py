"""Puts the offers around a position in order: by distance, then priority, then id; what holds everywhere comes last.

An offer is as near as the nearest of its places. Circles grow until enough is found; each is read whole, so that what
is inside it is certain.
"""

from collections.abc import Collection, Iterable, Iterator
from math import inf, sqrt
from typing import Protocol

from field_api.offers.around import MOST_ROWS, Asked, Spot, Step
from field_api.offers.models import MOST_PRIORITY

# A circle that holds more places than this is halved, unless what is inside it is known already.
MOST_SPOTS = 1_000
LEAST_RADIUS_M = 10.0


class Map(Protocol):
    """Where offers hold: as the database has it, or as a copy in memory does."""

    def guess_m(self, asked: Asked, wanted: int) -> float:
        """About how far the `wanted` nearest points are."""

    def was_m(self, asked: Asked, wanted: int, reach_m: float) -> None:
        """Tells how far they were."""

    def within(self, asked: Asked, radius_m: float, most: int) -> list[Step] | None:
        """Every place within the radius, as a step; None when there are more than `most`."""

    def covering(self, asked: Asked) -> list[Spot]:
        """Every place whose fence holds the position."""

    def places_of(self, asked: Asked, offer_ids: Collection[str]) -> list[Spot]:
        """Every place of these offers."""

    def everywhere(self, asked: Asked, rank: int, after: str, most: int) -> list[Spot]:
        """What holds everywhere, from after that rank and offer on."""


def nearest(map_: Map, asked: Asked, radius_m: float, wanted: int, after: Step | None) -> Iterator[Step]:
    """Every offer within the radius, then those that hold everywhere, from after that step on; lazily."""
    if after is None or after.distance_m < inf:
        yield from _around(map_, asked, radius_m, wanted, after)
        after = None
    yield from everywhere(map_, asked, wanted, after)


def holding(map_: Map, asked: Asked) -> list[Step]:
    """Every offer that holds at the position itself, but for those that hold everywhere; nearest first.

    Another place of an offer may be nearer than the one whose fence holds.
    """
    places = map_.places_of(asked, {spot.offer_id for spot in map_.covering(asked)})
    return _in_order(place.step for place in places)


def _around(map_: Map, asked: Asked, radius_m: float, wanted: int, after: Step | None) -> Iterator[Step]:
    reach = max(map_.guess_m(asked, wanted), 1.2 * after.distance_m if after else LEAST_RADIUS_M)
    known, is_first = 0.0, after is None
    while True:
        reach = min(_between_tenths(reach), radius_m)
        halved = _between_tenths(reach / 2)
        within = map_.within(asked, reach, MOST_SPOTS if halved > max(1.5 * known, LEAST_RADIUS_M) else MOST_ROWS)
        if within is None:
            reach = halved
            continue
        steps = _in_order(within)
        ahead = [step for step in steps if after is None or step > after]
        if is_first:
            map_.was_m(asked, wanted, steps[wanted - 1].distance_m if len(steps) >= wanted else reach)
        yield from ahead
        if reach >= radius_m:
            return
        after, known = ahead[-1] if ahead else after, reach
        # As if offers lay evenly: a circle that should hold twice what is wanted. Small steps where none is, since the
        # next town may be large.
        reach *= min(2.0, max(1.3, sqrt(2 * wanted / len(ahead)))) if ahead else 2.0


def everywhere(map_: Map, asked: Asked, wanted: int, after: Step | None) -> Iterator[Step]:
    """What holds everywhere, from after that step on, read so many at a time."""
    while True:
        rank, offer_id = (MOST_PRIORITY + after.less_urgent, after.offer_id) if after else (0, _FIRST_ID)
        steps = _in_order(place.step for place in map_.everywhere(asked, rank, offer_id, wanted))
        yield from steps
        if len(steps) < wanted:
            return
        after = steps[-1]


_FIRST_ID = "00000000-0000-0000-0000-000000000000"


def _in_order(places: Iterable[Step]) -> list[Step]:
    """The nearest place of each offer, in order."""
    found: dict[str, Step] = {}
    for step in sorted(places):
        found.setdefault(step.offer_id, step)
    return [*found.values()]


def _between_tenths(radius_m: float) -> float:
    """About so far, and never where rounding would part offers that are shown at the same distance."""
    return round(radius_m, 1) + 0.05 if radius_m < inf else inf
