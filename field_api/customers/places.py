"""Where a customer is found: postal addresses, and their positions with their origin and accuracy."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select

from field_api import clock
from field_api.customers.models import Customer, Place, places
from field_api.customers.names import town_key
from field_api.errors import Clash, NotFound
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.store.jobs import enqueue
from field_api.sync import feed
from field_api.sync.collections import in_territory
from field_api.web.identity import Principal

GEOCODE = "customers.geocode"
MOST_OF_ONE_CUSTOMER = 50
ADDRESS = ("street", "postcode", "town", "country")

_POSITION = ("lat", "lon", "position_origin", "accuracy_m")
_COLUMNS = tuple(places.c[name] for name in ("id", "label", *ADDRESS, *_POSITION, "created_at"))
_ALL = (
    select(*_COLUMNS).where(places.c.customer_id == bindparam("customer_id")).order_by(places.c.created_at, places.c.id)
)


def places_of(session: AnySession, customer_id: str) -> list[dict[str, Any]]:
    """All of one customer, oldest first: the first one is where they are mainly; the caller has seen to the scope."""
    return [_document(row._asdict()) for row in session.execute(_ALL, {"customer_id": customer_id})]


def new_rows(customer_id: str, territory_id: str, given: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for the places given with a new customer."""
    return [
        _columns_of(one)
        | {
            "id": one.get("id") or new_id(),
            "customer_id": customer_id,
            "territory_id": territory_id,
            "created_at": clock.now(),
        }
        for one in given
    ]


def promise_positions(session: AnySession, rows: Sequence[dict[str, Any]]) -> None:
    """Promise to look up the position of each place that has none, when a geocoder is set; never during the request."""
    if current_app.config["SETTINGS"].geocoder == "off":
        return
    for row in rows:
        if row["lat"] is None and row["street"]:
            enqueue(session, GEOCODE, {"place_id": row["id"]})


def add_place(session: AnySession, principal: Principal, customer: Customer, data: dict[str, Any]) -> dict[str, Any]:
    """Give a held customer a place. Raises Clash for the fifty-first, or when the id is taken."""
    mine = places_of(session, customer.id)
    if len(mine) >= MOST_OF_ONE_CUSTOMER:
        raise Clash(f"This customer has {MOST_OF_ONE_CUSTOMER} places, which is the most; remove one first.")
    (row,) = new_rows(customer.id, customer.territory_id, [data])
    session.add(Place(**row))
    customer.touch()
    session.flush()
    promise_positions(session, [row])
    document = _document(row)
    audit.record(session, principal.actor, "place.create", row["id"], after=document)
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))
    return document


def change_place(
    session: AnySession, principal: Principal, customer: Customer, place_id: str, data: dict[str, Any]
) -> dict[str, Any]:
    """Replace what a held customer's place says.

    A position that a geocoder found belongs to its address: with another address it is looked up anew, unless it is
    changed as well. Raises NotFound.
    """
    row = _held(session, customer, place_id)
    before = _shown(row)
    columns = _columns_of(data)
    moved = any(columns[name] != getattr(row, name) for name in ADDRESS)
    if moved and columns["position_origin"] == "geocoder" and columns["lat"] == row.lat and columns["lon"] == row.lon:
        columns |= dict.fromkeys(_POSITION)
    for name, value in columns.items():
        setattr(row, name, value)
    customer.touch()
    session.flush()
    promise_positions(session, [columns | {"id": row.id}])
    after = _shown(row)
    audit.record(session, principal.actor, "place.change", row.id, before, after)
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))
    return after


def remove_place(session: AnySession, principal: Principal, customer: Customer, place_id: str) -> None:
    """Take a place away from a held customer. Raises NotFound."""
    row = _held(session, customer, place_id)
    session.delete(row)
    customer.touch()
    session.flush()
    audit.record(session, principal.actor, "place.remove", row.id, before=_shown(row))
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))


def writable(session: AnySession, customer: Customer, place_id: str) -> dict[str, Any]:
    """What a merge patch of this place is merged into. Raises NotFound."""
    shown = _shown(_held(session, customer, place_id))
    return {name: value for name, value in shown.items() if name not in {"id", "created_at"} and value is not None}


def _columns_of(given: dict[str, Any]) -> dict[str, Any]:
    position = given.get("position") or {}
    return {
        "label": given.get("label"),
        "street": given.get("street"),
        "postcode": given.get("postcode"),
        "town": given["town"],
        "town_folded": town_key(given["town"]),
        "country": given.get("country") or "FR",
        "lat": position.get("lat"),
        "lon": position.get("lon"),
        "position_origin": position.get("origin"),
        "accuracy_m": position.get("accuracy_m"),
    }


def _held(session: AnySession, customer: Customer, place_id: str) -> Place:
    row = session.get(Place, place_id)
    if row is None or row.customer_id != customer.id:
        raise NotFound(f"This customer has no place {place_id}.")
    return row


def _shown(row: Place) -> dict[str, Any]:
    return _document({column.name: getattr(row, column.name) for column in _COLUMNS})


def _document(row: dict[str, Any]) -> dict[str, Any]:
    position = None
    if row["lat"] is not None:
        position = {name: row[name] for name in ("lat", "lon", "accuracy_m")} | {"origin": row["position_origin"]}
    return {name: row[name] for name in ("id", "label", *ADDRESS, "created_at")} | {"position": position}
