"""Routes of coupons: read them, and use them at a till or on a phone."""

from typing import Any

from flask import Response, request

from field_api.coupons import life, listings, offline, stacking
from field_api.coupons.guesses import guarded
from field_api.coupons.schemas import (
    BasketSchema,
    CouponCommandSchema,
    CouponEndSchema,
    CouponOperationPageSchema,
    CouponOperationSchema,
    CouponPageArguments,
    CouponPageSchema,
    CouponSchema,
    CouponUseByCodeSchema,
    CouponUseDoneSchema,
    CouponUseSchema,
    CouponViewByCodeSchema,
    JudgedBasketSchema,
    OfflineRedemptionSchema,
)
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("coupons", __name__, url_prefix="/v1", description="Coupons: viewed, reserved, redeemed, reversed.")


@blp.get("/customers/<id:customer_id>/coupons")
@blp.allow(*STAFF, scope="coupons:read")
@blp.arguments(CouponPageArguments, location="query")
@blp.response(200, CouponPageSchema)
def list_coupons(page: dict[str, Any], customer_id: str) -> Response:
    """A customer's coupons, newest first."""
    rows, after = listings.coupons_of(db.session, current(), customer_id, page["limit"], page["cursor"])
    return page_reply(rows, page["limit"], after)


@blp.get("/coupons/<id:coupon_id>")
@blp.allow(*STAFF, scope="coupons:read")
@blp.response(200, CouponSchema)
def read_coupon(coupon_id: str) -> Response:
    """One coupon; those of nobody in particular are shown to who sees the whole company."""
    return json_reply(listings.read_coupon(db.session, current(), coupon_id))


@blp.get("/coupons/<id:coupon_id>/operations")
@blp.allow(*STAFF, scope="coupons:read")
@blp.arguments(CouponPageArguments, location="query")
@blp.response(200, CouponOperationPageSchema)
def list_operations(page: dict[str, Any], coupon_id: str) -> Response:
    """What was done with a coupon, newest first."""
    rows, after = listings.operations_of(db.session, current(), coupon_id, page["limit"], page["cursor"])
    return page_reply(rows, page["limit"], after)


@blp.post("/coupons/baskets")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.arguments(BasketSchema)
@blp.response(200, JudgedBasketSchema)
@blp.writes()
def judge_basket(told: dict[str, Any]) -> Response:
    """Tell which codes of a basket would count together, and why the others would not; nothing is used."""
    judged = stacking.judge_basket(db.session, current(), told, request.remote_addr)
    return json_reply({"coupons": judged})


@blp.post("/coupons/views")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.arguments(CouponViewByCodeSchema)
@blp.response(201, CouponOperationSchema)
@guarded
@blp.writes()
def view_by_code(told: dict[str, Any]) -> Response:
    """Note that a coupon was shown to its customer."""
    return json_reply(life.view(db.session, current(), told), 201)


@blp.post("/coupons/<id:coupon_id>/views")
@blp.allow(*STAFF, scope="coupons:redeem")
@blp.arguments(CouponCommandSchema)
@blp.response(201, CouponOperationSchema)
@blp.writes()
def view(told: dict[str, Any], coupon_id: str) -> Response:
    """Note that a coupon was shown to its customer."""
    return json_reply(life.view(db.session, current(), told | {"coupon_id": coupon_id}), 201)


@blp.post("/coupons/reservations")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.arguments(CouponUseByCodeSchema)
@blp.response(201, CouponUseDoneSchema)
@guarded
@blp.writes(key_required=True)
def reserve_by_code(told: dict[str, Any]) -> Response:
    """Keep a coupon for a purchase until a deadline."""
    return json_reply(life.reserve(db.session, current(), told), 201)


@blp.post("/coupons/<id:coupon_id>/reservations")
@blp.allow(*STAFF, scope="coupons:redeem")
@blp.arguments(CouponUseSchema)
@blp.response(201, CouponUseDoneSchema)
@blp.writes(key_required=True)
def reserve(told: dict[str, Any], coupon_id: str) -> Response:
    """Keep a customer's coupon for a purchase until a deadline."""
    return json_reply(life.reserve(db.session, current(), told | {"coupon_id": coupon_id}), 201)


@blp.post("/coupons/redemptions")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.arguments(CouponUseByCodeSchema)
@blp.response(201, CouponUseDoneSchema)
@guarded
@blp.writes(key_required=True)
def redeem_by_code(told: dict[str, Any]) -> Response:
    """Use a coupon for a purchase."""
    return json_reply(life.redeem(db.session, current(), told), 201)


@blp.post("/coupons/<id:coupon_id>/redemptions")
@blp.allow(*STAFF, scope="coupons:redeem")
@blp.arguments(CouponUseSchema)
@blp.response(201, CouponUseDoneSchema)
@blp.writes(key_required=True)
def redeem(told: dict[str, Any], coupon_id: str) -> Response:
    """Use a customer's coupon for a purchase."""
    return json_reply(life.redeem(db.session, current(), told | {"coupon_id": coupon_id}), 201)


@blp.post("/coupons/offline-redemptions")
@blp.allow(*STAFF, scope="coupons:redeem")
@blp.arguments(OfflineRedemptionSchema)
@blp.response(201, CouponUseDoneSchema)
@guarded
@blp.writes(key_required=True)
def redeem_offline(told: dict[str, Any]) -> Response:
    """Tell of a coupon that was used without a network.

    The first to reach the server wins. A double, or a use that was not allowed, is answered with 409, a code that does
    not exist with 404; each is kept among the device's refused edits until the rep has seen it.
    """
    done = offline.redeem(db.session, current(), told, request.remote_addr)
    return done if isinstance(done, Response) else json_reply(done, 201)


@blp.post("/coupon-operations/<id:operation_id>/redemption")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.arguments(CouponUseSchema)
@blp.response(201, CouponUseDoneSchema)
@blp.writes(key_required=True)
def redeem_reserved(told: dict[str, Any], operation_id: str) -> Response:
    """Use the coupon of a reservation; what is left out is as it was reserved."""
    return json_reply(life.redeem(db.session, current(), told | {"reservation_id": operation_id}), 201)


@blp.post("/coupon-operations/<id:operation_id>/release")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.arguments(CouponEndSchema)
@blp.response(201, CouponOperationSchema)
@blp.writes(key_required=True)
def release(told: dict[str, Any], operation_id: str) -> Response:
    """Give up a reservation before its deadline."""
    return json_reply(life.release(db.session, current(), told | {"reservation_id": operation_id}), 201)


@blp.post("/coupon-operations/<id:operation_id>/reversal")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.arguments(CouponEndSchema)
@blp.response(201, CouponOperationSchema)
@blp.writes(key_required=True)
def reverse(told: dict[str, Any], operation_id: str) -> Response:
    """Take a redemption back; the coupon and its budgets are as they were before."""
    return json_reply(life.reverse(db.session, current(), told | {"redemption_id": operation_id}), 201)
