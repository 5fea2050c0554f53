"""Routes of customers as a whole: list and search, read, create, change, retire, restore and the 360 view."""

from typing import Any

from flask import Response

from field_api.customers import actions, names, reach, view
from field_api.customers.documents import read_customer
from field_api.customers.filters import Criteria
from field_api.customers.models import Customer
from field_api.customers.nearby import find_near
from field_api.customers.schemas import (
    CustomerArguments,
    CustomerPageSchema,
    CustomerSchema,
    CustomerViewSchema,
    NewCustomerSchema,
)
from field_api.customers.search import find
from field_api.geo import Position
from field_api.store.base import db
from field_api.web.etags import check_version
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

PLAIN_DEMANDS = ("role", "kind", "firm_id", "order", "radius_m", "retired")

blp = Blueprint("customers", __name__, url_prefix="/v1", description="People and firms, from first touch on")


@blp.get("/customers")
@blp.allow(*STAFF, scope="customers:read")
@blp.arguments(CustomerArguments, location="query")
@blp.response(200, CustomerPageSchema)
def list_customers(asked: dict[str, Any]) -> Response:
    """Customers in sight, a page at a time: all of them, or those who meet all that is asked."""
    criteria = _criteria(asked)
    if criteria is None:
        return page_reply([], asked["limit"], None)
    seek = find if criteria.near is None else find_near
    items, following = seek(db.session, criteria, asked["limit"], asked["cursor"])
    return page_reply(items, asked["limit"], following)


@blp.post("/customers")
@blp.allow(*STAFF, scope="customers:write")
@blp.arguments(NewCustomerSchema)
@blp.response(201, CustomerSchema)
@blp.writes()
def create_customer(data: dict[str, Any]) -> Response:
    """Keep a person or a firm from the first touch on, with the contact points and places known by then."""
    made = actions.create_customer(db.session, current(), data)
    return json_reply(made, 201, etag=made["etag"], headers={"Location": f"/v1/customers/{made['id']}"})


@blp.get("/customers/<id:customer_id>")
@blp.allow(*STAFF, scope="customers:read")
@blp.response(200, CustomerSchema)
def read(customer_id: str) -> Response:
    """One customer."""
    return _reply(customer_id)


@blp.patch("/customers/<id:customer_id>")
@blp.allow(*STAFF, scope="customers:write")
@blp.response(200, CustomerSchema)
@blp.merge_patch(CustomerSchema)
@blp.writes(versioned=True)
def change(patch: dict[str, Any], customer_id: str) -> Response:
    """Change names, firm, job title or territory; nobody moves a customer out of their own sight."""
    customer = _held(customer_id)
    held = {name: getattr(customer, name) for name in actions.CHANGEABLE if getattr(customer, name) is not None}
    actions.change_customer(db.session, current(), customer, load(CustomerSchema, merge(held, patch)))
    return _reply(customer_id)


@blp.post("/customers/<id:customer_id>/retire")
@blp.allow(*STAFF, scope="customers:write")
@blp.response(200, CustomerSchema)
@blp.writes(versioned=True)
def retire(customer_id: str) -> Response:
    """Leave a customer out of lists and searches from now on; nothing is lost."""
    actions.retire_customer(db.session, current(), _held(customer_id))
    return _reply(customer_id)


@blp.post("/customers/<id:customer_id>/restore")
@blp.allow("admin", scope="customers:write")
@blp.response(200, CustomerSchema)
@blp.writes(versioned=True)
def restore(customer_id: str) -> Response:
    """Bring a retired customer back."""
    actions.restore_customer(db.session, current(), _held(customer_id))
    return _reply(customer_id)


@blp.get("/customers/<id:customer_id>/360")
@blp.allow(*STAFF, scope="customers:read")
@blp.response(200, CustomerViewSchema)
def read_360(customer_id: str) -> Response:
    """All there is to know of a customer, in one call; each feature adds its section."""
    return json_reply(view.read_view(db.session, current(), customer_id))


def _criteria(asked: dict[str, Any]) -> Criteria | None:
    """What the query asks for; None when nobody can be meant."""
    territory_ids = current().territory_ids
    if "territory_id" in asked:
        if not current().may_see(asked["territory_id"]):
            return None
        territory_ids = frozenset({asked["territory_id"]})
    words = tuple(names.asked_words(asked.get("q", "")))
    town = names.town_key(asked["town"]) if "town" in asked else None
    if ("q" in asked and not words) or town == "":
        return None
    reached: dict[str, Any] = {}
    for kind in ("phone", "email"):
        if kind in asked:
            try:
                reached[kind] = reach.normalised(kind, asked[kind])
            except ValueError:
                return None
    near = Position(*map(float, asked["near"].split(","))) if "near" in asked else None
    plain: dict[str, Any] = {name: asked.get(name) for name in PLAIN_DEMANDS}
    return Criteria(territory_ids, words, town=town, near=near, **reached, **plain)


def _held(customer_id: str) -> Customer:
    """The customer, locked, in the version that the caller read."""
    customer = actions.hold(db.session, current(), customer_id)
    check_version(customer.id, customer.version)
    return customer


def _reply(customer_id: str) -> Response:
    shown = read_customer(db.session, current(), customer_id)
    return json_reply(shown, etag=shown["etag"])
