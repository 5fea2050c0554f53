"""Routes of orders: what a member can have, orders, hand-overs and cancellations."""

from typing import Any

from flask import Response

from field_api.gifts import listings, ordering
from field_api.gifts.schemas import (
    GiftCancellationSchema,
    GiftHandOverSchema,
    GiftOperationSchema,
    GiftOrderPageSchema,
    GiftOrderSchema,
    GiftsForMemberSchema,
    NewGiftOrderSchema,
)
from field_api.loyalty.members import require_member
from field_api.points.balances import balance
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import PageArguments, page_reply
from field_api.web.replies import json_reply

blp = Blueprint("gift orders", __name__, url_prefix="/v1", description="Gifts ordered, handed over, cancelled.")


@blp.get("/members/<id:member_id>/gifts")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, GiftsForMemberSchema)
def list_for_member(member_id: str) -> Response:
    """What a member can have now, and what is missing or stands against the rest."""
    member = require_member(db.session, current(), member_id)
    points = balance(db.session, member.id).points
    return json_reply({"items": listings.for_member(db.session, member, points)})


@blp.get("/members/<id:member_id>/gift-orders")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(PageArguments, location="query")
@blp.response(200, GiftOrderPageSchema)
def list_orders(page: dict[str, Any], member_id: str) -> Response:
    """A member's orders, newest first."""
    rows, after = listings.orders_of(db.session, current(), member_id, page["limit"], page["cursor"])
    return page_reply(rows, page["limit"], after)


@blp.post("/members/<id:member_id>/gift-orders")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(NewGiftOrderSchema)
@blp.response(201, GiftOperationSchema)
@blp.writes(key_required=True)
def order(told: dict[str, Any], member_id: str) -> Response:
    """Order a gift for a member: its points and one unit are set aside."""
    return json_reply(ordering.order(db.session, current(), member_id, told), 201)


@blp.get("/gift-orders/<id:order_id>")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, GiftOrderSchema)
def read_order(order_id: str) -> Response:
    """One order and what has become of it."""
    found = ordering.require_order(db.session, current(), order_id)
    return json_reply(listings.read_order(db.session, found))


@blp.post("/gift-orders/<id:order_id>/hand-over")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(GiftHandOverSchema)
@blp.response(201, GiftOperationSchema)
@blp.writes(key_required=True)
def hand_over(told: dict[str, Any], order_id: str) -> Response:
    """Give a member what they ordered: the points are spent."""
    return json_reply(ordering.hand_over(db.session, current(), order_id, told), 201)


@blp.post("/gift-orders/<id:order_id>/cancellation")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(GiftCancellationSchema)
@blp.response(201, GiftOperationSchema)
@blp.writes(key_required=True)
def cancel(told: dict[str, Any], order_id: str) -> Response:
    """Give up an order: the points and the unit are back."""
    return json_reply(ordering.cancel(db.session, current(), order_id, told), 201)
