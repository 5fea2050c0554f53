"""Routes of nearness. A position is used and forgotten: it is written nowhere, and no query string is ever logged."""

import re
from math import inf
from typing import Any

from flask import Response, current_app, request

from field_api import clock, geoip
from field_api.customers.scope import require_customer
from field_api.errors import Fault, Invalid
from field_api.geo import Position
from field_api.offers.around import Step
from field_api.offers.models import MOST_PRIORITY
from field_api.offers.near_customers import find_customers
from field_api.offers.nearby import Search, Spotted, find_nearby
from field_api.offers.people import person_at
from field_api.offers.schemas_nearby import (
    NearbyArguments,
    NearCustomerPageSchema,
    NearCustomersArguments,
    NearOfferPageSchema,
)
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply, read_cursor

ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HALF_ROUND_M = 20_100_000.0

blp = Blueprint("nearby", __name__, url_prefix="/v1", description="What and who is near a position")


@blp.get("/offers/nearby")
@blp.allow(*STAFF, scope="offers:read")
@blp.arguments(NearbyArguments, location="query")
@blp.response(200, NearOfferPageSchema)
def list_offers_nearby(asked: dict[str, Any]) -> Response:
    """Live offers around a position that a customer may have: by distance, then priority; everywhere comes last.

    A page may hold fewer than asked for, and even none, while a next page follows.
    """
    search = _search(asked)
    after = _step(asked["cursor"])
    if "customer" in asked:
        require_customer(db.session, current(), asked["customer"])
        person = person_at(db.session, asked["customer"], search.at)
        if person is None:
            return _reply(search, [], asked, None)
        search = Search(search.spotted, search.radius_m, search.at, search.past, person, asked["holding"])
    items, last = find_nearby(db.session, current(), search, asked["limit"], after)
    return _reply(search, items, asked, last and _marks(last))


@blp.get("/customers/nearby")
@blp.allow(*STAFF, scope="customers:read")
@blp.arguments(NearCustomersArguments, location="query")
@blp.response(200, NearCustomerPageSchema)
def list_customers_nearby(asked: dict[str, Any]) -> Response:
    """Customers in sight around a position, nearest first, each with the best offer that holds where they are.

    A page may hold fewer than asked for, and even none, while a next page follows.
    """
    search = _search(asked)
    items, following = find_customers(db.session, current(), search, asked["limit"], asked["cursor"])
    return _reply(search, items, asked, following)


def _search(asked: dict[str, Any]) -> Search:
    at, moment = asked.get("at"), clock.now()
    past = at is not None and at < moment
    return Search(_spotted(asked), asked["radius_m"], at or moment, past, None, asked.get("holding", False))


def _spotted(asked: dict[str, Any]) -> Spotted:
    """Where the phone says it is, or about where the address of the request is. Raises Invalid for neither."""
    if "lat" in asked:
        return Spotted(Position(asked["lat"], asked["lon"]), asked.get("accuracy_m"), "phone")
    located = geoip.locate(current_app.config["SETTINGS"].geoip_path, request.remote_addr)
    if located is None:
        detail = "Send lat and lon: the address of the request does not tell where it comes from."
        raise Invalid("There is no position to look around.", Fault("lat", detail, parameter=True))
    return Spotted(located.position, located.accuracy_m, "address")


def _step(cursor: str | None) -> Step | None:
    marks = read_cursor(cursor, (float, int, type(None)), int, str)
    if marks is None:
        return None
    distance, less_urgent, offer_id = marks
    if not -MOST_PRIORITY <= less_urgent <= 0 or not ID.fullmatch(offer_id):
        fault = Fault("cursor", "It was not written by this list; start again without it.", parameter=True)
        raise Invalid("The cursor cannot be read.", fault)
    return Step(inf if distance is None else min(float(distance), HALF_ROUND_M), less_urgent, offer_id)


def _marks(step: Step) -> tuple[Any, ...]:
    return (None if step.distance_m == inf else step.distance_m, step.less_urgent, step.offer_id)


def _reply(search: Search, items: list[Any], asked: dict[str, Any], following: tuple[Any, ...] | None) -> Response:
    position = {"origin": search.spotted.origin, "accuracy_m": search.spotted.accuracy_m}
    return page_reply(items, asked["limit"], following, position=position)
