"""Routes of gifts: the catalogue and the stock."""

from typing import Any

from flask import Response

from field_api.gifts import catalogue, stock
from field_api.gifts.models import Gift
from field_api.gifts.schemas import (
    GiftArguments,
    GiftChangesSchema,
    GiftDeliverySchema,
    GiftOperationSchema,
    GiftPageArguments,
    GiftPageSchema,
    GiftSchema,
    GiftStockSchema,
    NewGiftSchema,
)
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("gifts", __name__, url_prefix="/v1", description="Gifts: what members spend points on.")


@blp.get("/gifts")
@blp.allow(*STAFF, "service", scope="loyalty:read")
@blp.arguments(GiftPageArguments, location="query")
@blp.response(200, GiftPageSchema)
def list_gifts(asked: dict[str, Any]) -> Response:
    """The gifts with their stock, the latest made first; drafts are shown to admins alone."""
    rows, after = catalogue.list_gifts(db.session, current(), asked)
    return page_reply(rows, asked["limit"], after)


@blp.post("/gifts")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(NewGiftSchema)
@blp.response(201, GiftSchema)
@blp.writes()
def create_gift(data: dict[str, Any]) -> Response:
    """Add a gift as a draft, with nothing in stock."""
    made = catalogue.create_gift(db.session, current(), data)
    return _reply(made, 201, {"Location": f"/v1/gifts/{made['id']}"})


@blp.get("/gifts/<id:gift_id>")
@blp.allow(*STAFF, "service", scope="loyalty:read")
@blp.arguments(GiftArguments, location="query")
@blp.response(200, GiftSchema)
def read_gift(asked: dict[str, Any], gift_id: str) -> Response:
    """One gift, now or as it was at a past moment."""
    return _reply(catalogue.require_gift(db.session, current(), gift_id, asked["at"]))


@blp.patch("/gifts/<id:gift_id>")
@blp.allow("admin", scope="loyalty:write")
@blp.response(200, GiftSchema)
@blp.merge_patch(GiftChangesSchema)
@blp.writes(versioned=True)
def change_gift(patch: dict[str, Any], gift_id: str) -> Response:
    """Change a gift; orders that stand keep the price at which they were made."""
    gift = _held(gift_id)
    changed = load(GiftChangesSchema, merge(_as_sent(gift), patch))
    return _reply(catalogue.change_gift(db.session, current(), gift, changed))


@blp.post("/gifts/<id:gift_id>/offer")
@blp.allow("admin", scope="loyalty:write")
@blp.response(200, GiftSchema)
@blp.writes(versioned=True)
def offer_gift(gift_id: str) -> Response:
    """Let members order a gift."""
    return _reply(catalogue.step_gift(db.session, current(), _held(gift_id), "offered"))


@blp.post("/gifts/<id:gift_id>/withdraw")
@blp.allow("admin", scope="loyalty:write")
@blp.response(200, GiftSchema)
@blp.writes(versioned=True)
def withdraw_gift(gift_id: str) -> Response:
    """Let nobody order a gift any more; orders that stand are handed over all the same."""
    return _reply(catalogue.step_gift(db.session, current(), _held(gift_id), "withdrawn"))


@blp.get("/gifts/<id:gift_id>/stock")
@blp.allow(*STAFF, "service", scope="loyalty:read")
@blp.response(200, GiftStockSchema)
def read_stock(gift_id: str) -> Response:
    """What of a gift is there, what waits for its member, and what was handed over."""
    return json_reply(stock.read_stock(db.session, current(), gift_id))


@blp.post("/gifts/<id:gift_id>/deliveries")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(GiftDeliverySchema)
@blp.response(201, GiftOperationSchema)
@blp.writes(key_required=True)
def deliver(told: dict[str, Any], gift_id: str) -> Response:
    """Add units to the stock, or take some out."""
    return json_reply(stock.deliver(db.session, current(), gift_id, told), 201)


def _held(gift_id: str) -> Gift:
    gift = catalogue.hold_gift(db.session, gift_id)
    check_version(gift.id, gift.version)
    return gift


def _as_sent(gift: Gift) -> dict[str, Any]:
    held = {name: getattr(gift, name) for name in catalogue.WRITABLE}
    ends_at = gift.ends_at.isoformat() if gift.ends_at else None
    return held | {"starts_at": gift.starts_at.isoformat(), "ends_at": ends_at}


def _reply(gift: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_reply(gift, status, etag=version_tag(gift["id"], gift["version"]), headers=headers)
