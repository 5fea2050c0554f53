"""Where offers hold, laid out on the map: what searches by position read, derived from the offers themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, func, insert, select, text, tuple_, update

from field_api.customers.models import ROLES
from field_api.geo import FAR_M, Position, boxes_around, cartesian, chord_squared
from field_api.offers.areas import area_of
from field_api.offers.cells import cell_at, cover
from field_api.offers.models import MOST_PRIORITY, offer_cells, offer_places
from field_api.store.engine import AnySession

# What the numbers in `OfferCell.layer` mean: centres of points, areas, the circles around points, and what holds
# everywhere, whose "cell" counts down from the highest priority. What was replaced stands PAST layers higher.
POINTS, AREAS, CIRCLES, EVERYWHERE = range(4)
PAST = 4

# More cells would follow a fence more closely; four are enough for any box of the size of one.
MOST_CELLS = 4

ALL_ROLES = (1 << len(ROLES)) - 1

_RISE = text(
    "INSERT INTO offer_map (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = offer_map.version + 1"
)

# What of an offer the map repeats.
TOLD = ("id", "starts_at", "ends_at", "priority", "audience", "everywhere", "places")

Row = dict[str, Any]


def settle(session: AnySession, offer: Any, at: datetime) -> None:
    """Make the map say where the offer holds from `at` on; what it said until then is kept for questions about then.

    `offer` has the attributes of `models.Offer`. To be called after every change, in the same transaction.
    """
    said = {name: getattr(offer, name) for name in TOLD}
    wanted = place_rows(said, at) if offer.state == "live" else []
    standing = _standing(session, offer.id)
    if [told(row) for row in wanted] == [told(row) for row in standing]:
        return
    _replace(session, standing, at)
    first = session.scalar(select(func.max(offer_places.c.number)).where(offer_places.c.offer_id == offer.id))
    _keep(session, [row | {"number": row["number"] + (first or 0)} for row in wanted])
    tell_change(session)


def tell_change(session: AnySession) -> None:
    """Make copies of the map read it anew; last of all, since everybody who writes offers waits for this row."""
    session.execute(_RISE)


def place_rows(offer: Mapping[str, Any], held_at: datetime) -> list[Row]:
    """The rows of `offer_places` for an offer that is live from `held_at` on, numbered from 1."""
    repeated = {name: offer[name] for name in ("starts_at", "ends_at", "priority")}
    repeated |= {"offer_id": offer["id"], "roles": roles_of(offer["audience"]), "held_at": held_at, "replaced_at": None}
    places = [{}] if offer["everywhere"] else offer["places"]
    return [repeated | {"number": number} | _shape(place) for number, place in enumerate(places, 1)]


def cell_rows(place: Mapping[str, Any]) -> list[Row]:
    """The rows of `offer_cells` for a row of `offer_places`."""
    repeated = {name: place[name] for name in ("offer_id", "number", "starts_at", "ends_at", "priority", "roles")}
    repeated |= dict.fromkeys(("x", "y", "z", "reach"))
    past = 0 if place["replaced_at"] is None else PAST
    if place["lat"] is not None:
        centre = Position(place["lat"], place["lon"])
        repeated |= dict(zip("xyz", cartesian(centre), strict=True))
        if place["radius_m"] <= FAR_M:
            repeated["reach"] = chord_squared(place["radius_m"])
        circle = cover(boxes_around(centre, place["radius_m"]), MOST_CELLS)
        layers = [(POINTS, cell_at(centre.lat, centre.lon)), *((CIRCLES, cell) for cell in circle)]
    elif place["polygon"] is not None:
        layers = [(AREAS, cell) for cell in cover(area_of(orjson.loads(place["polygon"])).boxes, MOST_CELLS)]
    else:
        layers = [(EVERYWHERE, MOST_PRIORITY - place["priority"])]
    return [repeated | {"layer": layer + past, "cell": cell} for layer, cell in dict.fromkeys(layers)]


def roles_of(audience: Mapping[str, Any]) -> int:
    """One bit for each of the customers' roles that the audience takes in."""
    asked = audience.get("roles")
    return ALL_ROLES if asked is None else sum(role_bit(role) for role in set(asked))


def role_bit(role: str) -> int:
    """The bit of one role."""
    return 1 << ROLES.index(role)


def _shape(place: Mapping[str, Any]) -> Row:
    polygon = place.get("polygon")
    point = {name: place.get(name) for name in ("lat", "lon", "radius_m")}
    return point | {"polygon": None if polygon is None else orjson.dumps(polygon).decode()}


def told(row: Row) -> Row:
    """What a place says, whichever number it has and since whenever it holds."""
    return {name: value for name, value in row.items() if name not in {"number", "held_at", "replaced_at"}}


def _standing(session: AnySession, offer_id: str) -> list[Row]:
    columns = offer_places.c
    query = select(offer_places).where(columns.offer_id == offer_id, columns.replaced_at.is_(None))
    return [dict(row) for row in session.execute(query.order_by(columns.number)).mappings()]


def _replace(session: AnySession, standing: Sequence[Row], at: datetime) -> None:
    for row in standing:
        key = tuple_(offer_cells.c.layer, offer_cells.c.cell)
        held = [(cell["layer"], cell["cell"]) for cell in cell_rows(row)]
        mine = (offer_cells.c.offer_id == row["offer_id"], offer_cells.c.number == row["number"])
        session.execute(delete(offer_cells).where(key.in_(held), *mine))
        session.execute(insert(offer_cells), cell_rows(row | {"replaced_at": at}))
    if standing:
        mine = (offer_places.c.offer_id == standing[0]["offer_id"], offer_places.c.replaced_at.is_(None))
        session.execute(update(offer_places).where(*mine).values(replaced_at=at))


def _keep(session: AnySession, places: Sequence[Row]) -> None:
    if places:
        session.execute(insert(offer_places), places)
        session.execute(insert(offer_cells), [cell for place in places for cell in cell_rows(place)])
