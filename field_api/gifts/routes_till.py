"""Routes of gifts for tills, which know a member by the card shown and by nothing else."""

from typing import Any

from flask import Response

from field_api.gifts import listings, ordering
from field_api.gifts.schemas import (
    GiftOperationSchema,
    GiftsForCardSchema,
    TillGiftCancellationSchema,
    TillGiftHandOverSchema,
    TillGiftOrderSchema,
)
from field_api.loyalty.members import KnownMember
from field_api.loyalty.schemas import CardArguments
from field_api.loyalty.till import for_card
from field_api.points.balances import balance
from field_api.store.base import db
from field_api.web.identity import current
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("gifts at tills", __name__, url_prefix="/v1/till", description="Gifts for the card shown.")


@blp.post("/cards/gifts")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(CardArguments)
@blp.response(200, GiftsForCardSchema)
@blp.writes()
def list_for_card(told: dict[str, Any]) -> Response:
    """What the card shown can have, and what waits for its member."""

    def answer(member: KnownMember) -> Response:
        items = listings.for_member(db.session, member, balance(db.session, member.id).points)
        return json_reply({"items": items, "waiting": listings.waiting_for(db.session, member)})

    return for_card(db.session, current(), told["number"], answer)


@blp.post("/gift-orders")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(TillGiftOrderSchema)
@blp.response(201, GiftOperationSchema)
@blp.writes(key_required=True)
def order_by_card(told: dict[str, Any]) -> Response:
    """Order a gift for the card shown."""

    def answer(member: KnownMember) -> Response:
        return json_reply(ordering.order(db.session, current(), member.id, told), 201)

    return for_card(db.session, current(), told["number"], answer)


@blp.post("/gift-hand-overs")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(TillGiftHandOverSchema)
@blp.response(201, GiftOperationSchema)
@blp.writes(key_required=True)
def hand_over_by_card(told: dict[str, Any]) -> Response:
    """Give the member of the card shown what they ordered."""

    def answer(member: KnownMember) -> Response:
        order = ordering.order_of(db.session, member, told["order_id"])
        return json_reply(ordering.hand_over(db.session, current(), order["id"], told), 201)

    return for_card(db.session, current(), told["number"], answer)


@blp.post("/gift-cancellations")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(TillGiftCancellationSchema)
@blp.response(201, GiftOperationSchema)
@blp.writes(key_required=True)
def cancel_by_card(told: dict[str, Any]) -> Response:
    """Give up an order of the card shown."""

    def answer(member: KnownMember) -> Response:
        order = ordering.order_of(db.session, member, told["order_id"])
        return json_reply(ordering.cancel(db.session, current(), order["id"], told), 201)

    return for_card(db.session, current(), told["number"], answer)
