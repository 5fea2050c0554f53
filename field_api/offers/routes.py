"""Routes of offers."""

from typing import Any

from flask import Response

from field_api.offers import actions, fairness
from field_api.offers.models import Offer
from field_api.offers.schemas import (
    NewOfferSchema,
    OfferArguments,
    OfferChangesSchema,
    OfferPageArguments,
    OfferPageSchema,
    OfferSchema,
)
from field_api.offers.schemas_parts import UnfairPairPageSchema
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import PageArguments, page_reply, read_cursor
from field_api.web.replies import json_reply

blp = Blueprint("offers", __name__, url_prefix="/v1", description="Offers: what, to whom, where and when.")


@blp.get("/offers")
@blp.allow(*STAFF, scope="offers:read")
@blp.arguments(OfferPageArguments, location="query")
@blp.response(200, OfferPageSchema)
def list_offers(asked: dict[str, Any]) -> Response:
    """Offers, the latest made first: to an admin all, to others those that are live for their territories."""
    items, following = actions.list_offers(db.session, current(), asked)
    return page_reply(items, asked["limit"], following)


@blp.post("/offers")
@blp.allow("admin", scope="offers:write")
@blp.arguments(NewOfferSchema)
@blp.response(201, OfferSchema)
@blp.writes()
def create_offer(data: dict[str, Any]) -> Response:
    """Draft an offer; nobody sees it before it is published."""
    offer = actions.create_offer(db.session, current(), data)
    return _reply(offer, 201, {"Location": f"/v1/offers/{offer['id']}"})


@blp.get("/offers/unfair-pairs")
@blp.allow("manager", "admin", scope="offers:read")
@blp.arguments(PageArguments, location="query")
@blp.response(200, UnfairPairPageSchema)
def list_unfair_pairs(asked: dict[str, Any]) -> Response:
    """Live offers by which a prospect is given more than a client who is otherwise like them."""
    after = read_cursor(asked["cursor"], str, str)
    pairs = [one for one in fairness.unfair_pairs(db.session, current()) if after is None or fairness.key(one) > after]
    page = pairs[: asked["limit"]]
    return page_reply(page, asked["limit"], fairness.key(page[-1]) if len(pairs) > len(page) else None)


@blp.get("/offers/<id:offer_id>")
@blp.allow(*STAFF, scope="offers:read")
@blp.arguments(OfferArguments, location="query")
@blp.response(200, OfferSchema)
def read_offer(asked: dict[str, Any], offer_id: str) -> Response:
    """One offer, now or as it was at a past moment; others than admins are shown it while it is live."""
    return _reply(actions.read_offer(db.session, current(), offer_id, asked.get("at")))


@blp.patch("/offers/<id:offer_id>")
@blp.allow("admin", scope="offers:write")
@blp.response(200, OfferSchema)
@blp.merge_patch(OfferChangesSchema)
@blp.writes(versioned=True)
def change_offer(patch: dict[str, Any], offer_id: str) -> Response:
    """Change an offer; lists are replaced whole, and what is live holds anew at once."""
    offer = _held(offer_id)
    changed = load(OfferChangesSchema, merge(_as_sent(offer), patch))
    return _reply(actions.change_offer(db.session, current(), offer, changed))


@blp.post("/offers/<id:offer_id>/publish")
@blp.allow("admin", scope="offers:write")
@blp.response(200, OfferSchema)
@blp.writes(versioned=True)
def publish_offer(offer_id: str) -> Response:
    """Let a draft, or what was paused, go live."""
    return _reply(actions.step_offer(db.session, current(), _held(offer_id), "publish"))


@blp.post("/offers/<id:offer_id>/pause")
@blp.allow("admin", scope="offers:write")
@blp.response(200, OfferSchema)
@blp.writes(versioned=True)
def pause_offer(offer_id: str) -> Response:
    """Take a live offer down for a while."""
    return _reply(actions.step_offer(db.session, current(), _held(offer_id), "pause"))


@blp.post("/offers/<id:offer_id>/end")
@blp.allow("admin", scope="offers:write")
@blp.response(200, OfferSchema)
@blp.writes(versioned=True)
def end_offer(offer_id: str) -> Response:
    """End an offer for good."""
    return _reply(actions.step_offer(db.session, current(), _held(offer_id), "end"))


def _held(offer_id: str) -> Offer:
    offer = actions.hold_offer(db.session, offer_id)
    check_version(offer.id, offer.version)
    return offer


def _as_sent(offer: Offer) -> dict[str, Any]:
    """What of an offer can be changed, as a client would send it."""
    held = {name: getattr(offer, name) for name in actions.WRITABLE}
    return held | {name: held[name].isoformat() for name in ("starts_at", "ends_at") if held[name] is not None}


def _reply(offer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_reply(offer, status, etag=version_tag(offer["id"], offer["version"]), headers=headers)
