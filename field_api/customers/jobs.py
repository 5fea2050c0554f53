"""The job that looks up where an address is, after the write that promised it and never inside a request."""

import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.customers.models import Customer, GeocoderTurn, Place
from field_api.customers.places import ADDRESS, GEOCODE
from field_api.geo import Found, Geocoder, geocoder
from field_api.settings import Settings
from field_api.store import audit
from field_api.store.engine import AnySession, let_go
from field_api.store.jobs import Handler
from field_api.sync import feed
from field_api.sync.collections import in_territory

KIND = GEOCODE


def geocoding(settings: Settings, found_by: Geocoder | None = None) -> Handler:
    """The handler that asks the geocoder of the settings (or the one given) and keeps what it finds.

    A failing service makes the job fail, and the worker tries again later. An address that is unknown stays without a
    position, and so does one that was changed or located in the meantime.
    """
    service = found_by or geocoder(settings.geocoder)

    def look_up(session: AnySession, payload: dict[str, Any]) -> None:
        place = session.get(Place, payload["place_id"])
        if service is None or place is None or place.lat is not None:
            return
        address = _address(place)
        turn_at = _take_turn(session, service)
        # Nobody waits for a foreign server. If the call fails, the turn stays taken, as it should.
        with let_go(session):
            time.sleep(max(0.0, (turn_at - clock.now()).total_seconds()))
            found = service.find(address)
        if found is not None:
            _keep(session, payload["place_id"], address, found)

    return look_up


def _address(place: Place) -> str:
    return ", ".join(part for name in ADDRESS if (part := getattr(place, name)))


def _take_turn(session: AnySession, service: Geocoder) -> datetime:
    """When this call may begin: each takes the next moment that is free, in all processes together."""
    dialect = session.get_bind().dialect.name
    insert = insert_postgresql if dialect == "postgresql" else insert_sqlite
    first = {"geocoder": service.name, "next_at": clock.now()}
    session.execute(insert(GeocoderTurn).values(first).on_conflict_do_nothing())
    turn = session.scalars(select(GeocoderTurn).filter_by(geocoder=service.name).with_for_update()).one()
    mine = max(turn.next_at, clock.now())
    turn.next_at = mine + timedelta(seconds=service.interval_s)
    return mine


def _keep(session: AnySession, place_id: str, address: str, found: Found) -> None:
    # The customer first, as every other writer does, so that two of them never wait for each other.
    owner = select(Customer).join(Place, Place.customer_id == Customer.id).where(Place.id == place_id)
    customer = session.scalars(owner.with_for_update(of=Customer)).first()
    place = session.get(Place, place_id, populate_existing=True)
    if customer is None or place is None or place.lat is not None or _address(place) != address:
        return
    place.lat, place.lon = found.position.lat, found.position.lon
    place.position_origin, place.accuracy_m = "geocoder", found.accuracy_m
    customer.touch()
    session.flush()
    located = {"lat": place.lat, "lon": place.lon}
    audit.record(session, audit.SYSTEM, "place.locate", place_id, after=located)
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))
