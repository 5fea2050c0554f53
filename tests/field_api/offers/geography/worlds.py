"""Small worlds of offers at random, and what each says of a position by looking at all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import cos, inf, pi, radians, remainder, sin
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from field_api.geo import Position
from field_api.offers.models import MOST_RADIUS_M
from tests.field_api.offers.geography.atlas import Place, area, box, depths_m, point

# Offers are laid out first, and moved later; questions are asked about either time, or about what is to come. No clock
# changes in the week after.
LAID_AT, MOVED_AT, TO_COME = (
    datetime(year, month, day, tzinfo=UTC) for year, month, day in ((2026, 1, 12), (2026, 2, 9), (2031, 6, 2))
)
WEEK_MINUTES = 7 * 24 * 60

# Audiences, and whether they take in a client of the gold tier, tagged tea, first met in a shop in 2025.
AUDIENCES: tuple[tuple[dict[str, Any], bool], ...] = (
    ({}, True),
    ({"roles": ["client", "visitor"]}, True),
    ({"roles": ["prospect", "ambassador"]}, False),
    ({"facts": {"tier": {"any_of": ["silver", "gold"]}}, "roles": ["client"]}, True),
    ({"facts": {"tag": {"none_of": ["tea"]}}}, False),
    ({"first_touch": {"sources": ["shop"], "since": "2025-01-01T00:00:00+00:00"}}, True),
    ({"purchases": {"within_days": 30, "count_at_least": 1}}, False),
)
ZONES = ("Europe/Paris", "Pacific/Auckland", "America/New_York", "Asia/Kolkata")
OURS, THEIRS = "ours", "theirs"


@dataclass(frozen=True)
class Plan:
    """An offer: where it holds at first and once it was moved, none of them meaning everywhere; when; for whom.

    `begins` and `ends` are minutes from the moment asked for.
    """

    places: list[Place]
    moved_to: list[Place]
    begins: int
    ends: int | None
    hours: list[dict[str, Any]]
    zone: str
    audience: int
    territory: str | None
    priority: int

    def where(self, at: datetime) -> list[Place]:
        """Its places at a moment."""
        return self.places if at < MOVED_AT else self.moved_to

    def meets(self, at: datetime, asking_for_somebody: bool, asking: str) -> bool:
        """Whether the one who asks is shown it at that moment, wherever that is."""
        for_them = AUDIENCES[self.audience][1] or not asking_for_somebody
        in_time = self.begins <= 0 and (self.ends is None or self.ends > 0)
        return for_them and in_time and self.territory in {None, asking} and self._opens(at)

    def _opens(self, at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.zone))
        now = 24 * 60 * local.weekday() + 60 * local.hour + local.minute
        spans = [(one["weekday"] * 1440 - 1440 + _minutes(one["opens"]), one) for one in self.hours]
        lengths = [(opens, (_minutes(one["closes"]) - opens) % 1440 or 1440) for opens, one in spans]
        return not spans or any((now - opens) % WEEK_MINUTES < length for opens, length in lengths)


class World(NamedTuple):
    """Offers around a position, and the moment for which they are asked."""

    centre: Position
    at: datetime
    plans: list[Plan]


def within(here: Position, places: Sequence[Place]) -> float:
    """Metres to the nearest of the places; 0 inside an area, inf without any place, which is everywhere."""
    return min((distance for distance, _ in depths_m(here, places)), default=inf)


def fence(here: Position, places: Sequence[Place], accuracy_m: float) -> set[bool | None]:
    """Whether a fence holds wherever within the accuracy one may be; several answers where distances are too close."""
    depths = depths_m(here, places)
    if not depths:
        return {True}
    slack = [0.11 + 1e-3 * max(distance, distance + depth) for distance, depth in depths]
    found = set()
    for way in (-1, 1):
        shifted = [depth + way * most for (_, depth), most in zip(depths, slack, strict=True)]
        sure, may_be = max(shifted) >= accuracy_m, max(shifted) >= -accuracy_m
        found.add(True if sure else None if may_be else False)
    return found if len(found) == 1 else {True, None, False}


_centres = st.one_of(
    st.builds(Position, st.floats(-90, 90), st.floats(-180, 180)),
    st.builds(Position, st.sampled_from([-90.0, 90.0, 89.99, -89.9]), st.floats(-180, 180)),
    st.builds(Position, st.floats(-80, 80), st.sampled_from([-180.0, 180.0, 179.99, -179.999])),
)
radii_m = st.one_of(st.floats(100, 300_000), st.floats(300_000, MOST_RADIUS_M), st.just(float(MOST_RADIUS_M)))
_shares = st.floats(-1, 1).map(lambda share: round(share, 3))
_scales = st.sampled_from([0.001, 0.02, 0.5, 3.0])


def _minutes(text: str) -> int:
    return 60 * int(text[:2]) + int(text[3:])


@st.composite
def _hours(draw: st.DrawFn) -> dict[str, Any]:
    opens, closes = (f"{draw(st.integers(0, 23)):02}:{draw(st.sampled_from((0, 30))):02}" for _ in range(2))
    return {"weekday": draw(st.integers(1, 7)), "opens": opens, "closes": closes}


@st.composite
def _place(draw: st.DrawFn, centre: Position) -> Place:
    shape, size = draw(st.sampled_from((_disc, _star, _star, _over_the_edge, _cap))), draw(_scales)
    # Now and then about the centre itself: in a hole, on a corner.
    north, east = (size * draw(st.one_of(st.just(0.0), _shares)) for _ in range(2))
    lat = max(-90.0, min(90.0, centre.lat + north))
    lon = remainder(centre.lon + east / max(0.005, cos(radians(lat))), 360)
    return shape(draw, Position(lat, lon), size)


def _disc(draw: st.DrawFn, middle: Position, size: float) -> Place:
    reach = draw(st.sampled_from([0.3, 1.0, 100.0]))
    return point(middle.lat, middle.lon, min(float(MOST_RADIUS_M), 111_000 * size * reach))


def _star(draw: st.DrawFn, middle: Position, size: float) -> Place:
    """A ring of corners at any distance around a middle, wide enough to hold its hole, if it has one."""
    lat = max(-90 + size, min(90 - size, middle.lat))
    lon = max(-180 + size, min(180 - size, middle.lon))
    spokes = draw(st.lists(st.floats(0.6, 1).map(lambda share: round(share, 2)), min_size=3, max_size=6))
    turns = [2 * pi * number / len(spokes) for number in range(len(spokes))]
    rings = [
        [(lon + share * size * spoke * cos(turn), lat + share * size * spoke * sin(turn)) for spoke, turn in around]
        for share in (1.0, 0.5)
        for around in [list(zip(spokes, turns, strict=True))]
    ]
    return area(*(rings if draw(st.booleans()) else rings[:1]))


def _over_the_edge(draw: st.DrawFn, middle: Position, size: float) -> Place:
    """An area in two parts on both sides of the antimeridian, the eastern one with a hole."""
    south = max(-90.0, min(90 - 2 * size, middle.lat - size * draw(st.floats(0.1, 1.9))))
    parts = [
        area(
            box(180 - 2 * size, south, 180, south + 2 * size),
            box(180 - 1.5 * size, south + size / 2, 180 - size / 2, south + size),
        ),
        area(box(-180, south, -180 + size, south + 2 * size)),
    ]
    return {"polygon": {"type": "MultiPolygon", "coordinates": [one["polygon"]["coordinates"] for one in parts]}}


def _cap(draw: st.DrawFn, middle: Position, size: float) -> Place:
    """All that lies beyond a parallel, but for a box."""
    border = max(min(abs(middle.lat), 90 - size), 1.0)
    south, north = (border, 90.0) if middle.lat > 0 else (-90.0, -border)
    west = max(-179.0, min(179.0 - size, middle.lon - size * draw(st.floats(0, 1))))
    hole = box(west, (south + north) / 2, west + size, (south + north) / 2 + (north - south) / 4)
    return area(box(-180, south, 180, north), hole)


@st.composite
def _plan(draw: st.DrawFn, centre: Position) -> Plan:
    where = st.lists(_place(centre), max_size=2)
    places = draw(where)
    begins = draw(st.sampled_from([-50_000, -50_000, -1, 0, 1]))
    ends = draw(st.sampled_from([None, None, 0, 1, 80_000]))
    return Plan(
        places,
        draw(st.one_of(st.just(places), where)),
        begins,
        None if ends is not None and ends <= begins else ends,
        draw(st.lists(_hours(), max_size=2)) if draw(st.booleans()) else [],
        draw(st.sampled_from(ZONES)),
        draw(st.one_of(st.just(0), st.integers(0, len(AUDIENCES) - 1))),
        draw(st.sampled_from([None, None, None, OURS, THEIRS])),
        draw(st.integers(0, 2)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to seven offers about a position anywhere."""
    centre = draw(_centres)
    at = draw(st.sampled_from((LAID_AT, MOVED_AT, TO_COME))) + timedelta(minutes=draw(st.integers(0, WEEK_MINUTES)))
    return World(centre, at, draw(st.lists(_plan(centre), max_size=7)))
