"""Routes of what belongs to a customer: roles, contact points, places and facts.

Each list carries the customer's ETag: whatever is added, changed or removed is another version of the customer, and
changes to what stands want that ETag as If-Match.
"""

from typing import Any

from flask import Response

from field_api.customers import contact_points, facts, places, roles
from field_api.customers.models import Customer
from field_api.customers.schemas import (
    AtArguments,
    ContactPointChangeSchema,
    ContactPointSchema,
    FactSchema,
    PlaceChangeSchema,
    PlaceSchema,
    RoleSchema,
    items_of,
)
from field_api.customers.scope import hold, require_customer
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.replies import empty_reply, json_reply

blp = Blueprint("customer parts", __name__, url_prefix="/v1", description="Roles, contact points, places and facts")


@blp.get("/customers/<id:customer_id>/roles")
@blp.allow(*STAFF, scope="customers:read")
@blp.arguments(AtArguments, location="query")
@blp.response(200, items_of(RoleSchema))
def list_roles(asked: dict[str, Any], customer_id: str) -> Response:
    """What the customer is and was, latest first; with `at` the role held at that instant."""
    require_customer(db.session, current(), customer_id)
    return json_reply({"items": roles.roles_of(db.session, customer_id, asked.get("at"))})


@blp.post("/customers/<id:customer_id>/roles")
@blp.allow(*STAFF, scope="customers:write")
@blp.arguments(RoleSchema)
@blp.response(201, RoleSchema)
@blp.writes()
def take_role(data: dict[str, Any], customer_id: str) -> Response:
    """Give the customer another role, now or since an instant after the present one began."""
    customer = hold(db.session, current(), customer_id)
    taken = roles.take_role(db.session, current(), customer, data["role"], data.get("starts_at"))
    return _made(customer, "roles", taken)


@blp.get("/customers/<id:customer_id>/contact-points")
@blp.allow(*STAFF, scope="customers:read")
@blp.response(200, items_of(ContactPointSchema))
def list_contact_points(customer_id: str) -> Response:
    """The customer's phones and e-mails, oldest first."""
    known = require_customer(db.session, current(), customer_id)
    items = contact_points.contact_points_of(db.session, customer_id)
    return json_reply({"items": items}, etag=version_tag(known.id, known.version))


@blp.post("/customers/<id:customer_id>/contact-points")
@blp.allow(*STAFF, scope="customers:write")
@blp.arguments(ContactPointSchema)
@blp.response(201, ContactPointSchema)
@blp.writes()
def add_contact_point(data: dict[str, Any], customer_id: str) -> Response:
    """Add a phone or an e-mail. One that another customer has verified is refused, and that customer named."""
    customer = hold(db.session, current(), customer_id)
    added = contact_points.add_contact_point(db.session, current(), customer, data)
    return _made(customer, "contact-points", added)


@blp.patch("/customers/<id:customer_id>/contact-points/<id:contact_point_id>")
@blp.allow(*STAFF, scope="customers:write")
@blp.response(200, ContactPointSchema)
@blp.merge_patch(ContactPointChangeSchema)
@blp.writes(versioned=True)
def change_contact_point(patch: dict[str, Any], customer_id: str, contact_point_id: str) -> Response:
    """Change the label of a contact point, or whether it is verified."""
    customer = _held(customer_id)
    merged = merge(contact_points.writable(db.session, customer, contact_point_id), patch)
    data = load(ContactPointChangeSchema, merged)
    changed = contact_points.change_contact_point(db.session, current(), customer, contact_point_id, data)
    return json_reply(changed, etag=version_tag(customer.id, customer.version))


@blp.delete("/customers/<id:customer_id>/contact-points/<id:contact_point_id>")
@blp.allow(*STAFF, scope="customers:write")
@blp.response(204)
@blp.writes(versioned=True)
def remove_contact_point(customer_id: str, contact_point_id: str) -> Response:
    """Remove a phone or an e-mail."""
    contact_points.remove_contact_point(db.session, current(), _held(customer_id), contact_point_id)
    return empty_reply()


@blp.get("/customers/<id:customer_id>/places")
@blp.allow(*STAFF, scope="customers:read")
@blp.response(200, items_of(PlaceSchema))
def list_places(customer_id: str) -> Response:
    """Where the customer is found, the main place first."""
    known = require_customer(db.session, current(), customer_id)
    items = places.places_of(db.session, customer_id)
    return json_reply({"items": items}, etag=version_tag(known.id, known.version))


@blp.post("/customers/<id:customer_id>/places")
@blp.allow(*STAFF, scope="customers:write")
@blp.arguments(PlaceSchema)
@blp.response(201, PlaceSchema)
@blp.writes()
def add_place(data: dict[str, Any], customer_id: str) -> Response:
    """Add a place; a position that is not given is looked up later, where a geocoder is set."""
    customer = hold(db.session, current(), customer_id)
    return _made(customer, "places", places.add_place(db.session, current(), customer, data))


@blp.patch("/customers/<id:customer_id>/places/<id:place_id>")
@blp.allow(*STAFF, scope="customers:write")
@blp.response(200, PlaceSchema)
@blp.merge_patch(PlaceChangeSchema)
@blp.writes(versioned=True)
def change_place(patch: dict[str, Any], customer_id: str, place_id: str) -> Response:
    """Change a place; with another address, a position found by a geocoder is looked up anew."""
    customer = _held(customer_id)
    data = load(PlaceChangeSchema, merge(places.writable(db.session, customer, place_id), patch))
    changed = places.change_place(db.session, current(), customer, place_id, data)
    return json_reply(changed, etag=version_tag(customer.id, customer.version))


@blp.delete("/customers/<id:customer_id>/places/<id:place_id>")
@blp.allow(*STAFF, scope="customers:write")
@blp.response(204)
@blp.writes(versioned=True)
def remove_place(customer_id: str, place_id: str) -> Response:
    """Remove a place."""
    places.remove_place(db.session, current(), _held(customer_id), place_id)
    return empty_reply()


@blp.get("/customers/<id:customer_id>/facts")
@blp.allow(*STAFF, scope="customers:read")
@blp.arguments(AtArguments, location="query")
@blp.response(200, items_of(FactSchema))
def list_facts(asked: dict[str, Any], customer_id: str) -> Response:
    """Tier, segment and tags, with who said so; with `at` as they were at that instant."""
    require_customer(db.session, current(), customer_id)
    return json_reply({"items": facts.facts_of(db.session, customer_id, asked.get("at"))})


@blp.post("/customers/<id:customer_id>/facts")
@blp.allow(*STAFF, scope="customers:write")
@blp.arguments(FactSchema)
@blp.response(201, FactSchema)
@blp.writes()
def tag(data: dict[str, Any], customer_id: str) -> Response:
    """Put a tag on the customer; tiers and segments are written by the features that know them."""
    noted = facts.note_fact(
        db.session, current(), customer_id, "tag", data["value"], source="staff", source_id=current().actor.id
    )
    return json_reply(noted, 201, headers={"Location": f"/v1/customers/{customer_id}/facts"})


@blp.delete("/customers/<id:customer_id>/facts/<id:fact_id>")
@blp.allow(*STAFF, scope="customers:write")
@blp.response(204)
@blp.writes()
def untag(customer_id: str, fact_id: str) -> Response:
    """Take a tag off the customer, as of now; that they had it is kept."""
    facts.end_tag(db.session, current(), customer_id, fact_id)
    return empty_reply()


def _held(customer_id: str) -> Customer:
    """The customer, locked, in the version that the caller read."""
    customer = hold(db.session, current(), customer_id)
    check_version(customer.id, customer.version)
    return customer


def _made(customer: Customer, part: str, document: dict[str, Any]) -> Response:
    place = {"Location": f"/v1/customers/{customer.id}/{part}"}
    return json_reply(document, 201, etag=version_tag(customer.id, customer.version), headers=place)
