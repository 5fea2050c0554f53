"""Routes of purchases and refunds, and the till's look-up."""

from dataclasses import asdict
from typing import Any

from flask import Response

from field_api.shops import habits, look_up, purchases, refunds
from field_api.shops.schemas_purchases import (
    FoundSchema,
    HabitArguments,
    HabitSchema,
    LookUpSchema,
    NewPurchaseSchema,
    NewRefundSchema,
    PurchasePageArguments,
    PurchasePageSchema,
    PurchaseSchema,
    RecordedPurchaseSchema,
    RefundPageArguments,
    RefundPageSchema,
    RefundSchema,
)
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("purchases", __name__, url_prefix="/v1", description="What was bought, and what was given back.")


@blp.post("/purchases")
@blp.allow(*STAFF, "service", scope="purchases:write")
@blp.arguments(NewPurchaseSchema)
@blp.response(201, RecordedPurchaseSchema)
@blp.writes()
def record_purchase(told: dict[str, Any]) -> Response:
    """Record a purchase; the same id and content again is the first answer again."""
    recorded = purchases.record_purchase(db.session, current(), told)
    return json_reply(recorded, 201, headers={"Location": f"/v1/purchases/{recorded['id']}"})


@blp.get("/purchases/<id:purchase_id>")
@blp.allow(*STAFF, scope="purchases:read")
@blp.response(200, PurchaseSchema)
def read_purchase(purchase_id: str) -> Response:
    """One purchase, with what was given back of it."""
    return json_reply(purchases.read_purchase(db.session, current(), purchase_id))


@blp.post("/purchases/<id:purchase_id>/refunds")
@blp.allow(*STAFF, "service", scope="purchases:write")
@blp.arguments(NewRefundSchema)
@blp.response(201, RefundSchema)
@blp.writes()
def record_refund(told: dict[str, Any], purchase_id: str) -> Response:
    """Give back a purchase, or a part of it; a till gives back what its shop sold."""
    refund = refunds.record_refund(db.session, current(), purchase_id, told)
    return json_reply(refund, 201, headers={"Location": f"/v1/purchases/{purchase_id}/refunds"})


@blp.get("/purchases/<id:purchase_id>/refunds")
@blp.allow(*STAFF, scope="purchases:read")
@blp.arguments(RefundPageArguments, location="query")
@blp.response(200, RefundPageSchema)
def list_refunds(page: dict[str, Any], purchase_id: str) -> Response:
    """What was given back of a purchase, newest first."""
    rows, after = refunds.refunds_of(db.session, current(), purchase_id, page["limit"], page["cursor"])
    return page_reply(rows, page["limit"], after)


@blp.get("/customers/<id:customer_id>/purchases")
@blp.allow(*STAFF, scope="purchases:read")
@blp.arguments(PurchasePageArguments, location="query")
@blp.response(200, PurchasePageSchema)
def list_purchases(page: dict[str, Any], customer_id: str) -> Response:
    """What a customer bought, newest first."""
    rows, after = purchases.purchases_of(db.session, current(), customer_id, page["limit"], page["cursor"])
    return page_reply(rows, page["limit"], after)


@blp.get("/customers/<id:customer_id>/purchases/habit")
@blp.allow(*STAFF, scope="purchases:read")
@blp.arguments(HabitArguments, location="query")
@blp.response(200, HabitSchema)
def read_habit(asked: dict[str, Any], customer_id: str) -> Response:
    """How lately, how often and for how much a customer bought, as of a date."""
    found = habits.habit_of(db.session, current(), customer_id, asked.get("at"), asked["window_days"])
    return json_reply(asdict(found))


@blp.post("/till/look-up")
@blp.allow("service", scope="purchases:write")
@blp.arguments(LookUpSchema)
@blp.response(200, FoundSchema)
@blp.writes()
def look_up_person(given: dict[str, Any]) -> Response:
    """Find the one person who gave this, by the whole of it."""
    finder = look_up.by_contact_point(given["way"], given["value"])
    return json_reply({"customer": look_up.find_person(db.session, current(), finder)})
