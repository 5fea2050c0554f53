"""Routes of campaigns, and of issuing their coupons."""

from typing import Any

from flask import Response

from field_api.coupons import campaigns, issuing
from field_api.coupons.models import Campaign
from field_api.coupons.schemas_campaigns import (
    CampaignChangesSchema,
    CampaignPageArguments,
    CampaignPageSchema,
    CampaignSchema,
    CouponBatchSchema,
    NewCampaignSchema,
    NewCouponBatchSchema,
    NewPersonalCouponsSchema,
    PersonalCouponsSchema,
)
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("campaigns", __name__, url_prefix="/v1", description="Campaigns: coupons of an offer.")


@blp.get("/campaigns")
@blp.allow(*STAFF, scope="coupons:read")
@blp.arguments(CampaignPageArguments, location="query")
@blp.response(200, CampaignPageSchema)
def list_campaigns(asked: dict[str, Any]) -> Response:
    """The campaigns, newest first."""
    rows, after = campaigns.list_campaigns(
        db.session, current(), asked.get("offer_id"), asked["limit"], asked["cursor"]
    )
    return page_reply(rows, asked["limit"], after)


@blp.post("/campaigns")
@blp.allow("admin", scope="coupons:write")
@blp.arguments(NewCampaignSchema)
@blp.response(201, CampaignSchema)
@blp.writes()
def create_campaign(data: dict[str, Any]) -> Response:
    """Add a campaign."""
    made = campaigns.create_campaign(db.session, current(), data)
    return _reply(made, 201, {"Location": f"/v1/campaigns/{made['id']}"})


@blp.get("/campaigns/<id:campaign_id>")
@blp.allow(*STAFF, scope="coupons:read")
@blp.response(200, CampaignSchema)
def read_campaign(campaign_id: str) -> Response:
    """One campaign."""
    return _reply(campaigns.read_campaign(db.session, current(), campaign_id))


@blp.patch("/campaigns/<id:campaign_id>")
@blp.allow("admin", scope="coupons:write")
@blp.response(200, CampaignSchema)
@blp.merge_patch(CampaignChangesSchema)
@blp.writes(versioned=True)
def change_campaign(patch: dict[str, Any], campaign_id: str) -> Response:
    """Change a campaign; coupons that are out keep the end and the uses with which they were issued."""
    campaign = campaigns.hold_campaign(db.session, campaign_id)
    check_version(campaign.id, campaign.version)
    changed = load(CampaignChangesSchema, merge(_as_sent(campaign), patch))
    return _reply(campaigns.change_campaign(db.session, current(), campaign, changed))


@blp.post("/campaigns/<id:campaign_id>/batches")
@blp.allow("admin", scope="coupons:write")
@blp.arguments(NewCouponBatchSchema)
@blp.response(201, CouponBatchSchema)
@blp.writes(key_required=True)
def issue_batch(told: dict[str, Any], campaign_id: str) -> Response:
    """Issue codes that are nobody's in particular."""
    row = issuing.issue_batch(db.session, current(), campaign_id, told)
    return json_reply({name: row[name] for name in ("id", "campaign_id", "count", "recorded_at")}, 201)


@blp.post("/campaigns/<id:campaign_id>/coupons")
@blp.allow(*STAFF, scope="coupons:write")
@blp.arguments(NewPersonalCouponsSchema)
@blp.response(201, PersonalCouponsSchema)
@blp.writes(key_required=True)
def issue_personal(told: dict[str, Any], campaign_id: str) -> Response:
    """Issue a personal coupon to each of some customers; who has one keeps it."""
    return json_reply(issuing.issue_personal(db.session, current(), campaign_id, told), 201)


def _as_sent(campaign: Campaign) -> dict[str, Any]:
    held = {name: getattr(campaign, name) for name in campaigns.WRITABLE}
    ends_at = campaign.ends_at.isoformat() if campaign.ends_at else None
    return held | {"starts_at": campaign.starts_at.isoformat(), "ends_at": ends_at}


def _reply(campaign: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    tag = version_tag(campaign["id"], campaign["version"])
    return json_reply(campaign, status, etag=tag, headers=headers)
