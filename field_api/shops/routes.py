"""Routes of shops."""

from dataclasses import asdict
from typing import Any

from flask import Response

from field_api.shops import actions
from field_api.shops.models import Shop
from field_api.shops.schemas import (
    NewShopSchema,
    OpeningArguments,
    OpeningSchema,
    ShopChangesSchema,
    ShopPageArguments,
    ShopPageSchema,
    ShopSchema,
)
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply, read_cursor
from field_api.web.replies import json_reply

blp = Blueprint("shops", __name__, url_prefix="/v1", description="Shops: where they are and when they are open.")


@blp.get("/shops")
@blp.allow(*STAFF, scope="shops:read")
@blp.arguments(ShopPageArguments, location="query")
@blp.response(200, ShopPageSchema)
def list_shops(asked: dict[str, Any]) -> Response:
    """The shops by name."""
    limit, after = asked["limit"], read_cursor(asked["cursor"], str, str)
    rows = actions.list_shops(db.session, asked.get("territory_id"), limit + 1, after)
    last = rows[limit - 1] if len(rows) > limit else None
    return page_reply(rows[:limit], limit, (last["name"], last["id"]) if last else None)


@blp.post("/shops")
@blp.allow("admin", scope="shops:write")
@blp.arguments(NewShopSchema)
@blp.response(201, ShopSchema)
@blp.writes()
def create_shop(data: dict[str, Any]) -> Response:
    """Add a shop."""
    shop = actions.create_shop(db.session, current(), _as_kept(data))
    return _shop_reply(shop, 201, {"Location": f"/v1/shops/{shop['id']}"})


@blp.get("/shops/<id:shop_id>")
@blp.allow(*STAFF, scope="shops:read")
@blp.response(200, ShopSchema)
def read_shop(shop_id: str) -> Response:
    """One shop; all staff may know of all shops."""
    return _shop_reply(actions.read_shop(db.session, shop_id))


@blp.patch("/shops/<id:shop_id>")
@blp.allow("admin", scope="shops:write")
@blp.response(200, ShopSchema)
@blp.merge_patch(ShopChangesSchema)
@blp.writes(versioned=True)
def change_shop(patch: dict[str, Any], shop_id: str) -> Response:
    """Change a shop; lists are replaced whole."""
    shop = actions.hold_shop(db.session, shop_id)
    check_version(shop.id, shop.version)
    changed = load(ShopChangesSchema, merge(_as_sent(shop), patch))
    return _shop_reply(actions.change_shop(db.session, current(), shop, _as_kept(changed)))


@blp.get("/shops/<id:shop_id>/opening")
@blp.allow(*STAFF, scope="shops:read")
@blp.arguments(OpeningArguments, location="query")
@blp.response(200, OpeningSchema)
def read_opening(asked: dict[str, Any], shop_id: str) -> Response:
    """Whether the shop is open, now or at an instant, and when that changes."""
    return json_reply(asdict(actions.opening(db.session, shop_id, asked.get("at"))))


def _as_sent(shop: Shop) -> dict[str, Any]:
    """What of a shop can be changed, as a client would send it."""
    held = {name: getattr(shop, name) for name in actions.WRITABLE}
    return held | {"closed_at": shop.closed_at.isoformat() if shop.closed_at else None}


def _as_kept(data: dict[str, Any]) -> dict[str, Any]:
    """Dates as the text that the database keeps in JSON."""
    special = [{"date": one["date"].isoformat(), "periods": one["periods"]} for one in data["exceptions"]]
    return data | {"exceptions": special}


def _shop_reply(shop: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_reply(shop, status, etag=version_tag(shop["id"], shop["version"]), headers=headers)
